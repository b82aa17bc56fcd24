//! The types a setting may have, each with its one textual form.

use std::{
    fmt::Display,
    net::{IpAddr, SocketAddr},
    num::NonZeroU64,
    path::PathBuf,
    str::FromStr,
};

use ipnet::IpNet;
use jiff::civil::Time;
use utoipa::ToSchema;

use super::Secret;
use crate::product::Dialect;

/// How many gateways stand behind the address: from one to eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nodes(u8);

impl Nodes {
    /// One: no cluster.
    pub const ONE: Self = Self(1);

    pub fn count(self) -> usize {
        self.0.into()
    }
}

/// A type that a setting may have.
pub trait SettingValue: Sized {
    /// What a message says was expected.
    fn expected() -> String;

    /// The value that `text` writes.
    fn read(text: &str) -> Option<Self>;

    /// The text of the value; nothing for a secret or an absent one.
    fn show(&self) -> String;

    /// Whether it is no more than this; what is no number always is.
    fn within(&self, _most: Option<u64>) -> bool {
        true
    }
}

impl SettingValue for SocketAddr {
    fn expected() -> String {
        "an address and a port, such as 127.0.0.1:8443".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for IpNet {
    fn expected() -> String {
        "a network, such as 192.0.2.0/24".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(Self::from))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for Nodes {
    fn expected() -> String {
        "a whole number from 1 to 8".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        number(text).filter(|count| (1..=8).contains(count)).map(Self)
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

/// A number of minutes, twelve hours at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(minimum = 0, maximum = 720)]
pub struct Minutes(pub u16);

/// A share of calls: 1 to 100 of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(minimum = 1, maximum = 100)]
pub struct Percent(pub u8);
impl SettingValue for Minutes {
    fn expected() -> String {
        "a whole number of minutes, from 0 to 720".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        number(text).filter(|minutes| *minutes <= 720).map(Self)
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

impl SettingValue for Percent {
    fn expected() -> String {
        "a whole number from 1 to 100".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        number(text).filter(|percent| (1..=100).contains(percent)).map(Self)
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

impl SettingValue for Time {
    fn expected() -> String {
        "an hour, such as 03:00".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        (text.len() == 5).then(|| Self::strptime("%H:%M", text).ok()).flatten()
    }

    fn show(&self) -> String {
        self.strftime("%H:%M").to_string()
    }
}

/// The address of a page's server, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SettingValue for PublicUrl {
    fn expected() -> String {
        "an address such as https://bacasable.exemple.fr or http://127.0.0.1:8080, with a path where a proxy adds one"
            .to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        let uri: http::Uri = text.parse().ok()?;
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        let named = uri.host().is_some_and(|host| !host.is_empty());
        let anonymous = !uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        let fits = known && named && anonymous && uri.query().is_none() && !text.contains('#');
        fits.then(|| Self(text.trim_end_matches('/').to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

impl SettingValue for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for u64 {
    fn expected() -> String {
        "a whole number, 0 or more".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        number(text)
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn within(&self, most: Option<u64>) -> bool {
        most.is_none_or(|most| *self <= most)
    }
}

impl SettingValue for NonZeroU64 {
    fn expected() -> String {
        "a whole number, 1 or more".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        number(text)
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn within(&self, most: Option<u64>) -> bool {
        most.is_none_or(|most| self.get() <= most)
    }
}

impl SettingValue for String {
    fn expected() -> String {
        "a text".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl SettingValue for PathBuf {
    fn expected() -> String {
        "a path".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl SettingValue for Secret {
    fn expected() -> String {
        "a text of at least 16 characters".to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        (text.chars().count() >= 16).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        String::new()
    }
}

impl SettingValue for Dialect {
    fn expected() -> String {
        let names = Self::ALL.iter().map(|one| format!("{:?}", one.product().name));
        names.collect::<Vec<_>>().join(" or ")
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.product().name == text)
    }

    fn show(&self) -> String {
        self.product().name.to_owned()
    }
}

impl<T: SettingValue> SettingValue for Option<T> {
    fn expected() -> String {
        T::expected()
    }

    fn read(text: &str) -> Option<Self> {
        T::read(text).map(Some)
    }

    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }
}

impl<T: SettingValue> SettingValue for Vec<T> {
    fn expected() -> String {
        format!("a list, its members separated by commas; each {}", T::expected())
    }

    fn read(text: &str) -> Option<Self> {
        text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(T::read).collect()
    }

    fn show(&self) -> String {
        self.iter().map(T::show).collect::<Vec<_>>().join(",")
    }
}

fn number<T: FromStr + Display>(text: &str) -> Option<T> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Declares an enum whose variants are the words a setting may be.
macro_rules! choices {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, utoipa::ToSchema)]
        pub enum $name { $($(#[$variant_doc])* #[schema(rename = $text)] $variant,)+ }

        impl $crate::config::SettingValue for $name {
            fn expected() -> String {
                [$(concat!("\"", $text, "\"")),+].join(" or ")
            }

            fn read(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }

            fn show(&self) -> String {
                match self { $(Self::$variant => $text,)+ }.to_owned()
            }
        }
    };
}
pub(super) use choices;
