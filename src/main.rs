//! The program: arguments to a command, and the one place that prints an error and chooses an exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

// Journal entries are made on one thread and dropped on another, which the system's allocator serialises (docs/performance.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    bacasable::cli::run()
}
