//! Coined names of companies, their trade names and acronyms. Each is a number written in words that suit the legal
//! category, and can be read back: a head as `MENUISERIE`, and a coined word of three syllables, `BELMORAN`.
//!
//! A company's number gives its word and its activity: its registered name, its trade name (`ATELIER BELMORAN`) and its
//! acronym (`MBMR`) say the same of it.

use crate::{
    domain::ComparisonName,
    register::{
        draw::{DrawKeys, Permutation, Topic},
        population::heads::{HEADS, SHOPS, TRADES},
    },
};

/// What a company's name is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// The surname and first name of a sole trader.
    Trader,
    /// A trade: commercial companies.
    Trading,
    /// Property companies.
    Property,
    /// Other civil companies: farms, practices.
    Civil,
    /// Associations and foundations.
    Association,
    /// Syndicates of co-owners.
    CoOwnership,
    /// What has no personality of its own.
    Grouping,
    /// Companies of foreign law.
    Foreign,
    /// Public bodies.
    Public,
    /// Mutual insurers, works councils, trade unions.
    Social,
}

/// The coined words, in the order of the seed.
#[derive(Debug)]
pub(super) struct Coined(Permutation);

/// A company's number in parts.
struct Parts {
    /// Which activity: below [`TRADES`]' length.
    trade: usize,
    syllables: [usize; 3],
}

impl Style {
    /// Every style whose names are coined.
    const COINED: [Self; 9] = [
        Self::Trading,
        Self::Property,
        Self::Civil,
        Self::Association,
        Self::CoOwnership,
        Self::Grouping,
        Self::Foreign,
        Self::Public,
        Self::Social,
    ];

    /// What its names begin with, for this activity.
    fn head(self, trade: usize) -> &'static str {
        match self {
            Self::Trader | Self::Trading => TRADES[trade].0,
            Self::Property
            | Self::Civil
            | Self::Association
            | Self::CoOwnership
            | Self::Grouping
            | Self::Foreign
            | Self::Public
            | Self::Social => {
                let heads = self.heads();
                heads[trade % heads.len()]
            }
        }
    }

    fn heads(self) -> &'static [&'static str] {
        let at = match self {
            Self::Trader | Self::Trading => return &[],
            Self::Property => 0,
            Self::Civil => 1,
            Self::Association => 2,
            Self::CoOwnership => 3,
            Self::Grouping => 4,
            Self::Foreign => 5,
            Self::Public => 6,
            Self::Social => 7,
        };
        HEADS[at]
    }

    /// Whether it works under an acronym.
    fn has_sigle(self) -> bool {
        matches!(self, Self::Trading | Self::Association | Self::Public | Self::Social)
    }

    /// Whether it has shops.
    fn has_enseigne(self) -> bool {
        matches!(self, Self::Trader | Self::Trading)
    }
}

impl Coined {
    pub(super) fn new(keys: &DrawKeys) -> Self {
        Self(keys.permutation(Topic::CompanyName, COUNT))
    }

    /// The registered name of this company.
    pub(super) fn name(&self, company: u64, style: Style) -> String {
        let parts = self.parts(company);
        format!("{} {}", style.head(parts.trade), parts.word())
    }

    /// Its trade name: a shop of the same activity.
    pub(super) fn enseigne(&self, company: u64, style: Style) -> Option<String> {
        let parts = self.parts(company);
        let text = || format!("{} {}", shop(parts.trade), parts.word());
        style.has_enseigne().then(text)
    }

    /// Its acronym: the initials of its name and of the syllables of its word.
    pub(super) fn sigle(&self, company: u64, style: Style) -> Option<String> {
        let parts = self.parts(company);
        let [first, second, third] = parts.syllables;
        let syllables = [FIRST[first], SECOND[second], THIRD[third]].map(|syllable| &syllable[..1]);
        let text = || initials(style.head(parts.trade)) + &syllables.concat();
        style.has_sigle().then(text)
    }

    /// The companies that may have this registered name.
    pub(super) fn named(&self, name: &ComparisonName) -> Vec<u64> {
        let Some((head, word)) = parted(name) else { return Vec::new() };
        let trades = (0..TRADES.len())
            .filter(|&trade| Style::COINED.into_iter().any(|style| style.head(trade) == head));
        trades.map(|trade| self.number(trade, word)).collect()
    }

    /// The companies that may have this trade name.
    pub(super) fn with_enseigne(&self, name: &ComparisonName) -> Vec<u64> {
        let Some((head, word)) = parted(name) else { return Vec::new() };
        let trades = (0..TRADES.len()).filter(|&trade| shop(trade) == head);
        trades.map(|trade| self.number(trade, word)).collect()
    }

    /// The companies that may have this acronym.
    pub(super) fn with_sigle(&self, sigle: &ComparisonName) -> Vec<u64> {
        let text = sigle.as_str();
        let cut = text.len().checked_sub(3).filter(|cut| text.is_char_boundary(*cut));
        let Some((head, letters)) = cut.map(|cut| text.split_at(cut)) else { return Vec::new() };
        let places = |list: &[&str; SYLLABLES as usize], at: usize| -> Vec<usize> {
            let wanted = letters.get(at..=at);
            (0..list.len()).filter(|&place| list[place].get(..1) == wanted).collect()
        };
        let (first, second, third) = (places(&FIRST, 0), places(&SECOND, 1), places(&THIRD, 2));
        let mut numbers = Vec::new();
        let trades = (0..TRADES.len()).filter(|&trade| {
            let styles = Style::COINED.into_iter().filter(|style| style.has_sigle());
            styles.into_iter().any(|style| initials(style.head(trade)) == head)
        });
        for trade in trades {
            for &a in &first {
                for &b in &second {
                    numbers.extend(third.iter().map(|&c| self.number(trade, [a, b, c])));
                }
            }
        }
        numbers
    }

    fn parts(&self, company: u64) -> Parts {
        let number = self.0.apply(company % COUNT);
        let (trade, word) = (number / WORDS, number % WORDS);
        let (first, rest) = (word / (SYLLABLES * SYLLABLES), word % (SYLLABLES * SYLLABLES));
        let syllables = [first, rest / SYLLABLES, rest % SYLLABLES].map(|at| at as usize);
        Parts { trade: trade as usize, syllables }
    }

    fn number(&self, trade: usize, [first, second, third]: [usize; 3]) -> u64 {
        let word = (first as u64 * SYLLABLES + second as u64) * SYLLABLES + third as u64;
        self.0.undo(trade as u64 * WORDS + word)
    }
}

impl Parts {
    fn word(&self) -> String {
        let [first, second, third] = self.syllables;
        [FIRST[first], SECOND[second], THIRD[third]].concat()
    }
}

/// What a shop of this activity is called.
fn shop(trade: usize) -> &'static str {
    let shops = SHOPS[TRADES[trade].1];
    shops[trade % shops.len()]
}

/// The first letters of the words that count.
fn initials(head: &str) -> String {
    let counts = |word: &&str| !["DE", "DES", "DU", "LA", "LE", "LES", "D", "ET"].contains(word);
    head.split(' ').filter(counts).filter_map(|word| word.get(..1)).collect()
}

/// A name in its head and the syllables of its coined word.
fn parted(name: &ComparisonName) -> Option<(&str, [usize; 3])> {
    let (head, word) = name.as_str().rsplit_once(' ')?;
    let place = |list: &[&str], text: Option<&str>| list.iter().position(|at| Some(*at) == text);
    let syllables = [
        place(&FIRST, word.get(..3))?,
        place(&SECOND, word.get(3..5))?,
        place(&THIRD, word.get(5..))?,
    ];
    Some((head, syllables))
}

const SYLLABLES: u64 = 24;
const WORDS: u64 = SYLLABLES * SYLLABLES * SYLLABLES;
const COUNT: u64 = TRADES.len() as u64 * WORDS;

/// Three letters each.
const FIRST: [&str; SYLLABLES as usize] = [
    "BEL", "BRI", "COR", "DAR", "FAL", "FLO", "GAL", "GRI", "HAR", "JOL", "KER", "LAN", "MAR",
    "MON", "NOR", "PER", "QUI", "ROS", "SOL", "TAL", "VAL", "VER", "YVO", "ZEL",
];

/// Two letters each.
const SECOND: [&str; SYLLABLES as usize] = [
    "BA", "BO", "CA", "DE", "DO", "FI", "GA", "LA", "LE", "LI", "MA", "MO", "NA", "NE", "RA", "RI",
    "RO", "SA", "SO", "TA", "TE", "TI", "VA", "VO",
];

/// Three letters each.
const THIRD: [&str; SYLLABLES as usize] = [
    "BEL", "CIS", "DAN", "DOR", "FEN", "GIS", "LAN", "LIS", "LON", "MIR", "MON", "NEL", "NIS",
    "QUE", "RAN", "REL", "RIS", "SEN", "SIL", "TIS", "TRA", "VAN", "VIS", "ZAN",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn form(text: &str) -> ComparisonName {
        ComparisonName::new(text).unwrap()
    }

    #[test]
    fn each_name_of_a_company_reads_back_as_its_number() {
        let coined = Coined::new(&DrawKeys::new(7));
        for company in (0..COUNT).step_by(9_973) {
            for style in Style::COINED {
                let name = form(&coined.name(company, style));
                assert!(coined.named(&name).contains(&company), "{name}");
                if let Some(sigle) = coined.sigle(company, style) {
                    assert!(coined.with_sigle(&form(&sigle)).contains(&company), "{sigle}");
                }
            }
            let enseigne = form(&coined.enseigne(company, Style::Trader).unwrap());
            assert!(coined.with_enseigne(&enseigne).contains(&company), "{enseigne}");
        }
        assert!(coined.named(&form("MAIRIE VALMONT")).is_empty());
    }

    #[test]
    fn words_and_syllables_are_each_there_once_and_of_their_length() {
        for (list, length) in [(FIRST, 3), (SECOND, 2), (THIRD, 3)] {
            assert!(list.iter().all(|syllable| syllable.len() == length));
            assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len());
        }
        let heads = Style::COINED
            .into_iter()
            .flat_map(|style| (0..TRADES.len()).map(move |trade| style.head(trade)));
        for head in heads.chain((0..TRADES.len()).map(shop)) {
            assert_eq!(form(head).as_str(), head);
        }
    }

    #[test]
    fn an_acronym_is_that_of_the_name() {
        assert_eq!(initials("COMITE DES FETES DE"), "CF");
        let coined = Coined::new(&DrawKeys::new(7));
        let (name, sigle) =
            (coined.name(5, Style::Trading), coined.sigle(5, Style::Trading).unwrap());
        assert!(name.starts_with(&sigle[..1]), "{name} {sigle}");
    }
}
