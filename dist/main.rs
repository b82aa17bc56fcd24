//! Writes what a release holds beside the binary: shell completions, manual pages, the licences of third parties.
//!
//!     cargo run --example dist -- FOLDER

mod licences;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Command;
use clap_complete::{Shell, generate_to};
use clap_mangen::Man;

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: cargo run --example dist -- FOLDER");
        return ExitCode::from(2);
    };
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dist: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> anyhow::Result<()> {
    completions(&made(folder.join("completions"))?)?;
    pages(&made(folder.join("man/man1"))?)?;
    let path = folder.join("THIRD-PARTY-LICENCES.txt");
    fs::write(&path, licences::report()?).with_context(|| path.display().to_string())
}

fn completions(folder: &Path) -> anyhow::Result<()> {
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        generate_to(shell, &mut bacasable::cli::command(), "bacasable", folder)?;
    }
    Ok(())
}

/// One page for the program and one for each command and each of its own, as `man bacasable-recette-play` asks.
fn pages(folder: &Path) -> anyhow::Result<()> {
    let program = bacasable::cli::command();
    let version = program.get_version().unwrap_or_default().to_owned();
    page(program, "bacasable", &version, folder)
}

/// `words` is how the command is called: `bacasable recette play`.
fn page(command: Command, words: &str, version: &str, folder: &Path) -> anyhow::Result<()> {
    let within: Vec<_> = command.get_subcommands().cloned().collect();
    // `help` has no page of its own to lead to.
    let command = command.name(words.replace(' ', "-")).bin_name(words).version(version.to_owned());
    Man::new(command.disable_help_subcommand(true)).generate_to(folder)?;
    for one in within {
        let words = format!("{words} {}", one.get_name());
        page(one, &words, version, folder)?;
    }
    Ok(())
}

fn made(folder: PathBuf) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}
