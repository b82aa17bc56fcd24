//! `kill -9` under load with the strict policy: every answer that a client had is on file, and no torn line is an entry.
//!
//! A few seeded points by default; `CRASH_POINTS=100 cargo test --test it every_answer_given_before` is the slow form (`docs/journal.md`).

use std::{
    collections::HashMap,
    env,
    fs::OpenOptions,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use bacasable::journal::Kind;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use reqwest::{Client, ClientBuilder};
use serde_json::Value;
use tokio::sync::mpsc;

use super::journal_in;
use crate::{
    console::HEALTH,
    harness::{builder, certs},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_given_before_a_kill_9_is_on_file() {
    let points = env::var("CRASH_POINTS").map_or(6, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let mut draw = ChaCha8Rng::seed_from_u64(8);
    let (mut acknowledged, mut torn) = (HashMap::new(), 0);
    for point in 0..points {
        let mut serving = Serving::start(&path);
        let token = serving.token().await;
        let wanted = draw.random_range(1..=120);
        let given = serving.under_load(&token, point, wanted).await;
        assert!(given.len() >= wanted, "point {point}");
        acknowledged.extend(given);
        // What a system that loses power may leave behind whole lines: a part of one.
        if draw.random_bool(0.5) {
            let line = format!(
                "{{\"format\":1,\"sequence\":7,\"correlation_id\":\"torn-{point}\",\"status\":200}}"
            );
            let cut = draw.random_range(1..line.len());
            OpenOptions::new()
                .append(true)
                .open(&path)
                .unwrap()
                .write_all(&line.as_bytes()[..cut])
                .unwrap();
            torn += 1;
        }
    }
    let read = journal_in(&path);
    assert_eq!(
        read.entries.iter().filter(|entry| entry.kind == Kind::Start).count(),
        points,
        "one start a run"
    );
    let mut on_file = HashMap::new();
    for entry in &read.entries {
        assert!(
            !entry.correlation_id.starts_with("torn"),
            "a torn line was taken for an entry: {entry:?}"
        );
        on_file.insert(entry.correlation_id.as_str(), entry.status);
    }
    for (id, status) in &acknowledged {
        assert_eq!(on_file.get(id.as_str()), Some(&Some(*status)), "{id} was answered {status}");
    }
    assert_eq!(read.remarks.len(), usize::from(torn > 0), "{:?}", read.remarks);
    println!(
        "{points} kills, {} answers acknowledged, all on file; {torn} torn lines, none an entry",
        acknowledged.len()
    );
}

/// A `bacasable serve` of the test's own.
struct Serving {
    process: Child,
    gateway: String,
}

impl Serving {
    fn start(journal: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_bacasable"))
            .args([
                "serve",
                "--certs",
                certs().to_str().unwrap(),
                "--population",
                "0",
                "--gateway-http2",
                "true",
                "--log-level",
                "error",
            ])
            .args(["--gateway-listen", "127.0.0.1:0", "--console-listen", "127.0.0.1:0"])
            .args(["--journal-policy", "strict", "--journal-file", journal.to_str().unwrap()])
            .env_clear()
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let gateway = ready.split("gateway=").nth(1).unwrap().split_whitespace().next().unwrap();
        Self { gateway: gateway.replace("127.0.0.1", "localhost"), process }
    }

    async fn token(&self) -> String {
        let form = [("grant_type", "client_credentials")];
        let request =
            client(ClientBuilder::http1_only).post(format!("{}/token", self.gateway)).form(&form);
        let reply =
            request.basic_auth("editeur-demo", Some("secret-editeur-demo")).send().await.unwrap();
        reply.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned()
    }

    /// Four clients ask; once `wanted` answers have arrived, the server is killed. Every answer that arrived, with its status.
    async fn under_load(&mut self, token: &str, point: usize, wanted: usize) -> Vec<(String, u16)> {
        let (arrived, mut answers) = mpsc::unbounded_channel();
        for number in 0..4 {
            let client = client(if number % 2 == 0 {
                ClientBuilder::http1_only
            } else {
                ClientBuilder::http2_prior_knowledge
            });
            let (url, token, arrived) =
                (format!("{}{HEALTH}", self.gateway), token.to_owned(), arrived.clone());
            tokio::spawn(async move {
                for call in 0.. {
                    // Every seventh has no token: a refusal is an answer too.
                    let token = if call % 7 == 6 { "" } else { &token };
                    let id = format!("{point:08x}-0000-4000-8000-{number:04x}{call:08x}");
                    let request = client
                        .get(&url)
                        .header("X-Correlation-ID", &id)
                        .header("X-Request-ID", "r");
                    let Ok(reply) = request.bearer_auth(token).send().await else { return };
                    let status = reply.status().as_u16();
                    if reply.bytes().await.is_err() || arrived.send((id, status)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(arrived);
        let mut given = Vec::new();
        while let Some(answer) = answers.recv().await {
            given.push(answer);
            if given.len() == wanted {
                self.process.kill().unwrap(); // SIGKILL
                self.process.wait().unwrap();
            }
        }
        given
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill(); // it is dead already unless the test failed
        let _ = self.process.wait();
    }
}

fn client(adjust: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    adjust(builder(Some("clients/editeur-demo"))).build().unwrap()
}
