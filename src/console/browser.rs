//! What browsers say of themselves and of where a request comes from.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Whether a browser asks, as opposed to a program: browsers name HTML among what they accept.
pub(super) fn for_people(headers: &HeaderMap, path: &str) -> bool {
    let accepts = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains("text/html"));
    !path.starts_with("/admin/") && headers.get_all(header::ACCEPT).iter().any(accepts)
}

/// Whether a browser says that a page of another origin sends this: programs say nothing of the kind. `SameSite` alone would
/// let in the pages of this machine's other ports.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return true;
    }
    let Some(origin) = text(header::ORIGIN) else { return headers.contains_key(header::ORIGIN) };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_none() || host != text(header::HOST)
}

/// The values of the cookies of this name: a browser may carry several.
pub(super) fn cookies<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(known, _)| *known == name).map(|(_, value)| value)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::console) fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |&(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::try_from(value).unwrap())
        };
        pairs.iter().map(pair).fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        })
    }

    #[test]
    fn a_request_of_another_origin_is_foreign() {
        let sent = |origin| is_foreign(&headers(&[("host", "localhost:8080"), ("origin", origin)]));
        assert!(!sent("http://localhost:8080"));
        assert!(sent("http://localhost:3000") && sent("https://exemple.fr") && sent("null"));
        assert!(!is_foreign(&headers(&[("host", "localhost:8080")])), "a program says nothing");
        for (site, foreign) in
            [("cross-site", true), ("same-site", true), ("same-origin", false), ("none", false)]
        {
            let sent = headers(&[("host", "localhost:8080"), ("sec-fetch-site", site)]);
            assert_eq!(is_foreign(&sent), foreign, "{site}: a browser that names no origin");
        }
    }

    #[test]
    fn cookies_of_a_name_are_found_among_others() {
        let sent = headers(&[("cookie", "x=1; a=2;a=3"), ("cookie", "aa=4; a")]);
        assert_eq!(cookies(&sent, "a").collect::<Vec<_>>(), ["2", "3"]);
    }
}
