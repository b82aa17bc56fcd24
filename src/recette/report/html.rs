//! HTML: one page that needs nothing else, for the screen and for paper.

use askama::Template;

use super::{Report, UNOFFICIAL};
use crate::recette::coverage::{CaseResult, State, Tally, ThemeResult};

#[derive(Template)]
#[template(path = "recette/report.html")]
struct Page<'a> {
    report: &'a Report,
    unofficial: &'static str,
    version: &'static str,
    /// The themes that have something applicable.
    tallies: Vec<(&'a ThemeResult, Tally)>,
    excluded: Vec<&'a CaseResult>,
}

pub(super) fn write(report: &Report) -> Result<String, askama::Error> {
    let tallies = report.themes.iter().map(|theme| (theme, Tally::of(&theme.cases)));
    let page = Page {
        report,
        unofficial: UNOFFICIAL,
        version: env!("CARGO_PKG_VERSION"),
        tallies: tallies.filter(|(_, tally)| tally.applicable > 0).collect(),
        excluded: report.cases().filter(|case| case.state == State::NotApplicable).collect(),
    };
    page.render()
}

/// What the template writes in its own way.
mod filters {
    use askama::{Values, filter_fn};
    use jiff::Timestamp;

    use crate::recette::{conduct::Verdict, coverage::State, words};

    #[filter_fn]
    pub(super) fn moment(at: &Timestamp, _: &dyn Values) -> askama::Result<String> {
        Ok(words::moment(*at))
    }

    #[filter_fn]
    pub(super) fn hour(at: &Timestamp, _: &dyn Values) -> askama::Result<String> {
        Ok(words::hour(*at))
    }

    #[filter_fn]
    pub(super) fn fr(text: impl std::fmt::Display, _: &dyn Values) -> askama::Result<String> {
        Ok(words::unbroken(&text.to_string()))
    }

    #[filter_fn]
    pub(super) fn class_of_state(state: &State, _: &dyn Values) -> askama::Result<&'static str> {
        Ok(match state {
            State::Conforming => "right",
            State::NotConforming => "wrong",
            State::Seen => "partial",
            State::NotSeen | State::NotApplicable => "none",
        })
    }

    #[filter_fn]
    pub(super) fn class_of_verdict(verdict: &Verdict, _: &dyn Values) -> askama::Result<&'static str> {
        Ok(match verdict {
            Verdict::Respected => "right",
            Verdict::Broken => "wrong",
            Verdict::NotObserved | Verdict::NotApplicable => "none",
        })
    }
}
