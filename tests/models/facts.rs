//! No fact of the register is impossible: what the law, a birth or a death excludes is nowhere, personas included.
//!
//! The table of natures is written here a second time, from the texts, so that a mistake in the register's own shows. A
//! hundred thousand people by default; `cargo test --release --test models facts -- --ignored` takes a million.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use bacasable::{
    domain::BirthDate,
    register::{
        Account, Company, Party, Person, PersonId, Register, Right, RightKind, Spec, Trade,
        nomenclature,
        tax::{TaxStanding, lep::Zone},
    },
};
use jiff::civil::{Date, date};

#[test]
fn no_fact_about_a_hundred_thousand_people_is_impossible() {
    assert_possible(100_000, 1);
}

#[test]
#[ignore = "a million people: by hand, in a release build"]
fn no_fact_about_a_million_people_is_impossible() {
    assert_possible(1_000_000, 20_260_630);
}

fn assert_possible(population: u64, seed: u64) {
    let register = &Register::load(&Spec { seed, population, fixtures: None }).unwrap();
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let found = std::thread::scope(|scope| {
        let audits =
            (0..threads).map(|thread| scope.spawn(move || audited(register, thread, threads)));
        let audits: Vec<_> = audits.collect();
        audits.into_iter().flat_map(|audit| audit.join().unwrap()).collect::<Vec<_>>()
    });
    let text = |(what, (count, example)): &(&str, (u64, String))| {
        format!("{count} × {what}, as {example}")
    };
    let found: Vec<_> = found.iter().map(text).collect();
    assert!(found.is_empty(), "impossible facts:\n{}", found.join("\n"));
}

/// What is impossible in every `step`th part of the register.
fn audited(register: &Register, first: u64, step: u64) -> Vec<(&'static str, (u64, String))> {
    let mut audit = Audit {
        register,
        found: BTreeMap::new(),
        regulated: HashMap::new(),
        people: HashMap::new(),
    };
    for number in (first..register.parts()).step_by(step as usize) {
        let part = register.part(number);
        audit.people = part.people.iter().map(|id| (*id, register.person(*id))).collect();
        part.people.iter().for_each(|id| audit.person(&Arc::clone(&audit.people[id])));
        if number % TAXES == 0 {
            part.people.iter().for_each(|id| audit.income_tax(*id));
        }
        part.companies.iter().for_each(|id| audit.company(&register.company(*id)));
        part.accounts.iter().for_each(|id| audit.account(&register.account(*id)));
        audit.one_regulated_account_each();
    }
    audit.found.into_iter().collect()
}

struct Audit<'r> {
    register: &'r Register,
    /// By what is impossible: how often, and the first one.
    found: BTreeMap<&'static str, (u64, String)>,
    /// Open regulated accounts by holder and nature.
    regulated: HashMap<(Party, u16), u32>,
    /// The people of the part that is looked at.
    people: HashMap<PersonId, Arc<Person>>,
}

impl Audit<'_> {
    fn check(&mut self, possible: bool, what: &'static str, example: impl FnOnce() -> String) {
        if !possible {
            let entry = self.found.entry(what).or_insert_with(|| (0, example()));
            entry.0 += 1;
        }
    }

    fn person(&mut self, person: &Person) {
        let show = || format!("{person:?}");
        let born = person.birth;
        self.check(born.earliest() <= TODAY, "born after the register's day", show);
        self.check(
            person.death.is_none_or(|death| born.earliest() <= death && death <= TODAY),
            "dead before birth",
            show,
        );
        let year = born.year();
        match person.birthplace.commune.and_then(|code| nomenclature::commune(code.as_str())) {
            Some(commune) => {
                let department = commune.department();
                let (label, code) = (department.label, department.code);
                let possible = match label {
                    "Seine" => year < 1968,
                    "Seine-et-Oise" => year < 1968,
                    "Corse" => year < 1976,
                    "Alger" | "Oran" | "Constantine" | "Territoires du Sud" => year <= 1962,
                    "Maroc" | "Tunisie" => year <= 1956,
                    "Afrique occidentale francaise" => year <= 1960,
                    "Essonne" | "Hauts-de-Seine" | "Seine-Saint-Denis" | "Val-de-Marne"
                    | "Val-d'Oise" => year >= 1968,
                    "Corse-du-Sud" | "Haute-Corse" => year >= 1976,
                    _ if code == "985" => year <= 2011,
                    _ if code == "976" => year >= 2011,
                    _ => true,
                };
                let persona = person.spi.is_some_and(|spi| spi.base() >= 3_990_000_000);
                self.check(possible || persona, "a code of birthplace of another time", show);
                self.check(
                    born.complete().is_some()
                        || department.kind == nomenclature::DepartmentKind::Com,
                    "a partial date of birth in France",
                    show,
                );
            }
            None => {
                let possible = match person.birthplace.country.as_str() {
                    "99109" => year >= 1990,
                    "99141" | "99142" => year <= 1990,
                    "99352" => year >= 1962,
                    "99350" | "99351" => year >= 1956,
                    _ => true,
                };
                self.check(possible, "a country of birth of another time", show);
            }
        }
    }

    /// Of the last income, and of the one before.
    fn income_tax(&mut self, id: PersonId) {
        let person = Arc::clone(&self.people[&id]);
        for year in [TAXED - 1, TAXED] {
            let standing = self.register.tax_standing(id, year);
            let show = || format!("{year}: {standing:?} {person:?}");
            let minor = birthday(person.birth.latest(), 18) > TODAY;
            let dead = person.death.is_some_and(|death| death.year().unsigned_abs() < year);
            self.check(
                !dead || standing == TaxStanding::Unassessed,
                "an assessment of the dead",
                show,
            );
            match &standing {
                TaxStanding::Declarant(assessment) => {
                    self.check(!minor, "an assessment of a minor", show);
                    self.check(
                        assessment.situation.is_couple() == assessment.second.is_some(),
                        "a situation that the declarants do not make",
                        show,
                    );
                    let others = [Some(assessment.first), assessment.second].into_iter().flatten();
                    for other in others {
                        let same = self.register.tax_standing(other, year) == standing;
                        self.check(same, "a couple that does not file together", show);
                    }
                    self.check(
                        (2..=40).contains(&assessment.half_shares),
                        "a number of shares that nobody has",
                        show,
                    );
                }
                TaxStanding::Dependant(on) => {
                    let old = birthday(person.birth.earliest(), 25) < date(year as i16, 1, 1);
                    self.check(!old, "a dependant of 25 and more", show);
                    let counted = match self.register.tax_standing(*on, year) {
                        TaxStanding::Declarant(assessment) => assessment.dependants > 0,
                        TaxStanding::Dependant(_) | TaxStanding::Unassessed => false,
                    };
                    self.check(counted, "a dependant whom no assessment counts", show);
                }
                TaxStanding::Unassessed => {}
            }
        }
    }

    /// Whoever holds a LEP was eligible the year before, by the income before it.
    fn holder_of_lep(&mut self, account: &Account, id: PersonId) {
        let person = Arc::clone(&self.people[&id]);
        let scale = (TAXED).max(account.opened.year().unsigned_abs());
        let may = self.register.may_have_lep(id, scale, scale - 1, Zone::Metropole);
        let dead = person.death.is_some();
        self.check(
            dead || !account.is_open() || may == Some(true),
            "a LEP of somebody who was not eligible the year before",
            || format!("{may:?} {person:?} {account:?}"),
        );
    }

    fn company(&mut self, company: &Company) {
        let show = || format!("{company:?}");
        let ordered = |first: Option<Date>, last: Option<Date>| {
            first.zip(last).is_none_or(|(first, last)| first <= last)
        };
        self.check(ordered(company.created, company.dissolved), "dissolved before created", show);
        for one in &company.establishments {
            self.check(
                ordered(company.created, one.opened),
                "an establishment before its company",
                show,
            );
            self.check(ordered(one.opened, one.closed), "closed before opened", show);
            self.check(
                ordered(one.closed, company.dissolved),
                "an establishment after its company",
                show,
            );
        }
        let category = company.legal_category;
        let residence = ["SYNDICAT DES COPROPRIETAIRES", "SDC "]
            .iter()
            .any(|head| company.name.starts_with(head));
        self.check(
            residence == (category == 9110),
            "a name of co-owners and another category",
            show,
        );
        self.check(
            company.copro.is_none() || category == 9110,
            "a co-ownership's number and another category",
            show,
        );
        self.check(
            company.rna.is_none() || (9200..9300).contains(&category),
            "an association's number and another category",
            show,
        );
        self.check(
            company.owner.is_some() == (category == 1000),
            "a sole trader without owner",
            show,
        );
        if let Some(owner) = company.owner {
            let owner = Arc::clone(&self.people[&owner]);
            let plain = |text: &str| bacasable::domain::plain_capitals(text).into_owned();
            let name = format!("{} {}", plain(&owner.birth_name), plain(&owner.first_names[0]));
            self.check(company.name == name, "a sole trader under another name", show);
            self.check(
                company.created.is_none_or(|day| birthday(owner.birth.latest(), 16) <= day),
                "a business before its owner is 16",
                show,
            );
        }
    }

    fn account(&mut self, account: &Account) {
        let show = || format!("{account:?}");
        let (opened, closed) = (account.opened, account.closed);
        self.check(opened <= TODAY, "opened after the register's day", show);
        self.check(
            closed.is_none_or(|closed| opened <= closed && closed <= TODAY),
            "closed before opened",
            show,
        );
        let trade = self.register.bank(account.bank).unwrap().trade;
        let law = law(account.nature, trade);
        self.check(law.since <= opened, "an account before its nature existed", show);
        self.check(opened <= law.until, "an account opened after its nature ended", show);
        let current = matches!(account.nature, 101..=104);
        let expected = match trade {
            Trade::Bank | Trade::Savings | Trade::Mutual => 101,
            Trade::Postal => 102,
            Trade::Payment => 103,
            Trade::ElectronicMoney => 104,
        };
        self.check(
            !current || account.nature == expected,
            "a current account of another sort of bank",
            show,
        );
        let holders: Vec<_> = account.holders().collect();
        let fits = match account.kind {
            _ if account.rights.is_empty() => true,
            1 => holders.len() == 1,
            2 => holders.len() == 2,
            _ => holders.len() > 1,
        };
        self.check(fits, "a type of account that its holders do not make", show);
        for holder in &holders {
            match holder.party {
                Party::Person(id) => {
                    let person = Arc::clone(&self.people[&id]);
                    self.holder(account, &person, &law, holders.len() > 1, holder);
                    if account.nature == 206 {
                        self.holder_of_lep(account, id);
                    }
                    let counts =
                        nomenclature::nature(account.nature).is_some_and(|nature| nature.regulated);
                    if counts && account.is_open() {
                        *self.regulated.entry((holder.party, account.nature)).or_default() += 1;
                    }
                }
                Party::Company(id, at) => {
                    let company = self.register.company(id);
                    let establishment = company.establishment(at).unwrap();
                    let after = |day: Option<Date>| day.is_none_or(|day| day <= opened);
                    self.check(after(company.created), "an account before its company", show);
                    self.check(
                        after(establishment.opened),
                        "an account before its establishment",
                        show,
                    );
                    self.check(
                        establishment.closed.is_none_or(|end| opened <= end),
                        "an account opened after its establishment",
                        show,
                    );
                    self.check(
                        !matches!(account.nature, 201 | 202)
                            || matches!(company.legal_category, 9110 | 9200..=9299),
                        "a livret of a company that may have none",
                        show,
                    );
                }
            }
        }
        account.rights.iter().for_each(|right| self.right(account, right));
    }

    fn holder(
        &mut self,
        account: &Account,
        person: &Person,
        law: &Law,
        shared: bool,
        right: &Right,
    ) {
        let show = || format!("{person:?} {account:?}");
        let (youngest, oldest) = (person.birth.latest(), person.birth.earliest());
        self.check(
            birthday(youngest, law.from_age) <= account.opened,
            "a holder too young for the nature",
            show,
        );
        self.check(
            law.before_age.is_none_or(|age| account.opened < birthday(oldest, age)),
            "a holder too old for the nature",
            show,
        );
        if account.nature == 204 {
            let end = date(birthday(oldest, 25).year(), 12, 31);
            self.check(
                account.closed.unwrap_or(TODAY) <= end,
                "a livret jeune kept too long",
                show,
            );
        }
        self.check(
            !law.residents || person.address.country.is_france(),
            "a non-resident's savings of residents",
            show,
        );
        self.check(
            !shared || birthday(youngest, 16) <= right.begins,
            "a joint holder under 16",
            show,
        );
        self.check(
            person.death.is_none_or(|death| account.opened <= death && right.begins <= death),
            "an account opened by the dead",
            show,
        );
        let minor = birthday(youngest, 18) > TODAY;
        let represented = account.rights.iter().any(|right| right.kind == RightKind::Mandataire);
        self.check(!minor || represented, "a minor without representative", show);
    }

    fn right(&mut self, account: &Account, right: &Right) {
        let show = || format!("{right:?} {account:?}");
        let last = account.closed.unwrap_or(TODAY);
        self.check(account.opened <= right.begins, "a right before the account", show);
        self.check(right.begins <= last, "a right that begins after the account", show);
        self.check(
            right.ends.is_none_or(|end| right.begins <= end),
            "a right that ends before it begins",
            show,
        );
        self.check(
            right.ends.is_none_or(|end| end <= last),
            "a right that ends after the account",
            show,
        );
        self.check(
            right.begins <= right.updated && right.updated <= TODAY,
            "declared before it began",
            show,
        );
        if right.kind == RightKind::Titulaire {
            return;
        }
        match right.party {
            Party::Person(id) => {
                let person = Arc::clone(&self.people[&id]);
                let show = || format!("{person:?} {right:?}");
                self.check(
                    birthday(person.birth.latest(), 18) <= right.begins,
                    "a right of a minor",
                    show,
                );
                let alive = |day: Date| person.death.is_none_or(|death| day <= death);
                self.check(alive(right.begins), "a right of the dead", show);
                self.check(
                    person.death.is_none() || right.ends.is_some() || account.closed.is_some(),
                    "a right that outlives its party",
                    show,
                );
            }
            Party::Company(id, _) => {
                let company = self.register.company(id);
                self.check(
                    company.created.is_none_or(|day| day <= right.begins),
                    "a right before its company",
                    show,
                );
            }
        }
        let of_trader = account.holders().any(|holder| match holder.party {
            Party::Company(id, _) => self.register.company(id).legal_category == 1000,
            Party::Person(_) => false,
        });
        self.check(
            right.kind != RightKind::EtciEi || of_trader,
            "a sole trader behind no business",
            show,
        );
    }

    /// Livret A and livret bleu apart: who has two is there to be found.
    fn one_regulated_account_each(&mut self) {
        let regulated = std::mem::take(&mut self.regulated);
        for ((party, nature), count) in regulated {
            self.check(
                count == 1 || matches!(nature, 201 | 202),
                "two regulated accounts of a nature",
                || format!("{party:?} {nature}"),
            );
        }
    }
}

/// What a nature asks for.
#[derive(Clone, Copy, Debug)]
struct Law {
    since: Date,
    until: Date,
    from_age: u8,
    before_age: Option<u8>,
    residents: bool,
}

fn law(nature: u16, trade: Trade) -> Law {
    let law =
        |since, from_age| Law { since, until: TODAY, from_age, before_age: None, residents: false };
    let old = date(1965, 1, 1);
    let resident = |law: Law| Law { residents: true, ..law };
    match nature {
        101 | 102 => law(old, 0),
        103 => law(date(2009, 11, 1), 18),
        104 => law(date(2002, 1, 1), 18),
        201 if matches!(trade, Trade::Postal | Trade::Savings) => law(old, 0),
        201 => law(date(2009, 1, 1), 0),
        202 if trade == Trade::Mutual => {
            Law { until: date(2008, 12, 31), ..law(date(1975, 1, 1), 0) }
        }
        202 => law(Date::MAX, 0),
        204 => Law { before_age: Some(25), ..law(date(1996, 5, 1), 12) },
        205 => resident(law(date(1983, 7, 8), 18)),
        206 => resident(law(date(1982, 4, 27), 18)),
        211 => Law { until: date(2003, 9, 24), ..law(date(1990, 1, 1), 18) },
        212 => resident(law(date(1992, 7, 16), 18)),
        213 => law(date(2019, 10, 1), 18),
        214 => resident(law(date(2014, 1, 1), 18)),
        217 => Law { before_age: Some(21), ..law(date(2024, 7, 1), 0) },
        203 | 207..=210 | 215 | 216 | 300 | 401 | 500 | 900 => law(old, 0),
        other => panic!("{other} is no nature of annexe 1"),
    }
}

/// The birthday of this number; that of 29 February falls on 1 March in other years.
fn birthday(born: Date, age: u8) -> Date {
    let year = born.year() + i16::from(age);
    Date::new(year, born.month(), born.day()).unwrap_or_else(|_| date(year, 3, 1))
}

/// The day at which the population stands.
const TODAY: Date = date(2026, 6, 30);

/// The last year whose income is assessed then.
const TAXED: u16 = 2025;

/// Income tax is audited in one part of so many.
const TAXES: u64 = 32;

/// The dates of birth that birthdays are counted from.
#[test]
fn birthdays_are_counted_by_the_day() {
    let born: BirthDate = "2008-02-29".parse().unwrap();
    assert_eq!(birthday(born.latest(), 18), date(2026, 3, 1));
    assert_eq!(birthday(born.latest(), 20), date(2028, 2, 29));
}
