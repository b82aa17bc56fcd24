//! The life cycle of a convention: not begun, in force, suspended, ended (CGU FICOBA 3.4.1, 3.4.2 and 14).

use std::fmt;

use jiff::{Span, Timestamp, civil::Date};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::clock;

/// What a convention is at a given moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its first day is still to come.
    NotBegun,
    /// It may be used.
    InForce,
    /// Cut until the partner has put its file in order: homologation or questionnaire lapsed, or the DGFiP's decision.
    Suspended,
    /// Over for good: two months after notice was given (CGU 14).
    Ended,
}

/// The dates that decide the [`State`]; each is the start of a day in Paris.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// A state imposed at run time, whatever the dates say.
    pub imposed: Option<State>,
    dates: Dates,
    begins: Option<Limit>,
    homologation: Option<Limit>,
    questionnaire: Option<Limit>,
    suspension: Option<Limit>,
    resumption: Option<Limit>,
    notice: Option<Limit>,
    end: Option<Limit>,
}

/// The dates as a convention's file gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Dates {
    /// First day in force.
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) begins: Option<Date>,
    /// Last day covered by the security homologation (CGU FICOBA 3.4.1).
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) homologation_until: Option<Date>,
    /// Day of the security questionnaire, good for three years (CGU FICOBA 3.4.2).
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) questionnaire_on: Option<Date>,
    /// First day of a suspension decided by the DGFiP: maintenance, security (CGU FICOBA 12), a cut ahead of a critical
    /// risk (3.4.2).
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) suspended_on: Option<Date>,
    /// First day after that suspension.
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) resumed_on: Option<Date>,
    /// Day on which notice was given; the convention ends two months later (CGU FICOBA 14).
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) notice_on: Option<Date>,
    /// First day after an end without notice, for a security problem (CGU FICOBA 14, last paragraph).
    #[serde(deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) ended_on: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    date: Date,
    at: Timestamp,
}

impl Life {
    /// The life that these dates draw, or what is wrong with them: the key, and why.
    pub(super) fn new(dates: Dates) -> Result<Self, (&'static str, &'static str)> {
        let day_after = |date: Date| date.tomorrow().ok();
        let three_years_on = |date: Date| date.checked_add(Span::new().years(3)).ok();
        let two_months_on = |date: Date| date.checked_add(Span::new().months(2)).ok();
        let suspension = limit("suspended_on", dates.suspended_on, Some)?;
        let resumption = limit("resumed_on", dates.resumed_on, Some)?;
        match (suspension, resumption) {
            (None, Some(_)) => {
                return Err(("resumed_on", "ends a suspension that suspended_on does not begin"));
            }
            (Some(suspension), Some(resumption)) if resumption.at <= suspension.at => {
                return Err(("resumed_on", "must come after suspended_on"));
            }
            _ => {}
        }
        Ok(Self {
            imposed: None,
            dates,
            begins: limit("begins", dates.begins, Some)?,
            homologation: limit("homologation_until", dates.homologation_until, day_after)?,
            questionnaire: limit("questionnaire_on", dates.questionnaire_on, three_years_on)?,
            suspension,
            resumption,
            notice: limit("notice_on", dates.notice_on, two_months_on)?,
            end: limit("ended_on", dates.ended_on, Some)?,
        })
    }

    /// The dates that it was drawn from.
    pub(super) fn dates(&self) -> Dates {
        self.dates
    }

    pub fn state(&self, now: Timestamp) -> State {
        if let Some(imposed) = self.imposed {
            return imposed;
        }
        if passed(self.notice, now) || passed(self.end, now) {
            State::Ended
        } else if self.begins.is_some_and(|begins| now < begins.at) {
            State::NotBegun
        } else if passed(self.homologation, now)
            || passed(self.questionnaire, now)
            || self.is_cut(now)
        {
            State::Suspended
        } else {
            State::InForce
        }
    }

    /// Why the state is what it is at `now`, in one line of French for the partner's people.
    pub fn explain(&self, now: Timestamp) -> String {
        let day = |limit: Option<Limit>| {
            limit.map(|limit| limit.date.strftime("%d/%m/%Y").to_string()).unwrap_or_default()
        };
        match self.state(now) {
            State::InForce => "la convention est en vigueur".to_owned(),
            State::NotBegun if self.imposed.is_some() => {
                "la convention n'a pas encore commencé".to_owned()
            }
            State::NotBegun => format!("la convention ne commence que le {}", day(self.begins)),
            State::Ended if self.imposed.is_some() => "la convention est résiliée".to_owned(),
            State::Ended if passed(self.end, now) => {
                format!(
                    "la convention est résiliée sans préavis depuis le {} (problème de sécurité)",
                    day(self.end)
                )
            }
            State::Ended => {
                format!(
                    "la convention est résiliée depuis le {} (préavis de deux mois échu)",
                    day(self.notice)
                )
            }
            State::Suspended if self.imposed.is_some() => "la convention est suspendue".to_owned(),
            State::Suspended if passed(self.homologation, now) => {
                format!(
                    "la convention est suspendue depuis le {} : l'homologation de sécurité n'est plus valable",
                    day(self.homologation)
                )
            }
            State::Suspended if passed(self.questionnaire, now) => {
                format!(
                    "la convention est suspendue depuis le {} : le questionnaire de sécurité a plus de trois ans",
                    day(self.questionnaire)
                )
            }
            State::Suspended => match self.resumption {
                Some(resumption) => {
                    let (from, until) = (day(self.suspension), day(Some(resumption)));
                    format!(
                        "la convention est suspendue par la DGFiP depuis le {from}, reprise le {until}"
                    )
                }
                None => format!(
                    "la convention est suspendue par la DGFiP depuis le {}",
                    day(self.suspension)
                ),
            },
        }
    }

    fn is_cut(&self, now: Timestamp) -> bool {
        passed(self.suspension, now) && !passed(self.resumption, now)
    }
}

fn limit(
    key: &'static str,
    date: Option<Date>,
    effect: impl Fn(Date) -> Option<Date>,
) -> Result<Option<Limit>, (&'static str, &'static str)> {
    let Some(date) = date else { return Ok(None) };
    let placed = effect(date).and_then(|date| Some(Limit { date, at: midnight(date)? }));
    placed.map(Some).ok_or((key, "is beyond the calendar"))
}

/// The first instant of a day in Paris; none beyond the calendar.
pub(super) fn midnight(date: Date) -> Option<Timestamp> {
    clock::paris().to_timestamp(date.at(0, 0, 0, 0)).ok()
}

/// The day in Paris of an instant.
pub(super) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(clock::paris()).date()
}

/// A TOML date without a time, the same as a text (JSON), or null.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    struct WrittenLife;
    impl<'de> Visitor<'de> for WrittenLife {
        type Value = Option<Date>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date, such as 2026-11-22")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Option<Date>, E> {
            Ok(None)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<Date>, E> {
            let date = text.parse().ok().filter(|_| text.len() == "2026-11-22".len());
            date.map(Some).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<Date>, A::Error> {
            let written = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
            self.visit_str(&written.to_string())
        }
    }
    deserializer.deserialize_any(WrittenLife)
}

fn passed(limit: Option<Limit>, now: Timestamp) -> bool {
    limit.is_some_and(|limit| now >= limit.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(text: &str) -> Life {
        Life::new(toml::from_str(text).unwrap()).unwrap()
    }

    fn state(life: &Life, now: &str) -> State {
        life.state(now.parse().unwrap())
    }

    #[test]
    fn a_convention_without_dates_is_in_force() {
        assert_eq!(state(&life(""), "2026-11-22T10:00:00Z"), State::InForce);
    }

    #[test]
    fn the_homologation_covers_its_last_day_in_paris() {
        let life = life("homologation_until = 2026-06-30");
        assert_eq!(state(&life, "2026-06-30T21:59:59Z"), State::InForce);
        assert_eq!(state(&life, "2026-06-30T22:00:00Z"), State::Suspended);
    }

    #[test]
    fn the_questionnaire_lapses_after_three_years() {
        let life = life("questionnaire_on = 2023-11-22");
        assert_eq!(state(&life, "2026-11-21T22:59:59Z"), State::InForce);
        assert_eq!(state(&life, "2026-11-21T23:00:00Z"), State::Suspended);
    }

    #[test]
    fn a_convention_ends_two_months_after_notice() {
        let life = life("notice_on = 2026-01-31");
        assert_eq!(state(&life, "2026-03-30T12:00:00Z"), State::InForce);
        assert_eq!(state(&life, "2026-03-31T12:00:00Z"), State::Ended);
    }

    #[test]
    fn a_suspension_by_the_dgfip_lasts_until_it_is_lifted() {
        let life = life("suspended_on = 2026-03-10\nresumed_on = 2026-03-20");
        assert_eq!(state(&life, "2026-03-09T22:59:59Z"), State::InForce);
        assert_eq!(state(&life, "2026-03-09T23:00:00Z"), State::Suspended);
        assert_eq!(state(&life, "2026-03-19T22:59:59Z"), State::Suspended);
        assert_eq!(state(&life, "2026-03-19T23:00:00Z"), State::InForce);
        let explained = life.explain("2026-03-15T10:00:00Z".parse().unwrap());
        assert!(
            explained.contains("10/03/2026") && explained.contains("20/03/2026"),
            "{explained}"
        );
    }

    #[test]
    fn a_security_problem_ends_a_convention_without_notice() {
        let life = life("notice_on = 2026-01-31\nended_on = 2026-02-10");
        assert_eq!(state(&life, "2026-02-09T12:00:00Z"), State::InForce);
        assert_eq!(state(&life, "2026-02-10T12:00:00Z"), State::Ended);
        assert!(life.explain("2026-02-10T12:00:00Z".parse().unwrap()).contains("sans préavis"));
    }

    #[test]
    fn a_suspension_that_ends_before_it_begins_is_refused() {
        let wrong = |text: &str| Life::new(toml::from_str(text).unwrap()).unwrap_err().0;
        assert_eq!(wrong("resumed_on = 2026-03-20"), "resumed_on");
        assert_eq!(wrong("suspended_on = 2026-03-20\nresumed_on = 2026-03-20"), "resumed_on");
        assert_eq!(wrong("notice_on = 9999-12-31"), "notice_on");
    }

    #[test]
    fn whatever_the_state_its_reason_names_a_day() {
        for (dates, now) in [
            ("begins = 2030-01-01", "2026-01-01T00:00:00Z"),
            ("homologation_until = 2025-12-31", "2026-02-01T00:00:00Z"),
            ("questionnaire_on = 2020-01-01", "2026-02-01T00:00:00Z"),
            ("suspended_on = 2026-01-01", "2026-02-01T00:00:00Z"),
            ("notice_on = 2025-01-01", "2026-02-01T00:00:00Z"),
            ("ended_on = 2025-01-01", "2026-02-01T00:00:00Z"),
        ] {
            let life = life(dates);
            let explained = life.explain(now.parse().unwrap());
            assert_ne!(state(&life, now), State::InForce, "{dates}");
            assert!(explained.matches('/').count() == 2, "{dates}: {explained}");
        }
    }

    #[test]
    fn an_imposed_state_wins_over_the_dates() {
        let mut life = life("begins = 2030-01-01");
        assert_eq!(state(&life, "2026-11-22T10:00:00Z"), State::NotBegun);
        life.imposed = Some(State::InForce);
        assert_eq!(state(&life, "2026-11-22T10:00:00Z"), State::InForce);
    }
}
