//! An account or a safe, and the rights on it.

use jiff::civil::Date;

use crate::{
    domain::{BankCode, BranchCode, Iban},
    register::{address::Address, id::Party},
};

/// An account as FICOBA holds it (PT 2.5.3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The number: `FR`, or `FC` for what has no true IBAN.
    pub iban: Iban,
    /// The day it was opened.
    pub opened: Date,
    /// The day that counts for tax, when it differs (a transferred plan).
    pub fiscal_date: Option<Date>,
    /// PT 8.5.3.2: 0 by the holder, 1 by transfer, 2 after a succession, 3 by transfer of an account from a succession.
    pub opening_reason: u8,
    /// The day it was closed.
    pub closed: Option<Date>,
    /// PT annexe 1, as 101 or 201.
    pub nature: u16,
    /// PT annexe 2: 1 single, 2 joint, 3 collective, 4 undivided.
    pub kind: u8,
    /// PT annexe 3: 1 only, 2 main.
    pub characteristic: u8,
    /// Whether it belongs to a succession (PT annexe 5).
    pub succession: bool,
    /// Whether its holder lives abroad (PT annexe 5).
    pub non_resident: bool,
    /// PT annexe 4, as `EUR`.
    pub currency: String,
    pub bank: BankCode,
    /// The branch that manages it now; the one inside the IBAN may be another (PT 2.5.2).
    pub branch: BranchCode,
    /// Who may do what with it, in the order in which the bank declared them. Empty for the account that nobody is attached to
    /// (CAF026).
    pub rights: Vec<Right>,
}

/// What one party may do with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    pub party: Party,
    pub kind: RightKind,
    /// Its first day.
    pub begins: Date,
    /// Its last day.
    pub ends: Option<Date>,
    /// When the bank last declared it (`dateMaj`).
    pub updated: Date,
    /// What the bank declared of the party, where that differs from what is known of them.
    pub declared: Option<Box<Declared>>,
}

/// PT 2.5.3.5.1, `droitSurCompte`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RightKind {
    /// 1: the account is theirs.
    Titulaire,
    /// 2: they may use it.
    Procuration,
    /// 6: they act for a holder who cannot.
    Mandataire,
    /// 8: the sole trader behind a business ("etci ei").
    EtciEi,
    /// 9: they own or control the company that holds it.
    BeneficiaireEffectif,
}

/// What a bank declared otherwise than the tax administration knows it: a maiden name, an old address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The birth name, for a person.
    pub birth_name: Option<String>,
    /// The first names, for a person.
    pub first_names: Option<Vec<String>>,
    /// The registered name, for a company.
    pub name: Option<String>,
    pub address: Option<Address>,
}

impl Account {
    /// Whether it was never closed.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// The rights of a holder ("Titulaire").
    pub fn holders(&self) -> impl Iterator<Item = &Right> {
        self.rights.iter().filter(|right| right.kind == RightKind::Titulaire)
    }
}

impl RightKind {
    /// Every kind, in the order of PT's codes.
    pub const ALL: [Self; 5] = [
        Self::Titulaire,
        Self::Procuration,
        Self::Mandataire,
        Self::EtciEi,
        Self::BeneficiaireEffectif,
    ];

    /// PT's digit.
    pub fn code(self) -> u8 {
        match self {
            Self::Titulaire => 1,
            Self::Procuration => 2,
            Self::Mandataire => 6,
            Self::EtciEi => 8,
            Self::BeneficiaireEffectif => 9,
        }
    }

    /// How answers write it: the samples show the two first, the others are a decision on the letters.
    pub fn label(self) -> &'static str {
        match self {
            Self::Titulaire => "Titulaire",
            Self::Procuration => "Procuration",
            Self::Mandataire => "Mandataire",
            Self::EtciEi => "ETCI EI",
            Self::BeneficiaireEffectif => "Bénéficiaire effectif",
        }
    }

    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label)
    }
}
