//! The personas put together: who holds what, each identifier once, and the indexes of the searches.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use foldhash::fast::RandomState;

use crate::{
    domain::{ComparisonName, Iban, Siren, Siret, Spi},
    fixtures::Diagnostic,
    register::{
        account::Account,
        bank::Banks,
        company::Company,
        id::{AccountId, CompanyId, EstablishmentIndex, Origin, Party, PersonId},
        person::Person,
        persona::{
            Persona, Subject,
            accounts::{self, Holders},
            calls,
            check::{Diagnostics, Parsed},
            chosen::choose,
            companies, people,
            raw::{RawCompany, RawPerson, RawPersona, Text},
            taxes::{self, Tax},
        },
    },
};

/// What is found by an identifier or a name of the fixtures: no caller fills it, so a quick hash does.
type NameIndex<K, V> = HashMap<K, V, RandomState>;

/// The records of all personas, and how each search finds them.
#[derive(Debug, Default)]
pub(in crate::register) struct Cast {
    pub(in crate::register) personas: Vec<Persona>,
    pub(in crate::register) people: Vec<Arc<Person>>,
    /// Of each of the people.
    pub(super) taxes: Vec<Tax>,
    pub(in crate::register) companies: Vec<Arc<Company>>,
    pub(in crate::register) accounts: Vec<Arc<Account>>,
    pub(in crate::register) by_id: NameIndex<String, usize>,
    pub(in crate::register) by_spi: NameIndex<Spi, PersonId>,
    pub(in crate::register) by_iban: NameIndex<Iban, AccountId>,
    pub(in crate::register) by_siren: NameIndex<Siren, CompanyId>,
    pub(in crate::register) by_siret: NameIndex<Siret, (CompanyId, EstablishmentIndex)>,
    pub(in crate::register) by_birth_name: NameIndex<ComparisonName, Vec<PersonId>>,
    pub(in crate::register) by_name: NameIndex<ComparisonName, Vec<CompanyId>>,
    pub(in crate::register) by_sigle: NameIndex<ComparisonName, Vec<CompanyId>>,
    pub(in crate::register) by_enseigne: NameIndex<ComparisonName, Vec<CompanyId>>,
    pub(in crate::register) accounts_of: NameIndex<Party, Vec<AccountId>>,
}

/// Everything of the files, or everything that is wrong with them.
pub(super) fn build(files: &[Parsed<'_>], banks: &Banks) -> Result<Cast, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let chosen = choose(files, &mut faults);
    let holders = holders(&chosen);
    let mut cast = Cast::default();
    for (parsed, raw) in &chosen {
        let mut diagnostics = Diagnostics::new(parsed.source);
        cast.add(&mut diagnostics, raw, &holders, banks);
        faults.extend(diagnostics.into_faults());
    }
    cast.own_businesses();
    faults.sort();
    if faults.is_empty() { Ok(cast) } else { Err(faults) }
}

/// Who each `holder` of a right may name. Indexes follow the order in which [`Cast::add`] fills the lists.
fn holders(chosen: &[(&Parsed<'_>, &RawPersona)]) -> Holders {
    let mut holders = Holders::default();
    let (mut people, mut companies) = (0, 0);
    for (_, raw) in chosen {
        let id = raw.id.get_ref();
        if raw.person.is_some() {
            holders.parties.insert(id.clone(), Party::Person(PersonId(Origin::Persona(people))));
            people += 1;
        }
        for number in 1..=raw.members.len() {
            holders
                .parties
                .insert(format!("{id}/{number}"), Party::Person(PersonId(Origin::Persona(people))));
            people += 1;
        }
        if let Some(company) = &raw.company {
            let party = CompanyId(Origin::Persona(companies));
            holders.parties.insert(id.clone(), Party::Company(party, None));
            holders.establishments.insert(party, company.establishments.get_ref().len());
            companies += 1;
        }
    }
    holders
}

impl Cast {
    /// Fills the lists in the order that [`holders`] counts in. After a fault the ids may lag: the cast is then dropped.
    fn add(
        &mut self,
        diagnostics: &mut Diagnostics<'_>,
        raw: &RawPersona,
        holders: &Holders,
        banks: &Banks,
    ) {
        if u8::from(raw.person.is_some())
            + u8::from(raw.company.is_some())
            + u8::from(!raw.members.is_empty())
            > 1
        {
            diagnostics.refuse(
                "id",
                &raw.id,
                "a persona is a person, a company or a group (members), one of them only",
            );
        }
        let person = raw.person.as_ref().and_then(|raw| self.add_person(diagnostics, raw, holders));
        let members: Vec<_> = raw
            .members
            .iter()
            .filter_map(|raw| self.add_person(diagnostics, raw, holders))
            .collect();
        let company =
            raw.company.as_ref().and_then(|raw| self.add_company(diagnostics, raw, holders));
        let subject = match (person, company) {
            (Some(person), _) => Subject::Person(person),
            (None, Some(company)) => Subject::Company(company),
            (None, None) if members.is_empty() => Subject::Accounts,
            (None, None) => Subject::Group(members),
        };
        let id = raw.id.get_ref();
        let accounts = raw.accounts.iter();
        let accounts = accounts.filter_map(|account| {
            let built = accounts::account(
                diagnostics,
                account,
                holders.parties.get(id).copied(),
                holders,
                banks,
            )?;
            self.add_account(diagnostics, built, &account.iban)
        });
        let accounts = accounts.collect();
        self.by_id.insert(id.clone(), self.personas.len());
        self.personas.push(Persona {
            id: id.clone(),
            title: raw.title.trim().to_owned(),
            story: raw.story.trim().to_owned(),
            shows: raw.shows.clone(),
            subject,
            accounts,
            calls: raw.calls.iter().filter_map(|raw| calls::call(diagnostics, raw)).collect(),
        });
    }

    fn add_person(
        &mut self,
        diagnostics: &mut Diagnostics<'_>,
        raw: &RawPerson,
        holders: &Holders,
    ) -> Option<PersonId> {
        let tax = taxes::read(diagnostics, raw.tax.as_ref(), holders);
        let person = people::person(diagnostics, raw)?;
        let id = PersonId(next(&self.people));
        if let (Some(spi), Some(text)) = (person.spi, &raw.spi)
            && self.by_spi.insert(spi, id).is_some()
        {
            diagnostics.refuse("spi", text, format!("two people have the SPI {spi}"));
        }
        index(&mut self.by_birth_name, &person.birth_name, id);
        self.people.push(Arc::new(person));
        self.taxes.push(tax?);
        Some(id)
    }

    fn add_company(
        &mut self,
        diagnostics: &mut Diagnostics<'_>,
        raw: &RawCompany,
        holders: &Holders,
    ) -> Option<CompanyId> {
        let mut company = companies::company(diagnostics, raw)?;
        company.owner = owner(diagnostics, raw, holders)?;
        let id = CompanyId(next(&self.companies));
        if let (Some(siren), Some(text)) = (company.siren, &raw.siren)
            && self.by_siren.insert(siren, id).is_some()
        {
            diagnostics.refuse("siren", text, format!("two companies have the SIREN {siren}"));
        }
        index(&mut self.by_name, &company.name, id);
        company.sigle.iter().for_each(|sigle| index(&mut self.by_sigle, sigle, id));
        for (at, (establishment, raw)) in
            (0..).zip(company.establishments.iter().zip(raw.establishments.get_ref()))
        {
            if let (Some(siret), Some(text)) = (establishment.siret, &raw.siret)
                && self.by_siret.insert(siret, (id, EstablishmentIndex(at))).is_some()
            {
                diagnostics.refuse(
                    "siret",
                    text,
                    format!("two establishments have the SIRET {siret}"),
                );
            }
            establishment
                .enseigne
                .iter()
                .for_each(|enseigne| index(&mut self.by_enseigne, enseigne, id));
        }
        self.companies.push(Arc::new(company));
        Some(id)
    }

    fn add_account(
        &mut self,
        diagnostics: &mut Diagnostics<'_>,
        account: Account,
        text: &Text,
    ) -> Option<AccountId> {
        let id = AccountId(next(&self.accounts));
        if self.by_iban.insert(account.iban, id).is_some() {
            diagnostics.refuse(
                "iban",
                text,
                format!("two accounts have the IBAN {}", account.iban),
            );
            return None;
        }
        for right in &account.rights {
            push_once(&mut self.accounts_of, right.party, id);
            if let Party::Company(company, Some(_)) = right.party {
                push_once(&mut self.accounts_of, Party::Company(company, None), id);
            }
        }
        self.accounts.push(Arc::new(account));
        Some(id)
    }

    /// Tells each sole trader of their business.
    fn own_businesses(&mut self) {
        for (at, company) in (0..).zip(&self.companies) {
            let Some(PersonId(Origin::Persona(owner))) = company.owner else { continue };
            if let Some(person) = self.people.get_mut(owner as usize) {
                Arc::make_mut(person).business = Some(CompanyId(Origin::Persona(at)));
            }
        }
    }
}

/// Category 1000 has an owner, a person; the others have none.
fn owner(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawCompany,
    holders: &Holders,
) -> Option<Option<PersonId>> {
    let sole_trader = *raw.legal_category.get_ref() == SOLE_TRADER;
    match (&raw.owner, sole_trader) {
        (None, false) => Some(None),
        (None, true) => {
            diagnostics.refuse(
                "owner",
                &raw.legal_category,
                "a sole trader (1000) needs its owner: the id of a person",
            );
            None
        }
        (Some(text), false) => {
            diagnostics.refuse(
                "owner",
                text,
                "only a sole trader (legal category 1000) has an owner",
            );
            None
        }
        (Some(text), true) => match holders.parties.get(text.get_ref()) {
            Some(Party::Person(person)) => Some(Some(*person)),
            Some(Party::Company(..)) | None => {
                diagnostics.refuse(
                    "owner",
                    text,
                    format!("« {} » is the id of no person", text.get_ref()),
                );
                None
            }
        },
    }
}

fn next<T>(list: &[T]) -> Origin {
    Origin::Persona(u32::try_from(list.len()).unwrap_or(u32::MAX))
}

fn index<T: PartialEq + Copy>(map: &mut NameIndex<ComparisonName, Vec<T>>, name: &str, id: T) {
    if let Some(name) = ComparisonName::new(name) {
        push_once(map, name, id);
    }
}

/// The same party may have two rights on one account, and two establishments one trade name.
fn push_once<K: Eq + Hash, T: PartialEq>(map: &mut NameIndex<K, Vec<T>>, key: K, id: T) {
    let ids = map.entry(key).or_default();
    if ids.last() != Some(&id) {
        ids.push(id);
    }
}

const SOLE_TRADER: u16 = 1000;
