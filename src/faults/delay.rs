//! A latency, as it is written and as it is drawn.

use std::{fmt, time::Duration};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
    ser::SerializeMap,
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema, Type,
        schema::{AdditionalProperties, OneOfBuilder},
    },
};

use crate::chance::Chance;

/// A latency in milliseconds: fixed, or drawn for each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// This long.
    Fixed(u64),
    /// At least, at most.
    Between(u64, u64),
}

impl Delay {
    /// How long this call waits.
    pub(super) fn draw(self, chance: &mut Chance) -> Duration {
        match self {
            Self::Fixed(ms) => Duration::from_millis(ms),
            Self::Between(min, max) => Duration::from_millis(chance.between(min, max)),
        }
    }

    pub(super) fn check(self) -> Result<Self, String> {
        let (min, max) = match self {
            Self::Fixed(ms) => (ms, ms),
            Self::Between(min, max) => (min, max),
        };
        match () {
            () if min > max => Err(format!("min {min} is more than max {max}")),
            () if max > LONGEST_MS => Err(format!("{max} is more than ten minutes ({LONGEST_MS})")),
            () => Ok(self),
        }
    }
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Bounds {
            min: u64,
            max: u64,
        }
        struct DelayVisitor;
        impl<'de> Visitor<'de> for DelayVisitor {
            type Value = Delay;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("milliseconds, or {\"min\": .., \"max\": ..}")
            }

            fn visit_u64<E: de::Error>(self, ms: u64) -> Result<Delay, E> {
                Ok(Delay::Fixed(ms))
            }

            fn visit_i64<E: de::Error>(self, ms: i64) -> Result<Delay, E> {
                let negative = |_| E::invalid_value(de::Unexpected::Signed(ms), &self);
                u64::try_from(ms).map(Delay::Fixed).map_err(negative)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Delay, A::Error> {
                let Bounds { min, max } =
                    Bounds::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Delay::Between(min, max))
            }
        }
        deserializer.deserialize_any(DelayVisitor)
    }
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Fixed(ms) => serializer.serialize_u64(ms),
            Self::Between(min, max) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("min", &min)?;
                map.serialize_entry("max", &max)?;
                map.end()
            }
        }
    }
}

impl PartialSchema for Delay {
    fn schema() -> RefOr<Schema> {
        let milliseconds = || {
            let number = ObjectBuilder::new().schema_type(Type::Integer);
            number.minimum(Some(0)).maximum(Some(LONGEST_MS))
        };
        let bounds = ["min", "max"].into_iter().fold(ObjectBuilder::new(), |bounds, name| {
            bounds.property(name, milliseconds()).required(name)
        });
        let closed = AdditionalProperties::<Schema>::FreeForm(false);
        let drawn = bounds.additional_properties(Some(closed));
        OneOfBuilder::new().item(milliseconds()).item(drawn).into()
    }
}

impl ToSchema for Delay {}

/// Longer than any time limit that a client could wait for.
const LONGEST_MS: u64 = 600_000;
