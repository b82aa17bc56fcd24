//! What strangers can send, one function per parser: the fuzzer's targets, and the tests that replay its corpus.
//!
//! Each takes any bytes and must come back: a panic, or an `assert` that fails, is a fault. The asserts say what no input
//! may obtain: a token or a certificate accepted that was not issued here, an answer without an identifier, an entry of
//! the journal missing, a value that is not read back as it is written.

mod admin;
mod credentials;
mod files;
mod gateway;
mod rehearsal;
mod values;
mod world;

/// A target: its name, which is that of its folder of seeds, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("http", gateway::http),
    ("request", gateway::request),
    ("ficoba", gateway::ficoba),
    ("r2p", gateway::r2p),
    ("token_form", gateway::token_form),
    ("token", credentials::token),
    ("certificate", credentials::certificate),
    ("proxy_headers", credentials::proxy_headers),
    ("convention", files::convention),
    ("persona", files::persona),
    ("banks", files::banks),
    ("scenario", files::scenario),
    ("settings", files::settings),
    ("order", admin::order),
    ("entry", admin::entry),
    ("journal", rehearsal::journal),
    ("recette", rehearsal::recette),
    ("values", values::values),
];

/// Runs the target of this name.
pub fn run(name: &str, input: &[u8]) {
    let (_, target) =
        TARGETS.iter().find(|(known, _)| *known == name).expect("a target of this name");
    target(input);
}
