//! Names as FICOBA and R2P compare them, and French text for places that take ASCII only.
//!
//! "Les informations doivent être transmises en majuscules, sans accent et sans caractère spécial […]. Dans le cas
//! contraire, l'API fera la conversion et les caractères spéciaux seront remplacés par des espaces" (PT 5.3.2.1, 6.3.2.1);
//! ligatures, hyphens and apostrophes are allowed in what is sent (PT annexe 10).

use std::{
    borrow::{Borrow, Cow},
    str::FromStr,
};

use any_ascii::any_ascii_char;

use crate::domain::text::ascii_form;

/// A name, company name, street or town in the form that is compared: words of `A-Z0-9`, one space between, never empty.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComparisonName(String);

/// First names in order, in the form that is compared. A hyphenated one counts as two.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FirstNames(ComparisonName);

/// Nothing to compare is left of a name: it has neither letters nor digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name needs a letter or a digit")]
pub struct EmptyName;

impl ComparisonName {
    /// The comparison form of a text; none when nothing is left of it.
    pub fn new(text: &str) -> Option<Self> {
        let form = comparison_form(text);
        if form.is_empty() { None } else { Some(Self(form)) }
    }

    /// The words, joined by single spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }
}

impl FromStr for ComparisonName {
    type Err = EmptyName;

    fn from_str(text: &str) -> Result<Self, EmptyName> {
        Self::new(text).ok_or(EmptyName)
    }
}

/// Equal and hashed as its text, so that a map can be asked with a `&str` in comparison form.
impl Borrow<str> for ComparisonName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FirstNames {
    /// The first names of a text, parted by spaces in its comparison form; none when nothing is left of it.
    pub fn parse(text: &str) -> Option<Self> {
        ComparisonName::new(text).map(Self)
    }

    /// Whether the given ones are this person's first ones, in order and each whole.
    pub fn starts_with(&self, given: &Self) -> bool {
        let rest = self.as_str().strip_prefix(given.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }

    /// Each first name, a hyphenated one as two.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.words()
    }

    /// The words, joined by single spaces.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for FirstNames {
    type Err = EmptyName;

    fn from_str(text: &str) -> Result<Self, EmptyName> {
        text.parse().map(Self)
    }
}

ascii_form!(ComparisonName, FirstNames);

/// Capitals without accents, ligatures as two letters, everything else as spaces, one at a time and none at the ends.
/// Nothing but `A-Z`, `0-9` and single spaces is left.
pub fn comparison_form(text: &str) -> String {
    let mut form = NameBuilder { out: String::with_capacity(text.len()), gap: false };
    if text.is_ascii() {
        text.bytes().for_each(|byte| form.push(byte));
        return form.out;
    }
    for c in text.chars() {
        if is_invisible(c) {
            continue;
        }
        if c.is_alphanumeric() {
            any_ascii_char(c).bytes().for_each(|byte| form.push(byte));
        } else {
            form.push(b' ');
        }
    }
    form.out
}

/// A name as civil status certified by INSEE writes it: capitals without accents, ligatures as two letters; hyphens,
/// apostrophes and spaces kept.
pub fn plain_capitals(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_lowercase();
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii() => out.push(c.to_ascii_uppercase()),
            '’' => out.push('\''),
            _ if is_invisible(c) => {}
            _ if c.is_alphanumeric() => {
                any_ascii_char(c).chars().for_each(|c| out.push(c.to_ascii_uppercase()));
            }
            _ => out.push(' '),
        }
    }
    Cow::Owned(out)
}

/// French text in printable ASCII, case kept, for headers and other places that take nothing else: quotation marks and
/// dashes as their plain forms, white space as spaces, and what has no ASCII form left out.
pub fn fold_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_opening = false;
    for c in text.chars() {
        let skipped = after_opening && c.is_whitespace();
        after_opening = c == '«' || skipped;
        match c {
            ' '..='~' if !skipped => out.push(c),
            _ if skipped => {}
            '“' | '”' | '„' | '«' => out.push('"'),
            '»' => {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('"');
            }
            _ if c.is_whitespace() => out.push(' '),
            _ => out.extend(any_ascii_char(c).chars().filter(|c| (' '..='~').contains(c))),
        }
    }
    out
}

struct NameBuilder {
    out: String,
    gap: bool,
}

impl NameBuilder {
    fn push(&mut self, byte: u8) {
        if !byte.is_ascii_alphanumeric() {
            self.gap = true;
            return;
        }
        if self.gap && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.gap = false;
        self.out.push(char::from(byte.to_ascii_uppercase()));
    }
}

/// Characters that do not part words: an accent written apart from its letter, soft hyphens, joiners.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_compare_without_case_accents_ligatures_and_signs() {
        for (text, form) in [
            ("Dupont", "DUPONT"),
            ("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸ àâäçéèêëîïôöùûüÿ", "AAACEEEEIIOOUUUY AAACEEEEIIOOUUUY"),
            ("Lætitia ÆGIDIUS", "LAETITIA AEGIDIUS"),
            ("Sœur LECŒUR", "SOEUR LECOEUR"),
            ("Groß", "GROSS"),
            ("Łukasz Đorđević Ørsted Núñez", "LUKASZ DORDEVIC ORSTED NUNEZ"),
            ("D'Artagnan", "D ARTAGNAN"),
            ("L’Hôpital-d‘Arc", "L HOPITAL D ARC"),
            ("L\u{2BC}Haÿ", "L HAY"),
            ("Marie–Pierre", "MARIE PIERRE"),
            ("  SARL  &é»'(-_{@ ;Durand\t& fils. ", "SARL E DURAND FILS"),
            ("3€ du\u{a0}coin №", "3 DU COIN"),
            ("co\u{ad}ope\u{301}rative", "COOPERATIVE"),
            ("Ａｎｎｅ ２", "ANNE 2"),
            ("-'’", ""),
            ("", ""),
        ] {
            assert_eq!(comparison_form(text), form, "{text}");
        }
    }

    #[test]
    fn an_accent_apart_from_its_letter_compares_as_one_with_it() {
        assert_eq!(comparison_form("Zoe\u{308} Lefe\u{300}vre"), comparison_form("Zoë Lefèvre"));
    }

    #[test]
    fn a_name_of_signs_alone_is_no_name() {
        assert_eq!(ComparisonName::new("' - "), None);
        assert_eq!("".parse::<ComparisonName>(), Err(EmptyName));
        assert_eq!(FirstNames::parse("’"), None);
    }

    #[test]
    fn the_given_first_names_must_be_the_first_ones_whole_and_in_order() {
        let person = FirstNames::parse("Marie-Pierre Zoé Anne").unwrap();
        for (given, matches) in [
            ("MARIE-PIERRE", true),
            ("marie pierre zoe", true),
            ("Marie", true),
            ("Marie-Pierre Zoé Anne", true),
            ("Mari", false),
            ("Marie-Pierre Zo", false),
            ("Pierre", false),
            ("Zoé Marie-Pierre", false),
            ("Marie-Pierre Anne", false),
            ("Marie-Pierre Zoé Anne Luce", false),
        ] {
            assert_eq!(person.starts_with(&FirstNames::parse(given).unwrap()), matches, "{given}");
        }
    }

    #[test]
    fn french_text_folds_to_ascii_with_its_case() {
        for (text, folded) in [
            ("motif « 0100 » non autorisé", "motif \"0100\" non autorise"),
            ("«\u{a0}L’Œuvre\u{202f}» — 3\u{202f}€…", "\"L'Oeuvre\" - 3 EUR..."),
            ("certificat expiré\r\nSet-Cookie: a=b", "certificat expire  Set-Cookie: a=b"),
            ("“a” ‘b’", "\"a\" 'b'"),
            ("\u{7}a\u{301}\u{7f}", "a"),
        ] {
            assert_eq!(fold_ascii(text), folded, "{text}");
        }
    }

    #[test]
    fn json_carries_names_as_strings_and_brings_them_to_the_form() {
        let name: ComparisonName = serde_json::from_str("\"Lefèvre\"").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"LEFEVRE\"");
        assert!(serde_json::from_str::<FirstNames>("\"\"").is_err());
    }

    proptest! {
        #[test]
        fn the_form_holds_words_of_capitals_and_digits_and_is_its_own_form(text in "\\PC{0,40}|[A-Za-zÀ-ÿ' -]{0,40}") {
            let form = comparison_form(&text);
            prop_assert_eq!(comparison_form(&form), &form[..]);
            let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            prop_assert!(form.is_empty() || form.split(' ').all(word), "{form:?}");
        }

        #[test]
        fn ascii_takes_the_same_way_as_the_rest(text in "[ -~\\t]{0,30}") {
            // A last letter outside ASCII forces the slow path.
            let expected = format!("{} E", comparison_form(&text));
            prop_assert_eq!(comparison_form(&format!("{text} é")), expected.trim());
        }

        #[test]
        fn first_names_match_as_lists_of_words(
            person in prop::collection::vec("[A-B]{1,2}", 1..4), given in prop::collection::vec("[A-B]{1,2}", 1..4)
        ) {
            let names = |words: &[String]| FirstNames::parse(&words.join(" ")).unwrap();
            prop_assert_eq!(names(&person).starts_with(&names(&given)), person.starts_with(&given));
            prop_assert!(names(&person).words().eq(person.iter().map(String::as_str)));
        }

        #[test]
        fn folded_text_is_printable_ascii_and_stays_as_it_is(text in "\\PC{0,40}|[«» \\u{a0}a-e\\n]{0,20}") {
            let folded = fold_ascii(&text);
            prop_assert!(folded.bytes().all(|b| (b' '..=b'~').contains(&b)));
            prop_assert_eq!(fold_ascii(&folded), folded);
        }
    }
}
