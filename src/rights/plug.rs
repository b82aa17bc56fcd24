//! What the house asks of an API, and of what a convention opens of it, without knowing which one it is.

use std::{fmt, num::NonZeroU32};

use serde_json::Value;

use super::{ApiId, Search};
use crate::domain::{Iban, Motif, Siren, Siret, Spi};

/// What is known of an API beside its answers: implemented once per API, in its own file.
pub trait Plug: Sync {
    /// The API as people read it: `FICOBA`.
    fn label(&self) -> &'static str;

    /// Every context at the gateway, version included; the first is the one that examples use.
    fn contexts(&self) -> &'static [&'static str];

    /// What its CGU and its form say of how it is run.
    fn terms(&self) -> Terms;

    /// The texts that its emulation follows, with their dates, in French.
    fn texts(&self) -> &'static [&'static str];

    /// Every OAuth2 scope that a convention may open of it.
    fn scopes(&self) -> Vec<&'static str>;

    /// The keys of its table in a convention, without the `quota` that every table has.
    fn keys(&self) -> Vec<TableKey>;

    /// The kinds of search that it offers, in the order of reports.
    fn searches(&self) -> Vec<&'static Search>;

    /// Whether every search is asked under a motif.
    fn asks_motif(&self) -> bool {
        false
    }

    /// What an answer says that the client asked beyond its convention, in French; nothing when it did not. `code` is the answer's,
    /// `refused` whether the API refused under the control `rights`.
    fn beyond(&self, code: Option<&str>, refused: bool) -> Option<&'static str> {
        let _ = code;
        refused.then_some("mode d'interrogation non ouvert par la convention")
    }

    /// The search that asks for whoever or whatever has this identifier, where there is one.
    fn asks_by(&self, identifier: &Identifier) -> Option<SampleSearch> {
        let _ = identifier;
        None
    }

    /// Whether it answers itself a call without the `ID_Teleservice` that the convention declares, which control 3 refuses otherwise.
    fn answers_absent_teleservice(&self) -> bool {
        false
    }

    /// Whether its answers take a reference out of the series that all replicas share.
    fn numbers_answers(&self) -> bool {
        false
    }
}

/// What a convention opens of an API, as far as everybody may read it.
pub trait Granted: fmt::Debug + Send + Sync {
    /// Calls per clock minute.
    fn quota(&self) -> NonZeroU32;

    /// The OAuth2 scopes that the application may be granted.
    fn scopes(&self) -> Vec<&'static str>;

    /// The motifs it was given; none for an API that asks none.
    fn motifs(&self) -> Vec<Motif> {
        Vec::new()
    }

    /// The kinds of search that it opens; `of_motif` says which ones a motif opens, in the words of `motifs.toml`.
    fn searches(&self, of_motif: &dyn Fn(Motif) -> Vec<&'static str>) -> Vec<&'static Search>;

    /// What a token of these scopes gets of the answers, in French; nothing where its scopes change nothing of them.
    fn restituted(&self, _token_scopes: &[&str]) -> Option<String> {
        None
    }

    /// What people read of it.
    fn sheet(&self) -> GrantSheet;
}

/// What names somebody or something of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// A person.
    Spi(Spi),
    /// A company.
    Siren(Siren),
    /// One of its establishments.
    Siret(Siret),
    /// An account.
    Iban(Iban),
}

/// A search that asks for somebody or something.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleSearch {
    /// The sample partner that may ask it.
    pub partner: &'static str,
    /// [`Search::operation`].
    pub operation: &'static str,
    /// Its criteria, or its parameters.
    pub parameters: Value,
    /// What it shows, in French.
    pub shows: &'static str,
}

impl SampleSearch {
    /// The template of its resource, below the context of the API that asks it.
    pub fn resource(&self, api: ApiId) -> Option<&'static str> {
        let of = |search: &&Search| search.operation == self.operation;
        api.plug().searches().into_iter().find(of).map(|search| search.resource)
    }
}

/// How an API is run: what its CGU say for each environment, and DataPass's form for production.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whether the controls `certificate` and `address` are asked of callers of the sandbox too.
    pub sandbox_identifies_callers: bool,
    pub hours: Hours,
    /// The calls per minute that DataPass's form offers, lowest first.
    pub offered_quotas: &'static [u32],
    /// Those that the CGU offer, lowest first.
    pub cgu_quotas: &'static [u32],
}

impl Terms {
    /// The texts of R2P's sandbox (2020, and SFiP-R2P V3.0 of 2025) list neither control; CGU R2P 11 and CGU SFiP-R2P V4.0, 11: day
    /// and night, 97.16 %.
    pub(super) const SFIP_R2P: Self = Self {
        sandbox_identifies_callers: false,
        hours: Hours { closes_daily: false, lost: 284 },
        offered_quotas: &[50, 200, 1000],
        cgu_quotas: &[50, 200, 1000],
    };
}

/// What the CGU promise of an API's availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Whether it is closed for an hour a day, and fails for a while after it.
    pub closes_daily: bool,
    /// Of ten thousand seconds of the opening hours, those during which it is not available.
    pub lost: i64,
}

/// A key of an API's table in a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableKey {
    pub name: &'static str,
    pub kind: KeyKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Text,
    /// A list of texts.
    Texts,
    /// One of these names.
    OneOf(Vec<&'static str>),
    /// A list of some of these names.
    SomeOf(Vec<&'static str>),
    /// One of the first names, or a table of the second ones with one of the first for each.
    OneOfOrEach(Vec<&'static str>, Vec<&'static str>),
}

/// What people read of a grant, in French.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantSheet {
    /// What each thing is called, and what it is.
    pub facts: Vec<(&'static str, Vec<String>)>,
    /// What may be opened, with what is.
    pub lists: Vec<CheckList>,
}

/// What may be opened, with what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckList {
    pub title: &'static str,
    /// How what is not opened is marked, in the gender of the title: `fermée`.
    pub closed: &'static str,
    /// Whether it is opened; what it is in French, or nothing; its name in tokens, or nothing.
    pub lines: Vec<(bool, &'static str, &'static str)>,
}
