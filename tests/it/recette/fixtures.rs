//! `check` judges the catalogue with the fixtures that it needs.

use std::{fs, process::Command};

use super::told;

/// What `check` says of a folder with these lines as its only file of the recette.
fn check(lines: &str) -> (i32, String) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("recette")).unwrap();
    let head = "[theme]\nid = \"maison\"\ntitle = \"Maison\"\norder = 99\n[[case]]\nid = \"maison-un\"\ntitle = \"Un\"\n";
    let rest = "requirement = \"Une exigence.\"\nsources = \"CGU\"\nhow = \"Ainsi.\"\n";
    fs::write(dir.path().join("recette/maison.toml"), format!("{head}{rest}{lines}\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    told(
        &command
            .args(["check", "--population", "0", "--fixtures"])
            .arg(dir.path())
            .output()
            .unwrap(),
    )
}

#[test]
fn a_sound_case_of_one_s_own_is_accepted() {
    let (code, text) = check(
        "applies = { search = \"spi\" }\nexpect = { operation = \"spi\", code = \"CAF007\" }\nwith = [\"*\"]\n\
         play = [{ call = { search = \"spi\", persona = \"sans-compte\" } }]",
    );
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("the fixtures are sound"), "{text}");
}

#[test]
fn a_case_that_no_fixture_satisfies_is_found() {
    let (code, text) = check(
        "applies = { search = \"spi\" }\nexpect = { operation = \"spi\", code = \"CAF007\" }\nwith = [\"*\"]\n\
         play = [{ call = { search = \"spi\", persona = \"celine-simple\" } }]",
    );
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains(
            "recette/maison.toml:14: maison-un.play: no call of these personas ends as expected"
        ),
        "{text}"
    );
}

#[test]
fn a_persona_that_nobody_knows_is_found() {
    let (code, text) = check(
        "applies = { search = \"spi\" }\nexpect = { operation = \"spi\", code = \"CAF007\" }\nwith = [\"*\"]\n\
         play = [{ call = { search = \"spi\", persona = \"personne\" } }]",
    );
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("maison-un.play: no persona is called \"personne\""), "{text}");
}

#[test]
fn a_matcher_that_overlaps_another_is_found() {
    let (code, text) =
        check("expect = { operation = \"token\", status = 200 }\nplay = [{ token = {} }]");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("one entry could be taken for \"jetons-obtention\" as well"), "{text}");
}

#[test]
fn what_is_wrong_in_the_form_is_found() {
    let (code, text) = check("expect = { operation = \"token\" }\nplay = [{ clock = \"soon\" }]");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("maison-un.play.clock: \"soon\" is no duration"), "{text}");
}
