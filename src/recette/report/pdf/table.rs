//! Tables, under their headings.

use super::{
    face::Weight,
    layout::{BOTTOM, Layout, Mark, PAD},
    style::{ACCENT, Color, LEADING, LEFT, Span, Style, WIDTH},
    tree::{Kind, Tree},
};

/// A table: widths as parts of the whole, a head, rows of cells; each cell is some spans, one below the other. The first
/// cell of a row is its head.
pub(super) struct Table {
    pub(super) widths: Vec<f32>,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Vec<Span>>>,
}

impl Layout {
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

fn row_height(cells: &[Vec<Span>], columns: &[(f32, f32)]) -> f32 {
    let cell_height = |(cell, &(_, width)): (&Vec<Span>, &(f32, f32))| {
        cell.iter().map(|span| span.height_in(width - 2.0 * PAD)).sum::<f32>()
    };
    cells.iter().zip(columns).map(cell_height).fold(0.0, f32::max) + 2.0 * PAD
}

const STRIPE: Color = (244, 246, 249);
const RULE: Color = (214, 219, 226);
const HEAD_HEIGHT: f32 = HEAD.size * LEADING + 2.0 * PAD;
const HEAD: Style = Style { weight: Weight::Bold, size: 8.5, color: (255, 255, 255) };
