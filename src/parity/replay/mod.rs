//! Replays a session on a stage: the same requests, as sample partners that hold the same rights, with data of the same
//! form.
//!
//! A session holds no value, so each request has several candidates: the personas' own calls, brought to the recorded form.
//! The candidate whose answer is nearest to the original's is taken, and what still differs is a difference. The partner is
//! found in the same way. Time passes as the original's own `Date` says; what a quota refused is refused by a quota.

mod call;
mod candidate;
mod casting;
mod choice;
mod fill;
mod player;
mod recorded;
mod request;

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Version};
use jiff::Timestamp;

use self::choice::Choice;
pub use self::{
    call::ReplayCall,
    player::Player,
    recorded::{bearer, issued},
};
use super::difference::Difference;
use crate::{directory::Directory, register::Register, rights::ApiId};

/// Where requests are answered.
pub trait Stage {
    /// The partners.
    fn directory(&self) -> Arc<Directory>;

    /// The personas.
    fn register(&self) -> Arc<Register>;

    /// Whether time, quotas and faults are the stage's to set.
    fn steers(&self) -> bool;

    /// The product's time.
    fn now(&self) -> Timestamp;

    /// What stands while the next requests are answered.
    fn set(&self, scene: &Scene<'_>);

    /// Answers a request of whoever holds this partner's certificate; none where the connection was cut.
    fn send(
        &mut self,
        certificate: &str,
        call: &ReplayCall,
    ) -> impl Future<Output = anyhow::Result<Option<ReplayReply>>>;
}

/// What stands while a request is answered.
pub struct Scene<'a> {
    /// The product's time.
    pub now: Timestamp,
    pub partner: &'a str,
    /// The API whose minute is used up.
    pub exhausted: Option<ApiId>,
    /// The code of an ordered fault.
    pub fault: Option<&'a str>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct ReplayReply {
    /// The HTTP status.
    pub status: u16,
    /// The version, where it is to be compared.
    pub version: Option<Version>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Who plays whom: the partner of each application of the session.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    /// The partner of each application, by its number in the session (`client:1`); the first is the one whose certificate
    /// is shown.
    pub partners: Vec<(String, String)>,
}

/// A session as it is replayed: who plays whom, and which candidate each exchange took.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Who plays whom.
    pub cast: Cast,
    /// How each exchange is asked.
    chosen: HashMap<u64, Choice>,
}

impl Script {
    /// The partner whose certificate is shown.
    fn certificate(&self) -> &str {
        self.cast.partners.first().map_or("", |(_, id)| id)
    }
}

/// How an exchange was replayed.
#[derive(Clone, Debug)]
pub struct Played {
    /// The original's number.
    pub n: u64,
    /// What differs.
    pub differences: Vec<Difference>,
    /// Why it was not compared, in French.
    pub skipped: Option<&'static str>,
}
