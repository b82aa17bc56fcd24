//! What a comparison says, to people and to programs.

mod junit;
mod text;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{junit::junit, text::text};
use super::{
    accepted::Accepted,
    compare::{Comparison, Nearer},
    difference::{Difference, DifferenceKind},
    fidelity,
    session::Session,
};

/// The report of a comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What the document is; [`FORMAT`].
    pub format: String,
    /// The version of that format.
    pub version: u32,
    /// When it was made.
    pub date: Timestamp,
    /// The version of this program.
    pub program: String,
    /// What was compared: a session's file, or a contract's.
    pub original: String,
    /// With what.
    pub with: String,
    /// How many exchanges, or resources, the original has.
    pub exchanges: usize,
    /// How many of them were compared.
    pub compared: usize,
    /// Those that were not, and why.
    pub skipped: Vec<Skipped>,
    /// Who played the original's applications.
    pub partners: Vec<Casting>,
    /// The settings that bring the answers nearer.
    pub settings: Vec<NearerSetting>,
    /// What differs.
    pub differences: Vec<DifferenceLine>,
    /// What the list accepts and nobody sees any more.
    pub unused: Vec<String>,
}

/// An exchange that was not compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Skipped {
    /// Its number.
    pub exchange: u64,
    /// Why, in French.
    pub why: String,
}

/// Who played one of the original's applications.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Casting {
    /// The application, by its number.
    pub client: String,
    /// The sample partner.
    pub partner: String,
}

/// A setting that brings the answers nearer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NearerSetting {
    /// Its key.
    pub setting: String,
    pub value: String,
    /// How many of the differences disappear with it.
    pub resolves: usize,
}

/// A difference, wherever it was seen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DifferenceLine {
    /// Its identifier, for the list of those that are accepted.
    pub id: String,
    /// What differs, in French.
    pub kind: String,
    /// Where.
    pub place: String,
    /// What the original does.
    pub original: String,
    /// What is done here.
    pub here: String,
    /// In which operations.
    pub operations: Vec<String>,
    /// In which exchanges.
    pub exchanges: Vec<u64>,
    /// The line of fidelity.md that it concerns.
    pub fidelity: Option<fidelity::FidelityLine>,
    /// The setting with which it disappears.
    pub setting: Option<String>,
    /// Why it is accepted, where it is.
    pub accepted: Option<String>,
}

/// The name, in the certs folder, of the report of the last comparison.
pub const LAST: &str = "parity.json";
/// What a report in JSON says that it is.
pub const FORMAT: &str = "bacasable-parity-report";

impl Report {
    /// The report of a comparison.
    pub fn of_session(
        original: &str,
        with: String,
        session: &Session,
        comparison: &Comparison,
        accepted: &Accepted,
        date: Timestamp,
    ) -> Self {
        let mut lines: Vec<(Difference, DifferenceLine)> = Vec::new();
        for played in &comparison.played {
            let exchange = session.exchanges.iter().find(|exchange| exchange.n == played.n);
            let operation = exchange.map_or("", |exchange| exchange.request.operation.as_str());
            for difference in &played.differences {
                add(&mut lines, difference, operation, Some(played.n));
            }
        }
        let mut report = Self::new(original, with, date);
        report.exchanges = session.exchanges.len();
        report.skipped = comparison
            .played
            .iter()
            .filter_map(|one| Some(Skipped { exchange: one.n, why: one.skipped?.to_owned() }))
            .collect();
        report.compared = comparison.played.len() - report.skipped.len();
        let casting = |(client, partner): &(String, String)| Casting {
            client: client.clone(),
            partner: partner.clone(),
        };
        report.partners = comparison.cast.partners.iter().map(casting).collect();
        report.attribute(&mut lines, &comparison.settings);
        report.accept(lines, accepted);
        report
    }

    /// A report with nothing in it yet.
    pub fn new(original: &str, with: String, date: Timestamp) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: 1,
            date,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            original: original.to_owned(),
            with,
            exchanges: 0,
            compared: 0,
            skipped: Vec::new(),
            partners: Vec::new(),
            settings: Vec::new(),
            differences: Vec::new(),
            unused: Vec::new(),
        }
    }

    /// The differences that nobody has accepted.
    pub fn open(&self) -> impl Iterator<Item = &DifferenceLine> {
        self.differences.iter().filter(|line| line.accepted.is_none())
    }

    /// Takes the lines in, each accepted or not.
    pub fn accept(&mut self, lines: Vec<(Difference, DifferenceLine)>, accepted: &Accepted) {
        self.differences = lines.into_iter().map(|(_, line)| line).collect();
        for line in &mut self.differences {
            line.accepted = accepted.reason(&line.id, &line.operations).map(str::to_owned);
        }
        let lines = &self.differences;
        let unused = accepted
            .unused(|entry| lines.iter().any(|line| entry.covers(&line.id, &line.operations)));
        self.unused = unused.map(|entry| entry.difference.clone()).collect();
    }

    fn attribute(&mut self, lines: &mut [(Difference, DifferenceLine)], settings: &[Nearer]) {
        for nearer in settings {
            let mut resolves = 0;
            for (difference, line) in lines.iter_mut().filter(|(_, line)| line.setting.is_none()) {
                if nearer.resolves.contains(difference) {
                    line.setting = Some(format!("{} = {}", nearer.key, nearer.value));
                    line.fidelity =
                        fidelity::line(difference, Some(nearer.key)).or(line.fidelity.take());
                    resolves += 1;
                }
            }
            let (setting, value) = (nearer.key.to_owned(), nearer.value.clone());
            self.settings.push(NearerSetting { setting, value, resolves });
        }
    }
}

/// Adds a difference, to the line that says the same where there is one.
pub fn add(
    lines: &mut Vec<(Difference, DifferenceLine)>,
    difference: &Difference,
    operation: &str,
    exchange: Option<u64>,
) {
    let is_placed = !matches!(
        difference.kind,
        DifferenceKind::Status | DifferenceKind::BodyKind | DifferenceKind::Failure
    );
    let same = |(one, line): &&mut (Difference, DifferenceLine)| {
        one == difference && (is_placed || line.operations.iter().all(|one| one == operation))
    };
    let line = match lines.iter_mut().find(same) {
        Some((_, line)) => line,
        None => {
            let place = if is_placed { difference.place.as_str() } else { operation };
            let line = DifferenceLine {
                id: format!("{}:{place}", difference.kind.as_str()),
                kind: difference.kind.french().to_owned(),
                place: place.to_owned(),
                original: difference.original.clone(),
                here: difference.here.clone(),
                operations: Vec::new(),
                exchanges: Vec::new(),
                fidelity: fidelity::line(difference, None),
                setting: None,
                accepted: None,
            };
            lines.push((difference.clone(), line));
            &mut lines.last_mut().expect("it was just added").1
        }
    };
    if !line.operations.iter().any(|one| one == operation) {
        line.operations.push(operation.to_owned());
    }
    line.exchanges.extend(exchange);
}
