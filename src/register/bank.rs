//! The invented banks and their branches: `fixtures/banques.toml`, and `DIR/banques.toml` over it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    domain::{BankCode, BranchCode},
    fixtures::{self, Fault, Source},
    register::data_ranges,
};

/// A bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Five digits, from 99000.
    pub code: BankCode,
    /// Its invented name, in capitals.
    pub label: String,
    /// Its BIC. The eighth character is 0: a test BIC (ISO 9362), which no real bank has.
    pub bic: String,
}

/// A branch of a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Five digits.
    pub code: BranchCode,
    /// As `AG VALMONT`.
    pub label: String,
    /// PT's `libAdr1` to `libAdr4`: complement, street, box or hamlet, postal code and town.
    pub address: [Option<String>; 4],
}

/// All banks.
#[derive(Clone, Debug)]
pub(super) struct Banks(BTreeMap<BankCode, Entry>);

#[derive(Clone, Debug)]
struct Entry {
    bank: Bank,
    branches: BTreeMap<BranchCode, Branch>,
}

impl Banks {
    /// Reads and checks the banks.
    pub(super) fn load(dir: Option<&Path>) -> Result<Self, Vec<Fault>> {
        let mut banks = Self(BTreeMap::new());
        let mut faults = Vec::new();
        for source in fixtures::file("banques.toml", EMBEDDED, dir)? {
            match source.parse::<RawFile>() {
                Ok(file) => banks.add(&source, file, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(banks) } else { Err(faults) }
    }

    pub(super) fn bank(&self, code: BankCode) -> Option<&Bank> {
        self.0.get(&code).map(|entry| &entry.bank)
    }

    pub(super) fn branch(&self, bank: BankCode, branch: BranchCode) -> Option<&Branch> {
        self.0.get(&bank)?.branches.get(&branch)
    }

    /// Adds the banks of one file; one whose code exists already replaces it.
    fn add(&mut self, source: &Source, file: RawFile, faults: &mut Vec<Fault>) {
        let mut seen = BTreeSet::new();
        for raw in file.bank {
            match entry(source, &raw) {
                Ok(entry) if seen.insert(entry.bank.code) => drop(self.0.insert(entry.bank.code, entry)),
                Ok(_) => faults.push(at(source, "code", &raw.code, "two banks of this file have this code")),
                Err(fault) => faults.push(fault),
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    bank: Vec<RawBank>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBank {
    code: Spanned<BankCode>,
    label: String,
    bic: Spanned<String>,
    #[serde(default)]
    branch: Vec<RawBranch>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBranch {
    code: Spanned<BranchCode>,
    label: String,
    complement: Option<String>,
    street: Option<String>,
    #[serde(rename = "box")]
    post_box: Option<String>,
    town: String,
}

fn entry(source: &Source, raw: &RawBank) -> Result<Entry, Fault> {
    let code = *raw.code.get_ref();
    if !data_ranges::is_fictitious_bank(code) {
        let range = data_ranges::BANK_CODES;
        let message = format!("an invented bank has a code from {} to {}", range.start(), range.end());
        return Err(at(source, "code", &raw.code, message));
    }
    let bic = raw.bic.get_ref();
    let formed = bic.len() == 11
        && bic.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && bic.as_bytes()[7] == b'0';
    if !formed {
        return Err(at(source, "bic", &raw.bic, "expected 11 characters, the eighth 0, which marks a test BIC"));
    }
    let mut branches = BTreeMap::new();
    for raw in &raw.branch {
        let code = *raw.code.get_ref();
        let address = [raw.complement.clone(), raw.street.clone(), raw.post_box.clone(), Some(raw.town.clone())];
        if branches.insert(code, Branch { code, label: raw.label.clone(), address }).is_some() {
            return Err(at(source, "branch.code", &raw.code, "two branches of this bank have this code"));
        }
    }
    Ok(Entry { bank: Bank { code, label: raw.label.clone(), bic: bic.clone() }, branches })
}

fn at<T>(source: &Source, key: &str, value: &Spanned<T>, message: impl Into<String>) -> Fault {
    Fault { line: Some(source.line_of(value.span().start)), ..source.fault(key, message) }
}

const EMBEDDED: &str = include_str!("../../fixtures/banques.toml");
