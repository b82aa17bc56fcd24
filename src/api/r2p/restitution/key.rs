//! The Swagger's keys, in its order, with where each value comes from.

use std::borrow::Cow;

use crate::{
    api::noted::Noted,
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

/// A key of the answers.
pub(in crate::api::r2p) struct Key {
    pub(in crate::api::r2p) name: &'static str,
    /// The same, as it is written.
    pub(super) written: &'static str,
    /// The object it is in.
    pub(in crate::api::r2p) group: KeyGroup,
    /// What it is, in French.
    pub(in crate::api::r2p) description: &'static str,
    /// The Swagger's example, as a text.
    pub(in crate::api::r2p) example: &'static str,
    pub(super) value: fn(&Person) -> Option<Value<'_>>,
}

/// A value, which is a text in every answer.
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
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

    /// Whether the modality opens it.
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

impl Key {
    /// Whether it tells a name of the civil status.
    pub(super) fn is_name(&self) -> bool {
        self.name.starts_with("lbNom") || self.name.starts_with("lbPrenom")
    }
}

/// Declares the table of keys.
macro_rules! keys {
    ($($name:ident in $group:ident, $example:literal, $description:literal, $value:expr;)+) => {
        /// Every key of the answers, in the Swagger's order.
        pub(in crate::api::r2p) static KEYS: &[Key] = &[$(Key {
            name: stringify!($name),
            written: json::member!(stringify!($name)),
            group: KeyGroup::$group,
            description: $description,
            example: $example,
            value: $value,
        }),+];

        /// The sets of them that answers had.
        pub(in crate::api::r2p) static NOTED: Noted = Noted::new(&[$(stringify!($name)),+]);
    };
}

keys! {
    spi in Identifiant, "1899582886173", "Numéro fiscal (SPI), 13 chiffres",
        |person| person.spi.as_ref().map(|spi| text(spi.as_str()));
    cdSexe in EtatCivil, "2", "Sexe : 1 masculin, 2 féminin ; absent dans les autres cas",
        |person| matches!(person.sex, Sex::Male | Sex::Female).then(|| Value::Digits(person.sex.code().into(), 1));
    lbNomNaissance in EtatCivil, "MARTIN", "Nom de naissance",
        |person| Some(text(&person.birth_name));
    lbPrenomNaissance in EtatCivil, "JEANNE MARIE", "Prénoms de l'état civil, séparés par des espaces",
        |person| Some(first_names(&person.first_names));
    lbNomUsage in EtatCivil, "DUPONT", "Nom d'usage, s'il y en a un",
        |person| person.usage_name.as_deref().map(text);
    lbPrenomUsage in EtatCivil, "JEANNE", "Prénom d'usage : déclaré comme le Swagger, sans valeur dans les données fictives",
        |_| None;
    anneeNaissance in EtatCivil, "1978", "Année de naissance, AAAA",
        |person| Some(Value::Digits(person.birth.year().into(), 1));
    moisNaissance in EtatCivil, "08", "Mois de naissance, MM, s'il est connu",
        |person| person.birth.month().map(|month| Value::Digits(month.into(), 2));
    jourNaissance in EtatCivil, "22", "Jour de naissance, JJ, s'il est connu",
        |person| person.birth.day().map(|day| Value::Digits(day.into(), 2));
    cdPaysNaissance in EtatCivil, "99100", "Pays de naissance (code INSEE)",
        |person| Some(text(person.birthplace.country.as_str()));
    cdDeptNaissance in EtatCivil, "75", "Département de naissance, métropole ou DOM",
        |person| department(person.birthplace.commune.as_ref()).map(text);
    cdTOMNaissance in EtatCivil, "975", "TOM de naissance",
        |person| tom(person.birthplace.commune.as_ref()).map(text);
    cdCommuneNaissance in EtatCivil, "115", "Commune de naissance : fin du code INSEE, 3 chiffres, 2 pour un TOM",
        |person| person.birthplace.commune.as_ref().map(|commune| text(commune.r2p_commune()));
    cdPays in Adresse, "99100", "Pays de l'adresse (code INSEE)",
        |person| Some(text(person.address.country.as_str()));
    lbPays in Adresse, "FRANCE", "Libellé du pays de l'adresse",
        |person| nomenclature::country(person.address.country.as_str()).map(|country| text(country.label));
    cdDepartement in Adresse, "16", "Département de l'adresse, métropole ou DOM",
        |person| department(person.address.commune.as_ref()).map(text);
    lbDepartement in Adresse, "CHARENTE", "Libellé du département de l'adresse",
        |person| department(person.address.commune.as_ref()).and_then(|_| area(person));
    cdTOM in Adresse, "975", "TOM de l'adresse",
        |person| tom(person.address.commune.as_ref()).map(text);
    lbTOM in Adresse, "ST-PIERRE-ET-MIQUELON", "Libellé du TOM de l'adresse",
        |person| tom(person.address.commune.as_ref()).and_then(|_| area(person));
    cdCommune in Adresse, "015", "Commune de l'adresse : fin du code INSEE, 3 chiffres, 2 pour un TOM",
        |person| person.address.commune.as_ref().map(|commune| text(commune.r2p_commune()));
    lbCommune in Adresse, "ANGOULEME", "Libellé de la commune de l'adresse",
        |person| home(person).map(|commune| text(commune.label));
    cdVoie in Adresse, "2564", "Code de la voie : déclaré comme le Swagger, sans valeur dans les données fictives",
        |_| None;
    lbVoie in Adresse, "RTE DU GAL DE GAULLE", "Type et nom de la voie",
        street;
    numeroVoie in Adresse, "35", "Numéro dans la voie",
        |person| person.address.number.as_deref().map(text);
    indiceDeRepetition in Adresse, "B", "Indice de répétition : B bis, T ter, Q quater",
        |person| person.address.repetition.map(|letter| Value::Text(letter.to_string().into()));
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

/// The label of the address's département or TOM, in capitals.
fn area(person: &Person) -> Option<Value<'_>> {
    home(person).map(|commune| text(commune.department().capitals))
}

/// The commune of the address.
fn home(person: &Person) -> Option<nomenclature::Commune> {
    nomenclature::commune(person.address.commune?.as_str())
}

fn street(person: &Person) -> Option<Value<'_>> {
    let address = &person.address;
    match (&address.street_type, &address.street) {
        (Some(kind), Some(name)) => Some(Value::Text([kind, " ", name].concat().into())),
        (one, other) => one.as_deref().or(other.as_deref()).map(text),
    }
}
