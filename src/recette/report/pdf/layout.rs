//! A small layout: blocks flow down A4 pages and are recorded twice, as marks on paper and as a tree of meanings.

use super::{
    face::Weight,
    style::{ACCENT, BODY, Color, LEADING, LEFT, PAGE, Span, Style, WIDTH},
    tree::{Kind, Tree},
};

/// A mark on a page; `y` goes down from the top.
pub(super) enum Mark {
    /// A line of text; what owns it in the tree, or nothing for what is no content (footers, repeated heads).
    Text { x: f32, y: f32, style: Style, text: String, owner: Option<usize> },
    /// A filled rectangle: no content.
    Fill { x: f32, y: f32, width: f32, height: f32, color: Color },
    /// The outline of a rectangle: no content.
    Outline { x: f32, y: f32, width: f32, height: f32, color: Color },
}

/// An entry of the document's outline.
pub(super) struct Bookmark {
    pub(super) level: u16,
    pub(super) title: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// The document so far.
pub(super) struct Layout {
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) tree: Tree,
    pub(super) bookmarks: Vec<Bookmark>,
    pub(super) y: f32,
}

impl Layout {
    pub(super) fn new() -> Self {
        Self { pages: vec![Vec::new()], tree: Tree::new(), bookmarks: Vec::new(), y: TOP }
    }

    /// A heading that is never the last thing on its page.
    pub(super) fn heading(&mut self, level: u16, text: &str) {
        self.heading_of(level, text, 48.0);
    }

    /// The room of a heading of one line, and of what is left free before it.
    pub(super) fn height_of_heading(level: u16) -> f32 {
        let (size, before) = heading_size(level);
        before + size * LEADING + 5.0
    }

    pub(super) fn heading_of(&mut self, level: u16, text: &str, room: f32) {
        let (size, before) = heading_size(level);
        self.y += if self.y > TOP { before } else { 0.0 };
        self.keep(size * LEADING + 5.0 + room);
        let bookmark =
            Bookmark { level, title: text.to_owned(), page: self.pages.len() - 1, y: self.y };
        self.bookmarks.push(bookmark);
        let node = self.tree.add(Tree::ROOT, Kind::Heading(level, text.to_owned()));
        let style = Style { weight: Weight::Bold, size, color: ACCENT };
        self.flow(node, &Span { style, text: text.to_owned() }, LEFT, WIDTH);
        if level == 2 {
            self.mark(Mark::Fill {
                x: LEFT,
                y: self.y + 1.0,
                width: WIDTH,
                height: 0.8,
                color: ACCENT,
            });
        }
        self.y += 5.0;
    }

    pub(super) fn paragraph(&mut self, span: &Span) {
        let node = self.tree.add(Tree::ROOT, Kind::Paragraph);
        self.flow(node, span, LEFT, WIDTH);
        self.y += 4.0;
    }

    pub(super) fn list(&mut self, items: &[String]) {
        let list = self.tree.add(Tree::ROOT, Kind::List);
        for item in items {
            self.keep(BODY.size * LEADING * 2.0);
            let entry = self.tree.add(list, Kind::Item);
            let label = self.tree.add(entry, Kind::Label);
            let owner = Some(self.tree.content(label));
            let y = self.y + BODY.size;
            self.mark(Mark::Text { x: LEFT + 4.0, y, style: BODY, text: "•".to_owned(), owner });
            let body = self.tree.add(entry, Kind::ItemBody);
            self.flow(body, &Span { style: BODY, text: item.clone() }, LEFT + 16.0, WIDTH - 16.0);
            self.y += 2.5;
        }
        self.y += 2.0;
    }

    /// The room of such a list.
    pub(super) fn height_of_list(items: &[String]) -> f32 {
        let height = |item: &String| Span::body(item).height_in(WIDTH - 16.0) + 2.5;
        items.iter().map(height).sum::<f32>() + 2.0
    }

    /// Begins a new page unless so much room is left; not for what no page has room for.
    pub(super) fn keep_if_possible(&mut self, height: f32) {
        if height <= BOTTOM - TOP {
            self.keep(height);
        }
    }

    /// Begins a new page unless so much room is left.
    pub(super) fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.turn();
        }
    }

    /// Lines that may go over to the next page.
    pub(super) fn flow(&mut self, node: usize, span: &Span, x: f32, width: f32) {
        for text in span.style.weight.face().wrapped(&span.text, span.style.size, width) {
            self.keep(span.style.size * LEADING);
            self.line(Some(node), span.style, text, x);
        }
    }

    /// Lines that stay on this page.
    pub(super) fn lines(&mut self, node: Option<usize>, span: &Span, x: f32, width: f32) {
        for text in span.style.weight.face().wrapped(&span.text, span.style.size, width) {
            self.line(node, span.style, text, x);
        }
    }

    fn line(&mut self, node: Option<usize>, style: Style, text: String, x: f32) {
        let owner = node.map(|node| self.tree.content(node));
        let y = self.y + style.size;
        self.mark(Mark::Text { x, y, style, text, owner });
        self.y += style.size * LEADING;
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        self.pages.last_mut().expect("there is one page at least").push(mark);
    }

    pub(super) fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }
}

/// The size of a heading's letters, and what is left free before it.
fn heading_size(level: u16) -> (f32, f32) {
    match level {
        1 => (20.0, 0.0),
        2 => (13.0, 16.0),
        _ => (10.5, 10.0),
    }
}

const TOP: f32 = 56.0;
pub(super) const BOTTOM: f32 = PAGE.1 - 62.0;
pub(super) const PAD: f32 = 4.0;
