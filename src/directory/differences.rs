//! How a convention differs from another state of itself, in French: what the console changed of it.

use serde_json::{Map, Value};

use super::{Convention, State};
use crate::rights::ApiId;

impl Convention {
    /// What `other` has otherwise: the state that was imposed, then what the file would say otherwise, by its name.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut all = Vec::new();
        if self.life.imposed != other.life.imposed {
            all.push(imposed(other.life.imposed));
        }
        if let (Value::Object(before), Value::Object(after)) = (self.described(), other.described())
        {
            let labels = LABELS.iter().filter(|(name, _)| before.get(*name) != after.get(*name));
            all.extend(labels.map(|(_, label)| (*label).to_owned()));
            all.extend(ApiId::ALL.into_iter().filter_map(|api| of_api(api, &before, &after)));
        }
        if self.application.secret != other.application.secret {
            all.push("secret de l'application".to_owned());
        }
        all
    }
}

fn imposed(state: Option<State>) -> String {
    let state = match state {
        None => return "état de nouveau fixé par les dates".to_owned(),
        Some(State::NotBegun) => "pas encore en vigueur",
        Some(State::InForce) => "en vigueur",
        Some(State::Suspended) => "suspendue",
        Some(State::Ended) => "résiliée",
    };
    format!("convention {state} par ordre")
}

/// `API FICOBA (quota, motifs)`; or that it was opened, or closed.
fn of_api(api: ApiId, before: &Map<String, Value>, after: &Map<String, Value>) -> Option<String> {
    let table =
        |all: &Map<String, Value>| all.get(api.as_str()).and_then(Value::as_object).cloned();
    let label = api.label();
    match (table(before), table(after)) {
        (None, None) => None,
        (None, Some(_)) => Some(format!("API {label} ouverte")),
        (Some(_), None) => Some(format!("API {label} retirée")),
        (Some(before), Some(after)) => {
            let names =
                ["quota"].into_iter().chain(api.plug().keys().into_iter().map(|key| key.name));
            let changed = names.filter(|name| before.get(*name) != after.get(*name));
            let changed: Vec<_> = changed.map(french).collect();
            (!changed.is_empty()).then(|| format!("API {label} ({})", changed.join(", ")))
        }
    }
}

/// The keys of the APIs' tables that are called otherwise in French.
fn french(key: &'static str) -> &'static str {
    match key {
        "modalities" => "modalités",
        "legal_basis" => "fondement juridique",
        "establishment" => "établissement",
        other => other,
    }
}

/// The members of the file, and what they are called.
const LABELS: [(&str, &str); 7] = [
    ("organisation", "organisation"),
    ("title", "intitulé"),
    ("siret", "SIRET"),
    ("networks", "adresses autorisées"),
    ("certificates", "certificats"),
    ("application", "application"),
    ("life", "dates"),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::directory::Directory;

    #[test]
    fn what_a_change_touched_is_told_by_its_name_and_nothing_where_nothing_was() {
        let directory = Directory::load(None).unwrap();
        let before = directory.convention("editeur-demo").unwrap();
        let told = |patch: Value| {
            let Value::Object(patch) = patch else { panic!("an object") };
            let amended = directory.amended("editeur-demo", patch, &directory).unwrap().unwrap();
            before.differences(amended.convention("editeur-demo").unwrap()).join(" ; ")
        };
        assert_eq!(told(json!({})), "");
        assert_eq!(told(json!({ "state": "suspended" })), "convention suspendue par ordre");
        assert_eq!(
            told(json!({ "quotas": { "ficoba": 5 }, "networks": ["192.0.2.7"], "r2p": null })),
            "adresses autorisées ; API FICOBA (quota) ; API R2P retirée"
        );
        assert_eq!(
            told(json!({ "application": { "secret": "autre" } })),
            "secret de l'application"
        );
        for convention in directory.iter() {
            assert!(convention.differences(convention).is_empty(), "{}", convention.id);
        }
    }
}
