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

fn ignore_closed(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        complain(&format!("standard output cannot be written: {error}"));
    }
}
