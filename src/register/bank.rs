//! The invented banks and their branches: `fixtures/banques.toml`, and `DIR/banques.toml` over it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    domain::{BankCode, BranchCode},
    fixtures::{self, Diagnostic, Source},
    register::{
        data_ranges,
        draw::{DrawKeys, Topic},
        nomenclature, place, postal,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Five digits, from 99000.
    pub code: BankCode,
    /// Its invented name, in capitals.
    pub label: String,
    /// Its BIC. The eighth character is 0: a test BIC (ISO 9362), which no real bank has.
    pub bic: String,
    /// What sort of bank it is.
    pub trade: Trade,
    /// Whether it declares names with their accents; most banks do not.
    pub accents: bool,
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

#[derive(Clone, Debug)]
pub(super) struct Banks {
    entries: BTreeMap<BankCode, BankEntry>,
    keys: DrawKeys,
}

/// What sort of bank it is, which decides the nature of its current accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trade {
    #[default]
    Bank,
    /// A postal bank: 102.
    Postal,
    /// A savings bank: it had the livret A before the others.
    Savings,
    /// A mutual bank: its livret A is the livret bleu.
    Mutual,
    /// A payment institution: 103.
    Payment,
    /// An electronic money institution: 104.
    ElectronicMoney,
}

/// The banks that the population goes to.
#[derive(Clone, Debug)]
pub(super) struct Counters {
    all: Vec<Counter>,
    retail: Vec<Counter>,
}

/// A bank that the population goes to, and how many agencies it has for that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counter {
    pub(super) code: BankCode,
    pub(super) trade: Trade,
    pub(super) agencies: u32,
}

#[derive(Clone, Debug)]
struct BankEntry {
    bank: Bank,
    trade: Trade,
    agencies: u32,
    branches: BTreeMap<BranchCode, Branch>,
}

impl Trade {
    fn is_retail(self) -> bool {
        match self {
            Self::Bank | Self::Postal | Self::Savings | Self::Mutual => true,
            Self::Payment | Self::ElectronicMoney => false,
        }
    }
}

impl Counters {
    /// All of them, never empty.
    pub(super) fn all(&self) -> &[Counter] {
        &self.all
    }

    /// Those that keep every sort of account, never empty.
    pub(super) fn retail(&self) -> &[Counter] {
        &self.retail
    }
}

impl Counter {
    pub(super) fn branch(&self, agency: u64) -> BranchCode {
        agency_code(agency)
    }
}

impl Banks {
    /// Reads and checks the banks.
    pub(super) fn load(dir: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        let mut banks = Self { entries: BTreeMap::new(), keys: DrawKeys::new(BRANCHES_SEED) };
        let mut faults = Vec::new();
        for source in fixtures::file("banques.toml", EMBEDDED, dir)? {
            match source.parse::<RawFile>() {
                Ok(file) => banks.add(&source, file, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        let is_counter = |entry: &BankEntry| entry.trade.is_retail() && entry.agencies > 0;
        if faults.is_empty() && !banks.entries.values().any(is_counter) {
            let message =
                "no bank, postal or mutual bank has agencies: the population has nowhere to go"
                    .to_owned();
            faults.push(Diagnostic {
                file: "banques.toml".to_owned(),
                line: None,
                key: None,
                message,
                hint: None,
            });
        }
        if faults.is_empty() { Ok(banks) } else { Err(faults) }
    }

    pub(super) fn bank(&self, code: BankCode) -> Option<&Bank> {
        self.entries.get(&code).map(|entry| &entry.bank)
    }

    /// A branch of the file, or an agency.
    pub(super) fn branch(&self, bank: BankCode, branch: BranchCode) -> Option<Cow<'_, Branch>> {
        let entry = self.entries.get(&bank)?;
        let of_file = entry.branches.get(&branch).map(Cow::Borrowed);
        of_file.or_else(|| self.agency(entry, branch).map(Cow::Owned))
    }

    pub(super) fn counters(&self) -> Counters {
        let counter = |(&code, entry): (&BankCode, &BankEntry)| Counter {
            code,
            trade: entry.trade,
            agencies: entry.agencies,
        };
        let all: Vec<_> =
            self.entries.iter().map(counter).filter(|counter| counter.agencies > 0).collect();
        let retail = all.iter().copied().filter(|counter| counter.trade.is_retail()).collect();
        Counters { all, retail }
    }

    /// An agency's name and address follow from its code alone, whatever the seed.
    fn agency(&self, entry: &BankEntry, code: BranchCode) -> Option<Branch> {
        let agency = number(code.as_str())?
            .checked_sub(AGENCIES_FROM)
            .filter(|at| *at < entry.agencies.into())?;
        let mut draw =
            self.keys.draw(Topic::Branch, number(entry.bank.code.as_str())? << 32 | agency);
        let address = place::in_a_street(&mut draw);
        let town = postal::words(nomenclature::commune(address.commune?.as_str())?.label);
        let first = address.number.as_deref()?.parse::<u32>().ok()?;
        let last = draw.chance(120).then(|| first + 2 * (1 + draw.below(4) as u32));
        let (kind, street) = (address.street_type.as_deref()?, address.street.as_deref()?);
        let street = postal::street(first, last, kind, street);
        let cedex = draw.chance(80).then(|| 1 + draw.below(400));
        let town_line = postal::town(address.postal_code.as_deref()?, &town, cedex.is_some());
        let post_box = cedex.map(|number| format!("BP {number}"));
        Some(Branch {
            code,
            label: format!("AG {town}"),
            address: [None, Some(street), post_box, Some(town_line)],
        })
    }

    /// Adds the banks of one file; one whose code exists already replaces it.
    fn add(&mut self, source: &Source, file: RawFile, faults: &mut Vec<Diagnostic>) {
        let mut seen = BTreeSet::new();
        for raw in file.bank {
            match entry(source, &raw) {
                Ok(entry) if seen.insert(entry.bank.code) => {
                    drop(self.entries.insert(entry.bank.code, entry))
                }
                Ok(_) => faults.push(source.fault_at(
                    &raw.code,
                    "code",
                    "two banks of this file have this code",
                )),
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
    trade: Trade,
    /// Whether it declares names with their accents.
    #[serde(default)]
    accents: bool,
    /// How many branches more it has, made up, for the population.
    #[serde(default)]
    agencies: u32,
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

fn entry(source: &Source, raw: &RawBank) -> Result<BankEntry, Diagnostic> {
    let code = *raw.code.get_ref();
    if !data_ranges::is_fictitious_bank(code) {
        let range = data_ranges::BANK_CODES;
        let message =
            format!("an invented bank has a code from {} to {}", range.start(), range.end());
        return Err(source.fault_at(&raw.code, "code", message));
    }
    let bic = raw.bic.get_ref();
    let formed = bic.len() == 11
        && bic.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && bic.as_bytes()[7] == b'0';
    if !formed {
        return Err(source.fault_at(
            &raw.bic,
            "bic",
            "expected 11 characters, the eighth 0, which marks a test BIC",
        ));
    }
    let mut branches = BTreeMap::new();
    for raw in &raw.branch {
        let code = *raw.code.get_ref();
        let address = [
            raw.complement.clone(),
            raw.street.clone(),
            raw.post_box.clone(),
            Some(raw.town.clone()),
        ];
        if branches.insert(code, Branch { code, label: raw.label.clone(), address }).is_some() {
            return Err(source.fault_at(
                &raw.code,
                "branch.code",
                "two branches of this bank have this code",
            ));
        }
    }
    let last = number(agency_code(u64::from(raw.agencies).saturating_sub(1)).as_str()).unwrap_or(0);
    if raw.agencies > MOST_AGENCIES
        || branches
            .keys()
            .any(|code| (AGENCIES_FROM..=last).contains(&number(code.as_str()).unwrap_or(0)))
    {
        let message =
            format!("at most {MOST_AGENCIES} agencies, which take the branch codes from 00100 on");
        return Err(source.fault_at(&raw.code, "agencies", message));
    }
    let bank = Bank {
        code,
        label: raw.label.clone(),
        bic: bic.clone(),
        trade: raw.trade,
        accents: raw.accents,
    };
    Ok(BankEntry { bank, trade: raw.trade, agencies: raw.agencies, branches })
}

fn number(digits: &str) -> Option<u64> {
    digits.parse().ok()
}

fn agency_code(agency: u64) -> BranchCode {
    format!("{:05}", AGENCIES_FROM + agency.min(MOST_AGENCIES.into())).parse().expect("five digits")
}

/// Branch codes of agencies begin here.
const AGENCIES_FROM: u64 = 100;
const MOST_AGENCIES: u32 = 9_000;
const BRANCHES_SEED: u64 = 0;

const EMBEDDED: &str = include_str!("../../fixtures/banques.toml");

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn banks(text: &str) -> Result<Banks, Vec<Diagnostic>> {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("banques.toml"), text).unwrap();
        Banks::load(Some(dir.path()))
    }

    const GOOD: &str = r#"[[bank]]
code = "99500"
label = "BANQUE D'ESSAI"
bic = "BESSFRP0XXX"
agencies = 2
branch = [{ code = "00001", label = "AG ESSAI", street = "1 RUE DES LILAS", town = "38000 GRENOBLE" }]
"#;

    #[test]
    fn a_bank_of_the_folder_is_added_with_its_branches_and_agencies() {
        let banks = banks(GOOD).unwrap();
        let code = "99500".parse().unwrap();
        assert_eq!(banks.bank(code).unwrap().label, "BANQUE D'ESSAI");
        let branch = |branch: &str| banks.branch(code, branch.parse().unwrap());
        assert_eq!(branch("00001").unwrap().address[3].as_deref(), Some("38000 GRENOBLE"));
        assert!(
            branch("00101").is_some_and(
                |agency| agency.label.starts_with("AG ") && agency.address[1].is_some()
            )
        );
        assert_eq!(branch("00102"), None);
        assert!(banks.bank("99010".parse().unwrap()).is_some());
    }

    #[test]
    fn the_address_of_a_branch_is_in_postal_form() {
        let banks = Banks::load(None).unwrap();
        let (mut ranges, mut boxes) = (0, 0);
        for counter in banks.counters().all() {
            for agency in 0..u64::from(counter.agencies) {
                let branch = banks.branch(counter.code, counter.branch(agency)).unwrap();
                let [_, street, post_box, town] = branch.into_owned().address;
                let (street, town) = (street.unwrap(), town.unwrap());
                assert!(
                    !street.contains(" RUE ") && !town.contains(['-', '\'']),
                    "{street} {town}"
                );
                assert_eq!(post_box.is_some(), town.contains("CEDEX"), "{town}");
                ranges += usize::from(street.split(' ').nth(1).unwrap().parse::<u32>().is_ok());
                boxes += usize::from(post_box.is_some());
            }
        }
        assert!(ranges > 10 && boxes > 10, "{ranges} {boxes}");
    }

    #[test]
    fn each_fault_of_a_bank_is_named() {
        let cases = [
            ("99500", "30004", 2, "code", "99000 to 99999"),
            ("BESSFRP0XXX", "BESSFRPPXXX", 4, "bic", "the eighth 0"),
            ("agencies = 2", "agencies = 9999", 2, "agencies", "at most"),
            ("\"00001\"", "\"00100\"", 2, "agencies", "from 00100 on"),
            ("agencies = 2", "branches = 2", 5, "bank.0.branches", "unknown field"),
        ];
        for (from, to, line, key, message) in cases {
            let faults = banks(&GOOD.replacen(from, to, 1)).unwrap_err();
            let [fault] = faults.as_slice() else { panic!("{faults:?}") };
            assert_eq!((fault.line, fault.key.as_deref()), (Some(line), Some(key)), "{fault}");
            assert!(fault.message.contains(message), "{fault}");
        }
        assert_eq!(banks(&format!("{GOOD}{GOOD}")).unwrap_err().len(), 1);
    }

    #[test]
    fn every_label_and_line_fits_its_field() {
        let banks = Banks::load(None).unwrap();
        for counter in banks.counters().all() {
            assert!(banks.bank(counter.code).unwrap().label.len() <= 50);
            for agency in 0..u64::from(counter.agencies) {
                let branch = banks.branch(counter.code, counter.branch(agency)).unwrap();
                assert!(
                    branch.label.len() <= 50
                        && branch.address.iter().flatten().all(|line| line.len() <= 100)
                );
            }
        }
    }
}
