//! From a step to the very request that plays it, for one partner.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    Call, Mint, Step, Target, TokenForm,
    action::{Action, Order, Request, Shown},
    body::{leaves, put, take},
};
use crate::{
    api::{Apis, Ask, Example},
    directory::Convention,
    domain::Motif,
    recette::{
        applies::Opening,
        catalogue::{Case, Catalogue},
    },
    register::{self, Register},
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

enum AskedOf {
    Search(&'static Search),
    /// The state of health of an API.
    Health(ApiId),
}

/// Stands for an identifier made anew for each request.
pub const UUID: &str = "{uuid}";
/// Stands for the token.
pub const TOKEN: &str = "{token}";

impl Stage<'_> {
    /// What to do for this step of this case.
    ///
    /// # Errors
    /// Something that the step names is not in the fixtures, or the convention opens nothing of the kind.
    pub fn action(&self, case: &Case, step: &Step) -> Result<Action, StageError> {
        let id = &self.convention.id;
        let order = |method, path: String, body| Order { method, path, body };
        Ok(match step {
            Step::Call(call) => Action::Send(Box::new(self.request(case, call)?)),
            Step::Token(form) => Action::AskToken(self.form(form)),
            Step::Revoke => Action::Revoke,
            Step::Clock(step) => Action::Order(order(
                "PUT",
                "clock".to_owned(),
                json!({ "advance": step.to_string() }),
            )),
            Step::Fault(body) => {
                Action::Order(order("POST", "faults".to_owned(), self.fault(body)))
            }
            Step::Convention(body) => {
                Action::Order(order("PATCH", format!("conventions/{id}"), body.clone()))
            }
            Step::Restore => {
                let body = json!({ "partner": id, "only": ["conventions", "faults"] });
                Action::Order(order("POST", "reset".to_owned(), body))
            }
            Step::Mint(mint) => {
                Action::MintedBy(order("POST", "tokens".to_owned(), self.mint(mint)?))
            }
            Step::NewCertificate => Action::NewCertificate,
        })
    }

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

    /// The form of a good request for a token.
    pub fn token_form(&self) -> Vec<(&'static str, String)> {
        self.form(&TokenForm::default())
    }

    fn form(&self, form: &TokenForm) -> Vec<(&'static str, String)> {
        fields(self.convention, form)
    }

    fn fault(&self, body: &Value) -> Value {
        let mut body = body.clone();
        let target =
            body.as_object_mut().map(|all| all.entry("match").or_insert_with(|| json!({})));
        if let Some(Value::Object(target)) = target {
            target.insert("partner".to_owned(), json!(self.convention.id));
        }
        body
    }

    fn mint(&self, mint: &Mint) -> Result<Value, StageError> {
        let partner = if mint.other_partner {
            self.other.ok_or(StageError::NoOther)?
        } else {
            &self.convention.id
        };
        let mut body = json!({ "partner": partner });
        if let Some(seconds) = mint.expires_in {
            body["expires_in"] = json!(seconds);
        }
        Ok(body)
    }

    fn request(&self, case: &Case, call: &Call) -> Result<Request, StageError> {
        let mut request = match self.asked(case, call)? {
            AskedOf::Health(api) => self.health(api),
            AskedOf::Search(search) => self.example(case, call, search)?,
        };
        request.method = call.method.clone().unwrap_or(request.method);
        request.path = call.path.clone().unwrap_or(request.path);
        request.body = call.body.clone().or(request.body);
        request.scope.clone_from(&call.scope);
        request.patience_ms = call.patience_ms;
        request.certificate = match call.certificate.as_deref() {
            None => Shown::Own,
            Some("none") => Shown::Nothing,
            Some(name) => Shown::Named(name.to_owned()),
        };
        request
            .headers
            .retain(|(name, _)| !call.without.iter().any(|out| out.eq_ignore_ascii_case(name)));
        for (name, value) in &call.headers {
            request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            request.headers.push((name.clone(), text(value)));
        }
        Ok(request)
    }

    /// What the call asks. The state of health stands in where an API that is subscribed opens no search.
    fn asked(&self, case: &Case, call: &Call) -> Result<AskedOf, StageError> {
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

    fn health(&self, api: ApiId) -> Request {
        let api = self.apis.api(api);
        let resource = api.resources().iter().find(|one| Some(one.operation) == api.health());
        let example = api.example(Ask {
            resource: resource.expect("the state of health is a resource"),
            convention: self.convention,
            motif: None,
            parameters: json!({}),
            justification: String::new(),
            today: self.today,
        });
        self.request_of(&example)
    }

    /// The call of a search: the persona's, or what the step says in its place.
    fn example(
        &self,
        case: &Case,
        call: &Call,
        search: &'static Search,
    ) -> Result<Request, StageError> {
        let shown = self.shown(case, call, search)?;
        let parameters = match (&call.criteria, shown) {
            (Some(criteria), _) => Value::Object(criteria.clone()),
            (None, Some(shown)) => shown.parameters.clone(),
            (None, None) => json!({}),
        };
        let asks_motif = search.api.plug().asks_motif();
        let of_persona = shown.and_then(|shown| shown.motif);
        let mut example = self.apis.api(search.api).example(Ask {
            resource: self.apis.resource(search),
            convention: self.convention,
            motif: if asks_motif { self.motif(call, search, of_persona) } else { None },
            parameters,
            justification: format!("{} ({})", case.title, case.id),
            today: self.today,
        });
        for (path, value) in &call.set {
            put(example.attributes(), path, value.clone());
        }
        for path in &call.unset {
            take(example.attributes(), path);
        }
        Ok(self.request_of(&example))
    }

    /// The persona's call that shows this kind of search, ending as the case expects where it can; any good one otherwise.
    fn shown(
        &self,
        case: &Case,
        call: &Call,
        search: &'static Search,
    ) -> Result<Option<&register::SampleCall>, StageError> {
        if call.criteria.is_some() {
            return Ok(None);
        }
        let default =
            || self.catalogue.personas.get(search).ok_or(StageError::NoDefault(search.name));
        let id = call.persona.as_ref().map_or_else(default, Ok)?;
        let persona = self.register.persona(id).ok_or_else(|| StageError::NoPersona(id.clone()))?;
        let calls = || persona.calls.iter().filter(|one| one.is_a(search));
        let as_expected = |one: &&register::SampleCall| call.is_plain() && ends_as(case, one);
        let own = |one: &&register::SampleCall| {
            one.motif.is_none_or(|motif| self.opening.motifs.contains(&motif))
        };
        // An empty answer is an answer: some searches of some personas have no better one.
        let good = |one: &&register::SampleCall| one.expect.status == 200;
        let full = |one: &&register::SampleCall| good(one) && one.expect.code.is_none();
        let expected =
            || calls().filter(as_expected).find(own).or_else(|| calls().find(as_expected));
        let found = expected().or_else(|| calls().find(full)).or_else(|| calls().find(good));
        found
            .map(Some)
            .ok_or_else(|| StageError::NoCall { persona: id.clone(), search: search.name })
    }

    /// The motif of the step; else the convention's own for this kind of search: the persona's when it has it, the first that
    /// opens it, any.
    fn motif(&self, call: &Call, search: &Search, of_persona: Option<Motif>) -> Option<String> {
        let own = &self.opening.motifs;
        let opens = |motif: &&Motif| {
            self.apis.searches_of(**motif).iter().any(|name| search.motifs.contains(name))
        };
        let motif = match call.motif.as_deref() {
            Some(super::OTHER_MOTIF) => {
                self.apis.motifs().into_iter().find(|motif| !own.contains(motif))
            }
            Some(given) => return Some(given.to_owned()),
            None => of_persona
                .filter(|motif| own.contains(motif))
                .or_else(|| own.iter().find(opens).copied())
                .or_else(|| own.first().copied()),
        };
        motif.map(|motif| format!("{:04}", motif.number()))
    }

    fn request_of(&self, example: &Example) -> Request {
        Request::from_example(self.convention, example)
    }
}

/// The form of a good request of this partner's for a token: with all the scopes of its convention.
pub fn token_form(convention: &Convention) -> Vec<(&'static str, String)> {
    fields(convention, &TokenForm::default())
}

fn fields(convention: &Convention, form: &TokenForm) -> Vec<(&'static str, String)> {
    let application = &convention.application;
    let grant = form.grant.clone().unwrap_or_else(|| "client_credentials".to_owned());
    let fields = [
        ("grant_type", grant),
        ("client_id", application.key.clone()),
        ("client_secret", form.secret.clone().unwrap_or_else(|| application.secret.clone())),
        ("scope", form.scope.clone().unwrap_or_else(|| convention.scopes().join(" "))),
    ];
    fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// Whether a persona's call asks what the case is about and ends as it expects, as far as the persona's file tells.
fn ends_as(case: &Case, call: &register::SampleCall) -> bool {
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

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
