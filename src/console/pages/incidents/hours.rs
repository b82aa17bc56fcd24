//! When the APIs are open: now, and what closes them next.

use jiff::{Timestamp, ToSpan};

use crate::{
    availability::{Availability, Closing},
    clock,
    config::Profile,
    console::pages::{show::Moment, words},
    rights::ApiId,
};

/// An API, open or not.
pub(super) struct Opening {
    pub(super) api: &'static str,
    /// Until when it is closed, and why.
    pub(super) closed: Option<String>,
    /// What closes it next, earliest first.
    pub(super) next: Vec<String>,
}

impl Opening {
    /// Every API at this moment.
    pub(super) fn all(availability: &Availability, now: Timestamp) -> Vec<Self> {
        ApiId::ALL.into_iter().map(|api| Self::new(api, availability, now)).collect()
    }

    fn new(api: ApiId, availability: &Availability, now: Timestamp) -> Self {
        let closed = availability.closure(api, now).map(|closure| {
            let until = Moment::new(closure.until);
            format!("{}, jusqu'au {} à {}", closure.cause.french(), until.date(), until.hour())
        });
        let end = now.to_zoned(clock::paris()).checked_add(AHEAD_DAYS.days());
        let end = end.map_or(Timestamp::MAX, |end| end.timestamp());
        let closings = availability.closings(api, now, end).into_iter();
        let next = closings.filter(|one| one.from > now).take(SHOWN).map(|one| in_words(&one));
        Self { api: words::api(api), closed, next: next.collect() }
    }
}

/// What the profile is, in a sentence.
pub(super) fn profile(availability: &Availability) -> String {
    let plan = availability.plan();
    match plan.profile {
        Profile::Open => {
            "Les API sont ouvertes à toute heure, sauf maintenance annoncée.".to_owned()
        }
        Profile::Cgu => format!(
            "Les API suivent les horaires de leurs CGU : FICOBA ferme une heure par jour, à partir de {}.",
            plan.closing.strftime("%H:%M")
        ),
        Profile::Incident => format!(
            "Un incident fait échouer {} % des recherches, à toute heure.",
            plan.incident_percent.0
        ),
    }
}

/// `23/11/2026, de 01:00 à 02:00 : fermeture quotidienne`.
fn in_words(closing: &Closing) -> String {
    let (from, to) = (Moment::new(closing.from), Moment::new(closing.to));
    let (begin, end) = (from.minute(), to.minute());
    let cause = closing.cause.french();
    match from.date() == to.date() {
        true => format!("{}, de {begin} à {end} : {cause}", from.date()),
        false => format!("du {} à {begin} au {} à {end} : {cause}", from.date(), to.date()),
    }
}

/// How far ahead closings are looked for.
const AHEAD_DAYS: i32 = 7;

/// Closings of each API that are listed.
const SHOWN: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        availability::{Announced, Plan},
        config::{self, Config},
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn ficoba_s_daily_hour_is_told_in_paris() {
        let settings =
            config::Availability { profile: Profile::Cgu, ..Config::default().availability };
        let availability = Availability::new(1, &settings);
        let all = Opening::all(&availability, at("2026-11-22T10:00:00Z"));
        let ficoba = all.iter().find(|one| one.api == words::api(ApiId::Ficoba)).unwrap();
        let next = ficoba.next.join(" | ");
        assert!(next.contains("23/11/2026, de 01:00 à 02:00 : fermeture quotidienne"), "{next}");
        let night = Opening::all(&availability, at("2026-11-23T00:30:00Z"));
        let ficoba = night.iter().find(|one| one.api == words::api(ApiId::Ficoba)).unwrap();
        let closed = ficoba.closed.as_deref().unwrap();
        assert!(closed.starts_with("fermeture quotidienne, jusqu'au 23/11/2026 à 02:"), "{closed}");
    }

    #[test]
    fn what_a_tester_announced_is_told_whatever_the_profile() {
        let availability = Availability::new(1, &Config::default().availability);
        let now = at("2026-11-22T10:00:00Z");
        assert!(Opening::all(&availability, now).iter().all(|one| one.next.is_empty()));
        let announced = Announced {
            api: Some(ApiId::R2p),
            from: at("2026-11-22T22:00:00Z"),
            to: at("2026-11-23T01:00:00Z"),
        };
        let plan = availability.plan();
        availability.change(Plan { announced: vec![announced], ..(*plan).clone() });
        let texts: Vec<_> =
            Opening::all(&availability, now).into_iter().flat_map(|one| one.next).collect();
        assert_eq!(
            texts,
            ["du 22/11/2026 à 23:00 au 23/11/2026 à 02:00 : maintenance annoncée par un testeur"]
        );
    }
}
