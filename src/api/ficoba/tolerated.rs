//! What a demand has that no document asks for and that is accepted all the same: for who reads the journal, since the answer says
//! nothing of it.
//!
//! *Decision*: the protocol does not say what becomes of these. Names of unknown attributes are not kept: a client may have put
//! somebody's name there.

use http::{HeaderMap, header};

use super::demande::Object;
use crate::api::announced;

/// What was accepted without a word, in French; nothing for a demand that is as the documents have it.
pub(super) fn describe(headers: &HeaderMap, body: &Object<'_>) -> Option<String> {
    let media = headers.get(header::CONTENT_TYPE).filter(|media| *media != "application/json");
    if media.is_none() && !body.is_odd() {
        return None; // nearly every demand
    }
    let media = media.and_then(announced).filter(|media| !is_json(media));
    let media = media.map(|media| format!("le corps est annoncé {media} et lu comme du JSON"));
    let unknown = match body.unknown() {
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
    let given = body.given();
    let joined = given.iter().any(|(key, text)| *key == "prenoms" && text.contains([',', ';']));
    let joined = joined.then(|| {
        "prenoms contient une virgule ou un point-virgule, lu comme une espace".to_owned()
    });
    let all: Vec<_> = [media, unknown, numbers, joined].into_iter().flatten().collect();
    (!all.is_empty()).then(|| format!("Accepté tel quel : {}.", all.join(" ; ")))
}

fn is_json(media: &str) -> bool {
    let end = media.len().saturating_sub("json".len());
    media.get(end..).is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::api::ficoba::demande::Search;

    fn described(media: Option<&'static str>, body: &str) -> Option<String> {
        let media = media.map(|media| (header::CONTENT_TYPE, HeaderValue::from_static(media)));
        let body = Object::read(body.as_bytes(), Search::Spi.table()).unwrap();
        describe(&media.into_iter().collect(), &body)
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
        let names = |names: &str| {
            let body =
                format!(r#"{{"criteresRecherche":{{"etatCivil":{{"prenoms":"{names}"}}}}}}"#);
            let body = Object::read(body.as_bytes(), Search::PerPhy.table()).unwrap();
            describe(&HeaderMap::new(), &body)
        };
        assert_eq!(names("CELINE AURELIE"), None);
        assert_eq!(
            names("CELINE,AURELIE").unwrap(),
            "Accepté tel quel : prenoms contient une virgule ou un point-virgule, lu comme une espace."
        );
    }
}
