//! This program compared with itself under other settings, and with an nginx of fixed answers.

use std::{fs, process::Command, time::Duration};

use bacasable::{
    config::{Config, PartialDates},
    product::Dialect,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{Bench, Recording, ids, stranger};
use crate::harness::{CORRELATION_ID, World};

const FICOBA: &str = "/fcb-masrestit/api/v2";
const SECRET: &str = "secret-editeur-demo";

/// What a partner's application asks in an ordinary session, and in a less ordinary one.
async fn session(recording: &Recording) {
    let client = stranger();
    let token = token(recording, &client).await;
    let send = async |method: Method, path: &str, token: &str, body: Option<Value>| {
        let mut request = recording
            .request(&client, method, path)
            .header("X-Correlation-ID", CORRELATION_ID)
            .header("Authorization", format!("Bearer {token}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap().text().await.unwrap()
    };
    let search = |motif: &str, criteria: Value| {
        Some(
            json!({"dateDemande": "2026-11-20", "motif": motif, "siretDemandeur": "20999001900017",
            "justification": "dossier 7", "criteresRecherche": criteria}),
        )
    };
    let post = Method::POST;
    let account =
        search("0020", json!({"iban": "FR7699010000010000010100185", "verificationCompte": "0"}));
    let found = send(post.clone(), &format!("{FICOBA}/comptes/numCpte"), &token, account).await;
    assert!(found.contains("VALBRUNE"), "{found}");
    let closed =
        search("0101", json!({"iban": "FR7699020000010000070100294", "verificationCompte": "1"}));
    send(post.clone(), &format!("{FICOBA}/comptes/numCpte"), &token, closed).await;
    let abroad = search(
        "0020",
        json!({"etatCivil": {"nom": "BENYAZID", "prenoms": "DJAMILA", "anneeNaissance": "1968"},
        "lieuNaissance": {"codePaysNaissance": "99352"}}),
    );
    send(post.clone(), &format!("{FICOBA}/comptes/perPhy"), &token, abroad).await;
    let wrong = search("0020", json!({"iban": "FR00", "verificationCompte": "0"}));
    send(post.clone(), &format!("{FICOBA}/comptes/numCpte"), &token, wrong).await;
    send(Method::GET, "/r2p/v1/personne/3990001401470", &token, None).await;
    send(Method::GET, "/r2p/v1/personne/3990000601181", "not-a-token", None).await;
    send(Method::GET, "/r2p/v1/rien", &token, None).await;
    let bare = recording.request(&client, Method::GET, &format!("{FICOBA}/etatSante"));
    bare.header("X-Correlation-ID", CORRELATION_ID).send().await.unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "editeur-demo"),
        ("client_secret", "wrong"),
    ];
    recording.request(&client, Method::POST, "/token").form(&form).send().await.unwrap();
}

async fn token(recording: &Recording, client: &Client) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "editeur-demo"),
        ("client_secret", SECRET),
        (
            "scope",
            "api_r2p_recherche_personne_physique dgfip_ficoba_etat_civil_denomination dgfip_ficoba_adresse \
            dgfip_ficoba_compte dgfip_ficoba_etablissement_bancaire dgfip_ficoba_date dgfip_ficoba_restitution_verification",
        ),
    ];
    let answer =
        recording.request(client, Method::POST, "/token").form(&form).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn recorded(bench: &Bench, change: impl FnOnce(&mut Config)) -> (String, World) {
    let world = World::with(change).await;
    let recording = bench
        .record(&format!("https://localhost:{}", world.server.gateway.port()), "session.jsonl");
    session(&recording).await;
    let path = recording.session.clone();
    let said = recording.stop();
    assert!(said.contains("échanges enregistrés : 10"), "{said}");
    (fs::read_to_string(path).unwrap(), world)
}

/// A session of this program, under the same settings, has no difference; and nothing of anybody is in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_replays_without_a_difference_under_the_same_settings() {
    let bench = Bench::new();
    let (kept, world) = recorded(&bench, |_| {}).await;
    for value in [
        "VALBRUNE",
        "BENYAZID",
        "DJAMILA",
        "FR7699010000010000010100185",
        "20999001900017",
        "dossier 7",
        "3990001401470",
        "3990000601181",
        SECRET,
        "editeur-demo",
        CORRELATION_ID,
        "eyJ",
    ] {
        assert!(!kept.contains(value), "{value} is in the session");
    }
    let (report, end) = bench.compare("session.jsonl", &[]);
    assert_eq!((ids(&report), end), (vec![], 0), "{report:#}");
    assert_eq!(report["compared"], 10);
    assert_eq!(report["partners"][0]["partner"], "editeur-demo");
    let page = fs::read_to_string(bench.path("certs/parity.json")).unwrap();
    assert!(page.contains("bacasable-parity-report"), "the console finds it");
    // And against the running server, over mutual TLS; its own calls are marked.
    let gateway = format!("https://localhost:{}", world.server.gateway.port());
    let console = format!("http://{}", world.server.console);
    let (report, end) =
        bench.compare("session.jsonl", &["--gateway", &gateway, "--console", &console]);
    assert_eq!((ids(&report), end), (vec![], 0), "{report:#}");
    assert_eq!(world.last_entry().await["made"]["by"], "parity-compare");
}

/// Every setting that changes what goes over the wire is found and named.
#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_another_original_are_found_and_named() {
    let bench = Bench::new();
    recorded(&bench, |config| {
        config.gateway.dialect = Dialect::Wso2V4;
        config.gateway.diagnostics = false;
        config.gateway.token_lifetime_seconds = std::num::NonZeroU64::new(1800).unwrap();
        config.ficoba.partial_dates = PartialDates::Zero;
        config.ficoba.extended_person = true;
        config.r2p.accents = true;
    })
    .await;
    let (report, end) = bench.compare("session.jsonl", &[]);
    assert_eq!(end, 1);
    let mut found: Vec<String> = report["settings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!("{} = {}", one["setting"].as_str().unwrap(), one["value"].as_str().unwrap())
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "ficoba.extended_person = true",
            "ficoba.partial_dates = zero",
            "gateway.diagnostics = false",
            "gateway.dialect = wso2-4",
            "gateway.token_lifetime_seconds = 1800",
            "r2p.accents = true",
        ],
        "{report:#}"
    );
    let unexplained: Vec<_> = report["differences"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["setting"].is_null())
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    // A list of accepted differences, and what share writes.
    let accepted = ids(&report)
        .iter()
        .map(|id| format!("[[accepted]]\ndifference = \"{id}\"\nreason = \"vu\"\n"))
        .collect::<String>();
    fs::write(
        bench.path("parity.accepted.toml"),
        accepted + "[[accepted]]\ndifference = \"header:x-gone\"\nreason = \"vu\"\n",
    )
    .unwrap();
    let output = bench.parity(&["compare", "session.jsonl", "--without-settings"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("acceptée : vu") && told.contains("Acceptée sans objet : header:x-gone"),
        "{told}"
    );
    let junit =
        bench.parity(&["compare", "session.jsonl", "--without-settings", "--format", "junit"]);
    assert!(String::from_utf8_lossy(&junit.stdout).contains("failures=\"0\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_minute_is_replayed_as_one() {
    let bench = Bench::new();
    let world = World::start().await;
    let quotas = json!({"quotas": {"r2p": 1}});
    world.console(Method::PATCH, "/admin/v1/conventions/editeur-demo", Some(quotas)).await;
    let recording =
        bench.record(&format!("https://localhost:{}", world.server.gateway.port()), "quota.jsonl");
    let client = stranger();
    let token = token(&recording, &client).await;
    let mut statuses = Vec::new();
    for step in 0..3 {
        if step == 2 {
            world.clock.advance(jiff::SignedDuration::from_mins(1)).unwrap();
        }
        let request = recording.request(&client, Method::GET, "/r2p/v1/personne/3990000601181");
        let request = request.header("X-Correlation-ID", CORRELATION_ID).bearer_auth(&token);
        statuses.push(request.send().await.unwrap().status().as_u16());
    }
    world.clock.advance(jiff::SignedDuration::from_hours(2)).unwrap();
    let request = recording.request(&client, Method::GET, "/r2p/v1/personne/3990000601181");
    let request = request.header("X-Correlation-ID", CORRELATION_ID).bearer_auth(&token);
    statuses.push(request.send().await.unwrap().status().as_u16());
    assert_eq!(
        statuses,
        [200, 429, 200, 401],
        "the quota, the next minute, a token that has expired"
    );
    recording.stop();
    let (report, end) = bench.compare("quota.jsonl", &["--without-settings"]);
    assert_eq!((ids(&report), end), (vec![], 0), "{report:#}");
}

/// An original that answers everything with the same page.
#[tokio::test(flavor = "multi_thread")]
async fn an_nginx_of_fixed_answers_is_told_from_the_gateway() {
    let Ok(version) = Command::new("nginx").arg("-v").output() else {
        println!("skipped: nginx is not installed");
        return;
    };
    assert!(version.status.success());
    let bench = Bench::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let root = bench.dir.path().display();
    let config = format!(
        "daemon off; pid {root}/nginx.pid; error_log stderr; events {{}}\n\
         http {{ access_log off; client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3; \
         uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;\n\
         server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {root}/certs/server.pem; ssl_certificate_key {root}/certs/server.key;\n\
         ssl_client_certificate {root}/certs/ca.pem; ssl_verify_client on; default_type application/json;\n\
         location /token {{ return 200 '{{\"access_token\":\"opaque\",\"token_type\":\"Bearer\",\"expires_in\":3600}}'; }}\n\
         location / {{ return 404 '{{\"erreur\":{{\"code\":404,\"message\":\"Rien\"}}}}'; }} }} }}\n"
    );
    fs::write(bench.path("nginx.conf"), config).unwrap();
    let mut nginx = Command::new("nginx").arg("-c").arg(bench.path("nginx.conf")).spawn().unwrap();
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let recording = bench.record(&format!("https://localhost:{port}"), "nginx.jsonl");
    let client = stranger();
    let token = token(&recording, &client).await;
    assert_eq!(token, "opaque", "passed on unchanged");
    let health = recording.request(&client, Method::GET, &format!("{FICOBA}/etatSante"));
    health.header("X-Correlation-ID", CORRELATION_ID).bearer_auth(&token).send().await.unwrap();
    recording.stop();
    nginx.kill().unwrap();
    nginx.wait().unwrap();
    let (report, end) = bench.compare("nginx.jsonl", &["--without-settings"]);
    assert_eq!(end, 1);
    let ids = ids(&report);
    for id in ["header:server", "header:cache-control", "status:etatSante", "key:scope"] {
        assert!(ids.contains(&id), "{id} in {ids:?}");
    }
}
