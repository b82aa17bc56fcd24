//! Where this server is, for who asks it by name.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, header};

/// The gateway's address as the machine that sent these headers would call it, such as `https://localhost:8443`.
pub(super) fn gateway_url(listen: SocketAddr, headers: &HeaderMap) -> String {
    url(listen, host(headers).as_deref())
}

/// The same for a host that is known by this name.
pub(super) fn url(listen: SocketAddr, host: Option<&str>) -> String {
    match host {
        // A gateway bound to one address only is reached by that address, or on loopback by the certificate's name.
        _ if !listen.ip().is_unspecified() && !listen.ip().is_loopback() => {
            format!("https://{listen}")
        }
        Some(host) if listen.ip().is_unspecified() => {
            format!("https://{host}:{}", listen.port())
        }
        Some(_) | None => format!("https://localhost:{}", listen.port()),
    }
}

/// The name by which a client reaches this machine.
pub(super) fn host(headers: &HeaderMap) -> Option<String> {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(host_name)
}

/// The name in a `Host` header, if it can stand in a command that people paste: letters, digits, dots, hyphens, or an address.
fn host_name(host: &str) -> Option<String> {
    if let Some((bracketed, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return bracketed.parse::<IpAddr>().ok().map(|address| format!("[{address}]"));
    }
    let name = host.split(':').next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    (!name.is_empty() && !name.starts_with('-') && name.bytes().all(plain)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_host_name_goes_into_a_command() {
        for (host, name) in [
            ("localhost:8080", Some("localhost")),
            ("bacasable", Some("bacasable")),
            ("[::1]:8080", Some("[::1]")),
            ("x;rm -rf ~", None),
            ("$(id)", None),
            ("-o", None),
            ("[x]", None),
        ] {
            assert_eq!(host_name(host).as_deref(), name, "{host}");
        }
    }
}
