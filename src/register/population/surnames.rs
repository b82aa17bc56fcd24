//! Surnames that nobody handed down: three syllables, for the many families that the list of surnames is too short for.

use crate::domain::comparison_form;

#[derive(Debug)]
pub(super) struct CoinedSurnames {
    /// The beginnings in comparison form: an apostrophe is a space there, a ligature two letters.
    beginnings: Vec<String>,
}

impl CoinedSurnames {
    pub(super) fn new() -> Self {
        Self { beginnings: BEGINNINGS.iter().map(|text| comparison_form(text)).collect() }
    }

    /// How many there are.
    pub(super) const COUNT: u64 = (BEGINNINGS.len() * MIDDLES.len() * ENDS.len()) as u64;

    /// The surname of this number, below [`Self::COUNT`].
    pub(super) fn text(&self, number: u64) -> String {
        let (number, end) = (number / ENDS.len() as u64, number % ENDS.len() as u64);
        let (beginning, middle) = (number / MIDDLES.len() as u64, number % MIDDLES.len() as u64);
        [BEGINNINGS[beginning as usize], MIDDLES[middle as usize], ENDS[end as usize]].concat()
    }

    /// The numbers whose surname has this comparison form: some can be cut in two ways.
    pub(super) fn numbers(&self, form: &str) -> Vec<u64> {
        let mut numbers = Vec::new();
        for (at, beginning) in self.beginnings.iter().enumerate() {
            let Some(rest) = form.strip_prefix(beginning.as_str()) else { continue };
            for (last, end) in ENDS.iter().enumerate() {
                let middle = rest.strip_suffix(end);
                let place = middle.and_then(|text| MIDDLES.iter().position(|one| *one == text));
                numbers.extend(
                    place.map(|place| ((at * MIDDLES.len() + place) * ENDS.len() + last) as u64),
                );
            }
        }
        numbers
    }
}

/// Some with an apostrophe, a ligature, an accent.
const BEGINNINGS: [&str; 80] = [
    "AL", "AN", "AR", "AU", "BA", "BAL", "BAR", "BEL", "BER", "BOI", "BON", "BOU", "BRA", "BRI",
    "CA", "CAR", "CHA", "CHAN", "CHAU", "CHE", "CLA", "COL", "COR", "COU", "CRE", "DAN", "DAR",
    "DEL", "DOR", "FAL", "FAR", "FLO", "FON", "FRE", "GAL", "GAR", "GER", "GIR", "GRA", "GUE",
    "GUI", "HAR", "HER", "JAR", "JOL", "LA", "LAN", "LAR", "LOU", "MAL", "MAN", "MAR", "MER",
    "MON", "MOU", "NAR", "PAL", "PAR", "PEL", "PER", "POI", "PRE", "RI", "ROU", "SAL", "SAR",
    "SAU", "TAL", "TER", "TOU", "VAL", "D'AR", "D'HAU", "L'HER", "LE GUE", "CŒU", "BÉ", "GÉ", "HÉ",
    "RÉ",
];

/// A consonant or two, and a vowel.
const MIDDLES: [&str; 80] = [
    "BA", "BE", "BI", "BO", "BOU", "CA", "CHA", "CHE", "CHI", "CO", "DA", "DE", "DI", "DO", "DRE",
    "FA", "FE", "FI", "FO", "GA", "GE", "GI", "GNA", "GNE", "GO", "GRE", "GUE", "LA", "LE", "LI",
    "LO", "LOU", "LLE", "MA", "ME", "MI", "MO", "NA", "NE", "NI", "NO", "PA", "PE", "PI", "PO",
    "QUE", "RA", "RE", "RI", "RO", "ROU", "RRE", "SA", "SE", "SI", "SO", "SSE", "SSI", "TA", "TE",
    "TI", "TO", "TRE", "TTE", "VA", "VE", "VI", "VO", "VRE", "ZA", "ZE", "ZI", "BLE", "BRE", "CLE",
    "FLE", "GLE", "PLE", "TRI", "VRI",
];

/// What surnames end in.
const ENDS: [&str; 96] = [
    "BARD", "BAUD", "BEAU", "BERT", "BET", "BOIS", "CARD", "CAULT", "CHARD", "CHET", "CHON",
    "COURT", "DARD", "DEAU", "DET", "DIER", "DON", "DOUX", "FORT", "FOND", "GARD", "GEON", "GNAC",
    "GNON", "GNY", "GOIS", "GUET", "GUIN", "LAC", "LAIN", "LARD", "LAUD", "LET", "LIER", "LIN",
    "LOIS", "LON", "LOT", "LOUX", "MAIN", "MARD", "MENT", "MET", "MIER", "MIN", "MOND", "MONT",
    "MOT", "NARD", "NAUD", "NEAU", "NET", "NIER", "NIN", "NON", "NOT", "NOUX", "PARD", "PEAU",
    "PIER", "PIN", "PON", "QUET", "QUIN", "RAC", "RAND", "RARD", "RAUD", "REAU", "RET", "RIER",
    "RIN", "ROIS", "RON", "ROT", "ROUX", "SAC", "SARD", "SEAU", "SET", "SIER", "SIN", "SON", "TAC",
    "TARD", "TAUD", "TEAU", "TEL", "TET", "TIER", "TIN", "TON", "TOT", "VAIN", "VAL", "VET",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coined_surname_reads_back_as_its_number() {
        let names = CoinedSurnames::new();
        for number in (0..CoinedSurnames::COUNT).step_by(331) {
            let text = names.text(number);
            assert!(names.numbers(&comparison_form(&text)).contains(&number), "{text}");
            assert!(text.len() <= 20, "{text}");
        }
        assert_eq!(names.numbers("VALBRUNE"), Vec::<u64>::new());
    }
}
