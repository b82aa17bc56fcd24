//! How far a long command has come, on a terminal; nothing elsewhere.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use crate::clock::Clock;

pub(super) struct Progress {
    what: &'static str,
    /// How many steps there are, where that is known.
    all: Option<u64>,
    done: u64,
    /// When to draw next; nothing where nobody watches.
    next: Option<Instant>,
}

impl Progress {
    pub(super) fn new(what: &'static str, all: Option<u64>) -> Self {
        // What is over at once is not drawn.
        let next = io::stderr().is_terminal().then(|| Clock::instant() + PACE);
        Self { what, all, done: 0, next }
    }

    pub(super) fn step(&mut self) {
        self.done += 1;
        let Some(next) = self.next else { return };
        let now = Clock::instant();
        if now >= next {
            self.next = Some(now + PACE);
            write(&self.drawn());
        }
    }

    pub(super) fn end(self) {
        if self.next.is_some() {
            write("");
        }
    }

    /// A bar and a percentage where the end is known; a count where it is not.
    fn drawn(&self) -> String {
        let Some(all) = self.all else { return format!("{} {}", self.done, self.what) };
        let part =
            |of: u64| u128::from(self.done.min(all)) * u128::from(of) / u128::from(all.max(1));
        let full = usize::try_from(part(WIDTH)).unwrap_or_default();
        let bar: String = (0..WIDTH as usize).map(|at| if at < full { '#' } else { '.' }).collect();
        format!("[{bar}] {:>3} %  {} / {all} {}", part(100), self.done, self.what)
    }
}

/// Over the same line each time; a terminal that does not take it costs nothing but the view.
fn write(text: &str) {
    let _ = write!(io::stderr(), "\r\x1b[K{text}");
}

const PACE: Duration = Duration::from_millis(100);
const WIDTH: u64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_at_the_end_and_a_count_needs_none() {
        let drawn = |all, done| Progress { what: "parts", all, done, next: None }.drawn();
        assert_eq!(
            drawn(Some(4), 1),
            format!("[{}{}]  25 %  1 / 4 parts", "#".repeat(7), ".".repeat(23))
        );
        assert_eq!(drawn(Some(4), 4), format!("[{}] 100 %  4 / 4 parts", "#".repeat(30)));
        assert_eq!(drawn(None, 7), "7 parts");
    }
}
