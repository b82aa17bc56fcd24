//! `parity record`: the proxy in front of the original.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::bail;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::{
    cli::{Outcome, output, serve, signals::Ending},
    client,
    clock::Clock,
    directory::Directory,
    parity::{
        record::{Proxy, Recorded, Upstream},
        session::{Head, SessionWriter, Source},
    },
    pki, server,
};

pub(super) fn command() -> Command {
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf)).help(help)
    };
    Command::new("record")
        .about("A proxy on loopback that the application calls in place of the gateway, and that writes each exchange down")
        .after_help(
            "Only for the DGFiP's test environment, and with one's own habilitation: the proxy presents your certificate, and calls nothing by itself. \
             Once ready, it prints one line: ready proxy=https://ADDRESS upstream=URL out=FILE. SIGINT and SIGTERM stop it.",
        )
        .arg(
            Arg::new("upstream")
                .long("upstream")
                .value_name("URL")
                .required(true)
                .help("The original, https://host[:port]; its certificate is always verified"),
        )
        .arg(file("cert", "Your client certificate, PEM, with its chain").required(true))
        .arg(file("key", "Its key, PEM").required(true))
        .arg(file("ca", "Authorities of the original, PEM [default: the system's]"))
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS")
                .value_parser(value_parser!(SocketAddr))
                .default_value("127.0.0.1:9443")
                .help("Address on loopback to listen on; port 0 takes a free one"),
        )
        .arg(out())
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("SECONDS")
                .value_parser(value_parser!(u64).range(1..=3_600))
                .default_value("60")
                .help("How long the original's answer is waited for"),
        )
        .arg(
            Arg::new("keep-values")
                .long("keep-values")
                .action(ArgAction::SetTrue)
                .help("Keep values too (never tokens nor secrets): asks for a written confirmation that the environment is fictitious"),
        )
        .arg(serve::config_file())
        .args(serve::settings(|setting| {
            ["certs", "fixtures", "gateway.server_names", "gateway.own_pki"].contains(&setting.key)
        }))
}

/// `--out FILE`.
pub(super) fn out() -> Arg {
    Arg::new("out")
        .long("out")
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("Session to write; a file that is there is not overwritten")
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let url = arguments.get_one::<String>("upstream").expect("it is required");
    let ca = arguments.get_one::<PathBuf>("ca").map(PathBuf::as_path);
    let upstream =
        Upstream::new(url, super::path(arguments, "cert"), super::path(arguments, "key"), ca)?;
    let keeps_values = arguments.get_flag("keep-values");
    if keeps_values {
        confirm(&upstream)?;
    }
    let directory = Directory::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    pki::ensure(&config.certs, &server::plan(&config, &directory), Clock::system().now())?;
    let material = pki::load(&config.certs, config.gateway.own_pki)?;
    let listen = *arguments.get_one::<SocketAddr>("listen").expect("it has a default");
    let patience =
        Duration::from_secs(*arguments.get_one::<u64>("timeout").expect("it has a default"));
    let redactor = super::redactor(&config, keeps_values)?;
    let out = super::path(arguments, "out");
    output::complain(
        "for the DGFiP's test environment only, with your own habilitation (docs/parity.md)",
    );
    let recorded = client::run(async {
        let mut ending = Ending::watch()?;
        let writer = || SessionWriter::create(out, &Head::new(Source::Record, keeps_values));
        let shown = upstream.to_string();
        let proxy = Proxy::bind(listen, material, upstream, redactor, writer, patience).await?;
        output::say(&format!(
            "ready proxy=https://{} upstream={shown} out={}",
            proxy.address()?,
            out.display()
        ));
        proxy.serve(async { ending.asked().await }).await
    })?;
    summary(&out.display().to_string(), &recorded);
    Ok(Outcome::Done)
}

/// The one address that is known not to be a test environment's is refused; for any other, the user says it.
fn confirm(upstream: &Upstream) -> anyhow::Result<()> {
    if upstream.to_string().contains(PRODUCTION) {
        bail!("--keep-values: {upstream} is the production gateway, whose people are real");
    }
    let question = format!(
        "les valeurs reçues de {upstream} seront écrites en clair. Si cet environnement ne contient que des personnes fictives, tapez \"{FICTITIOUS}\""
    );
    if super::agreed(&question, FICTITIOUS)? {
        return Ok(());
    }
    bail!("--keep-values: not confirmed, nothing was recorded")
}

fn summary(out: &str, recorded: &Recorded) {
    output::say(&format!("{out} : échanges enregistrés : {}", recorded.exchanges));
    for (failure, times) in &recorded.failures {
        output::say(&format!("  sans réponse complète : {} ({times} fois)", failure.french()));
    }
    for (remark, times) in &recorded.remarks {
        output::say(&format!("  à noter : {remark} ({times} fois)"));
    }
}

const FICTITIOUS: &str = "environnement fictif";
/// RIAL's documentation: the gateway in production.
const PRODUCTION: &str = "gw.dgfip.finances.gouv.fr";
