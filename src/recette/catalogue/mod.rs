//! The catalogue: what an acceptance rehearsal exercises, case by case (`fixtures/recette/*.toml`, in French).
//!
//! A file is a theme. Those of `--fixtures DIR/recette` add themes and cases, and replace the case of the same id. Form is
//! checked when the catalogue is read; whether the fixtures can satisfy it, by `Recette::check`.

mod check;
mod read;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path};

pub use self::check::{World, another};
use super::{
    applies::{Applies, Opening},
    matcher::Matcher,
    reaction::Reaction,
    script::Step,
};
use crate::{
    fixtures::{self, Diagnostic, Source},
    rights::Search,
};

/// Every case, by theme.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The themes, in the order of the report.
    pub themes: Vec<Theme>,
    /// The persona that shows a search where a case names none.
    pub personas: BTreeMap<&'static Search, String>,
    /// The embedded cases that the folder replaces, as they were.
    pub replaced: Vec<Case>,
    places: Vec<CasePosition>,
}

/// Cases that belong together.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Its name: `jetons`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Its rank in the report; also the sensible order to play.
    pub order: u32,
    /// Its cases, in the order of the file.
    pub cases: Vec<Case>,
}

/// One thing to exercise.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name for ever: `jetons-renouvellement`.
    pub id: String,
    /// One line.
    pub title: String,
    /// What is required of the partner's application.
    pub requirement: String,
    /// Where that is written: article of the CGU, section of the technical protocol ("PT"), RFC.
    pub sources: Vec<String>,
    /// The conventions it is for.
    pub applies: Applies,
    /// What the journal must show.
    pub expect: Matcher,
    /// What the client must do next.
    pub reaction: Option<Reaction>,
    /// Whether the client does something wrong on purpose, so that the calls are not its everyday conduct.
    pub deliberate: bool,
    /// What the journal cannot show, and the tester must witness, in French.
    pub witness: Option<String>,
    /// How to play it, for people.
    pub how: String,
    /// How to play it, for programs.
    pub play: Vec<Step>,
    /// The cases that one call may show at the same time.
    pub with: Vec<String>,
}

/// Where a case is written, for what is found later.
#[derive(Clone, Debug)]
struct CasePosition {
    case: String,
    source: Source,
    /// Which case of its file it is, from 0.
    n: usize,
}

impl Catalogue {
    /// The embedded catalogue, completed or replaced by the folder's.
    ///
    /// # Errors
    /// Everything wrong in the form of every file.
    pub fn load(dir: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        read::catalogue(fixtures::folder("recette", EMBEDDED, dir)?)
    }

    /// Every case with its theme, in order.
    pub fn cases(&self) -> impl Iterator<Item = (&Theme, &Case)> {
        self.themes.iter().flat_map(|theme| theme.cases.iter().map(move |case| (theme, case)))
    }

    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases().map(|(_, case)| case).find(|case| case.id == id)
    }

    /// The cases that are for a convention as they were before the folder replaced them, and are not any more.
    pub fn kept_out(&self, opening: &Opening) -> Vec<String> {
        let is_for = |case: &Case| case.applies.objection(opening).is_none();
        let out = |before: &&Case| is_for(before) && !self.case(&before.id).is_some_and(is_for);
        self.replaced.iter().filter(out).map(|case| case.id.clone()).collect()
    }

    /// Whether what is called while this case is played is not everyday conduct: it asks for a mistake or an incident.
    pub fn excuses(&self, id: &str) -> bool {
        self.case(id).is_some_and(|case| case.deliberate || case.orders_incident())
    }
}

impl Case {
    /// Whether it is played under a fault or a changed convention, which the console is ordered.
    fn orders_incident(&self) -> bool {
        self.play.iter().any(|step| matches!(step, Step::Fault(_) | Step::Convention(_)))
    }
}

/// The files of `fixtures/recette`.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/recette.rs"));
