//! The no-break spaces of French: inside « », before `:`, `;`, `?`, `!` and `%`, and after `n°`.

/// The same text in which no line breaks before such a sign.
pub fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    push(&mut out, text);
    out
}

/// The same HTML: text is unbroken; tags, and what code, styles and text fields hold, stay as they are.
pub fn unbroken_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 256);
    let mut verbatim: Option<&str> = None;
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let (text, tag) = rest.split_at(open);
        let end = tag.find('>').map_or(tag.len(), |at| at + 1);
        let (tag, after) = tag.split_at(end);
        match verbatim {
            Some(_) => out.push_str(text),
            None => push(&mut out, text),
        }
        out.push_str(tag);
        verbatim = match verbatim {
            Some(name) if closes(tag, name) => None,
            Some(name) => Some(name),
            None => VERBATIM.iter().copied().find(|name| opens(tag, name)),
        };
        rest = after;
    }
    push(&mut out, rest);
    out
}

fn push(out: &mut String, text: &str) {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let stays = c == ' '
            && (before == Some('«')
                || before == Some('°')
                || next.is_some_and(|next| "»:;?!%".contains(next)));
        out.push(if stays { '\u{A0}' } else { c });
        before = Some(c);
    }
}

fn opens(tag: &str, name: &str) -> bool {
    tag.strip_prefix('<')
        .and_then(|tag| tag.strip_prefix(name))
        .is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c.is_ascii_whitespace()))
}

fn closes(tag: &str, name: &str) -> bool {
    tag.strip_prefix("</").and_then(|tag| tag.strip_prefix(name)).is_some_and(|rest| rest == ">")
}

/// Elements whose content is code, or is sent back as typed.
const VERBATIM: [&str; 5] = ["code", "pre", "script", "style", "textarea"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_never_breaks_before_a_double_sign_nor_inside_quotation_marks() {
        assert_eq!(
            unbroken("« Où ? » : 12 % ; n° 3 !"),
            "«\u{A0}Où\u{A0}?\u{A0}»\u{A0}: 12\u{A0}%\u{A0}; n°\u{A0}3\u{A0}!"
        );
        assert_eq!(unbroken("12:30, a:b, un mot"), "12:30, a:b, un mot");
    }

    #[test]
    fn tags_and_code_stay_as_they_are() {
        let html =
            "<p title=\"a : b\">Reçu : <code>a : b</code> ; <pre class=\"x\">« c »</pre> !</p>";
        assert_eq!(
            unbroken_html(html),
            "<p title=\"a : b\">Reçu\u{A0}: <code>a : b</code>\u{A0}; \
             <pre class=\"x\">« c »</pre>\u{A0}!</p>"
        );
        assert_eq!(unbroken_html("1 < 2 : vrai"), "1 < 2 : vrai", "an unclosed tag loses nothing");
        assert_eq!(unbroken_html("<codex>a : b</codex>"), "<codex>a\u{A0}: b</codex>");
    }
}
