//! HTML: one page that needs nothing else, for the screen and for paper.

use std::borrow::Borrow;

use askama::Template;
use jiff::Timestamp;

use super::{
    ATTESTED, CONFORMING, Conclusion, IDLE, JUDGED, LIFTED, Report, SEAL, UNOFFICIAL, VOLUMES,
};
use crate::domain::typography::{unbroken, unbroken_html};
use crate::recette::{
    conduct::Verdict,
    coverage::{State, Tally, ThemeResult},
    words,
};

#[derive(Template)]
#[template(path = "recette/report.html")]
struct ReportPage<'a> {
    report: &'a Report,
    unofficial: &'static str,
    conforming: &'static str,
    warning: Option<String>,
    version: &'static str,
    /// The themes that have something applicable.
    tallies: Vec<(&'a ThemeResult, Tally)>,
}

pub(super) fn write(report: &Report) -> Result<String, askama::Error> {
    let tallies = report.themes.iter().map(|theme| (theme, Tally::count(&theme.cases)));
    let page = ReportPage {
        report,
        unofficial: UNOFFICIAL,
        conforming: CONFORMING,
        warning: report.warning(),
        version: env!("CARGO_PKG_VERSION"),
        tallies: tallies.filter(|(_, tally)| tally.applicable > 0).collect(),
    };
    page.render().map(|html| unbroken_html(&html))
}

/// What the template writes in its own way.
impl ReportPage<'_> {
    fn moment(&self, at: impl Borrow<Timestamp>) -> String {
        words::moment(*at.borrow())
    }

    fn hour(&self, at: impl Borrow<Timestamp>) -> String {
        words::hour(*at.borrow())
    }

    fn counted(&self, calls: u32) -> String {
        words::counted(usize::try_from(calls).unwrap_or(usize::MAX), "appel", "appels")
    }

    fn broken(&self) -> String {
        self.report.broken().map(|rule| rule.title.as_str()).collect::<Vec<_>>().join(" ; ")
    }

    fn fr(&self, text: impl AsRef<str>) -> String {
        unbroken(text.as_ref())
    }

    fn class_of_outcome(&self) -> &'static str {
        match self.report.synthesis.outcome {
            Conclusion::Conclusive => "right",
            Conclusion::Adverse | Conclusion::Void => "wrong",
            Conclusion::Incomplete => "partial",
        }
    }

    fn class_of_state(&self, state: impl Borrow<State>) -> &'static str {
        match state.borrow() {
            State::Conforming => "right",
            State::NotConforming => "wrong",
            State::Seen | State::ToConfirm | State::Awaiting => "partial",
            State::NotSeen | State::NotApplicable => "none",
        }
    }

    fn class_of_verdict(&self, verdict: impl Borrow<Verdict>) -> &'static str {
        match verdict.borrow() {
            Verdict::Respected => "right",
            Verdict::Broken => "wrong",
            Verdict::NotObserved | Verdict::NotApplicable => "none",
        }
    }
}
