//! One partner: what it may do, with what, until when, and what is left of its minute.

use askama::Template;
use axum::extract::RawQuery;
use http::StatusCode;
use jiff::{Timestamp, civil::Date};

use super::{Gauge, gauges};
use crate::{
    admission::Refusal,
    api::Apis,
    console::{
        motifs,
        pages::{
            fault,
            frame::{Frame, Section},
            page::Page,
            path::Path,
            recette::Standing,
            row::Row,
            show::Moment,
            typed::Typed,
            visit::Visit,
            words,
        },
    },
    directory::{CertificateRule, Convention, State},
    domain::Motif,
    journal::Filter,
    pki,
    rights::{self, ApiId, Granted},
    sandbox::Sandbox,
};

#[derive(Template)]
#[template(path = "partners/sheet.html")]
struct PartnerSheet {
    frame: Frame,
    id: String,
    organisation: String,
    title: String,
    siret: String,
    state: (&'static str, &'static str),
    explanation: String,
    /// The dates that decide the state, as the file gives them.
    dates: Vec<(&'static str, String)>,
    actions: Vec<Action>,
    /// What is wrong, where it is of no field.
    fault: Option<String>,
    /// The forms of the conditions and of the copy, as they were typed where one was refused.
    terms: Typed,
    copy: Typed,
    shows_secret: bool,
    opened: Vec<Opened>,
    networks: Vec<String>,
    rules: Vec<String>,
    certificate: Option<Certificate>,
    application: Application,
    gauges: Vec<Gauge>,
    rows: Vec<Row>,
    recette: Standing,
}

/// A step of the life cycle that a button takes.
struct Action {
    value: &'static str,
    label: &'static str,
    class: &'static str,
}

/// What the convention opens of an API.
struct Opened {
    api: ApiId,
    quota: u32,
    sheet: rights::GrantSheet,
}

/// The test certificate of the folder.
struct Certificate {
    subject: String,
    issuer: String,
    serial: String,
    fingerprint: String,
    from: Option<Moment>,
    until: Option<Moment>,
    /// Nothing when it is good just now.
    fault: Option<String>,
}

struct Application {
    name: String,
    key: String,
    secret: String,
    id_teleservice: Option<String>,
}

impl PartnerSheet {
    /// The declared addresses, one a line.
    fn typed_networks(&self) -> String {
        self.networks.join("\n")
    }
}

/// `GET /partenaires/{id}`; the secret of the application is shown when `secret=oui` asks for it.
pub(super) async fn page(
    visit: Visit,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Page, Page> {
    let directory = visit.sandbox().directory();
    let convention = directory.convention(&id).ok_or_else(|| unknown(&visit, &id))?;
    let asks_secret = query.is_some_and(|query| query.split('&').any(|pair| pair == "secret=oui"));
    let certificate = certificate(visit.sandbox(), &id).await;
    let recette = Standing::for_partner(&visit, convention).await;
    let sheet = sheet(&visit, convention, certificate, recette);
    Ok(Page::show(&PartnerSheet { shows_secret: asks_secret, ..sheet }))
}

/// A form of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SentForm {
    Terms,
    Copy,
}

/// The sheet again, with what is wrong, which is of no field.
pub(super) async fn with_fault(visit: &Visit, id: &str, fault: &str) -> Page {
    again(visit, id, |sheet| PartnerSheet { fault: Some(fault.to_owned()), ..sheet }).await
}

/// The sheet again, with what was typed and what is wrong in it.
pub(super) async fn refused(visit: &Visit, id: &str, form: SentForm, typed: Typed) -> Page {
    let change = |sheet: PartnerSheet| match form {
        SentForm::Terms => PartnerSheet { terms: typed, ..sheet },
        SentForm::Copy => PartnerSheet { copy: typed, ..sheet },
    };
    again(visit, id, change).await
}

async fn again(visit: &Visit, id: &str, change: impl FnOnce(PartnerSheet) -> PartnerSheet) -> Page {
    let directory = visit.sandbox().directory();
    let Some(convention) = directory.convention(id) else { return unknown(visit, id) };
    let certificate = certificate(visit.sandbox(), id).await;
    let recette = Standing::for_partner(visit, convention).await;
    let sheet = change(sheet(visit, convention, certificate, recette));
    Page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &sheet)
}

/// No convention has this id.
pub(super) fn unknown(visit: &Visit, id: &str) -> Page {
    fault::missing(visit, format!("Aucune convention n'a l'identifiant « {id} »."))
}

fn sheet(
    visit: &Visit,
    convention: &Convention,
    certificate: Option<Certificate>,
    recette: Standing,
) -> PartnerSheet {
    let sandbox = visit.sandbox();
    let (now, apis) = (sandbox.clock.now(), visit.console().apis.load());
    let own = Filter { partner: Some(convention.id.clone()), ..Filter::default() };
    let application = &convention.application;
    PartnerSheet {
        frame: visit.frame(Section::Partners, convention.organisation.clone()),
        id: convention.id.clone(),
        organisation: convention.organisation.clone(),
        title: convention.title.clone(),
        siret: convention.siret.to_string(),
        state: words::state(convention.life.state(now)),
        explanation: convention.life.explain(now),
        dates: dates(convention),
        actions: actions(convention, now),
        fault: None,
        terms: Typed::default(),
        copy: Typed::default(),
        shows_secret: false,
        opened: convention.grants.iter().map(|grant| opened(&apis, grant)).collect(),
        networks: convention.networks.iter().map(ToString::to_string).collect(),
        rules: convention.certificates.iter().map(rule).collect(),
        certificate,
        application: Application {
            name: application.name.clone(),
            key: application.key.clone(),
            secret: application.secret.clone(),
            id_teleservice: application.id_teleservice.clone(),
        },
        gauges: gauges(sandbox, convention),
        rows: sandbox
            .journal
            .latest(&own, None, 5)
            .iter()
            .map(|entry| Row::new(entry, &apis))
            .collect(),
        recette,
    }
}

fn opened(apis: &Apis, (api, grant): (ApiId, &dyn Granted)) -> Opened {
    let mut sheet = grant.sheet();
    if api.plug().asks_motif() {
        let named = |motif: &Motif| motifs::named(apis, &motif.to_string());
        sheet
            .facts
            .insert(0, ("Motifs d'interrogation", grant.motifs().iter().map(named).collect()));
    }
    Opened { api, quota: grant.quota().get(), sheet }
}

async fn certificate(sandbox: &Sandbox, id: &str) -> Option<Certificate> {
    let (dir, id) = (sandbox.config.certs.clone(), id.to_owned());
    let chain =
        tokio::task::spawn_blocking(move || pki::client_certificate(&dir, &id)).await.ok()??;
    let certificate = sandbox.trust.describe(&chain);
    let judged = sandbox.trust.judge(&certificate, sandbox.clock.now());
    Some(Certificate {
        subject: certificate.subject().to_owned(),
        issuer: certificate.issuer().to_owned(),
        serial: certificate.serial().to_owned(),
        fingerprint: certificate.fingerprint().to_string(),
        from: certificate.not_before().map(Moment::new),
        until: certificate.not_after().filter(|end| *end != Timestamp::MAX).map(Moment::new),
        fault: judged.err().map(|fault| Refusal::Certificate(fault).reason()),
    })
}

/// The dates of the life cycle, in the words of the DataPass form.
fn dates(convention: &Convention) -> Vec<(&'static str, String)> {
    let described = convention.described();
    let date = |(key, label): (&str, &'static str)| {
        let text = described["life"][key].as_str()?;
        let day = text
            .parse::<Date>()
            .map_or_else(|_| text.to_owned(), |day| day.strftime("%d/%m/%Y").to_string());
        Some((label, day))
    };
    LIFE.into_iter().filter_map(date).collect()
}

/// The steps that lead elsewhere than where the convention stands.
fn actions(convention: &Convention, now: Timestamp) -> Vec<Action> {
    let action = |value, label, class| Action { value, label, class };
    let mut actions = match convention.life.state(now) {
        State::InForce => vec![
            action("suspended", "Suspendre", "danger"),
            action("homologation", "Simuler l'expiration de l'homologation", "danger"),
            action("ended", "Résilier", "danger"),
        ],
        State::Suspended | State::Ended | State::NotBegun => {
            vec![action("in-force", "Remettre en vigueur", "")]
        }
    };
    if convention.life.imposed.is_some() {
        actions.push(action("dates", "Revenir aux dates de la convention", "quiet"));
    }
    actions
}

/// How a certificate is recognised as the partner's.
fn rule(rule: &CertificateRule) -> String {
    let parts = [
        ("nom commun", rule.common_name.clone()),
        ("sujet", rule.subject.clone()),
        ("émetteur", rule.issuer.clone()),
        ("empreinte", rule.fingerprint.map(|fingerprint| fingerprint.to_string())),
    ];
    let given =
        parts.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}")));
    given.collect::<Vec<_>>().join(", ")
}

const LIFE: [(&str, &str); 5] = [
    ("begins", "Début"),
    ("homologation_until", "Homologation de sécurité jusqu'au"),
    ("questionnaire_on", "Questionnaire de sécurité du"),
    ("suspended_on", "Suspension décidée le"),
    ("notice_on", "Résiliation notifiée le"),
];
