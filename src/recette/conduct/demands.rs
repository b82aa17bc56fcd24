//! What the client writes in its demands.

use std::collections::HashMap;

use super::Judged;
use crate::{admission::Control, domain::CorrelationId, recette::evidence::Exhibit, rights::ApiId};

/// A UUID, given by the client, and another one each time.
pub(super) fn correlated(requests: &[&Exhibit<'_>]) -> Judged {
    let mut judged = Judged::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (at, exhibit) in requests.iter().enumerate().filter(|(_, exhibit)| exhibit.is_call()) {
        judged.occasions += 1;
        let id = &exhibit.entry.correlation_id;
        if exhibit.entry.correlation_made {
            judged.breaches.push((at, "X-Correlation-ID absent".to_owned()));
        } else if id.parse::<CorrelationId>().is_err() {
            judged.breaches.push((at, "X-Correlation-ID qui n'est pas un UUID".to_owned()));
        } else if let Some(first) = seen.insert(id.to_ascii_lowercase(), at) {
            let when = super::super::words::hour(requests[first].entry.time);
            judged.breaches.push((at, format!("X-Correlation-ID déjà employé à {when}")));
        }
    }
    judged
}

/// Written once the journal has facts about it.
pub(super) fn justified(_requests: &[&Exhibit<'_>]) -> Judged {
    Judged::default()
}

/// Nothing that the convention does not open.
pub(super) fn within_convention(requests: &[&Exhibit<'_>]) -> Judged {
    let mut judged = Judged::default();
    for (at, exhibit) in requests.iter().enumerate().filter(|(_, exhibit)| exhibit.is_call()) {
        judged.occasions += 1;
        let entry = exhibit.entry;
        let what = match (entry.code.as_deref(), entry.cause.as_deref()) {
            (Some("CAF003"), _) => "motif inconnu",
            (Some("CAF030"), _) => "SIRET ou SIREN demandeur qui n'est pas celui de la convention",
            (Some("CAF031"), _) => "motif et recherche non autorisés ensemble",
            (_, Some("not-subscribed")) => "API non souscrite",
            (_, None) if entry.api == Some(ApiId::R2p) && entry.refused_by() == Some(Control::Rights) => {
                "mode d'interrogation non ouvert par la convention"
            }
            _ => continue,
        };
        judged.breaches.push((at, what.to_owned()));
    }
    judged
}
