use std::sync::{Mutex, OnceLock};

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{api::Apis, parity::session::Exchange};

fn redactor() -> Redactor {
    Redactor::new(Vocabulary::new(Apis::load(None).unwrap()), false)
}

fn headers(all: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    all.iter().map(pair).collect()
}

/// What a session keeps of a call and its answer, as it would be on the disk.
fn kept(
    target: &str,
    asked: &[(&str, &str)],
    sent: &str,
    answered: &[(&str, &str)],
    body: &str,
) -> String {
    let (asked, answered) = (headers(asked), headers(answered));
    let request = RawRequest {
        method: if sent.is_empty() { "GET" } else { "POST" },
        target,
        headers: &asked,
        body: Some(Bytes::from(sent.to_owned())),
    };
    let response = RawResponse {
        status: 200,
        version: Some(Version::HTTP_11),
        headers: &answered,
        body: Some(Bytes::from(body.to_owned())),
    };
    // One for all, which forgets between them: the APIs take long to load.
    static SHARED: OnceLock<Mutex<Redactor>> = OnceLock::new();
    let mut shared = SHARED.get_or_init(|| Mutex::new(redactor())).lock().unwrap();
    shared.forget();
    let (request, response) = shared.exchange(&request, Some(&response));
    let exchange = Exchange { n: 1, at_ms: 0, took_ms: 0, request, response, failure: None };
    serde_json::to_string(&exchange).unwrap()
}

#[test]
fn a_body_is_kept_by_its_keys_types_forms_codes_and_messages() {
    let sent = json!({
        "dateDemande": "2026-11-22", "motif": "0020", "siretDemandeur": "20999001900017",
        "justification": "dossier 12", "criteresRecherche": {"iban": "FR7630001007941234567890185", "verificationCompte": "0"}
    });
    let body = json!({"messageInformatif": {"code": "CAF011", "message": "Aucun compte", "horodatage": "2026-11-22T10:00:00.000Z"}, "nombreReponses": "000"});
    let asked =
        [("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000"), ("x-partner", "Valmont")];
    let answered = [
        ("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000"),
        ("cache-control", "no-store"),
    ];
    let kept: Value = serde_json::from_str(&kept(
        "/fcb-masrestit/api/v2/comptes/numCpte",
        &asked,
        &sent.to_string(),
        &answered,
        &body.to_string(),
    ))
    .unwrap();
    assert_eq!(
        kept["request"]["body"]["shape"],
        json!({
            "dateDemande": "~date", "motif": "=0020", "siretDemandeur": "~digits:14", "justification": "~small",
            "criteresRecherche": {"iban": "~iban:FR27", "verificationCompte": "=0"}
        })
    );
    assert_eq!(
        kept["response"]["body"]["shape"],
        json!({
            "messageInformatif": {"code": "=CAF011", "message": "=Aucun compte", "horodatage": "~pattern:9999-99-99A99:99:99.999A"},
            "nombreReponses": "~digits:3:0"
        })
    );
    assert_eq!(
        kept["request"]["headers"],
        json!([["x-correlation-id", "~uuid"], ["x-partner", "~Mixed"]])
    );
    assert_eq!(
        kept["response"]["headers"],
        json!([["x-correlation-id", "~echo:x-correlation-id"], ["cache-control", "=no-store"]])
    );
}

#[test]
fn tokens_and_applications_are_numbered_in_the_whole_session() {
    let mut redactor = redactor();
    let mut sent = |authorization: &str| {
        let headers = headers(&[("authorization", authorization)]);
        let request =
            RawRequest { method: "GET", target: "/r2p/v1/personne", headers: &headers, body: None };
        redactor.exchange(&request, None).0.headers[0].1.to_string()
    };
    assert_eq!(sent("Bearer abc"), "~Bearer:token:1");
    assert_eq!(sent("bearer def"), "~bearer:token:2");
    assert_eq!(sent("Bearer abc"), "~Bearer:token:1");
    assert_eq!(sent("Basic YTpi"), "~Basic:client:1:secret:1");
    assert_eq!(sent("Digest x"), "~other-authorization");
}

#[test]
fn a_jwt_is_kept_by_the_shape_of_its_parts() {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!(
        "{}.{}.c2ln",
        part(json!({"x5t": "NjBl", "alg": "RS256"})),
        part(json!({"sub": "valmont", "exp": 1}))
    );
    let body =
        json!({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}).to_string();
    let kept: Value =
        serde_json::from_str(&kept("/token", &[], "grant_type=client_credentials", &[], &body))
            .unwrap();
    assert_eq!(
        kept["response"]["jwt"],
        json!({"header": {"x5t": "~Mixed", "alg": "=RS256"}, "claims": {"sub": "~small", "exp": "~int"}})
    );
    assert_eq!(
        kept["response"]["body"]["shape"],
        json!({"access_token": "~token:1", "expires_in": "#3600", "token_type": "=Bearer"})
    );
}

#[test]
fn a_message_that_repeats_a_value_is_kept_without_it() {
    let body = json!({"erreur": {"code": "4003", "message": "La personne Valbrune (1899582886173) est inconnue, voir a@b.fr"}});
    let kept = kept("/r2p/v1/personne?nom=VALBRUNE", &[], "", &[], &body.to_string());
    assert!(kept.contains("La personne … (…) est inconnue, voir …"), "{kept}");
}

#[test]
fn a_product_and_a_media_type_are_kept_and_an_identifier_among_them_is_not() {
    let media = "application/vnd.dgfip.part.ficoba.v2.0.1+json;charset=UTF-8";
    let uuid = "110e8400-e29b-11d4-a716-446655440000";
    let answered = [("server", "WSO2-PassThrough-HTTP"), ("content-type", media), ("via", uuid)];
    let kept = kept("/r2p/v1/personne", &[], "", &answered, "");
    assert!(kept.contains("\"=WSO2-PassThrough-HTTP\"") && kept.contains(media), "{kept}");
    assert!(kept.contains("[\"via\",\"=…\"]"), "{kept}");
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z]{6,12}",
        "[A-Z][a-z]{6,12}",
        "[B-DF-HJ-NP-TV-Z]{4}É[A-Z]{4}",
        "[A-Z]{4,8}-[A-Z]{4,8}",
        "[A-Z]{5,8} [A-Z]{5,8}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// No value of a person, an account, an identifier, a token or a secret reaches the file, wherever the two sides put it.
    #[test]
    fn no_value_reaches_the_file(
        nom in name(), prenom in name(), spi in "[0-3][0-9]{12}", iban in "FR[0-9]{25}", siret in "[0-9]{14}",
        token in "[A-Za-z0-9]{30,60}", secret in "[A-Za-z0-9+/]{16,40}", client in "[A-Za-z]{10,20}[0-9]{6}",
        dossier in "[A-Z]{3}[0-9]{6}", street in "[0-9]{2} RUE [A-Z]{6,12}",
    ) {
        let values = [&nom, &prenom, &spi, &iban, &siret, &token, &secret, &client, &dossier, &street];
        let known = "CAPITALS-accents Mixed small digits pattern";
        prop_assume!(values.iter().all(|value| !known.contains(value.as_str())));
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{client}:{secret}"));
        let person = json!({"nom": nom, "prenoms": [prenom], "numeroSPI": spi, "adresse": {"libelle": street}});
        let sent = json!({"motif": "0020", "siretDemandeur": siret, "justification": dossier,
            "criteresRecherche": {"iban": iban, "perPhy": person, "liste": [nom, {"x": spi}]}});
        let mut map = Map::new();
        map.insert(spi.clone(), json!(1));
        map.insert(nom.clone(), json!("x"));
        let body = json!({"reponses": [{"iban": iban, "ayantsDroits": [person], "parCle": map}],
            "erreur": {"code": spi, "message": format!("{nom} {prenom} ({spi}, {iban}) : refus de {dossier} au {street}"),
                "description": format!("jeton {token} de {client}"), "error": nom}, "type": nom, "motif": nom, "nRep": spi});
        let body = body.to_string();
        let asked = [("authorization", format!("Bearer {token}")), ("cookie", format!("session={token}")),
            ("x-dossier", dossier.clone()), ("user-agent", format!("client {siret}"))];
        let plain: String = nom.chars().filter(char::is_ascii).collect();
        let answered = [("www-authenticate", format!("Bearer error=\"{token}\"")), ("location", format!("/x?spi={spi}")),
            ("set-cookie", token.clone()), ("server", format!("hote {iban}")), ("x-nom", plain)];
        let asked: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answered: Vec<(&str, &str)> = answered.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let encoded: String = percent_encoding::utf8_percent_encode(&nom, percent_encoding::NON_ALPHANUMERIC).to_string();
        let target = format!("/r2p/v1/personne/{spi}/{encoded}?nom={encoded}&spi={spi}&{spi}=1");
        let mut files = kept(&target, &asked, &sent.to_string(), &answered, &body);
        files += &kept("/fcb-masrestit/api/v2/comptes/perPhy", &asked, &sent.to_string(), &answered, &body);
        files += &kept(&format!("/{client}/{nom}", nom = encoded), &asked, &sent.to_string(), &answered, &format!("<html>{nom} {spi}</html>"));
        let xml = format!("<f><code>{spi}</code><message>{nom} {iban}</message><nom>{nom}</nom></f>");
        files += &kept(&target, &asked, "", &answered, &xml);
        let form = format!("grant_type=client_credentials&client_id={client}&client_secret={}&token={token}&scope={nom}", secret.replace('+', "%2B").replace('/', "%2F"));
        let basic_line = format!("Basic {basic}");
        let grant = [("authorization", basic_line.as_str())];
        files += &kept("/token", &grant, &form, &answered, &json!({"access_token": token, "refresh_token": token, "error_description": format!("client {client} inconnu")}).to_string());
        for value in values {
            prop_assert!(!files.contains(value.as_str()), "{} in {}", value, files);
        }
        prop_assert!(!files.contains(&basic));
    }
}
