//! Example calls: what a persona's file, the catalogue of the recette or a page asks, as the request that asks it.

use http::Method;
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Resource;
use crate::{directory::Convention, rights::ApiId};

/// What an example asks.
pub struct Ask<'a> {
    pub resource: &'static Resource,
    pub convention: &'a Convention,
    /// Under which motif, where the API asks one.
    pub motif: Option<String>,
    /// The criteria, or the parameters of query and path.
    pub parameters: Value,
    /// Why, where the API asks for a justification.
    pub justification: String,
    /// The product's day.
    pub today: Date,
}

/// A call ready to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub api: ApiId,
    /// The resource's method.
    pub method: Method,
    /// What goes into the path's braces and the query.
    pub parameters: Value,
    /// The JSON body.
    pub body: Option<Value>,
    template: &'static str,
}

impl Example {
    /// The call whose parameters are those of query and path.
    pub(super) fn by_parameters(api: ApiId, ask: Ask<'_>) -> Self {
        let Resource { method, template, .. } = ask.resource;
        Self { api, method: method.clone(), parameters: ask.parameters, body: None, template }
    }

    /// The call with this body.
    pub(super) fn by_body(api: ApiId, ask: &Ask<'_>, body: Value) -> Self {
        let Resource { method, template, .. } = ask.resource;
        Self { api, method: method.clone(), parameters: json!({}), body: Some(body), template }
    }

    /// What the names of its attributes lead into.
    pub fn attributes(&mut self) -> &mut Value {
        self.body.as_mut().unwrap_or(&mut self.parameters)
    }

    /// Path and query, the API's context included: parameters go into the braces of that name, or behind a question mark.
    pub fn path(&self) -> String {
        let mut path = format!("{}{}", self.api.context(), self.template);
        let mut query = Vec::new();
        for (name, value) in self.parameters.as_object().into_iter().flatten() {
            let braces = format!("{{{name}}}");
            if path.contains(&braces) {
                path = path.replace(&braces, &encoded(value));
            } else {
                query.push(format!("{name}={}", encoded(value)));
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }
}

fn encoded(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    utf8_percent_encode(&text, UNRESERVED).to_string()
}

/// RFC 3986: what a query may hold as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::Apis, directory::Directory, rights::Search};

    fn example(name: &str, parameters: Value) -> Example {
        let (apis, directory) = (Apis::load(None).unwrap(), Directory::load(None).unwrap());
        let search = Search::named(name).unwrap();
        let ask = Ask {
            resource: apis.resource(search),
            convention: directory.convention("editeur-demo").unwrap(),
            motif: Some("0020".to_owned()),
            parameters,
            justification: "essai".to_owned(),
            today: "2026-11-22".parse().unwrap(),
        };
        apis.api(search.api).example(ask)
    }

    #[test]
    fn parameters_go_into_the_path_or_into_the_query() {
        let path = |name, parameters| example(name, parameters).path();
        let spi = json!({ "spi": "3990000101192" });
        assert_eq!(path("personne/{spi}", spi), "/r2p/v1/personne/3990000101192");
        let named = json!({ "nom": "D'ARC É", "sexe": 2, "naisDate": "1960-01-01" });
        assert_eq!(
            path("personne/adresse", named),
            "/r2p/v1/personne?nom=D%27ARC%20%C3%89&sexe=2&naisDate=1960-01-01"
        );
    }

    #[test]
    fn criteria_go_into_a_body_of_that_day() {
        let mut example = example("spi", json!({ "numeroSPI": "3990000101192" }));
        assert_eq!(example.path(), "/fcb-masrestit/api/v2/comptes/spi");
        let siret = Directory::load(None).unwrap().convention("editeur-demo").unwrap().siret;
        assert_eq!(
            *example.attributes(),
            json!({
                "dateDemande": "2026-11-22",
                "motif": "0020",
                "siretDemandeur": siret,
                "justification": "essai",
                "criteresRecherche": { "numeroSPI": "3990000101192" },
            })
        );
    }

    #[test]
    fn every_search_is_asked_of_a_resource() {
        let apis = Apis::load(None).unwrap();
        for search in Search::all() {
            assert_eq!(apis.resource(search).template, search.resource, "{}", search.name);
        }
    }
}
