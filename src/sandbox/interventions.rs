//! What was ordered at the console that changes what the gateway answers: whoever signs a report of a rehearsal is to know of it.
//! The same at all replicas, and kept beside the journal's file where there is one: `journal.interventions.ndjson` beside `journal.jsonl`.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{clock::Times, files};

/// One order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intervention {
    /// When, on the product's clock.
    pub at: Timestamp,
    /// The same on the system's clock.
    pub real_at: Timestamp,
    /// Whose calls it touches; everybody's where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    pub act: Act,
    pub by: Through,
    /// What exactly, in French.
    pub what: String,
    /// The convention as it was described before, where its file was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
}

/// What it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// What a partner may do.
    Convention,
    /// An incident was ordered.
    Fault,
    Clock,
    /// The counters of the minute.
    Quota,
    /// Tokens were revoked.
    Tokens,
    /// When the APIs are open.
    Service,
    /// The whole world was read again.
    Fixtures,
}

/// By which way it was ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Through {
    /// By a program.
    Api,
    /// By somebody who looked at a page.
    Page,
    /// By a change on disk.
    Files,
}

/// All that are kept, in the order in which they were given.
pub struct Interventions {
    file: Option<PathBuf>,
    kept: Mutex<KeptOrders>,
}

#[derive(Default)]
struct KeptOrders {
    /// Each with its number, from 0.
    all: Vec<(u64, Intervention)>,
    /// How many there ever were.
    ever: u64,
    /// Lines of the file.
    lines: usize,
    /// Whether the file could not be read at the start: it is left as it is then.
    is_foreign: bool,
}

/// What a file holds.
struct OrdersFile {
    all: Vec<Intervention>,
    /// Whether its last line was cut.
    is_torn: bool,
}

impl Intervention {
    pub fn new(at: Times, act: Act, by: Through, partner: Option<&str>, what: String) -> Self {
        let Times { simulated, real } = at;
        let partner = partner.map(str::to_owned);
        Self { at: simulated, real_at: real, partner, act, by, what, before: None }
    }

    /// The same, of a convention that was so described before.
    #[must_use]
    pub fn from(self, before: Value) -> Self {
        Self { before: Some(before), ..self }
    }

    /// Whether it is what another replica read too, which has the same folder.
    fn is_also(&self, other: &Self) -> bool {
        let is_read = self.before.is_some() && self.by == Through::Files;
        let of = |one: &Self| (one.act, one.by, one.partner.clone(), one.before.clone());
        self == other || (is_read && of(self) == of(other) && self.what == other.what)
    }

    /// Whether it touches a partner's calls.
    pub fn concerns(&self, partner: &str) -> bool {
        self.partner.as_deref().is_none_or(|whose| whose == partner)
    }
}

impl Through {
    /// In French, as who did it.
    pub fn french(self) -> &'static str {
        match self {
            Self::Api => "l'API de la console",
            Self::Page => "une page de la console",
            Self::Files => "le dossier des fixtures",
        }
    }
}

impl Interventions {
    /// What is kept beside the journal's file.
    pub fn beside(journal: Option<&Path>) -> Self {
        let file = journal.map(Self::file_beside);
        let mut kept = KeptOrders::default();
        match file.as_deref().map(read) {
            None => {}
            Some(Ok(OrdersFile { all, is_torn })) => {
                kept.lines = all.len();
                kept.ever = all.len() as u64;
                kept.all = (0..).zip(all).collect();
                kept.forget_oldest();
                if is_torn && let Some(file) = &file {
                    kept.write_whole(file);
                }
            }
            Some(Err(fault)) => {
                tracing::error!(%fault, "what was ordered at the console before cannot be read: the file is left as it is");
                kept.is_foreign = true;
            }
        }
        Self { file, kept: Mutex::new(kept) }
    }

    /// Makes the file where there is none yet: one that is missing later was lost.
    pub fn make_file(&self) {
        let kept = self.kept();
        if let Some(file) = self.file.as_deref().filter(|_| !kept.is_foreign)
            && let Err(error) = files::append(file, b"", OWNER_ONLY)
        {
            tracing::error!(file = %file.display(), %error, "what is ordered at the console cannot be kept on file");
        }
    }

    /// The file that keeps them beside a journal's.
    pub fn file_beside(journal: &Path) -> PathBuf {
        journal.with_extension("interventions.ndjson")
    }

    /// What such a file keeps; nothing where there is no file.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn kept_in(file: &Path) -> Result<Vec<Intervention>, String> {
        read(file).map(|read| read.all)
    }

    /// Keeps one more.
    pub fn note(&self, one: Intervention) {
        self.kept().add(one, self.file.as_deref());
    }

    /// All of them.
    pub fn all(&self) -> Vec<Intervention> {
        self.kept().all.iter().map(|(_, one)| one.clone()).collect()
    }

    /// Those that touch a partner's calls, without the first so many that there ever were.
    pub fn for_partner(&self, partner: &str, without: u64) -> Vec<Intervention> {
        let kept = self.kept();
        let those = kept.all.iter().filter(|(number, _)| *number >= without);
        those.map(|(_, one)| one).filter(|one| one.concerns(partner)).cloned().collect()
    }

    /// How many there ever were: what was made from them is as they are while this stays.
    pub fn ever(&self) -> u64 {
        self.kept().ever
    }

    /// Adds those that another replica knows of.
    pub fn adopt(&self, all: Vec<Intervention>) {
        let mut kept = self.kept();
        for one in all {
            if !kept.all.iter().any(|(_, known)| known.is_also(&one)) {
                kept.add(one, self.file.as_deref());
            }
        }
        kept.all.sort_by_key(|(_, one)| one.real_at);
    }

    fn kept(&self) -> MutexGuard<'_, KeptOrders> {
        self.kept.lock()
    }
}

impl KeptOrders {
    fn add(&mut self, one: Intervention, file: Option<&Path>) {
        if let Some(file) = file.filter(|_| !self.is_foreign) {
            let line = serde_json::to_string(&one).expect("texts and moments") + "\n";
            if let Err(error) = files::append(file, line.as_bytes(), OWNER_ONLY) {
                tracing::error!(file = %file.display(), %error, "what was ordered at the console is kept in memory only");
            }
        }
        self.all.push((self.ever, one));
        self.ever += 1;
        self.lines += 1;
        self.forget_oldest();
        if let Some(file) = file.filter(|_| !self.is_foreign && self.lines > LINES) {
            self.write_whole(file);
        }
    }

    /// No more than so many are kept. Changes of conventions outlast the rest: whether cases apply hangs on them.
    fn forget_oldest(&mut self) {
        while self.all.len() > MOST {
            let lesser = self.all.iter().position(|(_, one)| one.act != Act::Convention);
            self.all.remove(lesser.unwrap_or_default());
        }
    }

    fn write_whole(&mut self, file: &Path) {
        let line =
            |(_, one): &(u64, _)| serde_json::to_string(one).expect("texts and moments") + "\n";
        let text: String = self.all.iter().map(line).collect();
        match files::write_whole(file, text.as_bytes(), OWNER_ONLY) {
            Ok(()) => self.lines = self.all.len(),
            Err(error) => {
                tracing::error!(file = %file.display(), %error, "the oldest orders cannot be taken out of the file");
                self.lines = 0; // tried again when as many more were added
            }
        }
    }
}

fn read(file: &Path) -> Result<OrdersFile, String> {
    let text = match files::text(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(OrdersFile { all: Vec::new(), is_torn: false });
        }
        Err(error) => return Err(format!("{}: {error}", file.display())),
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let parsed = |(line, number): (&str, usize)| {
        serde_json::from_str(line)
            .map_err(|error| format!("{}, line {number}: {error}", file.display()))
    };
    let all = whole.lines().zip(1..).map(parsed).collect::<Result<_, _>>()?;
    Ok(OrdersFile { all, is_torn: whole.len() < text.len() })
}

/// Those that are kept: some two hundred bytes each, which replicas tell each other with every order.
const MOST: usize = 500;

/// Lines of the file at which the oldest are taken out of it.
const LINES: usize = 4 * MOST;

/// Names of partners stand in it.
const OWNER_ONLY: u32 = 0o600;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn one(act: Act, second: i64, partner: Option<&str>) -> Intervention {
        let at = Timestamp::from_second(second).unwrap();
        let times = Times { simulated: at, real: at };
        Intervention::new(times, act, Through::Page, partner, "état imposé".to_owned())
    }

    #[test]
    fn what_was_ordered_survives_the_stop_beside_the_journal_s_file() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.jsonl");
        let start = || Interventions::beside(Some(&journal));
        let first = start();
        first.note(one(Act::Convention, 1, Some("a")));
        first.note(one(Act::Clock, 2, None));
        assert_eq!((first.for_partner("a", 0).len(), first.for_partner("b", 0).len()), (2, 1));
        assert_eq!(first.for_partner("a", 1), first.for_partner("b", 0), "without the first");
        assert_eq!((start().all(), start().all().len()), (first.all(), 2));
        let file = Interventions::file_beside(&journal);
        assert_eq!(file, dir.path().join("journal.interventions.ndjson"));
        assert_eq!(Interventions::kept_in(&file).unwrap(), first.all());
        assert!(Interventions::kept_in(&dir.path().join("none")).unwrap().is_empty());
    }

    #[test]
    fn a_line_that_was_cut_is_no_order_and_a_file_of_something_else_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.jsonl");
        let file = Interventions::file_beside(&journal);
        Interventions::beside(Some(&journal)).note(one(Act::Clock, 1, None));
        let whole = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{whole}{{\"at\":")).unwrap();
        let again = Interventions::beside(Some(&journal));
        again.note(one(Act::Clock, 2, None));
        assert_eq!(Interventions::kept_in(&file).unwrap().len(), 2);
        fs::write(&file, "rien\n").unwrap();
        assert!(Interventions::kept_in(&file).unwrap_err().contains("line 1"));
        let other = Interventions::beside(Some(&journal));
        other.note(one(Act::Clock, 3, None));
        assert_eq!((other.all().len(), fs::read_to_string(&file).unwrap()), (1, "rien\n".into()));
    }

    #[test]
    fn the_oldest_are_forgotten_and_changes_of_conventions_last() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.jsonl");
        let kept = Interventions::beside(Some(&journal));
        kept.note(one(Act::Convention, 0, Some("a")));
        for second in 1..=i64::try_from(LINES).unwrap() {
            kept.note(one(Act::Quota, second, None));
        }
        let all = kept.all();
        assert_eq!((all.len(), all[0].act), (MOST, Act::Convention));
        assert_eq!(kept.ever(), LINES as u64 + 1);
        let file = Interventions::file_beside(&journal);
        assert_eq!(Interventions::kept_in(&file).unwrap().len(), MOST);
    }

    #[test]
    fn a_file_that_replicas_read_alike_is_one_change() {
        let kept = Interventions::beside(None);
        let read =
            |second| Intervention { by: Through::Files, ..one(Act::Convention, second, Some("a")) };
        let before = Value::from("avant");
        kept.note(read(1).from(before.clone()));
        kept.adopt(vec![read(2).from(before.clone())]);
        assert_eq!(kept.all().len(), 1);
        kept.adopt(vec![read(2).from(Value::from("autre")), read(3)]);
        assert_eq!(kept.all().len(), 3);
    }

    #[test]
    fn the_file_is_there_before_anything_was_ordered() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.jsonl");
        Interventions::beside(Some(&journal)).make_file();
        let file = Interventions::file_beside(&journal);
        assert_eq!(fs::read_to_string(&file).unwrap(), "");
        Interventions::beside(Some(&journal)).note(one(Act::Clock, 1, None));
        Interventions::beside(Some(&journal)).make_file();
        assert_eq!(Interventions::kept_in(&file).unwrap().len(), 1, "what it holds stays");
        Interventions::beside(None).make_file();
    }

    #[test]
    fn what_another_replica_knows_of_is_added_once() {
        let kept = Interventions::beside(None);
        kept.note(one(Act::Clock, 2, None));
        let others = vec![one(Act::Convention, 1, Some("a")), one(Act::Clock, 2, None)];
        kept.adopt(others.clone());
        kept.adopt(others.clone());
        assert_eq!(kept.all(), others);
    }
}
