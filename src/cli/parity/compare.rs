//! `parity compare`: a session replayed here, and what differs.

use std::path::Path;

use anyhow::Context;
use clap::{ArgMatches, Args, FromArgMatches};

use super::{ReportArgs, SessionArgs, inside::Inside, outside::Outside};
use crate::{
    cli::{Outcome, output, serve},
    client::{self, Console, ConsoleArgs, GatewayArgs, Keys, ListenerAddress},
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

/// Replay a session as a sample partner with the same rights, and say what differs
#[derive(Args)]
#[command(
    mut_arg("gateway-url", |gateway| gateway.help("A running server to compare with [default: one in this process]")),
    after_help = "Without --gateway the session is replayed in this process, with the settings given here, and the settings that would bring the \
     answers nearer are looked for. With it, against a running server; what needs its clock, its quotas or its faults is then left out. \
     The report is also kept as parity.json in the certs folder, for the console's page. \
     Exit code 0 when there is no difference but accepted ones, 1 otherwise.",
    args = super::settings()
)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    session: SessionArgs,
    #[command(flatten)]
    gateway: GatewayArgs,
    #[command(flatten)]
    console: ConsoleArgs,
    /// Convention of the session's first application [default: the one whose answers are nearest]
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    /// Do not look for the settings that would bring the answers nearer
    #[arg(long)]
    without_settings: bool,
    #[command(flatten)]
    report: ReportArgs,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = CompareArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let session = typed.session.read()?;
    let accepted = typed.report.accepted()?;
    let gateway = match typed.gateway.url {
        Some(_) => {
            let console = Console::from_arguments(&typed.console, &config)?;
            let keys = Keys::new(console, Maker::ParityCompare);
            Some((typed.gateway.address(&config)?, keys))
        }
        None => None,
    };
    let with = match &gateway {
        Some((gateway, _)) => format!("le serveur à l'adresse {gateway}"),
        None => format!("le serveur propre à la commande{}", changed(&config)),
    };
    let (partner, tries) = (typed.partner.as_deref(), !typed.without_settings);
    let comparison = client::run(comparison(&session, &config, partner, gateway, tries))?;
    let file = &typed.session.session;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let now = Clock::system().now();
    let report = Report::of_session(&name, with, &session, &comparison, &accepted, now);
    keep(&config.certs, &report);
    typed.report.write(&report)
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
