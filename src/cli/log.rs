//! The log on standard error: what is told, and how often.
//!
//! Strangers must not be able to fill a disk by it. Libraries warn of what a peer sends, a line for each frame: under a bare
//! level they are told at `error` only, until `debug` or a target by its name asks for more. And a line that comes more
//! often than [`BURST`] times in [`PERIOD`] from one place of the code is left out until the next period, whose first line
//! says how many were; `debug` and `trace` are told whole, as whoever asks for them wants.

use std::{
    collections::HashMap,
    hash::Hash,
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tracing::{
    Event, Level, Metadata, Subscriber, callsite, level_filters::LevelFilter, subscriber::Interest,
};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::{Context, Filter, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::{
    clock::Clock,
    config::{Log, LogFormat},
};

/// Starts the log; what a request holds is never in it.
pub(super) fn start(log: &Log) -> anyhow::Result<()> {
    let filter = targets(&log.level)?;
    let rate = Rate::<callsite::Identifier>::default();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    let registry = tracing_subscriber::registry();
    match log.format {
        LogFormat::Text => registry.with(filter).with(lines.with_filter(rate)).init(),
        LogFormat::Json => registry.with(filter).with(lines.json().with_filter(rate)).init(),
    }
    Ok(())
}

/// Which targets are told from which level on.
fn targets(level: &str) -> anyhow::Result<Targets> {
    let named: Targets = level.parse().with_context(|| {
        format!("log.level: {level:?} is neither a level nor target=level pairs")
    })?;
    let Some(bare) = named.default_level() else { return Ok(named) };
    let libraries = if bare >= LevelFilter::DEBUG { bare } else { bare.min(LevelFilter::ERROR) };
    let own = env!("CARGO_PKG_NAME");
    let pairs: Vec<_> = named.iter().map(|(target, level)| (target.to_owned(), level)).collect();
    Ok(Targets::new().with_default(libraries).with_target(own, bare).with_targets(pairs))
}

/// How often each place of the code has told its line in this period.
struct Rate<K>(Mutex<HashMap<K, Logged>>);

impl<K> Default for Rate<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[derive(Clone, Copy)]
struct Logged {
    since: Instant,
    times: u32,
}

impl<K: Eq + Hash> Rate<K> {
    /// Whether one more line of this place is told; what to say first of those that were left out.
    fn admits(&self, place: K, now: Instant) -> (bool, u32) {
        let mut all = self.0.lock();
        let logged = all.entry(place).or_insert(Logged { since: now, times: 0 });
        let mut missed = 0;
        if now.saturating_duration_since(logged.since) >= PERIOD {
            missed = logged.times.saturating_sub(BURST);
            *logged = Logged { since: now, times: 0 };
        }
        logged.times = logged.times.saturating_add(1);
        (logged.times <= BURST, missed)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Filter<S> for Rate<callsite::Identifier> {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn callsite_enabled(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::always()
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        let metadata = event.metadata();
        if *metadata.level() > Level::INFO {
            return true;
        }
        let (admitted, missed) = self.admits(metadata.callsite(), Clock::instant());
        // Not from within a filter.
        if let (true, Ok(runtime)) = (missed > 0, Handle::try_current()) {
            let of = metadata.target();
            runtime.spawn(async move {
                tracing::warn!(lines = missed, of, "lines that came too often were left out");
            });
        }
        admitted
    }
}

/// How many lines of one place are told in a period: more than any incident needs to be understood.
const BURST: u32 = 20;
const PERIOD: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_told_of_at_error_until_they_are_asked_for() {
        let admits = |level: &str, target: &str, at: Level| {
            targets(level).unwrap().would_enable(target, &at)
        };
        for level in ["info", "warn"] {
            assert!(admits(level, "bacasable::tls", Level::WARN));
            assert!(
                !admits(level, "h2::proto", Level::WARN)
                    && admits(level, "h2::proto", Level::ERROR)
            );
        }
        assert!(
            admits("debug", "h2::proto", Level::DEBUG) && admits("trace", "rustls", Level::TRACE)
        );
        assert!(admits("info,h2=debug", "h2::proto", Level::DEBUG));
        assert!(admits("bacasable=debug", "bacasable::tls", Level::DEBUG));
        assert!(
            !admits("bacasable=debug", "h2::proto", Level::ERROR),
            "nothing was said of others"
        );
        assert!(!admits("off", "h2::proto", Level::ERROR));
        assert!(targets("h2=loud").is_err());
    }

    #[test]
    fn a_line_that_comes_too_often_is_left_out_and_counted() {
        let (rate, since) = (Rate::default(), Clock::instant());
        let logged = (0..300_000).filter(|_| rate.admits("here", since).0).count();
        assert_eq!(logged, 20);
        assert_eq!(rate.admits("elsewhere", since), (true, 0));
        assert_eq!(rate.admits("here", since + PERIOD), (true, 300_000 - 20));
    }
}
