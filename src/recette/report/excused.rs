//! The calls by which conduct is not judged: marks of cases excuse them, and whoever signs knows how many, and which cases were
//! not shown between their marks.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::{
    journal::Kind,
    recette::{
        catalogue::Catalogue,
        conduct::HEALTH,
        evidence::{During, Evidence, Exhibit},
        words::counted,
    },
};

/// How many of the application's calls were made while a case was being played that asks for a mistake or an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excused {
    pub calls: usize,
    /// Of how many.
    pub of: usize,
    /// Those among them that are not what their case asks for, by case: all where it was not shown, else those refused for
    /// something else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub in_vain: BTreeMap<String, usize>,
    /// What no rule sees between the marks of a case, whether it was shown or not; by case, those without any left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub careless: BTreeMap<String, Careless>,
}

/// What the rules on tokens and on identifiers would have looked at between the marks of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Careless {
    /// Tokens obtained, where they are more than the case takes.
    pub tokens: usize,
    /// Calls that succeeded with the identifier of another one that did.
    pub repeated: usize,
}

impl Excused {
    /// What `everyday` leaves out of the evidence; nothing where it leaves out nothing.
    pub(super) fn new(
        catalogue: &Catalogue,
        evidence: &Evidence<'_>,
        everyday: &[Exhibit<'_>],
    ) -> Option<Self> {
        let calls = |all: &[Exhibit<'_>]| all.iter().filter(|one| is_call(one)).count();
        let (of, judged) = (calls(&evidence.exhibits), calls(everyday));
        let in_vain = in_vain(catalogue, &evidence.exhibits);
        let careless = careless(catalogue, &evidence.exhibits);
        (judged < of).then_some(Self { calls: of - judged, of, in_vain, careless })
    }

    /// In a sentence, beside the rules.
    pub fn sentence(&self) -> String {
        let Self { calls, of, .. } = self;
        let many = format!("appels sur {of} ne sont pas jugés ici : ils ont été faits");
        let calls =
            counted(*calls, &format!("appel sur {of} n'est pas jugé ici : il a été fait"), &many);
        format!("{calls} entre le début et la fin d'un cas qui demande une erreur ou un incident.")
    }

    /// What a reader should keep in mind, where marks excuse more than what their case asks for.
    pub(super) fn points(&self) -> impl Iterator<Item = String> {
        [self.beside_the_case(), self.carelessness()].into_iter().flatten()
    }

    fn carelessness(&self) -> Option<String> {
        let case = |(case, careless): (&String, &Careless)| {
            let tokens = (careless.tokens > 0)
                .then(|| counted(careless.tokens, "jeton obtenu", "jetons obtenus"));
            let repeated = (careless.repeated > 0).then(|| {
                let one = "appel réussi sous un X-Correlation-ID déjà employé";
                let many = "appels réussis sous un X-Correlation-ID déjà employé";
                counted(careless.repeated, one, many)
            });
            let what: Vec<_> = tokens.into_iter().chain(repeated).collect();
            format!("{case} : {}", what.join(" et "))
        };
        let cases: Vec<_> = self.careless.iter().map(case).collect();
        (!cases.is_empty()).then(|| {
            format!(
                "Entre le début et la fin de cas d'erreur ou d'incident, où les règles ne jugent rien, l'application n'a pas réutilisé son jeton \
                 ou a repris un identifiant de corrélation sans que le cas le demande ({}).",
                cases.join(" ; ")
            )
        })
    }

    fn beside_the_case(&self) -> Option<String> {
        let total = self.in_vain.values().sum();
        let calls = counted(
            total,
            "appel n'est pas jugé sans être ce que son cas demande",
            "appels ne sont pas jugés sans être ce que leur cas demande",
        );
        let cases: Vec<_> =
            self.in_vain.iter().map(|(case, calls)| format!("{case} : {calls}")).collect();
        (total > 0).then(|| {
            format!(
                "{calls} : faits entre le début et la fin d'un cas d'erreur ou d'incident, ils ont été refusés pour autre chose, ou le cas n'y a \
                 pas été montré ({}).",
                cases.join(", ")
            )
        })
    }
}

fn is_call(one: &Exhibit<'_>) -> bool {
    one.own && one.entry.kind == Kind::Request
}

/// The calls that marks excuse without being what their case asks for: all of them where nothing between the marks shows the case,
/// else those that were refused for something else, and by no incident. By case.
fn in_vain(catalogue: &Catalogue, all: &[Exhibit<'_>]) -> BTreeMap<String, usize> {
    let mark = |one: &Exhibit<'_>, during: &During<'_>| (one.run, during.mark);
    let mut shown = BTreeSet::new();
    for one in all {
        let showing = excusing(catalogue, one)
            .into_iter()
            .filter(|during| catalogue.case(during.case).is_some_and(|case| case.shown_by(one)));
        shown.extend(showing.map(|during| mark(one, &during)));
    }
    let mut calls = BTreeMap::new();
    for one in all.iter().filter(|one| is_call(one)) {
        let excusing = excusing(catalogue, one);
        let is_refused = one.entry.status.is_some_and(|status| status >= 400);
        let is_asked = |during: &During<'_>| {
            let is_shown = shown.contains(&mark(one, during));
            let case = catalogue.case(during.case);
            is_shown && (!is_refused || case.is_some_and(|case| case.shown_by(one)))
        };
        if let Some(during) = excusing.first()
            && one.entry.fault.is_none()
            && !excusing.iter().any(is_asked)
        {
            *calls.entry(during.case.to_owned()).or_default() += 1;
        }
    }
    calls
}

/// Between the marks of each case that excuses: the tokens, where they are more than playing it takes, and the calls whose identifier
/// had served. What an incident answered is no success, whatever its status.
fn careless(catalogue: &Catalogue, all: &[Exhibit<'_>]) -> BTreeMap<String, Careless> {
    let mut by_mark: BTreeMap<_, (&str, Careless)> = BTreeMap::new();
    let mut known = HashSet::new();
    let succeeded =
        |one: &&Exhibit<'_>| is_call(one) && one.succeeded() && one.entry.fault.is_none();
    for one in all.iter().filter(succeeded) {
        let Some(during) = excusing(catalogue, one).into_iter().next() else { continue };
        let mark = (one.run, during.mark);
        let (_, found) = by_mark.entry(mark).or_insert((during.case, Careless::default()));
        found.tokens += usize::from(one.obtained_token());
        let is_repeated = is_search(one) && !known.insert((mark, &one.entry.correlation_id));
        found.repeated += usize::from(is_repeated);
    }
    let mut cases: BTreeMap<String, Careless> = BTreeMap::new();
    for (case, found) in by_mark.into_values() {
        let tokens = if found.tokens > ENOUGH { found.tokens } else { 0 };
        if tokens + found.repeated > 0 {
            let all = cases.entry(case.to_owned()).or_default();
            all.tokens += tokens;
            all.repeated += found.repeated;
        }
    }
    cases
}

/// Whether a call has an identifier of its own: all checks of health may have one.
fn is_search(one: &Exhibit<'_>) -> bool {
    one.is_call() && !one.entry.correlation_made && one.entry.operation.as_deref() != Some(HEALTH)
}

fn excusing<'a>(catalogue: &Catalogue, one: &Exhibit<'a>) -> Vec<During<'a>> {
    let cases = one.during.iter().filter(|during| catalogue.excuses(during.case));
    cases.copied().collect()
}

/// So many tokens may be obtained to play one case: a new one, and one more after each of a few tries.
const ENOUGH: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::{Entry, Step},
        recette::{
            evidence::Selection,
            sample::{PARTNER, call, mark, numbered, token},
        },
    };

    const CASE: &str = "droits-motif-inconnu";

    fn excused(story: impl IntoIterator<Item = Entry>) -> Option<Excused> {
        let catalogue = Catalogue::load(None).unwrap();
        let entries = numbered(story);
        let evidence = Evidence::gather(&entries, PARTNER, &Selection::default());
        let everyday = evidence.everyday(|case| catalogue.excuses(case));
        Excused::new(&catalogue, &evidence, &everyday)
    }

    fn calls(count: usize) -> impl Iterator<Item = Entry> {
        (0..count).map(|_| call("10:00:00", 400))
    }

    fn case(within: impl IntoIterator<Item = Entry>) -> Vec<Entry> {
        let [begin, end] = [Step::Begin, Step::End].map(|step| mark(PARTNER, CASE, step));
        [begin].into_iter().chain(within).chain([end]).collect()
    }

    /// What the case asks for.
    fn mistake() -> Entry {
        Entry { code: Some("CAF003".into()), ..call("10:00:00", 400) }
    }

    #[test]
    fn calls_that_are_not_judged_are_counted() {
        assert_eq!(excused(calls(3)), None);
        let one = excused(calls(1).chain(case([mistake()]))).unwrap();
        assert_eq!(
            one.sentence(),
            "1 appel sur 2 n'est pas jugé ici : il a été fait entre le début et la fin d'un cas qui demande une erreur ou un incident."
        );
        let good = |n: usize| Entry { correlation_id: n.to_string(), ..call("10:00:00", 200) };
        let most = excused(calls(3).chain(case([mistake()].into_iter().chain((0..29).map(good)))));
        let most = most.unwrap();
        assert!(most.sentence().starts_with("30 appels sur 33 ne sont pas jugés ici : ils ont"));
        assert_eq!(most.points().next(), None, "a rehearsal of cases is mostly calls of cases");
    }

    #[test]
    fn useless_tokens_and_one_identifier_for_many_calls_are_told_though_their_case_was_shown() {
        let one_id = Entry {
            correlation_id: "110e8400-e29b-41d4-a716-446655440000".to_owned(),
            ..call("10:00:00", 200)
        };
        let careless = (0..6).flat_map(|_| [token("10:00:00", 200), one_id.clone()]);
        let told = excused(case([mistake()].into_iter().chain(careless))).unwrap();
        assert_eq!(
            told.points().collect::<Vec<_>>(),
            [
                "Entre le début et la fin de cas d'erreur ou d'incident, où les règles ne jugent rien, l'application n'a pas réutilisé son jeton \
              ou a repris un identifiant de corrélation sans que le cas le demande (droits-motif-inconnu : 6 jetons obtenus et 5 appels \
              réussis sous un X-Correlation-ID déjà employé)."
            ]
        );
        let fault = Entry { fault: Some("page-html".to_owned()), ..one_id.clone() };
        let retried = excused(case([mistake(), fault, one_id.clone()])).unwrap();
        assert_eq!(retried.points().next(), None, "an ordered answer, and the demand again");
        let enough = (0..ENOUGH).map(|_| token("10:00:00", 200));
        let quiet = excused(case([mistake()].into_iter().chain(enough))).unwrap();
        assert_eq!(quiet.points().next(), None);
    }

    #[test]
    fn marks_between_which_their_case_is_not_shown_are_a_point_of_vigilance() {
        let story = case([mistake()]).into_iter().chain(case(calls(4)));
        let idle = excused(story).unwrap();
        assert_eq!((idle.calls, &idle.in_vain), (5, &[(CASE.to_owned(), 4)].into()));
        assert_eq!(
            idle.points().next().unwrap(),
            "4 appels ne sont pas jugés sans être ce que leur cas demande : faits entre le début et la fin d'un cas d'erreur ou d'incident, ils ont \
             été refusés pour autre chose, ou le cas n'y a pas été montré (droits-motif-inconnu : 4)."
        );
        // One mistake that is the case's buys no immunity for others.
        let others = excused(case([mistake()].into_iter().chain(calls(2)))).unwrap();
        assert_eq!(others.in_vain, [(CASE.to_owned(), 2)].into());
    }
}
