//! Each control refuses what it must, with the product's answer, and the journal says which one and why.

use crate::harness::World;

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

#[tokio::test]
async fn every_faulty_certificate_is_refused_by_control_1() {
    let world = World::start().await;
    for name in [
        "expired",
        "not-yet-valid",
        "revoked",
        "unknown-ca",
        "self-signed",
        "server-only",
        "no-partner",
    ] {
        let caller = world.holder_of("editeur-demo", Some(&format!("clients/invalid/{name}")));
        let reply = caller.get(HEALTH).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            ("401 900901", "certificate"),
            "{name}"
        );
        assert!(
            world.last_verdicts().await.starts_with("certificate=refused address=not-reached"),
            "{name}"
        );
    }
    let reply = world.holder_of("editeur-demo", None).get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "certificate")
    );
}

#[tokio::test]
async fn an_address_outside_the_allowlist_is_refused_by_control_2() {
    let world = World::start().await;
    let reply = world.caller("partenaire-hors-liste").get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("403 900805", "address")
    );
    assert!(reply.header("X-Bacasable-Reason").contains("192.0.2.0/24"), "{:?}", reply.headers);
}

#[tokio::test]
async fn a_missing_token_and_a_wrong_one_are_refused_by_control_3() {
    let world = World::start().await;
    let reply = world.caller("editeur-demo").get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900902", "technical-id")
    );
    let reply = world.caller("editeur-demo").bearing("a.b.c").get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "technical-id")
    );
}

#[tokio::test]
async fn an_expired_token_is_refused_by_control_3() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
    world.clock.advance(jiff::SignedDuration::from_secs(3600)).unwrap();
    let reply = partner.get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "technical-id")
    );
}

#[tokio::test]
async fn a_token_of_another_partner_is_refused_by_control_4() {
    let world = World::start().await;
    let token = world.caller("cellule-fraude").obtain_token("cellule-fraude", None).await;
    let reply = world.caller("editeur-demo").bearing(&token).get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "identity")
    );
}

#[tokio::test]
async fn a_suspended_and_an_ended_convention_are_refused_by_control_4() {
    let world = World::start().await;
    for (id, outcome) in
        [("partenaire-suspendu", "401 900907"), ("partenaire-resilie", "403 900908")]
    {
        let reply = world.partner(id).await.get(HEALTH).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            (outcome, "identity"),
            "{id}"
        );
    }
}

#[tokio::test]
async fn an_api_outside_the_convention_is_refused_by_control_5() {
    let world = World::start().await;
    let reply = world.partner("commune-valmont").await.get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("403 900908", "rights")
    );
}

#[tokio::test]
async fn a_scope_that_was_not_asked_for_is_refused_by_control_5() {
    let world = World::start().await;
    let caller = world.caller("commune-valmont");
    let token = caller.obtain_token("commune-valmont", Some("api_r2p_resolution_spi")).await;
    let reply = caller.bearing(&token).get("/r2p/v1/personne/1899582886173").await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("403 900910", "rights")
    );
}

#[tokio::test]
async fn the_call_beyond_the_quota_is_refused_by_control_6_until_the_minute_turns() {
    let world = World::start().await;
    let partner = world.partner("tresorerie-recouvrement").await;
    for _ in 0..200 {
        assert_eq!(partner.get(HEALTH).await.status, 200);
    }
    let reply = partner.get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("429 900804", "quota")
    );
    assert_eq!(reply.header("Retry-After"), "Sun, 22 Nov 2026 10:01:00 GMT");
    world.clock.advance(jiff::SignedDuration::from_mins(1)).unwrap();
    assert_eq!(partner.get(HEALTH).await.status, 200);
}
