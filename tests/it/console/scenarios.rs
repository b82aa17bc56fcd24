//! `scenarios`: the fault is chosen by the data that are typed.

use bacasable::{
    api::World as Fixtures,
    config::Config,
    domain::{Iban, Siren, Spi},
    register::data_ranges,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    generated,
    harness::{Partner, Reply, World},
};

/// What each shipped scenario answers to a search of FICOBA, and of R2P where it concerns R2P.
const EXPECTED: &[(&str, &str, Option<&str>)] = &[
    ("cat001", "500 CAT001", None),
    ("cat003", "500 CAT003", None),
    ("cat004", "500 CAT004", None),
    ("cat006", "401 CAT006", None),
    ("cat007", "500 CAT007", None),
    ("cat008", "500 CAT008", None),
    ("cat009", "500 CAT009", None),
    ("cat010", "500 CAT010", None),
    ("cat011", "500 CAT011", None),
    ("408", "408 408", Some("408")),
    ("500", "500 500", Some("500")),
    ("503", "503 503", Some("503")),
    ("509", "509 509", Some("509")),
    ("r2p-40305", "200 CAF013", Some("403 40305")),
    ("r2p-40306", "200 CAF013", Some("403 40306")),
    ("429", "429 900804", Some("429 900804")),
    ("rafale", "429 900807", Some("429 900807")),
    ("surcharge", "503 900801", Some("503 900801")),
    ("api-bloquee", "503 700700", Some("503 700700")),
    ("gestion-cles", "500 900900", Some("500 900900")),
    ("jeton-refuse", "401 900901", Some("401 900901")),
    ("injoignable", "500 101503", Some("500 101503")),
    ("delai", "500 101504", Some("500 101504")),
    ("suspendu", "500 303001", Some("500 303001")),
    ("coupure", "dropped", Some("dropped")),
    ("tronque", "broken off", Some("broken off")),
    ("page", "503", Some("503")),
    ("jeton-indisponible", "503 900801", None),
];

/// Those that would make a test wait, or that chance decides: what they do is tested where they are ordered.
const NOT_CALLED: &[&str] = &["lent", "irregulier", "intermittent", "reouverture", "incident"];

#[tokio::test]
async fn every_value_of_every_scenario_brings_its_fault() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let scenarios = world.order(Method::GET, "scenarios", None).await;
    let mut seen = Vec::new();
    for scenario in scenarios.as_array().unwrap() {
        let id = scenario["id"].as_str().unwrap();
        if NOT_CALLED.contains(&id) {
            continue;
        }
        let (_, ficoba, r2p) = EXPECTED
            .iter()
            .find(|(expected, ..)| *expected == id)
            .unwrap_or_else(|| panic!("{id}"));
        for when in scenario["when"].as_array().unwrap() {
            let (name, value) = when["criteria"].as_object().unwrap().iter().next().unwrap();
            let value = value.as_str().map_or_else(
                || value["pattern"].as_str().unwrap().replace('*', "00017"),
                str::to_owned,
            );
            if name == "scope" {
                let scopes = value.replace("00017", " api_r2p_resolution_spi ");
                assert_eq!(ask_token(&world, &scopes).await, *ficoba, "{id}: {name} = {scopes}");
            }
            if let Some(answer) = ask_ficoba(&partner, name, &value).await {
                assert_eq!(answer, *ficoba, "{id}: {name} = {value}");
            }
            if let (Some(answer), Some(expected)) = (ask_r2p(&partner, name, &value).await, r2p) {
                assert_eq!(answer, *expected, "{id}: {name} = {value}");
            }
        }
        seen.push(id.to_owned());
    }
    assert_eq!(seen, EXPECTED.iter().map(|(id, ..)| (*id).to_owned()).collect::<Vec<_>>());
    let again = world.order(Method::GET, "scenarios", None).await;
    assert!(again[2]["struck"].as_u64().unwrap() >= 7, "{}", again[2]);
    let entry = world.order(Method::GET, "journal?fault=cat004&limit=1", None).await;
    assert_eq!(entry["entries"][0]["code"], "CAT004");
}

#[tokio::test]
async fn the_scenario_of_an_incident_fails_some_calls_at_the_gateway_and_that_of_the_reopening_at_ficoba()
 {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for (justification, expected) in [
        ("SCENARIO-INCIDENT", vec!["200", "503 503", "504 504"]),
        ("SCENARIO-REOUVERTURE", vec!["200", "503 503"]),
    ] {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..100 {
            seen.insert(end(numero(&partner, "FR7699010000010000010100185", justification)).await);
        }
        assert_eq!(
            seen.iter().map(String::as_str).collect::<Vec<_>>(),
            expected,
            "{justification}"
        );
    }
}

#[tokio::test]
async fn other_data_are_left_alone() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for justification in ["SCENARIO", "SCENARIO-CAT0045", "dossier SCENARIO-CAT004"] {
        let reply =
            Reply::read(numero(&partner, "FR7699010000010000010100185", justification)).await;
        assert_eq!(reply.status, 200, "{justification}: {}", reply.text);
    }
}

/// The values are well formed, ours, and nobody's: a client's own checks let them through, and the register has none.
#[test]
fn the_values_are_well_formed_fictitious_and_nobodys() {
    let fixtures = Fixtures::load(&Config { population: 0, ..Config::default() }).unwrap();
    let register = &fixtures.register;
    for scenario in fixtures.scenarios.iter() {
        for matcher in &scenario.when {
            let target = serde_json::to_value(matcher.target()).unwrap();
            let (name, value) = target["criteria"].as_object().unwrap().iter().next().unwrap();
            let text = value.as_str().or(value["pattern"].as_str()).unwrap();
            match name.as_str() {
                "iban" => {
                    let iban: Iban = text.parse().unwrap();
                    assert!(
                        data_ranges::is_fictitious_iban(&iban) && iban.rib_key_is_valid(),
                        "{text}"
                    );
                    assert!(register.bank(iban.bank()).is_none(), "{text}");
                }
                "numeroSPI" | "spi" => {
                    let spi: Spi = text.parse().unwrap();
                    assert!(data_ranges::is_fictitious_spi(&spi) && spi.has_valid_key(), "{text}");
                    assert!(register.person_by_spi(&spi).is_none(), "{text}");
                }
                "siren" | "siret" => {
                    let siren: Siren = text.trim_end_matches('*').parse().unwrap();
                    assert!(
                        data_ranges::is_fictitious_siren(&siren) && siren.luhn_is_valid(),
                        "{text}"
                    );
                    assert!(register.company_by_siren(&siren).is_none(), "{text}");
                }
                "nom" | "raisonSociale" | "justification" | "scope" => {
                    assert!(text.is_ascii(), "{text}")
                }
                other => panic!("{other}"),
            }
        }
    }
}

#[test]
fn the_table_of_the_scenarios_is_up_to_date() {
    let fixtures = Fixtures::load(&Config { population: 0, ..Config::default() }).unwrap();
    let mut table = "| id | ce qui arrive | `justification` | nom, raison sociale | IBAN | SPI | SIREN |\n|---|---|---|---|---|---|---|\n".to_owned();
    for scenario in fixtures.scenarios.iter() {
        let value = |wanted: &str| {
            let targets =
                scenario.when.iter().map(|matcher| serde_json::to_value(matcher.target()).unwrap());
            let mut values =
                targets.filter_map(|target| target["criteria"][wanted].as_str().map(str::to_owned));
            values.next().unwrap_or_default()
        };
        let spi =
            Some(value("numeroSPI")).filter(|spi| !spi.is_empty()).unwrap_or_else(|| value("spi"));
        let cells = [value("justification"), value("nom"), value("iban"), spi, value("siren")];
        let cells = cells.map(|cell| if cell.is_empty() { cell } else { format!("`{cell}`") });
        table.push_str(&format!(
            "| `{}` | {} | {} |\n",
            scenario.id,
            scenario.title,
            cells.join(" | ")
        ));
    }
    generated::assert_section("docs/console.md", "scenarios", &table);
}

/// What FICOBA answers to a search by this criterion; nothing when none of its searches has it.
async fn ask_ficoba(partner: &Partner, name: &str, value: &str) -> Option<String> {
    let (resource, criteria) = match name {
        "justification" => {
            return Some(end(numero(partner, "FR7699010000010000010100185", value)).await);
        }
        "iban" => ("numCpte", json!({"iban": value, "verificationCompte": "0"})),
        "numeroSPI" => ("spi", json!({"numeroSPI": value})),
        "siren" | "siret" => ("siretSiren", json!({name: value})),
        "nom" => ("perPhy", json!({"etatCivil": {"nom": value, "anneeNaissance": "1980"}})),
        "raisonSociale" => ("perPro", json!({"designation": {"raisonSociale": value}})),
        _ => return None,
    };
    Some(end(search(partner, resource, criteria, "essai")).await)
}

async fn ask_token(world: &World, scope: &str) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "editeur-demo"),
        ("client_secret", "secret-editeur-demo"),
        ("scope", scope),
    ];
    end(world.caller("editeur-demo").request(Method::POST, "/token").form(&form)).await
}

async fn ask_r2p(partner: &Partner, name: &str, value: &str) -> Option<String> {
    let request = match name {
        "nom" => partner
            .request(Method::GET, "/r2p/v1/personne/spi")
            .query(&[("nom", value), ("prenom", "A")]),
        "spi" => partner.request(Method::GET, &format!("/r2p/v1/personne/{value}")),
        _ => return None,
    };
    Some(end(request).await)
}

fn numero(partner: &Partner, iban: &str, justification: &str) -> reqwest::RequestBuilder {
    search(partner, "numCpte", json!({"iban": iban, "verificationCompte": "0"}), justification)
}

fn search(
    partner: &Partner,
    resource: &str,
    criteria: Value,
    justification: &str,
) -> reqwest::RequestBuilder {
    let body = json!({
        "dateDemande": "2026-11-20",
        "motif": "0020",
        "siretDemandeur": partner.siret(),
        "justification": justification,
        "criteresRecherche": criteria,
    });
    partner.request(Method::POST, &format!("/fcb-masrestit/api/v2/comptes/{resource}")).json(&body)
}

/// How a request ends: its outcome, no answer at all, or half of one.
async fn end(request: reqwest::RequestBuilder) -> String {
    let Ok(response) = request.send().await else { return "dropped".to_owned() };
    let (status, headers) = (response.status(), response.headers().clone());
    match response.text().await {
        Ok(text) => Reply { status, headers, text }.outcome(),
        Err(_) => "broken off".to_owned(),
    }
}
