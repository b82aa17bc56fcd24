//! The only way from a person to an answer.
//!
//! One table of the Swagger's keys, in its order, with where each value comes from: the answers, the journal's list of
//! keys and the OpenAPI document are made from it. The convention's DataPass modality opens groups of keys; a key without
//! a value is left out. All values are texts. The Swagger has no key for a postal code, so "état civil, adresse et code
//! postal" is civil status and address without the SPI (*decision*).

mod key;

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Serialize, Serializer};

pub(super) use self::key::{Group, KEYS};
use crate::{domain::plain_capitals, json, register::Person, rights::r2p::Restitution};

/// Which of the Swagger's two envelopes is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// `PersonneReponseEnveloppe`
    Person,
    /// `IdentifiantEnveloppe`
    Identifier,
}

/// What a person's answer holds.
#[derive(Debug)]
pub(super) struct Restituted {
    /// The body.
    pub(super) body: Bytes,
    /// The names of its keys.
    pub(super) keys: Vec<&'static str>,
}

/// The answer on this person, names in plain capitals unless `accents`; none when nothing of what the modality opens is known of them, as the SPI of a minor.
pub(super) fn restitute(
    person: &Person,
    modality: Restitution,
    envelope: Envelope,
    accents: bool,
) -> Option<Restituted> {
    let asked = |group: Group| envelope == Envelope::Person || group == Group::Identifiant;
    let members = |group: Group| -> Vec<_> {
        let keys = KEYS.iter().filter(|key| key.group == group);
        keys.filter_map(|key| {
            let value = (key.value)(person)?;
            let folds = !accents && key.is_name();
            Some((key.name, if folds { Cow::Owned(plain_capitals(&value)) } else { value }))
        })
        .collect()
    };
    let open = Group::ALL.into_iter().filter(|&group| asked(group) && group.is_open(modality));
    let objects: Vec<_> = open
        .map(|group| Object { group, members: members(group) })
        .filter(|object| !object.is_empty())
        .collect();
    if objects.is_empty() {
        return None;
    }
    let keys =
        objects.iter().flat_map(|object| object.members.iter().map(|(name, _)| *name)).collect();
    let objects = Objects(&objects);
    let mut body = Vec::with_capacity(CAPACITY);
    let written = match envelope {
        Envelope::Person => json::append(&mut body, &Whole { personne_physique: objects }, &mut ()),
        Envelope::Identifier => json::append(&mut body, &objects, &mut ()),
    };
    written.expect("texts are always JSON");
    Some(Restituted { body: body.into(), keys })
}

/// Room for an answer; more grows it.
const CAPACITY: usize = 1024;

/// A group and the values of its keys.
struct Object<'a> {
    group: Group,
    members: Vec<(&'static str, Cow<'a, str>)>,
}

/// The groups of an answer.
struct Objects<'a>(&'a [Object<'a>]);

/// The envelope of a person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    personne_physique: Objects<'a>,
}

impl Object<'_> {
    fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.members.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|object| (object.group.name(), object)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::{
        domain::{BirthDate, CommuneCode, Spi},
        register::{Address, Birthplace, Register, Sex, Spec},
    };

    /// A person of any shape: parts known or not, in any kind of place.
    fn person() -> impl Strategy<Value = Person> {
        let commune = || {
            let codes =
                vec!["38185", "2A004", "97120", "98735", "97501", "75012", "91352", "98206"];
            prop::option::of(
                prop::sample::select(codes).prop_map(|code| code.parse::<CommuneCode>().unwrap()),
            )
        };
        let text = || prop::option::of("[A-ZÉ' -]{1,10}");
        let who = (
            "[A-ZÉ'\"\\\\-]{1,9}",
            text(),
            prop::collection::vec("[A-ZÉ]{1,9}", 1..4),
            1..=4_u8,
            any::<Option<u16>>(),
        );
        let birth =
            (1900..2020_u16, prop::option::of(1..=12_u8), prop::option::of(1..=28_u8), commune());
        let home = (
            commune(),
            text(),
            text(),
            text(),
            prop::option::of(prop::sample::select(vec!['B', 'T', 'Q'])),
        );
        (who, birth, home).prop_map(
            |(
                who,
                (year, month, day, born_in),
                (home, number, street_type, street, repetition),
            )| {
                let (birth_name, usage_name, first_names, sex, spi) = who;
                Person {
                    spi: spi.and_then(|base| Spi::from_base(base.into())),
                    birth_name,
                    usage_name,
                    first_names,
                    sex: Sex::from_code(sex).unwrap(),
                    birth: BirthDate::new(year, month, day.filter(|_| month.is_some())).unwrap(),
                    birthplace: Birthplace { country: "99100".parse().unwrap(), commune: born_in },
                    death: None,
                    address: Address {
                        country: "99100".parse().unwrap(),
                        commune: home,
                        postal_code: Some("38000".to_owned()),
                        number,
                        repetition,
                        street_type,
                        street,
                        complement: Some("BAT A".to_owned()),
                    },
                    communicable: true,
                    business: None,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn no_answer_holds_a_key_outside_its_modality_and_keys_come_in_order(person in person()) {
            for modality in Restitution::ALL.iter().copied() {
                for envelope in [Envelope::Person, Envelope::Identifier] {
                    let Some(restituted) = restitute(&person, modality, envelope, true) else {
                        prop_assert!(person.spi.is_none() || envelope == Envelope::Identifier);
                        continue;
                    };
                    let body: Value = serde_json::from_slice(&restituted.body).unwrap();
                    let objects = match envelope {
                        Envelope::Person => body["personnePhysique"].as_object().unwrap(),
                        Envelope::Identifier => body.as_object().unwrap(),
                    };
                    let open = |name: &str| Group::ALL.iter().any(|group| group.name() == name && group.is_open(modality));
                    prop_assert!(objects.keys().all(|name| open(name)), "{modality:?} {body}");
                    let keys: Vec<_> = objects.values().flat_map(|object| object.as_object().unwrap().keys()).collect();
                    prop_assert_eq!(&keys, &restituted.keys);
                    prop_assert!(keys.is_sorted_by_key(|name| KEYS.iter().position(|key| key.name == *name)));
                    prop_assert!(objects.values().flat_map(|object| object.as_object().unwrap().values()).all(Value::is_string));
                }
            }
        }
    }

    #[test]
    fn whoever_lives_in_the_register_has_labels_for_all_codes() {
        let register = Register::load(&Spec { seed: 7, population: 500, fixtures: None }).unwrap();
        let mut seen = 0;
        for person in register.people().map(|id| register.person(id)) {
            let restituted =
                restitute(&person, Restitution::EtatCivilAdresseSpi, Envelope::Person, false)
                    .unwrap();
            let has = |name: &str| restituted.keys.contains(&name);
            assert!(
                has("cdPays") && has("lbPays") && has("lbNomNaissance") && has("lbPrenomNaissance")
            );
            for (code, label) in
                [("cdDepartement", "lbDepartement"), ("cdTOM", "lbTOM"), ("cdCommune", "lbCommune")]
            {
                assert_eq!(has(code), has(label), "{person:?}");
            }
            assert_eq!(has("cdCommune"), has("cdDepartement") != has("cdTOM"), "{person:?}");
            seen += 1;
        }
        assert!(seen > 500);
    }
}
