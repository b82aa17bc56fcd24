//! `partner`: one's own convention, as DataPass would have it.

mod draft;
mod export;
mod file;

use std::{fs, path::PathBuf};

use anyhow::{Context, bail};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use self::draft::Draft;
use super::{Outcome, output, serve, typed::identifier};
use crate::{
    clock::Clock,
    config::Config,
    directory::Directory,
    escape::shell,
    files, pki,
    rights::{ApiId, datapass::USE_CASES},
    server,
};

/// Write a convention of your own, from a DataPass use case or an exported habilitation, with its certificate
#[derive(Args, Clone, Debug, Default)]
#[command(
    args = serve::settings(|setting| {
        ["certs", "fixtures", "gateway.server_names"].contains(&setting.key)
    }),
    after_help = "bacasable partner new --use-case recouvrement --organisation \"Ville de Valmont\" --siret \"209 990 076 00017\"\n\
     bacasable partner new --from habilitation.json"
)]
struct NewArgs {
    /// Id of the convention: lower-case letters, digits and hyphens [default: made of the organisation's name and the use case]
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Use case of DataPass's form: recouvrement, verification-iban, verification-existence, fraude, multi-detention (FICOBA);
    /// ordonnateur, appel-api-impot-particulier (R2P, also through SFiP)
    #[arg(long, value_name = "CASE")]
    use_case: Option<String>,
    /// A habilitation exported from DataPass (JSON): what is typed beside it wins
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// SIRET of the establishment that calls; spaces are ignored [default: a fictitious one]
    #[arg(long, value_name = "SIRET")]
    siret: Option<String>,
    /// Name of the organisation
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// What the convention is called [default: the use case]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Calls a minute, among those offered: FICOBA 200, 500, 750; R2P 50, 200, 1000 [default: the smallest]
    #[arg(long, value_name = "CALLS")]
    quota: Option<u32>,
    /// Network or address that may call, repeatable [default: this machine and the private ranges]
    #[arg(long = "network", value_name = "CIDR")]
    networks: Vec<String>,
    /// Motif of FICOBA, repeatable [default: the one that stands for the use case]
    #[arg(long = "motif", value_name = "CODE")]
    motifs: Vec<String>,
    /// Modality in the place of those that the use case ticks, by DataPass's name, repeatable: with_ficoba_spi, with_acces_spi
    #[arg(long = "modality", value_name = "NAME")]
    modalities: Vec<String>,
    /// Data scope of FICOBA in the place of those that the use case ticks, repeatable: dgfip_ficoba_adresse
    #[arg(long = "scope", value_name = "NAME")]
    scopes: Vec<String>,
    /// Legal basis of R2P: decret-2022-814 or autre [default: the use case's]
    #[arg(long, value_name = "NAME")]
    legal_basis: Option<String>,
    /// Last day of the security homologation, as 2028-06-30 [default: none]
    #[arg(long, value_name = "DAY")]
    homologation_until: Option<String>,
    /// Own bank code, for motifs that are tied to one's own establishment (FICOBA)
    #[arg(long, value_name = "CODE")]
    establishment: Option<String>,
}

pub(super) fn command(command: Command) -> Command {
    command
        .about("Your own convention: new, from a DataPass use case")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(NewArgs::augment_args(Command::new("new")))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let (_, arguments) = arguments.subcommand().expect("a subcommand is required");
    let config = serve::configuration(arguments)?;
    let typed = meant(NewArgs::from_arg_matches(arguments)?)?;
    let folder = config.fixtures.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let known = config.fixtures.is_some() || folder.is_dir();
    let directory = Directory::load(known.then_some(folder.as_path())).map_err(server::faulty)?;
    let draft = Draft::from_args(&typed)?;
    if directory.convention(&draft.id).is_some() {
        bail!(
            "{:?} is the id of a convention already: name another one (bacasable partner new ID ...)",
            draft.id
        );
    }
    let file = folder.join("conventions").join(format!("{}.toml", draft.id));
    write(&file, &draft.text())?;
    let directory = match Directory::load(Some(&folder)) {
        Ok(directory) => directory,
        Err(faults) => {
            fs::remove_file(&file)
                .with_context(|| format!("{}: cannot be removed", file.display()))?;
            return Err(server::faulty(faults)
                .context("the convention would be wrong; nothing was written"));
        }
    };
    output::say(&file.display().to_string());
    certificate(&config, &directory, &draft.id)?;
    for warning in &draft.warnings {
        output::complain(warning);
    }
    next(arguments, &config, &folder, &draft);
    Ok(Outcome::Done)
}

/// What was typed, completed by the habilitation of `--from`.
fn meant(mut typed: NewArgs) -> anyhow::Result<NewArgs> {
    typed.siret = typed.siret.map(|siret| identifier(&siret).into_owned());
    let Some(file) = &typed.from else { return Ok(typed) };
    let text = files::text(file).with_context(|| format!("{}: cannot be read", file.display()))?;
    export::completed(typed.clone(), &text).with_context(|| format!("{}", file.display()))
}

/// Writes a file that is not there yet.
fn write(file: &std::path::Path, text: &str) -> anyhow::Result<()> {
    let unwritable = || format!("{}: cannot be written", file.display());
    let parent = file.parent().expect("it is in a folder");
    fs::create_dir_all(parent).with_context(unwritable)?;
    let mut out =
        fs::OpenOptions::new().write(true).create_new(true).open(file).with_context(unwritable)?;
    std::io::Write::write_all(&mut out, text.as_bytes()).with_context(unwritable)
}

fn certificate(config: &Config, directory: &Directory, id: &str) -> anyhow::Result<()> {
    if config.gateway.own_pki {
        output::complain(&format!(
            "gateway.own_pki is set: the certificate is yours to make, with the common name {id}"
        ));
        return Ok(());
    }
    let plan = server::plan(config, directory);
    let report = pki::ensure(&config.certs, &plan, Clock::system().now())?;
    let own = format!("{id}.");
    let combined = format!("{id}-combined.");
    for path in &report.created {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with(&own) || name.starts_with(&combined)) {
            output::say(&path.display().to_string());
        }
    }
    Ok(())
}

/// The next three commands.
fn next(arguments: &ArgMatches, config: &Config, folder: &std::path::Path, draft: &Draft) {
    let path = |path: &std::path::Path| shell(&path.display().to_string()).into_owned();
    let mut places = format!(" --fixtures {}", path(folder));
    if arguments.contains_id("certs") {
        places.push_str(&format!(" --certs {}", path(&config.certs)));
    }
    let id = shell(&draft.id);
    output::say("");
    output::say("Next (restart a server that runs already, or POST /admin/v1/reset):");
    output::say(&format!("  bacasable serve{places}"));
    output::say(&format!("  bacasable call {id}{places}"));
    output::say(&format!("  bacasable recette plan --partner {id}{places}"));
}

/// The use cases, for a message.
fn use_cases() -> String {
    let of = |api: ApiId| {
        let names = USE_CASES.iter().filter(move |one| one.api == api).map(|one| one.name);
        names.collect::<Vec<_>>().join(", ")
    };
    format!("{} (FICOBA), {} (R2P)", of(ApiId::Ficoba), of(ApiId::R2p))
}

/// Where the convention is written when the setting fixtures names no folder.
const FOLDER: &str = "bacasable-fixtures";
