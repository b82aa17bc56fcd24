use serde::{Deserialize, Serialize};

use crate::{
    journal::{Entry, Kind},
    recette::words,
};

/// An entry that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The correlation identifier.
    pub correlation_id: String,
    /// When.
    pub time: jiff::Timestamp,
    pub operation: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    pub code: Option<String>,
    /// The method and the path, where they are of no operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// What tells its entry from every other one, whatever identifier the client sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

impl Proof {
    pub(in crate::recette) fn new(entry: &Entry) -> Self {
        Self {
            correlation_id: words::clipped(&entry.correlation_id),
            time: entry.time,
            operation: entry.operation.as_deref().map(str::to_owned),
            status: entry.status,
            code: entry.code.clone(),
            asked: asked(entry),
            entry: Some(name(entry)),
        }
    }

    /// How it ended, in French: the status, and the code where that says more.
    pub fn outcome(&self) -> String {
        let Some(status) = self.status.map(|status| status.to_string()) else {
            return "sans réponse".to_owned();
        };
        let code = self.code.as_ref().filter(|code| **code != status);
        [Some(&status), code].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// What was asked where there is no such thing, as the entry explains it: `PUT /ficoba-api/v2/etatSante`.
fn asked(entry: &Entry) -> Option<String> {
    if entry.operation.is_some() || entry.kind != Kind::Request {
        return None;
    }
    let explanation = entry.refusal.as_ref().and_then(|refusal| refusal.explanation.as_deref());
    let asked = explanation.and_then(|text| Some(text.split_once(" : ")?.0));
    asked.or(entry.method.as_deref()).map(words::clipped)
}

/// The entry's number, and when it came by both clocks.
pub(super) fn name(entry: &Entry) -> String {
    format!("{}.{}.{}", entry.sequence, entry.arrived_us, entry.time.as_microsecond())
}
