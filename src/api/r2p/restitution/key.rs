//! The Swagger's keys, in its order, with where each value comes from.

use std::borrow::Cow;

use crate::{
    api::noted::{self, Noted},
    domain::CommuneCode,
    json,
    register::{Person, Sex, nomenclature},
    rights::r2p::Restitution,
};

/// A group of keys: an object of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api::r2p) enum KeyGroup {
    /// `identifiant`
    Identifiant,
    /// `etatCivil`
    EtatCivil,
    /// `adresse`
    Adresse,
}

pub(in crate::api::r2p) struct AnswerKey {
    pub(in crate::api::r2p) name: &'static str,
    /// The same, as it is written; its bit in the sets of [`NOTED`].
    pub(super) member: json::Key,
    /// The object it is in.
    pub(in crate::api::r2p) group: KeyGroup,
    /// What it is, in French.
    pub(in crate::api::r2p) description: &'static str,
    /// The Swagger's example, as a text.
    pub(in crate::api::r2p) example: &'static str,
    pub(super) value: for<'a> fn(&Shown<'a>) -> Option<Value<'a>>,
}

/// Whom an answer shows.
pub(super) struct Shown<'a> {
    person: &'a Person,
    /// The commune of their address.
    home: Option<nomenclature::Commune>,
}

/// A value, which is a text in every answer.
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    /// A code or a label of the program's own tables, which has nothing to escape.
    Plain(&'a str),
    /// A number, and how many digits it has at least.
    Digits(u64, usize),
}

impl KeyGroup {
    /// Every group, in the Swagger's order.
    pub(in crate::api::r2p) const ALL: [Self; 3] =
        [Self::Identifiant, Self::EtatCivil, Self::Adresse];

    /// The object's key.
    pub(in crate::api::r2p) fn name(self) -> &'static str {
        match self {
            Self::Identifiant => "identifiant",
            Self::EtatCivil => "etatCivil",
            Self::Adresse => "adresse",
        }
    }

    /// The same, as it is written.
    pub(super) fn key(self) -> &'static json::Key {
        match self {
            Self::Identifiant => const { &json::Key::new(json::member!("identifiant"), 0) },
            Self::EtatCivil => const { &json::Key::new(json::member!("etatCivil"), 0) },
            Self::Adresse => const { &json::Key::new(json::member!("adresse"), 0) },
        }
    }

    /// The Swagger's definition of it.
    pub(in crate::api::r2p) fn schema(self) -> &'static str {
        match self {
            Self::Identifiant => "IdentifiantReponse",
            Self::EtatCivil => "EtatCivilReponse",
            Self::Adresse => "AdresseReponse",
        }
    }

    /// What it is, in French.
    pub(in crate::api::r2p) fn description(self) -> &'static str {
        match self {
            Self::Identifiant => "Identification de la personne",
            Self::EtatCivil => "État civil de la personne",
            Self::Adresse => "Adresse de la personne",
        }
    }

    pub(in crate::api::r2p) fn is_open(self, modality: Restitution) -> bool {
        match self {
            Self::Identifiant => {
                matches!(modality, Restitution::EtatCivilAdresseSpi | Restitution::Spi)
            }
            Self::EtatCivil | Self::Adresse => {
                matches!(modality, Restitution::EtatCivilAdresseSpi | Restitution::EtatCivilAdresse)
            }
        }
    }
}

impl<'a> Shown<'a> {
    pub(super) fn new(person: &'a Person) -> Self {
        let home = person.address.commune.as_ref();
        Self { person, home: home.and_then(|home| nomenclature::commune(home.as_str())) }
    }
}

impl AnswerKey {
    /// Whether it tells a name of the civil status.
    pub(super) fn is_name(&self) -> bool {
        self.name.starts_with("lbNom") || self.name.starts_with("lbPrenom")
    }
}

/// Declares the table of keys.
macro_rules! keys {
    ($($name:ident in $group:ident, $example:literal, $description:literal, $value:expr;)+) => {
        /// Every key of the answers, in the Swagger's order.
        pub(in crate::api::r2p) static KEYS: &[AnswerKey] = &[$(AnswerKey {
            name: stringify!($name),
            member: json::Key::new(
                json::member!(stringify!($name)),
                noted::place(NAMES, stringify!($name)),
            ),
            group: KeyGroup::$group,
            description: $description,
            example: $example,
            value: $value,
        }),+];

        /// The sets of them that answers had.
        pub(in crate::api::r2p) static NOTED: Noted = Noted::new(NAMES);

        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

keys! {
    spi in Identifiant, "1899582886173", "Numéro fiscal (SPI), 13 chiffres",
        |Shown { person, .. }| person.spi.as_ref().map(|spi| Value::Plain(spi.as_str()));
    cdSexe in EtatCivil, "2", "Sexe : 1 masculin, 2 féminin ; absent dans les autres cas",
        |Shown { person, .. }| matches!(person.sex, Sex::Male | Sex::Female).then(|| Value::Digits(person.sex.code().into(), 1));
    lbNomNaissance in EtatCivil, "MARTIN", "Nom de naissance",
        |Shown { person, .. }| Some(text(&person.birth_name));
    lbPrenomNaissance in EtatCivil, "JEANNE MARIE", "Prénoms de l'état civil, séparés par des espaces",
        |Shown { person, .. }| Some(first_names(&person.first_names));
    lbNomUsage in EtatCivil, "DUPONT", "Nom d'usage, s'il y en a un",
        |Shown { person, .. }| person.usage_name.as_deref().map(text);
    lbPrenomUsage in EtatCivil, "JEANNE", "Prénom d'usage : déclaré comme le Swagger, sans valeur dans les données fictives",
        |_| None;
    anneeNaissance in EtatCivil, "1978", "Année de naissance, AAAA",
        |Shown { person, .. }| Some(Value::Digits(person.birth.year().into(), 1));
    moisNaissance in EtatCivil, "08", "Mois de naissance, MM, s'il est connu",
        |Shown { person, .. }| person.birth.month().map(|month| Value::Digits(month.into(), 2));
    jourNaissance in EtatCivil, "22", "Jour de naissance, JJ, s'il est connu",
        |Shown { person, .. }| person.birth.day().map(|day| Value::Digits(day.into(), 2));
    cdPaysNaissance in EtatCivil, "99100", "Pays de naissance (code INSEE)",
        |Shown { person, .. }| Some(Value::Plain(person.birthplace.country.as_str()));
    cdDeptNaissance in EtatCivil, "75", "Département de naissance, métropole ou DOM",
        |Shown { person, .. }| department(person.birthplace.commune.as_ref()).map(Value::Plain);
    cdTOMNaissance in EtatCivil, "975", "TOM de naissance",
        |Shown { person, .. }| tom(person.birthplace.commune.as_ref()).map(Value::Plain);
    cdCommuneNaissance in EtatCivil, "115", "Commune de naissance : fin du code INSEE, 3 chiffres, 2 pour un TOM",
        |Shown { person, .. }| person.birthplace.commune.as_ref().map(|commune| Value::Plain(commune.r2p_commune()));
    cdPays in Adresse, "99100", "Pays de l'adresse (code INSEE)",
        |Shown { person, .. }| Some(Value::Plain(person.address.country.as_str()));
    lbPays in Adresse, "FRANCE", "Libellé du pays de l'adresse",
        |Shown { person, .. }| nomenclature::country(person.address.country.as_str()).map(|country| Value::Plain(country.label));
    cdDepartement in Adresse, "16", "Département de l'adresse, métropole ou DOM",
        |Shown { person, .. }| department(person.address.commune.as_ref()).map(Value::Plain);
    lbDepartement in Adresse, "CHARENTE", "Libellé du département de l'adresse",
        |Shown { person, home }| department(person.address.commune.as_ref()).and_then(|_| area(home.as_ref()));
    cdTOM in Adresse, "975", "TOM de l'adresse",
        |Shown { person, .. }| tom(person.address.commune.as_ref()).map(Value::Plain);
    lbTOM in Adresse, "ST-PIERRE-ET-MIQUELON", "Libellé du TOM de l'adresse",
        |Shown { person, home }| tom(person.address.commune.as_ref()).and_then(|_| area(home.as_ref()));
    cdCommune in Adresse, "015", "Commune de l'adresse : fin du code INSEE, 3 chiffres, 2 pour un TOM",
        |Shown { person, .. }| person.address.commune.as_ref().map(|commune| Value::Plain(commune.r2p_commune()));
    lbCommune in Adresse, "ANGOULEME", "Libellé de la commune de l'adresse",
        |Shown { home, .. }| home.as_ref().map(|commune| Value::Plain(commune.label));
    cdVoie in Adresse, "2564", "Code de la voie : déclaré comme le Swagger, sans valeur dans les données fictives",
        |_| None;
    lbVoie in Adresse, "RTE DU GAL DE GAULLE", "Type et nom de la voie",
        street;
    numeroVoie in Adresse, "35", "Numéro dans la voie",
        |Shown { person, .. }| person.address.number.as_deref().map(text);
    indiceDeRepetition in Adresse, "B", "Indice de répétition : B bis, T ter, Q quater",
        |Shown { person, .. }| person.address.repetition.map(|letter| Value::Text(letter.to_string().into()));
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn first_names(list: &[String]) -> Value<'_> {
    match list {
        [one] => text(one),
        list => Value::Text(list.join(" ").into()),
    }
}

/// A metropolitan département or a DOM: the DOM stay in `cdDepartement`.
fn department(commune: Option<&CommuneCode>) -> Option<&str> {
    let in_one = |commune: &&CommuneCode| {
        let code = commune.department();
        code.is_metropolitan() || code.is_dom()
    };
    commune.filter(in_one).map(CommuneCode::department_part)
}

/// What R2P calls a TOM; of the former codes, those of three digits.
fn tom(commune: Option<&CommuneCode>) -> Option<&str> {
    if department(commune).is_some() { None } else { commune.map(CommuneCode::department_part) }
}

/// The label of a commune's département or TOM, in capitals.
fn area(commune: Option<&nomenclature::Commune>) -> Option<Value<'static>> {
    commune.map(|commune| Value::Plain(commune.department().capitals))
}

fn street<'a>(Shown { person, .. }: &Shown<'a>) -> Option<Value<'a>> {
    let address = &person.address;
    match (&address.street_type, &address.street) {
        (Some(kind), Some(name)) => Some(Value::Text([kind, " ", name].concat().into())),
        (one, other) => one.as_deref().or(other.as_deref()).map(text),
    }
}
