//! What scenarios and injected faults need of R2P: its codes, its parameters, and answers in its own words.

use bacasable::api::{Api, r2p::R2p};

use super::{ask, query};
use crate::harness::World;

#[test]
fn codes_come_once_each() {
    assert_eq!(R2p.codes(), ["4003", "40305", "40306", "40307", "40433"]);
}

#[test]
fn each_resource_has_the_swagger_s_parameters() {
    let parameters: Vec<_> =
        R2p.resources().iter().map(|resource| R2p.parameters(resource)).collect();
    assert_eq!(parameters.iter().map(Vec::len).collect::<Vec<_>>(), [15, 7, 1]);
    assert!(!parameters[1].iter().any(|name| name.starts_with("adr")));
    assert_eq!(parameters[2], ["spi"]);
}

const SCENARIOS: &str = r#"
[[scenario]]
id = "non-communicable"
title = "Un dossier non communicable, par un nom"
when = [{ api = "r2p", criteria = { nom = "SCENARIO-NC" } }]
outcome = { code = "40306" }

[[scenario]]
id = "criteres"
title = "Un paramètre refusé, par un SPI"
when = [{ api = "r2p", criteria = { spi = "3999999998001" } }]
outcome = { code = "4003" }

[[scenario]]
id = "absent"
title = "Le statut 404, par une commune"
when = [{ api = "r2p", criteria = { adrCodeCommune = "999" } }]
outcome = { status = 404 }
"#;

#[tokio::test]
async fn an_ordered_status_has_the_message_that_was_chosen() {
    use reqwest::Method;
    use serde_json::json;
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for (status, message, outcome, told) in [
        (403, None, "403 40305", "Trop de réponses"),
        (403, Some("Dossier non communicable"), "403 40306", "Dossier non communicable"),
        (400, Some("Paramètre répété"), "400 4003", "Paramètre répété"),
    ] {
        let order = json!({
            "match": { "api": "r2p" }, "times": 1, "outcome": { "status": status, "message": message },
        });
        world.order(Method::POST, "faults", Some(order)).await;
        let reply = ask(&partner, "/personne/3990000101192", &[]).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.json()["erreur"]["message"].as_str()),
            (outcome, Some(told))
        );
    }
}

#[tokio::test]
async fn a_scenario_makes_r2p_fail_in_its_own_words_whatever_the_parameters() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("scenarios.toml"), SCENARIOS).unwrap();
    let world = World::with(|config| config.fixtures = Some(dir.path().to_owned())).await;
    let partner = world.partner("editeur-demo").await;
    for (path, criteria, outcome, message) in [
        ("/personne", "nom=SCENARIO-NC", "403 40306", "Dossier non communicable"),
        ("/personne/spi", "nom=SCENARIO-NC prenom=X", "403 40306", "Dossier non communicable"),
        ("/personne/3999999998001", "", "400 4003", "Format incorrect"),
        ("/personne", "adrCodeCommune=999", "404 40433", "Personne non trouvée"),
    ] {
        let reply = ask(&partner, path, &query(criteria)).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.json()["erreur"]["message"].as_str()),
            (outcome, Some(message))
        );
        let entry = world.last_entry().await;
        assert_eq!(
            (entry["code"].as_str(), entry["fault"].is_string()),
            (outcome.split_once(' ').map(|(_, code)| code), true)
        );
    }
    assert_eq!(ask(&partner, "/personne/3990000101192", &[]).await.status, 200);
}
