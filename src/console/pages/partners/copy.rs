//! "Dupliquer cette convention": the file of another partner that opens the same, to download.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use http::{HeaderName, header};
use serde::Deserialize;

use super::sheet::{self, SentForm};
use crate::console::pages::{forgery::Fields, page::Page, path::Path, typed::Typed, visit::Visit};

/// The fields of the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CopyRequest {
    identifiant: String,
    organisme: String,
    siret: String,
}

/// `GET /partenaires/{id}/copie`: the file; it changes nothing here.
pub(super) async fn file(
    visit: Visit,
    Path(id): Path<String>,
    Query(request): Query<CopyRequest>,
) -> Result<Response, Page> {
    let directory = visit.sandbox().directory();
    let convention = directory.convention(&id).ok_or_else(|| sheet::unknown(&visit, &id))?;
    let siret: String = request.siret.chars().filter(|c| !c.is_whitespace()).collect();
    let (new, organisation) = (request.identifiant.trim(), request.organisme.trim());
    let mut wrong = match convention.copied(new, organisation, &siret) {
        Ok(text) if directory.convention(new).is_none() => {
            let name = format!("attachment; filename=\"{new}.toml\"");
            let headers: [(HeaderName, String); 3] = [
                (header::CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, name),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            ];
            return Ok((headers, text).into_response());
        }
        Ok(_) => vec!["Identifiant : une convention le porte déjà."],
        Err(keys) => keys.iter().map(|key| sentence(key)).collect(),
    };
    wrong.dedup();
    let typed = [
        ("identifiant", request.identifiant),
        ("organisme", request.organisme),
        ("siret", request.siret),
    ];
    let fields: Vec<_> = typed.map(|(name, value)| (name.to_owned(), value)).into();
    let typed = Typed::refused(Fields::from(fields), wrong.into_iter().map(str::to_owned), &LABELS);
    Err(sheet::refused(&visit, &id, SentForm::Copy, typed).await)
}

/// Labels of fields, and their names.
const LABELS: [(&str, &str); 3] =
    [("Identifiant", "identifiant"), ("Organisme", "organisme"), ("SIRET", "siret")];

/// What is wrong with a field, by its label.
fn sentence(key: &str) -> &'static str {
    match key {
        "id" => {
            "Identifiant : des lettres minuscules, des chiffres et des tirets sont attendus, 64 au plus."
        }
        "organisation" => "Organisme : de 1 à 256 caractères sont attendus.",
        "siret" => "SIRET : les 14 chiffres d'un SIRET fictif valide sont attendus.",
        _ => "Convention : elle ne peut pas être dupliquée telle quelle.",
    }
}
