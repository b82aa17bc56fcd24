//! A whole server per test, and clients that speak to it as partners do.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    time::Duration,
};

use bacasable::{clock::Clock, config::Config, server::Server};
use reqwest::{
    Certificate, Client, ClientBuilder, Identity, Method, RequestBuilder, StatusCode, Version,
    header::HeaderMap,
};
use serde_json::{Value, json};

/// The moment at which every world's clock stands still.
pub(crate) const NOW: &str = "2026-11-22T10:00:00Z";

/// A running server.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) clock: Clock,
}

/// A partner's client.
pub(crate) struct Partner {
    id: String,
    base: String,
    client: Client,
    token: Option<String>,
}

/// An answer, read whole and checked for what every answer must have.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl World {
    /// A server with the default settings, no generated population, and a frozen clock.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server that offers HTTP/2 beside HTTP/1.1, whatever the default.
    pub(crate) async fn over_both() -> Self {
        Self::with(|config| config.gateway.http2 = true).await
    }

    /// The same with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { certs: certs().to_owned(), population: 0, ..Config::default() };
        config.gateway.listen = ([127, 0, 0, 1], 0).into();
        config.console.listen = ([127, 0, 0, 1], 0).into();
        change(&mut config);
        let clock = Clock::frozen(NOW.parse().unwrap());
        let server = Server::start(config, clock.clone()).await.unwrap();
        Self { server, clock }
    }

    /// A client with the partner's certificate, and no token yet.
    pub(crate) fn caller(&self, id: &str) -> Partner {
        self.holder_of(id, Some(&format!("clients/{id}")))
    }

    /// A client with the partner's certificate and a token with all its scopes.
    pub(crate) async fn partner(&self, id: &str) -> Partner {
        let caller = self.caller(id);
        let token = caller.obtain_token(id, None).await;
        caller.bearing(&token)
    }

    /// A client that shows the certificate of this name (`clients/invalid/expired`), or none.
    pub(crate) fn holder_of(&self, id: &str, certificate: Option<&str>) -> Partner {
        let client = client(certificate);
        Partner {
            id: id.to_owned(),
            base: format!("https://localhost:{}", self.server.gateway.port()),
            client,
            token: None,
        }
    }

    /// Asks the console.
    pub(crate) async fn console(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let url = format!("http://{}{path}", self.server.console);
        let request = plain().request(method, url);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        Reply::read(request).await
    }

    /// The journal's last entry.
    pub(crate) async fn last_entry(&self) -> Value {
        let page = self.console(Method::GET, "/admin/v1/journal", None).await.json();
        page["entries"].as_array().unwrap().last().cloned().unwrap_or_default()
    }

    /// The last entry of a connection that brought no request, which its server writes a moment after its client knows.
    pub(crate) async fn next_connection_entry(&self, what: &str) -> Value {
        let patience = Clock::instant() + Duration::from_secs(20);
        loop {
            let entry = self.last_entry().await;
            if entry["kind"].as_str().is_some_and(|kind| kind != "request") {
                self.console(Method::DELETE, "/admin/v1/journal", None).await;
                return entry;
            }
            assert!(Clock::instant() < patience, "{what}: no entry of its connection");
        }
    }

    /// The verdicts of the last entry, as `certificate=granted ... quota=not-reached`.
    pub(crate) async fn last_verdicts(&self) -> String {
        let entry = self.last_entry().await;
        let verdict = |facts: &Value| {
            format!("{}={}", facts["control"].as_str().unwrap(), facts["verdict"].as_str().unwrap())
        };
        entry["controls"].as_array().unwrap().iter().map(verdict).collect::<Vec<_>>().join(" ")
    }
}

impl Partner {
    /// The same partner over this version of HTTP; over HTTP/2 alone, so that it fails where the
    /// world does not offer it ([`World::over_both`]).
    pub(crate) fn over(mut self, version: Version) -> Self {
        let builder = builder(Some(&format!("clients/{}", self.id)));
        self.client = match version {
            Version::HTTP_2 => builder.http2_prior_knowledge().build().unwrap(),
            _ => builder.http1_only().build().unwrap(),
        };
        self
    }

    /// The same client with this token.
    pub(crate) fn bearing(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Asks `/token` for an application's token: with these scopes, or all that its convention opens.
    pub(crate) async fn obtain_token(&self, application: &str, scope: Option<&str>) -> String {
        let scope = scope.unwrap_or(EVERY_SCOPE);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", application),
            ("client_secret", &format!("secret-{application}")),
            ("scope", scope),
        ];
        let reply = Reply::read(self.request(Method::POST, "/token").form(&form)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A request with the token, a correlation identifier and a request identifier.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.bare(method, path);
        let request =
            request.header("X-Correlation-ID", CORRELATION_ID).header("X-Request-ID", "r-1");
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// A request with nothing but what HTTP needs.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// The partner's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Sends a request that was built.
    pub(crate) async fn execute(&self, request: reqwest::Request) -> Reply {
        let response = self.client.execute(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Reply { status, headers, text: response.text().await.unwrap() }
    }

    /// `GET` of a path.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        Reply::read(self.request(Method::GET, path)).await
    }

    /// A FICOBA search: its resource, the motif, the criteria.
    pub(crate) async fn ficoba(&self, resource: &str, motif: &str, criteria: Value) -> Reply {
        let body = json!({
            "dateDemande": "2026-11-20",
            "motif": motif,
            "siretDemandeur": self.siret(),
            "justification": "test d'intégration",
            "criteresRecherche": criteria,
        });
        self.ficoba_body(resource, &body.to_string()).await
    }

    /// A FICOBA search with this very body.
    pub(crate) async fn ficoba_body(&self, resource: &str, body: &str) -> Reply {
        let path = format!("/fcb-masrestit/api/v2/comptes/{resource}");
        let request = self.request(Method::POST, &path).header("Content-Type", "application/json");
        Reply::read(request.body(body.to_owned())).await
    }

    /// The SIRET of the partner's convention.
    pub(crate) fn siret(&self) -> String {
        let path = format!("{}/fixtures/conventions/{}.toml", env!("CARGO_MANIFEST_DIR"), self.id);
        let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        table["siret"].as_str().unwrap().to_owned()
    }
}

impl Reply {
    /// Sends a request and reads the answer.
    pub(crate) async fn read(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// A header's text; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The status and the code of a fault or an anomaly: `401 900901`, `400 CAF002`; of an answer that informs: `200 CAF011`.
    pub(crate) fn outcome(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let pointers =
            ["/fault/code", "/erreur/code", "/messageInformatif/code", "/code", "/error"];
        let code = pointers.iter().find_map(|pointer| body.pointer(pointer));
        let code = code.map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
        [Some(self.status.as_u16().to_string()), code]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The correlation identifier of the harness's requests.
pub(crate) const CORRELATION_ID: &str = "110e8400-e29b-11d4-a716-446655440000";

/// The test PKI: made once, shared by every test of this binary.
pub(crate) fn certs() -> &'static Path {
    static CERTS: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = CERTS.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("certs"); // named as the documentation's commands name it
        let directory = bacasable::directory::Directory::load(None).unwrap();
        let config = Config { certs: path.clone(), ..Config::default() };
        let plan = bacasable::server::plan(&config, &directory);
        bacasable::pki::ensure(&path, &plan, NOW.parse().unwrap()).unwrap();
        (dir, path)
    });
    path
}

/// A client that trusts the test CA and shows this certificate, if any.
fn client(certificate: Option<&str>) -> Client {
    builder(certificate).build().unwrap()
}

pub(crate) fn builder(certificate: Option<&str>) -> ClientBuilder {
    let ca = std::fs::read(certs().join("ca.pem")).unwrap();
    let builder = Client::builder()
        .tls_certs_only([Certificate::from_pem(&ca).unwrap()])
        .no_proxy()
        .timeout(Duration::from_secs(20));

    match certificate {
        Some(name) => {
            let mut pem = std::fs::read(certs().join(format!("{name}.pem"))).unwrap();
            pem.extend(std::fs::read(certs().join(format!("{name}.key"))).unwrap());
            builder.identity(Identity::from_pem(&pem).unwrap())
        }
        None => builder,
    }
}

fn plain() -> Client {
    Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap()
}

/// Scopes that are not granted are dropped silently: asking for all is asking for what the convention opens.
const EVERY_SCOPE: &str = "sfip_lep sfip_donnees_fiscales_usagers api_r2p_recherche_personne_physique api_r2p_resolution_spi \
    dgfip_ficoba_etat_civil_denomination dgfip_ficoba_adresse dgfip_ficoba_compte dgfip_ficoba_etablissement_bancaire \
    dgfip_ficoba_date dgfip_ficoba_restitution_verification dgfip_ficoba_nombre_comptes dgfip_ficoba_iban \
    dgfip_ficoba_date_ouverture dgfip_ficoba_motif_ouverture";
