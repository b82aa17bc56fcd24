//! Stands around everything that the console serves: [`Access`] decides, and whoever is turned away gets a page or a problem
//! document, as fits who asks.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    access::{Access, Refused, Stranger},
    browser::for_people,
    free::LOGIN,
    pages,
    problem::{Problem, unauthorised},
};

pub(super) async fn layer(
    State(access): State<Arc<Access>>,
    mut request: Request,
    next: Next,
) -> Response {
    match access.admit(&request) {
        Ok(standing) => {
            request.extensions_mut().insert(standing);
            next.run(request).await
        }
        Err(refused) => turn_away(refused, &request),
    }
}

fn turn_away(refused: Refused, request: &Request) -> Response {
    let path = request.uri().path();
    let wants_page = for_people(request.headers(), path);
    // The script that refreshes a part of a page must not be given the form in its place.
    let is_part = path.starts_with("/fragments/");
    match refused {
        Refused::Stranger(Stranger::Unknown(name)) if wants_page => pages::unknown_host(&name),
        Refused::Stranger(stranger) => Problem::from(stranger).into_response(),
        Refused::Locked if wants_page && !is_part => to_login(request),
        Refused::Locked => unauthorised(),
        Refused::Foreign => Problem::forbidden(
            "an order that a browser sends from a page of another site is not obeyed",
        )
        .into_response(),
    }
}

/// To the form, and from there to what was asked for.
fn to_login(request: &Request) -> Response {
    let asked = match *request.method() {
        Method::GET => request.uri().path_and_query().map_or("/", |asked| asked.as_str()),
        _ => "/",
    };
    Redirect::to(&format!("{LOGIN}?vers={}", utf8_percent_encode(asked, NON_ALPHANUMERIC)))
        .into_response()
}

impl From<Stranger> for Problem {
    fn from(stranger: Stranger) -> Self {
        match stranger {
            Stranger::Unknown(name) => Self::misdirected(format!(
                "this console does not answer to the name {name:?} in Host; if it is this machine's, name it in the setting \
                 console.hosts, or in gateway.server_names for the server certificate too: docs/configuration.md, \"Under another \
                 name\" (a web site's name that leads here must not be obeyed: DNS rebinding)"
            )),
            Stranger::Absent => Self::unreadable("expected a Host header"),
            Stranger::Doubled => Self::unreadable("expected one Host header, there are several"),
            Stranger::Unreadable => Self::unreadable("the Host header is no host[:port]"),
        }
    }
}
