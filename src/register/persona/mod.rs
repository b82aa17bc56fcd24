//! Personas: the hand-written cases of `fixtures/personas/*.toml` that tests and documentation count on.
//!
//! A file holds one or several `[[persona]]`; each is a person, a company, a group of people, or accounts alone, with the
//! calls that show it. Those of `--fixtures DIR/personas` are added, and replace the embedded one of the same id.
//! Neither seed nor population changes them.

mod accounts;
mod calls;
mod cast;
mod check;
mod chosen;
mod companies;
mod people;
mod places;
mod raw;
mod taxes;

use std::path::Path;

use crate::{
    domain::{Iban, Motif, Spi},
    fixtures::{self, Diagnostic},
    register::{
        bank::Banks,
        id::{AccountId, CompanyId, Origin, PersonId},
    },
    rights::{ApiId, Search},
};

pub(super) use cast::Cast;

/// A hand-written case.
#[derive(Clone, Debug)]
pub struct Persona {
    /// Its name for ever, as `celine-simple`.
    pub id: String,
    /// One line of French.
    pub title: String,
    /// Who it is, in French.
    pub story: String,
    /// What it is there to show, in French.
    pub shows: Vec<String>,
    pub subject: Subject,
    /// The accounts that its file describes.
    pub accounts: Vec<AccountId>,
    /// The calls that show it.
    pub calls: Vec<SampleCall>,
}

/// What a persona is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    Person(PersonId),
    Company(CompanyId),
    /// Several people that belong together.
    Group(Vec<PersonId>),
    /// Accounts, and nobody.
    Accounts,
}

/// A call and what it must answer.
#[derive(Clone, Debug)]
pub struct SampleCall {
    pub api: ApiId,
    /// The API's word for the search: [`Search::operation`].
    pub operation: String,
    pub partner: String,
    /// The motif, as sent, where the API asks one.
    pub motif: Option<Motif>,
    /// The criteria of a body (FICOBA's `criteresRecherche`), or the parameters of query and path.
    pub parameters: serde_json::Value,
    /// What comes back.
    pub expect: Expectation,
    /// What the call shows, in French.
    pub shows: String,
}

impl SampleCall {
    pub fn is_a(&self, search: &Search) -> bool {
        self.api == search.api
            && self.operation == search.operation
            && (search.shows)(&self.parameters)
    }

    /// The template of its resource, below the API's context.
    pub fn resource(&self) -> Option<&'static str> {
        let of = |search: &&Search| search.operation == self.operation;
        self.api.plug().searches().into_iter().find(of).map(|search| search.resource)
    }
}

/// What a call answers: the HTTP status, and whatever else is given must hold too.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The HTTP status
    pub status: u16,
    /// The code of `messageInformatif` or of `erreur`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub code: Option<String>,
    /// `nombreReponses`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answers: Option<String>,
    /// `nombreComptes` of each answer, in order
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub accounts: Option<Vec<String>>,
    /// Every `iban` of the answer, in any order
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>)]
    pub ibans: Option<Vec<Iban>>,
    /// `ibanExistant`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exists: Option<String>,
    /// `dateCloture` of a verification
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed: Option<String>,
    /// `nRep`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub found: Option<String>,
    /// The birth name or registered name of each of all `ayantsDroits`, in any order
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub holders: Option<Vec<String>>,
    /// `identifiant.spi`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub spi: Option<Spi>,
    /// Members of the answer, with their values
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub body: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Reads, checks and links the personas.
pub(super) fn load(banks: &Banks, dir: Option<&Path>) -> Result<Cast, Vec<Diagnostic>> {
    let embedded = EMBEDDED.len();
    let sources = fixtures::folder("personas", EMBEDDED, dir)?;
    let mut faults = Vec::new();
    let mut files = Vec::with_capacity(sources.len());
    for (at, source) in sources.iter().enumerate() {
        match source.parse::<raw::PersonaFile>() {
            Ok(file) => files.push(check::Parsed { source, embedded: at < embedded, file }),
            Err(fault) => faults.push(fault),
        }
    }
    match cast::build(&files, banks) {
        Ok(cast) if faults.is_empty() => Ok(cast),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more);
            faults.sort();
            Err(faults)
        }
    }
}

/// What points at each record of a list.
pub(super) fn origins<T>(list: &[T]) -> impl Iterator<Item = Origin> + use<T> {
    (0..u32::try_from(list.len()).unwrap_or(u32::MAX)).map(Origin::Persona)
}

/// The files of `fixtures/personas`.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/personas.rs"));

#[cfg(test)]
mod tests;
