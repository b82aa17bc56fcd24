//! Where somebody lives, or an establishment is, as answers write it.

use super::{keys::key, texts::flag};
use crate::{
    json::Writer,
    register::{Address, Company, Establishment, EstablishmentIndex, nomenclature},
};

/// The address of a holder, or of someone who was searched.
pub(super) fn address(to: &mut Writer, held: &Address, extended: bool) {
    to.plain(key!("codePaysResidence"), held.country.as_bytes());
    let label = nomenclature::country(held.country.as_str()).map(|country| country.label);
    to.plain_if(key!("libellePaysResidence"), label);
    if let Some(commune) = &held.commune {
        let known = nomenclature::commune(commune.as_str());
        to.plain_if(key!("codeDepartementResidence"), known.map(|known| known.department));
        let label = known.map(|known| known.department().label);
        to.plain_if(key!("libelleDepartementResidence"), label);
        to.plain(key!("codeCommuneResidence"), commune.ficoba_commune());
        to.plain_if(key!("libelleCommuneResidence"), known.map(|known| known.label));
    }
    to.text_if(key!("numeroVoie"), held.number.as_deref());
    if let Some(letter) = held.repetition {
        to.text(key!("indiceRepetition"), letter.encode_utf8(&mut [0; 4]));
    }
    to.text_if(key!("codeNatureVoie"), held.street_type.as_deref());
    to.text_if(key!("libelleVoie"), held.street.as_deref());
    to.text_if(key!("libelleComplAdr"), held.complement.as_deref());
    to.text_if(key!("codePostal"), held.postal_code.as_deref());
    if extended {
        flag(to, key!("indicateurCodifAdresse"), held.commune.is_some());
    }
}

/// The establishment at this place; the head office for none.
pub(super) fn establishment(
    company: &Company,
    index: Option<EstablishmentIndex>,
) -> &Establishment {
    company.establishment(index).unwrap_or_else(|| company.head_office())
}
