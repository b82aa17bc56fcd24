//! Rules checked against models: the same run of events through the product and through a few lines that say what the
//! rule is, for whatever events chance makes.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod facts;
mod quota;
mod register;
mod restitution;
mod tokens;
