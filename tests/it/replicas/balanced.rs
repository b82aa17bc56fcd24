//! As a platform runs it: three processes, a real store, a real load balancer with the configuration that is shipped.

use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bacasable::clock::Clock;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    eventually,
    fleet::{Balancer, CALLER, Fleet, console},
    store::{Store, is_installed},
};
use crate::harness::CORRELATION_ID;

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

fn installed(program: &str) -> bool {
    let there = is_installed(program);
    if !there {
        println!("skipped: {program} is not installed");
    }
    there
}

fn haproxy(fleet: &Fleet) -> Balancer {
    fleet.balancer("haproxy.cfg", |file, _| {
        let mut command = Command::new("haproxy");
        command.args(["-db", "-q", "-f"]).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
        command
    })
}

fn nginx(fleet: &Fleet) -> Balancer {
    fleet.balancer("nginx.conf", |file, dir| {
        let mut command = Command::new("nginx");
        command
            .args(["-g", "daemon off;", "-p"])
            .arg(dir)
            .arg("-c")
            .arg(file)
            .stderr(Stdio::null());
        command
    })
}

async fn token(client: &Client, port: u16) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "cellule-fraude"),
        ("client_secret", "secret-cellule-fraude"),
    ];
    let reply =
        client.post(format!("https://localhost:{port}/token")).form(&form).send().await.unwrap();
    let body: Value = reply.json().await.unwrap();
    body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

async fn call(client: &Client, port: u16, token: &str) -> u16 {
    let request = client.get(format!("https://localhost:{port}{HEALTH}")).bearer_auth(token);
    let request = request.header("X-Correlation-ID", CORRELATION_ID).header("X-Request-ID", "r");
    request.send().await.unwrap().status().as_u16()
}

/// Waits until connections get through whichever replica is next: each attempt is one of its own.
async fn answers(balancer: &Balancer, fleet: &Fleet) {
    let asked = &mut async || {
        for _ in 0..6 {
            let client = fleet.client(Some("cellule-fraude"));
            let answer =
                client.get(format!("https://localhost:{}/", balancer.gateway)).send().await;
            if !answer.is_ok_and(|reply| reply.status() == 200) {
                return false;
            }
        }
        true
    };
    eventually("the load balancer answers", Duration::from_secs(30), asked).await;
}

/// Entries of API calls, each replica's own.
async fn entries(fleet: &Fleet) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    for replica in &fleet.replicas {
        let (_, page) =
            console(replica.console, Method::GET, "/admin/v1/journal?operation=etatSante", None)
                .await;
        let own = |entry: &&Value| entry.get("replica").is_none();
        all.push(page["entries"].as_array().unwrap().iter().filter(own).cloned().collect());
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_haproxy_three_replicas_are_one_gateway_and_outlive_their_store() {
    let Some(mut store) = Store::start() else { return };
    if !installed("haproxy") {
        return;
    }
    let fleet = Fleet::start(
        &store,
        &["--gateway-proxy-protocol", "true", "--gateway-trusted-proxies", "127.0.0.1"],
    );
    let balancer = haproxy(&fleet);
    let client = fleet.client(Some("cellule-fraude"));
    answers(&balancer, &fleet).await;
    let order = async |method, path: &str, body| {
        let (status, answer) = console(balancer.console, method, path, Some(body)).await;
        assert_eq!(status, 200, "{answer}");
    };
    order(Method::PUT, "/admin/v1/clock", json!({"frozen": true})).await;
    order(Method::PATCH, "/admin/v1/conventions/cellule-fraude", json!({"quotas": {"ficoba": 60}}))
        .await;
    let limit_is = async |limit: u32| {
        for replica in &fleet.replicas {
            let path = "/admin/v1/conventions/cellule-fraude";
            let (_, convention) = console(replica.console, Method::GET, path, None).await;
            assert_eq!(convention["quotas"]["ficoba"], limit);
        }
    };
    limit_is(60).await;

    let token = Arc::new(token(&client, balancer.gateway).await);
    let storm = async |calls: usize| {
        let mut tasks = JoinSet::new();
        for _ in 0..6 {
            // A client of its own has connections of its own, and these go to the replicas in turn.
            let (client, token, port) =
                (fleet.client(Some("cellule-fraude")), Arc::clone(&token), balancer.gateway);
            tasks.spawn(async move {
                let mut admitted = 0;
                for _ in 0..calls {
                    match call(&client, port, &token).await {
                        200 => admitted += 1,
                        status => assert_eq!(status, 429),
                    }
                }
                admitted
            });
        }
        tasks.join_all().await.into_iter().sum::<usize>()
    };
    assert_eq!(storm(20).await, 60, "of 120 calls offered to three replicas");
    for own in entries(&fleet).await {
        assert!(!own.is_empty(), "the connections go to all in turn");
        assert!(own.iter().all(|entry| entry["address"] == CALLER.to_string()), "{:?}", own[0]);
    }

    order(
        Method::PATCH,
        "/admin/v1/conventions/cellule-fraude",
        json!({"quotas": {"ficoba": 1_000_000}}),
    )
    .await;
    limit_is(1_000_000).await;
    let (running, slow, served) = (
        Arc::new(AtomicBool::new(true)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut load = JoinSet::new();
    for _ in 0..3 {
        let (client, token, port) =
            (fleet.client(Some("cellule-fraude")), Arc::clone(&token), balancer.gateway);
        let (running, slow, served) =
            (Arc::clone(&running), Arc::clone(&slow), Arc::clone(&served));
        load.spawn(async move {
            while running.load(Ordering::Relaxed) {
                let began = Clock::instant();
                assert_eq!(call(&client, port, &token).await, 200);
                served.fetch_add(1, Ordering::Relaxed);
                slow.fetch_add(
                    usize::from(began.elapsed() > Duration::from_secs(3)),
                    Ordering::Relaxed,
                );
            }
        });
    }
    let all_say = async |word: &'static str| {
        let asked = &mut async || {
            let mut all = true;
            for replica in &fleet.replicas {
                let (status, body) = console(replica.console, Method::GET, "/ready", None).await;
                all &= status == 200 && body["status"] == word;
            }
            all
        };
        eventually(word, Duration::from_secs(15), asked).await;
    };
    store.stop();
    all_say("degraded").await;
    let before = served.load(Ordering::Relaxed);
    eventually("served without the store", Duration::from_secs(10), &mut async || {
        served.load(Ordering::Relaxed) > before + 20
    })
    .await;
    store.again();
    all_say("ready").await;
    running.store(false, Ordering::Relaxed);
    load.join_all().await; // every call was answered 200
    assert_eq!(slow.load(Ordering::Relaxed), 0, "no call waits for a store that is gone");
    for replica in &fleet.replicas {
        let (_, page) = console(replica.console, Method::GET, "/admin/v1/journal", None).await;
        let own = |entry: &&Value| entry["kind"] == "store" && entry.get("replica").is_none();
        let notes: Vec<_> = page["entries"]
            .as_array()
            .unwrap()
            .iter()
            .filter(own)
            .map(|entry| entry["note"].as_str().unwrap())
            .collect();
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(
            notes[0].contains("injoignable") && notes[1].contains("de nouveau joignable"),
            "{notes:?}"
        );
    }
    let (_, convention) =
        console(balancer.console, Method::GET, "/admin/v1/conventions/cellule-fraude", None).await;
    assert_eq!(
        convention["quotas"]["ficoba"], 1_000_000,
        "the store came back empty, and was told what all hold to"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_nginx_the_certificate_that_it_was_shown_is_the_callers() {
    let Some(store) = Store::start() else { return };
    if !installed("nginx") {
        return;
    }
    let fleet = Fleet::start(&store, &["--gateway-trusted-proxies", "127.0.0.1"]);
    let balancer = nginx(&fleet);
    let client = fleet.client(Some("cellule-fraude"));
    answers(&balancer, &fleet).await;
    let token = token(&client, balancer.gateway).await;
    for _ in 0..6 {
        assert_eq!(call(&client, balancer.gateway, &token).await, 200);
    }
    let all = entries(&fleet).await;
    assert_eq!(all.iter().map(Vec::len).sum::<usize>(), 6);
    for entry in all.iter().flatten() {
        let seen = ["partner", "address", "via"]
            .map(|name| entry[name].as_str().unwrap_or_default().to_owned());
        assert_eq!(seen, ["cellule-fraude".to_owned(), CALLER.to_string(), "127.0.0.1".to_owned()]);
    }
    // Who shows no certificate, or writes one into the header, is nobody.
    let stranger = fleet.client(None);
    assert_eq!(call(&stranger, balancer.gateway, &token).await, 401);
    let pem = std::fs::read_to_string(fleet.certs("clients/cellule-fraude.pem")).unwrap();
    let written =
        percent_encoding::utf8_percent_encode(&pem, percent_encoding::NON_ALPHANUMERIC).to_string();
    let request =
        stranger.get(format!("https://localhost:{}{HEALTH}", balancer.gateway)).bearer_auth(&token);
    let request = request
        .header("X-WSO2-CLIENT-CERTIFICATE", written)
        .header("X-Correlation-ID", CORRELATION_ID);
    assert_eq!(request.send().await.unwrap().status(), 401);
    let expired = fleet.client(Some("invalid/expired"));
    assert_eq!(
        call(&expired, balancer.gateway, &token).await,
        401,
        "nginx does not judge it: control 1 does"
    );
}
