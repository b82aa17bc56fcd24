//! What stands around every page, so that none is reached by a form that is not ours.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    fault,
    forgery::{COOKIE, checked, cookie, takes_form},
    visit::{Pages, Visit},
};
use crate::entropy;

/// Gives each browser its cookie, and stops the forms that are not ours.
pub(super) async fn layer(
    State(pages): State<Pages>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = cookie(request.headers()).map(str::to_owned);
    let value = known.clone().unwrap_or_else(|| URL_SAFE_NO_PAD.encode(entropy::bytes::<24>()));
    let token = pages.forms.token(&value);
    request.extensions_mut().insert(token.clone());
    let mut response = match request.method() {
        &Method::GET | &Method::HEAD => next.run(request).await,
        &Method::POST if takes_form(request.uri().path()) => {
            match checked(&pages.forms, known.as_deref(), request).await {
                Ok(request) => next.run(request).await,
                Err(forgery) => fault::forged(&Visit::new(pages, token), forgery).into_response(),
            }
        }
        _ => {
            // No page takes it: 404 or 405, as the path has it. Under a method that no handler has, none can run unchecked.
            *request.method_mut() = nobodys();
            next.run(request).await
        }
    };
    if known.is_none() {
        let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax");
        let cookie = HeaderValue::try_from(cookie).expect("base64 is ASCII");
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A method that no handler has.
fn nobodys() -> Method {
    Method::from_bytes(b"NONE").expect("letters are a method")
}
