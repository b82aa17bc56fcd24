//! What the dates of a demand may be, against the day it is (CAF024, CAF032, CAF033).

use jiff::{ToSpan, civil::Date};

use super::{
    anomaly::{Anomaly, Code},
    demande::Dates,
};
use crate::journal::RefusalFacts;

/// No date in the future (CAF024), no demand older than ten years (CAF033: birth dates are older by nature, so the demand's
/// own date only, *decision*), no interval of births longer than a year (CAF032).
pub(super) fn check(dates: &Dates, demand: Date, today: Date) -> Result<(), Code> {
    let too_old = || demand.checked_add(10.years()).is_ok_and(|end| end < today);
    if dates.latest.is_some_and(|(latest, _)| latest > today) {
        Err(Code::Caf024)
    } else if today.year() - demand.year() >= 10 && too_old() {
        Err(Code::Caf033)
    } else if dates.interval.is_some_and(|interval| interval.longer_than_a_year()) {
        Err(Code::Caf032)
    } else {
        Ok(())
    }
}

/// The anomaly of such a code, with the attribute that is in the future and the day that counts as today.
pub(super) fn explained(code: Code, dates: &Dates, today: Date) -> Anomaly {
    let shown = today.strftime("%d/%m/%Y");
    let why = format!("la date du jour est le {shown} à l'horloge de bacasable");
    match dates.latest.filter(|_| code == Code::Caf024) {
        Some((_, entry)) => {
            let expected = "une date qui n'est pas dans le futur";
            let facts = RefusalFacts::expected(entry.named(), expected);
            Anomaly::from(code).detailed(RefusalFacts { explanation: Some(why), ..facts })
        }
        None => Anomaly::from(code).because(format!("{} ; {why}", code.cause())),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::api::ficoba::demande::Search;

    #[test]
    fn today_is_not_the_future_and_the_tenth_anniversary_is_not_too_old() {
        let today = date(2026, 11, 22);
        let [entry, ..] = Search::Spi.table() else { unreachable!() };
        let dates = |day| Dates { latest: Some((day, entry)), interval: None };
        let at = |day| check(&dates(day), day, today);
        let sentence = explained(Code::Caf024, &dates(Date::MAX), today).facts().sentence();
        assert_eq!(
            sentence,
            "Date de demande (dateDemande) : une date qui n'est pas dans le futur. La date du jour est le 22/11/2026 à l'horloge de bacasable."
        );
        assert_eq!(at(today), Ok(()));
        assert_eq!(at(date(2026, 11, 23)), Err(Code::Caf024));
        assert_eq!(at(date(2016, 11, 22)), Ok(()));
        assert_eq!(at(date(2016, 11, 21)), Err(Code::Caf033));
        assert_eq!(at(date(1, 1, 1)), Err(Code::Caf033));
        assert_eq!(at(Date::MAX), Err(Code::Caf024));
    }
}
