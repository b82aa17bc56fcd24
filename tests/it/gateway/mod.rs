//! The gateway around the controls: certificates and who may speak for others, tokens, faults, limits.

mod certificates;
mod handshake;
mod overload;
mod proxies;
mod reload;
