//! From the files of the catalogue to its cases, with everything wrong in their form.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Case, CasePosition, Catalogue, Theme};
use crate::{
    fixtures::{Diagnostic, Ids, Source},
    recette::{
        applies::RawApplies, list::OneOrMore, matcher::RawMatcher, reaction::Reaction,
        script::RawStep,
    },
    rights::Search,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    theme: RawTheme,
    #[serde(default)]
    personas: BTreeMap<Spanned<String>, String>,
    #[serde(default)]
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTheme {
    id: String,
    title: String,
    order: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    id: String,
    title: String,
    requirement: String,
    sources: OneOrMore<String>,
    #[serde(default)]
    applies: RawApplies,
    expect: RawMatcher,
    reaction: Option<Reaction>,
    #[serde(default)]
    deliberate: bool,
    witness: Option<String>,
    how: String,
    play: Vec<RawStep>,
    #[serde(default)]
    with: Vec<String>,
}

/// The catalogue that these files make, later ones replacing what earlier ones have of the same id.
pub(super) fn catalogue(sources: Vec<Source>) -> Result<Catalogue, Vec<Diagnostic>> {
    let mut catalogue = Catalogue {
        themes: Vec::new(),
        personas: BTreeMap::new(),
        replaced: Vec::new(),
        places: Vec::new(),
    };
    let mut faults = Vec::new();
    let mut ids = Ids::default();
    for source in sources {
        match source.parse::<CatalogueFile>() {
            Ok(file) => add(&mut catalogue, &source, file, &mut ids, &mut faults),
            Err(fault) => faults.push(fault),
        }
    }
    catalogue.themes.sort_by_key(|theme| theme.order);
    if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
}

fn add(
    catalogue: &mut Catalogue,
    source: &Source,
    file: CatalogueFile,
    ids: &mut Ids,
    faults: &mut Vec<Diagnostic>,
) {
    for (search, persona) in file.personas {
        match Search::named(search.get_ref()) {
            Some(search) => drop(catalogue.personas.insert(search, persona)),
            None => {
                let message = format!("{:?} is no kind of search", search.get_ref());
                faults.push(source.fault_at(&search, "personas", message));
            }
        }
    }
    let RawTheme { id, title, order } = file.theme;
    if !catalogue.themes.iter().any(|theme| theme.id == id) {
        catalogue.themes.push(Theme { id: id.clone(), title, order, cases: Vec::new() });
    }
    let mut here: Vec<String> = Vec::new();
    for (n, raw) in file.case.into_iter().enumerate() {
        let place = CasePosition { case: raw.id.clone(), source: source.clone(), n };
        if here.contains(&place.case) {
            faults.push(
                place.fault("id", format!("two cases of this file are called {:?}", place.case)),
            );
            continue;
        }
        here.push(place.case.clone());
        if let Err(message) = ids.take(&place.case, source) {
            faults.push(place.fault("id", message));
            continue;
        }
        match case(raw) {
            Ok(case) => catalogue.put(&id, case, place),
            Err((key, message)) => faults.push(place.fault(&key, message)),
        }
    }
}

fn case(raw: RawCase) -> Result<Case, (String, String)> {
    let id = raw.id;
    if id.is_empty()
        || !id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    {
        return Err((
            "id".to_owned(),
            format!("{id:?} is no id: expected lower-case letters, digits and hyphens"),
        ));
    }
    let within = |table: &'static str| {
        move |(key, message): (&'static str, String)| (format!("{table}.{key}"), message)
    };
    let sources = raw.sources.into_vec();
    if sources.is_empty() {
        return Err((
            "sources".to_owned(),
            "a requirement without a source is nobody's requirement".to_owned(),
        ));
    }
    let expect = raw.expect.parse().map_err(within("expect"))?;
    if expect.is_empty() {
        return Err(("expect".to_owned(), "an empty matcher takes every request".to_owned()));
    }
    let play = raw.play.into_iter().map(RawStep::parse).collect::<Result<_, _>>();
    Ok(Case {
        id,
        title: raw.title,
        requirement: raw.requirement,
        sources,
        applies: raw.applies.parse().map_err(within("applies"))?,
        expect,
        reaction: raw.reaction,
        deliberate: raw.deliberate,
        witness: raw.witness.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        how: raw.how.trim().to_owned(),
        play: play.map_err(within("play"))?,
        with: raw.with,
    })
}

impl Catalogue {
    fn put(&mut self, theme: &str, case: Case, place: CasePosition) {
        self.places.retain(|earlier| earlier.case != case.id);
        self.places.push(place);
        let replaced =
            self.themes.iter_mut().flat_map(|theme| &mut theme.cases).find(|one| one.id == case.id);
        match replaced {
            Some(earlier) => {
                let before = std::mem::replace(earlier, case);
                // A copy of what bacasable has replaces nothing.
                if format!("{before:?}") != format!("{earlier:?}") {
                    self.replaced.push(before);
                }
            }
            None => {
                let theme = self
                    .themes
                    .iter_mut()
                    .find(|one| one.id == theme)
                    .expect("it was added before its cases");
                theme.cases.push(case);
            }
        }
    }
}

impl CasePosition {
    /// A fault of this case; the key is its path within the case.
    pub(super) fn fault(&self, key: &str, message: impl Into<String>) -> Diagnostic {
        let fault = self.source.fault(&format!("case.{}.{key}", self.n), message);
        Diagnostic { key: Some(format!("{}.{key}", self.case)), ..fault }
    }
}
