//! One partner's rehearsal: coverage, cases, conduct, vigilance, and the marks of the cases that are being played.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{Extension, extract::Query, http::StatusCode, response::Redirect};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{judged, links::Links, round::Round};
use crate::{
    console::{
        abouts,
        pages::{
            fault,
            forgery::Fields,
            frame::{Frame, Section},
            loss::Whereabouts,
            page::Page,
            show::{self, Moment},
            typed::Typed,
            underway::Begun,
            visit::{Path, Visit},
            words,
        },
    },
    directory::Convention,
    journal::Step,
    recette::{
        conduct::Finding,
        coverage::{CaseResult, Proof, State, Tally},
        live,
        report::{About, CONFORMING, Decision, Format, JUDGED, Report, Severity},
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
    /// Where that is kept.
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

/// A form of this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SentForm {
    /// Of what the rehearsal is, and by whom.
    About,
    /// What was decided of one case.
    Decision,
    /// Several cases that are accepted at once.
    Witness,
}

/// What came of a mark that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marked {
    Begun,
    /// It was under way before.
    AlreadyBegun,
    Ended,
    /// It was not under way.
    NotBegun,
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
            round: ended(visit, id, marked.as_ref()),
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

/// `POST /recette/{id}/cas`: a case begins, or is over.
pub(super) async fn mark(
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
fn ended(visit: &Visit, partner: &str, marked: Option<&(Marked, String)>) -> Option<Round> {
    let (_, case) = marked.filter(|(marked, _)| *marked == Marked::Ended)?;
    Round::last(visit.sandbox(), partner, case)
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

    fn read(text: &str) -> Option<(Self, String)> {
        let (key, case) = text.split_once(',')?;
        let marked = Self::ALL.into_iter().find(|one| one.key() == key)?;
        Some((marked, case.to_owned()))
    }
}

impl RehearsalSheet {
    /// What came of the mark that was asked for, of which case, and how far that case has come.
    fn mark_line(&self) -> Option<String> {
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

    /// The fields of what the report says: name, label, text.
    fn fields(&self) -> [(&'static str, &'static str, &str); 6] {
        let About {
            application,
            application_version,
            campaign,
            tester,
            checked_by,
            responsible,
            ..
        } = &self.about;
        fn text(text: &Option<String>) -> &str {
            text.as_deref().unwrap_or_default()
        }
        [
            ("application", "Application", text(application)),
            ("version", "Version de l'application", text(application_version)),
            ("campagne", "Campagne", text(campaign)),
            ("testeur", "Testeur", text(tester)),
            ("verificateur", "Vérifié par", text(checked_by)),
            ("responsable", "Responsable", text(responsible)),
        ]
    }

    /// How many decisions there are.
    fn decisions_taken(&self) -> String {
        show::counted(self.about.remarks.len(), "décision")
    }

    /// What has just been saved, of which cases.
    fn saved(&self) -> Vec<String> {
        let title = |id: &str| Some(self.title_of(id)).filter(|title| !title.is_empty());
        let known = self.decided.iter().filter_map(|id| Some((id, title(id)?)));
        let line = |(id, title): (&String, &str)| match self.about.remark(id) {
            Some(remark) => format!(
                "Décision enregistrée pour « {title} » ({id}) : {}, {}{}.",
                remark.decision.french(),
                remark.signature(),
                self.report.ineffective(remark).map(|why| format!(" ; {why}")).unwrap_or_default()
            ),
            None => {
                let former = self.about.former_of(id).last();
                let by = former.and_then(|former| former.until_by.as_ref());
                let by = by.map(|by| format!(", par {by}")).unwrap_or_default();
                format!("Décision retirée pour « {title} » ({id}){by}.")
            }
        };
        known.map(line).collect()
    }

    /// What was typed in a form of this page, where it is the one that was refused.
    fn typed(&self, form: SentForm) -> &Typed {
        match &self.sent {
            Some((sent, typed)) if *sent == form => typed,
            Some(_) | None => &self.blank,
        }
    }

    fn facts_typed(&self) -> &Typed {
        self.typed(SentForm::About)
    }

    fn decision_typed(&self) -> &Typed {
        self.typed(SentForm::Decision)
    }

    fn witness_typed(&self) -> &Typed {
        self.typed(SentForm::Witness)
    }

    /// What the tester is to say of a case that waits for it.
    fn asked(&self, case: &CaseResult) -> String {
        match (&case.witness, case.state) {
            (Some(witness), State::ToConfirm) => {
                format!("L'appel était une erreur voulue, faite pour ce cas. {witness}")
            }
            (Some(witness), _) => witness.clone(),
            (None, _) => "L'appel était une erreur voulue, faite pour ce cas.".to_owned(),
        }
    }

    /// What an acceptance would come to, where it would change nothing.
    fn in_vain(&self, case: &CaseResult) -> Option<&'static str> {
        match case.by_journal() {
            State::Seen => Some(
                "Ce cas reste à compléter par des appels : une acceptation, même avec réserve, serait sans effet.",
            ),
            State::NotConforming => Some(
                "Les appels de ce cas ne sont pas conformes : une acceptation, même avec réserve, serait sans effet.",
            ),
            State::Conforming => Some(
                "Les appels suffisent à rendre ce cas conforme : une acceptation sans réserve serait sans effet.",
            ),
            State::NotApplicable | State::NotSeen | State::ToConfirm | State::Awaiting => None,
        }
    }

    /// Whether one word of the tester ends it.
    fn waits(&self, case: &CaseResult) -> bool {
        self.report.awaiting().any(|one| one.id == case.id)
    }

    /// The case that a reader is about to decide.
    fn chosen(&self) -> Option<&CaseResult> {
        self.decidable().find(|case| self.is_chosen(case))
    }

    /// The cases that were played: only they can be given a decision.
    fn decidable(&self) -> impl Iterator<Item = &CaseResult> {
        self.report
            .cases()
            .filter(|case| !matches!(case.state, State::NotApplicable | State::NotSeen))
    }

    fn is_decidable(&self, case: &CaseResult) -> bool {
        self.decidable().any(|one| one.id == case.id)
    }

    fn is_deciding(&self) -> bool {
        self.chosen().is_some() || self.decision_typed().is_refused()
    }

    fn is_chosen(&self, case: &CaseResult) -> bool {
        case.id == self.deciding
    }

    fn title_of(&self, case: &str) -> &str {
        self.report.cases().find(|one| one.id == case).map_or("", |one| one.title.as_str())
    }

    fn author(&self) -> &str {
        self.about.tester.as_deref().unwrap_or_default()
    }

    fn decisions(&self) -> [Decision; 3] {
        Decision::ALL
    }

    fn severities(&self) -> [Severity; 3] {
        Severity::ALL
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
