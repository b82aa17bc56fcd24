//! What the numbers of a report would hide: no search that succeeded, calls out of the convention's time, hours that nobody waited for.

use std::collections::BTreeMap;

use crate::{
    directory::State,
    recette::{
        applies::Opening,
        coverage::ThemeResult,
        evidence::{Evidence, Exhibit},
        words::{counted, moment},
    },
    rights::ApiId,
};

/// What a reader should keep in mind of it; `everyday` are the calls that no case excuses.
pub(super) fn points(
    opening: &Opening,
    evidence: &Evidence<'_>,
    everyday: &[Exhibit<'_>],
    themes: &[ThemeResult],
) -> Vec<String> {
    let points = [without_result(opening, evidence), out_of_force(everyday), by_the_clock(themes)];
    points.into_iter().flatten().collect()
}

/// The APIs of which no search was ever answered with somebody's data.
fn without_result(opening: &Opening, evidence: &Evidence<'_>) -> Option<String> {
    if opening.state != State::InForce || evidence.observed() == 0 {
        return None;
    }
    let is_result = |one: &Exhibit<'_>| {
        one.own && one.is_call() && one.succeeded() && one.entry.answers.is_some_and(|n| n > 0)
    };
    let found =
        |api| evidence.exhibits.iter().any(|one| one.entry.api == Some(api) && is_result(one));
    let opened = |api: &ApiId| opening.searches.iter().any(|search| search.api == *api);
    let apis = opening.apis.iter().copied().filter(opened).filter(|api| !found(*api));
    let labels: Vec<_> = apis.map(ApiId::label).collect();
    (!labels.is_empty()).then(|| {
        format!(
            "Aucune recherche n'a obtenu de résultat (réponse 2xx avec au moins une personne, une entreprise ou un compte) de {} : rien ne montre \
             que l'application sait lire une réponse.",
            labels.join(" ni de ")
        )
    })
}

/// The calls that were made while the convention was not in force.
fn out_of_force(everyday: &[Exhibit<'_>]) -> Option<String> {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = None;
    for one in everyday.iter().filter(|one| one.is_call() && one.is_out_of_force()) {
        *states.entry(one.entry.cause.as_deref().unwrap_or_default()).or_default() += 1;
        last = Some(one.entry.time);
    }
    let total: usize = states.values().sum();
    let state = |(cause, count): (&str, usize)| {
        let state = match cause {
            "convention-ended" => "après la fin de la convention",
            "convention-suspended" => "pendant sa suspension",
            _ => "avant son entrée en vigueur",
        };
        format!("{count} {state}")
    };
    let states: Vec<_> = states.into_iter().map(state).collect();
    let calls = counted(total, "appel a été fait", "appels ont été faits");
    let refused =
        if total < 2 { "il a été refusé" } else { "ils ont été refusés, le dernier" };
    last.map(|last| {
        format!(
            "{calls} hors de la période de validité de la convention ({}) : {refused} le {}. Certains cas de sécurité le demandent.",
            states.join(", "),
            moment(last)
        )
    })
}

/// The cases whose hour came because the clock was moved, and not because the application waited for it.
fn by_the_clock(themes: &[ThemeResult]) -> Option<String> {
    let cases = themes.iter().flat_map(|theme| &theme.cases);
    let cases: Vec<_> = cases.filter(|case| case.by_clock).map(|case| case.id.as_str()).collect();
    (!cases.is_empty()).then(|| {
        format!(
            "L'heure de Retry-After a été atteinte en avançant l'horloge simulée, et non par une attente de l'application ({}) : rien ne montre \
             qu'elle attend d'elle-même.",
            cases.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        admission::Control,
        config::Environment,
        directory::Directory,
        journal::Entry,
        recette::{
            Recette,
            evidence::Selection,
            sample::{PARTNER, call, numbered, refused},
        },
    };

    fn told(story: impl IntoIterator<Item = Entry>) -> String {
        let recette = Recette::load(None).unwrap();
        let directory = Directory::load(None).unwrap();
        let convention = directory.convention("tresorerie-recouvrement").unwrap();
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let opening = recette.opening(convention, now, Environment::Production);
        let entries = numbered(story);
        let evidence = Evidence::gather(&entries, PARTNER, &Selection::default());
        points(&opening, &evidence, &evidence.everyday(|_| false), &[]).join("\n")
    }

    #[test]
    fn no_search_that_succeeded_is_told_whatever_else_was_shown() {
        let nothing = told([call("10:00:00", 400), call("10:01:00", 200)]);
        assert!(nothing.starts_with("Aucune recherche n'a obtenu de résultat"), "{nothing}");
        let none = Entry { answers: Some(0), ..call("10:00:00", 200) };
        assert!(told([none]).contains("FICOBA"));
        let one = Entry { answers: Some(1), ..call("10:00:00", 200) };
        assert!(!told([one]).contains("FICOBA"));
        assert!(told([]).is_empty(), "where nothing was called, that is said");
    }

    #[test]
    fn calls_after_the_end_of_the_convention_are_told() {
        let ended = |hour: &str| refused(hour, 403, Control::Identity, "convention-ended");
        let told = told([ended("10:00:00"), ended("10:05:00")]);
        assert!(
            told.contains(
                "2 appels ont été faits hors de la période de validité de la convention (2 après la fin de la convention) : ils ont été refusés, le \
                 dernier le 22/11/2026 à 11:05:00."
            ),
            "{told}"
        );
    }
}
