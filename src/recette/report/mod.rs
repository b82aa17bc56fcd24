//! The report: one model, written as HTML, PDF, JUnit XML, JSON or Markdown.
//!
//! It is what a partner's acceptance lead attaches to the DataPass file (CGU FICOBA 3.1.2, CGU R2P 3.1), so it says what it
//! rests on, what it cannot prove, and on every page that the environment is fictitious and the tool unofficial.

mod about;
mod change;
mod compare;
mod decision;
mod environment;
mod excused;
mod facts;
mod ground;
mod html;
mod interventions;
mod junit;
mod lifted;
mod markdown;
mod model;
mod observed;
mod partner;
#[cfg(feature = "pdf")]
mod pdf;
mod pronounced;
mod seal;
mod synthesis;
#[cfg(test)]
mod tests;
mod unshown;
mod vigilance;

use std::fmt;

pub use self::{
    about::{About, Former, Unsayable},
    change::{Before, ConventionChange, ConventionSource},
    compare::Comparison,
    environment::{Environment, run},
    excused::Excused,
    lifted::LiftedRefusal,
    model::{Basis, Report, WithoutEffect},
    observed::{Callers, CertificateSeen, Volume},
    partner::{ApiFacts, Partner},
    seal::Unusable,
    synthesis::{Conclusion, Synthesis},
};
pub use super::remark::{Decision, Remark, Severity};

/// A way of writing the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One self-contained page, for screen and paper.
    Html,
    /// A document.
    Pdf,
    /// What CI systems read.
    Junit,
    /// The model itself.
    Json,
    /// For tickets and merge requests.
    Markdown,
}

/// A report that is written.
pub struct Written {
    /// Its media type.
    pub media: &'static str,
    pub bytes: Vec<u8>,
}

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be written as {format}: {why}")]
pub struct WriteError {
    pub format: Format,
    pub why: String,
}

impl Report {
    /// Writes the report.
    ///
    /// # Errors
    /// What the writer of that format cannot do.
    pub fn write(&self, format: Format) -> Result<Written, WriteError> {
        // Every format bears the seal of the JSON, by which a paper is bound to it.
        let report = self.sealed();
        let bytes = match format {
            Format::Junit => junit::write(&report).into_bytes(),
            Format::Markdown => markdown::write(&report).into_bytes(),
            Format::Json => {
                serde_json::to_vec_pretty(&report).map_err(|error| format.failed(&error))?
            }
            Format::Pdf => document(&report).map_err(|why| format.failed(&why))?,
            Format::Html => {
                html::write(&report).map_err(|error| format.failed(&error))?.into_bytes()
            }
        };
        Ok(Written { media: format.media(), bytes })
    }
}

impl Format {
    /// Every format that this program writes.
    #[cfg(feature = "pdf")]
    pub const ALL: [Self; 5] = [Self::Html, Self::Pdf, Self::Junit, Self::Json, Self::Markdown];
    /// Every format that this program writes: it was built without the feature `pdf`.
    #[cfg(not(feature = "pdf"))]
    pub const ALL: [Self; 4] = [Self::Html, Self::Junit, Self::Json, Self::Markdown];

    /// Its name in commands and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Junit => "junit",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Junit => "xml",
            Self::Json => "json",
            Self::Markdown => "md",
        }
    }

    /// Its media type.
    pub fn media(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
            Self::Junit => "application/xml",
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }

    fn failed(self, why: &dyn fmt::Display) -> WriteError {
        WriteError { format: self, why: why.to_string() }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What stands on every page.
pub const NOTICE: &str = "Environnement fictif, outil non officiel";

/// What stands at its head.
pub const UNOFFICIAL: &str = "Recette à blanc menée sur l'émulateur bacasable, avec des données fictives. Ce document n'est ni délivré ni \
    validé par la DGFiP ; il n'engage que le partenaire qui le signe.";

/// What the numbers of a rehearsal say, and what they do not.
pub const VOLUMES: &str = "Ces nombres sont ceux d'une recette à blanc : ils disent comment l'application répartit ses appels, non la charge \
    de la production. La pointe compte tous les appels arrivés dans la minute, y compris ceux qui ont été refusés avant le contrôle du quota et qui ne \
    le consomment pas. « Non dépassé » signifie seulement que la minute la plus chargée de cette recette à blanc tenait dans ce quota. Ils aident à \
    remplir la rubrique « Volumétrie » de DataPass (CGU FICOBA 9.2, CGU R2P 9.2).";

/// What the digest of the report in JSON is called in the others.
const SEAL: &str = "Sceau du rapport JSON (SHA-256)";

/// By which calls the rules are judged.
pub const JUDGED: &str = "Ces règles sont évaluées sur tous les appels de l'application, sauf ceux faits entre le début et la fin d'un cas qui \
    demande une erreur ou un incident.";

/// What stands before the decisions that change nothing.
const IDLE: &str = "Décisions sans effet, qui ne sont pas des réserves";

/// What stands before the refusals that are no more.
const LIFTED: &str = "Refus levés (remplacés ou retirés depuis)";

/// What DataPass asks besides, to be filled in by hand.
const ATTESTED: [&str; 3] = [
    "Homologation de sécurité (document, autorité, fonction)",
    "Date de début et date de fin de l'homologation",
    "Volumétrie demandée (appels par minute), justification, nombre de dossiers par an",
];

/// When a case is conforming, and when the tester is waited for.
pub const CONFORMING: &str = "Un cas est conforme quand le journal montre l'appel, la réponse attendue et, s'il y a lieu, la bonne \
    réaction de l'application. Ce qu'un journal ne peut pas montrer (une alerte donnée, une réponse bien comprise) est à constater par le \
    testeur : d'ici là, les appels sont conformes et le cas n'est pas compté. Une erreur volontaire ne compte que faite entre le début et la \
    fin du cas, par un incident commandé, ou confirmée par le testeur.";

#[cfg(feature = "pdf")]
fn document(report: &Report) -> Result<Vec<u8>, String> {
    pdf::write(report)
}

#[cfg(not(feature = "pdf"))]
fn document(_: &Report) -> Result<Vec<u8>, String> {
    Err("this program was built without the feature pdf".to_owned())
}
