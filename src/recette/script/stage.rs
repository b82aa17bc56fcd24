//! What a partner's play is made from, and which search and which persona's call a step of it asks.

use jiff::civil::Date;

use super::{Call, OTHER_MOTIF, Step, Target, body::leaves};
use crate::{
    api::Apis,
    directory::Convention,
    domain::Motif,
    recette::{
        applies::Opening,
        catalogue::{Case, Catalogue},
    },
    register::{Register, SampleCall},
    rights::{ApiId, Search},
};

/// Everything that a step needs to become a request.
pub struct Stage<'a> {
    /// The partner that plays.
    pub convention: &'a Convention,
    /// What its convention opens.
    pub opening: &'a Opening,
    pub catalogue: &'a Catalogue,
    /// The personas.
    pub register: &'a Register,
    pub apis: &'a Apis,
    /// Another partner's id, where a token of somebody else is needed.
    pub other: Option<&'a str>,
    /// The product's day.
    pub today: Date,
}

/// Why a step cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StageError {
    /// No such persona.
    #[error("no persona is called {0:?}")]
    NoPersona(String),
    /// The persona has no call of that kind.
    #[error("the persona {persona:?} has no call of {search} that ends so")]
    NoCall {
        persona: String,
        /// The kind of search.
        search: &'static str,
    },
    /// The convention opens nothing that the step could ask.
    #[error("the convention opens nothing that this step could ask")]
    NothingOpen,
    /// No persona stands for this kind of search.
    #[error("no persona is given for {0} in [personas]")]
    NoDefault(&'static str),
    /// There is no other partner.
    #[error("there is no other partner whose token could be used")]
    NoOther,
}

pub(super) enum AskedOf {
    Search(&'static Search),
    /// The state of health of an API.
    Health(ApiId),
}

impl Stage<'_> {
    /// Whether a step can end as the case expects as far as the personas' files tell: a call that is changed, or that comes
    /// after an order, may.
    pub fn shows(&self, case: &Case, step: &Step) -> bool {
        let Step::Call(call) = step else { return true };
        let bare = call.headers.is_empty()
            && call.without.is_empty()
            && call.scope.is_none()
            && call.certificate.is_none()
            && call.path.is_none()
            && call.method.is_none();
        let of_data = case.expect.cause.is_empty()
            && case.expect.codes().iter().all(|code| code.starts_with("CAF"));
        if !call.is_plain() || !bare || !of_data || call.target == Target::Closed {
            return true;
        }
        let shown = match self.asked(case, call) {
            Ok(AskedOf::Search(search)) => self.shown(case, call, search).ok().flatten(),
            Ok(AskedOf::Health(_)) | Err(_) => None,
        };
        shown.is_none_or(|shown| ends_as(case, shown))
    }

    /// What the call asks. The state of health stands in where an API that is subscribed opens no search.
    pub(super) fn asked(&self, case: &Case, call: &Call) -> Result<AskedOf, StageError> {
        let is_open = |search: &&'static Search| self.opening.searches.contains(search);
        let is_known = |search: &&'static Search| {
            call.persona.is_some() || self.catalogue.personas.contains_key(search)
        };
        let of = |api: ApiId| api.plug().searches().into_iter().filter(is_known);
        let has_health = |api: &ApiId| self.apis.api(*api).health().is_some();
        let subscribed = &self.opening.apis;
        let health = || subscribed.iter().copied().find(has_health).map(AskedOf::Health);
        let (found, stand_in) = match &call.target {
            Target::Health => {
                let any = || ApiId::ALL.into_iter().find(has_health).map(AskedOf::Health);
                (None, health().or_else(any))
            }
            Target::Any => (Search::all().filter(is_known).find(is_open), health()),
            Target::AnyOf(api) if subscribed.contains(api) && has_health(api) => {
                (of(*api).find(is_open), Some(AskedOf::Health(*api)))
            }
            // An API that is not subscribed is asked for whatever it offers.
            Target::AnyOf(api) if !case.applies.without_api.is_empty() => {
                (of(*api).find(is_open), of(*api).next().map(AskedOf::Search))
            }
            Target::AnyOf(api) => (of(*api).find(is_open), None),
            Target::OneOf(all) => (all.iter().copied().find(is_open), None),
            Target::Closed => (case.applies.closed.iter().copied().find(|one| !is_open(one)), None),
        };
        found.map(AskedOf::Search).or(stand_in).ok_or(StageError::NothingOpen)
    }

    /// The persona's call that shows this kind of search, ending as the case expects where it can; any good one otherwise.
    pub(super) fn shown(
        &self,
        case: &Case,
        call: &Call,
        search: &'static Search,
    ) -> Result<Option<&SampleCall>, StageError> {
        if call.criteria.is_some() {
            return Ok(None);
        }
        let default =
            || self.catalogue.personas.get(search).ok_or(StageError::NoDefault(search.name));
        let id = call.persona.as_ref().map_or_else(default, Ok)?;
        let persona = self.register.persona(id).ok_or_else(|| StageError::NoPersona(id.clone()))?;
        let calls = || persona.calls.iter().filter(|one| one.is_a(search));
        let as_expected = |one: &&SampleCall| call.is_plain() && ends_as(case, one);
        let own =
            |one: &&SampleCall| one.motif.is_none_or(|motif| self.opening.motifs.contains(&motif));
        // An empty answer is an answer: some searches of some personas have no better one.
        let good = |one: &&SampleCall| one.expect.status == 200;
        let full = |one: &&SampleCall| good(one) && one.expect.code.is_none();
        let expected =
            || calls().filter(as_expected).find(own).or_else(|| calls().find(as_expected));
        let found = expected().or_else(|| calls().find(full)).or_else(|| calls().find(good));
        found
            .map(Some)
            .ok_or_else(|| StageError::NoCall { persona: id.clone(), search: search.name })
    }

    /// The motif of the step; else the convention's own for this kind of search: the persona's when it has it, the first that
    /// opens it, any.
    pub(super) fn motif(
        &self,
        call: &Call,
        search: &Search,
        of_persona: Option<Motif>,
    ) -> Option<String> {
        let own = &self.opening.motifs;
        let opens = |motif: &&Motif| {
            self.apis.searches_of(**motif).iter().any(|name| search.motifs.contains(name))
        };
        let motif = match call.motif.as_deref() {
            Some(OTHER_MOTIF) => self.apis.motifs().into_iter().find(|motif| !own.contains(motif)),
            Some(given) => return Some(given.to_owned()),
            None => of_persona
                .filter(|motif| own.contains(motif))
                .or_else(|| own.iter().find(opens).copied())
                .or_else(|| own.first().copied()),
        };
        motif.map(|motif| format!("{:04}", motif.number()))
    }
}

/// Whether a persona's call asks what the case is about and ends as it expects, as far as the persona's file tells.
fn ends_as(case: &Case, call: &SampleCall) -> bool {
    let (expect, shown) = (&case.expect, &call.expect);
    let mut names = Vec::new();
    leaves(&call.parameters, &mut names);
    let asks = expect.has.iter().all(|name| names.contains(&name.as_str()))
        && !expect.lacks.iter().any(|name| names.contains(&name.as_str()));
    let status = expect.status.is_empty() || expect.status.contains(&shown.status);
    let code = match (&shown.code, expect.codes()) {
        (None, []) => shown.status == 200,
        (None, _) => shown.status != 200, // not every persona's file gives the code
        (Some(code), codes) => codes.contains(code),
    };
    let answers = shown.answers.as_ref().and_then(|text| text.parse().ok());
    let counted = match (expect.answers, answers) {
        (Some(count), Some(n)) => count.holds(n),
        _ => true,
    };
    let closed = |name: &String| name != "dateCloture" || shown.closed.is_some();
    let open = |name: &String| name != "dateCloture" || shown.closed.is_none();
    asks && status
        && code
        && counted
        && expect.shows.iter().all(closed)
        && expect.hides.iter().all(open)
}
