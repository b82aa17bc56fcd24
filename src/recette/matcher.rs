//! What the journal must show for a case: a pattern over the fields of one entry, never over a person's data.

use serde::Deserialize;

use super::list::OneOrMore;
use crate::{
    admission::Control,
    faults,
    journal::{Entry, Kind, VerdictName},
    rights::ApiId,
};

/// A pattern over an entry; a field that is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matcher {
    pub api: Option<ApiId>,
    /// One of these operations.
    pub operation: Vec<String>,
    /// One of these contexts of the API.
    pub context: Vec<String>,
    /// One of these HTTP statuses.
    pub status: Vec<u16>,
    /// What the answer's code is.
    pub code: Codes,
    /// One of these lasting names of a refusal, by a control or of a mistake.
    pub cause: Vec<String>,
    pub refused: Option<Control>,
    pub granted: Option<Control>,
    /// Criteria that were given, all of them.
    pub has: Vec<String>,
    /// Criteria that were not given, none of them.
    pub lacks: Vec<String>,
    /// Keys that came back, all of them.
    pub shows: Vec<String>,
    /// Keys that did not come back, none of them.
    pub hides: Vec<String>,
    /// How many answers came back.
    pub answers: Option<Count>,
    /// Whether the connection was cut without an answer.
    pub unanswered: bool,
}

/// What a matcher asks of the answer's code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Codes {
    /// Any, or none.
    #[default]
    Any,
    /// None: the answer simply succeeds.
    None,
    /// One of these.
    OneOf(Vec<String>),
}

/// A number of answers: `1`, `0`, or at least so many, `2+`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    least: u32,
    most: Option<u32>,
}

/// A matcher as a fixture writes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawMatcher {
    api: Option<ApiId>,
    operation: OneOrMore<String>,
    context: OneOrMore<String>,
    status: OneOrMore<u16>,
    code: OneOrMore<String>,
    cause: OneOrMore<String>,
    refused: Option<Control>,
    granted: Option<Control>,
    has: OneOrMore<String>,
    lacks: OneOrMore<String>,
    shows: OneOrMore<String>,
    hides: OneOrMore<String>,
    answers: Option<String>,
    unanswered: bool,
}

impl Matcher {
    /// Whether the entry is what the case waits for.
    pub fn takes(&self, entry: &Entry) -> bool {
        let answered = || {
            (self.status.is_empty()
                || entry.status.is_some_and(|status| self.status.contains(&status)))
                && self.code.take(entry.code.as_deref())
        };
        self.asks(entry)
            && (entry.kind == Kind::Handshake || answered())
            && self.is_caused(entry)
            && self.takes_mistake(entry)
            && self.refused.is_none_or(|control| entry.refused_by() == Some(control))
            && self.granted.is_none_or(|control| entry.verdict(control) == VerdictName::Granted)
            && self.shows.iter().all(|key| named(&entry.restituted, key))
            && !self.hides.iter().any(|key| named(&entry.restituted, key))
            && self.answers.is_none_or(|count| entry.answers.is_some_and(|n| count.holds(n)))
            && (!self.unanswered || entry.status.is_none())
    }

    fn is_caused(&self, entry: &Entry) -> bool {
        let mistake = entry.refusal.as_deref().and_then(|refusal| refusal.cause.as_deref());
        self.cause.is_empty()
            || contains(&self.cause, entry.cause.as_deref())
            || contains(&self.cause, mistake)
    }

    /// What was asked by a mistake that the answer says nothing of shows no case but one that is about it.
    fn takes_mistake(&self, entry: &Entry) -> bool {
        entry.mistake.is_none() || contains(&self.cause, entry.mistake.as_deref())
    }

    /// Whether the entry asks what the case is about, whatever came back.
    pub fn asks(&self, entry: &Entry) -> bool {
        let kind = match entry.kind {
            Kind::Request => true,
            // Where the handshake refuses, the certificate's fault is all there is: no status, no code.
            Kind::Handshake => !self.cause.is_empty(),
            Kind::Connection | Kind::Start | Kind::Recette | Kind::Store | Kind::Tokens => false,
        };
        kind && self.api.is_none_or(|api| entry.api == Some(api))
            && (self.operation.is_empty() || contains(&self.operation, entry.operation.as_deref()))
            && (self.context.is_empty() || contains(&self.context, entry.context.as_deref()))
            && self.has.iter().all(|name| named(&entry.criteria, name))
            && !self.lacks.iter().any(|name| named(&entry.criteria, name))
    }

    /// Whether the case is about a search that succeeds, so that a search that does not was at least tried.
    pub fn wants_success(&self) -> bool {
        !self.operation.is_empty()
            && self.code == Codes::None
            && self.status.iter().all(|status| *status < 300)
    }

    /// Whether one entry could be taken by both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let apis = self.api.is_none() || other.api.is_none() || self.api == other.api;
        let own = |one: &Self| {
            !one.operation.is_empty()
                && one.operation.iter().all(|name| {
                    [faults::TOKEN, faults::REVOKE, faults::JWKS].contains(&name.as_str())
                })
        };
        let apis =
            apis && !(own(self) && other.api.is_some()) && !(own(other) && self.api.is_some());
        let controls = match (self.refused, other.refused) {
            (Some(one), Some(another)) => one == another,
            _ => true,
        };
        let verdicts = self.refused.is_none_or(|control| other.granted != Some(control))
            && other.refused.is_none_or(|control| self.granted != Some(control));
        let answers = match (self.answers, other.answers) {
            (Some(one), Some(another)) => one.overlaps(another),
            _ => true,
        };
        let answered = |one: &Self, another: &Self| !one.unanswered || another.status.is_empty();
        apis && controls
            && verdicts
            && answers
            && answered(self, other)
            && answered(other, self)
            && common(&self.operation, &other.operation)
            && common(&self.context, &other.context)
            && common(&self.status, &other.status)
            && common(&self.cause, &other.cause)
            && self.code.overlap(&other.code)
            && !excluded(&self.has, &other.lacks)
            && !excluded(&other.has, &self.lacks)
            && !excluded(&self.shows, &other.hides)
            && !excluded(&other.shows, &self.hides)
    }

    pub fn codes(&self) -> &[String] {
        if let Codes::OneOf(codes) = &self.code { codes } else { &[] }
    }

    /// Whether it asks nothing at all, and so would take every request.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl RawMatcher {
    /// The matcher, or the key that is wrong and why.
    pub(super) fn parse(self) -> Result<Matcher, (&'static str, String)> {
        let answers = self
            .answers
            .map(|text| text.parse::<Count>().map_err(|error| ("answers", error)))
            .transpose()?;
        let codes = self.code.into_vec();
        let code = match codes.as_slice() {
            [] => Codes::Any,
            [one] if one == NO_CODE => Codes::None,
            _ if codes.iter().any(|code| code == NO_CODE) => {
                return Err(("code", format!("{NO_CODE:?} stands alone or not at all")));
            }
            _ => Codes::OneOf(codes),
        };
        Ok(Matcher {
            api: self.api,
            operation: self.operation.into_vec(),
            context: self.context.into_vec(),
            status: self.status.into_vec(),
            code,
            cause: self.cause.into_vec(),
            refused: self.refused,
            granted: self.granted,
            has: self.has.into_vec(),
            lacks: self.lacks.into_vec(),
            shows: self.shows.into_vec(),
            hides: self.hides.into_vec(),
            answers,
            unanswered: self.unanswered,
        })
    }
}

impl Codes {
    fn take(&self, code: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::None => code.is_none(),
            Self::OneOf(codes) => contains(codes, code),
        }
    }

    fn overlap(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) | (Self::None, Self::None) => true,
            (Self::OneOf(one), Self::OneOf(another)) => common(one, another),
            (Self::None, Self::OneOf(_)) | (Self::OneOf(_), Self::None) => false,
        }
    }
}

impl Count {
    pub(super) fn holds(self, n: u32) -> bool {
        n >= self.least && self.most.is_none_or(|most| n <= most)
    }

    fn overlaps(self, other: Self) -> bool {
        self.most.is_none_or(|most| most >= other.least)
            && other.most.is_none_or(|most| most >= self.least)
    }
}

impl std::str::FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |_| {
            format!("{text:?} is no number of answers: expected such as \"0\", \"1\" or \"2+\"")
        };
        match text.strip_suffix('+') {
            Some(least) => Ok(Self { least: least.parse().map_err(wrong)?, most: None }),
            None => text.parse().map(|n| Self { least: n, most: Some(n) }).map_err(wrong),
        }
    }
}

fn named<T: std::ops::Deref<Target = str>>(names: &[T], wanted: &str) -> bool {
    names.iter().any(|name| &**name == wanted)
}

fn contains(wanted: &[String], seen: Option<&str>) -> bool {
    seen.is_some_and(|seen| wanted.iter().any(|one| one == seen))
}

/// Whether two lists of alternatives can agree; an empty one agrees with everything.
fn common<T: PartialEq>(one: &[T], another: &[T]) -> bool {
    one.is_empty() || another.is_empty() || one.iter().any(|item| another.contains(item))
}

fn excluded(wanted: &[String], unwanted: &[String]) -> bool {
    wanted.iter().any(|name| unwanted.contains(name))
}

/// How a fixture writes that the answer carries no code.
const NO_CODE: &str = "aucun";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matcher(text: &str) -> Matcher {
        toml::from_str::<RawMatcher>(text).unwrap().parse().unwrap()
    }

    #[test]
    fn the_context_that_was_called_tells_two_matchers_apart() {
        let at =
            |context: &str| Matcher { context: vec![context.to_owned()], ..Matcher::default() };
        let called = |context: Option<&'static str>| Entry {
            context: context.map(Into::into),
            ..Entry::default()
        };
        assert!(at("/ficoba-api/v2").asks(&called(Some("/ficoba-api/v2"))));
        assert!(!at("/ficoba-api/v2").asks(&called(Some("/fcb-masrestit/api/v2"))));
        assert!(!at("/ficoba-api/v2").asks(&called(None)));
        assert!(!at("/ficoba-api/v2").overlaps(&at("/fcb-masrestit/api/v2")));
        assert!(at("/ficoba-api/v2").overlaps(&Matcher::default()));
    }

    #[test]
    fn each_field_that_is_given_must_agree() {
        let wanted = matcher(
            "operation = \"spi\"\nstatus = 200\ncode = \"aucun\"\nhas = \"numeroSPI\"\nanswers = \"1+\"",
        );
        let good = Entry {
            operation: Some("spi".into()),
            status: Some(200),
            criteria: vec!["numeroSPI".into()],
            answers: Some(2),
            ..Entry::default()
        };
        assert!(wanted.takes(&good));
        let spoil: [fn(&mut Entry); 6] = [
            |entry| entry.mistake = Some("wrong-key".into()),
            |entry| entry.operation = Some("perPhy".into()),
            |entry| entry.status = Some(400),
            |entry| entry.code = Some("CAF021".to_owned()),
            |entry| entry.criteria.clear(),
            |entry| entry.answers = Some(0),
        ];
        for spoil in spoil {
            let mut entry = good.clone();
            spoil(&mut entry);
            assert!(!wanted.takes(&entry), "{entry:?}");
        }
    }

    #[test]
    fn what_excludes_each_other_does_not_overlap() {
        let pairs = [
            ("code = \"CAF011\"", "code = \"aucun\""),
            ("code = \"CAF011\"", "code = [\"CAF022\", \"CAF023\"]"),
            ("operation = \"spi\"", "operation = [\"perPhy\", \"perPro\"]"),
            ("has = \"siren\"", "lacks = \"siren\""),
            ("shows = \"ibanExistant\"", "hides = \"ibanExistant\""),
            ("answers = \"0\"", "answers = \"1+\""),
            ("refused = \"address\"", "refused = \"quota\""),
            ("refused = \"address\"", "granted = \"address\""),
            ("unanswered = true", "status = 503"),
            ("api = \"ficoba\"", "api = \"r2p\""),
        ];
        for (one, another) in pairs {
            assert!(!matcher(one).overlaps(&matcher(another)), "{one} / {another}");
            assert!(!matcher(another).overlaps(&matcher(one)), "{another} / {one}");
        }
        assert!(matcher("operation = \"spi\"").overlaps(&matcher("code = \"CAF007\"")));
    }

    #[test]
    fn a_count_and_the_word_for_no_code_are_explained() {
        let wrong = |text: &str| toml::from_str::<RawMatcher>(text).unwrap().parse().unwrap_err();
        assert_eq!(wrong("answers = \"many\"").0, "answers");
        assert_eq!(wrong("code = [\"aucun\", \"CAF011\"]").0, "code");
    }

    fn any_matcher() -> impl Strategy<Value = Matcher> {
        let some = |names: &'static [&'static str]| {
            prop::sample::subsequence(names, 0..=names.len())
                .prop_map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        let code = prop_oneof![
            Just(Codes::Any),
            Just(Codes::None),
            some(&["CAF011", "CAF022"])
                .prop_filter_map("one", |codes| (!codes.is_empty()).then_some(Codes::OneOf(codes)))
        ];
        let answers = prop::option::of((0..3u32, any::<bool>())).prop_map(|count| {
            count.map(|(n, open)| Count { least: n, most: (!open).then_some(n) })
        });
        let status = prop::sample::subsequence(&[200, 400][..], 0..=2);
        let lists = (
            some(&["spi", "perPhy"]),
            some(&["a", "b"]),
            some(&["a", "b"]),
            some(&["x"]),
            some(&["x"]),
        );
        (lists, code, answers, status).prop_map(
            |((operation, has, lacks, shows, hides), code, answers, status)| Matcher {
                operation,
                has,
                lacks,
                shows,
                hides,
                code,
                answers,
                status,
                ..Matcher::default()
            },
        )
    }

    fn any_entry() -> impl Strategy<Value = Entry> {
        let names = |names: &'static [&'static str]| {
            prop::sample::subsequence(names, 0..=names.len())
                .prop_map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        let operation = prop::sample::select(&["spi", "perPhy", "numCpte"][..]);
        let code = prop::option::of(prop::sample::select(&["CAF011", "CAF022"][..]));
        let status = prop::sample::select(&[200, 400, 500][..]);
        (operation, code, status, names(&["a", "b"]), names(&["x"]), 0..4u32).prop_map(
            |(operation, code, status, criteria, restituted, answers)| Entry {
                operation: Some(operation.to_owned().into()),
                code: code.map(str::to_owned),
                status: Some(status),
                criteria: criteria.into_iter().map(Into::into).collect(),
                restituted: restituted.into_iter().map(Into::into).collect(),
                answers: Some(answers),
                ..Entry::default()
            },
        )
    }

    proptest! {
        #[test]
        fn two_matchers_that_take_one_entry_overlap(one in any_matcher(), another in any_matcher(), entry in any_entry()) {
            if one.takes(&entry) && another.takes(&entry) {
                prop_assert!(one.overlaps(&another));
            }
        }
    }
}
