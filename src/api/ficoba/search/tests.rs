use std::sync::LazyLock;

use jiff::civil::date;

use super::{matching::lives_at, *};
use crate::{
    domain::{BirthCriterion, BirthDate, CommuneCode, CountryCode},
    register::{Address, Sex, Spec},
};

static REGISTER: LazyLock<Register> =
    LazyLock::new(|| Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap());

const MANY: usize = 20;

fn civil(name: &str, first_names: Option<&str>, birth: &str) -> Civil {
    Civil {
        name: name.parse().unwrap(),
        first_names: first_names.map(|names| names.parse().unwrap()),
        sex: None,
        birth: BirthCriterion::Exact(birth.parse::<BirthDate>().unwrap()),
        birthplace: Place::default(),
        address: None,
    }
}

fn place(code: &str) -> Place {
    let commune: CommuneCode = code.parse().unwrap();
    Place {
        country: Some(CountryCode::FRANCE),
        department: Some(commune.department()),
        commune: Some(commune),
    }
}

fn found(civil: &Civil) -> Result<usize, Nothing> {
    by_civil_status(&REGISTER, civil, MANY).map(|found| found.len())
}

#[test]
fn first_names_are_compared_in_order_and_whole() {
    let paul = |names| found(&civil("ESTREMONT", names, "1972-11-03"));
    for names in [None, Some("Paul"), Some("paul henri"), Some("PAUL-HENRI MARIE")] {
        assert_eq!(paul(names), Ok(1), "{names:?}");
    }
    for names in ["HENRI", "PAUL MARIE", "PAU", "PAUL HENRI MARIE JEAN"] {
        assert_eq!(paul(Some(names)), Err(Nothing::Nobody), "{names}");
    }
}

#[test]
fn a_sex_that_is_not_known_does_not_narrow_the_search() {
    for (sex, expected) in [
        (Sex::Male, Ok(1)),
        (Sex::Unknown, Ok(1)),
        (Sex::Undefined, Ok(1)),
        (Sex::Female, Err(Nothing::Nobody)),
    ] {
        let civil = Civil { sex: Some(sex), ..civil("ESTREMONT", None, "1972") };
        assert_eq!(found(&civil), expected, "{sex:?}");
    }
}

#[test]
fn a_place_of_birth_narrows_by_each_of_its_parts() {
    let born = |birthplace| found(&Civil { birthplace, ..civil("ESTREMONT", None, "1972") });
    assert_eq!(born(place("44109")), Ok(1));
    assert_eq!(born(Place { commune: None, ..place("44109") }), Ok(1));
    assert_eq!(born(Place { commune: None, ..place("35238") }), Err(Nothing::Nobody));
    assert_eq!(
        born(Place { country: "99109".parse().ok(), ..Place::default() }),
        Err(Nothing::Nobody)
    );
}

#[test]
fn a_place_of_birth_is_found_under_the_code_of_its_day_and_today_s() {
    let malakoff = |birthplace| found(&Civil { birthplace, ..civil("REVERSONNET", None, "1945") });
    for given in [place("75047"), place("92046"), place("75046")] {
        assert_eq!(malakoff(given), Ok(1), "{given:?}");
        assert_eq!(malakoff(Place { commune: None, ..given }), Ok(1), "{given:?}");
    }
    assert_eq!(malakoff(place("78454")), Err(Nothing::Nobody));
    // The code of another time is not that of the birth.
    let noisy = |birthplace| found(&Civil { birthplace, ..civil("QUILLERET", None, "1974") });
    assert_eq!((noisy(place("93051")), noisy(place("78454"))), (Ok(1), Err(Nothing::Nobody)));
    let country = |code: &str| Place { country: code.parse().ok(), ..Place::default() };
    let leipzig =
        |code| found(&Civil { birthplace: country(code), ..civil("BRANDHOLM", None, "1975") });
    assert_eq!((leipzig("99141"), leipzig("99109")), (Ok(1), Ok(1)));
    assert_eq!(leipzig("99142"), Err(Nothing::Nobody));
    let alger = |birthplace| found(&Civil { birthplace, ..civil("CASTELVIEUX", None, "1958") });
    assert_eq!((alger(place("91352")), alger(country("99352"))), (Ok(1), Ok(1)));
}

#[test]
fn a_number_in_a_street_may_be_padded() {
    let at = |number: &str| {
        let number = Some(number.to_owned());
        let address = Some(Domicile { place: place("38185"), number, ..Domicile::default() });
        found(&Civil { address, ..civil("VALBRUNE", None, "1985") })
    };
    assert_eq!((at("12"), at("0012")), (Ok(1), Ok(1)));
    assert_eq!(at("0120"), Err(Nothing::NoneAtAddress));
}

#[test]
fn an_address_narrows_by_each_of_its_parts() {
    let held = Address {
        country: CountryCode::FRANCE,
        commune: "75111".parse().ok(),
        postal_code: Some("75011".to_owned()),
        number: Some("7".to_owned()),
        repetition: Some('B'),
        street_type: Some("AV".to_owned()),
        street: Some("DE L'ÉTOILE".to_owned()),
        complement: None,
    };
    let given = || Domicile { place: place("75111"), ..Domicile::default() };
    let text = |text: &str| Some(text.to_owned());
    for domicile in [
        given(),
        Domicile { street: "de l etoile".parse().ok(), ..given() },
        Domicile {
            number: text("7"),
            repetition: Some('B'),
            street_type: text("AV"),
            postal_code: text("75011"),
            ..given()
        },
        Domicile {
            place: Place { department: None, commune: None, ..place("75111") },
            ..Domicile::default()
        },
        Domicile { place: place("75056"), ..Domicile::default() },
        Domicile { place: place("75100"), ..Domicile::default() },
    ] {
        assert!(lives_at(&held, &domicile), "{domicile:?}");
    }
    for domicile in [
        Domicile { street: "de la lune".parse().ok(), ..given() },
        Domicile { number: text("8"), ..given() },
        Domicile { repetition: Some('T'), ..given() },
        Domicile { street_type: text("RUE"), ..given() },
        Domicile { postal_code: text("75012"), ..given() },
        Domicile { place: place("75112"), ..Domicile::default() },
        Domicile { place: place("69123"), ..Domicile::default() },
        Domicile {
            place: Place { country: "99109".parse().ok(), ..Place::default() },
            ..Domicile::default()
        },
    ] {
        assert!(!lives_at(&held, &domicile), "{domicile:?}");
    }
}

#[test]
fn an_arrondissement_that_is_given_is_not_the_whole_town() {
    let held = Address {
        country: CountryCode::FRANCE,
        commune: "75056".parse().ok(),
        postal_code: None,
        number: None,
        repetition: None,
        street_type: None,
        street: None,
        complement: None,
    };
    assert!(!lives_at(&held, &Domicile { place: place("75111"), ..Domicile::default() }));
    assert!(lives_at(&held, &Domicile { place: place("75100"), ..Domicile::default() }));
}

#[test]
fn why_an_account_is_not_found_is_told_apart() {
    let nothing = |bank: &str, branch: &str| {
        let iban =
            Iban::french(bank.parse().unwrap(), branch.parse().unwrap(), "09999999999").unwrap();
        by_iban(&REGISTER, &iban).err()
    };
    assert_eq!(nothing("99999", "00001"), Some(Nothing::NoBank));
    assert_eq!(nothing("99010", "99999"), Some(Nothing::NoBranch));
    assert_eq!(nothing("99010", "00001"), Some(Nothing::NoAccount));
    let orphan = "FR7699010000010000900100114".parse().unwrap();
    assert_eq!(by_iban(&REGISTER, &orphan).err(), Some(Nothing::NobodyAttached));
    assert!(existing(&REGISTER, &orphan).is_some());
}

#[test]
fn more_people_than_the_limit_are_too_many_unless_an_address_narrows_them() {
    let everyone = civil("CASTELMORON", None, "1970");
    assert_eq!(found(&everyone), Err(Nothing::TooMany));
    assert_eq!(by_civil_status(&REGISTER, &everyone, 25).map(|found| found.len()).ok(), Some(25));
    let address = Some(Domicile { place: place("25056"), ..Domicile::default() });
    assert_eq!(found(&Civil { address, ..everyone }), Ok(5));
}

#[test]
fn an_ended_right_holds_no_more() {
    let account = existing(&REGISTER, &"FR7699010000010000010100185".parse().unwrap()).unwrap();
    let mut ended = Account::clone(&account);
    ended.rights[0].ends = Some(date(2020, 1, 1));
    let celine = Subject::Person(civil("VALBRUNE", Some("CELINE"), "1985-04-12"));
    let on = |day| holds(&REGISTER, &ended, &celine, day);
    assert!(holds(&REGISTER, &account, &celine, date(2026, 11, 22)));
    assert!(on(date(2020, 1, 1)) && !on(date(2020, 1, 2)));
}

#[test]
fn a_company_is_a_holder_by_siren_by_siret_and_by_name() {
    let account = existing(&REGISTER, &"FR7699020000010000110100184".parse().unwrap()).unwrap();
    let named = |name: &str, legal_category| {
        let name = Some(name.parse().unwrap());
        Subject::Company(Named {
            name,
            sigle: None,
            enseigne: None,
            legal_category: Some(legal_category),
            address: None,
        })
    };
    let today = date(2026, 11, 22);
    for subject in [
        Subject::Number(Number::Siren("209001015".parse().unwrap())),
        Subject::Number(Number::Siret("20900101500012".parse().unwrap())),
        named("Ateliers du Pont Levis", 5499),
    ] {
        assert!(holds(&REGISTER, &account, &subject, today), "{subject:?}");
    }
    for subject in [
        Subject::Number(Number::Siren("209005016".parse().unwrap())),
        named("Ateliers du Pont Levis", 5710),
        named("Ateliers", 5499),
        Subject::Person(civil("VALBRUNE", None, "1985")),
    ] {
        assert!(!holds(&REGISTER, &account, &subject, today), "{subject:?}");
    }
}

#[test]
fn a_siren_has_one_answer_per_establishment_with_accounts() {
    let group = by_number(&REGISTER, Number::Siren("209005016".parse().unwrap())).unwrap();
    assert_eq!(group.iter().map(|found| found.accounts.len()).collect::<Vec<_>>(), [2, 1, 1]);
    let one = by_number(&REGISTER, Number::Siret("20900501600024".parse().unwrap())).unwrap();
    assert_eq!(one.len(), 1);
}

#[test]
fn the_score_is_the_share_of_what_is_given() {
    let score = |civil: &Civil| by_civil_status(&REGISTER, civil, MANY).unwrap()[0].score;
    assert!((score(&civil("VALBRUNE", None, "1985")) - 0.22).abs() < 1e-9);
    let whole = Civil {
        sex: Some(Sex::Female),
        birthplace: place("38185"),
        ..civil("VALBRUNE", Some("CELINE"), "1985-04-12")
    };
    assert!((score(&whole) - 1.0).abs() < 1e-9);
}
