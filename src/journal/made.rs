//! Calls that bacasable makes itself, and the one-time keys by which the gateway knows them.
//!
//! A client cannot choose what it counts as: a key comes from the console alone, under the seal of this run, which the
//! replicas of a store share. It is good for one request and for [`LIFETIME`]; a request with any other text in its place is
//! the application's like any other.

use std::collections::HashMap;

use jiff::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use super::Seal;
use crate::{entropy, hex};

/// The header that a key comes in.
pub const KEY: &str = "x-bacasable-key";

/// For how many seconds of the system's clock a key is good.
pub const LIFETIME: i64 = 600;

/// Which part of bacasable made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Maker {
    /// `bacasable recette play`.
    RecettePlay,
    /// `bacasable call`.
    Call,
    /// `bacasable parity compare`.
    ParityCompare,
}

/// Who made a call, where it is not the partner's application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryMade)]
pub struct Made {
    /// Which part of bacasable.
    pub by: Maker,
    /// Which run of it.
    pub run: String,
}

/// The keys that came back.
#[derive(Default)]
pub(super) struct Used(Mutex<HashMap<String, i64>>);

impl Maker {
    pub const ALL: [Self; 3] = [Self::RecettePlay, Self::Call, Self::ParityCompare];

    /// Its name in the journal and in orders.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RecettePlay => "recette-play",
            Self::Call => "call",
            Self::ParityCompare => "parity-compare",
        }
    }

    /// The command that a person types.
    pub fn command(self) -> &'static str {
        match self {
            Self::RecettePlay => "recette play",
            Self::Call => "call",
            Self::ParityCompare => "parity compare",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|maker| maker.as_str() == name)
    }
}

impl Made {
    /// A new run.
    pub fn anew(by: Maker) -> Self {
        Self { by, run: hex::encode(&entropy::bytes::<8>()) }
    }

    /// Whether a text can be the name of a run.
    pub fn is_run(text: &str) -> bool {
        let plain = |c: char| c.is_ascii_hexdigit();
        (1..=32).contains(&text.len()) && text.chars().all(plain)
    }
}

/// A key for one call.
pub(super) fn issue(seal: &Seal, made: &Made, now: Timestamp) -> String {
    let Made { by, run } = made;
    let (end, nonce) = (now.as_second() + LIFETIME, hex::encode(&entropy::bytes::<16>()));
    let head = format!("{}.{run}.{end}.{nonce}", by.as_str());
    format!("{head}.{}", seal.digest([PURPOSE, head.as_bytes()]))
}

/// Whose call a key marks, unless it is none of ours, too old, or was used.
pub(super) fn take(seal: &Seal, used: &Used, key: &str, now: Timestamp) -> Option<Made> {
    let (head, proof) = key.rsplit_once('.')?;
    let expected = seal.digest([PURPOSE, head.as_bytes()]);
    if !bool::from(expected.as_bytes().ct_eq(proof.as_bytes())) {
        return None;
    }
    let mut parts = head.split('.');
    let by = Maker::named(parts.next()?)?;
    let run = parts.next()?.to_owned();
    let end: i64 = parts.next()?.parse().ok()?;
    let nonce = parts.next()?;
    let now = now.as_second();
    if now > end {
        return None;
    }
    let mut used = used.0.lock();
    if used.len() >= MANY {
        used.retain(|_, end| *end >= now);
    }
    used.insert(nonce.to_owned(), end).is_none().then_some(Made { by, run })
}

/// What no other digest under the seal begins with.
const PURPOSE: &[u8] = b"bacasable: a call of its own";

/// From so many used keys on, those that have expired are forgotten.
const MANY: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_good_once_in_its_time_and_under_its_seal() {
        let (seal, used) = (Seal::new(), Used::default());
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let later = |seconds: i64| Timestamp::from_second(now.as_second() + seconds).unwrap();
        let made = Made::anew(Maker::Call);
        let key = issue(&seal, &made, now);
        assert_eq!(take(&Seal::new(), &used, &key, now), None, "another server's");
        assert_eq!(take(&seal, &used, &key.replace("call", "recette-play"), now), None);
        assert_eq!(take(&seal, &used, &key, later(LIFETIME)).as_ref(), Some(&made));
        assert_eq!(take(&seal, &used, &key, now), None, "used");
        let key = issue(&seal, &made, now);
        assert_eq!(take(&seal, &used, &key, later(LIFETIME + 1)), None, "too old");
        for text in ["", ".", "call", "call.a.1.b.c", "call.....", "é.é"] {
            assert_eq!(take(&seal, &used, text, now), None, "{text}");
        }
    }

    #[test]
    fn a_maker_is_named_as_it_is_written() {
        for maker in Maker::ALL {
            assert_eq!(Maker::named(maker.as_str()), Some(maker));
            assert_eq!(serde_json::to_value(maker).unwrap(), maker.as_str());
        }
        assert!(
            Made::is_run(&Made::anew(Maker::Call).run) && !Made::is_run("a.b") && !Made::is_run("")
        );
    }
}
