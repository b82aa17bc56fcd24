//! From a step to the very request that plays it, for one partner.

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{
    Call, Mint, Step, Target, TokenForm,
    action::{Action, Order, Request, Shown},
    body::{leaves, put, take},
    pick,
};
use crate::{
    directory::Convention,
    domain::Motif,
    recette::{
        applies::{Opening, Search},
        catalogue::{Case, Catalogue},
    },
    register::{self, Register},
    rights::ApiId,
};

/// Everything that a step needs to become a request.
pub struct Stage<'a> {
    /// The partner that plays.
    pub convention: &'a Convention,
    /// What its convention opens.
    pub opening: &'a Opening,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The personas.
    pub register: &'a Register,
    /// Which searches a motif opens, in the words of `motifs.toml`.
    pub searches: &'a dyn Fn(Motif) -> Vec<&'static str>,
    /// Every motif that exists.
    pub motifs: Vec<Motif>,
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
        /// The persona.
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
        let search = self.search(case, call).ok().flatten();
        let shown = search.and_then(|search| self.shown(case, call, search).ok().flatten());
        shown.is_none_or(|shown| ends_as(case, shown))
    }

    /// The scopes that the partner's application asks for.
    pub fn scope(&self) -> String {
        self.convention.scopes().join(" ")
    }

    /// The form of a good request for a token.
    pub fn token_form(&self) -> Vec<(&'static str, String)> {
        self.form(&TokenForm::default())
    }

    fn form(&self, form: &TokenForm) -> Vec<(&'static str, String)> {
        let application = &self.convention.application;
        let grant = form.grant.clone().unwrap_or_else(|| "client_credentials".to_owned());
        let fields = [
            ("grant_type", grant),
            ("client_id", application.key.clone()),
            ("client_secret", form.secret.clone().unwrap_or_else(|| application.secret.clone())),
            ("scope", form.scope.clone().unwrap_or_else(|| self.scope())),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
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
        let mut request = match self.search(case, call)? {
            None => self.health(),
            Some(search) => match search.api() {
                ApiId::Ficoba => self.ficoba(case, call, search)?,
                ApiId::R2p => self.r2p(case, call, search)?,
            },
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

    /// The kind of search; none for the state of health.
    fn search(&self, case: &Case, call: &Call) -> Result<Option<Search>, StageError> {
        let open = |search: &Search| self.opening.searches.contains(*search);
        let known = |search: &Search| {
            call.persona.is_some() || self.catalogue.personas.contains_key(search)
        };
        let found = match &call.target {
            Target::Health => return Ok(None),
            Target::Any => Search::ALL.iter().copied().filter(known).find(open),
            Target::AnyOf(api) => {
                Search::ALL.iter().copied().filter(known).find(|one| one.api() == *api && open(one))
            }
            Target::OneOf(all) => all.iter().copied().find(open),
            Target::Closed => case.applies.closed.iter().copied().find(|one| !open(one)),
        };
        let ficoba = self.opening.apis.contains(&ApiId::Ficoba);
        match (found, &call.target) {
            (None, Target::Any | Target::AnyOf(ApiId::Ficoba)) if ficoba => Ok(None),
            (None, Target::AnyOf(_)) if case.applies.without_api.is_empty() => {
                Err(StageError::NothingOpen)
            }
            // An API that is not subscribed is asked for whatever it offers.
            (None, Target::AnyOf(api)) => {
                Ok(Search::ALL.iter().copied().filter(known).find(|one| one.api() == *api))
            }
            (None, _) => Err(StageError::NothingOpen),
            (found, _) => Ok(found),
        }
    }

    fn health(&self) -> Request {
        self.bare("GET", format!("{}/etatSante", ApiId::Ficoba.context()))
    }

    fn ficoba(&self, case: &Case, call: &Call, search: Search) -> Result<Request, StageError> {
        let shown = self.shown(case, call, search)?;
        let (criteria, motif) = match (&call.criteria, shown) {
            (Some(criteria), shown) => {
                (Value::Object(criteria.clone()), shown.and_then(|shown| shown.motif))
            }
            (None, Some(shown)) => (shown.parameters.clone(), shown.motif),
            (None, None) => (json!({}), None),
        };
        let motif = match call.motif.as_deref() {
            Some(super::OTHER_MOTIF) => self
                .motifs
                .iter()
                .find(|motif| !self.opening.motifs.contains(motif))
                .map(four_digits),
            Some(given) => Some(given.to_owned()),
            None => self.motif(search, motif),
        };
        let mut body = json!({
            "dateDemande": self.today.to_string(),
            "motif": motif,
            "siretDemandeur": self.convention.siret,
            "justification": format!("{} ({})", case.title, case.id),
            "criteresRecherche": criteria,
        });
        for (path, value) in &call.set {
            put(&mut body, path, value.clone());
        }
        for path in &call.unset {
            take(&mut body, path);
        }
        let (method, resource) = pick::resource(search);
        let mut request = self.bare(method, format!("{}{resource}", ApiId::Ficoba.context()));
        request.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        request.body = Some(body.to_string());
        Ok(request)
    }

    fn r2p(&self, case: &Case, call: &Call, search: Search) -> Result<Request, StageError> {
        let shown = self.shown(case, call, search)?.map(|shown| &shown.parameters);
        let mut parameters = match (&call.criteria, shown) {
            (Some(criteria), _) => criteria.clone(),
            (None, Some(Value::Object(parameters))) => parameters.clone(),
            (None, _) => Map::new(),
        };
        parameters.extend(call.set.iter().map(|(name, value)| (name.clone(), value.clone())));
        parameters.retain(|name, _| !call.unset.contains(name));
        let (method, resource) = pick::resource(search);
        let encoded = |value: &Value| utf8_percent_encode(&text(value), UNRESERVED).to_string();
        let segment = resource
            .contains("{spi}")
            .then(|| parameters.remove("spi").as_ref().map(encoded).unwrap_or_default());
        let path =
            segment.map_or(resource.to_owned(), |segment| resource.replace("{spi}", &segment));
        let query: Vec<_> =
            parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        Ok(self.bare(method, format!("{}{path}{mark}{}", ApiId::R2p.context(), query.join("&"))))
    }

    /// The persona's call that shows this kind of search, ending as the case expects where it can; any good one otherwise.
    fn shown(
        &self,
        case: &Case,
        call: &Call,
        search: Search,
    ) -> Result<Option<&register::Call>, StageError> {
        if call.criteria.is_some() {
            return Ok(None);
        }
        let default =
            || self.catalogue.personas.get(&search).ok_or(StageError::NoDefault(search.as_str()));
        let id = call.persona.as_ref().map_or_else(default, Ok)?;
        let persona = self.register.persona(id).ok_or_else(|| StageError::NoPersona(id.clone()))?;
        let calls = || persona.calls.iter().filter(|one| pick::fits(search, one));
        let as_expected = |one: &&register::Call| call.is_plain() && ends_as(case, one);
        let own = |one: &&register::Call| {
            one.motif.is_none_or(|motif| self.opening.motifs.contains(&motif))
        };
        // An empty answer is an answer: some searches of some personas have no better one.
        let good = |one: &&register::Call| one.expect.status == 200;
        let full = |one: &&register::Call| good(one) && one.expect.code.is_none();
        let expected =
            || calls().filter(as_expected).find(own).or_else(|| calls().find(as_expected));
        let found = expected().or_else(|| calls().find(full)).or_else(|| calls().find(good));
        found
            .map(Some)
            .ok_or_else(|| StageError::NoCall { persona: id.clone(), search: search.as_str() })
    }

    /// The convention's own motif for this kind of search: the persona's when it has it, the first that opens it, any.
    fn motif(&self, search: Search, of_persona: Option<Motif>) -> Option<String> {
        let own = &self.opening.motifs;
        let opens = |motif: &&Motif| {
            (self.searches)(**motif).iter().any(|name| pick::motif_names(search).contains(name))
        };
        let of_persona = of_persona.filter(|motif| own.contains(motif));
        let motif =
            of_persona.or_else(|| own.iter().find(opens).copied()).or_else(|| own.first().copied());
        motif.as_ref().map(four_digits)
    }

    fn bare(&self, method: &str, path: String) -> Request {
        let mut headers = vec![
            ("X-Correlation-ID".to_owned(), UUID.to_owned()),
            ("X-Request-ID".to_owned(), UUID.to_owned()),
            ("Authorization".to_owned(), format!("Bearer {TOKEN}")),
            ("Accept".to_owned(), "application/json".to_owned()),
        ];
        let teleservice = self.convention.application.id_teleservice.iter();
        headers.extend(teleservice.map(|id| ("ID_Teleservice".to_owned(), id.clone())));
        let (method, certificate) = (method.to_owned(), Shown::Own);
        Request { method, path, headers, body: None, certificate, scope: None, patience_ms: None }
    }
}

/// Whether a persona's call asks what the case is about and ends as it expects, as far as the persona's file tells.
fn ends_as(case: &Case, call: &register::Call) -> bool {
    let (expect, shown) = (&case.expect, &call.expect);
    let mut names = Vec::new();
    leaves(&call.parameters, &mut names);
    let asks = expect.has.iter().all(|name| names.contains(&name.as_str()))
        && !expect.lacks.iter().any(|name| names.contains(&name.as_str()));
    let status = expect.status.is_empty() || expect.status.contains(&shown.status);
    let code = match (&shown.code, expect.codes()) {
        (None, []) => shown.status == 200,
        // R2P's numbers are not in the personas' files.
        (None, _) => call.api == register::CallApi::R2p && shown.status != 200,
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

fn four_digits(motif: &Motif) -> String {
    format!("{:04}", motif.number())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// RFC 3986: what a query may hold as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
