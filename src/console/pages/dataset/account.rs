//! An account with the rights on it, as people read it.

use jiff::civil::Date;

use super::record::{self, Line};
use crate::register::{Account, AccountId, Declared, Register, Right, nomenclature};

/// An account in full.
pub(super) struct Card {
    pub(super) iban: String,
    pub(super) title: String,
    pub(super) closed: bool,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) rights: Vec<Row>,
}

/// A right on it.
pub(super) struct Row {
    pub(super) who: Line,
    pub(super) kind: &'static str,
    pub(super) since: String,
    /// What the bank declared otherwise.
    pub(super) declared: String,
}

impl Card {
    pub(super) fn new(register: &Register, id: AccountId) -> Self {
        let account = register.account(id);
        let nature = nomenclature::nature(account.nature).map_or("", |nature| nature.label);
        Self {
            iban: account.iban.to_string(),
            title: format!("{} {nature}", account.nature),
            closed: !account.is_open(),
            facts: facts(register, &account),
            rights: account.rights.iter().map(|right| row(register, right)).collect(),
        }
    }
}

fn facts(register: &Register, account: &Account) -> Vec<(&'static str, String)> {
    let kind = nomenclature::account_type(account.kind).map_or("", |kind| kind.label);
    let characteristic =
        nomenclature::characteristic(account.characteristic).map_or("", |one| one.label);
    let reason =
        nomenclature::opening_reason(account.opening_reason).map_or("", |reason| reason.label);
    let bank = register.bank(account.bank).map_or("", |bank| bank.label.as_str());
    let branch = register.branch(account.bank, account.branch);
    let branch = branch.as_ref().map_or("", |branch| branch.label.as_str());
    let flags = [(account.succession, "succession"), (account.non_resident, "non-résident")];
    let flags: Vec<_> = flags.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    [
        ("Ouvert le", Some(format!("{} ({reason})", day(account.opened)))),
        ("Date fiscale", account.fiscal_date.map(day)),
        ("Clos le", account.closed.map(day)),
        ("Type", Some(format!("{kind}, {characteristic}").to_lowercase())),
        ("Établissement", Some(format!("{} {bank}", account.bank))),
        ("Guichet gestionnaire", Some(format!("{} {branch}", account.branch))),
        ("Devise", (account.currency != "EUR").then(|| account.currency.clone())),
        ("Particularités", Some(flags.join(", ")).filter(|flags| !flags.is_empty())),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| (name, value)))
    .collect()
}

fn row(register: &Register, right: &Right) -> Row {
    let since = match right.ends {
        Some(end) => format!("du {} au {}", day(right.begins), day(end)),
        None => format!("depuis le {}", day(right.begins)),
    };
    Row {
        who: record::line(register, right.party),
        kind: right.kind.label(),
        since,
        declared: right.declared.as_deref().map(declared).unwrap_or_default(),
    }
}

fn declared(declared: &Declared) -> String {
    let parts = [
        declared.birth_name.clone(),
        declared.first_names.as_ref().map(|names| names.join(" ")),
        declared.name.clone(),
        declared.address.as_ref().map(record::address),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn day(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}
