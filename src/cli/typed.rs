//! What a person types, read as it was meant.

use std::borrow::Cow;

use clap::{
    ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

/// An identifier without the spaces that make it readable on paper: IBAN by fours, SIREN by threes. Anything else as it is.
pub(super) fn identifier(text: &str) -> Cow<'_, str> {
    let bare: String = text.chars().filter(|one| !one.is_whitespace()).collect();
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let is_identifier = bare.len() >= 9
        && digits * 2 >= bare.len()
        && bare.chars().all(|one| one.is_ascii_alphanumeric());
    if is_identifier && bare.len() < text.len() { Cow::Owned(bare) } else { Cow::Borrowed(text) }
}

/// How an answer is written: for people, or for programs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// Reads one of these by its name; the help lists the names.
pub(super) fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [T; N],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.map(name)).map(move |text| {
        let named = all.into_iter().find(|one| name(*one) == text);
        named.expect("clap takes these names only")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spaces_of_an_identifier_are_no_part_of_it() {
        for (typed, meant) in [
            ("FR76 9901 0000 0100 0001 0100 185", "FR7699010000010000010100185"),
            ("209 990 019 00017", "20999001900017"),
            ("39\u{202f}90\u{a0}000 101 192", "3990000101192"),
            ("3990000101192", "3990000101192"),
            ("celine-simple", "celine-simple"),
            ("12 rue de la Paix", "12 rue de la Paix"),
            ("1980 06 25", "1980 06 25"),
        ] {
            assert_eq!(identifier(typed), meant);
        }
    }
}
