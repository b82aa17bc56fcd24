//! Standard output belongs to answers, standard error to everything else.

use std::io::{self, Write};

/// Writes a line of the answer. A reader that has gone away (`| head`) is no error.
pub(super) fn say(line: &str) {
    ignore_closed(writeln!(io::stdout().lock(), "{line}"));
}

/// Writes a text of the answer as it is.
pub(super) fn print(text: &str) {
    ignore_closed(io::stdout().lock().write_all(text.as_bytes()));
}

/// Writes an error.
pub(super) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "bacasable: {line}"); // nowhere is left to complain to
}

/// An error with its causes, each told once: many messages hold their cause's already.
pub(super) fn told(error: &anyhow::Error) -> String {
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

fn ignore_closed(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        complain(&format!("standard output cannot be written: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_cause_that_the_message_holds_already_is_not_told_again() {
        let error =
            anyhow!("refused").context("port 1: refused (in use)").context("gateway.listen");
        assert_eq!(told(&error), "gateway.listen: port 1: refused (in use)");
        assert_eq!(told(&anyhow!("cause").context("fault")), "fault: cause");
    }
}
