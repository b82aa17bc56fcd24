//! The six controls that the CGU list, by name (CGU FICOBA 4, CGU R2P 4).

use serde::{Deserialize, Serialize};

/// A control, in the order of the CGU.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// Is a client certificate presented, trusted, in its dates, for client use, not revoked, a partner's?
    Certificate,
    /// Is the caller's address in the allowlist of that partner?
    Address,
    /// Is there an access token, well formed, signed here, in force, of a known application?
    TechnicalId,
    /// Do certificate, application and convention name the same partner, and is the convention in force?
    Identity,
    /// Do the convention and the token's scopes open this API?
    Rights,
    /// Is there room left this minute?
    Quota,
}

impl Control {
    /// Every control, in order.
    pub const ALL: [Self; 6] = [
        Self::Certificate,
        Self::Address,
        Self::TechnicalId,
        Self::Identity,
        Self::Rights,
        Self::Quota,
    ];

    /// The name in the journal and in `X-Bacasable-Control`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Address => "address",
            Self::TechnicalId => "technical-id",
            Self::Identity => "identity",
            Self::Rights => "rights",
            Self::Quota => "quota",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.as_str() == name)
    }
}
