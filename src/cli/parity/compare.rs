//! `parity compare`: a session replayed here, and what differs.

use std::path::Path;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{inside::Inside, outside::Outside};
use crate::{
    cli::{Outcome, output, serve},
    client::{self, Console, Keys, ListenerAddress},
    clock::Clock,
    config::{Config, SETTINGS},
    journal::Maker,
    parity::{
        compare::{Comparison, compare, nearer},
        replay::Player,
        report::{self, Report},
        session::Session,
    },
};

pub(super) fn command() -> Command {
    Command::new("compare")
        .about("Replay a session as a sample partner with the same rights, and say what differs")
        .after_help(
            "Without --gateway the session is replayed in this process, with the settings given here, and the settings that would bring the \
             answers nearer are looked for. With it, against a running server; what needs its clock, its quotas or its faults is then left out. \
             The report is also kept as parity.json in the certs folder, for the console's page. \
             Exit code 0 when there is no difference but accepted ones, 1 otherwise.",
        )
        .arg(super::session_argument())
        .arg(ListenerAddress::gateway_argument().help("A running server to compare with [default: one in this process]"))
        .args(Console::arguments())
        .arg(
            Arg::new("partner")
                .long("partner")
                .value_name("ID")
                .help("Convention of the session's first application [default: the one whose answers are nearest]"),
        )
        .arg(
            Arg::new("without-settings")
                .long("without-settings")
                .action(ArgAction::SetTrue)
                .help("Do not look for the settings that would bring the answers nearer"),
        )
        .args(super::report_arguments())
        .args(super::settings())
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let session = super::session(arguments)?;
    let accepted = super::accepted(arguments)?;
    let gateway = arguments.get_one::<String>("gateway-url").is_some();
    let gateway = match gateway {
        true => {
            let keys =
                Keys::new(Console::from_arguments(arguments, &config)?, Maker::ParityCompare);
            Some((ListenerAddress::gateway(arguments, &config)?, keys))
        }
        false => None,
    };
    let partner = arguments.get_one::<String>("partner").map(String::as_str);
    let with = match &gateway {
        Some((gateway, _)) => format!("le serveur à l'adresse {gateway}"),
        None => format!("le serveur propre à la commande{}", changed(&config)),
    };
    let tries = !arguments.get_flag("without-settings");
    let comparison = client::run(comparison(&session, &config, partner, gateway, tries))?;
    let file = super::path(arguments, "session");
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let now = Clock::system().now();
    let report = Report::of_session(&name, with, &session, &comparison, &accepted, now);
    keep(&config.certs, &report);
    super::write(arguments, &report)
}

/// Compares a session with a server of its own, or with a running one.
pub(super) async fn comparison(
    session: &Session,
    config: &Config,
    partner: Option<&str>,
    gateway: Option<(ListenerAddress, Keys)>,
    tries_settings: bool,
) -> anyhow::Result<Comparison> {
    let mut redactor = super::redactor(config, session.head.values)?;
    let mut stage = Inside::new(config)?;
    if let Some(partner) = partner
        && crate::parity::replay::Stage::directory(&stage).convention(partner).is_none()
    {
        anyhow::bail!("--partner: no convention has the id {partner:?}");
    }
    let (script, played) = compare(session, &mut redactor, &mut stage, partner).await?;
    if let Some((gateway, keys)) = gateway {
        let mut stage = Outside::new(gateway, keys, config, &stage);
        let played = Player::new(&mut stage, &mut redactor, session).play(&script).await;
        let played = played.context(
            "--gateway, and --console for the keys that mark these calls as the command's own",
        )?;
        return Ok(Comparison { cast: script.cast, played, settings: Vec::new() });
    }
    if !tries_settings {
        return Ok(Comparison { cast: script.cast, played, settings: Vec::new() });
    }
    let again = |config: &Config| stage.again(config);
    let settings = nearer(session, &mut redactor, &script, &played, config, again).await?;
    Ok(Comparison { cast: script.cast, played, settings })
}

/// The settings that are not the defaults, for people.
fn changed(config: &Config) -> String {
    let is_changed = |key: &str| {
        key.contains('.')
            && !["gateway.listen", "console.", "journal.", "log.", "state."]
                .iter()
                .any(|one| key.starts_with(one))
    };
    let changed = SETTINGS.iter().filter(|setting| is_changed(setting.key));
    let changed = changed.filter(|setting| setting.show(config) != setting.default());
    let settings: Vec<_> =
        changed.map(|setting| format!("{} = {}", setting.key, setting.show(config))).collect();
    if settings.is_empty() { String::new() } else { format!(", avec {}", settings.join(", ")) }
}

/// Keeps the report where the console looks for it.
fn keep(certs: &Path, report: &Report) {
    let path = certs.join(report::LAST);
    let written = serde_json::to_vec_pretty(report)
        .map_err(anyhow::Error::from)
        .and_then(|bytes| Ok(std::fs::write(&path, bytes)?));
    if let Err(error) = written {
        output::complain(&format!(
            "{}: cannot be written, the console will not show this: {error}",
            path.display()
        ));
    }
}
