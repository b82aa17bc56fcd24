//! Bytes as text.

/// Two lower-case hexadecimal digits for each byte.
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_two_digits() {
        assert_eq!(encode(&[0, 10, 255]), "000aff");
        assert_eq!(encode(&[]), "");
    }
}
