//! `gateway.mode = "observe"`: every control is evaluated and journalled, none refuses.

use bacasable::{
    config::{Config, Mode},
    directory::State,
    journal::Filter,
    rights::ApiId,
};
use http::Request;
use jiff::SignedDuration;

use crate::{harness::Reply, inside::Inside};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const PERSON: &str = "/r2p/v1/personne/3990000101192";

fn watching(change: impl FnOnce(&mut Config)) -> Inside {
    Inside::with(|config| {
        config.gateway.mode = Mode::Observe;
        change(config);
    })
}

/// A call with this certificate and this token; the answer, and what the journal says of it.
async fn call(
    inside: &Inside,
    certificate: Option<&str>,
    token: Option<&str>,
    path: &str,
) -> (Reply, String) {
    let request = Request::get(path)
        .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
        .header("X-Request-ID", "r");
    let request = match token {
        Some(token) => request.header("Authorization", format!("Bearer {token}")),
        None => request,
    };
    let reply = inside.send(&inside.peer(certificate), request.body("").unwrap()).await;
    let entry = inside.sandbox.journal.read(&Filter::default()).pop().unwrap();
    let refused = entry
        .controls
        .iter()
        .filter(|facts| facts.reason.is_some())
        .map(|facts| facts.control.as_str());
    let told = format!(
        "{} {}",
        entry.partner.as_deref().unwrap_or("-"),
        refused.collect::<Vec<_>>().join(",")
    );
    let reached = entry
        .controls
        .iter()
        .all(|facts| facts.verdict != bacasable::journal::VerdictName::NotReached);
    assert!(reached, "every control is evaluated: {:?}", entry.controls);
    (reply, told.trim_end().to_owned())
}

#[tokio::test]
async fn each_refusal_becomes_a_line_in_the_journal_and_the_call_is_served() {
    for (what, certificate, token, path, expected) in [
        ("all is well", Some("clients/editeur-demo"), Some("editeur-demo"), HEALTH, "editeur-demo"),
        ("no certificate", None, Some("editeur-demo"), HEALTH, "editeur-demo certificate"),
        (
            "no certificate, another's token",
            None,
            Some("cellule-fraude"),
            HEALTH,
            "cellule-fraude certificate",
        ),
        ("nothing at all", None, None, HEALTH, "editeur-demo certificate,technical-id"),
        (
            "an expired certificate",
            Some("clients/invalid/expired"),
            Some("editeur-demo"),
            HEALTH,
            "editeur-demo certificate",
        ),
        (
            "a stranger",
            Some("clients/invalid/no-partner"),
            None,
            HEALTH,
            "editeur-demo certificate,technical-id",
        ),
        (
            "outside the list",
            Some("clients/partenaire-hors-liste"),
            Some("partenaire-hors-liste"),
            HEALTH,
            "partenaire-hors-liste address",
        ),
        ("no token", Some("clients/editeur-demo"), None, HEALTH, "editeur-demo technical-id"),
        (
            "another's token",
            Some("clients/editeur-demo"),
            Some("cellule-fraude"),
            HEALTH,
            "editeur-demo identity",
        ),
        (
            "suspended",
            Some("clients/partenaire-suspendu"),
            Some("partenaire-suspendu"),
            HEALTH,
            "partenaire-suspendu identity",
        ),
        (
            "not subscribed",
            Some("clients/commune-valmont"),
            Some("commune-valmont"),
            HEALTH,
            "commune-valmont rights",
        ),
        (
            "not subscribed to R2P",
            Some("clients/cellule-fraude"),
            Some("cellule-fraude"),
            PERSON,
            "cellule-fraude rights",
        ),
    ] {
        let inside = watching(|_| {});
        let token = token.map(|id| inside.token(id));
        let (reply, told) = call(&inside, certificate, token.as_deref(), path).await;
        assert_eq!(
            (reply.status.as_u16(), told.as_str()),
            (200, expected),
            "{what}: {}",
            reply.text
        );
        assert_eq!(reply.header("X-Bacasable-Control"), "observe", "{what}");
        let reason = reply.header("X-Bacasable-Reason");
        match expected.split_once(' ') {
            None => assert_eq!(reason, "", "{what}"),
            Some((_, controls)) => {
                let first = controls.split(',').next().unwrap();
                assert!(reason.starts_with(&format!("{first} : ")), "{what}: {reason}");
            }
        }
    }
}

#[tokio::test]
async fn the_quota_is_counted_and_watched_whatever_the_rights_said() {
    let inside = watching(|_| {});
    let token = inside.token("commune-valmont");
    inside.sandbox.quotas.set("commune-valmont", ApiId::Ficoba, 750, inside.clock.now());
    let (reply, told) = call(&inside, Some("clients/commune-valmont"), Some(&token), HEALTH).await;
    assert_eq!(
        (reply.status.as_u16(), told.as_str()),
        (200, "commune-valmont rights,quota"),
        "the lent grant's quota"
    );
    inside.clock.advance(SignedDuration::from_mins(1)).unwrap();
    let (_, told) = call(&inside, Some("clients/commune-valmont"), Some(&token), HEALTH).await;
    assert_eq!(told, "commune-valmont rights");
}

#[tokio::test]
async fn what_no_control_refuses_is_refused_as_ever() {
    let inside = watching(|_| {});
    let demo = inside.partner("editeur-demo");
    for (method, path, expected) in [
        ("GET", "/nulle-part", "404 404"),
        ("POST", HEALTH, "405 405"),
        ("POST", "/token", "400 invalid_request"),
        ("GET", "/r2p/v1/personne/spi", "400 4003"),
    ] {
        let request = inside.request("editeur-demo", method, path).body("").unwrap();
        let reply = inside.send(&demo, request).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            (expected, "observe"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_api_that_nobody_could_lend_is_refused() {
    let inside = watching(|config| config.gateway.observe_as = "mutuelle-etatcivil".to_owned());
    let (reply, told) = {
        let request = Request::get(HEALTH).body("").unwrap();
        let reply = inside.send(&inside.peer(None), request).await;
        let entry = inside.sandbox.journal.read(&Filter::default()).pop().unwrap();
        (reply, entry.partner.clone())
    };
    assert_eq!(
        (reply.outcome().as_str(), told.as_deref()),
        ("403 900908", Some("mutuelle-etatcivil"))
    );
}

#[tokio::test]
async fn without_diagnostics_nothing_shows() {
    let inside = watching(|config| config.gateway.diagnostics = false);
    inside.change("editeur-demo", |convention| convention.life.imposed = Some(State::Ended));
    let (reply, told) = call(&inside, None, None, HEALTH).await;
    assert_eq!(
        (reply.status.as_u16(), told.as_str()),
        (200, "editeur-demo certificate,technical-id,identity")
    );
    assert!(
        reply.headers.keys().all(|name| !name.as_str().starts_with("x-bacasable")),
        "{:?}",
        reply.headers
    );
}
