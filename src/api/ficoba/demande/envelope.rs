//! What every demand begins with (PT 2.3.1, the same in each section): date, motif, applicant, justification.

use jiff::civil::Date;

use super::{
    attribute::{Attribute, AttributeSpec, Presence},
    diagnostics::{Dates, Diagnostics},
    forms,
    object::Object,
};
use crate::{
    api::ficoba::anomaly::{Anomaly, Code},
    domain::{Motif, Siren, Siret},
};

/// A demand that is complete and well formed.
#[derive(Debug)]
pub(in super::super) struct Demande<C> {
    /// The day it bears.
    pub(in super::super) day: Date,
    /// The reason given for the search.
    pub(in super::super) motif: Motif,
    /// Who asks.
    pub(in super::super) applicant: Applicant,
    /// All its dates, the demand's own included.
    pub(in super::super) dates: Dates,
    /// What it looks for; or the anomaly of an attribute, told once the rights have been judged.
    pub(in super::super) criteria: Result<C, Anomaly>,
}

/// Who asks: by SIRET, by SIREN, or by both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Applicant {
    /// `siretDemandeur`.
    pub(in super::super) siret: Option<Siret>,
    /// `sirenDemandeur`.
    pub(in super::super) siren: Option<Siren>,
}

/// The demand that a body makes: presence, then form, in the protocol's order.
pub(super) fn read<C>(
    body: &Object<'_>,
    criteria: &'static AttributeSpec,
    read: impl FnOnce(&mut Diagnostics, &Object<'_>) -> Option<C>,
) -> Result<Demande<C>, Anomaly> {
    let mut diagnostics = Diagnostics::default();
    let day = diagnostics.take(body, &DATE);
    let motif = diagnostics.take(body, &MOTIF);
    let applicant =
        Applicant { siret: diagnostics.take(body, &SIRET), siren: diagnostics.take(body, &SIREN) };
    if !body.gives(SIRET.entry.key) && !body.gives(SIREN.entry.key) {
        diagnostics.missing(APPLICANT, APPLICANT_KEYS);
    }
    // Blanks justify nothing: absent (*decision*).
    let blank = body.text(JUSTIFICATION.entry.key).is_some_and(|text| text.trim().is_empty());
    let justification = if blank {
        diagnostics.absent_entry(&JUSTIFICATION.entry, JUSTIFICATION.entry.expected());
        None
    } else {
        diagnostics.take(body, &JUSTIFICATION)
    };
    day.into_iter().for_each(|day| diagnostics.dated(&DATE.entry, day));
    let criteria =
        diagnostics.open(body, criteria).and_then(|criteria| read(&mut diagnostics, criteria));
    // Without these there is no demand; they are absent only with a fault, which `settle` then tells.
    let whole = day.zip(motif).filter(|_| justification.is_some());
    let (dates, criteria) = diagnostics.settle(criteria)?;
    let (day, motif) = whole.ok_or(Code::Http500)?;
    Ok(Demande { day, motif, applicant, dates, criteria })
}

/// The table of a resource: the envelope around its criteria.
pub(super) const fn table(criteria: &'static AttributeSpec) -> [&'static AttributeSpec; 6] {
    [&DATE.entry, &MOTIF.entry, &SIRET.entry, &SIREN.entry, &JUSTIFICATION.entry, criteria]
}

/// The criteria of a resource.
pub(super) const fn criteria(
    schema: &'static str,
    entries: &'static [&'static AttributeSpec],
) -> AttributeSpec {
    AttributeSpec::structure(CRITERIA, "Critères de recherche", Presence::Required, schema, entries)
}

/// The key of the criteria.
pub(in super::super) const CRITERIA: &str = "criteresRecherche";

/// What CAF001 calls the applicant when neither number is there.
const APPLICANT: &str = "SIRET ou SIREN du demandeur";
/// The keys of the two.
const APPLICANT_KEYS: &str = "siretDemandeur ou sirenDemandeur";

const ONE_OF_THEM: &str = "l'un ou l'autre";

static DATE: Attribute<Date> =
    Attribute::required("dateDemande", "Date de demande", forms::REQUEST_DATE);
pub(super) static MOTIF: Attribute<Motif> = Attribute::required("motif", "Motif", forms::MOTIF);
pub(in super::super) static SIRET: Attribute<Siret> =
    Attribute::when("siretDemandeur", "SIRET du demandeur", ONE_OF_THEM, forms::SIRET);
pub(in super::super) static SIREN: Attribute<Siren> =
    Attribute::when("sirenDemandeur", "SIREN du demandeur", ONE_OF_THEM, forms::SIREN);
pub(super) static JUSTIFICATION: Attribute<()> =
    Attribute::required("justification", "Justification", forms::JUSTIFICATION);
