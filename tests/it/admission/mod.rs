//! The six controls, one after the other and two by two.

mod each;
mod order;
