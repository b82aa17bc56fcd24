//! Moments and numbers as French people read them.

use std::io::{self, ErrorKind};

use jiff::Timestamp;

use crate::clock;

/// `10:01:59` in Paris.
pub(super) fn hour(at: Timestamp) -> String {
    local(at).strftime("%H:%M:%S").to_string()
}

/// `22/11/2026 à 11:00:00` in Paris.
pub(super) fn moment(at: Timestamp) -> String {
    local(at).strftime("%d/%m/%Y à %H:%M:%S").to_string()
}

/// The moment of what a person did: the real one, and the simulated clock's beside it where that showed another; the latter alone
/// where nothing else was kept.
pub(super) fn dated(simulated: Timestamp, real: Option<Timestamp>) -> String {
    let shown = || format!("{} à l'horloge simulée", moment(simulated));
    match real {
        None => shown(),
        Some(real) if real.as_second() == simulated.as_second() => moment(real),
        Some(real) => format!("{}, soit le {}", moment(real), shown()),
    }
}

/// `1 appel`, `2 appels`; French counts 0 and 1 alike.
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n < 2 { one } else { many })
}

/// A whole sentence of a text that may begin small and end bare.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// What the system says, in French; in its own words where it is none of the usual ones.
pub(crate) fn io(error: &io::Error) -> String {
    const USUAL: [(ErrorKind, &str); 8] = [
        (ErrorKind::NotFound, "il n'existe pas"),
        (ErrorKind::PermissionDenied, "le système en refuse l'accès"),
        (ErrorKind::IsADirectory, "c'est un dossier"),
        (ErrorKind::InvalidInput, "ce n'est pas un fichier ordinaire"),
        (ErrorKind::FileTooLarge, "il est trop long"),
        (ErrorKind::InvalidData, "ce n'est pas du texte en UTF-8"),
        (ErrorKind::ConnectionRefused, "connexion refusée"),
        (ErrorKind::TimedOut, "délai dépassé"),
    ];
    let usual = USUAL.iter().find(|(kind, _)| *kind == error.kind());
    usual.map_or_else(|| error.to_string(), |(_, words)| (*words).to_owned())
}

fn local(at: Timestamp) -> jiff::Zoned {
    at.to_zoned(clock::paris())
}

/// A text that a client chose, short enough for a table.
pub(super) fn clipped(text: &str) -> String {
    let mut start: String = text.chars().take(CLIPPED).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

/// Longer than any identifier that means well: a UUID has 36 characters.
const CLIPPED: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_a_sentence() {
        assert_eq!(sentence("état clos"), "État clos.");
        assert_eq!(sentence("Il l'a dit."), "Il l'a dit.");
    }

    #[test]
    fn what_people_do_is_dated_by_the_real_clock() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (simulated, real) = (at("2027-03-01T10:00:00Z"), at("2026-11-30T16:42:51Z"));
        assert_eq!(
            dated(simulated, Some(real)),
            "30/11/2026 à 17:42:51, soit le 01/03/2027 à 11:00:00 à l'horloge simulée"
        );
        assert_eq!(dated(real, Some(real)), "30/11/2026 à 17:42:51");
        assert_eq!(dated(simulated, None), "01/03/2027 à 11:00:00 à l'horloge simulée");
    }

    #[test]
    fn moments_are_those_of_paris() {
        let at: Timestamp = "2026-11-22T23:30:00Z".parse().unwrap();
        assert_eq!(hour(at), "00:30:00");
        assert_eq!(moment(at), "23/11/2026 à 00:30:00");
        assert_eq!(
            counted(1, "appel", "appels") + " " + &counted(2, "appel", "appels"),
            "1 appel 2 appels"
        );
    }
}
