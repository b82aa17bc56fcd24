//! A full disk under each policy. The disk is the system's own `/dev/full`, behind a link that is put right later.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use bacasable::{
    clock::Clock,
    config::{Config, Dialect, JournalPolicy},
};
use reqwest::Method;
use serde_json::Value;

use super::{journal_in, numbers};
use crate::{
    console::HEALTH,
    harness::{CORRELATION_ID, World, builder, certs},
};

async fn world(path: &Path, policy: JournalPolicy, change: impl FnOnce(&mut Config)) -> World {
    World::with(|config| {
        config.journal.file = Some(path.to_owned());
        config.journal.policy = policy;
        change(config);
    })
    .await
}

async fn file(world: &World) -> Value {
    world.order(Method::GET, "journal?limit=1", None).await["file"].clone()
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
async fn under_buffered_a_full_disk_stops_nobody_and_the_console_counts_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    symlink("/dev/full", &path).unwrap();
    let world = world(&path, JournalPolicy::Buffered, |_| {}).await;
    let partner = world.partner("editeur-demo").await;
    for _ in 0..3 {
        assert_eq!(partner.get(HEALTH).await.status, 200);
    }
    world.server.sandbox.journal.settle();
    let told = file(&world).await;
    assert_eq!(
        (told["written"].as_u64(), told["pending"].as_u64(), told["lost"].as_u64()),
        (Some(0), Some(5), Some(0))
    );
    assert!(told["fault"].as_str().unwrap().contains("space"), "{told}");
    let alert = "Le fichier du journal ne peut pas être écrit (No space left on device (os error 28)) : 5 entrées en attente";
    let home = async || world.console(Method::GET, "/", None).await.text.replace('\u{a0}', " ");
    assert!(home().await.contains(alert), "{}", home().await);
    fs::remove_file(&path).unwrap();
    world.server.sandbox.journal.settle();
    assert!(!home().await.contains("Le fichier du journal"), "{}", home().await);
    let told = file(&world).await;
    assert_eq!(
        (told["written"].as_u64(), told["pending"].as_u64(), &told["fault"]),
        (Some(5), Some(0), &Value::Null)
    );
    assert_eq!(numbers(&journal_in(&path).entries), [0, 1, 2, 3, 4], "what waited is there");
}

/// As a container runs it: what standard error tells, once each.
#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
async fn the_log_tells_once_that_the_file_cannot_be_written_and_at_the_end_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    symlink("/dev/full", &path).unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_bacasable"))
        .args(["serve", "--certs", certs().to_str().unwrap(), "--population", "0"])
        .args(["--gateway-listen", "127.0.0.1:0", "--console-listen", "127.0.0.1:0"])
        .args(["--journal-values", "true", "--journal-file", path.to_str().unwrap()])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let gateway = ready.split("gateway=").nth(1).unwrap().split_whitespace().next().unwrap();
    let url = format!("{}{HEALTH}", gateway.replace("127.0.0.1", "localhost"));
    let client = builder(Some("clients/editeur-demo")).build().unwrap();
    for _ in 0..3 {
        assert_eq!(client.get(&url).send().await.unwrap().status(), 401);
    }
    drop(client);
    Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    let output = process.wait_with_output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    for told in [
        "cannot be written: requests are answered",
        "entries of the journal are missing",
        "journal.values = true",
    ] {
        assert_eq!(log.lines().filter(|line| line.contains(told)).count(), 1, "{told}: {log}");
    }
    assert!(log.contains("lost=4"), "the start and three calls: {log}");
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
async fn under_strict_a_full_disk_is_answered_503_until_it_can_be_written_again() {
    for (dialect, expected) in [
        (
            Dialect::Dgfip,
            r#"{"erreur":{"code":900801,"message":"API Limit Reached","horodatage":"2026-11-22T11:00:00+01:00"}}"#,
        ),
        (
            Dialect::Wso2V3,
            r#"{"fault":{"code":900801,"message":"API Limit Reached","description":"API not accepting requests"}}"#,
        ),
        (
            Dialect::Wso2V4,
            r#"{"code":"900801","message":"API Limit Reached","description":"API not accepting requests"}"#,
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let world =
            world(&path, JournalPolicy::Strict, |config| config.gateway.dialect = dialect).await;
        let partner = world.partner("editeur-demo").await;
        assert_eq!(partner.get(HEALTH).await.status, 200);
        fs::rename(&path, dir.path().join("before")).unwrap();
        symlink("/dev/full", &path).unwrap();
        for attempt in ["found out while answering", "refused before any control"] {
            let reply = partner.get(HEALTH).await;
            assert_eq!((reply.status.as_u16(), reply.text.as_str()), (503, expected), "{attempt}");
            assert_eq!(reply.header("x-correlation-id"), CORRELATION_ID);
            assert_eq!(reply.header("retry-after"), "", "the product gives none");
            assert!(reply.header("x-bacasable-reason").contains("journal"), "{:?}", reply.headers);
            let entry = world.last_entry().await;
            assert_eq!(
                (entry["status"].as_u64(), entry["code"].as_str()),
                (Some(503), Some("900801")),
                "{attempt}"
            );
            assert!(entry["note"].as_str().unwrap().contains("journal.policy = strict"), "{entry}");
        }
        assert_eq!(
            world
                .caller("editeur-demo")
                .bare(Method::POST, "/token")
                .send()
                .await
                .unwrap()
                .status(),
            503
        );
        assert_eq!(file(&world).await["pending"], 3);
        assert_eq!(
            world.console(Method::GET, "/health", None).await.status,
            200,
            "the console answers"
        );
        fs::remove_file(&path).unwrap();
        let patience = Clock::instant() + Duration::from_secs(20);
        while world.server.sandbox.journal.blocked() {
            assert!(Clock::instant() < patience, "nobody has to ask for the next attempt");
            tokio::task::yield_now().await;
        }
        assert_eq!(partner.get(HEALTH).await.status, 200);
        let statuses: Vec<_> =
            journal_in(&path).entries.iter().map(|entry| entry.status.unwrap()).collect();
        assert_eq!(statuses, [503, 503, 503, 200], "the file tells what was answered");
        assert_eq!(file(&world).await["lost"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_strict_an_entry_is_on_file_when_its_answer_arrives() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let world = world(&path, JournalPolicy::Strict, |_| {}).await;
    let partner = world.partner("editeur-demo").await;
    for calls in 1..=5 {
        assert_eq!(partner.get(HEALTH).await.status, 200);
        assert_eq!(journal_in(&path).entries.len(), 2 + calls, "the start, the token, the calls");
    }
    let refused = world.caller("editeur-demo").get(HEALTH).await;
    assert_eq!(
        (refused.status.as_u16(), journal_in(&path).entries.len()),
        (401, 8),
        "refusals wait too"
    );
}
