//! All about one persona, or about what one identifier names, as `dataset show` and the console tell it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    AccountId, LookupResult, NoIdentifier, Party, Persona, Register, Subject,
    view::{AccountView, CompanyView, PersonView, TaxView},
};

/// What `dataset show` tells of a persona or of what an identifier names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sheet {
    /// The persona's id; empty for the generated population
    pub persona: String,
    /// The person
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub personne: Option<PersonView>,
    /// The company
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub societe: Option<CompanyView>,
    /// The accounts on which they have a right; absent for a group
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Object>)]
    pub comptes: Option<Vec<AccountView>>,
    /// Of a group: each member, and their accounts
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Object>)]
    pub membres: Option<Vec<MemberView>>,
    /// Of a person with an income of the year before the register's day that is assessed, theirs or that of whom they depend on
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub imposition: Option<TaxView>,
}

/// A member of a group.
#[derive(Clone, Debug, Serialize)]
pub struct MemberView {
    pub personne: PersonView,
    pub comptes: Vec<AccountView>,
    /// As for one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imposition: Option<TaxView>,
}

impl Sheet {
    pub fn of_persona(register: &Register, persona: &Persona) -> Self {
        let sheet = match &persona.subject {
            Subject::Person(person) => Self::of_party(register, Party::Person(*person)),
            Subject::Company(company) => Self::of_party(register, Party::Company(*company, None)),
            Subject::Group(people) => {
                let member = |&id| MemberView {
                    personne: PersonView::new(&register.person(id)),
                    comptes: accounts(register, &register.accounts_of(Party::Person(id))),
                    imposition: TaxView::find(register, id),
                };
                Self { membres: Some(people.iter().map(member).collect()), ..Self::empty() }
            }
            Subject::Accounts => Self::of_accounts(register, &persona.accounts),
        };
        Self { persona: persona.id.clone(), ..sheet }
    }

    /// All about what an identifier names (a persona's id, SPI, IBAN, SIREN, SIRET), and the persona it belongs to; nothing when it
    /// is nobody's. An account comes with its first holder.
    ///
    /// # Errors
    /// [`NoIdentifier`] for a text that can be none.
    pub fn of_identifier<'a>(
        register: &'a Register,
        wanted: &str,
    ) -> Result<Option<(Option<&'a Persona>, Self)>, NoIdentifier> {
        Ok(register.find(wanted)?.map(|found| match found {
            LookupResult::Persona(persona) => (Some(persona), Self::of_persona(register, persona)),
            LookupResult::Party(party) => {
                Self::of_party(register, party).named(register.persona_of(party))
            }
            LookupResult::Account(id) => {
                let alone = Self::of_accounts(register, &[id]);
                let sheet = match register.account(id).holders().next() {
                    None => alone,
                    Some(holder) => {
                        Self { comptes: alone.comptes, ..Self::of_party(register, holder.party) }
                    }
                };
                sheet.named(register.persona_of_account(id))
            }
        }))
    }

    /// All about a person or a company.
    pub fn of_party(register: &Register, party: Party) -> Self {
        let comptes = Some(accounts(register, &register.accounts_of(party)));
        match party {
            Party::Person(id) => Self {
                personne: Some(PersonView::new(&register.person(id))),
                comptes,
                imposition: TaxView::find(register, id),
                ..Self::empty()
            },
            Party::Company(id, _) => Self {
                societe: Some(CompanyView::new(&register.company(id))),
                comptes,
                ..Self::empty()
            },
        }
    }

    /// Accounts alone.
    pub fn of_accounts(register: &Register, ids: &[AccountId]) -> Self {
        Self { comptes: Some(accounts(register, ids)), ..Self::empty() }
    }

    fn named(self, persona: Option<&Persona>) -> (Option<&Persona>, Self) {
        let id = persona.map(|persona| persona.id.clone()).unwrap_or_default();
        (persona, Self { persona: id, ..self })
    }

    fn empty() -> Self {
        Self {
            persona: String::new(),
            personne: None,
            societe: None,
            comptes: None,
            membres: None,
            imposition: None,
        }
    }
}

fn accounts(register: &Register, ids: &[AccountId]) -> Vec<AccountView> {
    ids.iter().map(|&id| AccountView::new(register, &register.account(id))).collect()
}
