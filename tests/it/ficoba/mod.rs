//! FICOBA, as its protocol describes it, over real mutual TLS.

mod codes;
mod samples;
mod use_cases;
