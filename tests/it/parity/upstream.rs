//! What can be wrong with an original, and with what is given: a clear line each, and nothing lost of what was recorded.

use std::{fs, sync::Arc};

use reqwest::Method;
use rustls::{ServerConfig, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
};
use tokio_rustls::TlsAcceptor;

use super::{Bench, stranger};
use crate::harness::{World, certs};

/// An original that answers every connection with these bytes, and then closes it, or waits for ever.
async fn original(answer: &'static [u8], waits: bool) -> String {
    original_seen(answer, waits, Arc::default()).await
}

/// The same, which says when a request has come.
async fn original_seen(answer: &'static [u8], waits: bool, asked: Arc<Notify>) -> String {
    let chain =
        CertificateDer::pem_file_iter(certs().join("server.pem")).unwrap().map(Result::unwrap);
    let key = PrivateKeyDer::from_pem_file(certs().join("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.collect(), key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, asked) = (acceptor.clone(), Arc::clone(&asked));
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                asked.notify_one();
                let _ = stream.write_all(answer).await;
                let _ = stream.flush().await;
                if waits {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    format!("https://localhost:{port}")
}

/// The status and the text that a client of the proxy gets, and the exchange that was written.
async fn through(bench: &Bench, upstream: &str, session: &str) -> (u16, String, Value, String) {
    let recording = bench.record(upstream, session);
    let answer =
        recording.request(&stranger(), Method::GET, "/r2p/v1/personne/3990000601181").send().await;
    let (status, text) = match answer {
        Ok(answer) => (answer.status().as_u16(), answer.text().await.unwrap_or_default()),
        Err(_) => (0, String::new()),
    };
    let path = recording.session.clone();
    let said = recording.stop();
    let kept = fs::read_to_string(path).unwrap();
    let exchange = kept.lines().nth(1).unwrap_or_else(|| panic!("nothing was written: {said}"));
    (status, text, serde_json::from_str(exchange).unwrap(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_does_not_answer_is_a_clear_line() {
    let bench = Bench::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let down = format!("https://localhost:{}", taken.local_addr().unwrap().port());
    drop(taken);
    let (status, text, exchange, said) = through(&bench, &down, "down.jsonl").await;
    assert_eq!((status, &exchange["failure"]), (502, &Value::from("unreachable")));
    assert!(
        text.contains("personne ne répond") && said.contains("personne ne répond (1 fois)"),
        "{text} {said}"
    );
    let resets = original(b"", false).await;
    let (status, text, exchange, _) = through(&bench, &resets, "reset.jsonl").await;
    assert_eq!((status, &exchange["failure"]), (502, &Value::from("reset")), "{text}");
    let chatter = original(b"SSH-2.0-OpenSSH_9.2\r\n", false).await;
    let (status, text, exchange, _) = through(&bench, &chatter, "chatter.jsonl").await;
    assert_eq!((status, &exchange["failure"]), (502, &Value::from("not-http")), "{text}");
    let cut = original(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", false).await;
    let (_, _, exchange, _) = through(&bench, &cut, "cut.jsonl").await;
    assert_eq!(
        (&exchange["response"]["status"], &exchange["failure"]),
        (&Value::from(200), &Value::from("reset"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_is_slow_is_a_504() {
    let bench = Bench::new();
    let asked = Arc::new(Notify::new());
    let slow = original_seen(b"", true, Arc::clone(&asked)).await;
    let recording =
        bench.record_with(&slow, "slow.jsonl", &["--ca", "certs/ca.pem", "--timeout", "1"]);
    let path = recording.session.clone();
    // A client that goes away before anything came.
    let impatient = recording.request(&stranger(), Method::GET, "/oauth2/jwks");
    tokio::select! {
        _ = impatient.send() => panic!("nothing is answered"),
        () = asked.notified() => {}
    }
    let answer = recording.request(&stranger(), Method::GET, "/token").send().await.unwrap();
    assert_eq!(answer.status(), 504);
    assert!(answer.text().await.unwrap().contains("aucune réponse à temps"));
    let said = recording.stop();
    assert!(said.contains("le client est parti avant la fin (1 fois)"), "{said}");
    let kept = fs::read_to_string(path).unwrap();
    let failures: Vec<Value> = kept
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["failure"].take())
        .collect();
    assert_eq!(failures, ["client-gone", "timeout"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_whose_certificate_does_not_verify_is_not_spoken_to() {
    let bench = Bench::new();
    let upstream = original(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false).await;
    fs::copy(bench.path("certs/clients/invalid/self-signed.pem"), bench.path("certs/other.pem"))
        .unwrap();
    let recording = bench.record_with(&upstream, "tls.jsonl", &["--ca", "certs/other.pem"]);
    let answer = recording.request(&stranger(), Method::GET, "/token").send().await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().contains("la connexion TLS a échoué"));
    recording.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_kind_is_passed_on_and_noted() {
    let bench = Bench::new();
    let html = original(b"HTTP/1.1 503 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n17\r\n<html>Maintenance</html\r\n1\r\n>\r\n0\r\n\r\n", true).await;
    let (status, text, exchange, said) = through(&bench, &html, "html.jsonl").await;
    assert_eq!(
        (status, exchange["response"]["body"]["kind"].as_str()),
        (503, Some("html")),
        "{text}"
    );
    assert!(said.contains("une page HTML (1 fois)"), "{said}");
    let redirect = original(
        b"HTTP/1.1 302 X\r\nLocation: https://elsewhere/3990000601181\r\nContent-Length: 0\r\n\r\n",
        true,
    )
    .await;
    let recording = bench.record(&redirect, "redirect.jsonl");
    let client =
        crate::harness::builder(None).redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = recording.request(&client, Method::GET, "/token").send().await.unwrap();
    assert_eq!(answer.status(), 302, "not followed");
    assert!(recording.stop().contains("redirection (HTTP 302)"));
    assert!(!fs::read_to_string(bench.path("redirect.jsonl")).unwrap().contains("3990000601181"));
}

/// What passes through is what the original sent, byte for byte, over HTTP/2 too.
#[tokio::test(flavor = "multi_thread")]
async fn an_original_over_http_2_is_recorded_as_such() {
    let bench = Bench::new();
    let world = World::over_both().await;
    let upstream = format!("https://localhost:{}", world.server.gateway.port());
    let (status, text, exchange, _) = through(&bench, &upstream, "http2.jsonl").await;
    assert_eq!((status, exchange["response"]["http"].as_str()), (401, Some("2")));
    assert!(text.contains("900902"), "{text}");
    let (report, _) = bench.compare("http2.jsonl", &[]);
    assert_eq!(report["settings"][0]["setting"], "gateway.http2", "{report:#}");
}

#[test]
fn what_is_given_wrongly_is_named() {
    let bench = Bench::new();
    let told = |words: &[&str]| {
        let output = bench.parity(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let record = |more: &[&'static str]| {
        let mut words = vec![
            "record",
            "--out",
            "x.jsonl",
            "--cert",
            "certs/clients/editeur-demo.pem",
            "--ca",
            "certs/ca.pem",
        ];
        words.extend(more);
        told(&words)
    };
    let key = "certs/clients/editeur-demo.key";
    assert!(record(&["--key", key, "--upstream", "http://x"]).contains("of the form https://host"));
    assert!(
        record(&["--key", key, "--upstream", "https://x", "--listen", "0.0.0.0:0"])
            .contains("not on loopback")
    );
    assert!(
        record(&["--key", "certs/ca.pem", "--upstream", "https://x"]).contains("no private key")
    );
    assert!(
        record(&["--key", key, "--upstream", "https://x", "--keep-values"])
            .contains("not confirmed")
    );
    assert!(
        record(&["--key", key, "--upstream", "https://gw.dgfip.finances.gouv.fr", "--keep-values"])
            .contains("production")
    );
    assert!(!bench.path("x.jsonl").exists(), "nothing was begun");
    fs::write(bench.path("x.har"), "{\"log\":{}}").unwrap();
    assert!(told(&["import", "x.har", "--out", "y.jsonl"]).contains("log.entries is not there"));
    assert!(told(&["compare", "x.har"]).contains("no session"));
    assert!(told(&["compare", "none.jsonl"]).contains("none.jsonl: cannot be read"));
    fs::write(bench.path("list.toml"), "[[accepted]]\ndifference = 1\n").unwrap();
    assert!(told(&["contract", "x.har", "--accepted", "list.toml"]).contains("list.toml: line 2"));
}
