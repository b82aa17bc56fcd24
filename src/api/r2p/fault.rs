//! What R2P answers when it does not answer a person: one table of numbers, statuses and French messages.
//!
//! The Swagger publishes 401, 403 ("Trop de réponse ou dossier non communicable") and 404 ("Personne non trouvée"), without
//! a body, and no 400. The envelope, the form of the numbers (the HTTP status, then a rank), 4003 for whatever is wrong
//! with the parameters, 40305 and 40433 are those of the DGFiP's SFiP, which searches people by the same parameters; 40306,
//! 40307 and the messages are a *decision*. `docs/r2p-codes.md` tells how to obtain each line.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{
    MEDIA,
    mode::{self, Lacking},
    parameter::SPI,
};
use crate::{
    api::{
        Answer, CORRELATION_ID,
        fault_table::{Message, fault_table},
        person::{Misread, Parameter, ParameterFault},
    },
    clock,
    journal::RefusalFacts,
    rights::r2p::Mode,
};

/// Why there is no person in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A parameter that cannot be read.
    Misread(Misread),
    /// A parameter that cannot be given here, and why.
    Misplaced(&'static Parameter, &'static str),
    /// No `X-Correlation-ID`.
    NoCorrelation,
    /// One that has not the Swagger's pattern.
    Correlation,
    /// The path's SPI is none.
    Spi,
    /// No mode of search is complete; what each one in reach still lacks.
    Incomplete(Vec<Lacking>),
    /// More than one person.
    TooMany,
    /// A person whose record is not given out.
    NotCommunicable,
    /// Something that the convention does not open.
    Closed(Closed),
    /// Nobody, or somebody without the SPI that was asked for: which, the journal says.
    Nobody,
}

/// What a convention may leave closed within R2P.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// A mode of search.
    Mode(Mode),
    /// The SPI, asked for alone.
    Spi,
}

fault_table! {
    pub(super) enum FaultKind {
        Format = "4003", 400, "Format incorrect : {}";
        Absent = "4003", 400, "Paramètre obligatoire absent : {}";
        Repeated = "4003", 400, "Paramètre répété : {}";
        Misplaced = "4003", 400, "Paramètre non admis : {}";
        NoCorrelation = "4003", 400, "En-tête obligatoire absent : X-Correlation-ID";
        Correlation = "4003", 400, "Format incorrect : X-Correlation-ID (attendu : UUID)";
        Spi = "4003", 400, "format SPI incorrect";
        Incomplete = "4003", 400, "Critères insuffisants : il manque {}";
        TooMany = "40305", 403, "Trop de réponses";
        NotCommunicable = "40306", 403, "Dossier non communicable";
        Closed = "40307", 403, "Non ouvert par la convention : {}";
        Nobody = "40433", 404, "Personne non trouvée";
    }
}

/// « Que faire ? » about a code of the table.
pub(super) fn remedy(code: &str) -> &'static str {
    match code {
        "40305" => {
            "Préciser les critères : sexe, autres prénoms, date et lieu de naissance, adresse."
        }
        "40306" => {
            "Rien : le dossier de cette personne n'est pas communiqué ; prévoir ce cas dans l'application."
        }
        "40307" => {
            "Employer une recherche que la convention ouvre ; la fiche du partenaire les montre."
        }
        "40433" => {
            "Vérifier les critères, et les données de test qui leur correspondent ; prévoir ce cas dans l'application."
        }
        _ => "Corriger le paramètre nommé dans le message, d'après la description de l'API.",
    }
}

impl FaultKind {
    /// An answer of this kind, when a tester ordered it and nothing is there to be named.
    pub(super) fn answer(self, now: Timestamp) -> Answer {
        self.write(self.line().unnamed().into(), now)
    }

    fn write(self, message: Cow<'_, str>, now: Timestamp) -> Answer {
        let line = self.line();
        Message { code: line.number(), message, horodatage: stamp(now) }.refuse(line.status, MEDIA)
    }
}

impl Fault {
    pub(super) fn kind(&self) -> FaultKind {
        match self {
            Self::Misread(misread) => match misread.wrong {
                ParameterFault::Expected(_) => FaultKind::Format,
                ParameterFault::Absent => FaultKind::Absent,
                ParameterFault::Repeated => FaultKind::Repeated,
            },
            Self::Misplaced(..) => FaultKind::Misplaced,
            Self::NoCorrelation => FaultKind::NoCorrelation,
            Self::Correlation => FaultKind::Correlation,
            Self::Spi => FaultKind::Spi,
            Self::Incomplete(_) => FaultKind::Incomplete,
            Self::TooMany => FaultKind::TooMany,
            Self::NotCommunicable => FaultKind::NotCommunicable,
            Self::Closed(_) => FaultKind::Closed,
            Self::Nobody => FaultKind::Nobody,
        }
    }

    /// The parameter that cannot be read, where it is one.
    pub(super) fn misread(&self) -> Option<&Misread> {
        if let Self::Misread(misread) = self { Some(misread) } else { None }
    }

    /// What the convention leaves closed, where that is the fault.
    pub(super) fn closed(&self) -> Option<Closed> {
        if let Self::Closed(closed) = self { Some(*closed) } else { None }
    }

    /// Whether the query's parameters are at fault, as they were written.
    pub(super) fn is_of_query(&self) -> bool {
        matches!(self, Self::Misread(_) | Self::Misplaced(..) | Self::Incomplete(_))
    }

    /// The answer, at this moment.
    pub(super) fn answer(&self, now: Timestamp) -> Answer {
        self.kind().write(self.message().into(), now)
    }

    /// What the journal keeps of it, but for what came; nothing where the convention decides.
    pub(super) fn facts(&self) -> Option<RefusalFacts> {
        Some(match self {
            Self::Misread(misread) => misread.facts(),
            Self::Misplaced(parameter, why) => parameter.misplaced(why),
            Self::NoCorrelation => RefusalFacts::expected(CORRELATION_ID, "un UUID, obligatoire")
                .caused("no-correlation"),
            Self::Correlation => {
                RefusalFacts::expected(CORRELATION_ID, "un UUID").caused("malformed-correlation")
            }
            Self::Spi => {
                RefusalFacts::expected(SPI.name, SPI.form.expected()).caused("malformed-parameter")
            }
            Self::Incomplete(_) => RefusalFacts::because(format!(
                "aucune recherche n'est complète : il manque {}",
                self.named()
            ))
            .caused("incomplete-criteria"),
            Self::TooMany => RefusalFacts::because(
                "plusieurs personnes ont cette identité : ajouter le sexe, d'autres prénoms, la date ou le lieu de naissance",
            ),
            Self::NotCommunicable => {
                RefusalFacts::because("le dossier de cette personne n'est pas communicable")
            }
            Self::Nobody => RefusalFacts::because("personne ne répond à ces critères"),
            Self::Closed(_) => return None,
        })
    }

    /// The whole message.
    pub(super) fn message(&self) -> String {
        self.kind().line().message.replace("{}", &self.named())
    }

    /// What the message names; nothing for the kinds whose message is whole.
    fn named(&self) -> String {
        match self {
            Self::Misread(Misread { parameter, wrong }) => match wrong {
                ParameterFault::Expected(expected) => {
                    format!("{} (attendu : {})", parameter.name, expected.words(parameter))
                }
                ParameterFault::Absent | ParameterFault::Repeated => parameter.name.to_owned(),
            },
            Self::Misplaced(parameter, why) => format!("{} ({why})", parameter.name),
            Self::Incomplete(modes) => {
                modes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ou ")
            }
            Self::Closed(Closed::Mode(mode)) => format!("recherche par {}", mode::label(*mode)),
            Self::Closed(Closed::Spi) => "restitution du SPI".to_owned(),
            Self::NoCorrelation
            | Self::Correlation
            | Self::Spi
            | Self::TooMany
            | Self::NotCommunicable
            | Self::Nobody => String::new(),
        }
    }
}

impl From<Misread> for Fault {
    fn from(misread: Misread) -> Self {
        Self::Misread(misread)
    }
}

/// As SFiP writes it: the hour of Paris with its offset, without fractions (`2021-06-25T19:39:56+02:00`).
fn stamp(now: Timestamp) -> String {
    now.to_zoned(clock::paris()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-22T11:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_hour_is_that_of_paris_with_its_offset_and_no_fraction() {
        assert_eq!(stamp("2021-06-25T17:39:56.987Z".parse().unwrap()), "2021-06-25T19:39:56+02:00");
        assert_eq!(stamp(noon()), "2026-11-22T12:00:00+01:00");
    }

    #[test]
    fn the_envelope_has_the_family_s_keys_in_order_and_a_number_as_code() {
        let answer = Fault::Nobody.answer(noon());
        assert_eq!((answer.status.as_u16(), answer.media), (404, "application/json"));
        assert_eq!(
            answer.body,
            r#"{"erreur":{"code":40433,"message":"Personne non trouvée","horodatage":"2026-11-22T12:00:00+01:00"}}"#
        );
    }

    #[test]
    fn a_number_begins_with_its_status_and_lines_are_in_order() {
        for kind in FaultKind::ALL {
            let line = kind.line();
            assert!(line.code.starts_with(line.status.as_str()), "{line:?}");
            assert_eq!(line.number().to_string(), line.code);
        }
        assert!(FaultKind::ALL.is_sorted_by_key(|kind| kind.line().code));
    }

    #[test]
    fn an_ordered_fault_names_nothing() {
        for (kind, message) in [
            (FaultKind::Format, "Format incorrect"),
            (FaultKind::Spi, "format SPI incorrect"),
            (FaultKind::Incomplete, "Critères insuffisants"),
            (FaultKind::Closed, "Non ouvert par la convention"),
        ] {
            let body: serde_json::Value =
                serde_json::from_slice(&kind.answer(noon()).body).unwrap();
            assert_eq!(body["erreur"]["message"], message);
        }
    }
}
