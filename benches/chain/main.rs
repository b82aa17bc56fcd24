//! What each room costs: the controls, a token known and unknown, each search with its restitution and its bytes, the journal.
//!
//! `cargo bench --bench chain`; `docs/performance.md` has the figures of one machine. Everything here is in memory; the cost of
//! TLS and HTTP is the load bench's matter (`benches/load`).

mod world;

use std::{hint::black_box, time::Duration};

use bacasable::{
    admission::{Caller, Chain, Demand},
    domain::ComparisonName,
    journal::{Filter, Trace},
    register::{PersonId, Register, Spec},
    rights::ApiId,
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::Method;
use jiff::SignedDuration;

use self::world::{World, ficoba};

fn controls(c: &mut Criterion) {
    let world = World::new();
    let (sandbox, peer) = (&world.sandbox, &world.peer);
    let directory = sandbox.directory();
    let gate = sandbox.gate(&directory);
    let caller = Caller { certificate: peer.certificate.as_deref(), address: peer.address.ip() };
    let authorization = format!("Bearer {}", world.token);
    let demand = Demand {
        api: ApiId::R2p,
        scope: Some("api_r2p_recherche_personne_physique"),
        authorization: Some(&authorization),
        id_teleservice: None,
    };
    let mut group = c.benchmark_group("controls");
    group.bench_function("1 and 2: certificate, address", |b| {
        b.iter(|| gate.identify(black_box(caller), &mut Chain::default()).unwrap());
    });
    group.bench_function("all six", |b| {
        b.iter(|| {
            let mut chain = Chain::default();
            let identified = gate.identify(black_box(caller), &mut chain).unwrap();
            gate.authorise(identified, black_box(demand), &mut chain).unwrap()
        });
    });
    let (certificate, now) = (peer.certificate.as_deref().unwrap(), sandbox.clock.now());
    group.bench_function("the certificate alone", |b| {
        b.iter(|| sandbox.trust.judge(black_box(certificate), now).unwrap())
    });
    let limit = u32::MAX.try_into().unwrap();
    group.bench_function("the quota alone", |b| {
        b.iter(|| sandbox.quotas.take(black_box("editeur-demo"), ApiId::Ficoba, limit, &sandbox.clock).unwrap());
    });
    group.finish();
}

fn tokens(c: &mut Criterion) {
    let world = World::new();
    let (tokens, now) = (&world.sandbox.tokens, world.sandbox.clock.now());
    let mut group = c.benchmark_group("tokens");
    group.bench_function("known", |b| {
        b.iter(|| tokens.verify(black_box(&world.token), now, SignedDuration::ZERO).unwrap())
    });
    group.bench_function("never seen", |b| {
        // Each is another token: what was verified once is remembered.
        b.iter_batched(
            || world.issue(),
            |token| tokens.verify(&token, now, SignedDuration::ZERO).unwrap(),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("forged", |b| {
        let forged = format!("{}AA", &world.token[..world.token.len() - 2]);
        b.iter(|| tokens.verify(black_box(&forged), now, SignedDuration::ZERO).unwrap_err());
    });
    group.bench_function("issued", |b| b.iter(|| world.issue()));
    group.finish();
}

fn searches(c: &mut Criterion) {
    let register = Register::load(&Spec { seed: 1, population: 1_000_000, fixtures: None }).unwrap();
    let people: Vec<PersonId> = register.people().skip(1000).step_by(997).take(500).collect();
    let people: Vec<_> = people.into_iter().map(|id| register.person(id)).collect();
    let accounts: Vec<_> =
        register.accounts().skip(1000).step_by(997).take(500).map(|id| register.account(id)).collect();
    let mut group = c.benchmark_group("register of a million people");
    let mut next = (0..).map(|at: usize| at % 500);
    group.bench_function("account by IBAN", |b| {
        b.iter(|| register.account(register.account_by_iban(&accounts[next.next().unwrap()].iban).unwrap()));
    });
    group.bench_function("person by SPI", |b| {
        b.iter(|| {
            people[next.next().unwrap()].spi.and_then(|spi| register.person_by_spi(&spi)).map(|id| register.person(id))
        });
    });
    group.bench_function("people by name and year", |b| {
        b.iter(|| {
            let person = &people[next.next().unwrap()];
            let (name, year) = (ComparisonName::new(&person.birth_name).unwrap(), person.birth.year());
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
        ("numCpte, verification", "0101", r#"{"iban":"FR7699010000010000010100185","verificationCompte":"1"}"#),
        ("spi", "0020", r#"{"numeroSPI":"3990000101192"}"#),
        (
            "perPhy",
            "0020",
            r#"{"etatCivil":{"nom":"VALBRUNE","prenoms":"CÉLINE","anneeNaissance":"1985","moisNaissance":"04","jourNaissance":"12"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"38","codeCommuneNaissance":"185"}}"#,
        ),
    ];
    let mut group = c.benchmark_group("requests");
    for (name, motif, criteria) in searches {
        let (path, body) = ficoba(name.split(',').next().unwrap(), motif, criteria);
        group.bench_function(format!("FICOBA {name}"), |b| b.iter(|| world.ask(Method::POST, &path, &body, 200)));
    }
    for (name, path) in [
        ("by SPI", "/r2p/v1/personne/3990000101192"),
        (
            "by civil status",
            "/r2p/v1/personne?nom=VALBRUNE&prenom=C%C3%89LINE&naisDate=12/04/1985&naisCodePays=99100&naisCodeDept=38&naisCodeCommune=185",
        ),
    ] {
        group.bench_function(format!("R2P {name}"), |b| b.iter(|| world.ask(Method::GET, path, "", 200)));
    }
    group.bench_function("unknown path", |b| b.iter(|| world.ask(Method::GET, "/nulle/part", "", 404)));
    group.finish();
}

fn journal(c: &mut Criterion) {
    let world = World::new();
    world.ask(Method::GET, "/r2p/v1/personne/3990000101192", "", 200);
    let journal = &world.sandbox.journal;
    let entry = journal.read(&Filter::default()).pop().unwrap();
    let mut group = c.benchmark_group("journal");
    group.bench_function("an empty entry", |b| b.iter(|| journal.record(Trace::default().finish())));
    group.bench_function("as JSON", |b| b.iter(|| serde_json::to_vec(black_box(&*entry)).unwrap()));
    group.bench_function("a digest of 300 bytes", |b| b.iter(|| journal.seal().of(black_box(&[&[b'x'; 300]]))));
    group.finish();
}

criterion_group! {
    name = chain;
    config = Criterion::default().measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500)).sample_size(30);
    targets = controls, tokens, searches, requests, journal
}
criterion_main!(chain);
