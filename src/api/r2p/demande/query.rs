//! From a query string to the texts of the parameters.
//!
//! Pairs as HTML forms write them: `&` between, `+` or `%20` for a space, UTF-8 in percent-encoding or as it is. What is
//! empty is absent. Unknown names are left aside, as the gateway's product checks no query parameter. A name given twice
//! is refused (*decision*: frameworks take the first or join both, and one of the two would be lost unseen).

use std::borrow::Cow;

use super::parameter::{Parameter, QUERY};
use crate::{
    api::r2p::fault::{Expected, Fault},
    domain::received,
};

/// The parameters that a query gives.
#[derive(Debug)]
pub(super) struct Given<'a>(Vec<(&'static Parameter, Text<'a>)>);

#[derive(Debug)]
enum Text<'a> {
    /// Readable.
    Once(Cow<'a, str>),
    /// Given again.
    Twice,
    /// Behind an encoding that is no text.
    Broken,
}

impl<'a> Given<'a> {
    /// The known parameters of the query that are not empty.
    pub(super) fn of(query: &'a str) -> Self {
        let mut given = Self(Vec::new());
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(name) = decode(name, Plus::Space) else { continue };
            let Some(parameter) = QUERY.into_iter().find(|parameter| parameter.name == name) else {
                continue;
            };
            if !value.is_empty() {
                given.add(parameter, decode(value, Plus::Space).map_or(Text::Broken, Text::Once));
            }
        }
        given
    }

    /// Their names, in the Swagger's order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        QUERY.into_iter().filter(|parameter| self.has(parameter)).map(|parameter| parameter.name)
    }

    /// Whether the parameter is given.
    pub(super) fn has(&self, parameter: &Parameter) -> bool {
        self.0.iter().any(|(given, _)| *given == parameter)
    }

    /// What kind of text the parameter was given: its length and its classes of characters.
    pub(super) fn received(&self, parameter: &Parameter) -> Option<String> {
        let (_, text) = self.0.iter().find(|(given, _)| *given == parameter)?;
        Some(match text {
            Text::Once(text) => received(text),
            Text::Twice => "plusieurs valeurs".to_owned(),
            Text::Broken => "un encodage qui n'est pas du texte UTF-8".to_owned(),
        })
    }

    /// What `read` makes of the parameter's text, once that has its form.
    ///
    /// # Errors
    /// It is repeated, no text, or of another form; or `read` makes nothing of it: a code of no nomenclature.
    pub(super) fn read<T>(
        &self,
        parameter: &'static Parameter,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let Some((_, text)) = self.0.iter().find(|(given, _)| *given == parameter) else {
            return Ok(None);
        };
        match text {
            Text::Twice => Err(Fault::Repeated(parameter)),
            Text::Broken => Err(Fault::Format(parameter, Expected::Utf8)),
            Text::Once(text) if text.contains(char::is_control) => {
                Err(Fault::Format(parameter, Expected::NoControl))
            }
            Text::Once(text) if !parameter.form.admits(text) => {
                Err(Fault::Format(parameter, Expected::Form))
            }
            Text::Once(text) => {
                read(text).map(Some).ok_or(Fault::Format(parameter, Expected::Nomenclature))
            }
        }
    }

    fn add(&mut self, parameter: &'static Parameter, text: Text<'a>) {
        match self.0.iter_mut().find(|(given, _)| *given == parameter) {
            Some((_, earlier)) => *earlier = Text::Twice,
            None => self.0.push((parameter, text)),
        }
    }
}

/// What a plus sign stands for: a space in a query, itself in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plus {
    Space,
    Itself,
}

/// The text behind percent-encoding; none when that is broken or is not UTF-8.
pub(super) fn decode(text: &str, plus: Plus) -> Option<Cow<'_, str>> {
    let whole = |at: usize| {
        text.as_bytes().get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.match_indices('%').all(|(at, _)| whole(at)) {
        return None;
    }
    if plus == Plus::Space && text.contains('+') {
        let spaced = text.replace('+', " ");
        return Some(Cow::Owned(
            percent_encoding::percent_decode_str(&spaced).decode_utf8().ok()?.into_owned(),
        ));
    }
    percent_encoding::percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::api::r2p::demande::parameter::{NOM, PRENOM, SEXE};

    fn read(query: &str, parameter: &'static Parameter) -> Result<Option<String>, Fault> {
        Given::of(query).read(parameter, |text| Some(text.to_owned()))
    }

    #[test]
    fn spaces_and_accents_come_in_each_of_their_spellings() {
        for query in [
            "prenom=JEAN+%C3%89LIE",
            "prenom=JEAN%20%C3%89LIE",
            "prenom=JEAN%20ÉLIE",
            "%70renom=JEAN+ÉLIE",
        ] {
            assert_eq!(read(query, &PRENOM), Ok(Some("JEAN ÉLIE".to_owned())), "{query}");
        }
        assert_eq!(read("nom=A%2BB", &NOM), Ok(Some("A+B".to_owned())));
        assert_eq!(decode("1%2B2+3", Plus::Itself).as_deref(), Some("1+2+3"));
    }

    #[test]
    fn empty_and_absent_are_one_and_unknown_ones_are_left_aside() {
        for query in ["", "nom", "nom=", "nom=&nom=", "Nom=X&NOM=X&%FF=X&x=%FF&&=&=nom"] {
            assert_eq!(read(query, &NOM), Ok(None), "{query}");
        }
        assert_eq!(read("nom=&nom=X", &NOM), Ok(Some("X".to_owned())));
        let names: Vec<_> = Given::of("prenom=B&x=1&sexe=&nom=A").names().collect();
        assert_eq!(names, ["nom", "prenom"]);
    }

    #[test]
    fn the_second_time_is_refused_even_with_the_same_value() {
        assert_eq!(read("nom=X&nom=X", &NOM), Err(Fault::Repeated(&NOM)));
        assert_eq!(read("nom=%FF&nom=X", &NOM), Err(Fault::Repeated(&NOM)));
    }

    #[test]
    fn what_is_no_text_is_refused_with_what_is_wrong() {
        for value in ["%E9LIE", "X%", "X%4", "X%ZZ", "%+41", "%C3"] {
            assert_eq!(
                read(&format!("nom={value}"), &NOM),
                Err(Fault::Format(&NOM, Expected::Utf8)),
                "{value}"
            );
        }
        for value in ["X%00", "X%0A", "%09X", "X%7F", "X%C2%85"] {
            assert_eq!(
                read(&format!("nom={value}"), &NOM),
                Err(Fault::Format(&NOM, Expected::NoControl)),
                "{value}"
            );
        }
        assert_eq!(read("sexe=3", &SEXE), Err(Fault::Format(&SEXE, Expected::Form)));
        let refused = Given::of("sexe=1").read(&SEXE, |_| None::<()>);
        assert_eq!(refused, Err(Fault::Format(&SEXE, Expected::Nomenclature)));
    }

    proptest! {
        #[test]
        fn whatever_is_encoded_is_read_back(text in "[^\\p{Cc}]{1,40}") {
            prop_assume!(NOM.form.admits(&text));
            let encoded: String = text.bytes().map(percent_encoding::percent_encode_byte).collect();
            prop_assert_eq!(read(&format!("sexe=1&nom={encoded}"), &NOM), Ok(Some(text)));
        }

        #[test]
        fn no_query_panics(query in "([%&=+]|nom|[0-9A-F]{2}|\\PC){0,30}") {
            for parameter in QUERY {
                let _ = Given::of(&query).read(parameter, |_| Some(()));
            }
        }
    }
}
