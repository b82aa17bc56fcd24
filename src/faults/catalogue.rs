//! What an order can be aimed at, and which codes can be answered: so that a fault that could never apply is refused when
//! it is ordered, not missed when it is waited for.

use crate::{
    product::{GatewayCode, TokenError},
    rights::ApiId,
};

/// Every operation and every code.
#[derive(Clone, Debug)]
pub struct Catalogue {
    operations: Vec<Operation>,
    lines: Vec<Lines>,
}

/// What an API answers a status with that is ordered.
#[derive(Clone, Debug)]
pub struct Lines {
    pub api: ApiId,
    /// Its messages for an HTTP status that is ordered, with that status.
    pub messages: Vec<(u16, &'static str)>,
}

/// Something that can be called.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The API; none for the gateway's own.
    pub api: Option<ApiId>,
    /// The name, as in the journal.
    pub name: &'static str,
    /// What a call can be told apart by: attributes by their path, parameters, form fields.
    pub parameters: Vec<String>,
    /// The codes of its API that it can answer with; none for the gateway's own.
    pub codes: Vec<&'static str>,
    /// Whether an incident of the API touches it: every operation of an API but the question about its state of health.
    pub searches: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// The gateway product's.
    Product(&'static GatewayCode),
    /// An API's own.
    Api(String),
    /// The token endpoint's.
    Token(&'static TokenError),
}

impl Catalogue {
    /// The operations of the APIs, and what each API can answer; the gateway's own operations are added.
    pub fn new(operations: Vec<Operation>, lines: Vec<Lines>) -> Self {
        let fields = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let own = [
            Operation {
                api: None,
                name: TOKEN,
                parameters: fields(&["grant_type", "scope", "client_id"]),
                codes: Vec::new(),
                searches: false,
            },
            Operation {
                api: None,
                name: REVOKE,
                parameters: fields(&["token_type_hint", "client_id"]),
                codes: Vec::new(),
                searches: false,
            },
            Operation {
                api: None,
                name: JWKS,
                parameters: Vec::new(),
                codes: Vec::new(),
                searches: false,
            },
        ];
        Self { operations: operations.into_iter().chain(own).collect(), lines }
    }

    /// The operations that an order may mean: those of this API and this name, as far as they are given. The gateway's
    /// own must be named: an order without an operation is for the APIs.
    pub fn operations<'a>(
        &'a self,
        api: Option<ApiId>,
        name: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Operation> + 'a {
        self.operations.iter().filter(move |one| {
            let named = name.map_or(one.api.is_some(), |name| one.name == name);
            named && (api.is_none() || one.api == api)
        })
    }

    /// The names of the operations of an API, or of all.
    pub fn names(&self, api: Option<ApiId>) -> Vec<&'static str> {
        self.operations
            .iter()
            .filter(|one| api.is_none() || one.api == api)
            .map(|one| one.name)
            .collect()
    }

    /// The messages that this operation can answer an ordered status with.
    pub fn messages(&self, status: u16, operation: &Operation) -> Vec<&'static str> {
        let lines = operation.api.and_then(|api| self.lines_of(api));
        let all = lines.map(|lines| lines.messages.as_slice()).unwrap_or_default();
        all.iter().filter(|(of, _)| *of == status).map(|(_, message)| *message).collect()
    }

    fn lines_of(&self, api: ApiId) -> Option<&Lines> {
        self.lines.iter().find(|lines| lines.api == api)
    }
}

impl Operation {
    /// The code of this name that it can answer with.
    pub fn code(&self, text: &str) -> Option<Code> {
        if let Some(code) = GatewayCode::orderable(text) {
            return Some(Code::Product(code));
        }
        match self.api {
            Some(_) => self.codes.contains(&text).then(|| Code::Api(text.to_owned())),
            None if self.name == JWKS => None,
            None => TokenError::named(text).map(Code::Token),
        }
    }
}

/// `POST /token`.
pub const TOKEN: &str = "token";
/// `POST /revoke`.
pub const REVOKE: &str = "revoke";
/// `GET /oauth2/jwks`.
pub const JWKS: &str = "jwks";
