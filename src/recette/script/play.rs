//! From a step to the very request that plays it, for one partner.

use serde_json::{Value, json};

use super::{
    Call, Mint, Stage, StageError, Step, TokenForm,
    action::{Action, Order, Request, Shown},
    body::{put, take},
    stage::AskedOf,
};
use crate::{
    api::{Ask, Example},
    directory::Convention,
    recette::catalogue::Case,
    rights::{ApiId, Search},
};

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

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
