//! What is ticked, filled in and signed by hand.

use super::{
    layout::{Layout, Mark, PAD},
    style::{BODY, Color, INK, LEADING, LEFT, Span, WIDTH},
    tree::{Kind, Tree},
};

impl Layout {
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

/// Between boxes side by side.
const GUTTER: f32 = 10.0;
/// How wide the text beside a box to tick is.
const BOX_WIDTH: f32 = WIDTH - 39.0;
/// How far below its label a line to fill in stands.
const BELOW: f32 = 26.0;
/// How wide the label of a line to fill in is, where they stand side by side.
const LABEL: f32 = 110.0;
const RULE_DARK: Color = (120, 127, 137);
