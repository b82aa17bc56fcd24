//! By what names the console answers: those of its own machine and those it was told.
//!
//! A page of any site can have its own name resolve to this machine and then read what this machine answers ("DNS
//! rebinding"), loopback included. Its requests still carry that name in `Host`, so a name that is not ours is refused. An
//! address is no name and cannot be rebound; nor can the names that orchestrators make up and those that are reserved
//! ([`is_private`]).

use std::{collections::HashSet, net::IpAddr};

use http::{HeaderMap, Uri, header};

/// The names of this console.
pub(super) struct Hosts {
    names: HashSet<String>,
    bound: IpAddr,
}

/// A request that does not name this console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) enum Stranger {
    /// It names something else.
    Unknown(String),
    /// It names nothing.
    Absent,
    /// It names more than one.
    Doubled,
    /// It names something that is no host.
    Unreadable,
}

impl Hosts {
    /// The names of a console bound to this address, and those that the settings give it.
    pub(super) fn new(bound: IpAddr, further: &[String]) -> Self {
        let further =
            further.iter().map(|name| host_of(name).unwrap_or_else(|| name.to_lowercase()));
        let names =
            ["localhost", "bacasable"].map(str::to_owned).into_iter().chain(further).collect();
        Self { names, bound: bound.to_canonical() }
    }

    /// Whether a request names this console: in `Host`, and in its target where that has a name too (RFC 9112, 3.2).
    pub(super) fn check(&self, target: &Uri, headers: &HeaderMap) -> Result<(), Stranger> {
        let mut lines = headers.get_all(header::HOST).into_iter();
        let named = match (lines.next(), lines.next()) {
            (None, _) => None,
            (Some(line), None) => Some(line.to_str().map_err(|_| Stranger::Unreadable)?),
            (Some(_), Some(_)) => return Err(Stranger::Doubled),
        };
        let target = target.authority().map(|authority| authority.as_str());
        if named.is_none() && target.is_none() {
            return Err(Stranger::Absent);
        }
        [named, target].into_iter().flatten().try_for_each(|authority| self.knows(authority))
    }

    fn knows(&self, authority: &str) -> Result<(), Stranger> {
        let name = host_of(authority).ok_or(Stranger::Unreadable)?;
        let address = name.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        // Bound to every address, as in a container, it cannot tell by which names and addresses it is reached.
        let is_anywhere = self.bound.is_unspecified();
        let is_ours = match address {
            Some(address) => address.is_loopback() || address == self.bound || is_anywhere,
            None => self.names.contains(&name) || (is_anywhere && is_private(&name)),
        };
        if is_ours { Ok(()) } else { Err(Stranger::Unknown(name)) }
    }
}

/// The name or address in `host[:port]`, in lower case, without brackets and without the root's dot.
fn host_of(authority: &str) -> Option<String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            address.parse::<std::net::Ipv6Addr>().ok()?;
            (address, port.strip_prefix(':').or(port.is_empty().then_some(""))?)
        }
        None if authority.matches(':').count() > 1 => {
            (authority.parse::<IpAddr>().ok().map(|_| authority)?, "")
        }
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':');
    let good = !host.is_empty()
        && host.bytes().all(plain)
        && port.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| host.to_ascii_lowercase())
}

/// Whether no public site can have this name, so that none can lead it here: it has no dot, its end is reserved, or its last
/// label is no top-level domain's, which are letters alone (RFC 1123, 2.1) or begin with `xn--`. Such are the names of services
/// in Compose, GitHub Actions and Kubernetes, and those that GitLab makes of an image's: `registry.exemple.fr__bacasable`.
fn is_private(name: &str) -> bool {
    let Some((_, last)) = name.rsplit_once('.') else { return true };
    let is_no_domain =
        !last.bytes().all(|byte| byte.is_ascii_alphabetic()) && !last.starts_with("xn--");
    is_no_domain
        || RESERVED.iter().any(|end| name.strip_suffix(end).is_some_and(|own| own.ends_with('.')))
}

/// The ends of names that nobody can register: RFC 6761 (its second-level `example.com` and the like are in the public DNS, and
/// left out), RFC 8375, ICANN's `internal`, and what Kubernetes gives its services and pods.
const RESERVED: [&str; 9] = [
    "localhost",
    "test",
    "example",
    "invalid",
    "home.arpa",
    "internal",
    "svc",
    "svc.cluster.local",
    "pod.cluster.local",
];

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asked(bound: [u8; 4], hosts: &[&str]) -> Result<(), Stranger> {
        let further = ["banc.exemple.fr".to_owned(), "Autre:9000".to_owned()];
        let lines = hosts.iter().map(|&line| (header::HOST, HeaderValue::from_str(line).unwrap()));
        let headers = lines.fold(HeaderMap::new(), |mut all, (name, line)| {
            all.append(name, line);
            all
        });
        Hosts::new(bound.into(), &further).check(&Uri::from_static("/"), &headers)
    }

    #[test]
    fn the_names_of_this_machine_and_those_it_was_told_are_known_whatever_the_port() {
        for host in [
            "localhost:8080",
            "LOCALHOST",
            "localhost.",
            "127.0.0.1:1",
            "127.0.0.53",
            "[::1]:8080",
            "[::1]",
            "bacasable:8080",
            "banc.exemple.fr",
            "autre",
            "[::ffff:127.0.0.1]",
        ] {
            assert_eq!(asked([127, 0, 0, 1], &[host]), Ok(()), "{host}");
        }
    }

    #[test]
    fn another_name_is_a_stranger_s_even_when_it_looks_like_ours() {
        for host in [
            "exemple.fr",
            "localhost.exemple.fr:8080",
            "localhostx",
            "127.0.0.1.nip.io",
            "192.0.2.7",
            "[2001:db8::1]",
        ] {
            assert!(matches!(asked([127, 0, 0, 1], &[host]), Err(Stranger::Unknown(_))), "{host}");
        }
    }

    #[test]
    fn what_is_no_host_absent_or_doubled_is_refused() {
        for host in [
            "",
            ":8080",
            "localhost:80x",
            "moi@localhost",
            "localhost/",
            "[::1",
            "[localhost]",
            "::1:x",
            "[::1]8080",
        ] {
            assert_eq!(asked([127, 0, 0, 1], &[host]), Err(Stranger::Unreadable), "{host:?}");
        }
        assert_eq!(asked([127, 0, 0, 1], &[]), Err(Stranger::Absent));
        assert_eq!(asked([127, 0, 0, 1], &["localhost", "localhost"]), Err(Stranger::Doubled));
        assert_eq!(asked([127, 0, 0, 1], &["localhost", "exemple.fr"]), Err(Stranger::Doubled));
    }

    #[test]
    fn an_address_is_known_where_the_console_listens_on_it_or_on_all() {
        assert_eq!(asked([192, 0, 2, 7], &["192.0.2.7:8080"]), Ok(()));
        assert!(asked([192, 0, 2, 7], &["192.0.2.8:8080"]).is_err());
        assert_eq!(asked([0, 0, 0, 0], &["192.0.2.8:8080"]), Ok(()));
        assert!(asked([0, 0, 0, 0], &["exemple.fr"]).is_err());
    }

    #[test]
    fn bound_to_every_address_it_answers_to_the_names_that_orchestrators_make_up_and_to_no_site_s()
    {
        for host in [
            "sandbox:8080", // the label of a service: Compose, GitHub Actions, an alias on GitLab
            "docker:8080",  // Docker in Docker
            "dgfip__bacasable:8080",
            "dgfip-bacasable:8080",
            "registry.exemple.fr__bacasable:8080", // GitLab's two names for registry.exemple.fr/bacasable
            "registry.exemple.fr-bacasable:8080",
            "bacasable.recette.svc.cluster.local:8080", // Kubernetes, in full
            "bacasable.recette.svc",
            "10-42-0-7.recette.pod.cluster.local",
            "x.localhost:8080", // RFC 6761
            "bacasable.test",
            "a.b.example.",
            "BACASABLE.invalid",
            "banc.home.arpa",            // RFC 8375
            "host.docker.internal:8080", // ICANN
        ] {
            assert_eq!(asked([0, 0, 0, 0], &[host]), Ok(()), "{host}");
            assert!(matches!(asked([127, 0, 0, 1], &[host]), Err(Stranger::Unknown(_))), "{host}");
        }
        for host in [
            "exemple.fr",
            "a__b.exemple.fr",
            "exemple.xn--p1ai",
            "exemple.FR.",
            "127.0.0.1.nip.io",
            "sandbox.local", // multicast DNS: any machine of the link may claim it
            "cluster.local",
            "bacasable.svc.cluster.local.exemple.fr",
            "notinternal.fr",
            "a.attest",
            "exemple.arpa",
            "bacasable.recette", // a namespace may be called as a top-level domain is
        ] {
            assert!(matches!(asked([0, 0, 0, 0], &[host]), Err(Stranger::Unknown(_))), "{host}");
        }
    }

    #[test]
    fn a_target_that_names_another_host_is_a_stranger_s_too() {
        let hosts = Hosts::new([127, 0, 0, 1].into(), &[]);
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost"))]);
        let check = |target: &'static str, headers| hosts.check(&Uri::from_static(target), headers);
        assert_eq!(check("http://localhost:8080/", &headers), Ok(()));
        assert!(check("http://exemple.fr/", &headers).is_err());
        assert_eq!(check("http://localhost/", &HeaderMap::new()), Ok(()), "HTTP/2 has no Host");
    }
}
