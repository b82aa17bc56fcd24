//! `dataset/{id}`: what an identifier names in the register, as `bacasable dataset show` tells it.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::Value;

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::Path,
    schema::{self, Shape, list, object, optional, text},
};
use crate::{register::view::Sheet, sandbox::Sandbox};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH, read)
            .about("What a persona's id, an SPI, an IBAN, a SIREN or a SIRET names in the register")
            .answers(200, "As `bacasable dataset show --format json` has it", schema::the("Sheet"))
            .refuses(400)
            .refuses(404),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let persona = text().description(Some("The persona's id; empty for the generated population"));
    let some = |about: &str| object([]).description(Some(about));
    let members = [
        ("personne", some("The person").into()),
        ("societe", some("The company").into()),
        ("comptes", list(some("An account, with the rights on it"))),
        ("membres", list(some("A person of the group, with their accounts"))),
    ];
    vec![("Sheet", optional(object([("persona", persona.into())]), members).into())]
}

async fn read(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let register = sandbox.register();
    // A search of a large population takes a while.
    let found = tokio::task::spawn_blocking(move || match Sheet::of_wanted(&register, &id) {
        Ok(Some((_, sheet))) => {
            serde_json::to_value(&sheet).map_err(|error| Problem::internal(&error))
        }
        Ok(None) => {
            Err(Problem::not_found(format!("nobody and nothing in the register is {id:?}")))
        }
        Err(error) => Err(Problem::parameter("id", format!("{id:?} is {error}"))),
    });
    found.await.map_err(|error| Problem::internal(&error))?.map(Json)
}

const PATH: &str = "/admin/v1/dataset/{id}";
