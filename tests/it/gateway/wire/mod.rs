//! The wire of the gateway product, section by section: the numbers are those of `docs/fidelity.md`, "The gateway", which
//! the code cites as `apim-wire n.m`. One table per section.

mod additions;
mod addresses;
mod authorisation;
mod codes;
mod cors;
mod envelopes;
mod headers;
mod mutual_tls;
mod order;
mod paths;
mod throttling;
mod token;
mod token_errors;

use axum::body::Body;
use bacasable::{
    api::Apis,
    config::{Config, Dialect, FaultMedia},
    directory::State,
    rights::ApiId,
};
use http::request::Builder;
use jiff::SignedDuration;
use serde_json::json;

use crate::{harness::Reply, inside::Inside};

pub(super) const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
pub(super) const PERSON: &str = "/r2p/v1/personne/3990000101192";

/// A gateway of this dialect, with its faults in this media type.
fn gateway(dialect: Dialect, media: FaultMedia) -> Inside {
    Inside::with(|config: &mut Config| {
        (config.gateway.dialect, config.gateway.fault_media) = (dialect, media)
    })
}

/// One gateway of each dialect, one after the other: what a table says holds in all of them.
fn each() -> impl Iterator<Item = Inside> {
    Dialect::ALL.iter().map(|&dialect| {
        eprintln!("in {dialect:?}"); // shown with what fails
        gateway(dialect, FaultMedia::Json)
    })
}

fn dgfip() -> Inside {
    gateway(Dialect::Dgfip, FaultMedia::Json)
}

fn v3() -> Inside {
    gateway(Dialect::Wso2V3, FaultMedia::Json)
}

fn v4() -> Inside {
    gateway(Dialect::Wso2V4, FaultMedia::Json)
}

/// Every fault that a caller can bring about, and every way to do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    NoCertificate,
    BadCertificate(&'static str),
    Address,
    NoApi,
    NoResource,
    NoMethod,
    NoToken,
    OtherCase,
    Opaque,
    /// At another context of the API.
    OpaqueByAlias,
    Malformed,
    Forged,
    Expired,
    Revoked,
    Teleservice,
    OtherPartner,
    Suspended,
    Ended,
    NotBegun,
    NotSubscribed,
    NoScope,
    Quota,
    TooLarge,
    /// Ordered by a tester.
    Injected(&'static str),
}

/// Brings a fault about, on a gateway that is first restored; `complete` adds headers to the request.
async fn provoke(
    inside: &Inside,
    cause: Cause,
    complete: impl FnOnce(Builder) -> Builder,
) -> Reply {
    const DEMO: &str = "editeur-demo";
    inside.restore();
    let bare = |method: &str, path: &str| http::Request::builder().method(method).uri(path);
    let ask = |peer, request: Builder, body: &'static str| (peer, request, Body::from(body));
    let with =
        |token: String| bare("GET", HEALTH).header("Authorization", format!("Bearer {token}"));
    let demo = || inside.partner(DEMO);
    let (peer, request, body) = match cause {
        Cause::NoCertificate => ask(inside.peer(None), bare("GET", HEALTH), ""),
        Cause::BadCertificate(name) => {
            ask(inside.peer(Some(&format!("clients/invalid/{name}"))), bare("GET", HEALTH), "")
        }
        Cause::Address => ask(inside.partner("partenaire-hors-liste"), bare("GET", HEALTH), ""),
        Cause::NoApi => ask(demo(), bare("GET", "/nulle-part"), ""),
        Cause::NoResource => ask(demo(), bare("GET", "/r2p/v1/nulle-part"), ""),
        Cause::NoMethod => ask(demo(), bare("DELETE", PERSON), ""),
        Cause::NoToken => ask(demo(), bare("GET", HEALTH), ""),
        Cause::OtherCase => {
            ask(demo(), bare("GET", HEALTH).header("Authorization", "bearer x"), "")
        }
        Cause::Opaque => ask(demo(), with("0c1bd2a8-1f2e-3a4b-9c5d-6e7f8a9b0c1d".to_owned()), ""),
        Cause::OpaqueByAlias => {
            let request = bare("GET", "/ficoba-api/v2/etatSante");
            ask(demo(), request.header("Authorization", "Bearer 0c1bd2a8-1f2e-3a4b"), "")
        }
        Cause::Malformed => ask(demo(), with("a.b".to_owned()), ""),
        Cause::Forged => {
            let good = inside.token(DEMO);
            ask(demo(), with(format!("{}AAAA", &good[..good.len() - 4])), "")
        }
        Cause::Expired => {
            let token = inside.token(DEMO);
            inside.clock.advance(SignedDuration::from_secs(3600)).unwrap();
            ask(demo(), with(token), "")
        }
        Cause::Revoked => {
            let token = inside.token(DEMO);
            inside.sandbox.tokens.revoke(&token, DEMO, inside.sandbox.clock.now()).unwrap();
            ask(demo(), with(token), "")
        }
        Cause::Teleservice => {
            inside.change(DEMO, |one| one.application.id_teleservice = Some("TS-1".to_owned()));
            ask(demo(), with(inside.token(DEMO)), "")
        }
        Cause::OtherPartner => ask(demo(), with(inside.token("cellule-fraude")), ""),
        Cause::Suspended => ask(
            inside.partner("partenaire-suspendu"),
            with(inside.token("partenaire-suspendu")),
            "",
        ),
        Cause::Ended => {
            ask(inside.partner("partenaire-resilie"), with(inside.token("partenaire-resilie")), "")
        }
        Cause::NotBegun => {
            inside.change(DEMO, |one| one.life.imposed = Some(State::NotBegun));
            ask(demo(), with(inside.token(DEMO)), "")
        }
        Cause::NotSubscribed => {
            ask(inside.partner("commune-valmont"), with(inside.token("commune-valmont")), "")
        }
        Cause::NoScope => {
            let token = inside.token("banque-horizon");
            inside.change("banque-horizon", |one| {
                one.grants.r2p =
                    inside.sandbox.directory().convention(DEMO).unwrap().grants.r2p.clone()
            });
            let narrow = inside.narrow_token("banque-horizon", &["api_r2p_resolution_spi"]);
            drop(token);
            let request = bare("GET", PERSON).header("Authorization", format!("Bearer {narrow}"));
            ask(inside.partner("banque-horizon"), request, "")
        }
        Cause::Quota => {
            inside.sandbox.quotas.set(DEMO, ApiId::Ficoba, 750, inside.clock.now());
            ask(demo(), with(inside.token(DEMO)), "")
        }
        Cause::TooLarge => {
            let token = inside.token(DEMO);
            let request = bare("POST", "/fcb-masrestit/api/v2/comptes/numCpte")
                .header("Authorization", format!("Bearer {token}"));
            (demo(), request, Body::from(vec![b' '; 70_000]))
        }
        Cause::Injected(code) => {
            let order = serde_json::from_value(
                json!({ "match": { "api": "r2p" }, "times": 1, "outcome": { "code": code } }),
            );
            let catalogue = Apis::load(None).unwrap().catalogue();
            inside
                .sandbox
                .faults
                .order(order.unwrap(), &catalogue, &inside.sandbox.directory())
                .unwrap();
            let request = bare("GET", PERSON)
                .header("Authorization", format!("Bearer {}", inside.token(DEMO)));
            ask(demo(), request, "")
        }
    };
    let request = complete(request);
    let is_identified =
        request.headers_ref().is_some_and(|headers| headers.contains_key("X-Correlation-ID"));
    let request = match cause {
        // What comes behind the controls is reached with a correlation identifier only.
        Cause::TooLarge | Cause::Injected(_) if !is_identified => {
            request.header("X-Correlation-ID", crate::harness::CORRELATION_ID)
        }
        _ => request,
    };
    inside.send_any(&peer, request.body(body).unwrap()).await
}
