//! From what passed to the session's file: one line per exchange, written when its answer has ended.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Version, header};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;

use super::{Recorded, RequestHead, tee::Copy};
use crate::{
    clock::Clock,
    parity::{
        redact::{RawRequest, RawResponse, Redactor},
        session::{Body, Exchange, Failure, SessionWriter},
    },
};

/// Writes exchanges down.
pub(super) struct Recorder {
    state: Mutex<RecorderState>,
    since: std::time::Instant,
    broken: Notify,
}

/// An exchange that has begun.
#[derive(Clone, Copy)]
pub(super) struct Pending {
    n: u64,
    at: std::time::Instant,
}

struct RecorderState {
    redactor: Redactor,
    writer: SessionWriter,
    begun: u64,
    recorded: Recorded,
    error: Option<anyhow::Error>,
}

/// An answer's head, and what has come of its body.
pub(super) type Received<'a> = (StatusCode, Version, &'a HeaderMap, &'a Copy);

impl Recorder {
    pub(super) fn new(redactor: Redactor, writer: SessionWriter) -> Self {
        let state = RecorderState {
            redactor,
            writer,
            begun: 0,
            recorded: Recorded::default(),
            error: None,
        };
        Self { state: Mutex::new(state), since: Clock::instant(), broken: Notify::new() }
    }

    pub(super) fn begin(&self) -> Pending {
        let mut state = self.state();
        state.begun += 1;
        Pending { n: state.begun, at: Clock::instant() }
    }

    /// Writes an exchange down.
    pub(super) fn finish(
        &self,
        pending: Pending,
        asked: &RequestHead,
        sent: &Copy,
        received: Option<Received<'_>>,
        failure: Option<Failure>,
    ) {
        let mut state = self.state();
        if state.error.is_some() {
            return;
        }
        let request = RawRequest {
            method: &asked.method,
            target: &asked.target,
            headers: &asked.headers,
            body: sent.whole(),
        };
        let response = received.map(|(status, version, headers, copy)| RawResponse {
            status: status.as_u16(),
            version: Some(version),
            headers,
            // What was cut is not looked at: half a body has no shape.
            body: if failure.is_some() { Some(Bytes::new()) } else { copy.whole() },
        });
        let (request, answer) = state.redactor.exchange(&request, response.as_ref());
        let millis =
            |span: std::time::Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let exchange = Exchange {
            n: pending.n,
            at_ms: millis(pending.at.duration_since(self.since)),
            took_ms: millis(pending.at.elapsed()),
            request,
            response: answer,
            failure,
        };
        state.note(&exchange);
        if let Err(error) = state.writer.write(&exchange) {
            state.error = Some(error);
            self.broken.notify_one();
        }
    }

    /// Returns once nothing can be written any more.
    pub(super) async fn broken(&self) {
        self.broken.notified().await;
    }

    pub(super) fn close(&self) -> anyhow::Result<Recorded> {
        let mut state = self.state();
        state.recorded.exchanges = state.writer.count;
        match state.error.take() {
            Some(error) => Err(error
                .context(format!("the recording stopped after {} exchanges", state.writer.count))),
            None => Ok(std::mem::take(&mut state.recorded)),
        }
    }

    fn state(&self) -> MutexGuard<'_, RecorderState> {
        self.state.lock()
    }
}

impl RecorderState {
    fn note(&mut self, exchange: &Exchange) {
        if let Some(failure) = exchange.failure {
            match self.recorded.failures.iter_mut().find(|(known, _)| *known == failure) {
                Some((_, times)) => *times += 1,
                None => self.recorded.failures.push((failure, 1)),
            }
        }
        let Some(response) = &exchange.response else { return };
        let mut remarks = Vec::new();
        if (300..400).contains(&response.status) && response.status != 304 {
            remarks.push(format!("redirection (HTTP {}), qui n'est pas suivie", response.status));
        }
        if matches!(
            response.body,
            Body::Html | Body::Text | Body::Binary | Body::BadJson | Body::TooLong
        ) {
            remarks.push(response.body.french().to_owned());
        }
        let encoding = header::CONTENT_ENCODING.as_str();
        if let Some((_, encoding)) = response.headers.iter().find(|(name, _)| name == encoding) {
            remarks.push(format!("corps compressé : {}", encoding.kept().unwrap_or_default()));
        }
        for remark in remarks {
            match self.recorded.remarks.iter_mut().find(|(known, _)| *known == remark) {
                Some((_, times)) => *times += 1,
                None => self.recorded.remarks.push((remark, 1)),
            }
        }
    }
}
