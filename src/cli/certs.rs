//! `certs`: write the test PKI to a folder.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
};

use anyhow::{Context, bail};
use clap::{ArgMatches, Args, FromArgMatches};

use super::{Outcome, output, progress::Progress, serve, typed::one_of};
use crate::{
    api,
    clock::Clock,
    directory::Directory,
    pki::{self, Keys},
    server,
};

/// Write the test PKI to a folder; what is there already is kept
#[derive(Args)]
#[command(args = serve::settings(|setting| ["certs", "fixtures", "gateway.server_names"].contains(&setting.key)))]
pub(super) struct CertsArgs {
    /// Folder to write to [default: the setting certs]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Kind of the keys of a new folder [default: ec]; a folder that holds others is refused. rsa also writes .p12 in the old
    /// form (3DES, SHA-1), for Java before 8u301, Mono and Windows Server 2016
    #[arg(long, value_name = "KIND", value_parser = one_of(Keys::ALL, Keys::name))]
    keys: Option<Keys>,
    /// Make another certificate of this partner's, beside its own: a renewal to rehearse
    #[arg(long, value_name = "PARTNER")]
    renew: Option<String>,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let CertsArgs { out, keys, renew } = CertsArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let directory = Directory::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    let out = out.as_ref().unwrap_or(&config.certs);
    if keys.is_some() && config.gateway.own_pki {
        bail!("--keys: gateway.own_pki is set, and then the keys are yours to make");
    }
    let plan = pki::PkiPlan { keys, ..server::plan(&config, &directory) };
    let mut progress =
        Progress::new("partners", Some(u64::try_from(plan.partners.len()).unwrap_or(u64::MAX)));
    let made = pki::ensure_step_by_step(out, &plan, Clock::system().now(), &mut || progress.step());
    progress.end();
    let report = made?;
    if let Some(id) = renew {
        let convention = directory
            .convention(&id)
            .with_context(|| format!("no convention has the id {id:?}"))?;
        let name = pki::renewed(out, &api::pki_holder(convention))?;
        for kind in ["pem", "key"] {
            output::say(&out.join("clients").join(format!("{name}.{kind}")).display().to_string());
        }
        return Ok(Outcome::Done);
    }
    if io::stdout().is_terminal() && !report.created.is_empty() {
        output::say(&format!("{}: {} files written", out.display(), report.created.len()));
        return Ok(Outcome::Done);
    }
    for file in &report.created {
        output::say(&file.display().to_string());
    }
    if report.created.is_empty() {
        output::say(&format!("{}: complete, nothing written", out.display()));
    }
    Ok(Outcome::Done)
}
