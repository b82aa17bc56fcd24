//! `recette`: how far each partner's rehearsal has come, its report, and the marks of rehearsed cases. What is wrong is said in
//! French, as what is judged.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    abouts::{self, AboutChange, Ground, Unsaid},
    endpoint::Endpoint,
    french,
    problem::Problem,
    read::{Body, Path, Query},
    schema::{boolean, integer_from, one_of, text},
};
use crate::{
    directory::Convention,
    journal::{Made, Step},
    recette::{
        Recette,
        evidence::{Calls, Selection},
        live::{self, Held},
        period,
        report::{About, Format, Report},
    },
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let marks = [
        Endpoint::post(BEGIN, begin).about("A case begins: what follows is rehearsed"),
        Endpoint::post(END, end).about("The case is over"),
    ];
    let marks = marks.map(|endpoint| {
        endpoint
            .takes::<RecetteWhose>()
            .answers::<RecetteMark>(200, "It is in the journal")
            .refuses(404)
    });
    let formats = one_of(Format::ALL.map(Format::as_str)).default(Some(json!("html")));
    let read = [
        Endpoint::get(RECETTE, read)
            .about("How far each partner's rehearsal has come")
            .query("partner", "The partner's id", text())
            .query("with_play", "Whether calls of `recette play` count", boolean())
            .lists::<RecettePartner>(200, "The partners")
            .refuses(400)
            .refuses(500),
        Endpoint::get(REPORT, report)
            .about("The report of a partner's rehearsal")
            .query("partner", "The partner's id", text())
            .query("format", "How it is written", formats)
            .query("with_play", "Whether calls of `recette play` count", boolean())
            .query("from", "From this moment or day on, Paris time, by the simulated clock", text())
            .query("to", "Up to this moment or the end of this day, by the simulated clock", text())
            .query("first", "So many entries at most, the first ones", integer_from(0, 10_000_000))
            .query("run", "One run of bacasable's own, of which alone the calls count", text())
            .answers_in(200, "The report", &Format::ALL.map(Format::media))
            .refuses(400)
            .refuses(500),
    ];
    let about = [
        Endpoint::get(ABOUT, said)
            .about("What people say about a partner's rehearsal: reports hold it")
            .query("partner", "The partner's id", text())
            .answers::<About>(200, "What is said")
            .refuses(400),
        Endpoint::put(ABOUT, say)
            .about("Says of what a rehearsal is, by whom, and what was decided of its cases; a member that is absent stays as it is")
            .query("partner", "The partner's id", text())
            .takes::<AboutChange>()
            .answers::<About>(200, "What is said")
            .refuses(400)
            .refuses(503),
    ];
    read.into_iter().chain(marks).chain(about).collect()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RecetteWhose {
    partner: String,
    /// That of a run of bacasable's own, from POST keys
    key: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct RecetteMark {
    case: String,
    partner: String,
    step: Step,
}

#[derive(Serialize, ToSchema)]
struct RecettePartner {
    partner: String,
    organisation: String,
    applicable: usize,
    conforming: usize,
    not_conforming: usize,
    seen: usize,
    to_confirm: usize,
    awaiting: usize,
    not_seen: usize,
    percent: usize,
    broken: Vec<String>,
    vigilance: Vec<String>,
}

type Marked = Result<Json<RecetteMark>, Problem>;

async fn read(
    State(sandbox): State<Arc<Sandbox>>,
    query: Result<Query, Problem>,
) -> Result<Json<Vec<RecettePartner>>, Problem> {
    let asked = |mut query: Query| {
        let partner = partner(&mut query, &sandbox)?;
        let calls = calls(&mut query, None)?;
        query.finish()?;
        Ok((partner, calls))
    };
    let (partner, calls) = query.and_then(asked).map_err(Problem::french)?;
    aside(move || {
        let (recette, directory) = (recette(&sandbox)?, sandbox.directory());
        let wanted = directory
            .iter()
            .filter(|one| partner.as_ref().is_none_or(|partner| partner.id == one.id));
        let held = held(&sandbox)?;
        let summaries = wanted.map(|one| {
            let (selection, about) = (calls.clone().into(), abouts::for_partner(&sandbox, &one.id));
            summary(&held.report(&sandbox, &recette, one, &selection, about))
        });
        Ok(Json(summaries.collect()))
    })
    .await
}

/// A report that is asked for.
struct Asked {
    convention: Arc<Convention>,
    format: Format,
    selection: Selection,
}

impl Asked {
    fn read(mut query: Query, sandbox: &Sandbox) -> Result<Self, Problem> {
        let partner = partner(&mut query, sandbox)?;
        let formats = Format::ALL.map(Format::as_str).join(", ");
        let format = query.read("format", &formats, Format::named)?.unwrap_or(Format::Html);
        let run = query.read("run", "de 1 à 32 chiffres hexadécimaux", |run| {
            Made::is_run(run).then(|| run.to_owned())
        })?;
        let calls = calls(&mut query, run)?;
        let expected = "un jour, comme 2026-11-29, ou un moment, comme 2026-11-29T10:00:00Z";
        let selection = Selection {
            calls,
            from: query.read("from", expected, |text| period::begin(text).ok())?,
            to: query.read("to", expected, |text| period::end(text).ok())?,
            first: query.read("first", "un nombre d'entrées", |text| text.parse().ok())?,
        };
        if selection.from.zip(selection.to).is_some_and(|(from, to)| from > to) {
            let why =
                "Ce moment est après celui de « to » : la période doit commencer avant de finir.";
            return Err(Problem::parameter("from", why));
        }
        query.finish()?;
        Ok(Self { convention: partner.ok_or_else(no_partner)?, format, selection })
    }
}

async fn report(
    State(sandbox): State<Arc<Sandbox>>,
    query: Result<Query, Problem>,
) -> Result<Response, Problem> {
    let asked = query.and_then(|query| Asked::read(query, &sandbox));
    let Asked { convention, format, selection } = asked.map_err(Problem::french)?;
    aside(move || {
        let report = held(&sandbox)?.report(
            &sandbox,
            &*recette(&sandbox)?,
            &convention,
            &selection,
            abouts::for_partner(&sandbox, &convention.id),
        );
        let written = report.write(format).map_err(|error| Problem::internal(&error).french())?;
        let name = format!("inline; filename=\"recette-{}.{}\"", convention.id, format.extension());
        let headers =
            [(header::CONTENT_TYPE, written.media.to_owned()), (header::CONTENT_DISPOSITION, name)];
        Ok((headers, written.bytes).into_response())
    })
    .await
}

async fn said(
    State(sandbox): State<Arc<Sandbox>>,
    query: Result<Query, Problem>,
) -> Result<Json<About>, Problem> {
    Ok(Json(abouts::for_partner(&sandbox, &whose(query, &sandbox)?.id)))
}

async fn say(
    State(sandbox): State<Arc<Sandbox>>,
    query: Result<Query, Problem>,
    body: Result<Body<AboutChange>, Problem>,
) -> Result<Json<About>, Problem> {
    let convention = whose(query, &sandbox)?;
    let Body(change) = body.map_err(|problem| problem.reworded(french::of_body))?;
    aside(move || {
        let recette = recette(&sandbox)?;
        let ground = Ground { comment: change.withdrawal.clone(), ..Ground::default() };
        let said = abouts::say(&sandbox, &recette, &convention, &ground, |kept| change.over(kept));
        Ok(Json(said.map_err(|unsaid| match unsaid {
            Unsaid::Wrong(wrong) => Problem::unprocessable(wrong.pointer, wrong.why),
            Unsaid::Unread(error) => Problem::internal(&error).french(),
            Unsaid::Unkept(why) => Problem::unavailable(why),
        })?))
    })
    .await
}

fn whose(query: Result<Query, Problem>, sandbox: &Sandbox) -> Result<Arc<Convention>, Problem> {
    let asked = |mut query: Query| {
        let partner = partner(&mut query, sandbox)?;
        query.finish()?;
        partner.ok_or_else(no_partner)
    };
    query.and_then(asked).map_err(Problem::french)
}

fn no_partner() -> Problem {
    Problem::parameter("partner", "L'identifiant d'une convention est attendu.")
}

/// The case and the partner of a mark, as far as they can be read.
type Sent = (Result<Path<String>, Problem>, Result<Body<RecetteWhose>, Problem>);

async fn begin(
    State(sandbox): State<Arc<Sandbox>>,
    case: Result<Path<String>, Problem>,
    body: Result<Body<RecetteWhose>, Problem>,
) -> Marked {
    mark(&sandbox, (case, body), Step::Begin)
}

async fn end(
    State(sandbox): State<Arc<Sandbox>>,
    case: Result<Path<String>, Problem>,
    body: Result<Body<RecetteWhose>, Problem>,
) -> Marked {
    mark(&sandbox, (case, body), Step::End)
}

fn mark(sandbox: &Sandbox, (case, body): Sent, step: Step) -> Marked {
    let Path(case) = case.map_err(Problem::french)?;
    let Body(RecetteWhose { partner, key }) =
        body.map_err(|problem| problem.reworded(french::of_body))?;
    let recette = recette(sandbox)?;
    if recette.catalogue.case(&case).is_none() {
        return Err(Problem::not_found(format!(
            "Cas : « {case} » n'est pas un cas du catalogue ; `bacasable recette list` les donne."
        )));
    }
    let directory = sandbox.directory();
    let unknown = || {
        let why = format!("Partenaire : aucune convention n'a l'identifiant « {partner} ».");
        Problem::unprocessable("/partner", why)
    };
    let convention = directory.convention(&partner).ok_or_else(unknown)?;
    let objection = live::objection(sandbox, &recette, convention, &case);
    if let Some(why) = objection.filter(|_| step == Step::Begin) {
        let detail = format!("Cas : « {case} » est sans objet pour cette convention ({why}).");
        return Err(Problem::unprocessable("/partner", detail));
    }
    let made = match key {
        None => None,
        Some(key) => {
            let wrong = "Clé : une clé donnée par POST keys il y a moins de dix minutes, et non encore employée, est attendue.";
            let wrong = || Problem::unprocessable("/key", wrong);
            Some(sandbox.journal.take_key(&key).ok_or_else(wrong)?)
        }
    };
    let _turn = sandbox.turn();
    live::mark(sandbox, convention, &case, step, made);
    Ok(Json(RecetteMark { case, partner: convention.id.clone(), step }))
}

fn held(sandbox: &Sandbox) -> Result<Held, Problem> {
    Held::by(sandbox).map_err(|error| Problem::internal(&error).french())
}

fn summary(report: &Report) -> RecettePartner {
    let tally = report.tally;
    RecettePartner {
        partner: report.partner.id.clone(),
        organisation: report.partner.organisation.clone(),
        applicable: tally.applicable,
        conforming: tally.conforming,
        not_conforming: tally.not_conforming,
        seen: tally.seen,
        to_confirm: tally.to_confirm,
        awaiting: tally.awaiting,
        not_seen: tally.not_seen,
        percent: report.percent,
        broken: report.broken().map(|rule| rule.id.clone()).collect(),
        vigilance: report.vigilance.clone(),
    }
}

fn partner(query: &mut Query, sandbox: &Sandbox) -> Result<Option<Arc<Convention>>, Problem> {
    let directory = sandbox.directory();
    query.read("partner", "l'identifiant d'une convention", |id| directory.convention(id).cloned())
}

/// Whose calls count.
fn calls(query: &mut Query, run: Option<String>) -> Result<Calls, Problem> {
    let with_play = query.read("with_play", "true ou false", |given| given.parse::<bool>().ok())?;
    Ok(match (run, with_play) {
        (Some(run), _) => Calls::Run(run),
        (None, Some(true)) => Calls::WithPlay,
        (None, Some(false) | None) => Calls::Application,
    })
}

fn recette(sandbox: &Sandbox) -> Result<Arc<Recette>, Problem> {
    live::recette(sandbox.config.fixtures.as_deref())
        .map_err(|faults| Problem::fixtures(&faults).french())
}

/// Judging a long journal takes its time: not on the threads that answer.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Problem::internal(&error).french())?
}

const RECETTE: &str = "/admin/v1/recette";
const REPORT: &str = "/admin/v1/recette/report";
const ABOUT: &str = "/admin/v1/recette/about";
const BEGIN: &str = "/admin/v1/recette/cases/{id}/begin";
const END: &str = "/admin/v1/recette/cases/{id}/end";
