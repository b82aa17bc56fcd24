//! What a convention can grant, API by API: pure vocabulary, in the words of the DataPass forms.
//!
//! A convention names at most one grant per API; a missing grant means that the API is not subscribed. The gateway reads
//! the scopes and the quota ([`Granted`]); the rest of a grant is read by the API itself, from its typed slot in [`Grants`].
//!
//! # Adding an API
//! 1. `rights/<api>.rs`: a unit struct (its [`Plug`]), a `Grant` ([`Granted`]), and a `Table`, which is how a convention's file
//!    writes the grant.
//! 2. Its line in the list below. From that list come [`ApiId`], the slot in [`Grants`], the table of a convention's file, and
//!    the lists of the APIs and of their OpenAPI documents in `api/`.
//! 3. `api/<api>/`: its `Api`, with `load`, and `openapi`; `api/mod.rs` names the module.
//! 4. Its settings, if it has any: `config/mod.rs` and `config/settings.rs`, which are read before anything else.
//! 5. Fixtures: personas and cases of the recette are found by their folder; a sample partner has its line in
//!    `directory/conventions.rs`.
//!
//! Nothing else knows an API by its name (`tests/layers.rs`).

pub mod datapass;
pub mod ficoba;
mod names;
mod plug;
pub mod r2p;
mod search;
pub mod sfip;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::config::Environment;

pub(crate) use self::names::names;
pub use self::{
    plug::{
        CheckList, GrantSheet, Granted, Hours, Identifier, KeyKind, Plug, SampleSearch, TableKey,
        Terms,
    },
    search::Search,
};

/// The one list of the APIs, in the order of journal, pages and documents: calls a macro with the variant of [`ApiId`] and
/// the module of each, in `rights/` and in `api/`.
macro_rules! each_api {
    ($then:ident) => {
        $then! {
            /// The register of bank accounts.
            Ficoba = ficoba,
            /// The search of natural persons.
            R2p = r2p,
            /// The LEP indicator and the situation at income tax.
            Sfip = sfip,
        }
    };
}
pub(crate) use each_api;

macro_rules! declare {
    ($($(#[$doc:meta])* $variant:ident = $module:ident,)+) => {
        /// An API behind the gateway.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "kebab-case")]
        #[schema(as = Api)]
        pub enum ApiId {
            $($(#[$doc])* $variant,)+
        }

        impl ApiId {
            /// Every API, in the order of this emulator's documents.
            pub const ALL: [Self; [$(stringify!($module)),+].len()] = [$(Self::$variant),+];

            /// The name in settings, journal and console: that of its module.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($module),)+
                }
            }

            /// What is known of it beside its answers.
            pub fn plug(self) -> &'static dyn Plug {
                match self {
                    $(Self::$variant => &$module::$variant,)+
                }
            }
        }

        /// What a convention opens, API by API. Controls, pages and reports ask [`Grants::get`]; the slots are for the APIs.
        #[derive(Clone, Debug, Default)]
        pub struct Grants {
            $($(#[$doc])* pub $module: Option<$module::Grant>,)+
        }

        impl Grants {
            /// What is opened of an API; nothing when it is not subscribed.
            pub fn get(&self, api: ApiId) -> Option<&dyn Granted> {
                match api {
                    $(ApiId::$variant => self.$module.as_ref().map(|grant| grant as &dyn Granted),)+
                }
            }

            /// Takes over what `other` opens of an API.
            pub fn copy(&mut self, api: ApiId, other: &Self) {
                match api {
                    $(ApiId::$variant => self.$module.clone_from(&other.$module),)+
                }
            }
        }
    };
}
each_api!(declare);

impl ApiId {
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.as_str() == name)
    }

    /// The API as people read it: `FICOBA`.
    pub fn label(self) -> &'static str {
        self.plug().label()
    }

    /// The context at the gateway, version included.
    pub fn context(self) -> &'static str {
        self.contexts()[0]
    }

    /// The context that a path begins with, followed by `/` or nothing.
    pub fn context_of(self, path: &str) -> Option<&'static str> {
        let is_of = |context: &&str| {
            let rest = path.strip_prefix(*context);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.contexts().iter().copied().find(is_of)
    }

    /// The version at the gateway, as its faults quote it: what its context ends with.
    pub fn version(self) -> &'static str {
        self.context().rsplit('/').next().unwrap_or_default()
    }

    /// Whether the controls `certificate` and `address` are asked of its callers.
    pub fn identifies_callers(self, environment: Environment) -> bool {
        match environment {
            Environment::Production => true,
            Environment::BacASable => self.plug().terms().sandbox_identifies_callers,
        }
    }

    /// Every context at the gateway, the first of them [`ApiId::context`].
    pub fn contexts(self) -> &'static [&'static str] {
        self.plug().contexts()
    }
}

impl Grants {
    /// What is opened of each API that is subscribed, in the order of [`ApiId::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (ApiId, &dyn Granted)> {
        ApiId::ALL.into_iter().filter_map(|api| Some((api, self.get(api)?)))
    }
}

impl fmt::Display for ApiId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_has_one_name_and_shares_no_context_and_no_scope_with_another() {
        let (mut contexts, mut scopes) = (Vec::new(), Vec::new());
        for api in ApiId::ALL {
            assert_eq!(serde_json::to_value(api).unwrap(), api.as_str());
            assert_eq!(ApiId::named(api.as_str()), Some(api));
            assert!(api.version().starts_with('v'), "{}", api.version());
            contexts.extend(api.contexts());
            scopes.extend(api.plug().scopes());
        }
        let among = |all: &[&str], one: &str| all.iter().filter(|other| **other == one).count();
        assert!(contexts.iter().all(|one| among(&contexts, one) == 1), "{contexts:?}");
        assert!(scopes.iter().all(|one| among(&scopes, one) == 1), "{scopes:?}");
    }
}
