//! What SFiP answers when it has nothing to give: the codes and messages of the published file, to the letter.
//!
//! The file prints one message for each code, which names nothing: what is wrong goes to the journal and to `X-Bacasable-Reason`.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;

use super::{LEP, MEDIA};
use crate::{
    api::{
        Answer, Resource,
        person::{Misread, Parameter, Wrong},
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

/// A line of the published file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u32,
    /// The same as a text.
    pub(super) code: &'static str,
    pub(super) status: StatusCode,
    pub(super) message: &'static str,
}

/// Declares the kinds of fault and the lines, in the order of codes and statuses.
macro_rules! table {
    ($($kind:ident = $code:literal $status:ident $message:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind { $($kind,)+ }

        impl Kind {
            pub(super) const ALL: &[Self] = &[$(Self::$kind),+];

            pub(super) fn line(self) -> Line {
                let (code, number, status, message) = match self {
                    $(Self::$kind => (stringify!($code), $code, StatusCode::$status, $message),)+
                };
                Line { code, number, status, message }
            }
        }
    };
}

table! {
    Parameter = 4003 BAD_REQUEST
        "Un des paramètres en entrée est non conforme aux valeurs possibles";
    Unavailable = 40401 BAD_REQUEST "L'API est actuellement indisponible";
    Forbidden = 40305 FORBIDDEN
        "Informations non disponibles pour la personne, merci de renseigner le numéro fiscal et la date de naissance";
    Nobody = 40433 NOT_FOUND
        "Informations non disponibles pour la personne merci de renseigner le numéro fiscal et la date de naissance.";
    NoIndicator = 4101 GONE "Absence de réponse";
    NoSituation = 4101 RANGE_NOT_SATISFIABLE "Absence de réponse";
    Failure = 40401 INTERNAL_SERVER_ERROR "Une erreur est survenue";
}

impl Kind {
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
        let Line { number, code, status, message } = self.line();
        let erreur = Erreur { code: number, message, horodatage: stamp(now) };
        let body = serde_json::to_vec(&Envelope { erreur }).expect("numbers and texts are JSON");
        let facts = Facts { code: Some(code), ..Facts::default() };
        Answer { status, media: MEDIA, body: Bytes::from(body), facts }
    }
}

impl Fault {
    /// Its kind, as this resource answers it.
    pub(super) fn kind(&self, resource: &Resource) -> Kind {
        match self {
            Self::NoCorrelation
            | Self::Correlation
            | Self::NoTeleservice
            | Self::Misread(_)
            | Self::Impossible(..)
            | Self::Alone(..)
            | Self::Lacking(_) => Kind::Parameter,
            Self::Several | Self::NotCommunicable => Kind::Forbidden,
            Self::Nobody => Kind::Nobody,
            Self::NoAnswer(_) if resource.operation == LEP => Kind::NoIndicator,
            Self::NoAnswer(_) => Kind::NoSituation,
        }
    }

    /// The parameter at fault, where it was read and refused.
    pub(super) fn parameter(&self) -> Option<&'static Parameter> {
        match self {
            Self::Misread(Misread { parameter, wrong: Wrong::Expected(_) })
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

    /// What the journal keeps of it, but for what came.
    pub(super) fn facts(&self) -> RefusalFacts {
        let about = |attribute: &str, expected: String| RefusalFacts {
            attribute: Some(attribute.to_owned()),
            expected: Some(expected),
            ..RefusalFacts::default()
        };
        let because = |text: &str| RefusalFacts::because(text);
        match self {
            Self::NoCorrelation => about("X-Correlation-ID", "un UUID, obligatoire".to_owned()),
            Self::Correlation => about("X-Correlation-ID", "un UUID".to_owned()),
            Self::NoTeleservice => {
                about("ID_Teleservice", "celui de la convention, obligatoire".to_owned())
            }
            Self::Misread(Misread { parameter, wrong }) => match wrong {
                Wrong::Absent => {
                    about(parameter.name, format!("obligatoire, {}", parameter.form.expected()))
                }
                Wrong::Repeated => about(parameter.name, "une seule valeur".to_owned()),
                Wrong::Expected(expected) => about(parameter.name, expected.words(parameter)),
            },
            Self::Impossible(parameter, expected) => about(parameter.name, expected.clone()),
            Self::Alone(parameter, why) => RefusalFacts::because(format!(
                "le paramètre {} n'est pas admis ici : {why}",
                parameter.name
            )),
            Self::Lacking(what) => {
                RefusalFacts::because(format!("la personne n'est pas désignée : il manque {what}"))
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

#[derive(Serialize)]
struct Envelope {
    erreur: Erreur,
}

#[derive(Serialize)]
struct Erreur {
    code: u32,
    message: &'static str,
    horodatage: String,
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
        let answer = Kind::Nobody.answer("2022-01-20T12:03:01.5Z".parse().unwrap());
        assert_eq!((answer.status.as_u16(), answer.media), (404, MEDIA));
        assert_eq!(
            answer.body,
            "{\"erreur\":{\"code\":40433,\"message\":\"Informations non disponibles pour la personne merci de renseigner \
             le numéro fiscal et la date de naissance.\",\"horodatage\":\"2022-01-20T13:03:01\"}}"
        );
    }
}
