//! The members of a change of a convention that say for all APIs at once what the tables of the APIs say apart: `quotas` and
//! `scopes`. A quota that is null is that of the file again, as a convention cannot be without one.

use serde_json::{Map, Value, json};

use super::Convention;
use crate::{fixtures::Wrong, rights::ApiId};

/// `{"quotas": {"ficoba": 5}}` is `{"ficoba": {"quota": 5}}`; null, for one or for all, is what the file has.
pub(super) fn quotas(
    convention: &Convention,
    patch: &mut Map<String, Value>,
    of_file: impl Fn(ApiId) -> Result<Value, String>,
    wrong: &mut Vec<Wrong>,
) {
    let Some(quotas) = patch.remove("quotas") else { return };
    let is_whole = quotas.is_null();
    let quotas: Map<_, _> = match quotas {
        Value::Object(quotas) => quotas,
        Value::Null => {
            ApiId::ALL.map(|api| (api.as_str().to_owned(), Value::Null)).into_iter().collect()
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            let example = json!({ ApiId::ALL[0].as_str(): 5 });
            wrong.push(Wrong::at("/quotas", format!("expected an object, such as {example}")));
            return;
        }
    };
    for (name, quota) in quotas {
        let pointer = match is_whole {
            true => "/quotas".to_owned(),
            false => format!("/quotas/{}", name.replace('~', "~0").replace('/', "~1")),
        };
        let api = ApiId::named(&name);
        let quota = match (api.filter(|api| convention.quota(*api).is_some()), quota) {
            // What is not open has no quota to give back: it is told as null.
            (None, Value::Null) if api.is_some() => continue,
            (None, _) => Err(format!("the convention opens no API {name:?}")),
            (Some(api), Value::Null) => of_file(api).map(|quota| (api, quota)),
            (Some(api), quota) => match quota.as_u64() {
                Some(number) if (1..=u64::from(u32::MAX)).contains(&number) => Ok((api, quota)),
                _ => Err(format!("{quota}: {QUOTA}")),
            },
        };
        match quota {
            Ok((api, quota)) => set(patch, api, "quota", quota, &pointer, wrong),
            Err(message) => wrong.push(Wrong::at(pointer, message)),
        }
    }
}

/// `{"ficoba": {"quota": null}}` is the quota that the file has.
pub(super) fn restored_quotas(
    patch: &mut Map<String, Value>,
    of_file: impl Fn(ApiId) -> Result<Value, String>,
    wrong: &mut Vec<Wrong>,
) {
    for api in ApiId::ALL {
        let quota = patch.get_mut(api.as_str()).and_then(|table| table.get_mut("quota"));
        let Some(quota) = quota.filter(|quota| quota.is_null()) else { continue };
        match of_file(api) {
            Ok(number) => *quota = number,
            Err(message) => wrong.push(Wrong::at(format!("/{api}/quota"), message)),
        }
    }
}

/// `{"scopes": [..]}` is the scopes of each API that the convention opens.
pub(super) fn scopes(
    convention: &Convention,
    patch: &mut Map<String, Value>,
    wrong: &mut Vec<Wrong>,
) {
    let Some(scopes) = patch.remove("scopes") else { return };
    let Ok(scopes) = serde_json::from_value::<Vec<String>>(scopes) else {
        wrong.push(Wrong::at("/scopes", "expected a list of scopes"));
        return;
    };
    let mut of_api = ApiId::ALL.map(|api| (api, convention.quota(api).map(|_| Vec::new())));
    for (at, scope) in scopes.into_iter().enumerate() {
        let api = ApiId::ALL.into_iter().find(|api| api.plug().scopes().contains(&scope.as_str()));
        let list = of_api
            .iter_mut()
            .find(|(one, _)| Some(*one) == api)
            .and_then(|(_, list)| list.as_mut());
        match (api, list) {
            (_, Some(list)) => list.push(scope),
            (Some(api), None) => {
                let message =
                    format!("{scope:?} is a scope of {api}, which the convention does not open");
                wrong.push(Wrong::at(format!("/scopes/{at}"), message));
            }
            (None, None) => {
                wrong.push(Wrong::at(format!("/scopes/{at}"), format!("{scope:?} is no scope")))
            }
        }
    }
    for (api, list) in of_api {
        if let Some(list) = list {
            set(patch, api, "scopes", json!(list), "/scopes", wrong);
        }
    }
}

fn set(
    patch: &mut Map<String, Value>,
    api: ApiId,
    key: &str,
    value: Value,
    pointer: &str,
    wrong: &mut Vec<Wrong>,
) {
    let table = patch.entry(api.as_str()).or_insert_with(|| json!({}));
    match table.as_object_mut() {
        Some(table) if !table.contains_key(key) => drop(table.insert(key.to_owned(), value)),
        Some(_) | None => {
            let message = format!("{:?} says it too: expected one of the two", format!("/{api}"));
            wrong.push(Wrong::at(pointer, message));
        }
    }
}

/// What a quota is to be.
pub(super) const QUOTA: &str = "expected a number of calls per minute, from 1";
