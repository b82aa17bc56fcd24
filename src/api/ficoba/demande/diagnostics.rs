//! Where the attributes of a structure are asked for, and what is wrong with them is noted.
//!
//! Everything is asked for in the protocol's order. What comes first is told: an absent attribute before a malformed one,
//! and a code of an attribute's own only when the search itself is made (*decision*: that is the codes' own logic).

use jiff::civil::Date;

use super::{
    attribute::{Attribute, AttributeSpec, FormFault, Presence},
    object::{Object, Reading, Value},
};
use crate::{
    api::ficoba::anomaly::{Anomaly, Code},
    domain::{BirthInterval, received},
    journal::RefusalFacts,
};

/// What was noted so far.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    missing: Option<Anomaly>,
    malformed: Option<Anomaly>,
    own: Option<Anomaly>,
    broken: Option<Anomaly>,
    dates: Dates,
}

/// The dates of a demand, for the checks that bear on all of them (CAF024, CAF032).
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Dates {
    /// The last of the days that they may be, each taken at its earliest, and the attribute that gives it.
    pub(in super::super) latest: Option<(Date, &'static AttributeSpec)>,
    pub(in super::super) interval: Option<BirthInterval>,
}

impl Diagnostics {
    /// The value of an attribute; nothing when it is absent, or when a fault was noted.
    pub(super) fn take<T>(
        &mut self,
        from: &Object<'_>,
        attribute: &'static Attribute<T>,
    ) -> Option<T> {
        let entry = &attribute.entry;
        match from.get(entry.key) {
            None | Some(Value::Null | Value::Empty) => self.absent(entry),
            Some(Value::NotAStructure | Value::Object(_)) => {
                self.received(entry, "un objet, une liste ou un booléen");
            }
            Some(Value::Text(text)) => match &text.reading {
                Reading::Nothing => self.absent(entry),
                Reading::Unreadable => {
                    self.received(
                        entry,
                        "une valeur JSON qui n'est ni un texte ni un nombre lisible",
                    );
                }
                Reading::Text(text) if has_control(text) => {
                    self.received(entry, received(text));
                }
                Reading::Text(text) => match (attribute.read)(text) {
                    Ok(value) => return Some(value),
                    Err(FormFault::Form) => self.received(entry, received(text)),
                    Err(FormFault::Since(expected)) => {
                        self.note_malformed(entry, expected, Some(received(text)));
                    }
                    Err(FormFault::Own(code)) => self.refused(code, entry, Some(received(text))),
                },
            },
        }
        None
    }

    /// The attributes of a structure that must be there: of what was given, or none when a fault was noted. A structure
    /// whose attributes are all empty is asked for them one by one, so that the fault names the first.
    pub(super) fn open<'o, 'a>(
        &mut self,
        from: &'o Object<'a>,
        structure: &'static AttributeSpec,
    ) -> Option<&'o Object<'a>> {
        match from.get(structure.key) {
            Some(Value::Object(object)) if !object.attributes.is_empty() => return Some(object),
            Some(Value::NotAStructure) => self.received(structure, "autre chose qu'un objet"),
            Some(Value::Object(Object { unknown, .. })) => self.says_nothing(structure, *unknown),
            None | Some(Value::Null | Value::Empty | Value::Text(_)) => {
                self.absent_entry(structure, structure.expected());
            }
        }
        None
    }

    /// The attributes of a structure that may be absent; a structure that says nothing is absent.
    pub(super) fn open_if_given<'o, 'a>(
        &mut self,
        from: &'o Object<'a>,
        structure: &'static AttributeSpec,
    ) -> Option<&'o Object<'a>> {
        match from.get(structure.key) {
            Some(Value::Object(object)) if !object.is_empty() => return Some(object),
            Some(Value::NotAStructure) => self.received(structure, "autre chose qu'un objet"),
            None | Some(Value::Null | Value::Empty | Value::Object(_) | Value::Text(_)) => {}
        }
        None
    }

    /// Notes that one of several attributes is mandatory and none is there: what they are called together, and their keys.
    pub(super) fn missing(&mut self, label: &'static str, keys: &str) {
        self.missing.get_or_insert_with(|| {
            let detail = RefusalFacts::expected(label, format!("{keys} est attendu"));
            let RefusalFacts { received, .. } = absence();
            Anomaly::missing(label).detailed(RefusalFacts { received, ..detail })
        });
    }

    /// Notes that an attribute is absent: what is expected, in French.
    pub(super) fn absent_entry(&mut self, entry: &'static AttributeSpec, expected: &str) {
        self.missing.get_or_insert_with(|| {
            let (attribute, expected) = (Some(entry.named()), Some(expected.to_owned()));
            Anomaly::missing(entry.label).detailed(RefusalFacts {
                attribute,
                expected,
                ..absence()
            })
        });
    }

    /// Notes that a structure is there without any attribute that is known, beside so many unknown ones.
    fn says_nothing(&mut self, structure: &'static AttributeSpec, unknown: usize) {
        let received = match unknown {
            0 => "un objet vide".to_owned(),
            1 => "un objet qui n'a qu'un attribut inconnu".to_owned(),
            n => format!("un objet qui n'a que des attributs inconnus ({n})"),
        };
        self.missing.get_or_insert_with(|| {
            let keys: Vec<_> = structure.entries().iter().map(|entry| entry.key).collect();
            Anomaly::missing(structure.label).detailed(RefusalFacts {
                attribute: Some(structure.named()),
                expected: Some(format!(
                    "un objet JSON, dont les attributs sont {}",
                    keys.join(", ")
                )),
                received: Some(received),
                ..RefusalFacts::default()
            })
        });
    }

    /// Notes that something is not of its form: what was expected, in French.
    pub(super) fn malformed(&mut self, entry: &'static AttributeSpec, expected: &str) {
        self.note_malformed(entry, expected, None);
    }

    /// Notes a code of an attribute's own.
    pub(super) fn refused(
        &mut self,
        code: Code,
        entry: &'static AttributeSpec,
        received: Option<String>,
    ) {
        self.own.get_or_insert_with(|| {
            // A code that no list has is of the good form: to say the form would not say what is wrong.
            let is_form = code != Code::Caf034;
            let attribute = Some(entry.named());
            let expected = is_form.then(|| entry.expected().to_owned());
            let received = received.filter(|_| is_form);
            let explanation = Some(code.cause().to_owned());
            let detail = RefusalFacts {
                attribute,
                expected,
                received,
                explanation,
                ..RefusalFacts::default()
            };
            Anomaly::from(code).detailed(detail)
        });
    }

    /// Notes a rule between attributes that is broken: told after the codes of attributes, in the order of the calls.
    pub(super) fn broken(&mut self, code: Code) {
        self.broken.get_or_insert_with(|| code.into());
    }

    /// Notes a date of the demand.
    pub(super) fn dated(&mut self, entry: &'static AttributeSpec, day: Date) {
        if self.dates.latest.is_none_or(|(latest, _)| latest < day) {
            self.dates.latest = Some((day, entry));
        }
    }

    /// Notes the interval of the demand.
    pub(super) fn within(&mut self, interval: BirthInterval) {
        self.dates.interval = Some(interval);
    }

    /// Ends the reading: the first fault of presence, else of form; else the dates, and the value or the code of its own
    /// that keeps it from being one.
    pub(super) fn settle<T>(
        self,
        value: Option<T>,
    ) -> Result<(Dates, Result<T, Anomaly>), Anomaly> {
        if let Some(anomaly) = self.missing.or(self.malformed) {
            return Err(anomaly);
        }
        // A value is absent only with a fault; the default error stands for the impossible.
        let none = || value.ok_or_else(|| Code::Http500.into());
        Ok((self.dates, self.own.or(self.broken).map_or_else(none, Err)))
    }

    fn absent(&mut self, entry: &'static AttributeSpec) {
        match entry.presence {
            Presence::Required => self.absent_entry(entry, entry.expected()),
            Presence::Optional | Presence::When(_) => {}
        }
    }

    fn received(&mut self, entry: &'static AttributeSpec, received: impl Into<String>) {
        self.note_malformed(entry, entry.expected(), Some(received.into()));
    }

    fn note_malformed(
        &mut self,
        entry: &'static AttributeSpec,
        expected: &str,
        received: Option<String>,
    ) {
        self.malformed.get_or_insert_with(|| {
            let (attribute, expected) = (Some(entry.named()), Some(expected.to_owned()));
            let detail = RefusalFacts { attribute, expected, received, ..RefusalFacts::default() };
            Anomaly::malformed(entry.label).detailed(detail)
        });
    }
}

/// Whether a text has a control character: those of ASCII are looked for many at a time, others are in no text of ASCII.
fn has_control(text: &str) -> bool {
    let of_ascii = text.bytes().fold(false, |found, byte| found | byte.is_ascii_control());
    of_ascii || (!text.is_ascii() && text.chars().any(char::is_control))
}

pub(super) fn absence() -> RefusalFacts {
    RefusalFacts {
        received: Some("rien (absent, nul ou vide)".to_owned()),
        ..RefusalFacts::default()
    }
}
