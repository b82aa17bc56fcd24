//! What the clock's forms ask.

use jiff::{Span, fmt::temporal::SpanParser};

use crate::{
    clock::ClockChange,
    console::pages::{forgery::Fields, show, words::Notice},
};

#[derive(Debug)]
pub(super) enum ClockRequest {
    /// To return to the system's time.
    System,
    /// To move, or to stop.
    Order(ClockChange, Notice),
}

/// What a form asks of the clock, or what cannot be read of it, in French.
pub(super) fn read(fields: &Fields) -> Result<ClockRequest, String> {
    let frozen = |frozen, notice| {
        Ok(ClockRequest::Order(
            ClockChange { frozen: Some(frozen), ..ClockChange::default() },
            notice,
        ))
    };
    match fields.get("horloge").unwrap_or_default() {
        "figer" => frozen(true, Notice::ClockFrozen),
        "laisser-courir" => frozen(false, Notice::ClockRunning),
        "systeme" => Ok(ClockRequest::System),
        "avancer" => {
            let advance = Some(duration(fields.given("duree").unwrap_or_default())?);
            Ok(ClockRequest::Order(
                ClockChange { advance, ..ClockChange::default() },
                Notice::ClockMoved,
            ))
        }
        "regler" => {
            let typed = fields.given("instant").unwrap_or_default();
            let wrong = || {
                format!(
                    "Régler à : une date et une heure de Paris sont attendues, comme 2026-11-22T11:00, et non « {typed} »."
                )
            };
            let now = show::moment(typed).ok_or_else(wrong)?;
            Ok(ClockRequest::Order(
                ClockChange { now: Some(now), ..ClockChange::default() },
                Notice::ClockMoved,
            ))
        }
        other => Err(format!("« {other} » n'est pas un ordre pour l'horloge.")),
    }
}

/// An ISO 8601 duration, backwards too.
fn duration(typed: &str) -> Result<Span, String> {
    let wrong = |_| {
        format!(
            "Avancer de : une durée ISO 8601 est attendue, comme PT61M, P1D ou -PT30S, et non « {typed} »."
        )
    };
    SpanParser::new().parse_span(typed).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<ClockRequest, String> {
        read(&Fields::from_pairs(pairs))
    }

    #[test]
    fn a_moment_is_read_as_browsers_send_it_in_paris() {
        for typed in ["2026-11-22T11:00", "2026-11-22T11:00:00", "2026-11-22T10:00:00Z"] {
            let Ok(ClockRequest::Order(order, _)) =
                asked(&[("horloge", "regler"), ("instant", typed)])
            else {
                panic!("{typed}")
            };
            assert_eq!(order.now, Some("2026-11-22T10:00:00Z".parse().unwrap()), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_in_french() {
        for (pairs, label) in [
            ([("horloge", "regler"), ("instant", "demain")], "Régler à : "),
            ([("horloge", "avancer"), ("duree", "une heure")], "Avancer de : "),
            ([("horloge", "avancer"), ("duree", "")], "Avancer de : "),
            ([("horloge", "<script>"), ("duree", "")], "« <script> »"),
        ] {
            assert!(asked(&pairs).unwrap_err().starts_with(label), "{pairs:?}");
        }
    }
}
