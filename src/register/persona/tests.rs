//! Every fault of a persona's file is named, with its line, its key and a hint.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{
    domain::ComparisonName,
    fixtures::Diagnostic,
    register::{Party, Register, Spec, Subject},
    rights::ApiId,
};

/// A person in whom nothing is wrong, line by line.
const GOOD: &str = r#"[[persona]]
id = "alix-essai"
title = "Un essai"
story = "Rien à signaler."

[persona.person]
spi = "3999900001489"
birth_name = "ESSAIMÉ"
first_names = ["ALIX"]
sex = 2
birth = { date = "1990-05-17", commune = "38185" }
death = "2020-01-01"
address = { commune = "38185", postal_code = "38000", number = "1", street_type = "RUE", street = "DES LILAS" }

[[persona.accounts]]
iban = "FR7699010000010009999990117"
opened = "2010-01-01"
closed = "2015-01-01"
nature = 101
currency = "EUR"
rights = [{ holder = "alix-essai", right = "Titulaire", begins = "2010-01-01", ends = "2015-01-01" }]
"#;

const COMPANY: &str = r#"
[[persona]]
id = "essai-sarl"
title = "Une société"
story = "Rien à signaler."

[persona.company]
siren = "209990001"
name = "ESSAI"
legal_category = 5499
lei = "000000ESSAI00000003X"

[[persona.company.establishments]]
siret = "20999000100015"
address = { commune = "38185", postal_code = "38000" }
"#;

#[test]
fn a_good_persona_is_added_to_the_embedded_ones() {
    let dir = folder(GOOD);
    let register = load(dir.path()).unwrap();
    let Subject::Person(id) = register.persona("alix-essai").unwrap().subject else {
        panic!("a person")
    };
    assert_eq!(register.person(id).birth_name, "ESSAIMÉ");
    assert_eq!(register.accounts_of(Party::Person(id)).len(), 1);
    assert!(register.persona("celine-simple").is_some());
}

#[test]
fn a_persona_of_the_folder_replaces_the_embedded_one_of_its_id() {
    let dir = folder(&GOOD.replace("alix-essai", "celine-simple"));
    let register = load(dir.path()).unwrap();
    let Subject::Person(id) = register.persona("celine-simple").unwrap().subject else {
        panic!("a person")
    };
    assert_eq!(register.person(id).birth_name, "ESSAIMÉ");
    assert_eq!(register.people_named(&"VALBRUNE".parse().unwrap(), 1850..=2199), []);
}

#[test]
fn each_fault_of_a_person_is_named_with_its_line_and_key() {
    let cases = [
        ("alix-essai\"\ntitle", "Alix Essai\"\ntitle", 2, "id", "lower-case words"),
        ("3999900001489", "3999900001490", 7, "spi", "with these ten digits it is 3999900001489"),
        ("3999900001489", "0123456789211", 7, "spi", "from 3990000000"),
        ("3999900001489", "39999", 7, "spi", "13 characters"),
        ("ESSAIMÉ", "Essaimé", 8, "birth_name", "capitals"),
        ("[\"ALIX\"]", "[]", 9, "first_names", "[\"SP\"]"),
        ("sex = 2", "sex = 5", 10, "sex", "1 (male)"),
        ("1990-05-17", "1990-02-30", 11, "birth.date", "no such day"),
        ("1990-05-17", "1990", 11, "birth.date", "needs its month and day"),
        ("1990-05-17", "2021-05-17", 12, "death", "before the birth"),
        (
            "\"1990-05-17\", commune = \"38185\"",
            "\"1990-05-17\"",
            11,
            "birth.commune",
            "needs its commune",
        ),
        ("{ date", "{ country = \"99109\", date", 11, "birth.commune", "abroad"),
        ("{ date", "{ country = \"99999\", date", 11, "country", "no list of countries"),
        ("17\", commune = \"38185\"", "17\", commune = \"38999\"", 11, "commune", "no commune"),
        (
            "address = { commune = \"38185\"",
            "address = { commune = \"78454\"",
            13,
            "commune",
            "former commune",
        ),
        ("38000", "75001", 13, "postal_code", "known ones: 38000, 38100"),
        ("\"RUE\"", "\"AVENUE\"", 13, "street_type", "4 characters"),
        ("\"RUE\"", "\"XX\"", 13, "street_type", "annexe 7"),
        ("FR7699", "FR7799", 16, "iban", "it is FR7699010000010009999990117"),
        (
            "FR7699010000010009999990117",
            "FR4999010000010009999990118",
            16,
            "iban",
            "the RIB key 18 is wrong",
        ),
        (
            "FR7699010000010009999990117",
            "FR7630004009550000135601429",
            16,
            "iban",
            "99000 to 99999",
        ),
        ("FR7699010000010009999990117", "FR7699980000010009999990117", 16, "iban", "no bank 99980"),
        (
            "opened = \"2010-01-01\"",
            "opened = \"2016-01-01\"",
            18,
            "closed",
            "closed before it is opened",
        ),
        ("nature = 101", "nature = 999", 19, "nature", "annexe 1"),
        ("\"EUR\"", "\"EURO\"", 20, "currency", "annexe 4"),
        ("holder = \"alix-essai\"", "holder = \"alix\"", 21, "holder", "nobody"),
        (
            "holder = \"alix-essai\"",
            "establishment = 1, holder = \"alix-essai\"",
            21,
            "establishment",
            "number 1",
        ),
        ("\"Titulaire\"", "\"Titulaires\"", 21, "right", "Procuration"),
        ("ends = \"2015-01-01\"", "ends = \"2009-01-01\"", 21, "ends", "ends before it begins"),
        ("opened = \"2010-01-01\"", "opened = \"1.1.2010\"", 17, "opened", "YYYY-MM-DD"),
    ];
    for (from, to, line, key, message) in cases {
        assert!(GOOD.contains(from), "{from}");
        let faults = faults(&GOOD.replacen(from, to, 1));
        let found = faults.iter().any(|fault| {
            (fault.line, fault.key.as_deref()) == (Some(line), Some(key))
                && fault.to_string().contains(message)
        });
        assert!(found, "{to}: {faults:#?}");
    }
}

#[test]
fn each_fault_of_a_company_is_named() {
    let right = faults(COMPANY);
    let hint = right[0].hint.as_deref().unwrap_or_default();
    assert_eq!((right.len(), right[0].key.as_deref()), (1, Some("lei")), "{right:#?}");
    let company = COMPANY.replace("000000ESSAI00000003X", hint.rsplit(' ').next().unwrap());
    load(folder(&company).path()).unwrap();
    let cases = [
        ("siren = \"209990001\"", "siren = \"209990002\"", "siren", "it is 209990001"),
        ("siren = \"209990001\"", "siren = \"732829320\"", "siren", "from 20900000"),
        ("20999000100015", "20999000100016", "siret", "it is 20999000100015"),
        ("20999000100015", "20900101500012", "siret", "does not begin with the company's SIREN"),
        ("5499", "1234", "legal_category", "no legal category"),
        ("5499", "1000", "owner", "a sole trader (1000) needs its owner"),
        ("5499", "5499\nowner = \"celine-simple\"", "owner", "only a sole trader"),
        ("5499", "5499\nrna = \"W751234567\"", "rna", "begin with W00"),
        ("5499", "5499\ncopro = \"AA1234567\"", "copro", "begin with ZZ"),
        ("name = \"ESSAI\"", "name = \"Essai\"", "name", "capitals"),
    ];
    for (from, to, key, message) in cases {
        let faults = faults(&company.replacen(from, to, 1));
        let named = |fault: &Diagnostic| {
            fault.key.as_deref() == Some(key) && fault.to_string().contains(message)
        };
        assert!(faults.iter().any(named), "{to}: {faults:#?}");
    }
}

#[test]
fn what_must_be_there_once_is_there_once() {
    let twin = GOOD.replace("alix-essai", "alix-bis");
    let faults = faults(&format!("{GOOD}{twin}{GOOD}"));
    let keys: Vec<_> =
        faults.iter().map(|fault| (fault.line, fault.key.as_deref().unwrap())).collect();
    assert_eq!(keys, [(Some(28), "spi"), (Some(37), "iban"), (Some(44), "id")], "{faults:#?}");
}

#[test]
fn all_faults_of_all_files_are_told_at_once() {
    let dir = folder(&GOOD.replace("sex = 2", "sex = 9").replace("nature = 101", "nature = 1"));
    fs::write(dir.path().join("personas/b.toml"), "[[persona]]\nid = 3\n").unwrap();
    let faults = load(dir.path()).unwrap_err();
    let found: Vec<_> =
        faults.iter().map(|fault| (fault.line, fault.key.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        found,
        [(Some(10), "sex"), (Some(19), "nature"), (Some(2), "persona.0.id")],
        "{faults:#?}"
    );
}

#[test]
fn the_fixed_personas_are_all_there() {
    let register = embedded(0);
    for id in FIXED.split_whitespace() {
        assert!(register.persona(id).is_some(), "{id}");
    }
    let Subject::Group(members) = &register.persona("trop-de-reponses").unwrap().subject else {
        panic!("a group")
    };
    assert_eq!(members.len(), 25);
    assert_eq!(register.persona("compte-orphelin").unwrap().subject, Subject::Accounts);
}

#[test]
fn every_persona_has_a_story_and_calls_that_show_it() {
    let register = embedded(0);
    for persona in register.personas() {
        let texts = [&persona.title, &persona.story];
        assert!(
            texts.iter().all(|text| text.len() > 10) && !persona.shows.is_empty(),
            "{}",
            persona.id
        );
        assert!(!persona.calls.is_empty(), "{}", persona.id);
        for call in &persona.calls {
            assert!(!call.shows.is_empty() && !call.partner.is_empty(), "{}", persona.id);
            let ibans = call.expect.ibans.iter().flatten();
            ibans.for_each(|iban| {
                assert!(register.account_by_iban(iban).is_some(), "{}: {iban}", persona.id)
            });
            let spi = call.expect.spi.iter();
            spi.for_each(|spi| {
                assert!(register.person_by_spi(spi).is_some(), "{}: {spi}", persona.id)
            });
        }
    }
}

#[test]
fn every_answer_that_data_cause_has_a_call() {
    let register = embedded(0);
    let calls = register.personas().iter().flat_map(|persona| &persona.calls);
    let (ficoba, others): (Vec<_>, Vec<_>) = calls.partition(|call| call.api == ApiId::Ficoba);
    let codes: BTreeSet<_> = ficoba.iter().filter_map(|call| call.expect.code.as_deref()).collect();
    for code in [
        "007", "009", "011", "013", "015", "020", "021", "022", "023", "026", "028", "029", "036",
        "037",
    ] {
        assert!(codes.contains(format!("CAF{code}").as_str()), "CAF{code}");
    }
    for (api, statuses) in
        [(ApiId::R2p, vec![200, 403, 404]), (ApiId::Sfip, vec![200, 403, 404, 410, 416])]
    {
        let of_api = others.iter().filter(|call| call.api == api);
        let found: BTreeSet<_> = of_api.map(|call| call.expect.status).collect();
        assert_eq!(found, BTreeSet::from_iter(statuses), "{api}");
    }
    let operations: BTreeSet<_> = ficoba.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations.len(), 7, "{operations:?}");
}

#[test]
fn the_population_never_meets_the_surname_of_a_persona() {
    for register in [embedded(10_000_000), embedded_with_seed(7, 50_000)] {
        for id in register.people().take_while(|id| id.is_persona()) {
            let name = ComparisonName::new(&register.person(id).birth_name).unwrap();
            assert!(
                register.people_named(&name, 1850..=2199).iter().all(|id| id.is_persona()),
                "{name}"
            );
        }
    }
}

#[test]
fn a_common_surname_given_to_a_persona_leaves_the_population() {
    let people = 20_000;
    let name: ComparisonName = "MARTIN".parse().unwrap();
    let before = embedded(people);
    let bearers = before.people_named(&name, 1850..=2199);
    assert!(!bearers.is_empty());
    let dir = folder(&GOOD.replace("ESSAIMÉ", "MARTIN"));
    let after = Register::load(&Spec {
        seed: 1,
        population: people,
        fixtures: Some(dir.path().to_owned()),
    })
    .unwrap();
    assert_eq!(after.people_named(&name, 1850..=2199).len(), 1);
    // They are all there under another name, by which they are found.
    let renamed = after.person(bearers[0]);
    let found = after.people_named(&ComparisonName::new(&renamed.birth_name).unwrap(), 1850..=2199);
    assert_eq!(found, bearers);
}

#[test]
fn the_readme_lists_every_persona_with_its_title() {
    let readme = include_str!("../../../fixtures/README.md");
    for persona in embedded(0).personas() {
        let row = format!("| `{}` | {} |", persona.id, persona.title);
        assert!(readme.contains(&row), "fixtures/README.md lacks:\n{row}");
    }
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/personas");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(super::EMBEDDED.iter().map(|(name, _)| *name).collect::<Vec<_>>(), files);
}

fn embedded(population: u64) -> Register {
    embedded_with_seed(1, population)
}

fn embedded_with_seed(seed: u64, population: u64) -> Register {
    Register::load(&Spec { seed, population, fixtures: None }).unwrap()
}

fn folder(text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("personas")).unwrap();
    fs::write(dir.path().join("personas/a.toml"), text).unwrap();
    dir
}

fn load(dir: &Path) -> Result<Register, Vec<Diagnostic>> {
    Register::load(&Spec { seed: 1, population: 0, fixtures: Some(dir.to_owned()) })
}

fn faults(text: &str) -> Vec<Diagnostic> {
    load(folder(text).path()).expect_err("something is wrong")
}

/// Names that tests, documents and users rely on.
const FIXED: &str = "celine-simple paul-multicomptes couple-joint-a couple-joint-b jumelles-homonymes-a \
    jumelles-homonymes-b homonymes-annee-a homonymes-annee-b sans-compte comptes-clos dossier-non-communicable \
    nee-a-letranger ne-en-polynesie ne-en-guadeloupe ne-en-corse sans-nom-sans-prenom nom-compose-accents nom-d-usage \
    defunte non-resident titulaire-coffre majeur-protege mandataire procuration indivision-a indivision-b indivision-c \
    livret-a livret-bleu lep livret-a-en-double ouverture-transfert ouverture-succession adresse-differente mineur \
    centenaire trop-de-reponses sarl-simple sas-beneficiaires association-rna copropriete ei-artisan \
    groupe-etablissements societe-lei societe-sans-compte societes-homonymes-a societes-homonymes-b enseigne-sigle \
    compte-orphelin homonymes-lieu-a homonymes-lieu-b";
