//! What a journal cannot show waits for the tester's word; a blunder proves nothing; an attempt is of its own case.

use bacasable::recette::{
    coverage::{CaseResult, State},
    report::{Conclusion, Format, Report},
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
    assert!(note.starts_with("Les appels sont conformes. À constater par le testeur : "), "{note}");
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
    page.says(&["À constater par le testeur", "Accepter les cas cochés"]);
    let decide = async |decision: &str, comment: &str| {
        let fields =
            [("cas", ID), ("decision", decision), ("auteur", "Grace"), ("commentaire", comment)];
        browser.submit(PAGE, "/recette/editeur-demo/decision", &fields).await
    };
    decide("accepted", "").await.says(&[
        "Décision enregistrée pour « Ne trouver aucun compte pour ce SPI » (anomalie-caf007) : accepté, par Grace, le 22/11/2026",
        "Aucun cas n'attend de mot du testeur",
    ]);
    let report = world.recette(PARTNER).await;
    let seen = case(&report, ID);
    assert_eq!((seen.state, seen.by_journal()), (State::Conforming, State::Awaiting));
    assert!(seen.note.as_ref().unwrap().starts_with("Constaté par le testeur : "));
    assert!(report.synthesis.cases.ends_with("par décision du testeur : 1 conforme"));
    // The page and the console count as the report does, and the word stands for no later call.
    assert!(!browser.open(PAGE).await.text().contains("Accepter les cas cochés"));
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
    assert!(later.note.unwrap().ends_with(" 1 autre appel a été fait depuis ce constat."));
    decide("accepted", "").await;
    let report = world.recette(PARTNER).await;
    assert_eq!(case(&report, ID).evidence, later.evidence, "the page showed the call of before");
    assert_eq!(report.about.former_of(ID).count(), 0, "said again, it is the same decision");
    decide("refused", "affiché comme une erreur").await;
    let report = world.recette(PARTNER).await;
    let refused = case(&report, ID);
    assert_eq!(refused.state, State::NotConforming);
    assert_eq!(refused.evidence[0], seen.evidence[0], "the call that its author saw");
    let note = refused.note.unwrap();
    assert!(note.starts_with("Refusé par décision, d'après l'appel de 11:00:00."), "{note}");
    assert!(note.ends_with(" 1 autre appel a été fait depuis ce refus."), "{note}");
    assert_eq!(report.synthesis.outcome, Conclusion::Adverse);
    // What came since is shown beside it, and is what the next decision is about: it says why the refusal is
    // lifted.
    decide("accepted", "affiché comme il faut depuis la 2.1").await;
    let mended = case(&world.recette(PARTNER).await, ID);
    assert_eq!(mended.evidence, refused.evidence[1..]);
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

/// What the answer does not tell is a mistake all the same: a key that is wrong, a birth to come, a token that is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_that_the_answer_does_not_tell_shows_no_case() {
    const CASES: [&str; 4] =
        ["r2p-personne-inconnue", "anomalie-caf007", "anomalie-caf009", "jetons-revocation"];
    let world = World::start().await;
    let partner = world.partner(PARTNER).await;
    let born = async |name: &str, birth: &str| {
        let place = "naisCodePays=99100&naisCodeDept=34&naisCodeCommune=172";
        let query = format!("nom={name}&prenom=HELENE%20ODETTE&naisDate={birth}&{place}");
        partner.get(&format!("/r2p/v1/personne?{query}")).await.outcome()
    };
    let number = async |siren: &str| {
        partner.ficoba("siretSiren", "0020", json!({ "siren": siren })).await.outcome()
    };
    let revoke = async |token: &str| {
        let request = partner
            .bare(Method::POST, "/revoke")
            .basic_auth(PARTNER, Some("secret-editeur-demo"))
            .form(&[("token", token)]);
        assert_eq!(Reply::read(request).await.status, 200);
        let journal = world.console(Method::GET, "/admin/v1/journal", None).await.json();
        journal["entries"].as_array().unwrap().last().unwrap()["note"].clone()
    };
    assert_eq!(born("ROQUEBRIERE", "29/01/2030").await, "404 40433");
    assert_eq!(number("209001016").await, "200 CAF009");
    assert_eq!(search(&world, "0020", "3990000101193").await, "200 CAF007");
    let unknown =
        "ce jeton n'est pas connu : rien n'a été révoqué, et la réponse est 200 (RFC 7009, 2.2)";
    assert_eq!(revoke("abc").await, unknown);
    let report = world.recette(PARTNER).await;
    for id in CASES {
        assert_eq!(case(&report, id).state, State::NotSeen, "{id}");
    }
    assert_eq!(born("PERSONNE-DE-CE-NOM", "29/01/1976").await, "404 40433");
    assert_eq!(number("209999994").await, "200 CAF009");
    assert_eq!(search(&world, "0020", NOBODY).await, "200 CAF007");
    let token = partner.obtain_token(PARTNER, None).await;
    assert_eq!(revoke(&token).await, Value::Null);
    let again = revoke(&token).await;
    assert!(again.as_str().unwrap().starts_with("ce jeton n'était plus valable : rien"), "{again}");
    let report = world.recette(PARTNER).await;
    for id in CASES {
        let expected = if id == "jetons-revocation" { State::Conforming } else { State::Awaiting };
        assert_eq!((case(&report, id).state, case(&report, id).seen), (expected, 1), "{id}");
    }
    let renewal = case(&report, "securite-renouvellement-certificat");
    assert_eq!((renewal.state, renewal.seen), (State::NotSeen, 0), "one certificate was seen");
}

/// One call is not both what a case asks for and a broken rule.
#[tokio::test(flavor = "multi_thread")]
async fn a_blunder_alone_shows_no_case() {
    const ID: &str = "droits-motif-inconnu";
    let world = World::start().await;
    assert_eq!(search(&world, "9999", NOBODY).await, "400 CAF003");
    let report = world.recette(PARTNER).await;
    let seen = case(&report, ID);
    assert_eq!(seen.state, State::ToConfirm);
    assert!(seen.note.unwrap().contains("peut être une erreur non voulue"));
    assert_eq!((report.tally.to_confirm, report.tally.for_the_tester()), (1, 1));
    assert!(!report.left().any(|case| case.id == ID), "a word of the tester ends it");
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
        .filter(|case| case.note.as_deref().is_some_and(|note| note.starts_with("Essayé")))
        .map(|case| case.id.as_str())
        .collect();
    assert_eq!(tried, Vec::<&str>::new());
    world.mark(PARTNER, "numcpte-consultation", "begin").await;
    let broken = partner.request(Method::POST, path).header("Content-Type", "application/json");
    Reply::read(broken.body("{")).await;
    world.mark(PARTNER, "numcpte-consultation", "end").await;
    assert_eq!(state(&world, "numcpte-consultation").await, State::Seen, "it was being played");
}

/// A call that is answered the same code for another reason is not the mistake that a case asks for.
#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_shown_by_itself_and_by_none_that_resembles_it() {
    const OTHER: &str = "mutuelle-etatcivil";
    let world = World::start().await;
    let states = async |partner: &str, ids: &[&str]| -> Vec<State> {
        let report = world.recette(partner).await;
        ids.iter().map(|id| case(&report, id).state).collect()
    };
    let partner = world.partner(OTHER).await;
    let ask = async |form: String, basic: Option<&str>| {
        let request = partner.bare(Method::POST, "/token").body(form);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let request = match basic {
            Some(secret) => request.basic_auth(OTHER, Some(secret)),
            None => request,
        };
        Reply::read(request).await.outcome()
    };
    let tokens = ["jetons-demande-incomplete", "jetons-secret-faux"];
    let directory = world.server.sandbox.directory();
    let application = &directory.convention(OTHER).unwrap().application;
    let (id, secret) = (&application.key, &application.secret);
    let grant = "grant_type=client_credentials";
    for (form, basic, outcome) in [
        (format!("{grant}&client_id={id}&client_secret=x"), Some("x"), "400 invalid_request"),
        (format!("{grant}&{grant}"), None, "400 invalid_request"),
        (format!("{grant}&client_id={id}"), None, "401 invalid_client"),
        (format!("{grant}&client_id=autre&client_secret=x"), None, "401 invalid_client"),
        (grant.to_owned(), None, "401 invalid_client"),
    ] {
        assert_eq!(ask(form.clone(), basic).await, outcome, "{form}");
        assert_eq!(states(OTHER, &tokens).await, [State::NotSeen; 2], "{form}");
    }
    ask(format!("client_id={id}&client_secret={secret}"), None).await;
    ask(format!("{grant}&client_id={id}&client_secret=faux"), None).await;
    assert_eq!(states(OTHER, &tokens).await, [State::ToConfirm; 2]);

    let wrong = ["jetons-absent", "raccordement-methode", "raccordement-chemin-inconnu"];
    let call = async |method: Method, path: &str, authorization: Option<&str>| {
        let request = partner.bare(method, path);
        let request = authorization
            .into_iter()
            .fold(request, |request, text| request.header("Authorization", text));
        Reply::read(request).await.status.as_u16()
    };
    const PERSON: &str = "/r2p/v1/personne";
    for (method, path, authorization, status) in [
        (Method::GET, PERSON, Some("a.b.c"), 401),
        (Method::GET, PERSON, Some("Bearer "), 401),
        (Method::GET, PERSON, Some("bearer a.b.c"), 401),
        (Method::GET, "/token", None, 405),
        (Method::GET, "/r2p/v2/personne", None, 404),
    ] {
        let asked = format!("{method} {path} {authorization:?}");
        assert_eq!(call(method, path, authorization).await, status, "{asked}");
        assert_eq!(states(OTHER, &wrong).await, [State::NotSeen; 3], "{asked}");
    }
    assert_eq!(call(Method::GET, PERSON, None).await, 401);
    assert_eq!(call(Method::PUT, PERSON, None).await, 405);
    assert_eq!(call(Method::GET, "/r2p/v1/inconnu", None).await, 404);
    assert_eq!(states(OTHER, &wrong).await, [State::ToConfirm; 3]);
    let method = case(&world.recette(OTHER).await, "raccordement-methode");
    assert_eq!(method.evidence[0].asked.as_deref(), Some("PUT /r2p/v1/personne"));

    let parameters = ["anomalie-r2p-parametre", "anomalie-r2p-criteres"];
    let get = async |query: &str| partner.get(&format!("/r2p/v1/personne?{query}")).await.outcome();
    let birth = "nom=VALBRUNE&prenom=CELINE&naisDate=12/04/1985";
    for query in [
        "prenom=CELINE&naisDate=12/04/1985".to_owned(),
        format!("{birth}&nom=VALBRUNE"),
        format!("{birth}&naisCodePays=99109&naisCodeDept=38"),
    ] {
        assert_eq!(get(&query).await, "400 4003", "{query}");
        assert_eq!(states(OTHER, &parameters).await, [State::NotSeen; 2], "{query}");
    }
    assert_eq!(get("nom=VALBRUNE&prenom=CELINE&naisDate=hier").await, "400 4003");
    assert_eq!(get("nom=VALBRUNE&prenom=CELINE").await, "400 4003");
    assert_eq!(states(OTHER, &parameters).await, [State::ToConfirm; 2]);

    // A motif of the convention that does not open this search is no motif that the convention has not.
    const MOTIF: [&str; 1] = ["droits-motif-non-ouvert"];
    let motifs = async |motif: &str, criteria: Value| {
        world.partner(PARTNER).await.ficoba("numCpte", motif, criteria).await.outcome()
    };
    let account = json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" });
    let own = world.server.sandbox.directory();
    let own = own.convention(PARTNER).unwrap().grants.ficoba.as_ref().unwrap().motifs.clone();
    let mut unlike = 0;
    for motif in own {
        if motifs(&motif.to_string(), account.clone()).await == "400 CAF031" {
            unlike += 1;
        }
    }
    assert!(unlike > 0, "some motif of the convention does not open this search");
    assert_eq!(states(PARTNER, &MOTIF).await, [State::NotSeen]);

    let bank = world.partner("banque-lep").await;
    let lep = ["jetons-teleservice"];
    assert_eq!(bank.get(HEALTH).await.outcome(), "401 900901");
    assert_eq!(
        states("banque-lep", &lep).await,
        [State::NotSeen],
        "it is absent, and no other one"
    );
    let other = bank.request(Method::GET, HEALTH).header("ID_Teleservice", "autre");
    assert_eq!(Reply::read(other).await.outcome(), "401 900901");
    assert_eq!(states("banque-lep", &lep).await, [State::ToConfirm]);
}

/// Several words at once; a refused entry keeps what was typed and says by the field what is wrong; nothing is forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_taken_together_and_a_refused_entry_is_shown_again() {
    const ACTION: &str = "/recette/editeur-demo/decision";
    let world = World::start().await;
    search(&world, "0020", NOBODY).await;
    search(&world, "9999", NOBODY).await;
    let browser = Browser::on(&world);
    let page = browser.open(PAGE).await;
    page.says(&["En attente d'un mot du testeur 2", "L'appel était une erreur voulue"]);
    let (one, other) = ("anomalie-caf007", "droits-motif-inconnu");
    let both = [("constats", "oui"), ("decision", "accepted"), ("cas", one), ("cas", other)];
    let (token, proofs) = (page.token(), page.proofs());
    let send = async |fields: &[(&str, &str)]| {
        let proofs = proofs.iter().map(|(name, value)| (&**name, &**value));
        let all: Vec<_> = fields.iter().copied().chain(proofs).collect();
        browser.post(ACTION, &token, &all).await
    };
    let refused = send(&[&both[..], &[("auteur", "")]].concat()).await;
    assert_eq!(refused.status, 422);
    refused.says(&[
        "La saisie est refusée",
        "Auteur : indiquez qui décide",
        "Constats et décisions",
    ]);
    assert_eq!(refused.html.matches("name=\"cas\" value=").count(), 2);
    assert_eq!(refused.html.matches(" checked>").count(), 2, "what was ticked stays so");
    let saved = browser.submit(PAGE, ACTION, &[&both[..], &[("auteur", "Ada")]].concat()).await;
    saved.says(&[
        "(anomalie-caf007) : accepté, par Ada",
        "(droits-motif-inconnu) : accepté, par Ada",
        "En attente d'un mot du testeur 0",
    ]);

    let typed = |due: &'static str| {
        [
            ("cas", one),
            ("decision", "reserved"),
            ("gravite", "major"),
            ("echeance", due),
            ("commentaire", "message peu clair"),
            ("auteur", "Grace"),
        ]
    };
    for (due, told) in [
        ("2027-02-30", "Échéance : le jour « 2027-02-30 » n'existe pas."),
        ("demain", "Échéance : une date est attendue"),
        ("9999-12-31", "Échéance : le 31/12/9999 est trop loin"),
        ("2020-01-01", "Échéance : le 01/01/2020 est passé"),
    ] {
        let refused = send(&typed(due)).await;
        assert_eq!(refused.status, 422, "{due}");
        refused.says(&[told, "Décider d'un cas"]);
        for kept in ["value=\"message peu clair\"", "value=\"Grace\"", "value=\"major\" selected"] {
            assert!(refused.html.contains(kept), "{due}: {kept}");
        }
        assert!(refused.html.contains("aria-describedby=\"faute-echeance\""), "{due}");
    }
    for (member, told) in [
        ("gravite", "Gravité : une réserve en demande une (mineure, majeure, bloquante)."),
        ("echeance", "Échéance : une réserve en demande une"),
    ] {
        let mut without = typed("31/01/2027");
        without.iter_mut().filter(|(name, _)| *name == member).for_each(|field| field.1 = "");
        let refused = send(&without).await;
        assert_eq!(refused.status, 422, "{member}");
        refused.says(&[told]);
        assert!(refused.html.contains(&format!("aria-describedby=\"faute-{member}\"")));
        assert!(refused.html.contains("value=\"message peu clair\""), "what was typed stays");
    }
    let mut plain = typed("31/01/2027");
    plain[1].1 = "accepted";
    let refused = send(&plain).await;
    refused.says(&["Gravité : un cas accepté sans réserve n'en a pas"]);
    let reserved = browser.submit(PAGE, ACTION, &typed("31/01/2027")).await;
    reserved.says(&["accepté avec réserve, par Grace", "Décision antérieure : accepté ; par Ada"]);
    let none = [("cas", one), ("decision", "")];
    let refused = browser.post(ACTION, &token, &none).await;
    assert_eq!(refused.status, 422);
    refused.says(&["Auteur : indiquez qui retire la décision"]);
    let named = [&none[..], &[("auteur", "Jean")]].concat();
    let withdrawn = browser.submit(PAGE, ACTION, &named).await;
    withdrawn.says(&["Décision retirée pour", "(anomalie-caf007), par Jean."]);
    let again = browser.post(ACTION, &token, &named).await;
    assert_eq!(again.status, 422);
    again.says(&["n'a aucune décision à retirer"]);
    let unticked = [("constats", "oui"), ("decision", "accepted"), ("auteur", "Ada")];
    let unticked = browser.post(ACTION, &token, &unticked).await;
    assert_eq!(unticked.status, 422);
    assert!(unticked.html.contains("<a href=\"#constats-cas\">Cas\u{a0}: choisissez"));
    assert!(unticked.html.contains("aria-describedby=\"faute-constats-cas\""));
    let report = world.recette(PARTNER).await;
    let former: Vec<_> =
        report.about.former_of(one).map(|former| report.about.line_of(former)).collect();
    assert_eq!(former.len(), 2, "{former:?}");
    assert!(former[1].contains("accepté avec réserve ; gravité majeure"), "{former:?}");
    assert!(former[0].contains(", par Grace)") && former[1].contains(", par Jean)"), "{former:?}");
    let markdown = String::from_utf8(report.write(Format::Markdown).unwrap().bytes).unwrap();
    assert!(markdown.contains("Décision antérieure : accepté"), "{markdown}");
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    let said = world.console(Method::GET, path, None).await.json();
    assert_eq!(world.console(Method::PUT, path, Some(said.clone())).await.json(), said);
    let unknown = world.console(Method::PUT, path, Some(json!({ "auteur": "Ada" }))).await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.text.contains("n'est pas un membre connu"), "{}", unknown.text);

    let facts = [("application", "Portail"), ("testeur", &*"x".repeat(121))];
    let refused = browser.post("/recette/editeur-demo/rapport", &token, &facts).await;
    assert_eq!(refused.status, 422);
    refused.says(&["Testeur : 120 caractères au plus sont attendus, 121 sont donnés."]);
    assert!(refused.html.contains("value=\"Portail\""));
}

/// Marie's word is of the day on which she gave it, wherever the simulated clock stands; Paul's refusal before it is not forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn decisions_bear_the_real_date_and_a_refusal_that_was_overridden_is_said() {
    const ACTION: &str = "/recette/editeur-demo/decision";
    const ID: &str = "anomalie-caf007";
    let world = World::start().await;
    search(&world, "0020", NOBODY).await;
    let day = json!({ "now": "2027-03-01T10:00:00Z" });
    assert_eq!(world.console(Method::PUT, "/admin/v1/clock", Some(day)).await.status, 200);
    let browser = Browser::on(&world);
    let decide = async |decision: &str, author: &str| {
        let fields = [
            ("cas", ID),
            ("decision", decision),
            ("gravite", if decision == "refused" { "blocking" } else { "" }),
            ("echeance", if decision == "refused" { "2026-12-01" } else { "" }),
            ("commentaire", "écran vide"),
            ("auteur", author),
        ];
        browser.submit(PAGE, ACTION, &fields).await
    };
    const BOTH: &str =
        "le 22/11/2026 à 11:00:00, soit le 01/03/2027 à 11:00:00 à l'horloge simulée";
    decide("refused", "Paul").await.says(&[&format!("refusé, par Paul, {BOTH}.")]);
    let accepted = decide("accepted", "Marie").await;
    let lifted = format!(
        "{ID} : refusé ; gravité bloquante ; échéance le 01/12/2026 ; écran vide ; par Paul, {BOTH} ; puis accepté par Marie, {BOTH}, d'après le même appel : écran vide"
    );
    accepted.says(&[
        "Par décision du testeur 1 conforme (dont 1 après un refus)",
        &format!("Refus levé {lifted}"),
        &format!("(remplacée {BOTH}, par Marie)"),
    ]);
    let reset = json!({ "only": ["journal"] });
    world.order(Method::POST, "reset", Some(reset)).await;
    let report = world.recette(PARTNER).await;
    assert!(report.resets[0].starts_with(BOTH), "{:?}", report.resets);
    assert!(report.reference().starts_with("editeur-demo-20261122-"), "{}", report.reference());
    assert_eq!(report.lifted_refusals[0].line(), lifted);
}

/// A page is read, the application calls again, the form is sent: nobody has seen the later call.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_about_the_call_that_its_page_showed() {
    const ACTION: &str = "/recette/editeur-demo/decision";
    const ID: &str = "anomalie-caf007";
    let world = World::start().await;
    search(&world, "0020", NOBODY).await;
    let browser = Browser::on(&world);
    let page = browser.open(PAGE).await;
    let shown = |page: &str| {
        let start = format!("name=\"preuve-{ID}\" value=\"");
        page.split(&start).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let proofs = shown(&page.html);
    search(&world, "0020", NOBODY).await;
    let name = format!("preuve-{ID}");
    let decide = async |proofs: &str| {
        let fields = [("cas", ID), ("decision", "accepted"), ("auteur", "Ada"), (&*name, proofs)];
        browser.post(ACTION, &page.token(), &fields).await
    };
    let unnamed = [("cas", ID), ("decision", "accepted"), ("auteur", "Ada")];
    let unnamed = browser.post(ACTION, &page.token(), &unnamed).await;
    assert_eq!(unnamed.status, 422);
    unnamed.says(&["Cas : le formulaire ne dit pas quel appel sa page montrait"]);
    let refused = decide(&proofs).await;
    assert_eq!(refused.status, 422);
    refused.says(&["d'autres appels ont été faits depuis l'affichage de la page"]);
    assert_eq!(state(&world, ID).await, State::Awaiting);
    let proofs = shown(&refused.html);
    assert_eq!(decide(&proofs).await.status, 303);
    let accepted = case(&world.recette(PARTNER).await, ID);
    let witnessed = accepted.evidence[0].entry.clone().unwrap();
    assert!(proofs.ends_with(&witnessed), "{proofs} / {witnessed}");
    // The page goes on showing the call that was witnessed: deciding again is about that one.
    search(&world, "0020", NOBODY).await;
    let proofs = shown(&browser.open(PAGE).await.html);
    assert_eq!(proofs, witnessed);
    assert_eq!(decide(&proofs).await.status, 303);
    assert_eq!(case(&world.recette(PARTNER).await, ID).evidence[0].entry, Some(witnessed));
}

/// Whoever plays a case without its answer is not left without a word.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_tried_while_a_case_was_played_is_said() {
    const ID: &str = "jetons-autre-partenaire";
    let world = World::start().await;
    world.mark(PARTNER, ID, "begin").await;
    world.partner(PARTNER).await;
    assert_eq!(state(&world, ID).await, State::NotSeen, "a token is no call");
    search(&world, "9999", NOBODY).await;
    world.mark(PARTNER, ID, "end").await;
    let tried = case(&world.recette(PARTNER).await, ID);
    assert_eq!(tried.state, State::Seen);
    assert_eq!(tried.note.unwrap(), "Essayé, sans la réponse attendue jusqu'ici.");
    // Its marks excuse the mistake; those of a case that asks for none hide nothing.
    let is_broken = async || {
        let report = world.recette(PARTNER).await;
        let broken = report.broken().any(|rule| rule.id == "perimetre");
        (broken, report.excused.unwrap())
    };
    let (broken, excused) = is_broken().await;
    assert!(!broken && excused.calls > 0, "{excused:?}");
    assert_eq!(excused.in_vain, [(ID.to_owned(), excused.calls)].into(), "not shown");
    world.mark(PARTNER, "numcpte-consultation", "begin").await;
    search(&world, "9999", NOBODY).await;
    world.mark(PARTNER, "numcpte-consultation", "end").await;
    let (broken, later) = is_broken().await;
    assert!(broken && later.calls == excused.calls && later.of > excused.of, "{later:?}");
    // What is not for the convention does not begin: neither by a form nor by an order.
    const OTHER: &str = "sfip-lep-oui";
    let browser = Browser::on(&world);
    let token = browser.open(PAGE).await.token();
    let action = "/recette/editeur-demo/cas";
    let refused = browser.post(action, &token, &[("commencer", OTHER)]).await;
    assert_eq!(refused.status, 400);
    refused.says(&["Le cas « sfip-lep-oui » ne peut pas commencer : "]);
    let path = format!("/admin/v1/recette/cases/{OTHER}/begin");
    let order = Some(json!({ "partner": PARTNER }));
    let refused = world.console(Method::POST, &path, order).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    // A case that has just ended does not take an earlier call for its own.
    world.mark(PARTNER, ID, "begin").await;
    let ended = browser.submit(PAGE, action, &[("terminer", ID)]).await;
    ended.says(&["est terminé. Aucun appel n'a été fait cette fois. État : à compléter, d'après"]);
}

/// What would change nothing is said before it is decided, and after.
#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_in_vain_is_said_beforehand_and_when_it_is_saved() {
    const ID: &str = "disponibilite-cat001";
    let world = World::start().await;
    let fault =
        json!({ "match": { "api": "ficoba" }, "times": 1, "outcome": { "code": "CAT001" } });
    world.order(Method::POST, "faults", Some(fault)).await;
    assert_eq!(search(&world, "0020", NOBODY).await, "500 CAT001");
    let other = world.partner(PARTNER).await;
    other.ficoba("spi", "0020", json!({ "numeroSPI": "3990000101192" })).await;
    let seen = case(&world.recette(PARTNER).await, ID);
    assert_eq!(seen.state, State::Seen, "another demand is no recovery");
    assert!(seen.note.unwrap().starts_with("Aucune reprise observée"));
    let browser = Browser::on(&world);
    browser
        .open(&format!("{PAGE}?constat={ID}"))
        .await
        .says(&["une acceptation, même avec réserve, serait sans effet", "Appels concernés"]);
    let fields = [("cas", ID), ("decision", "accepted"), ("auteur", "Ada")];
    let saved = browser.submit(PAGE, "/recette/editeur-demo/decision", &fields).await;
    saved.says(&["sans effet : le cas reste à compléter"]);
    search(&world, "0020", NOBODY).await;
    assert_eq!(state(&world, ID).await, State::Conforming, "the same demand again");
    browser
        .open(&format!("{PAGE}?constat={ID}"))
        .await
        .says(&["Les appels suffisent à rendre ce cas conforme"]);
    for _ in 0..2 {
        let saved = browser.submit(PAGE, "/recette/editeur-demo/decision", &fields).await;
        saved.says(&["sans effet : les appels suffisent à rendre le cas conforme"]);
    }
    let about = world.recette(PARTNER).await.about;
    assert_eq!(about.former_of(ID).count(), 1, "the first one, of another call");
}

/// The word on an outage is about the recovery, which is the last that the tester was shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_that_the_tester_saw_is_accepted_with_its_outage() {
    const ID: &str = "disponibilite-page-html";
    let world = World::start().await;
    let fault = json!({ "times": 1, "outcome": { "html": true } });
    assert_eq!(world.console(Method::POST, "/admin/v1/faults", Some(fault)).await.status, 201);
    let partner = world.partner(PARTNER).await;
    for expected in [503, 200] {
        let answer = partner.ficoba("spi", "0020", json!({ "numeroSPI": NOBODY })).await;
        assert_eq!(answer.status, expected);
    }
    let seen = case(&world.recette(PARTNER).await, ID);
    assert_eq!((seen.state, seen.evidence.len()), (State::Awaiting, 2));
    let browser = Browser::on(&world);
    let fields = [("cas", ID), ("decision", "accepted"), ("auteur", "Grace"), ("commentaire", "")];
    browser.submit(PAGE, "/recette/editeur-demo/decision", &fields).await;
    let report = world.recette(PARTNER).await;
    let accepted = case(&report, ID);
    assert_eq!((accepted.state, &accepted.evidence), (State::Conforming, &seen.evidence));
    assert!(report.without_effect.is_empty());
}
