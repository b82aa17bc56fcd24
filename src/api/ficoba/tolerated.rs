//! What a demand has that no document asks for and that is accepted all the same: for who reads the journal, since the answer says
//! nothing of it.
//!
//! *Decision*: the protocol does not say what becomes of these. Names of unknown attributes are not kept: a client may have put
//! somebody's name there.

use http::{HeaderMap, header};

use super::demande::{GivenTexts, Object, SIREN, SIRET};
use crate::{
    api::{
        announced,
        person::{WRONG_KEY, WRONG_SPI_KEY},
    },
    domain::{Siren, Siret, Spi},
};

/// What was accepted without a word, in French, and the lasting name of the mistake that it is; nothing for a demand that is as the
/// documents have it. Of a demand that was refused, what became of its unknown attributes is not said: they may be why.
pub(super) fn describe(
    headers: &HeaderMap,
    body: &Object<'_>,
    criteria: &GivenTexts<'_>,
    is_refused: bool,
) -> (Option<String>, Option<&'static str>) {
    let keys = if is_refused { Vec::new() } else { wrong_keys(criteria) };
    let mistake = (!keys.is_empty()).then_some(WRONG_KEY);
    let accepted = accepted(headers, body, is_refused);
    let doubled = body.doubled();
    let doubled = (!doubled.is_empty()).then(|| {
        let (are, value) = match doubled.len() {
            1 => ("est donné", "sa dernière valeur est lue"),
            _ => ("sont donnés", "la dernière valeur de chacun est lue"),
        };
        format!("{} {are} plusieurs fois dans le JSON, et {value}", doubled.join(", "))
    });
    let accepted = accepted.into_iter().chain(joined(criteria)).chain(doubled);
    let accepted = accepted.chain(applicant_twice(body).filter(|_| !is_refused));
    let accepted: Vec<_> = accepted.collect();
    let head = if is_refused { "À noter" } else { "Accepté tel quel" };
    let accepted = (!accepted.is_empty()).then(|| format!("{head} : {}.", accepted.join(" ; ")));
    let all: Vec<_> = keys.into_iter().chain(accepted).collect();
    ((!all.is_empty()).then(|| all.join(" ")), mistake)
}

/// The identifiers among the criteria whose form is good and whose key is not: nobody has them.
fn wrong_keys(criteria: &GivenTexts<'_>) -> Vec<String> {
    let wrong = |(key, text): &(&str, &str)| match *key {
        "numeroSPI" => {
            let spi = text.parse::<Spi>().ok().filter(|spi| !spi.has_valid_key());
            spi.map(|_| format!("La clé de numeroSPI est fausse : {WRONG_SPI_KEY}."))
        }
        "siren" => {
            let siren = text.parse::<Siren>().ok().filter(|siren| !siren.luhn_is_valid());
            siren.map(|_| WRONG_SIREN.replace("{}", "SIREN"))
        }
        "siret" => {
            let siret = text.parse::<Siret>().ok().filter(|siret| !siret.has_valid_key());
            siret.map(|_| WRONG_SIREN.replace("{}", "SIRET"))
        }
        _ => None,
    };
    criteria.iter().filter_map(wrong).collect()
}

const WRONG_SIREN: &str = "La clé du {} est fausse : son dernier chiffre ne répond pas aux autres, un chiffre est sans doute faux.";

/// The protocol asks for one of the two numbers of the applicant.
fn applicant_twice(body: &Object<'_>) -> Option<String> {
    (body.gives(SIREN.entry.key) && body.gives(SIRET.entry.key))
        .then(|| "siretDemandeur et sirenDemandeur sont donnés tous les deux".to_owned())
}

fn accepted(headers: &HeaderMap, body: &Object<'_>, is_refused: bool) -> Vec<String> {
    let media = headers.get(header::CONTENT_TYPE).filter(|media| *media != "application/json");
    if media.is_none() && !body.is_odd() {
        return Vec::new(); // nearly every demand
    }
    let media = media.and_then(announced).filter(|media| !is_json(media));
    let media = media.map(|media| format!("le corps est annoncé {media} et lu comme du JSON"));
    let unknown = match body.unknown() {
        _ if is_refused => None,
        0 => None,
        1 => Some("un attribut inconnu est ignoré".to_owned()),
        n => Some(format!("{n} attributs inconnus sont ignorés")),
    };
    let numbers = body.numbers();
    let numbers = match numbers.as_slice() {
        [] => None,
        [one] => Some(format!("{one} est donné en nombre et lu comme un texte")),
        several => {
            Some(format!("{} sont donnés en nombres et lus comme des textes", several.join(", ")))
        }
    };
    [media, unknown, numbers].into_iter().flatten().collect()
}

fn joined(criteria: &GivenTexts<'_>) -> Option<String> {
    let joined = criteria.iter().any(|(key, text)| *key == "prenoms" && text.contains([',', ';']));
    joined
        .then(|| "prenoms contient une virgule ou un point-virgule, lu comme une espace".to_owned())
}

fn is_json(media: &str) -> bool {
    let end = media.len().saturating_sub("json".len());
    media.get(end..).is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::api::ficoba::demande::{CRITERIA, Search};

    fn of(
        headers: &HeaderMap,
        body: &Object<'_>,
        is_refused: bool,
    ) -> (Option<String>, Option<&'static str>) {
        describe(headers, body, &body.structure(CRITERIA).given(), is_refused)
    }

    fn described(media: Option<&'static str>, body: &str) -> Option<String> {
        let media = media.map(|media| (header::CONTENT_TYPE, HeaderValue::from_static(media)));
        let body = Object::read(body.as_bytes(), Search::Spi.table()).unwrap();
        of(&media.into_iter().collect(), &body, false).0
    }

    #[test]
    fn a_wrong_key_is_a_mistake_and_both_numbers_of_the_applicant_are_told() {
        let accepted = |search: Search, body: &str| {
            let body = Object::read(body.as_bytes(), search.table()).unwrap();
            of(&HeaderMap::new(), &body, false)
        };
        for (search, criterion, begins) in [
            (Search::Spi, r#""numeroSPI":"3990000101193""#, Some("La clé de numeroSPI est fausse")),
            (Search::Spi, r#""numeroSPI":"3990000101192""#, None),
            (Search::SiretSiren, r#""siren":"209001016""#, Some("La clé du SIREN est fausse")),
            (Search::SiretSiren, r#""siren":"209001015""#, None),
            (Search::SiretSiren, r#""siret":"20900101500013""#, Some("La clé du SIRET est fausse")),
            (Search::SiretSiren, r#""siret":"20900101500012""#, None),
        ] {
            let (note, mistake) =
                accepted(search, &format!(r#"{{"criteresRecherche":{{{criterion}}}}}"#));
            assert_eq!(mistake, begins.map(|_| WRONG_KEY), "{criterion}");
            assert_eq!(note.is_some(), begins.is_some(), "{criterion}");
            let starts = |begins| note.as_deref().unwrap_or_default().starts_with(begins);
            assert!(begins.is_none_or(starts), "{note:?}");
        }
        let twice =
            r#"{"motif":"0020","motif":"0021","criteresRecherche":{"numeroSPI":"3990000101192"}}"#;
        assert_eq!(
            accepted(Search::Spi, twice).0.unwrap(),
            "Accepté tel quel : motif est donné plusieurs fois dans le JSON, et sa dernière valeur est lue."
        );
        let both = r#"{"siretDemandeur":"20999001900017","sirenDemandeur":"209990019"}"#;
        assert_eq!(
            accepted(Search::Spi, both).0.unwrap(),
            "Accepté tel quel : siretDemandeur et sirenDemandeur sont donnés tous les deux."
        );
    }

    #[test]
    fn what_is_accepted_without_a_word_is_told() {
        let good = r#"{"motif":"0005","criteresRecherche":{"numeroSPI":"1"}}"#;
        for media in [None, Some("application/json; charset=utf-8"), Some("application/x+JSON")] {
            assert_eq!(described(media, good), None, "{media:?}");
        }
        assert_eq!(
            described(Some("application/x-www-form-urlencoded"), good).unwrap(),
            "Accepté tel quel : le corps est annoncé application/x-www-form-urlencoded et lu comme du JSON."
        );
        let odd = r#"{"VALBRUNE":"x","motif":5,"criteresRecherche":{"numeroSPI":1,"y":{"z":1}}}"#;
        let text = described(None, odd).unwrap();
        assert_eq!(
            text,
            "Accepté tel quel : 2 attributs inconnus sont ignorés ; motif, numeroSPI sont donnés en nombres et lus comme des textes."
        );
        let body = Object::read(odd.as_bytes(), Search::Spi.table()).unwrap();
        let (refused, _) = of(&HeaderMap::new(), &body, true);
        assert_eq!(
            refused.unwrap(),
            "À noter : motif, numeroSPI sont donnés en nombres et lus comme des textes.",
            "what an attribute that is refused became is not told"
        );
        let names = |names: &str| {
            let body =
                format!(r#"{{"criteresRecherche":{{"etatCivil":{{"prenoms":"{names}"}}}}}}"#);
            let body = Object::read(body.as_bytes(), Search::PerPhy.table()).unwrap();
            of(&HeaderMap::new(), &body, false).0
        };
        assert_eq!(names("CELINE AURELIE"), None);
        assert_eq!(
            names("CELINE,AURELIE").unwrap(),
            "Accepté tel quel : prenoms contient une virgule ou un point-virgule, lu comme une espace."
        );
    }
}
