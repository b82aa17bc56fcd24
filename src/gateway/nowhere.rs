//! What a path that leads nowhere would have had to be, for the journal: 404 and 405 explained, identifiers left out.

use http::{Method, request::Parts};

use super::{fault::GatewayFault, record::method};
use crate::{
    api::{Apis, Route},
    domain::received_encoded,
    journal::RefusalFacts,
    rights::ApiId,
};

/// Why this request found no resource, and what would have been right.
pub(super) fn explained(apis: &Apis, parts: &Parts, fault: &GatewayFault) -> RefusalFacts {
    let path = parts.uri.path();
    let shown = shown(apis, path);
    let asked = format!("{} {shown}", method(&parts.method));
    let explanation = match (fault, apis.at(path)) {
        (GatewayFault::NoMethod, _) => {
            format!("{asked} : ce chemin prend la méthode {}", methods(apis, path))
        }
        (_, Some(api)) if path.ends_with('/') && parts.uri.query().is_some() => {
            format!(
                "{asked} : le chemin de {} se termine par une barre oblique devant « ? », à retirer",
                api.label()
            )
        }
        (_, Some(api)) => {
            let paths = resources(apis, api);
            format!("{asked} : l'API {} n'a pas ce chemin ; ses chemins : {paths}", api.label())
        }
        (_, None) => {
            let contexts: Vec<_> =
                ApiId::ALL.into_iter().flat_map(ApiId::contexts).copied().collect();
            format!(
                "{asked} : aucune API n'a ce chemin ; les chemins commencent par {}",
                contexts.join(", ")
            )
        }
    };
    let message = fault.code().message.trim_end();
    let cause = match (fault, apis.at(path)) {
        (GatewayFault::NoMethod, _) => "wrong-method",
        (_, Some(_)) => "unknown-path",
        (_, None) => "unknown-context",
    };
    RefusalFacts::because(explanation).answered(message).caused(cause)
}

/// Why a path of the token endpoint, which takes one method, did not take this one.
pub(super) fn of_token_endpoint(
    apis: &Apis,
    (asked, path): (&Method, &str),
    taken: &Method,
) -> RefusalFacts {
    let (asked, path) = (method(asked), shown(apis, path));
    let explanation = format!("{asked} {path} : ce chemin prend la méthode {taken}");
    let message = GatewayFault::NoMethod.code().message.trim_end();
    RefusalFacts::because(explanation).answered(message).caused("wrong-method-for-tokens")
}

/// The methods that a path of an API takes.
fn methods(apis: &Apis, path: &str) -> String {
    let takes = |method: &&Method| matches!(apis.route(method, path), Route::Found(_));
    let all = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let names: Vec<_> = all.iter().filter(takes).map(Method::as_str).collect();
    names.join(", ")
}

fn resources(apis: &Apis, api: ApiId) -> String {
    let context = api.contexts().first().copied().unwrap_or_default();
    let line = |resource: &crate::api::Resource| {
        format!("{} {context}{}", resource.method, resource.template)
    };
    apis.api(api).resources().iter().map(line).collect::<Vec<_>>().join(", ")
}

/// The path with its words as they came and the rest by its kind: what may be somebody's identifier is not kept.
fn shown(apis: &Apis, path: &str) -> String {
    let known = |segment: &str| {
        let contexts = ApiId::ALL.into_iter().flat_map(ApiId::contexts).copied();
        let resources = ApiId::ALL.into_iter().flat_map(|api| apis.api(api).resources());
        contexts
            .chain(resources.map(|resource| resource.template))
            .flat_map(|path| path.split('/'))
            .chain(["oauth2"])
            .any(|word| word.eq_ignore_ascii_case(segment))
    };
    let word = |segment: &str| {
        let plain = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.');
        let small = segment.bytes().any(|byte| byte.is_ascii_lowercase());
        small && segment.len() <= LONGEST && segment.bytes().all(plain)
    };
    let segment = |segment: &str| match segment.is_empty() || known(segment) || word(segment) {
        true => segment.to_owned(),
        false => format!("{{{}}}", received_encoded(segment)),
    };
    let segments: Vec<_> = path.split('/').take(MOST).map(segment).collect();
    segments.join("/")
}

/// Words of a path are no longer.
const LONGEST: usize = 24;
/// Segments of a path that are shown.
const MOST: usize = 8;
