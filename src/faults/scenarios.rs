//! Scenarios: faults that a tester chooses by the data they type (`fixtures/scenarios.toml`), without touching their client.

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
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
    words: Option<AhoCorasick>,
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
        let beginning = |needle: &str| needle.bytes().take(BEGINNING).collect();
        let needles: Option<BTreeSet<Vec<u8>>> =
            matchers.map(|matcher| matcher.needle().map(beginning)).collect();
        let mut builder = AhoCorasickBuilder::new();
        // A search for the bytes that needles begin with stops at every other byte of a body full of digits.
        builder.ascii_case_insensitive(true).prefilter(false).kind(Some(AhoCorasickKind::DFA));
        let words = needles.and_then(|needles| builder.build(needles).ok());
        Self { all, words }
    }

    fn is_out_of_question(&self, facts: &RequestFacts<'_>) -> bool {
        if self.all.is_empty() {
            return true;
        }
        match (&self.words, facts.plain()) {
            (Some(words), Some(mut texts)) => !texts.any(|text| words.is_match(text)),
            (None, _) | (_, None) => false,
        }
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
