//! Identifiers of people, companies and accounts anywhere in a text, of the kind that the real world has.

use crate::register::data_ranges;

/// Whether an identifier is in the text that is sound down to its key and outside the ranges that are ours, whatever
/// separators it is written with.
pub(super) fn holds_one(text: &str) -> bool {
    numbers(text).any(|number| {
        ["numeroSPI", "siren", "siret"].iter().any(|kind| data_ranges::looks_real(kind, &number))
    }) || accounts(text).any(|account| data_ranges::looks_real("iban", &account))
}

/// The numbers in a text: each group of digits, and each succession of groups, of a length that an identifier has.
fn numbers(text: &str) -> impl Iterator<Item = String> {
    let mut successions: Vec<Vec<&str>> = Vec::new();
    let mut end = None;
    for group in text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()) {
        let start = group.as_ptr() as usize - text.as_ptr() as usize;
        match (successions.last_mut(), end) {
            (Some(last), Some(end)) if is_separator(&text[end..start]) => last.push(group),
            (_, _) => successions.push(vec![group]),
        }
        end = Some(start + group.len());
    }
    successions.into_iter().flat_map(|groups| {
        let mut found = Vec::new();
        for first in 0..groups.len() {
            let mut number = String::new();
            for group in &groups[first..] {
                number.push_str(group);
                if number.len() > LONGEST {
                    break;
                }
                if LENGTHS.contains(&number.len()) {
                    found.push(number.clone());
                }
            }
        }
        found
    })
}

/// What may be an account number: `FR` and the next 25 letters and digits.
fn accounts(text: &str) -> impl Iterator<Item = String> {
    let upper = text.to_ascii_uppercase();
    let starts: Vec<usize> = upper.match_indices("FR").map(|(at, _)| at).collect();
    starts.into_iter().filter_map(move |at| {
        let mut account = String::new();
        for c in upper[at..].chars() {
            match c {
                c if c.is_ascii_alphanumeric() => account.push(c),
                c if joins(c) => {}
                _ => break,
            }
            if account.len() == IBAN {
                return Some(account);
            }
        }
        None
    })
}

/// At most two characters that hold the groups of one number together.
fn is_separator(between: &str) -> bool {
    between.chars().count() <= 2 && between.chars().all(joins)
}

fn joins(c: char) -> bool {
    super::decoded::is_space(c) || matches!(c, '.' | '-' | '/' | '_' | '+')
}

const LENGTHS: [usize; 3] = [9, 13, 14];
const LONGEST: usize = 14;
const IBAN: usize = 27;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_looking_identifier_is_found_wherever_it_stands_and_ours_are_not() {
        for real in [
            "FR7630006000011234567890189",
            "pour le compte FR76 3000 6000 0112 3456 7890 189, urgent",
            "fr76.3000.6000.0112.3456.7890.189",
            "SPI 1899582886173",
            "SPI 18 99 582 886 173.",
            "n°1899582886173x",
            "SIREN 732 829 320",
            "73282932000074",
        ] {
            assert!(holds_one(real), "{real}");
        }
        for ours in [
            "",
            "test d'intégration",
            "FR7699010000010000010100185",
            "2026-11-20",
            "0020",
            "06 00 00 00 00",
            "FRANCE",
            "20999001900017",
        ] {
            assert!(!holds_one(ours), "{ours}");
        }
    }
}
