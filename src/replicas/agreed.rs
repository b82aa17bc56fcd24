//! What all replicas hold to, as one document, and how this one takes it over.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Replica;
use crate::{
    availability::{Announced, Plan},
    clock::Setting,
    config::{Config, Minutes, Percent, Profile, SettingValue as _},
    directory::Directory,
    faults::{StandingOrders, Wrong},
    rights::ApiId,
    sandbox::{Intervention, Sandbox},
    tokens::Eras,
};

/// What every replica holds to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Document {
    clock: Setting,
    faults: StandingOrders,
    /// Those that differ from the fixtures, by id.
    conventions: BTreeMap<String, Value>,
    pub(super) eras: Eras,
    /// How often the references began again.
    references: u64,
    /// When the APIs are open.
    #[serde(default)]
    service: Hours,
    /// What people say of rehearsals, by partner; nothing where another version wrote it.
    #[serde(default)]
    abouts: Option<BTreeMap<String, Value>>,
    /// What was ordered at the console.
    #[serde(default)]
    interventions: Vec<Intervention>,
}

/// When the APIs are open, in words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Hours {
    profile: String,
    closing: String,
    #[serde(default)]
    tail_minutes: Option<Minutes>,
    #[serde(default)]
    incident_percent: Option<Percent>,
    announced: Vec<(Option<ApiId>, Timestamp, Timestamp)>,
}

/// What this replica holds to.
pub(super) struct Agreed {
    /// The revision of the document; 0 before the first.
    pub(super) revision: u64,
    pub(super) document: Document,
    /// The partners as the fixtures have them, and of which loading of the fixtures they are.
    pub(super) fixtures: Arc<Directory>,
    pub(super) world: u64,
}

impl Agreed {
    pub(super) fn new(sandbox: &Sandbox) -> Self {
        let fixtures = sandbox.directory();
        let document = Document::new(sandbox, &fixtures);
        Self { revision: 0, document, fixtures, world: sandbox.worlds() }
    }
}

impl Document {
    pub(super) fn new(sandbox: &Sandbox, fixtures: &Directory) -> Self {
        let original = fixtures.written();
        let mut conventions = sandbox.directory().written();
        conventions.retain(|id, one| original.get(id) != Some(one));
        Self {
            clock: sandbox.clock.setting(),
            faults: sandbox.faults.shown(),
            conventions,
            eras: sandbox.tokens.eras(),
            references: sandbox.references.series(),
            service: Hours::new(&sandbox.availability.plan()),
            abouts: Some(sandbox.abouts.all()),
            interventions: sandbox.interventions.all(),
        }
    }
}

impl Hours {
    fn new(plan: &Plan) -> Self {
        let announced = plan.announced.iter().map(|one| (one.api, one.from, one.to)).collect();
        Self {
            profile: plan.profile.show(),
            closing: plan.closing.to_string(),
            tail_minutes: Some(plan.tail_minutes),
            incident_percent: Some(plan.incident_percent),
            announced,
        }
    }

    /// Nothing when another version wrote them.
    fn plan(&self) -> Option<Plan> {
        let announced =
            self.announced.iter().map(|&(api, from, to)| Announced { api, from, to }).collect();
        let usual = Config::default().availability;
        Some(Plan {
            profile: Profile::read(&self.profile)?,
            closing: self.closing.parse().ok()?,
            tail_minutes: self.tail_minutes.unwrap_or(usual.tail_minutes),
            incident_percent: self.incident_percent.unwrap_or(usual.incident_percent),
            announced,
        })
    }
}

impl Replica {
    /// A reset that has just loaded the fixtures changed nothing of them.
    pub(super) fn look_at_reset(&self, agreed: &mut Agreed) {
        if agreed.world != self.sandbox.worlds() {
            (agreed.world, agreed.fixtures) = (self.sandbox.worlds(), self.sandbox.directory());
        }
    }

    pub(super) fn adopt(&self, agreed: &mut Agreed, revision: u64, text: &str) {
        let document: Document = match serde_json::from_str(text) {
            Ok(document) => document,
            Err(error) => {
                // Told once: the revision counts as seen.
                tracing::error!(%error, revision, "the orders in the store cannot be read: another version wrote them");
                agreed.revision = revision;
                return;
            }
        };
        let sandbox = &self.sandbox;
        let _turn = sandbox.turn();
        self.adopt_conventions(&agreed.fixtures, &document.conventions);
        let refused = sandbox.faults.adopt(
            document.faults.clone(),
            &self.apis.load().catalogue(),
            &sandbox.directory(),
        );
        for (id, wrong) in refused {
            let reason = reasons(&wrong);
            tracing::warn!(%id, %reason, "a fault ordered at another replica cannot apply here: have they the same fixtures?");
        }
        if sandbox.clock.setting() != document.clock {
            sandbox.clock.adopt(document.clock);
        }
        sandbox.tokens.adopt(document.eras.clone());
        sandbox.references.turn_to(document.references);
        if let Some(plan) =
            document.service.plan().filter(|plan| *plan != *sandbox.availability.plan())
        {
            sandbox.availability.change(plan);
        }
        if let Some(abouts) = &document.abouts {
            sandbox.abouts.adopt(abouts.clone());
        }
        sandbox.interventions.adopt(document.interventions.clone());
        (agreed.revision, agreed.document) = (revision, document);
    }

    fn adopt_conventions(&self, fixtures: &Directory, conventions: &BTreeMap<String, Value>) {
        match fixtures.rewritten(conventions.values()) {
            Ok(directory) => self.sandbox.replace_directory(directory),
            Err(wrong) => {
                let reason = reasons(&wrong);
                tracing::error!(%reason, "conventions changed at another replica cannot be read: another version wrote them");
            }
        }
    }

    /// Fixtures that were loaded anew: what was ordered stands on top of them.
    pub(super) fn look_at_fixtures(&self, agreed: &mut Agreed) {
        let world = self.sandbox.worlds();
        if agreed.world != world {
            (agreed.world, agreed.fixtures) = (world, self.sandbox.directory());
            self.adopt_conventions(&agreed.fixtures, &agreed.document.conventions);
        }
    }
}

fn reasons(wrong: &[Wrong]) -> String {
    wrong
        .iter()
        .map(|one| format!("{}: {}", one.pointer, one.message))
        .collect::<Vec<_>>()
        .join("; ")
}
