//! What keeps a replica from starting is said in one line, with what to do about it.

use bacasable::{
    clock::Clock,
    config::{Config, SettingValue as _, StoreUrl},
    server::Server,
};
use reqwest::Method;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpListener};

use super::{
    ask,
    store::{Store, url},
};
use crate::harness::{NOW, World, certs};

async fn start(change: impl FnOnce(&mut Config)) -> Result<Server, String> {
    let mut config = Config { certs: certs().to_owned(), population: 0, ..Config::default() };
    config.gateway.listen = ([127, 0, 0, 1], 0).into();
    config.console.listen = ([127, 0, 0, 1], 0).into();
    config.state.timeout_ms = 10_000.try_into().unwrap(); // of a busy machine
    change(&mut config);
    Server::start(config, Clock::frozen(NOW.parse().unwrap()))
        .await
        .map_err(|error| format!("{error:#}"))
}

async fn refused(url: StoreUrl) -> String {
    start(|config| config.state.url = Some(url)).await.err().expect("it should not start")
}

#[tokio::test]
async fn an_address_where_no_redis_is_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let web = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let error = refused(url(&format!("redis://:hunter2@{address}"))).await;
    assert!(
        error.starts_with(&format!("state.url: redis://{address}: ")) && !error.contains("hunter2"),
        "{error}"
    );
    web.abort();
    let _ = web.await;
    let error = refused(url(&format!("redis://{address}"))).await;
    assert_eq!(error, format!("state.url: redis://{address}: nothing listens there"));
}

#[tokio::test]
async fn a_listener_that_says_nothing_holds_the_start_up_for_seconds_only() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let began = Clock::instant();
    let error = start(|config| {
        config.state.url = Some(url(&format!("redis://{}", silent.local_addr().unwrap())));
        config.state.timeout_ms = 250.try_into().unwrap();
    })
    .await
    .err()
    .unwrap();
    assert!(error.contains("did not answer"), "{error}");
    assert!(began.elapsed().as_secs() < 15);
}

#[tokio::test]
async fn a_password_is_asked_for_refused_or_too_much() {
    let Some(store) = Store::with(&["--requirepass", "right"]) else { return };
    let error = refused(store.url()).await;
    assert!(error.contains("password"), "{error}");
    let error = refused(url(&format!("{}?pass=wrong", store.address()))).await;
    assert!(
        error.contains("refuses the user or the password") && !error.contains("wrong"),
        "{error}"
    );
    let good = start(|config| {
        config.state.url = StoreUrl::read(&format!("{}?pass=right", store.address()))
    })
    .await;
    good.unwrap().stop().await;
}

#[tokio::test]
async fn a_replica_that_only_reads_is_told_from_a_primary() {
    let Some(store) = Store::with(&["--replicaof", "127.0.0.1 1"]) else { return };
    let error = refused(store.url()).await;
    assert!(error.contains("read-only") || error.contains("lost its primary"), "{error}");
}

#[tokio::test]
async fn keys_of_others_stay_untouched_whatever_happens_to_ours() {
    let Some(store) = Store::start() else { return };
    let mut connection = store.connection();
    let () = redis::cmd("SET").arg("shop:basket").arg("3").query(&mut connection).unwrap();
    let error = start(|config| {
        config.state.url = Some(store.url());
        config.state.prefix = bacasable::config::Prefix::read("shop").unwrap();
    })
    .await
    .err()
    .unwrap();
    assert!(error.starts_with("state.prefix: shop: ") && error.contains("shop:basket"), "{error}");
    assert_eq!(store.keys(), ["shop:basket"], "nothing was written");
    let () = redis::cmd("SET").arg("old:format").arg("bacasable 0").query(&mut connection).unwrap();
    let error = start(|config| {
        config.state.url = Some(store.url());
        config.state.prefix = bacasable::config::Prefix::read("old").unwrap();
    })
    .await
    .err()
    .unwrap();
    assert!(error.contains("bacasable 0"), "{error}");

    let server = start(|config| config.state.url = Some(store.url())).await.unwrap();
    server.sandbox.quotas.clear(None, None, server.sandbox.clock.now());
    let ours = |key: &String| {
        key.starts_with("bacasable:") || ["old:format", "shop:basket"].contains(&key.as_str())
    };
    assert!(store.keys().iter().all(ours), "{:?}", store.keys());
    server.stop().await;
    let basket: String = redis::cmd("GET").arg("shop:basket").query(&mut connection).unwrap();
    assert_eq!(basket, "3");
}

// The first replica says that it lives while the keys of another folder are made.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_could_never_agree_are_not_let_in() {
    let Some(store) = Store::start() else { return };
    let one = start(|config| config.state.url = Some(store.url())).await.unwrap();
    let error = start(|config| {
        config.state.url = Some(store.url());
        config.seed = 2;
    })
    .await
    .err()
    .unwrap();
    assert!(error.contains("seed 2") && error.contains("1 and 0 at another replica"), "{error}");
    let error = start(|config| {
        config.state.url = Some(store.url());
        config.gateway.dialect = bacasable::config::Dialect::Wso2V4;
    })
    .await
    .err()
    .unwrap();
    assert!(error.contains("gateway.dialect: \"wso2-4\" here"), "{error}");
    let other_certs = tempfile::tempdir().unwrap();
    let error = start(|config| {
        config.state.url = Some(store.url());
        config.certs = other_certs.path().to_owned();
    })
    .await
    .err()
    .unwrap();
    assert!(error.contains("one certs folder"), "{error}");
    // Once the others are gone, nobody remembers them.
    one.stop().await;
    let again = start(|config| {
        config.state.url = Some(store.url());
        config.seed = 2;
    });
    again.await.unwrap().stop().await;
}

#[tokio::test]
async fn a_store_behind_tls_is_reached_by_its_authority_and_by_no_other() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let file = |name: &str| certs().join(name).display().to_string();
    let (certificate, key, authority) = (file("server.pem"), file("server.key"), file("ca.pem"));
    let tls =
        ["--tls-port", &port.to_string(), "--tls-cert-file", &certificate, "--tls-key-file", &key];
    let clients = ["--tls-ca-cert-file", &authority, "--tls-auth-clients", "no"];
    let Some(_store) = Store::with(&[tls.as_slice(), &clients].concat()) else { return };
    let address = url(&format!("rediss://localhost:{port}"));
    let with = async |ca: &str| {
        start(|config| {
            (config.state.url, config.state.ca) = (Some(address.clone()), Some(certs().join(ca)))
        })
        .await
    };
    with("ca.pem").await.unwrap().stop().await;
    let error = with("clients/invalid/self-signed.pem").await.err().unwrap();
    assert!(
        error.starts_with("state.url: rediss://localhost:")
            && error.to_lowercase().contains("certificate"),
        "{error}"
    );
    let error = refused(url(&format!("redis://localhost:{port}"))).await;
    assert!(error.starts_with("state.url: redis://localhost:"), "{error}");
}

#[tokio::test]
async fn an_authority_that_cannot_be_read_is_named() {
    let error = start(|config| {
        config.state.url = Some(url("rediss://127.0.0.1:1"));
        config.state.ca = Some("/nowhere/ca.pem".into());
    })
    .await
    .err()
    .unwrap();
    assert!(error.starts_with("state.ca: /nowhere/ca.pem: "), "{error}");
}

#[tokio::test]
async fn the_rights_that_the_documentation_names_load_and_suffice() {
    let page = format!("{}/docs/replicas.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(page).unwrap();
    let line = page.lines().find(|line| line.starts_with("user bacasable on ")).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let line = line.replace("PASSWORD", "geheim").replace("PREFIX", "bacasable");
    std::fs::write(file.path(), format!("{line}\n")).unwrap();
    let Some(store) = Store::with(&["--aclfile", file.path().to_str().unwrap()]) else { return };
    let address = format!("{}?user=bacasable&pass=geheim", store.address());
    let world = World::with(|config| config.state.url = Some(url(&address))).await;
    let partner = world.partner("editeur-demo").await;
    assert_eq!(partner.get("/fcb-masrestit/api/v2/etatSante").await.status, 200);
    let reply = world.console(Method::POST, "/admin/v1/reset", Some(json!({}))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(ask(&world, "/ready").await["status"], "ready");
}
