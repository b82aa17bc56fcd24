//! The personas by what they show; and the search, by name or by identifier.

use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;

use super::record;
use crate::{
    clock,
    console::pages::{
        frame::{Frame, Section},
        page::Page,
        show,
        visit::Visit,
    },
    register::{
        FacetSearch, Facets, LookupResult, Named, Party, Persona, Register, RightKind, nomenclature,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchRequest {
    q: String,
    comptes: String,
    clos: String,
    nature: String,
    droit: String,
    mineur: String,
    decede: String,
    ne_a: String,
    /// `personne` or `societe`; both when empty.
    genre: String,
}

#[derive(Template)]
#[template(path = "dataset.html")]
struct Dataset {
    frame: Frame,
    /// What is wrong in what was typed.
    fault: Option<String>,
    q: String,
    request: SearchRequest,
    facets: Facets,
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
    /// Those who fit words and facets.
    others: Vec<record::Line>,
    others_heading: String,
}

/// `GET /donnees?q=`: an identifier leads to its sheet.
pub(super) async fn page(visit: Visit, Query(request): Query<SearchRequest>) -> Response {
    let q = request.q.trim().to_owned();
    let register = visit.sandbox().register();
    let (facets, fault) = match request.facets() {
        Ok(facets) => (facets, None),
        Err(fault) => (Facets { words: q.clone(), ..Facets::default() }, Some(fault)),
    };
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
    let narrow = facets.narrows();
    let searched = !q.is_empty() || narrow;
    let personas: Vec<_> = register
        .personas()
        .iter()
        .filter(|persona| !searched || (!narrow && persona.speaks_of(&q)))
        .map(Card::new)
        .collect();
    let today = visit.sandbox().clock.now().to_zoned(clock::paris()).date();
    let found = (searched && nothing.is_none() && fault.is_none())
        .then(|| Hits::find(&register, &facets, today));
    if found.as_ref().is_some_and(Hits::is_empty) && personas.is_empty() {
        let what = if q.is_empty() { "ces critères".to_owned() } else { format!("« {q} »") };
        nothing = Some(format!(
            "Aucun persona, aucune personne et aucune société ne correspondent à {what}. {}",
            scanned(visit.sandbox().config.population)
        ));
    }
    let population = show::generated(visit.sandbox().config.population);
    let frame = visit.frame(Section::Dataset, "Jeu de données");
    let status = if fault.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let dataset =
        Dataset { frame, fault, q, request, facets, population, personas, found, nothing };
    Page::with_status(status, &dataset).into_response()
}

/// How far a search by facets looks.
fn scanned(population: u64) -> String {
    match usize::try_from(population).unwrap_or(usize::MAX) > SCANNED {
        true => format!(
            "La recherche par critères porte sur les personas et les {} premières personnes générées ; la commande bacasable dataset find \
             parcourt tout le registre.",
            show::number(u64::try_from(SCANNED).unwrap_or(u64::MAX))
        ),
        false => String::new(),
    }
}

impl SearchRequest {
    /// What is asked, or what cannot be read of it, by the labels of the fields.
    fn facets(&self) -> Result<Facets, String> {
        let count = |typed: &str, label: &str| match typed.trim() {
            "" => Ok(None),
            typed => typed.parse::<u16>().map(Some).map_err(|_| {
                let shown: String = typed.chars().take(20).collect();
                format!("{label} : un nombre entier est attendu, et non « {shown} ».")
            }),
        };
        let right = match self.droit.as_str() {
            "" => None,
            name => Some(
                Facets::right_named(name).ok_or("Droit : cette valeur n'existe pas.".to_owned())?,
            ),
        };
        Ok(Facets {
            words: self.q.trim().to_owned(),
            accounts: count(&self.comptes, "Nombre de comptes")?.map(usize::from),
            closed: !self.clos.is_empty(),
            nature: count(&self.nature, "Nature de compte")?,
            right,
            minor: !self.mineur.is_empty(),
            deceased: !self.decede.is_empty(),
            born_in: self.ne_a.trim().to_owned(),
            person: self.genre == "personne",
            company: self.genre == "societe",
        })
    }
}

/// The address of what an identifier names: a persona's page where there is one.
fn address(register: &Register, found: LookupResult<'_>, identifier: &str) -> String {
    let persona = match found {
        LookupResult::Persona(persona) => Some(persona),
        LookupResult::Party(party @ (Party::Person(_) | Party::Company(_, None))) => {
            register.persona_of(party)
        }
        LookupResult::Party(Party::Company(_, Some(_))) | LookupResult::Account(_) => None,
    };
    match persona {
        Some(persona) => format!("/donnees/personas/{}", persona.id),
        None => format!("/donnees/fiches/{identifier}"),
    }
}

impl Card {
    fn new(persona: &Persona) -> Self {
        Self { id: persona.id.clone(), title: persona.title.clone(), shows: persona.shows.clone() }
    }
}

impl Hits {
    /// Those who have the name that was typed, then those who fit words and facets; names alone where nothing else is asked and
    /// they find somebody.
    fn find(register: &Register, facets: &Facets, today: Date) -> Self {
        let named = if facets.narrows() {
            Named::default()
        } else {
            register.find_named(&facets.words, MOST)
        };
        let by_name = named.people_in_all + named.companies_in_all > 0;
        let others = if by_name { Vec::new() } else { fitting(register, facets, today) };
        let heading = |in_all: usize, noun: &str| match in_all {
            0 | 1 => format!("{} porte ce nom", show::counted(in_all, noun)),
            2..=MOST => format!("{} portent ce nom", show::counted(in_all, noun)),
            _ => format!(
                "{} portent ce nom ; les {MOST} premières sont affichées",
                show::counted(in_all, noun)
            ),
        };
        let others_heading = match others.len() {
            0 | 1 => "1 résultat".to_owned(),
            2..MOST => format!("{} résultats", others.len()),
            _ => format!("Les {MOST} premiers résultats"),
        };
        Self {
            people: named
                .people
                .iter()
                .map(|&id| record::line(register, Party::Person(id)))
                .collect(),
            people_heading: heading(named.people_in_all, "personne"),
            companies: named
                .companies
                .iter()
                .map(|&id| record::line(register, Party::Company(id, None)))
                .collect(),
            companies_heading: heading(named.companies_in_all, "société"),
            others: others.into_iter().map(|party| record::line(register, party)).collect(),
            others_heading,
        }
    }

    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.companies.is_empty() && self.others.is_empty()
    }
}

/// Those who fit, among the personas and the first of the population.
fn fitting(register: &Register, facets: &Facets, today: Date) -> Vec<Party> {
    let search = FacetSearch::new(facets.clone(), today);
    let more = if facets.narrows() { SCANNED } else { 0 };
    let people = register.people().take_while(|id| id.is_persona()).count() + more;
    let companies = register.companies().take_while(|id| id.is_persona()).count() + more;
    let people = register.people().take(people).map(Party::Person);
    let companies = register.companies().take(companies).map(|id| Party::Company(id, None));
    let fits = |party: &Party| search.look(register, *party).is_some();
    people.chain(companies).filter(fits).take(MOST).collect()
}

impl Dataset {
    fn natures(&self) -> &'static [nomenclature::Nature] {
        nomenclature::natures()
    }

    fn rights(&self) -> [RightKind; RightKind::ALL.len()] {
        RightKind::ALL
    }

    fn has_nature(&self, code: u16) -> bool {
        self.facets.nature == Some(code)
    }

    fn searched(&self) -> bool {
        !self.q.is_empty() || self.facets.narrows()
    }
}

/// People, and companies, besides the personas, that a search by facets looks at: making one up takes time.
const SCANNED: usize = 100;

/// How many of each kind are listed.
const MOST: usize = 50;
