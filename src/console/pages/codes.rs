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
            meaning: words.when,
            remedy: words.remedy.to_owned(),
        })
    };
    // An API may answer a status in its own words, under the status as code (FICOBA: annexe 9, 18.1).
    if code.len() == 3 { of_api().or(own) } else { own.or_else(of_api) }
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
    fn the_gateway_s_codes_are_told_from_an_api_s() {
        assert!(is_gateway_code("900901") && is_gateway_code("405"));
        for other in ["CAF031", "4003", "invalid_client", "0405"] {
            assert!(!is_gateway_code(other), "{other}");
        }
    }
}
