//! A HAR 1.2 file, one entry at a time: as long as it may be, no more than one entry of it is held, and of that entry no
//! more of a body than is looked at.

mod clip;
mod document;

use std::io::{BufReader, Read};

use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, Version};
use serde::{Deserialize, de::DeserializeSeed};

use self::{clip::Clip, document::Document};
use super::{
    body::MOST,
    redact::{RawRequest, RawResponse, Redactor},
    session::{Exchange, Failure},
};

/// What an import came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries that became exchanges.
    pub exchanges: u64,
    /// Entries of other sites and other paths.
    pub others: u64,
}

/// An entry, as far as it is used.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarEntry {
    #[serde(default)]
    started_date_time: String,
    #[serde(default)]
    time: f64,
    request: HarRequest,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    status: i64,
    #[serde(default)]
    http_version: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: HarContent,
}

#[derive(Default, Deserialize)]
struct HarContent {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: Option<String>,
}

/// Reads a HAR file and gives each entry of the gateway's paths, redacted, to `keep`.
///
/// # Errors
/// What is no HAR, and where; what `keep` refuses. What was given before stays given.
pub fn import(
    reader: impl Read,
    redactor: &mut Redactor,
    mut keep: impl FnMut(&Exchange) -> anyhow::Result<()>,
) -> anyhow::Result<Imported> {
    let mut imported = Imported::default();
    let mut begun = None;
    let mut failure = None;
    let mut each = |entry: HarEntry| {
        let Some((exchange, at)) = exchange(&entry, redactor, imported.exchanges + 1) else {
            imported.others += 1;
            return Ok(());
        };
        let begun = *begun.get_or_insert(at);
        let at_ms = u64::try_from((at - begun).max(0)).unwrap_or(0);
        let kept = keep(&Exchange { at_ms, ..exchange });
        imported.exchanges += 1;
        kept.map_err(|error| {
            failure = Some(error);
            "stopped"
        })
    };
    let clipped = BufReader::new(Clip::new(BufReader::new(reader), MOST * 2));
    let mut json = serde_json::Deserializer::from_reader(clipped);
    let read = Document(&mut each).deserialize(&mut json);
    if let Some(error) = failure {
        return Err(error);
    }
    match read {
        Ok(true) => Ok(imported),
        Ok(false) => bail!(
            "this is no HAR: log.entries is not there (expected a HAR 1.2 of a browser, a proxy, Bruno or Postman)"
        ),
        Err(error) => Err(anyhow::anyhow!(error)).with_context(|| {
            format!(
                "this is no whole HAR 1.2; {} exchanges were brought in before",
                imported.exchanges
            )
        }),
    }
}

/// What a session keeps of an entry, and its milliseconds since 1970; none of an entry of another site.
fn exchange(entry: &HarEntry, redactor: &mut Redactor, n: u64) -> Option<(Exchange, i64)> {
    let uri: Uri = entry.request.url.parse().ok()?;
    if !redactor.vocabulary().is_of_the_gateway(uri.path()) {
        return None;
    }
    let target = uri.path_and_query().map_or("/", |path| path.as_str());
    let headers = headers(&entry.request.headers);
    let request = RawRequest {
        method: &entry.request.method,
        target,
        headers: &headers,
        body: entry.request.post_data.as_ref().map_or(Some(Bytes::new()), PostData::bytes),
    };
    let answered = headers_of(&entry.response);
    let status = u16::try_from(entry.response.status).ok().filter(|status| *status >= 100);
    let response = status.map(|status| RawResponse {
        status,
        version: version(&entry.response.http_version),
        headers: &answered,
        body: entry.response.content.bytes(),
    });
    let (request, response) = redactor.exchange(&request, response.as_ref());
    let failure = response.is_none().then_some(Failure::Reset);
    let at = entry.started_date_time.parse::<jiff::Timestamp>().map_or(0, |at| at.as_millisecond());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float saturates, and is positive"
    )]
    let took_ms = entry.time.max(0.0) as u64;
    Some((Exchange { n, at_ms: 0, took_ms, request, response, failure }, at))
}

impl PostData {
    fn bytes(&self) -> Option<Bytes> {
        let whole = |text: &str| (text.len() <= MOST).then(|| Bytes::from(text.to_owned()));
        match &self.text {
            Some(text) if !text.is_empty() => whole(text),
            Some(_) | None => {
                let pair = |pair: &Pair| {
                    format!("{}={}", pair.name, pair.value.as_deref().unwrap_or_default())
                };
                whole(&self.params.iter().map(pair).collect::<Vec<_>>().join("&"))
            }
        }
    }
}

impl HarContent {
    fn bytes(&self) -> Option<Bytes> {
        let text = self.text.as_deref().unwrap_or_default();
        let bytes = match self.encoding.as_deref() {
            Some("base64") if text.len() <= MOST * 2 => {
                STANDARD.decode(text).unwrap_or_else(|_| vec![0xff])
            }
            Some("base64") => return None,
            Some(_) | None => text.as_bytes().to_vec(),
        };
        (bytes.len() <= MOST).then(|| Bytes::from(bytes))
    }
}

/// A HAR holds bodies as they are once decoded.
fn headers_of(response: &Response) -> HeaderMap {
    let mut all = headers(&response.headers);
    if all.remove(http::header::CONTENT_ENCODING).is_some() {
        all.remove(http::header::TRANSFER_ENCODING);
    }
    all
}

fn headers(pairs: &[Pair]) -> HeaderMap {
    let mut all = HeaderMap::new();
    for pair in pairs.iter().filter(|pair| !pair.name.starts_with(':')) {
        let value = pair.value.as_deref().unwrap_or_default();
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(pair.name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            all.append(name, value);
        }
    }
    all
}

fn version(text: &str) -> Option<Version> {
    match text.to_ascii_lowercase().as_str() {
        "http/1.1" => Some(Version::HTTP_11),
        "http/1.0" => Some(Version::HTTP_10),
        "h2" | "http/2" | "http/2.0" => Some(Version::HTTP_2),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
