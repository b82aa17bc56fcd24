//! `call`: one call as a partner, over real mutual TLS, where there is no curl; or the command that makes it.

mod answer;
mod demand;
mod printed;

use anyhow::{Context, bail};
use clap::{ArgMatches, Args, FromArgMatches};
use jiff::{civil::Date, tz::TimeZone};

use self::printed::CommandContext;
use super::{Outcome, output, ready, serve};
use crate::{
    api::World,
    client::{self, Console, ConsoleArgs, GatewayArgs, Keys, Once},
    clock::Clock,
    config::Config,
    directory::{Convention, Directory},
    journal::Maker,
    recette::{
        Recette,
        script::{Request, Shown},
    },
    server,
};

/// Make one call as a partner, over real mutual TLS, and show the answer; or print it for curl, PowerShell, .http
#[derive(Args)]
#[command(
    after_help = "The token is asked for first. What a good client fills in is filled in: today's date, a motif of the convention's own \
     that opens the search, its SIRET, fresh identifiers; KEY=VALUE changes any of it. Exit code 0 when the answer is good, \
     1 when it is a refusal, whose reason is on standard error.\n\n\
     bacasable call\n\
     bacasable call editeur-demo numCpte iban=FR7699010000010000010100185\n\
     bacasable call commune-valmont personne/3990000101192\n\
     bacasable call editeur-demo numCpte iban=FR76 --powershell",
    args = serve::settings(|setting| ["certs", "fixtures"].contains(&setting.key))
)]
pub(super) struct CallArgs {
    /// Id of the convention
    #[arg(value_name = "PARTNER", default_value = "editeur-demo")]
    partner: String,
    /// What to ask: numCpte, spi, siretSiren, perPhy, perPro, verifIban, multiDet, etatSante, personne, personne/spi, or a
    /// path such as personne/3990000101192 [default: the first that the convention opens]
    #[arg(value_name = "OPERATION")]
    operation: Option<String>,
    /// Criteria and other attributes by name: iban=FR76..., etatCivil.prenoms=ALIX, motif=0101; KEY:=JSON for what is no
    /// text. Changing what is around the criteria (motif, dateDemande, justification) keeps the persona's criteria; the first
    /// criterion that is typed takes the place of them all, unless --persona keeps the others [default: those of a persona]
    #[arg(value_name = "KEY=VALUE")]
    pairs: Vec<String>,
    /// Criteria of this persona's call
    #[arg(long, value_name = "ID")]
    persona: Option<String>,
    /// The whole body, as it is; @FILE reads it from a file
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["pairs", "persona"])]
    body: Option<String>,
    /// A header to add or to replace, "Name: value"; "Name:" leaves it out
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    headers: Vec<String>,
    /// Scopes to ask the token with, separated by spaces [default: all the convention's scopes]
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// The certificate to show, by its name in the folder clients/ (invalid/expired), or none [default: the partner's]
    #[arg(long, value_name = "NAME")]
    certificate: Option<String>,
    /// Print the answer's status and headers too
    #[arg(short, long)]
    include: bool,
    /// Print the call for curl and a POSIX shell instead of making it
    #[arg(long, group = "printed")]
    curl: bool,
    /// Print it for PowerShell 7
    #[arg(long, group = "printed")]
    powershell: bool,
    /// Print it as a .http file, for the REST client of an editor
    #[arg(long, group = "printed")]
    http: bool,
    #[command(flatten)]
    gateway: GatewayArgs,
    #[command(flatten)]
    console: ConsoleArgs,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = CallArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let world = World::load(&Config { population: 0, ..config.clone() }).map_err(server::faulty)?;
    let recette = Recette::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    let convention = known(&world.directory, &typed.partner)?;
    let (gateway, console) =
        (ready::gateway(&typed.gateway, &config)?, ready::console(&typed.console, &config)?);
    let today = client::block_on(product_day(&console))?;
    let request = demand::request(&typed, convention, &world, &recette, today)?;
    if typed.curl || typed.powershell || typed.http {
        let place = CommandContext { gateway: &gateway, certs: &config.certs };
        let text = if typed.curl {
            printed::curl(&place, convention, &request)
        } else if typed.powershell {
            printed::powershell(&place, convention, &request)
        } else {
            printed::http(&place, convention, &request)
        };
        output::exact(text.as_bytes());
        return Ok(Outcome::Done);
    }
    let journal = console.clone();
    let once = client::block_on(async {
        let mut keys = Keys::new(console, Maker::Call);
        client::once(&gateway, &config.certs, &mut keys, convention, &request).await
    })
    .context("the call is marked as bacasable's own, with a key of the console (--console), and goes to the gateway (--gateway)")?;
    match once {
        Once::NoToken(answer) => {
            output::complain(&format!(
                "{gateway} gave no token: {}, {}",
                answer.status,
                answer.explanation()
            ));
            Ok(Outcome::No)
        }
        Once::Silence => {
            let hint = match request.certificate {
                Shown::Own => "",
                Shown::Nothing | Shown::Named(_) => " (TLS itself refuses some certificates)",
            };
            output::complain(&format!("{gateway} closed the connection without an answer{hint}"));
            Ok(Outcome::No)
        }
        Once::Answered(reply) => {
            let reason = client::block_on(answer::reason(&journal, &reply));
            Ok(answer::show(&reply, &world.apis, typed.include, reason?))
        }
    }
}

/// The day on the product's clock, which a test may have moved; that of the machine where no console tells.
async fn product_day(console: &Console) -> anyhow::Result<Date> {
    let clock = console.json("clock").await.unwrap_or_default();
    let simulated = clock["now"].as_str().and_then(|now| now.parse().ok());
    let now = simulated.unwrap_or_else(|| Clock::system().now());
    Ok(now.to_zoned(TimeZone::UTC).date())
}

/// The convention of this id.
///
/// # Errors
/// There is none; the known ones are named.
pub(super) fn known<'a>(directory: &'a Directory, id: &str) -> anyhow::Result<&'a Convention> {
    if let Some(convention) = directory.convention(id) {
        return Ok(convention);
    }
    let known: Vec<_> = directory.iter().map(|convention| convention.id.as_str()).collect();
    bail!("no convention has the id {id:?}; known: {}", known.join(", "))
}

/// The headers that were typed, on top of those of a good request.
fn with_headers(request: &mut Request, typed: &[String]) -> anyhow::Result<()> {
    for header in typed {
        let Some((name, value)) = header.split_once(':') else {
            bail!("--header {header:?}: expected \"Name: value\", or \"Name:\" to leave it out");
        };
        let (name, value) = (name.trim(), value.trim());
        request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(())
}
