//! From a query string to the texts of the parameters.
//!
//! Pairs as HTML forms write them: `&` between, `+` or `%20` for a space, UTF-8 in percent-encoding or as it is. What is
//! empty is absent. Unknown names are left aside, as the gateway's product checks no query parameter. A name given twice
//! is refused (*decision*: frameworks take the first or join both, and one of the two would be lost unseen).

use std::borrow::Cow;

use super::form::Parameter;
use crate::{
    api::nearest::{nearest, suggest},
    domain::{UNDECODABLE, received},
    journal::RefusalFacts,
};

/// The parameters that a query gives.
#[derive(Debug)]
pub(in crate::api) struct Given<'a> {
    table: &'static [&'static Parameter],
    all: Vec<(&'static Parameter, GivenText<'a>)>,
}

/// A parameter that cannot be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) struct Misread {
    pub(in crate::api) parameter: &'static Parameter,
    pub(in crate::api) wrong: ParameterFault,
}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum ParameterFault {
    /// Another one needs it.
    Absent,
    /// It is given more than once.
    Repeated,
    Expected(Expected),
}

/// What was expected of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Expected {
    Form,
    /// GivenText, percent-encoded.
    Utf8,
    /// No control character.
    NoControl,
    /// A code of INSEE's nomenclatures, current or former.
    Nomenclature,
    /// The same, of a commune of the département that is given.
    Commune,
}

#[derive(Debug)]
enum GivenText<'a> {
    /// Readable.
    Once(Cow<'a, str>),
    /// Given again.
    Twice,
    /// Behind an encoding that is no text.
    Broken,
}

impl<'a> Given<'a> {
    /// The known parameters of the query that are not empty.
    pub(in crate::api) fn from_query(query: &'a str, table: &'static [&'static Parameter]) -> Self {
        let mut given = Self { table, all: Vec::new() };
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(name) = decode(name, Plus::Space) else { continue };
            let Some(parameter) = table.iter().find(|parameter| parameter.name == name) else {
                continue;
            };
            if !value.is_empty() {
                given.add(
                    parameter,
                    decode(value, Plus::Space).map_or(GivenText::Broken, GivenText::Once),
                );
            }
        }
        given
    }

    /// Their names, in the published order.
    pub(in crate::api) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.table.iter().filter(|parameter| self.has(parameter)).map(|parameter| parameter.name)
    }

    pub(in crate::api) fn has(&self, parameter: &Parameter) -> bool {
        self.all.iter().any(|(given, _)| *given == parameter)
    }

    /// What kind of text the parameter was given: its length and its classes of characters.
    pub(in crate::api) fn received(&self, parameter: &Parameter) -> Option<String> {
        let (_, text) = self.all.iter().find(|(given, _)| *given == parameter)?;
        Some(match text {
            GivenText::Once(text) => received(text),
            GivenText::Twice => "plusieurs valeurs".to_owned(),
            GivenText::Broken => UNDECODABLE.to_owned(),
        })
    }

    /// What is wrong with a text whose form is good, in French: a day that no calendar has.
    pub(in crate::api) fn fault_of(&self, parameter: &Parameter) -> Option<&'static str> {
        let (_, text) = self.all.iter().find(|(given, _)| *given == parameter)?;
        if let GivenText::Once(text) = text { parameter.form.fault_of(text) } else { None }
    }

    /// What `read` makes of the parameter's text, once that has its form.
    ///
    /// # Errors
    /// It is repeated, no text, or of another form; or `read` makes nothing of it: a code of no nomenclature.
    pub(in crate::api) fn read<T>(
        &self,
        parameter: &'static Parameter,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Misread> {
        let wrong = |wrong| Err(Misread { parameter, wrong });
        let Some((_, text)) = self.all.iter().find(|(given, _)| *given == parameter) else {
            return Ok(None);
        };
        match text {
            GivenText::Twice => wrong(ParameterFault::Repeated),
            GivenText::Broken => wrong(ParameterFault::Expected(Expected::Utf8)),
            GivenText::Once(text) if text.contains(char::is_control) => {
                wrong(ParameterFault::Expected(Expected::NoControl))
            }
            GivenText::Once(text) if !parameter.form.admits(text) => {
                wrong(ParameterFault::Expected(Expected::Form))
            }
            GivenText::Once(text) => {
                let unknown = ParameterFault::Expected(Expected::Nomenclature);
                read(text).map_or_else(|| wrong(unknown), |value| Ok(Some(value)))
            }
        }
    }

    fn add(&mut self, parameter: &'static Parameter, text: GivenText<'a>) {
        match self.all.iter_mut().find(|(given, _)| *given == parameter) {
            Some((_, earlier)) => *earlier = GivenText::Twice,
            None => self.all.push((parameter, text)),
        }
    }
}

/// What is accepted without a word, in French: parameters which no table knows, and values that are read in another way than they
/// are written. Nothing where there is none. Of a query that was refused, what became of unknown parameters is not said: they may be
/// why.
pub(in crate::api) fn tolerated(
    query: &str,
    table: &'static [&'static Parameter],
    is_refused: bool,
) -> Option<String> {
    let unknown = match strangers(query, table) {
        _ if is_refused => None,
        0 => None,
        1 => Some("un paramètre inconnu est ignoré".to_owned()),
        n => Some(format!("{n} paramètres inconnus sont ignorés")),
    };
    let given = Given::from_query(query, table);
    let read = given.all.iter().filter_map(|(parameter, text)| match text {
        GivenText::Once(text) => {
            parameter.form.read_as(text).map(|as_what| format!("{} {as_what}", parameter.name))
        }
        GivenText::Twice | GivenText::Broken => None,
    });
    let all: Vec<_> = unknown.into_iter().chain(read).collect();
    (!all.is_empty()).then(|| format!("Accepté tel quel : {}.", all.join(" ; ")))
}

/// How many parameters the table does not know.
fn strangers(query: &str, table: &'static [&'static Parameter]) -> usize {
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    let is_unknown = |name: &&str| {
        let known = |name: &str| table.iter().any(|one| one.name == name);
        !name.is_empty()
            && !known(name)
            && !decode(name, Plus::Space).is_some_and(|name| known(&name))
    };
    names.filter(is_unknown).count()
}

/// The parameters of a query that the table does not know, in French: by their names those that look like one which is not given, by
/// their number the others.
pub(in crate::api) fn unknown(query: &str, table: &'static [&'static Parameter]) -> Option<String> {
    let given = Given::from_query(query, table);
    let free = || table.iter().filter(|one| !given.has(one)).map(|one| one.name);
    let names = query.split('&').filter_map(|pair| decode(pair.split('=').next()?, Plus::Space));
    let unknown = names.filter(|name| table.iter().all(|one| one.name != name));
    let pairs: Vec<_> = unknown
        .take(MOST)
        .filter_map(|name| nearest(&name, free()).map(|near| (name.into_owned(), near)))
        .collect();
    let others = match strangers(query, table).saturating_sub(pairs.len()) {
        0 => None,
        1 => Some("un paramètre donné n'est pas de cette recherche".to_owned()),
        n => Some(format!("{n} paramètres donnés ne sont pas de cette recherche")),
    };
    let all: Vec<_> = suggest("le paramètre", &pairs).into_iter().chain(others).collect();
    (!all.is_empty()).then(|| all.join(" ; "))
}

/// Unknown parameters that are looked at.
const MOST: usize = 20;

impl Misread {
    pub(in crate::api) fn absent(parameter: &'static Parameter) -> Self {
        Self { parameter, wrong: ParameterFault::Absent }
    }

    /// What the journal keeps of it, but for what came.
    pub(in crate::api) fn facts(self) -> RefusalFacts {
        let Self { parameter, wrong } = self;
        let expected = match wrong {
            ParameterFault::Absent => format!("obligatoire, {}", parameter.form.expected()),
            ParameterFault::Repeated => "une seule valeur".to_owned(),
            ParameterFault::Expected(expected) => expected.words(parameter),
        };
        let cause = match wrong {
            ParameterFault::Absent => "no-parameter",
            ParameterFault::Repeated => "repeated-parameter",
            ParameterFault::Expected(_) => "malformed-parameter",
        };
        let of_commune = wrong == ParameterFault::Expected(Expected::Commune);
        let elsewhere =
            of_commune.then_some("ce code n'est celui d'aucune commune du département donné");
        RefusalFacts::expected(parameter.name, expected).caused(cause).and(elsewhere)
    }
}

impl Expected {
    /// What it is called in messages: « attendu : ... ».
    pub(in crate::api) fn words(self, parameter: &Parameter) -> String {
        match self {
            Self::Form => parameter.form.expected(),
            Self::Utf8 => "du texte UTF-8 encodé en %XX".to_owned(),
            Self::NoControl => "du texte sans caractère de contrôle".to_owned(),
            Self::Nomenclature | Self::Commune => "un code des nomenclatures de l'INSEE".to_owned(),
        }
    }
}

/// What a plus sign stands for: a space in a query, itself in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Plus {
    Space,
    Itself,
}

/// The text behind percent-encoding; none when that is broken or is not UTF-8.
pub(in crate::api) fn decode(text: &str, plus: Plus) -> Option<Cow<'_, str>> {
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
    use crate::api::person::Form;

    crate::api::person::parameters! {
        NOM = "nom", Form::Text(100), "DUPONT", "Nom";
        PRENOM = "prenom", Form::FirstNames(20), "JEANNE", "Prénoms";
        SEXE = "sexe", Form::OneOf("12"), "2", "Sexe";
        LIEU = "lieu", Form::Department, "38", "Département";
    }

    fn repeated(parameter: &'static Parameter) -> Misread {
        Misread { parameter, wrong: ParameterFault::Repeated }
    }

    fn expected(parameter: &'static Parameter, expected: Expected) -> Misread {
        Misread { parameter, wrong: ParameterFault::Expected(expected) }
    }

    fn read(query: &str, parameter: &'static Parameter) -> Result<Option<String>, Misread> {
        Given::from_query(query, &QUERY).read(parameter, |text| Some(text.to_owned()))
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
        let names: Vec<_> = Given::from_query("prenom=B&x=1&sexe=&nom=A", &QUERY).names().collect();
        assert_eq!(names, ["nom", "prenom"]);
    }

    #[test]
    fn a_name_that_is_nearly_right_is_told_with_the_right_one() {
        let suggest = |query: &str| unknown(query, &QUERY).unwrap_or_default();
        assert_eq!(
            suggest("Nom=DUPONT&x=1"),
            "« Nom » est inconnu : le paramètre s'appelle « nom » ; un paramètre donné n'est pas de cette recherche"
        );
        assert!(
            suggest("%50renoms=A&nom=B")
                .contains("« Prenoms » est inconnu : le paramètre s'appelle « prenom »")
        );
        for query in ["", "nom=A", "nom"] {
            assert_eq!(suggest(query), "", "{query}");
        }
        for query in ["DUPONT", "%FF=1", "Nom=A&nom=B", "<nom>=1", "codePostal=34000"] {
            assert_eq!(
                suggest(query),
                "un paramètre donné n'est pas de cette recherche",
                "{query}"
            );
        }
        assert!(suggest("codePostal=34000&rue=1").starts_with("2 paramètres donnés ne sont pas"));
    }

    #[test]
    fn what_no_table_knows_is_counted_and_not_named() {
        assert_eq!(tolerated("nom=A&%70renom=B&&sexe", &QUERY, false), None);
        assert_eq!(tolerated("nom=A&VALBRUNE=1", &QUERY, true), None, "refused, perhaps for it");
        let one = "Accepté tel quel : un paramètre inconnu est ignoré.";
        assert_eq!(tolerated("nom=A&VALBRUNE=1", &QUERY, false).as_deref(), Some(one));
        assert!(
            tolerated("x=1&y=2&%FF=3", &QUERY, false).unwrap().contains("3 paramètres inconnus")
        );
    }

    #[test]
    fn what_is_read_in_another_way_than_it_is_written_is_noted() {
        for (query, noted) in [
            (
                "prenom=C%C3%89LINE,AUR%C3%89LIE",
                Some("prenom contient une virgule ou un point-virgule, lu comme une espace"),
            ),
            ("prenom=CELINE+AURELIE", None),
            ("nom=A,B", None),
            ("lieu=038", Some("lieu est donné sur 3 caractères, le zéro de tête n'est pas lu")),
            ("lieu=38", None),
            ("lieu=971", None),
        ] {
            let noted = noted.map(|noted| format!("Accepté tel quel : {noted}."));
            assert_eq!(tolerated(query, &QUERY, false), noted, "{query}");
        }
    }

    #[test]
    fn the_second_time_is_refused_even_with_the_same_value() {
        assert_eq!(read("nom=X&nom=X", &NOM), Err(repeated(&NOM)));
        assert_eq!(read("nom=%FF&nom=X", &NOM), Err(repeated(&NOM)));
    }

    #[test]
    fn what_is_no_text_is_refused_with_what_is_wrong() {
        for value in ["%E9LIE", "X%", "X%4", "X%ZZ", "%+41", "%C3"] {
            assert_eq!(
                read(&format!("nom={value}"), &NOM),
                Err(expected(&NOM, Expected::Utf8)),
                "{value}"
            );
        }
        for value in ["X%00", "X%0A", "%09X", "X%7F", "X%C2%85"] {
            assert_eq!(
                read(&format!("nom={value}"), &NOM),
                Err(expected(&NOM, Expected::NoControl)),
                "{value}"
            );
        }
        assert_eq!(read("sexe=3", &SEXE), Err(expected(&SEXE, Expected::Form)));
        let refused = Given::from_query("sexe=1", &QUERY).read(&SEXE, |_| None::<()>);
        assert_eq!(refused, Err(expected(&SEXE, Expected::Nomenclature)));
        let commune =
            Misread { parameter: &LIEU, wrong: ParameterFault::Expected(Expected::Commune) };
        let explained = commune.facts().explanation.unwrap();
        assert_eq!(explained, "ce code n'est celui d'aucune commune du département donné");
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
                let _ = Given::from_query(&query, &QUERY).read(parameter, |_| Some(()));
            }
        }
    }
}
