//! What a request of the console holds, read strictly: names in the path, JSON bodies and query parameters.

use std::str::FromStr;

use axum::extract::{self, FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::{HeaderValue, Method, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::fixtures;

/// A name in the path; one that is no text is told as every other fault is.
pub(super) struct Path<T>(pub(super) T);

/// A JSON body: announced as such, an object, nothing in it that is not known.
pub(super) struct Body<T>(pub(super) T);

/// A JSON body that may be left out, with its type: nothing means an order without arguments.
pub(super) struct BodyOrNothing<T>(pub(super) T);

/// The parameters of the query; each is taken by its name, and what is left over is refused.
pub(super) struct Query(Vec<(String, String)>);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = extract::Path::from_request_parts(parts, state).await;
        let wrong =
            |fault: extract::rejection::PathRejection| Problem::unreadable(fault.body_text());
        read.map(|extract::Path(name)| Self(name)).map_err(wrong)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_type(&request)?;
        parse(&bytes(request).await?).map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for BodyOrNothing<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (wrong, form) = (check_type(&request).err(), is_form(&request));
        let body = bytes(request).await?;
        match wrong {
            None if body.is_empty() => parse(b"{}").map(Self),
            None => parse(&body).map(Self),
            Some(_) if body.is_empty() && !form => parse(b"{}").map(Self),
            Some(problem) => Err(problem),
        }
    }
}

/// Whether a browser sends a form: it names its type and accepts HTML, whatever the page wants. Programs that send an empty body
/// under a form's type (axios, `curl -d ''`) accept anything (docs/security.md).
fn is_form(request: &Request) -> bool {
    let mut accepts = request.headers().get_all(header::ACCEPT).iter();
    let html =
        |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).contains("text/html");
    request.headers().contains_key(header::CONTENT_TYPE) && accepts.any(html)
}

/// `application/json`; for PATCH, `application/merge-patch+json` too (RFC 7396), which is what it takes.
fn check_type(request: &Request) -> Result<(), Problem> {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media.and_then(|media| media.split(';').next()).unwrap_or_default().trim();
    let patches = *request.method() == Method::PATCH;
    let is = |media: &str| essence.eq_ignore_ascii_case(media);
    if is("application/json") || (patches && is("application/merge-patch+json")) {
        return Ok(());
    }
    Err(Problem::not_json(match patches {
        true => "expected Content-Type: application/merge-patch+json, or application/json",
        false => "expected Content-Type: application/json",
    }))
}

async fn bytes(request: Request) -> Result<Bytes, Problem> {
    match Limited::new(request.into_body(), LARGEST).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            Err(Problem::too_large(format!("an order has {LARGEST} bytes at most")))
        }
        Err(error) => Err(Problem::unreadable(format!("the body did not arrive: {error}"))),
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        for (at, (name, _)) in pairs.iter().enumerate() {
            if pairs[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Problem::parameter(
                    name.as_str(),
                    format!("the parameter {name:?} is given more than once"),
                ));
            }
        }
        Ok(Self(pairs))
    }
}

impl Query {
    /// The text of a parameter.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(one, _)| one == name)?;
        Some(self.0.remove(at).1)
    }

    /// The value of a parameter, if it can be read as one; `expected` says how it is written.
    pub(super) fn parsed<T: FromStr>(
        &mut self,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, Problem> {
        self.read(name, expected, |text| text.parse().ok())
    }

    /// The value that `read` makes of a parameter; `expected` says how it is written.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let wrong = || Problem::parameter(name, format!("{text:?}: expected {expected}"));
        read(&text).ok_or_else(wrong).map(Some)
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.0.into_iter().next() {
            Some((name, _)) => Err(Problem::parameter(
                name.as_str(),
                format!("there is no parameter {name:?} here"),
            )),
            None => Ok(()),
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if let Some(mark) = byte_order_mark(body) {
        return Err(Problem::unreadable(format!(
            "the body begins with a byte order mark ({mark}): send UTF-8 without one"
        )));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    match fixtures::table(tracked) {
        Ok(value) => reader
            .end()
            .map_err(|error| Problem::unreadable(format!("not JSON: {error}")))
            .map(|()| value),
        Err(error) if error.is_data() => {
            Err(Problem::unprocessable(fixtures::pointer(&track.path()), detail(&error)))
        }
        Err(error) => Err(Problem::unreadable(format!("not JSON: {error}"))),
    }
}

/// What an editor or a library put in front of the text, which JSON does not allow (RFC 8259, 8.1).
fn byte_order_mark(body: &[u8]) -> Option<&'static str> {
    match body {
        [0xef, 0xbb, 0xbf, ..] => Some("EF BB BF, UTF-8"),
        [0xfe, 0xff, ..] => Some("FE FF, UTF-16"),
        [0xff, 0xfe, ..] => Some("FF FE, UTF-16"),
        _ => None,
    }
}

/// What is wrong, without where: the pointer says that.
fn detail(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(before, _)| before).to_owned()
}

/// No order is nearly as long.
const LARGEST: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its type matters")]
        a: Option<u8>,
        #[expect(dead_code, reason = "only its type matters")]
        b: Option<Vec<u8>>,
    }

    fn refused(body: &str) -> (u16, String) {
        let text = format!("{:?}", parse::<Sample>(body.as_bytes()).unwrap_err());
        let status = text.split("status: ").nth(1).unwrap()[..3].parse().unwrap();
        let pointer = text
            .split("pointer: Some(\"")
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned());
        (status, pointer.unwrap_or_else(|| "none".to_owned()))
    }

    #[test]
    fn what_is_no_json_is_400_and_what_cannot_be_obeyed_422_with_its_place() {
        for (body, status, pointer) in [
            ("", 400, "none"),
            ("{\"a\":1", 400, "none"),
            ("{\"a\":1} x", 400, "none"),
            ("\u{feff}{\"a\":1}", 400, "none"),
            ("[]", 422, ""),
            ("null", 422, ""),
            ("{\"c\":1}", 422, "/c"),
            ("{\"a\":\"1\"}", 422, "/a"),
            ("{\"b\":[1,-1]}", 422, "/b/1"),
            ("{\"a\":1,\"a\":1}", 422, ""),
        ] {
            assert_eq!(refused(body), (status, pointer.to_owned()), "{body}");
        }
        parse::<Sample>(b"{\"a\":1}").unwrap();
        for (body, mark) in [(&b"\xef\xbb\xbf{}"[..], "EF BB BF"), (b"\xff\xfe{\0", "UTF-16")] {
            let detail = parse::<Sample>(body).unwrap_err().detail();
            assert!(detail.contains("byte order mark") && detail.contains(mark), "{detail}");
        }
    }
}
