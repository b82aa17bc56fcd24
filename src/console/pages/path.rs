use axum::{
    extract::{self, FromRequestParts},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::{
    fault,
    page::Page,
    visit::{Pages, Visit},
};

/// The names in a page's address; an address that is no text leads nowhere.
pub(super) struct Path<T>(pub(super) T);

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
