//! One entry about a partner, and what it tells by itself and beside an earlier one.

use jiff::{SignedDuration, Timestamp};

use crate::{
    admission::Control,
    journal::{Entry, Kind, VerdictName},
};

/// An entry, and what was going on.
#[derive(Clone, Debug)]
pub struct Exhibit<'a> {
    pub entry: &'a Entry,
    /// The number of the server's run, from 0.
    pub run: usize,
    /// The cases that were being rehearsed.
    pub during: Vec<During<'a>>,
    /// Whether the entry names the partner; otherwise it counts for the cases of `during` only.
    pub own: bool,
}

/// A case that was being rehearsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct During<'a> {
    pub case: &'a str,
    /// The number of the entry that began it.
    pub mark: u64,
}

impl Exhibit<'_> {
    /// Whether it was made while this case was being rehearsed.
    pub fn is_during(&self, case: &str) -> bool {
        self.during.iter().any(|one| one.case == case)
    }

    /// When its answer was known.
    pub fn end(&self) -> Timestamp {
        let duration =
            SignedDuration::from_micros(i64::try_from(self.entry.duration_us).unwrap_or(i64::MAX));
        self.entry.time.checked_add(duration).unwrap_or(Timestamp::MAX)
    }

    /// Whether it was sent once the answer of `earlier` was known, in the same run, and `span` had not passed since.
    pub fn follows(&self, earlier: &Self, span: SignedDuration) -> bool {
        self.run == earlier.run && self.is_after(earlier) && self.elapsed_since(earlier) < span
    }

    /// How long after the answer of `earlier` it was sent: by the product's clock or by the wall's, whichever says more. A test
    /// may stop the one, a command that moves it has no patience for the other.
    pub fn elapsed_since(&self, earlier: &Self) -> SignedDuration {
        let by_clock = self.entry.time.duration_since(earlier.end());
        let answered = earlier.entry.arrived_us.saturating_add(earlier.entry.duration_us);
        let by_wall = self.entry.arrived_us.saturating_sub(answered);
        by_clock.max(SignedDuration::from_micros(i64::try_from(by_wall).unwrap_or(i64::MAX)))
    }

    /// How long after the answer of `earlier` it was sent by the wall's clock; nothing where a file does not tell.
    pub fn elapsed_by_wall(&self, earlier: &Self) -> Option<SignedDuration> {
        let (arrived, before) = (self.entry.arrived_us, earlier.entry.arrived_us);
        let passed = arrived.saturating_sub(before.saturating_add(earlier.entry.duration_us));
        let is_told = arrived > 0 && before > 0 && self.run == earlier.run;
        is_told.then(|| SignedDuration::from_micros(i64::try_from(passed).unwrap_or(i64::MAX)))
    }

    /// Whether it was on its way when the answer of `earlier` came: another demand, on another connection, hardly later. Threads of
    /// one client tell each other what they were answered, which takes a moment.
    pub fn was_on_its_way(&self, earlier: &Self) -> bool {
        let is_apart = self.entry.port.is_some() && self.entry.port != earlier.entry.port;
        let is_same = self.entry.digest.is_some() && self.entry.digest == earlier.entry.digest;
        is_apart && !is_same && self.elapsed_since(earlier) < ON_THE_WAY
    }

    fn is_after(&self, earlier: &Self) -> bool {
        let answered = earlier.entry.arrived_us.saturating_add(earlier.entry.duration_us);
        match (self.entry.arrived_us, earlier.entry.arrived_us) {
            (0, _) | (_, 0) => self.entry.time >= earlier.end(),
            (arrived, _) => arrived >= answered,
        }
    }

    /// Whether it makes the same demand as `earlier`, which came before it in the same run: the same request, or one that differs
    /// by its date or its justification alone. What a control refused was not read, and is known by its operation.
    pub fn asks_again(&self, earlier: &Self) -> bool {
        let (one, other) = (earlier.entry, self.entry);
        let same = match (&one.digest, &other.digest) {
            (Some(digest), Some(again)) => {
                digest == again || demand(one).is_some_and(|asked| demand(other) == Some(asked))
            }
            (None, _) | (_, None) => true,
        };
        let place = |entry: &'_ Entry| (entry.api, entry.operation.clone(), entry.method.clone());
        same && self.run == earlier.run && one.operation.is_some() && place(one) == place(other)
    }

    /// Whether it was made for another case than `earlier`: between the marks of cases that were not being played then.
    pub fn is_elsewhere(&self, earlier: &Self) -> bool {
        !self.during.is_empty() && !self.during.iter().any(|one| earlier.is_during(one.case))
    }

    /// Whether it is a call of an API.
    pub fn is_call(&self) -> bool {
        self.entry.kind == Kind::Request && self.entry.api.is_some()
    }

    pub fn asks_token(&self) -> bool {
        self.entry.operation.as_deref() == Some("token")
    }

    pub fn obtained_token(&self) -> bool {
        self.asks_token() && self.succeeded()
    }

    /// Whether the token it carried was refused, for a reason that a new token mends.
    pub fn token_refused(&self) -> bool {
        let cause = self.entry.cause.as_deref().unwrap_or_default();
        self.refused_by(Control::TechnicalId) && cause.starts_with("token-")
    }

    pub fn token_accepted(&self) -> bool {
        self.entry.verdict(Control::TechnicalId) == VerdictName::Granted
    }

    /// Whether it was refused because the convention is not in force: no call of its partner can succeed.
    pub fn is_out_of_force(&self) -> bool {
        let cause = self.entry.cause.as_deref().unwrap_or_default();
        self.refused_by(Control::Identity) && cause.starts_with("convention-")
    }

    /// Whether the caller was told that this control refused: in mode `observe` it is evaluated, and the call goes on.
    fn refused_by(&self, control: Control) -> bool {
        let is_told = self.entry.status.is_none_or(|status| status >= 400);
        is_told && self.entry.refused_by() == Some(control)
    }

    pub fn succeeded(&self) -> bool {
        self.entry.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether it failed through no fault of the caller's: a 5xx, or no answer at all.
    pub fn failed(&self) -> bool {
        self.entry.kind == Kind::Request && self.entry.status.is_none_or(|status| status >= 500)
    }
}

/// The digest of what a demand asks, whatever its date and its justification.
fn demand(entry: &Entry) -> Option<&str> {
    entry.justification.as_ref()?.demand.as_deref()
}

/// Within so much of an answer, another thread may not know it yet (*decision*).
const ON_THE_WAY: SignedDuration = SignedDuration::from_millis(50);
