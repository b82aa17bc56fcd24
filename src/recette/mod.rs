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
pub mod line;
mod list;
pub mod live;
pub mod matcher;
pub mod period;
pub mod reaction;
pub mod remark;
pub mod report;
#[cfg(test)]
mod sample;
pub mod script;
pub(crate) mod words;

use std::path::Path;

use jiff::Timestamp;

use self::{applies::Opening, catalogue::Catalogue};
use crate::{api::Apis, config::Environment, directory::Convention, fixtures::Diagnostic};

/// The catalogue, and what it takes to know to whom it applies.
pub struct Recette {
    pub catalogue: Catalogue,
    /// The APIs: their resources, and what their motifs open.
    pub apis: Apis,
}

impl Recette {
    /// The embedded catalogue and the APIs with their motifs, completed or replaced by the folder's.
    ///
    /// # Errors
    /// Everything wrong in the form of the files.
    pub fn load(dir: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        match (Catalogue::load(dir), Apis::load(dir)) {
            (Ok(catalogue), Ok(apis)) => Ok(Self { catalogue, apis }),
            (catalogue, apis) => {
                Err(catalogue.err().into_iter().chain(apis.err()).flatten().collect())
            }
        }
    }

    /// What a convention opens at a moment, in this environment.
    pub fn opening(
        &self,
        convention: &Convention,
        now: Timestamp,
        environment: Environment,
    ) -> Opening {
        let searches = |motif| self.apis.searches_of(motif);
        let opening = Opening::new(convention, now, environment, &searches);
        let words = |&motif| Some((motif, self.apis.motif(motif)?));
        Opening { motif_words: opening.motifs.iter().filter_map(words).collect(), ..opening }
    }
}
