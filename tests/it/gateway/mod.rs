//! The gateway around the controls: certificates and who may speak for others, tokens, faults, limits.

mod certificates;
mod environment;
mod foreign;
mod handshake;
mod limits;
mod nodes;
mod observe;
mod overload;
mod proxies;
mod quota;
mod reload;
mod surface;
mod wire;
