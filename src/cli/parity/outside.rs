//! A stage elsewhere: a running server, over real mutual TLS. Its time, quotas and faults are its own.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use jiff::Timestamp;

use crate::{
    client::{Keys, ListenerAddress, Session},
    clock::Clock,
    config::Config,
    directory::Directory,
    journal::KEY,
    parity::{
        difference::http_date,
        replay::{ReplayCall, ReplayReply, Scene, Stage},
    },
    register::Register,
};

/// A running server.
pub(super) struct Outside<'a> {
    gateway: ListenerAddress,
    config: &'a Config,
    /// What marks these calls as the command's own, in the journal.
    keys: Keys,
    directory: Arc<Directory>,
    register: Arc<Register>,
    sessions: HashMap<String, Session>,
    /// What the last answer said.
    now: Timestamp,
}

impl<'a> Outside<'a> {
    /// The server at this address, with the partners and personas of `like`.
    pub(super) fn new(
        gateway: ListenerAddress,
        keys: Keys,
        config: &'a Config,
        like: &impl Stage,
    ) -> Self {
        let (directory, register) = (like.directory(), like.register());
        let (sessions, now) = (HashMap::new(), Clock::system().now());
        Self { gateway, config, keys, directory, register, sessions, now }
    }
}

impl Stage for Outside<'_> {
    fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory)
    }

    fn register(&self) -> Arc<Register> {
        Arc::clone(&self.register)
    }

    fn steers(&self) -> bool {
        false
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn set(&self, _scene: &Scene<'_>) {}

    async fn send(
        &mut self,
        certificate: &str,
        call: &ReplayCall,
    ) -> anyhow::Result<Option<ReplayReply>> {
        if !self.sessions.contains_key(certificate) {
            let session = Session::new(&self.gateway, &self.config.certs, Some(certificate))?;
            self.sessions.insert(certificate.to_owned(), session);
        }
        let session = self.sessions.get_mut(certificate).expect("it was just put there");
        let mut request = Request::builder()
            .method(call.method.as_str())
            .uri(&call.target)
            .header("host", session.authority())
            .body(Full::new(call.body.clone()))?;
        request.headers_mut().extend(call.headers.clone());
        request.headers_mut().insert(KEY, self.keys.next().await?);
        let reply = session.send(request, PATIENCE).await?;
        let date = reply.as_ref().and_then(|reply| reply.headers.get(http::header::DATE));
        self.now = date.and_then(|date| http_date(date.to_str().ok()?)).unwrap_or(self.now);
        Ok(reply.map(|reply| ReplayReply {
            status: reply.status.as_u16(),
            version: None, // this client speaks one only
            headers: reply.headers,
            body: Bytes::clone(&reply.body),
        }))
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
