//! No secret and nothing about a person in the log, whatever its level: a full run is searched for everything that was
//! sent, answered or kept.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::harness::certs;

/// A `bacasable serve` of the test's own, whose standard error is kept.
struct Serving {
    process: Child,
    gateway: String,
    console: String,
    log: NamedTempFile,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_run_at_trace_level_tells_no_secret_and_nothing_about_a_person() {
    for format in ["text", "json"] {
        let mut secrets = lasting_secrets();
        let serving = Serving::start(format);
        let mut clients =
            vec![client(ClientBuilder::http2_prior_knowledge), client(ClientBuilder::http1_only)];
        for client in &clients {
            scenario(&serving, client, &mut secrets).await;
        }
        strangers(&serving, &mut secrets).await;
        let journal = text(clients[1].get(format!("{}/admin/v1/journal", serving.console))).await;
        clients.clear();
        let log = serving.stop();
        assert!(log.contains("TRACE"), "the log is as talkative as it can be:\n{log}");
        for (place, told) in [("log", &log), ("journal", &journal)] {
            for (what, secret) in &secrets {
                assert!(!secret.is_empty(), "{what} is known");
                let line = told.lines().find(|line| line.contains(secret.as_str()));
                assert_eq!(line, None, "{what} is in the {place} ({format})");
            }
        }
    }
}

/// Everything a partner does, with what it must not leave behind.
async fn scenario(serving: &Serving, client: &Client, secrets: &mut Vec<(String, String)>) {
    let basic = format!("Basic {}", STANDARD.encode("editeur-demo:secret-editeur-demo"));
    let form =
        [("grant_type", "client_credentials"), ("scope", "api_r2p_recherche_personne_physique")];
    let issued = serving.post(client, "/token").header("Authorization", &basic).form(&form);
    let issued: Value = serde_json::from_str(&text(issued).await).unwrap();
    let token = issued["access_token"].as_str().unwrap().to_owned();
    for part in token.split('.').skip(1) {
        secrets.push(("a token".to_owned(), part.to_owned()));
    }
    let wrong = [
        ("grant_type", "client_credentials"),
        ("client_id", "editeur-demo"),
        ("client_secret", "faux-secret"),
    ];
    text(serving.post(client, "/token").form(&wrong)).await;

    let bearer = format!("Bearer {token}");
    let asked = |request: RequestBuilder| {
        request
            .header("Authorization", &bearer)
            .header("X-Correlation-ID", CORRELATION_ID)
            .header("X-Request-ID", "r-1")
    };
    let get = |path: &str| asked(client.get(format!("{}{path}", serving.gateway)));
    let people = [
        "/r2p/v1/personne/3990000101192",
        "/r2p/v1/personne/3990000101192?nom=VALBRUNE",
        "/r2p/v1/personne?nom=VALBRUNE&prenom=C%C3%89LINE&sexe=2&naisDate=12/04/1985&adrLibelleVoie=DES+GLYCINES",
        "/r2p/v1/personne/spi?nom=VALBRUNE&nom=VALBRUNE",
        "/nulle/part/3990000101192",
    ];
    let mut answers = Vec::new();
    for path in people {
        answers.push(text(get(path)).await);
    }
    for (resource, criteria) in [
        ("numCpte", json!({ "iban": IBAN, "verificationCompte": "0" })),
        ("spi", json!({ "numeroSPI": "3990000101192" })),
        ("perPhy", json!({ "etatCivil": { "nom": "VALBRUNE", "prenom": "CÉLINE" } })),
        ("verifIban", json!({ "iban": IBAN, "spi": "3990000101192" })),
    ] {
        let demande = json!({
            "dateDemande": "2026-11-20", "motif": "0020", "siretDemandeur": "20999001900017",
            "justification": "dossier de madame Valbrune", "criteresRecherche": criteria,
        });
        let path = format!("{}/fcb-masrestit/api/v2/comptes/{resource}", serving.gateway);
        answers.push(text(asked(client.post(path)).json(&demande)).await);
    }
    assert!(
        answers[0].contains("VALBRUNE") && answers.iter().any(|answer| answer.contains(IBAN)),
        "{answers:?}"
    );
    text(get("/oauth2/jwks")).await;
    text(
        serving
            .post(client, "/revoke")
            .header("Authorization", &basic)
            .form(&[("token", token.as_str())]),
    )
    .await;
    assert!(
        text(get("/r2p/v1/personne/3990000101192")).await.contains("900901"),
        "a revoked token"
    );
}

/// Those who get nothing: no certificate, a forged token, a body too large, a certificate in a header, broken HTTP.
async fn strangers(serving: &Serving, secrets: &mut Vec<(String, String)>) {
    let nobody = base(|builder| builder).build().unwrap();
    text(nobody.get(format!("{}/r2p/v1/personne/3990000101192", serving.gateway))).await;
    let partner = client(ClientBuilder::http1_only);
    let forged = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJtb2kiLCJqdGkiOiJ4In0.c2lnbmF0dXJlLWZhdXNzZQ";
    secrets.push(("a forged token".to_owned(), "c2lnbmF0dXJlLWZhdXNzZQ".to_owned()));
    let url = format!("{}/fcb-masrestit/api/v2/comptes/numCpte", serving.gateway);
    text(partner.post(&url).header("Authorization", format!("Bearer {forged}")).body(IBAN)).await;
    text(partner.post(&url).body(IBAN.repeat(10_000))).await;
    text(
        partner
            .get(&url)
            .header("X-WSO2-CLIENT-CERTIFICATE", "VALBRUNE")
            .header("X-Forwarded-For", IBAN),
    )
    .await;
    let plain = Client::builder().no_proxy().build().unwrap();
    let knocked =
        plain.get(serving.gateway.replace("https", "http")).header("Cookie", IBAN).send().await;
    assert!(knocked.is_err(), "plain HTTP is not answered");
    text(plain.get(format!("{}/admin/v1/journal?nothing=3990000101192", serving.console))).await;
    text(
        plain
            .get(format!("{}/nothing/{IBAN}", serving.console))
            .header("Authorization", "Bearer jeton-de-console"),
    )
    .await;
}

/// What is secret before the first request: keys, secrets of applications, the console's token, the persona's data.
fn lasting_secrets() -> Vec<(String, String)> {
    let mut secrets = vec![
        ("an application's secret".to_owned(), "secret-editeur-demo".to_owned()),
        ("a wrong secret".to_owned(), "faux-secret".to_owned()),
        ("the console's token".to_owned(), "jeton-de-console".to_owned()),
        ("credentials".to_owned(), STANDARD.encode("editeur-demo:secret-editeur-demo")),
        ("an SPI".to_owned(), "3990000101192".to_owned()),
        ("an IBAN".to_owned(), IBAN.to_owned()),
        ("a first name".to_owned(), "CÉLINE".to_owned()),
        ("a first name, encoded".to_owned(), "C%C3%89LINE".to_owned()),
        ("an address".to_owned(), "GLYCINES".to_owned()),
        ("a date of birth".to_owned(), "12/04/1985".to_owned()),
        ("a justification".to_owned(), "madame".to_owned()),
    ];
    for name in ["VALBRUNE", "Valbrune"] {
        secrets.push(("a name".to_owned(), name.to_owned()));
    }
    for file in ["ca.key", "server.key", "token.key", "clients/editeur-demo.key"] {
        let pem = std::fs::read_to_string(certs().join(file)).unwrap();
        secrets.push((file.to_owned(), pem.lines().nth(1).unwrap().to_owned()));
    }
    secrets
}

impl Serving {
    fn start(format: &str) -> Self {
        let log = NamedTempFile::new().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_bacasable"))
            .args([
                "serve",
                "--certs",
                certs().to_str().unwrap(),
                "--population",
                "50",
                "--gateway-http2",
                "true",
            ])
            .args(["--gateway-listen", "127.0.0.1:0", "--console-listen", "127.0.0.1:0"])
            .args([
                "--log-level",
                "trace",
                "--log-format",
                format,
                "--console-token",
                "jeton-de-console",
            ])
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let address = |name: &str| {
            ready.split(name).nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
        };
        let gateway = address("gateway=").replace("127.0.0.1", "localhost");
        Self { gateway, console: address("console="), process, log }
    }

    fn post(&self, client: &Client, path: &str) -> RequestBuilder {
        client.request(Method::POST, format!("{}{path}", self.gateway))
    }

    /// Stops the server; what it logged.
    fn stop(mut self) -> String {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(self.process.wait().unwrap().success());
        std::fs::read_to_string(self.log.path()).unwrap()
    }
}

/// The body of the answer.
async fn text(request: RequestBuilder) -> String {
    request.send().await.unwrap().text().await.unwrap()
}

/// A client of `editeur-demo`.
fn client(adjust: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let mut pem = std::fs::read(certs().join("clients/editeur-demo.pem")).unwrap();
    pem.extend(std::fs::read(certs().join("clients/editeur-demo.key")).unwrap());
    base(adjust).identity(Identity::from_pem(&pem).unwrap()).build().unwrap()
}

fn base(adjust: impl FnOnce(ClientBuilder) -> ClientBuilder) -> ClientBuilder {
    let ca = Certificate::from_pem(&std::fs::read(certs().join("ca.pem")).unwrap()).unwrap();
    adjust(Client::builder().tls_certs_only([ca]).no_proxy().timeout(Duration::from_secs(20)))
}

const CORRELATION_ID: &str = "110e8400-e29b-11d4-a716-446655440000";

const IBAN: &str = "FR7699010000010000010100185";
