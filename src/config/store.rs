//! Where replicas meet: the address of the store, and what their keys begin with.

use std::fmt;

use super::SettingValue;

/// The address of a Redis or Valkey server; its password is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(String);

/// What every key of the store begins with: letters, digits, `.`, `_`, `:` and `-`, so that no pattern is hidden in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl StoreUrl {
    /// The whole text, password included: for the connection only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The address without its password.
impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let host = path.rsplit_once('@').map_or(path, |(_, host)| host);
        write!(f, "{scheme}://{host}")?;
        // What a unix:// address says of its user stands in the query.
        let database = query.split('&').find(|pair| pair.starts_with("db="));
        database.map_or(Ok(()), |database| write!(f, "?{database}"))
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

impl SettingValue for StoreUrl {
    fn expected() -> String {
        "the address of a Redis or Valkey server, such as redis://127.0.0.1:6379, rediss://:PASSWORD@HOST:6379/0 or \
         unix:///run/redis.sock"
            .to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        leads_somewhere(text).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// Whether the text is the address of a server whose certificate, if it has one, is checked.
#[cfg(feature = "replicas")]
fn leads_somewhere(text: &str) -> bool {
    use redis::{ConnectionAddr, IntoConnectionInfo};

    let Ok(info) = text.into_connection_info() else { return false };
    let nowhere = matches!(info.addr(), ConnectionAddr::Tcp(host, _) if host.is_empty());
    let unchecked = matches!(info.addr(), ConnectionAddr::TcpTls { insecure: true, .. });
    !nowhere && !unchecked
}

/// A program without replicas refuses a store at its start, whatever its address: the form is enough to read it.
#[cfg(not(feature = "replicas"))]
fn leads_somewhere(text: &str) -> bool {
    let schemes = ["redis://", "rediss://", "unix://"];
    schemes.iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

impl Prefix {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("bacasable".to_owned())
    }
}

impl SettingValue for Prefix {
    fn expected() -> String {
        "1 to 64 letters, digits and . _ : -".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-');
        let fits = (1..=64).contains(&text.len()) && text.chars().all(allowed);
        fits.then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (text, shown) in [
            ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379"),
            ("redis://:hunter2@store:6379/2", "redis://store:6379/2"),
            ("rediss://user:p%40ss@store", "rediss://store"),
            ("unix:///run/redis.sock?db=3&pass=hunter2", "unix:///run/redis.sock?db=3"),
        ] {
            let url = StoreUrl::read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (url.show().as_str(), format!("{url:?}")),
                (shown, format!("StoreUrl({shown})"))
            );
            assert_eq!(url.expose(), text);
        }
    }

    #[test]
    fn what_is_no_address_of_a_store_is_not_one() {
        for text in [
            "",
            "127.0.0.1:6379",
            "http://store:6379",
            "redis://",
            "redis://h:99999",
            "rediss://h/#insecure",
        ] {
            assert!(StoreUrl::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_prefix_holds_no_pattern() {
        assert!(Prefix::read("team-a:sandbox_1.0").is_some());
        for text in ["", "a*", "a b", "é", "[a]", "a?"] {
            assert!(Prefix::read(text).is_none(), "{text}");
        }
    }
}
