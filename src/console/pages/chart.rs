//! The traffic of the last minutes, drawn on the server; a table beside the drawing tells the same.

use jiff::Timestamp;

use super::{
    show::{self, Moment},
    words::EntryOutcome,
};
use crate::journal::Entry;

/// Calls per minute, by how they ended.
pub(super) struct Traffic {
    /// Oldest first.
    pub(super) minutes: Vec<Minute>,
}

/// One minute of traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Minute {
    start: Timestamp,
    /// In the order of [`EntryOutcome::DRAWN`].
    counts: [usize; 3],
}

/// A piece of a bar, in the drawing's units.
pub(super) struct Piece {
    pub(super) class: &'static str,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) height: usize,
}

impl Traffic {
    /// The traffic of the minutes that end with the one of `now`.
    pub(super) fn count<'a>(entries: impl IntoIterator<Item = &'a Entry>, now: Timestamp) -> Self {
        let last = now.as_second().div_euclid(60);
        let start = |ago: i64| Timestamp::from_second((last - ago) * 60).unwrap_or(now);
        let mut minutes: Vec<_> =
            (0..MINUTES).rev().map(|ago| Minute { start: start(ago), counts: [0; 3] }).collect();
        for entry in entries {
            let Some(at) = EntryOutcome::DRAWN
                .iter()
                .position(|drawn| *drawn == EntryOutcome::from_entry(entry))
            else {
                continue;
            };
            let ago = last - entry.time.as_second().div_euclid(60);
            let minute =
                usize::try_from(MINUTES - 1 - ago).ok().and_then(|minute| minutes.get_mut(minute));
            if let Some(minute) = minute {
                minute.counts[at] += 1;
            }
        }
        Self { minutes }
    }

    pub(super) fn total(&self) -> usize {
        self.minutes.iter().map(Minute::total).sum()
    }

    /// The busiest minute, and never zero.
    pub(super) fn most(&self) -> usize {
        self.minutes.iter().map(Minute::total).max().unwrap_or_default().max(1)
    }

    /// The same as the axis names it.
    pub(super) fn top(&self) -> String {
        show::number(u64::try_from(self.most()).unwrap_or(u64::MAX))
    }

    pub(super) fn summary(&self) -> String {
        let sum = |at: usize| self.minutes.iter().map(|minute| minute.counts[at]).sum::<usize>();
        let [answered, refused, failed] = [sum(0), sum(1), sum(2)];
        format!(
            "{} en {MINUTES} minutes : {}, {}, {} en erreur",
            show::counted(self.total(), "requête"),
            show::counted(answered, "traitée"),
            show::counted(refused, "refusée"),
            show::number(failed as u64)
        )
    }

    /// The bars: answered at the bottom, then refused, then failed. What happened is never drawn as nothing.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let most = self.most();
        let mut pieces = Vec::new();
        for (at, minute) in self.minutes.iter().enumerate() {
            let mut base = HEIGHT;
            for (count, outcome) in minute.counts.into_iter().zip(EntryOutcome::DRAWN) {
                if count > 0 {
                    let height = (count * (HEIGHT - 6) / most).max(2).min(base);
                    base -= height;
                    pieces.push(Piece {
                        class: outcome.class(),
                        x: at * STEP + 2,
                        y: base,
                        height,
                    });
                }
            }
        }
        pieces
    }

    /// The hours under the first, the middle and the last bar.
    pub(super) fn labels(&self) -> Vec<(usize, String)> {
        let wanted = [0, self.minutes.len() / 2, self.minutes.len() - 1];
        wanted.into_iter().map(|at| (at * STEP + STEP / 2, self.minutes[at].hour())).collect()
    }

    /// The minutes in which something happened, newest first.
    pub(super) fn busy(&self) -> impl Iterator<Item = &Minute> {
        self.minutes.iter().rev().filter(|minute| minute.total() > 0)
    }
}

impl Minute {
    fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    pub(super) fn hour(&self) -> String {
        Moment::new(self.start).minute()
    }

    pub(super) fn answered(&self) -> usize {
        self.counts[0]
    }

    pub(super) fn refused(&self) -> usize {
        self.counts[1]
    }

    pub(super) fn failed(&self) -> usize {
        self.counts[2]
    }
}

const MINUTES: i64 = 30;
/// The drawing's height and the distance of two bars; the template's `viewBox` holds both.
const HEIGHT: usize = 120;
const STEP: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(time: &str, status: u16) -> Entry {
        Entry { time: time.parse().unwrap(), status: Some(status), ..Entry::default() }
    }

    #[test]
    fn entries_fall_into_their_minute_and_older_or_later_ones_into_none() {
        let entries = [
            entry("2026-11-22T10:00:59Z", 200),
            entry("2026-11-22T10:00:01Z", 403),
            entry("2026-11-22T09:31:00Z", 500),
            entry("2026-11-22T09:30:59Z", 200),
            entry("2026-11-22T10:01:00Z", 200),
        ];
        let traffic = Traffic::count(&entries, "2026-11-22T10:00:30Z".parse().unwrap());
        assert_eq!((traffic.minutes.len(), traffic.total(), traffic.most()), (30, 3, 2));
        assert_eq!(traffic.minutes[29].counts, [1, 1, 0]);
        assert_eq!(traffic.minutes[0].counts, [0, 0, 1]);
        assert_eq!(traffic.minutes[0].hour(), "10:31");
    }

    #[test]
    fn one_refusal_among_ten_thousand_calls_is_still_drawn_inside_the_picture() {
        let mut entries = vec![entry("2026-11-22T10:00:00Z", 200); 10_000];
        entries.push(entry("2026-11-22T10:00:00Z", 429));
        let pieces = Traffic::count(&entries, "2026-11-22T10:00:30Z".parse().unwrap()).pieces();
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|piece| piece.height >= 2 && piece.y + piece.height <= HEIGHT));
    }
}
