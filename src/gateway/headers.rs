//! The headers that the gateway reads and writes by name.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The caller's trace identifier.
pub(super) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
/// The caller's request identifier.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The teleservice that some conventions declare.
pub(super) const ID_TELESERVICE: HeaderName = HeaderName::from_static("id_teleservice");
/// Which control refused.
pub(super) const CONTROL: HeaderName = HeaderName::from_static("x-bacasable-control");
/// Which fault struck.
pub(super) const FAULT: HeaderName = HeaderName::from_static("x-bacasable-fault");
/// Why it refused.
pub(super) const REASON: HeaderName = HeaderName::from_static("x-bacasable-reason");

/// The request's headers that a fault made by the gateway gives back: all but credentials, routing, content and
/// connection (apim-wire 2.6).
pub(super) fn echoed(request: &HeaderMap) -> HeaderMap {
    request.iter().filter(|(name, _)| is_echoed(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A header's text, if it is there once and is visible ASCII.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A value for a header, whatever the text: what a header cannot carry is replaced.
pub(super) fn value(text: &str) -> HeaderValue {
    let visible = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    HeaderValue::from_str(&text.chars().map(visible).collect::<String>()).expect("visible ASCII is a header value")
}

fn is_echoed(name: &HeaderName) -> bool {
    let kept_back = [
        header::AUTHORIZATION,
        header::HOST,
        header::ACCEPT,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
        header::TE,
        header::TRAILER,
        header::UPGRADE,
        header::EXPECT,
        HeaderName::from_static("keep-alive"),
        HeaderName::from_static("x-jwt-assertion"),
        HeaderName::from_static("x-wso2-client-certificate"),
    ];
    let families = ["x-forwarded-", "content-", "proxy-"];
    !kept_back.contains(name) && !families.iter().any(|family| name.as_str().starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_connection_headers_are_not_echoed() {
        let sent =
            ["authorization", "host", "accept", "content-length", "proxy-authorization", "x-forwarded-for", "te"];
        let kept = ["x-correlation-id", "user-agent", "cookie", "x-custom"];
        let request: HeaderMap = sent
            .iter()
            .chain(&kept)
            .map(|name| (HeaderName::from_static(name), HeaderValue::from_static("1")))
            .collect();
        let mut names: Vec<_> = echoed(&request).keys().map(|name| name.as_str().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["cookie", "user-agent", "x-correlation-id", "x-custom"]);
    }
}
