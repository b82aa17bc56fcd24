//! Whether the fixtures can satisfy the catalogue: names that exist, steps that some partner can play, matchers that do not
//! take each other's entries.

use jiff::{Timestamp, tz::TimeZone};

use super::{Case, Catalogue};
use crate::{
    admission::Refusal,
    api::Apis,
    config::Environment,
    directory::{Convention, Directory},
    faults,
    fixtures::Diagnostic,
    journal::RefusalFacts,
    recette::{
        Recette,
        script::{Action, Stage, Step},
    },
    register::Register,
    rights::ApiId,
};

/// What the catalogue is checked against.
pub struct World<'a> {
    /// The partners.
    pub directory: &'a Directory,
    /// The personas.
    pub register: &'a Register,
    pub apis: &'a Apis,
    /// When; conventions begin and end.
    pub now: Timestamp,
}

impl Recette {
    /// Everything in the catalogue that these fixtures cannot satisfy.
    pub fn check(&self, world: &World<'_>) -> Vec<Diagnostic> {
        let known = world.apis.catalogue();
        let mut faults = Vec::new();
        for (_, case) in self.catalogue.cases() {
            let mut wrong = names(case, &known);
            wrong.extend(self.catalogue.neighbours(case));
            wrong.extend(orders(case, &known, world.directory));
            wrong.extend(self.unplayable(case, world));
            wrong.dedup();
            faults.extend(
                wrong.into_iter().map(|(key, message)| self.catalogue.fault(case, key, message)),
            );
        }
        faults
    }

    /// The first step that some partner to which the case applies cannot play.
    fn unplayable(&self, case: &Case, world: &World<'_>) -> Option<Wrong> {
        let today = world.now.to_zoned(TimeZone::UTC).date();
        for convention in world.directory.iter() {
            let opening = self.opening(convention, world.now, Environment::Production);
            // What opens no search has nothing to rehearse; the rest of a folder is not wrong for it.
            if opening.searches.is_empty() || case.applies.objection(&opening).is_some() {
                continue;
            }
            let other = another(world.directory, convention);
            let stage = Stage {
                convention,
                opening: &opening,
                catalogue: &self.catalogue,
                register: world.register,
                apis: &self.apis,
                other: other.map(|other| other.id.as_str()),
                today,
            };
            let mut shown = false;
            for step in &case.play {
                match stage.action(case, step) {
                    Err(error) => return Some(("play", format!("{error} (as {})", convention.id))),
                    Ok(Action::Send(_)) => shown |= stage.shows(case, step),
                    Ok(_) => shown = true,
                }
            }
            if !shown {
                let message =
                    format!("no call of these personas ends as expected (as {})", convention.id);
                return Some(("play", message));
            }
        }
        None
    }
}

impl Catalogue {
    fn fault(&self, case: &Case, key: &str, message: String) -> Diagnostic {
        let place = self.places.iter().find(|place| place.case == case.id);
        place.expect("every case was read somewhere").fault(key, message)
    }

    /// The cases whose matcher may take the same entry as this one's, without either saying so.
    fn neighbours(&self, case: &Case) -> Vec<Wrong> {
        let mut wrong: Vec<Wrong> = Vec::new();
        let any = |case: &Case| case.with.iter().any(|id| id == ANY);
        let unknown = case.with.iter().filter(|id| *id != ANY && self.case(id).is_none());
        wrong.extend(unknown.map(|id| ("with", format!("no case is called {id:?}"))));
        let earlier = self.cases().map(|(_, other)| other).take_while(|other| other.id != case.id);
        for other in earlier {
            let said = case.with.contains(&other.id)
                || other.with.contains(&case.id)
                || any(case)
                || any(other);
            if !said && case.applies.may_meet(&other.applies) && case.expect.overlaps(&other.expect)
            {
                let message = format!(
                    "one entry could be taken for {:?} as well: make the matchers exclude each other, or list it in `with`",
                    other.id
                );
                wrong.push(("expect", message));
            }
        }
        wrong
    }
}

type Wrong = (&'static str, String);

/// Names in the matcher that nothing has.
fn names(case: &Case, known: &faults::Catalogue) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let expect = &case.expect;
    let operations: Vec<_> = match expect.operation.as_slice() {
        [] => known.operations(expect.api, None).collect(),
        named => named.iter().flat_map(|name| known.operations(expect.api, Some(name))).collect(),
    };
    for name in &expect.operation {
        if !operations.iter().any(|operation| operation.name == name) {
            wrong.push(("expect.operation", format!("{name:?} is no operation of the journal")));
        }
    }
    for context in &expect.context {
        let mut contexts = ApiId::ALL.iter().flat_map(|api| api.contexts());
        if !contexts.any(|known| known == context) {
            wrong.push(("expect.context", format!("{context:?} is no context of an API")));
        }
    }
    for code in expect.codes() {
        let gateway =
            known.operations(None, None).chain(known.operations(None, Some(faults::TOKEN)));
        let answered = operations
            .iter()
            .copied()
            .chain(gateway)
            .any(|operation| operation.code(code).is_some());
        let status = code.parse().is_ok_and(|code: u16| expect.status.contains(&code));
        if !answered && !status {
            wrong.push(("expect.code", format!("{code:?} is no code that could be answered")));
        }
    }
    for cause in &expect.cause {
        let all = || Refusal::CAUSES.into_iter().chain(RefusalFacts::CAUSES);
        if !all().any(|known| known == cause.as_str()) {
            let known = all().collect::<Vec<_>>().join(", ");
            let message = format!("{cause:?} is no refusal: expected one of {known}");
            wrong.push(("expect.cause", message));
        }
    }
    for name in expect.has.iter().chain(&expect.lacks) {
        let leaf = |path: &String| path.rsplit('.').next() == Some(name);
        if !operations.iter().any(|operation| operation.parameters.iter().any(leaf)) {
            wrong.push(("expect", format!("{name:?} is no criterion of these operations")));
        }
    }
    wrong
}

/// Faults that the case orders and that could never apply.
fn orders(case: &Case, known: &faults::Catalogue, directory: &Directory) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for step in &case.play {
        let Step::Fault(body) = step else { continue };
        match serde_json::from_value::<faults::FaultRequest>(body.clone()) {
            Err(error) => wrong.push(("play.fault", error.to_string())),
            Ok(request) => {
                let resolved =
                    faults::Matcher::resolve(&request.target, &request.outcome, known, directory);
                let diagnostic = |one: faults::Wrong| {
                    ("play.fault", format!("{}: {}", one.pointer, one.message))
                };
                wrong.extend(resolved.err().unwrap_or_default().into_iter().map(diagnostic));
            }
        }
    }
    wrong
}

/// In `with`: whatever the other case is.
const ANY: &str = "*";

/// Another partner, whose token could be shown by mistake.
pub fn another<'a>(directory: &'a Directory, convention: &Convention) -> Option<&'a Convention> {
    directory.iter().map(AsRef::as_ref).find(|other| other.id != convention.id)
}
