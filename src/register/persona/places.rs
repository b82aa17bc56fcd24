//! Addresses and places of birth of a persona's file: parsed, and looked up in the nomenclatures.

use crate::{
    domain::{BirthDate, CommuneCode, CountryCode},
    register::{
        address::Address,
        nomenclature::{self, CommuneKind},
        person::Birthplace,
        persona::{
            check::Diagnostics,
            raw::{RawAddress, RawBirth, Text},
        },
    },
};

/// The address: a commune of today and one of its postcodes in France, and neither abroad.
pub(super) fn address(diagnostics: &mut Diagnostics<'_>, raw: &RawAddress) -> Option<Address> {
    let country = country(diagnostics, raw.country.as_ref());
    let commune = match &raw.commune {
        None => Some(None),
        Some(text) => commune(diagnostics, text).and_then(|commune| {
            let of_today = nomenclature::commune(commune.as_str())
                .is_some_and(|it| it.kind != CommuneKind::Former);
            let message =
                format!("{commune} is the code of a former commune: an address needs one of today");
            diagnostics.keep(Some(Some(commune)), "commune", text, |_| of_today, message)
        }),
    };
    if let (Some(country), Some(text)) =
        (country, raw.commune.as_ref().or(raw.postal_code.as_ref()))
        && !country.is_france()
    {
        diagnostics.refuse(
            "commune",
            text,
            "an address abroad has no commune and no postcode of ours: write it as `complement`",
        );
    }
    let postal_code = postal_code(diagnostics, raw.postal_code.as_ref(), commune.flatten());
    let number = limited(diagnostics, "number", raw.number.as_ref(), 4);
    let repetition = repetition(diagnostics, raw.repetition.as_ref());
    let street_type = limited(diagnostics, "street_type", raw.street_type.as_ref(), 4);
    if let (Some(Some(code)), Some(text)) = (&street_type, &raw.street_type)
        && nomenclature::street_type(code).is_none()
    {
        diagnostics.refuse(
            "street_type",
            text,
            format!("« {code} » is no street type of PT annexe 7"),
        );
    }
    let street = limited(diagnostics, "street", raw.street.as_ref(), 80);
    let complement = limited(diagnostics, "complement", raw.complement.as_ref(), 50);
    Some(Address {
        country: country?,
        commune: commune?,
        postal_code: postal_code?,
        number: number?,
        repetition: repetition?,
        street_type: street_type?,
        street: street?,
        complement: complement?,
    })
}

/// Date and place of birth. The commune may be a former one, as on the day of birth (PT annexe 10).
pub(super) fn birth(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawBirth,
) -> Option<(BirthDate, Birthplace)> {
    let date: Option<BirthDate> = diagnostics.read("birth.date", &raw.date);
    let country = country(diagnostics, raw.country.as_ref());
    let place =
        raw.commune.as_ref().map_or(Some(None), |text| commune(diagnostics, text).map(Some));
    let (date, country, place) = (date?, country?, place?);
    match (country.is_france(), &raw.commune) {
        (true, None) => {
            diagnostics.refuse("birth.commune", &raw.date, "a birth in France needs its commune");
            return None;
        }
        (false, Some(text)) => {
            diagnostics.refuse("birth.commune", text, "a birth abroad has no commune");
            return None;
        }
        (true, Some(_)) | (false, None) => {}
    }
    if place.is_some_and(|commune| !commune.department().is_com()) && date.complete().is_none() {
        diagnostics.refuse(
            "birth.date",
            &raw.date,
            "a birth in France or a DOM needs its month and day (PT annexe 10)",
        );
        return None;
    }
    Some((date, Birthplace { country, commune: place }))
}

fn country(diagnostics: &mut Diagnostics<'_>, text: Option<&Text>) -> Option<CountryCode> {
    let Some(text) = text else { return Some(CountryCode::FRANCE) };
    let code: Option<CountryCode> = diagnostics.read("country", text);
    let known = |code: &CountryCode| nomenclature::country(code.as_str()).is_some();
    diagnostics.keep(
        code,
        "country",
        text,
        known,
        format!("« {} » is in no list of countries, current or former", text.get_ref()),
    )
}

fn commune(diagnostics: &mut Diagnostics<'_>, text: &Text) -> Option<CommuneCode> {
    let code: Option<CommuneCode> = diagnostics.read("commune", text);
    let known = |code: &CommuneCode| nomenclature::commune(code.as_str()).is_some();
    diagnostics.keep(
        code,
        "commune",
        text,
        known,
        format!("« {} » is no commune, current or former", text.get_ref()),
    )
}

fn postal_code(
    diagnostics: &mut Diagnostics<'_>,
    text: Option<&Text>,
    commune: Option<CommuneCode>,
) -> Option<Option<String>> {
    let code = limited(diagnostics, "postal_code", text, 5);
    if let (Some(Some(code)), Some(text)) = (&code, text)
        && let Some(commune) = commune.and_then(|commune| nomenclature::commune(commune.as_str()))
        && !commune.postcodes().any(|known| known.as_str() == code)
    {
        let known: Vec<_> = commune.postcodes().map(|known| known.to_string()).collect();
        let message = format!("{code} is no postcode of {} {}", commune.insee(), commune.label);
        diagnostics.refuse_with_hint(
            "postal_code",
            text,
            message,
            format!("known ones: {}", known.join(", ")),
        );
    }
    code
}

fn repetition(diagnostics: &mut Diagnostics<'_>, text: Option<&Text>) -> Option<Option<char>> {
    let Some(text) = text else { return Some(None) };
    let mark =
        ['B', 'T', 'Q'].into_iter().find(|mark| text.get_ref() == mark.encode_utf8(&mut [0; 4]));
    if mark.is_none() {
        diagnostics.refuse("repetition", text, "expected B (bis), T (ter) or Q (quater)");
    }
    mark.map(Some)
}

fn limited(
    diagnostics: &mut Diagnostics<'_>,
    key: &str,
    text: Option<&Text>,
    most: usize,
) -> Option<Option<String>> {
    let Some(text) = text else { return Some(None) };
    let value = text.get_ref();
    if value.is_empty() || value.chars().count() > most {
        diagnostics.refuse(key, text, format!("expected 1 to {most} characters"));
        return None;
    }
    Some(Some(value.clone()))
}
