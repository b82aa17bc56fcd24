//! `journal/stream`: the journal as it grows, one server-sent event an entry.
//!
//! An event's `id` is the entry's number, so a client that comes back with `Last-Event-ID` goes on where it was; what memory
//! no longer has by then is told as an event `gap`. The follower's place is its only state ([`Tail`]).

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::stream::{self, Stream};
use http::HeaderMap;
use serde_json::json;

use super::{
    endpoint::Endpoint,
    journal,
    problem::Problem,
    read::Query,
    schema::{integer, object, optional, text},
};
use crate::{
    journal::{Entry, Followed, Tail},
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
    journal::filtered(Endpoint::get(STREAM, follow).about("The entries as they are written: server-sent events"))
        .query("limit", "After how many entries the stream ends; without, when the server stops", integer().minimum(Some(1)))
        .header(LAST, "The `id` of the last event seen: the stream goes on after it, whatever `since` says", integer().minimum(Some(0)))
        .answers_as(
            200,
            "Events whose `id` is the entry's number and whose `data` is the entry; `gap` tells of entries that memory no \
             longer has (`from`, `to`), or of a server that was started anew (`restarted`)",
            "text/event-stream",
            optional(object([("data", text().into())]), [("id", text().into()), ("event", text().into())]),
        )
        .refuses(400),
    ]
}

async fn follow(
    State(sandbox): State<Arc<Sandbox>>,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let filter = journal::filter(&mut query, &sandbox)?;
    let limit = query.read("limit", "a number, 1 or more", |text| {
        text.parse::<u64>().ok().filter(|limit| *limit > 0)
    })?;
    query.finish()?;
    let last = headers.get(LAST).filter(|last| !last.is_empty()).map(|last| {
        let number = last.to_str().ok().and_then(|text| text.parse::<u64>().ok());
        number.ok_or_else(|| {
            Problem::parameter(LAST, "expected the number that an event had as its id")
        })
    });
    let tail = sandbox.journal.follow(filter, last.transpose()?);
    let following = Following { tail, ready: VecDeque::new(), left: limit };
    let events = stream::unfold(following, async |mut following| {
        let event = following.next().await?;
        Some((Ok(event), following))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)))
}

/// A client's place, and what it was given to hold at once.
struct Following {
    tail: Tail,
    ready: VecDeque<Arc<Entry>>,
    left: Option<u64>,
}

impl Following {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.left == Some(0) {
                return None;
            }
            if let Some(entry) = self.ready.pop_front() {
                self.left = self.left.map(|left| left - 1);
                return Some(event(&entry));
            }
            match self.tail.next().await? {
                Followed::Entries(entries) => self.ready.extend(entries),
                Followed::Gap { from, to } => {
                    let gap = json!({ "from": from, "to": to });
                    return Some(
                        Event::default().id(to.to_string()).event("gap").data(gap.to_string()),
                    );
                }
                Followed::Restarted => {
                    let gap = json!({ "restarted": true });
                    return Some(Event::default().event("gap").data(gap.to_string()));
                }
            }
        }
    }
}

fn event(entry: &Entry) -> Event {
    let event = Event::default().id(entry.sequence.to_string());
    match serde_json::to_string(entry) {
        Ok(text) => event.data(text),
        Err(error) => event.comment(format!("an entry without a JSON form: {error}")),
    }
}

const STREAM: &str = "/admin/v1/journal/stream";
const LAST: &str = "Last-Event-ID";
/// Proxies and browsers close what is silent for long; a comment is nothing to a client.
const ALIVE: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::journal::{Filter, Journal};

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_is_kept_alive_by_comments() {
        let journal = Journal::new(5);
        let following = Following {
            tail: journal.follow(Filter::default(), None),
            ready: VecDeque::new(),
            left: None,
        };
        let events = stream::unfold(following, async |mut following| {
            let event = following.next().await?;
            Some((Ok::<_, Infallible>(event), following))
        });
        let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE));
        let mut body = axum::response::IntoResponse::into_response(sse).into_body();
        for _ in 0..2 {
            let frame = body.frame().await.unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap(), ":\n\n");
        }
        journal.record(Entry::default());
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(frame.starts_with(b"id: 0\ndata: {\"format\":1,"), "{frame:?}");
        journal.dismiss();
        assert!(body.frame().await.is_none(), "the stream ends with the server");
    }
}
