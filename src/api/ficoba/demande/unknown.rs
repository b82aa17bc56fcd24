//! Attributes of a body that no table knows and that look like one that is missing: for who reads why it was refused.

use serde_json::{Map, Value};

use super::attribute::AttributeSpec;
use crate::api::nearest::{nearest, suggest};

/// What the body calls by another name, or puts in another place, in French: names of attributes alone.
pub(in super::super) fn unknown(
    body: &[u8],
    table: &'static [&'static AttributeSpec],
) -> Option<String> {
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else { return None };
    let mut found = StrayAttributes::default();
    found.look(&body, "", table, table);
    let StrayAttributes { renamed, misplaced, otherwise, wrapped } = found;
    let misplaced = misplaced.into_iter().take(MOST).map(|(name, place)| match place {
        "" => format!("« {name} » n'est pas à sa place : il est attendu à la racine de l'objet"),
        place => format!("« {name} » n'est pas à sa place : il est attendu dans {place}"),
    });
    let otherwise = otherwise.into_iter().map(|(name, meant, place)| {
        format!("« {name} » est inconnu : FICOBA demande {meant}, dans {place}")
    });
    let wrapped = wrapped.into_iter().take(MOST).map(|Wrapper { name, held, place }| {
        let what =
            name.map_or_else(|| "un attribut inconnu".to_owned(), |name| format!("« {name} »"));
        let place = match place {
            "" => "à la racine de l'objet".to_owned(),
            place => format!("dans {place}"),
        };
        let held = held.join(", ");
        format!(
            "{what} n'est pas attendu, et contient {held} : ce qu'il contient est attendu {place}"
        )
    });
    let renamed = suggest("l'attribut", &renamed);
    let all: Vec<_> = wrapped.chain(renamed).chain(otherwise).chain(misplaced).collect();
    (!all.is_empty()).then(|| all.join(" ; "))
}

#[derive(Default)]
struct StrayAttributes {
    /// What was written, and the name that is meant.
    renamed: Vec<(String, &'static str)>,
    /// A known attribute, and the structure that should hold it.
    misplaced: Vec<(&'static str, &'static str)>,
    /// What another API or our own sheets call so, what is meant, and the structure that should hold it.
    otherwise: Vec<(&'static str, &'static str, &'static str)>,
    /// Structures that no table knows, around attributes that should stand in their place.
    wrapped: Vec<Wrapper>,
}

struct Wrapper {
    /// Its name, where it is that of a document.
    name: Option<&'static str>,
    /// What it holds of what is looked for.
    held: Vec<&'static str>,
    place: &'static str,
}

impl StrayAttributes {
    fn look(
        &mut self,
        given: &Map<String, Value>,
        place: &'static str,
        entries: &'static [&'static AttributeSpec],
        table: &'static [&'static AttributeSpec],
    ) {
        for (name, value) in given {
            if let Some(entry) = entries.iter().find(|entry| entry.key == name) {
                if let (Value::Object(below), [_, ..]) = (value, entry.entries()) {
                    self.look(below, entry.key, entry.entries(), table);
                }
            } else if let Some((key, owner)) = owner(name, "", table) {
                if owner != place {
                    self.misplaced.push((key, owner));
                }
            } else if let Some((other, meant, place)) = named_otherwise(name, table) {
                self.otherwise.push((other, meant, place));
            } else if let Some(held) = held(value, entries) {
                let name = (name == ECHO).then_some(ECHO);
                self.wrapped.push(Wrapper { name, held, place });
            } else {
                // A text is not meant for a structure, however near its name is.
                let fits = |entry: &AttributeSpec| {
                    value.is_null() || value.is_object() != entry.entries().is_empty()
                };
                let free = entries.iter().filter(|entry| fits(entry)).map(|entry| entry.key);
                let near = nearest(name, free.filter(|key| !given.contains_key(*key)));
                self.renamed.extend(near.map(|near| (name.clone(), near)));
            }
        }
    }
}

/// The attributes of a place that a value holds, which is none of them; nothing where it holds none.
fn held(value: &Value, entries: &'static [&'static AttributeSpec]) -> Option<Vec<&'static str>> {
    let below = value.as_object()?;
    let keys = entries.iter().map(|entry| entry.key);
    let held: Vec<_> = keys.filter(|key| below.contains_key(*key)).take(MOST).collect();
    (!held.is_empty()).then_some(held)
}

/// What the answer calls the demand that it gives back.
const ECHO: &str = "caracteristiquesDemande";

/// What a name of other documents means in this table.
fn named_otherwise(
    name: &str,
    table: &'static [&'static AttributeSpec],
) -> Option<(&'static str, &'static str, &'static str)> {
    let (other, meant, first) = OTHERWISE.iter().find(|(other, ..)| *other == name)?;
    let (_, place) = owner(first, "", table)?;
    Some((other, meant, place))
}

/// Names of R2P and of the sheets of people, what FICOBA has for them, and the first attribute of that.
const OTHERWISE: [(&str, &str, &str); 2] = [
    ("dateNaissance", "anneeNaissance, moisNaissance et jourNaissance", "anneeNaissance"),
    ("nomNaissance", "nom", "nom"),
];

/// The attribute of this name wherever it is, and the structure that holds it.
fn owner(
    name: &str,
    place: &'static str,
    entries: &'static [&'static AttributeSpec],
) -> Option<(&'static str, &'static str)> {
    entries.iter().find_map(|entry| match entry.key == name {
        true => Some((entry.key, place)),
        false => owner(name, entry.key, entry.entries()),
    })
}

/// Attributes out of their place that are told.
const MOST: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ficoba::demande::Search;

    fn stray(search: Search, body: &str) -> String {
        unknown(body.as_bytes(), search.table()).unwrap_or_default()
    }

    #[test]
    fn a_name_that_is_nearly_right_is_told_with_the_right_one() {
        let text =
            stray(Search::NumCpte, r#"{"Motif":"0020","criteresRecherche":{"IBAN":"FR76","x":1}}"#);
        assert!(text.contains("« IBAN » est inconnu : l'attribut s'appelle « iban »"), "{text}");
        assert!(text.contains("« motif »"), "{text}");
        assert!(!text.contains("FR76") && !text.contains("« x »"), "{text}");
        let text = stray(Search::Spi, r#"{"criteresRecherche":{"numeroSPI":"1","numeroSpi":"2"}}"#);
        assert_eq!(text, "", "the right one is there");
        let text = stray(Search::PerPhy, r#"{"criteresRecherche":{"lieuNaissances":"X"}}"#);
        assert_eq!(text, "", "no structure, lieuNaissance, is meant by a text");
        let text = stray(Search::PerPhy, r#"{"criteresRecherche":{"nomNaissance":"X"}}"#);
        assert!(text.contains("FICOBA demande nom, dans etatCivil"), "{text}");
        let text =
            stray(Search::PerPhy, r#"{"criteresRecherche":{"etatCivil":{"dateNaissance":"X"}}}"#);
        assert!(text.contains("anneeNaissance, moisNaissance et jourNaissance"), "{text}");
        assert_eq!(stray(Search::Spi, r#"{"nomNaissance":"X"}"#), "", "no civil status is asked");
        let text = stray(Search::PerPhy, r#"{"criteresRecherche":{"lieunaissance":{}}}"#);
        assert!(text.contains("« lieuNaissance »"), "{text}");
    }

    #[test]
    fn an_attribute_out_of_its_place_is_told_with_its_place() {
        let text =
            stray(Search::NumCpte, r#"{"iban":"FR76","criteresRecherche":{"motif":"0020"}}"#);
        assert!(
            text.contains("« iban » n'est pas à sa place : il est attendu dans criteresRecherche"),
            "{text}"
        );
        assert!(
            text.contains("« motif » n'est pas à sa place : il est attendu à la racine"),
            "{text}"
        );
    }

    /// Whoever sends back what an answer gave sends it one level too deep.
    #[test]
    fn attributes_inside_a_structure_that_nobody_asks_for_are_told() {
        let text = stray(
            Search::NumCpte,
            r#"{"caracteristiquesDemande":{"dateDemande":"x","motif":"0020"},"y":{"criteresRecherche":{}}}"#,
        );
        assert_eq!(
            text,
            "« caracteristiquesDemande » n'est pas attendu, et contient dateDemande, motif : ce qu'il contient est attendu à la racine de l'objet ; \
             un attribut inconnu n'est pas attendu, et contient criteresRecherche : ce qu'il contient est attendu à la racine de l'objet"
        );
        let text = stray(Search::NumCpte, r#"{"criteresRecherche":{"compte":{"iban":"FR76"}}}"#);
        assert!(
            text.ends_with("contient iban : ce qu'il contient est attendu dans criteresRecherche"),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_object_or_says_nothing_is_left_aside() {
        for body in ["", "[1]", "{", "{}", r#"{"VALBRUNE":"CELINE"}"#, r#"{"a":{"b":[{"c":1}]}}"#] {
            assert_eq!(stray(Search::PerPhy, body), "", "{body}");
        }
    }
}
