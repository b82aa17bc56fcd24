//! The gateway product's own codes that can be ordered, with its words.
//!
//! Source: WSO2 API Manager's fault table (apim-wire 2.3), Synapse's codes for what happens behind it. Codes that the
//! product defines and never raises (900903, 900904, 900906) are not here: no client can meet them.

use crate::admission::Control;

/// A code of the gateway product.
#[derive(Debug, PartialEq, Eq)]
pub struct ProductCode {
    /// The number.
    pub number: u32,
    /// The HTTP status.
    pub status: u16,
    /// How the product writes it.
    pub family: Family,
    /// The message.
    pub message: &'static str,
    /// The description.
    pub description: Description,
    /// The control that refuses with this code, when one does.
    pub control: Option<Control>,
}

/// How the product writes a kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Authentication and authorisation.
    Security,
    /// Throttling; `next` says when the next call is possible.
    Throttling {
        /// Whether the answer tells the end of the window.
        next: bool,
    },
    /// An API taken out of service.
    Blocked,
    /// Routing, and what stands behind the gateway.
    Other,
}

/// What the description says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Description {
    /// This.
    Plain(&'static str),
    /// The message, and what to check.
    CheckCredentials,
    /// The message, and what header to send.
    SendHeader,
    /// Which API, and the message again.
    AccessFailure,
    /// Which resource the scopes do not open.
    ScopeOfResource,
    /// Which endpoint is suspended.
    SuspendedEndpoint,
}

impl ProductCode {
    /// The code of that number.
    pub fn named(text: &str) -> Option<&'static Self> {
        let number: u32 = text.parse().ok()?;
        CODES.iter().find(|code| code.number == number)
    }

    /// Whether the producer was never asked, so that the call does not count in the quota (apim-wire 3.3).
    pub fn is_refusal(&self) -> bool {
        match self.family {
            Family::Security | Family::Throttling { .. } | Family::Blocked => true,
            Family::Other => false,
        }
    }
}

const fn throttled(number: u32, next: bool) -> ProductCode {
    ProductCode {
        number,
        status: 429,
        family: Family::Throttling { next },
        message: "Message throttled out",
        description: Description::Plain("You have exceeded your quota"),
        control: Some(Control::Quota),
    }
}

const fn security(
    number: u32,
    status: u16,
    message: &'static str,
    description: Description,
    control: Control,
) -> ProductCode {
    ProductCode {
        number,
        status,
        family: Family::Security,
        message,
        description,
        control: Some(control),
    }
}

const fn behind(number: u32, status: u16, description: Description) -> ProductCode {
    ProductCode {
        number,
        status,
        family: Family::Other,
        message: "Runtime Error",
        description,
        control: None,
    }
}

use Description::{
    AccessFailure, CheckCredentials, Plain, ScopeOfResource, SendHeader, SuspendedEndpoint,
};

/// Every code, in the order of the numbers.
pub const CODES: &[ProductCode] = &[
    behind(101_000, 500, Plain("Receiver IO error sending")),
    behind(101_001, 500, Plain("Receiver IO error receiving")),
    behind(101_500, 500, Plain("Error in Sender")),
    behind(101_501, 500, Plain("Error in Sender")),
    behind(101_503, 500, Plain("Error connecting to the back end")),
    behind(101_504, 500, Plain("Send timeout")),
    behind(101_505, 500, Plain("Connection closed")),
    behind(101_506, 500, Plain("HTTP protocol violation")),
    behind(101_507, 500, Plain("Connection cancel")),
    behind(101_508, 500, Plain("Connection Timeout")),
    behind(303_001, 500, SuspendedEndpoint),
    ProductCode {
        number: 700_700,
        status: 503,
        family: Family::Blocked,
        message: "API blocked",
        description: Plain(
            "This API has been blocked temporarily. Please try again later or contact the system administrators.",
        ),
        control: None,
    },
    throttled(900_800, true),
    ProductCode {
        number: 900_801,
        status: 503,
        family: Family::Throttling { next: false },
        message: "API Limit Reached",
        description: Plain("API not accepting requests"),
        control: None,
    },
    throttled(900_802, true),
    throttled(900_803, true),
    throttled(900_804, true),
    ProductCode {
        number: 900_805,
        status: 403,
        family: Family::Throttling { next: false },
        message: "Message blocked",
        description: Plain("You have been blocked from accessing the resource"),
        control: Some(Control::Address),
    },
    throttled(900_806, true),
    throttled(900_807, false),
    security(
        900_900,
        500,
        "Unclassified Authentication Failure",
        Plain("Error while accessing backend services for API key validation"),
        Control::TechnicalId,
    ),
    security(900_901, 401, "Invalid Credentials", CheckCredentials, Control::TechnicalId),
    security(900_902, 401, "Missing Credentials", SendHeader, Control::TechnicalId),
    security(
        900_905,
        401,
        "Incorrect Access Token Type is provided",
        AccessFailure,
        Control::TechnicalId,
    ),
    security(
        900_907,
        401,
        "The requested API is temporarily blocked",
        AccessFailure,
        Control::Identity,
    ),
    security(
        900_908,
        403,
        "Resource forbidden ",
        Plain("User is NOT authorized to access the Resource. API Subscription validation failed."),
        Control::Rights,
    ),
    security(
        900_909,
        401,
        "The subscription to the API is inactive",
        AccessFailure,
        Control::Identity,
    ),
    security(
        900_910,
        403,
        "The access token does not allow you to access the requested resource",
        ScopeOfResource,
        Control::Rights,
    ),
];

/// The errors of the token endpoint that can be ordered (RFC 6749, 5.2), with the product's descriptions (apim-wire 1.8).
pub const OAUTH_ERRORS: &[(&str, &str)] = &[
    ("invalid_request", "Invalid request"),
    ("invalid_client", "Client Authentication failed."),
    ("invalid_grant", "Provided Authorization Grant is invalid"),
    (
        "unauthorized_client",
        "The authenticated client is not authorized to use this authorization grant type",
    ),
    ("unsupported_grant_type", "Unsupported grant_type value"),
    ("invalid_scope", "Invalid Scope!"),
    ("server_error", "Internal Server Error."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_has_the_status_of_its_family() {
        assert!(CODES.windows(2).all(|pair| pair[0].number < pair[1].number));
        for code in CODES.iter().filter(|code| code.family == Family::Security) {
            let status = match code.number {
                900_900 => 500,
                900_908 | 900_910 => 403,
                _ => 401, // apim-wire 2.2
            };
            assert_eq!(code.status, status, "{}", code.number);
        }
    }

    #[test]
    fn codes_that_the_product_never_raises_cannot_be_ordered() {
        for number in ["900903", "900904", "900906", "12", "x", ""] {
            assert_eq!(ProductCode::named(number), None, "{number}");
        }
        assert_eq!(ProductCode::named("900804").map(|code| code.status), Some(429));
    }
}
