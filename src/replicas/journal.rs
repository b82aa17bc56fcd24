//! The journal of all replicas: each tells its entries in a bounded stream, and hears those of the others into its own memory,
//! so that whoever reads a journal (console, pages, recette) reads that of all.
//!
//! Nothing is told while a request is answered: what was written down since the last look is told at the next one, many
//! entries in one message, and over a connection of its own. A message is lines:
//!
//! ```text
//! entry <when it came in> <its number there> <its JSON>
//! forget <when> <a filter's JSON>
//! begin <when> <whose run, or null, as JSON>
//! ```
//!
//! Moments are microseconds since the Unix epoch, by the system's clock of who tells; here they become the time since this
//! process started, as its own entries have it, so that what followed what can be read off. What is forgotten at one console
//! is told in the same stream, after the entries that it concerns. What `journal.values` keeps of requests stays where it was
//! written. A message is named by how many lines were told up to it, by all, so that the stream is cut by lines.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::Arc,
};

use redis::{Value, from_redis_value};

use super::Replica;
use crate::{
    clock::Clock,
    entropy, hex,
    journal::{Filter, Record, Since},
    sandbox,
    state::Away,
};

/// How far this replica has told and heard.
#[derive(Default)]
pub(super) struct Bookmarks {
    /// The number of the next entry to tell.
    next: u64,
    /// How many lines were told, by all, up to the last message that was heard: its name.
    last: u64,
    /// The number after that of the last entry heard, for each other replica.
    next_of: HashMap<Arc<str>, u64>,
    /// The key of the digests, as the store has it.
    seal: Option<String>,
    /// A name that the store has until it is emptied.
    life: Option<String>,
}

/// What another replica told.
struct StreamEvent<'m> {
    replica: Arc<str>,
    at: i64,
    what: What<'m>,
}

enum What<'m> {
    /// An entry: its number there, its JSON.
    Entry(u64, &'m str),
    /// Entries that a console forgot.
    Forget(Box<Filter>),
    /// A run of tests that began, of one partner or of all.
    Begin(Option<String>),
}

impl Bookmarks {
    /// Whether a line was not heard before, asked in the order of the stream: an entry is told twice when an answer of the
    /// store was lost on its way.
    fn is_news(&mut self, line: &StreamEvent<'_>) -> bool {
        let What::Entry(sequence, _) = line.what else { return true };
        let next = self.next_of.entry(Arc::clone(&line.replica)).or_default();
        let is_news = sequence >= *next;
        *next = (*next).max(sequence + 1);
        is_news
    }
}

impl Replica {
    /// Has the digests of all replicas be the same for the same request, and notices a store that was emptied: it is told
    /// again what is in memory here, and who heard it before knows that by the numbers.
    pub(super) async fn share_seal(&self) -> Result<(), Away> {
        let mut marks = self.marks.lock().await;
        let (seal_key, life_key) = (self.store.key("seal"), self.store.key("journal:life"));
        let mine = marks.seal.clone().unwrap_or_else(random);
        let mut ask = redis::pipe();
        ask.cmd("SET").arg(&seal_key).arg(mine).arg("NX").ignore().cmd("GET").arg(&seal_key);
        ask.cmd("SET").arg(&life_key).arg(random()).arg("NX").ignore().cmd("GET").arg(&life_key);
        let (seal, life): (String, String) = self.store.send(&ask).await?;
        let number = u128::from_str_radix(&seal, 16).unwrap_or_default(); // whatever it is, all have the same
        self.sandbox.journal.share_seal(number.to_be_bytes());
        if marks.life.as_ref().is_some_and(|known| *known != life) {
            marks.next = 0;
        }
        (marks.seal, marks.life) = (Some(seal), Some(life));
        Ok(())
    }

    /// Tells the others what was written down here, and what was forgotten.
    ///
    /// # Errors
    /// [`Away`]: it is told once the store is back, as far as it is still in memory.
    pub(super) async fn publish_journal(&self) -> Result<(), Away> {
        let mut marks = self.marks.lock().await;
        let journal = &self.sandbox.journal;
        let (entries, next) = journal.own_since(marks.next);
        let (system, own) =
            (Clock::system().now().as_microsecond(), journal.since_birth(Clock::instant()));
        for some in entries.chunks(AT_ONCE) {
            let mut text = Vec::with_capacity(some.len() * USUAL);
            for (sequence, record) in some {
                let age =
                    i64::try_from(own.saturating_sub(record.arrived_us())).unwrap_or(i64::MAX);
                write_line(&mut text, system.saturating_sub(age), *sequence, record)
                    .expect("a vector takes whatever comes");
            }
            self.publish_lines(&mut marks, some.len() as u64, text).await?;
            marks.next = some.last().map_or(marks.next, |(sequence, _)| sequence + 1);
        }
        marks.next = next;
        let mut untold = self.sandbox.forgotten().drain().into_iter();
        while let Some(one) = untold.next() {
            let Some(line) = forgotten(&one, system) else { continue };
            if let Err(away) = self.publish_lines(&mut marks, 1, line.into_bytes()).await {
                self.sandbox.forgotten().requeue(std::iter::once(one).chain(untold));
                return Err(away);
            }
        }
        Ok(())
    }

    /// Hears the entries of the others.
    pub(super) async fn receive_journal(&self) -> Result<(), Away> {
        let mut marks = self.marks.lock().await;
        loop {
            let mut ask = redis::pipe();
            let from = format!("({}-0", marks.last);
            ask.cmd("XRANGE")
                .arg(self.store.key("journal"))
                .arg(from)
                .arg("+")
                .arg("COUNT")
                .arg(PAGE);
            let (page,): (Vec<(String, Vec<Value>)>,) = self.store.send_aside(&ask).await?;
            let read = page.len();
            let name = |id: &str| id.split('-').next().and_then(|number| number.parse().ok());
            marks.last = page.last().and_then(|(id, _)| name(id)).unwrap_or(marks.last);
            let messages: Vec<_> =
                page.into_iter().filter_map(|(_, fields)| self.message(fields)).collect();
            let lines = messages.iter().flat_map(|(replica, text)| lines(replica, text));
            let mut news: Vec<_> = lines.filter(|line| marks.is_news(line)).collect();
            news.sort_by_key(|line| line.at); // each replica tells several at once, in the order of its answers
            news.into_iter().for_each(|line| self.receive_line(line));
            if read < PAGE {
                return Ok(());
            }
        }
    }

    /// Who told a message, and its text; none for one's own.
    fn message(&self, fields: Vec<Value>) -> Option<(Arc<str>, String)> {
        let mut fields = fields.into_iter();
        let (replica, text) = (fields.nth(1)?, fields.nth(1)?);
        let replica: String = from_redis_value(replica).ok()?;
        (replica != self.id).then(|| Some((replica.into(), from_redis_value(text).ok()?)))?
    }

    fn receive_line(&self, StreamEvent { replica, at, what }: StreamEvent<'_>) {
        let journal = &self.sandbox.journal;
        match what {
            What::Entry(_, text) => journal.receive(replica, self.here(at), text),
            What::Begin(partner) => {
                journal.begin(partner.as_deref(), self.here(at));
                self.sandbox.let_go(partner.as_deref());
            }
            What::Forget(filter) => {
                journal.forget(&filter);
            }
        }
    }

    /// A moment of the system's clock, as microseconds since this process started.
    fn here(&self, at: i64) -> u64 {
        let age =
            u64::try_from(Clock::system().now().as_microsecond().saturating_sub(at)).unwrap_or(0);
        self.sandbox.journal.since_birth(Clock::instant()).saturating_sub(age)
    }

    async fn publish_lines(
        &self,
        marks: &mut Bookmarks,
        count: u64,
        text: Vec<u8>,
    ) -> Result<(), Away> {
        let mut call = self.scripts.publish.key(self.store.key("journal"));
        let call = call
            .key(self.store.key("journal:told"))
            .arg(self.sandbox.config.state.journal_entries.get());
        let total: u64 = self.store.run_aside(call.arg(count).arg(&self.id).arg(text)).await?;
        if marks.last + count == total {
            marks.last = total; // nobody told anything in between: there is nothing to hear of it but what was just said
        }
        Ok(())
    }
}

fn random() -> String {
    hex::encode(&entropy::bytes::<16>())
}

/// Adds the line of an entry that came in at this moment; all but the values of its request.
fn write_line(text: &mut Vec<u8>, at: i64, sequence: u64, record: &Record) -> io::Result<()> {
    write!(text, "entry {at} {sequence} ")?;
    record.write_but_values(sequence, text);
    writeln!(text)
}

/// The line that tells what was forgotten; `now` is a moment in microseconds.
fn forgotten(what: &sandbox::Forgotten, now: i64) -> Option<String> {
    match what {
        // Numbers of entries are each replica's own.
        sandbox::Forgotten::Entries(Filter { since: Some(Since::Sequence(_)), .. }) => None,
        sandbox::Forgotten::Entries(filter) => {
            let filter = serde_json::to_string(filter).expect("texts, numbers and moments");
            Some(format!("forget {now} {filter}\n"))
        }
        sandbox::Forgotten::Before(began, partner) => {
            let partner = serde_json::to_string(partner).expect("a text or nothing");
            Some(format!("begin {} {partner}\n", began.as_microsecond()))
        }
    }
}

/// The lines of a message. What another version tells otherwise is none of ours.
fn lines<'m>(replica: &'m Arc<str>, text: &'m str) -> impl Iterator<Item = StreamEvent<'m>> {
    let read = |line: &'m str| {
        let (kind, rest) = line.split_once(' ')?;
        let (at, rest) = rest.split_once(' ')?;
        let what = match kind {
            "entry" => rest
                .split_once(' ')
                .and_then(|(number, json)| Some(What::Entry(number.parse().ok()?, json)))?,
            "forget" => What::Forget(serde_json::from_str(rest).ok()?),
            "begin" => What::Begin(serde_json::from_str(rest).ok()?),
            _ => return None,
        };
        Some(StreamEvent { replica: Arc::clone(replica), at: at.parse().ok()?, what })
    };
    text.lines().filter_map(read)
}

/// Entries told in one message: some tens of kilobytes.
const AT_ONCE: usize = 32;
/// Bytes of an entry, more or less.
const USUAL: usize = 2560;
/// Messages heard at once.
const PAGE: usize = 32;

/// KEYS: the stream, how many lines were told. ARGV: how many lines are kept, how many these are, who tells, the lines. After
/// the store was emptied numbers go on from the time, so that nobody waits for those that came before.
pub(super) const PUBLISH: &str = r"
if redis.call('EXISTS', KEYS[2]) == 0 then
  local time = redis.call('TIME')
  redis.call('SET', KEYS[2], string.format('%.0f', time[1] * 1000000 + time[2]))
end
local total = redis.call('INCRBY', KEYS[2], ARGV[2])
local oldest = string.format('%.0f', total - tonumber(ARGV[1]))
redis.call('XADD', KEYS[1], 'MINID', oldest, string.format('%.0f', total) .. '-0', 'replica', ARGV[3], 'lines', ARGV[4])
return total
";
