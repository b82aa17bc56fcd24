//! How a version of the product writes a fault: envelope, media type, challenge (apim-wire 2.1 and 2.6).

use std::borrow::Cow;

use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Place, access_time};
use crate::config::{Dialect, FaultMedia};

/// How the product writes a kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Security,
    Throttling,
    /// An API out of service: as [`Family::Other`], without a type (apim-wire 2.3, 700700).
    Blocked,
    Other,
}

/// A fault in the product's terms.
pub(super) struct Wording {
    pub(super) status: StatusCode,
    pub(super) code: u32,
    pub(super) family: Family,
    pub(super) message: &'static str,
    pub(super) description: String,
    pub(super) next_access: Option<Timestamp>,
}

impl Wording {
    /// The media type and the body.
    pub(super) fn write(&self, place: Place<'_>) -> (&'static str, String) {
        match (place.settings.dialect, place.settings.fault_media) {
            (Dialect::Wso2V4, _) => (JSON, self.flat()),
            (Dialect::Wso2V3, FaultMedia::Json) => (JSON, self.nested()),
            (Dialect::Wso2V3, FaultMedia::Negotiated) => match self.wanted(place.request) {
                Wanted::Json => (JSON, self.nested()),
                Wanted::TextXml => (TEXT_XML, self.xml()),
                Wanted::Xml => (XML, self.xml()),
            },
        }
    }

    /// What stock 3.x makes of `Accept`: an exact value counts, anything else is XML. A blocked API is a stub that never
    /// looks, and neither do faults of the other family.
    fn wanted(&self, request: &HeaderMap) -> Wanted {
        if !matches!(self.family, Family::Security | Family::Throttling) {
            return Wanted::Xml;
        }
        match request.get(header::ACCEPT).map(|accept| accept.as_bytes()) {
            Some(b"application/json") => Wanted::Json,
            Some(b"text/xml") => Wanted::TextXml,
            Some(_) | None => Wanted::Xml,
        }
    }

    /// 3.x: the XML converted, so that the code is a number.
    fn nested(&self) -> String {
        json!({ "fault": self.object(json!(self.code)) }).to_string()
    }

    /// 4.x: flat, all strings.
    fn flat(&self) -> String {
        let mut object = self.object(json!(self.code.to_string()));
        if self.family == Family::Blocked {
            object = json!({ "code": object["code"], "type": self.message, "description": self.description });
        }
        object.to_string()
    }

    fn object(&self, code: Value) -> Value {
        let mut object = json!({ "code": code });
        if self.family == Family::Other {
            object["type"] = json!("Status report");
        }
        object["message"] = json!(self.message);
        object["description"] = json!(self.description);
        if let Some(at) = self.next_access {
            object["nextAccessTime"] = json!(access_time(at));
        }
        object
    }

    fn xml(&self) -> String {
        let (prefix, namespace) = match self.family {
            Family::Security => ("ams", "http://wso2.org/apimanager/security"),
            Family::Throttling => ("amt", "http://wso2.org/apimanager/throttling"),
            Family::Blocked | Family::Other => ("am", "http://wso2.org/apimanager"),
        };
        let element = |name: &str, text: &str| {
            format!("<{prefix}:{name}>{}</{prefix}:{name}>", escaped(text))
        };
        let mut inner = element("code", &self.code.to_string());
        if self.family == Family::Other {
            inner += &element("type", "Status report");
        }
        inner += &element("message", self.message);
        inner += &element("description", &self.description);
        if let Some(at) = self.next_access {
            inner += &element("nextAccessTime", &access_time(at));
        }
        format!("<{prefix}:fault xmlns:{prefix}=\"{namespace}\">{inner}</{prefix}:fault>")
    }
}

/// `WWW-Authenticate` of every 401 (apim-wire 2.6): 3.x always says that the token expired, even when there was none.
pub(super) fn challenge(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Wso2V3 => {
            "OAuth2 realm=\"WSO2 API Manager\", error=\"invalid_token\", error_description=\"The access token expired\""
        }
        Dialect::Wso2V4 => {
            "Internal API Key realm=\"WSO2 API Manager\", Bearer realm=\"WSO2 API Manager\", error=\"invalid_token\", \
             error_description=\"The provided token is invalid\""
        }
    }
}

enum Wanted {
    Json,
    Xml,
    TextXml,
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

const JSON: &str = "application/json; charset=UTF-8";
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
