use proptest::{prelude::*, string::string_regex};
use serde_json::{Map, Value, json};

use super::{
    attribute::{Look, Shape},
    *,
};
use crate::api::ficoba::{
    anomaly::{Anomaly, Code},
    search::Subject,
};

/// Every text of a table.
fn texts(entries: &'static [&'static AttributeSpec]) -> Vec<(&'static AttributeSpec, Look)> {
    let of = |entry: &&'static AttributeSpec| match entry.shape {
        Shape::Text(look) => vec![(*entry, look)],
        Shape::Structure { entries, .. } => texts(entries),
    };
    entries.iter().flat_map(of).collect()
}

/// The request that the tables' examples make.
fn example(entries: &[&AttributeSpec]) -> Value {
    let member = |entry: &&AttributeSpec| {
        let value = match entry.shape {
            Shape::Text(look) => json!(look.example),
            Shape::Structure { entries, .. } => example(entries),
        };
        (entry.key.to_owned(), value)
    };
    Value::Object(entries.iter().map(member).collect::<Map<_, _>>())
}

fn object<'a>(search: Search, body: &'a str) -> Object<'a> {
    Object::read(body.as_bytes(), search.table()).unwrap()
}

/// How a whole request reads, as far as its envelope's stage.
fn outcome(search: Search, body: &str) -> Result<Option<Code>, Anomaly> {
    fn own<C>(demande: Demande<C>) -> Option<Code> {
        demande.criteria.err().map(|anomaly| anomaly.code())
    }
    let body = object(search, body);
    match search {
        Search::NumCpte => num_cpte(&body).map(own),
        Search::Spi => spi(&body).map(own),
        Search::SiretSiren => siret_siren(&body).map(own),
        Search::PerPro => per_pro(&body).map(own),
        Search::PerPhy => per_phy(&body).map(own),
        Search::VerifIban => verif_iban(&body).map(own),
        Search::MultiDet => multi_det(&body).map(own),
    }
}

#[test]
fn the_examples_of_the_tables_are_well_formed() {
    for search in Search::ALL {
        let body = example(search.table()).to_string();
        let broken = outcome(search, &body)
            .unwrap_or_else(|anomaly| panic!("{search:?}: {}", anomaly.message()));
        // Both of two alternatives are given.
        let expected = match search {
            Search::SiretSiren => Some(Code::Caf010),
            Search::PerPhy => Some(Code::Caf012),
            Search::NumCpte
            | Search::Spi
            | Search::PerPro
            | Search::VerifIban
            | Search::MultiDet => None,
        };
        assert_eq!(broken, expected, "{search:?}");
    }
    let body = example(Search::MultiDet.table()).to_string();
    let body = object(Search::MultiDet, &body);
    let nature = multi_det(&body).unwrap().criteria.unwrap().nature;
    for choice in [Choice::Person, Choice::Company, Choice::Number] {
        assert!(multi_det_subject(&body, choice, nature).is_ok(), "{choice:?}");
    }
    let body = example(Search::VerifIban.table()).to_string();
    let body = object(Search::VerifIban, &body);
    for choice in [Choice::Person, Choice::Company, Choice::Number] {
        assert!(verif_iban_subject(&body, choice).is_ok(), "{choice:?}");
    }
}

#[test]
fn labels_are_french_words_and_never_keys() {
    for search in Search::ALL {
        for (entry, look) in texts(search.table()) {
            assert!(entry.label.chars().next().is_some_and(char::is_uppercase), "{}", entry.label);
            assert!(entry.label != entry.key, "{}", entry.label);
            assert!(look.example.chars().count() <= look.longest, "{}", entry.key);
        }
    }
}

#[test]
fn what_a_pattern_allows_is_read_where_the_form_asks_no_more() {
    let exact = [
        "motif",
        "siretDemandeur",
        "sirenDemandeur",
        "numeroSPI",
        "anneeNaissanceDebut",
        "moisNaissanceDebut",
        "codeNatureVoie",
        "numeroVoie",
        "indiceRepetition",
        "codePostal",
        "sexe",
        "siret",
        "siren",
        "recherchePP",
        "verificationCompte",
        "accordClient",
        "codeCategorieJuridique",
    ];
    let mut runner = proptest::test_runner::TestRunner::default();
    let mut checked = 0;
    for search in Search::ALL {
        for (entry, look) in
            texts(search.table()).into_iter().filter(|(entry, _)| exact.contains(&entry.key))
        {
            let generated =
                string_regex(look.pattern.trim_start_matches('^').trim_end_matches('$')).unwrap();
            runner
                .run(&generated, |text| {
                    let mut body = example(search.table());
                    put(&mut body, entry.key, &text);
                    let said = outcome(search, &body.to_string());
                    let about_it =
                        said.err().is_some_and(|anomaly| anomaly.message().contains(entry.label));
                    prop_assert!(!about_it, "{} of {:?} refuses {text:?}", entry.key, search);
                    Ok(())
                })
                .unwrap();
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked}");
}

/// Puts a text at every place of this key.
fn put(value: &mut Value, key: &str, text: &str) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        if name == key && value.is_string() {
            *value = json!(text);
        } else {
            put(value, key, text);
        }
    }
}

#[test]
fn presence_is_told_before_form_and_form_before_codes_of_attributes() {
    let said = |body: &str| match outcome(Search::Spi, body) {
        Ok(own) => own.map_or_else(|| "good".to_owned(), |code| code.as_str().to_owned()),
        Err(anomaly) => anomaly.message().into_owned(),
    };
    let whole = r#"{"dateDemande":"2026-11-20","motif":"0020","sirenDemandeur":"209990019","justification":"x","criteresRecherche":{"numeroSPI":"3990000101192"}}"#;
    assert_eq!(said(whole), "good");
    assert_eq!(
        said(&whole.replace("\"x\"", "\"\"").replace("2026-11-20", "hier")),
        "Absence du critère obligatoire : Justification."
    );
    assert_eq!(
        said(&whole.replace("\"x\"", "\" \u{a0} \"")),
        "Absence du critère obligatoire : Justification.",
        "blanks justify nothing"
    );
    assert_eq!(
        said(&whole.replace("2026-11-20", "hier").replace("3990000101192", "1")),
        "Format incorrect : Date de demande."
    );
    assert_eq!(said(&whole.replace("3990000101192", "1")), "CAF004");
    assert_eq!(said(&whole.replace("3990000101192", "9990000101192")), "CAF005");
    assert_eq!(
        said(&whole.replace("3990000101192", "399000010119x")),
        "Format incorrect : Numéro SPI."
    );
    assert_eq!(
        said(&whole.replace("209990019", "")),
        "Absence du critère obligatoire : SIRET ou SIREN du demandeur."
    );
    assert_eq!(
        said(&whole.replace(r#"{"numeroSPI":"3990000101192"}"#, "{}")),
        "Absence du critère obligatoire : Critères de recherche."
    );
    assert_eq!(
        said(&whole.replace(r#"{"numeroSPI":"3990000101192"}"#, "[]")),
        "Format incorrect : Critères de recherche."
    );
}

#[test]
fn dates_of_birth_are_exact_or_an_interval() {
    let said = |civil: &str| {
        let body = format!(
            r#"{{"dateDemande":"2026-11-20","motif":"0020","sirenDemandeur":"209990019","justification":"x",
                "criteresRecherche":{{"etatCivil":{{"nom":"X"{civil}}},"lieuNaissance":{{"codePaysNaissance":"99352"}}}}}}"#
        );
        match outcome(Search::PerPhy, &body) {
            Ok(own) => own.map_or_else(|| "good".to_owned(), |code| code.as_str().to_owned()),
            Err(anomaly) => anomaly.message().into_owned(),
        }
    };
    let missing = |label: &str| format!("Absence du critère obligatoire : {label}.");
    let malformed = |label: &str| format!("Format incorrect : {label}.");
    assert_eq!(said(""), missing("Année de naissance"));
    assert_eq!(said(r#","moisNaissance":"2""#), missing("Année de naissance"));
    assert_eq!(said(r#","anneeNaissance":"1985""#), "good");
    assert_eq!(said(r#","anneeNaissance":"1849""#), malformed("Année de naissance"));
    assert_eq!(
        said(r#","anneeNaissance":"1985","moisNaissance":"2","jourNaissance":"30""#),
        malformed("Jour de naissance")
    );
    assert_eq!(
        said(r#","anneeNaissance":"1985","jourNaissance":"3""#),
        malformed("Mois de naissance")
    );
    assert_eq!(said(r#","anneeNaissanceDebut":"1985""#), missing("Année de naissance de fin"));
    assert_eq!(
        said(r#","moisNaissanceFin":"12","anneeNaissanceFin":"1985""#),
        missing("Année de naissance de début")
    );
    assert_eq!(said(r#","anneeNaissanceDebut":"1985","anneeNaissanceFin":"1985""#), "good");
    assert_eq!(
        said(r#","anneeNaissanceDebut":"1986","anneeNaissanceFin":"1985""#),
        malformed("Année de naissance de fin")
    );
    assert_eq!(said(r#","anneeNaissance":"1985","jourNaissanceFin":"3""#), "CAF012");
    assert_eq!(
        said(r#","moisNaissance":"2","anneeNaissanceDebut":"1985","anneeNaissanceFin":"1985""#),
        "CAF012"
    );
}

#[test]
fn the_rules_between_attributes_are_told_in_their_order() {
    let said = |criteria: &str| {
        let body = format!(
            r#"{{"dateDemande":"2026-11-20","motif":"0020","sirenDemandeur":"209990019","justification":"x",
                "criteresRecherche":{{"etatCivil":{{"nom":"X","anneeNaissance":"1985"{criteria}}}}}"#
        );
        outcome(Search::PerPhy, &body).unwrap().map_or("good", Code::as_str)
    };
    let both_dates = r#","anneeNaissanceDebut":"1985","anneeNaissanceFin":"1985""#;
    let isere =
        r#"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"38"}"#;
    let german_isere =
        r#"},"lieuNaissance":{"codePaysNaissance":"99109","codeDepartementNaissance":"38"}"#;
    let abroad = r#","domiciliation":{"codePays":"99109"}"#;
    let isere_abroad = r#","domiciliation":{"codePays":"99109","codeDepartement":"38"}"#;
    let nowhere = r#","domiciliation":{"codePays":"99999"}"#;
    assert_eq!(said(&format!("{both_dates}{german_isere}{nowhere}")), "CAF040");
    assert_eq!(said(&format!("{both_dates}{german_isere}{abroad}")), "CAF012");
    assert_eq!(said(&format!("{german_isere}{abroad}")), "CAF027");
    assert_eq!(said(&format!("{isere}{isere_abroad}")), "CAF027");
    assert_eq!(said(&format!("{isere}{abroad}")), "CAF016");
    assert_eq!(said(isere), "CAF035");
    for (department, expected) in
        [("971", "CAF035"), ("2A", "CAF035"), ("987", "good"), ("975", "good")]
    {
        assert_eq!(
            said(&isere.replace("\"38\"", &format!("{department:?}"))),
            expected,
            "{department}"
        );
    }
    // Algiers before 1962, by its code of then: two characters, and abroad today.
    let algiers = r#"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"91","codeCommuneNaissance":"352"}"#;
    assert_eq!(said(algiers), "good");
    let noisy = r#"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"78","codeCommuneNaissance":"454"}"#;
    assert_eq!(said(noisy), "CAF035");
    assert_eq!(said(r#"},"lieuNaissance":{"codePaysNaissance":"99100"}"#), "good");
}

#[test]
fn every_place_of_the_protocol_s_annexe_10_is_known() {
    for (department, commune) in [
        ("34", "172"),
        ("971", "20"),
        ("987", "19"),
        ("91", "352"),
        ("982", "06"),
        ("78", "454"),
        ("93", "051"),
        ("75", "100"),
    ] {
        let body = format!(
            r#"{{"dateDemande":"2026-11-20","motif":"0020","sirenDemandeur":"209990019","justification":"x",
                "criteresRecherche":{{"etatCivil":{{"nom":"X","anneeNaissance":"1955","moisNaissance":"1","jourNaissance":"1"}},
                "lieuNaissance":{{"codePaysNaissance":"99100","codeDepartementNaissance":"{department}",
                "codeCommuneNaissance":"{commune}"}}}}}}"#
        );
        assert_eq!(outcome(Search::PerPhy, &body), Ok(None), "{department} {commune}");
    }
    for country in ["99141", "99142", "99109", "99101", "99352"] {
        let body = format!(
            r#"{{"dateDemande":"2026-11-20","motif":"0020","sirenDemandeur":"209990019","justification":"x",
                "criteresRecherche":{{"etatCivil":{{"nom":"X","anneeNaissance":"1955"}},
                "lieuNaissance":{{"codePaysNaissance":"{country}"}}}}}}"#
        );
        assert_eq!(outcome(Search::PerPhy, &body), Ok(None), "{country}");
    }
}

#[test]
fn the_echo_keeps_values_types_and_order_and_drops_what_is_unknown() {
    let sent = r#"{ "motif" : 20 , "inconnu" : [1] , "dateDemande":null, "sirenDemandeur":"",
        "criteresRecherche" : { "lieuNaissance" : null, "domiciliation":"", "etatCivil":{ "nom":"\u00c9t\u00e9", "autre":1, "sexe": 2 } },
        "justification":"d'accord", "motif":"0021" }"#;
    let body = object(Search::PerPhy, sent);
    let mut echo = Vec::new();
    Echo(&body).write(&mut echo);
    assert_eq!(
        String::from_utf8(echo).unwrap(),
        r#"{"motif":"0021","dateDemande":null,"sirenDemandeur":"","criteresRecherche":{"lieuNaissance":null,"domiciliation":"","etatCivil":{"nom":"\u00c9t\u00e9","sexe":2}},"justification":"d'accord"}"#
    );
}

#[test]
fn indicators_choose_one_block_and_no_other() {
    let body = |indicators: [&str; 3], blocks: &str| {
        let [person, company, number] = indicators;
        format!(
            r#"{{"criteresRecherche":{{"accordClient":"1","codeNatureCompte":"201","recherchePP":{person},"recherchePM":{company},
                "rechercheSIRENSIRET":{number}{blocks}}}}}"#
        )
    };
    let said = |indicators: [&str; 3], blocks: &str| {
        let body = body(indicators, blocks);
        multi_det_choice(&object(Search::MultiDet, &body))
            .map_or_else(|anomaly| anomaly.message().into_owned(), |choice| format!("{choice:?}"))
    };
    let by_number = r#","criteresSiretSiren":{"siren":"209001015"}"#;
    let by_name = r#","criteresRecherchePro":{"designation":{"raisonSociale":"X"}}"#;
    let empty = r#","criteresRecherchePhy":{"etatCivil":{"nom":""},"lieuNaissance":null},"criteresRecherchePro":{}"#;
    assert_eq!(said(["\"0\"", "\"0\"", "\"1\""], by_number), "Number");
    assert_eq!(said(["0", "0", "1"], &format!("{by_number}{empty}")), "Number");
    assert_eq!(said(["\"0\"", "\"1\"", "\"0\""], by_name), "Company");
    assert_eq!(said(["\"2\"", "\"1\"", "\"0\""], by_name), "Format incorrect : Recherche PP.");
    assert_eq!(
        said(["null", "\"1\"", "\"0\""], by_name),
        "Absence du critère obligatoire : Recherche PP."
    );
    assert_eq!(said(["\"0\"", "\"1\"", "\"1\""], by_name), Code::Caf018.words());
    assert_eq!(said(["\"0\"", "\"0\"", "\"0\""], by_name), Code::Caf018.words());
    assert_eq!(
        said(["\"0\"", "\"1\"", "\"0\""], &format!("{by_name}{by_number}")),
        Code::Caf019.words()
    );
    assert_eq!(said(["\"1\"", "\"0\"", "\"0\""], by_number), Code::Caf019.words());
    assert_eq!(
        said(["\"1\"", "\"0\"", "\"0\""], empty),
        "Absence du critère obligatoire : État civil."
    );
    assert_eq!(
        said(["\"0\"", "\"0\"", "\"1\""], ""),
        "Absence du critère obligatoire : SIRET ou SIREN."
    );
}

#[test]
fn a_saver_s_place_is_whole_in_france_and_free_abroad() {
    let said = |place: &str| {
        let body = format!(
            r#"{{"criteresRecherche":{{"criteresRecherchePro":{{"designation":{{"raisonSociale":"X","codeCategorieJuridique":"5499"}},
                "domiciliation":{place}}}}}}}"#
        );
        let body = object(Search::MultiDet, &body);
        let nature = crate::register::nomenclature::nature(201).unwrap();
        match multi_det_subject(&body, Choice::Company, nature) {
            Ok((_, Ok(Subject::Company(_)))) => "good".to_owned(),
            Ok((_, other)) => format!("{:?}", other.err().map(|anomaly| anomaly.code())),
            Err(anomaly) => anomaly.message().into_owned(),
        }
    };
    assert_eq!(said(r#"{"codePays":"99100","codeDepartement":"69","codeCommune":"382"}"#), "good");
    assert_eq!(said(r#"{"codePays":"99109"}"#), "good");
    assert_eq!(said("{}"), "Absence du critère obligatoire : Domiciliation.");
    assert_eq!(
        said(r#"{"codePays":""}"#),
        "Absence du critère obligatoire : Code pays de résidence."
    );
    assert_eq!(
        said(r#"{"codePays":"99100"}"#),
        "Absence du critère obligatoire : Code département de résidence."
    );
    assert_eq!(
        said(r#"{"codePays":"99100","codeDepartement":"69"}"#),
        "Absence du critère obligatoire : Code commune de résidence."
    );
    assert_eq!(
        said(r#"{"codePays":"99100","codeDepartement":"971","codeCommune":"120"}"#),
        "Format incorrect : Code commune de résidence."
    );
    assert_eq!(
        said(r#"{"codePays":"99100","codeDepartement":"69","codeCommune":"999"}"#),
        "Some(Caf041)"
    );
}
