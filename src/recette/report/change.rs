//! How the convention that is judged stands beside what it was: a case that a changed convention keeps out is not shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Report,
    interventions::{named, told},
};
use crate::{
    directory::Convention,
    recette::{applies::Opening, catalogue::Catalogue, words::counted},
    sandbox::{Act, Intervention, Through},
};

/// How a convention stands beside what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConventionChange {
    /// What differs, in French.
    pub differences: Vec<String>,
    /// The cases that were for it, and are not for it as it is.
    pub withdrawn: Vec<String>,
    /// The cases that are for it as it is, and were not.
    pub added: Vec<String>,
    /// Whether it is compared with what its file was when the first judged call came, and not with what its file says now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewritten: bool,
}

/// Where the convention that is judged comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConventionSource {
    /// A running server has it: what the console changed of it counts.
    AsItIs,
    /// The fixtures' folder has it: the journal files came with it.
    AsWritten,
}

/// What tells how a convention was before.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// What was noted of changes.
    pub orders: &'a [Intervention],
    /// The moment that was chosen for the judged calls to begin.
    pub from: Option<Timestamp>,
    /// How the last server knew it, where none runs.
    pub known: Option<&'a Value>,
    /// What its file says, where the console may have changed it since.
    pub written: Option<&'a Convention>,
}

impl Before<'_> {
    /// The convention before the first change of its file among the judged calls, or as the last server knew it; nothing where
    /// neither tells.
    fn rewritten(&self, now: &Convention) -> Result<Option<Convention>, String> {
        let is_judged = |one: &&Intervention| self.from.is_none_or(|from| one.at >= from);
        let mut noted = self.orders.iter().filter(is_judged);
        let described = noted.find_map(|one| one.before.as_ref()).or(self.known);
        let read = described.map(|before| now.as_described(before)).transpose();
        read.map_err(|wrong| {
            let wrong: Vec<_> = wrong.iter().map(|one| one.message.as_str()).collect();
            format!(
                "La convention d'avant la modification de son fichier ne se lit pas ({}) : rien ne dit quels cas ne s'appliquent plus.",
                wrong.join(" ; ")
            )
        })
    }
}

impl ConventionChange {
    /// What became of a convention: beside what it was before its file was changed, else beside what the file says, if that differs.
    ///
    /// # Errors
    /// Why what it was cannot be read, in French.
    pub fn find(
        catalogue: &Catalogue,
        now: &Convention,
        before: Before<'_>,
        opening: impl Fn(&Convention) -> Opening,
    ) -> Result<Option<Self>, String> {
        let rewritten = before.rewritten(now)?;
        let Some(before) = rewritten.as_ref().or(before.written) else { return Ok(None) };
        let differences = before.differences(now);
        let (then, now) = (opening(before), opening(now));
        Ok(Self::new(catalogue, &then, &now, differences, rewritten.is_some()))
    }

    fn new(
        catalogue: &Catalogue,
        before: &Opening,
        now: &Opening,
        differences: Vec<String>,
        rewritten: bool,
    ) -> Option<Self> {
        if differences.is_empty() {
            return None;
        }
        let only_for = |one: &Opening, other: &Opening| {
            let cases = catalogue.cases().map(|(_, case)| case);
            let cases = cases.filter(|case| case.applies.objection(one).is_none());
            let cases = cases.filter(|case| case.applies.objection(other).is_some());
            cases.map(|case| case.id.clone()).collect()
        };
        let (withdrawn, added) = (only_for(before, now), only_for(now, before));
        Some(Self { differences, withdrawn, added, rewritten })
    }
}

impl Report {
    /// How many cases a change of the convention or of the catalogue keeps out.
    pub fn withdrawn(&self) -> usize {
        self.by_convention() + self.kept_out.len()
    }

    fn by_convention(&self) -> usize {
        self.change.as_ref().map_or(0, |change| change.withdrawn.len())
    }

    /// Why the share of cases says less than it seems to, in French; nothing where it does not.
    pub fn curtailed(&self) -> Option<String> {
        let at_console = self.change.as_ref().is_some_and(|change| !change.rewritten);
        let convention = match at_console {
            true => "d'une convention modifiée depuis la console",
            false => "d'une convention modifiée",
        };
        let catalogue = "d'un catalogue des cas modifié";
        let why = match (self.by_convention(), self.kept_out.len()) {
            (0, 0) => return None,
            (_, 0) => convention.to_owned(),
            (0, _) => catalogue.to_owned(),
            (..) => format!("{convention} et {catalogue}"),
        };
        let cases = counted(self.withdrawn(), "cas ne s'applique pas", "cas ne s'appliquent pas");
        Some(format!("{cases} du fait {why}"))
    }
}

/// What a reader should keep in mind of it.
pub(super) fn point(
    all: &[Intervention],
    change: Option<&ConventionChange>,
    judged: ConventionSource,
) -> Option<String> {
    let changes: Vec<_> = all.iter().filter(|one| one.act == Act::Convention).collect();
    let head = match (changes.first(), change) {
        (None, None) => return None,
        (Some(_), _) => {
            let at_console = changes.iter().all(|one| one.by != Through::Files);
            let from = if at_console { " depuis la console" } else { "" };
            format!("La convention a été modifiée{from} : {}.", list(&changes))
        }
        (None, Some(change)) if change.rewritten => {
            "Le fichier de la convention a été modifié depuis que le serveur l'a lu.".to_owned()
        }
        (None, Some(_)) => {
            "La convention a été modifiée depuis la console, avant la période jugée.".to_owned()
        }
    };
    let outcome = match (change, judged) {
        (Some(change), _) => consequences(change),
        (None, ConventionSource::AsItIs) => {
            "Elle est de nouveau telle que son fichier l'écrit, et les cas applicables sont ceux de ce fichier."
                .to_owned()
        }
        (None, ConventionSource::AsWritten) => {
            "Ce rapport la juge telle que son fichier l'écrit.".to_owned()
        }
    };
    Some(format!("{head} {outcome}"))
}

/// `le ..., par une page de la console : convention suspendue par ordre ; 4 fois, du ... au ..., par ... : API R2P (quota)`: each
/// kind once, in the order in which they were first made.
fn list(changes: &[&Intervention]) -> String {
    let mut kinds: Vec<Vec<&Intervention>> = Vec::new();
    for one in changes {
        match kinds.iter_mut().find(|kind| (kind[0].by, &kind[0].what) == (one.by, &one.what)) {
            Some(kind) => kind.push(one),
            None => kinds.push(vec![one]),
        }
    }
    let shown = kinds.iter().map(|kind| {
        let times = match kind.len() {
            1 => String::new(),
            times => format!("{times} fois, "),
        };
        format!("{times}{} : {}", told(kind), kind[0].what)
    });
    named(shown.collect(), " ; ", "autre modification", "autres modifications")
}

/// `12 cas ne s'appliquent pas de ce fait : a, b, etc.`
fn consequences(change: &ConventionChange) -> String {
    let ConventionChange { differences, withdrawn, added, rewritten } = change;
    let cases = |cases: &[String], one: &str, many: &str| {
        let named: Vec<_> = cases.iter().take(NAMED).map(String::as_str).collect();
        let more = if cases.len() > NAMED { ", etc." } else { "." };
        let count = counted(cases.len(), one, many);
        (!cases.is_empty()).then(|| format!("{count} de ce fait : {}{more}", named.join(", ")))
    };
    let than = if *rewritten { "ce qu'elle était auparavant" } else { "son fichier" };
    let differences = format!("Elle diffère de {than} : {}.", differences.join(", "));
    let withdrawn = cases(withdrawn, "cas ne s'applique pas", "cas ne s'appliquent pas");
    let added = cases(added, "cas s'applique", "cas s'appliquent");
    let same = (withdrawn.is_none() && added.is_none())
        .then(|| "Les cas applicables restent les mêmes.".to_owned());
    [Some(differences), withdrawn, added, same].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Cases that are named.
const NAMED: usize = 15;

#[cfg(test)]
mod tests {
    use std::slice;

    use serde_json::{Map, json};

    use super::*;
    use crate::{
        clock::Times,
        config::Environment,
        directory::Directory,
        recette::{
            Recette,
            conduct::Verdict,
            report::{Conclusion, Synthesis, tests::report},
        },
    };

    fn at(hour: &str) -> Timestamp {
        format!("2026-11-22T{hour}Z").parse().unwrap()
    }

    fn changed(hour: &str, by: Through, what: &str) -> Intervention {
        let times = Times { simulated: at(hour), real: at(hour) };
        Intervention::new(times, Act::Convention, by, None, what.to_owned())
    }

    /// The sample editor's convention, and what this patch makes of it.
    fn patched(patch: Value) -> [Convention; 2] {
        let directory = Directory::load(None).unwrap();
        let patch: Map<String, Value> = serde_json::from_value(patch).unwrap();
        let amended = directory.amended("editeur-demo", patch, &directory).unwrap().unwrap();
        [&directory, &amended].map(|all| all.convention("editeur-demo").unwrap().as_ref().clone())
    }

    fn change(patch: Value) -> Option<ConventionChange> {
        let recette = Recette::load(None).unwrap();
        let [before, after] = patched(patch);
        let opening =
            |one: &Convention| recette.opening(one, at("10:00:00"), Environment::Production);
        let before = Before { orders: &[], from: None, known: None, written: Some(&before) };
        ConventionChange::find(&recette.catalogue, &after, before, opening).unwrap()
    }

    #[test]
    fn a_convention_that_was_changed_says_which_cases_do_not_apply() {
        assert_eq!(change(json!({})), None);
        let quota = change(json!({ "quotas": { "ficoba": 7 } })).unwrap();
        assert_eq!((quota.withdrawn.len(), quota.added.len()), (0, 0));
        let without = change(json!({ "r2p": null })).unwrap();
        assert!(without.withdrawn.contains(&"quotas-r2p".to_owned()), "{without:?}");
        let suspended = change(json!({ "state": "suspended" })).unwrap();
        assert!(suspended.withdrawn.len() > 50 && suspended.added.is_empty(), "{suspended:?}");
        let act = changed("10:00:00", Through::Page, "convention suspendue par ordre");
        let as_it_is = ConventionSource::AsItIs;
        let point = point(slice::from_ref(&act), Some(&suspended), as_it_is).unwrap();
        assert!(
            point.starts_with(
                "La convention a été modifiée depuis la console : le 22/11/2026 à 11:00:00, par une page de la console : convention suspendue par ordre."
            ),
            "{point}"
        );
        assert!(point.contains(" cas ne s'appliquent pas de ce fait : "), "{point}");
        // The change is told whether or not the order is still known.
        let told = super::point(&[], Some(&quota), as_it_is).unwrap();
        assert!(told.contains("diffère de son fichier : API FICOBA (quota)"), "{told}");
        assert!(told.ends_with("Les cas applicables restent les mêmes."), "{told}");
        let back = super::point(&[act.clone(), act.clone()], None, as_it_is).unwrap();
        assert!(back.contains("de nouveau telle que son fichier l'écrit"), "{back}");
        let files = super::point(&[act], None, ConventionSource::AsWritten).unwrap();
        assert!(files.ends_with("Ce rapport la juge telle que son fichier l'écrit."), "{files}");
    }

    /// The gravest change comes first as often as last.
    #[test]
    fn every_kind_of_change_is_named_however_many_there_were() {
        let quota =
            |minute: i32| changed(&format!("10:0{minute}:00"), Through::Api, "API R2P (quota)");
        let mut all = vec![changed("09:00:00", Through::Page, "convention suspendue par ordre")];
        all.extend((1..=6).map(quota));
        let told = point(&all, None, ConventionSource::AsItIs).unwrap();
        assert!(
            told.starts_with(
                "La convention a été modifiée depuis la console : le 22/11/2026 à 10:00:00, par une page de la console : convention suspendue par \
                 ordre ; 6 fois, du 22/11/2026 à 11:01:00 au 22/11/2026 à 11:06:00, à l'heure réelle, par l'API de la console : API R2P (quota). "
            ),
            "{told}"
        );
    }

    #[test]
    fn a_file_that_was_changed_since_the_first_judged_call_is_compared_with_what_it_was() {
        let recette = Recette::load(None).unwrap();
        let opening =
            |one: &Convention| recette.opening(one, at("10:00:00"), Environment::Production);
        let [before, now] = patched(json!({ "r2p": null }));
        let rewritten =
            changed("11:00:00", Through::Files, "API R2P retirée").from(before.described());
        let found = |orders: &[Intervention], hour: &str, known: Option<&Value>| {
            let before = Before { orders, from: Some(at(hour)), known, written: Some(&now) };
            ConventionChange::find(&recette.catalogue, &now, before, opening)
        };
        let since = |hour: &str, known: Option<&Value>| {
            found(slice::from_ref(&rewritten), hour, known).unwrap()
        };
        let change = since("10:00:00", None).unwrap();
        assert!(change.rewritten && change.withdrawn.contains(&"quotas-r2p".to_owned()));
        assert_eq!(change.differences, ["API R2P retirée"]);
        let all = slice::from_ref(&rewritten);
        let told = point(all, Some(&change), ConventionSource::AsItIs).unwrap();
        assert!(
            told.starts_with(
                "La convention a été modifiée : le 22/11/2026 à 12:00:00, par le dossier des fixtures : API R2P retirée. Elle diffère de ce \
                 qu'elle était auparavant : API R2P retirée. "
            ),
            "{told}"
        );
        // A period that was chosen begins with what was in force then; the change is told all the same.
        assert_eq!(since("12:00:00", None), None);
        assert!(point(all, None, ConventionSource::AsItIs).is_some());
        // Where it was changed while no server ran, what the last one read tells it.
        let change = since("12:00:00", Some(&before.described())).unwrap();
        let told = point(&[], Some(&change), ConventionSource::AsWritten).unwrap();
        assert!(told.starts_with("Le fichier de la convention a été modifié depuis"), "{told}");
        assert_eq!(since("12:00:00", Some(&now.described())), None);
        let fault = found(&[], "12:00:00", Some(&Value::Null)).err();
        assert!(fault.unwrap().starts_with("La convention d'avant la modification"));
    }

    /// Whoever changes the convention until all that is left of it is shown has not rehearsed it.
    #[test]
    fn a_rehearsal_whose_convention_was_cut_down_is_not_conclusive() {
        let mut report = report(1);
        report.conduct.retain(|rule| rule.verdict != Verdict::Broken);
        report.about.remarks.clear();
        report.synthesis = Synthesis::new(&report);
        assert_eq!(report.synthesis.outcome, Conclusion::Conclusive);
        assert_eq!(report.curtailed(), None);
        report.change = change(json!({ "r2p": null }));
        report.synthesis = Synthesis::new(&report);
        assert_eq!(report.synthesis.outcome, Conclusion::Incomplete);
        let why = report.curtailed().unwrap();
        assert!(report.synthesis.conclusion.contains(&why), "{}", report.synthesis.conclusion);
        assert!(report.figure().starts_with("100 %, mais ") && report.figure().contains(&why));
        assert!(!report.pronouncements().concat().contains("sans réserve"));
        assert!(
            report.withheld()[0].contains("du fait d'une convention ou d'un catalogue modifiés")
        );
        report.change = change(json!({ "quotas": { "ficoba": 7 } }));
        report.synthesis = Synthesis::new(&report);
        assert_eq!(report.synthesis.outcome, Conclusion::Conclusive, "the same cases apply");
        report.change = None;
        report.kept_out = vec!["quotas-r2p".to_owned()];
        report.synthesis = Synthesis::new(&report);
        assert_eq!(report.synthesis.outcome, Conclusion::Incomplete, "a catalogue keeps out too");
        assert_eq!(
            report.curtailed().unwrap(),
            "1 cas ne s'applique pas du fait d'un catalogue des cas modifié"
        );
    }
}
