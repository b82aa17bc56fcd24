//! Pages for what went wrong: each says what, and where to go from there.

use askama::Template;
use axum::{
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{forgery::Forgery, frame::Frame, page::Page, visit::Visit};
use crate::console::{browser::for_people, problem};

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage {
    frame: Frame,
    status: u16,
    message: String,
    advice: &'static str,
}

/// 404: there is no such thing.
pub(super) fn missing(visit: &Visit, message: impl Into<String>) -> Page {
    let advice = "L'adresse a pu être mal recopiée, ou l'élément a peut-être été supprimé par une remise à zéro.";
    page(visit, StatusCode::NOT_FOUND, "Introuvable", message.into(), advice)
}

/// 400: what was typed cannot be read.
pub(super) fn unreadable(visit: &Visit, message: impl Into<String>) -> Page {
    page(
        visit,
        StatusCode::BAD_REQUEST,
        "Saisie non reconnue",
        message.into(),
        "Corrigez la saisie, puis recommencez.",
    )
}

/// 500: what the page would show cannot be read.
pub(super) fn unavailable(visit: &Visit, message: impl Into<String>) -> Page {
    let advice = "Corrigez la cause indiquée, puis rouvrez la page.";
    page(visit, StatusCode::INTERNAL_SERVER_ERROR, "Page indisponible", message.into(), advice)
}

/// 403: a form that is not ours.
pub(super) fn forged(visit: &Visit, forgery: Forgery) -> Page {
    let (message, advice) = match forgery {
        Forgery::OtherSite => (
            "Ce formulaire vient d'un autre site que cette console : rien n'a été modifié.",
            "Ouvrez la page dans cette console et recommencez depuis là.",
        ),
        Forgery::NoCookie => (
            "Le navigateur n'a pas renvoyé le cookie de cette console : rien n'a été modifié.",
            "Autorisez les cookies pour cette adresse, rouvrez la page et recommencez.",
        ),
        Forgery::WrongToken => (
            "Ce formulaire n'a pas été établi par cette console : rien n'a été modifié.",
            "La page date sans doute d'avant un redémarrage : rouvrez-la et recommencez.",
        ),
        Forgery::TooLarge => (
            "Ce formulaire dépasse la taille admise : rien n'a été modifié.",
            "Raccourcissez la saisie.",
        ),
    };
    page(visit, StatusCode::FORBIDDEN, "Formulaire refusé", message.to_owned(), advice)
}

/// No page has this path; programs get a problem document.
pub(super) async fn nowhere(visit: Visit, request: Request) -> Response {
    if !for_people(request.headers(), request.uri().path()) {
        return problem::not_found(request.uri().clone()).await.into_response();
    }
    missing(&visit, "Cette page n'existe pas.").into_response()
}

/// The path exists and takes other methods.
pub(super) async fn other_method(visit: Visit, request: Request) -> Response {
    if !for_people(request.headers(), request.uri().path()) {
        return problem::method_not_allowed().await.into_response();
    }
    let message = "Cette adresse ne se consulte pas directement : elle reçoit un formulaire.";
    page(
        &visit,
        StatusCode::METHOD_NOT_ALLOWED,
        "Méthode refusée",
        message.to_owned(),
        "Repartez de l'une des sections.",
    )
    .into_response()
}

fn page(
    visit: &Visit,
    status: StatusCode,
    title: &str,
    message: String,
    advice: &'static str,
) -> Page {
    let frame = visit.frame(None, title);
    Page::with_status(status, &FaultPage { frame, status: status.as_u16(), message, advice })
}
