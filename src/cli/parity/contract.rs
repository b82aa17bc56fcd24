//! `parity contract`: a published OpenAPI or Swagger file against what is served.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{ArgMatches, Args, FromArgMatches};
use serde_json::Value;

use super::ReportArgs;
use crate::{
    api,
    cli::{Outcome, typed::one_of},
    clock::Clock,
    console, files,
    parity::{
        contract::{self, Drifts},
        report::{self, Report},
    },
    rights::ApiId,
};

/// Compare an OpenAPI 3 or Swagger 2 file, in JSON, with the contract that is served
#[derive(Args)]
pub(super) struct ContractArgs {
    /// The published contract
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
    /// Which API it describes [default: the one with most of its resources]
    #[arg(long, value_name = "API", value_parser = one_of(ApiId::ALL, ApiId::as_str))]
    api: Option<ApiId>,
    #[command(flatten)]
    report: ReportArgs,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let ContractArgs { file, api: asked, report: written } =
        ContractArgs::from_arg_matches(arguments)?;
    let shown_path = || file.display().to_string();
    let text = files::text(&file).with_context(|| format!("{}: cannot be read", shown_path()))?;
    let accepted = written.accepted()?;
    let mut best: Option<Nearest> = None;
    for api in ApiId::ALL.into_iter().filter(|api| asked.is_none_or(|asked| asked == *api)) {
        let published = contract::read(&text).with_context(shown_path)?.below(api.contexts());
        for (served, with) in served(api)? {
            let served = contract::read(&served.to_string())?.below(api.contexts());
            let common = contract::common(&published, &served);
            let drifts = contract::compare(&published, &served);
            let fewer = |best: &Nearest| drifts.all.len() < best.drifts.all.len();
            let is_nearer =
                |best: &Nearest| common > best.common || (common == best.common && fewer(best));
            if best.as_ref().is_none_or(is_nearer) {
                best = Some(Nearest { common, api, with, drifts });
            }
        }
    }
    let Nearest { common, api, with, drifts } = best.context("no API is served")?;
    if common == 0 && asked.is_none() {
        bail!(
            "{}: no API here has one of its resources; --api says which one to compare it with",
            shown_path()
        );
    }
    let with = format!("le contrat servi ici ({}, {with})", api.label());
    let mut report = Report::new(&shown_path(), with, Clock::system().now());
    (report.exchanges, report.compared) = (drifts.resources, drifts.compared);
    let mut lines = Vec::new();
    for (operation, difference) in &drifts.all {
        report::add(&mut lines, difference, operation, None);
    }
    report.accept(lines, &accepted);
    written.write(&report)
}

/// The contract that the published one is nearest to.
struct Nearest {
    common: usize,
    api: ApiId,
    with: &'static str,
    drifts: Drifts,
}

/// What is served: a published file describes the API alone, or with what the gateway asks for and answers before it.
fn served(api: ApiId) -> anyhow::Result<[(Value, &'static str); 2]> {
    let own = serde_json::to_value(api::openapi(api))?;
    Ok([(own, "sans la passerelle"), (console::contract(api), "avec la passerelle")])
}
