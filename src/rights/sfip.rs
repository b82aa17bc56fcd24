//! What a convention opens of SFiP (its published OpenAPI: two scopes; CGU SFiP-R2P V4.0: 50 calls a minute unless more was asked).

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    ApiId, CheckList, GrantSheet, Granted, Identifier, KeyKind, Plug, SampleSearch, Search,
    TableKey, Terms, names,
};
use crate::domain::Motif;

/// The API beside its answers.
pub struct Sfip;

/// The grant of a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Calls per clock minute.
    pub quota: NonZeroU32,
    /// The OAuth2 scopes the application may be granted.
    pub scopes: Scopes,
}

/// The table of a convention's file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    quota: NonZeroU32,
    scopes: Vec<Scope>,
}

names! {
    /// An OAuth2 scope of the published file.
    pub enum Scope,
    /// A set of [`Scope`].
    set Scopes {
        /// `02GA`.
        Lep = "sfip_lep": "02GA : éligibilité au livret d'épargne populaire",
        /// `02AA`.
        DonneesFiscalesUsagers = "sfip_donnees_fiscales_usagers": "02AA : situation à l'impôt sur le revenu",
    }
}

impl Plug for Sfip {
    fn label(&self) -> &'static str {
        "SFiP"
    }

    fn contexts(&self) -> &'static [&'static str] {
        &["/sfip/v1"]
    }

    fn terms(&self) -> Terms {
        Terms::SFIP_R2P
    }

    fn texts(&self) -> &'static [&'static str] {
        &["CGU V4.0 de l'API SFiP-R2P du 20/06/2025"]
    }

    /// The published file requires the header, and answers 400 / 4003 itself (*decision*).
    fn answers_absent_teleservice(&self) -> bool {
        true
    }

    fn scopes(&self) -> Vec<&'static str> {
        Scope::names()
    }

    fn keys(&self) -> Vec<TableKey> {
        vec![TableKey { name: "scopes", kind: KeyKind::SomeOf(self.scopes()) }]
    }

    fn searches(&self) -> Vec<&'static Search> {
        SEARCHES.iter().collect()
    }

    fn asks_by(&self, identifier: &Identifier) -> Option<SampleSearch> {
        match identifier {
            Identifier::Spi(spi) => Some(SampleSearch {
                partner: "ville-tarifs",
                operation: "02AA",
                parameters: json!({ "spi": spi.to_string() }),
                shows: "sa situation fiscale, par son numéro fiscal",
            }),
            Identifier::Siren(_) | Identifier::Siret(_) | Identifier::Iban(_) => None,
        }
    }
}

impl Granted for Grant {
    fn quota(&self) -> NonZeroU32 {
        self.quota
    }

    fn scopes(&self) -> Vec<&'static str> {
        self.scopes.iter().map(Scope::as_str).collect()
    }

    fn searches(&self, _: &dyn Fn(Motif) -> Vec<&'static str>) -> Vec<&'static Search> {
        let opened = [Scope::Lep, Scope::DonneesFiscalesUsagers];
        let open = SEARCHES.iter().zip(opened).filter(|(_, scope)| self.scopes.contains(*scope));
        open.map(|(search, _)| search).collect()
    }

    fn sheet(&self) -> GrantSheet {
        let lines = self.scopes.lines(|scope| (scope.label(), scope.as_str()));
        GrantSheet {
            facts: Vec::new(),
            lists: vec![CheckList { title: "Ressources", closed: "fermée", lines }],
        }
    }
}

impl Table {
    /// The grant: nothing of it can be wrong that its types allow.
    pub fn check(self, _: &mut dyn FnMut(&str, String)) -> Option<Grant> {
        Some(Grant { quota: self.quota, scopes: self.scopes.into_iter().collect() })
    }
}

impl From<&Grant> for Table {
    fn from(grant: &Grant) -> Self {
        Self { quota: grant.quota, scopes: grant.scopes.iter().collect() }
    }
}

const fn search(name: &'static str, resource: &'static str) -> Search {
    Search { api: ApiId::Sfip, name, operation: name, resource, motifs: &[], shows: |_| true }
}

/// One for each resource that asks about a person, in the order of [`Scope`].
static SEARCHES: [Search; 2] = [
    search(
        "02GA",
        "/demandeDeService/02GA/departement/{departement}/annrev/{annrev}/bareme/{bareme}/personne",
    ),
    search("02AA", "/demandeDeService/02AA/personne"),
];
