//! How far a long command has come, on a terminal; nothing elsewhere.

use std::io::{self, IsTerminal, Write};

pub(super) struct Progress {
    what: &'static str,
    done: u64,
    shown: bool,
}

impl Progress {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, done: 0, shown: io::stderr().is_terminal() }
    }

    pub(super) fn step(&mut self) {
        self.done += 1;
        if self.shown && self.done.is_multiple_of(EVERY) {
            self.write(&format!("{} {}", self.done, self.what));
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

const EVERY: u64 = 4096;
