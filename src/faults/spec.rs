//! An outcome as a tester writes it: one type, for orders and scenarios alike.

use std::fmt;

use http::StatusCode;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, Visitor},
};
use utoipa::{
    ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema, Type,
        schema::{AnyOfBuilder, OneOfBuilder},
    },
};

use super::{
    Wrong,
    catalogue::{Catalogue, Operation},
    delay::Delay,
    outcome::{End, Outcome},
};
use crate::product::codes;

/// One of code, status, drop, truncate, html; delay_ms alone or beside another, html alone or with a status; retry_after, the seconds of Retry-After, beside code, status or html
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Outcome, min_properties = 1)]
pub struct OutcomeSpec {
    /// A code of an API, of the gateway product, or of the token endpoint.
    #[serde(default, deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = codes_schema)]
    pub code: Option<String>,
    /// An HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 200, maximum = 599)]
    pub status: Option<u16>,
    /// Which of the API's messages for that status; its default one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("Nombre incorrect de paramètres"))]
    pub message: Option<String>,
    /// How long the answer keeps the caller waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<Delay>,
    /// An incident of an API: whatever it is, the question about its state of health goes on being answered. Alone, half of the
    /// calls get 503 and half 504 from the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = only_true)]
    pub incident: Option<bool>,
    /// The connection is closed without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = only_true)]
    pub drop: Option<bool>,
    /// The connection is closed in the middle of the real answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = only_true)]
    pub truncate: Option<bool>,
    /// A maintenance page, as a load balancer shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = only_true)]
    pub html: Option<bool>,
    /// `Retry-After`, in seconds from the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 86_400)]
    pub retry_after: Option<u64>,
}

impl OutcomeSpec {
    /// How often it applies where nothing else is said, if not always.
    pub(super) fn usual_probability(&self) -> Option<f64> {
        (self.incident == Some(true)).then_some(0.1)
    }

    /// The outcome, and those of `aims` that it can happen to; or everything wrong with it.
    pub(super) fn resolve<'a>(
        &self,
        aims: Vec<&'a Operation>,
        catalogue: &Catalogue,
    ) -> Result<(Outcome, Vec<&'a Operation>), Vec<Wrong>> {
        let mut wrong = self.misfits();
        let aims = self.touched(aims, &mut wrong);
        let delay = match self.delay_ms {
            Some(delay) => delay
                .check()
                .map_err(|message| wrong.push(Wrong::at("/outcome/delay_ms", message)))
                .ok(),
            None => None,
        };
        let (end, aims) = match (&self.code, self.status) {
            (Some(code), _) => match coded(code, aims) {
                Ok(found) => found,
                Err(one) => {
                    wrong.push(one);
                    return Err(wrong);
                }
            },
            (None, Some(status)) => match status_code(status) {
                Ok(status) if self.html == Some(true) => (End::Html(status), aims),
                Ok(status) => match self.worded(status, aims, catalogue) {
                    Ok(aims) => (End::Status(status, self.message.clone()), aims),
                    Err(one) => {
                        wrong.push(one);
                        return Err(wrong);
                    }
                },
                Err(one) => {
                    wrong.push(one);
                    return Err(wrong);
                }
            },
            (None, None) => (self.wordless(), aims),
        };
        let outcome = Outcome { delay, end, retry_after: self.retry_after };
        if wrong.is_empty() { Ok((outcome, aims)) } else { Err(wrong) }
    }

    /// Those of `aims` that can answer the status with the message, when one is chosen.
    fn worded<'a>(
        &self,
        status: StatusCode,
        aims: Vec<&'a Operation>,
        catalogue: &Catalogue,
    ) -> Result<Vec<&'a Operation>, Wrong> {
        let Some(message) = self.message.as_deref().filter(|_| !aims.is_empty()) else {
            return Ok(aims);
        };
        let known = |aim: &&Operation| catalogue.messages(status.as_u16(), aim);
        let (able, unable): (Vec<_>, Vec<_>) =
            aims.into_iter().partition(|aim| known(aim).contains(&message));
        if !able.is_empty() {
            return Ok(able);
        }
        let mut all: Vec<_> = unable.iter().flat_map(known).collect();
        all.sort_unstable();
        all.dedup();
        let expected = match all.as_slice() {
            [] => "this status has no message of its own there".to_owned(),
            all => format!("expected one of {all:?}"),
        };
        let message = format!("{message:?} is no message for the status {status}: {expected}");
        Err(Wrong::at("/outcome/message", message))
    }

    fn wordless(&self) -> End {
        match (self.html, self.drop, self.truncate) {
            (None, None, None) if self.incident == Some(true) => End::Incident,
            (Some(true), ..) => End::Html(StatusCode::SERVICE_UNAVAILABLE),
            (_, Some(true), _) => End::Drop,
            (.., Some(true)) => End::Truncate,
            _ => End::AsUsual,
        }
    }

    /// Those of `aims` that an incident touches, when it is one.
    fn touched<'a>(&self, aims: Vec<&'a Operation>, wrong: &mut Vec<Wrong>) -> Vec<&'a Operation> {
        if self.incident != Some(true) || aims.is_empty() {
            return aims;
        }
        let touched: Vec<_> = aims.into_iter().filter(|aim| aim.searches).collect();
        if touched.is_empty() {
            wrong.push(Wrong::at(
                "/outcome/incident",
                "an incident touches the searches of an API, not its state of health nor the gateway's own operations",
            ));
        }
        touched
    }

    /// Parts that say no, parts that exclude each other, no part at all.
    fn misfits(&self) -> Vec<Wrong> {
        let flags = [("drop", self.drop), ("truncate", self.truncate), ("html", self.html)];
        let said = [flags.as_slice(), &[("incident", self.incident)]].concat();
        let no = |(name, flag): &(&str, Option<bool>)| {
            (*flag == Some(false))
                .then(|| Wrong::at(format!("/outcome/{name}"), "expected true, or nothing"))
        };
        let mut wrong: Vec<_> = said.iter().filter_map(no).collect();
        let mut given: Vec<&str> =
            flags.iter().filter(|(_, flag)| flag.is_some()).map(|(name, _)| *name).collect();
        given.extend(self.code.is_some().then_some("code"));
        given.extend((self.status.is_some() && self.html.is_none()).then_some("status"));
        if given.is_empty() && self.delay_ms.is_none() && self.incident.is_none() {
            wrong.push(Wrong::at("/outcome", format!("expected one of {PARTS}")));
        }
        if self.message.is_some() && (self.status.is_none() || self.html.is_some()) {
            wrong.push(Wrong::at("/outcome/message", "goes with \"status\" only"));
        }
        if let [first, second, ..] = given.as_slice() {
            let message =
                format!("{first:?} and {second:?} exclude each other: expected one of {PARTS}");
            wrong.push(Wrong::at(format!("/outcome/{second}"), message));
        }
        let answers = self.code.is_some()
            || self.status.is_some()
            || self.html == Some(true)
            || self.incident == Some(true);
        let misplaced = match self.retry_after {
            Some(_) if !answers => Some("expected beside code, status or html".to_owned()),
            Some(seconds) if seconds > LONGEST_WAIT => {
                Some(format!("{seconds} is more than a day ({LONGEST_WAIT} seconds)"))
            }
            Some(_) | None => None,
        };
        wrong.extend(misplaced.map(|message| Wrong::at("/outcome/retry_after", message)));
        wrong
    }
}

fn coded<'a>(text: &str, aims: Vec<&'a Operation>) -> Result<(End, Vec<&'a Operation>), Wrong> {
    let names: Vec<_> = aims.iter().map(|aim| aim.name).collect();
    let mut found = None;
    let mut able = Vec::new();
    for aim in aims {
        if let Some(code) = aim.code(text) {
            found = Some(code);
            able.push(aim);
        }
    }
    match found {
        Some(code) => Ok((End::Code(code), able)),
        None if names.is_empty() => Ok((End::AsUsual, able)), // the matcher is wrong already, and says so
        None => {
            let who = match names.as_slice() {
                [only] => format!("{only} cannot"),
                _ => "no operation that is meant can".to_owned(),
            };
            Err(Wrong::at("/outcome/code", format!("{who} answer with the code {text:?}")))
        }
    }
}

fn status_code(status: u16) -> Result<StatusCode, Wrong> {
    match StatusCode::from_u16(status) {
        Ok(code) if (200..=599).contains(&status) => Ok(code),
        Ok(_) | Err(_) => Err(Wrong::at(
            "/outcome/status",
            format!("{status} is no final status: expected 200 to 599"),
        )),
    }
}

/// A code is a text; one that is written as a number is taken for its digits.
fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct CodeVisitor;
    impl Visitor<'_> for CodeVisitor {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a code, such as \"CAT004\" or {}", codes::SUBSCRIPTION_QUOTA.number)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(text.to_owned()))
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number.to_string()))
        }
    }
    deserializer.deserialize_any(CodeVisitor)
}

fn codes_schema() -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).examples(["CAT004"]);
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    nullable(OneOfBuilder::new().item(text).item(number))
}

/// A flag that is set or left out.
fn only_true() -> RefOr<Schema> {
    nullable(ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true])))
}

fn nullable(shape: impl Into<RefOr<Schema>>) -> RefOr<Schema> {
    AnyOfBuilder::new().item(shape).item(ObjectBuilder::new().schema_type(Type::Null)).into()
}

const PARTS: &str = "code, status, delay_ms, drop, truncate, html, incident";

/// Seconds in a day.
const LONGEST_WAIT: u64 = 86_400;
