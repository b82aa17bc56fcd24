//! `conventions`: read and changed at run time, restored by a reset.

use reqwest::Method;
use serde_json::json;

use super::HEALTH;
use crate::harness::World;

#[tokio::test]
async fn a_convention_shows_what_its_file_says_and_never_its_secret() {
    let world = World::start().await;
    let all = world.console(Method::GET, "/admin/v1/conventions", None).await;
    assert!(!all.text.contains("secret"), "{}", all.text);
    let all = all.json();
    let demo = all.as_array().unwrap().iter().find(|one| one["id"] == "editeur-demo").unwrap();
    assert_eq!(demo["state"], "in-force");
    assert_eq!(demo["quotas"], json!({"ficoba": 750, "r2p": 1000, "sfip": null}));
    assert_eq!(demo["ficoba"]["motifs"], json!(["0020", "0021", "0100", "0101"]));
    assert_eq!(demo["life"], json!({"begins": "2024-01-01"}));
    assert_eq!(*demo, world.order(Method::GET, "conventions/editeur-demo", None).await);
    assert_eq!(
        world.refusal(Method::GET, "conventions/nobody", None).await,
        (404, "none".to_owned())
    );
}

#[tokio::test]
async fn each_state_refuses_as_the_gateway_does_and_taking_it_back_restores() {
    let world = World::start().await;
    let partner = world.partner("cellule-fraude").await;
    for (patch, outcome) in [
        (json!({"state": "suspended"}), "401 900907"),
        (json!({"state": "ended"}), "403 900908"),
        (json!({"state": "not-begun"}), "403 900908"),
        (json!({"state": null}), "200"),
        (json!({"life": {"homologation_until": "2026-06-30"}}), "401 900907"),
        (json!({"life": {"homologation_until": null}}), "200"),
        (json!({"networks": ["192.0.2.0/24"]}), "403 900805"),
        (json!({"networks": null}), "200"),
        (json!({"ficoba": null}), "403 900908"),
    ] {
        world.order(Method::PATCH, "conventions/cellule-fraude", Some(patch.clone())).await;
        assert_eq!(
            partner.get(HEALTH).await.outcome().split_once(" 900").map_or("200", |_| outcome),
            outcome,
            "{patch}"
        );
    }
    assert_eq!(partner.get(HEALTH).await.outcome(), "403 900908");
    world.order(Method::POST, "reset", Some(json!({"only": ["conventions"]}))).await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
}

#[tokio::test]
async fn a_quota_changed_at_run_time_is_the_one_that_counts() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let after = world
        .order(Method::PATCH, "conventions/editeur-demo", Some(json!({"quotas": {"ficoba": 2}})))
        .await;
    assert_eq!(after["quotas"]["ficoba"], 2);
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        outcomes.push(partner.get(HEALTH).await.status.as_u16());
    }
    assert_eq!(outcomes, [200, 200, 429]);
    let restored =
        world.order(Method::PATCH, "conventions/editeur-demo", Some(json!({"quotas": null}))).await;
    assert_eq!(restored["quotas"], json!({"ficoba": 750, "r2p": 1000, "sfip": null}));
    assert_eq!(partner.get(HEALTH).await.status, 200);
}

#[tokio::test]
async fn a_patch_that_is_wrong_in_one_place_changes_nothing_anywhere() {
    let world = World::start().await;
    let before = world.order(Method::GET, "conventions/editeur-demo", None).await;
    let patch =
        json!({"state": "suspended", "quotas": {"ficoba": 5, "r2p": 0}, "networks": ["nowhere"]});
    let reply =
        world.console(Method::PATCH, "/admin/v1/conventions/editeur-demo", Some(patch)).await;
    assert_eq!(super::place(&reply), (422, "/quotas/r2p".to_owned()));
    assert_eq!(world.order(Method::GET, "conventions/editeur-demo", None).await, before);
    let several = json!({"networks": ["nowhere"], "siret": "12"});
    let reply =
        world.console(Method::PATCH, "/admin/v1/conventions/editeur-demo", Some(several)).await;
    let errors = reply.json()["errors"].clone();
    let pointers: Vec<_> =
        errors.as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/siret", "/networks"]);
    assert_eq!(world.refusal(Method::PATCH, "conventions/nobody", Some(json!({}))).await.0, 404);
}

#[tokio::test]
async fn a_patch_may_say_only_what_the_file_may_say() {
    let world = World::start().await;
    let before = world.order(Method::GET, "conventions/editeur-demo", None).await;
    for (patch, pointer) in [
        (json!({"certificates": [{"common_name": "cellule-fraude"}]}), "/certificates"),
        (json!({"organisation": ""}), "/organisation"),
        (json!({"organisation": "a\u{0}b"}), "/organisation"),
        (json!({"organisation": "a\nrm -rf b"}), "/organisation"),
        (json!({"organisation": "x".repeat(900_000)}), "/organisation"),
        (json!({"title": "a\u{1b}[2J"}), "/title"),
        (json!({"application": {"secret": ""}}), "/application/secret"),
        (json!({"application": {"key": "cellule-fraude"}}), "/application/key"),
    ] {
        let path = "/admin/v1/conventions/editeur-demo";
        let reply = world.console(Method::PATCH, path, Some(patch)).await;
        assert_eq!(super::place(&reply), (422, pointer.to_owned()), "{}", reply.text);
        assert!(reply.text.len() < 4_000, "the answer does not give 900 kB back");
    }
    assert_eq!(world.order(Method::GET, "conventions/editeur-demo", None).await, before);
}

#[tokio::test]
async fn a_merge_patch_is_taken_under_its_own_name_and_by_patch_alone() {
    let world = World::start().await;
    let url = |path: &str| format!("http://{}/admin/v1/{path}", world.server.console);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = async |method: Method, path: &str, body: &'static str| {
        let request = client.request(method, url(path)).body(body);
        let media = "application/merge-patch+json; charset=utf-8";
        crate::harness::Reply::read(request.header("Content-Type", media)).await
    };
    let patch = "{\"state\":\"suspended\"}";
    let reply = send(Method::PATCH, "conventions/editeur-demo", patch).await;
    assert_eq!((reply.status.as_u16(), &reply.json()["state"]), (200, &json!("suspended")));
    assert_eq!(send(Method::PUT, "clock", "{\"frozen\":true}").await.status, 415);
    let described = world.console(Method::GET, "/openapi/console.json", None).await.json();
    let body = &described["paths"]["/admin/v1/conventions/{id}"]["patch"]["requestBody"];
    assert!(body["content"]["application/merge-patch+json"].is_object(), "{body}");
    let reset = &described["paths"]["/admin/v1/reset"]["post"]["requestBody"];
    assert_ne!(reset["required"], json!(true), "{reset}");
}
