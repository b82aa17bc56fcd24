//! A browser's visit: what a handler of pages is given.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::{self, FromRequestParts},
    http::{header, request::Parts},
    response::Redirect,
};

use serde::de::DeserializeOwned;

use super::{
    Pages, fault,
    forgery::FormToken,
    frame::{Frame, Section},
    page::Page,
    recette::Judgements,
    words::Notice,
};
use crate::{
    console::{Console, access::Standing},
    sandbox::Sandbox,
};

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

/// The names in a page's address; an address that is no text leads nowhere.
pub(super) struct Path<T>(pub(super) T);

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
        Frame { signed_in: self.signed_in, ..frame }
    }

    /// The same for somebody who is not let in yet: no section, and nothing about the sandbox.
    pub(super) fn bare_frame(&self, title: &str) -> Frame {
        let frame = self.frame(None, title);
        Frame { is_bare: true, alerts: Vec::new(), ..frame }
    }

    /// The gateway's address as this browser's machine would call it, such as `https://localhost:8443`.
    pub(super) fn gateway_url(&self) -> String {
        let listen = self.pages.console.gateway.address;
        match &self.host {
            // A gateway bound to one address only is reached by that address, or on loopback by the certificate's name.
            _ if !listen.ip().is_unspecified() && !listen.ip().is_loopback() => {
                format!("https://{listen}")
            }
            Some(host) if listen.ip().is_unspecified() => {
                format!("https://{host}:{}", listen.port())
            }
            Some(_) | None => format!("https://localhost:{}", listen.port()),
        }
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
        let host =
            parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(host_name);
        let signed_in = parts.extensions.get::<Standing>() == Some(&Standing::Session);
        Ok(Self { pages: pages.clone(), token, notice, host, signed_in })
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Pages> for Path<T> {
    type Rejection = Page;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Page> {
        if let Ok(extract::Path(names)) = extract::Path::from_request_parts(parts, pages).await {
            return Ok(Self(names));
        }
        let Ok(visit) = Visit::from_request_parts(parts, pages).await;
        Err(fault::missing(
            &visit,
            "Cette adresse est illisible : ses caractères encodés ne forment pas un texte UTF-8.",
        ))
    }
}

/// To a page that tells what was done.
pub(super) fn done(path: &str, notice: Notice) -> Redirect {
    Redirect::to(&format!("{path}?fait={}", notice.key()))
}

/// The name in a `Host` header, if it can stand in a command that people paste: letters, digits, dots, hyphens, or an address.
fn host_name(host: &str) -> Option<String> {
    if let Some((bracketed, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return bracketed.parse::<IpAddr>().ok().map(|address| format!("[{address}]"));
    }
    let name = host.split(':').next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    (!name.is_empty() && !name.starts_with('-') && name.bytes().all(plain)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_host_name_goes_into_a_command() {
        for (host, name) in [
            ("localhost:8080", Some("localhost")),
            ("bacasable", Some("bacasable")),
            ("[::1]:8080", Some("[::1]")),
            ("x;rm -rf ~", None),
            ("$(id)", None),
            ("-o", None),
            ("[x]", None),
        ] {
            assert_eq!(host_name(host).as_deref(), name, "{host}");
        }
    }
}
