//! A published contract, OpenAPI or Swagger, against the one that is served: what was added, removed, changed.

mod model;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use serde_json::Value;

pub use self::model::Contract;
use self::model::DescribedOperation;
use super::difference::{Difference, DifferenceKind};

/// A difference, and the resource that it is of.
pub type Drift = (String, Difference);

/// What came of a comparison.
pub struct Drifts {
    /// How many resources the published contract has.
    pub resources: usize,
    /// How many of them are served.
    pub compared: usize,
    /// What differs, resource by resource.
    pub all: Vec<Drift>,
}

/// Reads a contract.
///
/// # Errors
/// What is no OpenAPI 3 or Swagger 2 in JSON, or describes no resource.
pub fn read(text: &str) -> anyhow::Result<Contract> {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) if text.trim_start().starts_with(['{', '[']) => {
            bail!("is no whole JSON: {error}")
        }
        Err(_) => bail!(
            "is no JSON: expected an OpenAPI 3 or Swagger 2 file in JSON (YAML must be converted first)"
        ),
    };
    if !document["openapi"].as_str().is_some_and(|version| version.starts_with("3."))
        && document["swagger"] != "2.0"
    {
        bail!("is no contract: expected \"openapi\": \"3...\" or \"swagger\": \"2.0\"");
    }
    let contract = Contract::read(&document);
    if contract.operations.is_empty() {
        bail!("describes no resource: paths is empty");
    }
    Ok(contract)
}

/// How many resources two contracts have in common.
pub fn common(published: &Contract, served: &Contract) -> usize {
    published.operations.keys().filter(|name| served.operations.contains_key(*name)).count()
}

/// What differs between a published contract and the one that is served.
pub fn compare(published: &Contract, served: &Contract) -> Drifts {
    let mut all = Vec::new();
    for (name, operation) in &published.operations {
        let Some(ours) = served.operations.get(name) else {
            all.push(drift(name, DifferenceKind::Resource, name, "publiée", "absente"));
            continue;
        };
        let mut found = DriftSearch { name, all: &mut all };
        found.operations(operation, ours);
    }
    for name in served.operations.keys().filter(|name| !published.operations.contains_key(*name)) {
        all.push(drift(name, DifferenceKind::Resource, name, "absente", "servie"));
    }
    Drifts { resources: published.operations.len(), compared: common(published, served), all }
}

struct DriftSearch<'a> {
    name: &'a str,
    all: &'a mut Vec<Drift>,
}

impl DriftSearch<'_> {
    fn operations(&mut self, published: &DescribedOperation, served: &DescribedOperation) {
        self.facts(DifferenceKind::Parameter, "", &published.parameters, &served.parameters);
        self.facts(DifferenceKind::KeyPresence, "requête ", &published.request, &served.request);
        let statuses: BTreeSet<_> =
            published.responses.keys().chain(served.responses.keys()).collect();
        for status in statuses {
            match (published.responses.get(status), served.responses.get(status)) {
                (Some(one), Some(other)) => {
                    self.facts(
                        DifferenceKind::KeyPresence,
                        &format!("réponse {status} "),
                        one,
                        other,
                    );
                }
                (Some(_), None) => self.add(
                    DifferenceKind::Status,
                    &format!("réponse {status}"),
                    "décrite",
                    "absente",
                ),
                (None, Some(_)) => self.add(
                    DifferenceKind::Status,
                    &format!("réponse {status}"),
                    "absente",
                    "décrite",
                ),
                (None, None) => {}
            }
        }
        for code in published.codes.difference(&served.codes) {
            self.add(DifferenceKind::Code, &format!("code {code}"), "cité", "absent");
        }
        for code in served.codes.difference(&published.codes) {
            self.add(DifferenceKind::Code, &format!("code {code}"), "absent", "cité");
        }
    }

    fn facts(
        &mut self,
        kind: DifferenceKind,
        before: &str,
        published: &BTreeMap<String, BTreeMap<&'static str, String>>,
        served: &BTreeMap<String, BTreeMap<&'static str, String>>,
    ) {
        for (place, facts) in published {
            let at = format!("{before}{place}");
            let Some(ours) = served.get(place) else {
                // A key below one that is absent is absent with it.
                let parent = place.rsplit_once('.').map(|(parent, _)| parent);
                if parent.is_none_or(|parent| {
                    served.contains_key(parent) || !published.contains_key(parent)
                }) {
                    self.add(kind, &at, "présent", "absent");
                }
                continue;
            };
            let names: BTreeSet<_> = facts.keys().chain(ours.keys()).collect();
            for name in names {
                let (one, other) = (facts.get(name), ours.get(name));
                if one != other {
                    let describe =
                        |fact: Option<&String>| fact.map_or("rien", String::as_str).to_owned();
                    self.add(
                        DifferenceKind::Constraint,
                        &format!("{at} ({name})"),
                        &describe(one),
                        &describe(other),
                    );
                }
            }
        }
        for place in served.keys().filter(|place| !published.contains_key(*place)) {
            let parent = place.rsplit_once('.').map(|(parent, _)| parent);
            if parent
                .is_none_or(|parent| published.contains_key(parent) || !served.contains_key(parent))
            {
                self.add(kind, &format!("{before}{place}"), "absent", "présent");
            }
        }
    }

    fn add(&mut self, kind: DifferenceKind, place: &str, published: &str, served: &str) {
        let place = format!("{} {place}", self.name);
        self.all.push(drift(self.name, kind, &place, published, served));
    }
}

fn drift(name: &str, kind: DifferenceKind, place: &str, original: &str, here: &str) -> Drift {
    let (original, here) = (original.to_owned(), here.to_owned());
    (name.to_owned(), Difference { kind, place: place.to_owned(), original, here })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn openapi() -> Value {
        json!({
            "openapi": "3.0.1",
            "paths": {
                "/comptes/spi": {"post": {
                    "parameters": [{"name": "X-Correlation-ID", "in": "header", "required": true, "schema": {"type": "string", "maxLength": 36}}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Demande"}}}},
                    "responses": {"200": {"description": "d", "content": {"application/json": {"schema": {"type": "object", "properties": {"nombre": {"type": "string"}}}}}},
                        "400": {"description": "CAF001 ou CAF002"}}
                }},
                "/etatSante": {"get": {"responses": {"200": {"description": "ok"}}}}
            },
            "components": {"schemas": {"Demande": {"type": "object", "required": ["motif"], "properties": {
                "motif": {"type": "string", "pattern": "[0-9]{4}"},
                "criteres": {"type": "object", "properties": {"spi": {"type": "string"}, "soi": {"$ref": "#/components/schemas/Demande"}}}
            }}}}
        })
    }

    fn drifts(change: impl Fn(&mut Value)) -> Vec<String> {
        let mut published = openapi();
        change(&mut published);
        let (published, served) =
            (read(&published.to_string()).unwrap(), read(&openapi().to_string()).unwrap());
        let describe = |(_, one): Drift| {
            format!("{} {}: {} / {}", one.kind.as_str(), one.place, one.original, one.here)
        };
        compare(&published, &served).all.into_iter().map(describe).collect()
    }

    #[test]
    fn each_change_of_a_contract_is_found_and_nothing_else() {
        assert!(drifts(|_| {}).is_empty());
        let is = |change: fn(&mut Value), expected: &[&str]| assert_eq!(drifts(change), expected);
        let post = "/paths/~1comptes~1spi/post";
        assert_eq!(openapi().pointer(post).map(Value::is_object), Some(true));
        is(
            |file| file["paths"]["/comptes/perPhy"] = json!({"post": {"responses": {}}}),
            &["resource POST /comptes/perPhy: publiée / absente"],
        );
        is(
            |file| drop(file["paths"].as_object_mut().unwrap().remove("/etatSante")),
            &["resource GET /etatSante: absente / servie"],
        );
        is(
            |file| {
                file["paths"]["/comptes/spi"]["post"]["parameters"][0]["schema"]["maxLength"] =
                    json!(40)
            },
            &["constraint POST /comptes/spi header x-correlation-id (maxLength): 40 / 36"],
        );
        is(
            |file| {
                file["paths"]["/comptes/spi"]["post"]["parameters"][0]["required"] = json!(false)
            },
            &["constraint POST /comptes/spi header x-correlation-id (required): rien / true"],
        );
        is(
            |file| {
                file["components"]["schemas"]["Demande"]["properties"]["motif"]["pattern"] =
                    json!("[0-9]{3}")
            },
            &[
                "constraint POST /comptes/spi requête criteres.soi.motif (pattern): [0-9]{3} / [0-9]{4}",
                "constraint POST /comptes/spi requête motif (pattern): [0-9]{3} / [0-9]{4}",
            ],
        );
        is(
            |file| {
                file["paths"]["/comptes/spi"]["post"]["responses"]["400"]["description"] =
                    json!("CAF001")
            },
            &["code POST /comptes/spi code CAF002: absent / cité"],
        );
        is(
            |file| {
                file["paths"]["/comptes/spi"]["post"]["responses"]["429"] =
                    json!({"description": "x"})
            },
            &["status POST /comptes/spi réponse 429: décrite / absente"],
        );
    }

    #[test]
    fn a_swagger_says_the_same_as_an_openapi() {
        let swagger = json!({
            "swagger": "2.0", "basePath": "/x",
            "paths": {
                "/comptes/spi": {"post": {
                    "parameters": [{"name": "X-Correlation-ID", "in": "header", "required": true, "type": "string", "maxLength": 36},
                        {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Demande"}}],
                    "responses": {"200": {"description": "d", "schema": {"type": "object", "properties": {"nombre": {"type": "string"}}}},
                        "400": {"description": "CAF001 ou CAF002"}}
                }},
                "/etatSante": {"get": {"responses": {"200": {"description": "ok"}}}}
            },
            "definitions": openapi()["components"]["schemas"]
        });
        let swagger = swagger.to_string().replace("#/components/schemas/", "#/definitions/");
        let drifts = compare(&read(&swagger).unwrap(), &read(&openapi().to_string()).unwrap());
        assert_eq!(drifts.all, []);
    }

    #[test]
    fn what_is_no_contract_says_so() {
        let fault = |text: &str| read(text).err().unwrap().to_string();
        assert!(fault("openapi: 3.0.0").contains("YAML must be converted"));
        assert!(
            fault("{\"a\":1}").contains("is no contract") && fault("{").contains("no whole JSON")
        );
        assert!(fault("{\"openapi\":\"3.0.0\",\"paths\":{}}").contains("describes no resource"));
    }
}
