//! Every call that a persona's file documents does what the file says.

use bacasable::register::{Call, CallApi, Register, Spec};
use serde_json::Value;

use crate::harness::{Reply, World};

#[tokio::test]
async fn every_documented_call_of_a_persona_answers_as_documented() {
    let world = World::start().await;
    let register = Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap();
    let mut wrong = Vec::new();
    for persona in register.personas() {
        for call in persona.calls.iter().filter(|call| call.api == CallApi::Ficoba) {
            let motif = call.motif.unwrap().to_string();
            let partner = world.partner(&call.partner).await;
            let reply = partner.ficoba(&call.operation, &motif, call.parameters.clone()).await;
            wrong.extend(differences(call, &reply).into_iter().map(|difference| {
                format!("{}, {} ({}): {difference}\n{}", persona.id, call.operation, call.shows, reply.text)
            }));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where an answer is not what the call expects.
fn differences(call: &Call, reply: &Reply) -> Vec<String> {
    let body = reply.json();
    let expect = &call.expect;
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let mut wrong = Vec::new();
    let mut compare = |what: &str, expected: Option<String>, found: Option<String>| {
        if expected.is_some() && expected != found {
            wrong.push(format!("{what}: expected {}, found {}", expected.unwrap(), found.unwrap_or_default()));
        }
    };
    let joined = |texts: &[String]| texts.join(", ");
    compare("status", Some(expect.status.to_string()), Some(reply.status.as_u16().to_string()));
    compare("code", expect.code.clone(), text("/messageInformatif/code").or(text("/erreur/code")));
    compare("nombreReponses", expect.answers.clone(), text("/nombreReponses"));
    compare("nRep", expect.found.clone(), text("/nRep"));
    compare("ibanExistant", expect.exists.clone(), text("/reponses/verificationCompte/ibanExistant"));
    compare("dateCloture", expect.closed.clone(), text("/reponses/verificationCompte/dateCloture"));
    let accounts = texts(&body, "nombreComptes");
    compare("nombreComptes", expect.accounts.as_ref().map(|all| joined(all)), Some(joined(&accounts)));
    let mut ibans: Vec<_> = texts(answers(&body), "iban");
    ibans.sort();
    let expected = expect.ibans.as_ref().map(|all| {
        let mut all: Vec<_> = all.iter().map(ToString::to_string).collect();
        all.sort();
        joined(&all)
    });
    compare("iban", expected, Some(joined(&ibans)));
    let holders = holders(&body);
    compare("ayantsDroits", expect.holders.as_ref().map(|all| joined(all)), Some(joined(&holders)));
    wrong
}

/// What an answer tells besides its echo of the demand.
fn answers(body: &Value) -> &Value {
    body.get("reponses").or(body.get("comptes")).unwrap_or(&Value::Null)
}

/// The names of birth of all natural persons with a right, in order.
fn holders(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    visit(answers(body), &mut |key, value| {
        if key == "personnePhysique" {
            found.push(value["nomNaissance"].as_str().unwrap_or_default().to_owned());
        }
    });
    found
}

/// Every text of this key, in order.
fn texts(value: &Value, wanted: &str) -> Vec<String> {
    let mut found = Vec::new();
    visit(value, &mut |key, value| {
        if key == wanted {
            found.extend(value.as_str().map(str::to_owned));
        }
    });
    found
}

/// Every key with its value, depth first.
fn visit(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                see(key, value);
                visit(value, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
