//! Everything that the fixtures make: partners, register, APIs and scenarios, loaded as one, at the start and at a reset.

use std::sync::Arc;

use super::Apis;
use crate::{
    config::Config,
    directory::{Convention, Directory},
    faults::Scenarios,
    fixtures::Diagnostic,
    pki,
    register::{Register, Spec},
};

/// What is embedded in the binary and what the fixtures folder adds, found sound together.
pub struct World {
    /// The partners.
    pub directory: Directory,
    /// The fictitious people, companies and accounts.
    pub register: Register,
    /// The APIs, with their own fixtures.
    pub apis: Apis,
    /// The faults that data choose.
    pub scenarios: Scenarios,
}

impl World {
    /// The world that these settings describe.
    ///
    /// # Errors
    /// Everything wrong in every file, in the order of the files; scenarios are judged once the partners and the APIs
    /// that they name are sound.
    pub fn load(config: &Config) -> Result<Self, Vec<Diagnostic>> {
        let dir = config.fixtures.as_deref();
        let spec = Spec {
            seed: config.seed,
            population: config.population,
            fixtures: config.fixtures.clone(),
        };
        let mut faults = Vec::new();
        let directory = Directory::load(dir).map_err(|more| faults.extend(more)).ok();
        let apis = Apis::load(dir).map_err(|more| faults.extend(more)).ok();
        let register = Register::load(&spec).map_err(|more| faults.extend(more)).ok();
        let scenarios = directory.as_ref().zip(apis.as_ref()).and_then(|(directory, apis)| {
            let loaded = Scenarios::load(dir, config.seed, &apis.catalogue(), directory);
            loaded.map_err(|more| faults.extend(more)).ok()
        });
        match (directory, register, apis, scenarios) {
            (Some(directory), Some(register), Some(apis), Some(scenarios)) => {
                Ok(Self { directory, register, apis, scenarios })
            }
            _ => {
                faults.sort();
                faults.dedup();
                Err(faults)
            }
        }
    }
}

/// Whom a partner's client certificate names.
pub fn pki_holder(convention: &Convention) -> pki::Holder {
    pki::Holder {
        id: convention.id.clone(),
        organisation: convention.organisation.clone(),
        siret: Some(convention.siret.to_string()),
    }
}

/// What the certs folder must hold for these partners.
pub fn pki_plan(config: &Config, directory: &Directory) -> pki::PkiPlan {
    let holder = |convention: &Arc<Convention>| pki_holder(convention);
    let partners: Vec<_> = directory.iter().map(holder).collect();
    let faulty_as = directory.convention("editeur-demo").or(directory.iter().next()).map(holder);
    let nobody = || pki::Holder {
        id: "personne".to_owned(),
        organisation: "Personne".to_owned(),
        siret: None,
    };
    pki::PkiPlan {
        partners,
        faulty_as: faulty_as.unwrap_or_else(nobody),
        server_names: config.gateway.server_names.clone(),
        own_pki: config.gateway.own_pki,
        keys: None,
    }
}
