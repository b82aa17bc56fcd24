//! The form of what the report says: of what the rehearsal is, by whom, and what was decided case by case.

use axum::{Extension, response::Redirect};

use super::sheet;
use crate::{
    console::{
        abouts,
        pages::{
            fault,
            forgery::Fields,
            page::Page,
            visit::{Path, Visit, done},
            words::Notice,
        },
    },
    recette::{
        live,
        report::{About, Decision, Remark, Severity},
    },
};

/// `POST /recette/{id}/rapport`: what and who.
pub(super) async fn say(
    visit: Visit,
    Path(id): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Redirect, Page> {
    sheet::convention(&visit, &id)?;
    let _turn = visit.sandbox().turn(); // taken before what is kept is read, so that none is lost of two sent at once
    let text = |name: &str| fields.given(name).map(str::to_owned);
    let about = About {
        application: text("application"),
        application_version: text("version"),
        campaign: text("campagne"),
        tester: text("testeur"),
        checked_by: text("verificateur"),
        responsible: text("responsable"),
        remarks: abouts::of(visit.sandbox(), &id).remarks,
    };
    keep(&visit, &id, about)
}

/// `POST /recette/{id}/decision`: what was decided of a case, in the place of an earlier decision; none without a decision.
pub(super) async fn decide(
    visit: Visit,
    Path(id): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Redirect, Page> {
    sheet::convention(&visit, &id)?;
    let wrong = |message: &str| fault::unreadable(&visit, message);
    let case = fields.given("cas").ok_or_else(|| wrong("Cas : choisissez le cas concerné."))?;
    let decision = match fields.given("decision") {
        None => None,
        Some(name) => Some(
            Decision::named(name).ok_or_else(|| wrong("Décision : cette valeur n'existe pas."))?,
        ),
    };
    let severity = match fields.given("gravite") {
        None => None,
        Some(name) => Some(
            Severity::named(name).ok_or_else(|| wrong("Gravité : cette valeur n'existe pas."))?,
        ),
    };
    let due = fields.given("echeance").map(str::parse::<jiff::civil::Date>).transpose();
    let due = due.map_err(|_| wrong("Échéance : une date est attendue, comme 2027-01-31."))?;
    let comment = fields.given("commentaire").map(str::to_owned);
    let _turn = visit.sandbox().turn();
    let mut about = abouts::of(visit.sandbox(), &id);
    about.remarks.retain(|remark| remark.case != case);
    let case = case.to_owned();
    about.remarks.extend(decision.map(|decision| Remark {
        case,
        decision,
        severity,
        due,
        comment,
    }));
    keep(&visit, &id, about)
}

/// Checks and keeps it; the caller has the turn.
fn keep(visit: &Visit, id: &str, about: About) -> Result<Redirect, Page> {
    let recette = live::recette(visit.sandbox().config.fixtures.as_deref());
    let known =
        |case: &str| recette.as_ref().is_ok_and(|recette| recette.catalogue.case(case).is_some());
    let about = about.checked(known).map_err(|wrong| fault::unreadable(visit, wrong))?;
    abouts::put(visit.sandbox(), id, &about).map_err(|why| {
        fault::unavailable(
            visit,
            format!("Ces renseignements ne peuvent pas être enregistrés : {why}"),
        )
    })?;
    Ok(done(&format!("/recette/{id}"), Notice::ReportSaid))
}
