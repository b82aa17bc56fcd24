//! How far a long command has come, on a terminal; nothing elsewhere.

use std::io::{self, IsTerminal, Write};

pub(super) struct Progress {
    what: &'static str,
    /// How many steps there are, where that is known.
    all: Option<u64>,
    done: u64,
    shown: bool,
}

impl Progress {
    pub(super) fn new(what: &'static str, all: Option<u64>) -> Self {
        Self { what, all, done: 0, shown: io::stderr().is_terminal() }
    }

    pub(super) fn step(&mut self) {
        self.done += 1;
        if self.shown && self.done.is_multiple_of(EVERY) {
            let percent = self.all.map_or_else(String::new, |all| {
                format!(" ({} %)", u128::from(self.done) * 100 / u128::from(all.max(1)))
            });
            self.write(&format!("{} {}{percent}", self.done, self.what));
        }
    }

    pub(super) fn end(self) {
        if self.shown {
            self.write("");
        }
    }

    /// Over the same line each time; a terminal that does not take it costs nothing but the view.
    fn write(&self, text: &str) {
        let _ = write!(io::stderr(), "\r\x1b[K{text}");
    }
}

const EVERY: u64 = 256;
