//! The words in which pages speak of controls, APIs and answers: one table each.

use crate::{
    admission::Control,
    journal::{Entry, Kind, VerdictName},
    rights::ApiId,
};

/// What an action tells once it is done; its key travels in the address of the page that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    JournalCleared,
}

/// How an entry ended, in the kinds that matter to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was answered.
    Answered,
    /// It was turned away: by a control, or by the API that found it wrong.
    Refused,
    /// It failed, or was never answered.
    Failed,
    /// Nobody called: the server tells something.
    Told,
}

impl Notice {
    const ALL: [(Self, &'static str, &'static str); 1] =
        [(Self::JournalCleared, "journal-vide", "Le journal a été vidé.")];

    pub(super) fn key(self) -> &'static str {
        Self::ALL.iter().find(|(one, _, _)| *one == self).map_or("", |(_, key, _)| key)
    }

    pub(super) fn text(self) -> &'static str {
        Self::ALL.iter().find(|(one, _, _)| *one == self).map_or("", |(_, _, text)| text)
    }

    pub(super) fn named(key: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == key).map(|(one, _, _)| *one)
    }
}

impl Outcome {
    /// Those that count as traffic, from the bottom of a bar to its top.
    pub(super) const DRAWN: [Self; 3] = [Self::Answered, Self::Refused, Self::Failed];

    pub(super) fn of(entry: &Entry) -> Self {
        match (entry.kind, entry.status) {
            (Kind::Start | Kind::Recette, _) => Self::Told,
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
            Self::Told => "unreached",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Answered => "répondue",
            Self::Refused => "refusée",
            Self::Failed => "en échec",
            Self::Told => "notée",
        }
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

/// The question that a control asks (CGU FICOBA 4, CGU R2P 4).
pub(super) fn question(control: Control) -> &'static str {
    match control {
        Control::Certificate => "Un certificat client reconnu, dans ses dates, d'un partenaire ?",
        Control::Address => "Un appel depuis une adresse déclarée par ce partenaire ?",
        Control::TechnicalId => "Un jeton bien formé, émis ici, en cours de validité ?",
        Control::Identity => "Certificat, jeton et convention du même partenaire, en vigueur ?",
        Control::Rights => "Une API et un scope ouverts par la convention et par le jeton ?",
        Control::Quota => "Encore de la place dans le quota de la minute ?",
    }
}

/// How a verdict is marked and told.
pub(super) fn verdict(verdict: VerdictName) -> (&'static str, &'static str, &'static str) {
    match verdict {
        VerdictName::Granted => ("granted", "✓", "accordé"),
        VerdictName::Refused => ("refused", "✕", "refusé"),
        VerdictName::NotReached => ("unreached", "–", "non atteint"),
    }
}

pub(super) fn api(api: ApiId) -> &'static str {
    match api {
        ApiId::Ficoba => "FICOBA",
        ApiId::R2p => "R2P",
    }
}

/// The status of the answer, or why there is none.
pub(super) fn status(entry: &Entry) -> String {
    match (entry.status, entry.kind) {
        (Some(status), _) => status.to_string(),
        (None, Kind::Request) => "sans réponse".to_owned(),
        (None, Kind::Handshake) => "refusée".to_owned(),
        (None, Kind::Connection) => "coupée".to_owned(),
        (None, Kind::Start | Kind::Recette) => "note".to_owned(),
    }
}

/// What was asked, in a few words: `FICOBA · numCpte`, `Jeton`.
pub(super) fn operation(entry: &Entry) -> String {
    match (entry.kind, entry.api, entry.operation.as_deref()) {
        (Kind::Handshake, _, _) => "Poignée de main TLS".to_owned(),
        (Kind::Connection, _, _) => "Connexion sans requête".to_owned(),
        (Kind::Request, Some(id), Some(operation)) => format!("{} · {operation}", api(id)),
        (Kind::Request, Some(id), None) => format!("{} · chemin inconnu", api(id)),
        (Kind::Request, None, Some("token")) => "Demande de jeton".to_owned(),
        (Kind::Request, None, Some("revoke")) => "Révocation d'un jeton".to_owned(),
        (Kind::Request, None, Some("jwks")) => "Clés publiques (JWKS)".to_owned(),
        (Kind::Request, None, Some(other)) => other.to_owned(),
        (Kind::Request, None, None) if entry.refused_by().is_some() => "Requête arrêtée à l'entrée".to_owned(),
        (Kind::Request, None, None) => "Chemin inconnu".to_owned(),
        (Kind::Start, _, _) => "Démarrage du serveur".to_owned(),
        (Kind::Recette, _, _) => "Recette".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_is_found_by_its_key() {
        for (notice, key, text) in Notice::ALL {
            assert_eq!((Notice::named(key), notice.key(), notice.text()), (Some(notice), key, text));
        }
        assert_eq!(Notice::named("<script>"), None);
    }
}
