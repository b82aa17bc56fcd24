//! Whether the fixtures can satisfy the catalogue.

/// What the catalogue is checked against.
pub struct World;
