//! The counters themselves: one set per thread, added up by whoever asks.

use std::{
    cell::Cell,
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicUsize, Ordering},
};

use foldhash::fast::RandomState;
use parking_lot::{Mutex, MutexGuard};

use super::Latency;
use crate::{admission::Control, journal::Entry, rights::ApiId};

#[derive(Clone, Debug, Default)]
pub struct Count {
    /// By API, then by operation: the empty name for a path of none.
    apis: BTreeMap<Option<ApiId>, BTreeMap<String, OfOperation>>,
    connections: BTreeMap<(Connection, &'static str), u64>,
    series: usize,
}

/// What was counted of one operation.
#[derive(Clone, Debug, Default)]
struct OfOperation {
    latency: Latency,
    /// By partner, the empty name for a caller that nobody knows.
    partners: HashMap<String, HashMap<RequestEnd, u64, RandomState>, RandomState>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountedRequest<'a> {
    /// The API, unless it was the gateway's own or none.
    pub api: Option<ApiId>,
    /// The operation; empty where the path is none's.
    pub operation: &'a str,
    /// The partner; empty where nobody knows the caller.
    pub partner: &'a str,
    pub end: RequestEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestEnd {
    /// With this status, if it was answered, and refused by this control, if one refused.
    Of(Option<u16>, Option<Control>),
    /// In one of the ways beyond those that are told apart.
    Other,
}

/// A connection that ended before, or instead of, a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Connection {
    /// Its TLS handshake was refused or failed.
    Refused,
    /// It was established, and what came was no request.
    Lost,
}

/// A set of counters for each of some threads.
pub(super) struct Shards(Box<[Shard]>);

/// So far from its neighbour that two threads do not share a line of the processor's cache.
#[derive(Default)]
#[repr(align(128))]
struct Shard(Mutex<Count>);

impl Shards {
    pub(super) fn new() -> Self {
        Self((0..SHARDS).map(|_| Shard::default()).collect())
    }

    /// The counters of this thread, nearly always nobody else's.
    pub(super) fn mine(&self) -> MutexGuard<'_, Count> {
        let at = MINE.with(|mine| match mine.get() {
            Some(at) => at,
            None => {
                let at = NEXT.fetch_add(1, Ordering::Relaxed);
                mine.set(Some(at));
                at
            }
        });
        lock(&self.0[at % self.0.len()])
    }

    /// All of them together.
    pub(super) fn sum(&self) -> Count {
        self.0.iter().fold(Count::default(), |mut sum, place| {
            sum.merge(&lock(place));
            sum
        })
    }
}

impl Count {
    pub(super) fn request(&mut self, entry: &Entry) {
        let operation = entry.operation.as_deref().unwrap_or_default();
        let partner = entry.partner.as_deref().unwrap_or_default();
        let full = self.series >= MOST;
        let of = known(self.apis.entry(entry.api).or_default(), operation);
        of.latency.add(entry.duration_us);
        let end = RequestEnd::Of(entry.status, entry.refused_by());
        if let Some(count) = of.partners.get_mut(partner).and_then(|ends| ends.get_mut(&end)) {
            *count += 1;
            return;
        }
        let (partner, end) = if full { ("", RequestEnd::Other) } else { (partner, end) };
        *of.partners.entry(partner.to_owned()).or_default().entry(end).or_default() += 1;
        self.series += usize::from(!full);
    }

    pub(super) fn connection(&mut self, which: Connection, reason: &'static str) {
        *self.connections.entry((which, reason)).or_default() += 1;
    }

    /// How many requests ended how, in a lasting order.
    pub fn requests(&self) -> Vec<(CountedRequest<'_>, u64)> {
        let mut all = Vec::new();
        for (api, operation, of) in self.operations() {
            for (partner, ends) in &of.partners {
                all.extend(ends.iter().map(|(&end, &count)| {
                    (CountedRequest { api, operation, partner, end }, count)
                }));
            }
        }
        all.sort_unstable();
        all
    }

    /// How long the requests of each operation took.
    pub fn latencies(&self) -> impl Iterator<Item = (Option<ApiId>, &str, &Latency)> {
        self.operations().map(|(api, operation, of)| (api, operation, &of.latency))
    }

    fn operations(&self) -> impl Iterator<Item = (Option<ApiId>, &str, &OfOperation)> {
        self.apis
            .iter()
            .flat_map(|(&api, all)| all.iter().map(move |(name, of)| (api, name.as_str(), of)))
    }

    /// The connections that brought no request, by reason.
    pub fn connections(&self) -> impl Iterator<Item = (Connection, &'static str, u64)> {
        self.connections.iter().map(|(&(which, reason), &count)| (which, reason, count))
    }

    fn merge(&mut self, other: &Self) {
        for (api, operation, of) in other.operations() {
            let mine = known(self.apis.entry(api).or_default(), operation);
            mine.latency.merge(&of.latency);
            for (partner, ends) in &of.partners {
                let mine = mine.partners.entry(partner.clone()).or_default();
                ends.iter().for_each(|(&end, count)| *mine.entry(end).or_default() += count);
            }
        }
        for (&key, count) in &other.connections {
            *self.connections.entry(key).or_default() += count;
        }
    }
}

/// What is counted of the operation of this name; the name is copied the first time only.
fn known<'a>(all: &'a mut BTreeMap<String, OfOperation>, operation: &str) -> &'a mut OfOperation {
    if !all.contains_key(operation) {
        all.insert(operation.to_owned(), OfOperation::default());
    }
    all.get_mut(operation).expect("it has just been put there")
}

fn lock(place: &Shard) -> MutexGuard<'_, Count> {
    place.0.lock()
}

/// More than a host has threads that answer; beyond it, threads share.
const SHARDS: usize = 32;
/// More kinds of request than any run has; a tester who orders every status for every partner does not fill the memory.
const MOST: usize = 5_000;

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static MINE: Cell<Option<usize>> = const { Cell::new(None) };
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn entry(partner: Option<&str>, operation: &str, status: u16) -> Entry {
        Entry {
            partner: partner.map(str::to_owned),
            operation: Some(operation.to_owned().into()),
            api: Some(ApiId::Ficoba),
            status: Some(status),
            duration_us: 300,
            ..Entry::default()
        }
    }

    #[test]
    fn what_threads_count_apart_adds_up() {
        let places = Shards::new();
        thread::scope(|scope| {
            for at in 0..40 {
                let places = &places;
                scope.spawn(move || {
                    let partner = (at % 2 == 0).then_some("a");
                    (0..100).for_each(|_| places.mine().request(&entry(partner, "spi", 200)));
                    places.mine().connection(Connection::Refused, "not-tls");
                });
            }
        });
        let sum = places.sum();
        let sums: Vec<_> = sum
            .requests()
            .into_iter()
            .map(|(one, count)| (one.partner.to_owned(), count))
            .collect();
        assert_eq!(sums, [(String::new(), 2_000), ("a".to_owned(), 2_000)]);
        assert_eq!(
            sum.latencies().map(|(_, _, latency)| latency.count()).collect::<Vec<_>>(),
            [4_000]
        );
        assert_eq!(sum.connections().collect::<Vec<_>>(), [(Connection::Refused, "not-tls", 40)]);
    }

    #[test]
    fn kinds_beyond_the_bound_are_counted_together_and_none_is_lost() {
        let mut count = Count::default();
        for at in 0..2 * MOST {
            count.request(&entry(
                Some(&format!("p{}", at / 400)),
                "spi",
                u16::try_from(200 + at % 400).unwrap(),
            ));
        }
        count.request(&entry(Some("p0"), "spi", 200));
        let all = count.requests();
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all.iter().map(|(_, count)| count).sum::<u64>(), 2 * MOST as u64 + 1);
        let of = |partner, end| {
            all.iter().find(|(one, _)| (one.partner, one.end) == (partner, end)).unwrap().1
        };
        assert_eq!(of("", RequestEnd::Other), MOST as u64);
        assert_eq!(
            of("p0", RequestEnd::Of(Some(200), None)),
            2,
            "what is known goes on being told apart"
        );
    }
}
