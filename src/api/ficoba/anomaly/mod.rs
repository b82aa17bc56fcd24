//! Anomalies: the codes of annexe 9 (one table, `codes`), and how an anomaly is written.
//!
//! Words are annexe 9's to the letter, its slips included ("Aucun guichet correspond trouvé"), with ASCII apostrophes
//! (*decision*: the document's typographic ones are its word processor's). Codes are written without the space that some
//! of its tables show (*decision*: both forms are printed). What happens below the codes, by HTTP status alone, is in 18.1.

mod codes;
mod remedies;

use std::borrow::Cow;

use jiff::Timestamp;

pub use self::codes::Code;
use super::moment;
use crate::{
    api::{Answer, fault_table::Message},
    journal::RefusalFacts,
};

/// What FICOBA says instead of an answer: a code, and for CAF001 and CAF002 the attribute it is about.
#[derive(Clone, Debug)]
pub struct Anomaly {
    code: Code,
    about: Option<Cow<'static, str>>,
    /// The message, where the code has several and another than the default is meant.
    message: Option<&'static str>,
    /// What the journal keeps of it besides: the client is not told.
    detail: Option<Box<RefusalFacts>>,
}

/// Two anomalies are the same when a client reads the same.
impl PartialEq for Anomaly {
    fn eq(&self, other: &Self) -> bool {
        (self.code, &self.about, self.message) == (other.code, &other.about, other.message)
    }
}

impl Eq for Anomaly {}

impl Anomaly {
    /// A mandatory attribute is absent: CAF001, naming it by its label.
    pub fn missing(label: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Code::Caf001, about: Some(label.into()), message: None, detail: None }
    }

    /// An attribute is not of its form: CAF002, naming it by its label.
    pub fn malformed(label: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Code::Caf002, about: Some(label.into()), message: None, detail: None }
    }

    /// The same, with what the journal keeps of it.
    pub(super) fn detailed(self, detail: RefusalFacts) -> Self {
        Self { detail: Some(Box::new(detail)), ..self }
    }

    /// The same, with a sentence for the journal.
    pub(super) fn because(self, explanation: impl Into<String>) -> Self {
        self.detailed(RefusalFacts::because(explanation))
    }

    /// The same, a mistake of this name: for codes that several have.
    pub(super) fn caused(self, cause: &'static str) -> Self {
        let known = self.detail.as_deref().cloned();
        let known = known.unwrap_or_else(|| RefusalFacts::because(self.code.cause()));
        self.detailed(known.caused(cause))
    }

    /// The same, with what else may explain it for the journal.
    pub(super) fn hinted(self, hint: Option<String>) -> Self {
        let Some(hint) = hint else { return self };
        let known = self.detail.as_deref().cloned();
        let known = known.unwrap_or_else(|| RefusalFacts::because(self.code.cause()));
        self.detailed(known.and(Some(hint)))
    }

    /// What the journal keeps of it: at least when this code is given.
    pub(super) fn facts(&self) -> RefusalFacts {
        let known = self.detail.as_deref().cloned();
        let known = known.unwrap_or_else(|| RefusalFacts::because(self.code.cause()));
        let known = known.answered(self.message());
        if known.cause.is_some() {
            known
        } else if self.code == Code::Caf001 {
            known.caused("no-attribute")
        } else if self.code == Code::Caf002 {
            known.caused("malformed-attribute")
        } else {
            known
        }
    }

    /// The anomaly of this code, as one that is made on purpose has no other cause (`CAT004`, `CAF011`, `509`).
    pub fn by_code(code: &str) -> Option<Self> {
        Code::named(code).map(Self::from)
    }

    /// The HTTP status that stands for itself (18.1), with one of its messages; the default one when absent. `None` when 18.1
    /// has no such status, or the status no such message.
    pub fn by_status(status: u16, message: Option<&str>) -> Option<Self> {
        let code = Code::ALL.iter().find(|code| code.is_status() && code.status() == status)?;
        let message = match message {
            Some(wanted) => Some(code.messages().into_iter().find(|one| *one == wanted)?),
            None => None,
        };
        Some(Self { code: *code, about: None, message, detail: None })
    }

    pub fn code(&self) -> Code {
        self.code
    }

    /// Whether it informs (HTTP 200, `messageInformatif`) rather than refuses (`erreur`).
    pub fn informs(&self) -> bool {
        self.code.status() == 200
    }

    /// What the client reads.
    pub fn message(&self) -> Cow<'static, str> {
        let words = self.message.unwrap_or_else(|| self.code.words());
        match &self.about {
            Some(label) => Cow::Owned(format!("{words} : {label}.")),
            None if self.code == Code::Caf001 => {
                Cow::Owned(format!("{words} : attribut manquant."))
            }
            None if self.code == Code::Caf002 => {
                Cow::Owned(format!("{words} : attribut incorrect."))
            }
            None => Cow::Borrowed(words),
        }
    }

    /// `erreur` or `messageInformatif`, at this time.
    pub(super) fn at(&self, now: Timestamp) -> Message<'static, &'static str> {
        Message {
            code: self.code.as_str(),
            message: self.message(),
            horodatage: moment::stamp(now),
        }
    }

    /// `{"erreur":{...}}` with the code's status: what 4xx and 5xx look like.
    pub(super) fn refuse(&self, now: Timestamp) -> Answer {
        self.at(now).refuse(self.code.line().status, "application/json")
    }
}

impl From<Code> for Anomaly {
    fn from(code: Code) -> Self {
        Self { code, about: None, message: None, detail: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fifty_codes_and_each_is_found_by_its_name() {
        let numbered = |family: &str| {
            Code::ALL.iter().filter(|code| code.as_str().starts_with(family)).count()
        };
        assert_eq!((numbered("CAT"), numbered("CAF"), Code::ALL.len()), (12, 38, 50 + 9));
        for code in Code::ALL {
            assert_eq!(Code::named(code.as_str()), Some(*code));
        }
        for absent in ["CAF006", "CAF008", "CAF014", "CAF042", "CAT013", "caf001", ""] {
            assert_eq!(Anomaly::by_code(absent), None);
        }
    }

    #[test]
    fn a_status_of_18_1_has_its_own_message_and_400_a_choice_of_two() {
        let message = |status, wanted| {
            Anomaly::by_status(status, wanted).map(|one| (one.code().as_str(), one.message()))
        };
        for (status, code, words) in [
            (400, "400", "Les paramètres sont mal formatés"),
            (401, "401", "Une authentification est nécessaire pour accéder à la ressource"),
            (403, "403", "Les droits d'accès ne permettent pas au client d'accéder à la ressource"),
            (
                406,
                "406",
                "La ressource demandée n'est pas disponible dans le format demandé. Seul le JSON est accepté",
            ),
            (408, "408", "Temps d'attente d'une réponse du serveur écoulé"),
            (429, "429", "Le quota de requêtes a été dépassé"),
            (500, "500", "Erreur de traitement – demande à renouveler"),
            (503, "503", "Service temporairement indisponible ou en maintenance"),
            (509, "509", "Limite de bande passante dépassée"),
        ] {
            assert_eq!(message(status, None), Some((code, words.into())), "{status}");
            assert_eq!(message(status, Some(words)), Some((code, words.into())), "{status}");
            assert_eq!(message(status, Some("Autre chose")), None, "{status}");
        }
        let first = "Nombre incorrect de paramètres";
        assert_eq!(message(400, Some(first)), Some(("400", first.into())));
        assert_eq!(message(401, Some(first)), None);
        assert_eq!(message(404, None), None);
    }

    #[test]
    fn an_attribute_is_named_after_the_words() {
        assert_eq!(
            Anomaly::malformed("Mois de naissance").message(),
            "Format incorrect : Mois de naissance."
        );
        assert_eq!(Anomaly::missing("Motif").message(), "Absence du critère obligatoire : Motif.");
        assert_eq!(
            Anomaly::from(Code::Caf001).message(),
            "Absence du critère obligatoire : attribut manquant."
        );
        assert_eq!(Anomaly::from(Code::Caf003).message(), "Code motif invalide");
    }

    #[test]
    fn an_error_is_written_as_the_samples_write_it() {
        let now = "2024-10-29T12:01:54.951432Z".parse().unwrap();
        let answer = Anomaly::malformed("Mois de naissance").refuse(now);
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.body,
            r#"{"erreur":{"code":"CAF002","message":"Format incorrect : Mois de naissance.","horodatage":"2024-10-29T12:01:54.951Z"}}"#
        );
    }

    #[test]
    fn statuses_beyond_those_that_have_a_name_are_written_too() {
        let answer = Anomaly::by_code("509").unwrap().refuse(Timestamp::UNIX_EPOCH);
        assert_eq!(answer.status.as_u16(), 509);
    }
}
