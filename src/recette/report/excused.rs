//! The calls by which conduct is not judged: marks of cases excuse them, and whoever signs knows how many.

use serde::{Deserialize, Serialize};

use crate::{
    journal::Kind,
    recette::{
        evidence::{Evidence, Exhibit},
        words::counted,
    },
};

/// How many of the application's calls were made while a case was being played that asks for a mistake or an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excused {
    pub calls: usize,
    /// Of how many.
    pub of: usize,
}

impl Excused {
    /// What `everyday` leaves out of the evidence; nothing where it leaves out nothing.
    pub(super) fn new(evidence: &Evidence<'_>, everyday: &[Exhibit<'_>]) -> Option<Self> {
        let calls = |all: &[Exhibit<'_>]| {
            all.iter().filter(|one| one.own && one.entry.kind == Kind::Request).count()
        };
        let (of, judged) = (calls(&evidence.exhibits), calls(everyday));
        (judged < of).then_some(Self { calls: of - judged, of })
    }

    /// In a sentence, beside the rules.
    pub fn sentence(&self) -> String {
        let Self { calls, of } = self;
        let many = format!("appels sur {of} ne sont pas jugés ici : ils ont été faits");
        let calls =
            counted(*calls, &format!("appel sur {of} n'est pas jugé ici : il a été fait"), &many);
        format!("{calls} entre le début et la fin d'un cas qui demande une erreur ou un incident.")
    }

    /// What a reader should keep in mind, where it is more than half of them.
    pub(super) fn point(self) -> Option<String> {
        let Self { calls, of } = self;
        (calls * 2 > of).then(|| {
            format!(
                "Plus de la moitié des appels de l'application ({calls} sur {of}) n'est pas prise en compte pour juger son comportement : \
                 ces appels ont été faits entre le début et la fin de cas qui demandent une erreur ou un incident."
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::Step,
        recette::{
            evidence::Selection,
            sample::{PARTNER, call, mark, numbered},
        },
    };

    fn excused(before: usize, within: usize) -> Option<Excused> {
        let calls = |count| (0..count).map(|_| call("10:00:00", 400));
        let marks = [Step::Begin, Step::End].map(|step| mark(PARTNER, "x", step));
        let [begin, end] = marks;
        let story = calls(before).chain([begin]).chain(calls(within)).chain([end]);
        let entries = numbered(story);
        let evidence = Evidence::gather(&entries, PARTNER, &Selection::default());
        Excused::new(&evidence, &evidence.everyday(|_| true))
    }

    #[test]
    fn calls_that_are_not_judged_are_counted_and_most_of_them_is_a_point_of_vigilance() {
        assert_eq!(excused(3, 0), None);
        let one = excused(1, 1).unwrap();
        assert_eq!(
            one.sentence(),
            "1 appel sur 2 n'est pas jugé ici : il a été fait entre le début et la fin d'un cas qui demande une erreur ou un incident."
        );
        assert_eq!(one.point(), None, "half is not more than half");
        let most = excused(3, 30).unwrap();
        assert!(most.sentence().starts_with("30 appels sur 33 ne sont pas jugés ici : ils ont"));
        assert!(most.point().unwrap().contains("(30 sur 33) n'est pas prise en compte"));
    }
}
