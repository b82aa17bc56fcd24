//! The body of a request, within the size and the time that the gateway gives it.

use std::{io, pin::pin, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt;
use http_body::Body as _;
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};

use super::{Gateway, fault::GatewayFault, room::Permit};
use crate::{product::codes, tls::Lent};

/// Why there is no body.
pub(super) enum Unread {
    /// It is too much, or too late.
    Fault(GatewayFault),
    /// The connection broke under it: nobody is left to read an answer.
    Gone,
}

/// The body, within the size and the time that the gateway gives it. A request that has to wait for it leaves its place to
/// others meanwhile.
pub(super) async fn read(gateway: &Gateway, permit: &Permit, body: Lent) -> Result<Bytes, Unread> {
    let limits = &gateway.sandbox.config.gateway.limits;
    let most = usize::try_from(limits.body_bytes.get()).unwrap_or(usize::MAX);
    if usize::try_from(body.size_hint().lower()).map_or(true, |announced| announced > most) {
        return Err(Unread::Fault(GatewayFault::TooLarge)); // whatever of it may come
    }
    match body.whole() {
        Ok(whole) => Ok(whole),
        Err(arriving) => Box::pin(wait_for(gateway, permit, arriving, most)).await,
    }
}

/// The body that did not come with its head.
async fn wait_for(
    gateway: &Gateway,
    permit: &Permit,
    body: Lent,
    most: usize,
) -> Result<Bytes, Unread> {
    let mut arriving = pin!(Limited::new(body, most).collect());
    if let Some(read) = arriving.as_mut().now_or_never() {
        return collected(read);
    }
    let saturated = || {
        let code = &codes::SATURATED;
        Unread::Fault(GatewayFault::Injected { code, until: gateway.sandbox.clock.now() })
    };
    if !permit.wait() {
        return Err(saturated());
    }
    let seconds = Duration::from_secs(gateway.sandbox.config.gateway.limits.request_seconds.get());
    let Ok(read) = tokio::time::timeout(seconds, arriving).await else {
        return Err(Unread::Fault(GatewayFault::TooSlow));
    };
    match permit.resume() {
        true => collected(read),
        false => Err(saturated()),
    }
}

type Read = Result<Collected<Bytes>, Box<dyn std::error::Error + Send + Sync>>;

fn collected(read: Read) -> Result<Bytes, Unread> {
    match read {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::Fault(GatewayFault::TooLarge)),
        Err(error) if is_malformed(&*error) => Err(Unread::Fault(GatewayFault::Malformed)),
        Err(_) => Err(Unread::Gone),
    }
}

/// Whether a body broke off because it is not written as RFC 9112, 7.1 has chunks, and not because its client left.
fn is_malformed(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)) {
            return true;
        }
        cause = error.source();
    }
    false
}
