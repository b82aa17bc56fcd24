//! The journal of all replicas: each tells its entries in a bounded stream, and hears those of the others into its own memory,
//! so that whoever reads a journal (console, pages, recette) reads that of all.
//!
//! Nothing is told while a request is answered: what was written down since the last look is told at the next one. An entry
//! says when it came in by the clock of its machine; here it becomes the time since this process started, as its own entries
//! have it, so that what followed what can be read off. What is forgotten at one console is told in the same stream, after
//! the entries that it concerns. What `journal.values` keeps of requests stays where it was written.

use std::collections::HashMap;

use jiff::Timestamp;
use redis::{Value, from_redis_value};
use serde::{Deserialize, Serialize};

use super::Replica;
use crate::{
    admission::Control,
    clock::Clock,
    entropy,
    journal::{Entry, Filter, Since},
    state::Away,
};

/// How far this replica has told and heard.
pub(super) struct Bookmarks {
    /// The number of the next entry to tell.
    next: u64,
    /// The last message that was heard.
    last: String,
    /// The number of the last entry of each other replica.
    of: HashMap<String, u64>,
}

/// What is told.
#[derive(Serialize, Deserialize)]
struct Message {
    /// When it happened: microseconds since the Unix epoch, by the system's clock.
    at: i64,
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    /// An entry, as of when it came in.
    Entry(Box<Entry>),
    /// Entries that a console forgot.
    Forget(Box<Forgotten>),
}

/// A filter in words; without numbers of entries, which are each replica's own.
#[derive(Serialize, Deserialize)]
struct Forgotten {
    partner: Option<String>,
    api: Option<String>,
    operation: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    control: Option<Control>,
    correlation_id: Option<String>,
    fault: Option<String>,
    since: Option<Timestamp>,
}

impl Default for Bookmarks {
    fn default() -> Self {
        Self { next: 0, last: "0-0".to_owned(), of: HashMap::new() }
    }
}

impl Replica {
    /// Has the digests of all replicas be the same for the same request.
    pub(super) async fn share_seal(&self) -> Result<(), Away> {
        let key = self.store.key("seal");
        let mine: String = entropy::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut ask = redis::pipe();
        ask.cmd("SET").arg(&key).arg(&mine).arg("NX").ignore().cmd("GET").arg(&key);
        let (seal,): (String,) = self.store.send(&ask).await?;
        let number = u128::from_str_radix(&seal, 16).unwrap_or_default(); // whatever it is, all have the same
        self.sandbox.journal.share_seal(number.to_be_bytes());
        Ok(())
    }

    /// Tells the others what was written down here, and what was forgotten.
    ///
    /// # Errors
    /// [`Away`]: it is told once the store is back, as far as it is still in memory.
    pub(super) async fn tell_journal(&self) -> Result<(), Away> {
        let mut marks = self.marks.lock().await;
        let journal = &self.sandbox.journal;
        let since = Filter { since: Some(Since::Sequence(marks.next)), ..Filter::default() };
        let page = journal.page(&since, usize::MAX);
        let (system, own) = (Clock::system().now().as_microsecond(), journal.since_birth(Clock::instant()));
        let told = |entry: &Entry| {
            let age = i64::try_from(own.saturating_sub(entry.arrived_us)).unwrap_or(i64::MAX);
            Message {
                at: system.saturating_sub(age),
                what: What::Entry(Box::new(Entry { values: None, ..entry.clone() })),
            }
        };
        let entries: Vec<_> = page.entries.iter().filter(|entry| entry.replica.is_none()).collect();
        for some in entries.chunks(PAGE) {
            self.tell_messages(some.iter().map(|entry| told(entry))).await?;
            marks.next = some.last().map_or(marks.next, |entry| entry.sequence + 1);
        }
        marks.next = marks.next.max(page.next);
        let forgotten = self.sandbox.forgotten();
        let forgotten = forgotten.iter().filter_map(Forgotten::of);
        self.tell_messages(forgotten.map(|one| Message { at: system, what: What::Forget(Box::new(one)) })).await
    }

    /// Hears the entries of the others.
    pub(super) async fn hear_journal(&self) -> Result<(), Away> {
        let mut marks = self.marks.lock().await;
        loop {
            let mut ask = redis::pipe();
            let from = format!("({}", marks.last);
            ask.cmd("XRANGE").arg(self.store.key("journal")).arg(from).arg("+").arg("COUNT").arg(PAGE);
            let (page,): (Vec<(String, Vec<Value>)>,) = self.store.send(&ask).await?;
            let read = page.len();
            if let Some((id, _)) = page.last() {
                marks.last.clone_from(id);
            }
            let mut messages: Vec<_> = page.into_iter().filter_map(|(_, fields)| self.message(fields)).collect();
            // Each replica tells several at once.
            messages.sort_by_key(|(_, message)| message.at);
            for (replica, message) in messages {
                self.hear_message(&mut marks, replica, message);
            }
            if read < PAGE {
                return Ok(());
            }
        }
    }

    /// A message of another replica. What another version tells otherwise is none of ours.
    fn message(&self, fields: Vec<Value>) -> Option<(String, Message)> {
        let mut texts = fields.into_iter().map(|field| from_redis_value::<String>(field).unwrap_or_default());
        let (replica, text) = (texts.nth(1)?, texts.nth(1)?);
        let message = serde_json::from_str(&text).ok()?;
        (replica != self.id).then_some((replica, message))
    }

    fn hear_message(&self, marks: &mut Bookmarks, replica: String, Message { at, what }: Message) {
        let journal = &self.sandbox.journal;
        let entry = match what {
            What::Entry(entry) => entry,
            What::Forget(forgotten) => {
                journal.forget(&forgotten.filter());
                return;
            }
        };
        // Told twice when an answer of the store was lost on its way.
        if marks.of.get(&replica).is_some_and(|last| *last >= entry.sequence) {
            return;
        }
        marks.of.insert(replica.clone(), entry.sequence);
        let age = u64::try_from(Clock::system().now().as_microsecond().saturating_sub(at)).unwrap_or(0);
        let arrived_us = journal.since_birth(Clock::instant()).saturating_sub(age);
        journal.hear(Entry { replica: Some(replica), arrived_us, ..*entry });
    }

    async fn tell_messages(&self, messages: impl Iterator<Item = Message>) -> Result<(), Away> {
        let mut tell = redis::pipe();
        let key = self.store.key("journal");
        let kept = self.sandbox.config.state.journal_entries.get();
        for message in messages {
            let text = serde_json::to_string(&message).expect("texts, numbers and moments");
            let add = tell.cmd("XADD").arg(&key).arg("MAXLEN").arg("~").arg(kept).arg("*");
            add.arg("replica").arg(&self.id).arg("message").arg(text).ignore();
        }
        if tell.is_empty() { Ok(()) } else { self.store.send(&tell).await }
    }
}

impl Forgotten {
    /// Nothing for a filter by numbers, which are this replica's own.
    fn of(filter: &Filter) -> Option<Self> {
        let since = match filter.since {
            Some(Since::Sequence(_)) => return None,
            Some(Since::Time(since)) => Some(since),
            None => None,
        };
        let Filter { partner, api, operation, status, code, control, correlation_id, fault, .. } = filter.clone();
        Some(Self { partner, api, operation, status, code, control, correlation_id, fault, since })
    }

    fn filter(self) -> Filter {
        let Self { partner, api, operation, status, code, control, correlation_id, fault, since } = self;
        Filter { partner, api, operation, status, code, control, correlation_id, fault, since: since.map(Since::Time) }
    }
}

/// How many messages are told or heard at once.
const PAGE: usize = 500;
