//! What holds of every generated record. The sample is a few thousand in a debug build and a million in a release build:
//! `cargo test --release --lib register::population`.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    domain::ComparisonName,
    register::{
        Designation, Party, Person, Register, RightKind, Spec,
        data_ranges::{self as ranges, lei_is_fictitious},
        nomenclature,
    },
};

const PEOPLE: u64 = if cfg!(debug_assertions) { 3_000 } else { 1_000_000 };

static REGISTER: LazyLock<Register> = LazyLock::new(|| register(PEOPLE));

fn register(population: u64) -> Register {
    Register::load(&Spec { seed: 20_260_630, population, fixtures: None }).unwrap()
}

fn generated() -> impl Iterator<Item = (crate::register::PersonId, std::sync::Arc<Person>)> {
    REGISTER.people().filter(|id| !id.is_persona()).map(|id| (id, REGISTER.person(id)))
}

#[test]
fn every_identifier_is_valid_and_in_our_ranges() {
    for (_, person) in generated() {
        if let Some(spi) = person.spi {
            assert!(spi.has_valid_key() && ranges::is_fictitious_spi(&spi), "{spi}");
            assert!(!ranges::SPI_BASES_OF_PERSONAS.contains(&spi.base()), "{spi}");
        }
    }
    for id in REGISTER.accounts() {
        let account = REGISTER.account(id);
        assert!(
            account.iban.rib_key_is_valid() && ranges::is_fictitious_iban(&account.iban),
            "{}",
            account.iban
        );
        assert!(
            REGISTER.bank(account.bank).is_some()
                && REGISTER.branch(account.bank, account.branch).is_some()
        );
        assert!(nomenclature::nature(account.nature).is_some(), "{}", account.nature);
        assert!(nomenclature::currency(&account.currency).is_some(), "{}", account.currency);
    }
    for id in REGISTER.companies() {
        let company = REGISTER.company(id);
        let category = format!("{:04}", company.legal_category);
        assert!(nomenclature::legal_category(&category).is_some(), "{category}");
        let Some(siren) = company.siren else { continue };
        assert!(siren.luhn_is_valid() && ranges::is_fictitious_siren(&siren), "{siren}");
        let sirets =
            company.establishments.iter().map(|establishment| establishment.siret.unwrap());
        assert!(
            sirets.clone().all(|siret| siret.luhn_is_valid() && siret.siren() == siren),
            "{siren}"
        );
        assert!(company.lei.as_deref().is_none_or(lei_is_fictitious), "{:?}", company.lei);
    }
}

#[test]
fn every_person_is_found_by_spi_and_by_name_and_year() {
    for (id, person) in generated() {
        assert_eq!(
            person.spi.map(|spi| REGISTER.person_by_spi(&spi)),
            person.spi.map(|_| Some(id))
        );
        let year = person.birth.year();
        let name = ComparisonName::new(&person.birth_name).unwrap();
        assert!(REGISTER.people_named(&name, year..=year).contains(&id), "{name} {year}");
    }
}

#[test]
fn a_search_by_name_finds_exactly_those_who_bear_it() {
    let mut bearers: HashMap<ComparisonName, Vec<_>> = HashMap::new();
    for (id, person) in generated() {
        bearers.entry(ComparisonName::new(&person.birth_name).unwrap()).or_default().push(id);
    }
    for (name, ids) in bearers {
        assert_eq!(REGISTER.people_named(&name, 1850..=2199), ids, "{name}");
    }
}

#[test]
fn every_account_is_found_by_iban_and_through_each_of_its_parties() {
    let mut held: HashMap<Party, Vec<_>> = HashMap::new();
    for id in REGISTER.accounts() {
        let account = REGISTER.account(id);
        assert_eq!(REGISTER.account_by_iban(&account.iban), Some(id), "{}", account.iban);
        assert!(account.closed.is_none_or(|closed| account.opened <= closed), "{}", account.iban);
        assert!(account.holders().count() >= 1 || account.rights.is_empty());
        for right in &account.rights {
            assert!(
                account.opened <= right.begins && right.begins <= right.updated,
                "{}",
                account.iban
            );
            let list = held.entry(right.party).or_default();
            if list.last() != Some(&id) {
                list.push(id);
            }
        }
    }
    for (party, ids) in held {
        assert_eq!(REGISTER.accounts_of(party), ids, "{party:?}");
    }
}

#[test]
fn every_company_is_found_by_siren_siret_and_each_of_its_names() {
    let found = |designation, text: &str, id| {
        let name = ComparisonName::new(text).unwrap();
        assert!(
            REGISTER.companies_named(designation, &name).contains(&id),
            "{designation:?} {name}"
        );
    };
    for id in REGISTER.companies() {
        let company = REGISTER.company(id);
        found(Designation::RaisonSociale, &company.name, id);
        company.sigle.iter().for_each(|sigle| found(Designation::Sigle, sigle, id));
        if let Some(siren) = company.siren {
            assert_eq!(REGISTER.company_by_siren(&siren), Some(id));
        }
        for establishment in &company.establishments {
            establishment
                .enseigne
                .iter()
                .for_each(|enseigne| found(Designation::Enseigne, enseigne, id));
            let siret = establishment
                .siret
                .map(|siret| REGISTER.establishment_by_siret(&siret).map(|(id, _)| id));
            assert!(siret.is_none_or(|found| found == Some(id)));
        }
        if let Some(owner) = company.owner {
            assert_eq!(REGISTER.person(owner).business, Some(id));
        }
    }
}

#[test]
fn the_people_are_plausible() {
    let (mut minors, mut old, mut abroad, mut partial, mut dead, mut all) = (0, 0, 0, 0, 0, 0);
    for (_, person) in generated() {
        all += 1;
        minors += u32::from(person.birth.year() > 2008);
        old += u32::from(person.birth.year() <= 1961);
        abroad += u32::from(!person.address.country.is_france());
        partial += u32::from(person.birth.complete().is_none());
        dead += u32::from(person.death.is_some());
        assert!(person.death.is_none_or(|death| death >= person.birth.latest()), "{person:?}");
        let commune = person.birthplace.commune;
        assert!(
            commune.is_none_or(|commune| nomenclature::commune(commune.as_str()).is_some()),
            "{person:?}"
        );
        let incomplete_in_france = commune.is_some_and(|at| !at.department().is_com())
            && person.birth.complete().is_none();
        assert!(!incomplete_in_france, "{person:?}");
    }
    let percent = |count: u32| f64::from(count) * 100.0 / f64::from(all);
    assert!((15.0..28.0).contains(&percent(minors)), "minors {}", percent(minors));
    assert!((14.0..27.0).contains(&percent(old)), "65 and over {}", percent(old));
    assert!((0.5..3.0).contains(&percent(abroad)), "abroad {}", percent(abroad));
    assert!((0.5..3.5).contains(&percent(partial)), "partial births {}", percent(partial));
    assert!((0.3..3.0).contains(&percent(dead)), "dead {}", percent(dead));
}

#[test]
fn every_sort_of_case_is_there() {
    let mut seen: HashMap<String, u32> = HashMap::new();
    for id in REGISTER.accounts() {
        let account = REGISTER.account(id);
        let kinds = account.rights.iter().map(|right| format!("{:?}", right.kind));
        let marks = [
            (account.succession, "succession"),
            (account.non_resident, "non-resident"),
            (account.currency != "EUR", "foreign currency"),
            (account.closed.is_some(), "closed"),
            (account.branch != account.iban.branch(), "moved"),
            (account.fiscal_date.is_some(), "fiscal date"),
        ];
        let marks = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| (*mark).to_owned());
        let labels = [format!("nature {}", account.nature), format!("kind {}", account.kind)];
        labels
            .into_iter()
            .chain(kinds)
            .chain(marks)
            .for_each(|mark| *seen.entry(mark).or_default() += 1);
    }
    let natures = nomenclature::natures().iter();
    let expected = natures.map(|nature| format!("nature {}", nature.code));
    let expected = expected.chain((1..=4).map(|kind| format!("kind {kind}")));
    let expected = expected.chain(RightKind::ALL.map(|kind| format!("{kind:?}")));
    let marks =
        ["succession", "non-resident", "foreign currency", "closed", "moved", "fiscal date"];
    for mark in expected.chain(marks.map(str::to_owned)) {
        assert!(seen.contains_key(&mark), "{mark} is nowhere in {seen:?}");
    }
}

#[test]
fn a_larger_population_has_the_same_first_people() {
    let large = register(1_600);
    for size in [1, 15, 160, 171, 1_599] {
        let small = register(size);
        for id in small.people().filter(|id| !id.is_persona()) {
            assert_eq!(small.person(id), large.person(id), "{size}");
        }
        for id in small.companies() {
            assert_eq!(small.company(id), large.company(id), "{size}");
        }
        for id in small.accounts() {
            assert_eq!(small.account(id), large.account(id), "{size}");
        }
    }
}

#[test]
fn one_surname_in_twenty_is_double_barrelled_at_every_size() {
    for size in [10_000, 1_000_000, 80_000_000] {
        let register = register(size);
        let step = size / 4_000;
        let people = register.people().filter(|id| !id.is_persona());
        let mut all = 0_u32;
        let mut double = 0;
        for id in people.step_by(step as usize | 1).take(4_000) {
            let name = register.person(id).birth_name.clone();
            all += 1;
            double += u32::from(name.contains('-'));
        }
        let percent = f64::from(double) * 100.0 / f64::from(all);
        assert!((3.5..6.5).contains(&percent), "{size}: {percent} %");
    }
}

#[test]
fn parts_are_the_whole_register_each_record_once() {
    let register = register(171);
    let parts: Vec<_> = (0..register.parts()).map(|number| register.part(number)).collect();
    assert!(register.people().eq(parts.iter().flat_map(|part| part.people.iter().copied())));
    assert!(register.companies().eq(parts.iter().flat_map(|part| part.companies.iter().copied())));
    assert!(register.accounts().eq(parts.iter().flat_map(|part| part.accounts.iter().copied())));
}

#[test]
fn name_and_year_stay_under_the_limit_of_caf036_at_ten_million() {
    let register = register(10_000_000);
    // Numbers below the smallest pool are the most common ones: the founders of low index bear them.
    for (_, person) in register
        .people()
        .filter(|id| !id.is_persona())
        .take(200)
        .map(|id| (id, register.person(id)))
    {
        let name = ComparisonName::new(&person.birth_name).unwrap();
        let mut years: HashMap<u16, u32> = HashMap::new();
        for id in register.people_named(&name, 1850..=2199) {
            *years.entry(register.person(id).birth.year()).or_default() += 1;
        }
        assert!(years.values().all(|&count| count <= 20), "{name}: {years:?}");
    }
}
