//! Who may use the console. On loopback everyone of this machine; bound elsewhere, whoever has the token, except for
//! `/health`, `/ready` and `/metrics`, which orchestrators ask; with `console.open`, everyone who reaches it.
//!
//! A program sends `Authorization: Bearer`; a browser gives the token once, in a form, and holds a session's cookie from then
//! on: never the token itself. Whatever the standing, a request must name this console in `Host` ([`host`]), and an order
//! must not come from a page of another site. No answer carries a CORS header.

mod host;
mod session;

use axum::extract::Request;
use http::{HeaderMap, HeaderValue, Method, Version, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use self::{host::Hosts, session::Sessions};
pub(in crate::console) use self::{host::Stranger, session::SessionCookie};
use super::{
    browser::is_foreign,
    free::{PROBED, is_free},
};
use crate::config::Secret;

/// What a console asks of whoever comes.
pub struct Access {
    hosts: Hosts,
    /// The digest of the token; none when the console is open.
    token: Option<[u8; 32]>,
    sessions: Sessions,
}

/// By what right a request is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::console) enum Credential {
    /// Nothing is asked of it.
    Free,
    /// It carries the token.
    Bearer,
    /// It carries the cookie of a session.
    Session,
}

/// Why a request is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) enum Refused {
    /// It does not name this console.
    Stranger(Stranger),
    /// A token is asked for, and it shows none.
    Locked,
    /// It is an order that a page of another site sends.
    Foreign,
}

impl Access {
    /// Of a console of these further names that listens on `bound`; `token` opens it, where one is asked for.
    pub fn new(names: &[String], bound: std::net::IpAddr, token: Option<&Secret>) -> Self {
        let token = token.map(|token| digest(token.expose().trim().as_bytes()));
        Self { hosts: Hosts::new(bound, names), token, sessions: Sessions::default() }
    }

    /// Whether a token is asked for.
    pub(in crate::console) fn is_locked(&self) -> bool {
        self.token.is_some()
    }

    /// Opens a session for whoever has the token.
    pub(in crate::console) fn log_in(&self, token: &str) -> Option<SessionCookie> {
        self.opens(token.trim().as_bytes()).then(|| self.sessions.open())
    }

    /// Ends the session of this request, if it has one.
    pub(in crate::console) fn log_out(&self, headers: &HeaderMap) {
        self.sessions.close(headers);
    }

    /// By what right this request is served.
    ///
    /// # Errors
    /// Why it is not.
    pub(in crate::console) fn admit(&self, request: &Request) -> Result<Credential, Refused> {
        let path = request.uri().path();
        let is_probe = PROBED.contains(&path);
        // Orchestrators ask under any name, and nothing is to be had there. A load balancer's check may be HTTP/1.0, which knows no Host.
        let is_old = request.version() == Version::HTTP_10;
        let allowed = |stranger: &Stranger| match stranger {
            Stranger::Unknown(_) => is_probe,
            Stranger::Absent => is_probe && is_old,
            Stranger::Doubled | Stranger::Unreadable => false,
        };
        let named = self.hosts.check(request.uri(), request.headers());
        if let Some(stranger) = named.err().filter(|stranger| !allowed(stranger)) {
            return Err(Refused::Stranger(stranger));
        }
        let standing = self.standing(path, request.headers()).ok_or(Refused::Locked)?;
        if is_order(request) && is_foreign(request.headers()) {
            return Err(Refused::Foreign);
        }
        Ok(standing)
    }

    /// By what right this request is served; none where a token is asked for and it has nothing to show.
    fn standing(&self, path: &str, headers: &HeaderMap) -> Option<Credential> {
        if self.token.is_none() || is_free(path) {
            return Some(Credential::Free);
        }
        let mut lines = headers.get_all(header::AUTHORIZATION).into_iter();
        match (lines.next(), lines.next()) {
            (None, _) => self.sessions.knows(headers).then_some(Credential::Session),
            (Some(line), None) => {
                bearer(line).is_some_and(|token| self.opens(token)).then_some(Credential::Bearer)
            }
            (Some(_), Some(_)) => None,
        }
    }

    /// Whether this is the token; digests are compared, in the same time whatever differs.
    fn opens(&self, given: &[u8]) -> bool {
        self.token.is_some_and(|token| digest(given).ct_eq(&token).into())
    }
}

fn digest(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// What follows `Bearer`, in any case (RFC 9110, 11.1).
fn bearer(line: &HeaderValue) -> Option<&[u8]> {
    let (scheme, token) = line.as_bytes().split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

/// Whether something of the admin API is to change. The pages' forms are guarded by the pages themselves.
fn is_order(request: &Request) -> bool {
    request.uri().path().starts_with("/admin/")
        && !matches!(*request.method(), Method::GET | Method::HEAD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::SettingValue, console::browser::tests::headers};

    const TOKEN: &str = "0123456789abcdef";

    fn access(locked: bool) -> Access {
        let secret = Secret::read(TOKEN).unwrap();
        Access::new(&[], [0, 0, 0, 0].into(), locked.then_some(&secret))
    }

    #[test]
    fn only_the_whole_token_opens() {
        let access = access(true);
        let standing =
            |line: &str| access.standing("/admin/v1/clock", &headers(&[("authorization", line)]));
        assert_eq!(standing(&format!("Bearer {TOKEN}")), Some(Credential::Bearer));
        assert_eq!(standing(&format!("bearer  {TOKEN} ")), Some(Credential::Bearer));
        let wrong = [
            String::new(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            format!("Bearer {}", &TOKEN[1..]),
            format!("Bearer {TOKEN}0"),
            format!("Bearer {}", TOKEN.to_uppercase()),
            format!("Bearer\t{TOKEN}"),
            format!("Basic {TOKEN}"),
            TOKEN.to_owned(),
        ];
        for line in wrong {
            assert_eq!(standing(&line), None, "{line:?}");
        }
        let (right, wrong) = (format!("Bearer {TOKEN}"), "Bearer x");
        for lines in
            [[right.as_str(), wrong], [wrong, right.as_str()], [right.as_str(), right.as_str()]]
        {
            let doubled = headers(&[("authorization", lines[0]), ("authorization", lines[1])]);
            assert_eq!(access.standing("/", &doubled), None, "{lines:?}");
        }
    }

    #[test]
    fn what_orchestrators_ask_and_the_form_are_free_and_nothing_else_is() {
        let access = access(true);
        for path in ["/health", "/ready", "/metrics", "/connexion", "/assets/bacasable.css"] {
            assert_eq!(access.standing(path, &HeaderMap::new()), Some(Credential::Free), "{path}");
        }
        for path in [
            "/",
            "/journal",
            "/admin/v1/clock",
            "/certs/ca.pem",
            "/openapi/console.json",
            "/health/",
            "/assets",
        ] {
            assert_eq!(access.standing(path, &HeaderMap::new()), None, "{path}");
        }
    }

    #[test]
    fn an_open_console_asks_nothing_and_has_no_token_to_log_in_with() {
        let access = access(false);
        assert_eq!(access.standing("/admin/v1/clock", &HeaderMap::new()), Some(Credential::Free));
        assert!(access.log_in(TOKEN).is_none());
    }
}
