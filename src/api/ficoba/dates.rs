//! What the dates of a demand may be, against the day it is (CAF024, CAF032, CAF033).

use jiff::{ToSpan, civil::Date};

use super::{
    anomaly::{Anomaly, Code},
    demande::Dates,
};

/// No date in the future (CAF024), no demand older than ten years (CAF033: birth dates are older by nature, so the demand's
/// own date only, *decision*), no interval of births longer than a year (CAF032).
pub(super) fn check(dates: &Dates, demand: Date, today: Date) -> Result<(), Code> {
    let too_old = demand.checked_add(10.years()).is_ok_and(|end| end < today);
    if dates.latest.is_some_and(|latest| latest > today) {
        Err(Code::Caf024)
    } else if too_old {
        Err(Code::Caf033)
    } else if dates.interval.is_some_and(|interval| interval.longer_than_a_year()) {
        Err(Code::Caf032)
    } else {
        Ok(())
    }
}

/// The anomaly of such a code, with the day that counts as today.
pub(super) fn explained(code: Code, today: Date) -> Anomaly {
    let today = today.strftime("%d/%m/%Y");
    let why = format!("{} ; la date du jour est le {today} (horloge simulée)", code.cause());
    Anomaly::from(code).because(why)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn today_is_not_the_future_and_the_tenth_anniversary_is_not_too_old() {
        let today = date(2026, 11, 22);
        let at = |day| check(&Dates { latest: Some(day), interval: None }, day, today);
        assert_eq!(at(today), Ok(()));
        assert_eq!(at(date(2026, 11, 23)), Err(Code::Caf024));
        assert_eq!(at(date(2016, 11, 22)), Ok(()));
        assert_eq!(at(date(2016, 11, 21)), Err(Code::Caf033));
        assert_eq!(at(date(1, 1, 1)), Err(Code::Caf033));
        assert_eq!(at(Date::MAX), Err(Code::Caf024));
    }
}
