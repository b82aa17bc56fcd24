//! `tokens`: mint one for a test, list the active ones, revoke. The value of a token is told once, to whoever mints it.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::{Body, Path, Query},
    schema::{Shape, integer_from, nullable, text},
};
use crate::{
    config::TokenReissue,
    directory::{Convention, Directory},
    sandbox::{Act, Sandbox, Through},
    tokens::{Token, TokenRequest},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(TOKENS, active)
            .about("The tokens issued here that still count; never their value")
            .query("partner", "The partner's id", text())
            .lists::<TokenView>(200, "Tokens, oldest first")
            .refuses(400),
        Endpoint::post(TOKENS, mint)
            .about("Mint a token of any partner, of any age")
            .takes::<TokenOrder>()
            .answers::<MintedToken>(201, "The token")
            .refuses(500),
        Endpoint::delete(TOKENS, revoke_all)
            .about("Revoke every token there is, or those of one partner; those issued before a restart too")
            .query("partner", "The partner's id", text())
            .answers::<Revoked>(200, "How many of them were known")
            .refuses(400),
        Endpoint::delete(TOKEN, revoke)
            .about("Revoke one token")
            .answers::<Revoked>(200, "It is revoked")
            .refuses(404),
    ]
}

#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
struct TokenView {
    id: String,
    #[schema(required)]
    partner: Option<String>,
    scopes: Vec<String>,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenOrder {
    partner: String,
    scopes: Option<Vec<String>>,
    #[schema(schema_with = lifetimes)]
    expires_in: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct MintedToken {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    id: String,
    partner: String,
    expires_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
struct Revoked {
    revoked: usize,
}

fn lifetimes() -> Shape {
    let about = "Seconds; negative for one that has expired";
    nullable(integer_from(-LONGEST, LONGEST).description(Some(about)))
}

async fn active(
    State(sandbox): State<Arc<Sandbox>>,
    query: Query,
) -> Result<Json<Vec<TokenView>>, Problem> {
    let directory = sandbox.directory();
    let key = key(query, &directory)?;
    let tokens = sandbox.tokens.active(sandbox.clock.now());
    let request = tokens.iter().filter(|token| key.as_ref().is_none_or(|key| *key == token.key));
    Ok(Json(request.map(|token| view(token, &directory)).collect()))
}

async fn mint(
    State(sandbox): State<Arc<Sandbox>>,
    Body(request): Body<TokenOrder>,
) -> Result<Response, Problem> {
    let TokenOrder { partner, scopes, expires_in } = request;
    let _turn = sandbox.turn();
    let directory = sandbox.directory();
    let unknown =
        || Problem::unprocessable("/partner", format!("no convention has the id {partner:?}"));
    let convention = directory.convention(&partner).ok_or_else(unknown)?;
    let seconds = lifetime(&sandbox, expires_in)?;
    let request = TokenRequest {
        key: &convention.application.key,
        scopes: granted(convention, scopes)?,
        lifetime: SignedDuration::from_secs(seconds),
        reissue: TokenReissue::Keep,
    };
    let issued = sandbox
        .tokens
        .issue(request, sandbox.clock.now())
        .map_err(|error| Problem::internal(&error))?;
    let body = MintedToken {
        access_token: issued.access_token,
        token_type: "Bearer",
        expires_in: seconds,
        scope: issued.token.scope(),
        id: issued.token.id.clone(),
        partner,
        expires_at: issued.token.expires,
    };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

async fn revoke_all(
    State(sandbox): State<Arc<Sandbox>>,
    query: Query,
) -> Result<Json<Revoked>, Problem> {
    let key = key(query, &sandbox.directory())?;
    Ok(Json(Revoked { revoked: withdraw(&sandbox, key.as_deref(), Through::Api) }))
}

/// Revokes the tokens of an application, or all; how many of them were known.
pub(super) fn withdraw(sandbox: &Sandbox, key: Option<&str>, by: Through) -> usize {
    let _turn = sandbox.turn();
    let known = sandbox.tokens.active(sandbox.clock.now());
    sandbox.tokens.revoke_all(key);
    note(sandbox, key, by, all_of(key));
    known.iter().filter(|token| key.is_none_or(|key| *key == token.key)).count()
}

/// Whose tokens are all revoked, in French: one's, or everybody's where nobody is named.
pub(super) fn all_of(whose: Option<&str>) -> &'static str {
    if whose.is_some() { "tous ceux du partenaire" } else { "tous" }
}

/// Keeps that tokens of an application, or of all, were revoked.
fn note(sandbox: &Sandbox, key: Option<&str>, by: Through, what: &str) {
    let directory = sandbox.directory();
    let partner = key.and_then(|key| directory.of_application(key)).map(|one| one.id.as_str());
    sandbox.intervene(Act::Tokens, by, partner, what);
}

async fn revoke(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<Revoked>, Problem> {
    let _turn = sandbox.turn();
    let active = sandbox.tokens.active(sandbox.clock.now());
    let key = active.iter().find(|token| *token.id == *id).map(|token| token.key.clone());
    match sandbox.tokens.revoke_id(&id, sandbox.clock.now()) {
        true => {
            sandbox.note_outgrown();
            note(&sandbox, key.as_deref(), Through::Api, "un seul");
            Ok(Json(Revoked { revoked: 1 }))
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

fn view(token: &Token, directory: &Directory) -> TokenView {
    TokenView {
        id: token.id.clone(),
        partner: directory.of_application(&token.key).map(|convention| convention.id.clone()),
        scopes: token.scopes.clone(),
        issued_at: token.issued,
        expires_at: token.expires,
    }
}

const TOKENS: &str = "/admin/v1/tokens";
const TOKEN: &str = "/admin/v1/tokens/{id}";

/// Ten years, in seconds.
const LONGEST: i64 = 315_360_000;
