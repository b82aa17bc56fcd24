//! The mistakes of clients, each understood from the page of its entry alone: the attribute, what was expected, what came.

use reqwest::Method;
use serde_json::{Value, json};

use super::browser::Browser;
use crate::harness::{Partner, Reply, World};

/// The page of the last entry, which the answer's header names; the header gives the reason too.
async fn page(world: &World, browser: &Browser, reply: &Reply) -> super::browser::Seen {
    assert!(reply.status.as_u16() >= 400, "{} {}", reply.status, reply.text);
    let address = reply.header("x-bacasable-journal");
    let console = format!("http://{}", world.server.console);
    let path = address.strip_prefix(&console).unwrap_or_else(|| panic!("{address:?}"));
    assert!(!reply.header("x-bacasable-reason").is_empty(), "{}", reply.text);
    browser.open(path).await
}

fn demand(partner: &Partner, motif: &str, criteria: Value) -> Value {
    json!({
        "dateDemande": "2026-11-20",
        "motif": motif,
        "siretDemandeur": partner.siret(),
        "justification": "test d'intégration",
        "criteresRecherche": criteria,
    })
}

#[tokio::test]
async fn what_is_wrong_with_a_ficoba_demand_is_told() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let partner = world.partner("editeur-demo").await;
    let account = |iban: &str| json!({ "iban": iban, "verificationCompte": "0" });
    let person = |more: Value| {
        let mut criteria = json!({ "etatCivil": { "nom": "VALBRUNE", "anneeNaissance": "1985" } });
        criteria.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        criteria
    };
    let good = "FR7699010000010000010100185";
    let spaced = "FR76 9901 0000 0100 0001 0100 185";
    let mut dated = demand(&partner, "0020", account(good));
    dated["dateDemande"] = json!("29/11/2026");
    let mut unmotivated = demand(&partner, "0020", account(good));
    unmotivated.as_object_mut().unwrap().remove("motif");
    let mut other = demand(&partner, "0020", account(good));
    other["siretDemandeur"] = json!("20999004300017");
    let mut another_siren = demand(&partner, "0020", account(good));
    another_siren["sirenDemandeur"] = json!("209990043");
    let mut misnamed = demand(&partner, "0020", account(good));
    misnamed["siret"] = misnamed.as_object_mut().unwrap().remove("siretDemandeur").unwrap();
    let by_month = json!({ "etatCivil": { "nom": "VALBRUNE", "anneeNaissance": "1985", "moisNaissance": "avril" } });
    let alone = person(json!({ "lieuNaissance": { "codeCommuneNaissance": "185" } }));
    let born = json!({ "codePaysNaissance": "99100", "codeCommuneNaissance": "185" });
    let without_department = person(json!({ "lieuNaissance": born }));
    let twice = json!({
        "accordClient": "1", "codeNatureCompte": "201", "recherchePP": "1", "recherchePM": "1", "rechercheSIRENSIRET": "0",
        "criteresRecherchePhy": { "etatCivil": { "nom": "VALBRUNE" } },
    });
    let contradictory = json!({
        "iban": good, "recherchePP": "1", "recherchePM": "0", "rechercheSirenSiret": "0",
        "designation": { "raisonSociale": "ATELIERS DU PONT LEVIS", "codeCategorieJuridique": "5499" },
    });
    let both_numbers = json!({
        "iban": good, "recherchePP": "0", "recherchePM": "1", "rechercheSirenSiret": "0",
        "designation": { "raisonSociale": "ATELIERS DU PONT LEVIS", "codeCategorieJuridique": "5499" },
        "siret": "20999001900017", "siren": "209990019",
    });
    let nobody =
        json!({ "iban": good, "recherchePP": "1", "recherchePM": "0", "rechercheSirenSiret": "0" });
    let saver = json!({
        "accordClient": "1", "codeNatureCompte": "201", "recherchePP": "0", "recherchePM": "1", "rechercheSIRENSIRET": "0",
    });
    let mut mistyped = demand(&partner, "0020", account(good));
    mistyped["siretDemandeur"] = json!("20999001900018");
    let abroad = json!({ "etatCivil": { "nom": "VALBRUNE", "anneeNaissance": "1985" }, "lieuNaissance": { "codePaysNaissance": "99100", "codeDepartementNaissance": "99" } });
    let cases: [(&str, Value, &[&str]); 24] = [
        (
            "numCpte",
            demand(&partner, "0020", account("DE89370400440532013000")),
            &["un IBAN français", "celui-ci est un IBAN étranger"],
        ),
        (
            "numCpte",
            demand(&partner, "0020", account(&good.to_ascii_lowercase())),
            &["des lettres majuscules : cet IBAN est en minuscules, le reste est bon"],
        ),
        (
            "verifIban",
            demand(&partner, "0100", nobody),
            &[
                "État civil (etatCivil)",
                "obligatoire, car recherchePP à 1 annonce une personne physique",
                "rien (absent, nul ou vide)",
            ],
        ),
        (
            "multiDet",
            demand(&partner, "0021", saver),
            &["(criteresRecherchePro)", "obligatoire, car recherchePM à 1 annonce"],
        ),
        (
            "spi",
            demand(&partner, "0020", json!({ "spi": "3990000101192" })),
            &[
                "un objet qui n'a qu'un attribut inconnu",
                "dont les attributs sont numeroSPI",
                "« spi » est inconnu : l'attribut s'appelle « numeroSPI »",
            ],
        ),
        (
            "numCpte",
            demand(&partner, "0020", json!({})),
            &["un objet vide", "dont les attributs sont iban, verificationCompte"],
        ),
        (
            "numCpte",
            demand(&partner, "0020", account(spaced)),
            &["IBAN (iban)", "27 caractères sans espace", "33 caractères", "espaces"],
        ),
        (
            "numCpte",
            demand(&partner, "0020", account("FR7799010000010000010100185")),
            &["clé de contrôle juste", "la longueur et les caractères sont bons"],
        ),
        (
            "numCpte",
            dated,
            &[
                "Date de demande (dateDemande)",
                "AAAA-MM-JJ",
                "10 caractères (chiffres, barres obliques)",
            ],
        ),
        (
            "numCpte",
            unmotivated,
            &["Motif (motif)", "1 à 4 chiffres", "rien (absent, nul ou vide)"],
        ),
        (
            "numCpte",
            demand(&partner, "0021", account(good)),
            &[
                "0021 n'ouvre pas la recherche numCpte",
                "ce motif ouvre : multiDet",
                "qui ouvrent numCpte sans vérification : 0020",
            ],
        ),
        (
            "numCpte",
            other,
            &[
                "SIRET du demandeur (siretDemandeur)",
                "20999001900017, celui de la convention editeur-demo, est attendu",
                "un autre SIRET, de forme correcte",
            ],
        ),
        (
            "numCpte",
            mistyped,
            &["un autre SIRET, dont la clé est fausse (un chiffre est sans doute faux)"],
        ),
        (
            "numCpte",
            json!({ "caracteristiquesDemande": demand(&partner, "0020", account(good)) }),
            &[
                "« caracteristiquesDemande » n'est pas attendu, et contient dateDemande",
                "est attendu à la racine de l'objet",
            ],
        ),
        ("perPhy", demand(&partner, "0020", abroad), &["99 n'est pas un département"]),
        (
            "numCpte",
            another_siren,
            &["SIREN du demandeur (sirenDemandeur)", "209990019, celui de la convention"],
        ),
        (
            "numCpte",
            misnamed,
            &["SIRET ou SIREN du demandeur", "siretDemandeur ou sirenDemandeur est attendu"],
        ),
        (
            "perPhy",
            demand(&partner, "0020", by_month),
            &["(moisNaissance)", "1 à 12", "5 caractères (minuscules)"],
        ),
        (
            "perPhy",
            demand(&partner, "0020", alone),
            &["(codePaysNaissance)", "rien (absent, nul ou vide)"],
        ),
        (
            "perPhy",
            demand(&partner, "0020", without_department),
            &["(codeDepartementNaissance)", "à donner avec le code de la commune"],
        ),
        ("multiDet", demand(&partner, "0021", twice), &["recherchePP et recherchePM valent 1"]),
        (
            "verifIban",
            demand(&partner, "0100", contradictory),
            &[
                "L'indicateur recherchePP à 1 annonce une personne physique",
                "décrit une personne morale",
                "designation est à retirer",
            ],
        ),
        (
            "verifIban",
            demand(&partner, "0100", both_numbers),
            &["L'indicateur recherchePM à 1", "siret et siren sont à retirer"],
        ),
        (
            "numCpte",
            demand(&partner, "9999", account(good)),
            &["Ce motif n'existe pas", "motifs de la convention editeur-demo : 0020"],
        ),
    ];
    for (resource, body, told) in cases {
        let reply = partner.ficoba_body(resource, &body.to_string()).await;
        let seen = page(&world, &browser, &reply).await;
        let message = reply.json()["erreur"]["message"].as_str().unwrap().to_owned();
        seen.says(&["Pourquoi ce refus", &message, "Que faire ?"]);
        seen.says(told);
        assert!(!seen.text().contains("inconnu est ignoré"), "it is refused, perhaps for it");
        for value in [spaced, "29/11/2026", "avril"] {
            assert!(!seen.html.contains(value), "{value} is no business of the journal's");
        }
    }
    let twice = demand(&partner, "0021", account(good)).to_string();
    let twice = twice.replacen("\"motif\":", "\"motif\":\"0020\",\"motif\":", 1);
    let seen = page(&world, &browser, &partner.ficoba_body("numCpte", &twice).await).await;
    seen.says(&["CAF031", "motif est donné plusieurs fois dans le JSON"]);
    let nature = json!({
        "accordClient": "1", "codeNatureCompte": "999", "recherchePP": "0", "recherchePM": "0", "rechercheSIRENSIRET": "1",
        "criteresSiretSiren": { "siren": "209001015" },
    });
    let nature = demand(&partner, "0021", nature).to_string();
    let seen = page(&world, &browser, &partner.ficoba_body("multiDet", &nature).await).await;
    seen.says(&["CAF034", "n'est pas dans la nomenclature", "212, 214 ou 217"]);
    assert!(!seen.text().contains("3 chiffres"), "its form is good: {}", seen.text());
    for (body, told) in [
        ("{\"motif\": \"0020\",}".as_bytes().to_vec(), "virgule est en trop (ligne 1, colonne 18)"),
        ("{}".encode_utf16().flat_map(u16::to_be_bytes).collect(), "sans doute en UTF-16"),
        ("[1]".into(), "n'est pas un objet JSON"),
        ("{\"motif\"".into(), "s'arrête avant sa fin"),
        (" \n".into(), "Le corps est vide, un objet JSON est attendu"),
        (Vec::new(), "Le corps est vide, un objet JSON est attendu"),
    ] {
        let path = "/fcb-masrestit/api/v2/comptes/numCpte";
        let reply = Reply::read(partner.request(Method::POST, path).body(body)).await;
        page(&world, &browser, &reply).await.says(&["CAT002", told]);
    }
    let path = "/fcb-masrestit/api/v2/comptes/numCpte";
    let request = partner.request(Method::POST, path).header("Content-Encoding", "gzip");
    let reply = Reply::read(request.body(b"\x1f\x8b\x08\0".to_vec())).await;
    page(&world, &browser, &reply).await.says(&["Corps compressé", "n'est pas décompressé"]);
}

#[tokio::test]
async fn what_is_wrong_with_an_r2p_demand_is_told() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let (all, closed) =
        (world.partner("editeur-demo").await, world.partner("mutuelle-etatcivil").await);
    let names = "/r2p/v1/personne?nom=VALBRUNE&prenom=CELINE";
    let born = "naisCodePays=99100&naisCodeDept=38&naisCodeCommune=185";
    for (partner, path, told) in [
        (&all, format!("{names}&naisDate=12/04/1985"), &["naisCodePays"][..]),
        (
            &all,
            format!("{names}&naisDate=1985-04-12"),
            &[
                "naisDate",
                "AAAA, MM/AAAA ou JJ/MM/AAAA",
                "10 caractères (chiffres, traits d'union)",
            ],
        ),
        (
            &all,
            "/r2p/v1/personne/399000010119".to_owned(),
            &["13 chiffres", "12 caractères (chiffres)"],
        ),
        (
            &all,
            "/r2p/v1/personne/39%2090%20000%20101%20192".to_owned(),
            &["13 chiffres", "17 caractères (chiffres, espaces)"],
        ),
        (
            &all,
            "/r2p/v1/personne/3990000101193".to_owned(),
            &["40433", "un chiffre est sans doute faux"],
        ),
        (
            &all,
            format!("{names}&naisDate=12/04/2099&{born}"),
            &["40433", "La date de naissance est dans le futur"],
        ),
        (
            &all,
            format!("{names}&naisDate=13/04/1985&{born}"),
            &["tous les critères, sauf un : la date de naissance"],
        ),
        (
            &all,
            format!(
                "{names}&naisDate=12/04/1985&naisCodePays=99100&naisCodeDept=2A&naisCodeCommune=185"
            ),
            &["naisCodeCommune", "aucune commune du département donné"],
        ),
        (&all, "/r2p/v1/personne/".to_owned(), &["est attendu à la fin du chemin"]),
        (
            &all,
            format!("{names}&naisDate=12/04/1985&codePostal=38000"),
            &["naisCodePays", "un paramètre donné n'est pas de cette recherche"],
        ),
        (
            &closed,
            "/r2p/v1/personne/3990000101192".to_owned(),
            &["recherche par le SPI", "par l'état civil complet"],
        ),
    ] {
        let reply = partner.get(&path).await;
        page(&world, &browser, &reply).await.says(&["Pourquoi ce refus", "Que faire ?"]);
        let seen = page(&world, &browser, &reply).await;
        seen.says(told);
        assert!(!seen.text().contains("inconnu est ignoré"), "{path}");
    }
}

#[tokio::test]
async fn what_the_gateway_itself_refuses_is_told() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let partner = world.partner("editeur-demo").await;
    let reply = partner.get("/fcb-masrestit/api/v2/comptes/numCpte").await;
    page(&world, &browser, &reply)
        .await
        .says(&["GET /fcb-masrestit/api/v2/comptes/numCpte", "ce chemin prend la méthode POST"]);
    let reply =
        Reply::read(partner.request(Method::POST, "/fcb-masrestit/api/v2/compte/numCpte")).await;
    page(&world, &browser, &reply)
        .await
        .says(&["/compte/numCpte", "POST /fcb-masrestit/api/v2/comptes/numCpte"]);
    let reply = partner.get("/r2p/v2/personne/3990000101192").await;
    let seen = page(&world, &browser, &reply).await;
    seen.says(&["aucune API n'a ce chemin", "{13 caractères (chiffres)}"]);
    assert!(!seen.html.contains("3990000101192"));
    let reply = partner.get("/r2p/v2/personne/39%2090%20000%20101%20192").await;
    page(&world, &browser, &reply).await.says(&["{17 caractères (chiffres, espaces)}"]);
    let bare = partner.bare(Method::GET, "/r2p/v1/personne/3990000101192");
    let reply = Reply::read(bare.header("Authorization", "Bearer x")).await;
    page(&world, &browser, &reply).await.says(&["fabriqué par la passerelle"]);
    let caller = world.caller("commune-valmont");
    caller
        .obtain_token("commune-valmont", Some("dgfip_ficoba_adresse api_r2p_resolution_spi"))
        .await;
    let entry = world.last_entry().await;
    let note = entry["note"].as_str().unwrap();
    assert!(note.ends_with("absents du jeton : dgfip_ficoba_adresse"), "{note}");
}

#[tokio::test]
async fn what_the_token_endpoint_refuses_is_told() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let partner = world.partner("editeur-demo").await;
    for (method, path, told) in [
        (Method::GET, "/token", "GET /token"),
        (Method::PUT, "/token", "PUT /token"),
        (Method::DELETE, "/oauth2/revoke", "DELETE /oauth2/revoke"),
    ] {
        let reply = Reply::read(partner.bare(method, path)).await;
        assert_eq!(reply.outcome(), "405 405");
        let seen = page(&world, &browser, &reply).await;
        seen.says(&["Méthode non autorisée", told, "ce chemin prend la méthode POST"]);
        assert!(reply.header("x-bacasable-reason").contains(told), "{:?}", reply.headers);
        assert!(!seen.text().contains("Chemin inconnu"));
    }
    let reply = Reply::read(partner.bare(Method::POST, "/oauth2/jwks")).await;
    page(&world, &browser, &reply).await.says(&["ce chemin prend la méthode GET"]);
    let grant = "grant_type=client_credentials";
    let (id, secret) = ("client_id=editeur-demo", "client_secret=secret-editeur-demo");
    let basic = "Basic ZWRpdGV1ci1kZW1vOnNlY3JldC1lZGl0ZXVyLWRlbW8=";
    let mut told_apart = std::collections::HashSet::new();
    for (authorization, body, outcome, told) in [
        (None, "", "400 invalid_request", "Le corps est vide"),
        (
            None,
            &*format!("{id}&{secret}"),
            "400 invalid_request",
            "Le paramètre grant_type est absent",
        ),
        (
            None,
            &*format!("grant_type=&{id}"),
            "400 invalid_request",
            "Le paramètre grant_type est vide",
        ),
        (
            None,
            &*format!("{grant}&{grant}"),
            "400 invalid_request",
            "Le paramètre grant_type est répété",
        ),
        (
            Some(basic),
            &*format!("{grant}&{id}&{secret}"),
            "400 invalid_request",
            "donnés deux fois",
        ),
        (Some("Basic %"), grant, "400 invalid_request", "ne se décode pas"),
        (None, grant, "401 invalid_client", "L'application ne se nomme pas"),
        (None, &*format!("{grant}&{id}"), "401 invalid_client", "Le secret est absent"),
        (
            None,
            &*format!("{grant}&client_id=S3cret-colle&{secret}"),
            "401 invalid_client",
            "Le client_id n'est la clé d'aucune application",
        ),
        (
            None,
            &*format!("{grant}&{id}&client_secret=S3cret-colle"),
            "401 invalid_client",
            "le secret n'est pas celui de l'application du partenaire « editeur-demo »",
        ),
        (Some("Basic ZWRpdGV1ci1kZW1vOg=="), grant, "401 invalid_client", "Le secret est vide"),
        (
            None,
            &*format!("{grant}&{id}&{secret}&scope=%22"),
            "400 invalid_scope",
            "Le paramètre scope",
        ),
        (
            None,
            "grant_type=password",
            "400 unsupported_grant_type",
            "Seul grant_type=client_credentials",
        ),
    ] {
        let request = partner.bare(Method::POST, "/token").body(body.to_owned());
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let request = match authorization {
            Some(line) => request.header("Authorization", line),
            None => request,
        };
        let reply = Reply::read(request).await;
        assert_eq!(reply.outcome(), outcome, "{body}");
        page(&world, &browser, &reply).await.says(&[told]);
        let reason = reply.header("x-bacasable-reason");
        assert!(told_apart.insert(reason.to_owned()), "{reason} is said twice");
        assert!(!reason.contains("secret-editeur-demo") && !reason.contains("S3cret"), "{reason}");
    }
}

/// What an answer of 200 leaves out or reads as it can is said too.
#[tokio::test]
async fn what_is_accepted_all_the_same_is_told() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let partner = world.partner("commune-valmont").await;
    let body = "grant_type=client_credentials&scope=RessourceInventee";
    let request = partner.bare(Method::POST, "/token").body(body);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let directory = world.server.sandbox.directory();
    let application = &directory.convention("commune-valmont").unwrap().application;
    let reply = Reply::read(request.basic_auth(&application.key, Some(&application.secret))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let reason = reply.header("x-bacasable-reason");
    assert!(reason.contains("absents du jeton : RessourceInventee"), "{reason}");
    let console = format!("http://{}", world.server.console);
    let path = reply.header("x-bacasable-journal").strip_prefix(&console).unwrap().to_owned();
    browser.open(&path).await.says(&["scopes demandés que la convention n'ouvre pas"]);
    let body = "grant_type=client_credentials&scope=dgfip_ficoba_compte,dgfip_ficoba_adresse";
    let request = partner.bare(Method::POST, "/token").body(body);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let reply = Reply::read(request.basic_auth(&application.key, Some(&application.secret))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let reason = reply.header("x-bacasable-reason");
    assert!(reason.contains("une espace est attendue entre eux"), "{reason}");

    let editor = world.partner("editeur-demo").await;
    let mut odd = demand(&editor, "0020", json!({ "numeroSPI": 3_990_000_101_192_u64 }));
    odd["VALBRUNE"] = json!("x");
    let request = editor.request(Method::POST, "/fcb-masrestit/api/v2/comptes/spi");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let reply = Reply::read(request.body(odd.to_string())).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.headers.get("x-bacasable-reason").is_none(), "it succeeds");
    let sequence = world.last_entry().await["sequence"].as_u64().unwrap();
    let seen = browser.open(&format!("/journal/{sequence}")).await;
    seen.says(&[
        "Accepté tel quel : le corps est annoncé application/x-www-form-urlencoded",
        "un attribut inconnu est ignoré",
        "numeroSPI est donné en nombre",
    ]);
    assert!(!seen.text().contains("VALBRUNE"));

    let mut both = demand(&editor, "0020", json!({ "numeroSPI": "3990000101193" }));
    both["sirenDemandeur"] = json!("209990019");
    assert_eq!(editor.ficoba_body("spi", &both.to_string()).await.outcome(), "200 CAF007");
    let entry = world.last_entry().await;
    assert_eq!(entry["mistake"], "wrong-key");
    let note = entry["note"].as_str().unwrap();
    for told in ["La clé de numeroSPI est fausse", "siretDemandeur et sirenDemandeur sont donnés"]
    {
        assert!(note.contains(told), "{note}");
    }
    let form = [("grant_type", "client_credentials")];
    let request = editor.bare(Method::POST, "/token").form(&form);
    let request = request.basic_auth("cellule-fraude", Some("secret-cellule-fraude"));
    assert_eq!(Reply::read(request).await.status, 200);
    let entry = world.last_entry().await;
    let note = entry["note"].as_str().unwrap();
    assert!(note.contains("« editeur-demo », et les identifiants sont ceux de « cellule-fraude »"));
    let report = world.recette("editeur-demo").await;
    let obtained = report.cases().find(|case| case.id == "jetons-obtention").unwrap();
    assert_eq!(obtained.seen, 1, "the one of its own, and not another's");
}

/// A code that has several messages shows the one that was answered.
/// A tester who ordered an answer, or forgot to have, looks for no fault in the demand.
#[tokio::test]
async fn an_answer_that_was_ordered_blames_no_demand() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let partner = world.partner("editeur-demo").await;
    let order = async |outcome: Value| {
        let fault =
            json!({ "match": { "partner": "editeur-demo" }, "times": 1, "outcome": outcome });
        world.order(Method::POST, "faults", Some(fault)).await
    };
    let good = || json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" });
    for outcome in [
        json!({ "code": "CAF030" }),
        json!({ "code": "CAT002" }),
        json!({ "code": "900908" }),
        json!({ "code": "900801" }),
        json!({ "status": 500 }),
    ] {
        order(outcome.clone()).await;
        let reply = partner.ficoba("numCpte", "0020", good()).await;
        let page = page(&world, &browser, &reply).await;
        page.says(&["Rien n'est à corriger dans la demande : cette réponse a été commandée"]);
        for false_cause in ["n'est pas celui de la convention", "n'est pas un objet JSON"] {
            let (why, _) = page.html.split_once("Contrôles").unwrap_or((&page.html, ""));
            assert!(!why.contains(&format!("<p>{false_cause}")), "{outcome}: {false_cause}");
        }
        if outcome["code"] != "900908" {
            page.says(&["Incident simulé «", "cette réponse a été provoquée"]);
        }
    }
    // An incident that only makes wait leaves the demand its own refusal.
    order(json!({ "delay_ms": 1 })).await;
    let reply = partner.ficoba("numCpte", "9999", good()).await;
    assert!(!reply.header("x-bacasable-reason").contains("provoqu"), "{}", reply.text);
    page(&world, &browser, &reply)
        .await
        .says(&["Ce motif n'existe pas", "Employer l'un des motifs"]);
    let announced = json!({
        "announced": [{ "from": "2026-11-22T09:00:00Z", "to": "2026-11-22T22:00:00Z" }],
    });
    world.order(Method::PUT, "service", Some(announced)).await;
    let reply = partner.ficoba("numCpte", "0020", good()).await;
    page(&world, &browser, &reply).await.says(&[
        "FICOBA est fermée, maintenance annoncée par un testeur (announced), jusqu'au 22/11/2026 à 23:00:00, heure de Paris, la demande n'y est",
    ]);
}

#[tokio::test]
async fn of_a_code_with_several_messages_one_is_shown() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let partner = world.partner("mutuelle-etatcivil").await;
    let reply = partner.get("/r2p/v1/personne?nom=VALBRUNE").await;
    assert_eq!(reply.outcome(), "400 4003");
    let seen = page(&world, &browser, &reply).await;
    seen.says(&["4003 : Paramètre obligatoire absent : prenom."]);
    assert!(!seen.text().contains("Paramètre répété"), "{}", seen.text());
}

#[tokio::test]
async fn what_a_control_refuses_is_told_with_its_own_advice() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let health = "/fcb-masrestit/api/v2/etatSante";
    let partner = world.partner("editeur-demo").await;
    let request = partner.bare(Method::GET, health).header("X-Correlation-ID", "c-1");
    let reply = Reply::read(request.header("Authorization", "Bearer Bearer x.y.z")).await;
    assert_eq!(reply.outcome(), "401 900901");
    page(&world, &browser, &reply)
        .await
        .says(&["le mot Bearer est répété", "tel que /token le donne"]);

    let directory = world.server.sandbox.directory();
    let application = &directory.convention("editeur-demo").unwrap().application;
    for (text, told) in [
        (&application.secret, "le secret de l'application est envoyé à la place du jeton"),
        (&application.key, "la clé (client_id) de l'application est envoyée à la place du jeton"),
    ] {
        let request = partner.bare(Method::GET, health).header("X-Correlation-ID", "c-1");
        let reply = Reply::read(request.header("Authorization", format!("Bearer {text}"))).await;
        assert_eq!(reply.outcome(), "401 900901");
        let seen = page(&world, &browser, &reply).await;
        seen.says(&[told, "le secret ne va qu'à /token"]);
        assert!(!seen.html.contains(&*application.secret), "it is kept nowhere");
    }
    let request = partner.bare(Method::GET, health).header("X-Correlation-ID", "c-1");
    let reply = Reply::read(request.header("Authorization", "Bearer \"x.y.z\"")).await;
    assert_eq!(reply.outcome(), "401 900901");
    let seen = page(&world, &browser, &reply).await;
    seen.says(&["le jeton est envoyé entre guillemets", "tel que /token le donne"]);

    let ended = world.partner("partenaire-resilie").await.get(health).await;
    assert_eq!(ended.outcome(), "403 900908");
    let seen = page(&world, &browser, &ended).await;
    seen.says(&["Demander une nouvelle habilitation"]);
    assert!(!seen.text().contains("pour cette API"), "{}", seen.text());

    let report = world.recette("editeur-demo").await;
    let leaked = "1 appel portait le secret de l'application à la place du jeton";
    assert!(
        report.vigilance.iter().any(|point| point.starts_with(leaked)),
        "{:?}",
        report.vigilance
    );
    let unreadable = report.cases().find(|case| case.id == "jetons-illisible").unwrap();
    assert_eq!(unreadable.seen, 0, "a secret is no token that cannot be read");

    let request = partner.bare(Method::GET, health).header("X-Correlation-ID", "c-1");
    let reply = Reply::read(request.header("Authorization", "Bearer x")).await;
    assert_eq!(reply.outcome(), "401 900901");
    let seen = page(&world, &browser, &reply).await;
    assert!(!seen.text().contains("est répété"), "{}", seen.text());

    let bank = world.partner("banque-lep").await;
    let absent = bank.get(health).await;
    let other = bank.request(Method::GET, health).header("ID_Teleservice", "autre");
    let other = Reply::read(other).await;
    for (reply, told) in [
        (&absent, "en-tête ID_Teleservice absent"),
        (&other, "en-tête ID_Teleservice différent de celui de la convention « banque-lep »"),
    ] {
        assert_eq!(reply.outcome(), "401 900901");
        let seen = page(&world, &browser, reply).await;
        seen.says(&[
            told,
            "la valeur qui figure sur la fiche du partenaire",
            "Appel de banque-lep",
        ]);
        assert!(!seen.text().contains("demander un nouveau jeton"), "{}", seen.text());
    }

    for (certificate, told) in [
        ("expired", "il a expiré le 01/01/2021 à 00:59:59 (heure de Paris)"),
        ("unknown-ca", "une autorité de ce nom est connue, mais avec une autre clé"),
        ("self-signed", "son autorité n'est pas reconnue"),
    ] {
        let caller =
            world.holder_of("editeur-demo", Some(&format!("clients/invalid/{certificate}")));
        let reply = caller.get(health).await;
        assert_eq!(reply.outcome(), "401 900901");
        let seen = page(&world, &browser, &reply).await;
        seen.says(&[
            told,
            "Appel au nom de editeur-demo , nom annoncé par un certificat non vérifié",
        ]);
        assert!(!seen.text().contains("Appel de editeur-demo"));
    }
}

#[tokio::test]
async fn a_public_address_is_named_and_diagnostics_can_be_left_out() {
    use bacasable::config::{PublicUrl, SettingValue as _};
    assert!(PublicUrl::read("ftp://x").is_none() && PublicUrl::read("http://").is_none());
    let world = World::with(|config| {
        config.console.public_url = PublicUrl::read("https://banc.exemple.fr/bacasable/");
    })
    .await;
    let reply = world.caller("editeur-demo").get("/nulle-part").await;
    assert_eq!(reply.header("x-bacasable-journal"), "https://banc.exemple.fr/bacasable/journal/0");
    let world = World::with(|config| config.gateway.diagnostics = false).await;
    let reply = world.caller("editeur-demo").get("/nulle-part").await;
    assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("x-bacasable")));
}
