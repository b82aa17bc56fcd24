//! What the process is given before a command begins: arguments that are what was meant, threads, a limit on the size of files
//! that is an error of the write and not the end of the process.

use std::{
    env,
    sync::{Arc, Barrier},
    thread,
};

use anyhow::{Context, bail};

/// Prepares the process for a command.
///
/// # Errors
/// An argument that no one can have meant; threads that are not to be had.
pub(super) fn prepare() -> anyhow::Result<()> {
    arguments(env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()))?;
    threads(FEW)?;
    survive_file_size_limit();
    Ok(())
}

/// Whether an argument holds what would act on a terminal.
pub(super) fn has_controls() -> bool {
    env::args_os().any(|argument| argument.to_string_lossy().contains(char::is_control))
}

/// As many threads as the machine runs at once.
pub(super) fn workers() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Has this many threads at once and lets them go: the libraries panic where one is not to be had.
///
/// # Errors
/// The system's refusal.
pub(super) fn threads(count: usize) -> anyhow::Result<()> {
    let together = Arc::new(Barrier::new(count));
    let mut started = Vec::with_capacity(count);
    let mut refusal = None;
    for _ in 0..count {
        let together = Arc::clone(&together);
        match thread::Builder::new().spawn(move || together.wait()) {
            Ok(thread) => started.push(thread),
            Err(error) => {
                refusal = Some(error);
                break;
            }
        }
    }
    if let Some(error) = refusal {
        return Err(error).context(format!(
            "{count} threads are needed and only {} are to be had (ulimit -u, the container's pids limit)",
            started.len()
        )); // those that wait end with the process
    }
    started.into_iter().for_each(|thread| drop(thread.join()));
    Ok(())
}

/// A script with the line ends of Windows hands its CR over with the last argument of a line.
fn arguments(all: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let mut before = String::new();
    for (at, argument) in all.enumerate() {
        if argument.ends_with('\r') {
            let what = if before.starts_with("--") && !argument.starts_with('-') {
                format!("the value of {}", before.escape_debug())
            } else {
                // A value may be a secret; a word without "=" is a command, a flag or a name.
                argument.split('=').next().unwrap_or_default().escape_debug().to_string()
            };
            bail!(
                "argument {}, {what}, ends in '\\r': is it from a file with the line ends of Windows?",
                at + 1
            );
        }
        before = argument;
    }
    Ok(())
}

/// Past RLIMIT_FSIZE the system sends SIGXFSZ, which ends a process that does not ask for it; one that does gets EFBIG from the
/// write. The runtime keeps the handler for the life of the process.
#[cfg(unix)]
fn survive_file_size_limit() {
    use tokio::{
        runtime::Builder,
        signal::unix::{SignalKind, signal},
    };

    const SIGXFSZ: i32 = 25; // on Linux (but MIPS), macOS and the BSDs
    if let Ok(runtime) = Builder::new_current_thread().enable_io().build() {
        let _context = runtime.enter();
        let _ = signal(SignalKind::from_raw(SIGXFSZ)); // without it such a write ends the process, as it would have
    }
}

#[cfg(windows)]
fn survive_file_size_limit() {}

/// The threads that a command needs beside its first: a name is looked up on one, a key is made on another.
const FEW: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(all: &[&str]) -> String {
        let refused = arguments(all.iter().map(|&one| one.to_owned()));
        refused.map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn an_argument_that_ends_in_cr_is_named_and_a_secret_is_not_repeated() {
        assert_eq!(refusal(&["serve", "--certs", "certs"]), "");
        assert!(refusal(&["serve\r"]).starts_with(r"argument 1, serve\r, ends in '\r'"));
        assert!(
            refusal(&["serve", "--certs", "x\r"])
                .starts_with("argument 3, the value of --certs, ends")
        );
        let message = refusal(&["token", "--console-token=secret\r"]);
        assert!(
            message.starts_with("argument 2, --console-token, ends") && !message.contains("secret"),
            "{message}"
        );
    }

    #[test]
    fn threads_are_had_at_once_and_let_go() {
        threads(FEW + workers()).unwrap();
    }
}
