//! How far this emulator is from what it imitates: a session recorded with the original, replayed here, compared.
//!
//! ```text
//! proxy | HAR ──> redact ──> session (JSONL) ──> replay ──> difference ──> report
//!                   │                              │
//!                   └── form, vocabulary           └── the answers of this program, redacted in the same way
//! ```
//!
//! What is compared are two records of the same kind: nothing that [`redact`] takes out can make a difference. The command
//! line gives a [`replay::Stage`], where requests are answered; nothing here knows a server.

pub mod accepted;
pub mod body;
pub mod compare;
pub mod contract;
pub mod difference;
pub mod excerpt;
pub mod fidelity;
pub mod form;
pub mod har;
pub mod record;
pub mod redact;
pub mod replay;
pub mod report;
pub mod session;
pub mod vocabulary;
