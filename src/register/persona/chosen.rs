use std::collections::BTreeMap;

use crate::{
    fixtures::Diagnostic,
    register::persona::{
        check::{Diagnostics, Parsed},
        raw::RawPersona,
    },
};

/// Each persona once: those of the folder in the place of the embedded ones that they replace.
pub(super) fn choose<'a>(
    files: &'a [Parsed<'a>],
    faults: &mut Vec<Diagnostic>,
) -> Vec<(&'a Parsed<'a>, &'a RawPersona)> {
    let mut chosen: Vec<(&Parsed<'_>, &RawPersona)> = Vec::new();
    let mut places = BTreeMap::new();
    for parsed in files {
        let mut diagnostics = Diagnostics::new(parsed.source);
        for raw in &parsed.file.persona {
            let id = raw.id.get_ref().as_str();
            if !is_id(id) {
                diagnostics.refuse(
                    "id",
                    &raw.id,
                    format!("« {id} »: expected lower-case words joined by hyphens"),
                );
                continue;
            }
            match places.get(id) {
                None => {
                    places.insert(id, chosen.len());
                    chosen.push((parsed, raw));
                }
                Some(&at) if chosen[at].0.embedded && !parsed.embedded => {
                    chosen[at] = (parsed, raw)
                }
                Some(&at) => {
                    diagnostics.refuse(
                        "id",
                        &raw.id,
                        format!("« {id} » is taken already, in {}", chosen[at].0.source.name),
                    );
                }
            }
        }
        faults.extend(diagnostics.into_faults());
    }
    chosen
}

fn is_id(id: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    id.split('-').all(word)
}
