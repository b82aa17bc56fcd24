//! The ranges that all identifiers of the register lie in, so that none can be taken for a real one.
//!
//! `docs/data.md` says why these. Personas and population have a part each, so that they never meet. The same functions
//! serve as an alarm: an identifier that a partner sends and that lies outside looks like real data.

use std::ops::RangeInclusive;

use crate::domain::{BankCode, Iban, Siren, Siret, Spi};

/// Bank codes: no code that begins with 99 is in the list of French banks that we know of.
pub const BANK_CODES: RangeInclusive<u32> = 99_000..=99_999;

/// What they begin with.
const OUR_BANKS: &str = "99";

/// The first eight digits of a SIREN. As far as we know, only local public bodies begin with 2, and those that begin with
/// 20 are numbered from 200 000 000 on, so slowly that the next hundred thousand are not in sight.
pub const SIREN_BASES: RangeInclusive<u32> = 20_100_000..=20_999_999;

/// The part of [`SIREN_BASES`] that personas take.
pub const SIREN_BASES_OF_PERSONAS: RangeInclusive<u32> = 20_900_000..=20_999_999;

/// The first ten digits of an SPI. Which ones are given out is not published: this band makes ours recognisable, no more.
pub const SPI_BASES: RangeInclusive<u64> = 3_900_000_000..=3_999_999_999;

/// The part of [`SPI_BASES`] that personas take.
pub const SPI_BASES_OF_PERSONAS: RangeInclusive<u64> = 3_990_000_000..=3_999_999_999;

/// What a persona's account number begins with; the population's never do.
pub const ACCOUNT_NUMBER_OF_PERSONAS: char = '0';

/// Registers of associations number `W`, département, then digits: there is no département 00.
pub const RNA_PREFIX: &str = "W00";

/// Co-ownerships are numbered from `AA0000000` on: `ZZ` is far away.
pub const COPRO_PREFIX: &str = "ZZ";

/// A LEI begins with its issuer's prefix: 0000 is nobody's.
pub const LEI_PREFIX: &str = "0000";

/// Whether the bank code is one of ours.
pub fn is_fictitious_bank(bank: BankCode) -> bool {
    bank.as_str().parse().is_ok_and(|code| BANK_CODES.contains(&code))
}

/// Whether the account is kept by one of our banks.
pub fn is_fictitious_iban(iban: &Iban) -> bool {
    is_fictitious_bank(iban.bank())
}

/// Whether the SIREN is in our range.
pub fn is_fictitious_siren(siren: &Siren) -> bool {
    siren_base(siren).is_some_and(|base| SIREN_BASES.contains(&base))
}

/// Whether the SIRET's company is in our range.
pub fn is_fictitious_siret(siret: &Siret) -> bool {
    is_fictitious_siren(&siret.siren())
}

/// Whether the SPI is in our band.
pub fn is_fictitious_spi(spi: &Spi) -> bool {
    SPI_BASES.contains(&spi.base())
}

/// Whether the LEI has the prefix of no issuer.
pub fn lei_is_fictitious(lei: &str) -> bool {
    lei.starts_with(LEI_PREFIX)
}

/// Whether a text is an identifier that may be somebody's, of the kind that FICOBA's `key` names (`iban`, `numeroSPI`, `siren`,
/// `siret`): well formed down to its key, and not in the ranges that are ours (`docs/data.md`). The protocol's own samples are
/// somebody's too, as far as anyone can tell. What is all zeros is nobody's: people type it to fill a field.
pub fn looks_real(key: &str, text: &str) -> bool {
    match key {
        _ if only_zeros(text) => false,
        "iban" if text.get(4..6) == Some(OUR_BANKS) => false, // spares nearly every demand the key's division
        "iban" => text.parse::<Iban>().is_ok_and(|iban| {
            let number = &iban.as_str()[4..25]; // bank, branch and account, between the two keys
            !is_fictitious_iban(&iban) && iban.rib_key_is_valid() && !only_zeros(number)
        }),
        "numeroSPI" => {
            text.parse::<Spi>().is_ok_and(|spi| !is_fictitious_spi(&spi) && spi.has_valid_key())
        }
        "siren" => text
            .parse::<Siren>()
            .is_ok_and(|siren| !is_fictitious_siren(&siren) && siren.luhn_is_valid()),
        "siret" => text
            .parse::<Siret>()
            .is_ok_and(|siret| !is_fictitious_siret(&siret) && siret.has_valid_key()),
        _ => false,
    }
}

fn only_zeros(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'0')
}

/// The first eight digits as a number.
pub(super) fn siren_base(siren: &Siren) -> Option<u32> {
    siren.as_str().get(..8)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_the_protocol_are_outside_our_ranges() {
        assert!(!is_fictitious_iban(&"FR7630004009550000135601429".parse().unwrap()));
        assert!(!is_fictitious_spi(&"1899582886173".parse().unwrap()));
        for siret in ["13000453400017", "42062523800040", "94682768462289", "38228346709377"] {
            assert!(!is_fictitious_siret(&siret.parse().unwrap()), "{siret}");
        }
    }

    #[test]
    fn real_series_of_local_bodies_are_outside_our_range() {
        // The beginning and the end of the series 200 0xx xxx, and the form of a commune's.
        for siren in ["200000016", "200099999", "213800014"] {
            assert!(!is_fictitious_siren(&siren.parse().unwrap()), "{siren}");
        }
    }
}
