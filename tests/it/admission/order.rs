//! For every pair of controls, break both and expect the refusal of the first (CGU FICOBA 4: the order of the list).

use jiff::SignedDuration;

use crate::harness::World;

/// A way to break one control and leave the others whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    Certificate,
    Address,
    TechnicalId,
    Identity,
    Rights,
    Quota,
}

use Broken::{Address, Certificate, Identity, Quota, Rights, TechnicalId};

const ORDER: [(Broken, &str); 6] = [
    (Certificate, "certificate"),
    (Address, "address"),
    (TechnicalId, "technical-id"),
    (Identity, "identity"),
    (Rights, "rights"),
    (Quota, "quota"),
];

#[tokio::test]
async fn of_two_broken_controls_the_first_refuses() {
    for (at, (first, name)) in ORDER.into_iter().enumerate() {
        assert_eq!(refused_by(&[first]).await, name, "{first:?} alone");
        for (second, _) in &ORDER[at + 1..] {
            assert_eq!(refused_by(&[first, *second]).await, name, "{first:?} and {second:?}");
        }
    }
}

/// Which control refuses a request in which all these are broken.
async fn refused_by(broken: &[Broken]) -> String {
    let is = |one| broken.contains(&one);
    let world = World::start().await;
    world.server.sandbox.change_directory(|directory| {
        let mut convention = directory.convention("editeur-demo").unwrap().as_ref().clone();
        if is(Address) {
            convention.networks = vec!["192.0.2.0/24".parse().unwrap()];
        }
        if is(Identity) {
            convention.life.imposed = Some(bacasable::directory::State::Suspended);
        }
        if is(Rights) {
            convention.grants.ficoba = None;
        }
        directory.with(convention)
    });
    let token = match is(Certificate) || is(Address) {
        true => String::new(), // nobody gets as far as the token endpoint
        false => world.caller("editeur-demo").obtain_token("editeur-demo", None).await,
    };
    if is(TechnicalId) {
        world.clock.advance(SignedDuration::from_hours(2)).unwrap();
    }
    if is(Quota) {
        let (sandbox, now) = (&world.server.sandbox, world.clock.now());
        sandbox.quotas.set("editeur-demo", bacasable::rights::ApiId::Ficoba, 750, now);
    }
    let certificate =
        if is(Certificate) { "clients/invalid/revoked" } else { "clients/editeur-demo" };
    let caller = world.holder_of("editeur-demo", Some(certificate)).bearing(&token);
    let reply = caller.get("/fcb-masrestit/api/v2/etatSante").await;
    assert!(reply.status.is_client_error(), "{}", reply.text);
    let entry = world.last_entry().await;
    let refused = entry["controls"]
        .as_array()
        .unwrap()
        .iter()
        .find(|facts| facts["verdict"] == "refused")
        .unwrap();
    assert_eq!(reply.header("X-Bacasable-Control"), refused["control"]);
    reply.header("X-Bacasable-Control").to_owned()
}
