//! The way of a request as a row of controls: granted, refused, not reached; and what stands behind them.

use crate::{
    admission::Control,
    console::pages::{
        codes,
        words::{self, EntryOutcome},
    },
    journal::{Entry, Kind, VerdictName},
};

/// One link of the chain: a control, or what stands behind all of them.
pub(in crate::console::pages) struct Link {
    pub(in crate::console::pages) name: &'static str,
    pub(in crate::console::pages) question: &'static str,
    pub(in crate::console::pages) class: &'static str,
    pub(in crate::console::pages) mark: &'static str,
    pub(in crate::console::pages) verdict: String,
    pub(in crate::console::pages) reason: Option<String>,
}

/// The controls in order, then the API or the token endpoint. A connection without a request has none.
pub(in crate::console::pages) fn steps(entry: &Entry) -> Vec<Link> {
    if entry.kind != Kind::Request {
        return Vec::new();
    }
    let control = |control: Control| {
        let facts = entry.controls.iter().find(|facts| facts.control == control);
        let name = entry.verdict_of_gateway(control);
        let (class, mark, verdict) = words::verdict(name);
        let facts = facts.filter(|_| name != VerdictName::Granted);
        Link {
            name: words::control(control),
            question: words::question(control),
            class,
            mark,
            verdict: verdict.to_owned(),
            reason: facts.and_then(|facts| facts.reason.clone()),
        }
    };
    Control::ALL.into_iter().map(control).chain([behind(entry)]).collect()
}

/// What stands behind the controls: reached unless the gateway itself answered.
fn behind(entry: &Entry) -> Link {
    if let Some(stopped) = routing(entry) {
        return stopped;
    }
    let name = entry.api.map_or("Passerelle", words::api);
    let question = match entry.api {
        Some(_) => "Quelle est la réponse de l'API à cette demande ?",
        None => "Quelle est la réponse de la passerelle elle-même (jetons, clés, chemin inconnu) ?",
    };
    let by_gateway =
        entry.quota.is_none() && entry.code.as_deref().is_some_and(codes::is_gateway_code);
    let stopped = entry.api.is_some() && by_gateway;
    let turned_away = entry.api.is_none() && entry.refused_by().is_some();
    let answered = entry.status.map(|status| match &entry.code {
        Some(code) => format!("répond {status}, code {code}"),
        None => format!("répond {status}"),
    });
    let (class, mark, verdict) = match (stopped || turned_away, answered) {
        (true, _) => ("unreached", "–", "sans verdict".to_owned()),
        (false, None) => ("failed", "!", "sans réponse".to_owned()),
        (false, Some(sentence)) => match EntryOutcome::from_entry(entry) {
            EntryOutcome::Answered | EntryOutcome::Recorded => ("granted", "✓", sentence),
            EntryOutcome::Refused => ("refused", "✕", sentence),
            EntryOutcome::Failed => ("failed", "!", sentence),
        },
    };
    let reason = entry.refused_right().and_then(|facts| facts.reason.clone());
    Link { name, question, class, mark, verdict, reason }
}

/// Where the gateway itself stopped a call that no control refused.
fn routing(entry: &Entry) -> Option<Link> {
    entry.step.as_ref()?;
    let status = entry.status.map(|status| status.to_string()).unwrap_or_default();
    let code = entry.code.as_deref().unwrap_or_default();
    Some(Link {
        name: "Routage",
        question: "L'API, le chemin et la méthode existent-ils, et l'appel a-t-il un identifiant de corrélation ?",
        class: "refused",
        mark: "✕",
        verdict: format!("répond {status}, code {code}"),
        reason: None,
    })
}
