//! Dates and places of birth: a place has the code of its day (PT annexe 10).

use crate::{
    domain::{BirthDate, CommuneCode, CountryCode},
    register::{
        draw::Topic,
        nomenclature,
        person::Birthplace,
        place,
        population::{
            Population,
            plan::Sketch,
            time::{REFERENCE, REFERENCE_YEAR},
        },
    },
};

impl Population {
    /// The date of a birth in this year: three in twenty as little as its year or its month, which is so for those alone
    /// who were born where that happens.
    pub(super) fn birth_date(&self, index: u64, year: u16) -> BirthDate {
        let mut draw = self.keys.draw(Topic::Birth, index);
        let months = if year == REFERENCE_YEAR { REFERENCE.month().unsigned_abs() } else { 12 };
        let month = 1 + draw.below(months.into()) as u8;
        let day = 1 + draw.below(days_in(year, month).into()) as u8;
        let (month, day) = match draw.below(20) {
            0 | 1 => (None, None),
            2 => (Some(month), None),
            _ => (Some(month), Some(day)),
        };
        BirthDate::new(year, month, day).expect("a day of the month, of a year after 1900")
    }

    /// Date and place of the birth. Abroad and in a collectivity the day, or the month too, may be unknown.
    pub(super) fn birth(&self, sketch: &Sketch) -> (BirthDate, Birthplace) {
        let birthplace = self.birthplace(sketch);
        let vague = birthplace.commune.is_none_or(|commune| commune.department().is_com());
        if vague { (sketch.birth, birthplace) } else { (self.whole(sketch), birthplace) }
    }

    /// The whole date, of which the sketch may say less.
    fn whole(&self, sketch: &Sketch) -> BirthDate {
        let mut draw = self.keys.draw(Topic::BirthDay, sketch.index);
        let year = sketch.birth.year();
        let months = if year == REFERENCE_YEAR { REFERENCE.month().unsigned_abs() } else { 12 };
        let drawn = 1 + draw.below(months.into()) as u8;
        let month = sketch.birth.month().unwrap_or(drawn);
        let drawn = 1 + draw.below(days_in(year, month).into()) as u8;
        let day = sketch.birth.day().unwrap_or(drawn);
        BirthDate::new(year, Some(month), Some(day)).expect("a day of the month")
    }

    /// Near home, anywhere in France as people are spread, or abroad.
    fn birthplace(&self, sketch: &Sketch) -> Birthplace {
        let mut draw = self.keys.draw(Topic::Birthplace, sketch.index);
        let year = sketch.birth.year();
        if draw.chance(ABROAD_PER_MILLE) {
            let code = *draw.weighted(&BIRTHS_ABROAD);
            if let Some(commune) = nomenclature::colonial_commune(code, year, draw.next()) {
                return in_france(&commune);
            }
            let country = nomenclature::country_in(code, year, draw.next());
            let country = country.parse().expect("the list holds country codes");
            return Birthplace { country, commune: None };
        }
        let stays = draw.chance(450);
        let anywhere = place::commune(&mut draw);
        let near = if stays { self.home(sketch.home).commune } else { None };
        let today = near.unwrap_or(anywhere);
        in_france(&nomenclature::commune_in(today.as_str(), year, draw.next()))
    }
}

fn in_france(commune: &nomenclature::Commune) -> Birthplace {
    let commune: CommuneCode =
        commune.insee().as_str().parse().expect("a commune of the nomenclature has an INSEE code");
    Birthplace { country: CountryCode::FRANCE, commune: Some(commune) }
}

fn days_in(year: u16, month: u8) -> u8 {
    BirthDate::new(year, Some(month), None).map_or(28, |date| date.latest().day().unsigned_abs())
}

const ABROAD_PER_MILLE: u32 = 120;

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
