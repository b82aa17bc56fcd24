//! Names that a client wrote in the place of those that exist: `IBAN` for `iban`, `dateNaissance` for `naisDate`.
//!
//! A name that looks like none of them is not told: a client may have put somebody's name there.

/// The known name that this one looks like most; nothing when it is one of them, or looks like none.
pub(super) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if !is_plain(name) {
        return None;
    }
    let mut best: Option<(&str, f64)> = None;
    for one in known {
        if one == name {
            return None;
        }
        let likeness = likeness(name, one);
        if likeness >= LEAST && best.is_none_or(|(_, other)| likeness > other) {
            best = Some((one, likeness));
        }
    }
    best.map(|(one, _)| one)
}

/// `« IBAN » est inconnu : l'attribut s'appelle « iban »`, for each pair; nothing for none.
pub(super) fn suggest(what: &str, pairs: &[(String, &str)]) -> Option<String> {
    let line = |(name, known): &(String, &str)| {
        format!("« {name} » est inconnu : {what} s'appelle « {known} »")
    };
    let lines: Vec<_> = pairs.iter().take(MOST).map(line).collect();
    (!lines.is_empty()).then(|| lines.join(" ; "))
}

/// Letters, digits and joiners, no longer than names are: the rest is data, or an attack on who reads.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(plain)
}

/// From 0 to 1: by the letters, or by the words that the two share in any order (`date`, `nais`).
fn likeness(one: &str, another: &str) -> f64 {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let by_letters = strsim::normalized_levenshtein(&letters(one), &letters(another));
    by_letters.max(by_words(&words(one), &words(another)))
}

/// The share of the words of either that begin, or are begun by, one of the other.
fn by_words(one: &[String], another: &[String]) -> f64 {
    let same = |a: &str, b: &str| {
        a.len().min(b.len()) >= SHORTEST && (a.starts_with(b) || b.starts_with(a))
    };
    let common = |some: &[String], others: &[String]| {
        some.iter().filter(|word| others.iter().any(|other| same(word, other))).count()
    };
    let all = one.len() + another.len();
    let shared = common(one, another) + common(another, one);
    let share = |n: usize| f64::from(u16::try_from(n).unwrap_or(u16::MAX));
    if all == 0 { 0.0 } else { share(shared) / share(all) }
}

/// `dateNaissance`, `date_naissance`: date, naissance.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let begins =
            !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && before.is_ascii_lowercase());
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Less alike than that, two names are two things.
const LEAST: f64 = 0.65;
/// Characters of a word that tell it.
const SHORTEST: usize = 3;
/// Characters of a name that is told.
const LONGEST: usize = 40;
/// Names that are told.
const MOST: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 9] = [
        "iban",
        "verificationCompte",
        "nom",
        "prenom",
        "naisDate",
        "naisCodeDept",
        "siretDemandeur",
        "numeroSPI",
        "dateDemande",
    ];

    #[test]
    fn a_name_is_found_by_its_letters_or_by_its_words() {
        let near = |name: &str| nearest(name, KNOWN.into_iter());
        for (name, known) in [
            ("IBAN", "iban"),
            ("Iban", "iban"),
            ("dateNaissance", "naisDate"),
            ("date_naissance", "naisDate"),
            ("naissanceDate", "naisDate"),
            ("siret_demandeur", "siretDemandeur"),
            ("SiretDemandeur", "siretDemandeur"),
            ("prenoms", "prenom"),
            ("numeroSpi", "numeroSPI"),
            ("verifCompte", "verificationCompte"),
            ("date_demande", "dateDemande"),
        ] {
            assert_eq!(near(name), Some(known), "{name}");
        }
    }

    #[test]
    fn what_looks_like_none_is_not_told() {
        let near = |name: &str| nearest(name, KNOWN.into_iter());
        let long = "iban".repeat(20);
        for name in [
            "iban",
            "VALBRUNE",
            "CELINE",
            "",
            "ib\nan",
            "<iban>",
            "ibàn",
            &long,
            "x",
            "FR7699010000010000010100185",
        ] {
            assert_eq!(near(name), None, "{name}");
        }
    }

    #[test]
    fn three_names_are_told_at_most() {
        let pairs: Vec<_> = (0..5).map(|n| (format!("iban{n}"), "iban")).collect();
        let text = suggest("l'attribut", &pairs).unwrap();
        assert_eq!(text.matches("s'appelle").count(), 3);
        assert_eq!(super::suggest("l'attribut", &[]), None);
    }
}
