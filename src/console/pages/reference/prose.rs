//! The little Markdown that the documents' descriptions hold: paragraphs, lists, code between backticks.

/// A paragraph or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Vec<Span>),
    List(Vec<Vec<Span>>),
}

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) code: bool,
}

/// The blocks of a description.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false; // whether the last paragraph goes on
    for line in text.lines() {
        let item = line.strip_prefix("* ").or_else(|| line.strip_prefix("- "));
        match (item, blocks.last_mut()) {
            (Some(item), Some(Block::List(items))) => items.push(spans(item)),
            (Some(item), _) => blocks.push(Block::List(vec![spans(item)])),
            (None, _) if line.trim().is_empty() => open = false,
            (None, Some(Block::Paragraph(before))) if open => {
                before.push(Span { text: " ".to_owned(), code: false });
                before.extend(spans(line));
            }
            (None, _) => {
                blocks.push(Block::Paragraph(spans(line)));
                open = true;
            }
        }
    }
    blocks
}

fn spans(text: &str) -> Vec<Span> {
    let pieces = text.split('`').enumerate();
    let span = |(at, piece): (usize, &str)| Span { text: piece.to_owned(), code: at % 2 == 1 };
    pieces.map(span).filter(|span| !span.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Span {
        Span { text: text.to_owned(), code: false }
    }

    fn code(text: &str) -> Span {
        Span { text: text.to_owned(), code: true }
    }

    #[test]
    fn paragraphs_lists_and_code_are_told_apart() {
        let read = blocks("Un `code`.\nSuite.\n\n* `A` un\n* deux\n\nFin");
        assert_eq!(
            read,
            [
                Block::Paragraph(vec![
                    plain("Un "),
                    code("code"),
                    plain("."),
                    plain(" "),
                    plain("Suite.")
                ]),
                Block::List(vec![vec![code("A"), plain(" un")], vec![plain("deux")]]),
                Block::Paragraph(vec![plain("Fin")]),
            ]
        );
        assert_eq!(blocks(""), []);
    }
}
