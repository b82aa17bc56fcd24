//! What steering costs a request when nothing is set: reading the clock, looking for a fault, writing the journal's entry.

use std::hint::black_box;

use bacasable::{
    api::World,
    clock::Clock,
    config::Config,
    faults::{Faults, RawRequest, RequestFacts, Scenarios},
    journal::{Entry, Journal},
    rights::ApiId,
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

fn clock(c: &mut Criterion) {
    let running = Clock::system();
    c.bench_function("clock, running", |b| b.iter(|| black_box(&running).now()));
    let frozen = Clock::frozen("2026-11-22T10:00:00Z".parse().expect("a moment"));
    c.bench_function("clock, frozen", |b| b.iter(|| black_box(&frozen).now()));
}

fn faults(c: &mut Criterion) {
    let none = Faults::new(1, Scenarios::default());
    c.bench_function("fault, none and no scenario", |b| {
        b.iter(|| black_box(&none).inject(&facts()))
    });
    let config = Config { population: 0, ..Config::default() };
    let Ok(world) = World::load(&config) else { panic!("the embedded fixtures are sound") };
    let shipped = Faults::new(1, world.scenarios);
    c.bench_function("fault, none, the shipped scenarios", |b| {
        b.iter(|| black_box(&shipped).inject(&facts()))
    });
}

fn journal(c: &mut Criterion) {
    let journal = Journal::new(10_000);
    let entry = || Entry {
        partner: Some("editeur-demo".to_owned()),
        api: Some(ApiId::Ficoba),
        ..Entry::default()
    };
    c.bench_function("journal, an entry", |b| {
        b.iter_batched(entry, |entry| black_box(&journal).record(entry), BatchSize::SmallInput);
    });
}

/// A search of FICOBA as clients write it.
fn facts() -> RequestFacts<'static> {
    let raw = RawRequest { query: None, segments: &[], body: black_box(BODY) };
    RequestFacts::new(Some(ApiId::Ficoba), "perPhy", "editeur-demo", raw)
}

const BODY: &[u8] = br#"{"dateDemande":"2026-11-20","motif":"0020","siretDemandeur":"20999001900017","justification":"dossier 2026-4711 du service de recouvrement","criteresRecherche":{"etatCivil":{"nom":"VALBRUNE","prenoms":"CELINE","sexe":"2","anneeNaissance":"1985","moisNaissance":"3","jourNaissance":"12"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"38","codeCommuneNaissance":"185"}}}"#;

criterion_group!(benches, clock, faults, journal);
criterion_main!(benches);
