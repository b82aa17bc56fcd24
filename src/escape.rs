//! Other people's text within what would act on it: a terminal, a shell, a spreadsheet, a reader of XML.

use std::borrow::Cow;

/// The text with what would act on a terminal written out, `\u{1b}` for an escape: control characters, and those that turn the
/// direction of writing round. Line feeds and tabs too, unless `lines`.
pub fn visible(text: &str, lines: bool) -> Cow<'_, str> {
    let acts =
        |one: char| !(lines && matches!(one, '\n' | '\t')) && (one.is_control() || turns(one));
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let written = |one: char| match acts(one) {
        true => one.escape_default().to_string(),
        false => one.to_string(),
    };
    Cow::Owned(text.chars().map(written).collect())
}

/// The text as one word of a POSIX shell: bare where it can be, between single quotes otherwise.
pub fn shell(text: &str) -> Cow<'_, str> {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(bare) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

/// The text as lines of a script that are read by people only: each begins with `# `.
pub fn comment(text: &str) -> String {
    text.lines().map(|line| format!("# {}\n", visible(line, false))).collect()
}

/// The text as a cell of a CSV file (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe,
/// which makes a text of it.
pub fn cell(text: &str) -> Cow<'_, str> {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if runs { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if text.contains(['"', ',', ';', '\t', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        text
    }
}

/// The text within an element or an attribute of XML 1.0: the five characters written out, and no control character but tab and
/// line feed.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{FFFD}'),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character changes what is read without being seen: of control, a separator of lines, or one that turns the
/// direction of writing round. No text that people are asked for has one.
pub fn is_hidden(one: char) -> bool {
    one.is_control() || turns(one) || matches!(one, '\u{2028}' | '\u{2029}')
}

/// The marks that turn the direction of writing round: what is shown is then not what is there.
fn turns(one: char) -> bool {
    matches!(one, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_xml_forbids_or_reads_is_left_of_a_text() {
        assert_eq!(xml("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;");
        assert_eq!(
            xml("é\n\t\u{0}\u{1b}\u{fffe}\u{ffff}"),
            "é\n\t\u{fffd}\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn what_would_act_on_a_terminal_is_written_out_and_the_rest_is_not() {
        assert_eq!(visible("Éditeur Démo « l'été »", false), "Éditeur Démo « l'été »");
        assert_eq!(
            visible("a\x1b[2Jb\u{9b}31m\x07\x7f\r", true),
            r"a\u{1b}[2Jb\u{9b}31m\u{7}\u{7f}\r"
        );
        assert_eq!(visible("a\tb\nc", true), "a\tb\nc");
        assert_eq!(visible("a\tb\nc", false), r"a\tb\nc");
        assert_eq!(visible("a\u{202e}b", true), r"a\u{202e}b");
    }

    #[test]
    fn a_word_that_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(shell("certs/ca.pem"), "certs/ca.pem");
        assert_eq!(shell("l'été $(id)"), r"'l'\''été $(id)'");
        assert_eq!(shell("a\nid"), "'a\nid'");
        assert_eq!(shell(""), "''");
    }

    #[test]
    fn a_comment_stays_one_whatever_its_lines() {
        assert_eq!(comment("un\nid\r\n\x1bdeux"), "# un\n# id\n# \\u{1b}deux\n");
    }

    #[test]
    fn a_cell_that_begins_a_formula_is_a_text() {
        for text in ["=1+1", "+33", "-1", "@SUM(A1)", "＝1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("\t=1"), "\"'\t=1\"");
        assert_eq!(cell("=a,\"b\""), "\"'=a,\"\"b\"\"\"");
        assert_eq!(cell("a,b \"c\""), "\"a,b \"\"c\"\"\"");
        assert_eq!(cell("1-2 = x"), "1-2 = x");
    }

    proptest! {
        #[test]
        fn whatever_the_text_nothing_of_it_acts_on_a_terminal(text in "\\PC*|[\\x00-\\x{9f}]*") {
            let shown = visible(&text, true);
            prop_assert!(!shown.contains(|one: char| one.is_control() && one != '\n' && one != '\t'));
        }

        #[test]
        fn whatever_the_text_a_shell_reads_it_back(text in "[^\\x00]{0,40}") {
            let script = format!("printf %s {}", shell(&text));
            let read = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            prop_assert_eq!(String::from_utf8(read.stdout).unwrap(), text);
        }
    }
}
