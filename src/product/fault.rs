//! A fault about to be written, and the texts that every version of WSO2 API Manager gives it (apim-wire 2.3 and 2.4).

use jiff::{Timestamp, tz::TimeZone};

use super::codes::{Description, GatewayCode};

/// A fault of the gateway's, with all that a product may say of it.
pub struct ProductFault<'a> {
    pub code: &'static GatewayCode,
    /// What is said about it: the code's own description, or one that knows more.
    pub description: Description,
    /// Whom the request was for.
    pub target: FaultTarget<'a>,
    /// When the next call is possible, where the fault says so.
    pub next_access: Option<Timestamp>,
    /// The product's time.
    pub now: Timestamp,
}

/// The API and the resource of a request, as far as they are known; empty texts where they are not.
#[derive(Clone, Copy)]
pub struct FaultTarget<'a> {
    /// The context that was called, version included.
    pub context: &'static str,
    /// The API's version.
    pub version: &'static str,
    /// The name of what stands behind: the API, or the token endpoint.
    pub endpoint: &'static str,
    /// The template of the resource.
    pub template: &'a str,
}

/// The media type and the body.
pub type WrittenFault = (&'static str, String);

impl ProductFault<'_> {
    /// The description, in the product's words.
    pub(super) fn description(&self) -> String {
        let code = self.code;
        match self.description {
            Description::Plain(text) => text.to_owned(),
            Description::CheckCredentials => format!("{}. {TAIL}", code.message),
            Description::BadJwt => format!("Invalid JWT token. {TAIL}"),
            Description::UnknownToken => format!("{}. {TAIL}", self.access_failure()),
            Description::SendHeader => format!("{INVALID}. {EXPECTED_HEADERS}"),
            Description::AccessFailure => self.access_failure(),
            Description::ScopeOfResource => format!(
                "User is NOT authorized to access the Resource: {}. Scope validation failed.",
                self.target.template
            ),
            Description::SuspendedEndpoint => format!(
                "Currently , Address endpoint : [ Name : {}_APIproductionEndpoint ] [ State : SUSPENDED ]",
                self.target.endpoint.to_uppercase()
            ),
        }
    }

    /// The end of the window as the product writes it: `2021-Mar-11 10:05:00+0000 UTC`.
    pub(super) fn next_access(&self) -> Option<String> {
        let text = |at: Timestamp| {
            at.to_zoned(TimeZone::UTC).strftime("%Y-%b-%d %H:%M:%S+0000 UTC").to_string()
        };
        self.next_access.map(text)
    }

    fn access_failure(&self) -> String {
        let (FaultTarget { context, version, .. }, GatewayCode { number, message, .. }) =
            (self.target, self.code);
        format!(
            "Access failure for API: {context}, version: {version} status: ({number}) - {message}"
        )
    }
}

pub(super) const JSON: &str = "application/json; charset=UTF-8";

const INVALID: &str = "Invalid Credentials";
const TAIL: &str = "Make sure you have provided the correct security credentials";
const EXPECTED_HEADERS: &str = "Make sure your API invocation call has a header: 'Authorization : Bearer ACCESS_TOKEN' or \
                                'Authorization : Basic ACCESS_TOKEN' or 'apikey : API_KEY'";
