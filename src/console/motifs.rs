//! Motifs of interrogation in words, wherever a page names one by its code.

use crate::api::Apis;

/// The motif of this code with its label and its legal ground; that it is unknown otherwise.
pub(super) fn named(apis: &Apis, code: &str) -> String {
    let known = code.parse().ok().and_then(|motif| apis.motif(motif));
    known.map_or_else(|| format!("{code} : motif inconnu"), |words| words.to_string())
}

/// The known motifs whose codes a text about motifs cites, each once.
pub(super) fn cited(apis: &Apis, text: &str) -> Vec<String> {
    if !text.contains("motif") && !text.contains("Motif") {
        return Vec::new();
    }
    let words = text.split(|c: char| !c.is_alphanumeric());
    let codes = words.filter(|word| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()));
    let mut all = Vec::new();
    for motif in codes.filter_map(|code| apis.motif(code.parse().ok()?)) {
        let text = motif.to_string();
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_motif_is_named_with_its_label_and_its_legal_ground() {
        let apis = Apis::load(None).unwrap();
        let named = named(&apis, "020");
        assert!(named.starts_with("0020 : Démonstration. Fondement juridique : "), "{named}");
        assert_eq!(super::named(&apis, "9999"), "9999 : motif inconnu");
    }

    #[test]
    fn the_motifs_that_a_sentence_cites_are_found_once_and_years_are_none() {
        let apis = Apis::load(None).unwrap();
        let cited = cited(&apis, "motifs de la convention : 0001, 0003 ; le motif 0001, en 2026");
        let codes: Vec<_> = cited.iter().map(|motif| &motif[..4]).collect();
        assert_eq!(codes, ["0001", "0003"]);
        assert!(super::cited(&apis, "le code 0001 du compte").is_empty());
    }
}
