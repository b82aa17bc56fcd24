//! The only way from a person to an answer.
//!
//! One table of the Swagger's keys, in its order, with where each value comes from: the answers, the journal's list of
//! keys and the OpenAPI document are made from it. The convention's DataPass modality opens groups of keys; a key without
//! a value is left out. All values are texts. The Swagger has no key for a postal code, so "état civil, adresse et code
//! postal" is civil status and address without the SPI (*decision*).

mod key;

use bytes::Bytes;

pub(super) use self::key::{KEYS, KeyGroup, NOTED};
use self::key::{Shown, Value};
use crate::{
    domain::plain_capitals,
    json::{Key, Writer, member},
    register::Person,
    rights::r2p::Restitution,
};

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
    pub(super) body: Bytes,
    /// Its keys: a set of [`KEYS`].
    pub(super) keys: u128,
}

/// The answer on this person, names in plain capitals unless `accents`; none when nothing of what the modality opens is known of them, as the SPI of a minor.
pub(super) fn restitute(
    person: &Person,
    modality: Restitution,
    envelope: Envelope,
    accents: bool,
) -> Option<Restituted> {
    let shown = Shown::new(person);
    let mut to = Writer::after(Vec::with_capacity(CAPACITY));
    to.braces(|to| match envelope {
        Envelope::Person => {
            to.object(&PERSON, |to| {
                for group in KeyGroup::ALL.into_iter().filter(|group| group.is_open(modality)) {
                    write(to, group, &shown, accents);
                }
            });
        }
        Envelope::Identifier if KeyGroup::Identifiant.is_open(modality) => {
            write(to, KeyGroup::Identifiant, &shown, accents);
        }
        Envelope::Identifier => {}
    });
    let (body, keys) = to.finish();
    (keys != 0).then(|| Restituted { body: body.into(), keys })
}

/// A group and the values of its keys, where there is one.
fn write(to: &mut Writer, group: KeyGroup, shown: &Shown<'_>, accents: bool) {
    to.object_if(group.key(), |to| {
        for key in KEYS.iter().filter(|key| key.group == group) {
            let Some(value) = (key.value)(shown) else { continue };
            match value {
                Value::Digits(number, least) => to.digits(&key.member, number, least),
                Value::Plain(text) => to.plain(&key.member, text),
                Value::Text(name) if key.is_name() && !accents => {
                    to.text(&key.member, &plain_capitals(&name));
                }
                Value::Text(text) => to.text(&key.member, &text),
            }
        }
    });
}

/// The envelope of a person.
const PERSON: Key = Key::new(member!("personnePhysique"), 0);

/// Room for an answer; more grows it.
const CAPACITY: usize = 1024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

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
                    let body: Json = serde_json::from_slice(&restituted.body).unwrap();
                    let objects = match envelope {
                        Envelope::Person => body["personnePhysique"].as_object().unwrap(),
                        Envelope::Identifier => body.as_object().unwrap(),
                    };
                    let open = |name: &str| KeyGroup::ALL.iter().any(|group| group.name() == name && group.is_open(modality));
                    prop_assert!(objects.keys().all(|name| open(name)), "{modality:?} {body}");
                    let keys: Vec<_> = objects.values().flat_map(|object| object.as_object().unwrap().keys()).collect();
                    prop_assert!(keys.iter().copied().eq(&*NOTED.names(restituted.keys)));
                    prop_assert!(keys.is_sorted_by_key(|name| KEYS.iter().position(|key| key.name == *name)));
                    prop_assert!(objects.values().flat_map(|object| object.as_object().unwrap().values()).all(Json::is_string));
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
            let names = NOTED.names(restituted.keys);
            let has = |name: &str| names.iter().any(|key| key == name);
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
