//! `dataset/{id}`: look-ups in the register, for clients that do not share a machine with the server.

use std::process::Command;

use reqwest::Method;
use serde_json::Value;

use crate::harness::World;

/// What the command of the same name tells.
async fn shown(wanted: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    command.args(["dataset", "show", wanted, "--format", "json", "--population", "50"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_of_any_kind_names_what_the_command_shows() {
    let world = World::with(|config| config.population = 50).await;
    let personas = world.order(Method::GET, "personas", None).await;
    let of = |kind: &str| {
        let found = personas.as_array().unwrap().iter().find(|persona| persona["kind"] == kind);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    // An association without a SIREN is a company too.
    let holder = personas.as_array().unwrap().iter().filter(|persona| persona["kind"] == "company");
    let mut company = Value::Null;
    for persona in holder {
        let sheet = world
            .order(Method::GET, &format!("dataset/{}", persona["id"].as_str().unwrap()), None)
            .await;
        if sheet["societe"]["sirets"][0].is_string() {
            company = sheet;
        }
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let wanted = [
        of("person"),
        of("company"),
        of("group"),
        "compte-orphelin".to_owned(),
        "3990000101192".to_owned(),
        "FR7699010000010000010100185".to_owned(),
        text(&company["societe"]["siren"]),
        text(&company["societe"]["sirets"][0]),
    ];
    for wanted in wanted {
        assert_eq!(
            world.order(Method::GET, &format!("dataset/{wanted}"), None).await,
            shown(&wanted).await,
            "{wanted}"
        );
    }
}

#[tokio::test]
async fn an_identifier_of_nobody_is_not_found_and_a_word_that_is_none_is_told() {
    let world = World::start().await;
    let refusal = async |id: &str| world.refusal(Method::GET, &format!("dataset/{id}"), None).await;
    assert_eq!(refusal("0000000000000").await, (404, "none".to_owned()));
    for word in ["personne-de-connu", "%00", "a%2Fb", "FR7699010000010000010100186"] {
        assert_eq!(refusal(word).await, (400, "id".to_owned()), "{word}");
    }
}
