//! Where and with what a rehearsal took place.

use serde::{Deserialize, Serialize};

use crate::{
    config::{self, Config, SETTINGS, SettingValue as _},
    journal::RunFacts,
    recette::evidence::Evidence,
    register,
    rights::ApiId,
};

/// Where and with what the rehearsal took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Where the entries come from, in French.
    pub source: String,
    /// The gateway's address, where it is known.
    #[serde(default)]
    pub gateway: Option<String>,
    /// What the server said of itself; empty when the journal does not tell.
    pub runs: Vec<RunFacts>,
}

impl Environment {
    /// A running server's.
    pub fn of_server(config: &Config) -> Self {
        let source = "journal du serveur en marche".to_owned();
        Self { source, gateway: None, runs: vec![run(config)] }
    }

    /// Which of the DGFiP's environments was rehearsed, by what the last server said of itself.
    pub fn rehearsed(&self) -> config::Environment {
        let settings = self.runs.last().map(|run| run.settings.as_slice()).unwrap_or_default();
        let said = settings.iter().find(|(key, _)| key == "gateway.environment");
        let said = said.and_then(|(_, value)| config::Environment::read(value));
        said.unwrap_or(config::Environment::Production)
    }

    /// That of journal files.
    pub fn of_files(names: &[String], evidence: &Evidence<'_>) -> Self {
        let many = if names.len() > 1 { "fichiers de journal" } else { "fichier de journal" };
        let runs = evidence.runs.iter().map(|&run| run.clone()).collect();
        Self { source: format!("{many} : {}", names.join(", ")), gateway: None, runs }
    }
}

/// What a server of these settings says of itself.
pub fn run(config: &Config) -> RunFacts {
    let is_shown = |key: &str| {
        let of_api = |api: ApiId| key.split('.').next() == Some(api.as_str());
        ["gateway.", "fixtures"].iter().any(|start| key.starts_with(start))
            || ApiId::ALL.into_iter().any(of_api)
    };
    let local = |key: &str| {
        ["gateway.listen", "gateway.limits", "gateway.server_names"]
            .iter()
            .any(|start| key.starts_with(start))
    };
    let changed = SETTINGS.iter().filter(|setting| is_shown(setting.key) && !local(setting.key));
    let changed = changed.filter(|setting| setting.show(config) != setting.default());
    RunFacts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: config.seed,
        population: config.population,
        register: register::VERSION,
        settings: changed.map(|setting| (setting.key.to_owned(), setting.show(config))).collect(),
        replica: config.state.url.is_some(),
    }
}
