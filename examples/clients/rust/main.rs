//! What a good client does, against a running bacasable: `GATEWAY`, `CONSOLE` and `CERTS` say where.
#![expect(clippy::print_stdout, unreachable_pub, reason = "an example that one copies and runs")]

mod client;

use std::{env, path::Path, process::ExitCode, sync::atomic::Ordering, time::Duration};

use client::{ApiError, Client, Result};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> ExitCode {
    let outcomes = [
        ("one token serves both APIs", one_token().await),
        ("an anomaly is an error with its code, and is not tried again", anomaly().await),
        ("a revoked token is renewed once", renewal().await),
        ("a second 401 is final", suspension().await),
        ("a used-up minute is waited for", patience().await),
    ];
    let mut failed = false;
    for (check, outcome) in outcomes {
        match outcome {
            Ok(()) => println!("ok: {check}"),
            Err(fault) => {
                failed = true;
                println!("FAILED: {check}: {fault}");
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

async fn one_token() -> Result<()> {
    let client = partner("editeur-demo", "20999001900017")?;
    let found = account(&client, IBAN, "dossier 2026-0001").await?;
    let person = client.person(SPI).await?;
    same(&found["reponses"]["comptes"][0]["caracteristiqueCompte"]["iban"], &json!(IBAN))?;
    same(&person["personnePhysique"]["etatCivil"]["lbNomNaissance"], &json!("VALBRUNE"))?;
    same(&tokens(&client), &json!(1))
}

async fn anomaly() -> Result<()> {
    let client = partner("editeur-demo", "20999001900017")?;
    let error = refusal(account(&client, "FR00", "dossier 2026-0002").await)?;
    same(&json!([error.status.as_u16(), error.code]), &json!([400, "CAF002"]))?;
    same(&json!(error.correlation_id.len()), &json!(36))
}

async fn renewal() -> Result<()> {
    let client = partner("editeur-demo", "20999001900017")?;
    client.revoke(&client.token().await?).await?;
    client.person(SPI).await?;
    same(&tokens(&client), &json!(2))
}

async fn suspension() -> Result<()> {
    let client = partner("partenaire-suspendu", "20999009200014")?;
    let error = refusal(account(&client, IBAN, "dossier 2026-0003").await)?;
    same(&json!([error.status.as_u16(), error.code]), &json!([401, "900907"]))?;
    same(&tokens(&client), &json!(2))
}

async fn patience() -> Result<()> {
    let client = partner("editeur-demo", "20999001900017")?;
    let mut pauses = Vec::new();
    console(Method::PUT, "clock", json!({ "frozen": true })).await?;
    console(Method::PATCH, "conventions/editeur-demo", json!({ "quotas": { "r2p": 1 } })).await?;
    console(Method::POST, "reset", json!({ "only": ["quotas"] })).await?;
    let mut last = Ok(Value::Null);
    for _ in 0..2 {
        let sleep = |pause: Duration| {
            pauses.push(pause.as_secs()); // instead of waiting, move the sandbox's clock
            console(Method::PUT, "clock", json!({ "advance": format!("PT{}S", pause.as_secs()) }))
        };
        last = client.person_with(SPI, sleep).await;
    }
    console(Method::POST, "reset", json!({ "only": ["clock", "conventions", "quotas"] })).await?;
    last?;
    same(
        &json!([pauses.len(), pauses.iter().all(|pause| (1..=60).contains(pause))]),
        &json!([1, true]),
    )
}

fn partner(name: &str, siret: &str) -> Result<Client> {
    let gateway = env::var("GATEWAY").unwrap_or_else(|_| "https://localhost:8443".to_owned());
    let certs = env::var("CERTS").unwrap_or_else(|_| "certs".to_owned());
    Client::new(&gateway, Path::new(&certs), name, &format!("secret-{name}"), siret)
}

async fn account(client: &Client, iban: &str, justification: &str) -> Result<Value> {
    let criteria = json!({ "iban": iban, "verificationCompte": "0" });
    client.ficoba("numCpte", "0020", justification, criteria).await
}

async fn console(method: Method, path: &str, body: Value) -> Result<()> {
    let console = env::var("CONSOLE").unwrap_or_else(|_| "http://localhost:8080".to_owned());
    let client = reqwest::Client::builder().no_proxy().build()?;
    client
        .request(method, format!("{console}/admin/v1/{path}"))
        .json(&body)
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

fn refusal(outcome: Result<Value>) -> Result<ApiError> {
    match outcome {
        Ok(answer) => Err(format!("the call was answered: {answer}").into()),
        Err(error) => Ok(*error.downcast::<ApiError>()?),
    }
}

fn tokens(client: &Client) -> Value {
    json!(client.tokens_obtained.load(Ordering::Relaxed))
}

fn same(found: &Value, wanted: &Value) -> Result<()> {
    if found == wanted { Ok(()) } else { Err(format!("expected {wanted}, found {found}").into()) }
}

/// Of the persona `celine-simple`.
const IBAN: &str = "FR7699010000010000010100185";
const SPI: &str = "3990000101192";
