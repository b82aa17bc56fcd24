//! What a code means, for people: the gateway's and the token endpoint's own, and those of the APIs.

use crate::{
    api::Apis,
    product::{GatewayCode, TokenError, codes, token_errors},
    rights::ApiId,
};

/// A code explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Documented {
    pub(super) title: String,
    /// What happened, or when it is given.
    pub(super) meaning: String,
    /// What the caller can do, where there is more to say than that.
    pub(super) remedy: String,
}

/// The explanation of a code, where there is one: the gateway's own codes first, which no API shares.
pub(super) fn documented(apis: &Apis, api: Option<ApiId>, code: &str) -> Option<Documented> {
    let token_error = || TokenError::named(code).map(Documented::from);
    let own = of_number(code).map(Documented::from).or_else(token_error);
    let of_api = || {
        let words = apis.api(api?).words(code)?;
        Some(Documented {
            title: words.message.trim_end_matches('.').to_owned(),
            meaning: sentence(&words.when),
            remedy: words.remedy.to_owned(),
        })
    };
    // An API may answer a status in its own words, under the status as code (FICOBA: annexe 9, 18.1).
    if code.len() == 3 { of_api().or(own) } else { own.or_else(of_api) }
}

/// A whole sentence of what an API's table tells in a few words, where operations may stand before a colon.
fn sentence(when: &str) -> String {
    let is_operations = |head: &str| {
        head.starts_with(|c: char| c.is_ascii_lowercase())
            && head.split(", ").all(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            && head.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    let text = match when.split_once(" : ") {
        Some((head, _)) if is_operations(head) => {
            format!("{} {when}", if head.contains(", ") { "Opérations" } else { "Opération" })
        }
        _ => when.to_owned(),
    };
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// Every code of the gateway.
pub(super) fn of_the_gateway() -> Vec<(String, Documented)> {
    codes::one_per_number().map(|code| (code.number.to_string(), code.into())).collect()
}

/// Every error of the token endpoint.
pub(super) fn of_the_token_endpoint() -> Vec<(String, Documented)> {
    token_errors::ALL.iter().map(|&one| (one.error.to_owned(), one.into())).collect()
}

/// Whether the gateway answers with this code, and no API was reached.
pub(super) fn is_gateway_code(code: &str) -> bool {
    of_number(code).is_some()
}

/// What the gateway answers with this code, in its own words; nothing where an API or the token endpoint answered.
pub(super) fn message(code: &str) -> Option<String> {
    of_number(code).map(|code| code.message.trim_end().to_owned())
}

fn of_number(text: &str) -> Option<&'static GatewayCode> {
    codes::ALL.iter().copied().find(|code| code.number.to_string() == text)
}

impl From<&GatewayCode> for Documented {
    fn from(code: &GatewayCode) -> Self {
        let [title, meaning, remedy] = [code.title, code.meaning, code.remedy].map(str::to_owned);
        Self { title, meaning, remedy }
    }
}

impl From<&TokenError> for Documented {
    fn from(error: &TokenError) -> Self {
        let [title, meaning, remedy] =
            [error.title, error.meaning, error.remedy].map(str::to_owned);
        Self { title, meaning, remedy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_api_s_table_tells_is_a_whole_sentence() {
        for (when, expected) in [
            ("ce motif n'existe pas", "Ce motif n'existe pas."),
            ("numCpte : aucun compte", "Opération numCpte : aucun compte."),
            ("verifIban, multiDet : trop", "Opérations verifIban, multiDet : trop."),
            ("incident provoqué : le jeton", "Incident provoqué : le jeton."),
            ("l'état est clos.", "L'état est clos."),
        ] {
            assert_eq!(sentence(when), expected);
        }
    }

    #[test]
    fn the_gateway_s_codes_are_told_from_an_api_s() {
        assert!(is_gateway_code("900901") && is_gateway_code("405"));
        for other in ["CAF031", "4003", "invalid_client", "0405"] {
            assert!(!is_gateway_code(other), "{other}");
        }
    }
}
