//! Control 5: do the convention and the token's scopes open this API? The kind of search is the API's to refuse.
//!
//! Source: CGU FICOBA 4, CGU R2P 4 (decree 2022-814); a missing subscription wins over a missing scope, as in the
//! product.

use std::num::NonZeroU32;

use super::Refusal;
use crate::{directory::Convention, rights::ApiId, tokens::Token};

pub(super) fn check(
    api: ApiId,
    scope: Option<&'static str>,
    token: Option<&Token>,
    convention: &Convention,
) -> Result<(), Refusal> {
    limit(convention, api).ok_or(Refusal::NotSubscribed(api))?;
    match (scope, token) {
        (Some(scope), Some(token)) if !token.has(scope) => {
            let open = convention.grants.get(api).map(|grant| grant.scopes());
            let grantable = open.is_some_and(|open| open.contains(&scope));
            Err(Refusal::MissingScope { scope, grantable })
        }
        _ => Ok(()),
    }
}

/// The calls per minute that the convention allows on an API; none when it does not open it.
pub(super) fn limit(convention: &Convention, api: ApiId) -> Option<NonZeroU32> {
    convention.grants.get(api).map(|grant| grant.quota())
}
