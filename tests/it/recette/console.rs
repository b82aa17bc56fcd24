//! `GET recette`, `GET recette/report`, `POST recette/cases/{id}/begin|end`.

use bacasable::recette::{
    coverage::State,
    report::{Format, NOTICE},
};
use reqwest::Method;
use serde_json::json;

use crate::{console::HEALTH, harness::World};

#[tokio::test]
async fn the_state_of_every_partner_is_told_and_one_s_report_in_every_form() {
    let world = World::start().await;
    world.partner("editeur-demo").await.get(HEALTH).await;
    let all = world.console(Method::GET, "/admin/v1/recette", None).await.json();
    assert_eq!(all.as_array().unwrap().len(), world.server.sandbox.directory().iter().count());
    let one =
        world.console(Method::GET, "/admin/v1/recette?partner=editeur-demo", None).await.json();
    assert_eq!(one[0]["conforming"], 3, "a token, the state of health, its context: {one}");
    for format in Format::ALL {
        let path = format!("/admin/v1/recette/report?partner=editeur-demo&format={format}");
        let reply = world.console(Method::GET, &path, None).await;
        assert_eq!(reply.status, 200, "{format}: {}", reply.text);
        assert_eq!(reply.header("Content-Type"), format.media());
        assert!(reply.header("Content-Disposition").contains("recette-editeur-demo."));
        if format != Format::Pdf {
            assert!(reply.text.contains(NOTICE), "{format}");
        }
    }
}

/// Read back by another program, where there is one: the notice on every page, the signature, the digest.
#[tokio::test]
async fn the_text_of_the_pdf_can_be_read() {
    let world = World::start().await;
    world.partner("editeur-demo").await.get(crate::console::HEALTH).await; // nobody signs a report of nothing
    let path = "/admin/v1/recette/report?partner=editeur-demo&format=";
    let file = tempfile::NamedTempFile::new().unwrap();
    let address = format!("http://{}{path}pdf", world.server.console);
    std::fs::write(file.path(), reqwest::get(address).await.unwrap().bytes().await.unwrap())
        .unwrap();
    let Ok(read) = std::process::Command::new("pdftotext").arg(file.path()).arg("-").output()
    else {
        println!("skipped: reading the text of a PDF back needs pdftotext");
        return;
    };
    let text = String::from_utf8(read.stdout).unwrap();
    let pages: Vec<_> = text.split_terminator('\u{c}').collect();
    assert!(pages.len() > 5 && pages.iter().all(|page| page.contains(NOTICE)), "{text}");
    let digest = world.recette("editeur-demo").await.evidence_sha256.unwrap();
    for wanted in
        ["Décision du partenaire", "Signature :", "Limites de cette recette à blanc", &digest]
    {
        assert!(text.contains(wanted), "{wanted}");
    }
}

#[tokio::test]
async fn what_cannot_be_obeyed_is_refused_with_its_place() {
    let world = World::start().await;
    let get = |path: &'static str| world.refusal(Method::GET, path, None);
    assert_eq!(get("recette?partner=nobody").await, (400, "partner".to_owned()));
    assert_eq!(get("recette/report").await, (400, "partner".to_owned()));
    assert_eq!(
        get("recette/report?partner=editeur-demo&format=odt").await,
        (400, "format".to_owned())
    );
    assert_eq!(get("recette?partners=editeur-demo").await, (400, "partners".to_owned()));
    let begin = |case: &str, body| {
        let path = format!("recette/cases/{case}/begin");
        let world = &world;
        async move { world.refusal(Method::POST, &path, Some(body)).await }
    };
    assert_eq!(begin("jetons-mange", json!({ "partner": "editeur-demo" })).await.0, 404);
    assert_eq!(
        begin("jetons-absent", json!({ "partner": "nobody" })).await,
        (422, "/partner".to_owned())
    );
    assert_eq!(begin("jetons-absent", json!({ "partenaire": "editeur-demo" })).await.0, 422);
    assert_eq!(begin("jetons-absent", json!({})).await.0, 422);
}

#[tokio::test]
async fn cases_on_the_certificate_count_for_the_partner_that_began_them() {
    let world = World::start().await;
    let expired = world.holder_of("editeur-demo", Some("clients/invalid/expired"));
    let state = async |partner| {
        let report = world.recette(partner).await;
        let case = report
            .cases()
            .find(|case| case.id == "raccordement-certificat-expire")
            .unwrap()
            .clone();
        case.state
    };
    expired.get(HEALTH).await;
    assert_eq!(state("commune-valmont").await, State::NotSeen, "nobody had begun the case");
    assert_eq!(
        state("editeur-demo").await,
        State::NotSeen,
        "a certificate that is refused proves nothing"
    );
    world.mark("commune-valmont", "raccordement-certificat-expire", "begin").await;
    expired.get(HEALTH).await;
    world.mark("commune-valmont", "raccordement-certificat-expire", "end").await;
    assert_eq!(state("commune-valmont").await, State::Awaiting);
    assert_eq!(state("editeur-demo").await, State::NotSeen);
}

#[tokio::test]
async fn what_is_rehearsed_is_not_held_against_the_client() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let wrong = async || {
        partner.ficoba("spi", "9999", json!({ "numeroSPI": "3990000101192" })).await.outcome()
    };
    let broken = async || {
        let report = world.recette("editeur-demo").await;
        report
            .broken()
            .map(|rule| rule.id.clone())
            .filter(|id| id == "perimetre")
            .collect::<Vec<_>>()
    };
    world.mark("editeur-demo", "droits-motif-inconnu", "begin").await;
    assert_eq!(wrong().await, "400 CAF003");
    world.mark("editeur-demo", "droits-motif-inconnu", "end").await;
    assert_eq!(broken().await, Vec::<String>::new());
    assert_eq!(wrong().await, "400 CAF003");
    assert_eq!(broken().await, ["perimetre"]);
}
