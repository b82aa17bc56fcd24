//! Someone who was searched and found, as an answer shows them: `personneRecherche`, and their accounts.

use super::{
    account::Compte,
    keys::key,
    place::{address, establishment},
    texts::{self, name},
};
use crate::{
    api::ficoba::search::Who,
    config::PartialDates,
    json::Writer,
    register::{Company, EstablishmentIndex, Person, nomenclature},
    rights::ficoba::{DataScope, DataScopes},
};

/// One of `reponses` of spi, siretSiren, perPhy and perPro.
pub(in super::super) struct Reponse<'r> {
    pub(super) who: Who,
    pub(super) comptes: Vec<Compte<'r>>,
    /// GivenTexts only when the keys that no sample shows are written.
    pub(super) score: Option<f64>,
    pub(super) scopes: DataScopes,
    /// Whether names are in plain capitals: as the first of the accounts has them.
    pub(super) plain: bool,
    pub(super) partial_dates: PartialDates,
    /// Whether the person was searched by SPI: a usage name that they lack is then a blank (PT 3.5.2).
    pub(super) by_spi: bool,
}

impl Reponse<'_> {
    /// Writes its members.
    pub(in super::super) fn write(&self, to: &mut Writer) {
        let housed = self.scopes.contains(DataScope::Adresse);
        if self.scopes.contains(DataScope::EtatCivilDenomination) {
            to.object(key!("personneRecherche"), |to| match &self.who {
                Who::Person(_, person) => self.person(to, person, housed),
                Who::Establishment(_, company, index) => self.company(to, company, *index, housed),
            });
        }
        to.digits(key!("nombreComptes"), self.comptes.len() as u64, 3);
        if Compte::may_be_seen(self.scopes) {
            to.list(key!("comptes"), &self.comptes, |to, compte| compte.write(to));
        }
    }

    fn person(&self, to: &mut Writer, person: &Person, housed: bool) {
        name(to, key!("nomNaissance"), &person.birth_name, self.plain);
        if let Some(usage) = person.usage_name.as_deref().or(self.by_spi.then_some(" ")) {
            name(to, key!("nomUsage"), usage, self.plain);
        }
        texts::first_names(to, key!("prenom"), &person.first_names, self.plain);
        to.digits(key!("sexe"), person.sex.code().into(), 1);
        to.digits(key!("anneeNaissance"), person.birth.year().into(), 1);
        texts::date_part(to, key!("moisNaissance"), person.birth.month(), self.partial_dates);
        texts::date_part(to, key!("jourNaissance"), person.birth.day(), self.partial_dates);
        if let (Some(_), Some(death)) = (self.score, person.death) {
            texts::day(to, key!("dateDeces"), Some(death));
        }
        let country = person.birthplace.country.as_str();
        to.object(key!("paysNaissance"), |to| {
            to.plain(key!("codePays"), country);
            let label = nomenclature::country(country).map(|country| country.label);
            to.plain_if(key!("libellePays"), label);
        });
        if let Some(commune) = &person.birthplace.commune {
            let known = nomenclature::commune(commune.as_str());
            to.object(key!("departementNaissance"), |to| {
                to.plain_if(key!("codeDepartement"), known.map(|known| known.department));
                let label = known.map(|known| known.department().label);
                to.plain_if(key!("libelleDepartement"), label);
            });
            to.object(key!("communeNaissance"), |to| {
                to.plain(key!("codeCommune"), commune.ficoba_commune());
                to.plain_if(key!("libelleCommune"), known.map(|known| known.label));
            });
        }
        let Some(score) = self.score else { return };
        if let Some(spi) = person.spi.and_then(|spi| spi.as_str().parse().ok()) {
            to.number(key!("numeroSpi"), spi);
        }
        if housed {
            to.object(key!("adresse"), |to| address(to, &person.address, true));
        }
        to.value(key!("scoreAppariement"), &score);
    }

    fn company(&self, to: &mut Writer, company: &Company, index: EstablishmentIndex, housed: bool) {
        let here = establishment(company, Some(index));
        name(to, key!("raisonSociale"), &company.name, self.plain);
        if let Some(sigle) = &company.sigle {
            name(to, key!("sigle"), sigle, self.plain);
        }
        if let Some(enseigne) = &here.enseigne {
            name(to, key!("enseigne"), enseigne, self.plain);
        }
        to.plain_if(key!("siret"), here.siret.as_ref().map(|siret| siret.as_str()));
        to.number(key!("categorieJuridique"), company.legal_category.into());
        to.plain_if(key!("siren"), company.siren.as_ref().map(|siren| siren.as_str()));
        let Some(score) = self.score else { return };
        if housed {
            to.object(key!("adresse"), |to| address(to, &here.address, true));
        }
        to.value(key!("scoreAppariement"), &score);
    }
}
