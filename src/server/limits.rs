//! The limits of the two listeners.

use std::{num::NonZeroU64, time::Duration};

use crate::{config, tls};

/// The limits of the gateway and of the console, each with descriptors that the other cannot take.
pub(super) fn limits(limits: &config::Limits, workers: usize) -> [tls::Limits; 2] {
    let seconds = |n: NonZeroU64| Duration::from_secs(n.get());
    let size = |n: NonZeroU64| usize::try_from(n.get()).unwrap_or(usize::MAX);
    let count = |n: NonZeroU64| u32::try_from(n.get()).unwrap_or(u32::MAX);
    let wanted = count(limits.connections);
    let (gateway, console) = tls::shares(wanted, workers);
    if gateway < wanted {
        tracing::info!(
            connections = gateway,
            "the system's limit of open files allows the gateway fewer connections than gateway.limits.connections"
        );
    }
    let both = tls::Limits {
        connections: gateway,
        handshakes: count(limits.handshakes),
        handshake: seconds(limits.handshake_seconds),
        head: seconds(limits.header_seconds),
        headers: size(limits.headers),
        head_bytes: size(limits.header_bytes),
        idle: seconds(limits.idle_seconds),
        stop: seconds(limits.stop_seconds),
        drain: tls::Drain {
            bytes: size(limits.body_bytes),
            patience: Duration::from_secs(1),
            behind: seconds(limits.request_seconds),
        },
        ..tls::Limits::default()
    };
    // The gateway answers a slow body itself.
    let body = Some(seconds(limits.request_seconds));
    [both.clone(), tls::Limits { connections: console, body, ..both }]
}
