//! The recette: an acceptance rehearsal led by the catalogue, judged from the journal, ended by a report one can sign.
//!
//! Source: CGU FICOBA 3.1.2 and CGU R2P 3.1: production is opened once the partner confirms a functional acceptance run
//! ("recette fonctionnelle"). Nothing here talks to anybody: entries in, verdicts out.
//!
//! ```text
//! entries ──> evidence ──┬──> coverage (catalogue, reactions) ──┐
//!   (ring or file)       └──> conduct (rules) ──────────────────┴──> report ──> HTML, PDF, JUnit, JSON, Markdown
//! ```

pub mod applies;
pub mod catalogue;
pub mod conduct;
pub mod coverage;
pub mod evidence;
pub mod file;
mod list;
pub mod matcher;
pub mod reaction;
pub mod report;
#[cfg(test)]
mod sample;
pub mod script;
mod words;
