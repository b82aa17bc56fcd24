//! What people say about a rehearsal: of what, by whom, and what they decided case by case.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::recette::remark::{Decision, Remark};

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
}

impl About {
    /// The same with every text trimmed, empty ones left out.
    ///
    /// # Errors
    /// A text that is too long or not of one line, a decision about a case twice, or about one that `known` does not know: in
    /// French, by its label.
    pub fn checked(mut self, known: impl Fn(&str) -> bool) -> Result<Self, String> {
        for (label, text) in self.texts_mut() {
            *text = line(label, text.take(), LONGEST)?;
        }
        if self.remarks.len() > MOST {
            return Err(format!("Décisions par cas : {MOST} au plus."));
        }
        let mut cases: Vec<String> = Vec::new();
        for remark in &mut self.remarks {
            if !known(&remark.case) {
                let shown: String = remark.case.chars().take(SHOWN).collect();
                return Err(format!("Cas : « {shown} » n'est pas un cas du catalogue."));
            }
            if cases.contains(&remark.case) {
                return Err(format!("Cas : « {} » a déjà une décision.", remark.case));
            }
            cases.push(remark.case.clone());
            remark.comment = line("Commentaire", remark.comment.take(), LONGEST_COMMENT)?;
            remark.by = line("Auteur", remark.by.take(), LONGEST)?;
            remark.proof = line("Preuve", remark.proof.take(), LONGEST)?;
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
        }
    }

    /// What was decided of a case.
    pub fn remark(&self, case: &str) -> Option<&Remark> {
        self.remarks.iter().find(|remark| remark.case == case)
    }

    /// The decisions that are reservations or refusals.
    pub fn reservations(&self) -> impl Iterator<Item = &Remark> {
        self.remarks.iter().filter(|remark| remark.decision != Decision::Accepted)
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

    fn texts_mut(&mut self) -> [(&'static str, &mut Option<String>); 6] {
        [
            ("Application", &mut self.application),
            ("Version de l'application", &mut self.application_version),
            ("Campagne", &mut self.campaign),
            ("Testeur", &mut self.tester),
            ("Vérifié par", &mut self.checked_by),
            ("Responsable", &mut self.responsible),
        ]
    }
}

/// One line of at most so many characters; nothing when it is blank.
fn line(label: &str, text: Option<String>, most: usize) -> Result<Option<String>, String> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match text.chars().count() <= most && !text.chars().any(char::is_control) {
        true => Ok(Some(text)),
        false => {
            Err(format!("{label} : une seule ligne de {most} caractères au plus est attendue."))
        }
    }
}

/// Characters of a text.
const LONGEST: usize = 120;
/// Characters of a comment.
const LONGEST_COMMENT: usize = 500;
/// Decisions of one report.
const MOST: usize = 500;
/// Characters of an unknown case that are shown.
const SHOWN: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(case: &str) -> Remark {
        Remark::of(case, Decision::Reserved)
    }

    #[test]
    fn texts_are_trimmed_bounded_and_of_one_line() {
        let about = |tester: &str| About { tester: Some(tester.to_owned()), ..About::default() };
        let checked = |tester: &str| about(tester).checked(|_| true).map(|about| about.tester);
        assert_eq!(checked("  Ada "), Ok(Some("Ada".to_owned())));
        assert_eq!(checked("   "), Ok(None));
        assert_eq!(checked(&"é".repeat(120)).unwrap().unwrap().chars().count(), 120);
        for wrong in ["a\nb".to_owned(), "\u{7}x".to_owned(), "x".repeat(121)] {
            assert!(checked(&wrong).unwrap_err().starts_with("Testeur : une seule ligne"));
        }
    }

    #[test]
    fn a_decision_is_about_a_case_that_exists_and_made_once() {
        let of = |cases: &[&str]| {
            let remarks = cases.iter().map(|case| remark(case)).collect();
            About { remarks, ..About::default() }.checked(|case| case != "inconnu")
        };
        assert_eq!(of(&["a", "b"]).unwrap().reservations().count(), 2);
        assert!(of(&["a", "a"]).unwrap_err().contains("déjà"));
        assert!(of(&["inconnu"]).unwrap_err().contains("catalogue"));
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
