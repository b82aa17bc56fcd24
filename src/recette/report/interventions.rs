//! What was ordered at the console while a rehearsal went on: a reader is to know that the gateway was told to answer otherwise,
//! and which cases do not apply because somebody changed the convention.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Report;
use crate::{
    recette::{
        applies::Opening,
        catalogue::Catalogue,
        words::{counted, dated, moment},
    },
    sandbox::{Act, Intervention},
};

/// How a convention stands beside what its file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConventionChange {
    /// What differs, in French.
    pub differences: Vec<String>,
    /// The cases that are for it by its file, and not as it is.
    pub withdrawn: Vec<String>,
    /// The cases that are for it as it is, and not by its file.
    pub added: Vec<String>,
}

/// Where the convention that is judged comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConventionSource {
    /// A running server has it: what the console changed of it counts.
    AsItIs,
    /// The fixtures' folder has it: the journal files came with it.
    AsWritten,
}

impl ConventionChange {
    /// What comes of these differences; nothing where there are none.
    pub fn new(
        catalogue: &Catalogue,
        written: &Opening,
        now: &Opening,
        differences: Vec<String>,
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
        let (withdrawn, added) = (only_for(written, now), only_for(now, written));
        Some(Self { differences, withdrawn, added })
    }
}

impl Report {
    /// How many cases a change of the convention keeps out.
    pub fn withdrawn(&self) -> usize {
        self.change.as_ref().map_or(0, |change| change.withdrawn.len())
    }

    /// Why the share of cases says less than it seems to, in French; nothing where it does not.
    pub fn curtailed(&self) -> Option<String> {
        let withdrawn = self.withdrawn();
        let cases = counted(withdrawn, "cas ne s'applique pas", "cas ne s'appliquent pas");
        (withdrawn > 0)
            .then(|| format!("{cases} du fait d'une convention modifiée depuis la console"))
    }
}

/// What a reader should keep in mind of it.
pub(super) fn points(
    all: &[Intervention],
    change: Option<&ConventionChange>,
    judged: ConventionSource,
    period: Option<&RangeInclusive<Timestamp>>,
) -> Vec<String> {
    let of_convention = |one: &&Intervention| one.act == Act::Convention;
    let changes: Vec<_> = all.iter().filter(of_convention).collect();
    convention(&changes, change, judged).into_iter().chain(others(all, period)).collect()
}

fn convention(
    changes: &[&Intervention],
    change: Option<&ConventionChange>,
    judged: ConventionSource,
) -> Option<String> {
    if changes.is_empty() && change.is_none() {
        return None;
    }
    let shown = changes.iter().rev().take(SHOWN).rev().map(|one| {
        format!("le {}, par {} : {}", dated(one.at, Some(one.real_at)), one.by.french(), one.what)
    });
    let shown = shown.collect::<Vec<_>>().join(" ; ");
    let before = match changes.len().saturating_sub(SHOWN) {
        0 => String::new(),
        before => format!("{} puis ", counted(before, "autre fois avant,", "autres fois avant,")),
    };
    let head = match changes {
        [] => "La convention a été modifiée depuis la console, avant la période jugée.".to_owned(),
        [..] => format!("La convention a été modifiée depuis la console : {before}{shown}."),
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

/// `12 cas ne s'appliquent pas de ce fait : a, b, etc.`
fn consequences(change: &ConventionChange) -> String {
    let ConventionChange { differences, withdrawn, added } = change;
    let cases = |cases: &[String], one: &str, many: &str| {
        let named: Vec<_> = cases.iter().take(NAMED).map(String::as_str).collect();
        let more = if cases.len() > NAMED { ", etc." } else { "." };
        let count = counted(cases.len(), one, many);
        (!cases.is_empty()).then(|| format!("{count} de ce fait : {}{more}", named.join(", ")))
    };
    let differences = format!("Elle diffère de son fichier : {}.", differences.join(", "));
    let withdrawn = cases(withdrawn, "cas ne s'applique pas", "cas ne s'appliquent pas");
    let added = cases(added, "cas s'applique", "cas s'appliquent");
    let same = (withdrawn.is_none() && added.is_none())
        .then(|| "Les cas applicables restent les mêmes.".to_owned());
    [Some(differences), withdrawn, added, same].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What was ordered besides, before the calls that are judged, among them and after them.
fn others(all: &[Intervention], period: Option<&RangeInclusive<Timestamp>>) -> Vec<String> {
    let place = |one: &Intervention| match period {
        Some(period) if one.at < *period.start() => Place::Before,
        Some(period) if one.at > *period.end() => Place::After,
        Some(_) => Place::Within,
        None => Place::Before,
    };
    let said = |there: Place| {
        let those: Vec<_> = all.iter().filter(|one| place(one) == there).collect();
        let groups: Vec<_> = OTHERS.iter().filter_map(|kind| group(&those, kind)).collect();
        let (head, tail) = there.french();
        (!groups.is_empty()).then(|| format!("{head} : {}. {tail}", groups.join(" ; ")))
    };
    [Place::Before, Place::Within, Place::After].into_iter().filter_map(said).collect()
}

/// When something was ordered, by the simulated clock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Within,
    After,
}

impl Place {
    /// How it is said, and what it means for who reads the report.
    fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Before => (
                "Interventions depuis la console avant les appels jugés",
                "Elles ont pu rester en vigueur et changer les réponses de la passerelle.",
            ),
            Self::Within => (
                "Interventions depuis la console pendant la période",
                "Elles changent les réponses de la passerelle, comme certains cas le demandent.",
            ),
            Self::After => (
                "Interventions depuis la console après le dernier appel jugé",
                "Elles ne changent rien des appels jugés, sauf si l'horloge simulée a été reculée.",
            ),
        }
    }
}

/// `3 incidents commandés (du ... au ..., par l'API de la console)`.
fn group(all: &[&Intervention], (act, one, many): &(Act, &str, &str)) -> Option<String> {
    let those: Vec<_> = all.iter().copied().filter(|each| each.act == *act).collect();
    let (first, last) = (those.first()?, those.last()?);
    let when = match &*those {
        [one] => format!("le {}", dated(one.at, Some(one.real_at))),
        [..] => between(first.real_at, last.real_at),
    };
    let mut by: Vec<_> = those.iter().map(|each| each.by.french()).collect();
    by.sort_unstable();
    by.dedup();
    let mut what: Vec<&str> = Vec::new();
    for each in &those {
        if !what.contains(&&*each.what) {
            what.push(&each.what);
        }
    }
    let more = if what.len() > DETAILS { ", etc." } else { "" };
    what.truncate(DETAILS);
    let count = counted(those.len(), one, many);
    Some(format!("{count} ({when}, par {} : {}{more})", by.join(" et "), what.join(", ")))
}

fn between(first: Timestamp, last: Timestamp) -> String {
    match first.as_second() == last.as_second() {
        true => format!("le {}", moment(first)),
        false => format!("du {} au {}, à l'heure réelle", moment(first), moment(last)),
    }
}

/// What was ordered besides, in the order in which it is told.
const OTHERS: [(Act, &str, &str); 6] = [
    (Act::Fault, "incident commandé", "incidents commandés"),
    (Act::Clock, "réglage de l'horloge simulée", "réglages de l'horloge simulée"),
    (Act::Quota, "réglage du compteur de quota", "réglages du compteur de quota"),
    (Act::Tokens, "révocation de jetons", "révocations de jetons"),
    (Act::Service, "réglage des horaires des API", "réglages des horaires des API"),
    (Act::Fixtures, "relecture du dossier des fixtures", "relectures du dossier des fixtures"),
];

/// Changes of the convention that are told one by one, the last ones.
const SHOWN: usize = 4;
/// Cases that are named.
const NAMED: usize = 15;
/// Details of a kind that are told.
const DETAILS: usize = 4;

#[cfg(test)]
mod tests {
    use std::slice;

    use serde_json::{Map, Value, json};

    use super::*;
    use crate::{
        clock::Times,
        config::Environment,
        directory::Directory,
        recette::{
            Recette,
            report::{Conclusion, Synthesis, tests::report},
        },
        sandbox::Through,
    };

    fn at(hour: &str) -> Timestamp {
        format!("2026-11-22T{hour}Z").parse().unwrap()
    }

    fn ordered(hour: &str, act: Act, what: &str) -> Intervention {
        let times = Times { simulated: at(hour), real: at(hour) };
        Intervention::new(times, act, Through::Page, None, what.to_owned())
    }

    /// What this patch makes of the convention of the sample editor.
    fn change(patch: Value) -> Option<ConventionChange> {
        let recette = Recette::load(None).unwrap();
        let directory = Directory::load(None).unwrap();
        let patch: Map<String, Value> = serde_json::from_value(patch).unwrap();
        let amended = directory.amended("editeur-demo", patch, &directory).unwrap().unwrap();
        let [before, after] =
            [&directory, &amended].map(|all| all.convention("editeur-demo").unwrap());
        let opening = |one| recette.opening(one, at("10:00:00"), Environment::Production);
        let differences = before.differences(after);
        ConventionChange::new(&recette.catalogue, &opening(before), &opening(after), differences)
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
        let act = ordered("10:00:00", Act::Convention, "convention suspendue par ordre");
        let told = points(slice::from_ref(&act), Some(&suspended), ConventionSource::AsItIs, None);
        let [point] = &*told else { panic!("{told:?}") };
        assert!(
            point.starts_with(
                "La convention a été modifiée depuis la console : le 22/11/2026 à 11:00:00, par une page de la console : convention suspendue par ordre."
            ),
            "{point}"
        );
        assert!(point.contains(" cas ne s'appliquent pas de ce fait : "), "{point}");
        // The change is told whether or not the order is still known.
        let told = points(&[], Some(&quota), ConventionSource::AsItIs, None).concat();
        assert!(told.contains("diffère de son fichier : API FICOBA (quota)"), "{told}");
        assert!(told.ends_with("Les cas applicables restent les mêmes."), "{told}");
        let back =
            points(&[act.clone(), act.clone()], None, ConventionSource::AsItIs, None).concat();
        assert!(back.contains("de nouveau telle que son fichier l'écrit"), "{back}");
        let files = points(&[act], None, ConventionSource::AsWritten, None).concat();
        assert!(files.ends_with("Ce rapport la juge telle que son fichier l'écrit."), "{files}");
    }

    #[test]
    fn what_else_was_ordered_is_counted_by_kind_with_when_and_by_whom() {
        assert!(points(&[], None, ConventionSource::AsItIs, None).is_empty());
        let told = points(
            &[
                ordered("10:00:00", Act::Fault, "f1 : code CAF011"),
                ordered("10:05:00", Act::Fault, "f2 : statut 503"),
                ordered("10:06:00", Act::Clock, "avancée de PT61M"),
            ],
            None,
            ConventionSource::AsItIs,
            Some(&(at("00:00:00")..=at("23:59:59"))),
        );
        assert_eq!(
            told,
            [
                "Interventions depuis la console pendant la période : 2 incidents commandés (du 22/11/2026 à 11:00:00 au 22/11/2026 à 11:05:00, à \
                 l'heure réelle, par une page de la console : f1 : code CAF011, f2 : statut 503) ; 1 réglage de l'horloge simulée (le 22/11/2026 à \
                 11:06:00, par une page de la console : avancée de PT61M). Elles changent les réponses de la passerelle, comme certains cas le demandent."
            ]
        );
    }

    /// What holds when the judged calls begin was ordered before them.
    #[test]
    fn what_was_ordered_before_and_after_the_judged_calls_is_told_apart() {
        let orders = [
            ordered("09:00:00", Act::Fault, "f1 : code 40305"),
            ordered("12:00:00", Act::Quota, "50 sur 50"),
        ];
        let period = at("10:00:00")..=at("11:00:00");
        let told = points(&orders, None, ConventionSource::AsItIs, Some(&period));
        let [before, after] = told.as_slice() else { panic!("{told:?}") };
        assert!(before.contains("avant les appels jugés : 1 incident commandé"), "{before}");
        assert!(after.contains("après le dernier appel jugé : 1 réglage"), "{after}");
    }

    /// Whoever changes the convention until all that is left of it is shown has not rehearsed it.
    #[test]
    fn a_rehearsal_whose_convention_was_cut_down_is_not_conclusive() {
        let mut report = report(1);
        report.conduct.retain(|rule| rule.verdict != crate::recette::conduct::Verdict::Broken);
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
        assert!(report.withheld()[0].contains("du fait d'une convention modifiée"));
        report.change = change(json!({ "quotas": { "ficoba": 7 } }));
        report.synthesis = Synthesis::new(&report);
        assert_eq!(report.synthesis.outcome, Conclusion::Conclusive, "the same cases apply");
    }
}
