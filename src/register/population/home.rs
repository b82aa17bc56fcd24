//! Addresses of households.

use crate::register::{
    address::Address,
    draw::{Draw, Topic},
    place,
    population::Population,
};

impl Population {
    /// The address of a household, named after the person whose home it is.
    pub(super) fn home(&self, home: u64) -> Address {
        let mut draw = self.keys.draw(Topic::Home, home);
        if draw.chance(ABROAD_PER_MILLE) {
            return abroad(&mut draw);
        }
        let mut address = place::in_france(&mut draw);
        // Each type of PT annexe 7 is somebody's: every ninth home takes the next one of the list.
        if home % 9 == 3 && address.street_type.is_some() {
            place::rare_street_type(&mut address, home / 9);
        }
        address
    }

    /// Whether the household lives abroad: its accounts are a non-resident's.
    pub(super) fn is_abroad(&self, home: u64) -> bool {
        self.keys.draw(Topic::Home, home).chance(ABROAD_PER_MILLE)
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

const ABROAD_PER_MILLE: u32 = 15;

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
