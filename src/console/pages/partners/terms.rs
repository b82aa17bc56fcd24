//! The form of a convention's quotas and addresses: what it asks, and what is wrong with it by the labels of its fields.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use crate::{console::pages::forgery::Fields, fixtures::Wrong, rights::ApiId};

/// The patch that a form asks for; everything wrong with it otherwise, in French.
pub(super) fn read(fields: &Fields) -> Result<Value, Vec<String>> {
    let mut wrong = Vec::new();
    let mut quotas = Map::new();
    for api in ApiId::ALL {
        let Some(typed) = fields.get(api.as_str()).map(str::trim) else { continue };
        match typed.parse::<u32>().ok().filter(|quota| *quota > 0) {
            Some(quota) => {
                quotas.insert(api.as_str().to_owned(), json!(quota));
            }
            None => wrong.push(format!(
                "Quota {} : un nombre entier d'au moins 1 est attendu, et non « {} ».",
                api.label(),
                shown(typed)
            )),
        }
    }
    let typed: Vec<_> = fields.get("adresses").unwrap_or_default().split_whitespace().collect();
    if typed.is_empty() {
        wrong
            .push("Adresses déclarées : au moins une adresse ou un réseau est attendu.".to_owned());
    }
    let is_network = |text: &str| text.parse::<IpNet>().is_ok() || text.parse::<IpAddr>().is_ok();
    let unknown = typed.iter().filter(|text| !is_network(text));
    wrong.extend(unknown.map(|text| {
        format!(
            "Adresses déclarées : « {} » n'est ni une adresse ni un réseau, comme 192.0.2.7 ou 192.0.2.0/24.",
            shown(text)
        )
    }));
    match wrong.is_empty() {
        true => Ok(json!({ "quotas": quotas, "networks": typed })),
        false => Err(wrong),
    }
}

/// What the rules of a convention refuse, in French.
pub(super) fn sentences(wrong: &[Wrong]) -> Vec<String> {
    let sentence = |one: &Wrong| {
        let mut names = one.pointer.split('/').skip(1);
        let (first, second) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        match (first, ApiId::named(second)) {
            ("quotas", Some(api)) => {
                format!("Quota {} : la convention n'ouvre pas cette API.", api.label())
            }
            ("networks", _) => "Adresses déclarées : cette liste est trop longue.".to_owned(),
            ("life", _) => "Cycle de vie : ces dates ne vont pas ensemble.".to_owned(),
            (_, _) => "Convention : cette modification n'est pas admise.".to_owned(),
        }
    };
    let mut all: Vec<_> = wrong.iter().map(sentence).collect();
    all.dedup();
    all
}

/// How each field is called in what is wrong with it.
pub(super) fn labels() -> Vec<(String, &'static str)> {
    let quota = |api: ApiId| (format!("Quota {}", api.label()), api.as_str());
    let quotas = ApiId::ALL.into_iter().map(quota);
    quotas.chain([("Adresses déclarées".to_owned(), "adresses")]).collect()
}

fn shown(typed: &str) -> String {
    typed.chars().take(SHOWN).collect()
}

/// Characters of what was typed that are shown.
const SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_by_the_labels_of_the_fields() {
        let wrong =
            |fields: &[(&str, &str)]| read(&Fields::from_pairs(fields)).unwrap_err().join(" ");
        for quota in ["0", "-5", "beaucoup", "", "1.5", "4294967296"] {
            let text = wrong(&[("ficoba", quota), ("adresses", "192.0.2.7")]);
            assert!(text.starts_with("Quota FICOBA : un nombre entier d'au moins 1"), "{text}");
        }
        let text = wrong(&[("r2p", "x"), ("adresses", "192.0.2.7 toto 300.0.0.1")]);
        assert!(
            text.contains("Quota R2P")
                && text.contains("« toto »")
                && text.contains("« 300.0.0.1 »")
        );
        assert!(wrong(&[("adresses", "  ")]).contains("au moins une adresse"));
    }

    #[test]
    fn a_form_is_the_patch_that_the_admin_api_would_be_given() {
        let fields =
            Fields::from_pairs(&[("ficoba", " 5 "), ("adresses", "192.0.2.7\n2001:db8::/32")]);
        let patch =
            json!({ "quotas": { "ficoba": 5 }, "networks": ["192.0.2.7", "2001:db8::/32"] });
        assert_eq!(read(&fields), Ok(patch));
    }
}
