//! Addresses and places of birth.

use crate::{
    domain::{BirthDate, CommuneCode, CountryCode},
    register::{
        address::Address,
        draw::{Draw, Topic},
        person::Birthplace,
        place,
        population::{
            Population,
            time::{REFERENCE, REFERENCE_YEAR},
        },
    },
};

impl Population {
    /// The address of a household, named after the person whose home it is.
    pub(super) fn home(&self, home: u64) -> Address {
        let mut draw = self.keys.draw(Topic::Home, home);
        if draw.chance(ABROAD_PER_MILLE) { abroad(&mut draw) } else { place::in_france(&mut draw) }
    }

    /// Whether the household lives abroad: its accounts are a non-resident's.
    pub(super) fn is_abroad(&self, home: u64) -> bool {
        self.keys.draw(Topic::Home, home).chance(ABROAD_PER_MILLE)
    }

    /// Date and place of a birth in this year. Abroad and in a collectivity the day, or the month too, may be unknown.
    pub(super) fn birth(&self, index: u64, home: u64, year: u16) -> (BirthDate, Birthplace) {
        let mut draw = self.keys.draw(Topic::Birth, index);
        let months = if year == REFERENCE_YEAR { REFERENCE.month().unsigned_abs() } else { 12 };
        let month = 1 + draw.below(months.into()) as u8;
        let last = days_in(year, month);
        let day = 1 + draw.below(last.into()) as u8;
        let birthplace = birthplace(&mut draw, || self.home(home).commune);
        let vague = birthplace.commune.is_none_or(|commune| commune.department().is_com());
        let (month, day) = match draw.below(20) {
            0 | 1 if vague => (None, None),
            2 if vague => (Some(month), None),
            _ => (Some(month), Some(day)),
        };
        let date =
            BirthDate::new(year, month, day).expect("a day of the month, of a year after 1900");
        (date, birthplace)
    }
}

fn abroad(draw: &mut Draw) -> Address {
    let (country, town) = *draw.weighted(&TOWNS_ABROAD);
    Address {
        country: country.parse().expect("the list holds country codes"),
        commune: None,
        postal_code: None,
        number: None,
        repetition: None,
        street_type: None,
        street: None,
        complement: Some(town.to_owned()),
    }
}

/// Near home, anywhere in France as people are spread, or abroad.
fn birthplace(draw: &mut Draw, near: impl FnOnce() -> Option<CommuneCode>) -> Birthplace {
    if draw.chance(120) {
        let country = draw.weighted(&BIRTHS_ABROAD).parse().expect("the list holds country codes");
        return Birthplace { country, commune: None };
    }
    let stays = draw.chance(450);
    let anywhere = place::commune(draw);
    let commune = if stays { near() } else { None }.unwrap_or(anywhere);
    Birthplace { country: CountryCode::FRANCE, commune: Some(commune) }
}

fn days_in(year: u16, month: u8) -> u8 {
    BirthDate::new(year, Some(month), None).map_or(28, |date| date.latest().day().unsigned_abs())
}

const ABROAD_PER_MILLE: u32 = 15;

/// Where people born abroad come from, roughly.
const BIRTHS_ABROAD: [(u32, &str); 20] = [
    (24, "99352"),
    (21, "99350"),
    (12, "99139"),
    (9, "99351"),
    (6, "99127"),
    (5, "99134"),
    (5, "99208"),
    (5, "99109"),
    (4, "99131"),
    (4, "99132"),
    (4, "99216"),
    (3, "99341"),
    (3, "99335"),
    (3, "99326"),
    (3, "99322"),
    (3, "99312"),
    (3, "99397"),
    (2, "99122"),
    (2, "99114"),
    (2, "99243"),
];

/// Where non-residents live: a country, and the line that stands for the address.
const TOWNS_ABROAD: [(u32, (&str, &str)); 8] = [
    (5, ("99131", "1000 BRUXELLES")),
    (4, ("99140", "1204 GENEVE")),
    (4, ("99132", "LONDRES SW7")),
    (3, ("99109", "10115 BERLIN")),
    (3, ("99134", "28001 MADRID")),
    (3, ("99137", "1160 LUXEMBOURG")),
    (2, ("99139", "1100-148 LISBONNE")),
    (2, ("99350", "20000 CASABLANCA")),
];
