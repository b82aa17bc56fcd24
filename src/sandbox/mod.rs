//! The running sandbox: everything that its listeners share.
//!
//! What can be replaced while serving (conventions, register) is an immutable value behind one pointer: a request keeps
//! the one it began with.

mod abouts;
mod interventions;
mod known;

use std::{
    collections::VecDeque,
    ops::Range,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::broadcast;

pub use self::{
    abouts::Abouts,
    interventions::{Act, Intervention, Interventions, Through},
    known::{Described, KnownConventions},
};
use crate::{
    admission::{Gate, Policy, Quotas},
    availability::Availability,
    clock::{Clock, Times},
    config::{Config, Mode},
    directory::{Convention, Directory},
    entropy,
    faults::{Faults, Scenarios},
    journal::{Entry, Filter, Journal, Kind},
    metrics::Metrics,
    outbox::Outbox,
    peer::{TrustStore, TrustedProxies},
    register::Register,
    tokens::Tokens,
};

/// Everything that gateway and console share.
pub struct Sandbox {
    /// The settings.
    pub config: Config,
    /// The product's time.
    pub clock: Clock,
    /// The certificates that are trusted.
    pub trust: Arc<TrustStore>,
    /// Who may speak for others.
    pub proxies: TrustedProxies,
    pub tokens: Tokens,
    /// The counters of the minute.
    pub quotas: Quotas,
    /// What happens on purpose.
    pub faults: Faults,
    /// When the APIs are open.
    pub availability: Availability,
    /// What happened.
    pub journal: Journal,
    /// How often and how long.
    pub metrics: Metrics,
    /// The references given to demands.
    pub references: References,
    /// What people say about each partner's rehearsal.
    pub abouts: Abouts,
    /// What was ordered at the console that changes what the gateway answers.
    pub interventions: Interventions,
    /// What the conventions' files said before.
    known: KnownConventions,
    /// Where clients reach the gateway, once it listens.
    pub gateway_url: OnceLock<String>,
    /// Where people reach the console, once it listens: answers name the page of their entry.
    pub console_url: OnceLock<String>,
    /// Tells delayed calls that they need not wait: those of one partner, or all.
    pub let_go: broadcast::Sender<Option<Arc<str>>>,
    policy: Policy,
    directory: ArcSwap<Directory>,
    /// The partners as their files have them.
    written: ArcSwap<Directory>,
    register: ArcSwap<Register>,
    worlds: AtomicU64,
    orders: Mutex<()>,
    /// When the journal was emptied.
    resets: Mutex<Vec<Reset>>,
    /// What was forgotten of the journal, for the other replicas.
    forgotten: Outbox<Forgotten>,
}

/// The journal was emptied, of all or of one partner's entries.
#[derive(Clone, Debug)]
pub struct Reset {
    pub at: Times,
    /// Whose entries; everybody's where none is named.
    pub partner: Option<String>,
    /// By whom, in French.
    pub by: &'static str,
    /// Whether another run of tests began, and not the journal alone was emptied.
    pub is_beginning: bool,
    /// How much had been ordered at the console by then.
    pub ordered: u64,
}

/// What was forgotten of the journal.
#[derive(Clone, Debug)]
pub enum Forgotten {
    Entries(Filter),
    /// What came in before a run of one partner, or of all, that began at this moment of the system's clock.
    Before(Timestamp, Option<String>),
}

/// The sequence of `referenceDemande`: one per server, or one for all the replicas of a store.
#[derive(Default)]
pub struct References {
    last: AtomicU64,
    /// How often it began again.
    series: AtomicU64,
    /// Goes on where the series before stopped, for calls that came in before.
    earlier: AtomicU64,
    /// Where there are replicas: what the store has given to this one.
    given: OnceLock<Mutex<OwnNumbers>>,
}

/// The references of one series, for a call that came in under it.
#[derive(Clone, Copy)]
pub struct Series<'a> {
    references: &'a References,
    series: u64,
}

/// Numbers that no other replica has.
#[derive(Default)]
struct OwnNumbers {
    next: VecDeque<u64>,
    /// For while the store is away.
    spare: Range<u64>,
}

impl Sandbox {
    /// A sandbox in which nothing has happened yet.
    pub fn new(
        config: Config,
        clock: Clock,
        trust: Arc<TrustStore>,
        tokens: Tokens,
        directory: Arc<Directory>,
        register: Arc<Register>,
        scenarios: Scenarios,
    ) -> Self {
        let gateway = &config.gateway;
        let policy = Policy {
            observe_as: (gateway.mode == Mode::Observe).then(|| gateway.observe_as.clone()),
            skew: SignedDuration::from_secs(
                i64::try_from(gateway.token_skew_seconds).unwrap_or(i64::MAX),
            ),
            bearer_any_case: gateway.bearer_any_case || gateway.dialect.product().bearer_any_case,
        };
        let lag =
            SignedDuration::from_millis(i64::try_from(gateway.quota_lag_ms).unwrap_or(i64::MAX));
        let capacity = usize::try_from(config.journal.capacity.get()).unwrap_or(usize::MAX);
        Self {
            clock,
            trust,
            proxies: TrustedProxies::new(config.gateway.trusted_proxies.clone()),
            tokens: tokens.with_skew(policy.skew),
            quotas: Quotas::new(lag).apart(config.gateway.simulated_nodes.count()),
            faults: Faults::new(config.seed, scenarios),
            availability: Availability::new(config.seed, &config.availability),
            journal: Journal::new(capacity),
            metrics: Metrics::new(),
            references: References::default(),
            abouts: Abouts::beside(config.journal.file.as_deref()),
            interventions: Interventions::beside(config.journal.file.as_deref()),
            known: KnownConventions::beside(config.journal.file.as_deref()),
            gateway_url: OnceLock::new(),
            console_url: OnceLock::new(),
            let_go: broadcast::Sender::new(64),
            policy,
            written: ArcSwap::new(Arc::clone(&directory)),
            directory: ArcSwap::new(directory),
            register: ArcSwap::new(register),
            worlds: AtomicU64::new(0),
            orders: Mutex::default(),
            resets: Mutex::default(),
            forgotten: Outbox::default(),
            config,
        }
    }

    /// The partners of this moment.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The partners as their files have them, whatever the console changed since.
    pub fn written(&self) -> Arc<Directory> {
        self.written.load_full()
    }

    /// The fictitious world of this moment.
    pub fn register(&self) -> Arc<Register> {
        self.register.load_full()
    }

    /// The controls, judging by this directory.
    pub fn gate<'a>(&'a self, directory: &'a Directory) -> Gate<'a> {
        let Self { trust, tokens, clock, policy, .. } = self;
        Gate { directory, trust, tokens, clock, policy }
    }

    /// The turn of an order from the console: orders of several clients take theirs one after the other, so that each is
    /// whole. Requests at the gateway wait for none.
    pub fn turn(&self) -> MutexGuard<'_, ()> {
        self.orders.lock()
    }

    /// Writes down in the journal which applications had so many tokens revoked that all issued before were refused.
    pub fn note_outgrown(&self) {
        for key in self.tokens.outgrown() {
            let partner = self.directory().of_application(&key).map(|one| one.id.clone());
            self.journal.record(Entry {
                time: self.clock.now(),
                kind: Kind::Tokens,
                correlation_id: entropy::uuid().to_string(),
                note: Some(format!(
                    "application « {key} » : trop de jetons révoqués et non expirés, tous ceux émis jusqu'ici sont refusés"
                )),
                partner,
                ..Entry::default()
            });
        }
    }

    /// Forgets the entries of the journal that `filter` wants; how many there were.
    pub fn forget(&self, filter: &Filter) -> usize {
        self.forgotten.push(|| Forgotten::Entries(filter.clone()));
        self.journal.forget(filter)
    }

    /// Begins another run of tests, of everybody or of one partner: what came in before is forgotten, and calls that a fault
    /// delays are answered at once, of which no entry is left.
    pub fn begin_run(&self, partner: Option<&str>) {
        self.keep_reset(partner, "une remise à zéro commandée à la console", true);
        let now = Clock::system().now();
        self.forgotten.push(|| Forgotten::Before(now, partner.map(str::to_owned)));
        self.journal.begin(partner, self.journal.since_birth(Clock::instant()));
        self.let_go(partner);
    }

    /// Keeps that the journal was emptied, and by whom, in French.
    pub fn note_reset(&self, partner: Option<&str>, by: &'static str) {
        self.keep_reset(partner, by, false);
    }

    fn keep_reset(&self, partner: Option<&str>, by: &'static str, is_beginning: bool) {
        let mut resets = self.resets.lock();
        if resets.len() >= RESETS {
            resets.remove(0);
        }
        let (at, partner) = (self.clock.times(), partner.map(str::to_owned));
        let ordered = self.interventions.ever();
        resets.push(Reset { at, partner, by, is_beginning, ordered });
    }

    /// When the journal was emptied: the last times.
    pub fn resets(&self) -> Vec<Reset> {
        self.resets.lock().clone()
    }

    /// Has the calls that a fault delays, of all or of one partner, wait no longer.
    pub fn let_go(&self, partner: Option<&str>) {
        let _nobody_waits = self.let_go.send(partner.map(Into::into));
    }

    /// What is forgotten of the journal.
    pub fn forgotten(&self) -> &Outbox<Forgotten> {
        &self.forgotten
    }

    /// Changes the partners: `change` makes the next directory of the present one, and is asked again when two changes meet.
    pub fn change_directory(&self, change: impl Fn(&Directory) -> Directory) {
        self.directory.rcu(|present| change(present));
    }

    /// Puts other partners in place; requests in flight finish on those they began with.
    pub fn replace_directory(&self, directory: Directory) {
        self.directory.store(Arc::new(directory));
    }

    /// Goes on with the journal of an earlier server: what the conventions' files have otherwise since then is noted.
    pub fn take_up(&self) {
        self.interventions.make_file();
        self.abouts.make_file();
        let written = self.written();
        if let Some(last) = self.known.last() {
            let before = |one: &Convention| one.as_described(last.get(&one.id)?).ok();
            written.iter().for_each(|one| self.note_rewritten(before(one).as_ref(), one));
            let gone = last.keys().filter(|id| written.convention(id).is_none());
            gone.for_each(|id| self.note_gone(id));
        }
        self.known.keep(&written);
    }

    /// Puts the partners in place as their files have them.
    pub fn restore_directory(&self, written: Directory) {
        let before = self.written();
        let was = |id: &str| before.convention(id).map(AsRef::as_ref);
        written.iter().for_each(|one| self.note_rewritten(was(&one.id), one));
        let gone = before.iter().filter(|one| written.convention(&one.id).is_none());
        gone.for_each(|one| self.note_gone(&one.id));
        self.known.keep(&written);
        let written = Arc::new(written);
        self.written.store(Arc::clone(&written));
        self.directory.store(written);
    }

    /// Puts one partner in place as its file has it.
    pub fn restore_convention(&self, written: Convention) {
        let before = self.written();
        let was = before.convention(&written.id).map(AsRef::as_ref);
        let is_same = was.is_some_and(|was| was.differences(&written).is_empty());
        if !is_same {
            self.note_rewritten(was, &written);
            let all = before.with(written.clone());
            self.known.keep(&all);
            self.written.store(Arc::new(all));
        }
        self.replace_directory(self.directory().with(written));
    }

    /// Keeps what was ordered, of one partner or of everybody; `what` is French.
    pub fn intervene(&self, act: Act, by: Through, partner: Option<&str>, what: impl Into<String>) {
        let at = self.clock.times();
        self.interventions.note(Intervention::new(at, act, by, partner, what.into()));
    }

    /// Keeps that a convention was changed, if it was.
    pub fn note_change(&self, before: &Convention, after: &Convention, by: Through) {
        let differences = before.differences(after);
        if !differences.is_empty() {
            self.intervene(Act::Convention, by, Some(&after.id), differences.join(", "));
        }
    }

    /// Keeps that a convention's file says something else than before, if it does. What was changed before the partner's first
    /// entry is what it rehearses.
    fn note_rewritten(&self, before: Option<&Convention>, after: &Convention) {
        let Some(before) = before else { return };
        let differences = before.differences(after);
        if !differences.is_empty() && self.has_begun(&after.id) {
            let at = self.clock.times();
            let what = differences.join(", ");
            let one = Intervention::new(at, Act::Convention, Through::Files, Some(&after.id), what);
            self.interventions.note(one.from(before.described()));
        }
    }

    fn note_gone(&self, partner: &str) {
        if self.has_begun(partner) {
            self.intervene(Act::Convention, Through::Files, Some(partner), "fichier retiré");
        }
    }

    /// Whether the journal holds anything about a partner, in memory or on file.
    fn has_begun(&self, partner: &str) -> bool {
        let of_partner = Filter { partner: Some(partner.to_owned()), ..Filter::default() };
        let is_on_file = || {
            let file = self.config.journal.file.as_deref()?;
            self.journal.settle();
            // Where it cannot be read, the change is said rather than left out.
            Some(known::is_named(file, partner).unwrap_or(true))
        };
        !self.journal.read(&of_partner).is_empty() || is_on_file().unwrap_or_default()
    }

    /// Puts another register in place; requests in flight finish on the one they began with.
    pub fn replace_register(&self, register: Register) {
        self.register.store(Arc::new(register));
        self.worlds.fetch_add(1, Ordering::AcqRel);
    }

    /// How often the fixtures were put in force anew.
    pub fn worlds(&self) -> u64 {
        self.worlds.load(Ordering::Acquire)
    }
}

impl Series<'_> {
    /// The next number, from 1.
    pub fn next(self) -> u64 {
        self.references.next_of(self.series)
    }
}

impl References {
    /// Those of one series.
    pub fn for_series(&self, series: u64) -> Series<'_> {
        Series { references: self, series }
    }

    /// The next number, from 1; after 999 999 999 it begins again.
    pub fn next(&self) -> u64 {
        let given = self.given.get().and_then(|given| {
            let mut given = given.lock();
            given.next.pop_front().or_else(|| given.spare.next())
        });
        given.unwrap_or_else(|| self.last.fetch_add(1, Ordering::Relaxed)) % HIGHEST + 1
    }

    /// The next number of this series: of one that is over, that which would have come next.
    pub fn next_of(&self, series: u64) -> u64 {
        if series == self.series() {
            return self.next();
        }
        let spare = self.given.get().and_then(|given| given.lock().spare.next());
        spare.unwrap_or_else(|| self.earlier.fetch_add(1, Ordering::Relaxed)) % HIGHEST + 1
    }

    /// Begins again at 1.
    pub fn restart(&self) {
        self.turn_to(self.series() + 1);
    }

    /// How often it began again.
    pub fn series(&self) -> u64 {
        self.series.load(Ordering::Acquire)
    }

    /// Begins again, as another replica did.
    pub fn turn_to(&self, series: u64) {
        if self.series.swap(series, Ordering::AcqRel) == series {
            return;
        }
        self.earlier.store(self.last.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        if let Some(given) = self.given.get() {
            given.lock().next.clear();
        }
    }

    /// Whether another number should be asked of the store with the next call.
    pub fn is_short(&self) -> bool {
        let short = |given: &Mutex<OwnNumbers>| given.lock().next.len() < ENOUGH;
        self.given.get().is_some_and(short)
    }

    /// Takes the `nth` number of a series; those of another series are nobody's.
    pub fn give(&self, series: u64, nth: u64) {
        if let Some(given) = self.given.get()
            && series == self.series()
        {
            given.lock().next.push_back(nth.saturating_sub(1));
        }
    }

    /// Whether no part of the upper end is this process's yet.
    pub fn needs_block(&self) -> bool {
        self.given.get().is_none()
    }

    /// From now on numbers come from a store; while it is away, from the `block`th part of the upper end, counted from 1.
    pub fn share(&self, block: u64) {
        let end =
            HIGHEST.saturating_sub(block.saturating_sub(1).saturating_mul(SPARE) % (HIGHEST / 2));
        let given = self.given.get_or_init(Mutex::default);
        given.lock().spare = end.saturating_sub(SPARE)..end;
    }
}

/// Times that the journal was emptied, as far as they are kept.
const RESETS: usize = 50;

/// The highest reference: nine digits.
const HIGHEST: u64 = 999_999_999;

/// Numbers held in advance, so that requests that need none leave some for others.
const ENOUGH: usize = 64;

/// Numbers that a replica has of its own while the store is away.
const SPARE: u64 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_from_the_store_and_from_the_upper_end_while_it_is_away() {
        let references = References::default();
        assert_eq!((references.next(), references.next(), references.is_short()), (1, 2, false));
        references.share(1);
        assert!(references.is_short());
        references.give(0, 7);
        references.give(1, 8);
        assert_eq!(
            [references.next(), references.next(), references.next()],
            [7, 999_900_000, 999_900_001]
        );
        references.share(2);
        assert_eq!(references.next(), 999_800_000);
        references.give(0, 9);
        references.restart();
        references.give(1, 1);
        assert_eq!((references.series(), references.next()), (1, 1));
    }

    #[test]
    fn a_call_of_before_takes_no_number_of_the_new_series() {
        let references = References::default();
        let before = references.series();
        assert_eq!((references.next_of(before), references.next_of(before)), (1, 2));
        references.restart();
        assert_eq!(references.next_of(before), 3);
        assert_eq!(references.next_of(references.series()), 1);
        assert_eq!((references.next_of(before), references.next()), (4, 2));
    }
}
