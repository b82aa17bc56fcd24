//! The correlation identifier that a caller gives to its request (`X-Correlation-ID`, `X-Request-ID`).

use std::str::FromStr;

use uuid::Uuid;

use crate::domain::text::{self, Misfit, ascii_form};

/// A UUID's text as the R2P Swagger's pattern has it: any version, either case, kept as sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CorrelationId([u8; 36]);

/// Why a text is no correlation identifier; checked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrelationError {
    /// More or fewer than 36 characters.
    #[error("a UUID is 36 characters long")]
    Length,
    /// A hyphen is missing from its place.
    #[error("a UUID is written in groups of 8, 4, 4, 4 and 12 with hyphens between")]
    Hyphens,
    /// A character that is no hexadecimal digit.
    #[error("a UUID holds hexadecimal digits only")]
    Digits,
}

impl CorrelationId {
    /// The text as sent.
    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }
}

impl From<Uuid> for CorrelationId {
    fn from(uuid: Uuid) -> Self {
        let mut bytes = [0; 36];
        uuid.hyphenated().encode_lower(&mut bytes);
        Self(bytes)
    }
}

impl FromStr for CorrelationId {
    type Err = CorrelationError;

    fn from_str(text: &str) -> Result<Self, CorrelationError> {
        let bytes = text::characters(text).map_err(|misfit| match misfit {
            Misfit::Length(_) => CorrelationError::Length,
            Misfit::NotAscii => CorrelationError::Digits,
        })?;
        if HYPHENS.iter().any(|&at| bytes[at] != b'-') {
            return Err(CorrelationError::Hyphens);
        }
        let formed = bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        if !formed {
            return Err(CorrelationError::Digits);
        }
        Ok(Self(bytes))
    }
}

ascii_form!(CorrelationId);

const HYPHENS: [usize; 4] = [8, 13, 18, 23];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_swagger_example_and_any_other_version_are_kept_as_sent() {
        for text in ["123e4567-e89b-12d3-a456-426655440000", "FFFFFFFF-ffff-0000-FFFF-abcdefABCDEF"]
        {
            assert_eq!(text.parse::<CorrelationId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        for (text, fault) in [
            ("", CorrelationError::Length),
            ("123e4567e89b12d3a456426655440000", CorrelationError::Length),
            ("{123e4567-e89b-12d3-a456-426655440000}", CorrelationError::Length),
            ("123e4567_e89b-12d3-a456-426655440000", CorrelationError::Hyphens),
            ("123e456-7e89b-12d3-a456-426655440000", CorrelationError::Hyphens),
            ("123e4567-e89b-12d3-a456-42665544000g", CorrelationError::Digits),
            ("123e4567-e89b-12d3-a456-42665544000é", CorrelationError::Digits),
        ] {
            assert_eq!(text.parse::<CorrelationId>(), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_text_of_the_pattern_reads_back(text in "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}") {
            prop_assert_eq!(text.parse::<CorrelationId>().unwrap().to_string(), text);
        }

        #[test]
        fn every_uuid_has_one(bits: u128) {
            let uuid = Uuid::from_u128(bits);
            let id = CorrelationId::from(uuid);
            prop_assert_eq!(id.to_string(), uuid.to_string());
            prop_assert_eq!(id.as_str().parse(), Ok(id));
        }

        #[test]
        fn no_text_panics(text in "\\PC{34,38}|[0-9a-f-]{36}") {
            if let Ok(id) = text.parse::<CorrelationId>() {
                prop_assert_eq!(id.as_str(), text);
            }
        }
    }
}
