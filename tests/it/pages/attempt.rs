//! `/essai`: calls made by the server as a sample partner.

use reqwest::Method;
use serde_json::Value;

use super::browser::{Browser, Seen, unescaped};
use crate::harness::World;

const NAMES: [&str; 5] = ["partenaire", "certificat", "methode", "chemin", "scopes"];

/// What the form of a page would send as it stands.
fn filled(page: &Seen) -> Vec<(String, String)> {
    let html = &page.html;
    let between = |from: &str, start: &str, end: &str| {
        let (_, rest) = html.split_once(from)?;
        let (_, rest) = rest.split_once(start)?;
        Some(unescaped(rest.split(end).next()?))
    };
    let chosen = |name: &str| {
        let (_, rest) = html.split_once(&format!("name=\"{name}\""))?;
        let (before, _) =
            rest.split_once("</select>").filter(|(before, _)| before.contains(" selected"))?;
        let option = before.split("<option").find(|option| option.contains(" selected"))?;
        let value = option.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
        value.or_else(|| option.split('>').nth(1)?.split('<').next()).map(str::to_owned)
    };
    let mut fields: Vec<_> = ["jeton", "correlation", "requete", "teleservice"]
        .iter()
        .filter(|name| html.contains(&format!("name=\"{name}\" checked")))
        .map(|&name| (name.to_owned(), "on".to_owned()))
        .collect();
    for name in NAMES {
        let value = chosen(name).or_else(|| between(&format!("name=\"{name}\""), "value=\"", "\""));
        fields.push((name.to_owned(), value.unwrap_or_default()));
    }
    fields.push((
        "corps".to_owned(),
        between("name=\"corps\"", ">\n", "</textarea>").unwrap_or_default(),
    ));
    fields
}

/// Opens a form, changes some of its fields, and sends it.
async fn attempt(browser: &Browser, path: &str, changes: &[(&str, &str)]) -> Seen {
    let page = browser.open(path).await;
    let mut fields = filled(&page);
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let all: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let kept = changes.iter().copied().filter(|(_, value)| *value != ABSENT);
    browser.post("/essai", &page.token(), &all.into_iter().chain(kept).collect::<Vec<_>>()).await
}

#[tokio::test]
async fn the_first_call_answers_and_leads_to_its_journal_entry() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let seen = attempt(&browser, "/essai", &[]).await;
    assert_eq!(seen.status, 200);
    seen.says(
        &[
            "La demande de jeton 200 OK",
            "L'appel 200 OK",
            "\"iban\": \"FR7699010000010000010100185\"",
            "1. Certificat",
            "Droits accord",
            "répond 200",
        ]
        .map(|text| text.trim_start_matches("1. ")),
    );
    let entry = world.last_entry().await;
    assert_eq!((&entry["partner"], &entry["from_console"]), (&"editeur-demo".into(), &true.into()));
    let link = seen.html.split("href=\"").find(|rest| rest.starts_with("/journal/")).unwrap();
    let sheet = browser.open(link.split('"').next().unwrap()).await;
    sheet.says(&[
        "page « Essayer un appel » de la console",
        entry["correlation_id"].as_str().unwrap(),
    ]);
}

/// Each persona's ready-made calls, sent as the form is filled in, answer what the sheet says.
#[tokio::test]
async fn the_calls_of_personas_are_filled_in_and_answer_what_they_say() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let register = world.server.sandbox.register();
    let mut tried = 0;
    for persona in register.personas() {
        let sheet = browser.open(&format!("/donnees/personas/{}", persona.id)).await;
        for (at, call) in persona.calls.iter().enumerate().step_by(2) {
            let path = format!("/essai?persona={}&appel={}", persona.id, at + 1);
            assert!(
                sheet.html.contains(&format!("name=\"appel\" value=\"{}\"", at + 1)),
                "{path} is a form of the sheet"
            );
            attempt(&browser, &path, &[]).await;
            let entry = world.last_entry().await;
            let expected = (call.expect.status != 0).then_some(u64::from(call.expect.status));
            assert!(expected.is_none_or(|status| entry["status"] == status), "{path}: {entry}");
            let code = call.expect.code.as_deref();
            assert!(code.is_none_or(|code| entry["code"] == code), "{path}: {entry}");
            tried += 1;
        }
    }
    assert!(tried > 40, "{tried} calls");
}

#[tokio::test]
async fn a_refused_call_is_understood_from_the_answer_alone() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let suspended =
        attempt(&browser, "/essai?operation=ficoba/etatSante&partner=partenaire-suspendu", &[])
            .await;
    suspended.says(&["Identité refus", "Droits sans verdict", "900907 : Abonnement bloqué"]);
    let closed = attempt(&browser, "/essai?partner=commune-valmont", &[]).await;
    closed.says(&["Droits refus", "900908 : Ressource interdite"]);
    let bare = attempt(&browser, "/essai", &[("jeton", ABSENT)]).await;
    assert!(!bare.text().contains("La demande de jeton 200"), "no token was asked for");
    bare.says(&["900902", "Identifiant technique refus"]);
    for (certificate, told) in
        [("expired", "il a expiré"), ("revoked", "révoqué"), ("aucun", "aucun certificat")]
    {
        let seen = attempt(&browser, "/essai", &[("certificat", certificate)]).await;
        assert!(!seen.text().contains("L'appel 401"), "{certificate}: no token, so no call");
        seen.says(&[
            "La demande de jeton 401",
            "Certificat refus",
            told,
            "Voir cet appel dans le journal",
        ]);
    }
}

#[tokio::test]
async fn the_same_call_is_seen_through_another_convention_s_eyes() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let all = "/essai?persona=couple-joint-a&appel=2";
    let (wide, narrow) =
        (format!("{all}&partner=cellule-fraude"), format!("{all}&partner=tresorerie-recouvrement"));
    let fields = filled(&browser.open(&narrow).await);
    let partner = fields.iter().find(|(name, _)| name == "partenaire").unwrap();
    assert_eq!(partner.1, "tresorerie-recouvrement");
    let (wide, narrow) =
        (attempt(&browser, &wide, &[]).await, attempt(&browser, &narrow, &[]).await);
    wide.says(&["L'appel 200 OK", "\"motif\": \"0003\""]);
    narrow.says(&["L'appel 200 OK", "\"motif\": \"0001\""]);
    assert!(
        wide.html.contains("CHANTEPIERRE") && !narrow.html.contains("CHANTEPIERRE"),
        "no co-holder for this motif"
    );
}

#[tokio::test]
async fn a_call_counts_and_a_fault_strikes_it_like_any_other() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    attempt(&browser, "/essai?partner=cellule-fraude&operation=ficoba/etatSante", &[]).await;
    browser.open("/partenaires/cellule-fraude").await.says(&["FICOBA : 1 sur 750"]);
    let fault = [("effet", "coupure"), ("fois", "1")];
    browser.submit("/incidents", "/incidents/commandes", &fault).await;
    let cut = attempt(&browser, "/essai", &[]).await;
    cut.says(&[
        "connexion coupée sans réponse",
        "Quota accord",
        "sans réponse",
        "Voir cet appel dans le journal",
    ]);
}

#[tokio::test]
async fn a_call_without_a_correlation_identifier_is_found_in_the_journal_too() {
    let world = World::start().await;
    let seen = attempt(&Browser::on(&world), "/essai", &[("correlation", ABSENT)]).await;
    seen.says(&["400 Bad Request", "910000", "Voir cet appel dans le journal"]);
}

#[tokio::test]
async fn what_proves_who_calls_is_not_shown() {
    let world = World::start().await;
    let seen = attempt(&Browser::on(&world), "/essai", &[]).await;
    let token = seen.html.split("Bearer ").nth(1).unwrap().split('\n').next().unwrap().to_owned();
    assert!(token.ends_with('…') && token.chars().count() < 20, "{token}");
    assert!(
        !seen.html.contains("secret-editeur-demo")
            && !seen.html.contains("ZWRpdGV1ci1kZW1vOnNlY3JldC1l")
    );
    assert!(!seen.html.contains(".eyJ"), "no token is shown whole");
}

#[tokio::test]
async fn what_cannot_be_called_is_told_and_nothing_is_called() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let script = "\"><script>alert(1)</script>";
    for (name, value, told) in [
        ("partenaire", "personne", "aucune convention n'a l'identifiant « personne »"),
        ("partenaire", script, "aucune convention"),
        ("methode", "G E T", "Méthode"),
        ("chemin", "https://exemple.fr/x", "un chemin est attendu"),
        ("chemin", "", "un chemin est attendu"),
        ("certificat", "../ca", "n'a pas ce certificat"),
        ("certificat", script, "n'a pas ce certificat"),
    ] {
        let seen = attempt(&browser, "/essai", &[(name, value)]).await;
        assert_eq!(seen.status, 422, "{name} = {value}: {}", seen.text());
        seen.says(&["aucun appel n'a été fait", told]);
        assert!(!seen.html.contains("<script>alert"), "{name}");
    }
    assert_eq!(world.last_entry().await, Value::default());
    let body = format!("</textarea>{script}");
    let seen = attempt(&browser, "/essai", &[("corps", &body), ("scopes", script)]).await;
    assert!(seen.status == 200 && !seen.html.contains("<script>alert"));
    let request = browser.request(Method::POST, "/essai").form(&[("chemin", "/")]);
    assert_eq!(browser.send(request).await.status, 403, "a form that is not ours");
}

#[tokio::test]
async fn an_address_that_names_nothing_gives_the_first_call() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    for query in [
        "persona=personne&appel=99",
        "operation=x/y",
        "fiche=%3Cscript%3E",
        "partner=nobody",
        "appel=-1",
    ] {
        let page = browser.open(&format!("/essai?{query}")).await;
        assert!(page.html.contains("value=\"/fcb-masrestit/api/v2/comptes/numCpte\""), "{query}");
    }
}

/// A field that the form does not send.
const ABSENT: &str = "\u{0}";

/// The call as commands: pasted in a shell, the first of them makes the same call, from outside.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_can_be_made_outside_of_the_page_as_it_is_shown() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let hidden = browser.open("/essai").await;
    assert!(!hidden.html.contains("secret-editeur-demo"));
    let page = browser.open("/essai?secret=oui").await;
    page.says(&["curl (sh)", "PowerShell 7", "Fichier .http"]);
    let command = |id: &str| {
        let (_, rest) = page.html.split_once(&format!("id=\"{id}\">")).unwrap();
        unescaped(rest.split("</code>").next().unwrap())
    };
    assert!(command("en-powershell").contains("Invoke-WebRequest"));
    assert!(command("en-http").contains("{{jeton.response.body.access_token}}"));
    if !crate::shell::has_curl() {
        return;
    }
    let answer = crate::shell::run(&world, &command("en-curl")).await;
    assert!(answer.contains(" 200") && answer.contains("FR7699010000010000010100185"), "{answer}");
    assert_ne!(world.last_entry().await["from_console"], true, "it is a client's own call");
}

#[tokio::test]
async fn a_call_of_the_page_is_made_again_from_its_entry() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let path = "/fcb-masrestit/api/v2/etatSante";
    let changes =
        [("partenaire", "banque-horizon"), ("methode", "GET"), ("chemin", path), ("corps", ABSENT)];
    let seen = attempt(&browser, "/essai", &changes).await;
    let (_, rest) = seen.html.split_once("href=\"/journal/").unwrap();
    let number = rest.split('"').next().unwrap();
    let entry = browser.open(&format!("/journal/{number}")).await;
    entry.says(&["Refaire cet appel"]);
    let again = browser.open(&format!("/essai?entree={number}")).await;
    let fields = filled(&again);
    for (name, value) in [("partenaire", "banque-horizon"), ("methode", "GET"), ("chemin", path)] {
        assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name}: {fields:?}");
    }
    let seen = attempt(&browser, "/essai", &[]).await;
    let (_, rest) = seen.html.split_once("href=\"/journal/").unwrap();
    let entry = browser.open(&format!("/journal/{}", rest.split('"').next().unwrap())).await;
    assert!(entry.html.contains("href=\"/donnees?q=FR7699010000010000010100185\""), "its data");
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let other = world.last_entry().await["sequence"].as_u64().unwrap();
    let entry = browser.open(&format!("/journal/{other}")).await;
    assert!(!entry.text().contains("Refaire cet appel"));
}

/// Opens an operation's form, changes some of its fields, and sends it as a browser does.
async fn filled_in(browser: &Browser, path: &str, changes: &[(&str, &str)]) -> Seen {
    let page = browser.open(path).await;
    let mut fields = filled(&page);
    for piece in page.html.split("<input ").skip(1) {
        let tag = piece.split('>').next().unwrap();
        let attribute = |name: &str| {
            let (_, rest) = tag.split_once(&format!("{name}=\""))?;
            rest.split('"').next().map(unescaped)
        };
        let name = attribute(" name").or_else(|| attribute("name")).unwrap_or_default();
        if name.contains('.') || name.ends_with("_affiche") || name.ends_with("_affichee") {
            fields.push((name, attribute(" value").unwrap_or_default()));
        }
    }
    for (name, value) in changes {
        let field = fields.iter_mut().find(|(one, _)| one == name);
        field.unwrap_or_else(|| panic!("{path} has no field {name}")).1 = (*value).to_owned();
    }
    let all: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post("/essai", &page.token(), &all).await
}

#[tokio::test]
async fn an_operation_has_a_form_of_its_own_and_its_fields_make_the_call() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let account = "/essai?operation=ficoba/comptes/numCpte&partner=editeur-demo";
    let form = browser.open(account).await;
    form.says(&["IBAN criteresRecherche.iban", "0020 : Démonstration. Fondement juridique"]);
    filled_in(&browser, account, &[]).await.says(&["L'appel 200 OK"]);
    let wrong = filled_in(&browser, account, &[("corps.criteresRecherche.iban", "FR76 12")]).await;
    wrong.says(&["L'appel 400", "CAF002", "Refusé. IBAN (iban) :"]);
    let (_, field) = wrong.html.split_once("name=\"corps.criteresRecherche.iban\"").unwrap();
    let field = field.split('>').next().unwrap();
    assert!(
        field.contains("value=\"FR76 12\"") && field.contains("aria-invalid=\"true\""),
        "{field}"
    );
    assert!(
        field.contains("corps.criteresRecherche.iban-faute\""),
        "its fault describes it: {field}"
    );
    let absent = filled_in(&browser, account, &[("corps.criteresRecherche.iban", "")]).await;
    absent.says(&["L'appel 400", "CAF001", "Refusé. IBAN (iban) :"]);
    filled_in(&browser, account, &[("corps.motif", "0003")]).await.says(&["400", "CAF031"]);
    let person = "/essai?operation=r2p/personne/spi&partner=editeur-demo";
    filled_in(&browser, person, &[("requete.nom", "L'É&")]).await.says(&["nom=L%27%C3%89%26"]);
}

#[tokio::test]
async fn what_was_written_in_either_mode_is_sent() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let body = r#"{"motif":"0020","inconnu":[1]}"#;
    let both = [("corps", body), ("corps.justification", "les deux")];
    let sent = filled_in(&browser, "/essai", &both).await;
    sent.says(&["\"inconnu\": [ 1 ]", "\"justification\": \"les deux\""]);
    let wrong = [("corps", "{\"motif\":"), ("corps.justification", "les deux")];
    let refused = filled_in(&browser, "/essai", &wrong).await;
    assert_eq!(refused.status, 422);
    refused.says(&["aucun appel n'a été fait", "un objet JSON est attendu", "« Justification »"]);
    assert!(refused.html.contains("{&#34;motif&#34;:</textarea>"), "what was typed stays");
    assert!(refused.html.contains("<details class=\"advanced\" open>"));
}

#[tokio::test]
async fn every_operation_can_be_chosen_and_shows_its_form() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let html = browser.open("/essai").await.html;
    let (_, choices) = html.split_once("id=\"operation\"").unwrap();
    let choices = choices.split("</select>").next().unwrap();
    let names: Vec<_> =
        choices.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let page = browser.open(&format!("/essai?operation={name}")).await;
        assert!(page.html.contains(&format!("<option value=\"{name}\" selected>")), "{name}");
        let (_, path) = page.html.split_once("name=\"chemin_affiche\" value=\"").expect(name);
        assert!(!path.split('"').next().unwrap().contains('{'), "{name}: no template is left");
    }
    let other =
        browser.open("/essai?operation=ficoba/comptes/numCpte&partner=cellule-fraude").await;
    let shown = filled(&other);
    assert!(shown.contains(&("partenaire".to_owned(), "cellule-fraude".to_owned())), "{shown:?}");
}
