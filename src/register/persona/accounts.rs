//! Accounts of a persona's file and the rights on them: parsed, with every fault named.

use std::collections::HashMap;

use jiff::civil::Date;
use toml::Spanned;

use crate::{
    domain::{BankCode, BranchCode, Iban, IbanError},
    register::{
        account::{Account, Declared, Right, RightKind},
        bank::Banks,
        data_ranges as ranges,
        id::{CompanyId, EstablishmentIndex, Party},
        nomenclature,
        persona::{
            check::Diagnostics,
            companies, people, places,
            raw::{RawAccount, RawDeclared, RawRight, Text},
        },
    },
};

/// Whom a right may name.
#[derive(Default)]
pub(super) struct Holders {
    /// By persona's id, or `id/3` for a member of a group.
    pub(super) parties: HashMap<String, Party>,
    /// How many establishments each company has.
    pub(super) establishments: HashMap<CompanyId, usize>,
}

/// The account, unless something of it is wrong. Without `rights` it is held by `owner`, the persona of the file.
pub(super) fn account(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawAccount,
    owner: Option<Party>,
    holders: &Holders,
    banks: &Banks,
) -> Option<Account> {
    let iban = iban(diagnostics, &raw.iban);
    let branch = iban.and_then(|iban| branch(diagnostics, raw, &iban, banks));
    let opened = diagnostics.day("opened", &raw.opened);
    let closed = raw.closed.as_ref().map_or(Some(None), |text| {
        let day = diagnostics.day("closed", text);
        let after = |day: &Date| opened.is_none_or(|opened| opened <= *day);
        diagnostics
            .keep(day, "closed", text, after, "the account is closed before it is opened")
            .map(Some)
    });
    let fiscal_date = raw
        .fiscal_date
        .as_ref()
        .map_or(Some(None), |text| diagnostics.day("fiscal_date", text).map(Some));
    let opening_reason =
        among(diagnostics, "opening_reason", raw.opening_reason.as_ref(), 0..=3, 0);
    let nature = raw.nature.get_ref();
    if nomenclature::nature(*nature).is_none() {
        diagnostics.refuse("nature", &raw.nature, format!("{nature} is no nature of PT annexe 1"));
    }
    let currency = raw.currency.as_ref().map_or("EUR", |text| text.get_ref());
    if let (None, Some(text)) = (nomenclature::currency(currency), &raw.currency) {
        diagnostics.refuse(
            "currency",
            text,
            format!("« {currency} » is no currency of PT annexe 4"),
        );
    }
    let kind = among(diagnostics, "kind", raw.kind.as_ref(), 1..=4, 1);
    let characteristic =
        among(diagnostics, "characteristic", raw.characteristic.as_ref(), 1..=2, 1);
    let rights = rights(diagnostics, raw, opened, owner, holders);
    Some(Account {
        iban: iban?,
        opened: opened?,
        fiscal_date: fiscal_date?,
        opening_reason: opening_reason?,
        closed: closed?,
        nature: *nature,
        kind: kind?,
        characteristic: characteristic?,
        succession: raw.succession,
        non_resident: raw.non_resident,
        currency: currency.to_owned(),
        bank: iban?.bank(),
        branch: branch?,
        rights: rights?,
    })
}

fn iban(diagnostics: &mut Diagnostics<'_>, text: &Text) -> Option<Iban> {
    let iban = match text.get_ref().parse::<Iban>() {
        Ok(iban) => iban,
        Err(error @ IbanError::Checksum) => {
            let hint = right_iban(text.get_ref()).map_or_else(String::new, |it| {
                format!("with its bank, branch and number it is {it}")
            });
            diagnostics.refuse_with_hint(
                "iban",
                text,
                format!("« {} »: {error}", text.get_ref()),
                hint,
            );
            return None;
        }
        Err(error @ (IbanError::Length | IbanError::Country | IbanError::Characters)) => {
            diagnostics.refuse("iban", text, format!("« {} »: {error}", text.get_ref()));
            return None;
        }
    };
    if !iban.rib_key_is_valid() {
        let hint = right_iban(iban.as_str())
            .map_or_else(String::new, |it| format!("with the right keys it is {it}"));
        diagnostics.refuse_with_hint(
            "iban",
            text,
            format!("the RIB key {} is wrong", iban.rib_key()),
            hint,
        );
        return None;
    }
    let range = ranges::BANK_CODES;
    let message = format!(
        "bank {} is none of ours: invented banks are {} to {}",
        iban.bank(),
        range.start(),
        range.end()
    );
    let iban = diagnostics.keep(Some(iban), "iban", text, ranges::is_fictitious_iban, message);
    let message =
        format!("a persona's account number begins with {}", ranges::ACCOUNT_NUMBER_OF_PERSONAS);
    diagnostics.keep(
        iban,
        "iban",
        text,
        |iban| iban.account_number().starts_with(ranges::ACCOUNT_NUMBER_OF_PERSONAS),
        message,
    )
}

/// The same bank, branch and number with the keys that they call for.
fn right_iban(text: &str) -> Option<Iban> {
    let part = |range| text.get(range);
    let bank: BankCode = part(4..9)?.parse().ok()?;
    let branch: BranchCode = part(9..14)?.parse().ok()?;
    match part(0..2)? {
        "FC" => Iban::fc(bank, branch, part(14..25)?).ok(),
        _ => Iban::french(bank, branch, part(14..25)?).ok(),
    }
}

fn branch(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawAccount,
    iban: &Iban,
    banks: &Banks,
) -> Option<BranchCode> {
    if banks.bank(iban.bank()).is_none() {
        diagnostics.refuse("iban", &raw.iban, format!("no bank {} in banques.toml", iban.bank()));
        return None;
    }
    let at = raw.branch.as_ref().unwrap_or(&raw.iban);
    let branch =
        raw.branch.as_ref().map_or(Some(iban.branch()), |text| diagnostics.read("branch", text))?;
    let message = format!("bank {} has no branch {branch} in banques.toml", iban.bank());
    diagnostics.keep(
        Some(branch),
        "branch",
        at,
        |branch| banks.branch(iban.bank(), *branch).is_some(),
        message,
    )
}

fn rights(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawAccount,
    opened: Option<Date>,
    owner: Option<Party>,
    holders: &Holders,
) -> Option<Vec<Right>> {
    let Some(list) = &raw.rights else {
        let (Some(party), Some(day)) = (owner, opened) else {
            let message = "whose account is it? A group, or accounts alone, say so in `rights` (empty: nobody's)";
            diagnostics.refuse("rights", &raw.iban, message);
            return None;
        };
        let party = head_office(party);
        let kind = RightKind::Titulaire;
        return Some(vec![Right {
            party,
            kind,
            begins: day,
            ends: None,
            updated: day,
            declared: None,
        }]);
    };
    let rights: Vec<_> = list.iter().map(|raw| right(diagnostics, raw, opened, holders)).collect();
    rights.into_iter().collect()
}

fn right(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawRight,
    opened: Option<Date>,
    holders: &Holders,
) -> Option<Right> {
    let party = party(diagnostics, raw, holders);
    let label = raw.right.as_ref().map_or(RightKind::Titulaire.label(), |text| text.get_ref());
    let kind = RightKind::from_label(label);
    if let (None, Some(text)) = (kind, &raw.right) {
        let labels = RightKind::ALL.map(RightKind::label).join(", ");
        diagnostics.refuse(
            "right",
            text,
            format!("« {label} » is no right; expected one of {labels}"),
        );
    }
    let begins = raw.begins.as_ref().map_or(opened, |text| diagnostics.day("begins", text));
    let ends = raw.ends.as_ref().map_or(Some(None), |text| {
        let day = diagnostics.day("ends", text);
        let after = |day: &Date| begins.is_none_or(|begins| begins <= *day);
        diagnostics.keep(day, "ends", text, after, "the right ends before it begins").map(Some)
    });
    let updated = raw.updated.as_ref().map_or(begins, |text| diagnostics.day("updated", text));
    let declared =
        raw.declared.as_ref().map_or(Some(None), |raw| declared(diagnostics, raw).map(Some));
    Some(Right {
        party: party?,
        kind: kind?,
        begins: begins?,
        ends: ends?,
        updated: updated?,
        declared: declared?.map(Box::new),
    })
}

fn party(diagnostics: &mut Diagnostics<'_>, raw: &RawRight, holders: &Holders) -> Option<Party> {
    let holder = raw.holder.get_ref();
    let Some(&party) = holders.parties.get(holder) else {
        let hint = "a holder is a persona's id, or id/3 for the third member of a group".to_owned();
        diagnostics.refuse_with_hint(
            "holder",
            &raw.holder,
            format!("« {holder} » is the id of nobody"),
            hint,
        );
        return None;
    };
    let Some(establishment) = &raw.establishment else { return Some(head_office(party)) };
    let number = *establishment.get_ref();
    match party {
        Party::Company(company, _)
            if (1..=holders.establishments[&company]).contains(&usize::from(number)) =>
        {
            Some(Party::Company(company, Some(EstablishmentIndex(number - 1))))
        }
        Party::Company(..) | Party::Person(_) => {
            diagnostics.refuse(
                "establishment",
                establishment,
                format!("« {holder} » has no establishment number {number}"),
            );
            None
        }
    }
}

fn declared(diagnostics: &mut Diagnostics<'_>, raw: &RawDeclared) -> Option<Declared> {
    let birth_name = raw
        .birth_name
        .as_ref()
        .map_or(Some(None), |text| people::name(diagnostics, "birth_name", text).map(Some));
    let first_names = raw
        .first_names
        .as_ref()
        .map_or(Some(None), |list| people::first_names(diagnostics, list).map(Some));
    let name = raw
        .name
        .as_ref()
        .map_or(Some(None), |text| companies::designation(diagnostics, "name", text).map(Some));
    let address =
        raw.address.as_ref().map_or(Some(None), |raw| places::address(diagnostics, raw).map(Some));
    Some(Declared {
        birth_name: birth_name?,
        first_names: first_names?,
        name: name?,
        address: address?,
    })
}

/// An account of a company belongs to one of its establishments: by default the head office (PT 8.3.2).
fn head_office(party: Party) -> Party {
    match party {
        Party::Company(company, None) => Party::Company(company, Some(EstablishmentIndex(0))),
        Party::Company(_, Some(_)) | Party::Person(_) => party,
    }
}

fn among(
    diagnostics: &mut Diagnostics<'_>,
    key: &str,
    code: Option<&Spanned<u8>>,
    codes: std::ops::RangeInclusive<u8>,
    default: u8,
) -> Option<u8> {
    let Some(code) = code else { return Some(default) };
    let message = format!("expected {} to {}", codes.start(), codes.end());
    diagnostics.keep(Some(*code.get_ref()), key, code, |code| codes.contains(code), message)
}
