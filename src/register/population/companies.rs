//! The records of generated companies: at most one for each full cell of people, run by the person at its place 0.

use crate::{
    domain::{ComparisonName, Siren, Siret},
    register::{
        Designation,
        company::{Company, Establishment, lei_key},
        data_ranges as ranges,
        draw::{Draw, Topic},
        id::{EstablishmentIndex, Origin, PersonId},
        place,
        population::{
            Population,
            plan::{CELL, Role},
        },
    },
};

/// How many companies the population's SIRENs can name; a larger population has no more.
pub(super) const MOST_COMPANIES: u64 =
    (*ranges::SIREN_BASES_OF_PERSONAS.start() - *ranges::SIREN_BASES.start()) as u64;

/// INSEE's category of a sole trader.
pub(in crate::register) const SOLE_TRADER: u16 = 1000;
/// INSEE's category of a declared association.
pub(super) const ASSOCIATION: u16 = 9220;
/// INSEE's category of a co-ownership.
const COPRO: u16 = 9110;

impl Population {
    /// How many companies there are.
    pub(in crate::register) fn companies(&self) -> u64 {
        (self.size / CELL).min(MOST_COMPANIES)
    }

    /// The record of this index.
    pub(in crate::register) fn company(&self, index: u64) -> Company {
        let mut draw = self.keys.draw(Topic::Company, index);
        let category = category(&mut draw);
        let siren = self.siren(index);
        let establishments = (0..self.establishment_count(index))
            .map(|at| self.establishment(index, siren, at))
            .collect();
        let owner =
            (category == SOLE_TRADER).then(|| PersonId(Origin::Generated(self.manager(index))));
        let sigle = draw.chance(250).then(|| self.sigles.text(index));
        let with_lei = category == 5710 && draw.chance(100);
        Company {
            siren: Some(siren),
            name: if owner.is_some() {
                self.trader_name(index)
            } else {
                self.company_names.text(index)
            },
            sigle: sigle.filter(|_| owner.is_none()),
            legal_category: category,
            rna: (category == ASSOCIATION).then(|| format!("{}{index:07}", ranges::RNA_PREFIX)),
            lei: with_lei.then(|| lei(index)),
            copro: (category == COPRO).then(|| format!("{}{index:07}", ranges::COPRO_PREFIX)),
            owner,
            establishments,
        }
    }

    /// Whose SIREN this is.
    pub(in crate::register) fn company_by_siren(&self, siren: &Siren) -> Option<u64> {
        let base = ranges::siren_base(siren)?.checked_sub(*ranges::SIREN_BASES.start())?;
        let image = Some(u64::from(base)).filter(|image| *image < MOST_COMPANIES)?;
        let index = self.sirens.undo(image);
        (index < self.companies() && self.siren(index) == *siren).then_some(index)
    }

    /// Whose SIRET this is.
    pub(in crate::register) fn establishment_by_siret(
        &self,
        siret: &Siret,
    ) -> Option<(u64, EstablishmentIndex)> {
        let index = self.company_by_siren(&siret.siren())?;
        let at = siret.nic().get(..4)?.parse::<u16>().ok()?.checked_sub(1)?;
        let known = at < self.establishment_count(index)
            && Siret::from_siren(siret.siren(), at + 1) == Some(*siret);
        known.then_some((index, EstablishmentIndex(at)))
    }

    /// The companies with this name, in order.
    pub(in crate::register) fn companies_named(
        &self,
        designation: Designation,
        name: &ComparisonName,
    ) -> Vec<u64> {
        let is_trader = |index: u64| self.category(index) == SOLE_TRADER;
        match designation {
            Designation::RaisonSociale => {
                let coined = self
                    .company_names
                    .number(name)
                    .filter(|&index| index < self.companies() && !is_trader(index));
                coined.into_iter().chain(self.traders_named(name)).collect()
            }
            Designation::Sigle => {
                let found = self.sigles.companies(name, self.companies());
                found.filter(|&index| self.company(index).sigle.is_some()).collect()
            }
            Designation::Enseigne => {
                let number = self.enseignes.number(name);
                let index = number.filter(|&index| index < self.companies());
                let bears = |index: &u64| {
                    let texts = self
                        .company(*index)
                        .establishments
                        .into_iter()
                        .filter_map(|at| at.enseigne);
                    texts.into_iter().any(|text| ComparisonName::new(&text).as_ref() == Some(name))
                };
                index.filter(bears).into_iter().collect()
            }
        }
    }

    /// The sole-trader business of the person of this index.
    pub(super) fn business(&self, person: u64) -> Option<u64> {
        let company = person / CELL;
        let owns = person.is_multiple_of(CELL)
            && company < self.companies()
            && self.category(company) == SOLE_TRADER;
        owns.then_some(company)
    }

    /// Who runs the company.
    pub(super) fn manager(&self, company: u64) -> u64 {
        company * CELL
    }

    /// Who owns a commercial or property company: its manager, and half of the time someone else of the cell.
    pub(super) fn owners(&self, company: u64) -> Vec<u64> {
        if !matches!(self.category(company), 5499 | 5710 | 6540) {
            return Vec::new();
        }
        let manager = self.manager(company);
        let plan = self.plan(manager);
        let other =
            (4..CELL as u8).find(|&place| matches!(plan.role(place), Role::Alone | Role::Head));
        let shared = self.keys.draw(Topic::Owners, company).chance(500);
        [manager]
            .into_iter()
            .chain(other.filter(|_| shared).map(|place| manager + u64::from(place)))
            .collect()
    }

    pub(super) fn category(&self, company: u64) -> u16 {
        category(&mut self.keys.draw(Topic::Company, company))
    }

    pub(super) fn establishment_count(&self, company: u64) -> u16 {
        *self.keys.draw(Topic::EstablishmentCount, company).weighted(&[
            (88, 1),
            (7, 2),
            (3, 3),
            (2, 4),
        ])
    }

    fn siren(&self, index: u64) -> Siren {
        let base = ranges::SIREN_BASES.start() + self.sirens.apply(index) as u32;
        Siren::from_base(base).expect("the range has eight digits")
    }

    fn establishment(&self, company: u64, siren: Siren, at: u16) -> Establishment {
        let mut draw = self.keys.draw(Topic::Establishment, company * CELL + u64::from(at));
        Establishment {
            siret: Siret::from_siren(siren, at + 1),
            enseigne: draw.chance(300).then(|| self.enseignes.text(company)),
            address: place::in_france(&mut draw),
        }
    }

    /// A sole trader's business bears its owner's surname and first name.
    fn trader_name(&self, company: u64) -> String {
        let owner = self.person(self.manager(company));
        let first = owner.first_names.first().map_or("", String::as_str);
        format!("{} {first}", owner.birth_name)
    }

    fn traders_named(&self, name: &ComparisonName) -> Vec<u64> {
        let form = name.as_str();
        let surnames =
            form.match_indices(' ').filter_map(|(at, _)| ComparisonName::new(&form[..at]));
        let founders = surnames.flat_map(|surname| self.surnames.founders(&surname, self.size));
        let companies = founders.filter_map(|founder| self.business(founder));
        let mut companies: Vec<_> = companies
            .filter(|&company| {
                ComparisonName::new(&self.trader_name(company)).as_ref() == Some(name)
            })
            .collect();
        companies.sort_unstable();
        companies
    }
}

fn category(draw: &mut Draw) -> u16 {
    *draw.weighted(&[
        (35, SOLE_TRADER),
        (22, 5499),
        (20, 5710),
        (10, 6540),
        (9, ASSOCIATION),
        (4, COPRO),
    ])
}

/// A LEI of nobody's prefix, its check digits right (ISO 17442).
fn lei(index: u64) -> String {
    let body = format!("{}00BACASA{index:06}", ranges::LEI_PREFIX);
    format!("{body}{:02}", lei_key(&body))
}
