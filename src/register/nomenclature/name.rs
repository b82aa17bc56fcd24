//! First names by sex, and surnames, for the generated people.

use std::sync::LazyLock;

use super::table::rows;

/// First names of women, sorted, with their accents.
pub fn female_names() -> &'static [&'static str] {
    &FEMALE_NAMES
}

/// First names of men, sorted, with their accents.
pub fn male_names() -> &'static [&'static str] {
    &MALE_NAMES
}

/// Surnames, sorted, with their accents.
pub fn surnames() -> &'static [&'static str] {
    &SURNAMES
}

static FEMALE_NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| first_names("2"));

static MALE_NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| first_names("1"));

static SURNAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../../../fixtures/nomenclatures/patronymes.txt").lines().collect()
});

fn first_names(wanted: &str) -> Vec<&'static str> {
    rows(include_str!("../../../fixtures/nomenclatures/prenoms.tsv"))
        .filter_map(|[sex, name]| (sex == wanted).then_some(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fake::locales::{Data, FR_FR};

    use super::*;
    use crate::register::nomenclature::table::tests::sorted;

    #[test]
    fn surnames_are_those_of_the_fake_crate() {
        let published: BTreeSet<&str> = FR_FR::NAME_LAST_NAME.iter().copied().collect();
        assert!(surnames().iter().copied().eq(published));
        assert_eq!(surnames().len(), 864);
    }

    #[test]
    fn first_names_come_by_sex() {
        assert_eq!((female_names().len(), male_names().len()), (127, 88));
        assert!(female_names().contains(&"Céline") && !male_names().contains(&"Céline"));
        assert!(male_names().contains(&"Étienne") && !female_names().contains(&"Étienne"));
    }

    /// FICOBA protocol v11, annexe 10: the letters that civil status allows.
    #[test]
    fn names_hold_only_what_civil_status_allows() {
        const ALLOWED: &str = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸàâäçéèêëîïôöùûüÿÆŒæœ '-";
        for name in female_names().iter().chain(male_names()).chain(surnames()) {
            assert!(name.chars().all(|c| c.is_ascii_alphabetic() || ALLOWED.contains(c)), "{name}");
        }
        for names in [female_names(), male_names(), surnames()] {
            sorted(names);
        }
    }
}
