//! `serve`: run the gateway and the console.

use std::{
    env, iter,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Arg, ArgMatches, Args, FromArgMatches, parser::ValueSource};
use tokio::runtime::Builder;

use super::{
    Outcome,
    discard::Discarded,
    log, output,
    parent::Parent,
    process,
    ready::{Ready, ReadyFile},
    signals::Hangup,
    stopping::Stopping,
};
use crate::{
    clock::Clock,
    config::{Config, ConfigError, Layers, SETTINGS, Setting, SettingValue},
    rights::ApiId,
    server::Server,
    tls::{self, Workers},
};

/// Run the gateway and the console
#[derive(Args)]
#[command(
    before_help = "-h shows what is needed most, --help every setting.",
    after_help = "Each setting has three spellings: --gateway-listen, gateway.listen in the file, BACASABLE_GATEWAY__LISTEN. \
     A flag wins over the environment, which wins over the file.\n\n\
     Once ready to answer, and not before, it prints one line: ready gateway=https://ADDRESS console=http://ADDRESS. The log goes \
     to standard error. SIGTERM and SIGINT stop it once answers in flight are finished, a second one cuts them; SIGHUP reads \
     certificates again at once.",
    args = settings(|_| true)
)]
pub(super) struct ServeArgs {
    /// Where to say, once ready and until the stop, what the line says, as JSON: gateway, console, certs, pid, version;
    /// ready.json in the certs folder says it too
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Stop when standard input ends, as it does when the program that started this one dies
    #[arg(long)]
    parent_watch: bool,
    /// Remove the certs folder, with all that it holds, when the server stops; it must be absent or empty at the start
    #[arg(long)]
    discard_certs: bool,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = ServeArgs::from_arg_matches(arguments)?;
    let config = configuration(arguments)?;
    log::start(&config.log)?;
    let parent = Parent::watch(typed.parent_watch)?;
    let discarded = typed.discard_certs.then(|| Discarded::claim(&config.certs)).transpose()?;
    let asked = typed.ready_file.as_deref().map(ReadyFile::asked).transpose()?;
    let (connections, rest) = (tls::threads(process::workers()), process::workers().min(REST));
    process::threads(connections + rest + THREADS)?;
    let workers = Workers::start(connections).context("the gateway's threads cannot start")?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(rest)
        .enable_all()
        .build()
        .context("the runtime cannot start")?;
    let outcome = runtime.block_on(serve(config, asked, parent, workers));
    runtime.shutdown_background(); // a read that hangs, on a disk of the network, is not waited for
    drop(discarded); // nothing serves from the folder any more
    outcome
}

/// `--config FILE`.
fn config_file() -> Arg {
    Arg::new("config")
        .long("config")
        .value_name("FILE")
        .env("BACASABLE_CONFIG")
        .help("TOML file of settings")
}

/// `--config`, and the flags of the settings that `wanted` picks.
pub(super) fn settings(wanted: fn(&Setting) -> bool) -> impl Iterator<Item = Arg> {
    let wanted = SETTINGS.iter().filter(move |setting| wanted(setting));
    iter::once(config_file()).chain(wanted.map(|setting| {
        let default = setting.default();
        let default = if default.is_empty() { "none".to_owned() } else { default };
        let expected = (setting.expected)();
        Arg::new(setting.key)
            .long(setting.flag())
            .value_name(value_name(setting, &expected))
            .help_heading(heading(setting.key))
            .hide_short_help(!COMMON.contains(&setting.key))
            .allow_negative_numbers(true)
            .allow_hyphen_values(setting.key == "console.token")
            .help(format!("{} [default: {default}]", setting.help))
            .long_help(format!("{} [{expected}; default: {default}]", setting.help))
    }))
}

/// What stands for a setting's value in `--help`.
fn value_name(setting: &Setting, expected: &str) -> String {
    const NAMES: [(&str, &str); 7] = [
        ("an address and a port", "ADDRESS:PORT"),
        ("a network", "NETWORK"),
        ("an hour", "HH:MM"),
        ("a whole number", "NUMBER"),
        ("true or false", "true|false"),
        ("a path", "FILE"),
        ("a text", "TEXT"),
    ];
    if let Some(each) = expected.strip_prefix("a list, its members separated by commas; each ") {
        return format!("{},...", value_name(setting, each));
    }
    if expected.starts_with('"') {
        return expected.replace('"', "").replace(" or ", "|");
    }
    if setting.help.starts_with("Folder") {
        return "DIR".to_owned();
    }
    let named = NAMES.iter().find(|(start, _)| expected.starts_with(start));
    named.map_or("VALUE", |(_, name)| name).to_owned()
}

/// The group of a setting in `--help`: by the table of the file that it stands in.
fn heading(key: &str) -> &'static str {
    match key.split('.').collect::<Vec<_>>().as_slice() {
        ["gateway", "limits", _] => "Limits of the gateway",
        ["gateway", ..] => "Gateway",
        ["console", ..] => "Console",
        ["journal", ..] => "Journal",
        [api, ..] if ApiId::named(api).is_some() => "APIs",
        ["availability", ..] => "Availability",
        ["state", ..] => "Replicas",
        ["log", ..] => "Log",
        _ => "Settings",
    }
}

/// What `-h` shows; `--help` shows every setting.
const COMMON: [&str; 10] = [
    "certs",
    "fixtures",
    "seed",
    "population",
    "gateway.listen",
    "gateway.environment",
    "gateway.server_names",
    "console.listen",
    "journal.file",
    "log.level",
];

/// What the flags, the environment and the file say together.
pub(super) fn configuration(arguments: &ArgMatches) -> anyhow::Result<Config> {
    let mut layers = Layers::default();
    let source = arguments.value_source("config");
    let is_variable = source == Some(ValueSource::EnvVariable);
    match arguments.get_one::<String>("config") {
        Some(file) if file.is_empty() && is_variable => {} // an empty variable is an absent one
        Some(file) if file.contains(char::is_control) => {
            let origin = if is_variable { "BACASABLE_CONFIG" } else { "--config" }.to_owned();
            let expected = "a path free of control characters".to_owned();
            return Err(ConfigError::Value { origin, value: file.clone(), expected }.into());
        }
        Some(file) => layers.file(Path::new(file))?,
        None => {}
    }
    layers.environment(env::vars_os())?;
    for setting in SETTINGS {
        if let Ok(Some(value)) = arguments.try_get_one::<String>(setting.key) {
            layers.flag(setting, value.clone());
        }
    }
    Ok(layers.resolve()?)
}

async fn serve(
    config: Config,
    mut asked: Option<ReadyFile>,
    parent: Parent,
    workers: Workers,
) -> anyhow::Result<Outcome> {
    let mut stopping = Stopping::watch(parent)?;
    let mut hangup = Hangup::watch()?;
    let certs = config.certs.clone();
    let mut beside_certs = ReadyFile::by_default(&config);
    let observing = config.gateway.mode.show() == "observe";
    let values = config.journal.values;
    let starting = tokio::spawn(Server::start_on(config, Clock::system(), Some(workers)));
    let server = tokio::select! {
        started = starting => started.context("the start broke down")??,
        () = stopping.asked() => return Ok(Outcome::Done),
    };
    tracing::info!(
        "environnement fictif, outil non officiel: not certified by the DGFiP, not for production"
    );
    if !server.created.is_empty() {
        tracing::info!(folder = %certs.display(), files = server.created.len(), "test PKI written");
    }
    if let Some(file) = &server.console_token {
        tracing::info!(file = %file.display(), "the console is bound elsewhere than on loopback: it asks for the token in this file");
    }
    if observing {
        tracing::warn!(
            "gateway.mode = observe: the controls are evaluated and journalled, none refuses"
        );
    }
    if values {
        tracing::warn!(
            "journal.values = true: the journal keeps what requests hold, at the console and in its file; for a local debug session only"
        );
    }
    let ready = Ready::new(&server, &certs);
    if let Err(error) = beside_certs.say(&ready) {
        tracing::debug!(error = output::describe(&error), "no ready file beside the certificates");
    }
    if let Some(asked) = &mut asked {
        asked.say(&ready).context("--ready-file")?;
    }
    output::say(&format!(
        "ready gateway=https://{} console=http://{}",
        server.gateway, server.console
    ));
    loop {
        tokio::select! {
            () = stopping.asked() => break,
            () = hangup.asked() => server.reload(),
        }
    }
    drop((beside_certs, asked));
    tracing::info!("stopping: answers in flight are finished; a second signal cuts them");
    server.stop_unless(stopping.insisted()).await;
    Ok(Outcome::Done)
}

/// Threads of the runtime that accepts connections and has the console and what goes on in the background: one that works for
/// long does not keep the other from accepting.
const REST: usize = 2;

/// The threads that a server needs beside the runtimes': the journal's, the one that watches standard input, and some for files.
const THREADS: usize = 6;
