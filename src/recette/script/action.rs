//! What a step becomes for one partner: a request of its own, or an order to the console.

use serde_json::Value;

use super::{TOKEN, UUID};
use crate::{api::Example, directory::Convention};

/// What to do, to the last detail.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The partner sends a request.
    Send(Box<Request>),
    /// The partner asks for a token with this form.
    AskToken(Vec<(&'static str, String)>),
    /// The partner gives its token back.
    Revoke,
    /// The console is given an order.
    Order(Order),
    /// The token that the console's answer to this order holds is the one of the next calls.
    MintedBy(Order),
    /// The partner shows a renewed certificate from now on.
    NewCertificate,
}

/// A request of the partner's; [`UUID`] and [`TOKEN`] stand for what is made at the last moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// The path and the query.
    pub path: String,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    pub certificate: Shown,
    /// The scopes to ask for, when not those of the convention.
    pub scope: Option<String>,
    /// How long the client waits for the answer, in milliseconds, when it is in a hurry.
    pub patience_ms: Option<u64>,
}

impl Request {
    /// A request as a good client of this partner's sends it: its own certificate, token and identifiers; no body yet.
    pub fn good(convention: &Convention, method: &str, path: String) -> Self {
        let mut headers = vec![
            ("X-Correlation-ID".to_owned(), UUID.to_owned()),
            ("X-Request-ID".to_owned(), UUID.to_owned()),
            ("Authorization".to_owned(), format!("Bearer {TOKEN}")),
            ("Accept".to_owned(), "application/json".to_owned()),
        ];
        let teleservice = convention.application.id_teleservice.iter();
        headers.extend(teleservice.map(|id| ("ID_Teleservice".to_owned(), id.clone())));
        let (method, certificate) = (method.to_owned(), Shown::Own);
        Self { method, path, headers, body: None, certificate, scope: None, patience_ms: None }
    }

    /// A good client's request that asks what the example asks.
    pub fn from_example(convention: &Convention, example: &Example) -> Self {
        let request = Self::good(convention, example.method.as_str(), example.path());
        match &example.body {
            Some(body) => request.with_json(body.to_string()),
            None => request,
        }
    }

    /// The same with this body, in JSON.
    #[must_use]
    pub fn with_json(mut self, body: String) -> Self {
        self.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        self.body = Some(body);
        self
    }

    /// Whether it carries a token.
    pub fn bears_token(&self) -> bool {
        self.headers.iter().any(|(_, value)| value.contains(TOKEN))
    }
}

/// Which certificate a request shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The partner's own.
    Own,
    /// None.
    Nothing,
    /// The one of this name below `clients/`.
    Named(String),
}

/// An order to the console, below `/admin/v1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub method: &'static str,
    pub path: String,
    pub body: Value,
}
