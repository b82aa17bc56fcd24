//! Answers as they are written: the echo of the demand, its reference, how many answers, and the answers.
//!
//! Keys are in the samples' order (PT 2.5.2 to 8.5.2). `reponses` is an object for numCpte and verifIban, an array for the
//! searches of someone, and absent for multiDet, whose `comptes` stand at the top. With a `messageInformatif` there is
//! neither; multiDet keeps `nRep` (*decision*).

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;

use super::{
    anomaly::Anomaly,
    demande::{Echo, Object},
    restitution::{Compte, Epargne, Reponse, Verification, flag, key},
};
use crate::{
    api::Answer,
    journal::Facts,
    json::{Key, Writer, member},
};

/// What a search tells, already narrowed to what may be seen.
pub(super) enum Content<'r> {
    /// numCpte: the account.
    Account(Option<Compte<'r>>),
    /// numCpte with `verificationCompte` at 1, verifIban: yes or no.
    Verification { exists: bool, record: Option<Verification> },
    /// spi, siretSiren, perPhy, perPro: those who were found.
    Found(Vec<Reponse<'r>>),
    /// multiDet: how many accounts, and which when the client agreed.
    Savings { count: usize, counted: bool, accounts: Option<Vec<Epargne<'r>>> },
}

/// A written answer, and what the journal keeps of it.
pub(super) struct Reply {
    pub(super) answer: Answer,
    /// `nombreReponses`, written or not.
    pub(super) count: usize,
    /// The keys of data in it: a set of [`KEYS`](super::restitution::KEYS).
    pub(super) keys: u128,
}

/// What is around the answers.
pub(super) struct Frame<'o, 'a> {
    /// The demand.
    pub(super) body: &'o Object<'a>,
    pub(super) reference: &'o str,
}

impl Content<'_> {
    /// `nombreReponses`: accounts for numCpte and multiDet, persons elsewhere.
    fn count(&self) -> usize {
        match self {
            Self::Account(_) => 1,
            Self::Verification { exists, .. } => usize::from(*exists),
            Self::Found(found) => found.len(),
            Self::Savings { count, .. } => *count,
        }
    }
}

impl Frame<'_, '_> {
    /// The answer that tells something.
    pub(super) fn write_content(&self, content: &Content<'_>) -> Reply {
        let count = content.count();
        self.write(count, |to| match content {
            Content::Account(account) => {
                number(to, count);
                if let Some(account) = account {
                    to.object(&REPONSES, |to| {
                        to.list(key!("comptes"), [account], |to, account| account.write(to));
                    });
                }
            }
            Content::Verification { record, .. } => {
                number(to, count);
                if let Some(record) = record {
                    to.object(&REPONSES, |to| {
                        to.object(key!("verificationCompte"), |to| record.write(to));
                    });
                }
            }
            Content::Found(found) => {
                number(to, count);
                to.list(&REPONSES, found, |to, found| found.write(to));
            }
            Content::Savings { counted, accounts, .. } => {
                if *counted {
                    number(to, count);
                    flag(to, key!("nRep"), count > 0);
                }
                if let Some(accounts) = accounts {
                    to.list(key!("comptes"), accounts, |to, account| account.write(to));
                }
            }
        })
    }

    /// The answer that tells why there is nothing (HTTP 200). `n_rep` is for multiDet: whether its count may be told.
    pub(super) fn inform(&self, anomaly: &Anomaly, n_rep: Option<bool>, now: Timestamp) -> Reply {
        self.write(0, |to| {
            if n_rep.unwrap_or(true) {
                number(to, 0);
            }
            if n_rep == Some(true) {
                flag(to, key!("nRep"), false);
            }
            to.value(&MESSAGE, &anomaly.at(now));
        })
    }

    fn write(&self, count: usize, rest: impl FnOnce(&mut Writer)) -> Reply {
        let mut out = Vec::with_capacity(CAPACITY);
        out.extend_from_slice(b"{\"caracteristiquesDemande\":");
        Echo(self.body).write(&mut out);
        let mut to = Writer::after(out);
        to.text(&REFERENCE, self.reference);
        rest(&mut to);
        let (mut out, keys) = to.finish();
        out.push(b'}');
        let (status, facts) = (StatusCode::OK, Facts::default());
        let answer = Answer { status, media: "application/json", body: Bytes::from(out), facts };
        Reply { answer, count, keys }
    }
}

/// `nombreReponses`: three digits.
fn number(to: &mut Writer, count: usize) {
    to.digits(&COUNT, count as u64, 3);
}

// Keys of the frame, which hold no data.
const REFERENCE: Key = Key::new(member!("referenceDemande"), 0);
const COUNT: Key = Key::new(member!("nombreReponses"), 0);
const MESSAGE: Key = Key::new(member!("messageInformatif"), 0);
const REPONSES: Key = Key::new(member!("reponses"), 0);

/// Room for an answer with one account and two holders; more grows it.
const CAPACITY: usize = 4096;
