//! `serve`: run the gateway and the console.

use std::{env, path::Path};

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};
use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

use super::{Outcome, discard::Discarded, log, output, parent::Parent};
use crate::{
    clock::Clock,
    config::{Config, Layers, SETTINGS, Setting, Value},
    server::Server,
};

pub(super) fn command() -> Command {
    Command::new("serve")
        .about("Run the gateway and the console")
        .after_help(
            "Each setting has three spellings: --gateway-listen, gateway.listen in the file, BACASABLE_GATEWAY__LISTEN. \
             A flag wins over the environment, which wins over the file.\n\n\
             Once ready to answer, and not before, it prints one line: ready gateway=https://ADDRESS console=http://ADDRESS. The log goes \
             to standard error. SIGTERM and SIGINT stop it once answers in flight are finished; SIGHUP reads certificates again at once.",
        )
        .arg(Parent::argument())
        .arg(Discarded::argument())
        .arg(config_file())
        .args(settings(|_| true))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = configuration(arguments)?;
    log::start(&config.log)?;
    let parent = Parent::watch(arguments.get_flag("parent-watch"))?;
    let discarded =
        arguments.get_flag("discard-certs").then(|| Discarded::claim(&config.certs)).transpose()?;
    let runtime =
        Builder::new_multi_thread().enable_all().build().context("the runtime cannot start")?;
    let outcome = runtime.block_on(serve(config, parent));
    drop(discarded); // nothing serves from the folder any more
    outcome
}

/// `--config FILE`.
pub(super) fn config_file() -> Arg {
    Arg::new("config")
        .long("config")
        .value_name("FILE")
        .env("BACASABLE_CONFIG")
        .help("TOML file of settings")
}

/// The flags of the settings that `wanted` picks.
pub(super) fn settings(wanted: fn(&Setting) -> bool) -> impl Iterator<Item = Arg> {
    SETTINGS.iter().filter(move |setting| wanted(setting)).map(|setting| {
        let default = setting.default();
        let default = if default.is_empty() { "none".to_owned() } else { default };
        let help = format!("{} [{}; default: {default}]", setting.help, (setting.expected)());
        Arg::new(setting.key)
            .long(setting.flag())
            .value_name("VALUE")
            .allow_negative_numbers(true)
            .help(help)
    })
}

/// What the flags, the environment and the file say together.
pub(super) fn configuration(arguments: &ArgMatches) -> anyhow::Result<Config> {
    let mut layers = Layers::default();
    if let Some(file) = arguments.get_one::<String>("config") {
        layers.file(Path::new(file))?;
    }
    layers.environment(variables())?;
    for setting in SETTINGS {
        if let Ok(Some(value)) = arguments.try_get_one::<String>(setting.key) {
            layers.flag(setting, value.clone());
        }
    }
    Ok(layers.resolve()?)
}

async fn serve(config: Config, mut parent: Parent) -> anyhow::Result<Outcome> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be watched")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be watched")?;
    let mut hangup = signal(SignalKind::hangup()).context("SIGHUP cannot be watched")?;
    let certs = config.certs.clone();
    let observing = config.gateway.mode.show() == "observe";
    let values = config.journal.values;
    let server = Server::start(config, Clock::system()).await?;
    tracing::info!(
        "environnement fictif, outil non officiel: not certified by the DGFIP, not for production"
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
    output::say(&format!(
        "ready gateway=https://{} console=http://{}",
        server.gateway, server.console
    ));
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            () = parent.gone() => break,
            _ = hangup.recv() => server.reload(),
        }
    }
    tracing::info!("stopping: answers in flight are finished");
    server.stop().await;
    Ok(Outcome::Done)
}

/// The environment, with values that are no text shown as what they look like.
fn variables() -> impl Iterator<Item = (String, String)> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    env::vars_os().map(move |(name, value)| (text(name), text(value)))
}
