//! The demands that say whom they look for by an indicator: verifIban and multiDet (PT 7.3.2, 8.3.2).
//!
//! The criteria that are common are read with the envelope. The indicators and the block that they choose are read later,
//! once the rights have been judged: indicators (CAF001, CAF002), how many are at 1 (CAF025, CAF018), the chosen block
//! (CAF001) and no other (CAF019), then its attributes.

use super::{
    attribute::{Attribute, AttributeSpec, Presence},
    companies,
    diagnostics::{self, Dates, Diagnostics},
    envelope::{self, CRITERIA, Demande},
    forms,
    object::Object,
    people, places,
};
use crate::{
    api::ficoba::{
        anomaly::{Anomaly, Code},
        search::Subject,
    },
    domain::Iban,
    journal::RefusalFacts,
    register::nomenclature::Nature,
};

/// What multiDet says besides whom it looks for.
#[derive(Debug)]
pub(in super::super) struct MultiDet {
    /// Whether the client agreed that the accounts be listed.
    pub(in super::super) agreed: bool,
    /// The nature looked for.
    pub(in super::super) nature: &'static Nature,
}

/// Whom an indicator chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Choice {
    /// A natural person.
    Person,
    /// A legal person by name.
    Company,
    /// A legal person by number.
    Number,
}

impl Choice {
    const ALL: [Self; 3] = [Self::Person, Self::Company, Self::Number];

    /// What it announces, in French.
    fn what(self) -> &'static str {
        match self {
            Self::Person => "une personne physique (état civil, lieu de naissance)",
            Self::Company => "une personne morale (désignation)",
            Self::Number => "un numéro (SIRET ou SIREN)",
        }
    }

    /// The indicator that makes this choice; that of a number, which the two demands write each in its way, is given.
    fn indicator(self, number: &'static Attribute<bool>) -> &'static AttributeSpec {
        match self {
            Self::Person => &PERSON.entry,
            Self::Company => &COMPANY.entry,
            Self::Number => &number.entry,
        }
    }
}

/// A demand of verifIban, as far as its envelope and its account.
pub(in super::super) fn verif_iban(body: &Object<'_>) -> Result<Demande<Iban>, Anomaly> {
    envelope::read(body, &VERIF_IBAN_CRITERIA, |diagnostics, criteria| {
        diagnostics.take(criteria, &IBAN)
    })
}

/// A demand of multiDet, as far as its envelope and the nature.
pub(in super::super) fn multi_det(body: &Object<'_>) -> Result<Demande<MultiDet>, Anomaly> {
    envelope::read(body, &MULTI_DET_CRITERIA, |diagnostics, criteria| {
        let agreed = diagnostics.take(criteria, &AGREEMENT);
        let nature = diagnostics.take(criteria, &NATURE);
        Some(MultiDet { agreed: agreed?, nature: nature? })
    })
}

/// Whom verifIban chooses.
pub(in super::super) fn verif_iban_choice(body: &Object<'_>) -> Result<Choice, Anomaly> {
    let criteria = body.structure(CRITERIA);
    let at_1 = indicators(criteria, &NUMBER_OF_HOLDER)?;
    let choice = match at_1.as_slice() {
        [choice] => *choice,
        [] => {
            let label = "Recherche PP, recherche PM ou recherche SIREN SIRET à 1";
            let why = at_once(&[], &NUMBER_OF_HOLDER);
            return Err(Anomaly::missing(label).because(why).caused("no-indicator"));
        }
        several => {
            let why = at_once(several, &NUMBER_OF_HOLDER);
            return Err(Anomaly::from(Code::Caf025).because(why).caused("several-indicators"));
        }
    };
    let person = [&people::ETAT_CIVIL_TITULAIRE, &places::LIEU_NAISSANCE_COMPLET];
    let company = [&companies::DESIGNATION_EXACTE];
    let number = [&companies::SIRET.entry, &companies::SIREN.entry];
    let given = [given(criteria, &person), given(criteria, &company), given(criteria, &number)];
    let named = match choice {
        Choice::Person => people::ETAT_CIVIL_TITULAIRE.named(),
        Choice::Company => companies::DESIGNATION_EXACTE.named(),
        Choice::Number => companies::ONE_OF_THEM.to_owned(),
    };
    only((choice, choice.indicator(&NUMBER_OF_HOLDER)), named, &given)?;
    Ok(choice)
}

/// Whom multiDet chooses.
pub(in super::super) fn multi_det_choice(body: &Object<'_>) -> Result<Choice, Anomaly> {
    let criteria = body.structure(CRITERIA);
    let at_1 = indicators(criteria, &NUMBER_OF_SAVER)?;
    let [choice] = at_1.as_slice() else {
        let why = at_once(&at_1, &NUMBER_OF_SAVER);
        let cause = if at_1.is_empty() { "no-indicator" } else { "several-indicators" };
        return Err(Anomaly::from(Code::Caf018).because(why).caused(cause));
    };
    let blocks = [&PERSON_BLOCK, &COMPANY_BLOCK, &NUMBER_BLOCK];
    let given = blocks.map(|block| given(criteria, &[block]));
    let named = match choice {
        Choice::Person => PERSON_BLOCK.named(),
        Choice::Company => COMPANY_BLOCK.named(),
        Choice::Number => NUMBER_BLOCK.named(),
    };
    only((*choice, choice.indicator(&NUMBER_OF_SAVER)), named, &given)?;
    Ok(*choice)
}

/// The holder that verifIban looks for.
pub(in super::super) fn verif_iban_subject(
    body: &Object<'_>,
    choice: Choice,
) -> Result<(Dates, Result<Subject, Anomaly>), Anomaly> {
    let criteria = body.structure(CRITERIA);
    let mut diagnostics = Diagnostics::default();
    let subject = match choice {
        Choice::Person => {
            people::identified(&mut diagnostics, criteria, &people::ETAT_CIVIL_TITULAIRE)
                .map(Subject::Person)
        }
        Choice::Company => companies::identified(&mut diagnostics, criteria).map(Subject::Company),
        Choice::Number => companies::number(&mut diagnostics, criteria).map(Subject::Number),
    };
    diagnostics.settle(subject)
}

/// The saver that multiDet looks for; a nature that is known but not regulated is told last (CAF017).
pub(in super::super) fn multi_det_subject(
    body: &Object<'_>,
    choice: Choice,
    nature: &Nature,
) -> Result<(Dates, Result<Subject, Anomaly>), Anomaly> {
    let criteria = body.structure(CRITERIA);
    let mut diagnostics = Diagnostics::default();
    let subject = match choice {
        Choice::Person => {
            let block = criteria.structure(PERSON_BLOCK.key);
            let person = people::identified(&mut diagnostics, block, &people::ETAT_CIVIL_TITULAIRE);
            let home = diagnostics.open_if_given(block, &places::DOMICILIATION_LIBRE);
            let address =
                home.map(|home| places::domicile(&mut diagnostics, home, &places::FREE_ADDRESS));
            person.map(|mut person| {
                person.address = address;
                Subject::Person(person)
            })
        }
        Choice::Company => {
            let block = criteria.structure(COMPANY_BLOCK.key);
            let company = companies::identified(&mut diagnostics, block);
            let home = diagnostics.open(block, &places::DOMICILIATION_COMPLETE);
            let address =
                home.map(|home| places::domicile(&mut diagnostics, home, &places::WHOLE_ADDRESS));
            company.map(|mut company| {
                company.address = address;
                Subject::Company(company)
            })
        }
        Choice::Number => companies::number(&mut diagnostics, criteria.structure(NUMBER_BLOCK.key))
            .map(Subject::Number),
    };
    if !nature.regulated {
        diagnostics.broken(Code::Caf017);
    }
    diagnostics.settle(subject)
}

/// Those of the three indicators that are at 1.
fn indicators(
    criteria: &Object<'_>,
    number: &'static Attribute<bool>,
) -> Result<Vec<Choice>, Anomaly> {
    let mut diagnostics = Diagnostics::default();
    let values = [
        (Choice::Person, diagnostics.take(criteria, &PERSON)),
        (Choice::Company, diagnostics.take(criteria, &COMPANY)),
        (Choice::Number, diagnostics.take(criteria, number)),
    ];
    let (_, Ok(())) = diagnostics.settle(Some(()))? else { return Err(Code::Http500.into()) };
    Ok(values
        .into_iter()
        .filter(|(_, value)| *value == Some(true))
        .map(|(choice, _)| choice)
        .collect())
}

/// The keys of these attributes that are given.
fn given(criteria: &Object<'_>, entries: &[&AttributeSpec]) -> Vec<&'static str> {
    entries.iter().map(|entry| entry.key).filter(|key| criteria.gives(key)).collect()
}

/// The chosen block, as the journal calls it, is given, and no other; the keys given for a person, a company and a number.
fn only(
    (choice, indicator): (Choice, &'static AttributeSpec),
    named: String,
    given: &[Vec<&'static str>; 3],
) -> Result<(), Anomaly> {
    let label = match choice {
        Choice::Person => people::ETAT_CIVIL_TITULAIRE.label,
        Choice::Company => companies::DESIGNATION_EXACTE.label,
        Choice::Number => companies::ONE_OF_THEM,
    };
    let given: Vec<_> =
        Choice::ALL.into_iter().zip(given).filter(|(_, keys)| !keys.is_empty()).collect();
    match given.as_slice() {
        [] => {
            let (indicator, chosen) = (indicator.key, choice.what());
            Err(Anomaly::missing(label).detailed(RefusalFacts {
                attribute: Some(named),
                expected: Some(format!("obligatoire, car {indicator} à 1 annonce {chosen}")),
                ..diagnostics::absence()
            }))
        }
        [(one, _)] if *one == choice => Ok(()),
        given => {
            let explanation = Some(contradiction((choice, indicator), given));
            let attribute = Some(indicator.named());
            let detail = RefusalFacts { attribute, explanation, ..RefusalFacts::default() };
            Err(Anomaly::from(Code::Caf019).detailed(detail))
        }
    }
}

/// Which indicators are at 1, where one is wanted.
fn at_once(at_1: &[Choice], number: &'static Attribute<bool>) -> String {
    let name = |choice: &Choice| choice.indicator(number).key;
    let number = number.entry.key;
    if at_1.is_empty() {
        return format!(
            "aucun des trois indicateurs recherchePP, recherchePM et {number} ne vaut 1 : un seul doit valoir 1"
        );
    }
    let names: Vec<_> = at_1.iter().map(name).collect();
    format!("les indicateurs {} valent 1 : un seul des trois doit valoir 1", names.join(" et "))
}

/// What the indicator chose, and what was filled in besides.
fn contradiction(
    (choice, indicator): (Choice, &AttributeSpec),
    given: &[(Choice, &Vec<&'static str>)],
) -> String {
    let others = || given.iter().filter(|(one, _)| *one != choice);
    let described: Vec<_> = others().map(|(one, _)| one.what()).collect();
    let keys: Vec<_> = others().flat_map(|(_, keys)| keys.iter().copied()).collect();
    let (chosen, indicator, described) = (choice.what(), indicator.key, described.join(" et "));
    let (verb, keys) = (if keys.len() > 1 { "sont" } else { "est" }, keys.join(" et "));
    format!(
        "l'indicateur {indicator} à 1 annonce {chosen}, or la demande décrit {described} : {keys} {verb} à retirer, ou l'indicateur à changer"
    )
}

pub(super) static VERIF_IBAN: [&AttributeSpec; 6] = envelope::table(&VERIF_IBAN_CRITERIA);
pub(super) static MULTI_DET: [&AttributeSpec; 6] = envelope::table(&MULTI_DET_CRITERIA);

static VERIF_IBAN_CRITERIA: AttributeSpec = envelope::criteria(
    "CriteresRechercheVerifTitulaireIban",
    &[
        &IBAN.entry,
        &PERSON.entry,
        &COMPANY.entry,
        &NUMBER_OF_HOLDER.entry,
        &people::ETAT_CIVIL_TITULAIRE,
        &places::LIEU_NAISSANCE_COMPLET,
        &companies::DESIGNATION_EXACTE,
        &companies::SIRET.entry,
        &companies::SIREN.entry,
    ],
);

static MULTI_DET_CRITERIA: AttributeSpec = envelope::criteria(
    "CriteresRechercheMultiDet",
    &[
        &AGREEMENT.entry,
        &NATURE.entry,
        &PERSON.entry,
        &COMPANY.entry,
        &NUMBER_OF_SAVER.entry,
        &COMPANY_BLOCK,
        &PERSON_BLOCK,
        &NUMBER_BLOCK,
    ],
);

static COMPANY_BLOCK: AttributeSpec = AttributeSpec::structure(
    "criteresRecherchePro",
    "Critères de recherche d'une personne morale",
    Presence::When("obligatoire si recherchePM vaut 1"),
    "CriteresRecherchePerPro",
    &[&companies::DESIGNATION_EXACTE, &places::DOMICILIATION_COMPLETE],
);

static PERSON_BLOCK: AttributeSpec = AttributeSpec::structure(
    "criteresRecherchePhy",
    "Critères de recherche d'une personne physique",
    Presence::When("obligatoire si recherchePP vaut 1"),
    "CriteresRecherchePerPhyMD",
    &[&people::ETAT_CIVIL_TITULAIRE, &places::LIEU_NAISSANCE_COMPLET, &places::DOMICILIATION_LIBRE],
);

static NUMBER_BLOCK: AttributeSpec = AttributeSpec::structure(
    "criteresSiretSiren",
    "Critères de recherche par SIRET ou SIREN",
    Presence::When("obligatoire si rechercheSIRENSIRET vaut 1"),
    "CriteresRechercheSiretSiren",
    companies::NUMBERS,
);

static IBAN: Attribute<Iban> = Attribute::required("iban", "IBAN", forms::ANY_IBAN);
static AGREEMENT: Attribute<bool> =
    Attribute::required("accordClient", "Accord du client", forms::INDICATOR);
static NATURE: Attribute<&'static Nature> =
    Attribute::required("codeNatureCompte", "Code nature de compte", forms::NATURE);
static PERSON: Attribute<bool> =
    Attribute::required("recherchePP", "Recherche PP", forms::INDICATOR);
static COMPANY: Attribute<bool> =
    Attribute::required("recherchePM", "Recherche PM", forms::INDICATOR);
static NUMBER_OF_HOLDER: Attribute<bool> =
    Attribute::required("rechercheSirenSiret", "Recherche SIREN SIRET", forms::INDICATOR);
static NUMBER_OF_SAVER: Attribute<bool> =
    Attribute::required("rechercheSIRENSIRET", "Recherche SIREN SIRET", forms::INDICATOR);
