//! `/connexion`: where a browser gives the token, once, and gets a session for it.

use askama::Template;
use axum::{
    Extension, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    forgery::Fields,
    frame::Frame,
    page::Page,
    visit::{Pages, Visit},
};
use crate::console::{access::SessionCookie, free::LOGIN};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route(LOGIN, get(ask).post(log_in)).route("/deconnexion", post(log_out))
}

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    frame: Frame,
    onward: String,
    refused: bool,
}

/// The page shown to somebody who asked for this console by a name that is not its own: it stands alone, because nothing else
/// is served to that name.
#[derive(Template)]
#[template(path = "unknown_host.html")]
struct UnknownHost<'a> {
    name: &'a str,
}

#[derive(Deserialize)]
struct LoginQuery {
    #[serde(default)]
    vers: String,
}

/// 421: the name in `Host` is not this console's.
pub(in crate::console) fn unknown_host(name: &str) -> Response {
    Page::with_status(StatusCode::MISDIRECTED_REQUEST, &UnknownHost { name }).into_response()
}

async fn ask(visit: Visit, Query(asked): Query<LoginQuery>) -> Response {
    let onward = local(asked.vers);
    if !visit.console().access.is_locked() {
        return Redirect::to(&onward).into_response();
    }
    Page::show(&Login { frame: visit.bare_frame("Connexion"), onward, refused: false })
        .into_response()
}

async fn log_in(visit: Visit, Extension(fields): Extension<Fields>) -> Response {
    let field = |name| fields.get(name).unwrap_or_default();
    let onward = local(field("vers").to_owned());
    let Some(cookie) = visit.console().access.log_in(field("jeton")) else {
        let page = Login { frame: visit.bare_frame("Connexion"), onward, refused: true };
        return Page::with_status(StatusCode::FORBIDDEN, &page).into_response();
    };
    let mut response = Redirect::to(&onward).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie.header());
    response
}

async fn log_out(State(pages): State<Pages>, headers: HeaderMap) -> Response {
    pages.console.access.log_out(&headers);
    let mut response = Redirect::to(LOGIN).into_response();
    response.headers_mut().append(header::SET_COOKIE, SessionCookie::forget());
    response
}

/// A path of this console, whatever was asked for: a form must not send anybody to another site.
fn local(path: String) -> String {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if path.starts_with('/') && !path.starts_with("//") && plain { path } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_logs_in_stays_on_this_console() {
        for (asked, led) in [
            ("/journal?partner=a", "/journal?partner=a"),
            ("", "/"),
            ("//exemple.fr", "/"),
            ("/\\exemple.fr", "/"),
            ("https://exemple.fr", "/"),
            ("/\t/exemple.fr", "/"),
            ("journal", "/"),
        ] {
            assert_eq!(local(asked.to_owned()), led, "{asked}");
        }
    }
}
