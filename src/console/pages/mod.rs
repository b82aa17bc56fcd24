//! The pages for people: what the sandbox offers, what an application did, why it was refused.
//!
//! HTML made on the server, in French, with one style sheet and one small script of our own: nothing is fetched from
//! elsewhere, and everything but the live view works without script. The real gateway has a "store" where a partner finds
//! applications, keys and subscriptions; this is no copy of it, and wears neither the State's design system nor a logo.
//!
//! # Design
//! A page leaves by [`page::Page`] alone, which sets the security headers; a form comes in through [`forgery`] alone, which
//! checks where it comes from. What a page shows is read from the functions that the admin API uses, never decided here.

mod assets;
mod attempt;
mod attempts;
mod chart;
mod codes;
mod dataset;
mod explain;
mod fault;
mod forgery;
mod frame;
mod guard;
mod help;
mod home;
mod incidents;
mod journal;
mod judged;
mod login;
mod loss;
mod page;
mod parity;
mod partners;
mod path;
mod recette;
mod reference;
mod refusals;
mod row;
mod shell;
mod show;
mod typed;
mod underway;
mod visit;
mod words;

use std::sync::Arc;

use axum::{Router, middleware::from_fn_with_state, routing::get};

pub(super) use self::login::unknown_host;
use self::{forgery::Forms, visit::Pages};
use super::Console;

/// Every page.
pub(super) fn router(console: Console) -> Router {
    let pages = Pages {
        console,
        forms: Arc::new(Forms::new()),
        judgements: Arc::default(),
        attempts: Arc::default(),
        underway: Arc::default(),
    };
    Router::new()
        .route("/", get(home::page))
        .route("/fragments/accueil", get(home::fragment))
        .merge(partners::routes())
        .merge(dataset::routes())
        .merge(journal::routes())
        .merge(login::routes())
        .merge(incidents::routes())
        .merge(recette::routes())
        .merge(parity::routes())
        .merge(reference::routes())
        .merge(attempt::routes())
        .merge(explain::routes())
        .merge(help::routes())
        .fallback(fault::nowhere)
        .method_not_allowed_fallback(fault::other_method)
        .layer(from_fn_with_state(pages.clone(), guard::layer))
        .route("/assets/{name}", get(assets::serve))
        .with_state(pages)
}
