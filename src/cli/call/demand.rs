//! From what was typed to a request.

use std::path::Path;

use anyhow::{Context, bail};
use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{CallArgs, with_headers};
use crate::{
    api::{Apis, Ask, Resource, World},
    cli::typed::identifier,
    clock::Clock,
    config::Environment,
    directory::Convention,
    domain::Motif,
    files, hex,
    recette::{
        Recette,
        script::{Request, Shown},
    },
    register::SampleCall,
    rights::{ApiId, Search},
};

/// The request, as a good client of the partner's would send it but for what was typed.
pub(super) fn request(
    typed: &CallArgs,
    convention: &Convention,
    world: &World,
    recette: &Recette,
    today: Date,
) -> anyhow::Result<Request> {
    let asked = match &typed.operation {
        Some(asked) => asked.as_str(),
        None => first_open(convention, recette),
    };
    let (api, resource, segment) = found(&world.apis, asked)?;
    let mut request = match &typed.body {
        Some(body) => {
            let body = match body.strip_prefix('@') {
                Some(file) => {
                    files::text(Path::new(file)).with_context(|| format!("--body: {file}"))?
                }
                None => body.clone(),
            };
            let path = format!("{}{}", api.context(), resource.template);
            Request::good(convention, resource.method.as_str(), path).with_json(body)
        }
        None => {
            let known = world.apis.api(api).parameters(resource);
            let given = pairs(&typed.pairs, &known)?;
            let own = given.keys().any(|path| is_criterion(path, &known));
            let shown = shown(typed, convention, world, (api, resource), !own)?;
            let shown = shown.filter(|_| segment.is_none());
            let mut parameters = shown.map_or_else(|| json!({}), |call| call.parameters.clone());
            if let (Some(name), Some(segment)) = (braces(resource).next(), segment) {
                parameters[name] = json!(identifier(segment));
            }
            let (motif, only_existence) = motif(resource, convention, &world.apis, shown);
            let ask = Ask {
                resource,
                convention,
                motif: motif.map(|motif| format!("{:04}", motif.number())),
                parameters,
                justification: String::new(), // given below, where the rest is known
                today,
            };
            let mut example = world.apis.api(api).example(ask);
            let attributes = example.attributes();
            if only_existence {
                // With a motif that tells only whether the account exists, that is what is asked.
                attributes["criteresRecherche"]["verificationCompte"] = json!("1");
            } else if resource.operation == "numCpte" && shown.is_none() {
                attributes["criteresRecherche"]["verificationCompte"] = json!("0");
            }
            for (path, value) in given {
                put(attributes, &path, value);
            }
            if attributes.get("justification").is_some_and(|text| text == "") {
                attributes["justification"] = json!(justification(resource, attributes));
            }
            if let Some(name) = braces(resource).find(|name| attributes.get(*name).is_none()) {
                bail!("{}: expected {name}=VALUE", resource.template.trim_start_matches('/'));
            }
            Request::from_example(convention, &example)
        }
    };
    request.scope.clone_from(&typed.scope);
    request.certificate = match typed.certificate.as_deref() {
        None => Shown::Own,
        Some("none") => Shown::Nothing,
        Some(name) => Shown::Named(name.to_owned()),
    };
    with_headers(&mut request, &typed.headers)?;
    Ok(request)
}

/// The first search that the convention opens just now; FICOBA's state of health where it opens none.
fn first_open(convention: &Convention, recette: &Recette) -> &'static str {
    let opening = recette.opening(convention, Clock::system().now(), Environment::Production);
    let open = Search::all().find(|search| opening.searches.contains(search));
    open.map_or("etatSante", |search| search.resource)
}

/// The resource that a word names: its operation, its path or the end of it, with or without the API's context; a path may
/// have a value in the place of its braces.
fn found<'w>(
    apis: &Apis,
    asked: &'w str,
) -> anyhow::Result<(ApiId, &'static Resource, Option<&'w str>)> {
    let all = || {
        ApiId::ALL
            .into_iter()
            .flat_map(|api| apis.api(api).resources().iter().map(move |one| (api, one)))
    };
    let bare = ApiId::ALL
        .into_iter()
        .flat_map(|api| api.contexts().iter().copied())
        .find_map(|context| asked.strip_prefix(context))
        .unwrap_or(asked)
        .trim_matches('/');
    let whole = |resource: &Resource| resource.template.trim_start_matches('/') == bare;
    let tail = |resource: &Resource| resource.template.rsplit('/').next() == Some(bare);
    let named = all()
        .find(|(_, one)| one.operation.eq_ignore_ascii_case(bare))
        .or_else(|| all().find(|(_, one)| whole(one)))
        .or_else(|| all().find(|(_, one)| tail(one)));
    if let Some((api, resource)) = named {
        return Ok((api, resource, None));
    }
    let fitting = all().find_map(|(api, one)| {
        let before = one.template.split_once('{')?.0.trim_start_matches('/');
        let segment = bare.strip_prefix(before)?;
        (!segment.is_empty() && !segment.contains('/')).then_some((api, one, Some(segment)))
    });
    fitting.with_context(|| {
        let known: Vec<_> = all().map(|(_, one)| one.template.trim_start_matches('/')).collect();
        format!("no operation is called {asked:?}; known: {}", known.join(", "))
    })
}

/// What was typed, by the whole path of the attribute or parameter that each name means.
fn pairs(typed: &[String], known: &[String]) -> anyhow::Result<Map<String, Value>> {
    let mut all = Map::new();
    for pair in typed {
        let Some((key, value)) = pair.split_once('=') else {
            bail!("{pair:?}: expected KEY=VALUE, such as iban=FR7699010000010000010100185");
        };
        let (key, value) = match key.strip_suffix(':') {
            Some(key) => {
                (key, serde_json::from_str(value).with_context(|| format!("{pair:?}: no JSON"))?)
            }
            None => (key, json!(identifier(value))),
        };
        let end = format!(".{}", key.to_lowercase());
        let meant: Vec<_> = known
            .iter()
            .filter(|path| path.eq_ignore_ascii_case(key) || path.to_lowercase().ends_with(&end))
            .collect();
        match meant.as_slice() {
            [path] => all.insert((*path).clone(), value),
            [] => bail!(
                "{key:?} is no attribute of this operation; known: {} (--body sends any other)",
                known.join(", ")
            ),
            several => {
                let several: Vec<_> = several.iter().map(|path| path.as_str()).collect();
                bail!("{key:?} may be {}: write more of its path", several.join(" or "))
            }
        };
    }
    Ok(all)
}

/// Whether an attribute says what is looked for, and not why, when and by whom: what is inside the demand's structures, and every
/// parameter of a query.
fn is_criterion(path: &str, known: &[String]) -> bool {
    path.contains('.') || known.iter().all(|one| !one.contains('.'))
}

/// A justification of the demand's own, the same when it is made again: a client that gives one text for all breaks a rule.
fn justification(resource: &Resource, demand: &Value) -> String {
    let digest = Sha256::digest(demand.to_string());
    let short = hex::encode(&digest[..4]);
    format!("Essai de {}, demande {short}", resource.operation)
}

/// The persona's call that shows the operation: of the persona that was named, or of any where no criterion was typed.
fn shown<'w>(
    typed: &CallArgs,
    convention: &Convention,
    world: &'w World,
    (api, resource): (ApiId, &Resource),
    no_criterion: bool,
) -> anyhow::Result<Option<&'w SampleCall>> {
    let fits = |call: &&SampleCall| call.api == api && call.resource() == Some(resource.template);
    let own = |call: &&SampleCall| {
        call.motif.is_none_or(|motif| motifs(convention, api).contains(&motif))
    };
    let good = |call: &&SampleCall| call.expect.status == 200 && call.expect.code.is_none();
    if let Some(id) = &typed.persona {
        let persona = world.register.persona(id).with_context(|| {
            format!("no persona is called {id:?}; `bacasable dataset show personas` names them")
        })?;
        let calls = || persona.calls.iter().filter(fits);
        let call = calls().filter(own).find(good).or_else(|| calls().next());
        return call
            .map(Some)
            .with_context(|| format!("the persona {id:?} has no call of {}", resource.template));
    }
    if !no_criterion {
        return Ok(None);
    }
    let first = world.register.persona(FIRST).into_iter();
    let personas = || first.clone().chain(world.register.personas());
    let calls = || personas().flat_map(|one| &one.calls).filter(fits);
    Ok(calls().filter(own).find(good).or_else(|| calls().find(good)))
}

/// The motifs that the convention was given for an API.
fn motifs(convention: &Convention, api: ApiId) -> Vec<Motif> {
    convention.grants.get(api).map(|grant| grant.motifs()).unwrap_or_default()
}

/// A motif of the convention's own that opens the search, the persona's if it has it; and whether it tells only that an account
/// exists.
fn motif(
    resource: &Resource,
    convention: &Convention,
    apis: &Apis,
    shown: Option<&SampleCall>,
) -> (Option<Motif>, bool) {
    let search = resource.operation;
    let existence = format!("{search}-verification");
    let all: Vec<_> = ApiId::ALL.into_iter().flat_map(|api| motifs(convention, api)).collect();
    let opens = |name: &str| all.iter().copied().find(|one| apis.searches_of(*one).contains(&name));
    let own = shown.and_then(|call| call.motif).filter(|one| all.contains(one));
    if let Some(motif) = own.or_else(|| opens(search)) {
        return (Some(motif), false);
    }
    let verifies = opens(&existence);
    (verifies.or_else(|| all.first().copied()), verifies.is_some())
}

/// The names in the braces of the resource's path.
fn braces(resource: &Resource) -> impl Iterator<Item = &'static str> + use<> {
    let segments = resource.template.split('/');
    segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn put(body: &mut Value, path: &str, value: Value) {
    let mut place = body;
    for key in path.split('.') {
        if !place.is_object() {
            *place = json!({});
        }
        place =
            place.as_object_mut().expect("it was just made one").entry(key).or_insert(Value::Null);
    }
    *place = value;
}

pub(super) fn encoded(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    utf8_percent_encode(&text, UNRESERVED).to_string()
}

/// The persona of the documentation's first calls.
const FIRST: &str = "celine-simple";

/// RFC 3986: what a path or a query may hold as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(asked: &str) -> String {
        let apis = Apis::load(None).unwrap();
        found(&apis, asked).map_or_else(
            |error| error.to_string(),
            |(api, resource, segment)| {
                format!("{api} {} {}", resource.template, segment.unwrap_or("-"))
            },
        )
    }

    #[test]
    fn an_operation_is_found_by_any_name_that_people_give_it() {
        for (asked, expected) in [
            ("numCpte", "ficoba /comptes/numCpte -"),
            ("comptes/numCpte", "ficoba /comptes/numCpte -"),
            ("NUMCPTE", "ficoba /comptes/numCpte -"),
            ("/fcb-masrestit/api/v2/comptes/perPhy", "ficoba /comptes/perPhy -"),
            ("spi", "ficoba /comptes/spi -"),
            ("personne", "r2p /personne -"),
            ("personne/spi", "r2p /personne/spi -"),
            ("personne/3990000101192", "r2p /personne/{spi} 3990000101192"),
            ("/r2p/v1/personne/3990000101192", "r2p /personne/{spi} 3990000101192"),
            ("RechercheParSPI", "r2p /personne/{spi} -"),
        ] {
            assert_eq!(leads(asked), expected, "{asked}");
        }
        assert!(leads("numCompte").starts_with("no operation is called \"numCompte\"; known: "));
    }

    #[test]
    fn a_name_means_the_one_attribute_that_ends_so() {
        let known = [
            "motif",
            "criteresRecherche.iban",
            "criteresRecherche.a.codePays",
            "criteresRecherche.b.codePays",
        ]
        .map(str::to_owned);
        let read = |typed: &[&str]| {
            let typed: Vec<_> = typed.iter().map(|&one| one.to_owned()).collect();
            pairs(&typed, &known).map(Value::Object).map_err(|error| error.to_string())
        };
        assert_eq!(
            read(&["iban=FR76 9901 0000 0100 0001 0100 185", "b.codePays=99100", "motif:=20"]),
            Ok(json!({
                "criteresRecherche.iban": "FR7699010000010000010100185",
                "criteresRecherche.b.codePays": "99100",
                "motif": 20,
            }))
        );
        assert!(
            read(&["codePays=1"])
                .unwrap_err()
                .contains("a.codePays or criteresRecherche.b.codePays")
        );
        assert!(
            read(&["ibann=1"])
                .unwrap_err()
                .contains("is no attribute of this operation; known: motif")
        );
        assert!(read(&["iban"]).unwrap_err().contains("expected KEY=VALUE"));
        assert!(read(&["motif:=x"]).unwrap_err().contains("no JSON"));
    }
}
