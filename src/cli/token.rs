//! `token`: obtain a token as a sample partner, over real mutual TLS, and print it.

use clap::{ArgMatches, Args, FromArgMatches};

use super::{Outcome, call, output, ready, serve};
use crate::{
    client::{self, GatewayArgs},
    directory::Directory,
    server,
};

/// Obtain a token as a sample partner, over real mutual TLS, and print it
#[derive(Args)]
#[command(args = serve::settings(|setting| ["certs", "fixtures"].contains(&setting.key)))]
pub(super) struct TokenArgs {
    /// Id of the convention
    #[arg(value_name = "PARTNER", default_value = "editeur-demo")]
    partner: String,
    /// Scope to ask for, repeatable or separated by spaces [default: all the convention's scopes]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Print the whole answer of /token
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    gateway: GatewayArgs,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let TokenArgs { partner, scopes, json, gateway } = TokenArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let directory = Directory::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    let convention = call::known(&directory, &partner)?;
    let scope = if scopes.is_empty() { convention.scopes().join(" ") } else { scopes.join(" ") };
    let gateway = ready::gateway(&gateway, &config)?;
    let answer = client::block_on(client::token(
        &gateway,
        &config.certs,
        &convention.application,
        &partner,
        &scope,
        None, // the application's own to use
    ))?;
    if json {
        output::exact(format!("{}\n", answer.body).as_bytes());
    } else if let Some(token) = &answer.access_token {
        output::say(token);
    }
    if answer.access_token.is_none() {
        output::complain(&format!(
            "{gateway} answered {}: {}",
            answer.status,
            answer.explanation()
        ));
        answer.reasons.iter().for_each(|reason| output::complain(&format!("  {reason}")));
        return Ok(Outcome::No);
    }
    Ok(Outcome::Done)
}
