//! What RFC 9112 asks of a request's head beyond what the HTTP library checks: one `Host`, a target of a known form, no
//! transfer coding but `chunked`. HTTP/1.1 and HTTP/1.0 only.

use http::{
    HeaderMap, Method, Request, StatusCode, Version,
    header::{HOST, TRANSFER_ENCODING},
    uri::Authority,
};

/// What is wrong with a request's target and its transfer coding, if anything is: the status to answer, and why.
pub(super) fn fault<B>(request: &Request<B>) -> Option<(StatusCode, &'static str)> {
    if request.version() > Version::HTTP_11 {
        return None;
    }
    target(request).or_else(|| coding(request.headers()))
}

/// RFC 9112, 3.2: exactly one; HTTP/1.0 knew none.
pub(super) fn host<B>(request: &Request<B>) -> Option<(StatusCode, &'static str)> {
    if request.version() > Version::HTTP_11 {
        return None;
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    let wrong = match (hosts.next(), hosts.next()) {
        (None, _) if request.version() == Version::HTTP_11 => "no Host",
        (None, _) => return None,
        (Some(_), Some(_)) => "more than one Host",
        (Some(host), None) => {
            let named = |text: &str| {
                // A comma is where a proxy joined two.
                let one = !text.contains(['@', ',']);
                text.is_empty() || (one && text.parse::<Authority>().is_ok())
            };
            match host.to_str().is_ok_and(named) {
                true => return None,
                false => "a Host that names none",
            }
        }
    };
    Some((StatusCode::BAD_REQUEST, wrong))
}

/// RFC 9112, 3.2: the forms of a target. An absolute one is taken, for its path (3.2.2); `*` is OPTIONS' (3.2.4), a host
/// and port alone is CONNECT's (3.2.3).
fn target<B>(request: &Request<B>) -> Option<(StatusCode, &'static str)> {
    let (uri, method) = (request.uri(), request.method());
    let wrong = match (uri.scheme_str(), uri.authority()) {
        (None, Some(_)) if method != Method::CONNECT => "a host and port as target",
        (None, None) if method == Method::CONNECT => "CONNECT without a host and port",
        (Some(_), _) if method == Method::CONNECT => "CONNECT without a host and port",
        (Some(scheme), _) if !["http", "https"].contains(&scheme) => "a target of another scheme",
        (None, None) if uri.path() == "*" && method != Method::OPTIONS => "* as target",
        _ => return None,
    };
    Some((StatusCode::BAD_REQUEST, wrong))
}

/// RFC 9112, 6.1: a coding that is not understood is 501; that `chunked` comes last, the HTTP library checks.
fn coding(headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let mut chunked = 0;
    for line in headers.get_all(TRANSFER_ENCODING) {
        let Ok(line) = line.to_str() else {
            return Some((StatusCode::BAD_REQUEST, "a Transfer-Encoding that is no text"));
        };
        for coding in line.split(',').map(str::trim).filter(|coding| !coding.is_empty()) {
            match coding.eq_ignore_ascii_case("chunked") {
                true => chunked += 1,
                false => {
                    return Some((StatusCode::NOT_IMPLEMENTED, "a transfer coding but chunked"));
                }
            }
        }
    }
    (chunked > 1).then_some((StatusCode::BAD_REQUEST, "chunked twice"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, target: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        host(&request).or_else(|| fault(&request)).map_or(200, |(status, _)| status.as_u16())
    }

    #[test]
    fn a_request_has_one_host() {
        let hosts = |hosts: &[&str]| {
            let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
            status("GET", "/", &headers)
        };
        for good in ["localhost", "localhost:8443", "[::1]:8443", ""] {
            assert_eq!(hosts(&[good]), 200, "{good}");
        }
        for wrong in ["a b", "user@host", "a,b", "a/b"] {
            assert_eq!(hosts(&[wrong]), 400, "{wrong}");
        }
        assert_eq!((hosts(&[]), hosts(&["a", "b"]), hosts(&["a", "a"])), (400, 400, 400));
        let old = |hosts: &[&str]| {
            let mut request = Request::get("/").version(Version::HTTP_10);
            for host in hosts {
                request = request.header(HOST, *host);
            }
            super::host(&request.body(()).unwrap()).is_none()
        };
        assert!(old(&[]) && old(&["a"]) && !old(&["a", "b"]), "HTTP/1.0");
    }

    #[test]
    fn a_target_has_the_form_that_its_method_takes() {
        let asked = |method: &str, target: &str| status(method, target, &[("host", "localhost")]);
        for (method, target, expected) in [
            ("GET", "/", 200),
            ("GET", "https://localhost:8443/token", 200),
            ("GET", "http://other/token", 200),
            ("GET", "ftp://localhost/token", 400),
            ("GET", "localhost:8443", 400),
            ("CONNECT", "localhost:8443", 200),
            ("CONNECT", "/", 400),
            ("OPTIONS", "*", 200),
            ("GET", "*", 400),
        ] {
            assert_eq!(asked(method, target), expected, "{method} {target}");
        }
    }

    #[test]
    fn a_body_is_chunked_once_or_not_at_all() {
        for (coding, expected) in [
            ("chunked", 200),
            ("CHUNKED", 200),
            (", chunked,", 200),
            ("gzip, chunked", 501),
            ("identity", 501),
            ("chunked, chunked", 400),
        ] {
            let sent = [("host", "localhost"), ("transfer-encoding", coding)];
            assert_eq!(status("POST", "/", &sent), expected, "{coding}");
        }
    }
}
