//! What SFiP answers when it has nothing to give: the codes and messages of the published file, to the letter.
//!
//! The file prints one message for each code, which names nothing: what is wrong goes to the journal and to `X-Bacasable-Reason`.

use jiff::Timestamp;

use super::{LEP, MEDIA, parameter::BAREME};
use crate::{
    api::{
        Answer, CORRELATION_ID, Resource,
        fault_table::{Message, fault_table},
        person::{Misread, Parameter, ParameterFault},
    },
    clock,
    journal::{Facts, RefusalFacts},
};

/// Why there is nothing in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NoCorrelation,
    Correlation,
    NoTeleservice,
    /// A parameter that cannot be read.
    Misread(Misread),
    /// A value of the right form that cannot be, and what can.
    Impossible(&'static Parameter, String),
    /// A parameter that cannot be given here, and why.
    Alone(&'static Parameter, &'static str),
    /// Parameters without which nobody is named.
    Lacking(&'static str),
    /// More than one person.
    Several,
    /// A person whose record is not given out.
    NotCommunicable,
    Nobody,
    /// A person of whom there is nothing to say, and why.
    NoAnswer(&'static str),
}

fault_table! {
    /// A line of the published file, in the order of codes and statuses.
    pub(super) enum FaultKind {
        Parameter = "4003", 400, "Un des paramètres en entrée est non conforme aux valeurs possibles";
        Unavailable = "40401", 400, "L'API est actuellement indisponible";
        Forbidden = "40305", 403, "Informations non disponibles pour la personne, merci de renseigner le numéro fiscal et la date de naissance";
        Nobody = "40433", 404, "Informations non disponibles pour la personne merci de renseigner le numéro fiscal et la date de naissance.";
        NoIndicator = "4101", 410, "Absence de réponse";
        NoSituation = "4101", 416, "Absence de réponse";
        Failure = "40401", 500, "Une erreur est survenue";
    }
}

impl FaultKind {
    /// Whether this resource has such an answer of its own: each prints 4101 with another status, and only the state of health says
    /// that the API is not available.
    pub(super) fn is_of(self, resource: &Resource) -> bool {
        match self {
            Self::Unavailable => resource.operation == super::INFORMATION,
            Self::Failure => resource.operation != super::INFORMATION,
            Self::NoIndicator => resource.operation == LEP,
            Self::NoSituation => resource.operation == super::SITUATION,
            Self::Parameter | Self::Forbidden | Self::Nobody => true,
        }
    }

    /// Whether it says something about a person, which the state of health does not.
    pub(super) fn is_of_a_person(self) -> bool {
        !matches!(self, Self::Parameter | Self::Unavailable | Self::Failure)
    }

    pub(super) fn answer(self, now: Timestamp) -> Answer {
        let line = self.line();
        let message =
            Message { code: line.number(), message: line.message.into(), horodatage: stamp(now) };
        let facts = Facts { code: Some(line.code), ..Facts::default() };
        Answer { facts, ..message.refuse(line.status, MEDIA) }
    }
}

impl Fault {
    /// Its kind, as this resource answers it.
    pub(super) fn kind(&self, resource: &Resource) -> FaultKind {
        match self {
            Self::NoCorrelation
            | Self::Correlation
            | Self::NoTeleservice
            | Self::Misread(_)
            | Self::Impossible(..)
            | Self::Alone(..)
            | Self::Lacking(_) => FaultKind::Parameter,
            Self::Several | Self::NotCommunicable => FaultKind::Forbidden,
            Self::Nobody => FaultKind::Nobody,
            Self::NoAnswer(_) if resource.operation == LEP => FaultKind::NoIndicator,
            Self::NoAnswer(_) => FaultKind::NoSituation,
        }
    }

    /// The parameter at fault, where it was read and refused.
    pub(super) fn parameter(&self) -> Option<&'static Parameter> {
        match self {
            Self::Misread(Misread { parameter, wrong: ParameterFault::Expected(_) })
            | Self::Impossible(parameter, _) => Some(parameter),
            Self::NoCorrelation
            | Self::Correlation
            | Self::NoTeleservice
            | Self::Misread(_)
            | Self::Alone(..)
            | Self::Lacking(_)
            | Self::Several
            | Self::NotCommunicable
            | Self::Nobody
            | Self::NoAnswer(_) => None,
        }
    }

    /// Whether the query's parameters are at fault, as they were written.
    pub(super) fn is_of_query(&self) -> bool {
        match self {
            Self::Misread(_) | Self::Impossible(..) | Self::Alone(..) | Self::Lacking(_) => true,
            Self::NoCorrelation
            | Self::Correlation
            | Self::NoTeleservice
            | Self::Several
            | Self::NotCommunicable
            | Self::Nobody
            | Self::NoAnswer(_) => false,
        }
    }

    /// What the journal keeps of it, but for what came.
    pub(super) fn facts(&self) -> RefusalFacts {
        let because = |text: &str| RefusalFacts::because(text);
        match self {
            Self::NoCorrelation => RefusalFacts::expected(CORRELATION_ID, "un UUID, obligatoire")
                .caused("no-correlation"),
            Self::Correlation => {
                RefusalFacts::expected(CORRELATION_ID, "un UUID").caused("malformed-correlation")
            }
            Self::NoTeleservice => {
                let expected = "celui de la convention, obligatoire";
                let facts = RefusalFacts::expected("en-tête ID_Teleservice", expected);
                facts.caused("no-teleservice")
            }
            Self::Misread(misread) => misread.facts(),
            Self::Impossible(parameter, expected) => {
                let is_scale = *parameter == &BAREME;
                let cause = if is_scale { "impossible-scale" } else { "impossible-parameter" };
                RefusalFacts::expected(parameter.name, expected).caused(cause)
            }
            Self::Alone(parameter, why) => parameter.misplaced(why),
            Self::Lacking(what) => {
                RefusalFacts::because(format!("la personne n'est pas désignée : il manque {what}"))
                    .caused("incomplete-criteria")
            }
            Self::Several => because("plusieurs personnes répondent à ces critères"),
            Self::NotCommunicable => because("le dossier de cette personne n'est pas communicable"),
            Self::Nobody => because("personne ne répond à ces critères"),
            Self::NoAnswer(why) => because(why),
        }
    }
}

/// What the client's author can do about a code.
pub(super) fn remedy(code: &str) -> &'static str {
    match code {
        "4003" => {
            "Corriger le paramètre que nomme X-Bacasable-Reason, d'après la description de l'API."
        }
        "4101" => {
            "Rien : aucune imposition ne permet de répondre ; n'en rien conclure sur les revenus de la personne."
        }
        "40305" | "40433" => {
            "Demander le numéro fiscal et la date de naissance, et prévoir ce cas dans l'application."
        }
        _ => "Reprendre plus tard, en espaçant les essais.",
    }
}

impl From<Misread> for Fault {
    fn from(misread: Misread) -> Self {
        Self::Misread(misread)
    }
}

/// As the examples of the answers have it: the hour of Paris, without fractions nor offset (`2022-01-20T13:03:01`).
fn stamp(now: Timestamp) -> String {
    now.to_zoned(clock::paris()).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_has_the_published_keys_in_order() {
        let answer = FaultKind::Nobody.answer("2022-01-20T12:03:01.5Z".parse().unwrap());
        assert_eq!((answer.status.as_u16(), answer.media), (404, MEDIA));
        assert_eq!(
            answer.body,
            "{\"erreur\":{\"code\":40433,\"message\":\"Informations non disponibles pour la personne merci de renseigner \
             le numéro fiscal et la date de naissance.\",\"horodatage\":\"2022-01-20T13:03:01\"}}"
        );
    }
}
