//! How text looks, and the room that it takes on a page.

use super::face::Weight;

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

    pub(super) fn height_in(&self, width: f32) -> f32 {
        let lines = self.style.weight.face().wrapped(&self.text, self.style.size, width).len();
        f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * self.style.size * LEADING
    }
}

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 51.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
pub(super) const LEADING: f32 = 1.38;

pub(super) const ACCENT: Color = (31, 58, 95);
pub(super) const INK: Color = (29, 29, 31);
pub(super) const GREY: Color = (84, 88, 94);
pub(super) const RIGHT: Color = (24, 96, 52);
pub(super) const WRONG: Color = (170, 28, 28);
pub(super) const WARNING: Color = (133, 77, 14);

pub(super) const BODY: Style = Style { weight: Weight::Regular, size: 9.0, color: INK };
pub(super) const SMALL: Style = Style { weight: Weight::Regular, size: 7.5, color: GREY };
