//! What a report rests on: whether anything can be said of the application, and whether the report can be signed.

use super::Report;
use crate::recette::words;

impl Report {
    /// Why nothing can be said of the application, in French; nothing where something can.
    pub fn groundless(&self) -> Option<&'static str> {
        match (&self.evidence_sha256, self.observed, self.chosen_period()) {
            (None, ..) => Some("il manque des entrées au journal"),
            (Some(_), 0, None) => Some("aucun appel de l'application n'a été observé"),
            (Some(_), 0, Some(_)) => {
                Some("aucun appel de l'application n'a été observé dans la période choisie")
            }
            (Some(_), 1.., _) => None,
        }
    }

    /// The digest as people read it, or why there is none.
    pub fn digest(&self) -> &str {
        self.evidence_sha256.as_deref().unwrap_or("aucune : il manque des entrées au journal")
    }

    /// What stands in red on the first page of a report that holds calls of bacasable's own.
    pub fn warning(&self) -> Option<String> {
        (self.played > 0).then(|| {
            format!(
                "{} par bacasable lui-même (recette play) : ce que ces appels montrent ne prouve rien de l'application du \
                 partenaire, et ce rapport n'est pas à signer.",
                words::counted(self.played, "appel retenu a été fait", "appels retenus ont été faits")
            )
        })
    }

    /// Why nobody is to sign this report, in French; nothing where it can be signed.
    pub fn unsignable(&self) -> Option<String> {
        if self.evidence_sha256.is_none() {
            return Some(
                "Il manque des entrées au journal (voir les points de vigilance) : ce rapport n'est pas à signer.".to_owned(),
            );
        }
        if self.played > 0 {
            return Some("Des appels de ce rapport ont été faits par bacasable lui-même : il n'est pas à signer.".to_owned());
        }
        let why = self.groundless()?;
        Some(format!("Rien ne peut être conclu : {why}. Ce rapport n'est pas à signer."))
    }
}
