//! The PDF: our own layout, one font family embedded, no browser. Tagged (PDF/UA-1) and made to last (PDF/A-2a).

mod content;
mod face;
mod form;
mod layout;
mod signature;
mod style;
mod table;
mod tree;

use jiff::{Timestamp, tz::TimeZone};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag},
};

use self::{
    face::Weight,
    layout::{Bookmark, Layout, Mark},
    style::{Color, GREY, LEFT, PAGE, Style, WIDTH},
};
use super::Report;

/// The report as a document.
pub(super) fn write(report: &Report) -> Result<Vec<u8>, String> {
    let layout = content::lay_out(report);
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| format!("{error:?}"))?;
    let settings =
        SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut identifiers: Vec<Option<Identifier>> = vec![None; layout.tree.contents()];
    let pages = layout.pages.len();
    for (at, marks) in layout.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or("A4 is a size of paper")?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, &mut identifiers);
        }
        for mark in footer(report, at + 1, pages) {
            draw(&mut surface, &mark, &mut identifiers);
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(layout.tree.build(&identifiers));
    document.set_outline(outline(&layout));
    document.set_metadata(metadata(report));
    document.finish().map_err(|error| format!("{error:?}"))
}

/// The lines of text of each page, in the order in which they are drawn, without the footers.
#[cfg(test)]
pub(super) fn lines(report: &Report) -> Vec<Vec<String>> {
    let text = |mark: Mark| if let Mark::Text { text, .. } = mark { Some(text) } else { None };
    content::lay_out(report)
        .pages
        .into_iter()
        .map(|page| page.into_iter().filter_map(text).collect())
        .collect()
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, identifiers: &mut [Option<Identifier>]) {
    match mark {
        Mark::Text { x, y, style, text, owner } => {
            let tag = match owner {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
            };
            let identifier = surface.start_tagged(tag);
            let face = style.weight.face();
            let text = face.shown(text);
            surface.set_stroke(None);
            surface.set_fill(Some(fill(style.color)));
            let glyphs = face.glyphs(&text);
            surface.draw_glyphs(
                Point::from_xy(*x, *y),
                &glyphs,
                face.font.clone(),
                &text,
                style.size,
                false,
            );
            surface.end_tagged();
            if let Some(owner) = owner {
                identifiers[*owner] = Some(identifier);
            }
        }
        Mark::Fill { x, y, width, height, color } => {
            shape(surface, (*x, *y, *width, *height), |surface| {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(*color)));
            });
        }
        Mark::Outline { x, y, width, height, color } => {
            shape(surface, (*x, *y, *width, *height), |surface| {
                surface.set_fill(None);
                surface.set_stroke(Some(Stroke {
                    paint: paint(*color).into(),
                    width: 0.7,
                    ..Stroke::default()
                }));
            });
        }
    }
}

fn shape(
    surface: &mut Surface<'_>,
    (x, y, width, height): (f32, f32, f32, f32),
    style: impl FnOnce(&mut Surface<'_>),
) {
    let Some(rect) = Rect::from_xywh(x, y, width, height) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    style(surface);
    surface.draw_path(&path);
    surface.end_tagged();
}

/// On every page: what this document is not.
fn footer(report: &Report, page: usize, pages: usize) -> Vec<Mark> {
    let y = PAGE.1 - 34.0;
    let style = Style { weight: Weight::Regular, size: 7.5, color: GREY };
    let bold = Style { weight: Weight::Bold, ..style };
    let text =
        |x: f32, y: f32, style: Style, text: String| Mark::Text { x, y, style, text, owner: None };
    let number = format!("page {page} / {pages}");
    let right = LEFT + WIDTH - style.weight.face().width(&number, style.size);
    let whose =
        format!("Recette à blanc : {}, {}", report.partner.organisation, report.reference());
    vec![
        Mark::Fill { x: LEFT, y: y - 12.0, width: WIDTH, height: 0.5, color: GREY },
        text(LEFT, y, bold, report.notice.clone()),
        text(LEFT, y + 10.0, style, whose),
        text(right, y, style, number),
    ]
}

fn outline(layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    let node = |bookmark: &Bookmark| {
        let at = Point::from_xy(LEFT, (bookmark.y - 10.0).max(0.0));
        OutlineNode::new(bookmark.title.clone(), XyzDestination::new(bookmark.page, at))
    };
    let mut chapter: Option<OutlineNode> = None;
    for bookmark in &layout.bookmarks {
        match (bookmark.level, &mut chapter) {
            (3.., Some(chapter)) => chapter.push_child(node(bookmark)),
            _ => {
                let earlier = chapter.replace(node(bookmark));
                earlier.into_iter().for_each(|earlier| outline.push_child(earlier));
            }
        }
    }
    chapter.into_iter().for_each(|chapter| outline.push_child(chapter));
    outline
}

fn metadata(report: &Report) -> Metadata {
    Metadata::new()
        .title(format!("Recette à blanc : {}", report.partner.organisation))
        .description(format!("{}. Convention {}.", report.notice, report.partner.id))
        .keywords(vec!["recette".to_owned(), "bacasable".to_owned(), report.partner.id.clone()])
        .creator(format!("bacasable {}", env!("CARGO_PKG_VERSION")))
        .language("fr-FR".to_owned())
        .document_id(report.digest().to_owned())
        .creation_date(date(report.made_at()))
}

fn date(at: Timestamp) -> DateTime {
    let at = at.to_zoned(TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn fill(color: Color) -> Fill {
    Fill { paint: paint(color).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

fn paint((red, green, blue): Color) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}
