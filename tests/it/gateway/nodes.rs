//! `gateway.simulated_nodes`: gateways that hear nothing of each other's quotas.

use bacasable::config::{Config, SettingValue as _};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Partner, World};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

async fn cluster(nodes: &str) -> World {
    let nodes = bacasable::config::Nodes::read(nodes).unwrap();
    let world = World::with(|config: &mut Config| config.gateway.simulated_nodes = nodes).await;
    world
        .order(
            Method::PATCH,
            "conventions/cellule-fraude",
            Some(json!({ "quotas": { "ficoba": 2 } })),
        )
        .await;
    world
}

async fn statuses(partner: &Partner, calls: usize) -> Vec<u16> {
    let mut all = Vec::new();
    for _ in 0..calls {
        all.push(partner.get(HEALTH).await.status.as_u16());
    }
    all
}

async fn quota(world: &World) -> Value {
    world.order(Method::GET, "quotas?partner=cellule-fraude&api=ficoba", None).await[0].clone()
}

#[tokio::test]
async fn each_connection_goes_to_the_next_gateway_and_each_gateway_counts_for_itself() {
    let world = cluster("2").await;
    let first = world.partner("cellule-fraude").await; // its connection asked for the token already
    let second = world.partner("cellule-fraude").await;
    assert_eq!(statuses(&first, 3).await, [200, 200, 429]);
    let entry = world.last_entry().await;
    assert_eq!((&entry["node"], &entry["status"]), (&json!(1), &json!(429)), "{entry}");
    assert_eq!(statuses(&second, 1).await, [200], "the other gateway knows nothing of it");
    let entry = world.last_entry().await;
    assert_eq!(
        (&entry["node"], &entry["quota"]),
        (&json!(2), &json!({ "limit": 2, "used": 1 })),
        "{entry}"
    );
    let told = quota(&world).await;
    assert_eq!(
        (&told["limit"], &told["used"], &told["nodes"]),
        (&json!(2), &json!(3), &json!([2, 1]))
    );
    assert_eq!(statuses(&second, 2).await, [200, 429]);
    let third = world.partner("cellule-fraude").await;
    assert_eq!(statuses(&third, 1).await, [429], "connections go round");

    let used = json!({ "partner": "cellule-fraude", "api": "ficoba", "used": 1 });
    world.order(Method::PUT, "quotas", Some(used)).await;
    assert_eq!(quota(&world).await["nodes"], json!([1, 1]));
    world.order(Method::DELETE, "quotas", None).await;
    assert_eq!((statuses(&first, 1).await, statuses(&second, 1).await), (vec![200], vec![200]));
}

#[tokio::test]
async fn one_gateway_is_no_cluster_and_says_nothing_of_it() {
    let world = cluster("1").await;
    let (first, second) =
        (world.partner("cellule-fraude").await, world.partner("cellule-fraude").await);
    assert_eq!(
        (statuses(&first, 1).await, statuses(&second, 2).await),
        (vec![200], vec![200, 429])
    );
    assert!(world.last_entry().await.get("node").is_none());
    assert!(quota(&world).await.get("nodes").is_none());
}

#[test]
fn a_cluster_has_one_to_eight_gateways() {
    let read = bacasable::config::Nodes::read;
    assert_eq!(["1", "8"].map(|text| read(text).unwrap().count()), [1, 8]);
    assert!(["0", "9", "-1", "deux", "", "1.5"].iter().all(|text| read(text).is_none()));
}
