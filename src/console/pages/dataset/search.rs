//! The personas by what they show; and the search, by name or by identifier.

use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::record;
use crate::{
    console::pages::{
        frame::{Frame, Section},
        page::Page,
        show,
        visit::Visit,
    },
    register::{Found, Party, Persona, Register},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
}

#[derive(Template)]
#[template(path = "dataset.html")]
struct Dataset {
    frame: Frame,
    q: String,
    population: String,
    personas: Vec<Card>,
    /// What was found besides personas, when something was searched.
    found: Option<Hits>,
    /// What the search could not find, in words.
    nothing: Option<String>,
}

struct Card {
    id: String,
    title: String,
    shows: Vec<String>,
}

/// Those who have the name that was typed.
struct Hits {
    people: Vec<record::Line>,
    people_heading: String,
    companies: Vec<record::Line>,
    companies_heading: String,
}

/// `GET /donnees?q=`: an identifier leads to its sheet.
pub(super) async fn page(visit: Visit, Query(wanted): Query<Wanted>) -> Response {
    let q = wanted.q.trim().to_owned();
    let register = visit.sandbox().register();
    let compact: String = q.chars().filter(|c| !c.is_whitespace()).collect();
    let mut nothing = None;
    match register.find(&compact) {
        Ok(Some(found)) => {
            return Redirect::to(&address(&register, found, &compact)).into_response();
        }
        Ok(None) => {
            nothing = Some(format!(
                "Aucun enregistrement du registre ne porte l'identifiant « {compact} »."
            ))
        }
        Err(_) => {}
    }
    let searched = !q.is_empty();
    let personas: Vec<_> = register
        .personas()
        .iter()
        .filter(|persona| !searched || persona.speaks_of(&q))
        .map(Card::of)
        .collect();
    let found = (searched && nothing.is_none()).then(|| Hits::of(&register, &q));
    let empty =
        found.as_ref().is_some_and(|hits| hits.people.is_empty() && hits.companies.is_empty());
    if empty && personas.is_empty() {
        nothing = Some(format!(
            "Aucun persona, aucun nom de naissance et aucune société ne correspondent à « {q} »."
        ));
    }
    let population = show::number(visit.sandbox().config.population);
    let frame = visit.frame(Section::Dataset, "Jeu de données");
    Page::show(&Dataset { frame, q, population, personas, found, nothing }).into_response()
}

/// The address of what an identifier names: a persona's page where there is one.
fn address(register: &Register, found: Found<'_>, identifier: &str) -> String {
    let persona = match found {
        Found::Persona(persona) => Some(persona),
        Found::Party(party @ (Party::Person(_) | Party::Company(_, None))) => {
            register.persona_of(party)
        }
        Found::Party(Party::Company(_, Some(_))) | Found::Account(_) => None,
    };
    match persona {
        Some(persona) => format!("/donnees/personas/{}", persona.id),
        None => format!("/donnees/fiches/{identifier}"),
    }
}

impl Card {
    fn of(persona: &Persona) -> Self {
        Self { id: persona.id.clone(), title: persona.title.clone(), shows: persona.shows.clone() }
    }
}

impl Hits {
    fn of(register: &Register, name: &str) -> Self {
        let found = register.find_named(name, MOST);
        let heading = |in_all: usize, noun: &str| match in_all {
            0 | 1 => format!("{} porte ce nom", show::counted(in_all, noun)),
            2..=MOST => format!("{} portent ce nom", show::counted(in_all, noun)),
            _ => format!(
                "{} portent ce nom ; les {MOST} premières sont affichées",
                show::counted(in_all, noun)
            ),
        };
        Self {
            people: found
                .people
                .iter()
                .map(|&id| record::line(register, Party::Person(id)))
                .collect(),
            people_heading: heading(found.people_in_all, "personne"),
            companies: found
                .companies
                .iter()
                .map(|&id| record::line(register, Party::Company(id, None)))
                .collect(),
            companies_heading: heading(found.companies_in_all, "société"),
        }
    }
}

/// How many of each kind are listed.
const MOST: usize = 50;
