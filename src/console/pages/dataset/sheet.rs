//! Sheets: a persona with its story, or whatever an identifier names; their accounts, and the calls that ask for them.

use askama::Template;

use super::{
    account::Card,
    record::{self, Record},
};
use crate::{
    console::{
        example::Example,
        pages::{
            fault,
            frame::{Frame, Section},
            page::Page,
            path::Path,
            shell::Shell,
            visit::Visit,
        },
    },
    domain::Motif,
    register::{
        AccountId, Expectation, LookupResult, Party, Persona, Register, SampleCall, Subject,
    },
    rights::{ApiId, Identifier, SampleSearch},
};

#[derive(Template)]
#[template(path = "dataset/sheet.html")]
struct DatasetSheet {
    frame: Frame,
    /// What the address names, when it is no persona.
    identifier: String,
    story: Option<Story>,
    /// The persona that describes whom the sheet is about, when the sheet is not the persona's own.
    persona: Option<(String, String)>,
    records: Vec<Record>,
    accounts: Vec<Card>,
    /// How many accounts there are besides those shown.
    unshown: usize,
    examples: Vec<Example>,
    /// Through whose eyes a call can be tried.
    partners: Vec<String>,
    shell: Shell,
}

struct Story {
    id: String,
    text: String,
    shows: Vec<String>,
}

/// `GET /donnees/personas/{id}`.
pub(super) async fn of_persona(visit: Visit, Path(id): Path<String>) -> Result<Page, Page> {
    let register = visit.sandbox().register();
    let unknown = || fault::missing(&visit, format!("Aucun persona n'a l'identifiant « {id} »."));
    let persona = register.persona(&id).ok_or_else(unknown)?;
    let parties = parties(persona);
    let mut accounts: Vec<_> =
        parties.iter().flat_map(|&party| register.accounts_of(party)).collect();
    if parties.is_empty() {
        accounts.clone_from(&persona.accounts);
    }
    let story = Story {
        id: persona.id.clone(),
        text: persona.story.trim().to_owned(),
        shows: persona.shows.clone(),
    };
    let (title, identifier) = (persona.title.clone(), String::new());
    let parts =
        SheetParts { title, identifier, story: Some(story), persona: None, parties, accounts };
    Ok(parts.page(&visit, &register, &persona.calls))
}

/// `GET /donnees/fiches/{identifier}`: a SPI, a SIREN, a SIRET, an IBAN, or the register's key of who has no number.
pub(super) async fn of_identifier(
    visit: Visit,
    Path(identifier): Path<String>,
) -> Result<Page, Page> {
    let register = visit.sandbox().register();
    let nobody = || {
        fault::missing(
            &visit,
            format!("Aucun enregistrement du registre ne porte l'identifiant « {identifier} »."),
        )
    };
    let found = register.find(&identifier).map_err(|_| nobody())?.ok_or_else(nobody)?;
    let (parties, accounts, persona) = match found {
        LookupResult::Persona(persona) => {
            (parties(persona), persona.accounts.clone(), Some(persona))
        }
        LookupResult::Party(party) => {
            (vec![party], register.accounts_of(party), register.persona_of(party))
        }
        LookupResult::Account(id) => (Vec::new(), vec![id], register.persona_of_account(id)),
    };
    let title = match parties.first() {
        Some(&party) => record::line(&register, party).name,
        None => format!("Compte {identifier}"),
    };
    let persona = persona.map(|persona| (persona.id.clone(), persona.title.clone()));
    let calls = calls(&register, &identifier);
    Ok(SheetParts { title, identifier, story: None, persona, parties, accounts }
        .page(&visit, &register, &calls))
}

/// The calls that ask for what an identifier names; none when it names nothing.
pub(in crate::console::pages) fn calls(register: &Register, identifier: &str) -> Vec<SampleCall> {
    match register.find(identifier) {
        Ok(Some(LookupResult::Persona(persona))) => persona.calls.clone(),
        Ok(Some(LookupResult::Party(party))) => calls_for(register, party),
        Ok(Some(LookupResult::Account(id))) => {
            calls_by(&Identifier::Iban(register.account(id).iban))
        }
        Ok(None) | Err(_) => Vec::new(),
    }
}

struct SheetParts {
    title: String,
    identifier: String,
    story: Option<Story>,
    persona: Option<(String, String)>,
    parties: Vec<Party>,
    accounts: Vec<AccountId>,
}

impl SheetParts {
    fn page(self, visit: &Visit, register: &Register, calls: &[SampleCall]) -> Page {
        let mut accounts = self.accounts;
        let mut seen = std::collections::HashSet::new();
        accounts.retain(|id| seen.insert(*id));
        let unshown = accounts.len().saturating_sub(MOST);
        let (directory, apis) = (visit.sandbox().directory(), visit.console().apis.load());
        let now = visit.sandbox().clock.now();
        let examples = calls
            .iter()
            .filter_map(|call| Example::from_call(call, &apis, &directory, now))
            .collect();
        Page::show(&DatasetSheet {
            frame: visit.frame(Section::Dataset, self.title),
            identifier: self.identifier,
            story: self.story,
            persona: self.persona,
            records: self.parties.iter().map(|&party| record::record(register, party)).collect(),
            accounts: accounts.iter().take(MOST).map(|&id| Card::new(register, id)).collect(),
            unshown,
            examples,
            partners: directory.iter().map(|convention| convention.id.clone()).collect(),
            shell: Shell::new(visit),
        })
    }
}

fn parties(persona: &Persona) -> Vec<Party> {
    match &persona.subject {
        Subject::Person(id) => vec![Party::Person(*id)],
        Subject::Company(id) => vec![Party::Company(*id, None)],
        Subject::Group(people) => people.iter().copied().map(Party::Person).collect(),
        Subject::Accounts => Vec::new(),
    }
}

/// The calls that ask for somebody whom no file describes.
fn calls_for(register: &Register, party: Party) -> Vec<SampleCall> {
    let identifier = match party {
        Party::Person(id) => register.person(id).spi.map(Identifier::Spi),
        Party::Company(id, at) => {
            let company = register.company(id);
            let siret = at
                .and_then(|at| company.establishment(Some(at)))
                .and_then(|establishment| establishment.siret);
            siret.map(Identifier::Siret).or(company.siren.map(Identifier::Siren))
        }
    };
    identifier.map(|identifier| calls_by(&identifier)).unwrap_or_default()
}

/// The call of each API that asks by this identifier, by a sample partner that may.
fn calls_by(identifier: &Identifier) -> Vec<SampleCall> {
    let call = |api: ApiId| {
        let SampleSearch { partner, operation, parameters, shows } =
            api.plug().asks_by(identifier)?;
        Some(SampleCall {
            api,
            operation: operation.to_owned(),
            partner: partner.to_owned(),
            motif: api.plug().asks_motif().then(|| Motif::new(20)).flatten(),
            parameters,
            expect: Expectation::default(),
            shows: shows.to_owned(),
        })
    };
    ApiId::ALL.into_iter().filter_map(call).collect()
}

/// Accounts on one sheet.
const MOST: usize = 60;
