//! What was ordered at the console while a rehearsal went on: a reader is to know that the gateway was told to answer otherwise.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

use crate::{
    recette::words::{counted, dated, moment},
    sandbox::{Act, Intervention},
};

/// What a reader should keep in mind of what was ordered besides changes of the convention: before the calls that are judged, among
/// them and after them.
pub(super) fn points(
    all: &[Intervention],
    period: Option<&RangeInclusive<Timestamp>>,
) -> Vec<String> {
    let is_moved = is_out_of_order(all);
    let place = |one: &Intervention| match period {
        Some(_) if is_moved => Place::Unknown,
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
    [Place::Before, Place::Within, Place::After, Place::Unknown]
        .into_iter()
        .filter_map(said)
        .collect()
}

/// Whether the simulated clock went back between these orders: what it says of them and of the calls is then no order of events.
fn is_out_of_order(all: &[Intervention]) -> bool {
    let minute = SignedDuration::from_mins(1);
    let is_behind =
        |one: &Intervention| one.act == Act::Clock && one.real_at.duration_since(one.at) > minute;
    all.iter().any(is_behind) || !all.is_sorted_by_key(|one| one.at)
}

/// When something was ordered, by the simulated clock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Within,
    After,
    Unknown,
}

impl Place {
    /// How it is said, and what it means for who reads the report.
    fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Before => (
                "Interventions avant les appels jugés",
                "Elles ont pu rester en vigueur et changer les réponses de la passerelle.",
            ),
            Self::Within => (
                "Interventions pendant la période",
                "Elles changent les réponses de la passerelle, comme certains cas le demandent.",
            ),
            Self::Unknown => (
                "Interventions avant, pendant ou après les appels jugés (l'horloge simulée a été reculée, et l'ordre des événements n'est pas établi)",
                "Elles ont pu changer les réponses de la passerelle, comme certains cas le demandent.",
            ),
            Self::After => (
                "Interventions après le dernier appel jugé",
                "Elles ne changent rien des appels jugés, sauf si l'horloge simulée a été reculée.",
            ),
        }
    }
}

/// `3 incidents commandés (du ... au ..., par l'API de la console : statut 503 (2 fois), code CAF011)`.
fn group(all: &[&Intervention], (act, one, many): &(Act, &str, &str)) -> Option<String> {
    let those: Vec<_> = all.iter().copied().filter(|each| each.act == *act).collect();
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for what in those.iter().map(|each| kind(each)) {
        match kinds.iter_mut().find(|(known, _)| *known == what) {
            Some((_, times)) => *times += 1,
            None => kinds.push((what, 1)),
        }
    }
    let shown = kinds.into_iter().map(|(what, times)| match times {
        1 => what.to_owned(),
        _ => format!("{what} ({times} fois)"),
    });
    let what = named(shown.collect(), ", ", "autre", "autres");
    let count = counted(those.len(), one, many);
    (!those.is_empty()).then(|| format!("{count} ({} : {what})", told(&those)))
}

/// What was ordered, without the name that an incident was given.
fn kind(one: &Intervention) -> &str {
    match one.what.split_once(" : ") {
        Some((_, effect)) if one.act == Act::Fault => effect,
        _ => &one.what,
    }
}

/// When and by which way: `du ... au ..., à l'heure réelle, par l'API de la console`.
pub(super) fn told(those: &[&Intervention]) -> String {
    let when = match those {
        [] => String::new(),
        [one] => format!("le {}", dated(one.at, Some(one.real_at))),
        [first, .., last] => between(first.real_at, last.real_at),
    };
    let mut by: Vec<_> = those.iter().map(|each| each.by.french()).collect();
    by.sort_unstable();
    by.dedup();
    format!("{when}, par {}", by.join(" et "))
}

/// The first of these, and how many there are besides.
pub(super) fn named(mut all: Vec<String>, between: &str, one: &str, many: &str) -> String {
    let more = all.len().saturating_sub(KINDS);
    all.truncate(KINDS);
    let more = (more > 0).then(|| format!(" et {}", counted(more, one, many)));
    all.join(between) + &more.unwrap_or_default()
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

/// Kinds that are named.
const KINDS: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Times, sandbox::Through};

    fn at(hour: &str) -> Timestamp {
        format!("2026-11-22T{hour}Z").parse().unwrap()
    }

    fn ordered(hour: &str, act: Act, what: &str) -> Intervention {
        let times = Times { simulated: at(hour), real: at(hour) };
        Intervention::new(times, act, Through::Page, None, what.to_owned())
    }

    #[test]
    fn what_was_ordered_is_counted_by_kind_with_when_and_by_whom() {
        assert!(points(&[], None).is_empty());
        let told = points(
            &[
                ordered("10:00:00", Act::Fault, "f1 : code CAF011"),
                ordered("10:05:00", Act::Fault, "f2 : statut 503"),
                ordered("10:05:00", Act::Fault, "f3 : code CAF011"),
                ordered("10:06:00", Act::Clock, "avancée de PT61M"),
            ],
            Some(&(at("00:00:00")..=at("23:59:59"))),
        );
        assert_eq!(
            told,
            [
                "Interventions pendant la période : 3 incidents commandés (du 22/11/2026 à 11:00:00 au 22/11/2026 à 11:05:00, à \
                 l'heure réelle, par une page de la console : code CAF011 (2 fois), statut 503) ; 1 réglage de l'horloge simulée (le 22/11/2026 à \
                 11:06:00, par une page de la console : avancée de PT61M). Elles changent les réponses de la passerelle, comme certains cas le demandent."
            ]
        );
    }

    #[test]
    fn what_is_not_named_is_counted() {
        let many = |n: i32| {
            let orders: Vec<_> = (0..n)
                .map(|code| ordered("10:00:00", Act::Fault, &format!("f{code} : statut {code}")))
                .collect();
            points(&orders, None).concat()
        };
        assert!(many(12).contains("statut 11). "), "{}", many(12));
        assert!(many(13).contains("statut 11 et 1 autre). "), "{}", many(13));
        assert!(many(14).contains("statut 11 et 2 autres). "), "{}", many(14));
    }

    /// What holds when the judged calls begin was ordered before them.
    #[test]
    fn what_was_ordered_before_and_after_the_judged_calls_is_told_apart() {
        let orders = [
            ordered("09:00:00", Act::Fault, "f1 : code 40305"),
            ordered("12:00:00", Act::Quota, "50 sur 50"),
        ];
        let period = at("10:00:00")..=at("11:00:00");
        let told = points(&orders, Some(&period));
        let [before, after] = told.as_slice() else { panic!("{told:?}") };
        assert!(before.contains("avant les appels jugés : 1 incident commandé"), "{before}");
        assert!(after.contains("après le dernier appel jugé : 1 réglage"), "{after}");
        // A clock that was put back tells no order of events.
        let [first, last] = orders;
        let told = points(&[last, first], Some(&period)).concat();
        assert!(
            told.starts_with("Interventions avant, pendant ou après les appels jugés"),
            "{told}"
        );
    }
}
