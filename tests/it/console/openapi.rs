//! `/openapi/console.json`: what is described is mounted, what is mounted is described.

use std::{collections::BTreeSet, fs};

use reqwest::Method;
use serde_json::Value;

use crate::{generated::assert_document, harness::World};

async fn document(world: &World) -> Value {
    world.console(Method::GET, "/openapi/console.json", None).await.json()
}

#[tokio::test]
async fn every_described_path_is_mounted_and_takes_the_described_methods_only() {
    let world = World::start().await;
    let document = document(&world).await;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let asked = path.replace("{id}", "none").replace("{correlation_id}", "none");
        // A stream has no end: its number of another run makes it begin with something to tell, and a filter it does not
        // know makes it end.
        let asked = if asked.ends_with("/stream") { format!("{asked}?nothing=0") } else { asked };
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let described = methods.get(method.as_str().to_lowercase()).is_some();
            if described && method == Method::DELETE && !path.contains('{') {
                continue; // would empty what other lines look at; documented examples run it
            }
            let reply = world.console(method.clone(), &asked, None).await;
            assert_eq!(reply.status != 405, described, "{method} {path}: {}", reply.status);
            let unknown_path = reply.text.contains("nothing at");
            assert!(!unknown_path, "{method} {path}: {}", reply.text);
            if described {
                let answers = &methods[method.as_str().to_lowercase()]["responses"];
                assert!(
                    answers.get(reply.status.as_str()).is_some(),
                    "{method} {path} answers {}",
                    reply.status
                );
            }
        }
    }
}

/// The routes are written nowhere but in the list that the document is made from: no other file of the console mounts any.
#[test]
fn nothing_is_mounted_beside_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/console");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue; // the pages for people
        }
        let text = fs::read_to_string(&path).unwrap();
        let mounting = text.matches(".route(").count();
        let allowed = usize::from(path.ends_with("endpoint.rs"));
        assert_eq!(mounting, allowed, "{}", path.display());
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_answer_is_described() {
    let world = World::start().await;
    let document = document(&world).await;
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut used = BTreeSet::new();
    references(&document, &mut used);
    let known: BTreeSet<_> =
        schemas.keys().map(|name| format!("#/components/schemas/{name}")).collect();
    assert_eq!(used, known, "each schema is used, and each that is used is there");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
            for (status, answer) in operation["responses"].as_object().unwrap() {
                assert!(
                    !answer["description"].as_str().unwrap().is_empty(),
                    "{method} {path} {status}"
                );
            }
        }
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if let ("$ref", Value::String(reference)) = (name.as_str(), member) {
                    found.insert(reference.clone());
                }
                references(member, found);
            }
        }
        Value::Array(members) => members.iter().for_each(|member| references(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `docs/openapi` holds the documents as a server at the default addresses gives them: a change of one byte is seen.
#[tokio::test]
async fn the_published_descriptions_are_up_to_date() {
    let world = World::start().await;
    let (gateway, console) = (world.server.gateway.port(), world.server.console.port());
    let own = [(gateway, "8443"), (console, "8080")];
    for name in ["ficoba", "r2p", "sfip", "console"] {
        let reply = world.console(Method::GET, &format!("/openapi/{name}.json"), None).await;
        let mut pretty = serde_json::to_string_pretty(&reply.json()).unwrap() + "\n";
        for (port, usual) in own {
            for host in ["localhost", "127.0.0.1"] {
                pretty = pretty.replace(&format!("{host}:{port}"), &format!("localhost:{usual}"));
            }
        }
        assert_document(&format!("docs/openapi/{name}.json"), &pretty);
    }
}
