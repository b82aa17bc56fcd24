//! The form of what the report says: of what the rehearsal is, by whom, and what was decided case by case.

use std::sync::Arc;

use axum::{Extension, response::Redirect};

use super::sheet;
use crate::{
    console::{
        abouts::{self, Unsaid},
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
    let text = |name: &str| fields.given(name).map(str::to_owned);
    let said = About {
        application: text("application"),
        application_version: text("version"),
        campaign: text("campagne"),
        tester: text("testeur"),
        checked_by: text("verificateur"),
        responsible: text("responsable"),
        remarks: Vec::new(),
    };
    keep(&visit, &id, |kept| About { remarks: kept.remarks, ..said }).await
}

/// `POST /recette/{id}/decision`: what was decided of a case, in the place of an earlier decision; none without a decision.
pub(super) async fn decide(
    visit: Visit,
    Path(id): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Redirect, Page> {
    let now = visit.sandbox().clock.now();
    let remark = remark(&fields).map_err(|wrong| fault::unreadable(&visit, wrong))?;
    let decided = move |mut kept: About| {
        match remark {
            Ok(remark) => {
                kept.remarks.retain(|one| one.case != remark.case);
                // Saved again, it is taken again: of the calls of today.
                kept.remarks.push(Remark { at: Some(now), ..remark });
            }
            Err(case) => kept.remarks.retain(|one| one.case != case),
        }
        kept
    };
    keep(&visit, &id, decided).await
}

/// The decision that a form holds, or the case whose decision it withdraws.
fn remark(fields: &Fields) -> Result<Result<Remark, String>, &'static str> {
    let case = fields.given("cas").ok_or("Cas : choisissez le cas concerné.")?;
    let Some(decision) = fields.given("decision") else { return Ok(Err(case.to_owned())) };
    let decision = Decision::named(decision).ok_or("Décision : cette valeur n'existe pas.")?;
    let severity = fields
        .given("gravite")
        .map(|name| Severity::named(name).ok_or("Gravité : cette valeur n'existe pas."))
        .transpose()?;
    let due = fields.given("echeance").map(str::parse::<jiff::civil::Date>).transpose();
    let due = due.map_err(|_| "Échéance : une date est attendue, comme 2027-01-31.")?;
    let text = |name: &str| fields.given(name).map(str::to_owned);
    let (comment, by) = (text("commentaire"), text("auteur"));
    Ok(Ok(Remark { severity, due, comment, by, ..Remark::of(case, decision) }))
}

/// Checks and keeps what `change` makes of what is kept.
async fn keep(
    visit: &Visit,
    id: &str,
    change: impl FnOnce(About) -> About + Send + 'static,
) -> Result<Redirect, Page> {
    let convention = sheet::convention(visit, id)?;
    let sandbox = Arc::clone(&visit.console().sandbox);
    let path = format!("/recette/{id}");
    let said = tokio::task::spawn_blocking(move || {
        let recette = live::recette(sandbox.config.fixtures.as_deref()).map_err(|_| Unsaid::Wrong(
            "Le catalogue de la recette ne se lit pas : corrigez d'abord le dossier des fixtures.".to_owned(),
        ))?;
        abouts::say(&sandbox, &recette, &convention, change)
    });
    let unavailable = |why: &dyn std::fmt::Display| {
        fault::unavailable(
            visit,
            format!("Ces renseignements ne peuvent pas être enregistrés : {why}"),
        )
    };
    match said.await.map_err(|error| unavailable(&error))? {
        Ok(_) => Ok(done(&path, Notice::ReportSaid)),
        Err(Unsaid::Wrong(why)) => Err(fault::unreadable(visit, why)),
        Err(Unsaid::Unread(error)) => Err(unavailable(&error.french())),
        Err(Unsaid::Unkept(why)) => Err(unavailable(&why)),
    }
}
