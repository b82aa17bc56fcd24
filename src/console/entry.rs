//! The schema of a journal entry: every member that it may have.

use utoipa::openapi::{ObjectBuilder, Type};

use super::schema::{self, Shape, boolean, integer, list, object, one_of, text};
use crate::{admission::Control, journal::Maker};

/// What every entry has, and what some have: see [`crate::journal::Entry`].
pub(super) fn schema() -> ObjectBuilder {
    let entry = object([
        ("format", integer().into()),
        ("sequence", integer().into()),
        ("time", schema::moment().into()),
        ("kind", one_of(KINDS).into()),
        ("correlation_id", text().into()),
        ("partner", nullable_text()),
        ("api", nullable_text()),
        ("operation", nullable_text()),
        ("status", schema::or_null(integer(), Type::Integer).into()),
        ("code", nullable_text()),
        ("arrived_us", integer().into()),
        ("duration_us", integer().into()),
        ("controls", list(verdict())),
    ]);
    let entry = schema::optional(entry, of_the_request());
    schema::optional(entry, of_the_answer())
}

fn of_the_request() -> [(&'static str, Shape); 19] {
    [
        ("replica", text().into()),
        ("correlation_made", boolean().into()),
        ("request_id", text().into()),
        ("address", text().into()),
        ("port", integer().into()),
        ("tls", text().into()),
        ("resumed", boolean().into()),
        ("http", text().into()),
        ("user_agent", text().into()),
        ("content_encoding", text().into()),
        ("via", text().into()),
        ("certificate", texts(["fingerprint", "subject"]).into()),
        ("context", text().into()),
        ("method", text().into()),
        ("digest", text().into()),
        ("motif", text().into()),
        ("reference", text().into()),
        ("criteria", list(text())),
        ("justification", justification().into()),
    ]
}

fn of_the_answer() -> [(&'static str, Shape); 18] {
    let quota = object([("limit", integer().into()), ("used", integer().into())]);
    let more =
        ["attribute", "expected", "received", "explanation"].map(|name| (name, text().into()));
    let made =
        object([("by", one_of(Maker::ALL.map(Maker::as_str)).into()), ("run", text().into())]);
    let mark = object([("case", text().into()), ("step", one_of(["begin", "end"]).into())]);
    [
        ("environment", one_of(["bac-a-sable"]).into()),
        ("step", one_of(["routage"]).into()),
        (
            "node",
            integer().description(Some("The simulated gateway that it came to, from 1")).into(),
        ),
        ("quota", quota.into()),
        ("cause", text().into()),
        ("next_access", schema::moment().into()),
        ("token", text().description(Some("The token's identifier, never the token")).into()),
        ("answers", integer().into()),
        ("restituted", list(text())),
        ("refusal", schema::optional(texts(["message"]), more).into()),
        ("vigilance", list(text())),
        ("fault", text().into()),
        ("from_console", boolean().into()),
        ("made", made.into()),
        ("before_reset", boolean().into()),
        ("note", text().into()),
        ("mark", mark.into()),
        ("run", run().into()),
    ]
}

fn verdict() -> ObjectBuilder {
    object([
        ("control", one_of(Control::ALL.map(Control::as_str)).into()),
        ("verdict", one_of(["granted", "refused", "not-reached", "not-asked"]).into()),
        ("reason", nullable_text()),
    ])
}

fn justification() -> ObjectBuilder {
    let kept = object([("length", integer().into()), ("hash", text().into())]);
    schema::optional(kept, [("identifier", text().into())])
}

/// What a server says of itself when it starts.
fn run() -> ObjectBuilder {
    let facts = object([
        ("version", text().into()),
        ("seed", integer().into()),
        ("population", integer().into()),
        ("register", integer().into()),
        ("settings", list(list(text()))),
    ]);
    schema::optional(facts, [("replica", boolean().into())])
}

fn texts<const N: usize>(names: [&'static str; N]) -> ObjectBuilder {
    object(names.map(|name| (name, text().into())))
}

pub(super) fn nullable_text() -> Shape {
    schema::or_null(text(), Type::String).into()
}

const KINDS: [&str; 7] =
    ["request", "handshake", "connection", "start", "recette", "store", "tokens"];

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::journal::{Entry, Kind, RunFacts, full};

    /// The members of an object and of those within it, as paths.
    fn members(
        of: &Map<String, Value>,
        within: &dyn Fn(&Value) -> Option<Map<String, Value>>,
    ) -> Vec<String> {
        let mut all = Vec::new();
        for (name, value) in of {
            all.push(name.clone());
            let inner = within(value).map(|inner| members(&inner, within)).unwrap_or_default();
            all.extend(inner.into_iter().map(|one| format!("{name}.{one}")));
        }
        all.sort();
        all
    }

    /// An object, or the first of a list.
    fn object_of(value: &Value) -> Option<Map<String, Value>> {
        value.as_object().or_else(|| value.get(0)?.as_object()).cloned()
    }

    fn properties_of(schema: &Value) -> Option<Map<String, Value>> {
        schema["properties"]
            .as_object()
            .or_else(|| schema["items"]["properties"].as_object())
            .cloned()
    }

    #[test]
    fn every_member_that_an_entry_may_have_is_described_and_no_other() {
        let texts = ["a".to_owned()];
        let run = Some(RunFacts { replica: true, ..RunFacts::default() });
        let entry = Entry {
            replica: Some("b".to_owned()),
            values: None, // in the file alone
            run,
            ..full(&texts, &[1], Timestamp::UNIX_EPOCH)
        };
        let entry = serde_json::to_value(entry).unwrap();
        let schema = serde_json::to_value(schema().build()).unwrap();
        assert_eq!(
            members(entry.as_object().unwrap(), &object_of),
            members(schema["properties"].as_object().unwrap(), &properties_of)
        );
    }

    #[test]
    fn the_kinds_are_those_of_the_journal() {
        for name in KINDS {
            let kind: Kind = serde_json::from_value(json!(name)).unwrap();
            // Without `_`: a kind that is added must be described too.
            let number = match kind {
                Kind::Request => 0,
                Kind::Handshake => 1,
                Kind::Connection => 2,
                Kind::Start => 3,
                Kind::Recette => 4,
                Kind::Store => 5,
                Kind::Tokens => 6,
            };
            assert_eq!(KINDS[number], name);
        }
    }
}
