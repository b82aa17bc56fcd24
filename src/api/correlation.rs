//! The one header that every API asks.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::domain::CorrelationId;

pub(super) const CORRELATION_ID: &str = "X-Correlation-ID";

const HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// The request's `X-Correlation-ID`, which the published descriptions require and give the pattern of.
///
/// # Errors
/// What was sent in its place and is no UUID; `None` where nothing was.
pub(super) fn correlation(headers: &HeaderMap) -> Result<CorrelationId, Option<&HeaderValue>> {
    let value = headers.get(HEADER).filter(|value| !value.is_empty()).ok_or(None)?;
    let text = str::from_utf8(value.as_bytes()).ok();
    text.and_then(|text| text.parse().ok()).ok_or(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_absent_and_what_is_no_uuid_is_given_back() {
        let mut headers = HeaderMap::new();
        assert_eq!(correlation(&headers), Err(None));
        for (text, given) in [("", None), ("essai-1", Some("essai-1")), ("é", Some("é"))] {
            headers.insert(CORRELATION_ID, HeaderValue::from_bytes(text.as_bytes()).unwrap());
            let sent = correlation(&headers).unwrap_err().map(HeaderValue::as_bytes);
            assert_eq!(sent, given.map(str::as_bytes), "{text}");
        }
        let id = "123e4567-e89b-12d3-a456-426655440000";
        headers.insert(CORRELATION_ID, HeaderValue::from_static(id));
        assert_eq!(correlation(&headers).unwrap().to_string(), id);
    }
}
