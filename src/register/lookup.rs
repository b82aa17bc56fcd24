//! From what somebody typed to what the register knows of it: a persona's id, a SPI, an IBAN, a SIREN, a SIRET, a name.

use std::{collections::HashSet, ops::RangeInclusive};

use crate::{
    domain::{ComparisonName, FirstNames, Iban, Siren, Siret, Spi},
    register::{
        Designation, Register, facets,
        id::{AccountId, CompanyId, Origin, Party, PersonId},
        persona::{Persona, Subject},
    },
};

/// What an identifier names.
#[derive(Clone, Copy, Debug)]
pub enum LookupResult<'a> {
    /// A persona, by its id.
    Persona(&'a Persona),
    /// A person or a company, by a number of theirs.
    Party(Party),
    /// An account, by its number.
    Account(AccountId),
}

/// The text is of no form that identifiers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "neither a persona, nor a SPI (13 digits), an IBAN, a SIREN (9 digits) or a SIRET (14 digits)"
)]
pub struct NoIdentifier;

/// Who has a name: as many as were asked for, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// People of that birth name; with the first names, where some follow it.
    pub people: Vec<PersonId>,
    /// Companies of that registered name, acronym or trade name.
    pub companies: Vec<CompanyId>,
    pub people_in_all: usize,
    pub companies_in_all: usize,
}

impl Register {
    /// What an identifier names; nothing when it is nobody's.
    ///
    /// # Errors
    /// [`NoIdentifier`] for a text that can be none.
    pub fn find(&self, text: &str) -> Result<Option<LookupResult<'_>>, NoIdentifier> {
        let company = |id| Party::Company(id, None);
        if let Some(persona) = self.persona(text) {
            Ok(Some(LookupResult::Persona(persona)))
        } else if let Ok(spi) = text.parse::<Spi>() {
            Ok(self.person_by_spi(&spi).map(Party::Person).map(LookupResult::Party))
        } else if let Ok(siren) = text.parse::<Siren>() {
            Ok(self.company_by_siren(&siren).map(company).map(LookupResult::Party))
        } else if let Ok(siret) = text.parse::<Siret>() {
            let found = self.establishment_by_siret(&siret);
            Ok(found.map(|(company, at)| LookupResult::Party(Party::Company(company, Some(at)))))
        } else if let Ok(iban) = text.parse::<Iban>() {
            Ok(self.account_by_iban(&iban).map(LookupResult::Account))
        } else {
            self.party_of_key(text).map(LookupResult::Party).map(Some).ok_or(NoIdentifier)
        }
    }

    /// Who has this key of the register, as [`PersonId::key`] and [`CompanyId::key`] write it.
    fn party_of_key(&self, key: &str) -> Option<Party> {
        let (letter, rest) = key.split_once('-')?;
        let origin = match rest.strip_prefix("persona-") {
            Some(at) => Origin::Persona(at.parse().ok()?),
            None => Origin::Generated(rest.parse().ok()?),
        };
        let (personas, generated) = match letter {
            "p" => (self.cast.people.len(), self.population.size()),
            "e" => (self.cast.companies.len(), self.population.companies()),
            _ => return None,
        };
        let exists = match origin {
            Origin::Persona(at) => usize::try_from(at).is_ok_and(|at| at < personas),
            Origin::Generated(index) => index < generated,
        };
        let party = match letter {
            "p" => Party::Person(PersonId(origin)),
            _ => Party::Company(CompanyId(origin), None),
        };
        exists.then_some(party)
    }

    /// The persona whose file describes this party.
    pub fn persona_of(&self, party: Party) -> Option<&Persona> {
        let is_of = |persona: &&Persona| match (&persona.subject, party) {
            (Subject::Person(one), Party::Person(id)) => *one == id,
            (Subject::Company(one), Party::Company(id, _)) => *one == id,
            (Subject::Group(members), Party::Person(id)) => members.contains(&id),
            (
                Subject::Person(_) | Subject::Company(_) | Subject::Group(_) | Subject::Accounts,
                _,
            ) => false,
        };
        self.personas().iter().find(is_of)
    }

    /// The persona of an account: its first holder's, or the one whose file describes the account of nobody.
    pub fn persona_of_account(&self, id: AccountId) -> Option<&Persona> {
        match self.account(id).holders().next() {
            Some(holder) => self.persona_of(holder.party),
            None => self.personas().iter().find(|persona| persona.accounts.contains(&id)),
        }
    }

    /// Who has this name, as FICOBA compares names: a birth name alone or followed by first names, a company's name,
    /// acronym or trade name. At most `most` of each are listed.
    pub fn find_named(&self, text: &str, most: usize) -> Named {
        let Some(name) = ComparisonName::new(text) else { return Named::default() };
        let mut people = self.people_named(&name, ANY_YEAR);
        if people.is_empty() {
            people = self.people_with_first_names(&name);
        }
        let mut seen = HashSet::new();
        let designations = [Designation::RaisonSociale, Designation::Sigle, Designation::Enseigne];
        let named = designations
            .into_iter()
            .flat_map(|designation| self.companies_named(designation, &name));
        let mut companies: Vec<_> = named.filter(|id| seen.insert(*id)).collect();
        let (people_in_all, companies_in_all) = (people.len(), companies.len());
        people.truncate(most);
        companies.truncate(most);
        Named { people, companies, people_in_all, companies_in_all }
    }

    /// The words read as a birth name, then first names: the longest birth name that somebody has.
    fn people_with_first_names(&self, name: &ComparisonName) -> Vec<PersonId> {
        let words: Vec<_> = name.words().collect();
        for split in (1..words.len()).rev() {
            let birth_name = ComparisonName::new(&words[..split].join(" "));
            let first_names = FirstNames::parse(&words[split..].join(" "));
            let (Some(birth_name), Some(given)) = (birth_name, first_names) else { continue };
            let has = |id: &PersonId| {
                let own = FirstNames::parse(&self.person(*id).first_names.join(" "));
                own.is_some_and(|own| own.starts_with(&given))
            };
            let people: Vec<_> =
                self.people_named(&birth_name, ANY_YEAR).into_iter().filter(has).collect();
            if !people.is_empty() {
                return people;
            }
        }
        Vec::new()
    }
}

impl Persona {
    /// Whether its id, title, story and what it shows hold every word that was typed, in any order; accents, case and the marks
    /// of the plural do not matter.
    pub fn speaks_of(&self, text: &str) -> bool {
        let own = [self.id.as_str(), &self.title, &self.story];
        let description: Vec<_> =
            own.into_iter().chain(self.shows.iter().map(String::as_str)).collect();
        let description = facets::stems(&description.join(" ")).join(" ");
        let wanted = facets::stems(text);
        !wanted.is_empty() && wanted.iter().all(|word| description.contains(word))
    }
}

const ANY_YEAR: RangeInclusive<u16> = 0..=u16::MAX;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Spec;

    fn register() -> Register {
        Register::load(&Spec { seed: 1, population: 500, fixtures: None }).unwrap()
    }

    #[test]
    fn an_identifier_finds_whom_it_names_and_their_persona() {
        let register = register();
        let Ok(Some(LookupResult::Party(party))) = register.find("3990000101192") else {
            panic!("Céline")
        };
        assert_eq!(register.persona_of(party).unwrap().id, "celine-simple");
        let Ok(Some(LookupResult::Account(account))) = register.find("FR7699010000010000010100185")
        else {
            panic!("her account")
        };
        assert_eq!(register.persona_of_account(account).unwrap().id, "celine-simple");
        assert!(matches!(register.find("celine-simple"), Ok(Some(LookupResult::Persona(_)))));
        assert!(matches!(register.find("0000000000000"), Ok(None)));
        assert_eq!(register.find("Céline").unwrap_err(), NoIdentifier);
    }

    #[test]
    fn a_name_finds_people_with_or_without_first_names_and_whatever_its_accents() {
        let register = register();
        let celine = register.find_named("valbrune", 10).people;
        assert!(!celine.is_empty());
        assert_eq!(register.find_named("Valbrune Céline", 10).people, celine);
        assert_eq!(register.find_named("Valbrune Robert", 10), Named::default());
        assert_eq!(register.find_named("  ", 10), Named::default());
    }

    #[test]
    fn a_company_is_found_once_whichever_of_its_names_is_typed() {
        let register = register();
        let id = register.companies().next().unwrap();
        let found = register.find_named(&register.company(id).name, 10);
        assert_eq!(found.companies.iter().filter(|one| **one == id).count(), 1);
    }

    #[test]
    fn no_more_than_asked_are_listed_and_all_are_counted() {
        let register = register();
        let mut names = std::collections::HashMap::new();
        for id in register.people() {
            *names.entry(register.person(id).birth_name.clone()).or_insert(0) += 1;
        }
        let (name, count) = names.into_iter().max_by_key(|(_, count)| *count).unwrap();
        let found = register.find_named(&name, 1);
        assert!(count > 1);
        assert_eq!((found.people.len(), found.people_in_all), (1, count));
    }

    #[test]
    fn a_persona_is_found_by_what_it_shows() {
        let register = register();
        let celine = register.persona("celine-simple").unwrap();
        assert!(celine.speaks_of("celine") && celine.speaks_of(&celine.shows[0].to_uppercase()));
        assert!(!celine.speaks_of("zzz") && !celine.speaks_of(""));
    }
}
