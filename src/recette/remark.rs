//! What was decided of a case: what, by whom, when, about which call.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words;

/// What was decided of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecetteRemark)]
pub struct Remark {
    /// The case's id.
    pub case: String,
    pub decision: Decision,
    /// How grave it is, where it is a reservation or a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// By when it is to be lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, on the product's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// When, on the system's clock; decisions that were kept before it was do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub real_at: Option<Timestamp>,
    /// The journal's entry that it was taken about, as its proof names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// A decision about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RecetteDecision)]
pub enum Decision {
    Accepted,
    /// Accepted with a reservation.
    Reserved,
    Refused,
}

/// How grave a reservation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RecetteSeverity)]
pub enum Severity {
    Minor,
    Major,
    /// It blocks production.
    Blocking,
}

impl Decision {
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Reserved, Self::Refused];

    /// Its name in orders and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Reserved => "reserved",
            Self::Refused => "refused",
        }
    }

    pub fn french(self) -> &'static str {
        match self {
            Self::Accepted => "accepté",
            Self::Reserved => "accepté avec réserve",
            Self::Refused => "refusé",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl Severity {
    pub const ALL: [Self; 3] = [Self::Minor, Self::Major, Self::Blocking];

    /// Its name in orders and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Blocking => "blocking",
        }
    }

    pub fn french(self) -> &'static str {
        match self {
            Self::Minor => "mineure",
            Self::Major => "majeure",
            Self::Blocking => "bloquante",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl Remark {
    /// A decision without more.
    pub fn new(case: &str, decision: Decision) -> Self {
        Self {
            case: case.to_owned(),
            decision,
            severity: None,
            due: None,
            comment: None,
            by: None,
            at: None,
            real_at: None,
            proof: None,
        }
    }

    /// Gravity, due date, comment, author and date in one line.
    pub fn detail(&self) -> String {
        let severity = self.severity.map(|severity| format!("gravité {}", severity.french()));
        let due = self.due.map(|due| format!("échéance le {}", due.strftime("%d/%m/%Y")));
        let signature = Some(self.signature()).filter(|signature| !signature.is_empty());
        let parts = [severity, due, self.comment.clone(), signature];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ; ")
    }

    /// Whether it was taken about the entry of this number and this whole name ([`Proof::entry`](super::coverage::Proof::entry)); a decision
    /// that does not tell its entry confirms none.
    pub fn is_of(&self, number: u64, name: impl FnOnce() -> String) -> bool {
        let Some(proof) = &self.proof else { return false };
        let begins = proof.split('.').next().is_some_and(|start| start.parse() == Ok(number));
        begins && *proof == name()
    }

    /// Whether it was taken later than this moment, by the real clock where both know it.
    pub(super) fn is_after(&self, at: Timestamp, real: Option<Timestamp>) -> bool {
        match self.real_at.zip(real) {
            Some((taken, real)) => taken > real,
            None => self.at.is_some_and(|taken| taken > at),
        }
    }

    /// When the call came that it was taken about, by the name of its entry.
    pub(super) fn call_at(&self) -> Option<Timestamp> {
        let micros = self.proof.as_ref()?.rsplit('.').next()?.parse().ok()?;
        Timestamp::from_microsecond(micros).ok()
    }

    /// Who took it and when, on the real clock: `par Ada, le 22/11/2026 à 11:00:00`.
    pub fn signature(&self) -> String {
        let by = self.by.as_ref().map(|by| format!("par {by}"));
        let at = self.at.map(|at| format!("le {}", words::dated(at, self.real_at)));
        [by, at].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Whether the other says the same of the same call, whenever it was said.
    pub fn says_the_same(&self, other: &Self) -> bool {
        Self { at: other.at, real_at: other.real_at, ..self.clone() } == *other
    }

    /// Whether the other is this one, said again: what leaves out its author or its moment leaves the known one. A moment
    /// without a proof takes it again.
    pub(super) fn stands_for(&self, other: &Self) -> bool {
        let Self { case, decision, severity, due, comment, by, at, real_at: _, proof: _ } = self;
        *case == other.case
            && *decision == other.decision
            && *severity == other.severity
            && *due == other.due
            && *comment == other.comment
            && (other.by.is_none() || *by == other.by)
            && (other.at.is_none() || (*at == other.at && other.proof.is_some()))
    }
}
