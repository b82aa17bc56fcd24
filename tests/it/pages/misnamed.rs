//! Mistakes that look right: a day that no calendar has, an attribute by another name, a body of another language, a secret
//! that is missing. Each is understood from the page of its entry, and from the list.

use reqwest::Method;
use serde_json::{Value, json};

use super::browser::{Browser, Seen};
use crate::harness::{Partner, Reply, World};

const NUM_CPTE: &str = "/fcb-masrestit/api/v2/comptes/numCpte";

/// The page of the entry that the answer's header names.
async fn page(world: &World, reply: &Reply) -> Seen {
    let address = reply.header("x-bacasable-journal");
    let console = format!("http://{}", world.server.console);
    let path = address.strip_prefix(&console).unwrap_or_else(|| panic!("{address:?}"));
    let seen = Browser::on(world).open(path).await;
    seen.says(&["Pourquoi ce refus"]);
    seen
}

fn demand(partner: &Partner, criteria: Value, change: Value) -> String {
    let mut demand = json!({
        "dateDemande": "2026-11-20",
        "motif": "0020",
        "siretDemandeur": partner.siret(),
        "justification": "test d'intégration",
        "criteresRecherche": criteria,
    });
    demand.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    demand.to_string()
}

#[tokio::test]
async fn a_day_that_no_calendar_has_and_a_date_to_come_are_told() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let account = json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" });
    let born = json!({ "etatCivil": { "nom": "VALBRUNE", "anneeNaissance": "2099" } });
    for (resource, body, told) in [
        (
            "numCpte",
            demand(&partner, account.clone(), json!({ "dateDemande": "2026-02-31" })),
            &["Date de demande (dateDemande)", "ce jour n'existe pas"][..],
        ),
        (
            "numCpte",
            demand(&partner, account.clone(), json!({ "dateDemande": "2026-11-20T25:00" })),
            &["la date est bonne"],
        ),
        (
            "numCpte",
            demand(&partner, account, json!({ "dateDemande": "2099-01-01" })),
            &["Date de demande (dateDemande) : une date qui n'est pas dans le futur"],
        ),
        (
            "perPhy",
            demand(&partner, born, json!({})),
            &["(anneeNaissance) : une date qui n'est pas dans le futur"],
        ),
    ] {
        let reply = partner.ficoba_body(resource, &body).await;
        page(&world, &reply).await.says(told);
    }
    let names = "/r2p/v1/personne?nom=VALBRUNE&prenom=CELINE&naisDate=";
    let reply = partner.get(&format!("{names}31/02/1985")).await;
    let seen = page(&world, &reply).await;
    seen.says(&["naisDate", "La forme est bonne, mais ce jour n'existe pas dans le calendrier"]);
    assert!(!seen.html.contains("31/02/1985"), "a value is no business of the journal's");
    assert!(
        reply.text.contains("AAAA, MM/AAAA ou JJ/MM/AAAA"),
        "the answer is what it was: {}",
        reply.text
    );
}

#[tokio::test]
async fn an_attribute_by_another_name_is_told_with_its_own() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let account =
        |name: &str| json!({ name: "FR7699010000010000010100185", "verificationCompte": "0" });
    let named = "« IBAN » est inconnu : l'attribut s'appelle « iban »";
    let reply = partner.ficoba_body("numCpte", &demand(&partner, account("IBAN"), json!({}))).await;
    assert_eq!(reply.outcome(), "400 CAF001");
    page(&world, &reply).await.says(&["IBAN (iban)", "rien (absent, nul ou vide)", named]);
    let path = "/r2p/v1/personne?nom=VALBRUNE&prenom=CELINE&dateNaissance=12/04/1985";
    let reply = partner.get(path).await;
    let seen = page(&world, &reply).await;
    seen.says(&["« dateNaissance » est inconnu : le paramètre s'appelle « naisDate »"]);
    for strange in ["DUPONT_MARTIN", "<b>iban</b>"] {
        let body = demand(&partner, account(strange), json!({}));
        let seen = page(&world, &partner.ficoba_body("numCpte", &body).await).await;
        assert!(!seen.html.contains("DUPONT") && !seen.html.contains("<b>iban"), "{strange}");
        assert!(!seen.html.contains("est inconnu"), "{strange}");
    }
}

#[tokio::test]
async fn a_body_of_another_language_is_told() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let send = async |media: &str, body: &'static str| {
        let request = partner.request(Method::POST, NUM_CPTE).header("Content-Type", media);
        page(&world, &Reply::read(request.body(body)).await).await
    };
    let seen = send("application/xml", "<demande><nom>VALBRUNE</nom></demande>").await;
    seen.says(&[
        "Le corps est du XML ou du HTML (Content-Type : application/xml)",
        "un objet JSON est attendu",
    ]);
    assert!(!seen.html.contains("VALBRUNE"));
    send("application/x-www-form-urlencoded", "motif=0020")
        .await
        .says(&["Le corps est un formulaire"]);
    let token =
        async |request: reqwest::RequestBuilder| page(&world, &Reply::read(request).await).await;
    let bare = || partner.bare(Method::POST, "/token");
    let grant = json!({ "grant_type": "client_credentials", "client_id": "editeur-demo" });
    token(bare().json(&grant)).await.says(&[
        "Content-Type reçu : application/json",
        "attendu : application/x-www-form-urlencoded",
    ]);
    token(bare().form(&grant)).await.says(&["Le secret est absent"]);
    let nobody = [("grant_type", "client_credentials")];
    token(bare().form(&nobody)).await.says(&["L'application ne se nomme pas"]);
}

#[tokio::test]
async fn a_control_s_refusal_is_explained_as_the_others_and_lists_give_every_reason() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let bare = partner.bare(Method::GET, "/r2p/v1/personne/3990000101192");
    let bare = bare.header("X-Correlation-ID", "110e8400-e29b-41d4-a716-446655440000");
    let reply = Reply::read(bare).await;
    assert_eq!(reply.status, 401);
    page(&world, &reply).await.says(&["Contrôle «", "jeton"]);
    partner.get("/nulle-part").await;
    partner.get(NUM_CPTE).await;
    let form = [("grant_type", "password")];
    Reply::read(partner.bare(Method::POST, "/token").form(&form)).await;
    let list = Browser::on(&world).open("/journal").await;
    list.says(&[
        "aucune API n'a ce chemin",
        "ce chemin prend la méthode POST",
        "Seul grant_type=client_credentials est servi",
    ]);
}
