//! `tokens`: mint one for a test, list the active ones, revoke. The value of a token is told once, to whoever mints it.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::{Body, Path, Query},
    schema::{self, Shape, closed, integer, integer_from, list, moment, object, text},
};
use crate::{
    config::TokenReissue,
    directory::{Convention, Directory},
    sandbox::Sandbox,
    tokens::{Request, Token},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(TOKENS, active)
            .about("The tokens issued here that still count; never their value")
            .query("partner", "The partner's id", text())
            .answers(200, "Tokens, oldest first", list(schema::the("Token")))
            .refuses(400),
        Endpoint::post(TOKENS, mint)
            .about("Mint a token of any partner, of any age")
            .takes(schema::the("TokenOrder"))
            .answers(201, "The token", schema::the("MintedToken"))
            .refuses(500),
        Endpoint::delete(TOKENS, revoke_all)
            .about("Revoke every token there is, or those of one partner; those issued before a restart too")
            .query("partner", "The partner's id", text())
            .answers(200, "How many of them were known", schema::the("Revoked"))
            .refuses(400),
        Endpoint::delete(TOKEN, revoke)
            .about("Revoke one token")
            .answers(200, "It is revoked", schema::the("Revoked"))
            .refuses(404),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let token = || {
        object([
            ("id", text().into()),
            ("partner", schema::or_null(text(), utoipa::openapi::Type::String).into()),
            ("scopes", list(text())),
            ("issued_at", moment().into()),
            ("expires_at", moment().into()),
        ])
    };
    let expires_in = integer_from(-LONGEST, LONGEST)
        .description(Some("Seconds; negative for one that has expired"));
    let order = schema::given_or_null(
        object([("partner", text().into())]),
        [("scopes", list(text())), ("expires_in", expires_in.into())],
    );
    let minted = object([
        ("access_token", text().into()),
        ("token_type", text().into()),
        ("expires_in", integer().into()),
        ("scope", text().into()),
        ("id", text().into()),
        ("partner", text().into()),
        ("expires_at", moment().into()),
    ]);
    vec![
        ("Token", token().into()),
        ("TokenOrder", closed(order).into()),
        ("MintedToken", minted.into()),
        ("Revoked", object([("revoked", integer().into())]).into()),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    partner: String,
    scopes: Option<Vec<String>>,
    expires_in: Option<i64>,
}

async fn active(State(sandbox): State<Arc<Sandbox>>, query: Query) -> Result<Json<Value>, Problem> {
    let directory = sandbox.directory();
    let key = key(query, &directory)?;
    let tokens = sandbox.tokens.active(sandbox.clock.now());
    let request = tokens.iter().filter(|token| key.as_ref().is_none_or(|key| *key == token.key));
    Ok(Json(request.map(|token| view(token, &directory)).collect()))
}

async fn mint(
    State(sandbox): State<Arc<Sandbox>>,
    Body(request): Body<TokenRequest>,
) -> Result<Response, Problem> {
    let TokenRequest { partner, scopes, expires_in } = request;
    let _turn = sandbox.turn();
    let directory = sandbox.directory();
    let unknown =
        || Problem::unprocessable("/partner", format!("no convention has the id {partner:?}"));
    let convention = directory.convention(&partner).ok_or_else(unknown)?;
    let seconds = lifetime(&sandbox, expires_in)?;
    let request = Request {
        key: &convention.application.key,
        scopes: granted(convention, scopes)?,
        lifetime: SignedDuration::from_secs(seconds),
        reissue: TokenReissue::Keep,
    };
    let issued = sandbox
        .tokens
        .issue(request, sandbox.clock.now())
        .map_err(|error| Problem::internal(&error))?;
    let body = json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": seconds,
        "scope": issued.token.scope(),
        "id": issued.token.id,
        "partner": partner,
        "expires_at": issued.token.expires,
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

async fn revoke_all(
    State(sandbox): State<Arc<Sandbox>>,
    query: Query,
) -> Result<Json<Value>, Problem> {
    let key = key(query, &sandbox.directory())?;
    Ok(Json(json!({ "revoked": withdraw(&sandbox, key.as_deref()) })))
}

/// Revokes the tokens of an application, or all; how many of them were known.
pub(super) fn withdraw(sandbox: &Sandbox, key: Option<&str>) -> usize {
    let _turn = sandbox.turn();
    let known = sandbox.tokens.active(sandbox.clock.now());
    sandbox.tokens.revoke_all(key);
    known.iter().filter(|token| key.is_none_or(|key| *key == token.key)).count()
}

async fn revoke(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let _turn = sandbox.turn();
    match sandbox.tokens.revoke_id(&id, sandbox.clock.now()) {
        true => {
            sandbox.note_outgrown();
            Ok(Json(json!({ "revoked": 1 })))
        }
        false => Err(Problem::not_found(format!("no token of the id {id:?} is known here"))),
    }
}

/// The consumer key of the partner that the query names, if it names one.
fn key(mut query: Query, directory: &Directory) -> Result<Option<String>, Problem> {
    let key =
        |id: &str| directory.convention(id).map(|convention| convention.application.key.clone());
    let key = query.read("partner", "the id of a convention", key)?;
    query.finish()?;
    Ok(key)
}

fn lifetime(sandbox: &Sandbox, request: Option<i64>) -> Result<i64, Problem> {
    let usual = sandbox.config.gateway.token_lifetime_seconds.get();
    let seconds = request.unwrap_or(i64::try_from(usual).unwrap_or(LONGEST));
    let end = sandbox.clock.now().checked_add(SignedDuration::from_secs(seconds));
    match end {
        Ok(end) if (-LONGEST..=LONGEST).contains(&seconds) && end > Timestamp::UNIX_EPOCH => {
            Ok(seconds)
        }
        Ok(_) | Err(_) => {
            let detail =
                format!("{seconds} seconds: expected from {} to {LONGEST}, after 1970", -LONGEST);
            Err(Problem::unprocessable("/expires_in", detail))
        }
    }
}

/// The scopes to grant: those of the convention, all of them when none is named. The product never grants others.
fn granted(convention: &Convention, request: Option<Vec<String>>) -> Result<Vec<String>, Problem> {
    let open = convention.scopes();
    let Some(request) = request else { return Ok(open.into_iter().map(str::to_owned).collect()) };
    match request.iter().position(|scope| !open.contains(&scope.as_str())) {
        None => Ok(request),
        Some(at) => {
            let detail = format!(
                "the convention does not open {:?}: it opens {}",
                request[at],
                open.join(", ")
            );
            Err(Problem::unprocessable(format!("/scopes/{at}"), detail))
        }
    }
}

fn view(token: &Token, directory: &Directory) -> Value {
    json!({
        "id": token.id,
        "partner": directory.of_application(&token.key).map(|convention| &convention.id),
        "scopes": token.scopes,
        "issued_at": token.issued,
        "expires_at": token.expires,
    })
}

const TOKENS: &str = "/admin/v1/tokens";
const TOKEN: &str = "/admin/v1/tokens/{id}";

/// Ten years, in seconds.
const LONGEST: i64 = 315_360_000;
