//! The form of a call: filled in from an address or from a persona's call, read back as typed.

use serde::Deserialize;

use crate::{
    api::{Apis, Resource},
    console::{
        example::Example,
        pages::{
            attempts::AttemptForm, dataset::calls as sheet_calls, forgery::Fields, visit::Visit,
            words,
        },
    },
    directory::Convention,
    domain::Motif,
    register::SampleCall,
    rights::{ApiId, Search},
};

/// The partner's own certificate.
pub(super) const OWN: &str = "partenaire";
/// No certificate.
pub(super) const NONE: &str = "aucun";
/// The account of a persona that is asked for when nothing else is.
const FIRST: &str = "FR7699010000010000010100185";

/// What an address asks the form to start with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Start {
    partner: String,
    /// `ficoba/comptes/numCpte`: an API and a path's template.
    operation: String,
    /// A persona, or an identifier that the register knows, and which of its calls, from 1.
    persona: String,
    fiche: String,
    appel: String,
    /// The number of the entry of a call that this page made.
    entree: String,
    /// `oui` shows the application's secret in the commands.
    secret: String,
}

impl Start {
    /// Whether the application's secret is to be shown.
    pub(super) fn shows_secret(&self) -> bool {
        self.secret == "oui"
    }
}

impl AttemptForm {
    /// The form that an address asks for; the first call of the demonstration when it asks for nothing that exists.
    pub(super) fn start(visit: &Visit, start: &Start) -> Self {
        let entry = start.entree.parse().ok().and_then(|n| visit.sandbox().journal.entry(n));
        if let Some(form) = entry.and_then(|entry| visit.attempts().form(&entry)) {
            return form;
        }
        let (register, apis) = (visit.sandbox().register(), visit.console().apis.load());
        let (directory, now) = (visit.sandbox().directory(), visit.sandbox().clock.now());
        let at =
            start.appel.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).unwrap_or(0);
        let of_persona =
            register.persona(&start.persona).and_then(|persona| persona.calls.get(at).cloned());
        let of_sheet = || sheet_calls(&register, &start.fiche).into_iter().nth(at);
        let asked = of_persona.or_else(of_sheet).or_else(|| sample(&start.operation, &register));
        let is_shown = asked.is_some();
        let sample = asked.or_else(|| sheet_calls(&register, FIRST).into_iter().next());
        let call = sample.map(|sample| match directory.convention(&start.partner) {
            Some(convention) => seen_by(convention, sample, &apis),
            None => sample,
        });
        let example = call.and_then(|call| Example::from_call(&call, &apis, &directory, now));
        let form = example.map_or_else(Self::empty, |example| Self::filled(&example));
        if is_shown { form } else { form.retargeted(start, &apis) }
    }

    /// The fields of a form that was sent.
    pub(super) fn from_fields(fields: &Fields) -> Self {
        let text = |name| fields.get(name).unwrap_or_default().to_owned();
        let checked = |name| fields.get(name).is_some();
        Self {
            partner: text("partenaire"),
            certificate: text("certificat"),
            method: text("methode"),
            path: text("chemin").trim().to_owned(),
            body: text("corps"),
            token: checked("jeton"),
            scope: text("scopes").trim().to_owned(),
            correlation: checked("correlation"),
            request_id: checked("requete"),
            teleservice: checked("teleservice"),
        }
    }

    /// The call that the fields of an operation showed when they were sent; nothing for a form without such fields.
    pub(super) fn shown(fields: &Fields) -> Option<Self> {
        let text = |name| fields.get(name).map(str::to_owned);
        let (method, path) = (text("methode_affichee")?, text("chemin_affiche")?);
        Some(Self { method, path, body: text("corps_affiche")?, ..Self::default() })
    }

    fn empty() -> Self {
        Self {
            certificate: OWN.to_owned(),
            method: "GET".to_owned(),
            token: true,
            correlation: true,
            request_id: true,
            teleservice: true,
            ..Self::default()
        }
    }

    fn filled(example: &Example) -> Self {
        Self {
            partner: example.partner.clone(),
            method: example.method.to_string(),
            path: example.path.clone(),
            body: example.body.clone().unwrap_or_default(),
            ..Self::empty()
        }
    }

    /// An operation that no persona's call shows, as the state of health, is asked as it is, without its parameters.
    fn retargeted(mut self, start: &Start, apis: &Apis) -> Self {
        let asked = start.operation.split_once('/');
        let asked = asked.and_then(|(api, path)| Some((apis.api(ApiId::named(api)?), path)));
        let resource = asked.and_then(|(api, path)| {
            let named = |one: &&Resource| one.template.strip_prefix('/') == Some(path);
            Some((api.id(), api.resources().iter().find(named)?))
        });
        if let Some((api, resource)) = resource {
            let segments = resource.template.split('/');
            let segments: Vec<_> =
                segments.map(|one| if one.starts_with('{') { "" } else { one }).collect();
            self.path = format!("{}{}", api.context(), segments.join("/"));
            (self.method, self.body) = (resource.method.to_string(), String::new());
        }
        self
    }
}

/// The call as another partner would make it: with a motif of its own that opens the search, where it has one.
fn seen_by(convention: &Convention, call: SampleCall, apis: &Apis) -> SampleCall {
    let own = convention.grants.get(call.api).map(|grant| grant.motifs()).unwrap_or_default();
    let motif = match call.motif {
        Some(motif) if !own.contains(&motif) => {
            let asks = |search: &&Search| call.is_a(search);
            let search = call.api.plug().searches().into_iter().find(asks);
            let names = search.map(|search| search.motifs).unwrap_or_default();
            let opens =
                |motif: &Motif| apis.searches_of(*motif).iter().any(|name| names.contains(name));
            own.into_iter().find(opens).or(call.motif)
        }
        unchanged => unchanged,
    };
    SampleCall { partner: convention.id.clone(), motif, ..call }
}

/// The paths that can be called, for the field's suggestions.
pub(super) fn paths(apis: &Apis) -> Vec<(String, String)> {
    let of = |api: ApiId| {
        let resources = apis.api(api).resources().iter();
        resources.map(move |one| {
            (
                format!("{}{}", api.context(), one.template),
                format!("{} · {}", words::api(api), one.operation),
            )
        })
    };
    ApiId::ALL.into_iter().flat_map(of).collect()
}

/// The operations, as [`Start::operation`] names them, with their labels.
pub(super) fn operations(apis: &Apis) -> Vec<(String, String)> {
    let of = |api: ApiId| {
        let resources = apis.api(api).resources().iter();
        resources.map(move |one| {
            (format!("{api}{}", one.template), format!("{} · {}", words::api(api), one.operation))
        })
    };
    ApiId::ALL.into_iter().flat_map(of).collect()
}

/// A call of some persona that shows an operation.
fn sample(operation: &str, register: &crate::register::Register) -> Option<SampleCall> {
    let (api, path) = operation.split_once('/')?;
    let api = ApiId::named(api)?;
    let template = format!("/{path}");
    let mut calls = register.personas().iter().flat_map(|persona| &persona.calls);
    let shows = |call: &&SampleCall| {
        call.api == api && call.resource() == Some(template.as_str()) && call.expect.status == 200
    };
    calls.find(shows).cloned()
}
