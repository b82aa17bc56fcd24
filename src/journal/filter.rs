//! Which entries a reader wants.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Entry;
use crate::admission::Control;

/// Which entries a reader wants; what is absent does not matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Filter {
    /// The partner's id.
    pub partner: Option<String>,
    /// The API's name.
    pub api: Option<String>,
    /// The operation's name.
    pub operation: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The code of the answer.
    pub code: Option<String>,
    /// The control that refused.
    pub control: Option<Control>,
    /// The correlation identifier.
    pub correlation_id: Option<String>,
    /// The fault that was injected.
    pub fault: Option<String>,
    pub since: Option<Since>,
    /// Up to which moment of the product's time, itself not included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// From when on entries are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Since {
    /// From this number on: what a page gave as `next`. Numbers go on when the clock is moved.
    Sequence(u64),
    /// From this moment of the product's time on.
    Time(Timestamp),
}

impl Filter {
    /// Whether every entry is wanted, but for its number.
    pub(super) fn wants_all(&self) -> bool {
        let Self {
            partner,
            api,
            operation,
            status,
            code,
            control,
            correlation_id,
            fault,
            since,
            until,
        } = self;
        let texts = [partner, api, operation, code, correlation_id, fault];
        let any = texts.into_iter().any(Option::is_some) || status.is_some() || control.is_some();
        !any && until.is_none() && !matches!(since, Some(Since::Time(_)))
    }

    /// Whether an entry of this number may be wanted.
    pub(super) fn wants_number(&self, sequence: u64) -> bool {
        !matches!(self.since, Some(Since::Sequence(from)) if sequence < from)
    }

    pub fn wants(&self, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, seen: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == seen
        };
        same(&self.partner, entry.partner.as_deref())
            && same(&self.api, entry.api.map(|api| api.as_str()))
            && same(&self.operation, entry.operation.as_deref())
            && same(&self.code, entry.code.as_deref())
            && same(&self.fault, entry.fault.as_deref())
            && self.since.is_none_or(|since| since.reaches(entry))
            && self.until.is_none_or(|until| entry.time < until)
            && self.status.is_none_or(|status| entry.status == Some(status))
            && self.control.is_none_or(|control| entry.refused_by() == Some(control))
            && self
                .correlation_id
                .as_ref()
                .is_none_or(|wanted| entry.correlation_id.eq_ignore_ascii_case(wanted))
    }
}

impl Since {
    fn reaches(self, entry: &Entry) -> bool {
        match self {
            Self::Sequence(from) => entry.sequence >= from,
            Self::Time(from) => entry.time >= from,
        }
    }
}

/// A number, or a moment as RFC 3339 writes it.
impl FromStr for Since {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse().map(Self::Sequence).or_else(|_| text.parse().map(Self::Time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_a_number_or_a_moment() {
        assert_eq!("12".parse::<Since>().unwrap(), Since::Sequence(12));
        assert!(matches!("2026-11-22T10:00:00Z".parse::<Since>().unwrap(), Since::Time(_)));
        assert!("yesterday".parse::<Since>().is_err());
    }
}
