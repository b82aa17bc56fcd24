//! One call, as a partner's client makes it for the first time: a token, then the request.

use std::{path::Path, time::Duration};

use super::{Keys, ListenerAddress, Reply, Session, TokenAnswer, partner, token};
use crate::{
    directory::Convention,
    journal,
    recette::script::{Request, Shown},
};

/// How it ended.
pub enum Once {
    /// The token endpoint gave none.
    NoToken(TokenAnswer),
    /// The connection was refused or cut, or nothing came in time.
    Silence,
    Answered(Reply),
}

/// Makes one call, marked as bacasable's own: it never counts as the application's.
///
/// # Errors
/// Nobody listens there, the console gives no key, certificates that cannot be read, a header that HTTP does not take.
pub async fn once(
    gateway: &ListenerAddress,
    certs: &Path,
    keys: &mut Keys,
    convention: &Convention,
    request: &Request,
) -> anyhow::Result<Once> {
    let bearer = if request.bears_token() {
        let scope = request.scope.clone().unwrap_or_else(|| convention.scopes().join(" "));
        let key = Some(keys.next().await?);
        let application = &convention.application;
        let answer = token(gateway, certs, application, &convention.id, &scope, key).await?;
        match &answer.access_token {
            Some(token) => token.clone(),
            None => return Ok(Once::NoToken(answer)),
        }
    } else {
        String::new()
    };
    let shown = match &request.certificate {
        Shown::Own => Some(convention.id.as_str()),
        Shown::Nothing => None,
        Shown::Named(name) => Some(name.as_str()),
    };
    let mut session = Session::new(gateway, certs, shown)?;
    let mut message = partner::message(request, &session.authority(), &bearer)?;
    message.headers_mut().insert(journal::KEY, keys.next().await?);
    let reply = session.send(message, PATIENCE).await?;
    Ok(reply.map_or(Once::Silence, Once::Answered))
}

/// How long an answer is waited for: less than a command as a whole, so that silence is said.
const PATIENCE: Duration = Duration::from_secs(20);
