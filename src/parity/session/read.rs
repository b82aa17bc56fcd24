//! A session, read from its file.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use anyhow::{Context, bail};
use serde_json::Value;

use super::{Body, Exchange, FORMAT, Head, VERSION};
use crate::parity::form::Leaf;

#[derive(Clone, Debug)]
pub struct Session {
    pub head: Head,
    /// Its exchanges, in the order of the requests.
    pub exchanges: Vec<Exchange>,
    /// Whether the last line is cut, so that it was left out.
    pub is_cut: bool,
}

impl Session {
    /// Reads a session; a last line without its end is left out.
    ///
    /// # Errors
    /// A file that cannot be read, is no session, is of another version, or has a line that is none of a session's: the
    /// line and the field are named.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let shown_path = || path.display().to_string();
        let file = File::open(path).with_context(|| format!("{}: cannot be read", shown_path()))?;
        Self::parse(BufReader::new(file)).with_context(shown_path)
    }

    pub(super) fn parse(mut reader: impl BufRead) -> anyhow::Result<Self> {
        let mut head = None;
        let mut exchanges: Vec<Exchange> = Vec::new();
        let mut is_cut = false;
        for number in 1.. {
            let mut line = Vec::new();
            let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
            if read.with_context(|| format!("line {number}: cannot be read"))? == 0 {
                break;
            }
            if line.len() as u64 == LONGEST_LINE {
                bail!("line {number}: is longer than {} MiB", LONGEST_LINE >> 20);
            }
            let is_whole = line.ends_with(b"\n");
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if head.is_none() {
                head = Some(first_line(&line)?);
                continue;
            }
            match exchange(&line) {
                Ok(one) if exchanges.iter().any(|other| other.n == one.n) => {
                    bail!("line {number}: the exchange {} is there twice", one.n)
                }
                Ok(one) => exchanges.push(one),
                Err(_) if !is_whole => is_cut = true,
                Err(error) => return Err(error.context(format!("line {number}"))),
            }
        }
        let head = head.context("the file is empty: expected a session of `bacasable parity`")?;
        exchanges.sort_by_key(|exchange| exchange.n);
        Ok(Self { head, exchanges, is_cut })
    }
}

fn first_line(line: &[u8]) -> anyhow::Result<Head> {
    let value: Value = serde_json::from_slice(line).unwrap_or_default();
    if value["format"] != FORMAT {
        bail!(
            "line 1: this is no session: expected {{\"format\":\"{FORMAT}\",...}} \
             (a HAR file is brought in by `bacasable parity import`)"
        );
    }
    if value["version"] != VERSION {
        bail!(
            "line 1: version {} of the format; this program reads version {VERSION}",
            value["version"]
        );
    }
    serde_json::from_value(value).context("line 1")
}

fn exchange(line: &[u8]) -> anyhow::Result<Exchange> {
    let mut reader = serde_json::Deserializer::from_slice(line);
    let exchange: Exchange = serde_path_to_error::deserialize(&mut reader)?;
    reader.end()?;
    let bodies = [Some(&exchange.request.body), exchange.response.as_ref().map(|one| &one.body)];
    for body in bodies.into_iter().flatten() {
        if let Body::Json { shape } | Body::Xml { shape } = body {
            check(shape).context("body.shape")?;
        }
    }
    if let Some(jwt) = exchange.response.as_ref().and_then(|response| response.jwt.as_ref()) {
        check(jwt).context("response.jwt")?;
    }
    if exchange.response.is_none() && exchange.failure.is_none() {
        bail!("response: an exchange has an answer, or says in failure why it has none");
    }
    Ok(exchange)
}

/// Every value of a shape is a leaf.
fn check(shape: &Value) -> anyhow::Result<()> {
    match shape {
        Value::String(text) => Leaf::try_from(text.clone()).map(drop).map_err(Into::into),
        Value::Object(all) => {
            all.iter().try_for_each(|(key, value)| check(value).with_context(|| key.clone()))
        }
        Value::Array(all) => all.iter().try_for_each(check),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            bail!("{shape} is no value of a session: expected a text such as \"~date\"")
        }
    }
}

const LONGEST_LINE: u64 = 64 << 20;
