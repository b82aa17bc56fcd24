//! What people say about a rehearsal: of what, by whom, and what they decided case by case.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Times,
    escape::is_hidden,
    recette::{
        remark::{Decision, Remark},
        words,
    },
};

/// What, who, and the decisions; every text is one line of bounded length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecetteAbout)]
pub struct About {
    /// The application that was rehearsed.
    pub application: Option<String>,
    pub application_version: Option<String>,
    pub campaign: Option<String>,
    /// Who played it.
    pub tester: Option<String>,
    /// Who checked it.
    pub checked_by: Option<String>,
    /// Who answers for it.
    pub responsible: Option<String>,
    /// What was decided of cases.
    #[serde(default)]
    pub remarks: Vec<Remark>,
    /// The decisions that were replaced or withdrawn, in the order in which they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Former>,
}

/// A decision that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecetteFormer)]
pub struct Former {
    pub decision: Remark,
    /// When it was replaced or withdrawn, on the product's clock.
    pub until: Timestamp,
    /// The same on the system's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub real_until: Option<Timestamp>,
    /// Who replaced or withdrew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_by: Option<String>,
    /// Why it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Why something cannot be said, in French, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unsayable {
    /// The JSON pointer of what is wrong in what was sent; empty where it is all of it.
    pub pointer: String,
    /// A sentence that begins with the label of its field: `Auteur : indiquez qui décide.`
    pub why: String,
}

impl About {
    /// The same with every text trimmed, empty ones left out.
    ///
    /// # Errors
    /// A text that is too long or not of one line, a decision about a case twice, or about one that `known` does not know.
    pub fn checked(mut self, known: impl Fn(&str) -> bool) -> Result<Self, Unsayable> {
        for (label, member, text) in self.texts_mut() {
            let said = line(label, text.take(), LONGEST);
            *text = said.map_err(|why| Unsayable { pointer: format!("/{member}"), why })?;
        }
        if self.remarks.len() > MOST {
            let why = format!("Décisions par cas : {MOST} au plus.");
            return Err(Unsayable { pointer: "/remarks".to_owned(), why });
        }
        let mut cases: Vec<String> = Vec::new();
        for (index, remark) in self.remarks.iter_mut().enumerate() {
            let at = |member: &str| {
                let pointer = format!("/remarks/{index}/{member}");
                move |why| Unsayable { pointer, why }
            };
            if !known(&remark.case) {
                let shown: String = remark.case.chars().take(SHOWN).collect();
                return Err(at("case")(format!(
                    "Cas : « {shown} » n'est pas un cas du catalogue."
                )));
            }
            if cases.contains(&remark.case) {
                let twice = format!("Cas : « {} » a déjà une décision.", remark.case);
                return Err(at("case")(twice));
            }
            cases.push(remark.case.clone());
            let comment = line("Commentaire", remark.comment.take(), LONGEST_COMMENT);
            remark.comment = comment.map_err(at("comment"))?;
            remark.by = line("Auteur", remark.by.take(), LONGEST).map_err(at("by"))?;
            remark.proof = line("Preuve", remark.proof.take(), LONGEST).map_err(at("proof"))?;
        }
        Ok(self)
    }

    /// The same, what `other` says in the place of what this says.
    pub fn overridden_by(self, other: Self) -> Self {
        Self {
            application: other.application.or(self.application),
            application_version: other.application_version.or(self.application_version),
            campaign: other.campaign.or(self.campaign),
            tester: other.tester.or(self.tester),
            checked_by: other.checked_by.or(self.checked_by),
            responsible: other.responsible.or(self.responsible),
            remarks: if other.remarks.is_empty() { self.remarks } else { other.remarks },
            former: if other.former.is_empty() { self.former } else { other.former },
        }
    }

    /// What was decided of a case.
    pub fn remark(&self, case: &str) -> Option<&Remark> {
        self.remarks.iter().find(|remark| remark.case == case)
    }

    /// What was decided of a case before.
    pub fn former_of(&self, case: &str) -> impl Iterator<Item = &Former> {
        self.former.iter().filter(move |former| former.decision.case == case)
    }

    /// The same, with the decisions of `earlier` that are no more among the former ones.
    #[must_use]
    pub fn after(mut self, earlier: &Self, now: Times) -> Self {
        let is_over = |one: &&Remark| self.remark(&one.case) != Some(*one);
        let over = earlier.remarks.iter().filter(is_over);
        let over = over.map(|one| Former {
            decision: one.clone(),
            until: now.simulated,
            real_until: Some(now.real),
            until_by: None,
            comment: None,
        });
        let mut former: Vec<_> = earlier.former.iter().cloned().chain(over).collect();
        former.drain(..former.len().saturating_sub(MOST_FORMER));
        self.former = former;
        self
    }

    /// A decision that is no more, in one line.
    pub fn line_of(&self, former: &Former) -> String {
        let (decision, detail) = (former.decision.decision.french(), former.decision.detail());
        let detail = Some(detail).filter(|detail| !detail.is_empty());
        let detail = detail.map(|detail| format!(" ; {detail}")).unwrap_or_default();
        let end = if self.is_replaced(former) { "remplacée" } else { "retirée" };
        format!("Décision antérieure : {decision}{detail} ({end} {})", former.end())
    }

    /// Whether another decision took the place of one that is no more: the one that came after it, if any, had when it ended.
    /// Else it was withdrawn, as what says why was, whatever the clocks say.
    pub fn is_replaced(&self, former: &Former) -> bool {
        if former.comment.is_some() {
            return false;
        }
        let case = &former.decision.case;
        let later = self.former_of(case).skip_while(|one| *one != former).nth(1);
        let later = later.map(|one| &one.decision).or_else(|| self.remark(case));
        later.is_some_and(|later| !later.is_after(former.until, former.real_until))
    }

    /// The decisions that are reservations or refusals.
    pub fn reservations(&self) -> impl Iterator<Item = &Remark> {
        self.remarks.iter().filter(|remark| remark.decision != Decision::Accepted)
    }

    /// Who signs: the role, and the name where it is known.
    pub fn signatories(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("Testeur", self.tester.as_deref()),
            ("Vérifié par", self.checked_by.as_deref()),
            ("Responsable", self.responsible.as_deref()),
        ]
    }

    /// What is said, with its label in French.
    pub fn lines(&self) -> Vec<(&'static str, &str)> {
        let application = (&self.application, &self.application_version);
        let texts = [
            ("Application", application.0),
            ("Version de l'application", application.1),
            ("Campagne", &self.campaign),
            ("Testeur", &self.tester),
            ("Vérifié par", &self.checked_by),
            ("Responsable", &self.responsible),
        ];
        texts.into_iter().filter_map(|(label, text)| Some((label, text.as_deref()?))).collect()
    }

    /// Label, member and text.
    fn texts_mut(&mut self) -> [(&'static str, &'static str, &mut Option<String>); 6] {
        [
            ("Application", "application", &mut self.application),
            ("Version de l'application", "application_version", &mut self.application_version),
            ("Campagne", "campaign", &mut self.campaign),
            ("Testeur", "tester", &mut self.tester),
            ("Vérifié par", "checked_by", &mut self.checked_by),
            ("Responsable", "responsible", &mut self.responsible),
        ]
    }
}

impl Former {
    /// When it ended, by whom and why: `le 23/11/2026 à 09:00:00, par Ada : refusé par erreur`.
    pub(super) fn end(&self) -> String {
        let by = self.until_by.as_ref().map(|by| format!(", par {by}")).unwrap_or_default();
        let why = self.comment.as_ref().map(|why| format!(" : {why}")).unwrap_or_default();
        format!("le {}{by}{why}", words::dated(self.until, self.real_until))
    }
}

/// One line of at most so many characters; nothing when it is blank.
fn line(label: &str, text: Option<String>, most: usize) -> Result<Option<String>, String> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let length = text.chars().count();
    if text.chars().any(is_hidden) {
        Err(format!(
            "{label} : une seule ligne est attendue, sans saut de ligne, caractère de contrôle ni marque de sens d'écriture."
        ))
    } else if length > most {
        Err(format!("{label} : {most} caractères au plus sont attendus, {length} sont donnés."))
    } else {
        Ok(Some(text))
    }
}

/// Characters of a text.
const LONGEST: usize = 120;
/// Characters of a comment.
const LONGEST_COMMENT: usize = 500;
/// Decisions of one report.
const MOST: usize = 500;
/// Decisions that are no more of one report: beyond, the oldest are lost.
const MOST_FORMER: usize = 2_000;
/// Characters of an unknown case that are shown.
const SHOWN: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(case: &str) -> Remark {
        Remark::new(case, Decision::Reserved)
    }

    #[test]
    fn texts_are_trimmed_bounded_and_of_one_line() {
        let about = |tester: &str| About { tester: Some(tester.to_owned()), ..About::default() };
        let checked = |tester: &str| {
            let said = about(tester).checked(|_| true).map(|about| about.tester);
            said.map_err(|wrong| (wrong.pointer, wrong.why))
        };
        assert_eq!(checked("  Ada "), Ok(Some("Ada".to_owned())));
        assert_eq!(checked("   "), Ok(None));
        assert_eq!(checked(&"é".repeat(120)).unwrap().unwrap().chars().count(), 120);
        for wrong in ["a\nb", "\u{7}x", "x\u{202e}cba", "\u{2066}x", "x\u{200f}y", "x\u{2028}y"] {
            assert!(checked(wrong).unwrap_err().1.starts_with("Testeur : une seule ligne"));
        }
        assert_eq!(
            checked(&"x".repeat(121)),
            Err((
                "/tester".to_owned(),
                "Testeur : 120 caractères au plus sont attendus, 121 sont donnés.".to_owned()
            ))
        );
    }

    #[test]
    fn a_decision_is_about_a_case_that_exists_and_made_once() {
        let of = |cases: &[&str]| {
            let remarks = cases.iter().map(|case| remark(case)).collect();
            About { remarks, ..About::default() }.checked(|case| case != "inconnu")
        };
        assert_eq!(of(&["a", "b"]).unwrap().reservations().count(), 2);
        let twice = of(&["a", "a"]).unwrap_err();
        assert!(twice.pointer == "/remarks/1/case" && twice.why.contains("déjà"), "{twice:?}");
        assert!(of(&["inconnu"]).unwrap_err().why.contains("catalogue"));
    }

    #[test]
    fn a_decision_that_is_replaced_or_withdrawn_is_kept_with_its_author_and_its_date() {
        let of = |case: &str, by: &str| Remark {
            by: Some(by.to_owned()),
            at: Some(Timestamp::UNIX_EPOCH),
            real_at: Some(Timestamp::UNIX_EPOCH),
            ..Remark::new(case, Decision::Accepted)
        };
        let said = |remarks: Vec<Remark>| About { remarks, ..About::default() };
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let times = Times { simulated: now, real: now };
        let taken = |at: &str| Some(at.parse().unwrap());
        let earlier = said(vec![of("a", "Marie"), of("b", "Marie"), of("c", "Marie")]);
        let refused = Remark { decision: Decision::Refused, ..of("a", "Paul") };
        let refused = Remark { at: Some(now), real_at: Some(now), ..refused };
        let later = said(vec![refused, of("c", "Marie")]).after(&earlier, times);
        let former = later.former.iter().map(|one| &*one.decision.case).collect::<Vec<_>>();
        assert_eq!(former, ["a", "b"], "that of c stays");
        let line = |about: &About, case: &str| about.line_of(about.former_of(case).next().unwrap());
        let was = "Décision antérieure : accepté ; par Marie, le 01/01/1970 à 01:00:00";
        assert_eq!(line(&later, "a"), format!("{was} (remplacée le 23/11/2026 à 09:00:00)"));
        assert_eq!(line(&later, "b"), format!("{was} (retirée le 23/11/2026 à 09:00:00)"));
        // Taken the day after, while the simulated clock was far behind.
        let again = Remark { at: taken("1969-01-01T00:00:00Z"), ..of("b", "Paul") };
        let again = Remark { real_at: taken("2026-11-24T08:00:00Z"), ..again };
        let again = About { remarks: vec![again], ..later.clone() };
        assert_eq!(line(&again, "b"), line(&later, "b"), "a later decision took no place of it");
        let last = said(vec![of("c", "Marie")]).after(&later, times);
        assert_eq!(last.former_of("a").count(), 2, "nothing is forgotten");
    }

    #[test]
    fn what_is_said_last_counts() {
        let one = About {
            application: Some("A".to_owned()),
            tester: Some("T".to_owned()),
            ..About::default()
        };
        let other = About { tester: Some("U".to_owned()), ..About::default() };
        let both = one.overridden_by(other);
        assert_eq!(both.lines(), [("Application", "A"), ("Testeur", "U")]);
    }
}
