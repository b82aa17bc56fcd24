//! The program: arguments to a command, and the one place that prints an error and chooses an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    bacasable::cli::run()
}
