//! `bacasable dataset`, as its user runs it.

use std::{path::Path, process::Command};

use serde_json::Value;

fn bacasable(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_bacasable")).args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn exported(out: &Path, seed: &str) -> Vec<String> {
    let out = out.to_str().unwrap();
    let (code, _) =
        bacasable(&["dataset", "export", "--out", out, "--population", "300", "--seed", seed]);
    assert_eq!(code, 0);
    let read = |name: &str| std::fs::read_to_string(format!("{out}/{name}.jsonl")).unwrap();
    ["people", "companies", "accounts", "rights"].map(read).to_vec()
}

#[test]
fn one_seed_gives_the_same_bytes_in_two_processes_and_another_seed_gives_others() {
    let dir = tempfile::tempdir().unwrap();
    let [first, again, other] = ["a", "b", "c"].map(|name| dir.path().join(name));
    let (first, again, other) =
        (exported(&first, "7"), exported(&again, "7"), exported(&other, "8"));
    assert_eq!(first, again);
    assert_ne!(first[0], other[0]);
    let persona = |people: &str| {
        people.lines().find(|line| line.contains("3990000101192")).unwrap().to_owned()
    };
    assert_eq!(persona(&first[0]), persona(&other[0]));
}

#[test]
fn a_persona_and_each_of_its_identifiers_show_the_same_person() {
    for wanted in ["celine-simple", "3990000101192", "FR7699010000010000010100185"] {
        let (code, text) = bacasable(&["dataset", "show", wanted, "--format", "json"]);
        let sheet: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((code, sheet["persona"].as_str()), (0, Some("celine-simple")), "{wanted}");
        assert_eq!(sheet["personne"]["nomNaissance"], "VALBRUNE", "{wanted}");
        assert_eq!(sheet["comptes"][0]["iban"], "FR7699010000010000010100185", "{wanted}");
    }
}

#[test]
fn an_identifier_of_nobody_is_a_no_and_a_word_that_is_none_is_a_fault_of_usage() {
    assert_eq!(bacasable(&["dataset", "show", "0000000000000"]).0, 1);
    assert_eq!(bacasable(&["dataset", "show", "personne-de-connu"]).0, 2);
}
