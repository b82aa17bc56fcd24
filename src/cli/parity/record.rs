//! `parity record`: the proxy in front of the original.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::bail;
use clap::{ArgMatches, Args, FromArgMatches, value_parser};

use super::OutArgs;
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

/// A proxy on loopback that the application calls in place of the gateway, and that writes each exchange down
#[derive(Args)]
#[command(
    after_help = "Only for the DGFiP's test environment, and with one's own habilitation: the proxy presents your certificate, and calls nothing by itself. \
     Once ready, it prints one line: ready proxy=https://ADDRESS upstream=URL out=FILE. SIGINT and SIGTERM stop it.",
    args = serve::settings(|setting| ["certs", "fixtures", "gateway.server_names", "gateway.own_pki"].contains(&setting.key))
)]
pub(super) struct RecordArgs {
    #[arg(
        long,
        value_name = "URL",
        help = "The original, https://host[:port]; its certificate is always verified"
    )]
    upstream: String,
    /// Your client certificate, PEM, with its chain
    #[arg(long, value_name = "FILE")]
    cert: PathBuf,
    /// Its key, PEM
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Authorities of the original, PEM [default: the system's]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Address on loopback to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9443")]
    listen: SocketAddr,
    #[command(flatten)]
    out: OutArgs,
    /// How long the original's answer is waited for
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = value_parser!(u64).range(1..=3_600))]
    timeout: u64,
    /// Keep values too (never tokens nor secrets): asks for a written confirmation that the environment is fictitious
    #[arg(long)]
    keep_values: bool,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = RecordArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let upstream = Upstream::new(&typed.upstream, &typed.cert, &typed.key, typed.ca.as_deref())?;
    let keeps_values = typed.keep_values;
    if keeps_values {
        confirm(&upstream)?;
    }
    let directory = Directory::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    pki::ensure(&config.certs, &server::plan(&config, &directory), Clock::system().now())?;
    let material = pki::load(&config.certs, config.gateway.own_pki)?;
    let patience = Duration::from_secs(typed.timeout);
    let redactor = super::redactor(&config, keeps_values)?;
    let out = &typed.out.out;
    output::complain(
        "for the DGFiP's test environment only, with your own habilitation (docs/parity.md)",
    );
    let recorded = client::run(async {
        let mut ending = Ending::watch()?;
        let writer = || SessionWriter::create(out, &Head::new(Source::Record, keeps_values));
        let shown = upstream.to_string();
        let proxy =
            Proxy::bind(typed.listen, material, upstream, redactor, writer, patience).await?;
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
