//! What R2P answers when it does not answer a person: one table of numbers, statuses and French messages.
//!
//! The Swagger publishes 401, 403 ("Trop de réponse ou dossier non communicable") and 404 ("Personne non trouvée") without
//! a body. The envelope, the form of the numbers (the HTTP status, then a rank), 4003, 40305 and 40433 are those of the
//! DGFIP's SFiP, which searches people with the same parameters; the other numbers and the messages are a *decision*.

use std::sync::LazyLock;

use bytes::Bytes;
use http::StatusCode;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    MEDIA,
    demande::{self, Parameter},
    mode::{self, Lacking},
};
use crate::{api::Answer, rights::r2p::Mode};

/// Why there is no person in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// No `X-Correlation-ID`.
    NoCorrelation,
    /// One that has not the Swagger's pattern.
    Correlation,
    /// A parameter that must be there.
    Absent(&'static Parameter),
    /// A parameter that is not what was expected.
    Format(&'static Parameter, Expected),
    /// A parameter given more than once.
    Repeated(&'static Parameter),
    /// A parameter that cannot be given here, and why.
    Misplaced(&'static Parameter, &'static str),
    /// The path's SPI is none.
    Spi,
    /// No mode of search is complete; what each one in reach still lacks.
    Incomplete(Vec<Lacking>),
    /// A complete mode that the convention does not open.
    ModeClosed(Mode),
    /// The SPI alone was asked for, by a convention whose answers never hold it.
    SpiClosed,
    /// Nobody, or somebody without the SPI that was asked for.
    Nobody,
    /// More than one person.
    TooMany,
    /// A person whose record is not given out.
    NotCommunicable,
}

/// What was expected of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// Its form.
    Form,
    /// Text, percent-encoded.
    Utf8,
    /// No control character.
    NoControl,
    /// A code of INSEE's nomenclatures, current or former.
    Nomenclature,
}

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// `erreur.code`.
    pub(super) code: u32,
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// `erreur.message`; braces stand for what the fault names.
    pub(super) message: &'static str,
}

/// Declares the kinds of fault and the table, in the order in which they are looked for.
macro_rules! table {
    ($($kind:ident = $code:literal $status:ident $message:literal;)+) => {
        /// A kind of fault: a line of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind { $(#[doc = $message] $kind,)+ }

        impl Kind {
            /// Every kind, in the order in which they are looked for.
            pub(super) const ALL: &[Self] = &[$(Self::$kind),+];

            /// Its line.
            pub(super) fn line(self) -> Line {
                match self {
                    $(Self::$kind => Line { code: $code, status: StatusCode::$status, message: $message },)+
                }
            }
        }
    };
}

table! {
    NoCorrelation = 4003 BAD_REQUEST "En-tête obligatoire absent : X-Correlation-ID";
    Correlation = 4003 BAD_REQUEST "Format incorrect : X-Correlation-ID (attendu : UUID)";
    Absent = 4003 BAD_REQUEST "Paramètre obligatoire absent : {}";
    Repeated = 4003 BAD_REQUEST "Paramètre répété : {}";
    Format = 4003 BAD_REQUEST "Format incorrect : {}";
    Misplaced = 4003 BAD_REQUEST "Paramètre non admis : {}";
    Spi = 4004 BAD_REQUEST "format SPI incorrect";
    Incomplete = 4005 BAD_REQUEST "Critères insuffisants : il manque {}";
    ModeClosed = 40307 FORBIDDEN "Mode d'interrogation non ouvert par la convention : {}";
    SpiClosed = 40308 FORBIDDEN "Restitution du SPI non ouverte par la convention";
    Nobody = 40433 NOT_FOUND "Personne non trouvée";
    TooMany = 40305 FORBIDDEN "Trop de réponses";
    NotCommunicable = 40306 FORBIDDEN "Dossier non communicable";
}

impl Fault {
    /// Its kind.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::NoCorrelation => Kind::NoCorrelation,
            Self::Correlation => Kind::Correlation,
            Self::Absent(_) => Kind::Absent,
            Self::Format(..) => Kind::Format,
            Self::Repeated(_) => Kind::Repeated,
            Self::Misplaced(..) => Kind::Misplaced,
            Self::Spi => Kind::Spi,
            Self::Incomplete(_) => Kind::Incomplete,
            Self::ModeClosed(_) => Kind::ModeClosed,
            Self::SpiClosed => Kind::SpiClosed,
            Self::Nobody => Kind::Nobody,
            Self::TooMany => Kind::TooMany,
            Self::NotCommunicable => Kind::NotCommunicable,
        }
    }

    /// The fault that a tester orders by its code, naming what its message must name.
    pub(super) fn ordered(code: &str) -> Option<Self> {
        let of_code = |kind: &&Kind| kind.line().code.to_string() == code;
        Some(match Kind::ALL.iter().find(of_code)? {
            Kind::NoCorrelation
            | Kind::Correlation
            | Kind::Absent
            | Kind::Repeated
            | Kind::Format
            | Kind::Misplaced => Self::Absent(&demande::NOM),
            Kind::Spi => Self::Spi,
            Kind::Incomplete => Self::Incomplete(Vec::new()),
            Kind::ModeClosed => Self::ModeClosed(Mode::Spi),
            Kind::SpiClosed => Self::SpiClosed,
            Kind::Nobody => Self::Nobody,
            Kind::TooMany => Self::TooMany,
            Kind::NotCommunicable => Self::NotCommunicable,
        })
    }

    /// What its message names, for the kinds whose message names something.
    fn named(&self) -> Option<String> {
        match self {
            Self::Absent(parameter) | Self::Repeated(parameter) => Some(parameter.name.to_owned()),
            Self::Format(parameter, expected) => {
                Some(format!("{} (attendu : {})", parameter.name, expected.words(parameter)))
            }
            Self::Misplaced(parameter, why) => Some(format!("{} ({why})", parameter.name)),
            Self::Incomplete(modes) => Some(modes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ou ")),
            Self::ModeClosed(mode) => Some(mode::label(*mode).to_owned()),
            Self::NoCorrelation
            | Self::Correlation
            | Self::Spi
            | Self::SpiClosed
            | Self::Nobody
            | Self::TooMany
            | Self::NotCommunicable => None,
        }
    }

    /// The whole message.
    pub(super) fn message(&self) -> String {
        let line = self.kind().line().message;
        self.named().map_or_else(|| line.to_owned(), |named| line.replace("{}", &named))
    }

    /// The answer, at this moment.
    pub(super) fn answer(&self, now: Timestamp) -> Answer {
        let line = self.kind().line();
        let envelope =
            Envelope { erreur: Erreur { code: line.code, message: &self.message(), horodatage: stamp(now) } };
        let body = serde_json::to_vec(&envelope).expect("numbers and texts are always JSON");
        Answer { status: line.status, media: MEDIA, body: Bytes::from(body) }
    }
}

impl Expected {
    fn words(self, parameter: &Parameter) -> String {
        match self {
            Self::Form => parameter.form.expected(),
            Self::Utf8 => "du texte UTF-8, encodé par %".to_owned(),
            Self::NoControl => "du texte sans caractère de contrôle".to_owned(),
            Self::Nomenclature => "un code des nomenclatures de l'INSEE".to_owned(),
        }
    }
}

/// Every code of the table, once.
pub(super) fn codes() -> Vec<&'static str> {
    vec!["4003", "4004", "4005", "40305", "40306", "40307", "40308", "40433"]
}

#[derive(Serialize)]
struct Envelope<'a> {
    erreur: Erreur<'a>,
}

#[derive(Serialize)]
struct Erreur<'a> {
    code: u32,
    message: &'a str,
    horodatage: String,
}

/// As SFiP writes it: the hour of Paris with its offset, without fractions (`2021-06-25T19:39:56+02:00`).
fn stamp(now: Timestamp) -> String {
    static PARIS: LazyLock<TimeZone> =
        LazyLock::new(|| TimeZone::get("Europe/Paris").expect("the time zones are part of the binary"));
    now.to_zoned(PARIS.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_that_of_paris_with_its_offset_and_no_fraction() {
        assert_eq!(stamp("2021-06-25T17:39:56.987Z".parse().unwrap()), "2021-06-25T19:39:56+02:00");
        assert_eq!(stamp("2026-11-22T10:00:00Z".parse().unwrap()), "2026-11-22T11:00:00+01:00");
    }

    #[test]
    fn the_envelope_has_the_family_s_keys_in_order_and_a_number_as_code() {
        let answer = Fault::Nobody.answer("2026-11-22T10:00:00Z".parse().unwrap());
        assert_eq!((answer.status.as_u16(), answer.media), (404, "application/json"));
        assert_eq!(
            answer.body,
            r#"{"erreur":{"code":40433,"message":"Personne non trouvée","horodatage":"2026-11-22T11:00:00+01:00"}}"#
        );
    }

    #[test]
    fn every_code_of_the_table_can_be_ordered_and_no_other() {
        for kind in Kind::ALL {
            assert!(codes().contains(&kind.line().code.to_string().as_str()), "{kind:?}");
        }
        for code in codes() {
            assert_eq!(Fault::ordered(code).unwrap().kind().line().code.to_string(), code);
        }
        assert_eq!(Fault::ordered("CAT004"), None);
    }

    #[test]
    fn a_number_begins_with_its_status() {
        for kind in Kind::ALL {
            let line = kind.line();
            assert!(line.code.to_string().starts_with(line.status.as_str()), "{line:?}");
        }
    }
}
