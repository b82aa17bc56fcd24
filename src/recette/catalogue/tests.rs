//! The embedded catalogue is sound, and what is wrong in another one is told with its file, line and key.

use std::{collections::BTreeSet, fs, path::Path};

use super::*;
use crate::{
    api::{Apis, World as Fixtures},
    config::Config,
    recette::Recette,
    rights::ApiId,
};

fn faults(recette: &Recette) -> Vec<String> {
    let fixtures = Fixtures::load(&Config { population: 0, ..Config::default() }).unwrap();
    let Fixtures { directory, register, apis, .. } = fixtures;
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    let world = World { directory: &directory, register: &register, apis: &apis, now };
    recette.check(&world).iter().map(ToString::to_string).collect()
}

/// The faults of a folder with this file in its `recette`.
fn of_file(text: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("recette")).unwrap();
    fs::write(dir.path().join("recette/x.toml"), text).unwrap();
    let shown = dir.path().join("recette/x.toml").display().to_string();
    let all = match Recette::load(Some(dir.path())) {
        Ok(recette) => faults(&recette),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    };
    all.iter().map(|fault| fault.replace(&shown, "x.toml")).collect()
}

const THEME: &str = "[theme]\nid = \"jetons\"\ntitle = \"Jetons\"\norder = 1\n";

/// A case with these lines, after five others.
fn case(lines: &str) -> String {
    format!(
        "{THEME}[[case]]\nid = \"essai\"\ntitle = \"Essai\"\nrequirement = \"Une exigence.\"\nsources = \"CGU\"\nhow = \"Ainsi.\"\n{lines}\n"
    )
}

#[test]
fn two_files_of_the_folder_with_one_case_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("recette")).unwrap();
    let text = case("expect = { status = 200 }\nplay = []");
    for name in ["a.toml", "b.toml"] {
        fs::write(dir.path().join("recette").join(name), &text).unwrap();
    }
    let faults = Recette::load(Some(dir.path())).err().unwrap();
    let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
    let of_the_id = |fault: &&String| fault.contains("b.toml:6: essai.id: \"essai\" is the id in ");
    assert_eq!(texts.iter().filter(of_the_id).count(), 1, "{texts:?}");
}

#[test]
fn the_embedded_catalogue_can_be_satisfied() {
    let recette = Recette::load(None).unwrap();
    assert_eq!(faults(&recette), Vec::<String>::new());
    assert!(recette.catalogue.cases().count() > 100);
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/recette");
    let there: BTreeSet<_> = fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, EMBEDDED.iter().map(|(name, _)| (*name).to_owned()).collect());
}

/// What leaves no trace in calls is for the tester to witness: no case that asks for it is proven by its calls alone.
#[test]
fn what_no_call_can_show_is_to_be_witnessed() {
    let recette = Recette::load(None).unwrap();
    let untraced = [
        "alerte",
        "boucle",
        "compris comme",
        "conclu",
        "conserve pas",
        "dit clairement",
        "disting",
        "est une réponse",
        "insist",
        "le propose",
        "les lit",
        "n'est pas une panne",
        "n'est pas un refus",
        "plus tard",
        "sans appel perdu",
        "sans vérifier",
        "signale",
        "un critère de plus",
        "un délai d'attente",
    ];
    for (_, case) in recette.catalogue.cases().filter(|(_, case)| case.witness.is_none()) {
        let found = untraced.iter().find(|words| case.requirement.contains(**words));
        assert!(found.is_none(), "{}: {found:?}: {}", case.id, case.requirement);
    }
    for (_, case) in recette.catalogue.cases() {
        let texts = case.witness.as_deref();
        assert!(texts.is_none_or(|text| text.ends_with('.')), "{}: {texts:?}", case.id);
    }
}

/// The codes that a partner can meet: annexe 9's, R2P's, the token endpoint's, and the gateway's own refusals.
#[test]
fn every_code_that_a_partner_can_meet_is_in_a_case() {
    let recette = Recette::load(None).unwrap();
    let asked: BTreeSet<_> =
        recette.catalogue.cases().flat_map(|(_, case)| case.expect.codes().to_vec()).collect();
    let apis = Apis::load(None).unwrap();
    let gateway = [
        "404", "405", "900805", "900901", "900902", "900907", "900908", "900910", "900804",
        "101503", "101504",
    ];
    let oauth = ["invalid_request", "invalid_client", "unsupported_grant_type"];
    let known =
        ApiId::ALL.into_iter().flat_map(|id| apis.api(id).codes()).chain(gateway).chain(oauth);
    let missing: Vec<_> = known.filter(|code| !asked.contains(*code)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_refusal_of_every_control_is_in_a_case() {
    let recette = Recette::load(None).unwrap();
    let asked: BTreeSet<_> =
        recette.catalogue.cases().flat_map(|(_, case)| case.expect.cause.clone()).collect();
    let missing: Vec<_> = crate::admission::Refusal::CAUSES
        .into_iter()
        .filter(|cause| !asked.contains(*cause))
        .collect();
    // Not a partner's to provoke: a certificate that no parser reads, a trusted proxy's word,
    // a header that our own key signed, an application taken from the fixtures while its token
    // lives, a clock that ran backwards, dates that few conventions declare; what the quota's cases name by its code; and
    // slips of who builds the header, which nobody is asked to make.
    let left = [
        "certificate-unreadable",
        "certificate-unacceptable",
        "certificate-not-yet-declared",
        "certificate-no-longer-declared",
        "address-unreadable",
        "bearer-absent",
        "bearer-other-case",
        "bearer-empty",
        "bearer-repeated",
        "bearer-quoted",
        "token-is-secret",
        "token-is-key",
        "token-critical",
        "token-not-yet-valid",
        "unknown-application",
        "convention-in-force",
        "quota-used-up",
    ];
    assert_eq!(missing, left);
}

#[test]
fn every_kind_of_search_has_a_case_and_a_persona() {
    let recette = Recette::load(None).unwrap();
    for search in Search::all() {
        let own = |case: &Case| case.applies.search == [search];
        assert!(recette.catalogue.cases().any(|(_, case)| own(case)), "{}", search.name);
        assert!(recette.catalogue.personas.contains_key(search), "{}", search.name);
    }
}

#[test]
fn faults_of_the_form_name_file_line_and_key() {
    let texts = |lines: &str| of_file(&case(lines)).join("\n");
    let play = "play = [{ token = {} }]";
    assert!(
        texts("expect = { operation = \"token\", statuss = 200 }\nplay = []")
            .contains("x.toml:11: case.0.expect.statuss: unknown field")
    );
    assert!(
        texts(&format!("expect = {{ answers = \"many\" }}\n{play}"))
            .starts_with("x.toml:11: essai.expect.answers: \"many\"")
    );
    assert!(
        texts(&format!("expect = {{}}\n{play}")).contains("an empty matcher takes every request")
    );
    let applies = format!(
        "applies = {{ search = \"numCompte\" }}\nexpect = {{ operation = \"token\" }}\n{play}"
    );
    assert!(
        texts(&applies).starts_with("x.toml:11: essai.applies.search: \"numCompte\" is no search")
    );
    assert!(
        texts("expect = { operation = \"token\" }\nplay = [{ clock = \"soon\" }]")
            .starts_with("x.toml:12: essai.play.clock")
    );
    let twice = case(&format!("expect = {{ operation = \"token\", status = 418 }}\n{play}"));
    let twice = format!("{twice}{}", twice.strip_prefix(THEME).unwrap());
    assert!(
        of_file(&twice).join("").contains("x.toml:14: essai.id: two cases"),
        "{:?}",
        of_file(&twice)
    );
}

#[test]
fn what_no_fixture_can_satisfy_is_found() {
    let texts = |lines: &str| of_file(&case(lines)).join("\n");
    let call = |call: &str| {
        texts(&format!(
            "expect = {{ operation = \"spi\", status = 200, code = \"CAF007\", answers = \"9\" }}\nwith = [\"*\"]\nplay = [{{ call = {{ {call} }} }}]\napplies = {{ search = \"spi\" }}"
        ))
    };
    assert!(
        call("search = \"spi\", persona = \"nobody\"")
            .contains("x.toml:13: essai.play: no persona is called \"nobody\"")
    );
    assert!(call("search = \"spi\", persona = \"sarl-simple\"").contains("has no call of spi"));
    assert!(
        call("search = \"spi\", persona = \"celine-simple\"")
            .contains("no call of these personas ends as expected")
    );
    let expect = |expect: &str| {
        texts(&format!("expect = {{ {expect} }}\nwith = [\"*\"]\nplay = [{{ token = {{}} }}]"))
    };
    assert!(expect("code = \"CAF999\"").contains("essai.expect.code: \"CAF999\" is no code"));
    assert!(expect("operation = \"numCompte\"").contains("essai.expect.operation: \"numCompte\""));
    assert!(expect("cause = \"token-eaten\"").contains("essai.expect.cause: \"token-eaten\""));
    assert!(expect("operation = \"spi\", has = \"siren\"").contains("\"siren\" is no criterion"));
    let fault = "expect = { status = 500 }\nwith = [\"*\"]\nplay = [{ fault = { outcome = { code = \"CAF999\" } } }]";
    assert!(texts(fault).contains("essai.play.fault: /outcome/code"), "{}", texts(fault));
}

#[test]
fn matchers_that_overlap_are_found_unless_they_say_so() {
    let overlapping = "expect = { operation = \"token\", status = 200 }\nplay = [{ token = {} }]";
    let texts = of_file(&case(overlapping)).join("\n");
    assert!(texts.contains("one entry could be taken for \"jetons-obtention\" as well"), "{texts}");
    let said = of_file(&case(&format!("{overlapping}\nwith = [\"jetons-obtention\"]")));
    assert_eq!(said, Vec::<String>::new());
    let unknown =
        of_file(&case(&format!("{overlapping}\nwith = [\"*\", \"jetons-obtenu\"]"))).join("\n");
    assert!(unknown.contains("no case is called \"jetons-obtenu\""), "{unknown}");
}

#[test]
fn a_case_of_the_folder_replaces_the_embedded_one_of_its_id() {
    let replaced =
        case("expect = { operation = \"token\", status = 200 }\nplay = [{ token = {} }]")
            .replace("\"essai\"", "\"jetons-obtention\"");
    assert_eq!(of_file(&replaced), Vec::<String>::new());
    assert!(Catalogue::load(None).unwrap().replaced.is_empty());
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("recette")).unwrap();
    fs::write(dir.path().join("recette/maison.toml"), replaced).unwrap();
    let loaded = Catalogue::load(Some(dir.path())).unwrap();
    let ids = |all: &[Case]| all.iter().map(|case| case.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&loaded.replaced), ["jetons-obtention"]);
    // A copy replaces nothing.
    let (name, text) = EMBEDDED[0];
    fs::write(dir.path().join("recette/maison.toml"), text).unwrap();
    assert!(Catalogue::load(Some(dir.path())).unwrap().replaced.is_empty(), "{name}");
}

#[test]
fn a_case_that_asks_for_no_mistake_and_no_incident_excuses_nothing() {
    let catalogue = Catalogue::load(None).unwrap();
    for excused in ["droits-motif-inconnu", "disponibilite-cat001", "quotas-ficoba"] {
        assert!(catalogue.excuses(excused), "{excused}");
    }
    for judged in ["r2p-etat-civil-france", "jetons-obtention", "jetons-expiration", "inconnu"] {
        assert!(!catalogue.excuses(judged), "{judged}");
    }
}
