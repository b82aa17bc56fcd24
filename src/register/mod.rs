//! Being written.

pub mod nomenclature;
