//! `/donnees`: who lives in the fictitious world, and how to ask for them.

mod account;
mod record;
mod search;
mod sheet;

use axum::{Router, routing::get};

pub(super) use self::sheet::calls;
use super::visit::Pages;

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/donnees", get(search::page))
        .route("/donnees/personas/{id}", get(sheet::of_persona))
        .route("/donnees/fiches/{identifier}", get(sheet::of_identifier))
}
