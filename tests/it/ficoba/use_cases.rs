//! The three use cases of DataPass, from a partner's desk to its answer.

use serde_json::{Value, json};

use crate::harness::World;

/// "Recouvrement forcé": a treasury looks for accounts to seize. It sees open ones only, held by its debtor, and neither
/// co-holders nor those who may use them; other ways of searching are closed to it.
#[tokio::test]
async fn a_treasury_finds_the_open_accounts_of_its_debtor_and_nothing_else() {
    let world = World::start().await;
    let treasury = world.partner("tresorerie-recouvrement").await;

    // Marc owes a fine: the account he shares with Sophie is found, Sophie is not told.
    let debtor = json!({ "etatCivil": { "nom": "HAUTERIVAGE", "prenoms": "MARC", "anneeNaissance": "1980" } });
    let answer = treasury.ficoba("perPhy", "0001", debtor).await.json();
    assert_eq!(answer["reponses"][0]["nombreComptes"], "002");
    assert_eq!(names(&answer), ["HAUTERIVAGE"]);
    assert!(answer["reponses"][0]["comptes"][0]["caracteristiqueCompte"]["iban"].is_string());

    // Yves closed his accounts: there is nothing to seize. Thibault only uses his mother's: it is not his.
    for (name, year) in [("TOURNECOQ", "1951"), ("MAURENCOURT", "1990")] {
        let debtor = json!({ "etatCivil": { "nom": name, "anneeNaissance": year } });
        assert_eq!(
            treasury.ficoba("perPhy", "0001", debtor).await.outcome(),
            "200 CAF021",
            "{name}"
        );
    }

    // A search by SPI is not in its convention, whatever the motif: the journal says why.
    let reply = treasury.ficoba("spi", "0001", json!({ "numeroSPI": "3990000301392" })).await;
    assert_eq!(reply.outcome(), "400 CAF031");
    let entry = world.last_entry().await;
    let rights = entry["controls"]
        .as_array()
        .unwrap()
        .iter()
        .find(|facts| facts["control"] == "rights")
        .unwrap();
    assert_eq!(rights["verdict"], "refused");
    assert!(rights["reason"].as_str().unwrap().contains("spi"), "{rights}");
}

/// "Vérification des IBAN": a family benefits office checks that the account given for a payment is the claimant's.
#[tokio::test]
async fn a_benefits_office_learns_yes_or_no_about_an_account_and_its_holder() {
    let world = World::start().await;
    let office = world.partner("caf-verification-iban").await;
    let claim = |iban: &str, name: &str, first_names: &str| {
        json!({
            "iban": iban, "recherchePP": "1", "recherchePM": "0", "rechercheSirenSiret": "0",
            "etatCivil": {
                "nom": name, "prenoms": first_names, "anneeNaissance": "1985", "moisNaissance": "4", "jourNaissance": "12" },
            "lieuNaissance": {
                "codePaysNaissance": "99100", "codeDepartementNaissance": "38", "codeCommuneNaissance": "185" },
        })
    };
    let celine_s = "FR7699010000010000010100185";
    let paul_s = "FR7699020000010000020100286";
    for (iban, name, first_names, expected) in [
        (celine_s, "VALBRUNE", "CELINE", "1"),
        (celine_s, "Valbrune", "Céline Aurélie", "1"),
        (celine_s, "VALBRUNE", "AURELIE", "0"), // the second first name alone is not hers
        (celine_s, "VALBRUN", "CELINE", "0"),
        (paul_s, "VALBRUNE", "CELINE", "0"),
    ] {
        let answer =
            office.ficoba("verifIban", "0100", claim(iban, name, first_names)).await.json();
        assert_eq!(
            answer["reponses"],
            json!({ "verificationCompte": { "ibanExistant": expected } }),
            "{iban} {name}"
        );
        assert_eq!(answer["nombreReponses"], format!("00{expected}"));
        assert!(answer.get("messageInformatif").is_none(), "{answer}");
    }

    // Whoever may use an account is not its holder: Thibault has a procuration on his mother's.
    let mut claim = claim("FR7699020000010000200100179", "MAURENCOURT", "THIBAULT");
    claim["etatCivil"].as_object_mut().unwrap().extend(
        json!({ "anneeNaissance": "1990", "moisNaissance": "9", "jourNaissance": "3" })
            .as_object()
            .unwrap()
            .clone(),
    );
    claim["lieuNaissance"] = json!({ "codePaysNaissance": "99100", "codeDepartementNaissance": "17", "codeCommuneNaissance": "300" });
    let answer = office.ficoba("verifIban", "0100", claim).await.json();
    assert_eq!(answer["reponses"]["verificationCompte"]["ibanExistant"], "0");

    // The account itself is closed to it.
    let search = json!({ "iban": celine_s, "verificationCompte": "0" });
    assert_eq!(office.ficoba("numCpte", "0100", search).await.outcome(), "400 CAF031");
}

/// "Multi-détention": before it opens a livret A, a bank asks whether the customer has one; the customer may refuse that it
/// be told where.
#[tokio::test]
async fn a_bank_learns_whether_a_customer_has_a_livret_a_and_where_only_if_the_customer_agrees() {
    let world = World::start().await;
    let bank = world.partner("banque-horizon").await;
    let customer = |agreement: &str, nature: &str, status: Value, place: (&str, &str)| {
        json!({
            "accordClient": agreement, "codeNatureCompte": nature,
            "recherchePP": "1", "recherchePM": "0", "rechercheSIRENSIRET": "0",
            "criteresRecherchePhy": {
                "etatCivil": status,
                "lieuNaissance": {
                    "codePaysNaissance": "99100", "codeDepartementNaissance": place.0, "codeCommuneNaissance": place.1 },
            },
        })
    };
    let fanny = json!({
        "nom": "ESCOUBEYRAC", "prenoms": "FANNY", "anneeNaissance": "1994", "moisNaissance": "02", "jourNaissance": "25" });
    let toulouse = ("31", "555");

    let answer =
        bank.ficoba("multiDet", "0021", customer("1", "201", fanny.clone(), toulouse)).await.json();
    assert_eq!((&answer["nombreReponses"], &answer["nRep"]), (&json!("001"), &json!("1")));
    let account = &answer["comptes"][0];
    assert_eq!(
        (&account["iban"], &account["codeEtab"]),
        (&json!("FR7699070001000000220100106"), &json!("99070"))
    );
    assert_eq!(account["libelleMotifOuverture"], "Ouverture par le titulaire");

    let answer =
        bank.ficoba("multiDet", "0021", customer("0", "201", fanny.clone(), toulouse)).await.json();
    assert_eq!((&answer["nRep"], answer.get("comptes")), (&json!("1"), None));

    // She has no livret d'épargne populaire: it may be opened. A current account is none of this search's business.
    let reply =
        bank.ficoba("multiDet", "0021", customer("1", "206", fanny.clone(), toulouse)).await;
    assert_eq!(reply.outcome(), "200 CAF020");
    assert_eq!(
        (&reply.json()["nombreReponses"], &reply.json()["nRep"]),
        (&json!("000"), &json!("0"))
    );
    assert_eq!(
        bank.ficoba("multiDet", "0021", customer("1", "101", fanny, toulouse)).await.outcome(),
        "400 CAF017"
    );

    // The bank's own control sees its own accounts in full detail of the branch, and no other bank's.
    let own = json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" });
    let answer = bank.ficoba("numCpte", "0022", own).await.json();
    let account = &answer["reponses"]["comptes"][0];
    assert_eq!(
        account.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["etablissementGestionnaire"]
    );
    let other = json!({ "iban": "FR7699020000010000020100286", "verificationCompte": "0" });
    assert_eq!(bank.ficoba("numCpte", "0022", other).await.outcome(), "400 CAF037");
}

/// Every name of birth of an answer, once.
fn names(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value.get("reponses").unwrap(), &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("nomNaissance").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
