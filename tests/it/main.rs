//! Scenarios over real mutual TLS, in one binary: folders mirror the URLs and the controls.
//!
//! `harness` reads as sentences: a [`harness::World`] is a whole server on free ports with a frozen clock; a
//! [`harness::Partner`] is a client with its certificate and, once asked, its token.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a panic is a test's report, what is skipped is said, and a stranger's time is real"
)]

mod admission;
mod call;
mod certs;
mod clients;
mod commands;
mod console;
mod data;
mod dataset;
mod docs;
mod ficoba;
mod gateway;
mod generated;
mod harness;
mod inside;
mod journal;
mod journey;
mod packaging;
mod pages;
mod parity;
mod personas;
mod r2p;
mod recette;
mod refresh;
mod refusals;
mod replicas;
mod secrets;
mod sfip;
mod shell;
mod start;
mod surroundings;
mod token;
