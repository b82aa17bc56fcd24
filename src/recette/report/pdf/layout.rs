//! A small layout: blocks flow down A4 pages and are recorded twice, as marks on paper and as a tree of meanings.

use super::{
    face::Weight,
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

pub(super) type Color = (u8, u8, u8);

/// How text looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
    pub(super) color: Color,
}

/// Text in a style.
pub(super) struct Span {
    pub(super) style: Style,
    pub(super) text: String,
}

/// A table: widths as parts of the whole, a head, rows of cells; each cell is some spans, one below the other. The first
/// cell of a row is its head.
pub(super) struct Table {
    pub(super) widths: Vec<f32>,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Vec<Span>>>,
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
    y: f32,
}

impl Layout {
    pub(super) fn new() -> Self {
        Self { pages: vec![Vec::new()], tree: Tree::new(), bookmarks: Vec::new(), y: TOP }
    }

    /// A heading that is never the last thing on its page.
    pub(super) fn heading(&mut self, level: u16, text: &str) {
        self.heading_of(level, text, 48.0);
    }

    /// A heading on the page where its table begins.
    pub(super) fn headed(&mut self, level: u16, text: &str, table: &Table) {
        self.heading_of(level, text, table.beginning());
        self.table(table);
    }

    /// A heading, what introduces its table, and where that begins, on one page.
    pub(super) fn introduced(&mut self, text: &str, intro: &[Span], table: &Table) {
        let intro_height = intro.iter().map(Span::height).sum::<f32>();
        self.heading_of(2, text, intro_height + table.beginning());
        intro.iter().for_each(|span| self.paragraph(span));
        self.table(table);
    }

    /// The room of a heading of one line, and of what is left free before it.
    pub(super) fn height_of_heading(level: u16) -> f32 {
        let (size, before) = heading_size(level);
        before + size * LEADING + 5.0
    }

    fn heading_of(&mut self, level: u16, text: &str, room: f32) {
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

    /// Rows are not broken: one that does not fit begins the next page, under the head repeated.
    pub(super) fn table(&mut self, table: &Table) {
        let node = self.tree.add(Tree::ROOT, Kind::Table);
        let columns = table.columns();
        self.keep(table.beginning());
        if !table.head.is_empty() {
            let row = self.tree.add(node, Kind::Row);
            self.head(table, &columns, Some(row));
        }
        for (at, cells) in table.rows.iter().enumerate() {
            let height = row_height(cells, &columns);
            if self.y + height > BOTTOM {
                self.turn();
                if !table.head.is_empty() {
                    self.head(table, &columns, None);
                }
            }
            if at % 2 == 1 {
                self.mark(Mark::Fill { x: LEFT, y: self.y, width: WIDTH, height, color: STRIPE });
            }
            let row = self.tree.add(node, Kind::Row);
            let top = self.y;
            for (at, (cell, &(x, width))) in cells.iter().zip(&columns).enumerate() {
                let kind = if at == 0 { Kind::RowHead } else { Kind::Cell };
                let owner = self.tree.add(row, kind);
                self.y = top + PAD;
                for span in cell {
                    self.lines(Some(owner), span, x + PAD, width - 2.0 * PAD);
                }
            }
            self.y = top + height;
            self.mark(Mark::Fill {
                x: LEFT,
                y: self.y - 0.4,
                width: WIDTH,
                height: 0.4,
                color: RULE,
            });
        }
        self.y += 8.0;
    }

    /// Boxes to tick, then empty lines to fill in by hand, in a frame; each label is a paragraph.
    pub(super) fn form(&mut self, fields: &[&str], boxes: &[String]) {
        let height = Self::height_of_form(fields, boxes);
        self.keep(height);
        let top = self.y;
        self.mark(Mark::Outline { x: LEFT, y: top, width: WIDTH, height, color: RULE_DARK });
        self.y += 12.0;
        for label in boxes {
            self.mark(Mark::Outline {
                x: LEFT + 12.0,
                y: self.y + 1.5,
                width: 8.5,
                height: 8.5,
                color: RULE_DARK,
            });
            let node = self.tree.add(Tree::ROOT, Kind::Paragraph);
            self.flow(node, &Span::body(label), LEFT + 27.0, BOX_WIDTH);
            self.y += 5.0;
        }
        self.y += 6.0;
        for field in fields {
            let node = self.tree.add(Tree::ROOT, Kind::Paragraph);
            let label = Span::body(format!("{field} :"));
            let (x, y) = match is_short(&label) {
                true => (LEFT + 125.0, self.y + 12.0),
                false => (LEFT + 12.0, self.y + BELOW), // the line stands below a long label
            };
            self.flow(node, &label, LEFT + 12.0, WIDTH - 24.0);
            let width = LEFT + WIDTH - 20.0 - x;
            self.mark(Mark::Fill { x, y, width, height: 0.5, color: RULE_DARK });
            self.y = self.y.max(y) + 8.0;
        }
        self.y = top + height + 8.0;
    }

    /// The room of such a form, and of what is left free after it.
    pub(super) fn height_of_form(fields: &[&str], boxes: &[String]) -> f32 {
        let ticked = boxes.iter().map(|label| Span::body(label).height_in(BOX_WIDTH) + 5.0);
        let line = |field: &&str| match is_short(&Span::body(format!("{field} :"))) {
            true => 12.0,
            false => BELOW,
        };
        let filled = fields.iter().map(|field| line(field).max(BODY.size * LEADING) + 8.0);
        12.0 + ticked.sum::<f32>() + 6.0 + filled.sum::<f32>() + 8.0
    }

    /// Boxes side by side on one page, each under its title, to fill in by hand: labels with the room for each.
    pub(super) fn side_by_side(&mut self, titles: &[String], fields: &[(&str, f32)]) {
        let height = Self::height_side_by_side(titles, fields);
        self.keep(height);
        let (top, width) = (self.y, width_side_by_side(titles));
        let below = height - fields.iter().map(|(_, room)| room).sum::<f32>();
        let mut x = LEFT;
        for title in titles {
            self.mark(Mark::Outline { x, y: top, width, height, color: RULE_DARK });
            let inside = (x + 2.0 * PAD, width - 4.0 * PAD);
            self.y = top + 2.0 * PAD;
            let node = self.tree.add(Tree::ROOT, Kind::Paragraph);
            self.lines(Some(node), &Span::bold(title, INK), inside.0, inside.1);
            let mut y = top + below;
            for (label, room) in fields {
                self.y = y;
                let node = self.tree.add(Tree::ROOT, Kind::Paragraph);
                self.lines(Some(node), &Span::body(format!("{label} :")), inside.0, inside.1);
                y += room;
                let (x, width) = inside;
                self.mark(Mark::Fill { x, y: y - 6.0, width, height: 0.5, color: RULE_DARK });
            }
            x += width + GUTTER;
        }
        self.y = top + height + 8.0;
    }

    /// The room of such boxes.
    pub(super) fn height_side_by_side(titles: &[String], fields: &[(&str, f32)]) -> f32 {
        let width = width_side_by_side(titles) - 4.0 * PAD;
        let highest = titles.iter().map(|title| Span::bold(title, INK).height_in(width));
        highest.fold(0.0, f32::max) + 3.0 * PAD + fields.iter().map(|(_, room)| room).sum::<f32>()
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

    fn head(&mut self, table: &Table, columns: &[(f32, f32)], row: Option<usize>) {
        self.mark(Mark::Fill {
            x: LEFT,
            y: self.y,
            width: WIDTH,
            height: HEAD_HEIGHT,
            color: ACCENT,
        });
        let top = self.y;
        for (text, &(x, width)) in table.head.iter().zip(columns) {
            let owner = row.map(|row| self.tree.add(row, Kind::ColumnHead));
            self.y = top + PAD;
            self.lines(
                owner,
                &Span { style: HEAD, text: (*text).to_owned() },
                x + PAD,
                width - 2.0 * PAD,
            );
        }
        self.y = top + HEAD_HEIGHT;
    }

    /// Lines that may go over to the next page.
    fn flow(&mut self, node: usize, span: &Span, x: f32, width: f32) {
        for text in span.style.weight.face().wrapped(&span.text, span.style.size, width) {
            self.keep(span.style.size * LEADING);
            self.line(Some(node), span.style, text, x);
        }
    }

    /// Lines that stay on this page.
    fn lines(&mut self, node: Option<usize>, span: &Span, x: f32, width: f32) {
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

    fn mark(&mut self, mark: Mark) {
        self.pages.last_mut().expect("there is one page at least").push(mark);
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }
}

impl Table {
    /// The room that its head and its first row take.
    fn beginning(&self) -> f32 {
        let head = if self.head.is_empty() { 0.0 } else { HEAD_HEIGHT };
        head + self.rows.first().map_or(0.0, |row| row_height(row, &self.columns()))
    }

    /// The room that it takes, on one page.
    pub(super) fn height(&self) -> f32 {
        let columns = self.columns();
        let head = if self.head.is_empty() { 0.0 } else { HEAD_HEIGHT };
        head + self.rows.iter().map(|row| row_height(row, &columns)).sum::<f32>() + 8.0
    }

    /// The left edge and the width of each column.
    fn columns(&self) -> Vec<(f32, f32)> {
        let whole: f32 = self.widths.iter().sum();
        let mut x = LEFT;
        let column = |part: &f32| {
            let width = part / whole * WIDTH;
            let column = (x, width);
            x += width;
            column
        };
        self.widths.iter().map(column).collect()
    }
}

impl Span {
    pub(super) fn body(text: impl Into<String>) -> Self {
        Self { style: BODY, text: text.into() }
    }

    pub(super) fn small(text: impl Into<String>) -> Self {
        Self { style: SMALL, text: text.into() }
    }

    pub(super) fn bold(text: impl Into<String>, color: Color) -> Self {
        Self { style: Style { weight: Weight::Bold, color, ..BODY }, text: text.into() }
    }

    /// The room that it takes as a paragraph.
    pub(super) fn height(&self) -> f32 {
        self.height_in(WIDTH) + 4.0
    }

    fn height_in(&self, width: f32) -> f32 {
        let lines = self.style.weight.face().wrapped(&self.text, self.style.size, width).len();
        f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * self.style.size * LEADING
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

/// Whether the line to fill in stands beside its label.
fn is_short(label: &Span) -> bool {
    label.style.weight.face().width(&label.text, label.style.size) <= LABEL
}

/// The width of one of several boxes side by side.
fn width_side_by_side(titles: &[String]) -> f32 {
    let count = f32::from(u16::try_from(titles.len().max(1)).unwrap_or(u16::MAX));
    (WIDTH - GUTTER * (count - 1.0)) / count
}

fn row_height(cells: &[Vec<Span>], columns: &[(f32, f32)]) -> f32 {
    let cell_height = |(cell, &(_, width)): (&Vec<Span>, &(f32, f32))| {
        cell.iter().map(|span| span.height_in(width - 2.0 * PAD)).sum::<f32>()
    };
    cells.iter().zip(columns).map(cell_height).fold(0.0, f32::max) + 2.0 * PAD
}

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 51.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const TOP: f32 = 56.0;
const BOTTOM: f32 = PAGE.1 - 62.0;
const PAD: f32 = 4.0;
/// Between boxes side by side.
const GUTTER: f32 = 10.0;
const LEADING: f32 = 1.38;
/// How wide the text beside a box to tick is.
const BOX_WIDTH: f32 = WIDTH - 39.0;
/// How far below its label a line to fill in stands.
const BELOW: f32 = 26.0;
/// How wide the label of a line to fill in is, where they stand side by side.
const LABEL: f32 = 110.0;

pub(super) const ACCENT: Color = (31, 58, 95);
pub(super) const INK: Color = (29, 29, 31);
pub(super) const GREY: Color = (84, 88, 94);
const STRIPE: Color = (244, 246, 249);
const RULE: Color = (214, 219, 226);
const RULE_DARK: Color = (120, 127, 137);

pub(super) const BODY: Style = Style { weight: Weight::Regular, size: 9.0, color: INK };
pub(super) const SMALL: Style = Style { weight: Weight::Regular, size: 7.5, color: GREY };
const HEAD_HEIGHT: f32 = HEAD.size * LEADING + 2.0 * PAD;
const HEAD: Style = Style { weight: Weight::Bold, size: 8.5, color: (255, 255, 255) };
