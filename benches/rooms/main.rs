//! What each room behind the controls costs: each search with its restitution and its bytes, the register, the journal, and
//! tokens that are issued or forged. `benches/chain.rs` has the controls.
//!
//! `cargo bench --bench rooms`; `docs/performance.md` has the figures of one machine. Everything here is in memory; the cost of
//! TLS and HTTP is the load bench's matter (`benches/load`).

mod world;

use std::{hint::black_box, time::Duration};

use bacasable::{
    domain::ComparisonName,
    journal::{Draft, Filter},
    register::{PersonId, Register, Spec},
};
use criterion::{Criterion, criterion_group, criterion_main};
use http::Method;
use jiff::SignedDuration;

use self::world::{World, ficoba};

fn tokens(c: &mut Criterion) {
    let world = World::new();
    let (tokens, now) = (&world.sandbox.tokens, world.sandbox.clock.now());
    let mut group = c.benchmark_group("tokens");
    group.bench_function("forged", |b| {
        let forged = format!("{}AA", &world.token[..world.token.len() - 2]);
        b.iter(|| {
            tokens.verify(black_box(&forged), now, SignedDuration::ZERO).expect_err("forged")
        });
    });
    group.bench_function("issued", |b| b.iter(|| world.issue()));
    group.finish();
}

fn searches(c: &mut Criterion) {
    let register = Register::load(&Spec { seed: 1, population: 1_000_000, fixtures: None })
        .expect("the embedded fixtures are sound");
    let people: Vec<PersonId> = register.people().skip(1000).step_by(997).take(500).collect();
    let people: Vec<_> = people.into_iter().map(|id| register.person(id)).collect();
    let accounts: Vec<_> = register
        .accounts()
        .skip(1000)
        .step_by(997)
        .take(500)
        .map(|id| register.account(id))
        .collect();
    let mut group = c.benchmark_group("register of a million people");
    let mut next = (0..).map(|at: usize| at % 500);
    group.bench_function("account by IBAN", |b| {
        b.iter(|| {
            register.account(
                register
                    .account_by_iban(&accounts[next.next().expect("without end")].iban)
                    .expect("in the register"),
            )
        });
    });
    group.bench_function("person by SPI", |b| {
        b.iter(|| {
            people[next.next().expect("without end")]
                .spi
                .and_then(|spi| register.person_by_spi(&spi))
                .map(|id| register.person(id))
        });
    });
    group.bench_function("people by name and year", |b| {
        b.iter(|| {
            let person = &people[next.next().expect("without end")];
            let (name, year) =
                (ComparisonName::new(&person.birth_name).expect("a name"), person.birth.year());
            register.people_named(&name, year..=year)
        });
    });
    group.finish();
}

/// The whole chain but TLS and HTTP: router, journal, six controls, search, restitution, bytes.
fn requests(c: &mut Criterion) {
    let world = World::new();
    let iban = r#"{"iban":"FR7699010000010000010100185","verificationCompte":"0"}"#;
    let searches = [
        ("numCpte", "0020", iban),
        (
            "numCpte, verification",
            "0101",
            r#"{"iban":"FR7699010000010000010100185","verificationCompte":"1"}"#,
        ),
        ("spi", "0020", r#"{"numeroSPI":"3990000101192"}"#),
        (
            "perPhy",
            "0020",
            r#"{"etatCivil":{"nom":"VALBRUNE","prenoms":"CÉLINE","anneeNaissance":"1985","moisNaissance":"04","jourNaissance":"12"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"38","codeCommuneNaissance":"185"}}"#,
        ),
    ];
    let mut group = c.benchmark_group("requests");
    for (name, motif, criteria) in searches {
        let (path, body) = ficoba(name.split(',').next().expect("a first part"), motif, criteria);
        group.bench_function(format!("FICOBA {name}"), |b| {
            b.iter(|| world.ask(Method::POST, &path, &body, 200))
        });
    }
    for (name, path) in [
        ("by SPI", "/r2p/v1/personne/3990000101192"),
        (
            "by civil status",
            "/r2p/v1/personne?nom=VALBRUNE&prenom=C%C3%89LINE&naisDate=12/04/1985&naisCodePays=99100&naisCodeDept=38&naisCodeCommune=185",
        ),
    ] {
        group.bench_function(format!("R2P {name}"), |b| {
            b.iter(|| world.ask(Method::GET, path, "", 200))
        });
    }
    group.bench_function("unknown path", |b| {
        b.iter(|| world.ask(Method::GET, "/nulle/part", "", 404))
    });
    group.finish();
}

fn journal(c: &mut Criterion) {
    let world = World::new();
    world.ask(Method::GET, "/r2p/v1/personne/3990000101192", "", 200);
    let journal = &world.sandbox.journal;
    let entry = journal.read(&Filter::default()).pop().expect("the entry of the call");
    let mut group = c.benchmark_group("journal");
    group.bench_function("an empty entry", |b| {
        b.iter(|| {
            let mut draft = Draft::default();
            draft.finish();
            journal.record(draft.entry);
        });
    });
    group.bench_function("as JSON", |b| {
        b.iter(|| serde_json::to_vec(black_box(&*entry)).expect("an entry is JSON"))
    });
    group.bench_function("a digest of 300 bytes", |b| {
        b.iter(|| journal.seal().digest([black_box(&[b'x'; 300]).as_slice()]))
    });
    group.finish();
}

criterion_group! {
    name = rooms;
    config = Criterion::default().measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500)).sample_size(30);
    targets = tokens, searches, requests, journal
}
criterion_main!(rooms);
