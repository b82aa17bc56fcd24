//! `/metrics`: what the journal tells of each request, counted.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::HEALTH;
use crate::harness::World;

/// A line of the text: its name and labels, and its value.
type Lines = BTreeMap<String, f64>;

async fn measures(world: &World) -> Lines {
    let reply = world.console(Method::GET, "/metrics", None).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.header("Content-Type"),
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    assert!(reply.text.ends_with("# EOF\n"));
    let lines = reply.text.lines().filter(|line| !line.starts_with('#'));
    let parse = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), value.parse().unwrap())
    };
    let all: Vec<_> = lines.map(parse).collect();
    let count = all.len();
    let all: Lines = all.into_iter().collect();
    assert_eq!(all.len(), count, "no line is there twice");
    all
}

/// What the journal holds, written as the lines of the requests are.
async fn journalled(world: &World) -> Lines {
    let page = world.order(Method::GET, "journal?limit=1000", None).await;
    let mut lines = Lines::new();
    for entry in
        page["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "request")
    {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let status = entry["status"].as_u64().map(|status| status.to_string()).unwrap_or_default();
        let controls = entry["controls"].as_array().unwrap();
        let control = controls.iter().find(|facts| facts["verdict"] == "refused");
        let control = control.and_then(|facts| facts["control"].as_str()).unwrap_or_default();
        let (api, operation, partner) = (text("api"), text("operation"), text("partner"));
        let labels = format!(
            "api=\"{api}\",operation=\"{operation}\",partner=\"{partner}\",status=\"{status}\",control=\"{control}\""
        );
        *lines.entry(format!("bacasable_requests_total{{{labels}}}")).or_default() += 1.0;
    }
    lines
}

/// Every kind of end that a request can have.
async fn traffic(world: &World) {
    let partner = world.partner("editeur-demo").await;
    for _ in 0..3 {
        partner.get(HEALTH).await;
    }
    partner.get("/r2p/v1/personne/3990000101192").await;
    partner.get("/nulle-part/<script>").await;
    partner.get("/fcb-masrestit/api/v2/nulle-part").await;
    partner.ficoba("numCpte", "0020", json!({ "iban": "x" })).await;
    world.caller("editeur-demo").get(HEALTH).await;
    world.caller("partenaire-hors-liste").get(HEALTH).await;
    world.holder_of("x", None).get(HEALTH).await;
    world.holder_of("x", Some("clients/invalid/expired")).get(HEALTH).await;
    world.partner("partenaire-suspendu").await.get(HEALTH).await;
    world
        .order(
            Method::PUT,
            "quotas",
            Some(json!({ "partner": "editeur-demo", "api": "r2p", "used": 1000 })),
        )
        .await;
    partner.get("/r2p/v1/personne/3990000101192").await;
    let dropped = json!({ "match": { "api": "ficoba" }, "times": 1, "outcome": { "drop": true } });
    world.order(Method::POST, "faults", Some(dropped)).await;
    assert!(partner.request(Method::GET, HEALTH).send().await.is_err());
}

#[tokio::test]
async fn the_requests_are_counted_as_the_journal_tells_them() {
    let world = World::start().await;
    traffic(&world).await;
    let told: Lines = measures(&world)
        .await
        .into_iter()
        .filter(|(name, _)| name.starts_with("bacasable_requests_total{"))
        .collect();
    assert_eq!(told, journalled(&world).await);
    assert!(told.len() > 10, "{told:#?}");

    world.order(Method::DELETE, "journal", None).await;
    let after = measures(&world).await;
    assert!(
        told.iter().all(|(name, count)| after[name] == *count),
        "what is forgotten stays counted"
    );
}

/// Under the strict policy an answer that cannot be journalled becomes another one.
#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
async fn under_the_strict_policy_too_the_measures_say_what_the_journal_says() {
    for disk in ["journal.jsonl", "/dev/full"] {
        let dir = tempfile::tempdir().unwrap();
        let world = World::with(|config| {
            config.journal.file = Some(dir.path().join("link.jsonl"));
            config.journal.policy = bacasable::config::JournalPolicy::Strict;
            std::os::unix::fs::symlink(dir.path().join(disk), dir.path().join("link.jsonl"))
                .unwrap();
        })
        .await;
        let caller = world.caller("editeur-demo");
        let seen = [caller.get("/oauth2/jwks").await.status, caller.get(HEALTH).await.status]
            .map(|status| status.as_u16());
        assert_eq!(seen, if disk == "/dev/full" { [503, 503] } else { [200, 401] });
        let of_requests = |(name, _): &(String, f64)| name.starts_with("bacasable_requests_total{");
        let told: Lines = measures(&world).await.into_iter().filter(of_requests).collect();
        assert_eq!(told, journalled(&world).await, "{disk}");
    }
}

#[tokio::test]
async fn what_a_caller_sends_makes_no_label() {
    let world = World::start().await;
    let stranger = world.holder_of("x", Some("clients/invalid/no-partner"));
    for at in 0..50 {
        stranger.get(&format!("/chemin-{at}/jeton-{at}?nom={at}")).await;
    }
    let measures = measures(&world).await;
    let requests: Vec<_> =
        measures.iter().filter(|(name, _)| name.starts_with("bacasable_requests_total")).collect();
    assert_eq!(requests.len(), 1, "{requests:#?}");
    assert_eq!(*requests[0].1, 50.0);
    assert!(requests[0].0.contains("partner=\"\""), "an unknown caller has no name: {requests:?}");
}

#[tokio::test]
async fn durations_fall_into_buckets_by_operation() {
    let world = World::start().await;
    traffic(&world).await;
    let slow = json!({ "match": { "api": "ficoba" }, "times": 1, "outcome": { "delay_ms": 300 } });
    world.order(Method::POST, "faults", Some(slow)).await;
    world.partner("banque-horizon").await.get(HEALTH).await;
    let measures = measures(&world).await;
    let line = |metric: &str, le: &str| {
        measures[&format!(
            "bacasable_request_duration_seconds_{metric}{{{le}api=\"ficoba\",operation=\"etatSante\"}}"
        )]
    };
    let count = line("count", "");
    let of_operation = |name: &&String| {
        name.starts_with("bacasable_requests_total{api=\"ficoba\",operation=\"etatSante\"")
    };
    let requests: f64 = measures.keys().filter(of_operation).map(|name| measures[name]).sum();
    assert_eq!(count, requests);
    assert_eq!(line("bucket", "le=\"+Inf\","), count);
    assert!(line("bucket", "le=\"0.25\",") < count && line("sum", "") > 0.3);
}

#[tokio::test]
async fn handshakes_and_connections_are_counted_by_their_end() {
    let world = World::with(|config| {
        config.gateway.client_certificate = bacasable::config::ClientCertificateMode::Handshake
    })
    .await;
    let caller = world.caller("editeur-demo");
    caller.get(HEALTH).await;
    let open = measures(&world).await;
    assert_eq!(open["bacasable_handshakes_total{outcome=\"accepted\",reason=\"\"}"], 1.0);
    assert_eq!(open["bacasable_connections_open"], 1.0);
    drop(caller);
    assert!(
        world
            .holder_of("x", Some("clients/invalid/expired"))
            .request(Method::GET, "/")
            .send()
            .await
            .is_err()
    );
    world.next_connection_entry("an expired certificate").await;
    let plain = format!("http://localhost:{}/", world.server.gateway.port());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(client.get(plain).send().await.is_err());
    world.next_connection_entry("no TLS").await;
    let after = measures(&world).await;
    for reason in ["certificate-expired", "not-tls"] {
        let line = format!("bacasable_handshakes_total{{outcome=\"refused\",reason=\"{reason}\"}}");
        assert!(after[&line] >= 1.0, "{reason}: {after:#?}");
    }
}

#[tokio::test]
async fn quotas_journal_and_program_are_told() {
    let world = World::start().await;
    traffic(&world).await;
    let measures = measures(&world).await;
    for line in world.order(Method::GET, "quotas", None).await.as_array().unwrap() {
        let labels = format!("{{partner={},api={}}}", line["partner"], line["api"]);
        for (metric, member) in [("limit", "limit"), ("used", "used")] {
            assert_eq!(
                Some(measures[&format!("bacasable_quota_{metric}{labels}")]),
                line[member].as_f64(),
                "{labels}"
            );
        }
    }
    let journal = world.order(Method::GET, "journal", None).await;
    assert_eq!(Some(measures["bacasable_journal_entries"]), journal["total"].as_f64());
    assert_eq!(Some(measures["bacasable_journal_recorded_total"]), journal["next"].as_f64());
    assert_eq!(
        measures[concat!("bacasable_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}")],
        1.0
    );
    assert!(measures["process_start_time_seconds"] > 1.7e9);
    assert!(journal["entries"].as_array().unwrap().iter().all(Value::is_object));
}
