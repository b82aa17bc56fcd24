//! `/certs/...`: the test certificates, for clients that do not share the folder with the server.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;

use super::{endpoint::Endpoint, problem::Problem, read::Path, schema::text};
use crate::{pki, sandbox::Sandbox};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let endpoint = |endpoint: Endpoint, about| {
        endpoint
            .about(about)
            .answers_as(200, "The file", "application/x-pem-file", text())
            .refuses(404)
    };
    vec![
        endpoint(
            Endpoint::get("/certs/{name}", async |sandbox: Held, name: Name| {
                file(sandbox, "", name).await
            }),
            "The authority's certificate (ca.pem), the list of revoked ones (crl.pem)",
        ),
        endpoint(
            Endpoint::get("/certs/clients/{name}", async |sandbox: Held, name: Name| {
                file(sandbox, "clients/", name).await
            }),
            "A partner's test certificate, its key, or both as PKCS#12",
        ),
        endpoint(
            Endpoint::get("/certs/clients/invalid/{name}", async |sandbox: Held, name: Name| {
                file(sandbox, "clients/invalid/", name).await
            }),
            "A client certificate with one fault, or its key",
        ),
    ]
}

type Held = State<Arc<Sandbox>>;
type Name = Path<String>;

/// A file of the folder, same name.
async fn file(State(sandbox): Held, below: &str, Path(name): Name) -> Result<Response, Problem> {
    let config = &sandbox.config;
    let unknown = || Problem::not_found(format!("no file {name:?} is given away here"));
    let path = pki::public_file(&config.certs, config.gateway.own_pki, &format!("{below}{name}"))
        .ok_or_else(unknown)?;
    let bytes = tokio::fs::read(path).await.map_err(|_| unknown())?;
    let media =
        if name.ends_with(".p12") { "application/x-pkcs12" } else { "application/x-pem-file" };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
