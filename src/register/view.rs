//! Records as `dataset show` and `dataset export` write them: one JSON object each, keys and order fixed.
//!
//! Values are texts as FICOBA's samples have them (months and days not padded, `""` for what is absent), but the codes
//! that FICOBA gives as numbers, and `communicable`. A commune is split as FICOBA does: 97120 is 971 / 20.

use serde::Serialize;

use crate::{
    domain::CommuneCode,
    register::{
        Account, Address, Company, Party, Person, PersonId, Register, RightKind,
        tax::{
            LAST_INCOME_YEAR, TaxStanding,
            lep::{self, Zone},
        },
    },
};

/// An assessment of income tax (`register::tax`).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxView {
    pub annee_revenus: String,
    /// `declarant1`, `declarant2` or `aCharge`.
    pub qualite: &'static str,
    pub situation_famille: &'static str,
    /// Their SPI, declarant 1 first.
    pub declarants: Vec<String>,
    pub personnes_a_charge: u8,
    pub nombre_parts: String,
    /// In whole euros.
    pub revenu_fiscal_reference: u32,
    /// The ceiling of the LEP by the scale of the year after, in whole euros, where they live.
    pub plafond_lep: u32,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    pub spi: String,
    pub nom_naissance: String,
    pub nom_usage: String,
    pub prenoms: Vec<String>,
    pub sexe: String,
    pub naissance: BirthView,
    pub adresse: AddressView,
    pub communicable: bool,
}

/// A date and a place of birth.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BirthView {
    pub annee: String,
    pub mois: String,
    pub jour: String,
    pub code_pays: String,
    pub code_departement: String,
    pub code_commune: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressView {
    pub code_pays: String,
    pub code_departement: String,
    pub code_commune: String,
    pub code_postal: String,
    pub numero_voie: String,
    pub indice_repetition: String,
    pub code_nature_voie: String,
    pub libelle_voie: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub libelle_compl_adr: Option<String>,
}

/// A company; its address and enseigne are the head office's.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyView {
    pub siren: String,
    pub sirets: Vec<String>,
    pub raison_sociale: String,
    pub sigle: String,
    pub enseigne: String,
    pub categorie_juridique: String,
    pub adresse: AddressView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rna: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lei: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copro: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_creation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_dissolution: Option<String>,
}

/// An account and the rights on it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    pub iban: String,
    pub code_nature: u16,
    pub code_type: u8,
    pub date_ouverture: String,
    pub date_cloture: String,
    pub droits: Vec<RightView>,
}

/// A right: whose, by SPI for a person, by SIREN and SIRET for a company; by the register's own key for one without.
#[derive(Clone, Debug, Serialize)]
pub struct RightView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siren: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cle: Option<String>,
    pub droit: &'static str,
}

impl TaxView {
    /// The last assessment at the register's day, if there is one.
    pub fn find(register: &Register, id: PersonId) -> Option<Self> {
        let (assessment, qualite) = match register.tax_standing(id, LAST_INCOME_YEAR) {
            TaxStanding::Declarant(assessment) => {
                let qualite = if assessment.first == id { "declarant1" } else { "declarant2" };
                (assessment, qualite)
            }
            TaxStanding::Dependant(on) => match register.tax_standing(on, LAST_INCOME_YEAR) {
                TaxStanding::Declarant(assessment) => (assessment, "aCharge"),
                TaxStanding::Dependant(_) | TaxStanding::Unassessed => return None,
            },
            TaxStanding::Unassessed => return None,
        };
        let commune = register.person(id).address.commune;
        let zone =
            commune.map_or(Zone::Metropole, |commune| Zone::from_department(commune.department()));
        let declarants = [Some(assessment.first), assessment.second];
        let spi = |id| text(register.person(id).spi);
        Some(Self {
            annee_revenus: assessment.income_year.to_string(),
            qualite,
            situation_famille: assessment.situation.letter(),
            declarants: declarants.into_iter().flatten().map(spi).collect(),
            personnes_a_charge: assessment.dependants,
            nombre_parts: assessment.shares(),
            revenu_fiscal_reference: assessment.reference_income,
            plafond_lep: lep::ceiling(LAST_INCOME_YEAR + 1, zone, assessment.half_shares),
        })
    }
}

impl PersonView {
    pub fn new(person: &Person) -> Self {
        let (code_departement, code_commune) = parts(person.birthplace.commune);
        Self {
            spi: text(person.spi),
            nom_naissance: person.birth_name.clone(),
            nom_usage: person.usage_name.clone().unwrap_or_default(),
            prenoms: person.first_names.clone(),
            sexe: person.sex.code().to_string(),
            naissance: BirthView {
                annee: person.birth.year().to_string(),
                mois: text(person.birth.month()),
                jour: text(person.birth.day()),
                code_pays: person.birthplace.country.to_string(),
                code_departement,
                code_commune,
            },
            adresse: AddressView::new(&person.address),
            communicable: person.communicable,
        }
    }
}

impl CompanyView {
    pub fn new(company: &Company) -> Self {
        let office = company.head_office();
        Self {
            siren: text(company.siren),
            sirets: company
                .establishments
                .iter()
                .filter_map(|at| at.siret)
                .map(|siret| siret.to_string())
                .collect(),
            raison_sociale: company.name.clone(),
            sigle: company.sigle.clone().unwrap_or_default(),
            enseigne: office.enseigne.clone().unwrap_or_default(),
            categorie_juridique: format!("{:04}", company.legal_category),
            adresse: AddressView::new(&office.address),
            rna: company.rna.clone(),
            lei: company.lei.clone(),
            copro: company.copro.clone(),
            date_creation: company.created.map(|day| day.to_string()),
            date_dissolution: company.dissolved.map(|day| day.to_string()),
        }
    }
}

impl AddressView {
    fn new(address: &Address) -> Self {
        let (code_departement, code_commune) = parts(address.commune);
        Self {
            code_pays: address.country.to_string(),
            code_departement,
            code_commune,
            code_postal: address.postal_code.clone().unwrap_or_default(),
            numero_voie: address.number.clone().unwrap_or_default(),
            indice_repetition: text(address.repetition),
            code_nature_voie: address.street_type.clone().unwrap_or_default(),
            libelle_voie: address.street.clone().unwrap_or_default(),
            libelle_compl_adr: address.complement.clone(),
        }
    }
}

impl AccountView {
    pub fn new(register: &Register, account: &Account) -> Self {
        let rights = account.rights.iter();
        Self {
            iban: account.iban.to_string(),
            code_nature: account.nature,
            code_type: account.kind,
            date_ouverture: account.opened.to_string(),
            date_cloture: text(account.closed),
            droits: rights.map(|right| RightView::new(register, right.party, right.kind)).collect(),
        }
    }
}

impl RightView {
    fn new(register: &Register, party: Party, kind: RightKind) -> Self {
        let droit = kind.label();
        match party {
            Party::Person(id) => {
                let spi = register.person(id).spi;
                let cle = spi.is_none().then(|| id.key());
                Self { spi: Some(text(spi)), siren: None, siret: None, cle, droit }
            }
            Party::Company(id, at) => {
                let company = register.company(id);
                let siret = company.establishment(at).and_then(|establishment| establishment.siret);
                Self {
                    spi: None,
                    siren: Some(text(company.siren)),
                    siret: Some(text(siret)),
                    cle: company.siren.is_none().then(|| id.key()),
                    droit,
                }
            }
        }
    }
}

fn parts(commune: Option<CommuneCode>) -> (String, String) {
    let commune = commune
        .map(|commune| (commune.department().to_string(), commune.ficoba_commune().to_owned()));
    commune.unwrap_or_default()
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
