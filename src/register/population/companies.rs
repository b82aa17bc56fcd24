//! The records of generated companies: at most one for each cell of people, run by the person at its place 0.

use crate::{
    domain::{ComparisonName, Siren, Siret, comparison_form, plain_capitals},
    register::{
        Designation,
        company::{Company, Establishment, lei_key},
        data_ranges as ranges,
        draw::Topic,
        id::{EstablishmentIndex, Origin, PersonId},
        place,
        population::{
            Population,
            coined::Style,
            firms::{COPRO, Firm},
            plan::CELL,
        },
    },
};

/// How many companies the population's SIRENs can name; a larger population has no more.
pub(super) const MOST_COMPANIES: u64 =
    (*ranges::SIREN_BASES_OF_PERSONAS.start() - *ranges::SIREN_BASES.start()) as u64;

impl Population {
    /// How many companies there are: one for each person at place 0.
    pub(in crate::register) fn companies(&self) -> u64 {
        self.cells().min(MOST_COMPANIES)
    }

    /// The record of this index.
    pub(in crate::register) fn company(&self, index: u64) -> Company {
        let firm = self.firm(index);
        let siren = self.siren(index);
        let establishments = (0..self.establishment_count(index))
            .map(|at| self.establishment(index, &firm, siren, at))
            .collect();
        let owner = firm.is_sole_trader().then(|| PersonId(Origin::Generated(self.manager(index))));
        let mut draw = self.keys.draw(Topic::Sigle, index);
        let with_sigle = draw.chance(250);
        let with_lei = firm.manages_assets() && draw.chance(100);
        let rna = firm.style() == Style::Association && matches!(firm.category, 9200..=9299);
        Company {
            siren: Some(siren),
            name: self.company_name(index, &firm),
            sigle: with_sigle.then(|| self.coined.sigle(index, firm.style())).flatten(),
            legal_category: firm.category,
            rna: rna.then(|| format!("{}{index:07}", ranges::RNA_PREFIX)),
            lei: with_lei.then(|| lei(index)),
            copro: (firm.category == COPRO).then(|| format!("{}{index:07}", ranges::COPRO_PREFIX)),
            owner,
            created: Some(firm.founded),
            dissolved: firm.dissolved,
            establishments,
        }
    }

    fn company_name(&self, index: u64, firm: &Firm) -> String {
        let style = firm.style();
        if style == Style::Trader {
            self.trader_name(index)
        } else {
            self.coined.name(index, style)
        }
    }

    pub(in crate::register) fn company_by_siren(&self, siren: &Siren) -> Option<u64> {
        let base = ranges::siren_base(siren)?.checked_sub(*ranges::SIREN_BASES.start())?;
        let image = Some(u64::from(base)).filter(|image| *image < MOST_COMPANIES)?;
        let index = self.sirens.undo(image);
        (index < self.companies() && self.siren(index) == *siren).then_some(index)
    }

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
        let coined = |wanted: fn(&Company) -> Vec<&str>, numbers: Vec<u64>| {
            let known = numbers.into_iter().filter(|&index| index < self.companies());
            let bears = |index: &u64| {
                let company = self.company(*index);
                wanted(&company).into_iter().any(|text| comparison_form(text) == name.as_str())
            };
            let mut companies: Vec<_> = known.filter(bears).collect();
            companies.sort_unstable();
            companies.dedup();
            companies
        };
        match designation {
            Designation::RaisonSociale => {
                let mut companies = coined(|company| vec![&company.name], self.coined.named(name));
                companies.extend(self.traders_named(name));
                companies.sort_unstable();
                companies.dedup();
                companies
            }
            Designation::Sigle => coined(
                |company| company.sigle.iter().map(String::as_str).collect(),
                self.coined.with_sigle(name),
            ),
            Designation::Enseigne => coined(
                |company| {
                    let establishments = company.establishments.iter();
                    establishments.filter_map(|at| at.enseigne.as_deref()).collect()
                },
                self.coined.with_enseigne(name),
            ),
        }
    }

    /// The sole-trader business of the person of this index.
    pub(super) fn business(&self, person: u64) -> Option<u64> {
        let company = person / CELL;
        let owns = person.is_multiple_of(CELL)
            && company < MOST_COMPANIES
            && self.category(company) == super::firms::SOLE_TRADER;
        owns.then_some(company)
    }

    /// Who runs the company.
    pub(super) fn manager(&self, company: u64) -> u64 {
        company * CELL
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

    /// A sole trader works at home more often than not; further establishments are near the head office, but for those of
    /// a network.
    fn establishment(&self, company: u64, firm: &Firm, siren: Siren, at: u16) -> Establishment {
        let mut draw = self.keys.draw(Topic::Establishment, company * CELL + u64::from(at));
        let life = self.life(company, firm, at);
        let address = if at == 0 {
            let at_home = firm.is_sole_trader() && draw.chance(700);
            let home = at_home.then(|| self.home(self.sketch(self.manager(company)).home));
            home.filter(|home| home.country.is_france())
                .unwrap_or_else(|| place::in_france(&mut draw))
        } else {
            let network = self.keys.draw(Topic::EstablishmentLife, company).chance(200);
            let office = self.establishment(company, firm, siren, 0).address;
            match office.commune {
                Some(commune) if !network => place::near(commune, &mut draw),
                _ => place::in_france(&mut draw),
            }
        };
        let enseigne = draw.chance(300).then(|| self.coined.enseigne(company, firm.style()));
        Establishment {
            siret: Siret::from_siren(siren, at + 1),
            enseigne: enseigne.flatten(),
            opened: Some(life.opened),
            closed: life.closed,
            address,
        }
    }

    /// A sole trader's business bears its owner's surname and first name, in plain capitals (PT 3.5.2).
    fn trader_name(&self, company: u64) -> String {
        let owner = self.person(self.manager(company));
        let first = owner.first_names.first().map_or("", String::as_str);
        plain_capitals(&format!("{} {first}", owner.birth_name)).into_owned()
    }

    fn traders_named(&self, name: &ComparisonName) -> Vec<u64> {
        let form = name.as_str();
        let surnames =
            form.match_indices(' ').filter_map(|(at, _)| ComparisonName::new(&form[..at]));
        let founders = surnames.flat_map(|surname| self.surnames.founders(&surname, self.size));
        // Style and not ownership: the nomenclature has other categories of natural persons' businesses.
        let companies = founders.filter_map(|founder| {
            let company = founder / CELL;
            (founder.is_multiple_of(CELL) && company < self.companies()).then_some(company)
        });
        companies
            .filter(|&company| {
                self.firm(company).style() == Style::Trader
                    && ComparisonName::new(&self.trader_name(company)).as_ref() == Some(name)
            })
            .collect()
    }
}

/// A LEI of nobody's prefix, its check digits right (ISO 17442).
fn lei(index: u64) -> String {
    let body = format!("{}00BACASA{index:06}", ranges::LEI_PREFIX);
    format!("{body}{:02}", lei_key(&body))
}
