//! What a report says of what, who and when; an earlier report beside it; and `recette verify`.

use std::fs;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::told;
use crate::{
    console::{HEALTH, place},
    harness::World,
    pages::browser::Browser,
};

/// What a call of [`HEALTH`] shows.
const HEALTH_CASE: &str = "disponibilite-etat-sante";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_by_flags_and_on_the_console_is_in_the_report() {
    let world = World::start().await;
    world.partner("editeur-demo").await.get(HEALTH).await;
    let about = json!({
        "application": "Portail", "tester": "Ada",
        "remarks": [{ "case": HEALTH_CASE, "decision": "reserved", "severity": "major", "due": "2027-01-31", "comment": "lent" }],
    });
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    assert_eq!(world.console(Method::PUT, path, Some(about)).await.status, 200);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("r.json");
    let arguments = ["report", "--partner", "editeur-demo", "--output", file.to_str().unwrap()];
    let more =
        ["--tester", "Grace", "--checked-by", "Alan", "--from", "2026-11-22", "--to", "2026-11-22"];
    let (code, text) = told(&world.command(&[&arguments[..], &more].concat()).await);
    assert_eq!(code, 0, "{text}");
    let report = bacasable::recette::report::Report::unsealed(&fs::read(&file).unwrap()).unwrap();
    let lines = report.about.lines();
    assert_eq!(lines, [("Application", "Portail"), ("Testeur", "Grace"), ("Vérifié par", "Alan")]);
    assert_eq!(report.about.remarks.len(), 1);
    assert!(report.entries > 0 && report.chosen_period().is_some());
    let facts = report.facts();
    let fact =
        |label: &str| facts.iter().find(|(one, _)| *one == label).map(|(_, text)| text.clone());
    assert!(fact("Passerelle").unwrap().starts_with("https://127.0.0.1:"));
    assert!(
        fact("Certificat client").unwrap().contains("CN=editeur-demo, numéro de série")
            || fact("Certificat client").unwrap().contains("numéro de série")
    );
    assert_eq!(fact("Adresses observées").as_deref(), Some("127.0.0.1"));
    let empty = world.recette_of("editeur-demo", "&from=2026-11-23").await;
    assert_eq!(empty.entries, 0);
    for (path, wrong) in [
        ("/admin/v1/recette/report?partner=editeur-demo&from=hier", 400),
        ("/admin/v1/recette/about", 400),
    ] {
        assert_eq!(world.console(Method::GET, path, None).await.status, wrong, "{path}");
    }
    for body in [
        json!({ "tester": "x".repeat(121) }),
        json!({ "tester": "a\nb" }),
        json!({ "remarks": [{ "case": "rien", "decision": "accepted" }] }),
        json!({ "tester": "Ada", "remarks": [{ "case": "jetons-expiration", "decision": "accepted" }] }),
        json!({ "tester": null, "remarks": [{ "case": "jetons-obtention", "decision": "accepted" }] }),
        json!({ "remarks": null }),
    ] {
        assert_eq!(world.console(Method::PUT, path, Some(body)).await.status, 422);
    }
    for (wrong, member) in [
        (json!({ "severity": null }), "severity"),
        (json!({ "due": null }), "due"),
        (json!({ "due": "2026-11-21" }), "due"),
        (json!({ "comment": " " }), "comment"),
        (json!({ "comment": "a\nb" }), "comment"),
        (json!({ "case": "rien" }), "case"),
    ] {
        let mut remark = json!({
            "case": HEALTH_CASE, "decision": "reserved", "severity": "minor", "due": "2026-11-22", "comment": "y",
        });
        let given = wrong.as_object().unwrap().clone();
        remark.as_object_mut().unwrap().extend(given);
        let body = json!({ "remarks": [remark] });
        let refused = world.console(Method::PUT, path, Some(body)).await;
        let pointer = json!(format!("/remarks/0/{member}"));
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["pointer"]),
            (422, &pointer),
            "{wrong}"
        );
    }
    // What is not spoken of stays.
    let said = world.console(Method::PUT, path, Some(json!({ "campaign": "2026" }))).await.json();
    assert_eq!((&said["tester"], &said["campaign"]), (&json!("Ada"), &json!("2026")));
    assert_eq!(said["remarks"].as_array().map(Vec::len), Some(1));
    let said = world.console(Method::PUT, path, Some(json!({ "campaign": null }))).await.json();
    assert!(said["campaign"].is_null() && said["tester"] == "Ada");
    let (code, text) = told(
        &world
            .command(&["report", "--partner", "editeur-demo", "--tester", &"x".repeat(121)])
            .await,
    );
    assert!(code == 2 && text.contains("Testeur : 120 caractères au plus"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_report_is_compared_and_verified() {
    let world = World::start().await;
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name).display().to_string();
    let report = async |partner: &str, name: &str, more: &[&str]| {
        let path = file(name);
        let all = [&["report", "--partner", partner, "--output", &path], more].concat();
        told(&world.command(&all).await)
    };
    let partner = world.partner("editeur-demo").await;
    assert_eq!(report("editeur-demo", "before.json", &[]).await.0, 0);
    assert_eq!(report("commune-valmont", "other.json", &[]).await.0, 0);
    partner.get(HEALTH).await;
    let verified = async |name: &str| told(&world.command(&["verify", &file(name)]).await);
    let (code, text) = verified("before.json").await;
    assert!(
        code == 0 && text.contains("retrouvées dans le journal"),
        "what came since does not matter: {text}"
    );
    let (code, text) =
        report("editeur-demo", "after.json", &["--previous", &file("before.json")]).await;
    assert_eq!(code, 0, "{text}");
    let after =
        bacasable::recette::report::Report::unsealed(&fs::read(file("after.json")).unwrap())
            .unwrap();
    let previous = after.previous.unwrap();
    assert_eq!(
        (previous.gained, previous.lost),
        (
            ["raccordement-contexte-protocole", "disponibilite-etat-sante"]
                .map(str::to_owned)
                .to_vec(),
            Vec::new()
        )
    );
    let before = fs::read_to_string(file("before.json")).unwrap();
    fs::write(
        file("altered.json"),
        before.replacen("non joué", "joué", 1).replacen("not-seen", "conforming", 1),
    )
    .unwrap();
    fs::write(file("none.json"), "{}").unwrap();
    for (name, why) in [
        ("altered.json", "a été modifié"),
        ("none.json", "ce n'est pas un rapport"),
        ("other.json", "is that of \"commune-valmont\""),
        ("absent.json", "cannot be read"),
    ] {
        let (code, text) = report("editeur-demo", "x.json", &["--previous", &file(name)]).await;
        assert!(code == 2 && text.contains(why), "{name}: {code} {text}");
    }
    assert_eq!(verified("altered.json").await.0, 2);
    world.order(Method::POST, "reset", Some(json!({ "only": ["journal"] }))).await;
    let (code, text) = verified("before.json").await;
    assert!(code == 1 && text.contains("ne les contient pas"), "{text}");
    let report = world.recette("editeur-demo").await;
    assert!(
        report.resets[0].ends_with(
            "par une remise à zéro commandée à la console (les appels d'avant ne sont plus comptés)"
        ),
        "{:?}",
        report.resets
    );
}

/// The file keeps what the memory forgets: whoever reads that the journal was emptied is to know that the calls still count.
#[tokio::test(flavor = "multi_thread")]
async fn an_emptying_that_leaves_the_calls_on_file_says_so() {
    const STAY: &str = " (les appels d'avant restent dans le fichier, et sont comptés)";
    let dir = tempfile::tempdir().unwrap();
    let journal = dir.path().join("journal.jsonl");
    let world = World::with(|config| config.journal.file = Some(journal)).await;
    world.partner("editeur-demo").await.get(HEALTH).await;
    let before = world.recette("editeur-demo").await;
    assert!(before.resets.is_empty());
    world.order(Method::POST, "reset", Some(json!({ "partner": "editeur-demo" }))).await;
    world.order(Method::DELETE, "journal", None).await;
    let report = world.recette("editeur-demo").await;
    let [begun, emptied] = report.resets.as_slice() else { panic!("{:?}", report.resets) };
    assert!(
        begun.ends_with(&format!("par une remise à zéro commandée à la console{STAY}")),
        "{begun}"
    );
    assert!(emptied.contains("un effacement du journal") && emptied.ends_with(STAY), "{emptied}");
    assert_eq!(report.percent, before.percent, "the calls of before count");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_s_forms_fill_in_the_report_and_say_what_is_wrong() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let page = browser.open("/recette/editeur-demo").await;
    page.says(&["Renseignements du rapport", "Vérifié par"]);
    let fields = [("application", "Portail <b>"), ("version", "2.1"), ("testeur", "Ada")];
    browser.submit("/recette/editeur-demo", "/recette/editeur-demo/rapport", &fields).await;
    let refused = browser
        .post(
            "/recette/editeur-demo/decision",
            &page.token(),
            &[("cas", HEALTH_CASE), ("decision", "accepted")],
        )
        .await;
    assert_eq!(refused.status, 422);
    refused.says(&["n'est pas joué", "Constats et décisions"]);
    world.partner("editeur-demo").await.get(HEALTH).await;
    let decision = [
        ("cas", HEALTH_CASE),
        ("decision", "refused"),
        ("gravite", "blocking"),
        ("echeance", "2027-01-31"),
        ("commentaire", "à revoir"),
    ];
    browser.submit("/recette/editeur-demo", "/recette/editeur-demo/decision", &decision).await;
    let page = browser.open("/recette/editeur-demo").await;
    page.says(&[
        "refusé",
        "gravité bloquante",
        "échéance le 31/01/2027",
        "à revoir",
        "par Ada, le 22/11/2026",
    ]);
    assert!(!page.html.contains("Portail <b>"));
    let report = world.recette("editeur-demo").await;
    assert_eq!(report.about.application_version.as_deref(), Some("2.1"));
    assert_eq!(report.about.reservations().count(), 1);
    let mute = [("cas", HEALTH_CASE), ("decision", "")];
    let action = "/recette/editeur-demo/decision";
    let refused = browser.post(action, &page.token(), &mute).await;
    assert_eq!(refused.status, 422);
    refused
        .says(&["a été refusé par Ada (gravité bloquante) ; dites pourquoi ce refus est retiré."]);
    assert!(refused.html.contains("aria-describedby=\"faute-commentaire\""));
    let told = [&mute[..], &[("commentaire", "corrigé en 2.1")]].concat();
    browser
        .submit("/recette/editeur-demo", action, &told)
        .await
        .says(&["Décision retirée pour", "par Ada : corrigé en 2.1)"]);
    let report = world.recette("editeur-demo").await;
    assert_eq!(report.about.remarks.len(), 0);
    let line = report.lifted_refusals[0].line();
    assert!(line.ends_with("retiré le 22/11/2026 à 11:00:00, par Ada : corrigé en 2.1"), "{line}");
}

/// Withdrawn first and accepted then, a refusal would be lifted without the reason that its acceptance asks for.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_withdraws_a_refusal_for_a_reason() {
    let world = World::start().await;
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    let put = async |about| world.console(Method::PUT, path, Some(about)).await;
    world.partner("editeur-demo").await.get(HEALTH).await;
    let refusal = json!({ "case": HEALTH_CASE, "decision": "refused", "comment": "muet" });
    let refused = json!({ "tester": "Ada", "remarks": [refusal] });
    assert_eq!(put(refused).await.status, 200);
    for (withdrawn, told) in [
        (json!({ "remarks": [] }), "dites pourquoi ce refus est retiré."),
        (json!({ "remarks": [], "withdrawal": " " }), "dites pourquoi ce refus est retiré."),
        (json!({ "remarks": [], "withdrawal": "a\nb" }), "une seule ligne est attendue"),
        (json!({ "withdrawal": "corrigé" }), "aucune décision n'est retirée"),
    ] {
        let reply = put(withdrawn).await;
        assert_eq!(place(&reply), (422, "/withdrawal".to_owned()), "{told}");
        assert!(reply.text.contains(told), "{told}: {}", reply.text);
    }
    let reply = put(json!({ "remarks": [], "withdrawal": "corrigé" })).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json()["former"][0]["comment"], "corrigé");
    let accepted = json!({ "remarks": [{ "case": HEALTH_CASE, "decision": "accepted" }] });
    assert_eq!(put(accepted).await.status, 200);
    let line = world.recette("editeur-demo").await.lifted_refusals[0].line();
    assert!(line.contains(", par Ada : corrigé ; puis accepté par Ada"), "{line}");
    let back = world.order(Method::GET, "recette/about?partner=editeur-demo", None).await;
    assert_eq!(put(back).await.status, 200, "what was read may be sent back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_survives_the_stop_where_the_journal_is_a_file_and_the_page_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let journal = dir.path().join("journal.jsonl");
    let start = async || World::with(|config| config.journal.file = Some(journal.clone())).await;
    let world = start().await;
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    world.partner("editeur-demo").await.get(HEALTH).await;
    let about =
        json!({ "tester": "Ada", "remarks": [{ "case": HEALTH_CASE, "decision": "accepted" }] });
    assert_eq!(world.console(Method::PUT, path, Some(about)).await.status, 200);
    world.server.stop().await;
    let again = start().await;
    let kept = dir.path().join("journal.recette.json");
    assert!(kept.is_file());
    assert_eq!(again.console(Method::GET, path, None).await.json()["tester"], "Ada");
    assert_eq!(again.recette("editeur-demo").await.about.remarks.len(), 1);
    let page = Browser::on(&again).open("/recette/editeur-demo").await;
    page.says(&["survit à l'arrêt du serveur, dans le fichier", &kept.display().to_string()]);
    again.server.stop().await;

    fs::write(&kept, "[]").unwrap();
    let other = start().await;
    let refused = other.console(Method::PUT, path, Some(json!({ "tester": "Grace" }))).await;
    assert_eq!(refused.status, 503);
    assert!(refused.text.contains("journal.recette.json"), "{}", refused.text);
    let fields = [("testeur", "Grace")];
    let (page, form) = ("/recette/editeur-demo", "/recette/editeur-demo/rapport");
    let browser = Browser::on(&other);
    let token = browser.open(page).await.token();
    let seen = browser.post(form, &token, &fields).await;
    seen.says(&["ne peuvent pas être enregistrés", "journal.recette.json"]);
    assert_eq!(fs::read_to_string(&kept).unwrap(), "[]", "it is not written over");
    other.server.stop().await;

    let memory = World::start().await;
    let page = Browser::on(&memory).open("/recette/editeur-demo").await;
    page.says(&["jusqu'à l'arrêt du serveur"]);
}

/// Decisions about several cases, sent at once: the report holds each of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn decisions_that_are_sent_at_once_are_all_kept() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    world.partner("editeur-demo").await.get(HEALTH).await;
    world.caller("editeur-demo").get(HEALTH).await;
    let page = browser.open("/recette/editeur-demo").await;
    let (token, proofs) = (page.token(), page.proofs());
    let seen = world.recette("editeur-demo").await;
    let seen = seen.cases().filter(|case| case.seen > 0 && case.is_applicable());
    let cases: Vec<_> = seen.map(|case| case.id.clone()).collect();
    assert!(cases.len() >= 4, "{cases:?}");
    let decide = async |case: &String| {
        let mut fields = vec![("cas", case.as_str()), ("decision", "accepted"), ("auteur", "Ada")];
        fields.extend(proofs.iter().map(|(name, value)| (&**name, &**value)));
        browser.post("/recette/editeur-demo/decision", &token, &fields).await.status
    };
    let said = join_all(cases.iter().map(decide)).await;
    assert!(said.iter().all(|status| *status == 303), "{said:?}");
    let mut kept: Vec<_> =
        world.recette("editeur-demo").await.about.remarks.into_iter().map(|one| one.case).collect();
    let mut wanted = cases;
    kept.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(kept, wanted);
}

/// `recette report --journal`, away from the server: what was said at its console is in the report, for it stands beside the
/// journal's file.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_in_the_report_of_files_too() {
    let dir = tempfile::tempdir().unwrap();
    let journal = dir.path().join("journal.jsonl");
    let world = World::with(|config| config.journal.file = Some(journal.clone())).await;
    world.partner("editeur-demo").await.get(HEALTH).await;
    let about = json!({
        "application": "Portail", "tester": "Ada",
        "remarks": [{
            "case": HEALTH_CASE, "decision": "reserved", "severity": "minor", "due": "2027-01-31", "comment": "à revoir",
        }],
    });
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    assert_eq!(world.console(Method::PUT, path, Some(about)).await.status, 200);
    let command = async |partner: &str, more: &[&str]| {
        let journal = journal.to_str().unwrap();
        let all = ["report", "--partner", partner, "--format", "json", "--journal", journal];
        let all: Vec<_> = all.iter().chain(more).copied().collect();
        world.command(&all).await
    };
    let output = command("editeur-demo", &["--tester", "Grace"]).await;
    let report = bacasable::recette::report::Report::unsealed(&output.stdout).unwrap();
    assert_eq!(report.about.lines(), [("Application", "Portail"), ("Testeur", "Grace")]);
    assert_eq!(report.about.remark(HEALTH_CASE).unwrap().comment.as_deref(), Some("à revoir"));
    let kept = dir.path().join("journal.recette.json");
    let noted = String::from_utf8_lossy(&output.stderr);
    assert!(noted.contains(&kept.display().to_string()), "{noted}");
    let other = command("commune-valmont", &[]).await;
    assert!(other.stderr.is_empty(), "{}", String::from_utf8_lossy(&other.stderr));
    let other = bacasable::recette::report::Report::unsealed(&other.stdout).unwrap();
    assert!(other.about.lines().is_empty());
    for wrong in ["[]", "{\"editeur-demo\": {\"tester\": 1}}"] {
        fs::write(&kept, wrong).unwrap();
        for (lang, words) in [("fr", "devrait contenir les renseignements"), ("en", "mend it")] {
            let (code, text) = told(&command("editeur-demo", &["--lang", lang]).await);
            assert_eq!(code, 2, "{text}");
            assert!(text.contains("journal.recette.json") && text.contains(words), "{text}");
        }
    }
    world.server.stop().await;
}
