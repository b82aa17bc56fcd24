//! `dataset find`: who or what fits words in any order, and facets; personas first.

use anyhow::Context;
use clap::{ArgMatches, Args, FromArgMatches};
use serde_json::json;

use super::{super::output, Format, FormatArgs, Outcome, Progress};
use crate::{
    clock::{self, Clock},
    register::{FacetSearch, Facets, Hit, Party, Register},
};

/// Find people and companies by words in any order, and by facets; exit code 1 when there is none
#[derive(Args)]
#[command(after_help = "bacasable dataset find livret jeune clos\n\
     bacasable dataset find --deceased --accounts 2\n\
     bacasable dataset find --born-in lyon --minor")]
pub(super) struct FindArgs {
    /// Words to find, in any order, accents and plurals aside: names, places, codes, a persona's story
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Holding exactly this many accounts
    #[arg(long, value_name = "COUNT")]
    accounts: Option<usize>,
    /// Holding a closed account
    #[arg(long)]
    closed: bool,
    /// Holding an account of this nature, by its code of annexe 1
    #[arg(long, value_name = "CODE")]
    nature: Option<u16>,
    /// Having this right on an account: titulaire, procuration, mandataire, ei, beneficiaire
    #[arg(long, value_name = "RIGHT")]
    right: Option<String>,
    /// Under eighteen today
    #[arg(long, conflicts_with = "company")]
    minor: bool,
    /// Deceased
    #[arg(long, conflicts_with = "company")]
    deceased: bool,
    /// Born in this country or commune, by its name or code
    #[arg(long, value_name = "PLACE", conflicts_with = "company")]
    born_in: Option<String>,
    /// A person only
    #[arg(long, conflicts_with = "company")]
    person: bool,
    /// A company or another legal person only
    #[arg(long)]
    company: bool,
    /// How many to show at most
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = FindArgs::from_arg_matches(arguments)?;
    let today = Clock::system().now().to_zoned(clock::paris()).date();
    let spec = FacetSearch::new(facets(&typed)?, today);
    let everybody = || {
        let people = register.people().map(Party::Person);
        people.chain(register.companies().map(|id| Party::Company(id, None)))
    };
    let mut progress = Progress::new("records", None);
    let (mut shown, mut in_all) = (Vec::new(), 0_usize);
    for party in everybody() {
        progress.step();
        let Some(found) = spec.look(register, party) else { continue };
        in_all += 1;
        if shown.len() < typed.limit {
            shown.push(found);
        }
    }
    progress.end();
    if typed.format.format == Format::Json {
        let found: Vec<_> = shown.iter().map(view).collect();
        output::json(&json!({ "total": in_all, "found": found }))?;
    } else {
        shown.iter().for_each(|hit| output::say(&line(hit)));
        output::summary(&format!("{in_all} found, {} shown", shown.len()));
    }
    if in_all == 0 {
        output::complain("nobody and nothing in the register fits; fewer words find more");
        return Ok(Outcome::No);
    }
    Ok(Outcome::Done)
}

fn facets(typed: &FindArgs) -> anyhow::Result<Facets> {
    let right = typed.right.as_deref().map(|name| {
        Facets::right_named(name).with_context(|| {
            format!("--right: {name:?} is none; expected titulaire, procuration, mandataire, ei or beneficiaire")
        })
    });
    Ok(Facets {
        words: typed.words.join(" "),
        accounts: typed.accounts,
        closed: typed.closed,
        nature: typed.nature,
        right: right.transpose()?,
        minor: typed.minor,
        deceased: typed.deceased,
        born_in: typed.born_in.clone().unwrap_or_default(),
        person: typed.person,
        company: typed.company,
    })
}

fn line(hit: &Hit) -> String {
    let closed = hit.accounts.iter().filter(|account| account.closed.is_some()).count();
    let all = match hit.accounts.len() {
        1 => "1 account".to_owned(),
        count => format!("{count} accounts"),
    };
    let accounts = if closed == 0 { all } else { format!("{all}, {closed} closed") };
    let persona = hit.persona.as_ref().map(|id| format!("  {id} : {}", hit.title));
    format!("{:<14} {:<34} {accounts}{}", hit.number, hit.name, persona.unwrap_or_default())
}

fn view(hit: &Hit) -> serde_json::Value {
    let ibans: Vec<_> = hit.accounts.iter().map(|account| account.iban.to_string()).collect();
    json!({ "id": hit.number, "nom": hit.name, "persona": hit.persona, "comptes": ibans })
}
