//! The seal of a report in JSON: a digest of all the rest, so that a report that was altered is known as such.
//!
//! It proves no origin: whoever alters a report on purpose can compute it again. What it guards against is the copy that was
//! edited, cut or mixed up; the digest of the evidence is held against a journal (`recette verify`).

use sha2::{Digest, Sha256};

use super::Report;
use crate::hex;

/// Why a text is no report that can be used, in French.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is no report of bacasable in JSON.
    #[error("ce n'est pas un rapport de bacasable au format JSON : {0}")]
    NotOne(String),
    /// It bears no seal.
    #[error(
        "ce rapport ne porte pas de sceau : il a été modifié, ou écrit par une version antérieure de bacasable"
    )]
    Unsealed,
    /// Its seal is not that of what it says.
    #[error("ce rapport a été modifié : son sceau n'est pas celui de son contenu")]
    Altered,
}

impl Report {
    pub fn sealed(&self) -> Self {
        let bare = Self { seal: None, ..self.clone() };
        Self { seal: Some(bare.digest_of_all()), ..bare }
    }

    /// The report that these bytes hold, as it was written.
    ///
    /// # Errors
    /// No report, or one that was altered.
    pub fn unsealed(bytes: &[u8]) -> Result<Self, Unusable> {
        let unread = |error: serde_json::Error| {
            Unusable::NotOne(format!("ligne {}, colonne {}", error.line(), error.column()))
        };
        let report: Self = serde_json::from_slice(bytes).map_err(unread)?;
        // A member that no report has would be read over: what is written again must be what was read.
        let read: serde_json::Value = serde_json::from_slice(bytes).map_err(unread)?;
        if read.get("seal").is_none_or(serde_json::Value::is_null) {
            return Err(Unusable::Unsealed);
        }
        if serde_json::to_value(&report).ok().as_ref() != Some(&read) {
            return Err(Unusable::Altered);
        }
        let bare = Self { seal: None, ..report.clone() };
        match report.seal {
            Some(seal) if seal == bare.digest_of_all() => Ok(bare),
            Some(_) | None => Err(Unusable::Altered),
        }
    }

    fn digest_of_all(&self) -> String {
        let text = serde_json::to_vec(self).expect("a report is plain data");
        hex::encode(&Sha256::digest(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::report::{Format, tests::report};

    #[test]
    fn a_report_that_was_altered_is_known_as_such() {
        let report = report(5);
        let written = String::from_utf8(report.write(Format::Json).unwrap().bytes).unwrap();
        assert_eq!(Report::unsealed(written.as_bytes()), Ok(report));
        let altered = written.replacen("non conforme", "conforme", 1);
        assert_ne!(altered, written);
        assert_eq!(Report::unsealed(altered.as_bytes()), Err(Unusable::Altered));
        for (member, with) in
            [("{", "{\"extra\": \"x\","), ("\"state\":", "\"decision_note\": \"x\", \"state\":")]
        {
            let more = written.replacen(member, with, 1);
            assert_eq!(Report::unsealed(more.as_bytes()), Err(Unusable::Altered), "{with}");
        }
        let line = written.lines().find(|line| line.contains("\"seal\"")).unwrap();
        let bare = written.replace(line, "\"seal\": null");
        assert_eq!(Report::unsealed(bare.as_bytes()), Err(Unusable::Unsealed));
        let mut cut: serde_json::Value = serde_json::from_str(&written).unwrap();
        cut.as_object_mut().unwrap().remove("seal").unwrap();
        let cut = cut.to_string();
        assert_eq!(Report::unsealed(cut.as_bytes()), Err(Unusable::Unsealed), "it has none");
        assert!(matches!(Report::unsealed(b"{}"), Err(Unusable::NotOne(_))));
    }
}
