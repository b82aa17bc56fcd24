//! A persona's file as it is written: form only, every identifier still a text with its place in the file.

use serde::Deserialize;
use toml::Spanned;

use crate::{register::persona::Expectation, rights::ApiId};

/// A value and where it stands.
pub(super) type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonaFile {
    #[serde(default)]
    pub(super) persona: Vec<RawPersona>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPersona {
    pub(super) id: Text,
    pub(super) title: String,
    pub(super) story: String,
    #[serde(default)]
    pub(super) shows: Vec<String>,
    pub(super) person: Option<RawPerson>,
    pub(super) company: Option<RawCompany>,
    #[serde(default)]
    pub(super) members: Vec<RawPerson>,
    #[serde(default)]
    pub(super) accounts: Vec<RawAccount>,
    #[serde(default)]
    pub(super) calls: Vec<RawCall>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPerson {
    pub(super) spi: Option<Text>,
    pub(super) birth_name: Text,
    pub(super) usage_name: Option<Text>,
    pub(super) first_names: Spanned<Vec<String>>,
    pub(super) sex: Spanned<u8>,
    pub(super) birth: RawBirth,
    pub(super) death: Option<Text>,
    pub(super) address: RawAddress,
    #[serde(default = "yes")]
    pub(super) communicable: bool,
    pub(super) tax: Option<RawTax>,
}

/// Either an assessment, the same for every year, or `attached_to`, or `assessed = false`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTax {
    pub(super) assessed: Option<Spanned<bool>>,
    /// The persona at whose charge they are.
    pub(super) attached_to: Option<Text>,
    /// C, D, M, O or V.
    pub(super) situation: Option<Text>,
    /// Declarant 2, who then says nothing of their own.
    pub(super) with: Option<Text>,
    pub(super) dependants: Option<Spanned<u8>>,
    /// In whole euros.
    pub(super) reference_income: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBirth {
    pub(super) date: Text,
    pub(super) country: Option<Text>,
    pub(super) commune: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAddress {
    pub(super) country: Option<Text>,
    pub(super) commune: Option<Text>,
    pub(super) postal_code: Option<Text>,
    pub(super) number: Option<Text>,
    pub(super) repetition: Option<Text>,
    pub(super) street_type: Option<Text>,
    pub(super) street: Option<Text>,
    pub(super) complement: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCompany {
    pub(super) siren: Option<Text>,
    pub(super) name: Text,
    pub(super) sigle: Option<Text>,
    pub(super) legal_category: Spanned<u16>,
    pub(super) rna: Option<Text>,
    pub(super) lei: Option<Text>,
    pub(super) copro: Option<Text>,
    pub(super) owner: Option<Text>,
    /// The day it was created, and the day it was dissolved.
    pub(super) created: Option<Text>,
    pub(super) dissolved: Option<Text>,
    pub(super) establishments: Spanned<Vec<RawEstablishment>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEstablishment {
    pub(super) siret: Option<Text>,
    pub(super) enseigne: Option<Text>,
    /// The day it was opened, and the day it was closed.
    pub(super) opened: Option<Text>,
    pub(super) closed: Option<Text>,
    pub(super) address: RawAddress,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAccount {
    pub(super) iban: Text,
    pub(super) opened: Text,
    pub(super) fiscal_date: Option<Text>,
    pub(super) opening_reason: Option<Spanned<u8>>,
    pub(super) closed: Option<Text>,
    pub(super) nature: Spanned<u16>,
    pub(super) kind: Option<Spanned<u8>>,
    pub(super) characteristic: Option<Spanned<u8>>,
    #[serde(default)]
    pub(super) succession: bool,
    #[serde(default)]
    pub(super) non_resident: bool,
    pub(super) currency: Option<Text>,
    /// The managing branch, where it is not the IBAN's.
    pub(super) branch: Option<Text>,
    /// Absent: the persona alone holds it. Empty: nobody is attached to it.
    pub(super) rights: Option<Vec<RawRight>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRight {
    /// A persona's id, or `id/3` for the third member of a group.
    pub(super) holder: Text,
    /// The establishment that holds it, from 1; the head office where it is absent.
    pub(super) establishment: Option<Spanned<u16>>,
    pub(super) right: Option<Text>,
    pub(super) begins: Option<Text>,
    pub(super) ends: Option<Text>,
    pub(super) updated: Option<Text>,
    pub(super) declared: Option<RawDeclared>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDeclared {
    pub(super) birth_name: Option<Text>,
    pub(super) first_names: Option<Spanned<Vec<String>>>,
    pub(super) name: Option<Text>,
    pub(super) address: Option<RawAddress>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCall {
    pub(super) api: ApiId,
    pub(super) operation: Text,
    pub(super) partner: String,
    pub(super) motif: Option<Text>,
    #[serde(default)]
    pub(super) parameters: toml::Table,
    pub(super) expect: Expectation,
    pub(super) shows: String,
}

fn yes() -> bool {
    true
}
