//! The sessions of browsers: a random value in a cookie, of which only the digest is kept.
//!
//! They live in this process alone and at most half a day; after a restart the form asks again. Times are monotonic: moving
//! the product's clock ends no session.

use std::{
    collections::VecDeque,
    fmt,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue};
use parking_lot::{Mutex, MutexGuard};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::{clock::Clock, console::browser, entropy};

/// The open sessions, oldest first.
#[derive(Default)]
pub(super) struct Sessions(Mutex<VecDeque<ConsoleSession>>);

/// The value that a browser is given to keep; never shown.
pub(in crate::console) struct SessionCookie(String);

struct ConsoleSession {
    digest: [u8; 32],
    until: Instant,
}

impl Sessions {
    /// A new session; beyond [`MOST`], the oldest ends.
    pub(super) fn open(&self) -> SessionCookie {
        let value = URL_SAFE_NO_PAD.encode(entropy::bytes::<32>());
        let mut all = self.all();
        if all.len() == MOST {
            all.pop_front();
        }
        all.push_back(ConsoleSession { digest: digest(&value), until: Clock::instant() + LIFE });
        SessionCookie(value)
    }

    /// Whether a request carries the cookie of an open session.
    pub(super) fn knows(&self, headers: &HeaderMap) -> bool {
        let now = Clock::instant();
        let mut all = self.all();
        all.retain(|session| session.until > now);
        given(headers).any(|digest| all.iter().any(|session| session.is(&digest)))
    }

    /// Ends the session whose cookie a request carries.
    pub(super) fn close(&self, headers: &HeaderMap) {
        let mut all = self.all();
        for digest in given(headers) {
            all.retain(|session| !session.is(&digest));
        }
    }

    fn all(&self) -> MutexGuard<'_, VecDeque<ConsoleSession>> {
        self.0.lock()
    }
}

impl ConsoleSession {
    fn is(&self, digest: &[u8; 32]) -> bool {
        let same: Choice = self.digest.ct_eq(digest);
        same.into()
    }
}

impl SessionCookie {
    /// The header that gives it to the browser. Plain HTTP, so no `Secure`; out of reach of scripts and of other sites.
    pub(in crate::console) fn header(&self) -> HeaderValue {
        let line = format!(
            "{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}",
            self.0,
            LIFE.as_secs()
        );
        let mut line = HeaderValue::try_from(line).expect("base64 is ASCII");
        line.set_sensitive(true);
        line
    }

    /// The header that takes it back.
    pub(in crate::console) fn forget() -> HeaderValue {
        HeaderValue::try_from(format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"))
            .expect("it is ASCII")
    }
}

impl fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionCookie(..)")
    }
}

fn digest(value: &str) -> [u8; 32] {
    Sha256::digest(value).into()
}

/// The digests of what the cookies of a request hold.
fn given(headers: &HeaderMap) -> impl Iterator<Item = [u8; 32]> {
    browser::cookies(headers, COOKIE).take(FEW).map(digest)
}

const COOKIE: &str = "bacasable_session";
const LIFE: Duration = Duration::from_secs(12 * 3600);
/// More browsers than a team has.
const MOST: usize = 256;
/// A request may make us look for no more cookies than this.
const FEW: usize = 4;

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    fn carrying(value: &str) -> HeaderMap {
        let line = format!("x=1; {COOKIE}={value}; y=2");
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(line).unwrap())])
    }

    #[test]
    fn a_session_is_known_by_its_whole_cookie_until_it_is_closed() {
        let sessions = Sessions::default();
        let (one, other) = (sessions.open(), sessions.open());
        assert!(sessions.knows(&carrying(&one.0)) && sessions.knows(&carrying(&other.0)));
        for forged in ["", "x", &one.0[1..], &format!("{}A", one.0), &one.0.to_lowercase()] {
            assert!(!sessions.knows(&carrying(forged)), "{forged}");
        }
        assert!(!sessions.knows(&HeaderMap::new()));
        sessions.close(&carrying(&one.0));
        assert!(!sessions.knows(&carrying(&one.0)) && sessions.knows(&carrying(&other.0)));
        assert!(
            !Sessions::default().knows(&carrying(&other.0)),
            "another process knows none of them"
        );
    }

    #[test]
    fn a_session_ends_after_half_a_day_and_the_oldest_makes_room() {
        let sessions = Sessions::default();
        let first = sessions.open();
        (1..MOST).for_each(|_| drop(sessions.open()));
        assert!(sessions.knows(&carrying(&first.0)));
        let last = sessions.open();
        assert!(!sessions.knows(&carrying(&first.0)) && sessions.knows(&carrying(&last.0)));
        sessions.all().iter_mut().for_each(|session| session.until = Clock::instant());
        assert!(!sessions.knows(&carrying(&last.0)));
        assert!(sessions.all().is_empty());
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_of_other_sites_and_is_never_shown() {
        let cookie = Sessions::default().open();
        let line = cookie.header();
        for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200"] {
            assert!(line.to_str().unwrap().contains(part), "{part}");
        }
        assert!(!format!("{cookie:?} {line:?}").contains(&cookie.0));
    }
}
