//! The gateway product: what a gateway of this kind answers by itself, whoever asks and whatever stands behind it.
//!
//! Sources: WSO2 API Manager's fault table (apim-wire 1 and 2). A [`Dialect`] is one of the products that can be imitated:
//! a file with one value of type [`Product`], and a line of the list below. What all of them have in common is in two
//! tables: [`codes`], the codes of the gateway, and [`token_errors`], those of its token endpoint.

pub mod codes;
mod fault;
pub mod token_errors;

use http::HeaderValue;
use serde_json::Value;

pub use self::{
    codes::{Description, Family, GatewayCode},
    fault::{FaultTarget, ProductFault, WrittenFault},
    token_errors::TokenError,
};

dialects! {
    Dgfip in dgfip,
    Wso2V3 in wso2_3,
    Wso2V4 in wso2_4,
}

/// Everything in which one gateway product differs from another.
pub struct Product {
    /// The value of `gateway.dialect`.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The media type and the body of a fault.
    pub write: fn(&ProductFault<'_>) -> WrittenFault,
    /// The same, as the request's `Accept` chooses it; none where there is one form only.
    pub negotiate: Option<Negotiate>,
    /// Where a body of [`Product::write`] holds the code, and the text that explains it (RFC 6901).
    pub pointers: Pointers,
    /// `WWW-Authenticate` of every 401.
    pub challenge: &'static str,
    /// `Access-Control-Allow-Headers` of every answer.
    pub allowed_headers: fn() -> HeaderValue,
    /// The scope that every token has beside those asked for.
    pub application_scope: Option<&'static str>,
    /// Whether the gateway itself refuses a call of an API without `X-Correlation-ID`.
    pub demands_correlation: bool,
    /// Whether `bearer` in any case introduces a token.
    pub bearer_any_case: bool,
    /// How its token endpoint differs.
    pub token_endpoint: TokenEndpoint,
}

/// Writes a fault as the value of `Accept` chooses, if there is one.
pub type Negotiate = fn(&ProductFault<'_>, Option<&[u8]>) -> WrittenFault;

/// Where a fault's body holds what a client reads.
#[derive(Clone, Copy)]
pub struct Pointers {
    pub code: &'static str,
    /// The text that says most.
    pub text: &'static str,
}

/// In what the token endpoints differ (apim-wire 1.2, 1.8, 1.9).
#[derive(Clone, Copy)]
pub struct TokenEndpoint {
    /// `error_description` when there are no credentials.
    pub no_credentials: &'static str,
    /// `error_description` when the secret is not the application's.
    pub wrong_secret: &'static str,
    /// Whether a request may be JSON.
    pub takes_json: bool,
    /// Whether `validity_period` sets the lifetime.
    pub takes_validity_period: bool,
    /// Whether `/revoke` names in headers what it revoked.
    pub names_revoked: bool,
}

/// The code in the body of a fault, whichever dialect wrote it; none when it is no code of the gateway's.
pub fn code_in(body: &Value) -> Option<&'static GatewayCode> {
    let number = |value: &Value| {
        value.as_u64().or_else(|| value.as_str().and_then(|digits| digits.parse().ok()))
    };
    let code = |product: &Product| {
        let number = body.pointer(product.pointers.code).and_then(number)?;
        codes::ALL.iter().copied().find(|code| u64::from(code.number) == number)
    };
    Dialect::ALL.iter().find_map(|dialect| code(dialect.product()))
}

/// The text that explains a fault, whichever dialect wrote it.
pub fn text_in(body: &Value) -> Option<&str> {
    let pointers = Dialect::ALL.iter().map(|dialect| dialect.product().pointers);
    pointers.map(|pointers| pointers.text).find_map(|pointer| body.pointer(pointer)?.as_str())
}

macro_rules! dialects {
    ($($variant:ident in $file:ident,)+) => {
        $(mod $file;)+

        /// A gateway product that can be imitated.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Dialect { $(#[doc = concat!("`src/product/", stringify!($file), ".rs`.")] $variant,)+ }

        impl Dialect {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// What it does differently from the others.
            pub fn product(self) -> &'static Product {
                match self { $(Self::$variant => &$file::PRODUCT,)+ }
            }
        }
    };
}
use dialects;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_code_is_read_in_every_dialect_and_an_api_s_own_is_none() {
        let code = |body: &Value| code_in(body).map(|code| code.number);
        assert_eq!(code(&json!({"fault": {"code": 900_901}})), Some(900_901));
        assert_eq!(code(&json!({"code": "900902"})), Some(900_902));
        assert_eq!(code(&json!({"erreur": {"code": 910_000}})), Some(910_000));
        for other in [
            json!({"erreur": {"code": "CAT006"}}),
            json!({"erreur": {"code": 4003}}),
            json!({"code": "x"}),
            json!({}),
        ] {
            assert_eq!(code(&other), None, "{other}");
        }
    }

    #[test]
    fn names_are_distinct() {
        let names: std::collections::HashSet<_> =
            Dialect::ALL.iter().map(|dialect| dialect.product().name).collect();
        assert_eq!(names.len(), Dialect::ALL.len());
    }
}
