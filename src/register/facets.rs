//! Who or what fits words in any order, and facets: the same for the command and for the pages.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Account, Party, Register, RightKind, law::MAJORITY, nomenclature};
use crate::domain::{BirthDate, comparison_form};

/// What somebody or something must be to be found; nothing of it asks for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Words, in any order, accents and plurals aside.
    pub words: String,
    /// So many accounts, neither more nor fewer.
    pub accounts: Option<usize>,
    /// A closed account.
    pub closed: bool,
    /// An account of this nature, by its code of annexe 1.
    pub nature: Option<u16>,
    /// This right on an account.
    pub right: Option<RightKind>,
    /// Under age.
    pub minor: bool,
    pub deceased: bool,
    /// Born in this country or commune, by its name or code.
    pub born_in: String,
    pub person: bool,
    /// A company or another legal person.
    pub company: bool,
}

/// [`Facets`], ready to look at many.
pub struct FacetSearch {
    facets: Facets,
    words: Vec<String>,
    born_in: Vec<String>,
    today: Date,
}

/// Somebody who fits.
pub struct Hit {
    /// SPI or SIREN; empty where there is none.
    pub number: String,
    pub name: String,
    /// The persona that speaks of it.
    pub persona: Option<String>,
    /// That persona's title; empty without one.
    pub title: String,
    pub accounts: Vec<Arc<Account>>,
}

impl Facets {
    /// Whether anything besides words is asked.
    pub fn narrows(&self) -> bool {
        *self != Self { words: self.words.clone(), ..Self::default() }
    }

    /// The right whose label begins like this: `titulaire`, `ei`.
    pub fn right_named(name: &str) -> Option<RightKind> {
        let start = comparison_form(name);
        let named = |kind: &RightKind| comparison_form(kind.label()).starts_with(&start);
        let by_letters = || (start == "EI").then_some(RightKind::EtciEi);
        let found = RightKind::ALL.into_iter().find(named).filter(|_| !start.is_empty());
        found.or_else(by_letters)
    }
}

impl FacetSearch {
    /// A search as of a day, which decides who is under age.
    pub fn new(facets: Facets, today: Date) -> Self {
        let (words, born_in) = (stems(&facets.words), stems(&facets.born_in));
        Self { facets, words, born_in, today }
    }

    /// What is told of the party, if it fits.
    pub fn look(&self, register: &Register, party: Party) -> Option<Hit> {
        let typed = &self.facets;
        if (typed.company && matches!(party, Party::Person(_)))
            || (self.asks_a_person() && matches!(party, Party::Company(..)))
        {
            return None;
        }
        let mut words = Vec::new();
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
                words.extend(birthplace);
                words.extend(person.address.commune.map(|code| place(code.as_str())));
                words.extend(minor.then(|| "mineur mineure".to_owned()));
                words.extend(
                    person.death.is_some().then(|| "décédé décédée défunt défunte".to_owned()),
                );
                words.extend(person.usage_name.clone());
                words.push("personne physique".to_owned());
                let number = person.spi.map(|spi| spi.to_string()).unwrap_or_default();
                (number, format!("{} {}", person.birth_name, person.first_names.join(" ")))
            }
            Party::Company(id, _) => {
                let company = register.company(id);
                words.extend(company.sigle.clone());
                words.extend(company.establishments.iter().filter_map(|one| one.enseigne.clone()));
                let communes = company.establishments.iter().filter_map(|one| one.address.commune);
                words.extend(communes.map(|code| place(code.as_str())));
                let category = company.legal_category.to_string();
                words.extend(
                    nomenclature::legal_category(&category).map(|one| one.label.to_owned()),
                );
                words.push("société personne morale".to_owned());
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
            words
                .extend(nomenclature::nature(account.nature).map(|nature| nature.label.to_owned()));
            words.extend(account.closed.is_some().then(|| "clos fermé".to_owned()));
            words.push(account.iban.to_string());
            let own = account.rights.iter().filter(|right| party.includes(right.party));
            words.extend(own.map(|right| right.kind.label().to_owned()));
        }
        let persona = register.persona_of(party);
        if let Some(persona) = persona {
            words.extend([persona.id.clone(), persona.title.clone(), persona.story.clone()]);
            words.extend(persona.shows.iter().cloned());
        }
        words.extend([number.clone(), name.clone()]);
        let hay = stems(&words.join(" "));
        let title = persona.map(|persona| persona.title.clone()).unwrap_or_default();
        let persona = persona.map(|persona| persona.id.clone());
        let all = self.words.iter().all(|word| any_begins(&hay, word));
        all.then_some(Hit { number, name, persona, title, accounts })
    }

    fn asks_a_person(&self) -> bool {
        let Facets { person, minor, deceased, born_in, .. } = &self.facets;
        *person || *minor || *deceased || !born_in.is_empty()
    }

    fn fits(&self, party: Party, accounts: &[Arc<Account>]) -> bool {
        let Facets { accounts: count, closed, nature, right, .. } = &self.facets;
        let has = |kind: RightKind| {
            let mut rights = accounts.iter().flat_map(|account| &account.rights);
            rights.any(|right| right.kind == kind && party.includes(right.party))
        };
        count.is_none_or(|count| accounts.len() == count)
            && (!closed || accounts.iter().any(|account| account.closed.is_some()))
            && nature.is_none_or(|code| accounts.iter().any(|account| account.nature == code))
            && right.is_none_or(has)
    }
}

/// The words of a text, without accents and without the marks of the plural.
pub(super) fn stems(text: &str) -> Vec<String> {
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

    fn found(change: impl FnOnce(&mut Facets)) -> Vec<String> {
        let register = Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap();
        let mut facets = Facets::default();
        change(&mut facets);
        let search = FacetSearch::new(facets, jiff::civil::date(2026, 11, 22));
        let people = register.people().map(Party::Person);
        let all = people.chain(register.companies().map(|id| Party::Company(id, None)));
        all.filter_map(|party| search.look(&register, party)?.persona).collect()
    }

    fn words(text: &str) -> impl FnOnce(&mut Facets) {
        move |facets| facets.words = text.to_owned()
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
        assert!(found(|facets| facets.deceased = true).contains(&"defunte".to_owned()));
        assert!(found(|facets| facets.minor = true).contains(&"mineur".to_owned()));
        let born = found(|facets| facets.born_in = "ajaccio".to_owned());
        assert!(born.contains(&"ne-a-ajaccio-avant-1976".to_owned()), "{born:?}");
        let closed = found(|facets| (facets.closed, facets.accounts) = (true, Some(2)));
        assert!(closed.contains(&"comptes-clos".to_owned()), "{closed:?}");
        let companies = found(|facets| facets.company = true);
        assert!(
            companies.contains(&"sarl-simple".to_owned())
                && !companies.contains(&"celine-simple".to_owned())
        );
        let rights = found(|facets| facets.right = Facets::right_named("benef"));
        assert!(rights.iter().any(|id| id.starts_with("sas-beneficiaires")), "{rights:?}");
    }
}
