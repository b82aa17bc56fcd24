//! An original in another language whose answers differ in thirty ways: each is found, and nothing else.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Bench, stranger};
use crate::harness::{Partner, World};

const ORIGINAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/parity/original.py");
const FICOBA: &str = "/fcb-masrestit/api/v2";

#[tokio::test(flavor = "multi_thread")]
async fn thirty_differences_on_purpose_are_found_and_nothing_else() {
    let listed = Command::new("python3").args([ORIGINAL, "list"]).output();
    let Ok(listed) = listed else {
        println!("skipped: python3 is not installed");
        return;
    };
    let listed: Vec<(String, String)> = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed.len(), 30);
    let bench = Bench::new();
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    // What this program answers, to be changed.
    let token = asked("token", |method, path| partner.bare(method, path), 0);
    let token = token.send().await.unwrap().json::<Value>().await.unwrap();
    let token = token["access_token"].as_str().unwrap().to_owned();
    let mut answers = vec![answered(&partner, "token", &token, 0).await];
    for (n, (kind, _)) in (1..).zip(&listed) {
        answers.push(answered(&partner, kind, &token, n).await);
    }
    let file = bench.path("answers.json");
    fs::write(&file, json!(answers).to_string()).unwrap();
    let mut original = Command::new("python3")
        .args([ORIGINAL, "serve"])
        .args([&file, &bench.path("certs/server.pem"), &bench.path("certs/server.key")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(original.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let recording = bench.record(&format!("https://localhost:{}", port.trim()), "original.jsonl");
    let client = stranger();
    let ask = |method: Method, path: &str| recording.request(&client, method, path);
    let given = asked("token", ask, 0).send().await.unwrap().json::<Value>().await.unwrap();
    let token = given["access_token"].as_str().unwrap();
    for (n, (kind, _)) in (1..).zip(&listed) {
        bearing(asked(kind, ask, n), kind, token).send().await.unwrap().bytes().await.unwrap();
    }
    recording.stop();
    original.kill().unwrap();
    original.wait().unwrap();

    let (report, end) = bench.compare("original.jsonl", &["--without-settings"]);
    assert_eq!(end, 1);
    let mut found = Vec::new();
    for difference in report["differences"].as_array().unwrap() {
        for exchange in difference["exchanges"].as_array().unwrap() {
            found.push((
                exchange.as_u64().unwrap() - 1,
                difference["id"].as_str().unwrap().to_owned(),
            ));
        }
    }
    found.sort();
    let expected: Vec<_> = (1..).zip(listed.into_iter().map(|(_, id)| id)).collect();
    assert_eq!(found, expected, "{report:#}");
}

/// A request of this kind, the n-th.
fn asked(kind: &str, ask: impl Fn(Method, &str) -> RequestBuilder, n: usize) -> RequestBuilder {
    let search = |iban: &str| {
        json!({"dateDemande": "2026-11-20", "motif": "0020", "siretDemandeur": "20999001900017", "justification": "dossier 7",
            "criteresRecherche": {"iban": iban, "verificationCompte": "0"}})
    };
    let accounts = format!("{FICOBA}/comptes/numCpte");
    let request = match kind {
        "account" => ask(Method::POST, &accounts).json(&search("FR7699010000010000010100185")),
        "nobody" => ask(Method::POST, &accounts).json(&search("FR7699010000010000999999929")),
        "token" => ask(Method::POST, "/token").form(&[
            ("grant_type", "client_credentials"),
            ("client_id", "editeur-demo"),
            ("client_secret", "secret-editeur-demo"),
            ("scope", "dgfip_ficoba_compte dgfip_ficoba_iban dgfip_ficoba_etat_civil_denomination"),
        ]),
        _ => ask(Method::GET, &format!("{FICOBA}/etatSante")),
    };
    request
        .header("X-Correlation-ID", format!("110e8400-e29b-11d4-a716-44665544{n:04}"))
        .header("X-Request-ID", format!("220e8400-e29b-11d4-a716-44665544{n:04}"))
}

fn bearing(request: RequestBuilder, kind: &str, token: &str) -> RequestBuilder {
    match kind {
        "token" => request,
        "refused" => request.bearer_auth("not-a-token"),
        _ => request.bearer_auth(token),
    }
}

/// What this program answers to it, as the other one reads it.
async fn answered(partner: &Partner, kind: &str, token: &str, n: usize) -> Value {
    let request = asked(kind, |method, path| partner.bare(method, path), n);
    let response = bearing(request, kind, token).send().await.unwrap();
    let headers: Vec<_> = response
        .headers()
        .iter()
        .map(|(name, value)| json!([name.as_str(), value.to_str().unwrap()]))
        .collect();
    let status = response.status().as_u16();
    json!({"status": status, "headers": headers, "body": response.text().await.unwrap()})
}
