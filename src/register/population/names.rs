//! Surnames that can be read backwards: from a name to everyone who bears it, without an index.
//!
//! A surname is a number. One number in twenty-one is two surnames of the list joined by a hyphen, at every size; of the
//! others the first ones are the surnames of the list, and the rest are coined. Who founds a family bears the number that
//! their index gives; early and late indexes share the low numbers, so that some names are common and most are rare. The
//! pools widen so slowly, and so surely, that at 10 million people the most common name has some 200 bearers, and one
//! year of it stays far under the 20 of CAF036.

use std::collections::{HashMap, HashSet};

use crate::{
    domain::ComparisonName,
    register::{
        draw::{DrawKeys, Permutation, Topic},
        nomenclature,
        population::surnames::CoinedSurnames,
    },
};

/// The surnames of a population.
#[derive(Debug)]
pub(super) struct Surnames {
    /// In capitals, each once in comparison form.
    list: Vec<String>,
    by_form: HashMap<String, u64>,
    order: Permutation,
    composed: Permutation,
    coined: CoinedSurnames,
    coined_order: Permutation,
    /// Numbers of the personas' surnames, and the unused numbers that stand in for them; both ways.
    detours: HashMap<u64, u64>,
    returns: HashMap<u64, u64>,
}

impl Surnames {
    /// The surnames, but never one of `reserved`.
    pub(super) fn new<'a>(
        keys: &DrawKeys,
        reserved: impl Iterator<Item = &'a ComparisonName>,
    ) -> Self {
        let mut seen = HashSet::new();
        let forms = nomenclature::surnames()
            .iter()
            .map(|name| (name.to_uppercase(), ComparisonName::new(name)));
        let (list, forms): (Vec<_>, Vec<_>) = forms
            .filter_map(|(name, form)| form.map(|form| (name, form.as_str().to_owned())))
            .filter(|(_, form)| seen.insert(form.clone()))
            .unzip();
        let simple = list.len() as u64;
        let by_form = forms.into_iter().zip(0..).collect();
        let order = keys.permutation(Topic::Surname, simple);
        let composed = keys.permutation(Topic::ComposedSurname, simple * (simple - 1));
        let mut names = Self {
            list,
            by_form,
            order,
            composed,
            coined: CoinedSurnames::new(),
            coined_order: keys.permutation(Topic::CoinedSurname, CoinedSurnames::COUNT),
            detours: HashMap::new(),
            returns: HashMap::new(),
        };
        names.reserve(reserved);
        names
    }

    /// The surname that this founder's index gives.
    pub(super) fn of_founder(&self, index: u64) -> String {
        let number = pool(index).number(index);
        self.text(self.detours.get(&number).copied().unwrap_or(number))
    }

    /// The indexes below `size` that are given this surname, were they founders.
    pub(super) fn founders(&self, name: &ComparisonName, size: u64) -> Vec<u64> {
        let mut founders = Vec::new();
        for number in self.numbers(name) {
            if self.detours.contains_key(&number) {
                continue;
            }
            let number = self.returns.get(&number).copied().unwrap_or(number);
            pools()
                .take_while(|pool| pool.first < size)
                .for_each(|pool| founders.extend(pool.indexes(number, size)));
        }
        founders
    }

    fn reserve<'a>(&mut self, reserved: impl Iterator<Item = &'a ComparisonName>) {
        let mut numbers: Vec<u64> = reserved.flat_map(|name| self.numbers(name)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        // The highest numbers are in no pool; single surnames, like most of those that they stand in for.
        let spare = (0..self.count()).rev().filter(|number| {
            number % ONE_IN != ONE_IN - 1 && numbers.binary_search(number).is_err()
        });
        self.detours = numbers.iter().copied().zip(spare).collect();
        self.returns = self.detours.iter().map(|(&from, &to)| (to, from)).collect();
    }

    fn simple(&self) -> u64 {
        self.list.len() as u64
    }

    /// How many numbers there are: all that the single surnames can fill.
    fn count(&self) -> u64 {
        (self.simple() + CoinedSurnames::COUNT) / (ONE_IN - 1) * ONE_IN
    }

    fn text(&self, number: u64) -> String {
        let (row, column) = (number / ONE_IN, number % ONE_IN);
        if column == ONE_IN - 1 {
            return self.pair(row);
        }
        let single = row * (ONE_IN - 1) + column;
        match single.checked_sub(self.simple()) {
            None => self.list[self.order.apply(single) as usize].clone(),
            Some(coined) => self.coined.text(self.coined_order.apply(coined)),
        }
    }

    /// Two surnames of the list, never the same twice: the second skips the first.
    fn pair(&self, number: u64) -> String {
        let name = |at: u64| self.list[at as usize].as_str();
        let pair = self.composed.apply(number);
        let (first, second) = (pair / (self.simple() - 1), pair % (self.simple() - 1));
        [name(first), "-", name(if second < first { second } else { second + 1 })].concat()
    }

    /// The numbers of a surname: one of the list, a coined one, or two of the list parted anywhere between words.
    fn numbers(&self, name: &ComparisonName) -> Vec<u64> {
        let form = name.as_str();
        let listed = self.by_form.get(form).map(|&at| self.order.undo(at));
        let coined = self.coined.numbers(form).into_iter();
        let coined = coined.map(|number| self.simple() + self.coined_order.undo(number));
        let singles = listed.into_iter().chain(coined);
        let singles = singles.map(|single| single / (ONE_IN - 1) * ONE_IN + single % (ONE_IN - 1));
        let parted = form.match_indices(' ').filter_map(|(at, _)| {
            let (&first, &second) =
                (self.by_form.get(&form[..at])?, self.by_form.get(&form[at + 1..])?);
            let second = if second < first {
                Some(second)
            } else {
                second.checked_sub(1).filter(|_| second != first)
            }?;
            let pair = self.composed.undo(first * (self.simple() - 1) + second);
            Some(pair * ONE_IN + ONE_IN - 1)
        });
        singles.chain(parted).collect()
    }
}

/// A run of indexes and how many surnames they share.
#[derive(Clone, Copy)]
struct Pool {
    first: u64,
    len: u64,
    names: u64,
}

impl Pool {
    fn number(&self, index: u64) -> u64 {
        (index - self.first) % self.names
    }

    fn indexes(&self, number: u64, size: u64) -> impl Iterator<Item = u64> + use<> {
        let end = if number < self.names { size.min(self.first + self.len) } else { 0 };
        (self.first + number..end).step_by(self.names as usize)
    }
}

/// The pool of an index: those below 1024, then a pool for each doubling.
fn pool(index: u64) -> Pool {
    let doubling = index.max(1).ilog2().saturating_sub(SMALLEST - 1);
    nth(doubling)
}

fn pools() -> impl Iterator<Item = Pool> {
    (0..POOLS.len() as u32).map(nth)
}

fn nth(doubling: u32) -> Pool {
    let len = 1 << (SMALLEST + doubling.saturating_sub(1));
    let first = if doubling == 0 { 0 } else { len };
    Pool { first, len, names: POOLS[doubling as usize] }
}

/// One surname in so many is double-barrelled; odd, so that this falls on every place of a cell in turn.
const ONE_IN: u64 = 21;

const SMALLEST: u32 = 10;

/// How many surnames each pool has: 10.6 times the 0.6th power of its length, odd so that a name meets every place of a
/// cell in turn.
const POOLS: [u64; 18] = [
    679, 679, 1_029, 1_559, 2_363, 3_581, 5_427, 8_227, 12_469, 18_899, 28_645, 43_417, 65_809,
    99_747, 151_189, 229_159, 347_341, 526_471,
];
