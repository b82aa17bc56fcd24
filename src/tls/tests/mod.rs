//! The listener through real sockets on loopback.

mod certificates;
mod harness;
mod limits;
mod reload;
mod stop;
