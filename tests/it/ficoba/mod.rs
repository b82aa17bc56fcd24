//! FICOBA, as its protocol describes it, over real mutual TLS.

mod bad_input;
mod codes;
mod contract;
mod samples;
mod surface;
mod use_cases;
