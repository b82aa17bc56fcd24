//! Someone who was searched and found, as an answer shows them: `personneRecherche`, and their accounts.

use serde::{Serialize, Serializer};

use super::{
    account::Compte,
    records::{
        Adresse, Commune, Departement, Pays, PersonneRecherche, Reponse as Record, SocieteRecherche,
    },
    texts::{Count, DatePart, Flag, Name, Shown, Words},
};
use crate::{
    api::ficoba::{moment::Day, search::Who},
    config::PartialDates,
    register::{Address, Company, Establishment, EstablishmentIndex, Person, nomenclature},
    rights::ficoba::{DataScope, DataScopes},
};

/// One of `reponses` of spi, siretSiren, perPhy and perPro.
pub(in super::super) struct Reponse {
    pub(super) who: Who,
    pub(super) comptes: Vec<Compte>,
    /// Given only when the keys that no sample shows are written.
    pub(super) score: Option<f64>,
    pub(super) scopes: DataScopes,
    /// Whether names are in plain capitals: as the first of the accounts has them.
    pub(super) plain: bool,
    pub(super) partial_dates: PartialDates,
    /// Whether the person was searched by SPI: a usage name that they lack is then a blank (PT 3.5.2).
    pub(super) by_spi: bool,
}

impl Serialize for Reponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = self.scopes.contains(DataScope::EtatCivilDenomination);
        let housed = self.scopes.contains(DataScope::Adresse);
        let nombre_comptes = Count(self.comptes.len());
        let comptes = Compte::may_be_seen(self.scopes).then_some(self.comptes.as_slice());
        match &self.who {
            Who::Person(_, record) => {
                let personne_recherche = named.then(|| self.person(record, housed));
                Record { personne_recherche, nombre_comptes, comptes }.serialize(serializer)
            }
            Who::Establishment(_, record, index) => {
                let personne_recherche = named.then(|| self.company(record, *index, housed));
                Record { personne_recherche, nombre_comptes, comptes }.serialize(serializer)
            }
        }
    }
}

/// The address of a holder, or of someone who was searched.
pub(super) fn address(held: &Address, extended: bool) -> Adresse<'_> {
    let mut record = Adresse {
        code_pays_residence: Some(held.country.as_str()),
        libelle_pays_residence: nomenclature::country(held.country.as_str())
            .map(|country| country.label),
        numero_voie: held.number.as_deref(),
        indice_repetition: held.repetition,
        code_nature_voie: held.street_type.as_deref(),
        libelle_voie: held.street.as_deref(),
        libelle_compl_adr: held.complement.as_deref(),
        code_postal: held.postal_code.as_deref(),
        indicateur_codif_adresse: extended.then_some(Flag(held.commune.is_some())),
        ..Adresse::default()
    };
    if let Some(commune) = &held.commune {
        let known = nomenclature::commune(commune.as_str());
        record.code_departement_residence = known.map(|known| known.department);
        record.libelle_departement_residence = known.map(|known| known.department().label);
        record.code_commune_residence = Some(commune.ficoba_commune());
        record.libelle_commune_residence = known.map(|known| known.label);
    }
    record
}

/// The establishment at this place; the head office for none.
pub(super) fn establishment(
    company: &Company,
    index: Option<EstablishmentIndex>,
) -> &Establishment {
    company.establishment(index).unwrap_or_else(|| company.head_office())
}

impl Reponse {
    fn name<'a>(&self, text: &'a str) -> Name<'a> {
        Name { text, plain: self.plain }
    }

    fn person<'a>(&self, person: &'a Person, housed: bool) -> PersonneRecherche<'a> {
        let country = &person.birthplace.country;
        let mut record = PersonneRecherche {
            nom_naissance: Some(self.name(&person.birth_name)),
            nom_usage: person
                .usage_name
                .as_deref()
                .or(self.by_spi.then_some(" "))
                .map(|text| self.name(text)),
            prenom: Some(Words { list: &person.first_names, plain: self.plain }),
            sexe: Some(Shown(person.sex.code())),
            annee_naissance: Some(Shown(person.birth.year())),
            mois_naissance: DatePart::new(person.birth.month(), self.partial_dates),
            jour_naissance: DatePart::new(person.birth.day(), self.partial_dates),
            pays_naissance: Some(Pays {
                code_pays: Some(country.as_str()),
                libelle_pays: nomenclature::country(country.as_str()).map(|country| country.label),
            }),
            ..PersonneRecherche::default()
        };
        if let Some(commune) = &person.birthplace.commune {
            let known = nomenclature::commune(commune.as_str());
            record.departement_naissance = Some(Departement {
                code_departement: known.map(|known| known.department),
                libelle_departement: known.map(|known| known.department().label),
            });
            record.commune_naissance = Some(Commune {
                code_commune: Some(commune.ficoba_commune()),
                libelle_commune: known.map(|known| known.label),
            });
        }
        if let Some(score) = self.score {
            record.date_deces = person.death.map(|day| Day(Some(day)));
            record.numero_spi = person.spi.and_then(|spi| spi.as_str().parse().ok());
            record.adresse = housed.then(|| address(&person.address, true));
            record.score_appariement = Some(score);
        }
        record
    }

    fn company<'a>(
        &self,
        company: &'a Company,
        index: EstablishmentIndex,
        housed: bool,
    ) -> SocieteRecherche<'a> {
        let here = establishment(company, Some(index));
        SocieteRecherche {
            raison_sociale: Some(self.name(&company.name)),
            sigle: company.sigle.as_deref().map(|text| self.name(text)),
            enseigne: here.enseigne.as_deref().map(|text| self.name(text)),
            siret: here.siret.as_ref().map(|siret| siret.as_str()),
            categorie_juridique: Some(company.legal_category),
            siren: company.siren.as_ref().map(|siren| siren.as_str()),
            adresse: self.score.filter(|_| housed).map(|_| address(&here.address, true)),
            score_appariement: self.score,
        }
    }
}
