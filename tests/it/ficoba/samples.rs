//! The sample requests of the protocol (PT 2 to 8), a persona's values in them: the answer has the sample's keys, their order
//! and their JSON types, and the persona's values.

use serde_json::{Value, json};

use crate::harness::World;

/// Sends a request as `partner` and checks the answer's keys, order and types.
async fn check(world: &World, partner: &str, resource: &str, body: &str, expected: Value) -> Value {
    let reply = world.partner(partner).await.ficoba_body(resource, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let answer = reply.json();
    assert_eq!(shape(&answer).to_string(), shape(&expected).to_string(), "{}", reply.text);
    assert_eq!(reply.header("Content-Type"), "application/json");
    answer
}

/// The same value with every text and every number at its barest: what is left is keys, order and types.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), shape(value))).collect()
        }
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => json!(""),
        Value::Number(_) => json!(0),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// An answer to this body, which is echoed as it is.
fn answer(body: &str, rest: Value) -> Value {
    let mut answer =
        json!({ "caracteristiquesDemande": serde_json::from_str::<Value>(body).unwrap() });
    answer["referenceDemande"] = json!("");
    answer["nombreReponses"] = json!("");
    let Value::Object(rest) = rest else { unreachable!() };
    answer.as_object_mut().unwrap().extend(rest);
    answer
}

fn account(holders: Value) -> Value {
    json!({
        "caracteristiqueCompte": {
            "iban": "", "dateOuverture": "", "dateFiscale": "", "codeMotifOuverture": "", "libelleMotifOuverture": "",
            "dateCloture": "",
            "nature": { "codeNature": 0, "libelleNature": "" },
            "type": { "codeType": 0, "libelleType": "" },
            "formatCompte": "",
            "caracteristique": { "codeCaracteristique": 0, "libelleCaracteristique": "" },
            "succession": "", "resident": "",
            "devise": { "codeDevise": "" },
        },
        "etablissementGestionnaire": {
            "etablissement": { "numeroEtablissement": "", "libelleEtablissement": "", "bicEtablissement": "" },
            "guichet": {
                "numeroGuichet": "", "libelleGuichet": "",
                "adresse": { "libAdr2": "", "libAdr4": "" },
            },
        },
        "ayantsDroits": holders,
    })
}

/// A natural person's right; `searched` says whether somebody was searched.
fn person(searched: bool) -> Value {
    marked(
        searched,
        json!({
            "droitSurCompte": "", "dateDebutDroit": "", "dateFinDroit": "", "dateMaj": "", "nomNaissance": "", "prenoms": "",
            "anneNaissance": "", "moisNaissance": "", "jourNaissance": "", "sexe": "", "codePaysNaissance": "",
            "codeDepartementNaissance": "", "codeCommuneNaissance": "", "libellePaysNaissance": "",
            "libelleDepartementNaissance": "", "libelleCommuneNaissance": "",
        }),
    )
}

fn marked(searched: bool, right: Value) -> Value {
    let mut marked = if searched { json!({ "personneRecherchee": "" }) } else { json!({}) };
    let Value::Object(right) = right else { unreachable!() };
    marked.as_object_mut().unwrap().extend(right);
    marked
}

/// A legal person's right, with these further keys among its own.
fn company(keys: &[&str]) -> Value {
    let right = [
        "personneRecherchee",
        "droitSurCompte",
        "dateDebutDroit",
        "dateFinDroit",
        "dateMaj",
        "raisonSociale",
    ];
    right.iter().chain(keys).map(|key| ((*key).to_owned(), json!(""))).collect()
}

fn address() -> Value {
    json!({
        "codePaysResidence": "", "libellePaysResidence": "", "codeDepartementResidence": "",
        "libelleDepartementResidence": "", "codeCommuneResidence": "", "libelleCommuneResidence": "", "numeroVoie": "",
        "codeNatureVoie": "", "libelleVoie": "", "codePostal": "",
    })
}

/// `personneRecherche` of someone born in France.
fn searched() -> Value {
    json!({
        "nomNaissance": "", "prenom": "", "sexe": "", "anneeNaissance": "", "moisNaissance": "", "jourNaissance": "",
        "paysNaissance": { "codePays": "", "libellePays": "" },
        "departementNaissance": { "codeDepartement": "", "libelleDepartement": "" },
        "communeNaissance": { "codeCommune": "", "libelleCommune": "" },
    })
}

/// PT 3.5.2: by SPI, a usage name that the person lacks is a blank.
fn searched_by_spi() -> Value {
    json!({
        "nomNaissance": "", "nomUsage": "", "prenom": "", "sexe": "", "anneeNaissance": "", "moisNaissance": "",
        "jourNaissance": "", "paysNaissance": { "codePays": "", "libellePays": "" },
        "departementNaissance": { "codeDepartement": "", "libelleDepartement": "" },
        "communeNaissance": { "codeCommune": "", "libelleCommune": "" },
    })
}

/// PT 2.5.2: the account, its holder, and somebody with a procuration, who has no address.
#[tokio::test]
async fn numcpte_answers_as_its_sample() {
    let world = World::start().await;
    let body = r#"{
        "dateDemande": "2024-02-08", "motif": "020", "siretDemandeur": "20999001900017", "sirenDemandeur": "",
        "justification": "test performance",
        "criteresRecherche": { "iban": "FR7699020000010000200100179", "verificationCompte": "0" } }"#;
    let holders = json!([{ "personnePhysique": person(false), "adresse": address() }, { "personnePhysique": person(false) }]);
    let expected = answer(body, json!({ "reponses": { "comptes": [account(holders)] } }));
    let answer = check(&world, "editeur-demo", "numCpte", body, expected).await;
    assert_eq!(
        (&answer["nombreReponses"], &answer["referenceDemande"]),
        (&json!("001"), &json!("FCB_2026_000000001"))
    );
    let account = &answer["reponses"]["comptes"][0];
    assert_eq!(account["caracteristiqueCompte"]["dateOuverture"], "1980-02-04");
    let [holder, other] = [0, 1].map(|at| &account["ayantsDroits"][at]["personnePhysique"]);
    assert_eq!(
        (&holder["droitSurCompte"], &holder["prenoms"]),
        (&json!("Titulaire"), &json!("JACQUELINE ODILE"))
    );
    assert_eq!(
        (&other["droitSurCompte"], &other["dateMaj"]),
        (&json!("Procuration"), &json!("2019-05-22"))
    );
}

/// The whole answer of the first call, to the letter.
#[tokio::test]
async fn celine_s_account_is_answered_to_the_letter() {
    let world = World::start().await;
    let body = r#"{"dateDemande":"2026-11-20","motif":"0020","siretDemandeur":"20999001900017","justification":"essai","criteresRecherche":{"iban":"FR7699010000010000010100185","verificationCompte":"0"}}"#;
    let reply = world.partner("editeur-demo").await.ficoba_body("numCpte", body).await;
    let expected = [
        r#"{"caracteristiquesDemande":"#,
        body,
        r#","referenceDemande":"FCB_2026_000000001","nombreReponses":"001","reponses":{"comptes":[{"#,
        r#""caracteristiqueCompte":{"iban":"FR7699010000010000010100185","dateOuverture":"2009-09-01","dateFiscale":"","#,
        r#""codeMotifOuverture":"0","libelleMotifOuverture":"Ouverture par le titulaire","dateCloture":"","#,
        r#""nature":{"codeNature":101,"libelleNature":"Compte courant bancaire"},"type":{"codeType":1,"libelleType":"Simple"},"#,
        r#""formatCompte":"IBAN","caracteristique":{"codeCaracteristique":1,"libelleCaracteristique":"Compte unique"},"#,
        r#""succession":"0","resident":"0","devise":{"codeDevise":"EUR"}},"#,
        r#""etablissementGestionnaire":{"etablissement":{"numeroEtablissement":"99010","libelleEtablissement":"BANQUE HORIZON","#,
        r#""bicEtablissement":"BHORFRP0XXX"},"guichet":{"numeroGuichet":"00001","libelleGuichet":"AG GRENOBLE VICTOIRE","#,
        r#""adresse":{"libAdr2":"3 PL DE LA VICTOIRE","libAdr4":"38000 GRENOBLE"}}},"#,
        r#""ayantsDroits":[{"personnePhysique":{"droitSurCompte":"Titulaire","dateDebutDroit":"2009-09-01","dateFinDroit":"","#,
        r#""dateMaj":"2009-09-01","nomNaissance":"VALBRUNE","prenoms":"CÉLINE AURÉLIE","anneNaissance":"1985","moisNaissance":"4","#,
        r#""jourNaissance":"12","sexe":"2","codePaysNaissance":"99100","codeDepartementNaissance":"38","codeCommuneNaissance":"185","#,
        r#""libellePaysNaissance":"FRANCE","libelleDepartementNaissance":"Isere","libelleCommuneNaissance":"GRENOBLE"},"#,
        r#""adresse":{"codePaysResidence":"99100","libellePaysResidence":"FRANCE","codeDepartementResidence":"38","#,
        r#""libelleDepartementResidence":"Isere","codeCommuneResidence":"185","libelleCommuneResidence":"GRENOBLE","#,
        r#""numeroVoie":"12","codeNatureVoie":"RUE","libelleVoie":"DES GLYCINES","codePostal":"38000"}}]}]}}"#,
    ];
    assert_eq!(reply.text, expected.concat());
}

/// PT 2.5.3.1.
#[tokio::test]
async fn numcpte_verifies_as_its_sample() {
    let world = World::start().await;
    let body = r#"{
        "dateDemande": "2024-02-08", "motif": "020", "siretDemandeur": "20999001900017", "sirenDemandeur": "",
        "justification": "test",
        "criteresRecherche": { "iban": "FR7699010000010000010100185", "verificationCompte": "1" } }"#;
    let expected =
        answer(body, json!({ "reponses": { "verificationCompte": { "ibanExistant": "" } } }));
    let answer = check(&world, "editeur-demo", "numCpte", body, expected).await;
    assert_eq!(answer["reponses"]["verificationCompte"]["ibanExistant"], "1");
}

/// PT 3.5.2: a personal account, and those of the business, whose holder is a legal person that was not searched.
#[tokio::test]
async fn spi_answers_as_its_sample() {
    let world = World::start().await;
    let body = r#"{
        "dateDemande":"2022-03-26", "motif": "020", "siretDemandeur": "20999001900017", "sirenDemandeur": "",
        "justification": "référence recherche par spi",
        "criteresRecherche": { "numeroSPI":"3990003301326" } }"#;
    let business = company(&["enseigne", "categorieJuridique", "siret"]);
    let business = json!({ "personneMorale": business, "adresse": address() });
    let accounts = [
        account(json!([business, { "personnePhysique": person(true) }])),
        account(json!([{ "personnePhysique": person(true), "adresse": address() }])),
        account(json!([business])),
    ];
    let expected = answer(
        body,
        json!({
            "reponses": [{ "personneRecherche": searched_by_spi(), "nombreComptes": "", "comptes": accounts }],
        }),
    );
    let answer = check(&world, "editeur-demo", "spi", body, expected).await;
    let found = &answer["reponses"][0];
    assert_eq!(
        (&found["nombreComptes"], &found["personneRecherche"]["prenom"]),
        (&json!("003"), &json!("JOEL"))
    );
    assert_eq!(found["personneRecherche"]["nomUsage"], " ");
    let business = &found["comptes"][2]["ayantsDroits"][0]["personneMorale"];
    assert_eq!(
        (&business["personneRecherchee"], &business["categorieJuridique"]),
        (&json!("0"), &json!("1000"))
    );
    let own = &found["comptes"][1]["ayantsDroits"][0]["personnePhysique"];
    assert_eq!(
        (&own["personneRecherchee"], &own["droitSurCompte"]),
        (&json!("1"), &json!("Titulaire"))
    );
    let sole_trader = &found["comptes"][0]["ayantsDroits"][1]["personnePhysique"];
    assert_eq!(
        (&sole_trader["personneRecherchee"], &sole_trader["droitSurCompte"]),
        (&json!("1"), &json!("ETCI EI"))
    );
}

/// PT 4.5.2, with a LEI.
#[tokio::test]
async fn siretsiren_answers_as_its_sample() {
    let world = World::start().await;
    let body = r#"{
        "dateDemande":"2022-03-26", "motif": "020", "siretDemandeur": "20999001900017", "sirenDemandeur": "",
        "justification": "référence recherche par siret",
        "criteresRecherche": { "siret":"20900601400010", "siren": "" } }"#;
    let holder = json!({ "personneMorale": company(&["categorieJuridique", "siret", "numeroLei"]), "adresse": address() });
    let accounts = [account(json!([holder])), account(json!([holder]))];
    let mut accounts = json!(accounts);
    for at in [0, 1] {
        // This branch has a complement in its address, which stands before the street (PT 2.5.3.4).
        let place = &mut accounts[at]["etablissementGestionnaire"]["guichet"]["adresse"];
        *place = json!({ "libAdr1": "", "libAdr2": "", "libAdr4": "" });
    }
    let expected = answer(
        body,
        json!({
            "reponses": [{
                "personneRecherche": { "raisonSociale": "", "siret": "", "categorieJuridique": 0, "siren": "" },
                "nombreComptes": "",
                "comptes": accounts,
            }],
        }),
    );
    let answer = check(&world, "editeur-demo", "siretSiren", body, expected).await;
    let found = &answer["reponses"][0];
    assert_eq!(found["personneRecherche"]["categorieJuridique"], 5599);
    assert_eq!(
        found["comptes"][0]["ayantsDroits"][0]["personneMorale"]["numeroLei"],
        "000000ALTIMARE000195"
    );
}

/// PT 5.5.2: nulls and empty texts of the request come back as they are.
#[tokio::test]
async fn perpro_answers_as_its_sample() {
    let world = World::start().await;
    let body = r#"{
        "dateDemande": "2024-05-16 T10:00:00.000Z", "motif": "020", "siretDemandeur": "20999001900017", "sirenDemandeur": "",
        "justification": "TEST perf",
        "criteresRecherche": {
            "designation": {
                "raisonSociale": "ATELIERS DU PONT LEVIS", "sigle": null, "enseigne": null, "codeCategorieJuridique": "5499" },
            "domiciliation": {
                "codePays": "99100", "codeDepartement": "69", "codeCommune": "382", "codeNatureVoie": "", "libelleVoie": "",
                "codePostal": "" } } }"#;
    let holder = json!({ "personneMorale": company(&["categorieJuridique", "siret"]), "adresse": address() });
    let expected = answer(
        body,
        json!({
            "reponses": [{
                "personneRecherche": { "raisonSociale": "", "siret": "", "categorieJuridique": 0, "siren": "" },
                "nombreComptes": "",
                "comptes": [account(json!([holder]))],
            }],
        }),
    );
    let answer = check(&world, "editeur-demo", "perPro", body, expected).await;
    assert_eq!(answer["nombreReponses"], "001");
    assert_eq!(
        answer["reponses"][0]["personneRecherche"]["raisonSociale"],
        "ATELIERS DU PONT-LEVIS"
    );
}

/// PT 6.5.2: every structure given, the last two with nothing in them.
#[tokio::test]
async fn perphy_answers_as_its_sample() {
    let world = World::start().await;
    let body = r#"{
        "dateDemande": "2024-07-08 T10:00:00.000Z", "motif": "020", "siretDemandeur": "20999001900017", "sirenDemandeur": "",
        "justification": "TEST NOMINAL, PP EN BASE ",
        "criteresRecherche": {
            "etatCivil": {
                "anneeNaissance": "1985", "moisNaissance": "04", "jourNaissance": "12", "anneeNaissanceDebut": "",
                "moisNaissanceDebut": "", "jourNaissanceDebut": "", "anneeNaissanceFin": "", "moisNaissanceFin": "",
                "jourNaissanceFin": "", "nom": "VALBRUNE", "prenoms": "CELINE", "sexe": "2" },
            "lieuNaissance": { "codePaysNaissance": "", "codeDepartementNaissance": "", "codeCommuneNaissance": "" },
            "domiciliation": { "codePays": "", "codeDepartement": "", "codeCommune": "" } } }"#;
    let holders = json!([{ "personnePhysique": person(true), "adresse": address() }]);
    let expected = answer(
        body,
        json!({
            "reponses": [{ "personneRecherche": searched(), "nombreComptes": "", "comptes": [account(holders)] }],
        }),
    );
    let answer = check(&world, "editeur-demo", "perPhy", body, expected).await;
    let found = &answer["reponses"][0];
    assert_eq!(found["personneRecherche"]["moisNaissance"], "4");
    assert_eq!(found["comptes"][0]["caracteristiqueCompte"]["iban"], "FR7699010000010000010100185");
}

/// PT 6.3.1: an interval instead of a date, and names that are not in comparison form.
#[tokio::test]
async fn perphy_takes_the_interval_of_its_sample() {
    let world = World::start().await;
    let body = r#"{
        "dateDemande": "2024-07-10", "motif": "020", "siretDemandeur": "20999001900017", "sirenDemandeur": "",
        "justification": "Test Recherche Personne Physique avec adresse",
        "criteresRecherche": {
            "etatCivil": {
                "anneeNaissance": "", "moisNaissance": "", "jourNaissance": "", "anneeNaissanceDebut": "1985",
                "moisNaissanceDebut": "01", "jourNaissanceDebut": "01", "anneeNaissanceFin": "1985", "moisNaissanceFin": "11",
                "jourNaissanceFin": "11", "nom": "VALBRuNE", "prenoms": "CéLINE-aurélie", "sexe": "" },
            "lieuNaissance": {
                "codePaysNaissance": "99100", "codeDepartementNaissance": "38", "codeCommuneNaissance": "185" },
            "domiciliation": {
                "codePays": "", "codeDepartement": "", "codeCommune": "", "codeNatureVoie": "", "libelleVoie": "",
                "numeroVoie": "", "indiceRepetition": "", "codePostal": "" } } }"#;
    let reply = world.partner("editeur-demo").await.ficoba_body("perPhy", body).await;
    assert_eq!(reply.json()["nombreReponses"], "001", "{}", reply.text);
}

/// PT 7.3.2 and 7.5.2: the three kinds of holder.
#[tokio::test]
async fn verifiban_answers_as_its_samples() {
    let world = World::start().await;
    let envelope = r#""dateDemande": "2024-02-08T10:00:00.000Z", "motif": "100", "siretDemandeur": "20999004300017", "justification": "Test - Vérifier titulaire IBAN""#;
    let person = r#"{
        "iban": "FR7699010000010000010100185", "recherchePP": "1", "recherchePM": "0", "rechercheSirenSiret": "0",
        "etatCivil": {
            "nom": "VALBRUNE", "prenoms": "CELINE", "sexe": "", "anneeNaissance": "1985", "moisNaissance": "4",
            "jourNaissance": "12" },
        "lieuNaissance": {
            "codePaysNaissance": "99100", "codeDepartementNaissance": "38", "codeCommuneNaissance": "185" },
        "designation": { "raisonSociale": "", "sigle": "", "enseigne": "", "codeCategorieJuridique": "" },
        "siret": "", "siren": "" }"#;
    let company = r#"{
        "iban": "FR7699020000010000110100184", "recherchePP": "0", "recherchePM": "1", "rechercheSirenSiret": "0",
        "designation": {
            "raisonSociale": "ateliers du pont-levis", "sigle": "", "enseigne": "", "codeCategorieJuridique": "5499" } }"#;
    let number = r#"{
        "iban": "FR7699020000010000110100184", "recherchePP": "0", "recherchePM": "0", "rechercheSirenSiret": "1",
        "designation": { "raisonSociale": "", "sigle": "", "enseigne": "", "codeCategorieJuridique": "" },
        "siret": "20900101500012", "siren": "" }"#;
    for criteria in [person, company, number] {
        let body = format!(r#"{{ {envelope}, "criteresRecherche": {criteria} }}"#);
        let expected =
            answer(&body, json!({ "reponses": { "verificationCompte": { "ibanExistant": "" } } }));
        let answer = check(&world, "caf-verification-iban", "verifIban", &body, expected).await;
        assert_eq!(
            (&answer["nombreReponses"], &answer["reponses"]["verificationCompte"]["ibanExistant"]),
            (&json!("001"), &json!("1"))
        );
    }
}

/// PT 8.5.2: natural person, legal person, number; with and without the client's agreement; unused blocks given or not.
#[tokio::test]
async fn multidet_answers_as_its_samples() {
    let world = World::start().await;
    let (listed, hidden) = ("1", "0");
    for agreement in [listed, hidden] {
        for (choice, blocks) in MULTI_DET {
            let body = format!(
                r#"{{
                "dateDemande": "2024-11-19T10:38:32.83", "motif": "0021", "siretDemandeur": "20999006800014",
                "sirenDemandeur": "209990068", "justification": "test multi detention",
                "criteresRecherche": {{
                    "accordClient": "{agreement}", "codeNatureCompte": "201", {choice}, {blocks} }} }}"#
            );
            let mut rest = json!({ "nRep": "" });
            if agreement == listed {
                rest["comptes"] = json!([{
                    "iban": "", "nature": "", "dateOuverture": "", "dateFiscale": "", "codeMotifOuverture": "",
                    "libelleMotifOuverture": "", "codeEtab": "",
                    "guichet": {
                        "numeroGuichet": "", "libelleGuichet": "",
                        "adresse": { "libAdr2": "", "libAdr3": "", "libAdr4": "" },
                    },
                }]);
            }
            let answer =
                check(&world, "banque-horizon", "multiDet", &body, answer(&body, rest)).await;
            assert_eq!((&answer["nRep"], &answer["nombreReponses"]), (&json!("1"), &json!("001")));
            if agreement == listed {
                assert_eq!(answer["comptes"][0]["nature"], "201");
            }
        }
    }
}

/// Indicators and blocks of the samples: with the others empty, and as short as can be.
const MULTI_DET: [(&str, &str); 4] = [
    (
        r#""recherchePP": "1", "recherchePM": "0", "rechercheSIRENSIRET": "0""#,
        r#""criteresRecherchePro": {
            "designation": { "raisonSociale": null, "sigle": null, "enseigne": null, "codeCategorieJuridique": null },
            "domiciliation": {} },
        "criteresRecherchePhy": {
            "etatCivil": {
                "anneeNaissance": "1972", "moisNaissance": "11", "jourNaissance": "3", "nom": "ESTREMONT", "prenoms": "PAUL",
                "sexe": "1" },
            "lieuNaissance": {
                "codePaysNaissance": "99100", "codeDepartementNaissance": "44", "codeCommuneNaissance": "109" },
            "domiciliation": {
                "codePays": "", "codeDepartement": "", "codeCommune": "", "codeNatureVoie": "", "libelleVoie": "",
                "numeroVoie": "", "codePostal": "" } },
        "criteresSiretSiren": {}"#,
    ),
    (
        r#""recherchePP": "1", "recherchePM": "0", "rechercheSIRENSIRET": "0""#,
        r#""criteresRecherchePhy": {
            "etatCivil": {
                "nom": "ESTREMONT", "prenoms": "PAUL", "sexe": "1", "anneeNaissance": "1972", "moisNaissance": "11",
                "jourNaissance": "3" },
            "lieuNaissance": {
                "codePaysNaissance": "99100", "codeDepartementNaissance": "44", "codeCommuneNaissance": "109" } }"#,
    ),
    (
        r#""recherchePP": "0", "recherchePM": "1", "rechercheSIRENSIRET": "0""#,
        r#""criteresRecherchePro": {
            "designation": {
                "raisonSociale": "LES AMIS DU MOULIN BAVARD", "sigle": "", "enseigne": "", "codeCategorieJuridique": "9220" },
            "domiciliation": {
                "codePays": "99100", "codeDepartement": "49", "codeCommune": "007", "codeNatureVoie": "", "libelleVoie": "",
                "numeroVoie": "", "indiceRepetition": "", "codePostal": "" } },
        "criteresRecherchePhy": { "etatCivil": {}, "lieuNaissance": {}, "domiciliation": {} },
        "criteresSiretSiren": {}"#,
    ),
    (
        r#""recherchePP": "1", "recherchePM": "0", "rechercheSIRENSIRET": "0""#,
        r#""criteresRecherchePro": {
            "designation": { "raisonSociale": "", "sigle": "", "enseigne": "", "codeCategorieJuridique": "" },
            "domiciliation": { "codePays": "", "codeDepartement": "", "codeCommune": "" } },
        "criteresRecherchePhy": {
            "etatCivil": {
                "nom": "Estrémont", "prenoms": "Paul Henri", "sexe": "", "anneeNaissance": "1972", "moisNaissance": "11",
                "jourNaissance": "03" },
            "lieuNaissance": {
                "codePaysNaissance": "99100", "codeDepartementNaissance": "44", "codeCommuneNaissance": "109" } },
        "criteresSiretSiren": { "siret": "", "siren": "" }"#,
    ),
];
