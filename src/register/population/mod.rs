//! The population: people, companies and accounts that are computed when they are asked for.
//!
//! # Design
//!
//! Record *i* is a pure function of the seed, the version of the algorithm and *i*: nothing is made in advance, so the
//! start is instant and memory does not grow with the size. Searches go backwards by arithmetic too: every identifier is
//! the record's index through a keyed permutation ([`Permutation`]), every name a number in words ([`names`], [`coined`]), and
//! every link between people stays within a cell of sixteen ([`plan`]). What is found is made again and compared, so an
//! identifier of nobody finds nobody.
//!
//! A population of another size has the same first people. A company is there when the person who runs it is, an account
//! when everybody who has a right on it is.

mod accounts;
mod birth;
mod coined;
mod companies;
mod firms;
mod heads;
mod home;
mod names;
mod people;
mod plan;
mod products;
mod rights;
mod savers;
mod surnames;
mod taxes;
mod time;

use crate::{
    domain::ComparisonName,
    register::{
        bank::Counters,
        draw::{DrawKeys, Permutation, Topic},
        nomenclature,
    },
};

use self::{coined::Coined, names::Surnames};

pub(super) use self::{people::MOST_PEOPLE, time::REFERENCE_YEAR};

/// The generated people, companies and accounts.
#[derive(Debug)]
pub(super) struct Population {
    size: u64,
    keys: DrawKeys,
    counters: Counters,
    spis: Permutation,
    sirens: Permutation,
    account_numbers: Permutation,
    surnames: Surnames,
    female_names: Vec<String>,
    male_names: Vec<String>,
    coined: Coined,
}

impl Population {
    /// So many people ([`MOST_PEOPLE`] at most, which the caller sees to), none of whom bears a reserved surname.
    pub(super) fn new<'a>(
        seed: u64,
        size: u64,
        counters: Counters,
        reserved: impl Iterator<Item = &'a ComparisonName>,
    ) -> Self {
        let keys = DrawKeys::new(seed);
        let capitals = |names: &[&str]| names.iter().map(|name| name.to_uppercase()).collect();
        Self {
            size,
            counters,
            spis: keys.permutation(Topic::Spi, MOST_PEOPLE),
            sirens: keys.permutation(Topic::Siren, companies::MOST_COMPANIES),
            account_numbers: keys.permutation(Topic::AccountNumber, accounts::NUMBERS),
            surnames: Surnames::new(&keys, reserved),
            female_names: capitals(nomenclature::female_names()),
            male_names: capitals(nomenclature::male_names()),
            coined: Coined::new(&keys),
            keys,
        }
    }

    /// How many people there are.
    pub(super) fn size(&self) -> u64 {
        self.size
    }
}

#[cfg(test)]
mod tests;
