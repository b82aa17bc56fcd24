//! The APIs behind the gateway: what each one offers, and the socket into which it plugs.
//!
//! An API declares its resources once, in one table that the gateway matches (404, 405, scope, operation's name), and
//! answers a [`Request`] that has passed every control. It knows no connection, no token and no quota.

mod correlation;
mod document;
mod example;
mod fault_table;
pub mod ficoba;
mod nearest;
mod noted;
mod person;
pub mod r2p;
mod refresh;
mod refusals;
pub(crate) mod refused;
mod route;
mod schema;
pub mod sfip;
mod unreadable;
mod world;

use std::{fmt, path::Path, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::openapi::OpenApi;

use self::{
    correlation::{CORRELATION_ID, correlation},
    route::Paths,
};
pub use self::{
    example::{Ask, Example},
    refresh::{RefreshError, Stamps, follow, refresh},
    route::{FoundResource, Route},
    unreadable::{announced, not_json, unreadable},
    world::{World, pki_holder, pki_plan},
};
use crate::{
    admission::Call,
    availability::Cause,
    config::Config,
    domain::Motif,
    faults::{Catalogue, Code, Lines, Operation},
    fixtures::Diagnostic,
    journal::{Facts, Seal},
    product::codes,
    register::Register,
    rights::{ApiId, Search, each_api},
    sandbox::Series,
};

/// A resource of an API.
#[derive(Debug)]
pub struct Resource {
    /// The one method it takes.
    pub method: Method,
    /// Its path below the API's context; segments in braces stand for any one segment each.
    pub template: &'static str,
    /// The operation's name, in the journal and in faults.
    pub operation: &'static str,
    /// The OAuth2 scope it asks for.
    pub scope: Option<&'static str>,
}

/// The name of a key or of a parameter, and whether a text is one of the values that the contract enumerates for it.
pub type Enumerated = (&'static str, fn(&str) -> bool);

/// An API, as the gateway sees it.
pub trait Api: Send + Sync {
    fn id(&self) -> ApiId;

    /// Its resources; exact paths are matched before templates.
    fn resources(&self) -> &'static [Resource];

    /// The operation that asks for the API's state of health, when it has one.
    fn health(&self) -> Option<&'static str> {
        None
    }

    /// Answers a request that passed every control.
    fn answer(&self, request: &Request<'_>) -> Answer;

    /// The names by which a request of this resource can be told apart: attributes of the body by their path
    /// (`justification`, `criteresRecherche.iban`), parameters of the query or of the path (`nom`, `spi`).
    fn parameters(&self, resource: &Resource) -> Vec<String>;

    /// Keys and parameters whose values the contract enumerates, with whether a text is one of these values.
    fn enumerated(&self) -> &'static [Enumerated] {
        &[]
    }

    /// Every code of this API that [`Api::fault`] can answer with, as documented (`CAT004`, `4003`).
    fn codes(&self) -> Vec<&'static str>;

    /// Those that a request of this resource can be answered with.
    fn codes_at(&self, resource: &Resource) -> Vec<&'static str> {
        let _ = resource;
        self.codes()
    }

    /// What a code of this API says, and when it is given here; `None` when it has no such code.
    fn words(&self, code: &str) -> Option<Words>;

    /// The messages among which an order of an HTTP status may choose, with that status; none for a status that the API has no
    /// words of its own for.
    fn messages(&self) -> Vec<(u16, &'static str)>;

    /// The call that asks this: parameters go into the braces of the path and into the query, unless the API has another way.
    fn example(&self, ask: Ask<'_>) -> Example {
        Example::by_parameters(self.id(), ask)
    }

    /// Every motif that is known: its number, what it is called and the text that allows it, in French.
    fn motifs(&self) -> Vec<(Motif, &str, &str)> {
        Vec::new()
    }

    /// The searches that a motif opens, in the words of [`Search::motifs`]; none for an unknown motif.
    fn searches_of(&self, motif: Motif) -> Vec<&'static str> {
        let _ = motif;
        Vec::new()
    }

    /// What a caller is answered while the API is closed. The Swagger of R2P has no code for it, so the gateway answers: the API
    /// is blocked while a maintenance is announced, and cannot be reached in an incident (*decision*).
    fn closed(&self, cause: Cause) -> Code {
        Code::Product(match cause {
            Cause::Incident => &codes::BACKEND_UNREACHABLE,
            Cause::DailyClosure | Cause::Tail | Cause::Maintenance | Cause::Announced => {
                &codes::API_BLOCKED
            }
        })
    }

    /// The answer to `request` when it is made to fail like this, written by the very path that writes the API's own
    /// anomalies: envelope, words, status, headers, and the code in the facts. Any code may be ordered for any resource.
    ///
    /// # Errors
    /// The API has no such code, or no words of its own for this status: what is noted of the request all the same.
    fn fault(&self, ordered: Ordered<'_>, request: &Request<'_>) -> Result<Answer, Box<Facts>>;
}

/// A code in words, in French.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What the client reads.
    pub message: String,
    /// When it is given here.
    pub when: String,
    /// What the client's author can do.
    pub remedy: &'static str,
}

/// A motif of interrogation in words, in French.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotifWords {
    /// Four digits.
    pub code: String,
    /// What it is called.
    pub label: String,
    /// The text that allows it.
    pub ground: String,
}

/// `0001 : Recouvrement forcé. Fondement juridique : Livre des procédures fiscales, article L. 262`
impl fmt::Display for MotifWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} : {}. Fondement juridique : {}", self.code, self.label, self.ground)
    }
}

/// A failure that a tester ordered, through the console or by the data of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordered<'a> {
    /// This code of the API's own.
    Code(&'a str),
    /// This HTTP status, in the API's own words (FICOBA: annexe 9, 18.1): those of the message, or the default ones.
    Status(StatusCode, Option<&'a str>),
}

/// A request that passed every control.
pub struct Request<'a> {
    /// The proof, and under which convention.
    pub call: &'a Call,
    /// Which of the simulated gateways let it in, from 0.
    pub node: usize,
    pub resource: &'static Resource,
    /// The path below the API's context, percent-encoded as it came.
    pub path: &'a str,
    /// The query string, as it came.
    pub query: Option<&'a str>,
    /// The headers, with an `X-Request-ID` in any case.
    pub headers: &'a HeaderMap,
    /// Whether the client sent no `X-Request-ID`, so that the gateway made it.
    pub request_id_made: bool,
    pub body: &'a Bytes,
    /// The world to search: the one of the moment the request came in.
    pub register: Arc<Register>,
    /// The product's time of the request.
    pub now: Timestamp,
    /// The references that demands are given.
    pub references: Series<'a>,
    /// The digests of this run, for what the journal may compare and not keep.
    pub seal: &'a Seal,
    /// The settings.
    pub config: &'a Config,
}

impl<'a> Request<'a> {
    /// What stands in the place of the braces of this name, percent-encoded as it came.
    pub fn segment(&self, name: &str) -> Option<&'a str> {
        self.resource.segments(self.path).find(|(own, _)| *own == name).map(|(_, text)| text)
    }
}

/// What an API answers.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body's media type.
    pub media: &'static str,
    pub body: Bytes,
    /// What the journal keeps of the request.
    pub facts: Facts,
}

macro_rules! declare {
    ($($(#[$doc:meta])* $variant:ident = $module:ident,)+) => {
        /// Every API with its fixtures, in the order of [`ApiId::ALL`].
        fn load(fixtures: Option<&Path>) -> Result<[Box<dyn Api>; ApiId::ALL.len()], Vec<Diagnostic>> {
            Ok([$(Box::new($module::$variant::load(fixtures)?)),+])
        }

        /// The OpenAPI document of an API.
        pub fn openapi(api: ApiId) -> OpenApi {
            match api {
                $(ApiId::$variant => $module::openapi(),)+
            }
        }
    };
}
each_api!(declare);

/// Every API, ready to answer.
pub struct Apis {
    all: [Box<dyn Api>; ApiId::ALL.len()],
    paths: [Paths; ApiId::ALL.len()],
}

impl Apis {
    /// The APIs, with their fixtures: embedded ones, then those of the folder.
    ///
    /// # Errors
    /// Everything wrong in the fixtures.
    pub fn load(fixtures: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        let all = load(fixtures)?;
        let paths = all.each_ref().map(|api| Paths::new(api.as_ref()));
        Ok(Self { all, paths })
    }

    pub fn api(&self, id: ApiId) -> &dyn Api {
        self.all[id as usize].as_ref()
    }

    pub fn resource(&self, search: &Search) -> &'static Resource {
        let mut resources = self.api(search.api).resources().iter();
        let found = resources.find(|resource| resource.template == search.resource);
        found.expect("a search has its resource: a test looks at each")
    }

    /// Every motif that is known, of every API.
    pub fn motifs(&self) -> Vec<Motif> {
        self.all.iter().flat_map(|api| api.motifs()).map(|(motif, ..)| motif).collect()
    }

    /// What a motif is called and the text that allows it; nothing for a motif that no API knows.
    pub fn motif(&self, wanted: Motif) -> Option<MotifWords> {
        let all = self.all.iter().flat_map(|api| api.motifs());
        let (_, label, ground) = all.into_iter().find(|(motif, ..)| *motif == wanted)?;
        let (label, ground) = (label.to_owned(), ground.to_owned());
        Some(MotifWords { code: wanted.to_string(), label, ground })
    }

    /// The searches that a motif opens, whichever API they are of.
    pub fn searches_of(&self, motif: Motif) -> Vec<&'static str> {
        self.all.iter().flat_map(|api| api.searches_of(motif)).collect()
    }

    /// Every operation and every code that a fault can be ordered for.
    pub fn catalogue(&self) -> Catalogue {
        let of = |api: &'_ dyn Api| {
            let named = |resource: &'static Resource| {
                let parameters = api.parameters(resource);
                let searches = api.health() != Some(resource.operation);
                Operation {
                    api: Some(api.id()),
                    name: resource.operation,
                    parameters,
                    codes: api.codes_at(resource),
                    searches,
                }
            };
            api.resources().iter().map(named).collect::<Vec<_>>()
        };
        let operations = self.all.iter().flat_map(|api| of(api.as_ref())).collect();
        let lines = self.all.iter().map(|api| Lines { api: api.id(), messages: api.messages() });
        Catalogue::new(operations, lines.collect())
    }
}
