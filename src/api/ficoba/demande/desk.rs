//! Where the attributes of a structure are asked for, and what is wrong with them is noted.
//!
//! Everything is asked for in the protocol's order. What comes first is told: an absent attribute before a malformed one,
//! and a code of an attribute's own only when the search itself is made (*decision*: that is the codes' own logic).

use jiff::civil::Date;

use super::{
    attribute::{Attribute, Entry, Presence, Wrong},
    body::{Object, Reading, Value},
};
use crate::{
    api::ficoba::anomaly::{Anomaly, Code},
    domain::BirthInterval,
};

/// What was noted so far.
#[derive(Debug, Default)]
pub(super) struct Desk {
    missing: Option<&'static str>,
    malformed: Option<&'static str>,
    own: Option<Code>,
    broken: Option<Code>,
    dates: Dates,
}

/// The dates of a demand, for the checks that bear on all of them (CAF024, CAF032).
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Dates {
    /// The last of the days that they may be, each taken at its earliest.
    pub(in super::super) latest: Option<Date>,
    /// The interval of dates of birth.
    pub(in super::super) interval: Option<BirthInterval>,
}

impl Desk {
    /// The value of an attribute; nothing when it is absent, or when a fault was noted.
    pub(super) fn take<T>(
        &mut self,
        from: &Object<'_>,
        attribute: &'static Attribute<T>,
    ) -> Option<T> {
        let entry = &attribute.entry;
        match from.get(entry.key) {
            None | Some(Value::Null | Value::Empty) => self.absent(entry),
            Some(Value::NotAStructure | Value::Object(_)) => self.malformed(entry.label),
            Some(Value::Text(text)) => match &text.reading {
                Reading::Nothing => self.absent(entry),
                Reading::Unreadable => self.malformed(entry.label),
                Reading::Text(text) if text.chars().any(char::is_control) => {
                    self.malformed(entry.label)
                }
                Reading::Text(text) => match (attribute.read)(text) {
                    Ok(value) => return Some(value),
                    Err(Wrong::Form) => self.malformed(entry.label),
                    Err(Wrong::Own(code)) => self.refused(code),
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
        structure: &'static Entry,
    ) -> Option<&'o Object<'a>> {
        match from.get(structure.key) {
            Some(Value::Object(object)) if !object.0.is_empty() => return Some(object),
            Some(Value::NotAStructure) => self.malformed(structure.label),
            None | Some(Value::Null | Value::Empty | Value::Object(_) | Value::Text(_)) => {
                self.missing(structure.label)
            }
        }
        None
    }

    /// The attributes of a structure that may be absent; a structure that says nothing is absent.
    pub(super) fn open_if_given<'o, 'a>(
        &mut self,
        from: &'o Object<'a>,
        structure: &'static Entry,
    ) -> Option<&'o Object<'a>> {
        match from.get(structure.key) {
            Some(Value::Object(object)) if !object.is_empty() => return Some(object),
            Some(Value::NotAStructure) => self.malformed(structure.label),
            None | Some(Value::Null | Value::Empty | Value::Object(_) | Value::Text(_)) => {}
        }
        None
    }

    /// Notes that something mandatory is absent.
    pub(super) fn missing(&mut self, label: &'static str) {
        self.missing.get_or_insert(label);
    }

    /// Notes that something is not of its form.
    pub(super) fn malformed(&mut self, label: &'static str) {
        self.malformed.get_or_insert(label);
    }

    /// Notes a code of an attribute's own.
    pub(super) fn refused(&mut self, code: Code) {
        self.own.get_or_insert(code);
    }

    /// Notes a rule between attributes that is broken: told after the codes of attributes, in the order of the calls.
    pub(super) fn broken(&mut self, code: Code) {
        self.broken.get_or_insert(code);
    }

    /// Notes a date of the demand.
    pub(super) fn dated(&mut self, day: Date) {
        self.dates.latest = self.dates.latest.max(Some(day));
    }

    /// Notes the interval of the demand.
    pub(super) fn within(&mut self, interval: BirthInterval) {
        self.dates.interval = Some(interval);
    }

    /// Ends the reading: the first fault of presence, else of form; else the dates, and the value or the code of its own
    /// that keeps it from being one.
    pub(super) fn settle<T>(self, value: Option<T>) -> Result<(Dates, Result<T, Code>), Anomaly> {
        if let Some(label) = self.missing {
            return Err(Anomaly::missing(label));
        }
        if let Some(label) = self.malformed {
            return Err(Anomaly::malformed(label));
        }
        // A value is absent only with a fault; the default error stands for the impossible.
        let value = self.own.or(self.broken).map_or_else(|| value.ok_or(Code::Http500), Err);
        Ok((self.dates, value))
    }

    fn absent(&mut self, entry: &'static Entry) {
        match entry.presence {
            Presence::Required => self.missing(entry.label),
            Presence::Optional | Presence::When(_) => {}
        }
    }
}
