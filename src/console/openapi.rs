//! `/openapi/*.json`: the descriptions, as a generator of clients takes them: servers and token endpoint by their real
//! addresses, what the gateway answers beside the API, calls of a persona as examples.
//!
//! A generated client refuses by itself what a schema forbids. What an API answers with a code of its own (CAF001, CAF002,
//! 4003) is therefore said in words, so that such a client can provoke it; with `?strict` the constraints are in the schemas.

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use http::{HeaderMap, header};
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::{
    Console, address,
    endpoint::{Endpoint, JSON},
    example::Example,
    problem::Problem,
    read::Query,
    schema::{object, text},
};
use crate::{
    api::{self, refused},
    product::codes::{self, GatewayCode},
    rights::{ApiId, each_api},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let strict = "The constraints as the schemas' own; without it they are descriptions, so that a generated client can send what \
                  the API refuses";
    let of_api = |(path, api): (&'static str, ApiId)| {
        let answer = async move |place: State<Console>, headers: HeaderMap, query: Query| {
            api_document(api, &place, &headers, query)
        };
        Endpoint::get(path, answer)
            .about(&format!("The description of {}", api.label()))
            .query("strict", strict, text())
            .answers_as(200, "OpenAPI 3.1", JSON, object([]))
            .refuses(400)
    };
    let own = Endpoint::get("/openapi/console.json", console).about("This description").answers_as(
        200,
        "OpenAPI 3.1",
        JSON,
        object([]),
    );
    std::iter::once(own).chain(DOCUMENTS.into_iter().map(of_api)).collect()
}

macro_rules! declare {
    ($($(#[$doc:meta])* $variant:ident = $module:ident,)+) => {
        /// Where the descriptions of the APIs are.
        const DOCUMENTS: [(&str, ApiId); ApiId::ALL.len()] =
            [$((concat!("/openapi/", stringify!($module), ".json"), ApiId::$variant)),+];
    };
}
each_api!(declare);

/// The console's own, with the server that was asked.
async fn console(headers: HeaderMap) -> Json<Value> {
    let mut document = made(super::document());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if let Some(host) = host {
        document["servers"] = json!([{ "url": format!("http://{host}") }]);
    }
    Json(document)
}

/// What an API describes, with what the gateway asks for and answers before it.
pub fn guarded(api: ApiId) -> Value {
    let mut document = made(api::openapi(api));
    guard(&mut document);
    document
}

fn api_document(
    api: ApiId,
    State(console): &State<Console>,
    headers: &HeaderMap,
    mut query: Query,
) -> Result<Json<Value>, Problem> {
    let strict = query.read("strict", "nothing, true or false", |text| match text {
        "" | "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })?;
    query.finish()?;
    let mut document = guarded(api);
    locate(&mut document, api, &address::gateway_url(console.gateway.address, headers));
    illustrate(&mut document, api, console);
    if strict != Some(true) {
        loosen(&mut document);
    }
    Ok(Json(document))
}

/// Servers and token endpoint by their whole addresses.
fn locate(document: &mut Value, api: ApiId, gateway: &str) {
    let contexts = api.contexts().iter().filter(|context| !context.contains('V'));
    document["servers"] =
        contexts.map(|context| json!({ "url": format!("{gateway}{context}") })).collect();
    let schemes =
        document.pointer_mut("/components/securitySchemes").and_then(Value::as_object_mut);
    for scheme in schemes.into_iter().flat_map(Map::values_mut) {
        if let Some(flow) = scheme.pointer_mut("/flows/clientCredentials") {
            flow["tokenUrl"] = json!(format!("{gateway}/token"));
        }
    }
}

/// What the gateway asks for and answers, whatever the API: the token's header, the client certificate, its own refusals.
fn guard(document: &mut Value) {
    document["components"]["securitySchemes"]["certificat"] =
        json!({ "type": "mutualTLS", "description": "Certificat client du partenaire" });
    with_certificate(&mut document["security"]);
    let fault = json!({ "$ref": format!("#/components/schemas/{}", refused::SCHEMA) });
    for operation in operations(document) {
        with_certificate(&mut operation["security"]);
        let bearer = json!({
            "name": "Authorization", "in": "header", "required": true, "schema": { "type": "string" },
            "description": "Jeton de la passerelle : Bearer, une espace, le jeton",
        });
        if let Some(parameters) = operation["parameters"].as_array_mut() {
            parameters.insert(0, bearer);
        }
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, met) in GUARDS {
            let response = responses.entry(status.to_owned()).or_insert_with(|| {
                json!({ "description": "Refus de la passerelle", "content": { "application/json": { "schema": fault } } })
            });
            let codes: Vec<_> = met
                .iter()
                .map(|code| format!("`{}` « {} »", code.number, code.message.trim_end()))
                .collect();
            let about = response["description"].as_str().unwrap_or_default();
            response["description"] =
                json!(format!("{about}\n\nDe la passerelle : {}", codes.join(", ")));
            let schema = &mut response["content"]["application/json"]["schema"];
            if !schema.to_string().contains(refused::SCHEMA) {
                *schema = json!({ "anyOf": [schema.take(), fault] });
            }
        }
        for (status, response) in responses.iter_mut() {
            let mut headers = json!({ "X-Correlation-ID": described("L'identifiant de corrélation de la demande") });
            if status == "401" {
                headers["WWW-Authenticate"] = described("Ce que la passerelle attend (RFC 6750)");
            }
            if status == "429" {
                headers["Retry-After"] =
                    described("Quand revenir : une date HTTP, ou des secondes");
            }
            response["headers"] = headers;
        }
    }
}

fn with_certificate(security: &mut Value) {
    for one in security.as_array_mut().into_iter().flatten() {
        if let Some(one) = one.as_object_mut().filter(|one| !one.is_empty()) {
            one.insert("certificat".to_owned(), json!([]));
        }
    }
}

fn described(about: &str) -> Value {
    json!({ "description": about, "schema": { "type": "string" } })
}

/// A call of a persona for each operation that some persona shows.
fn illustrate(document: &mut Value, api: ApiId, console: &Console) {
    let (register, directory) = (console.sandbox.register(), console.sandbox.directory());
    let (apis, now) = (console.apis.load(), console.sandbox.clock.now());
    let ways: Vec<_> = register
        .personas()
        .iter()
        .flat_map(|persona| persona.calls.iter().map(move |call| (persona, call)))
        .filter(|(_, call)| call.expect.status == 200 && call.expect.code.is_none())
        .filter_map(|(persona, call)| {
            Some((persona, call, Example::from_call(call, &apis, &directory, now)?))
        })
        .filter(|(.., example)| example.api == api)
        .collect();
    let resources = apis.api(api).resources();
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::iter_mut);
    for (path, item) in paths {
        let resource = resources.iter().find(|resource| resource.template == path);
        let shown = ways.iter().find(|(.., example)| {
            resource.is_some_and(|resource| resource.operation == example.operation)
        });
        let Some((persona, call, example)) = shown else { continue };
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let body =
                example.body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
            if let (Some(body), Some(content)) =
                (body, operation.pointer_mut("/requestBody/content/application~1json"))
            {
                let name = persona.id.clone();
                content["examples"] = json!({ name: { "summary": persona.title, "value": body } });
            }
            for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap_or_default();
                if let Some(value) = call.parameters.get(name).cloned() {
                    if let Some(schema) = parameter["schema"].as_object_mut() {
                        schema.shift_remove("examples");
                    }
                    parameter["example"] = value;
                }
            }
        }
    }
}

/// The constraints on what a request holds, as words: those of bodies, queries and paths. Headers keep theirs, as published.
fn loosen(document: &mut Value) {
    let mut named = BTreeSet::new();
    for operation in operations(document) {
        gather(&operation["requestBody"], &mut named);
        for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
            if parameter["in"] == "header" {
                continue;
            }
            let needed = parameter["in"] == "query" && parameter["required"] == true;
            let mut words = constraints(&mut parameter["schema"]);
            if needed {
                parameter["required"] = json!(false);
                words.insert(0, "obligatoire".to_owned());
            }
            say(parameter, &words);
        }
    }
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut)
    else {
        return;
    };
    let mut left: Vec<String> = named.iter().cloned().collect();
    while let Some(name) = left.pop() {
        let mut below = BTreeSet::new();
        if let Some(schema) = schemas.get(&name) {
            gather(schema, &mut below);
        }
        left.extend(below.into_iter().filter(|name| named.insert(name.clone())));
    }
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| named.contains(*name)) {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove("required"); // each property's description says when it must be there
        }
        for property in schema["properties"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            let words = constraints(property);
            say(property, &words);
        }
    }
}

/// Takes the constraints of a schema away, as words.
fn constraints(schema: &mut Value) -> Vec<String> {
    let Some(schema) = schema.as_object_mut() else { return Vec::new() };
    let longest = schema.shift_remove("maxLength").map(|most| format!("{most} caractères au plus"));
    let pattern = schema
        .shift_remove("pattern")
        .and_then(|pattern| pattern.as_str().map(|text| format!("forme `{text}`")));
    longest.into_iter().chain(pattern).collect()
}

/// Adds words to a description.
fn say(described: &mut Value, words: &[String]) {
    if words.is_empty() {
        return;
    }
    let about = described["description"].as_str().unwrap_or_default();
    described["description"] = json!([&[about.to_owned()], words].concat().join(" ; "));
}

/// The schemas that a value refers to.
fn gather(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) =
                members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next())
            {
                found.insert(name.to_owned());
            }
            members.values().for_each(|member| gather(member, found));
        }
        Value::Array(members) => members.iter().for_each(|member| gather(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    paths.flat_map(|item| item.as_object_mut().into_iter().flat_map(Map::values_mut))
}

fn made(document: OpenApi) -> Value {
    serde_json::to_value(document).expect("a document of ours is JSON")
}

/// What the gateway answers on its own, by status.
const GUARDS: [(&str, &[&GatewayCode]); 5] = [
    (
        "401",
        &[&codes::INVALID_CREDENTIALS, &codes::MISSING_CREDENTIALS, &codes::SUBSCRIPTION_BLOCKED],
    ),
    ("403", &[&codes::ADDRESS_BLOCKED, &codes::FORBIDDEN, &codes::MISSING_SCOPE]),
    ("404", &[&codes::NO_RESOURCE]),
    ("405", &[&codes::NO_METHOD]),
    ("429", &[&codes::SUBSCRIPTION_QUOTA]),
];
