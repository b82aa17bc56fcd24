//! A browser's visit: what a handler of pages is given.

use std::{convert::Infallible, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts, response::Redirect};

use super::{
    attempts::Attempts,
    forgery::{FormToken, Forms},
    frame::{Frame, Section},
    judged::Judgements,
    underway::{Begun, Underway},
    words::Notice,
};
use crate::{
    console::{Console, access::Credential, address},
    sandbox::Sandbox,
};

/// What the pages share.
#[derive(Clone)]
pub(super) struct Pages {
    pub(super) console: Console,
    /// What marks the forms of this process.
    pub(super) forms: Arc<Forms>,
    /// The reports that were made last.
    pub(super) judgements: Arc<Judgements>,
    /// The calls that were tried last.
    pub(super) attempts: Arc<Attempts>,
    /// The cases under way.
    pub(super) underway: Arc<Underway>,
}

/// Who asks for a page, and with what in hand.
pub(super) struct Visit {
    pages: Pages,
    token: FormToken,
    /// What an action that has just been done tells.
    notice: Option<Notice>,
    /// The name by which the browser reaches this machine.
    host: Option<String>,
    /// Whether the browser has a session that it can end.
    signed_in: bool,
}

impl Visit {
    /// A visit of which nothing is known but its forms' token.
    pub(super) fn new(pages: Pages, token: FormToken) -> Self {
        Self { pages, token, notice: None, host: None, signed_in: false }
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.pages.console.sandbox
    }

    pub(super) fn console(&self) -> &Console {
        &self.pages.console
    }

    pub(super) fn judgements(&self) -> Arc<Judgements> {
        Arc::clone(&self.pages.judgements)
    }

    pub(super) fn attempts(&self) -> &Attempts {
        &self.pages.attempts
    }

    /// What surrounds a page of this title.
    pub(super) fn frame(
        &self,
        section: impl Into<Option<Section>>,
        title: impl Into<String>,
    ) -> Frame {
        let frame = Frame::new(
            self.sandbox(),
            section.into(),
            title.into(),
            self.token.clone(),
            self.notice,
        );
        Frame { signed_in: self.signed_in, begun: self.begun(), ..frame }
    }

    /// The cases under way, of all partners.
    pub(super) fn begun(&self) -> Vec<Begun> {
        self.pages.underway.begun(self.sandbox())
    }

    /// The same for somebody who is not let in yet: no section, and nothing about the sandbox.
    pub(super) fn bare_frame(&self, title: &str) -> Frame {
        let frame = self.frame(None, title);
        Frame { is_bare: true, alerts: Vec::new(), begun: Vec::new(), ..frame }
    }

    /// The gateway's address as this browser's machine would call it, such as `https://localhost:8443`.
    pub(super) fn gateway_url(&self) -> String {
        address::url(self.pages.console.gateway.address, self.host.as_deref())
    }
}

impl FromRequestParts<Pages> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Infallible> {
        let token = parts
            .extensions
            .get::<FormToken>()
            .cloned()
            .expect("the layer against forgery stands outside");
        let query = parts.uri.query().unwrap_or_default();
        let notice =
            query.split('&').find_map(|pair| pair.strip_prefix("fait=")).and_then(Notice::named);
        let host = address::host(&parts.headers);
        let signed_in = parts.extensions.get::<Credential>() == Some(&Credential::Session);
        Ok(Self { pages: pages.clone(), token, notice, host, signed_in })
    }
}

/// To a page that tells what was done.
pub(super) fn done(path: &str, notice: Notice) -> Redirect {
    Redirect::to(&format!("{path}?fait={}", notice.key()))
}
