use serde_json::json;

use super::*;
use crate::{
    api::Apis,
    parity::{session::Body, vocabulary::Vocabulary},
};

fn entry(url: &str, text: &str) -> serde_json::Value {
    json!({
        "startedDateTime": "2026-11-22T10:00:00.000+01:00", "time": 12.5, "timings": {"wait": 3},
        "request": {"method": "GET", "url": url, "httpVersion": "HTTP/2", "headers": [{"name": ":method", "value": "GET"}, {"name": "X-Correlation-ID", "value": "a"}]},
        "response": {"status": 200, "httpVersion": "h2", "headers": [{"name": "Content-Type", "value": "application/json"}, {"name": "Content-Encoding", "value": "gzip"}],
            "content": {"size": 3, "mimeType": "application/json", "text": text}}
    })
}

fn read(bytes: impl Read) -> (anyhow::Result<Imported>, Vec<Exchange>) {
    let mut redactor = Redactor::new(Vocabulary::new(Apis::load(None).unwrap()), false);
    let mut kept = Vec::new();
    let imported = import(bytes, &mut redactor, |exchange| {
        kept.push(exchange.clone());
        Ok(())
    });
    (imported, kept)
}

#[test]
fn entries_of_the_gateway_are_kept_and_those_of_other_sites_are_counted() {
    let har = json!({"log": {"version": "1.2", "creator": {}, "entries": [
        entry("https://gw/r2p/v1/personne/1899582886173", "{\"nom\":\"VALBRUNE\"}"),
        entry("https://elsewhere/style.css", "x"),
    ]}});
    let (imported, kept) = read(har.to_string().as_bytes());
    assert_eq!(imported.unwrap(), Imported { exchanges: 1, others: 1 });
    let response = kept[0].response.as_ref().unwrap();
    assert_eq!(response.body, Body::Json { shape: json!({"nom": "~CAPITALS"}) });
    assert_eq!((response.http.as_deref(), kept[0].took_ms), (Some("2"), 12));
    assert_eq!(kept[0].request.operation, "RechercheParSPI");
}

#[test]
fn what_is_no_har_says_so_and_a_cut_one_keeps_what_came_before() {
    let fault = |text: &str| format!("{:#}", read(text.as_bytes()).0.unwrap_err());
    assert!(fault("{\"a\":1}").contains("log.entries is not there"));
    assert!(fault("hello").contains("no whole HAR") && fault("").contains("no whole HAR"));
    let har = json!({"log": {"entries": [entry("https://gw/token", "{}"), entry("https://gw/token", "{}")]}}).to_string();
    let (imported, kept) = read(&har.as_bytes()[..har.len() - 40]);
    assert!(format!("{:#}", imported.unwrap_err()).contains("1 exchanges were brought in before"));
    assert_eq!(kept.len(), 1);
}

/// A HAR of any size, made while it is read.
struct Endless {
    head: Vec<u8>,
    filler: usize,
    tail: Vec<u8>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if !self.head.is_empty() {
            let n = self.head.len().min(buffer.len());
            buffer[..n].copy_from_slice(&self.head.drain(..n).collect::<Vec<_>>());
            return Ok(n);
        }
        if self.filler > 0 {
            let n = self.filler.min(buffer.len());
            buffer[..n].fill(b'A');
            self.filler -= n;
            return Ok(n);
        }
        let n = self.tail.len().min(buffer.len());
        buffer[..n].copy_from_slice(&self.tail.drain(..n).collect::<Vec<_>>());
        Ok(n)
    }
}

#[test]
fn a_body_of_any_length_is_one_that_is_too_long() {
    let har = json!({"log": {"entries": [entry("https://gw/token", "HERE"), entry("https://gw/token", "{}")]}}).to_string();
    let (head, tail) = har.split_once("HERE").unwrap();
    let (imported, kept) = read(Endless { head: head.into(), filler: 9 << 20, tail: tail.into() });
    assert_eq!(imported.unwrap().exchanges, 2);
    assert_eq!(kept[0].response.as_ref().unwrap().body, Body::TooLong);
}
