//! The words in which pages speak of controls, APIs and answers: one table each.

use crate::{
    admission::Control,
    directory::State,
    journal::{Entry, Kind, VerdictName},
    recette::{conduct, coverage, report},
    register::Sex,
    rights::ApiId,
};

/// Declares what actions tell, each with the key that travels in the address of the page that follows.
macro_rules! notices {
    ($($name:ident = $key:literal, $text:literal;)+) => {
        /// What an action tells once it is done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Notice { $(#[doc = $text] $name,)+ }

        impl Notice {
            pub(super) fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }

            /// What people read.
            pub(super) fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            pub(super) fn named(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

notices! {
    JournalCleared = "journal-vide", "Le journal a été vidé.";
    ConventionSuspended = "convention-suspendue", "La convention est suspendue : la passerelle refuse désormais ses appels.";
    ConventionInForce = "convention-en-vigueur", "La convention est de nouveau en vigueur.";
    ConventionEnded = "convention-resiliee", "La convention est résiliée.";
    HomologationLapsed = "homologation-echue", "L'homologation de sécurité est échue depuis hier : la convention est suspendue.";
    DatesDecide = "dates-decident", "L'état de la convention est de nouveau déterminé par ses dates.";
    TermsChanged = "conditions-changees", "Les quotas et les adresses sont modifiés jusqu'à la prochaine remise à zéro.";
    MinuteOpened = "minute-ouverte", "Le quota de la minute est réinitialisé.";
    TokensRevoked = "jetons-revoques", "Tous les jetons de ce partenaire sont révoqués.";
    ConventionRestored = "convention-dorigine", "La convention est de nouveau celle de son fichier.";
    ClockFrozen = "horloge-figee", "L'horloge est arrêtée.";
    ClockRunning = "horloge-relancee", "L'horloge est de nouveau en marche.";
    ClockMoved = "horloge-deplacee", "L'horloge a été déplacée.";
    ClockRestored = "horloge-du-systeme", "L'horloge est revenue à l'heure du système.";
    FaultOrdered = "incident-commande", "L'incident est actif : il touchera les prochaines requêtes qu'il vise.";
    FaultRemoved = "incident-retire", "L'incident est retiré.";
    FaultsRemoved = "incidents-retires", "Tous les incidents sont retirés.";
    ReportSaid = "rapport-renseigne", "Les renseignements du rapport sont enregistrés.";
    EverythingReset = "remise-a-zero", "Tout est revenu à l'état du démarrage : journal, quotas, jetons, horloge, incidents, conventions.";
}

/// How an entry ended, in the kinds that matter to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryOutcome {
    Answered,
    /// It was turned away: by a control, or by the API that found it wrong.
    Refused,
    /// It failed, or was never answered.
    Failed,
    /// Nobody called: the server tells something.
    Recorded,
}

impl EntryOutcome {
    /// Those that count as traffic, from the bottom of a bar to its top.
    pub(super) const DRAWN: [Self; 3] = [Self::Answered, Self::Refused, Self::Failed];

    pub(super) fn from_entry(entry: &Entry) -> Self {
        match (entry.kind, entry.status) {
            (Kind::Start | Kind::Recette | Kind::Store | Kind::Tokens, _) => Self::Recorded,
            (_, Some(200..400)) => Self::Answered,
            (Kind::Handshake, None) | (_, Some(400..500)) => Self::Refused,
            (_, _) => Self::Failed,
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Answered => "granted",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Recorded => "unreached",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Answered => "traitée",
            Self::Refused => "refusée",
            Self::Failed => "en erreur",
            Self::Recorded => "consignée",
        }
    }
}

/// How an answer is marked, and in a word: one that found nothing is no success and no refusal.
pub(super) fn tag(entry: &Entry) -> (&'static str, &'static str) {
    let outcome = EntryOutcome::from_entry(entry);
    if outcome == EntryOutcome::Answered && entry.answers == Some(0) {
        return ("unreached", "sans résultat");
    }
    (outcome.class(), outcome.word())
}

/// The class of what a report comes to.
pub(super) fn concluded(outcome: report::Conclusion) -> &'static str {
    match outcome {
        report::Conclusion::Conclusive => "granted",
        report::Conclusion::Adverse => "refused",
        report::Conclusion::Incomplete => "warn",
        report::Conclusion::Void => "unreached",
    }
}

/// A control's name.
pub(super) fn control(control: Control) -> &'static str {
    match control {
        Control::Certificate => "Certificat",
        Control::Address => "Adresse",
        Control::TechnicalId => "Identifiant technique",
        Control::Identity => "Identité",
        Control::Rights => "Droits",
        Control::Quota => "Quota",
    }
}

/// The letter that stands for a control above its marks.
pub(super) fn initial(control: Control) -> &'static str {
    match control {
        Control::Certificate => "C",
        Control::Address => "A",
        Control::TechnicalId => "T",
        Control::Identity => "I",
        Control::Rights => "D",
        Control::Quota => "Q",
    }
}

/// The question that a control asks (CGU FICOBA 4, CGU R2P 4).
pub(super) fn question(control: Control) -> &'static str {
    match control {
        Control::Certificate => {
            "Le certificat client est-il reconnu, en cours de validité et rattaché à un partenaire ?"
        }
        Control::Address => {
            "L'adresse appelante figure-t-elle parmi celles que le partenaire a déclarées ?"
        }
        Control::TechnicalId => {
            "Le jeton est-il bien formé, émis par cette passerelle et en cours de validité ?"
        }
        Control::Identity => {
            "Le certificat, le jeton et la convention sont-ils du même partenaire, et la convention est-elle en vigueur ?"
        }
        Control::Rights => "L'API et le scope sont-ils ouverts par la convention et par le jeton ?",
        Control::Quota => "Reste-t-il des appels dans le quota de la minute ?",
    }
}

/// How a verdict is marked and told.
pub(super) fn verdict(verdict: VerdictName) -> (&'static str, &'static str, &'static str) {
    match verdict {
        VerdictName::Granted => ("granted", "✓", "accord"),
        VerdictName::Refused => ("refused", "✕", "refus"),
        VerdictName::NotReached => ("unreached", "–", "sans verdict"),
        VerdictName::NotAsked => ("unreached", "○", "non demandé dans cet environnement"),
    }
}

pub(super) fn api(api: ApiId) -> &'static str {
    api.label()
}

/// The status of the answer, or why there is none.
pub(super) fn status(entry: &Entry) -> String {
    match (entry.status, entry.kind) {
        (Some(status), _) => status.to_string(),
        (None, Kind::Request) => "sans réponse".to_owned(),
        (None, Kind::Handshake) => "refusée".to_owned(),
        (None, Kind::Connection) => "coupée".to_owned(),
        (None, Kind::Start | Kind::Recette | Kind::Store | Kind::Tokens) => "note".to_owned(),
    }
}

/// What was asked, in a few words: `FICOBA · numCpte`, `Jeton`.
pub(super) fn operation(entry: &Entry) -> String {
    match (entry.kind, entry.api, entry.operation.as_deref()) {
        (Kind::Handshake, _, _) => "Poignée de main TLS".to_owned(),
        (Kind::Connection, _, _) => "Connexion sans requête".to_owned(),
        (Kind::Request, Some(id), Some(operation)) => format!("{} · {operation}", api(id)),
        (Kind::Request, Some(id), None) if entry.status == Some(405) => {
            format!("{} · méthode non autorisée", api(id))
        }
        (Kind::Request, Some(id), None) => format!("{} · ressource inconnue", api(id)),
        (Kind::Request, None, Some("token")) => "Demande de jeton".to_owned(),
        (Kind::Request, None, Some("revoke")) => "Révocation d'un jeton".to_owned(),
        (Kind::Request, None, Some("jwks")) => "Clés publiques (JWKS)".to_owned(),
        (Kind::Request, None, Some(other)) => other.to_owned(),
        (Kind::Request, None, None) if entry.refused_by().is_some() => {
            "Requête rejetée avant le routage".to_owned()
        }
        (Kind::Request, None, None) if entry.status == Some(405) => {
            "Méthode non autorisée".to_owned()
        }
        (Kind::Request, None, None) => "Chemin inconnu".to_owned(),
        (Kind::Start, _, _) => "Démarrage du serveur".to_owned(),
        (Kind::Recette, _, _) => "Recette".to_owned(),
        (Kind::Store, _, _) => "Stockage partagé".to_owned(),
        (Kind::Tokens, _, _) => "Révocation de tous les jetons".to_owned(),
    }
}

/// The state of a convention, and how it is marked.
pub(super) fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::InForce => ("granted", "en vigueur"),
        State::NotBegun => ("unreached", "pas commencée"),
        State::Suspended => ("warn", "suspendue"),
        State::Ended => ("refused", "résiliée"),
    }
}

pub(super) fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "masculin",
        Sex::Female => "féminin",
        Sex::Unknown => "inconnu",
        Sex::Undefined => "non défini",
    }
}

/// How the state of a case of recette is marked.
pub(super) fn rehearsed(state: coverage::State) -> &'static str {
    match state {
        coverage::State::Conforming => "granted",
        coverage::State::NotConforming => "refused",
        coverage::State::Seen | coverage::State::ToConfirm | coverage::State::Awaiting => "warn",
        coverage::State::NotSeen | coverage::State::NotApplicable => "unreached",
    }
}

/// How the verdict on a rule of conduct is marked.
pub(super) fn conduct(verdict: conduct::Verdict) -> &'static str {
    match verdict {
        conduct::Verdict::Respected => "granted",
        conduct::Verdict::Broken => "refused",
        conduct::Verdict::NotObserved | conduct::Verdict::NotApplicable => "unreached",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_found_by_its_key_and_nothing_else_is_one() {
        let notice = Notice::JournalCleared;
        assert_eq!(Notice::named(notice.key()), Some(notice));
        assert_eq!(Notice::named("<script>"), None);
    }
}
