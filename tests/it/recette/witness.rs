//! What a journal cannot show waits for the tester's word; a blunder proves nothing; an attempt is of its own case.

use bacasable::recette::{
    coverage::{CaseResult, State},
    report::{Format, Outcome, Report},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::told;
use crate::{
    console::HEALTH,
    harness::{Reply, World},
    pages::browser::Browser,
};

const PARTNER: &str = "editeur-demo";
const PAGE: &str = "/recette/editeur-demo";
/// A person who has no account.
const NOBODY: &str = "3990000601181";

fn case(report: &Report, id: &str) -> CaseResult {
    report.cases().find(|case| case.id == id).unwrap().clone()
}

async fn state(world: &World, id: &str) -> State {
    case(&world.recette(PARTNER).await, id).state
}

async fn search(world: &World, motif: &str, spi: &str) -> String {
    let partner = world.partner(PARTNER).await;
    partner.ficoba("spi", motif, json!({ "numeroSPI": spi })).await.outcome()
}

/// The first answers of the application are as they should be; that it understood them is for a person to say.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_journal_cannot_show_waits_for_the_tester() {
    const ID: &str = "anomalie-caf007";
    let world = World::start().await;
    assert_eq!(search(&world, "0020", NOBODY).await, "200 CAF007");
    let report = world.recette(PARTNER).await;
    let seen = case(&report, ID);
    assert_eq!((seen.state, seen.seen), (State::Awaiting, 1));
    let note = seen.note.unwrap();
    assert!(
        note.starts_with("les appels sont conformes ; à constater par le testeur : "),
        "{note}"
    );
    assert_eq!(report.tally.awaiting, 1);
    assert!(!report.left().any(|case| case.id == ID), "there is nothing left to play");
    let (_, text) = told(&world.command(&["status", "--partner", PARTNER]).await);
    assert!(text.contains("constat attendu : anomalie-caf007"), "{text}");
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Pdf) {
        let written = String::from_utf8(report.write(format).unwrap().bytes).unwrap();
        let wanted = if format == Format::Json { "awaiting" } else { "constat attendu" };
        assert!(written.contains(wanted), "{format}");
    }
    let browser = Browser::on(&world);
    let page = browser.open(PAGE).await;
    page.says(&["À constater par le testeur", "Consigner le constat"]);
    let decide = async |decision: &str, comment: &str| {
        let fields =
            [("cas", ID), ("decision", decision), ("auteur", "Grace"), ("commentaire", comment)];
        browser.submit(PAGE, "/recette/editeur-demo/decision", &fields).await
    };
    decide("accepted", "").await.says(&["accepté ; par Grace, le 22/11/2026"]);
    let report = world.recette(PARTNER).await;
    let seen = case(&report, ID);
    assert_eq!((seen.state, seen.by_journal()), (State::Conforming, State::Awaiting));
    assert!(seen.note.as_ref().unwrap().starts_with("constaté par le testeur : "));
    assert!(report.synthesis.cases.ends_with("par décision du testeur : 1 conforme"));
    // The page and the console count as the report does, and the word stands for no later call.
    assert!(!browser.open(PAGE).await.text().contains("Consigner le constat du cas"));
    let path = "/admin/v1/recette?partner=editeur-demo";
    let summary = world.console(Method::GET, path, None).await.json();
    let tally = report.tally;
    assert_eq!(
        (&summary[0]["conforming"], &summary[0]["awaiting"]),
        (&json!(tally.conforming), &json!(0))
    );
    search(&world, "0020", NOBODY).await;
    let later = case(&world.recette(PARTNER).await, ID);
    assert_eq!((later.state, &later.evidence), (State::Conforming, &seen.evidence));
    assert!(later.note.unwrap().ends_with(" ; 1 autre appel a été fait depuis ce constat"));
    decide("accepted", "").await;
    let renewed = case(&world.recette(PARTNER).await, ID);
    assert_ne!(renewed.evidence, later.evidence, "saved again, it is about the call of today");
    decide("refused", "affiché comme une erreur").await;
    let report = world.recette(PARTNER).await;
    assert_eq!(case(&report, ID).state, State::NotConforming);
    assert_eq!(report.synthesis.outcome, Outcome::Adverse);
}

/// What was witnessed of calls that the journal no longer holds says nothing about others.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_is_of_the_calls_that_the_journal_holds() {
    const ID: &str = "anomalie-caf007";
    let world = World::start().await;
    search(&world, "0020", NOBODY).await;
    let about = json!({ "tester": "Ada", "remarks": [{ "case": ID, "decision": "accepted" }] });
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    let said = world.console(Method::PUT, path, Some(about)).await;
    assert_eq!(said.status, 200, "{}", said.text);
    assert_eq!(state(&world, ID).await, State::Conforming);
    let (again, remark) = (said.json(), said.json()["remarks"][0].clone());
    assert!(remark["at"].is_string() && remark["proof"].is_string() && remark["by"] == "Ada");
    search(&world, "0020", NOBODY).await;
    assert_eq!(state(&world, ID).await, State::Conforming, "the call is still there");
    world.order(Method::POST, "reset", Some(json!({ "only": ["journal"] }))).await;
    assert_eq!(state(&world, ID).await, State::NotSeen);
    search(&world, "0020", NOBODY).await;
    assert_eq!(state(&world, ID).await, State::Awaiting);
    let forged =
        Value::String(case(&world.recette(PARTNER).await, ID).evidence[0].entry.clone().unwrap());
    let mut told = again;
    told["remarks"][0]["proof"] = forged;
    assert_eq!(world.console(Method::PUT, path, Some(told)).await.status, 200);
    assert_eq!(state(&world, ID).await, State::Awaiting, "the proof is the console's to give");
}

/// One call is not both what a case asks for and a broken rule.
#[tokio::test(flavor = "multi_thread")]
async fn a_blunder_alone_shows_no_case() {
    const ID: &str = "droits-motif-inconnu";
    let world = World::start().await;
    assert_eq!(search(&world, "9999", NOBODY).await, "400 CAF003");
    let report = world.recette(PARTNER).await;
    let seen = case(&report, ID);
    assert_eq!(seen.state, State::Seen);
    assert!(seen.note.unwrap().starts_with("à confirmer : "));
    assert!(report.broken().any(|rule| rule.id == "perimetre"));
    world.mark(PARTNER, ID, "begin").await;
    search(&world, "9999", NOBODY).await;
    world.mark(PARTNER, ID, "end").await;
    let report = world.recette(PARTNER).await;
    assert_eq!(case(&report, ID).state, State::Conforming);
    let blunders: Vec<_> =
        report.broken().flat_map(|rule| &rule.breaches).map(|breach| &breach.proof).collect();
    let mut proofs = report
        .cases()
        .filter(|case| case.state == State::Conforming)
        .flat_map(|case| &case.evidence);
    assert!(!blunders.is_empty());
    let shared = proofs.find(|proof| proof.code.is_some() && blunders.contains(proof));
    assert!(shared.is_none(), "{shared:?}");
}

/// What an incident brings about was ordered, and a person may say that a mistake was made on purpose.
#[tokio::test(flavor = "multi_thread")]
async fn an_ordered_incident_or_a_person_s_word_tells_that_it_was_on_purpose() {
    let world = World::start().await;
    let order =
        json!({ "match": { "api": "ficoba" }, "times": 1, "outcome": { "code": "CAT002" } });
    world.order(Method::POST, "faults", Some(order)).await;
    assert_eq!(search(&world, "0020", NOBODY).await, "400 CAT002");
    assert_eq!(state(&world, "anomalie-cat002").await, State::Conforming);
    search(&world, "9999", NOBODY).await;
    let remark = json!({ "case": "droits-motif-inconnu", "decision": "accepted", "by": "Ada" });
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    let said = world.console(Method::PUT, path, Some(json!({ "remarks": [remark] }))).await;
    assert_eq!(said.status, 200, "{}", said.text);
    assert_eq!(state(&world, "droits-motif-inconnu").await, State::Conforming);
}

/// A call of the same resource is no attempt at each of its cases.
#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_is_of_the_case_that_it_looks_like() {
    let world = World::start().await;
    let partner = world.partner(PARTNER).await;
    let path = "/fcb-masrestit/api/v2/comptes/numCpte";
    let broken = partner.request(Method::POST, path).header("Content-Type", "application/json");
    assert_eq!(Reply::read(broken.body("{")).await.outcome(), "400 CAT002");
    partner.get(HEALTH).await;
    let report = world.recette(PARTNER).await;
    let tried: Vec<_> = report
        .cases()
        .filter(|case| case.note.as_deref().is_some_and(|note| note.starts_with("essayé")))
        .map(|case| case.id.as_str())
        .collect();
    assert_eq!(tried, Vec::<&str>::new());
    world.mark(PARTNER, "numcpte-consultation", "begin").await;
    let broken = partner.request(Method::POST, path).header("Content-Type", "application/json");
    Reply::read(broken.body("{")).await;
    world.mark(PARTNER, "numcpte-consultation", "end").await;
    assert_eq!(state(&world, "numcpte-consultation").await, State::Seen, "it was being played");
}
