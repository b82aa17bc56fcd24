//! `dataset/{id}`: what an identifier names in the register, as `bacasable dataset show` tells it.

use std::sync::Arc;

use axum::{Json, extract::State};

use super::{endpoint::Endpoint, problem::Problem, read::Path};
use crate::{register::sheet::Sheet, sandbox::Sandbox};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH, read)
            .about("What a persona's id, an SPI, an IBAN, a SIREN or a SIRET names in the register")
            .answers::<Sheet>(200, "As `bacasable dataset show --format json` has it")
            .refuses(400)
            .refuses(404),
    ]
}

async fn read(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<Sheet>, Problem> {
    let register = sandbox.register();
    // A search of a large population takes a while.
    let found = tokio::task::spawn_blocking(move || match Sheet::of_identifier(&register, &id) {
        Ok(Some((_, sheet))) => Ok(sheet),
        Ok(None) => {
            Err(Problem::not_found(format!("nobody and nothing in the register is {id:?}")))
        }
        Err(error) => Err(Problem::parameter("id", format!("{id:?} is {error}"))),
    });
    found.await.map_err(|error| Problem::internal(&error))?.map(Json)
}

const PATH: &str = "/admin/v1/dataset/{id}";
