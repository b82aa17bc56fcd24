//! The clients that partners copy, each against a server of its own: its own checks pass, and the journal saw what they say.
//!
//! A client whose language is not on this machine is skipped, with the reason.

use std::{collections::BTreeSet, process::Command};

use bacasable::{
    clock::Clock,
    config::{Config, RetryAfter},
    server::Server,
};
use reqwest::Method;
use serde_json::Value;

use crate::harness::{World, certs};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn the_curl_client_does_what_it_says() {
    check("curl").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn the_java_client_does_what_it_says() {
    check("java").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn the_php_client_does_what_it_says() {
    check("php").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn the_python_client_does_what_it_says() {
    check("python").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn the_ruby_client_does_what_it_says() {
    check("ruby").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn the_rust_client_does_what_it_says() {
    check("rust").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn the_typescript_client_does_what_it_says() {
    check("typescript").await;
}

/// Against a gateway that says when to come back by a date, then against one that says it in seconds.
async fn check(client: &'static str) {
    for retry_after in [RetryAfter::Product, RetryAfter::Seconds] {
        check_with(client, retry_after).await;
    }
}

async fn check_with(client: &'static str, retry_after: RetryAfter) {
    let world = world(retry_after).await;
    let (gateway, console) = (world.server.gateway.port(), world.server.console.port());
    let mut command = Command::new("bash");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/clients/run")).arg(client);
    command
        .env("GATEWAY", format!("https://localhost:{gateway}"))
        .env("CONSOLE", format!("http://localhost:{console}"));
    command.env("CERTS", certs()).env("CARGO_NET_OFFLINE", "true");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    if let Some(reason) = said.lines().find(|line| line.starts_with("skipped: ")) {
        println!("{client}: {reason}");
        return;
    }
    assert!(output.status.success(), "{said}");
    let page = world.console(Method::GET, "/admin/v1/journal?limit=1000", None).await.json();
    let entries: Vec<Value> = page["entries"].as_array().unwrap().clone();
    assert_identified(&entries);
    assert_eq!(
        of(&entries, "partenaire-suspendu"),
        ["token 200", "numCpte 401", "token 200", "numCpte 401"]
    );
    let calls = of(&entries, "editeur-demo");
    let times = |call: &str| calls.iter().filter(|made| *made == call).count();
    assert_eq!((times("numCpte 200"), times("numCpte 400")), (1, 1), "{calls:?}");
    assert_eq!((times("RechercheParSPI 401"), times("RechercheParSPI 429")), (1, 1), "{calls:?}");
    for refused in ["RechercheParSPI 401", "RechercheParSPI 429"] {
        let at = calls.iter().position(|call| call == refused).unwrap();
        let next = calls[at + 1..].iter().find(|call| *call != "token 200");
        assert_eq!(
            next.map(String::as_str),
            Some("RechercheParSPI 200"),
            "after {refused}: {calls:?}"
        );
    }
}

/// Each request came with an identifier of its own.
fn assert_identified(entries: &[Value]) {
    let identifiers: BTreeSet<_> =
        entries.iter().map(|entry| entry["correlation_id"].as_str().unwrap()).collect();
    assert_eq!(identifiers.len(), entries.len());
    assert!(
        entries
            .iter()
            .all(|entry| entry["correlation_made"] != true && entry["request_id"].is_string())
    );
}

/// What a partner's requests were, and how they were answered.
fn of(entries: &[Value], partner: &str) -> Vec<String> {
    let own = entries.iter().filter(|entry| entry["partner"] == partner);
    own.map(|entry| format!("{} {}", entry["operation"].as_str().unwrap_or("?"), entry["status"]))
        .collect()
}

/// A server whose clock runs: its clients send the date of the day.
async fn world(retry_after: RetryAfter) -> World {
    let mut config = Config { certs: certs().to_owned(), population: 0, ..Config::default() };
    config.gateway.listen = ([127, 0, 0, 1], 0).into();
    config.console.listen = ([127, 0, 0, 1], 0).into();
    config.gateway.retry_after = retry_after;
    let clock = Clock::system();
    World { server: Server::start(config, clock.clone()).await.unwrap(), clock }
}
