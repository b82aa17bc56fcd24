//! Answers as they are written: the echo of the demand, its reference, how many answers, and the answers.
//!
//! Keys are in the samples' order (PT 2.5.2 to 8.5.2). `reponses` is an object for numCpte and verifIban, an array for the
//! searches of someone, and absent for multiDet, whose `comptes` stand at the top. With a `messageInformatif` there is
//! neither; multiDet keeps `nRep` (*decision*).

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    anomaly::{Anomaly, Message},
    demande::{Echo, Object},
    moment::Reference,
    restitution::{Compte, Count, Epargne, Flag, Keys, Reponse, VerificationRecord, append},
};
use crate::{api::Answer, journal::Facts};

/// What a search tells, already narrowed to what may be seen.
pub(super) enum Told {
    /// numCpte: the account.
    Account(Option<Compte>),
    /// numCpte with `verificationCompte` at 1, verifIban: yes or no.
    Verification { exists: bool, record: Option<VerificationRecord> },
    /// spi, siretSiren, perPhy, perPro: those who were found.
    Found(Vec<Reponse>),
    /// multiDet: how many accounts, and which when the client agreed.
    Savings { count: usize, told: bool, accounts: Option<Vec<Epargne>> },
}

/// A written answer, and what the journal keeps of it.
pub(super) struct Reply {
    /// The answer.
    pub(super) answer: Answer,
    /// `nombreReponses`, written or not.
    pub(super) count: usize,
    /// The keys of data in it.
    pub(super) keys: Keys,
}

/// What is around the answers.
pub(super) struct Frame<'o, 'a> {
    /// The demand.
    pub(super) body: &'o Object<'a>,
    /// The reference given to it.
    pub(super) reference: Reference,
}

impl Told {
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
    pub(super) fn tell(&self, told: &Told) -> Reply {
        let count = told.count();
        match told {
            Told::Account(account) => {
                let reponses = account.as_ref().map(|account| OneAccount { comptes: [account] });
                self.write(count, &self.around(reponses, count))
            }
            Told::Verification { record, .. } => {
                let reponses =
                    record.as_ref().map(|record| Verified { verification_compte: record });
                self.write(count, &self.around(reponses, count))
            }
            Told::Found(found) => self.write(count, &self.around(Some(found), count)),
            Told::Savings { told, accounts, .. } => {
                let rest: Rest<(), &Vec<Epargne>> =
                    Rest::new(self.reference, told.then_some(count));
                let n_rep = told.then_some(Flag(count > 0));
                self.write(count, &Rest { n_rep, comptes: accounts.as_ref(), ..rest })
            }
        }
    }

    fn around<R>(&self, reponses: Option<R>, count: usize) -> Rest<R, ()> {
        Rest { reponses, ..Rest::new(self.reference, Some(count)) }
    }

    /// The answer that tells why there is nothing (HTTP 200). `n_rep` is for multiDet: whether its count may be told.
    pub(super) fn inform(&self, anomaly: &Anomaly, n_rep: Option<bool>, now: Timestamp) -> Reply {
        let count = n_rep.unwrap_or(true).then_some(0);
        let rest: Rest<(), ()> = Rest::new(self.reference, count);
        let n_rep = n_rep.filter(|told| *told).map(|_| Flag(false));
        self.write(0, &Rest { n_rep, message_informatif: Some(anomaly.at(now)), ..rest })
    }

    fn write(&self, count: usize, rest: &impl Serialize) -> Reply {
        let mut out = Vec::with_capacity(CAPACITY);
        out.extend_from_slice(b"{\"caracteristiquesDemande\":");
        Echo(self.body).write(&mut out);
        // The rest is written as an object of its own, whose opening brace then becomes the comma between the two.
        let joint = out.len();
        let keys = append(&mut out, rest).expect("records are JSON");
        out[joint] = b',';
        let (status, facts) = (StatusCode::OK, Facts::default());
        let answer = Answer { status, media: "application/json", body: Bytes::from(out), facts };
        Reply { answer, count, keys }
    }
}

/// Everything but the echo.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rest<R, C> {
    reference_demande: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    nombre_reponses: Option<Count>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n_rep: Option<Flag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_informatif: Option<Message<'static>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reponses: Option<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comptes: Option<C>,
}

impl<R, C> Rest<R, C> {
    fn new(reference_demande: Reference, count: Option<usize>) -> Self {
        Self {
            reference_demande,
            nombre_reponses: count.map(Count),
            n_rep: None,
            message_informatif: None,
            reponses: None,
            comptes: None,
        }
    }
}

#[derive(Serialize)]
struct OneAccount<'a> {
    comptes: [&'a Compte; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verified<'a> {
    verification_compte: &'a VerificationRecord,
}

/// Room for an answer with one account and two holders; more grows it.
const CAPACITY: usize = 4096;
