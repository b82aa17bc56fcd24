//! `completions`: what a shell completes behind `bacasable`.

use clap::{ArgMatches, Args, FromArgMatches};
use clap_complete::{Shell, generate};

use super::{Outcome, output};

/// Print the completions of a shell: bash, zsh, fish, powershell, elvish
#[derive(Args)]
#[command(
    after_help = "bash: bacasable completions bash > ~/.local/share/bash-completion/completions/bacasable\n\
     zsh: bacasable completions zsh > a folder of $fpath/_bacasable\n\
     fish: bacasable completions fish > ~/.config/fish/completions/bacasable.fish\n\
     PowerShell: bacasable completions powershell | Out-String | Invoke-Expression, in $PROFILE"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let CompletionsArgs { shell } = CompletionsArgs::from_arg_matches(arguments)?;
    let mut script = Vec::new();
    generate(shell, &mut super::command(), "bacasable", &mut script);
    output::exact(&script);
    Ok(Outcome::Done)
}
