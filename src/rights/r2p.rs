//! What a convention opens of R2P (CGU R2P 4: three modes, and a fourth since those of API SFiP, V4.0; DataPass modality: what
//! comes back; Swagger: the scopes).

use std::{collections::BTreeMap, fmt, num::NonZeroU32};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use serde_json::{Value, json};

use super::{
    ApiId, CheckList, GrantSheet, Granted, Identifier, KeyKind, Plug, SampleSearch, Search,
    TableKey, Terms, names,
};
use crate::domain::Motif;

/// The API beside its answers.
pub struct R2p;

/// The grant of a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Calls per clock minute (CGU R2P 9.2: 50 unless more was asked for).
    pub quota: NonZeroU32,
    /// The legal basis: two of the modes need a particular one.
    pub legal_basis: LegalBasis,
    /// The modes of search that are open.
    pub modes: Modes,
    /// What the answer may hold.
    pub restitution: Restituted,
    /// The OAuth2 scopes the application may be granted.
    pub scopes: Scopes,
}

/// The table of a convention's file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    quota: NonZeroU32,
    legal_basis: LegalBasis,
    modes: Vec<Mode>,
    restitution: Restituted,
    scopes: Vec<Scope>,
}

names! {
    /// The text by which a partner may know these data.
    pub enum LegalBasis,
    /// A set of [`LegalBasis`].
    set LegalBases {
        /// Decree 2022-814 of 16 May 2022: local authorities and their debtors. Opens every mode.
        Decret2022814 = "decret-2022-814": "décret n° 2022-814",
        /// Any other text: civil status only, complete or degraded.
        Autre = "autre": "autre texte",
    }
}

names! {
    /// A mode of search (CGU R2P 4; CGU V4.0, 4).
    pub enum Mode,
    /// A set of [`Mode`].
    set Modes {
        /// Complete civil status.
        EtatCivilComplet = "etat-civil-complet": "état civil complet",
        /// Degraded civil status: names and date of birth, the place of birth optional (CGU V4.0, 4).
        EtatCivilDegrade = "etat-civil-degrade": "état civil dégradé",
        /// Degraded civil status with address elements; decree 2022-814 only.
        EtatCivilAdresse = "etat-civil-adresse": "état civil dégradé et adresse",
        /// The tax identifier; decree 2022-814 only.
        Spi = "spi": "numéro fiscal (SPI)",
    }
}

impl Mode {
    /// Whether the CGU keep this mode for decree 2022-814.
    pub fn needs_decree(self) -> bool {
        match self {
            Self::EtatCivilComplet | Self::EtatCivilDegrade => false,
            Self::EtatCivilAdresse | Self::Spi => true,
        }
    }
}

names! {
    /// A DataPass modality: what an answer may hold.
    pub enum Restitution,
    /// A set of [`Restitution`].
    set Restitutions {
        /// Civil status, address and SPI.
        EtatCivilAdresseSpi = "etat-civil-adresse-spi": "état civil, adresse et SPI",
        /// The SPI alone.
        Spi = "spi": "SPI seul",
        /// Civil status, address and postal code, without the SPI.
        EtatCivilAdresse = "etat-civil-adresse": "état civil, adresse et code postal, sans le SPI",
    }
}

impl Restitution {
    /// Whether an answer may hold the SPI.
    pub fn holds_spi(self) -> bool {
        match self {
            Self::EtatCivilAdresseSpi | Self::Spi => true,
            Self::EtatCivilAdresse => false,
        }
    }
}

/// What the answers of each mode may hold: DataPass's modalities are pairs of a mode and of what comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Restituted {
    /// The same whatever the mode.
    Same(Restitution),
    PerMode(BTreeMap<Mode, Restitution>),
}

impl Restituted {
    /// What an answer of this mode may hold; none for a mode that is not listed.
    pub fn for_mode(&self, mode: Mode) -> Option<Restitution> {
        match self {
            Self::Same(one) => Some(*one),
            Self::PerMode(all) => all.get(&mode).copied(),
        }
    }

    /// In French: once, or mode by mode.
    fn labels(&self) -> Vec<String> {
        match self {
            Self::Same(one) => vec![one.label().to_owned()],
            Self::PerMode(all) => {
                let line = |(mode, what): (&Mode, &Restitution)| {
                    format!("{}\u{a0}: {}", mode.label(), what.label())
                };
                all.iter().map(line).collect()
            }
        }
    }
}

impl From<Restitution> for Restituted {
    fn from(one: Restitution) -> Self {
        Self::Same(one)
    }
}

/// A name, or a table of modes with a name each. Written out, for an error that says what is expected.
impl<'de> Deserialize<'de> for Restituted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Restituted;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let names = Restitution::names().join(", ");
                write!(f, "one of {names}, or a table with one of them for each mode")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Restituted, E> {
                let found = Restitution::named(name).map(Restituted::Same);
                found.ok_or_else(|| E::invalid_value(de::Unexpected::Str(name), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Restituted, A::Error> {
                BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(Restituted::PerMode)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

names! {
    /// An OAuth2 scope of the Swagger.
    pub enum Scope,
    /// A set of [`Scope`].
    set Scopes {
        /// `GET /personne` and `GET /personne/{spi}`.
        RecherchePersonnePhysique = "api_r2p_recherche_personne_physique",
        /// `GET /personne/spi`.
        ResolutionSpi = "api_r2p_resolution_spi",
    }
}

impl Plug for R2p {
    fn label(&self) -> &'static str {
        "R2P"
    }

    fn contexts(&self) -> &'static [&'static str] {
        &["/r2p/v1"]
    }

    fn terms(&self) -> Terms {
        Terms::SFIP_R2P
    }

    fn texts(&self) -> &'static [&'static str] {
        &[
            "CGU de l'API R2P du 20/08/2022",
            "CGU V4.0 de l'API SFiP-R2P du 20/06/2025",
            "description Swagger de l'API R2P, version 1",
        ]
    }

    fn scopes(&self) -> Vec<&'static str> {
        Scope::names()
    }

    fn keys(&self) -> Vec<TableKey> {
        let restitution = KeyKind::OneOfOrEach(Restitution::names(), Mode::names());
        vec![
            TableKey { name: "legal_basis", kind: KeyKind::OneOf(LegalBasis::names()) },
            TableKey { name: "modes", kind: KeyKind::SomeOf(Mode::names()) },
            TableKey { name: "restitution", kind: restitution },
            TableKey { name: "scopes", kind: KeyKind::SomeOf(self.scopes()) },
        ]
    }

    fn searches(&self) -> Vec<&'static Search> {
        SEARCHES.iter().collect()
    }

    fn asks_by(&self, identifier: &Identifier) -> Option<SampleSearch> {
        match identifier {
            Identifier::Spi(spi) => Some(SampleSearch {
                partner: "editeur-demo",
                operation: "personne/{spi}",
                parameters: json!({ "spi": spi.to_string() }),
                shows: "son état civil, par son numéro fiscal",
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

    /// A mode of the CGU, on a resource whose scope the convention opens; the SPI alone is for those who may know it.
    fn searches(&self, _: &dyn Fn(Motif) -> Vec<&'static str>) -> Vec<&'static Search> {
        let open = |mode: Mode| {
            self.modes.contains(mode)
                && (!mode.needs_decree() || self.legal_basis == LegalBasis::Decret2022814)
        };
        let people = self.scopes.contains(Scope::RecherchePersonnePhysique);
        let spi = self.scopes.contains(Scope::ResolutionSpi)
            && self
                .restitution
                .for_mode(Mode::EtatCivilComplet)
                .is_some_and(Restitution::holds_spi);
        let opened = [
            people && open(Mode::EtatCivilComplet),
            people && open(Mode::EtatCivilDegrade),
            people && open(Mode::EtatCivilAdresse),
            people && open(Mode::Spi),
            spi && open(Mode::EtatCivilComplet),
        ];
        SEARCHES.iter().zip(opened).filter(|(_, open)| *open).map(|(search, _)| search).collect()
    }

    fn sheet(&self) -> GrantSheet {
        GrantSheet {
            facts: vec![
                ("Fondement juridique", vec![self.legal_basis.label().to_owned()]),
                ("Restitution", self.restitution.labels()),
            ],
            lists: vec![
                CheckList {
                    title: "Modes de recherche",
                    closed: "fermé",
                    lines: self.modes.lines(|mode| (mode.label(), "")),
                },
                CheckList {
                    title: "Scopes",
                    closed: "fermé",
                    lines: self.scopes.lines(|scope| ("", scope.as_str())),
                },
            ],
        }
    }
}

impl Table {
    /// The grant, with everything wrong in it: `fault` has the key and what it is.
    pub fn check(self, fault: &mut dyn FnMut(&str, String)) -> Option<Grant> {
        for mode in self.modes.iter().filter(|mode| mode.needs_decree()) {
            if self.legal_basis != LegalBasis::Decret2022814 {
                let message = format!(
                    "{:?} is open under the legal basis decret-2022-814 only (CGU R2P 4)",
                    mode.as_str()
                );
                fault("modes", message);
            }
        }
        if let Restituted::PerMode(all) = &self.restitution {
            for mode in self.modes.iter().filter(|mode| !all.contains_key(mode)) {
                let message =
                    format!("nothing is said for the mode {:?}, which is open", mode.as_str());
                fault("restitution", message);
            }
            for mode in all.keys().filter(|mode| !self.modes.contains(mode)) {
                fault("restitution", format!("{:?} is not among the modes", mode.as_str()));
            }
        }
        Some(Grant {
            quota: self.quota,
            legal_basis: self.legal_basis,
            modes: self.modes.into_iter().collect(),
            restitution: self.restitution,
            scopes: self.scopes.into_iter().collect(),
        })
    }
}

impl From<&Grant> for Table {
    fn from(grant: &Grant) -> Self {
        Self {
            quota: grant.quota,
            legal_basis: grant.legal_basis,
            modes: grant.modes.iter().collect(),
            restitution: grant.restitution.clone(),
            scopes: grant.scopes.iter().collect(),
        }
    }
}

/// Whether the parameters hold an element of an address.
fn has_address(parameters: &Value) -> bool {
    parameters.as_object().is_some_and(|all| all.keys().any(|key| key.starts_with("adr")))
}

/// Whether the birth is whole: one in France has a commune, one abroad has no more than a country.
fn has_whole_birth(parameters: &Value) -> bool {
    let at = |key: &str| parameters.get(key).and_then(Value::as_str).unwrap_or_default();
    !at("naisCodeCommune").is_empty() || !matches!(at("naisCodePays"), "" | "99100")
}

const fn search(
    name: &'static str,
    (operation, resource): (&'static str, &'static str),
    shows: fn(&Value) -> bool,
) -> Search {
    Search { api: ApiId::R2p, name, operation, resource, motifs: &[], shows }
}

const PERSONNE: (&str, &str) = ("personne", "/personne");

/// The kinds of search of CGU R2P 4 and CGU V4.0, 4: four, one of them on two resources.
static SEARCHES: [Search; 5] = [
    search("personne/etat-civil", PERSONNE, |all| !has_address(all) && has_whole_birth(all)),
    search("personne/etat-civil-degrade", PERSONNE, |all| {
        !has_address(all) && !has_whole_birth(all)
    }),
    search("personne/adresse", PERSONNE, has_address),
    search("personne/{spi}", ("personne/{spi}", "/personne/{spi}"), |_| true),
    search("personne/spi", ("personne/spi", "/personne/spi"), |_| true),
];
