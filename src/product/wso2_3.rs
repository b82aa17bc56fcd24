//! WSO2 API Manager 3.x: `{"fault":{"code":NUMBER,...}}`, or the XML that this is converted from (apim-wire 2.1).

use std::borrow::Cow;

use http::HeaderValue;
use serde_json::json;

use super::{
    Pointers, Product, TokenEndpoint,
    codes::Family,
    fault::{JSON, ProductFault, WrittenFault},
};

pub(super) const PRODUCT: Product = Product {
    name: "wso2-3",
    label: "WSO2 API Manager 3.x",
    write,
    negotiate: Some(negotiate),
    pointers: Pointers { code: "/fault/code", text: "/fault/description" },
    // It always says that the token expired, even when there was none.
    challenge: "OAuth2 realm=\"WSO2 API Manager\", error=\"invalid_token\", error_description=\"The access token expired\"",
    allowed_headers: || {
        const {
            HeaderValue::from_static(
                "authorization,Access-Control-Allow-Origin,Content-Type,SOAPAction",
            )
        }
    },
    application_scope: Some("am_application_scope"),
    demands_correlation: false,
    bearer_any_case: false,
    token_endpoint: TokenEndpoint {
        no_credentials: "Client Authentication failed.",
        wrong_secret: "Client Authentication failed.",
        takes_json: false,
        takes_validity_period: true,
        names_revoked: true,
    },
};

/// The XML converted, so that the code is a number.
fn write(fault: &ProductFault<'_>) -> WrittenFault {
    let mut object = json!({ "code": fault.code.number });
    if has_type(fault) {
        object["type"] = json!("Status report");
    }
    object["message"] = json!(fault.code.message);
    object["description"] = json!(fault.description());
    if let Some(at) = fault.next_access() {
        object["nextAccessTime"] = json!(at);
    }
    (JSON, json!({ "fault": object }).to_string())
}

fn has_type(fault: &ProductFault<'_>) -> bool {
    matches!(fault.code.family, Family::Mediation | Family::Other)
}

/// An exact value of `Accept` counts, anything else is XML. A blocked API is a stub that never looks, and neither do faults
/// of the other family.
fn negotiate(fault: &ProductFault<'_>, accept: Option<&[u8]>) -> WrittenFault {
    match (fault.code.family, accept) {
        (Family::Blocked | Family::Mediation | Family::Other, _) => (XML, xml(fault)),
        (_, Some(b"application/json")) => write(fault),
        (_, Some(b"text/xml")) => (TEXT_XML, xml(fault)),
        (Family::Security | Family::Throttling { .. }, _) => (XML, xml(fault)),
    }
}

fn xml(fault: &ProductFault<'_>) -> String {
    let (prefix, namespace) = match fault.code.family {
        Family::Security => ("ams", "http://wso2.org/apimanager/security"),
        Family::Throttling { .. } => ("amt", "http://wso2.org/apimanager/throttling"),
        Family::Blocked | Family::Mediation | Family::Other => ("am", "http://wso2.org/apimanager"),
    };
    let element =
        |name: &str, text: &str| format!("<{prefix}:{name}>{}</{prefix}:{name}>", escaped(text));
    let mut inner = element("code", &fault.code.number.to_string());
    if has_type(fault) {
        inner += &element("type", "Status report");
    }
    inner += &element("message", fault.code.message);
    inner += &element("description", &fault.description());
    if let Some(at) = fault.next_access() {
        inner += &element("nextAccessTime", &at);
    }
    format!("<{prefix}:fault xmlns:{prefix}=\"{namespace}\">{inner}</{prefix}:fault>")
}

/// Text as XML 1.0 can carry it: what it cannot is replaced.
fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '&' | '<' | '>') && is_xml(c);
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if is_xml(c) => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
    Cow::Owned(out)
}

fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}

const XML: &str = "application/xml; charset=UTF-8";
const TEXT_XML: &str = "text/xml; charset=UTF-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_what_xml_cannot_carry_is_replaced() {
        assert_eq!(escaped("Invalid Credentials. Make sure"), "Invalid Credentials. Make sure");
        assert_eq!(escaped("a<b>&\"c'\u{1}\u{ffff}é\t"), "a&lt;b&gt;&amp;\"c'\u{fffd}\u{fffd}é\t");
    }
}
