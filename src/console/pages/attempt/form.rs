//! The form of a call: filled in from an address or from a persona's call, read back as typed.

use serde::Deserialize;
use serde_json::json;

use crate::{
    api::Apis,
    console::pages::{
        dataset::calls as sheet_calls, example::Example, forgery::Fields, visit::Visit, words,
    },
    directory::Convention,
    domain::Motif,
    recette::live,
    register::{Call, CallApi, Expectation},
    rights::ApiId,
};

/// The partner's own certificate.
pub(super) const OWN: &str = "partenaire";
/// No certificate.
pub(super) const NONE: &str = "aucun";

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
}

/// The fields, as typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    pub(super) partner: String,
    pub(super) certificate: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: String,
    /// Whether a token is asked for first.
    pub(super) token: bool,
    /// The scopes to ask it with; all of the convention's when empty.
    pub(super) scope: String,
    pub(super) correlation: bool,
    pub(super) request_id: bool,
}

impl Form {
    /// The form that an address asks for; the first call of the demonstration when it asks for nothing that exists.
    pub(super) fn start(visit: &Visit, start: &Start) -> Self {
        let (register, apis) = (visit.sandbox().register(), visit.console().apis.load());
        let (directory, now) = (visit.sandbox().directory(), visit.sandbox().clock.now());
        let at =
            start.appel.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).unwrap_or(0);
        let of_persona =
            register.persona(&start.persona).and_then(|persona| persona.calls.get(at).cloned());
        let of_sheet = || sheet_calls(&register, &start.fiche).into_iter().nth(at);
        let sample = of_persona
            .or_else(of_sheet)
            .or_else(|| sample(&start.operation, &register))
            .unwrap_or_else(first_call);
        let call = match directory.convention(&start.partner) {
            Some(convention) => seen_by(convention, sample, visit),
            None => sample,
        };
        let example = Example::of(&call, &apis, &directory, now);
        example.map_or_else(Self::empty, |example| Self::filled(&example)).retargeted(start)
    }

    /// The fields of a form that was sent.
    pub(super) fn of(fields: &Fields) -> Self {
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
        }
    }

    fn empty() -> Self {
        Self {
            certificate: OWN.to_owned(),
            method: "GET".to_owned(),
            token: true,
            correlation: true,
            request_id: true,
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

    /// A path that no persona's call shows, such as `etatSante`, is asked as it is.
    fn retargeted(mut self, start: &Start) -> Self {
        if let Some((api, path)) =
            start.operation.split_once('/').and_then(|(api, path)| Some((ApiId::named(api)?, path)))
            && path == "etatSante"
        {
            self.path = format!("{}/{path}", api.context());
            (self.method, self.body) = ("GET".to_owned(), String::new());
        }
        self
    }
}

/// The call as another partner would make it: with a motif of its own that opens the search, where it has one.
fn seen_by(convention: &Convention, call: Call, visit: &Visit) -> Call {
    let own = convention.grants.ficoba.as_ref().map(|grant| &grant.motifs);
    let lacks = |motif: Motif| own.is_none_or(|own| !own.contains(&motif));
    let motif = match call.motif {
        Some(motif) if lacks(motif) => {
            let recette = live::recette(visit.sandbox().config.fixtures.as_deref()).ok();
            let opens = |motif: &Motif| {
                recette
                    .as_ref()
                    .is_some_and(|known| known.searches(*motif).contains(&call.operation.as_str()))
            };
            own.into_iter().flatten().copied().find(opens).or(call.motif)
        }
        unchanged => unchanged,
    };
    Call { partner: convention.id.clone(), motif, ..call }
}

/// The paths that can be called, for the field's suggestions.
pub(super) fn operations(apis: &Apis) -> Vec<(String, String)> {
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

/// A call of some persona that shows an operation.
fn sample(operation: &str, register: &crate::register::Register) -> Option<Call> {
    let (api, path) = operation.split_once('/')?;
    let api = match ApiId::named(api)? {
        ApiId::Ficoba => CallApi::Ficoba,
        ApiId::R2p => CallApi::R2p,
    };
    let name = path.strip_prefix("comptes/").unwrap_or(path);
    let mut calls = register.personas().iter().flat_map(|persona| &persona.calls);
    calls
        .find(|call| call.api == api && call.operation == name && call.expect.status == 200)
        .cloned()
}

fn first_call() -> Call {
    Call {
        api: CallApi::Ficoba,
        operation: "numCpte".to_owned(),
        partner: "editeur-demo".to_owned(),
        motif: Motif::new(20),
        parameters: json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" }),
        expect: Expectation::default(),
        shows: String::new(),
    }
}
