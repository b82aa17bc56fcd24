//! What kind of text came, told without the text: the journal explains a refusal and holds nobody's data.

use percent_encoding::percent_decode_str;

/// `33 caractères (majuscules, chiffres, espaces)`: the length and the classes of characters, in the order in which they appear.
pub fn received(text: &str) -> String {
    let mut classes: Vec<&str> = Vec::new();
    let mut length = 0_usize;
    for c in text.chars() {
        length += 1;
        let class = class(c);
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    match length {
        0 => "rien".to_owned(),
        1 => format!("1 caractère ({})", classes.join(", ")),
        length => format!("{length} caractères ({})", classes.join(", ")),
    }
}

/// The same of a text that came percent-encoded, in a path or a query: what was meant is told, not its encoding.
pub fn received_encoded(encoded: &str) -> String {
    let meant = percent_decode_str(encoded).decode_utf8();
    meant.map_or_else(|_| UNDECODABLE.to_owned(), |text| received(&text))
}

/// What came where no text is behind an encoding.
pub const UNDECODABLE: &str = "un encodage qui n'est pas du texte UTF-8";

fn class(c: char) -> &'static str {
    match c {
        '0'..='9' => "chiffres",
        'A'..='Z' => "majuscules",
        'a'..='z' => "minuscules",
        ' ' => "espaces",
        '-' => "traits d'union",
        '/' => "barres obliques",
        '.' | ',' | ';' | ':' | '\'' | '’' | '"' => "ponctuation",
        c if c.is_control() => "caractères de contrôle",
        c if c.is_whitespace() => "espaces insécables ou autres blancs",
        c if c.is_alphabetic() => "lettres accentuées ou d'un autre alphabet",
        c if c.is_numeric() => "chiffres d'une autre écriture",
        _ => "autres signes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_by_its_length_and_its_classes() {
        for (text, expected) in [
            ("", "rien"),
            ("7", "1 caractère (chiffres)"),
            ("FR76 9901", "9 caractères (majuscules, chiffres, espaces)"),
            ("29/11/2026", "10 caractères (chiffres, barres obliques)"),
            ("avril", "5 caractères (minuscules)"),
            (
                "É\u{a0}１\n€",
                "5 caractères (lettres accentuées ou d'un autre alphabet, espaces insécables ou autres blancs, \
                chiffres d'une autre écriture, caractères de contrôle, autres signes)",
            ),
        ] {
            assert_eq!(received(text), expected);
        }
    }

    #[test]
    fn a_text_that_came_encoded_is_told_as_it_was_meant() {
        for (encoded, expected) in [
            ("30%2023%20217", "9 caractères (chiffres, espaces)"),
            ("3023217", "7 caractères (chiffres)"),
            ("%C3%89", "1 caractère (lettres accentuées ou d'un autre alphabet)"),
            ("%", "1 caractère (autres signes)"),
            ("%FF", "un encodage qui n'est pas du texte UTF-8"),
        ] {
            assert_eq!(received_encoded(encoded), expected, "{encoded}");
        }
    }
}
