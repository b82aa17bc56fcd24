//! `journal/stream`: followed, resumed, missed, and ended with the server.

use std::time::Duration;

use bacasable::{clock::Clock, journal::Entry};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{console::HEALTH, harness::World};

/// A reader of server-sent events.
struct Reader {
    response: Response,
    text: String,
}

/// An event: its kind (`message` when it names none), its id, its data.
#[derive(Debug, PartialEq)]
struct Event {
    kind: String,
    id: Option<u64>,
    data: Value,
}

impl Reader {
    async fn open(world: &World, query: &str, last: Option<&str>) -> Self {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        let request =
            client.get(format!("http://{}/admin/v1/journal/stream{query}", world.server.console));
        let request =
            if let Some(last) = last { request.header("Last-Event-ID", last) } else { request };
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next event; none once the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event(block), rest.to_owned());
                self.text = rest;
                if event.is_some() {
                    return event;
                }
                continue;
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn id(&mut self) -> u64 {
        let event = self.next().await.unwrap();
        assert_eq!(
            (event.kind.as_str(), event.data["sequence"].as_u64()),
            ("message", event.id),
            "{event:?}"
        );
        event.id.unwrap()
    }
}

/// A block of lines; none for a comment.
fn event(block: &str) -> Option<Event> {
    let mut event = Event { kind: "message".to_owned(), id: None, data: Value::Null };
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("event", kind)) => event.kind = kind.to_owned(),
            Some(("id", id)) => event.id = Some(id.parse().unwrap()),
            Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
            _ => assert!(line.starts_with(':'), "{line}"),
        }
    }
    (event.data != Value::Null).then_some(event)
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_come_as_they_are_written_and_a_reader_resumes_after_the_last_it_saw() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await; // 0
    let mut live = Reader::open(&world, "", None).await;
    let mut refusals = Reader::open(&world, "?status=401&control=technical-id", None).await;
    partner.get(HEALTH).await; // 1
    world.caller("editeur-demo").get(HEALTH).await; // 2
    assert_eq!((live.id().await, live.id().await), (1, 2));
    let event = refusals.next().await.unwrap();
    assert_eq!((event.id, event.data["code"].as_str()), (Some(2), Some("900902")));
    drop(live);
    partner.get(HEALTH).await; // 3
    let mut resumed = Reader::open(&world, "", Some("1")).await;
    assert_eq!((resumed.id().await, resumed.id().await), (2, 3));
    let mut all = Reader::open(&world, "?since=0&limit=3", None).await;
    assert_eq!((all.id().await, all.id().await, all.id().await, all.next().await), (0, 1, 2, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_memory_no_longer_has_is_told_as_a_gap() {
    let world = World::with(|config| config.journal.capacity = 3.try_into().unwrap()).await;
    let partner = world.partner("editeur-demo").await;
    for _ in 0..5 {
        partner.get(HEALTH).await;
    }
    let mut resumed = Reader::open(&world, "", Some("0")).await;
    let gap = Event { kind: "gap".to_owned(), id: Some(2), data: json!({"from": 1, "to": 2}) };
    assert_eq!((resumed.next().await, resumed.id().await), (Some(gap), 3));
    let mut stranger = Reader::open(&world, "", Some("4000")).await;
    let gap = Event { kind: "gap".to_owned(), id: None, data: json!({"restarted": true}) };
    assert_eq!(stranger.next().await, Some(gap), "a number of an earlier run");
    assert_eq!(stranger.next().await.unwrap().data, json!({"from": 0, "to": 2}));
    assert_eq!(stranger.id().await, 3);
}

/// A reader that does not read costs neither memory nor the others' time, and learns what it missed.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_has_every_number_once_as_an_entry_or_in_a_gap() {
    const ENTRIES: u64 = 60_000;
    let world = World::with(|config| config.journal.capacity = 50.try_into().unwrap()).await;
    let mut reader = Reader::open(&world, "?since=0", None).await;
    let journal = &world.server.sandbox.journal;
    for _ in 0..ENTRIES {
        journal.record(Entry { note: Some("x".repeat(400)), ..Entry::default() });
    }
    let (mut next, mut gaps) = (0, 0);
    while next < ENTRIES {
        let event = reader.next().await.unwrap();
        match event.kind.as_str() {
            "gap" => {
                assert_eq!(event.data["from"], next);
                gaps += 1;
            }
            _ => assert_eq!(event.id, Some(next)),
        }
        next = event.id.unwrap() + 1;
    }
    assert!(gaps > 0, "50 entries in memory, {ENTRIES} written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_moved_does_a_stream_no_harm() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let mut reader = Reader::open(&world, "", None).await;
    let mut times = Vec::new();
    for step in ["PT10M", "-PT30M", "PT5M"] {
        world.order(Method::PUT, "clock", Some(json!({ "advance": step }))).await;
        partner.get(HEALTH).await;
        let event = reader.next().await.unwrap();
        assert_eq!(event.id, Some(1 + times.len() as u64));
        times.push(event.data["time"].as_str().unwrap().to_owned());
    }
    assert_eq!(times, ["2026-11-22T10:10:00Z", "2026-11-22T09:40:00Z", "2026-11-22T09:45:00Z"]);
    world.order(Method::DELETE, "journal", None).await;
    partner.get(HEALTH).await;
    assert_eq!(reader.id().await, 4, "nor does forgetting");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_the_server_and_a_dead_reader_does_not_hold_it() {
    let world =
        World::with(|config| config.gateway.limits.stop_seconds = 1.try_into().unwrap()).await;
    let mut reader = Reader::open(&world, "", None).await;
    let mut dead = TcpStream::connect(world.server.console).await.unwrap();
    dead.write_all(b"GET /admin/v1/journal/stream?since=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut beginning = [0; 15];
    dead.read_exact(&mut beginning).await.unwrap();
    assert_eq!(&beginning, b"HTTP/1.1 200 OK");
    for _ in 0..8000 {
        world
            .server
            .sandbox
            .journal
            .record(Entry { note: Some("x".repeat(2000)), ..Entry::default() });
    }
    // Once a reader that reads has had them all, 16 MB, the one that does not holds its connection's buffers full.
    while reader.id().await < 7999 {}
    let since = Clock::instant();
    world.server.stop().await;
    assert_eq!(reader.next().await, None);
    let spent = since.elapsed();
    assert!(
        (Duration::from_secs(1)..Duration::from_secs(15)).contains(&spent),
        "it was waited for, not for long: {spent:?}"
    );
    drop(dead);
}

#[tokio::test]
async fn what_cannot_be_followed_is_refused() {
    let world = World::start().await;
    for (query, parameter) in
        [("?partner=nobody", "partner"), ("?limit=0", "limit"), ("?after=3", "after")]
    {
        let refusal = world.refusal(Method::GET, &format!("journal/stream{query}"), None).await;
        assert_eq!(refusal, (400, parameter.to_owned()));
    }
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/admin/v1/journal/stream", world.server.console);
    let reply = crate::harness::Reply::read(client.get(url).header("Last-Event-ID", "hier")).await;
    assert_eq!(crate::console::place(&reply), (400, "Last-Event-ID".to_owned()));
}
