//! One partner's rehearsal: coverage, cases, conduct, vigilance, and the marks of the cases that are being played.

mod forms;
mod marks;

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{extract::Query, http::StatusCode};
use serde::Deserialize;

use self::marks::Marked;
pub(super) use self::{forms::SentForm, marks::mark};
use super::{judged, links::Links, round::Round};
use crate::{
    console::{
        abouts,
        pages::{
            fault,
            frame::{Frame, Section},
            loss::Whereabouts,
            page::Page,
            path::Path,
            show::{self, Moment},
            typed::Typed,
            underway::Begun,
            visit::Visit,
            words,
        },
    },
    directory::Convention,
    recette::{
        conduct::Finding,
        coverage::{CaseResult, Proof, State, Tally},
        live,
        report::{About, CONFORMING, Decision, Format, JUDGED, Report},
    },
};

#[derive(Template)]
#[template(path = "recette/sheet.html")]
struct RehearsalSheet {
    frame: Frame,
    report: Arc<Report>,
    /// Whether the report tells all that the journal holds.
    current: bool,
    themes: Vec<Theme>,
    /// How many cases are still to be played.
    left: usize,
    /// Whether every applicable case is listed, and not those left only.
    all: bool,
    /// When a case is conforming.
    conforming: &'static str,
    /// The case that a reader is about to decide, by its id.
    deciding: String,
    /// The cases of which a decision has just been saved, by their ids.
    decided: Vec<String>,
    /// The mark that was asked for just now, and of which case.
    marked: Option<(Marked, String)>,
    /// What was called while the case was played that has just ended.
    round: Option<Round>,
    /// The form that was refused, if one was, as it was typed.
    sent: Option<(SentForm, Typed)>,
    /// A form that nobody has sent.
    blank: Typed,
    /// What people say about it.
    about: About,
    kept: String,
    whereabouts: Whereabouts,
    /// Cases begun and not ended.
    begun: Vec<Begun>,
    /// What each case that is listed needs.
    links: HashMap<String, Links>,
}

/// The page while the first report about a partner is being made.
#[derive(Template)]
#[template(path = "recette/pending.html")]
struct Pending {
    frame: Frame,
    organisation: String,
    /// What is wrong in what was typed.
    fault: Option<String>,
}

/// A theme with the cases that are listed.
struct Theme {
    id: String,
    title: String,
    tally: Tally,
    cases: Vec<CaseResult>,
}

/// Which cases a reader wants to see.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SheetRequest {
    cas: String,
    /// The case to decide.
    constat: String,
    /// The cases of which a decision has just been saved, separated by commas.
    decide: String,
    /// What came of a mark ([`Marked`]), and the case that it is of, with a comma between.
    marque: String,
}

/// `GET /recette/{id}`.
pub(super) async fn page(
    visit: Visit,
    Path(id): Path<String>,
    Query(request): Query<SheetRequest>,
) -> Result<Page, Page> {
    show(&visit, &id, request, None).await
}

/// The page again, with what is wrong in what was typed.
pub(super) async fn again(visit: &Visit, id: &str, form: SentForm, typed: Typed) -> Page {
    let deciding = typed.or("cas", "").to_owned();
    let request = SheetRequest { constat: deciding, ..SheetRequest::default() };
    let shown = show(visit, id, request, Some((form, typed))).await;
    shown.unwrap_or_else(|fault| fault)
}

async fn show(
    visit: &Visit,
    id: &str,
    request: SheetRequest,
    sent: Option<(SentForm, Typed)>,
) -> Result<Page, Page> {
    let convention = convention(visit, id)?;
    let known = judged(visit, vec![convention])
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| unknown(visit, id))?;
    let frame =
        visit.frame(Section::Recette, format!("Recette : {}", known.convention.organisation));
    let status = match sent {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let Some(report) = known.report else {
        let fault =
            sent.and_then(|(_, typed)| typed.faults().first().map(|(_, text)| text.clone()));
        let organisation = known.convention.organisation.clone();
        return Ok(Page::with_status(status, &Pending { frame, organisation, fault }));
    };
    let marked = Marked::read(&request.marque);
    let all = request.cas == "tous";
    let listed =
        |case: &&CaseResult| case.is_applicable() && (all || case.state != State::Conforming);
    let themes = report.themes.iter().map(|theme| Theme {
        id: theme.id.clone(),
        title: theme.title.clone(),
        tally: Tally::count(&theme.cases),
        cases: theme.cases.iter().filter(listed).cloned().collect(),
    });
    let themes: Vec<_> = themes.filter(|theme| theme.tally.applicable > 0).collect();
    let decided = request.decide.split(',').filter(|id| !id.is_empty());
    let decided: Vec<_> = decided.take(MOST_DECIDED).map(str::to_owned).collect();
    Ok(Page::with_status(
        status,
        &RehearsalSheet {
            frame,
            current: known.current,
            links: links(visit, id, &themes),
            decided,
            round: marks::ended(visit, id, marked.as_ref()),
            marked,
            sent,
            blank: Typed::default(),
            themes,
            left: report.left().count(),
            all,
            conforming: CONFORMING,
            deciding: request.constat,
            about: abouts::for_partner(visit.sandbox(), id),
            kept: abouts::whereabouts(visit.sandbox()),
            whereabouts: Whereabouts::new(visit.sandbox()),
            begun: visit.begun().into_iter().filter(|one| one.partner == id).collect(),
            report,
        },
    ))
}

/// What the cases that are listed need, by their ids.
fn links(visit: &Visit, partner: &str, themes: &[Theme]) -> HashMap<String, Links> {
    let sandbox = visit.sandbox();
    let Ok(recette) = live::recette(sandbox.config.fixtures.as_deref()) else {
        return HashMap::new();
    };
    let (register, apis) = (sandbox.register(), visit.console().apis.load());
    let listed = themes.iter().flat_map(|theme| &theme.cases);
    listed
        .filter_map(|listed| recette.catalogue.case(&listed.id))
        .map(|case| (case.id.clone(), Links::new(case, partner, &register, &apis)))
        .collect()
}

impl RehearsalSheet {
    fn links_of(&self, case: &CaseResult) -> Option<&Links> {
        self.links.get(&case.id)
    }

    fn formats(&self) -> impl Iterator<Item = (Format, &'static str)> {
        Format::ALL.into_iter().map(|format| {
            let about = match format {
                Format::Html => "HTML, à lire et à imprimer",
                Format::Pdf => "PDF, à joindre au dossier",
                Format::Junit => "JUnit, pour l'intégration continue",
                Format::Json => "JSON, le modèle entier",
                Format::Markdown => "Markdown, pour un ticket",
            };
            (format, about)
        })
    }

    /// When the report was made.
    fn date(&self) -> Moment {
        Moment::new(self.report.date)
    }

    /// `12 entrées, du 22/11/2026 à 11:00:00 au 22/11/2026 à 11:30:00 (heure de Paris)`.
    fn judged(&self) -> String {
        let calls = show::counted(self.report.entries, "entrée");
        match self.report.period {
            Some((first, last)) => {
                let at = |at| {
                    let at = Moment::new(at);
                    format!("{} à {}", at.date(), at.hour())
                };
                format!("{calls}, du {} au {} (heure de Paris)", at(first), at(last))
            }
            None => calls,
        }
    }

    fn is_begun(&self, case: &CaseResult) -> bool {
        self.begun.iter().any(|begun| begun.case == case.id)
    }

    /// `numCpte, 400 CAF002, 11:00:00 à Paris`, or `PUT /ficoba-api/v2/etatSante, 405, 11:00:00 à Paris`: the report's own words
    /// say that hour.
    fn describe(&self, proof: &Proof) -> String {
        let at = format!("{} à Paris", Moment::new(proof.time).hour());
        let what = proof.operation.clone().or_else(|| proof.asked.clone());
        [what, Some(proof.outcome()), Some(at)].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn class_of_outcome(&self) -> &'static str {
        words::concluded(self.report.synthesis.outcome)
    }

    fn state(&self, case: &CaseResult) -> (&'static str, &'static str) {
        (words::rehearsed(case.state), case.state.french())
    }

    fn verdict(&self, finding: &Finding) -> (&'static str, &'static str) {
        (words::conduct(finding.verdict), finding.verdict.french())
    }
}

/// Cases that are named after a decision about several.
const MOST_DECIDED: usize = 200;

pub(super) fn convention(visit: &Visit, id: &str) -> Result<Arc<Convention>, Page> {
    visit.sandbox().directory().convention(id).cloned().ok_or_else(|| unknown(visit, id))
}

fn unknown(visit: &Visit, id: &str) -> Page {
    fault::missing(visit, format!("Aucune convention n'a l'identifiant « {id} »."))
}
