//! `dataset find`: who or what fits words in any order, and facets; personas first.

use std::sync::Arc;

use anyhow::Context;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use jiff::civil::Date;
use serde_json::json;

use super::{super::output, Outcome, Progress, format};
use crate::{
    clock::{self, Clock},
    domain::{BirthDate, comparison_form},
    register::{Account, Party, Register, RightKind, law::MAJORITY, nomenclature},
};

/// What is typed behind `find`.
#[derive(Args, Debug)]
struct Typed {
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
}

pub(super) fn command() -> Command {
    Typed::augment_args(Command::new("find"))
        .about("Find people and companies by words in any order, and by facets; exit code 1 when there is none")
        .after_help(
            "bacasable dataset find livret jeune clos\n\
             bacasable dataset find --deceased --accounts 2\n\
             bacasable dataset find --born-in lyon --minor",
        )
        .arg(format(&["text", "json"]))
}

pub(super) fn run(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = Typed::from_arg_matches(arguments)?;
    let wanted = Wanted::of(&typed)?;
    let everybody = || {
        let people = register.people().map(Party::Person);
        people.chain(register.companies().map(|id| Party::Company(id, None)))
    };
    let mut progress = Progress::new("records", None);
    let (mut shown, mut in_all) = (Vec::new(), 0_usize);
    for party in everybody() {
        progress.step();
        let Some(found) = wanted.look(register, party) else { continue };
        in_all += 1;
        if shown.len() < typed.limit {
            shown.push(found);
        }
    }
    progress.end();
    if arguments.get_one::<String>("format").is_some_and(|format| format == "json") {
        let found: Vec<_> = shown.iter().map(Hit::view).collect();
        output::json(&json!({ "total": in_all, "found": found }))?;
    } else {
        shown.iter().for_each(|hit| output::say(&hit.line()));
        output::summary(&format!("{in_all} found, {} shown", shown.len()));
    }
    if in_all == 0 {
        output::complain("nobody and nothing in the register fits; fewer words find more");
        return Ok(Outcome::No);
    }
    Ok(Outcome::Done)
}

/// What somebody must be to be found.
struct Wanted<'a> {
    typed: &'a Typed,
    words: Vec<String>,
    born_in: Vec<String>,
    right: Option<RightKind>,
    today: Date,
}

/// Somebody who is.
struct Hit {
    number: String,
    name: String,
    persona: Option<String>,
    title: String,
    accounts: Vec<Arc<Account>>,
}

impl<'a> Wanted<'a> {
    fn of(typed: &'a Typed) -> anyhow::Result<Self> {
        let right = typed.right.as_deref().map(|name| {
            let start = comparison_form(name);
            let named = |kind: &RightKind| comparison_form(kind.label()).starts_with(&start);
            let by_letters = || (start == "EI").then_some(RightKind::EtciEi);
            let found = RightKind::ALL.into_iter().find(named).filter(|_| !start.is_empty());
            found.or_else(by_letters).with_context(|| {
                format!("--right: {name:?} is none; expected titulaire, procuration, mandataire, ei or beneficiaire")
            })
        });
        Ok(Self {
            typed,
            words: typed.words.iter().flat_map(|text| stems(text)).collect(),
            born_in: typed.born_in.iter().flat_map(|text| stems(text)).collect(),
            right: right.transpose()?,
            today: Clock::system().now().to_zoned(clock::paris()).date(),
        })
    }

    fn look(&self, register: &Register, party: Party) -> Option<Hit> {
        let typed = self.typed;
        if (typed.company && matches!(party, Party::Person(_)))
            || (self.asks_a_person() && matches!(party, Party::Company(..)))
        {
            return None;
        }
        let mut told = Vec::new();
        let (number, name) = match party {
            Party::Person(id) => {
                let person = register.person(id);
                let minor = is_minor(person.birth, self.today);
                if (typed.deceased && person.death.is_none()) || (typed.minor && !minor) {
                    return None;
                }
                let birthplace = [
                    place(person.birthplace.country.as_str()),
                    person.birthplace.commune.map(|code| place(code.as_str())).unwrap_or_default(),
                ];
                let born_in = stems(&birthplace.join(" "));
                if !self.born_in.iter().all(|word| any_begins(&born_in, word)) {
                    return None;
                }
                told.extend(birthplace);
                told.extend(person.address.commune.map(|code| place(code.as_str())));
                told.extend(minor.then(|| "mineur mineure".to_owned()));
                told.extend(
                    person.death.is_some().then(|| "décédé décédée défunt défunte".to_owned()),
                );
                told.extend(person.usage_name.clone());
                told.push("personne physique".to_owned());
                let number = person.spi.map(|spi| spi.to_string()).unwrap_or_default();
                (number, format!("{} {}", person.birth_name, person.first_names.join(" ")))
            }
            Party::Company(id, _) => {
                let company = register.company(id);
                told.extend(company.sigle.clone());
                told.extend(company.establishments.iter().filter_map(|one| one.enseigne.clone()));
                let communes = company.establishments.iter().filter_map(|one| one.address.commune);
                told.extend(communes.map(|code| place(code.as_str())));
                let category = company.legal_category.to_string();
                told.extend(
                    nomenclature::legal_category(&category).map(|one| one.label.to_owned()),
                );
                told.push("société personne morale".to_owned());
                let number = company.siren.map(|siren| siren.to_string()).unwrap_or_default();
                (number, company.name.clone())
            }
        };
        let accounts: Vec<_> =
            register.accounts_of(party).into_iter().map(|id| register.account(id)).collect();
        if !self.fits(party, &accounts) {
            return None;
        }
        for account in &accounts {
            told.extend(nomenclature::nature(account.nature).map(|nature| nature.label.to_owned()));
            told.extend(account.closed.is_some().then(|| "clos fermé".to_owned()));
            told.push(account.iban.to_string());
            let own = account.rights.iter().filter(|right| party.includes(right.party));
            told.extend(own.map(|right| right.kind.label().to_owned()));
        }
        let persona = register.persona_of(party);
        if let Some(persona) = persona {
            told.extend([persona.id.clone(), persona.title.clone(), persona.story.clone()]);
            told.extend(persona.shows.iter().cloned());
        }
        told.extend([number.clone(), name.clone()]);
        let hay = stems(&told.join(" "));
        let title = persona.map(|persona| persona.title.clone()).unwrap_or_default();
        let persona = persona.map(|persona| persona.id.clone());
        let all = self.words.iter().all(|word| any_begins(&hay, word));
        all.then_some(Hit { number, name, persona, title, accounts })
    }

    fn asks_a_person(&self) -> bool {
        let Typed { person, minor, deceased, born_in, .. } = self.typed;
        *person || *minor || *deceased || born_in.is_some()
    }

    fn fits(&self, party: Party, accounts: &[Arc<Account>]) -> bool {
        let Typed { accounts: count, closed, nature, .. } = self.typed;
        let has = |kind: RightKind| {
            let mut rights = accounts.iter().flat_map(|account| &account.rights);
            rights.any(|right| right.kind == kind && party.includes(right.party))
        };
        count.is_none_or(|count| accounts.len() == count)
            && (!closed || accounts.iter().any(|account| account.closed.is_some()))
            && nature.is_none_or(|code| accounts.iter().any(|account| account.nature == code))
            && self.right.is_none_or(has)
    }
}

impl Hit {
    fn line(&self) -> String {
        let closed = self.accounts.iter().filter(|account| account.closed.is_some()).count();
        let all = match self.accounts.len() {
            1 => "1 account".to_owned(),
            count => format!("{count} accounts"),
        };
        let accounts = if closed == 0 { all } else { format!("{all}, {closed} closed") };
        let persona = self.persona.as_ref().map(|id| format!("  {id} : {}", self.title));
        format!("{:<14} {:<34} {accounts}{}", self.number, self.name, persona.unwrap_or_default())
    }

    fn view(&self) -> serde_json::Value {
        let ibans: Vec<_> = self.accounts.iter().map(|account| account.iban.to_string()).collect();
        json!({ "id": self.number, "nom": self.name, "persona": self.persona, "comptes": ibans })
    }
}

/// The words of a text, without accents and without the marks of the plural.
fn stems(text: &str) -> Vec<String> {
    let stem = |word: &str| match word.strip_suffix(['S', 'X']) {
        Some(singular) if singular.len() > 2 => singular.to_owned(),
        _ => word.to_owned(),
    };
    comparison_form(text).split(' ').filter(|word| !word.is_empty()).map(stem).collect()
}

/// Whether somebody is under age; born in an unknown month or on an unknown day, at the end of it.
fn is_minor(birth: BirthDate, today: Date) -> bool {
    let (year, month, day) = (birth.year(), birth.month().unwrap_or(12), birth.day().unwrap_or(31));
    let today = (today.year(), today.month().unsigned_abs(), today.day().unsigned_abs());
    (i16::try_from(year + u16::from(MAJORITY)).unwrap_or(i16::MAX), month, day) > today
}

fn any_begins(hay: &[String], word: &str) -> bool {
    hay.iter().any(|one| one.starts_with(word))
}

/// A country or a commune by its code, with its name.
fn place(code: &str) -> String {
    let commune = || nomenclature::commune(code).map(|commune| commune.label);
    let name = nomenclature::country(code).map(|country| country.label).or_else(commune);
    format!("{code} {}", name.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Spec;

    fn found(change: impl FnOnce(&mut Typed)) -> Vec<String> {
        let register = Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap();
        let mut typed = Typed {
            words: Vec::new(),
            accounts: None,
            closed: false,
            nature: None,
            right: None,
            minor: false,
            deceased: false,
            born_in: None,
            person: false,
            company: false,
            limit: 100,
        };
        change(&mut typed);
        let wanted = Wanted::of(&typed).unwrap();
        let people = register.people().map(Party::Person);
        let all = people.chain(register.companies().map(|id| Party::Company(id, None)));
        all.filter_map(|party| wanted.look(&register, party)?.persona).collect()
    }

    fn words(text: &str) -> impl FnOnce(&mut Typed) {
        let words = text.split(' ').map(str::to_owned).collect();
        move |typed| typed.words = words
    }

    #[test]
    fn words_are_found_in_any_order_accents_and_plurals_aside() {
        for text in
            ["valbrune celine", "Céline VALBRUNE", "3990000101192", "FR7699010000010000010100185"]
        {
            assert_eq!(found(words(text)), ["celine-simple"], "{text}");
        }
        assert_eq!(found(words("comptes fermés tournecoq")), ["comptes-clos"]);
        assert!(found(words("celine inconnue")).is_empty());
    }

    #[test]
    fn facets_narrow_what_is_found() {
        assert!(found(|typed| typed.deceased = true).contains(&"defunte".to_owned()));
        assert!(found(|typed| typed.minor = true).contains(&"mineur".to_owned()));
        let born = found(|typed| typed.born_in = Some("ajaccio".to_owned()));
        assert!(born.contains(&"ne-a-ajaccio-avant-1976".to_owned()), "{born:?}");
        let closed = found(|typed| (typed.closed, typed.accounts) = (true, Some(2)));
        assert!(closed.contains(&"comptes-clos".to_owned()), "{closed:?}");
        let companies = found(|typed| typed.company = true);
        assert!(
            companies.contains(&"sarl-simple".to_owned())
                && !companies.contains(&"celine-simple".to_owned())
        );
        let rights = found(|typed| typed.right = Some("benef".to_owned()));
        assert!(rights.iter().any(|id| id.starts_with("sas-beneficiaires")), "{rights:?}");
    }
}
