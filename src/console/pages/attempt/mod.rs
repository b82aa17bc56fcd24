//! `/essai`: a call made by the server as a sample partner, for a browser has no client certificate.
//!
//! The call goes through the gateway's own service with the partner's certificate and a token of its own: it is
//! controlled, counted and journalled like any other, but marked as made from here, so that it is no evidence about the
//! partner's client.

mod call;
mod commands;
mod fields;
mod form;

use askama::Template;
use axum::{
    Extension, Router,
    extract::{Query, RawQuery},
    routing::get,
};
use http::StatusCode;

use self::{
    call::{AttemptCall, Exchange},
    commands::Command,
    form::Start,
};
use super::{
    attempts::AttemptForm,
    codes::{self, Documented},
    forgery::Fields,
    frame::{Frame, Section},
    journal::chain::{self, Link},
    page::Page,
    visit::{Pages, Visit},
};
use crate::{
    journal::{Filter, RefusalFacts},
    pki,
};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/essai", get(page).post(make))
}

#[derive(Template)]
#[template(path = "attempt.html")]
struct Attempt {
    frame: Frame,
    /// What is wrong in what was typed.
    fault: Option<String>,
    form: AttemptForm,
    partners: Vec<String>,
    certificates: Vec<(&'static str, &'static str)>,
    /// The paths that can be called, for the field's suggestions.
    paths: Vec<(String, String)>,
    /// The operations that have a form: the name of each in addresses, and its label.
    operations: Vec<(String, String)>,
    /// The fields of the form's operation; nothing for what is no operation.
    fields: Option<fields::Fields>,
    /// The request for a token, then the call; empty until one is made.
    exchanges: Vec<Exchange>,
    /// What the journal tells of the last of them.
    explanation: Option<Explanation>,
    /// The form's call as commands.
    commands: Vec<Command>,
    /// Where the same page shows them with the application's secret; nothing where it does.
    reveal: Option<String>,
}

/// The journal's entry of a call, in short.
struct Explanation {
    sequence: u64,
    steps: Vec<Link>,
    documented: Option<Documented>,
    code: String,
    /// Why it was refused.
    refusal: Option<RefusalFacts>,
}

/// The form, filled in with what the address asks for: an operation, or a call of a persona.
async fn page(visit: Visit, Query(start): Query<Start>, RawQuery(query): RawQuery) -> Page {
    let form = AttemptForm::start(&visit, &start);
    let commands = commands::for_form(&visit, &form, start.shows_secret());
    let query = query.filter(|query| !query.is_empty()).map(|query| format!("{query}&"));
    let reveal = format!("/essai?{}secret=oui", query.unwrap_or_default());
    let reveal = Some(reveal).filter(|_| !start.shows_secret());
    Page::show(&Attempt { commands, reveal, ..Attempt::new(&visit, form) })
}

/// Makes the call, and shows what was sent and what came back.
async fn make(visit: Visit, Extension(fields): Extension<Fields>) -> Page {
    let form = match typed(&fields) {
        Ok(form) => form,
        Err(fault) => return refused(&visit, AttemptForm::from_fields(&fields), fault),
    };
    let call = match AttemptCall::read(&visit, &form).await {
        Ok(call) => call,
        Err(fault) => return refused(&visit, form, fault),
    };
    let exchanges = call.make(&visit).await;
    let explanation = exchanges.last().and_then(|last| Explanation::find(&visit, last, &form));
    let reveal = explanation
        .as_ref()
        .map(|explanation| format!("/essai?entree={}&secret=oui", explanation.sequence));
    let mut attempt = Attempt { exchanges, explanation, reveal, ..Attempt::new(&visit, form) };
    let refusal = attempt.explanation.as_ref().and_then(|explanation| explanation.refusal.as_ref());
    if let (Some(refusal), Some(fields)) = (refusal, &mut attempt.fields) {
        fields.blame(refusal);
    }
    Page::show(&attempt)
}

/// What was typed: the call of the advanced mode, with what was changed in the fields of the operation that was shown.
fn typed(typed: &Fields) -> Result<AttemptForm, String> {
    let form = AttemptForm::from_fields(typed);
    match AttemptForm::shown(typed).and_then(|shown| fields::Fields::for_form(&shown)) {
        Some(fields) => fields.put_in(form, typed),
        None => Ok(form),
    }
}

/// The page with what was typed and what is wrong in it; nothing was called.
fn refused(visit: &Visit, form: AttemptForm, fault: String) -> Page {
    let attempt = Attempt { fault: Some(fault), ..Attempt::new(visit, form) };
    Page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &attempt)
}

impl Attempt {
    fn new(visit: &Visit, form: AttemptForm) -> Self {
        let apis = visit.console().apis.load();
        let directory = visit.sandbox().directory();
        let convention = directory.convention(&form.partner).map(AsRef::as_ref);
        let fields = fields::Fields::for_form(&form).map(|all| all.offer_motifs(convention, &apis));
        Self {
            frame: visit.frame(Section::Api, "Essayer un appel"),
            fault: None,
            commands: commands::for_form(visit, &form, false),
            reveal: None,
            form,
            partners: directory.iter().map(|convention| convention.id.clone()).collect(),
            certificates: certificates(),
            paths: form::paths(&apis),
            operations: form::operations(&apis),
            fields,
            exchanges: Vec::new(),
            explanation: None,
        }
    }

    fn is_operation(&self, name: &str) -> bool {
        self.fields.as_ref().is_some_and(|fields| fields.operation == *name)
    }
}

impl Explanation {
    fn find(visit: &Visit, exchange: &Exchange, form: &AttemptForm) -> Option<Self> {
        let filter =
            Filter { correlation_id: exchange.correlation_id.clone(), ..Filter::default() };
        filter.correlation_id.as_ref()?;
        let entry = visit.sandbox().journal.latest(&filter, None, 1).into_iter().next()?;
        visit.attempts().keep(&entry, form.clone());
        let apis = visit.console().apis.load();
        let documented =
            entry.code.as_deref().and_then(|code| codes::documented(&apis, entry.api, code));
        let code = entry.code.clone().unwrap_or_default();
        let refusal = entry.refusal.as_deref().cloned();
        let (sequence, steps) = (entry.sequence, chain::steps(&entry));
        Some(Self { sequence, steps, documented, code, refusal })
    }
}

/// The certificates that a call can be made with: the partner's, none, or one with a fault.
fn certificates() -> Vec<(&'static str, &'static str)> {
    let faulty = |fault: pki::FaultyClient| {
        let label = match fault {
            pki::FaultyClient::Expired => "expiré",
            pki::FaultyClient::NotYetValid => "pas encore valide",
            pki::FaultyClient::Revoked => "révoqué",
            pki::FaultyClient::UnknownCa => "émis par une autre autorité",
            pki::FaultyClient::SelfSigned => "autosigné",
            pki::FaultyClient::ServerOnly => "réservé à un serveur",
            pki::FaultyClient::NoPartner => "sans partenaire associé",
        };
        (fault.name(), label)
    };
    let own = [(form::OWN, "celui du partenaire"), (form::NONE, "aucun")];
    own.into_iter().chain(pki::FaultyClient::ALL.map(faulty)).collect()
}
