//! One deliberately bad client per rule of conduct: it turns that rule red, and only that one.

use std::time::Duration;

use bacasable::recette::conduct::{RULES, Verdict};
use reqwest::{Certificate, Client, Identity, Method, tls::Version};
use serde_json::{Value, json};

use crate::harness::{Reply, World, certs};

const PARTNER: &str = "editeur-demo";

/// A client whose every habit is good until a test says otherwise.
struct Caller<'a> {
    world: &'a World,
    client: Client,
    token: String,
    calls: usize,
}

/// What a call says.
struct Demand {
    resource: &'static str,
    motif: &'static str,
    criteria: Value,
    justification: Option<&'static str>,
    correlation: Option<&'static str>,
}

impl<'a> Caller<'a> {
    async fn new(world: &'a World) -> Self {
        let mut caller =
            Self { world, client: client(Version::TLS_1_3), token: String::new(), calls: 0 };
        caller.token = caller.obtain().await;
        caller
    }

    async fn obtain(&self) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", PARTNER),
            ("client_secret", "secret-editeur-demo"),
        ];
        let reply = Reply::read(self.client.post(self.url("/token")).form(&form)).await;
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A search that nothing is wrong with.
    async fn search(&mut self) -> u16 {
        self.ask(demand()).await
    }

    async fn ask(&mut self, demand: Demand) -> u16 {
        self.calls += 1;
        let own = format!("Dossier n° {}", self.calls);
        let body = json!({
            "dateDemande": "2026-11-20",
            "motif": demand.motif,
            "siretDemandeur": "20999001900017",
            "justification": demand.justification.unwrap_or(&own),
            "criteresRecherche": demand.criteria,
        });
        let fresh = format!("00000000-0000-4000-8000-{:012}", self.calls);
        let path = format!("/fcb-masrestit/api/v2/comptes/{}", demand.resource);
        let request = self.client.post(self.url(&path)).bearer_auth(&self.token);
        let request = request.header("X-Correlation-ID", demand.correlation.unwrap_or(&fresh));
        Reply::read(request.header("X-Request-ID", &fresh).json(&body)).await.status.as_u16()
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.world.server.gateway.port())
    }
}

fn demand() -> Demand {
    let criteria = json!({ "numeroSPI": "3990000101192" });
    Demand { resource: "spi", motif: "0020", criteria, justification: None, correlation: None }
}

/// A client that offers TLS up to this version.
fn client(most: Version) -> Client {
    let read = |name: &str| std::fs::read(certs().join(name)).unwrap();
    let mut identity = read("clients/editeur-demo.pem");
    identity.extend(read("clients/editeur-demo.key"));
    Client::builder()
        .tls_certs_only([Certificate::from_pem(&read("ca.pem")).unwrap()])
        .identity(Identity::from_pem(&identity).unwrap())
        .tls_version_max(most)
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// The rules that the client has broken.
async fn broken(world: &World) -> Vec<String> {
    let report = world.recette(PARTNER).await;
    report.broken().map(|rule| rule.id.clone()).collect()
}

/// The rules that the client was seen to keep.
async fn respected(world: &World) -> Vec<String> {
    let conduct = world.recette(PARTNER).await.conduct.into_iter();
    let kept = conduct.filter(|rule| rule.verdict == Verdict::Respected);
    kept.map(|rule| rule.id).collect()
}

async fn order(world: &World, method: Method, path: &str, body: Value) {
    world.order(method, path, Some(body)).await;
}

#[tokio::test]
async fn a_good_client_breaks_no_rule() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    assert_eq!(caller.search().await, 200);
    let once = ["perimetre", "connexions-maintenues", "tls-1-3"];
    assert_eq!(respected(&world).await, once, "one call keeps no rule about several");
    for _ in 0..20 {
        assert_eq!(caller.search().await, 200);
    }
    let everyday = [
        "jeton-reutilise",
        "correlation-unique",
        "justification",
        "perimetre",
        "connexions-maintenues",
        "tls-1-3",
    ];
    assert_eq!(respected(&world).await, everyday);
    order(&world, Method::PATCH, "conventions/editeur-demo", json!({ "quotas": { "ficoba": 1 } }))
        .await;
    assert_eq!(caller.search().await, 429);
    order(&world, Method::PUT, "clock", json!({ "advance": "PT2M" })).await;
    assert_eq!(respected(&world).await.len(), everyday.len() + 1, "the hour is over");
    assert_eq!(broken(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_token_per_call() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    for _ in 0..5 {
        caller.token = caller.obtain().await;
        assert_eq!(caller.search().await, 200);
    }
    assert_eq!(broken(&world).await, ["jeton-reutilise"]);
}

#[tokio::test]
async fn a_refused_token_used_again() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    assert_eq!(caller.search().await, 200);
    order(&world, Method::PUT, "clock", json!({ "advance": "PT61M" })).await;
    assert_eq!([caller.search().await, caller.search().await], [401, 401]);
    assert_eq!(broken(&world).await, ["jeton-renouvele"]);
}

#[tokio::test]
async fn several_tokens_for_one_refusal() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    assert_eq!(caller.search().await, 200);
    order(&world, Method::PUT, "clock", json!({ "advance": "PT61M" })).await;
    assert_eq!(caller.search().await, 401);
    for _ in 0..2 {
        caller.token = caller.obtain().await;
    }
    assert_eq!(caller.search().await, 200);
    assert_eq!(broken(&world).await, ["jeton-renouvele"]);
}

#[tokio::test]
async fn calls_before_next_access_time() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    order(&world, Method::PATCH, "conventions/editeur-demo", json!({ "quotas": { "ficoba": 1 } }))
        .await;
    assert_eq!(
        [caller.search().await, caller.search().await, caller.search().await],
        [200, 429, 429]
    );
    assert_eq!(broken(&world).await, ["attente-429"]);
}

#[tokio::test]
async fn one_correlation_identifier_for_all() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    for _ in 0..2 {
        let correlation = Some("110e8400-e29b-41d4-a716-446655440000");
        assert_eq!(caller.ask(Demand { correlation, ..demand() }).await, 200);
    }
    assert_eq!(broken(&world).await, ["correlation-unique"]);
}

#[tokio::test]
async fn a_refused_demand_sent_again_at_once() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    for _ in 0..2 {
        let criteria = json!({ "etatCivil": { "nom": "CASTELMORON", "anneeNaissance": "1970" } }); // CAF036
        let justification = Some("Dossier insistant");
        assert_eq!(
            caller.ask(Demand { resource: "perPhy", criteria, justification, ..demand() }).await,
            400
        );
    }
    assert_eq!(broken(&world).await, ["pas-de-rejeu-4xx"]);
}

#[tokio::test]
async fn a_failed_demand_sent_again_at_once() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    order(&world, Method::POST, "faults", json!({ "times": 2, "outcome": { "code": "CAT004" } }))
        .await;
    for status in [500, 500, 200] {
        let justification = Some("Dossier pressé");
        assert_eq!(caller.ask(Demand { justification, ..demand() }).await, status);
    }
    assert_eq!(broken(&world).await, ["reprises-5xx"]);
}

#[tokio::test]
async fn one_justification_for_all() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    for spi in [
        "3990000101192",
        "3990000601181",
        "3990001701259",
        "3990000801381",
        "3990000501081",
        "3990000502082",
    ] {
        let demand = Demand {
            criteria: json!({ "numeroSPI": spi }),
            justification: Some("RAS"),
            ..demand()
        };
        assert_eq!(caller.ask(demand).await, 200);
    }
    assert_eq!(broken(&world).await, ["justification"]);
}

#[tokio::test]
async fn an_identifier_in_the_place_of_a_justification() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    assert_eq!(
        caller.ask(Demand { justification: Some("39900 00101 192"), ..demand() }).await,
        200
    );
    assert_eq!(broken(&world).await, ["justification"]);
}

#[tokio::test]
async fn a_motif_that_is_not_the_partner_s() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    assert_eq!(caller.ask(Demand { motif: "0003", ..demand() }).await, 400);
    assert_eq!(broken(&world).await, ["perimetre"]);
}

#[tokio::test]
async fn a_connection_per_call() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    for _ in 0..8 {
        caller.client = client(Version::TLS_1_3);
        assert_eq!(caller.search().await, 200);
    }
    assert_eq!(broken(&world).await, ["connexions-maintenues"]);
}

#[tokio::test]
async fn an_old_tls() {
    let world = World::start().await;
    let mut caller = Caller::new(&world).await;
    caller.client = client(Version::TLS_1_2);
    assert_eq!(caller.search().await, 200);
    assert_eq!(broken(&world).await, ["tls-1-3"]);
}

/// Every rule has its bad client above: a rule that is added asks for one.
#[test]
fn every_rule_has_a_bad_client() {
    let text = include_str!("bad_clients.rs");
    for rule in &RULES {
        assert!(text.contains(&format!("broken(&world).await, [\"{}\"]", rule.id)), "{}", rule.id);
    }
}
