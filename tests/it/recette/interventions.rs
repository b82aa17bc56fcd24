//! What is ordered at the console while a rehearsal goes on is in its report: a convention that was cut down first of all.

use bacasable::{
    recette::report::{Conclusion, Report},
    sandbox::Act,
};
use reqwest::Method;
use serde_json::json;

use super::told;
use crate::{console::HEALTH, harness::World, pages::browser::Browser};

const PARTNER: &str = "editeur-demo";

fn point<'a>(report: &'a Report, start: &str) -> Option<&'a str> {
    report.vigilance.iter().map(String::as_str).find(|point| point.starts_with(start))
}

const CHANGED: &str = "La convention a été modifiée depuis la console";
const ORDERED: &str = "Interventions ";

#[tokio::test(flavor = "multi_thread")]
async fn a_convention_that_the_console_changed_is_said_and_opens_no_gate() {
    let world = World::start().await;
    world.partner(PARTNER).await.get(HEALTH).await;
    let before = world.recette(PARTNER).await;
    assert_eq!((point(&before, CHANGED), before.curtailed()), (None, None));
    let path = format!("conventions/{PARTNER}");
    world.order(Method::PATCH, &path, Some(json!({ "ficoba": null, "r2p": { "quota": 5 } }))).await;
    let report = world.recette(PARTNER).await;
    let change = report.change.clone().unwrap();
    assert_eq!(change.differences, ["API FICOBA retirée", "API R2P (quota)"]);
    let entered = change.added.len();
    assert_eq!(change.withdrawn.len(), before.tally.applicable + entered - report.tally.applicable);
    let told_of = point(&report, CHANGED).unwrap();
    assert!(
        told_of.contains("le 22/11/2026 à 11:00:00, par l'API de la console : API FICOBA retirée, API R2P (quota)"),
        "{told_of}"
    );
    let count = format!("{} cas ne s'appliquent pas de ce fait : ", change.withdrawn.len());
    assert!(told_of.contains(&count), "{told_of}");
    assert_eq!(report.synthesis.outcome, Conclusion::Incomplete);
    assert!(report.synthesis.conclusion.contains("d'une convention modifiée depuis la console"));
    assert!(!report.pronouncements().concat().contains("sans réserve"));
    let gate = ["status", "--partner", PARTNER, "--min-coverage", "0"];
    let (code, text) = told(&world.command(&gate).await);
    assert!(code == 1 && text.contains("Seuil de 0 % : non atteint ("), "{text}");
    assert!(text.contains("du fait d'une convention modifiée depuis la console)"), "{text}");
    let page = Browser::on(&world).open("/recette/editeur-demo").await;
    page.says(&[CHANGED, "de ce fait : "]);

    // Restored, it is said to have been changed, and the gate is open again.
    let order = json!({ "partner": PARTNER, "only": ["conventions"] });
    world.order(Method::POST, "reset", Some(order)).await;
    let report = world.recette(PARTNER).await;
    assert_eq!((&report.change, report.curtailed()), (&None, None));
    let told_of = point(&report, CHANGED).unwrap();
    assert!(told_of.contains("API FICOBA ouverte"), "{told_of}");
    assert!(told_of.contains("de nouveau telle que son fichier l'écrit"), "{told_of}");
    assert_eq!(told(&world.command(&gate).await).0, 0);
    // What concerns others is said to nobody else, and another run begins without it.
    assert_eq!(point(&world.recette("commune-valmont").await, CHANGED), None);
    world.order(Method::POST, "reset", Some(json!({ "partner": PARTNER }))).await;
    let anew = world.recette(PARTNER).await;
    assert!(point(&anew, CHANGED).is_none() && anew.interventions.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_convention_that_a_page_suspended_and_a_reset_of_the_journal_left_so_is_said() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let page = "/partenaires/editeur-demo";
    browser.submit(page, "/partenaires/editeur-demo/etat", &[("etat", "suspended")]).await;
    let told_of = point(&world.recette(PARTNER).await, CHANGED).unwrap().to_owned();
    assert!(told_of.contains("par une page de la console : convention suspendue"), "{told_of}");
    world.order(Method::POST, "reset", Some(json!({ "only": ["journal"] }))).await;
    world.partner(PARTNER).await.get(HEALTH).await;
    let report = world.recette(PARTNER).await;
    let told_of = point(&report, CHANGED).unwrap();
    assert!(told_of.contains("avant la période jugée"), "{told_of}");
    assert!(report.withdrawn() > 50 && report.synthesis.outcome != Conclusion::Conclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_that_changes_what_is_answered_is_said() {
    let world = World::start().await;
    world.partner(PARTNER).await.get(HEALTH).await;
    assert_eq!(point(&world.recette(PARTNER).await, ORDERED), None);
    let fault = json!({ "match": { "partner": PARTNER }, "outcome": { "status": 503 } });
    for (method, path, body) in [
        (Method::POST, "faults", Some(fault)),
        (Method::PUT, "clock", Some(json!({ "advance": "PT61M" }))),
        (Method::DELETE, "quotas?partner=editeur-demo", None),
        (Method::DELETE, "tokens", None),
        (Method::PUT, "service", Some(json!({ "profile": "cgu" }))),
    ] {
        world.order(method, path, body).await;
    }
    world.partner(PARTNER).await.get(HEALTH).await;
    let report = world.recette(PARTNER).await;
    let told_of = point(&report, ORDERED).unwrap();
    for words in [
        "pendant la période : ",
        "1 incident commandé (le 22/11/2026 à 11:00:00, par l'API de la console : statut 503)",
        "1 réglage de l'horloge simulée (",
        "avancée de PT61M",
        "1 réglage du compteur de quota (",
        "1 révocation de jetons (",
        "1 réglage des horaires des API (",
        "profil cgu",
    ] {
        assert!(told_of.contains(words), "{words}: {told_of}");
    }
    let other = world.recette("commune-valmont").await;
    let other = point(&other, ORDERED).unwrap();
    assert!(!other.contains("incident") && other.contains("horloge"), "{other}");
    // The hours of the period are those of a clock that was moved.
    let chosen = world.recette_of(PARTNER, "&from=2026-11-22").await;
    let period = chosen.chosen_period().unwrap();
    assert!(period.ends_with("(heures de l'horloge simulée, qui a été déplacée)"), "{period}");
    let later = world.recette_of(PARTNER, "&from=2026-11-23").await;
    let told_of = point(&later, ORDERED).unwrap();
    assert!(
        told_of.contains("avant les appels jugés : 1 incident commandé"),
        "it may hold: {told_of}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_tokens_were_revoked_is_said() {
    let world = World::start().await;
    let of_partner = json!({ "only": ["tokens"], "partner": PARTNER });
    let of_all = json!({ "only": ["tokens"] });
    for (method, path, body, whose) in [
        (Method::DELETE, "tokens?partner=editeur-demo", None, "tous ceux du partenaire"),
        (Method::DELETE, "tokens", None, "tous"),
        (Method::POST, "reset", Some(of_partner), "tous ceux du partenaire"),
        (Method::POST, "reset", Some(of_all), "tous"),
    ] {
        let asked = format!("{method} {path}: {body:?}");
        world.order(method, path, body).await;
        let last = world.server.sandbox.interventions.all().pop().unwrap();
        assert_eq!((last.act, last.what.as_str()), (Act::Tokens, whose), "{asked}");
    }
    let report = world.recette(PARTNER).await;
    let told_of = point(&report, ORDERED).unwrap();
    assert!(
        told_of
            .contains("par l'API de la console : tous ceux du partenaire (2 fois), tous (2 fois))"),
        "{told_of}"
    );
}

/// What was ordered before a restart, and away from the server, is said as long as the calls of then are counted.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_ordered_is_said_of_files_too() {
    let dir = tempfile::tempdir().unwrap();
    let journal = dir.path().join("journal.jsonl");
    let start = async || World::with(|config| config.journal.file = Some(journal.clone())).await;
    let world = start().await;
    world.partner(PARTNER).await.get(HEALTH).await;
    let path = format!("conventions/{PARTNER}");
    world.order(Method::PATCH, &path, Some(json!({ "state": "suspended" }))).await;
    world.server.stop().await;
    let again = start().await;
    let told_of = point(&again.recette(PARTNER).await, CHANGED).unwrap().to_owned();
    assert!(told_of.contains("de nouveau telle que son fichier l'écrit"), "{told_of}");
    let file = dir.path().join("r.json");
    let command = async |more: &[&str]| {
        let (journal, file) = (journal.to_str().unwrap(), file.to_str().unwrap());
        let all = ["report", "--partner", PARTNER, "--journal", journal, "--output", file];
        told(&again.command(&[&all[..], more].concat()).await)
    };
    let (code, text) = command(&[]).await;
    assert_eq!(code, 0, "{text}");
    let report = Report::unsealed(&std::fs::read(&file).unwrap()).unwrap();
    let told_of = point(&report, CHANGED).unwrap();
    assert!(told_of.ends_with("Ce rapport la juge telle que son fichier l'écrit."), "{told_of}");
    for (name, what) in [
        ("journal.interventions.ndjson", "devrait contenir les interventions"),
        ("journal.conventions.json", "devrait contenir les conventions"),
    ] {
        let beside = dir.path().join(name);
        let kept = std::fs::read(&beside).unwrap();
        std::fs::write(&beside, "rien\n").unwrap();
        for (lang, words) in [("fr", what), ("en", "mend it")] {
            let (code, text) = command(&["--lang", lang]).await;
            assert!(code == 2 && text.contains(words), "{text}");
        }
        // A journal that came alone says so: nobody can tell what was ordered.
        std::fs::remove_file(&beside).unwrap();
        let (code, text) = command(&[]).await;
        assert_eq!(code, 0, "{text}");
        let report = Report::unsealed(&std::fs::read(&file).unwrap()).unwrap();
        let missing = format!("Le fichier {name} n'accompagne pas le journal : ");
        assert!(point(&report, &missing).is_some(), "{:?}", report.vigilance);
        std::fs::write(&beside, kept).unwrap();
    }
    again.server.stop().await;
}

const WRITTEN: &str = include_str!("../../../fixtures/conventions/editeur-demo.toml");

/// The file of the convention, without one of its APIs and with another quota.
fn cut_down() -> String {
    let r2p = WRITTEN.find("[r2p]").unwrap();
    WRITTEN[..r2p].replace("quota = 750", "quota = 751")
}

/// What the file takes away is missed as what the console takes away: in the running server, beside a new run, in the next server
/// of the same journal, and where the journal is judged without one.
#[tokio::test(flavor = "multi_thread")]
async fn a_convention_whose_file_was_changed_is_said_and_opens_no_gate() {
    const CHANGED: &str = "La convention a été modifiée : ";
    let dir = tempfile::tempdir().unwrap();
    let (fixtures, journal) = (dir.path().join("fx"), dir.path().join("journal.jsonl"));
    std::fs::create_dir_all(fixtures.join("conventions")).unwrap();
    let write = |text: &str| std::fs::write(fixtures.join("conventions/demo.toml"), text).unwrap();
    let start = async || {
        World::with(|config| {
            config.journal.file = Some(journal.clone());
            config.fixtures = Some(fixtures.clone());
        })
        .await
    };
    write(&cut_down());
    let world = start().await;
    // Whoever sets up changes files before the first call: that is what is rehearsed.
    write(WRITTEN);
    let reread = Some(json!({ "only": ["conventions"] }));
    world.order(Method::POST, "reset", reread.clone()).await;
    world.partner(PARTNER).await.get(HEALTH).await;
    let before = world.recette(PARTNER).await;
    assert_eq!((point(&before, CHANGED), &before.change), (None, &None));

    let is_said = |report: &Report, way: &str| {
        let change = report.change.clone().unwrap();
        assert_eq!(change.differences, ["API FICOBA (quota)", "API R2P retirée"], "{way}");
        assert!(change.withdrawn.contains(&"quotas-r2p".to_owned()), "{way}");
        assert_eq!(report.synthesis.outcome, Conclusion::Incomplete, "{way}");
        let why = report.curtailed().unwrap();
        assert!(why.ends_with("du fait d'une convention modifiée"), "{way}: {why}");
        let told_of = point(report, CHANGED).unwrap();
        for words in [
            "par le dossier des fixtures : API FICOBA (quota), API R2P retirée",
            "Elle diffère de ce qu'elle était auparavant",
            "de ce fait : ",
        ] {
            assert!(told_of.contains(words), "{way}: {told_of}");
        }
        let shown = serde_json::to_string(&report.interventions).unwrap();
        assert!(!shown.contains("before"), "{way}: what it was stays beside the journal");
    };
    write(&cut_down());
    world.order(Method::POST, "reset", reread).await;
    is_said(&world.recette(PARTNER).await, "read again");
    let gate = ["status", "--partner", PARTNER, "--min-coverage", "0"];
    assert_eq!(told(&world.command(&gate).await).0, 1);
    world.order(Method::POST, "reset", None).await;
    is_said(&world.recette(PARTNER).await, "a new run whose journal keeps the calls of before");
    world.server.stop().await;

    // As it was before, then changed while no server runs.
    write(WRITTEN);
    let world = start().await;
    let back = world.recette(PARTNER).await;
    assert_eq!(back.change, None);
    assert!(point(&back, CHANGED).unwrap().contains("de nouveau telle que son fichier l'écrit"));
    world.server.stop().await;
    std::fs::remove_file(dir.path().join("journal.interventions.ndjson")).unwrap();
    write(&cut_down());
    let world = start().await;
    is_said(&world.recette(PARTNER).await, "another server");
    world.server.stop().await;

    std::fs::remove_file(dir.path().join("journal.interventions.ndjson")).unwrap();
    std::fs::write(dir.path().join("journal.interventions.ndjson"), "").unwrap();
    write(WRITTEN);
    let file = dir.path().join("r.json");
    let all = [
        ["report", "--partner", PARTNER, "--journal", journal.to_str().unwrap()],
        ["--output", file.to_str().unwrap(), "--fixtures", fixtures.to_str().unwrap(), "--lang=fr"],
    ];
    let (code, text) = told(&World::start().await.command(&all.concat()).await);
    assert_eq!(code, 0, "{text}");
    let report = Report::unsealed(&std::fs::read(&file).unwrap()).unwrap();
    let told_of = point(&report, "Le fichier de la convention a été modifié depuis").unwrap();
    assert!(told_of.contains("cas s'appliquent de ce fait"), "{told_of}");
}

/// Accepting several cases at once lifts nobody's refusal by the way.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_lifted_by_a_decision_that_says_why() {
    let world = World::start().await;
    world.partner(PARTNER).await.get(HEALTH).await;
    let case = "disponibilite-etat-sante";
    let decide = async |decision: serde_json::Value| {
        let path = format!("/admin/v1/recette/about?partner={PARTNER}");
        world.console(Method::PUT, &path, Some(json!({ "remarks": [decision] }))).await
    };
    let refusal = json!({
        "case": case, "decision": "refused", "severity": "blocking", "comment": "muet", "by": "Paul",
    });
    assert_eq!(decide(refusal).await.status, 200);
    let accept = json!({ "case": case, "decision": "accepted", "by": "Marie" });
    let silent = decide(accept.clone()).await;
    assert_eq!(
        (silent.status.as_u16(), silent.json()["pointer"].as_str()),
        (422, Some("/remarks/0/comment"))
    );
    assert!(silent.text.contains("a été refusé par Paul (gravité bloquante)"), "{}", silent.text);
    let browser = Browser::on(&world);
    let page = browser.open("/recette/editeur-demo").await;
    let proofs = page.proofs();
    let mut fields =
        vec![("constats", "oui"), ("cas", case), ("decision", "accepted"), ("auteur", "Marie")];
    fields.extend(proofs.iter().map(|(name, value)| (&**name, &**value)));
    let refused = browser.post("/recette/editeur-demo/decision", &page.token(), &fields).await;
    assert_eq!(refused.status, 422);
    refused.says(&["a été refusé par Paul (gravité bloquante) ; dites pourquoi ce refus est levé"]);
    let mut explained = accept;
    explained["comment"] = json!("corrigé en 2.1");
    assert_eq!(decide(explained).await.status, 200);
}

/// What is judged is French, and so is what is wrong with an order about it, whoever found it.
#[tokio::test]
async fn what_is_wrong_with_an_order_of_the_recette_is_french() {
    let world = World::start().await;
    let begin = |case: &str| format!("/admin/v1/recette/cases/{case}/begin");
    let partner = || Some(json!({ "partner": PARTNER }));
    let about = "/admin/v1/recette/about?partner=editeur-demo";
    for (method, path, body, words) in [
        (
            Method::POST,
            begin("sfip-lep-oui"),
            partner(),
            "Cas : « sfip-lep-oui » est sans objet pour cette convention (API SFiP non souscrite).",
        ),
        (Method::POST, begin("rien"), partner(), "Cas : « rien » n'est pas un cas du catalogue"),
        (
            Method::POST,
            begin("jetons-absent"),
            Some(json!({ "partner": "nobody" })),
            "Partenaire : aucune convention n'a l'identifiant « nobody ».",
        ),
        (
            Method::POST,
            begin("jetons-absent"),
            Some(json!({ "partenaire": "x" })),
            "« partenaire » n'est pas un membre connu",
        ),
        (
            Method::GET,
            "/admin/v1/recette/report?partner=editeur-demo&from=hier".to_owned(),
            None,
            "« hier » ne convient pas ; attendu : un jour, comme 2026-11-29",
        ),
        (
            Method::GET,
            "/admin/v1/recette?partenaire=x".to_owned(),
            None,
            "Le paramètre « partenaire » n'existe pas",
        ),
        (
            Method::GET,
            "/admin/v1/recette/about".to_owned(),
            None,
            "L'identifiant d'une convention est attendu.",
        ),
    ] {
        let reply = world.console(method, &path, body).await;
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(words), "{path}: {detail}");
    }
    for path in [about, &begin("jetons-absent")] {
        let url = format!("http://{}{path}", world.server.console);
        let method = if path == about { Method::PUT } else { Method::POST };
        let request = |media: &'static str| {
            let client = reqwest::Client::new();
            client.request(method.clone(), &url).header("Content-Type", media).body("{")
        };
        let text = request("application/json").send().await.unwrap().text().await.unwrap();
        assert!(text.contains("Le corps n'est pas du JSON (ligne 1, colonne"), "{text}");
        let text = request("text/plain").send().await.unwrap().text().await.unwrap();
        assert!(text.contains("Content-Type doit être « application/json »"), "{text}");
    }
}
