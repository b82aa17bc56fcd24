//! `journal.file`: every entry, run after run, whatever happens to the file.

use std::fs;

use bacasable::{
    journal::{Filter, Kind, snapshot},
    recette::file::read,
};
use reqwest::Method;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{journal_in, numbers};
use crate::{console::HEALTH, harness::World};

#[tokio::test(flavor = "multi_thread")]
async fn each_run_begins_with_what_it_is_and_leaves_every_entry() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    for run in 1..=2 {
        let world = World::with(|config| {
            config.journal.file = Some(path.clone());
            config.seed = run;
        })
        .await;
        world.partner("editeur-demo").await.get(HEALTH).await;
        let shown = world.order(Method::GET, "journal", None).await;
        assert_eq!(shown["file"]["path"], path.to_str().unwrap());
        assert_eq!(
            (shown["total"].as_u64(), shown["file"]["policy"].as_str()),
            (Some(3), Some("buffered"))
        );
        world.server.stop().await;
    }
    let read = journal_in(&path);
    assert_eq!((numbers(&read.entries), read.remarks.len()), (vec![0, 1, 2, 0, 1, 2], 0));
    let seeds: Vec<_> =
        read.entries.iter().filter_map(|entry| entry.run.as_ref()).map(|run| run.seed).collect();
    assert_eq!((seeds, read.entries[3].kind), (vec![1, 2], Kind::Start));
    let call = &read.entries[5];
    assert_eq!((call.operation.as_deref(), call.status), (Some("etatSante"), Some(200)));
    assert!(call.certificate.is_some() && call.token.is_some() && call.quota.is_some(), "{call:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_a_crash_tore_is_no_entry_and_the_next_run_begins_on_a_line_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let whole =
        "{\"format\":1,\"sequence\":0,\"time\":\"2026-11-22T10:00:00Z\",\"kind\":\"request\"";
    fs::write(&path, whole).unwrap();
    let world = World::with(|config| config.journal.file = Some(path.clone())).await;
    world.server.stop().await;
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(&format!("{whole}\n{{")) && text.ends_with("}\n"), "{text}");
    let read = journal_in(&path);
    assert_eq!((read.entries.len(), read.entries[0].kind), (1, Kind::Start));
    assert!(read.remarks[0].contains("n° 1"), "{:?}", read.remarks);
}

/// What brought no request is there too: refused handshakes, bytes that are nothing.
#[tokio::test(flavor = "multi_thread")]
async fn refused_handshakes_and_connections_that_never_parse_are_on_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let world = World::with(|config| {
        config.journal.file = Some(path.clone());
        config.gateway.client_certificate = bacasable::config::ClientCertificateMode::Handshake;
    })
    .await;
    let revoked = world.holder_of("editeur-demo", Some("clients/invalid/revoked"));
    assert!(revoked.request(Method::GET, HEALTH).send().await.is_err());
    let refused = world.next_connection_entry("a revoked certificate").await;
    let mut stranger = TcpStream::connect(world.server.gateway).await.unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let plain = world.next_connection_entry("plain HTTP").await;
    world.server.stop().await;
    let read = journal_in(&path);
    let kept = |shown: &serde_json::Value| {
        read.entries.iter().find(|entry| entry.sequence == shown["sequence"]).unwrap()
    };
    let refused = kept(&refused);
    assert_eq!(refused.kind, Kind::Handshake);
    assert!(refused.certificate.as_ref().unwrap().subject.contains("editeur-demo"), "{refused:?}");
    assert_eq!(refused.cause.as_deref(), Some("certificate-revoked"));
    assert_eq!(kept(&plain).kind, Kind::Handshake);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_file_is_turned_over_and_the_parts_read_as_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let world = World::with(|config| {
        config.journal.file = Some(path.clone());
        (config.journal.file_bytes, config.journal.file_keep) = (4096, 3);
        config.journal.policy = bacasable::config::JournalPolicy::Strict; // each entry is a write of its own
    })
    .await;
    let partner = world.partner("editeur-demo").await;
    for _ in 0..20 {
        assert_eq!(partner.get(HEALTH).await.status, 200);
    }
    let recette = world.console(Method::GET, "/admin/v1/recette?partner=editeur-demo", None).await;
    assert_eq!(recette.status, 200, "the rehearsal is judged on the parts: {}", recette.text);
    let in_memory = world.server.sandbox.journal.read(&Filter::default());
    world.server.stop().await;
    let parts: Vec<_> = snapshot(&path).unwrap().into_iter().map(|(path, _)| path).collect();
    assert_eq!(parts.len(), 4, "{parts:?}");
    assert!(parts.iter().all(|part| fs::metadata(part).unwrap().len() <= 4096));
    let mut shuffled = parts.clone();
    shuffled.reverse();
    let read = read(&shuffled).unwrap();
    let last: Vec<_> = in_memory.iter().map(|entry| entry.sequence).collect();
    assert!(
        last.ends_with(&numbers(&read.entries)),
        "in order, though the clock stood still: {:?}",
        numbers(&read.entries)
    );
    assert!(read.remarks.is_empty() && read.entries.len() > 5, "{:?}", read.remarks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_moved_or_deleted_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let world = World::with(|config| config.journal.file = Some(path.clone())).await;
    let partner = world.partner("editeur-demo").await;
    world.server.sandbox.journal.settle();
    let moved = dir.path().join("journal.jsonl-20261122");
    fs::rename(&path, &moved).unwrap();
    partner.get(HEALTH).await;
    world.server.sandbox.journal.settle();
    assert_eq!((journal_in(&moved).entries.len(), journal_in(&path).entries.len()), (2, 1));
    fs::remove_file(&path).unwrap();
    partner.get(HEALTH).await;
    world.server.sandbox.journal.settle();
    assert_eq!(numbers(&journal_in(&path).entries), [3]);
}

#[tokio::test]
async fn what_cannot_be_a_journal_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let start = async |change: &dyn Fn(&mut bacasable::config::Config)| {
        let certs = crate::harness::certs().to_owned();
        let mut config = bacasable::config::Config { certs, population: 0, ..Default::default() };
        (config.gateway.listen, config.console.listen) =
            (([127, 0, 0, 1], 0).into(), ([127, 0, 0, 1], 0).into());
        change(&mut config);
        let clock = bacasable::clock::Clock::frozen(crate::harness::NOW.parse().unwrap());
        bacasable::server::Server::start(config, clock).await.map(|server| server.gateway)
    };
    let nowhere = dir.path().join("absent/journal.jsonl");
    let wrong =
        start(&|config| config.journal.file = Some(nowhere.clone())).await.unwrap_err().to_string();
    assert!(
        wrong.starts_with("journal.file: ") && wrong.ends_with("(its folder must exist)"),
        "{wrong}"
    );
    let strict = bacasable::config::JournalPolicy::Strict;
    let wrong = start(&|config| config.journal.policy = strict).await.unwrap_err().to_string();
    assert_eq!(wrong, "journal.policy: strict needs a journal.file");
    let path = dir.path().join("journal.jsonl");
    let first = World::with(|config| config.journal.file = Some(path.clone())).await;
    let wrong =
        start(&|config| config.journal.file = Some(path.clone())).await.unwrap_err().to_string();
    assert!(wrong.contains("another process writes there"), "{wrong}");
    first.server.stop().await;
    start(&|config| config.journal.file = Some(path.clone())).await.unwrap();
}
