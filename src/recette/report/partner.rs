//! The partner of a report, and what its convention opens.

use serde::{Deserialize, Serialize};

use crate::{
    api::MotifWords,
    directory::Convention,
    recette::applies::{self, Opening},
    rights::{ApiId, Granted},
};

/// The partner and its convention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// The convention's id.
    pub id: String,
    pub organisation: String,
    /// The use case.
    pub title: String,
    pub siret: String,
    /// Its state, in French.
    pub state: String,
    /// What it opens, API by API.
    pub apis: Vec<ApiFacts>,
}

/// What a convention opens of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiFacts {
    pub api: ApiId,
    /// Calls per minute.
    pub quota: u32,
    pub searches: Vec<String>,
    /// The motifs, where the API asks one.
    pub motifs: Vec<String>,
    /// What they are called and the texts that allow them, as far as they are known; reports of before do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub motif_words: Vec<MotifWords>,
    pub scopes: Vec<String>,
}

impl ApiFacts {
    /// Each motif with its label and its legal ground; its code alone where they are not known.
    pub fn motif_lines(&self) -> Vec<String> {
        let line = |code: &String| {
            let words = self.motif_words.iter().find(|words| words.code == *code);
            words.map_or_else(|| code.clone(), ToString::to_string)
        };
        self.motifs.iter().map(line).collect()
    }
}

impl Partner {
    pub(super) fn new(convention: &Convention, opening: &Opening) -> Self {
        let facts = |(api, grant): (ApiId, &dyn Granted)| ApiFacts {
            api,
            quota: grant.quota().get(),
            searches: opening
                .searches
                .iter()
                .filter(|one| one.api == api)
                .map(|one| one.name.to_owned())
                .collect(),
            motifs: grant.motifs().iter().map(ToString::to_string).collect(),
            motif_words: grant
                .motifs()
                .iter()
                .filter_map(|motif| opening.motif_words.get(motif).cloned())
                .collect(),
            scopes: sorted(grant.scopes()),
        };
        Self {
            id: convention.id.clone(),
            organisation: convention.organisation.clone(),
            title: convention.title.clone(),
            siret: convention.siret.to_string(),
            state: applies::state(opening.state).to_owned(),
            apis: convention.grants.iter().map(facts).collect(),
        }
    }
}

fn sorted(mut scopes: Vec<&'static str>) -> Vec<String> {
    scopes.sort_unstable();
    scopes.into_iter().map(str::to_owned).collect()
}
