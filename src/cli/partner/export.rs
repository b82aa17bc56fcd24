//! A habilitation exported from DataPass: what its API gives (`/api/v1/demandes/ID`, `/api/v1/habilitations/ID`), or what its webhooks send.

use anyhow::{Context, bail};
use serde_json::Value;

use super::NewArgs;
use crate::rights::{ApiId, datapass::USE_CASES};

/// What was typed, completed by the export: what was typed wins.
///
/// # Errors
/// No JSON, no habilitation of one of our APIs, several of them.
pub(super) fn completed(mut typed: NewArgs, text: &str) -> anyhow::Result<NewArgs> {
    let value: Value = serde_json::from_str(text).context("no JSON")?;
    let request = one(&value)?;
    let data = request.get("data").context(NO_DATA)?;
    let form =
        text_of(request, &["form_uid", "type", "authorization_request_class"]).unwrap_or_default();
    let api = api(&form)?;
    if typed.use_case.is_none() {
        let bare = form.replace('_', "-");
        let named = USE_CASES.iter().find(|one| one.api == api && is_about(&bare, one.name));
        typed.use_case = named.map(|one| one.name.to_owned());
    }
    let organisation = request.get("organisation").or_else(|| request.get("organization"));
    if let Some(organisation) = organisation {
        typed.siret = typed.siret.or_else(|| text_of(organisation, &["siret"]));
        typed.organisation =
            typed.organisation.or_else(|| text_of(organisation, &["raison_sociale", "name"]));
    }
    typed.title = typed.title.or_else(|| text_of(data, &["intitule"]));
    if typed.quota.is_none()
        && let Some(volume) = text_of(data, &["volumetrie_appels_par_minute"])
    {
        let calls = volume.trim().parse();
        typed.quota = Some(calls.with_context(|| {
            format!("data.volumetrie_appels_par_minute: {volume:?} is no number")
        })?);
    }
    if typed.modalities.is_empty() {
        typed.modalities = names(data, "modalities")?;
    }
    if typed.scopes.is_empty() && api == ApiId::Ficoba {
        typed.scopes = names(data, "scopes")?;
    }
    if typed.legal_basis.is_none()
        && api == ApiId::R2p
        && let Some(nature) = text_of(data, &["cadre_juridique_nature"])
    {
        let decree = nature.contains("2022-814");
        typed.legal_basis = Some(if decree { "decret-2022-814" } else { "autre" }.to_owned());
    }
    if typed.homologation_until.is_none()
        && let Some(day) = text_of(data, &["safety_certification_end_date"])
    {
        let day: jiff::civil::Date = day
            .parse()
            .with_context(|| format!("data.safety_certification_end_date: {day:?} is no day"))?;
        typed.homologation_until = Some(day.to_string());
    }
    Ok(typed)
}

/// The one habilitation that the export holds.
fn one(value: &Value) -> anyhow::Result<&Value> {
    match value {
        Value::Array(all) => match all.as_slice() {
            [only] => one(only),
            several => bail!(
                "{} habilitations: expected one (keep one element of the list)",
                several.len()
            ),
        },
        // A webhook wraps it once more.
        Value::Object(all) if all.contains_key("event") => all.get("data").context(NO_DATA),
        Value::Object(_) => Ok(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => bail!(NO_DATA),
    }
}

fn api(form: &str) -> anyhow::Result<ApiId> {
    let bare: String = form.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if bare.contains("apificoba") {
        Ok(ApiId::Ficoba)
    } else if bare.contains("apir2p") || bare.contains("apisfipr2p") {
        Ok(ApiId::R2p)
    } else {
        bail!(
            "{form:?} is a form of another API: expected api-ficoba-..., api-r2p-... or api-sfip-r2p-..."
        )
    }
}

/// Whether the form's name holds that of the use case; R2P's forms shorten theirs.
fn is_about(form: &str, case: &str) -> bool {
    form.contains(case) || (case == "appel-api-impot-particulier" && form.contains("appel-spi"))
}

fn text_of(value: &Value, keys: &[&str]) -> Option<String> {
    let found = keys.iter().find_map(|key| value.get(*key).filter(|value| !value.is_null()))?;
    let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    (!text.trim().is_empty()).then_some(text)
}

/// A list of names; DataPass also writes one as a text that holds JSON.
fn names(data: &Value, key: &str) -> anyhow::Result<Vec<String>> {
    let wrong = || format!("data.{key}: expected a list of names");
    let list = match data.get(key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => serde_json::from_str(text).with_context(wrong)?,
        Some(other) => other.clone(),
    };
    serde_json::from_value(list).with_context(wrong)
}

const NO_DATA: &str = "no habilitation of DataPass: expected an object with form_uid and data";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<NewArgs, String> {
        completed(NewArgs::default(), &value.to_string()).map_err(|error| format!("{error:#}"))
    }

    fn ficoba() -> Value {
        json!({
            "id": 1, "type": "AuthorizationRequest::APIFicoba", "state": "validated",
            "form_uid": "api-ficoba-recouvrement-editeur",
            "data": {
                "intitule": "Recouvrement des créances",
                "scopes": "[\"dgfip_ficoba_compte\"]",
                "modalities": ["with_ficoba_iban", "with_ficoba_spi"],
                "volumetrie_appels_par_minute": "500",
                "safety_certification_end_date": "2028-06-30",
            },
            "organisation": { "siret": "20999002700010", "raison_sociale": "TRESORERIE DE VALMONT" },
        })
    }

    #[test]
    fn a_habilitation_says_all_that_a_convention_needs() {
        let typed = read(&ficoba()).unwrap();
        assert_eq!(typed.use_case.as_deref(), Some("recouvrement"));
        assert_eq!(typed.siret.as_deref(), Some("20999002700010"));
        assert_eq!((typed.quota, typed.scopes.len(), typed.modalities.len()), (Some(500), 1, 2));
        assert_eq!(typed.homologation_until.as_deref(), Some("2028-06-30"));
    }

    #[test]
    fn a_webhook_and_a_list_of_one_are_read_too_and_what_was_typed_wins() {
        let webhook = json!({ "event": "validate", "data": ficoba() });
        assert_eq!(read(&webhook).unwrap().quota, Some(500));
        assert_eq!(read(&json!([ficoba()])).unwrap().quota, Some(500));
        let typed = NewArgs { quota: Some(200), ..NewArgs::default() };
        assert_eq!(completed(typed, &ficoba().to_string()).unwrap().quota, Some(200));
    }

    #[test]
    fn the_legal_basis_of_r2p_is_read_and_its_shortened_forms_are_known() {
        let mut value = json!({
            "form_uid": "api-sfip-r2p-appel-spi-production-editeur",
            "data": { "cadre_juridique_nature": "décret n° 2022-814 du 16 mai 2022" },
        });
        let typed = read(&value).unwrap();
        assert_eq!(typed.use_case.as_deref(), Some("appel-api-impot-particulier"));
        assert_eq!(typed.legal_basis.as_deref(), Some("decret-2022-814"));
        value["data"]["cadre_juridique_nature"] = json!("code monétaire et financier");
        assert_eq!(read(&value).unwrap().legal_basis.as_deref(), Some("autre"));
    }

    #[test]
    fn what_is_no_habilitation_of_ours_is_said() {
        for (value, expected) in [
            (json!(1), NO_DATA),
            (json!({ "form_uid": "api-ficoba" }), NO_DATA),
            (json!([]), "0 habilitations: expected one"),
            (json!({ "form_uid": "api-sfip-sandbox", "data": {} }), "is a form of another API"),
            (
                json!({ "form_uid": "api-ficoba-x", "data": { "scopes": 3 } }),
                "data.scopes: expected a list",
            ),
        ] {
            let error = read(&value).unwrap_err();
            assert!(error.contains(expected), "{value}: {error}");
        }
        assert!(completed(NewArgs::default(), "{").unwrap_err().to_string().contains("no JSON"));
    }
}
