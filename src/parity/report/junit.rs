//! A report as JUnit XML: a case per difference, which fails unless it is accepted, and one for what was compared.

use std::fmt::Write;

use super::{Report, text::title};
use crate::escape;

/// The report for CI.
pub fn junit(report: &Report) -> String {
    let open = report.open().count();
    let accepted = report.differences.len() - open;
    let skipped = accepted + report.skipped.len();
    let tests = report.differences.len() + report.skipped.len() + 1;
    let counts = format!(
        "tests=\"{tests}\" failures=\"{open}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\""
    );
    let name = escape::xml(&format!("Parité : {}", report.original));
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut say = |line: String| {
        let _ = writeln!(xml, "{line}"); // a text takes all
    };
    say(format!("<testsuites name=\"{name}\" {counts}>"));
    let date = report.date.strftime("%Y-%m-%dT%H:%M:%S");
    say(format!("  <testsuite name=\"{name}\" timestamp=\"{date}\" {counts}>"));
    let compared = format!("comparaisons faites : {} sur {}", report.compared, report.exchanges);
    say(format!(
        "    <testcase classname=\"parity\" name=\"{}\" time=\"0\"/>",
        escape::xml(&compared)
    ));
    for skipped in &report.skipped {
        say(format!(
            "    <testcase classname=\"parity\" name=\"échange {}\" time=\"0\">",
            skipped.exchange
        ));
        say(format!("      <skipped message=\"{}\"/>", escape::xml(&skipped.why)));
        say("    </testcase>".to_owned());
    }
    for line in &report.differences {
        let message = format!("original : {} ; ici : {}", line.original, line.here);
        let setting = line.setting.as_ref().map(|setting| format!(" ; disparaît avec {setting}"));
        let message = escape::xml(&(message + &setting.unwrap_or_default()));
        let (id, title) = (escape::xml(&line.id), escape::xml(&title(line)));
        say(format!("    <testcase classname=\"{id}\" name=\"{title}\" time=\"0\">"));
        say(match &line.accepted {
            Some(reason) => {
                format!("      <skipped message=\"acceptée : {}\"/>", escape::xml(reason))
            }
            None => format!("      <failure message=\"{message}\"/>"),
        });
        say("    </testcase>".to_owned());
    }
    say("  </testsuite>\n</testsuites>".to_owned());
    xml
}
