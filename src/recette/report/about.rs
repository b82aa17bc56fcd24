//! What people say about a rehearsal: of what, by whom, and what they decided case by case.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// What, who, and the decisions; every text is one line of bounded length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
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
    pub remarks: Vec<Remark>,
}

/// What was decided of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// The case's id.
    pub case: String,
    pub decision: Decision,
    /// How grave it is, where it is a reservation or a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// By when it is to be lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, on the product's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The journal's entry that it was taken about, as its proof names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// A decision about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    Accepted,
    /// Accepted with a reservation.
    Reserved,
    Refused,
}

/// How grave a reservation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Minor,
    Major,
    /// It blocks production.
    Blocking,
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

impl Decision {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Reserved, Self::Refused];

    /// Its name in orders and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Reserved => "reserved",
            Self::Refused => "refused",
        }
    }

    /// In French.
    pub fn french(self) -> &'static str {
        match self {
            Self::Accepted => "accepté",
            Self::Reserved => "accepté avec réserve",
            Self::Refused => "refusé",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl Severity {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Minor, Self::Major, Self::Blocking];

    /// Its name in orders and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Blocking => "blocking",
        }
    }

    /// In French.
    pub fn french(self) -> &'static str {
        match self {
            Self::Minor => "mineure",
            Self::Major => "majeure",
            Self::Blocking => "bloquante",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl Remark {
    /// A decision without more.
    pub fn of(case: &str, decision: Decision) -> Self {
        Self {
            case: case.to_owned(),
            decision,
            severity: None,
            due: None,
            comment: None,
            by: None,
            at: None,
            proof: None,
        }
    }

    /// Gravity, due date, comment, author and date in one line.
    pub fn detail(&self) -> String {
        let severity = self.severity.map(|severity| format!("gravité {}", severity.french()));
        let due = self.due.map(|due| format!("échéance le {}", due.strftime("%d/%m/%Y")));
        let signature = Some(self.signature()).filter(|signature| !signature.is_empty());
        let parts = [severity, due, self.comment.clone(), signature];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ; ")
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
