//! JUnit XML: a suite per theme, a case per case, and a suite for the conduct of the client.
//!
//! A case that is not conforming and a rule that is broken are failures. What was not seen is skipped: the gate on coverage
//! is `recette status`, not the mere presence of a report.

use std::fmt::Write;

use super::{Remark, Report};
use crate::{
    escape,
    recette::{
        conduct::{Finding, Verdict},
        coverage::{CaseResult, State},
    },
};

pub(super) fn write(report: &Report) -> String {
    let mut suites: Vec<(String, Vec<Test>)> = Vec::new();
    for theme in &report.themes {
        let test = |case: &CaseResult| Test::of_case(case, report.about.remark(&case.id));
        suites.push((theme.title.clone(), theme.cases.iter().map(test).collect()));
    }
    suites.push((
        "Comportement de l'application".to_owned(),
        report.conduct.iter().map(Test::of_rule).collect(),
    ));
    let all: Vec<&Test> = suites.iter().flat_map(|(_, tests)| tests).collect();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let warning = report.warning().map(|warning| format!("{warning} ")).unwrap_or_default();
    let organisation = &report.partner.organisation;
    let name = format!("{warning}Recette à blanc : {organisation} ({})", report.notice);
    let _ = writeln!(xml, "<testsuites name=\"{}\" {}>", escape::xml(&name), counts(&all));
    for (title, tests) in &suites {
        let all: Vec<&Test> = tests.iter().collect();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" timestamp=\"{}\" {}>",
            escape::xml(title),
            report.made_at().strftime("%Y-%m-%dT%H:%M:%S"),
            counts(&all)
        );
        for test in tests {
            test.write(title, &mut xml);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

struct Test {
    name: String,
    end: TestEnd,
    output: Vec<String>,
}

enum TestEnd {
    Passed,
    Skipped(String),
    Failed(String),
}

impl Test {
    fn of_case(case: &CaseResult, remark: Option<&Remark>) -> Self {
        let note = || case.note.clone().unwrap_or_default();
        let end = match case.state {
            State::Conforming => TestEnd::Passed,
            State::NotConforming => TestEnd::Failed(note()),
            State::NotApplicable => TestEnd::Skipped(format!("sans objet : {}", note())),
            State::NotSeen => TestEnd::Skipped("non joué".to_owned()),
            State::Seen => TestEnd::Skipped(format!("vu : {}", note())),
            State::ToConfirm => TestEnd::Skipped(format!("à confirmer : {}", note())),
            State::Awaiting => TestEnd::Skipped(format!("constat attendu : {}", note())),
        };
        let proof = |proof: &crate::recette::coverage::Proof| {
            format!("X-Correlation-ID {}", proof.correlation_id)
        };
        let decided = remark
            .map(|remark| format!("Décision : {} ; {}", remark.decision.french(), remark.detail()));
        Self {
            name: format!("{} : {}", case.id, case.title),
            end,
            output: case.evidence.iter().map(proof).chain(decided).collect(),
        }
    }

    fn of_rule(rule: &Finding) -> Self {
        let line = |breach: &crate::recette::conduct::Breach| {
            format!("{} : {}", breach.proof.correlation_id, breach.what)
        };
        let end = match rule.verdict {
            Verdict::Respected => TestEnd::Passed,
            Verdict::Broken => TestEnd::Failed(
                rule.breaches.first().map(|breach| breach.what.clone()).unwrap_or_default(),
            ),
            Verdict::NotApplicable | Verdict::NotObserved => {
                TestEnd::Skipped(rule.verdict.french().to_owned())
            }
        };
        Self {
            name: format!("{} : {}", rule.id, rule.title),
            end,
            output: rule.breaches.iter().chain(&rule.remarks).map(line).collect(),
        }
    }

    fn write(&self, suite: &str, xml: &mut String) {
        let _ = write!(
            xml,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
            escape::xml(suite),
            escape::xml(&self.name)
        );
        let inside = match &self.end {
            TestEnd::Passed => String::new(),
            TestEnd::Skipped(why) => format!("      <skipped message=\"{}\"/>\n", escape::xml(why)),
            TestEnd::Failed(why) => {
                format!("      <failure message=\"{}\" type=\"recette\"/>\n", escape::xml(why))
            }
        };
        let output = match self.output.as_slice() {
            [] => String::new(),
            lines => format!("      <system-out>{}</system-out>\n", escape::xml(&lines.join("\n"))),
        };
        if inside.is_empty() && output.is_empty() {
            xml.push_str("/>\n");
        } else {
            let _ = write!(xml, ">\n{inside}{output}    </testcase>\n");
        }
    }
}

fn counts(tests: &[&Test]) -> String {
    let count =
        |wanted: fn(&TestEnd) -> bool| tests.iter().filter(|test| wanted(&test.end)).count();
    let (failed, skipped) = (
        count(|end| matches!(end, TestEnd::Failed(_))),
        count(|end| matches!(end, TestEnd::Skipped(_))),
    );
    format!(
        "tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\"",
        tests.len()
    )
}
