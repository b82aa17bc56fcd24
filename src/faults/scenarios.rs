//! Scenarios: faults that a tester chooses by the data they type (`fixtures/scenarios.toml`), without touching their client.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, packed};
use parking_lot::Mutex;
use serde::Deserialize;

use super::{
    Injection, KIND, Wrong,
    catalogue::Catalogue,
    facts::RequestFacts,
    matcher::{Matcher, Target},
    outcome::Outcome,
    spec::OutcomeSpec,
};
use crate::{
    chance::Chance,
    directory::Directory,
    fixtures::{self, Diagnostic, Source},
};

/// Every scenario, in the order of the files.
#[derive(Debug, Default)]
pub struct Scenarios {
    all: Vec<Scenario>,
    /// Finds in one pass whether a request holds what the words of any scenario begin with; absent when some scenario has none.
    words: Option<Words>,
}

/// A search for many words at once, in letters of either case.
#[derive(Debug)]
enum Words {
    /// By what they begin with, with the processor's vectors: where it has them, and for 128 beginnings at most.
    Packed {
        /// The first four bytes, in small letters, each once.
        beginnings: packed::Searcher,
        /// The words of each, in small letters.
        words: Vec<Vec<Word>>,
    },
    Automaton(AhoCorasick),
}

/// The first bytes of a text, eight at most, to compare with others at once.
#[derive(Clone, Copy, Debug)]
struct Word {
    bytes: u64,
    /// Which of the bytes there are.
    mask: u64,
}

/// A fault that waits for certain data.
#[derive(Debug)]
pub struct Scenario {
    /// Its name for ever.
    pub id: String,
    /// What happens, in French.
    pub title: String,
    /// The data that choose it: any of these.
    pub when: Vec<Matcher>,
    /// How often it applies to what it matches.
    pub probability: Option<f64>,
    /// The outcome as it was written.
    pub spec: OutcomeSpec,
    outcome: Outcome,
    chance: Mutex<Chance>,
    injected: AtomicU64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    scenario: Vec<RawScenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    id: String,
    title: String,
    when: Vec<Target>,
    probability: Option<f64>,
    outcome: OutcomeSpec,
}

impl Scenarios {
    /// The sample scenarios, completed or replaced by those of a fixtures folder; `seed` is what their draws come from.
    ///
    /// # Errors
    /// Everything wrong in the files, at once.
    pub fn load(
        dir: Option<&Path>,
        seed: u64,
        catalogue: &Catalogue,
        directory: &Directory,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut all: Vec<Scenario> = Vec::new();
        let mut faults = Vec::new();
        for source in fixtures::file("scenarios.toml", EMBEDDED, dir)? {
            let file: File = match source.parse() {
                Ok(file) => file,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            let mut ids = HashSet::new();
            for (n, raw) in file.scenario.iter().enumerate() {
                let fault = |key: &str, message| raw.fault(&source, n, key, message);
                if !ids.insert(raw.id.clone()) {
                    faults.push(fault("id", "this id is another scenario's already".to_owned()));
                }
                match raw.resolve(seed, catalogue, directory) {
                    Ok(scenario) => {
                        all.retain(|earlier| earlier.id != scenario.id);
                        all.push(scenario);
                    }
                    Err(wrong) => {
                        faults.extend(wrong.into_iter().map(|one| fault(&one.key(), one.message)))
                    }
                }
            }
        }
        if faults.is_empty() { Ok(Self::new(all)) } else { Err(faults) }
    }

    /// Every scenario, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Scenario> {
        self.all.iter()
    }

    /// The first scenario that applies to this request.
    pub(super) fn inject(&self, facts: &RequestFacts<'_>) -> Option<Injection> {
        if self.is_out_of_question(facts) {
            return None;
        }
        self.all.iter().find_map(|scenario| scenario.inject(facts))
    }

    /// The draws begin again, and the counts.
    pub(super) fn restart(&self, seed: u64) {
        for scenario in &self.all {
            *scenario.chance.lock() = Chance::new(seed, KIND, &scenario.id);
            scenario.injected.store(0, Ordering::Relaxed);
        }
    }

    fn new(all: Vec<Scenario>) -> Self {
        let matchers = all.iter().flat_map(|scenario| &scenario.when);
        let beginning =
            |needle: &str| needle.to_ascii_lowercase().bytes().take(BEGINNING).collect();
        let needles: Option<BTreeSet<Vec<u8>>> =
            matchers.map(|matcher| matcher.needle().map(beginning)).collect();
        Self { all, words: needles.and_then(|needles| Words::new(&needles)) }
    }

    fn is_out_of_question(&self, facts: &RequestFacts<'_>) -> bool {
        if self.all.is_empty() {
            return true;
        }
        match (&self.words, facts.plain()) {
            (Some(words), Some(mut texts)) => !texts.any(|text| words.are_in(text)),
            (None, _) | (_, None) => false,
        }
    }
}

impl Words {
    /// Nothing where their table would be too large.
    fn new(words: &BTreeSet<Vec<u8>>) -> Option<Self> {
        let mut beginnings: BTreeMap<&[u8], Vec<Word>> = BTreeMap::new();
        for word in words {
            beginnings.entry(&word[..word.len().min(4)]).or_default().push(Word::new(word));
        }
        let packed = packed::Config::new().builder().extend(beginnings.keys()).build();
        let packed = packed.map(|searcher| Self::Packed {
            beginnings: searcher,
            words: beginnings.into_values().collect(),
        });
        let mut builder = AhoCorasickBuilder::new();
        // A search for the bytes that words begin with stops at every other byte of a body full of digits.
        builder.ascii_case_insensitive(true).prefilter(false).kind(Some(AhoCorasickKind::DFA));
        packed.or_else(|| builder.build(words).ok().map(Self::Automaton))
    }

    fn are_in(&self, text: &[u8]) -> bool {
        match self {
            _ if text.is_empty() => false,
            Self::Packed { beginnings, words } => {
                let text = text.to_ascii_lowercase();
                let mut from = 0;
                while let Some(found) = beginnings.find_in(&text, (from..text.len()).into()) {
                    let here = Word::new(&text[found.start()..]);
                    if words[found.pattern().as_usize()].iter().any(|word| word.begins(here)) {
                        return true;
                    }
                    from = found.start() + 1;
                }
                false
            }
            Self::Automaton(words) => words.is_match(text),
        }
    }
}

impl Word {
    fn new(text: &[u8]) -> Self {
        let (mut bytes, mut mask) = ([0; BEGINNING], [0; BEGINNING]);
        for (at, byte) in text.iter().take(BEGINNING).enumerate() {
            (bytes[at], mask[at]) = (*byte, u8::MAX);
        }
        Self { bytes: u64::from_le_bytes(bytes), mask: u64::from_le_bytes(mask) }
    }

    /// Whether the other text begins with this word.
    fn begins(self, text: Self) -> bool {
        text.bytes & self.mask == self.bytes && text.mask & self.mask == self.mask
    }
}

impl Scenario {
    /// How often it was injected.
    pub fn injected(&self) -> u64 {
        self.injected.load(Ordering::Relaxed)
    }

    fn inject(&self, facts: &RequestFacts<'_>) -> Option<Injection> {
        if !self.when.iter().any(|matcher| matcher.matches(facts)) {
            return None;
        }
        let mut chance = self.chance.lock();
        let probability = self.probability.or(self.spec.usual_probability());
        let injection = Injection::draw(&self.id, probability, &self.outcome, &mut chance)?;
        self.injected.fetch_add(1, Ordering::Relaxed);
        Some(injection)
    }
}

impl RawScenario {
    fn resolve(
        &self,
        seed: u64,
        catalogue: &Catalogue,
        directory: &Directory,
    ) -> Result<Scenario, Vec<Wrong>> {
        let mut wrong = Vec::new();
        wrong.extend(super::check_probability(self.probability).err());
        if self.when.is_empty() || self.when.iter().any(|target| target.criteria.is_empty()) {
            wrong.push(Wrong::at(
                "/when",
                "expected at least one criterion: a scenario is chosen by data",
            ));
        }
        let mut when = Vec::new();
        let mut outcome = None;
        for target in &self.when {
            match Matcher::resolve(target, &self.outcome, catalogue, directory) {
                Ok((matcher, resolved)) => {
                    when.push(matcher);
                    outcome = Some(resolved);
                }
                Err(more) => wrong.extend(more),
            }
        }
        let id = self.id.clone();
        match outcome {
            Some(outcome) if wrong.is_empty() => Ok(Scenario {
                chance: Mutex::new(Chance::new(seed, KIND, &id)),
                id,
                title: self.title.clone(),
                when,
                probability: self.probability,
                spec: self.outcome.clone(),
                outcome,
                injected: AtomicU64::new(0),
            }),
            Some(_) | None => Err(wrong),
        }
    }

    /// A fault of this scenario, the `n`th of its file; the key is its path within the scenario.
    fn fault(&self, source: &Source, n: usize, key: &str, message: String) -> Diagnostic {
        let fault = source.fault(&format!("scenario.{n}.{key}"), message);
        Diagnostic { key: Some(format!("scenario {:?}: {key}", self.id)), ..fault }
    }
}

/// Bytes of a word that are looked for first: enough that other data seldom have them, and few, so that the table of all words
/// stays small (some hundred kilobytes).
const BEGINNING: usize = 8;

const EMBEDDED: &str = include_str!("../../fixtures/scenarios.toml");

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn words_are_found_wherever_they_stand_in_either_case(
            words in btree_set("[a-c2]{1,8}", 1..12), text in "[a-cA-C2]{0,40}",
        ) {
            let words: BTreeSet<Vec<u8>> = words.into_iter().map(String::into_bytes).collect();
            let small = text.to_ascii_lowercase().into_bytes();
            let expected = words.iter().any(|word| small.windows(word.len()).any(|part| part == word));
            let mut builder = AhoCorasickBuilder::new();
            let automaton = builder.ascii_case_insensitive(true).build(&words).unwrap();
            prop_assert_eq!(Words::new(&words).unwrap().are_in(text.as_bytes()), expected);
            prop_assert_eq!(Words::Automaton(automaton).are_in(text.as_bytes()), expected);
        }
    }
}
