//! Places of birth through time: the code of the day, today's, and what a search may ask for instead of either.
//!
//! PT annexe 10 and R2P's Swagger want the code that was in force on the day of birth; annexe 10 admits today's. The table
//! of communes says what a former code is today; the days on which départements and territories ended are here. The day
//! on which a commune was merged into another is not known: its code is taken to have been in force at any time.

use std::sync::LazyLock;

use jiff::civil::{Date, date};

use super::{
    commune::{Code5, Commune, CommuneKind, commune, commune_at, communes},
    place::{countries, country},
};
use crate::domain::{BirthDate, CommuneCode, CountryCode};

/// A place of birth as a pair of codes; abroad there is no commune.
pub type BirthCodes = (CountryCode, Option<CommuneCode>);

impl Commune {
    /// The last day of a former code, where it is known.
    pub fn until(&self) -> Option<Date> {
        match (self.kind, self.department, self.is_gone()) {
            (CommuneKind::Former, "75" | "78", true) => Some(date(1967, 12, 31)),
            (CommuneKind::Former, "20", true) => Some(date(1975, 12, 31)),
            (CommuneKind::Former, "91" | "92" | "93" | "94", true) => Some(date(1962, 7, 2)),
            (CommuneKind::Former, "95", true) => Some(date(1956, 3, 1)),
            (CommuneKind::Former, "96", true) => Some(date(1956, 3, 19)),
            (CommuneKind::Former, "982", true) => Some(date(1960, 6, 19)),
            (CommuneKind::Former, "985", true) => Some(date(2011, 3, 30)),
            (CommuneKind::Former, "971", false) => Some(date(2007, 7, 14)),
            _ => None,
        }
    }

    /// Whether births of the whole year had this code, as far as that is known.
    fn was_in_force(&self, year: u16) -> Option<bool> {
        Some(date(year.cast_signed(), 12, 31) <= self.until()?)
    }
}

/// The code that births of this year have for a commune of today. Of those merged into it since, `draw` chooses.
pub fn commune_in(today: &str, year: u16, draw: u64) -> Commune {
    let now = commune(today).expect("a code of today's communes");
    let dated = former_of(today).find(|former| former.was_in_force(year) == Some(true));
    let merged = || {
        let settled = renamed_until(now.department) == 0 && !["75", "78"].contains(&now.department);
        let undated: Vec<_> = former_of(today).filter(|former| former.until().is_none()).collect();
        let chosen = settled && year < MERGERS_FROM && !undated.is_empty() && draw % 10 < 3;
        chosen.then(|| undated[(draw / 10 % undated.len() as u64) as usize])
    };
    // A new town has no former code: births had that of a neighbour.
    let neighbour = || {
        if year >= renamed_until(now.department) {
            return None; // before every row of the département is read
        }
        let earlier = (0..now.row()).rev().filter_map(commune_at);
        let mut earlier = earlier.take_while(|one| one.department == now.department);
        earlier.find_map(|one| {
            former_of(&one.insee()).find(|former| former.was_in_force(year) == Some(true))
        })
    };
    dated.or_else(merged).or_else(neighbour).unwrap_or(now)
}

/// The first year of the codes of this département, where it had others before. Paris and the Yvelines kept theirs.
fn renamed_until(department: &str) -> u16 {
    match department {
        "91" | "92" | "93" | "94" | "95" => 1968,
        "2A" | "2B" => 1976,
        _ => 0,
    }
}

/// The code that births of this year have for a country of today; of several, `draw` chooses.
pub fn country_in(today: &'static str, year: u16, draw: u64) -> &'static str {
    let former: Vec<_> = countries()
        .iter()
        .filter(|former| former.until.is_some_and(|until| year < until))
        .filter(|former| former.today().any(|code| code == today))
        .collect();
    match former.len() {
        0 => today,
        count => former[(draw % count as u64) as usize].code,
    }
}

/// The code within France that births of this year have in what is a country today.
pub fn colonial_commune(today: &str, year: u16, draw: u64) -> Option<Commune> {
    let former: Vec<_> =
        former_of(today).filter(|former| former.was_in_force(year) == Some(true)).collect();
    let at = draw.checked_rem(former.len() as u64)?;
    former.get(at as usize).copied()
}

/// Every pair of codes under which a birth that is held under the first one may be looked for: that of its day and today's.
/// Where a département was cut up and a commune numbered anew, today's number in the former département is taken too
/// (75 / 046 for Malakoff, 75047 then and 92046 now): partners change the département and keep the number (*decision*).
pub fn birth_codes(
    country_held: CountryCode,
    commune_held: Option<CommuneCode>,
    born: BirthDate,
) -> Vec<BirthCodes> {
    let mut codes = vec![(country_held, commune_held)];
    let in_france = |former: &Commune| {
        let code = former.insee().as_str().parse().ok()?;
        Some((CountryCode::FRANCE, Some(code)))
    };
    let abroad = |code: &str| Some((code.parse().ok()?, None));
    let lived = |former: &Commune| former.until().is_none_or(|until| born.earliest() <= until);
    match commune_held {
        Some(held) => match commune(held.as_str()).and_then(|found| found.today()) {
            Some(today) if today.starts_with("99") => codes.extend(abroad(today)),
            Some(today) => codes.extend(commune(today).as_ref().and_then(in_france)),
            None => codes.extend(
                former_of(held.as_str()).filter(lived).filter_map(|former| in_france(&former)),
            ),
        },
        None => {
            let held = country_held.as_str();
            let now: Vec<_> = country(held).into_iter().flat_map(|held| held.today()).collect();
            let was = countries().iter().filter(|former| {
                former.until.is_some_and(|until| born.year() <= until)
                    && former.today().any(|code| code == held)
            });
            codes.extend(now.into_iter().chain(was.map(|former| former.code)).filter_map(abroad));
            codes.extend(former_of(held).filter(lived).filter_map(|former| in_france(&former)));
        }
    }
    let today = codes.iter().find_map(|(_, code)| {
        commune((*code)?.as_str()).filter(|commune| commune.kind != CommuneKind::Former)
    });
    let mixed = |today: Commune| -> Vec<BirthCodes> {
        let insee = today.insee();
        let dated = former_of(&insee).filter(|one| one.until().is_some() && lived(one));
        let number = today.number;
        dated
            .filter_map(|former| commune(&format!("{}{number}", former.department)))
            .filter(|mixed| mixed.kind == CommuneKind::Former)
            .filter_map(|mixed| in_france(&mixed))
            .collect()
    };
    for one in today.map(mixed).unwrap_or_default() {
        if !codes.contains(&one) {
            codes.push(one);
        }
    }
    codes
}

/// The former codes of what has this code today.
fn former_of(today: &str) -> impl Iterator<Item = Commune> {
    let first = FORMER.partition_point(|(code, _)| code.as_str() < today);
    let same = move |entry: &&(Code5, u16)| entry.0.as_str() == today;
    FORMER[first..].iter().take_while(same).filter_map(|(_, row)| commune_at(*row))
}

/// Former codes by what they are today.
static FORMER: LazyLock<Vec<(Code5, u16)>> = LazyLock::new(|| {
    let former =
        communes().filter_map(|commune| Some((Code5::new(commune.today()?)?, commune.row())));
    let mut former: Vec<_> = former.collect();
    former.sort_unstable();
    former
});

/// Communes were merged in numbers from 1965 on: before, each had its own code.
const MERGERS_FROM: u16 = 1965;

#[cfg(test)]
mod tests {
    use super::*;

    fn insee(today: &str, year: u16) -> String {
        commune_in(today, year, 9).insee().to_string()
    }

    #[test]
    fn a_commune_has_the_code_of_the_day() {
        for (today, year, code) in [
            ("92046", 1945, "75047"),
            ("92046", 1967, "75047"),
            ("92046", 1968, "92046"),
            ("93051", 1960, "78454"),
            ("93051", 1970, "93051"),
            ("2A004", 1975, "20004"),
            ("2A004", 1976, "2A004"),
            ("97608", 2005, "98508"),
            ("97608", 2012, "97608"),
            ("91692", 1954, "78691"),
            ("75115", 1950, "75115"),
            ("38185", 1950, "38185"),
        ] {
            assert_eq!(insee(today, year), code, "{today} {year}");
        }
    }

    #[test]
    fn a_country_has_the_code_of_the_day() {
        assert_eq!([0, 1].map(|draw| country_in("99109", 1980, draw)), ["99141", "99142"]);
        assert_eq!(country_in("99109", 1990, 0), "99109");
        let algeria =
            |year| colonial_commune("99352", year, 0).map(|found| found.insee().to_string());
        assert_eq!(algeria(1961).as_deref(), Some("91352"));
        assert_eq!(algeria(1962), None);
        assert_eq!(colonial_commune("99335", 1950, 3).unwrap().label, "SOUDAN FRANCAIS");
    }

    #[test]
    fn a_birth_is_looked_for_under_the_code_of_the_day_and_today_s() {
        let codes = |country: &str, commune: Option<&str>, born: &str| -> Vec<String> {
            let commune = commune.map(|code| code.parse().unwrap());
            let found = birth_codes(country.parse().unwrap(), commune, born.parse().unwrap());
            let text = |(country, commune): &BirthCodes| {
                commune.map_or_else(|| country.to_string(), |commune| commune.to_string())
            };
            found.iter().map(text).collect()
        };
        assert_eq!(codes("99100", Some("75047"), "1945-03-01"), ["75047", "92046", "75046"]);
        assert_eq!(codes("99100", Some("92046"), "1945-03-01"), ["92046", "75047", "75046"]);
        assert_eq!(codes("99100", Some("92046"), "1980-03-01"), ["92046"]);
        assert_eq!(codes("99100", Some("91352"), "1950"), ["91352", "99352"]);
        assert!(codes("99352", None, "1950").contains(&"91352".to_owned()));
        assert_eq!(codes("99352", None, "1970"), ["99352"]);
        assert_eq!(codes("99142", None, "1970-01-01"), ["99142", "99109"]);
        assert_eq!(codes("99109", None, "1970-01-01"), ["99109", "99141", "99142"]);
        assert_eq!(codes("99109", None, "1995-01-01"), ["99109"]);
    }

    #[test]
    fn every_withdrawn_country_says_what_it_is_today() {
        for former in countries().iter().filter(|country| !country.current()) {
            assert!(former.today().count() > 0, "{former:?}");
            for code in former.today() {
                assert!(country(code).is_some_and(|today| today.current()), "{former:?}: {code}");
            }
        }
    }
}
