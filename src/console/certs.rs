//! `/certs/...`: the test certificates, for clients that do not share the folder with the server.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::header;

use super::problem::Problem;
use crate::{pki, sandbox::Sandbox};

/// `GET /certs/{*name}`: same names as in the folder.
pub(super) async fn file(State(sandbox): State<Arc<Sandbox>>, Path(name): Path<String>) -> Result<Response, Problem> {
    let config = &sandbox.config;
    let unknown = || Problem::not_found(format!("no file {name:?} is given away: expected such as ca.pem"));
    let path = pki::public_file(&config.certs, config.gateway.own_pki, &name).ok_or_else(unknown)?;
    let bytes = tokio::fs::read(path).await.map_err(|_| unknown())?;
    let media = if name.ends_with(".p12") { "application/x-pkcs12" } else { "application/x-pem-file" };
    let plain = name.rsplit('/').next().unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
