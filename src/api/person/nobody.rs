//! Why nobody answers to some criteria, for who reads the journal: the answer itself says no more than the original's.

use jiff::civil::Date;

use super::{
    criteria::{AddressCriteria, Criteria, PlaceCriteria},
    search::{Found, find},
};
use crate::{domain::Spi, register::Register};

/// Why nobody answers, in French.
pub(in crate::api) struct WhyNobody {
    pub why: String,
    /// The lasting name of the mistake, where nobody ever could.
    pub mistake: Option<&'static str>,
}

impl From<String> for WhyNobody {
    fn from(why: String) -> Self {
        Self { why, mistake: None }
    }
}

pub(in crate::api) fn why_no_spi(spi: &Spi) -> WhyNobody {
    if spi.has_valid_key() {
        "personne n'a ce SPI au registre ; sa forme et sa clé sont bonnes".to_owned().into()
    } else {
        let why = format!("personne n'a ce SPI : {WRONG_SPI_KEY}");
        WhyNobody { why, mistake: Some(WRONG_KEY) }
    }
}

/// What is wrong with an SPI whose key is, in French.
pub(in crate::api) const WRONG_SPI_KEY: &str =
    "ses 3 derniers chiffres ne sont pas la clé des 10 premiers, un chiffre est sans doute faux";
/// The lasting name of an identifier whose key is wrong.
pub(in crate::api) const WRONG_KEY: &str = "wrong-key";

/// Which of the criteria keeps everybody from answering to them, as far as the register tells.
pub(in crate::api) fn why_nobody(
    register: &Register,
    criteria: &Criteria,
    today: Date,
) -> WhyNobody {
    if criteria.birth.is_some_and(|birth| birth.earliest() > today) {
        let why = "la date de naissance est dans le futur : personne n'est encore né ce jour-là";
        return WhyNobody { why: why.to_owned(), mistake: Some("birth-to-come") };
    }
    why_none(register, criteria).into()
}

fn why_none(register: &Register, criteria: &Criteria) -> String {
    let named = Criteria { name: criteria.name.clone(), ..Criteria::default() };
    if criteria.name.is_some() && matches!(find(register, &named), Found::Nobody) {
        return "personne n'a ce nom de naissance au registre (le nom d'usage ne se recherche pas)"
            .to_owned();
    }
    let without = |change: fn(&mut Criteria)| {
        let mut others = criteria.clone();
        change(&mut others);
        others != *criteria && !matches!(find(register, &others), Found::Nobody)
    };
    let parts: [Removable; 5] = [
        ("les prénoms", |one| one.first_names = None),
        ("le sexe", |one| one.sex = None),
        ("la date de naissance", |one| one.birth = None),
        ("le lieu de naissance", |one| one.birthplace = PlaceCriteria::default()),
        ("l'adresse", |one| one.address = AddressCriteria::default()),
    ];
    let alone: Vec<_> =
        parts.into_iter().filter(|(_, change)| without(*change)).map(|(what, _)| what).collect();
    match alone.as_slice() {
        [] => "des personnes du registre ont ce nom de naissance, et aucune ne répond aux autres critères".to_owned(),
        some => format!(
            "une personne du registre répond à tous les critères, sauf un : {}",
            some.join(" ou ")
        ),
    }
}

/// What a criterion is called, and what takes it away.
type Removable = (&'static str, fn(&mut Criteria));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{BirthDate, ComparisonName, FirstNames},
        register::{Sex, Spec},
    };

    #[test]
    fn the_criterion_that_is_nobody_s_is_named() {
        let register = Register::load(&Spec { seed: 7, population: 200, fixtures: None }).unwrap();
        let person = register.person(register.people().next().unwrap());
        let today = jiff::civil::date(2026, 11, 22);
        let good = Criteria {
            name: ComparisonName::new(&person.birth_name),
            first_names: FirstNames::parse(&person.first_names[0]),
            birth: Some(person.birth),
            ..Criteria::default()
        };
        let why = |criteria: Criteria| why_nobody(&register, &criteria, today).why;
        let year = |year: &str| Some(BirthDate::from_parts(year, None, None).unwrap());
        assert!(why(Criteria { birth: year("2099"), ..good.clone() }).contains("dans le futur"));
        let to_come = Criteria { birth: year("2099"), ..good.clone() };
        assert_eq!(why_nobody(&register, &to_come, today).mistake, Some("birth-to-come"));
        assert_eq!(why_nobody(&register, &good, today).mistake, None);
        let nameless = Criteria { name: ComparisonName::new("Xyzzy"), ..good.clone() };
        assert!(why(nameless).contains("personne n'a ce nom de naissance"));
        let sauf = "une personne du registre répond à tous les critères, sauf un : ";
        let renamed = Criteria { first_names: FirstNames::parse("Xyzzy"), ..good.clone() };
        assert_eq!(why(renamed.clone()), format!("{sauf}les prénoms"));
        let sex = if person.sex == Sex::Male { Sex::Female } else { Sex::Male };
        let two = Criteria { sex: Some(sex), birth: year("1850"), ..renamed };
        assert!(why(two).contains("aucune ne répond aux autres critères"));
        let spi: Spi = "3990000101193".parse().unwrap();
        assert!(why_no_spi(&spi).why.contains("un chiffre est sans doute faux"));
        assert_eq!(why_no_spi(&spi).mistake, Some(WRONG_KEY));
    }
}
