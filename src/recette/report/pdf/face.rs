//! The two faces of the report, and how wide text is in them.

use std::{collections::HashMap, sync::LazyLock};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};

use crate::domain::typography;

/// Regular or bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A face: the font, and each character's glyph with its advance, in parts of the font's size.
pub(super) struct Face {
    pub(super) font: Font,
    glyphs: HashMap<char, (GlyphId, f32)>,
}

impl Weight {
    pub(super) fn face(self) -> &'static Face {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

impl Face {
    fn new(data: &'static [u8]) -> Self {
        let font = FontRef::new(data).expect("the embedded font is one");
        let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
        let glyph = |(code, id): (u32, skrifa::GlyphId)| {
            let advance = metrics.advance_width(id).unwrap_or_default();
            Some((char::from_u32(code)?, (GlyphId::new(id.to_u32()), advance)))
        };
        let glyphs = font.charmap().mappings().filter_map(glyph).collect();
        Self { font: Font::new(data.into(), 0).expect("the embedded font is one"), glyphs }
    }

    /// The text with what the face cannot show replaced: a document must not hold empty boxes.
    pub(super) fn shown(&self, text: &str) -> String {
        let shown = |c: char| match c {
            '\u{202F}' => '\u{A0}',
            '\n' | '\t' => ' ',
            c if self.glyphs.contains_key(&c) => c,
            '\u{2010}' | '\u{2011}' => '-',
            '\u{2000}'..='\u{200A}' => ' ',
            c => RAISED.iter().find(|(raised, _)| *raised == c).map_or('?', |(_, plain)| *plain),
        };
        text.chars().map(shown).collect()
    }

    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c) * size).sum()
    }

    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, c): (usize, char)| {
            let (id, advance) = self.glyphs.get(&c).copied().unwrap_or((GlyphId::new(0), 0.0));
            KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// The text in lines no wider than `width`; all but the last end with the space they were broken at. A word that is
    /// wider than a line (a digest, an identifier) is broken where it must.
    pub(super) fn wrapped(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut used = 0.0;
        for word in self.shown(&typography::unbroken(text)).split_inclusive(' ') {
            let wide = self.width(word.trim_end(), size);
            if used > 0.0 && used + wide > width {
                lines.push(String::new());
                used = 0.0;
            }
            for c in word.chars() {
                let advance = self.advance(c) * size;
                if c != ' ' && used > 0.0 && used + advance > width {
                    lines.push(String::new());
                    used = 0.0;
                }
                lines.last_mut().expect("there is one line at least").push(c);
                used += advance;
            }
        }
        lines
    }

    fn advance(&self, c: char) -> f32 {
        self.glyphs.get(&c).map_or(0.0, |(_, advance)| *advance)
    }
}

/// Raised letters that the faces lack, as people type them in a title (« Mᵐᵉ »), and what stands in their place.
const RAISED: [(char, char); 24] = [
    ('ᵃ', 'a'),
    ('ᵇ', 'b'),
    ('ᶜ', 'c'),
    ('ᵈ', 'd'),
    ('ᵉ', 'e'),
    ('ᶠ', 'f'),
    ('ᵍ', 'g'),
    ('ʰ', 'h'),
    ('ⁱ', 'i'),
    ('ʲ', 'j'),
    ('ᵏ', 'k'),
    ('ˡ', 'l'),
    ('ᵐ', 'm'),
    ('ⁿ', 'n'),
    ('ᵒ', 'o'),
    ('ᵖ', 'p'),
    ('ʳ', 'r'),
    ('ˢ', 's'),
    ('ᵗ', 't'),
    ('ᵘ', 'u'),
    ('ᵛ', 'v'),
    ('ʷ', 'w'),
    ('ˣ', 'x'),
    ('ᶻ', 'z'),
];

static REGULAR: LazyLock<Face> =
    LazyLock::new(|| Face::new(include_bytes!("../../../../assets/fonts/OpenSans-Regular.ttf")));
static BOLD: LazyLock<Face> =
    LazyLock::new(|| Face::new(include_bytes!("../../../../assets/fonts/OpenSans-Bold.ttf")));

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_faces_show_french() {
        let text = "« Où l'Œuvre naît-elle, à 5 € près ? » – Ça dépend… Àéèêëïîôöùûüÿç n° 12 %";
        for weight in [Weight::Regular, Weight::Bold] {
            assert_eq!(weight.face().shown(text), text);
            assert!(weight.face().width(text, 10.0) > 300.0);
        }
        assert_eq!(Weight::Regular.face().shown("日本\u{202F}"), "??\u{A0}");
        for weight in [Weight::Regular, Weight::Bold] {
            let shown = weight.face().shown("Mᵐᵉ Dʳ Pʳ n\u{2011}1");
            assert!(!shown.contains('?'), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_and_nothing_is_lost(text in "[a-zé0-9 ]{0,200}", width in 30.0f32..400.0) {
            let face = Weight::Regular.face();
            let lines = face.wrapped(&text, 9.0, width);
            for line in &lines {
                prop_assert!(face.width(line.trim_end(), 9.0) <= width + 0.01, "{line:?}");
            }
            prop_assert_eq!(lines.concat(), text);
        }
    }
}
