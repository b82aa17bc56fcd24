//! The forms of what the report says: of what the rehearsal is, by whom, and what was decided case by case.

use std::sync::Arc;

use axum::{Extension, response::Redirect};
use jiff::civil::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::sheet::{self, SentForm};
use crate::{
    console::{
        abouts::{self, Ground, Unsaid},
        pages::{
            fault,
            forgery::Fields,
            page::Page,
            path::Path,
            typed::Typed,
            visit::{Visit, done},
            words::Notice,
        },
    },
    recette::{
        live,
        report::{About, Decision, Remark, Severity, Unsayable},
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
        ..About::default()
    };
    match keep(&visit, &id, Ground::default(), |kept| About { remarks: kept.remarks, ..said })
        .await?
    {
        Ok(()) => Ok(done(&format!("/recette/{id}"), Notice::ReportSaid)),
        Err(wrong) => {
            let typed = Typed::refused(fields, [wrong], &FACTS);
            Err(sheet::again(&visit, &id, SentForm::About, typed).await)
        }
    }
}

/// `POST /recette/{id}/decision`: what was decided of a case, or of several at once, in the place of an earlier decision; none
/// without a decision.
pub(super) async fn decide(
    visit: Visit,
    Path(id): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Redirect, Page> {
    let now = visit.sandbox().clock.now();
    let cases: Vec<String> = fields.all("cas").map(str::to_owned).collect();
    let address = decided(&id, &cases);
    let outcome = match decision(&fields, &cases) {
        Err(wrong) => Err(wrong),
        Ok(remark) => {
            let ground = ground(&fields, &cases, remark.is_none());
            let change = move |mut kept: About| {
                kept.remarks.retain(|one| !cases.contains(&one.case));
                // Saved again, it is taken again: of the calls of today.
                let taken = |case| remark.clone().map(|one| Remark { case, at: Some(now), ..one });
                kept.remarks.extend(cases.into_iter().filter_map(taken));
                kept
            };
            keep(&visit, &id, ground, change).await?
        }
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&address)),
        Err(wrong) => {
            let several = fields.get("constats").is_some();
            let form = if several { SentForm::Witness } else { SentForm::Decision };
            let typed = Typed::refused(fields, [wrong], &DECISION);
            Err(sheet::again(&visit, &id, form, typed).await)
        }
    }
}

/// What the form says of the page that it stood on, and of who withdraws a decision, and why.
fn ground(fields: &Fields, cases: &[String], is_withdrawal: bool) -> Ground {
    // A page that was shown names its call: what names none was made by no page of ours.
    let shown = |case: &String| {
        let proofs = fields.given(&format!("preuve-{case}")).unwrap_or_default();
        (case.clone(), proofs.to_owned())
    };
    Ground {
        shown: cases.iter().map(shown).collect(),
        withdrawn: if is_withdrawal { cases.to_vec() } else { Vec::new() },
        by: fields.given("auteur").map(str::to_owned),
        comment: fields.given("commentaire").filter(|_| is_withdrawal).map(str::to_owned),
    }
}

/// Where a decision that was saved is told: the list of the cases that wait for one.
fn decided(id: &str, cases: &[String]) -> String {
    let cases = cases.join(",");
    let cases = utf8_percent_encode(&cases, NON_ALPHANUMERIC);
    format!("/recette/{id}?decide={cases}#constats")
}

/// The decision that a form holds, about any case; none where it withdraws one.
fn decision(fields: &Fields, cases: &[String]) -> Result<Option<Remark>, String> {
    if cases.is_empty() {
        return Err("Cas : choisissez au moins un cas.".to_owned());
    }
    let Some(decision) = fields.given("decision") else { return Ok(None) };
    let decision = Decision::named(decision).ok_or("Décision : cette valeur n'existe pas.")?;
    let severity = fields
        .given("gravite")
        .map(|name| Severity::named(name).ok_or("Gravité : cette valeur n'existe pas."))
        .transpose()?;
    let due = fields.given("echeance").map(day).transpose()?;
    let text = |name: &str| fields.given(name).map(str::to_owned);
    let (comment, by) = (text("commentaire"), text("auteur"));
    Ok(Some(Remark { severity, due, comment, by, ..Remark::new("", decision) }))
}

/// A day as browsers send it, or as people write it.
fn day(typed: &str) -> Result<Date, String> {
    let shown: String = typed.chars().take(SHOWN).collect();
    let numbers = |mark: char| -> Option<[i16; 3]> {
        let all: Option<Vec<i16>> = typed.split(mark).map(|part| part.parse().ok()).collect();
        all?.try_into().ok()
    };
    let by_day = || numbers('/').map(|[day, month, year]| [year, month, day]);
    let Some([year, month, day]) = numbers('-').or_else(by_day) else {
        return Err(format!(
            "Échéance : une date est attendue, comme 31/01/2027 ou 2027-01-31, et non « {shown} »."
        ));
    };
    let part = |n: i16| i8::try_from(n).unwrap_or_default();
    Date::new(year, part(month), part(day))
        .map_err(|_| format!("Échéance : le jour « {shown} » n'existe pas."))
}

/// Checks and keeps what `change` makes of what is kept; what is refused is said by the label of its field.
async fn keep(
    visit: &Visit,
    id: &str,
    ground: Ground,
    change: impl FnOnce(About) -> About + Send + 'static,
) -> Result<Result<(), String>, Page> {
    let convention = sheet::convention(visit, id)?;
    let sandbox = Arc::clone(&visit.console().sandbox);
    let said = tokio::task::spawn_blocking(move || {
        let recette = live::recette(sandbox.config.fixtures.as_deref()).map_err(|_| {
            let why = "Le catalogue de la recette ne se lit pas : corrigez d'abord le dossier des fixtures.";
            Unsaid::Wrong(Unsayable { pointer: String::new(), why: why.to_owned() })
        })?;
        abouts::say(&sandbox, &recette, &convention, &ground, change)
    });
    let unavailable = |why: &dyn std::fmt::Display| {
        fault::unavailable(
            visit,
            format!("Ces renseignements ne peuvent pas être enregistrés : {why}"),
        )
    };
    match said.await.map_err(|error| unavailable(&error))? {
        Ok(_) => Ok(Ok(())),
        Err(Unsaid::Wrong(wrong)) => Ok(Err(wrong.why)),
        Err(Unsaid::Unread(error)) => Err(unavailable(&error.french())),
        Err(Unsaid::Unkept(why)) => Err(unavailable(&why)),
    }
}

/// Labels of fields, and their names.
const FACTS: [(&str, &str); 6] = [
    ("Application", "application"),
    ("Version de l'application", "version"),
    ("Campagne", "campagne"),
    ("Testeur", "testeur"),
    ("Vérifié par", "verificateur"),
    ("Responsable", "responsable"),
];
const DECISION: [(&str, &str); 6] = [
    ("Cas", "cas"),
    ("Décision", "decision"),
    ("Gravité", "gravite"),
    ("Échéance", "echeance"),
    ("Commentaire", "commentaire"),
    ("Auteur", "auteur"),
];

/// Characters of what was typed that are shown.
const SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_read_in_both_forms_and_one_that_does_not_exist_is_said() {
        assert_eq!(day("2027-01-31"), Ok(date(2027, 1, 31)));
        assert_eq!(day("31/01/2027"), Ok(date(2027, 1, 31)));
        assert_eq!(
            day("2027-02-30").unwrap_err(),
            "Échéance : le jour « 2027-02-30 » n'existe pas."
        );
        assert!(day("31/13/2027").unwrap_err().contains("n'existe pas"));
        for typed in ["demain", "2027", "1/2", "2027-01-31T00", "40000-01-01"] {
            assert!(day(typed).unwrap_err().contains("une date est attendue"), "{typed}");
        }
    }

    #[test]
    fn a_saved_decision_leads_back_to_the_list_whatever_the_case_is_called() {
        let cases = ["a-b".to_owned(), "<é>\r\n".to_owned()];
        assert_eq!(
            decided("editeur-demo", &cases),
            "/recette/editeur-demo?decide=a%2Db%2C%3C%C3%A9%3E%0D%0A#constats"
        );
    }
}
