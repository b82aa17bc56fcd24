//! The schemas of requests, drawn from the tables of `demande`.
//!
//! The published document has one schema where two searches ask for different things (`Domiciliation`, `Designation`): what
//! one of them does not ask for is not required, and the longest length is given.

use std::collections::BTreeMap;

use utoipa::openapi::{
    Object, Ref,
    schema::{ObjectBuilder, Type},
};

use super::super::demande::{AttributeSpec, Look, Presence, Search, Shape};

/// The schema of a search's request.
pub(super) fn schema(search: Search) -> &'static str {
    match search {
        Search::NumCpte => "DemandeRestitRechCompte",
        Search::Spi => "DemandeRestitRechSpi",
        Search::SiretSiren => "DemandeRestitSiretSiren",
        Search::PerPro => "DemandeRestitRechPerPro",
        Search::PerPhy => "DemandeRestitRechPerPhy",
        Search::VerifIban => "DemandeRestitVerifIban",
        Search::MultiDet => "DemandeRestitMultiDet",
    }
}

/// Every schema of every request, by name.
pub(super) fn schemas() -> BTreeMap<String, Object> {
    let mut drawn: BTreeMap<&str, Vec<&[&AttributeSpec]>> = BTreeMap::new();
    for search in Search::ALL {
        collect(schema(search), search.table(), &mut drawn);
    }
    drawn.into_iter().map(|(name, tables)| (name.to_owned(), object(name, &tables))).collect()
}

fn collect(
    name: &'static str,
    table: &'static [&'static AttributeSpec],
    drawn: &mut BTreeMap<&'static str, Vec<&[&AttributeSpec]>>,
) {
    drawn.entry(name).or_default().push(table);
    for entry in table {
        if let Shape::Structure { schema, entries } = entry.shape {
            collect(schema, entries, drawn);
        }
    }
}

/// One schema of the tables that share its name.
fn object(name: &str, tables: &[&[&AttributeSpec]]) -> Object {
    let title = TITLES.iter().find(|(known, _)| *known == name).map_or(name, |(_, title)| title);
    let about = format!("{title}.");
    let mut object = ObjectBuilder::new().schema_type(Type::Object).description(Some(about));
    let mut known: Vec<&str> = Vec::new();
    for entry in tables.iter().copied().flatten() {
        if known.contains(&entry.key) {
            continue;
        }
        known.push(entry.key);
        let same: Vec<_> = tables
            .iter()
            .copied()
            .flatten()
            .copied()
            .filter(|other| other.key == entry.key)
            .collect();
        let always = tables.iter().all(|table| table.iter().any(|one| one.key == entry.key))
            && same.iter().all(|one| one.presence == Presence::Required);
        object = match entry.shape {
            Shape::Text(_) => object.property(entry.key, text(&same, always)),
            Shape::Structure { schema, .. } => {
                let mut reference = Ref::from_schema_name(schema);
                reference.description = describe(&same);
                object.property(entry.key, reference)
            }
        };
        if always {
            object = object.required(entry.key);
        }
    }
    object.build()
}

fn text(same: &[&AttributeSpec], always: bool) -> Object {
    let looks: Vec<Look> = same
        .iter()
        .filter_map(|entry| match entry.shape {
            Shape::Text(look) => Some(look),
            Shape::Structure { .. } => None,
        })
        .collect();
    let longest = looks.iter().map(|look| look.longest).max();
    let mut patterns: Vec<_> = looks.iter().map(|look| look.pattern).collect();
    patterns.dedup();
    // An empty text is an absent one.
    patterns.extend((!always).then_some("^$"));
    let examples = looks.first().map(|look| look.example);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(describe(same)))
        .max_length(longest)
        .pattern(Some(patterns.join("|")))
        .examples(examples)
        .build()
}

/// The label, and the cases in which it must be there.
fn describe(same: &[&AttributeSpec]) -> String {
    let mut cases: Vec<_> = same
        .iter()
        .filter_map(|entry| match entry.presence {
            Presence::Required => Some("obligatoire"),
            Presence::When(case) => Some(case),
            Presence::Optional => None,
        })
        .collect();
    cases.sort_unstable();
    cases.dedup();
    let label = same.first().map_or("", |entry| entry.label);
    match cases.as_slice() {
        [] => format!("{label} ; facultatif"),
        cases => format!("{label} ; {}", cases.join(", ou ")),
    }
}

/// What each schema is, in French.
const TITLES: &[(&str, &str)] = &[
    ("DemandeRestitRechCompte", "Demande de numCpte"),
    ("DemandeRestitRechSpi", "Demande de spi"),
    ("DemandeRestitSiretSiren", "Demande de siretSiren"),
    ("DemandeRestitRechPerPro", "Demande de perPro"),
    ("DemandeRestitRechPerPhy", "Demande de perPhy"),
    ("DemandeRestitVerifIban", "Demande de verifIban"),
    ("DemandeRestitMultiDet", "Demande de multiDet"),
    ("CriteresRechercheCompte", "Le compte cherché"),
    ("CriteresRechercheSpi", "La personne cherchée, par son identifiant fiscal"),
    ("CriteresRechercheSiretSiren", "La société cherchée, par l'un de ses numéros"),
    ("CriteresRecherchePerPro", "La société cherchée, par sa désignation et son adresse"),
    ("CriteresRecherchePerPhy", "La personne cherchée, par son état civil et son adresse"),
    ("CriteresRecherchePerPhyMD", "La personne dont on cherche l'épargne"),
    ("CriteresRechercheVerifTitulaireIban", "Le compte, et son titulaire supposé"),
    ("CriteresRechercheMultiDet", "L'épargne cherchée, et son détenteur supposé"),
    ("EtatCivil", "Un état civil, à une date exacte ou dans un intervalle d'un an au plus"),
    ("EtatCivilTitulaire", "Un état civil"),
    ("LieuNaissance", "Un lieu de naissance, en codes INSEE de l'époque"),
    ("Domiciliation", "Une adresse, aussi précise qu'on la connaît"),
    ("Designation", "Ce qu'une société est appelée"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_of_the_tables_has_a_title_and_no_title_is_for_nothing() {
        let drawn: Vec<_> = schemas().into_keys().collect();
        let mut titled: Vec<_> = TITLES.iter().map(|(name, _)| (*name).to_owned()).collect();
        titled.sort();
        assert_eq!(drawn, titled);
    }
}
