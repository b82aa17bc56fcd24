//! The listener through real sockets on loopback.

mod certificates;
mod chains;
mod harness;
mod limits;
mod reload;
mod stop;
