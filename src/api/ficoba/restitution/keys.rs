//! The keys that hold data of the register, as answers write them and as the journal names them.

use super::table::KEYS;
use crate::api::noted::Noted;

/// A key of data, for a [`Writer`](crate::json::Writer). That the table describes it is found when this is compiled.
macro_rules! key {
    ($name:literal) => {
        const {
            &crate::json::Key::new(
                crate::json::member!($name),
                crate::api::noted::place($crate::api::ficoba::restitution::KEYS, $name),
            )
        }
    };
}
pub(in super::super) use key;

/// The sets of them that answers had.
pub(in super::super) static NOTED: Noted = Noted::new(KEYS);
