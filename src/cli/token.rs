//! `token`: obtain a token as a sample partner, over real mutual TLS, and print it.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Outcome, call, output, ready, serve};
use crate::{
    client::{self, ListenerAddress},
    directory::Directory,
    server,
};

pub(super) fn command() -> Command {
    Command::new("token")
        .about("Obtain a token as a sample partner, over real mutual TLS, and print it")
        .arg(Arg::new("partner").value_name("PARTNER").default_value("editeur-demo").help("Id of the convention"))
        .arg(
            Arg::new("scope")
                .long("scope")
                .value_name("SCOPE")
                .action(ArgAction::Append)
                .help("Scope to ask for, repeatable or separated by spaces [default: all the convention's scopes]"),
        )
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print the whole answer of /token"))
        .arg(ListenerAddress::gateway_argument())
        .arg(serve::config_file())
        .args(serve::settings(|setting| ["certs", "fixtures"].contains(&setting.key)))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let directory = Directory::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    let partner = arguments.get_one::<String>("partner").expect("it has a default");
    let convention = call::known(&directory, partner)?;
    let scope = match arguments.get_many::<String>("scope") {
        Some(given) => given.map(String::as_str).collect::<Vec<_>>().join(" "),
        None => convention.scopes().join(" "),
    };
    let gateway = ready::gateway(arguments, &config)?;
    let answer = client::block_on(client::token(
        &gateway,
        &config.certs,
        &convention.application,
        partner,
        &scope,
        None, // the application's own to use
    ))?;
    if arguments.get_flag("json") {
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
