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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::directory::Directory;

    #[test]
    fn a_missing_scope_is_grantable_when_the_convention_opens_it_of_the_api_that_is_asked() {
        let directory = Directory::load(None).unwrap();
        let token = Token {
            id: "t".to_owned(),
            key: "k".to_owned(),
            scopes: Vec::new(),
            issued: Timestamp::UNIX_EPOCH,
            expires: Timestamp::MAX,
        };
        let grantable = |api, scope, id| match check(
            api,
            Some(scope),
            Some(&token),
            directory.convention(id).unwrap(),
        ) {
            Err(Refusal::MissingScope { grantable, .. }) => grantable,
            other => panic!("{other:?}"),
        };
        let (ficoba, r2p) = ("dgfip_ficoba_compte", "api_r2p_resolution_spi");
        assert!(grantable(ApiId::Ficoba, ficoba, "editeur-demo"));
        assert!(grantable(ApiId::R2p, r2p, "editeur-demo"));
        assert!(!grantable(ApiId::Ficoba, r2p, "editeur-demo"), "it is another API's");
        assert!(!grantable(ApiId::Ficoba, ficoba, "region-existence-iban"), "it is not opened");
    }
}
