//! A published contract against the one that is served, and an excerpt to share.

use std::{fs, io::Write, process::Stdio};

use reqwest::Method;
use serde_json::Value;

use super::{Bench, ids};
use crate::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_that_is_served_has_no_drift_and_a_change_of_it_is_one() {
    let bench = Bench::new();
    let world = World::start().await;
    for api in bacasable::rights::ApiId::ALL {
        let mut served =
            world.console(Method::GET, &format!("/openapi/{api}.json?strict"), None).await.json();
        fs::write(bench.path("published.json"), served.to_string()).unwrap();
        let output = bench.parity(&["contract", "published.json"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
        served["paths"]["/demain"] =
            serde_json::json!({"get": {"responses": {"200": {"description": "x"}}}});
        fs::write(bench.path("published.json"), served.to_string()).unwrap();
        let output = bench.parity(&["contract", "published.json", "--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (ids(&report), output.status.code()),
            (vec!["resource:GET /demain"], Some(1)),
            "{report:#}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excerpt_is_written_once_it_was_read() {
    let bench = Bench::new();
    let entry = |url: &str, status: u16, text: &str| {
        serde_json::json!({"startedDateTime": "2026-11-22T10:00:00Z", "time": 1, "request": {"method": "GET", "url": url, "headers": []},
            "response": {"status": status, "headers": [{"name": "X-Other", "value": "a"}], "content": {"text": text}}})
    };
    let one = entry("https://gw/r2p/v1/personne/3990000601181", 418, "{}");
    let har = serde_json::json!({"log": {"entries": [one, one, one]}});
    fs::write(bench.path("x.har"), har.to_string()).unwrap();
    assert!(bench.parity(&["import", "x.har", "--out", "x.jsonl"]).status.success());
    let share = |answer: &str, out: &str| {
        let mut process = bench
            .command(&["share", "x.jsonl", "--out", out])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
        process.wait_with_output().unwrap().status.code()
    };
    assert_eq!(share("non\n", "excerpt.jsonl"), Some(1));
    assert!(!bench.path("excerpt.jsonl").exists());
    assert_eq!(share("oui\n", "excerpt.jsonl"), Some(0));
    let excerpt = fs::read_to_string(bench.path("excerpt.jsonl")).unwrap();
    assert_eq!(
        excerpt.lines().count(),
        2,
        "a head, and one exchange for three that say the same: {excerpt}"
    );
    assert!(!excerpt.contains("3990000601181"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_the_last_comparison() {
    let bench = Bench::new();
    let certs = bench.path("certs");
    let world = World::with(|config| config.certs = certs).await;
    let page = world.console(Method::GET, "/parite", None).await;
    assert!(page.text.contains("Aucune comparaison n'a encore été faite"), "{}", page.text);
    let har = serde_json::json!({"log": {"entries": [{"startedDateTime": "2026-11-22T10:00:00Z", "request": {"method": "GET",
        "url": "https://gw/r2p/v1/personne/1", "headers": []}, "response": {"status": 418, "headers": [], "content": {"text": "{}"}}}]}});
    fs::write(bench.path("x.har"), har.to_string()).unwrap();
    assert!(bench.parity(&["import", "x.har", "--out", "x.jsonl"]).status.success());
    bench.parity(&["compare", "x.jsonl", "--without-settings"]);
    let page = world.console(Method::GET, "/parite", None).await;
    assert!(page.text.contains("HTTP 418") && page.text.contains("x.jsonl"), "{}", page.text);
}
