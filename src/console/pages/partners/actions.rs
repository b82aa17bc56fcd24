//! What can be done to a partner: what the admin API does, by the same functions.

use axum::{Extension, response::Redirect};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::{
    sheet::{self, SentForm},
    terms,
};
use crate::{
    clock,
    console::{
        conventions,
        pages::{
            fault,
            forgery::Fields,
            page::Page,
            path::Path,
            typed::Typed,
            visit::{Visit, done},
            words::Notice,
        },
        quotas,
        reset::{self, ResetKind},
        tokens,
    },
    fixtures::Wrong,
    sandbox::Through,
};

type ActionResult = Result<Redirect, Page>;

/// The life cycle: suspend, resume, end, let the homologation lapse, let the dates decide again.
pub(super) async fn state(
    visit: Visit,
    Path(id): Path<String>,
    Extension(fields): Extension<Fields>,
) -> ActionResult {
    let wanted = fields.get("etat").unwrap_or_default();
    let now = visit.sandbox().clock.now();
    let Some((patch, notice)) = order(wanted, now) else {
        return Err(fault::unreadable(
            &visit,
            format!("« {wanted} » n'est pas un état de convention."),
        ));
    };
    match change(&visit, &id, patch)? {
        Ok(()) => Ok(done(&address(&id), notice)),
        Err(wrong) => {
            let fault = terms::sentences(&wrong).join(" ");
            Err(sheet::with_fault(&visit, &id, &fault).await)
        }
    }
}

/// Quotas and addresses.
pub(super) async fn terms(
    visit: Visit,
    Path(id): Path<String>,
    Extension(fields): Extension<Fields>,
) -> ActionResult {
    match terms::read(&fields) {
        Ok(patch) => match change(&visit, &id, patch)? {
            Ok(()) => Ok(done(&address(&id), Notice::TermsChanged)),
            Err(wrong) => Err(refused(&visit, &id, fields, terms::sentences(&wrong)).await),
        },
        Err(wrong) => {
            known(&visit, &id)?;
            Err(refused(&visit, &id, fields, wrong).await)
        }
    }
}

/// Gives the whole minute back.
pub(super) async fn minute(visit: Visit, Path(id): Path<String>) -> ActionResult {
    known(&visit, &id)?;
    quotas::open(visit.sandbox(), Some(&id), None, Through::Page);
    Ok(done(&address(&id), Notice::MinuteOpened))
}

/// Revokes every token of the partner.
pub(super) async fn tokens(visit: Visit, Path(id): Path<String>) -> ActionResult {
    let key = known(&visit, &id)?;
    tokens::withdraw(visit.sandbox(), Some(&key), Through::Page);
    Ok(done(&address(&id), Notice::TokensRevoked))
}

/// Back to what the file says.
pub(super) async fn origin(visit: Visit, Path(id): Path<String>) -> ActionResult {
    known(&visit, &id)?;
    let only = Some(vec![ResetKind::Conventions]);
    let restored = reset::of_partner(visit.sandbox(), only, &id, Through::Page);
    match restored {
        Ok(_) => Ok(done(&address(&id), Notice::ConventionRestored)),
        Err(problem) => {
            tracing::warn!(
                error = problem.detail(),
                partner = id,
                "a convention cannot be read again"
            );
            let fault = "Le fichier de cette convention comporte une erreur : le journal du serveur la décrit.";
            Err(sheet::with_fault(&visit, &id, fault).await)
        }
    }
}

/// The patch of a wanted state. An imposed state wins over the dates, so a lapse takes the imposed one away.
fn order(wanted: &str, now: Timestamp) -> Option<(Value, Notice)> {
    let imposed = |state: &str, notice| Some((json!({ "state": state }), notice));
    match wanted {
        "suspended" => imposed(wanted, Notice::ConventionSuspended),
        "in-force" => imposed(wanted, Notice::ConventionInForce),
        "ended" => imposed(wanted, Notice::ConventionEnded),
        "dates" => Some((json!({ "state": null }), Notice::DatesDecide)),
        "homologation" => {
            let yesterday = now.to_zoned(clock::paris()).date().checked_sub(1.day()).ok()?;
            let patch =
                json!({ "state": null, "life": { "homologation_until": yesterday.to_string() } });
            Some((patch, Notice::HomologationLapsed))
        }
        _ => None,
    }
}

/// Changes a convention that exists, or says what its rules refuse.
fn change(visit: &Visit, id: &str, patch: Value) -> Result<Result<(), Vec<Wrong>>, Page> {
    let Value::Object(patch) = patch else {
        return Err(fault::unreadable(visit, "Aucune modification n'est demandée."));
    };
    let changed = conventions::change(visit.sandbox(), id, patch, Through::Page);
    changed.ok_or_else(|| sheet::unknown(visit, id))
}

/// The consumer key of a partner that exists.
fn known(visit: &Visit, id: &str) -> Result<String, Page> {
    let directory = visit.sandbox().directory();
    let convention = directory.convention(id).ok_or_else(|| sheet::unknown(visit, id))?;
    Ok(convention.application.key.clone())
}

fn address(id: &str) -> String {
    format!("/partenaires/{id}")
}

async fn refused(visit: &Visit, id: &str, fields: Fields, wrong: Vec<String>) -> Page {
    let labels = terms::labels();
    let labels: Vec<_> = labels.iter().map(|(label, name)| (label.as_str(), *name)).collect();
    let typed = Typed::refused(fields, wrong, &labels);
    sheet::refused(visit, id, SentForm::Terms, typed).await
}
