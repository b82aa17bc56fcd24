//! Coined names of companies, trade names and acronyms: each is a number written in words, and reads back as that number.

use crate::{
    domain::ComparisonName,
    register::draw::{Keys, Permutation, Topic},
};

/// Names of the form `WORD` + a coined word of eight letters, as `MENUISERIE BELMORAN`.
#[derive(Debug)]
pub(super) struct Coined {
    words: &'static [&'static str; WORDS],
    order: Permutation,
}

/// Acronyms of four consonants, so that none is a word. There are fewer of them than companies: some are shared.
#[derive(Debug)]
pub(super) struct Sigles(Permutation);

impl Coined {
    /// Registered names: a trade, then the coined word.
    pub(super) fn companies(keys: &Keys) -> Self {
        Self { words: &TRADES, order: keys.permutation(Topic::CompanyName, COUNT) }
    }

    /// Trade names: a sort of shop, then the coined word.
    pub(super) fn enseignes(keys: &Keys) -> Self {
        Self { words: &SHOPS, order: keys.permutation(Topic::Enseigne, COUNT) }
    }

    /// The name of this number, below [`COUNT`].
    pub(super) fn text(&self, number: u64) -> String {
        let number = self.order.apply(number);
        let (word, number) = (number / COINED, number % COINED);
        let (first, number) = (number / (SYLLABLES * SYLLABLES), number % (SYLLABLES * SYLLABLES));
        let (second, third) = (number / SYLLABLES, number % SYLLABLES);
        let [first, second, third] =
            [(&FIRST, first), (&SECOND, second), (&THIRD, third)].map(|(of, at)| of[at as usize]);
        [self.words[word as usize], " ", first, second, third].concat()
    }

    /// The number of a name, if it is one of ours.
    pub(super) fn number(&self, name: &ComparisonName) -> Option<u64> {
        let (word, coined) = name.as_str().rsplit_once(' ')?;
        let place = |list: &[&str], text: Option<&str>| {
            list.iter().position(|at| Some(*at) == text).map(|at| at as u64)
        };
        let word = place(self.words, Some(word))?;
        let (first, second) = (place(&FIRST, coined.get(..3))?, place(&SECOND, coined.get(3..5))?);
        let third = place(&THIRD, coined.get(5..))?;
        Some(self.order.undo(word * COINED + (first * SYLLABLES + second) * SYLLABLES + third))
    }
}

impl Sigles {
    pub(super) fn new(keys: &Keys) -> Self {
        Self(keys.permutation(Topic::Sigle, SIGLES))
    }

    /// The acronym of a company.
    pub(super) fn text(&self, company: u64) -> String {
        let mut number = self.0.apply(company % SIGLES);
        let mut text = String::with_capacity(4);
        for _ in 0..4 {
            text.push(char::from(CONSONANTS[(number % 20) as usize]));
            number /= 20;
        }
        text
    }

    /// The companies below `count` that would have this acronym.
    pub(super) fn companies(
        &self,
        sigle: &ComparisonName,
        count: u64,
    ) -> impl Iterator<Item = u64> + use<> {
        let letters = Some(sigle.as_str().as_bytes()).filter(|letters| letters.len() == 4);
        let place = |letter: &u8| CONSONANTS.iter().position(|at| at == letter).map(|at| at as u64);
        let number = letters.and_then(|letters| {
            letters
                .iter()
                .rev()
                .try_fold(0, |number, letter| place(letter).map(|place| number * 20 + place))
        });
        let first = number.map_or(count, |number| self.0.undo(number));
        (first..count).step_by(SIGLES as usize)
    }
}

const WORDS: usize = 60;
const SYLLABLES: u64 = 24;
const COINED: u64 = SYLLABLES * SYLLABLES * SYLLABLES;
const COUNT: u64 = WORDS as u64 * COINED;
const SIGLES: u64 = 20 * 20 * 20 * 20;
const CONSONANTS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

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

const TRADES: [&str; WORDS] = [
    "ABATTAGE",
    "ACCASTILLAGE",
    "AGENCE",
    "AMENAGEMENT",
    "APICULTURE",
    "ARCHITECTURE",
    "ATELIERS",
    "AUTOMATISMES",
    "BATIMENT",
    "BLANCHISSERIE",
    "BOULANGERIE",
    "BRASSERIE",
    "CABINET",
    "CARRELAGES",
    "CHARPENTES",
    "CHAUDRONNERIE",
    "CLIMATISATION",
    "CLINIQUE",
    "CONSEIL",
    "COUVERTURE",
    "CYCLES",
    "DECORATION",
    "DOMAINE",
    "EBENISTERIE",
    "ECOLE",
    "EDITIONS",
    "ELECTRICITE",
    "ENERGIES",
    "ETUDES",
    "FERRONNERIE",
    "FONDERIE",
    "FORMATION",
    "GARAGE",
    "HORLOGERIE",
    "HOTEL",
    "IMPRIMERIE",
    "JARDINS",
    "LABORATOIRE",
    "LOGISTIQUE",
    "MACONNERIE",
    "MARITIME",
    "MECANIQUE",
    "MENUISERIE",
    "MINOTERIE",
    "NEGOCE",
    "NETTOYAGE",
    "OPTIQUE",
    "PAPETERIE",
    "PEINTURE",
    "PEPINIERES",
    "PHARMACIE",
    "PLOMBERIE",
    "PRESSING",
    "PRODUCTIONS",
    "ROBINETTERIE",
    "SCIERIE",
    "SERVICES",
    "TRANSPORTS",
    "VERRERIE",
    "VIGNOBLES",
];

const SHOPS: [&str; WORDS] = [
    "A L ENSEIGNE DE",
    "ANTIQUITES",
    "ART DE",
    "ATELIER",
    "AU COIN DE",
    "AU COMPTOIR DE",
    "AU FIL DE",
    "AU MARCHE DE",
    "AU REPOS DE",
    "AUBERGE",
    "AUTO",
    "AUX DELICES DE",
    "BAR",
    "BAZAR",
    "BIJOUX",
    "BISTROT",
    "BOUTIQUE",
    "BRICO",
    "BROCANTE",
    "CAFE",
    "CAVE",
    "CHEZ",
    "CIRQUE",
    "COIFFURE",
    "COMPTOIR",
    "CREPERIE",
    "CUISINES",
    "ENTREPOT",
    "EPICERIE",
    "ESPACE",
    "FERME",
    "FLEURS",
    "FOURNIL",
    "GALERIE",
    "GARAGE",
    "HALLES",
    "INSTITUT",
    "KIOSQUE",
    "LE BON COIN DE",
    "LE RELAIS DE",
    "LIBRAIRIE",
    "LINGERIE",
    "MAISON",
    "MODE",
    "MOULIN",
    "MUSIQUE",
    "OPTIC",
    "PALAIS",
    "PATISSERIE",
    "PIZZERIA",
    "POISSONNERIE",
    "PRIMEURS",
    "QUINCAILLERIE",
    "RESTAURANT",
    "SALON",
    "STUDIO",
    "TAVERNE",
    "THEATRE",
    "TRAITEUR",
    "VELO",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_coined_name_reads_back_as_its_number() {
        let keys = Keys::new(7);
        for names in [Coined::companies(&keys), Coined::enseignes(&keys)] {
            for number in (0..COUNT).step_by(997) {
                let name = ComparisonName::new(&names.text(number)).unwrap();
                assert_eq!(names.number(&name), Some(number), "{name}");
            }
            assert_eq!(names.number(&ComparisonName::new("MAIRIE VALMONT").unwrap()), None);
        }
    }

    #[test]
    fn words_and_syllables_are_each_there_once_and_of_their_length() {
        for (list, length) in [(FIRST, 3), (SECOND, 2), (THIRD, 3)] {
            assert!(list.iter().all(|syllable| syllable.len() == length));
            assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len());
        }
        for words in [TRADES, SHOPS] {
            assert_eq!(words.iter().collect::<HashSet<_>>().len(), WORDS);
            assert!(words.iter().all(|word| ComparisonName::new(word).unwrap().as_str() == *word));
        }
    }

    #[test]
    fn an_acronym_finds_every_company_that_shares_it() {
        let sigles = Sigles::new(&Keys::new(7));
        let sigle = ComparisonName::new(&sigles.text(5)).unwrap();
        assert_eq!(sigles.companies(&sigle, 400_000).collect::<Vec<_>>(), [5, 160_005, 320_005]);
        assert_eq!(sigles.companies(&ComparisonName::new("AEIO").unwrap(), 400_000).count(), 0);
    }
}
