//! The forms of the sheet: what the rehearsal is and by whom, what was decided of a case, and several cases accepted at once.

use super::RehearsalSheet;
use crate::{
    console::pages::{show, typed::Typed},
    recette::{
        coverage::{CaseResult, State},
        report::{About, Decision, Severity},
    },
};

/// A form of this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::console::pages::recette) enum SentForm {
    /// Of what the rehearsal is, and by whom.
    About,
    /// What was decided of one case.
    Decision,
    /// Several cases that are accepted at once.
    Witness,
}

impl RehearsalSheet {
    /// The fields of what the report says: name, label, text.
    pub(super) fn fields(&self) -> [(&'static str, &'static str, &str); 6] {
        let About {
            application,
            application_version,
            campaign,
            tester,
            checked_by,
            responsible,
            ..
        } = &self.about;
        fn text(text: &Option<String>) -> &str {
            text.as_deref().unwrap_or_default()
        }
        [
            ("application", "Application", text(application)),
            ("version", "Version de l'application", text(application_version)),
            ("campagne", "Campagne", text(campaign)),
            ("testeur", "Testeur", text(tester)),
            ("verificateur", "Vérifié par", text(checked_by)),
            ("responsable", "Responsable", text(responsible)),
        ]
    }

    /// How many decisions there are.
    pub(super) fn decisions_taken(&self) -> String {
        show::counted(self.about.remarks.len(), "décision")
    }

    /// What has just been saved, of which cases.
    pub(super) fn saved(&self) -> Vec<String> {
        let title = |id: &str| Some(self.title_of(id)).filter(|title| !title.is_empty());
        let known = self.decided.iter().filter_map(|id| Some((id, title(id)?)));
        let line = |(id, title): (&String, &str)| match self.about.remark(id) {
            Some(remark) => format!(
                "Décision enregistrée pour « {title} » ({id}) : {}, {}{}.",
                remark.decision.french(),
                remark.signature(),
                self.report.ineffective(remark).map(|why| format!(" ; {why}")).unwrap_or_default()
            ),
            None => {
                let former = self.about.former_of(id).last();
                let by = former.and_then(|former| former.until_by.as_ref());
                let by = by.map(|by| format!(", par {by}")).unwrap_or_default();
                format!("Décision retirée pour « {title} » ({id}){by}.")
            }
        };
        known.map(line).collect()
    }

    /// What was typed in a form of this page, where it is the one that was refused.
    fn typed(&self, form: SentForm) -> &Typed {
        match &self.sent {
            Some((sent, typed)) if *sent == form => typed,
            Some(_) | None => &self.blank,
        }
    }

    pub(super) fn facts_typed(&self) -> &Typed {
        self.typed(SentForm::About)
    }

    pub(super) fn decision_typed(&self) -> &Typed {
        self.typed(SentForm::Decision)
    }

    pub(super) fn witness_typed(&self) -> &Typed {
        self.typed(SentForm::Witness)
    }

    /// What the tester is to say of a case that waits for it.
    pub(super) fn asked(&self, case: &CaseResult) -> String {
        match (&case.witness, case.state) {
            (Some(witness), State::ToConfirm) => {
                format!("L'appel était une erreur voulue, faite pour ce cas. {witness}")
            }
            (Some(witness), _) => witness.clone(),
            (None, _) => "L'appel était une erreur voulue, faite pour ce cas.".to_owned(),
        }
    }

    /// What an acceptance would come to, where it would change nothing.
    pub(super) fn in_vain(&self, case: &CaseResult) -> Option<&'static str> {
        match case.by_journal() {
            State::Seen => Some(
                "Ce cas reste à compléter par des appels : une acceptation, même avec réserve, serait sans effet.",
            ),
            State::NotConforming => Some(
                "Les appels de ce cas ne sont pas conformes : une acceptation, même avec réserve, serait sans effet.",
            ),
            State::Conforming => Some(
                "Les appels suffisent à rendre ce cas conforme : une acceptation sans réserve serait sans effet.",
            ),
            State::NotApplicable | State::NotSeen | State::ToConfirm | State::Awaiting => None,
        }
    }

    /// Whether one word of the tester ends it.
    pub(super) fn waits(&self, case: &CaseResult) -> bool {
        self.report.awaiting().any(|one| one.id == case.id)
    }

    /// The case that a reader is about to decide.
    pub(super) fn chosen(&self) -> Option<&CaseResult> {
        self.decidable().find(|case| self.is_chosen(case))
    }

    /// The cases that were played: only they can be given a decision.
    pub(super) fn decidable(&self) -> impl Iterator<Item = &CaseResult> {
        self.report
            .cases()
            .filter(|case| !matches!(case.state, State::NotApplicable | State::NotSeen))
    }

    pub(super) fn is_decidable(&self, case: &CaseResult) -> bool {
        self.decidable().any(|one| one.id == case.id)
    }

    pub(super) fn is_deciding(&self) -> bool {
        self.chosen().is_some() || self.decision_typed().is_refused()
    }

    pub(super) fn is_chosen(&self, case: &CaseResult) -> bool {
        case.id == self.deciding
    }

    pub(super) fn title_of(&self, case: &str) -> &str {
        self.report.cases().find(|one| one.id == case).map_or("", |one| one.title.as_str())
    }

    pub(super) fn author(&self) -> &str {
        self.about.tester.as_deref().unwrap_or_default()
    }

    pub(super) fn decisions(&self) -> [Decision; 3] {
        Decision::ALL
    }

    pub(super) fn severities(&self) -> [Severity; 3] {
        Severity::ALL
    }
}
