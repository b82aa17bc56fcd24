//! `/certs/...`: the test certificates, for clients that do not share the folder with the server; as files, or all that one
//! client needs as JSON.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::header;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::Path,
    schema::{Shape, text, the},
};
use crate::{directory::Convention, files, peer::ClientCertificate, pki, sandbox::Sandbox};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let pem = || (PEM, text().into());
    let all = || ("application/json", the::<ClientBundle>());
    let endpoint = |endpoint: Endpoint, about, content: Vec<(&str, Shape)>| {
        endpoint
            .about(about)
            .describes::<ClientBundle>()
            .answers_any(200, "The file", content)
            .refuses(404)
    };
    vec![
        endpoint(
            Endpoint::get("/certs/{name}", async |sandbox: SandboxState, name: Name| {
                file(sandbox, "", name).await
            }),
            "The authority's certificate (ca.pem), the list of revoked ones (crl.pem)",
            vec![pem()],
        ),
        endpoint(
            Endpoint::get("/certs/clients/{name}", async |sandbox: SandboxState, name: Name| {
                client(sandbox, "", name).await
            }),
            "A partner's test certificate (ID.pem), its key (ID.key), both in one (ID-combined.pem, ID.p12), or all that its client \
             needs (ID.json)",
            vec![pem(), (PKCS12, text().into()), all()],
        ),
        endpoint(
            Endpoint::get(
                "/certs/clients/invalid/{name}",
                async |sandbox: SandboxState, name: Name| client(sandbox, "invalid/", name).await,
            ),
            "A client certificate with one fault (FAULT.pem), its key (FAULT.key), or all that a client which shows it needs \
             (FAULT.json)",
            vec![pem(), all()],
        ),
    ]
}

// Nullable: what a certificate has not that is no partner's.
#[derive(Serialize, ToSchema)]
struct ClientBundle {
    /// The convention's id; null for a certificate that is no partner's
    #[schema(required)]
    partner: Option<String>,
    /// What siretDemandeur must be
    #[schema(required)]
    siret: Option<String>,
    /// client_id at the token endpoint
    #[schema(required)]
    consumer_key: Option<String>,
    /// client_secret at the token endpoint
    #[schema(required)]
    consumer_secret: Option<String>,
    /// The authority that signed the server's certificate (PEM)
    ca: String,
    /// The client's certificate (PEM)
    certificate: String,
    /// Its key (PEM, PKCS#8)
    key: String,
    /// Key, certificate and authority (PKCS#12, base64)
    pkcs12: String,
    /// The password of pkcs12
    pkcs12_password: &'static str,
}

/// A client's file, or with `.json` all of them at once.
async fn client(sandbox: SandboxState, kind: &str, Path(name): Name) -> Result<Response, Problem> {
    match name.strip_suffix(".json") {
        Some(id) => bundle(&sandbox, kind, id).await,
        None => file(sandbox, &format!("clients/{kind}"), Path(name)).await,
    }
}

async fn bundle(sandbox: &Sandbox, kind: &str, id: &str) -> Result<Response, Problem> {
    let (dir, own_pki) = (sandbox.config.certs.clone(), sandbox.config.gateway.own_pki);
    let name = format!("{kind}{id}");
    let read = tokio::task::spawn_blocking(move || {
        let bundle = pki::client_bundle(&dir, own_pki, &name)?;
        Ok::<_, pki::PkiError>(bundle.zip(pki::client_certificate(&dir, &name)))
    });
    let read = read.await.map_err(|panic| Problem::internal(&panic))?;
    let found = read.map_err(|fault| Problem::internal(&fault))?;
    let (bundle, chain) = found.ok_or_else(|| unknown(&format!("{id}.json")))?;
    let directory = sandbox.directory();
    let named = || directory.named_by(&ClientCertificate::read(chain), sandbox.clock.now());
    let partner = directory.convention(id).or_else(named);
    let of = |value: fn(&Convention) -> String| partner.map(|convention| value(convention));
    let body = ClientBundle {
        partner: of(|convention| convention.id.clone()),
        siret: of(|convention| convention.siret.to_string()),
        consumer_key: of(|convention| convention.application.key.clone()),
        consumer_secret: of(|convention| convention.application.secret.clone()),
        ca: bundle.authority,
        certificate: bundle.certificate,
        key: bundle.key,
        pkcs12: STANDARD.encode(bundle.pkcs12),
        pkcs12_password: pki::PASSWORD,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

type SandboxState = State<Arc<Sandbox>>;
type Name = Path<String>;

/// A file of the folder, same name.
async fn file(
    State(sandbox): SandboxState,
    below: &str,
    Path(name): Name,
) -> Result<Response, Problem> {
    let config = &sandbox.config;
    let path = pki::public_file(&config.certs, config.gateway.own_pki, &format!("{below}{name}"))
        .ok_or_else(|| unknown(&name))?;
    let read = tokio::task::spawn_blocking(move || files::read(&path, files::MOST)).await;
    let bytes = read.map_err(|error| Problem::internal(&error))?.map_err(|_| unknown(&name))?;
    let media = if name.ends_with(".p12") { PKCS12 } else { PEM };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn unknown(name: &str) -> Problem {
    Problem::not_found(format!("no file {name:?} is given away here"))
}

const PEM: &str = "application/x-pem-file";
const PKCS12: &str = "application/x-pkcs12";
