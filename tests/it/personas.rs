//! Every call that a persona's file documents answers as the file says, and to the byte what is kept in `snapshots/`.

use std::collections::{BTreeMap, HashMap};

use bacasable::{
    register::{Register, SampleCall, Spec},
    rights::ApiId,
};
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Partner, Reply, World};

#[tokio::test]
async fn every_documented_call_of_r2p_answers_as_its_persona_says() {
    play(ApiId::R2p).await;
}

#[tokio::test]
async fn every_documented_call_of_ficoba_answers_as_its_persona_says() {
    play(ApiId::Ficoba).await;
}

#[tokio::test]
async fn every_documented_call_of_sfip_answers_as_its_persona_says() {
    play(ApiId::Sfip).await;
}

async fn play(api: ApiId) {
    let register = Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap();
    let world = World::start().await;
    let mut partners: HashMap<&str, Partner> = HashMap::new();
    let (mut wrong, mut answers) = (Vec::new(), String::new());
    let mut played = 0;
    for persona in register.personas() {
        for call in persona.calls.iter().filter(|call| call.api == api) {
            if !partners.contains_key(call.partner.as_str()) {
                partners.insert(&call.partner, world.partner(&call.partner).await);
            }
            let reply = send(&partners[call.partner.as_str()], call).await;
            let (id, operation, by) = (&persona.id, &call.operation, &call.partner);
            answers.push_str(&format!("{id} {operation} {by}: {} {}\n", reply.status, reply.text));
            let differences = differences(call, &reply);
            if !differences.is_empty() {
                let what = format!("{id}, {operation} by {by}: {}", call.shows);
                wrong.push(format!("{what}\n  {}\n  {}", differences.join("\n  "), reply.text));
            }
            played += 1;
        }
    }
    assert!(played > 20, "only {played} calls");
    assert!(
        wrong.is_empty(),
        "{} of {played} calls answer otherwise:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    insta::assert_snapshot!(api.as_str(), answers);
}

async fn send(partner: &Partner, call: &SampleCall) -> Reply {
    let parameters = call.parameters.as_object().unwrap();
    match call.api {
        ApiId::Ficoba => {
            let motif = call.motif.unwrap().to_string();
            partner.ficoba(&call.operation, &motif, call.parameters.clone()).await
        }
        ApiId::R2p => {
            let text = |key: &str| parameters[key].as_str().unwrap();
            let in_path = call.operation.contains("{spi}");
            let path = if in_path {
                call.operation.replace("{spi}", text("spi"))
            } else {
                call.operation.clone()
            };
            let query: BTreeMap<_, _> =
                parameters.keys().filter(|_| !in_path).map(|key| (key, text(key))).collect();
            let request = partner.request(Method::GET, &format!("/r2p/v1/{path}"));
            Reply::read(request.query(&query)).await
        }
        ApiId::Sfip => crate::sfip::made(partner, call).await,
    }
}

/// What the answer has otherwise than expected.
fn differences(call: &SampleCall, reply: &Reply) -> Vec<String> {
    let expect = &call.expect;
    let body: Value = serde_json::from_str(&reply.text).unwrap_or_default();
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: Option<Value>, found: Value| {
        if expected.as_ref().is_some_and(|expected| *expected != found) {
            differences
                .push(format!("{what}: expected {}, found {found}", expected.unwrap_or_default()));
        }
    };
    let at = |pointer: &str| body.pointer(pointer).cloned().unwrap_or_default();
    let text = |value: &Option<String>| value.as_deref().map(Value::from);
    let code = ["/messageInformatif/code", "/erreur/code"]
        .iter()
        .find_map(|pointer| body.pointer(pointer));
    compare("status", Some(expect.status.into()), reply.status.as_u16().into());
    compare("code", text(&expect.code), code.cloned().unwrap_or_default());
    compare("nombreReponses", text(&expect.answers), at("/nombreReponses"));
    compare("nRep", text(&expect.found), at("/nRep"));
    compare("ibanExistant", text(&expect.exists), at("/reponses/verificationCompte/ibanExistant"));
    compare("dateCloture", text(&expect.closed), at("/reponses/verificationCompte/dateCloture"));
    let counts = at("/reponses")
        .as_array()
        .map(|all| all.iter().map(|one| one["nombreComptes"].clone()).collect());
    compare(
        "nombreComptes",
        expect.accounts.as_ref().map(|counts| counts.clone().into()),
        counts.unwrap_or_default(),
    );
    // The request is echoed with its own IBAN and names: only the answer's count.
    let mut answer = body.clone();
    answer.as_object_mut().map(|answer| answer.remove("caracteristiquesDemande"));
    let ibans =
        expect.ibans.as_ref().map(|ibans| sorted(ibans.iter().map(ToString::to_string).collect()));
    compare("iban", ibans, sorted(values(&answer, &["iban"])));
    let mut holders = Vec::new();
    each(&answer, &mut |key, value| {
        if key == "ayantsDroits" {
            holders.extend(values(value, &["nomNaissance", "raisonSociale"]));
        }
    });
    compare("ayantsDroits", expect.holders.clone().map(sorted), sorted(holders));
    let spi = expect.spi.map(|spi| Value::from(spi.as_str()));
    compare(
        "spi",
        spi,
        values(&answer, &["spi"]).first().map_or(Value::Null, |spi| Value::from(spi.as_str())),
    );
    for (key, value) in expect.body.iter().flatten() {
        if body.get(key) != Some(value) {
            let found = body.get(key).cloned().unwrap_or_default();
            differences.push(format!("{key}: expected {value}, found {found}"));
        }
    }
    differences
}

fn sorted(mut list: Vec<String>) -> Value {
    list.sort();
    list.into()
}

/// The texts under these keys, wherever they stand.
fn values(value: &Value, keys: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    each(value, &mut |key, value| {
        if keys.contains(&key) {
            found.extend(value.as_str().map(str::to_owned));
        }
    });
    found
}

fn each(value: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            visit(key, value);
            each(value, visit);
        }),
        Value::Array(array) => array.iter().for_each(|value| each(value, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
