//! Which keys an answer holds, noted while it is written.
//!
//! The journal's functional trace (CGU FICOBA 10) tells the keys that were restituted. They are noted where the JSON is
//! written, so that the trace cannot differ from the answer.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
};

use serde::Serialize;

use crate::{journal::SharedList, json};

/// The keys of data that an answer holds: a set of [`KEYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct Keys(u128);

impl Keys {
    /// Each key once, in the order of [`KEYS`]: the same list for the same set, for the journal to keep once.
    pub(in super::super) fn names(self) -> SharedList<Cow<'static, str>> {
        static KNOWN: LazyLock<RwLock<HashMap<Keys, SharedList<Cow<'static, str>>>>> =
            LazyLock::new(RwLock::default);
        if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&self) {
            return known.clone();
        }
        let names: SharedList<_> = self.iter().map(Cow::Borrowed).collect();
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < SETS {
            known.insert(self, names.clone());
        }
        names
    }

    /// Each key once, in the order of [`KEYS`].
    pub(super) fn iter(self) -> impl Iterator<Item = &'static str> {
        KEYS.iter().enumerate().filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, key)| *key)
    }
}

/// Writes a value after `out`, and tells the keys of data in it.
pub(in super::super) fn append(
    out: &mut Vec<u8>,
    value: &impl Serialize,
) -> serde_json::Result<Keys> {
    let mut keys = Keys::default();
    json::append(out, value, &mut keys)?;
    Ok(keys)
}

impl json::Keys for Keys {
    fn note(&mut self, key: &str) {
        if let Some(at) = place(key) {
            self.0 |= 1 << at;
        }
    }
}

/// The place of a key of data among [`KEYS`].
fn place(key: &str) -> Option<usize> {
    let mut slot = first_slot(key.as_bytes());
    loop {
        let at = usize::from(SLOTS[slot]);
        match KEYS.get(at) {
            None => return None,
            Some(known) if *known == key => return Some(at),
            Some(_) => slot = (slot + 1) % ROOM,
        }
    }
}

/// Where the search for a key begins: a cheap hash, for a hundred names that are asked for at every key of an answer.
const fn first_slot(key: &[u8]) -> usize {
    let length = key.len();
    if length == 0 {
        return 0;
    }
    let sum = length * 7
        + key[0] as usize * 31
        + key[length / 2] as usize * 5
        + key[length - 1] as usize * 17;
    sum % ROOM
}

/// The keys by their hash; the next free slot takes what comes too late, and [`FREE`] ends a search.
static SLOTS: [u8; ROOM] = {
    assert!(KEYS.len() <= 128, "a set of keys has 128 bits");
    let mut slots = [FREE; ROOM];
    let mut at = 0;
    while at < KEYS.len() {
        let mut slot = first_slot(KEYS[at].as_bytes());
        while slots[slot] != FREE {
            slot = (slot + 1) % ROOM;
        }
        slots[slot] = at as u8;
        at += 1;
    }
    slots
};

/// How many slots there are.
const ROOM: usize = 512;

/// Sets of keys that are remembered: many more than the data bring about, and some megabytes at most.
const SETS: usize = 1024;

/// No key's place.
const FREE: u8 = u8::MAX;

/// Every key that holds data of the register.
pub(in super::super) const KEYS: &[&str] = &[
    "nRep",
    "verificationCompte",
    "ibanExistant",
    "personneRecherche",
    "nomNaissance",
    "nomUsage",
    "prenom",
    "anneeNaissance",
    "dateDeces",
    "paysNaissance",
    "codePays",
    "libellePays",
    "departementNaissance",
    "codeDepartement",
    "libelleDepartement",
    "communeNaissance",
    "codeCommune",
    "libelleCommune",
    "numeroSpi",
    "siren",
    "scoreAppariement",
    "nombreComptes",
    "comptes",
    "caracteristiqueCompte",
    "iban",
    "dateOuverture",
    "dateFiscale",
    "codeMotifOuverture",
    "libelleMotifOuverture",
    "dateCloture",
    "nature",
    "codeNature",
    "libelleNature",
    "type",
    "codeType",
    "libelleType",
    "formatCompte",
    "caracteristique",
    "codeCaracteristique",
    "libelleCaracteristique",
    "succession",
    "resident",
    "devise",
    "codeDevise",
    "etablissementGestionnaire",
    "etablissement",
    "numeroEtablissement",
    "libelleEtablissement",
    "bicEtablissement",
    "codeEtab",
    "guichet",
    "numeroGuichet",
    "libelleGuichet",
    "libAdr1",
    "libAdr2",
    "libAdr3",
    "libAdr4",
    "ayantsDroits",
    "personnePhysique",
    "personneMorale",
    "personneRecherchee",
    "droitSurCompte",
    "dateDebutDroit",
    "dateFinDroit",
    "dateMaj",
    "prenoms",
    "anneNaissance",
    "moisNaissance",
    "jourNaissance",
    "sexe",
    "codePaysNaissance",
    "codeDepartementNaissance",
    "codeCommuneNaissance",
    "libellePaysNaissance",
    "libelleDepartementNaissance",
    "libelleCommuneNaissance",
    "raisonSociale",
    "sigle",
    "enseigne",
    "categorieJuridique",
    "typeRepertoire",
    "siret",
    "numeroCopro",
    "numeroRna",
    "numeroLei",
    "adresse",
    "codePaysResidence",
    "libellePaysResidence",
    "codeDepartementResidence",
    "libelleDepartementResidence",
    "codeCommuneResidence",
    "libelleCommuneResidence",
    "numeroVoie",
    "indiceRepetition",
    "codeNatureVoie",
    "libelleVoie",
    "libelleComplAdr",
    "codePostal",
    "indicateurCodifAdresse",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_keys_of_data_are_noted_and_no_other_nor_any_value() {
        let mut out = b"before ".to_vec();
        let value =
            json!({ "referenceDemande": "iban", "comptes": [{ "iban": "sigle" }], "nRep": "1" });
        let keys = append(&mut out, &value).unwrap();
        assert_eq!(keys.iter().collect::<Vec<_>>(), ["nRep", "comptes", "iban"]);
        assert_eq!(out, format!("before {value}").as_bytes());
    }

    #[test]
    fn every_key_has_a_place_of_its_own() {
        for (at, key) in KEYS.iter().enumerate() {
            assert_eq!(place(key), Some(at), "{key}");
        }
        for other in ["justification", "", "ibam", "é"] {
            assert_eq!(place(other), None);
        }
    }
}
