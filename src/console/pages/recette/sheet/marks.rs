//! The marks of a case that is being played: it begins, it is over, and what the sheet says of that.

use axum::{Extension, response::Redirect};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{RehearsalSheet, convention};
use crate::{
    console::pages::{
        fault, forgery::Fields, page::Page, path::Path, recette::round::Round, show::Moment,
        visit::Visit,
    },
    journal::Step,
    recette::live,
};

/// What came of a mark that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marked {
    Begun,
    /// It was under way before.
    AlreadyBegun,
    Ended,
    /// It was not under way.
    NotBegun,
}

/// `POST /recette/{id}/cas`: a case begins, or is over.
pub(in crate::console::pages::recette) async fn mark(
    visit: Visit,
    Path(id): Path<String>,
    Extension(fields): Extension<Fields>,
) -> Result<Redirect, Page> {
    let convention = convention(&visit, &id)?;
    let (case, step) = match (fields.given("commencer"), fields.given("terminer")) {
        (Some(case), _) => (case, Step::Begin),
        (None, Some(case)) => (case, Step::End),
        (None, None) => {
            return Err(fault::unreadable(
                &visit,
                "Le formulaire ne dit pas quel cas commence ou se termine.",
            ));
        }
    };
    let sandbox = visit.sandbox();
    let recette = live::recette(sandbox.config.fixtures.as_deref()).ok();
    if recette.as_ref().is_none_or(|recette| recette.catalogue.case(case).is_none()) {
        return Err(fault::missing(
            &visit,
            format!("Aucun cas de recette n'a l'identifiant « {case} »."),
        ));
    }
    let objection =
        recette.and_then(|recette| live::objection(sandbox, &recette, &convention, case));
    if let Some(why) = objection.filter(|_| step == Step::Begin) {
        let why = format!("Le cas « {case} » ne peut pas commencer : {why}");
        return Err(fault::unreadable(&visit, why));
    }
    let _turn = sandbox.turn();
    let is_begun = visit.begun().iter().any(|one| one.partner == id && one.case == case);
    let marked = match (step, is_begun) {
        (Step::Begin, false) => Marked::Begun,
        (Step::Begin, true) => Marked::AlreadyBegun,
        (Step::End, true) => Marked::Ended,
        (Step::End, false) => Marked::NotBegun,
    };
    if matches!(marked, Marked::Begun | Marked::Ended) {
        live::mark(sandbox, &convention, case, step, None);
    }
    let case = utf8_percent_encode(case, NON_ALPHANUMERIC);
    Ok(Redirect::to(&format!("/recette/{}?marque={},{case}", convention.id, marked.key())))
}

/// What was called while the case was played that a mark has just ended.
pub(super) fn ended(
    visit: &Visit,
    partner: &str,
    marked: Option<&(Marked, String)>,
) -> Option<Round> {
    let (_, case) = marked.filter(|(marked, _)| *marked == Marked::Ended)?;
    Round::last(visit.sandbox(), partner, case)
}

impl Marked {
    const ALL: [Self; 4] = [Self::Begun, Self::AlreadyBegun, Self::Ended, Self::NotBegun];

    /// How it travels in the address of the page that follows.
    fn key(self) -> &'static str {
        match self {
            Self::Begun => "commence",
            Self::AlreadyBegun => "deja-commence",
            Self::Ended => "termine",
            Self::NotBegun => "non-commence",
        }
    }

    pub(super) fn read(text: &str) -> Option<(Self, String)> {
        let (key, case) = text.split_once(',')?;
        let marked = Self::ALL.into_iter().find(|one| one.key() == key)?;
        Some((marked, case.to_owned()))
    }
}

impl RehearsalSheet {
    /// What came of the mark that was asked for, of which case, and how far that case has come.
    pub(super) fn mark_line(&self) -> Option<String> {
        let (marked, id) = self.marked.as_ref()?;
        let case = self.report.cases().find(|case| case.id == *id)?;
        let named = format!("Le cas « {} » ({id})", case.title);
        let state = || {
            let note = case.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
            match (&self.round, self.current) {
                (Some(round), true) => round.line(case),
                (None, true) => format!("État : {}.{note}", case.state.french()),
                (_, false) => "Son état est en cours d'analyse.".to_owned(),
            }
        };
        let since = self.begun.iter().find(|one| one.case == *id).map(|one| one.since);
        let since = since.map(Moment::new);
        Some(match (marked, since) {
            (Marked::Begun, _) => format!(
                "{named} est commencé : les appels de ce partenaire lui sont rattachés jusqu'à sa fin."
            ),
            (Marked::AlreadyBegun, Some(since)) => format!(
                "{named} est déjà en cours, depuis le {} à {} (heure de Paris) : rien n'a été changé.",
                since.date(),
                since.hour()
            ),
            (Marked::AlreadyBegun, None) => {
                format!("{named} était déjà en cours : rien n'a été changé.")
            }
            (Marked::Ended, _) => format!("{named} est terminé. {}", state()),
            (Marked::NotBegun, _) => {
                format!("{named} n'est pas en cours : il n'y a rien à terminer. {}", state())
            }
        })
    }
}
