//! Companies of a persona's file: parsed, with every fault named.

use jiff::civil::Date;

use crate::{
    domain::{ComparisonName, Siren, Siret},
    register::{
        company::{Company, Establishment, lei_key},
        data_ranges as ranges, nomenclature,
        persona::{
            check::Diagnostics,
            places,
            raw::{RawCompany, RawEstablishment, Text},
        },
    },
};

/// The company, without its owner; unless something of it is wrong.
pub(super) fn company(diagnostics: &mut Diagnostics<'_>, raw: &RawCompany) -> Option<Company> {
    let siren = raw.siren.as_ref().map_or(Some(None), |text| siren(diagnostics, text).map(Some));
    let of_company = siren.flatten();
    let establishments: Vec<_> = raw
        .establishments
        .get_ref()
        .iter()
        .map(|raw| establishment(diagnostics, raw, of_company))
        .collect();
    if establishments.is_empty() {
        diagnostics.refuse(
            "establishments",
            &raw.establishments,
            "a company has one establishment at least, its head office",
        );
        return None;
    }
    let rna = prefixed(diagnostics, "rna", raw.rna.as_ref(), ranges::RNA_PREFIX, 10);
    let copro = prefixed(diagnostics, "copro", raw.copro.as_ref(), ranges::COPRO_PREFIX, 9);
    let lei = prefixed(diagnostics, "lei", raw.lei.as_ref(), ranges::LEI_PREFIX, 20);
    if let (Some(Some(lei)), Some(text)) = (&lei, &raw.lei)
        && let Some((body, key)) = lei.split_at_checked(18)
        && key.parse() != Ok(lei_key(body))
    {
        let hint = format!("with these 18 characters it is {body}{:02}", lei_key(body));
        diagnostics.refuse_with_hint(
            "lei",
            text,
            "the check digits do not match (ISO 17442, modulo 97)",
            hint,
        );
    }
    let category = format!("{:04}", raw.legal_category.get_ref());
    if nomenclature::legal_category(&category).is_none() {
        let message =
            format!("{category} is no legal category that we know (fixtures/nomenclatures)");
        diagnostics.refuse("legal_category", &raw.legal_category, message);
    }
    let name = designation(diagnostics, "name", &raw.name);
    let sigle = raw
        .sigle
        .as_ref()
        .map_or(Some(None), |text| designation(diagnostics, "sigle", text).map(Some));
    let (created, dissolved) =
        life(diagnostics, ("created", raw.created.as_ref()), ("dissolved", raw.dissolved.as_ref()));
    Some(Company {
        siren: siren?,
        name: name?,
        sigle: sigle?,
        legal_category: *raw.legal_category.get_ref(),
        rna: rna?,
        lei: lei?,
        copro: copro?,
        owner: None,
        created: created?,
        dissolved: dissolved?,
        establishments: establishments.into_iter().collect::<Option<_>>()?,
    })
}

/// A name of a company, in capitals.
pub(super) fn designation(
    diagnostics: &mut Diagnostics<'_>,
    key: &str,
    text: &Text,
) -> Option<String> {
    let name = text.get_ref();
    if ComparisonName::new(name).is_some()
        && *name == name.to_uppercase()
        && name.chars().count() <= 80
    {
        return Some(name.clone());
    }
    diagnostics.refuse(key, text, "expected capitals, 80 characters at most");
    None
}

fn siren(diagnostics: &mut Diagnostics<'_>, text: &Text) -> Option<Siren> {
    let siren: Siren = diagnostics.read("siren", text)?;
    let base = ranges::siren_base(&siren)?;
    if !siren.luhn_is_valid() {
        let right = Siren::from_base(base).map_or_else(String::new, |siren| siren.to_string());
        let hint = format!("with these eight digits it is {right}");
        diagnostics.refuse_with_hint("siren", text, format!("{siren} does not satisfy Luhn"), hint);
        return None;
    }
    let range = ranges::SIREN_BASES_OF_PERSONAS;
    let message = format!(
        "a persona's SIREN has its first eight digits from {} to {}",
        range.start(),
        range.end()
    );
    diagnostics.keep(Some(siren), "siren", text, |_| range.contains(&base), message)
}

fn establishment(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawEstablishment,
    siren: Option<Siren>,
) -> Option<Establishment> {
    let siret: Option<Option<Siret>> = diagnostics.maybe("siret", raw.siret.as_ref());
    let siret = match (siret, &raw.siret) {
        (Some(Some(siret)), Some(text)) => checked_siret(diagnostics, text, siret, siren).map(Some),
        (siret, _) => siret,
    };
    let enseigne = raw
        .enseigne
        .as_ref()
        .map_or(Some(None), |text| designation(diagnostics, "enseigne", text).map(Some));
    let address = places::address(diagnostics, &raw.address);
    let (opened, closed) =
        life(diagnostics, ("opened", raw.opened.as_ref()), ("closed", raw.closed.as_ref()));
    Some(Establishment {
        siret: siret?,
        enseigne: enseigne?,
        opened: opened?,
        closed: closed?,
        address: address?,
    })
}

/// A first and a last day, either of which may be absent, in this order.
fn life(
    diagnostics: &mut Diagnostics<'_>,
    (first_key, first): (&str, Option<&Text>),
    (last_key, last): (&str, Option<&Text>),
) -> (Option<Option<Date>>, Option<Option<Date>>) {
    let first = first.map_or(Some(None), |text| diagnostics.day(first_key, text).map(Some));
    let last = last.map_or(Some(None), |text| {
        let day = diagnostics.day(last_key, text);
        let after = |day: &Date| first.flatten().is_none_or(|first| first <= *day);
        diagnostics
            .keep(day, last_key, text, after, format!("it is before `{first_key}`"))
            .map(Some)
    });
    (first, last)
}

fn checked_siret(
    diagnostics: &mut Diagnostics<'_>,
    text: &Text,
    siret: Siret,
    siren: Option<Siren>,
) -> Option<Siret> {
    if siren != Some(siret.siren()) {
        diagnostics.refuse(
            "siret",
            text,
            format!("{siret} does not begin with the company's SIREN"),
        );
        return None;
    }
    if !siret.luhn_is_valid() {
        let nic = siret.nic().get(..4).and_then(|nic| nic.parse().ok());
        let right = nic.and_then(|nic| Siret::from_siren(siret.siren(), nic));
        let hint = format!(
            "with these thirteen digits it is {}",
            right.map_or_else(String::new, |it| it.to_string())
        );
        diagnostics.refuse_with_hint("siret", text, format!("{siret} does not satisfy Luhn"), hint);
        return None;
    }
    Some(siret)
}

fn prefixed(
    diagnostics: &mut Diagnostics<'_>,
    key: &str,
    text: Option<&Text>,
    prefix: &str,
    len: usize,
) -> Option<Option<String>> {
    let Some(text) = text else { return Some(None) };
    let value = text.get_ref();
    let formed = value.len() == len
        && value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    if !formed || !value.starts_with(prefix) {
        diagnostics.refuse(
            key,
            text,
            format!("expected {len} digits and capitals that begin with {prefix}, nobody's prefix"),
        );
        return None;
    }
    Some(Some(value.clone()))
}
