//! A body, read as what it is.

use std::io::Read;

use bytes::Bytes;
use flate2::read::{GzDecoder, ZlibDecoder};
use http::{HeaderMap, header};
use serde_json::{Map, Value};

/// The most bytes of a body that are looked at.
pub const MOST: usize = 4 << 20;

#[derive(Debug, PartialEq)]
pub enum BodyContent {
    /// Nothing.
    Empty,
    Json(Value),
    /// XML, by its elements.
    Xml(Value),
    /// A form's fields.
    Form(Vec<(String, String)>),
    /// A page.
    Html,
    /// Another text.
    Text,
    /// Bytes.
    Binary,
    /// What says it is JSON and is not.
    BadJson,
    /// More than is looked at.
    TooLong,
}

/// Reads a body by what its headers say, and by how it begins; none is one that is too long.
pub fn read(headers: &HeaderMap, body: Option<&Bytes>) -> BodyContent {
    let Some(body) = body else { return BodyContent::TooLong };
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body = match value(header::CONTENT_ENCODING).to_ascii_lowercase().as_str() {
        "" | "identity" => body.to_vec(),
        "gzip" | "x-gzip" => match decoded(GzDecoder::new(&body[..])) {
            Ok(body) => body,
            Err(content) => return content,
        },
        "deflate" => match decoded(ZlibDecoder::new(&body[..])) {
            Ok(body) => body,
            Err(content) => return content,
        },
        _ => return BodyContent::Binary,
    };
    content(&value(header::CONTENT_TYPE).to_ascii_lowercase(), &body)
}

/// Reads the fields of a form, or of a query.
pub fn form(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

fn decoded(reader: impl Read) -> Result<Vec<u8>, BodyContent> {
    let mut body = Vec::new();
    let read = reader.take(MOST as u64 + 1).read_to_end(&mut body);
    match read {
        Ok(length) if length > MOST => Err(BodyContent::TooLong),
        Ok(_) => Ok(body),
        Err(_) => Err(BodyContent::Binary),
    }
}

fn content(media: &str, body: &[u8]) -> BodyContent {
    if body.is_empty() {
        return BodyContent::Empty;
    }
    let Ok(text) = str::from_utf8(body) else { return BodyContent::Binary };
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    let json = || {
        serde_json::from_str(text)
            .ok()
            .filter(|value: &Value| value.is_object() || value.is_array())
    };
    if media.starts_with("application/x-www-form-urlencoded") {
        return BodyContent::Form(form(body));
    }
    if let Some(value) = json() {
        return BodyContent::Json(value);
    }
    let lower = begin.get(..200.min(begin.len())).unwrap_or(begin).to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.contains("<html") {
        return BodyContent::Html;
    }
    if begin.starts_with('<') {
        return xml(begin).map_or(BodyContent::Text, BodyContent::Xml);
    }
    match media.contains("json") || begin.starts_with(['{', '[']) {
        true => BodyContent::BadJson,
        false => BodyContent::Text,
    }
}

/// The elements of a document, as JSON would have them; none of what is no well-formed XML. Attributes are left out.
fn xml(text: &str) -> Option<Value> {
    let mut open: Vec<(String, Map<String, Value>, String)> = vec![Default::default()];
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        open.last_mut()?.2.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.find('>')?;
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let (opened, children, text) = open.pop().filter(|_| !open.is_empty())?;
            if opened != name.trim() {
                return None;
            }
            let value = match children.is_empty() {
                true => Value::String(unescaped(text.trim())),
                false => Value::Object(children),
            };
            open.last_mut()?.1.insert(opened, value);
            continue;
        }
        let closed = tag.ends_with('/');
        let name = tag.trim_end_matches('/').split_whitespace().next()?.to_owned();
        match closed {
            true => drop(open.last_mut()?.1.insert(name, Value::String(String::new()))),
            false if open.len() > DEEPEST => return None,
            false => open.push((name, Map::new(), String::new())),
        }
    }
    let (_, document, _) = open.pop().filter(|_| open.is_empty())?;
    (!document.is_empty()).then_some(Value::Object(document))
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

const DEEPEST: usize = 64;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_is_what_it_is_whatever_it_says() {
        assert_eq!(content("application/json", b""), BodyContent::Empty);
        assert_eq!(content("text/plain", b"{\"a\":1}"), BodyContent::Json(json!({"a": 1})));
        assert_eq!(content("application/json", b"{\"a\":"), BodyContent::BadJson);
        assert_eq!(content("application/json", b"<!DOCTYPE html><html>"), BodyContent::Html);
        assert_eq!(content("text/plain", b"\xff\xfe"), BodyContent::Binary);
        assert_eq!(content("text/plain", b"Bonjour"), BodyContent::Text);
        let fault = "<am:fault xmlns:am=\"x\"><am:code>900901</am:code><am:type/></am:fault>";
        let expected = json!({"am:fault": {"am:code": "900901", "am:type": ""}});
        assert_eq!(content("application/xml", fault.as_bytes()), BodyContent::Xml(expected));
        assert_eq!(content("application/xml", b"<a><b></a>"), BodyContent::Text);
        assert_eq!(
            form(b"a=1&b=%C3%A9+x&c"),
            [("a", "1"), ("b", "é x"), ("c", "")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn a_compressed_body_is_read_and_a_bomb_is_not() {
        use std::io::Write;
        let zip = |bytes: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(bytes).unwrap();
            Bytes::from(encoder.finish().unwrap())
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
        assert_eq!(read(&headers, Some(&zip(b"{\"a\":1}"))), BodyContent::Json(json!({"a": 1})));
        assert_eq!(read(&headers, Some(&zip(&vec![b' '; MOST + 1]))), BodyContent::TooLong);
        assert_eq!(read(&headers, Some(&Bytes::from_static(b"{}"))), BodyContent::Binary);
    }
}
