//! Standard output belongs to answers, standard error to everything else. Whatever a text holds, nothing of it acts on the
//! terminal that shows it.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use super::style::Paint;
use crate::escape::visible;

/// Writes a line of the answer. A reader that has gone away (`| head`) is no error.
pub(super) fn say(line: &str) {
    written(writeln!(io::stdout().lock(), "{}", visible(line, false)));
}

/// Writes lines of the answer, for people.
pub(super) fn print(text: &str) {
    written(io::stdout().lock().write_all(visible(text, true).as_bytes()));
}

/// Writes an answer for programs (JSON, a script, a document): byte for byte, unless it goes to a terminal.
pub(super) fn exact(answer: &[u8]) {
    let mut out = io::stdout().lock();
    let answer = for_reader(answer, out.is_terminal());
    written(out.write_all(&answer).and_then(|()| out.flush()));
}

/// Writes an answer as JSON.
///
/// # Errors
/// A value that JSON cannot hold.
pub(super) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    exact(text.as_bytes());
    Ok(())
}

/// Writes an error. What continues it on further lines is set off, so that no text passes for another message.
pub(super) fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "bacasable: {}", set_off(message)); // nowhere is left to complain to
}

/// Writes a line of the answer whose parts have colours, on a terminal.
pub(super) fn parts(parts: &[(Paint, String)]) {
    let line: String = parts.iter().map(|(paint, text)| paint.on(&visible(text, false))).collect();
    written(writeln!(io::stdout().lock(), "{line}"));
}

/// Writes a line that sums up, for a person: nothing where nobody watches.
pub(super) fn summary(text: &str) {
    if io::stderr().is_terminal() {
        note(text);
    }
}

/// Whether whoever read the answer has gone away: there is nothing left to write.
pub(super) fn closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// Writes what stands beside an answer: a status, a cause.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", set_off(text)); // nowhere is left to complain to
}

/// Whether an answer could not be written.
pub(super) fn failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

/// An error with its causes, each told once: many messages hold their cause's already.
pub(super) fn describe(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn for_reader(answer: &[u8], terminal: bool) -> std::borrow::Cow<'_, [u8]> {
    match (terminal, str::from_utf8(answer)) {
        (false, _) => answer.into(),
        (true, Ok(text)) => visible(text, true).into_owned().into_bytes().into(),
        (true, Err(_)) => b"not text: name a file with --output, or redirect it\n".into(),
    }
}

fn set_off(message: &str) -> String {
    let mut lines = message.lines();
    let mut text = visible(lines.next().unwrap_or_default(), false).into_owned();
    for line in lines {
        let indent = if line.starts_with(' ') { "" } else { "  " };
        text.push_str(&format!("\n{indent}{}", visible(line, false)));
    }
    text
}

/// An answer that was not written whole is no answer: told once, and the command fails.
fn written(outcome: io::Result<()>) {
    let Err(error) = outcome else { return };
    if error.kind() == io::ErrorKind::BrokenPipe {
        CLOSED.store(true, Ordering::Relaxed);
    } else if !FAILED.swap(true, Ordering::Relaxed) {
        complain(&format!("standard output cannot be written: {error}"));
    }
}

static FAILED: AtomicBool = AtomicBool::new(false);
static CLOSED: AtomicBool = AtomicBool::new(false);

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_cause_that_the_message_holds_already_is_not_told_again() {
        let error =
            anyhow!("refused").context("port 1: refused (in use)").context("gateway.listen");
        assert_eq!(describe(&error), "gateway.listen: port 1: refused (in use)");
        assert_eq!(describe(&anyhow!("cause").context("fault")), "fault: cause");
    }

    #[test]
    fn an_answer_for_programs_is_exact_and_does_not_act_on_a_terminal() {
        let answer = "{\"a\":\"\x1b[2J\"}\n".as_bytes();
        assert_eq!(&*for_reader(answer, false), answer);
        assert_eq!(&*for_reader(answer, true), b"{\"a\":\"\\u{1b}[2J\"}\n");
        assert!(for_reader(b"%PDF\xff", true).starts_with(b"not text"));
    }

    #[test]
    fn a_message_of_many_lines_stays_one_message() {
        assert_eq!(
            set_off("2 faults:\n  a\nbacasable: b\x1b"),
            "2 faults:\n  a\n  bacasable: b\\u{1b}"
        );
    }
}
