//! What a convention can grant, API by API: pure vocabulary, in the words of the DataPass forms.
//!
//! A convention names at most one grant per API; a missing grant means that the API is not subscribed. The gateway reads
//! the scopes and the quota; the rest of a grant is read by the API itself.

pub mod ficoba;
pub mod r2p;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::config::Environment;

/// An API behind the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiId {
    /// The register of bank accounts.
    Ficoba,
    /// The search of natural persons.
    R2p,
}

impl ApiId {
    /// Every API, in the order of this emulator's documents.
    pub const ALL: [Self; 2] = [Self::Ficoba, Self::R2p];

    /// The name in settings, journal and console: `ficoba`, `r2p`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ficoba => "ficoba",
            Self::R2p => "r2p",
        }
    }

    /// The API of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.as_str() == name)
    }

    /// The context at the gateway, version included.
    pub fn context(self) -> &'static str {
        self.contexts()[0]
    }

    /// Every context at the gateway, the first of them [`ApiId::context`]. FICOBA has that of its protocol (which prints a
    /// capital V too), and that of the gateway's own exports.
    pub fn contexts(self) -> &'static [&'static str] {
        match self {
            Self::Ficoba => &["/fcb-masrestit/api/v2", "/fcb-masrestit/api/V2", "/ficoba-api/v2"],
            Self::R2p => &["/r2p/v1"],
        }
    }

    /// Whether the controls `certificate` and `address` are asked of its callers. FICOBA's CGU list both for the sandbox too;
    /// R2P's sandbox texts (2020, and SFiP-R2P V3.0 of 2025) list neither.
    pub fn identifies_callers(self, environment: Environment) -> bool {
        match (self, environment) {
            (Self::Ficoba, _) | (Self::R2p, Environment::Production) => true,
            (Self::R2p, Environment::BacASable) => false,
        }
    }

    /// The version at the gateway, as its faults quote it.
    pub fn version(self) -> &'static str {
        match self {
            Self::Ficoba => "v2",
            Self::R2p => "v1",
        }
    }
}

impl fmt::Display for ApiId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares an enum of names with `ALL`, `as_str` and `named`, and a set of them that is one machine word.
macro_rules! names {
    (
        $(#[$doc:meta])* $vis:vis enum $name:ident, $(#[$set_doc:meta])* set $set:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $vis enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every one, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in fixtures, tokens and documents.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The one of that name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        $(#[$set_doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        $vis struct $set(u32);

        impl $set {
            /// None of them.
            pub const EMPTY: Self = Self(0);

            /// All of them.
            pub const ALL: Self = Self((1 << $name::ALL.len()) - 1);

            /// Whether `one` is among them.
            pub fn contains(self, one: $name) -> bool {
                self.0 & (1 << one as u32) != 0
            }

            /// Whether there is none.
            pub fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// These and `one`.
            #[must_use]
            pub fn with(self, one: $name) -> Self {
                Self(self.0 | (1 << one as u32))
            }

            /// These but `one`.
            #[must_use]
            pub fn without(self, one: $name) -> Self {
                Self(self.0 & !(1 << one as u32))
            }

            /// Those in both.
            #[must_use]
            pub fn intersection(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// One after the other, in declaration order.
            pub fn iter(self) -> impl Iterator<Item = $name> {
                $name::ALL.iter().copied().filter(move |&one| self.contains(one))
            }
        }

        impl FromIterator<$name> for $set {
            fn from_iter<I: IntoIterator<Item = $name>>(all: I) -> Self {
                all.into_iter().fold(Self::EMPTY, Self::with)
            }
        }
    };
}
pub(crate) use names;
