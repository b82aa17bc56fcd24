//! The generated parts of `docs/data.md`: the law of natures, who holds each value of the annexes, and the distributions.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use bacasable::register::{
    Address, Party, Person, PersonId, Register, RightKind, Spec, law, nomenclature,
};

use crate::generated::assert_section;

#[test]
fn the_law_of_natures_is_up_to_date() {
    let day = |day: jiff::civil::Date| {
        if day <= law::REMEMBERED { String::new() } else { day.to_string() }
    };
    let mut table = String::from(
        "| nature | opened from | until | from (years) | before (years) | residents | source |\n|---|---|---|---|---|---|---|\n",
    );
    for rule in &law::RULES {
        let label = nomenclature::nature(rule.nature).unwrap().label;
        let (since, until) = (day(rule.since), rule.until.map_or(String::new(), day));
        let before = rule.before_age.map_or(String::new(), |age| age.to_string());
        let residents = if rule.residents_only { "yes" } else { "" };
        let (nature, from, source) = (rule.nature, rule.from_age, rule.source);
        table.push_str(&format!(
            "| {nature} {label} | {since} | {until} | {from} | {before} | {residents} | {source} |\n"
        ));
    }
    assert_section("docs/data.md", "natures", &table);
}

#[test]
#[ignore = "slow: .ci/run"]
fn every_value_of_the_annexes_is_somebody_s_and_the_table_is_up_to_date() {
    let held = Held::of(&REGISTER);
    let mut missing = Vec::new();
    let mut table =
        String::from("| where | value | personas | population of 10,000 |\n|---|---|---|---|\n");
    for (place, value) in expected() {
        let Some((personas, count)) = held.values.get(&(place, value.clone())) else {
            missing.push(format!("{place}: {value}"));
            continue;
        };
        let mut names: Vec<_> = personas.iter().take(3).map(|id| format!("`{id}`")).collect();
        if personas.len() > 3 {
            names.push(format!("{} more", personas.len() - 3));
        }
        table.push_str(&format!("| {place} | {value} | {} | {count} |\n", names.join(", ")));
    }
    for (place, all) in lists() {
        let of_nobody =
            all.iter().filter(|value| !held.values.contains_key(&(place, (*value).clone())));
        missing.extend(of_nobody.map(|value| format!("{place}: {value}")));
        let (mut personas, mut values, mut count) = (BTreeSet::new(), 0, 0);
        for value in &all {
            let Some((ids, in_population)) = held.values.get(&(place, value.clone())) else {
                continue;
            };
            personas.extend(ids.iter().cloned());
            values += usize::from(*in_population > 0);
            count += in_population;
        }
        let who = if personas.contains("toutes-les-devises") && place.starts_with("annexe 4") {
            "`toutes-les-devises`".to_owned()
        } else {
            format!("{} of them", personas.len())
        };
        table.push_str(&format!(
            "| {place} | each of {} | {who} | {count}, of {values} values |\n",
            all.len()
        ));
    }
    assert!(missing.is_empty(), "nobody has: {}", missing.join(", "));
    assert_section("docs/data.md", "held", &table);
}

#[test]
#[ignore = "slow: .ci/run"]
fn the_distributions_are_up_to_date() {
    let register = &*REGISTER;
    let people: Vec<_> = register
        .people()
        .filter(|id| !id.is_persona())
        .map(|id| (id, register.person(id)))
        .collect();
    let share = |count: usize| count as f64 * 100.0 / people.len() as f64;
    let mut table = String::from("| what | France | source | here |\n|---|---|---|---|\n");
    let mut line = |what: &str, france: &str, source: &str, here: f64| {
        table.push_str(&format!("| {what} | {france} | {source} | {here:.1} % |\n"));
    };
    let ages = "INSEE, estimations de population au 1er janvier 2025, rounded";
    let count = |is: &dyn Fn(&Person) -> bool| people.iter().filter(|(_, one)| is(one)).count();
    let age = |one: &Person| 2026 - one.birth.year();
    line("under 20", "23 %", ages, share(count(&|one| age(one) < 20)));
    line("20 to 64", "55 %", ages, share(count(&|one| (20..65).contains(&age(one)))));
    line("65 and over", "22 %", ages, share(count(&|one| age(one) >= 65)));
    line("75 and over", "11 %", ages, share(count(&|one| age(one) >= 75)));
    let all = f64::from(nomenclature::total_population());
    for code in ["59", "75", "13", "33", "974", "48"] {
        let inhabitants: u32 = nomenclature::communes()
            .filter(|one| one.department == code && one.kind != nomenclature::CommuneKind::Divided)
            .map(|one| one.population())
            .sum();
        let here = count(&|one| {
            one.address.commune.is_some_and(|commune| commune.department().as_str() == code)
        });
        let label = nomenclature::department(code).unwrap().label;
        let france = format!("{:.1} %", f64::from(inhabitants) * 100.0 / all);
        line(
            &format!("living in {code} {label}"),
            &france,
            "INSEE, populations légales (the nomenclature)",
            share(here),
        );
    }
    let holding = |natures: &[u16]| {
        let has = |id: PersonId| {
            register.accounts_of(Party::Person(id)).into_iter().any(|id| {
                let account = register.account(id);
                account.is_open() && natures.contains(&account.nature)
            })
        };
        share(people.iter().filter(|(id, _)| has(*id)).count())
    };
    let savings =
        "Banque de France, rapport annuel sur l'épargne réglementée, to about five points";
    line("with an open livret A or bleu", "80 %", savings, holding(&[201, 202]));
    line("with an open LDDS", "40 %", savings, holding(&[205]));
    line("with an open LEP", "15 %", savings, holding(&[206]));
    line("with an open PEL", "15 %", savings, holding(&[209]));
    line(
        "double-barrelled surname",
        "11 % of births in 2017, few before 2005",
        "Ined, Population 2018-4",
        share(count(&|one| one.birth_name.contains('-'))),
    );
    line(
        "compound first name",
        "",
        "no public figure for all ages: decision",
        share(count(&|one| one.first_names[0].contains('-'))),
    );
    line(
        "two first names or more",
        "80 %",
        "Coulmont 2015, Paris electors",
        share(count(&|one| one.first_names.len() > 1)),
    );
    line(
        "an accent in surname or first names",
        "",
        "no public figure: decision",
        share(count(&|one| {
            !one.birth_name.is_ascii() || one.first_names.iter().any(|name| !name.is_ascii())
        })),
    );
    assert_section("docs/data.md", "shares", &table);
}

static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    Register::load(&Spec { seed: 1, population: 10_000, fixtures: None }).unwrap()
});

/// Who has what: by place and value, the personas and how many of the population.
#[derive(Default)]
struct Held {
    values: BTreeMap<(&'static str, String), (BTreeSet<String>, u64)>,
}

impl Held {
    fn of(register: &Register) -> Self {
        let mut held = Self::default();
        for id in register.people() {
            let persona = register.persona_of(Party::Person(id)).map(|persona| persona.id.clone());
            let person = register.person(id);
            held.add(SEX, person.sex.code(), persona.as_deref());
            let birth = match (person.birth.month(), person.birth.day()) {
                (_, Some(_)) => "whole",
                (Some(_), None) => "without the day",
                (None, None) => "the year alone",
            };
            held.add(BIRTH, birth, persona.as_deref());
            held.address(&person.address, persona.as_deref());
        }
        for id in register.companies() {
            let persona =
                register.persona_of(Party::Company(id, None)).map(|persona| persona.id.clone());
            let company = register.company(id);
            held.add(CATEGORY, format!("{:04}", company.legal_category), persona.as_deref());
            let closed_one = company.dissolved.is_none()
                && company.establishments.iter().any(|one| one.closed.is_some());
            let accounts = register.accounts_of(Party::Company(id, None));
            let any = |open| accounts.iter().any(|id| register.account(*id).is_open() == open);
            for (is, what) in [
                (company.siren.is_none(), "without SIREN"),
                (company.rna.is_some(), "numeroRna"),
                (company.copro.is_some(), "numeroCopro"),
                (company.lei.is_some(), "numeroLei"),
                (company.dissolved.is_some() && any(true), "dissolved, with an open account"),
                (company.dissolved.is_some() && any(false), "dissolved, with a closed account"),
                (closed_one, "with a closed establishment"),
            ] {
                if is {
                    held.add(COMPANY, what, persona.as_deref());
                }
            }
            for one in &company.establishments {
                held.address(&one.address, persona.as_deref());
            }
        }
        for id in register.accounts() {
            held.account(register, id);
        }
        held
    }

    fn account(&mut self, register: &Register, id: bacasable::register::AccountId) {
        let persona = register.persona_of_account(id).map(|persona| persona.id.clone());
        let persona = persona.as_deref();
        let account = register.account(id);
        self.add(NATURE, account.nature, persona);
        self.add(TYPE, account.kind, persona);
        self.add(CHARACTERISTIC, account.characteristic, persona);
        self.add(CURRENCY, &account.currency, persona);
        self.add(RESIDENT, u8::from(account.non_resident), persona);
        self.add(SUCCESSION, u8::from(account.succession), persona);
        self.add(REASON, account.opening_reason, persona);
        let of_company = account.holders().any(|right| matches!(right.party, Party::Company(..)));
        let several = account.holders().count() > 1;
        let without_iban = account.iban.as_str().starts_with("FC");
        let closed = account.closed.is_some();
        for (is, what) in [
            (closed, "closed"),
            (without_iban && !of_company, "FC number of a person"),
            (without_iban && of_company, "FC number of a company"),
            (account.nature == 500 && of_company, "safe of a company"),
            (account.nature == 500 && several, "safe of several persons"),
            (account.branch != account.iban.branch(), "managed by another branch than the IBAN's"),
            (account.fiscal_date.is_some(), "dateFiscale"),
            (
                account.rights.first().is_some_and(|right| right.kind != RightKind::Titulaire),
                "somebody else's right listed before the holder's",
            ),
            (
                account.holders().any(|right| right.begins > account.opened),
                "a holder's right later than the opening",
            ),
        ] {
            if is {
                self.add(ACCOUNT, what, persona);
            }
        }
        for right in &account.rights {
            let whose = register.persona_of(right.party).map(|persona| persona.id.clone());
            let place = match right.party {
                Party::Person(_) => RIGHT_OF_PERSON,
                Party::Company(..) => RIGHT_OF_COMPANY,
            };
            self.add(place, right.kind.label(), whose.as_deref());
        }
    }

    fn address(&mut self, address: &Address, persona: Option<&str>) {
        if let Some(kind) = &address.street_type {
            self.add(STREET, kind, persona);
        }
        let is = |kind: &str| address.street_type.as_deref() == Some(kind);
        let in_france = address.country.is_france();
        for (is, what) in [
            (!in_france, "abroad"),
            (in_france && address.number.is_none(), "without number"),
            (is("LD"), "lieu-dit"),
            (is("RES"), "residence"),
            (in_france && address.complement.is_some(), "with a complement"),
            (address.repetition.is_some(), "with indiceRepetition"),
        ] {
            if is {
                self.add(ADDRESS, what, persona);
            }
        }
    }

    fn add(&mut self, place: &'static str, value: impl ToString, persona: Option<&str>) {
        let entry = self.values.entry((place, value.to_string())).or_default();
        match persona {
            Some(id) => drop(entry.0.insert(id.to_owned())),
            None => entry.1 += 1,
        }
    }
}

/// The values that the table tells one by one.
fn expected() -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let mut add = |place, values: Vec<String>| {
        all.extend(values.into_iter().map(|value| (place, value)));
    };
    let numbers =
        |numbers: std::ops::RangeInclusive<u8>| numbers.map(|number| number.to_string()).collect();
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let rights = |kinds: &[RightKind]| kinds.iter().map(|kind| kind.label().to_owned()).collect();
    add(NATURE, nomenclature::natures().iter().map(|nature| nature.code.to_string()).collect());
    add(TYPE, numbers(1..=4));
    add(CHARACTERISTIC, numbers(1..=2));
    add(RESIDENT, numbers(0..=1));
    add(SUCCESSION, numbers(0..=1));
    add(REASON, numbers(0..=3));
    add(SEX, numbers(1..=4));
    add(BIRTH, texts(&["whole", "without the day", "the year alone"]));
    add(RIGHT_OF_PERSON, rights(&RightKind::ALL));
    // ETCI EI is the person behind a business: never a company.
    let of_company = [
        RightKind::Titulaire,
        RightKind::Procuration,
        RightKind::Mandataire,
        RightKind::BeneficiaireEffectif,
    ];
    add(RIGHT_OF_COMPANY, rights(&of_company));
    add(
        ADDRESS,
        texts(&[
            "abroad",
            "without number",
            "lieu-dit",
            "residence",
            "with a complement",
            "with indiceRepetition",
        ]),
    );
    add(
        COMPANY,
        texts(&[
            "without SIREN",
            "numeroRna",
            "numeroCopro",
            "numeroLei",
            "dissolved, with an open account",
            "dissolved, with a closed account",
            "with a closed establishment",
        ]),
    );
    add(
        ACCOUNT,
        texts(&[
            "closed",
            "FC number of a person",
            "FC number of a company",
            "safe of a company",
            "safe of several persons",
            "managed by another branch than the IBAN's",
            "dateFiscale",
            "somebody else's right listed before the holder's",
            "a holder's right later than the opening",
        ]),
    );
    all
}

/// The lists of which the table tells the whole.
fn lists() -> Vec<(&'static str, Vec<String>)> {
    let currencies = nomenclature::currencies().iter().map(|one| one.code.to_owned());
    let categories = nomenclature::legal_categories().iter().map(|one| one.code.to_owned());
    let streets = nomenclature::street_types().iter().map(|one| one.code.to_owned());
    vec![
        (CURRENCY, currencies.collect()),
        (CATEGORY, categories.collect()),
        (STREET, streets.collect()),
    ]
}

const NATURE: &str = "annexe 1, codeNature";
const TYPE: &str = "annexe 2, codeType";
const CHARACTERISTIC: &str = "annexe 3, codeCaracteristique";
const CURRENCY: &str = "annexe 4, codeDevise";
const RESIDENT: &str = "annexe 5, resident";
const SUCCESSION: &str = "annexe 5, succession";
const CATEGORY: &str = "annexe 6, categorieJuridique";
const STREET: &str = "annexe 7, codeNatureVoie";
const REASON: &str = "8.5.3.2, codeMotifOuverture";
const SEX: &str = "2.5.3.5.1, sexe";
const BIRTH: &str = "2.5.3.5.1, date of birth";
const RIGHT_OF_PERSON: &str = "2.5.3.5.1, droitSurCompte of a person";
const RIGHT_OF_COMPANY: &str = "2.5.3.5.2, droitSurCompte of a company";
const ADDRESS: &str = "2.5.3.5.3, address";
const COMPANY: &str = "companies";
const ACCOUNT: &str = "accounts";
