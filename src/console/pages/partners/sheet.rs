//! One partner: what it may do, with what, until when, and what is left of its minute.

use askama::Template;
use axum::extract::{Path, RawQuery};

use super::{Gauge, gauges};
use crate::{
    admission::Refusal,
    console::pages::{
        fault,
        frame::{Frame, Section},
        page::Page,
        row::Row,
        show::Moment,
        visit::Visit,
        words,
    },
    directory::{CertificateRule, Convention},
    journal::Filter,
    pki,
    sandbox::Sandbox,
};

#[derive(Template)]
#[template(path = "partners/sheet.html")]
struct Sheet {
    frame: Frame,
    id: String,
    organisation: String,
    title: String,
    siret: String,
    state: (&'static str, &'static str),
    explanation: String,
    ficoba: Option<Ficoba>,
    r2p: Option<R2p>,
    networks: Vec<String>,
    rules: Vec<String>,
    certificate: Option<Certificate>,
    application: Application,
    gauges: Vec<Gauge>,
    rows: Vec<Row>,
}

/// What the convention opens of FICOBA.
struct Ficoba {
    quota: u32,
    motifs: Vec<String>,
    /// Whether it is opened, and what it is.
    modalities: Vec<(bool, &'static str)>,
    scopes: Vec<(bool, &'static str, &'static str)>,
    establishment: Option<String>,
}

/// What the convention opens of R2P.
struct R2p {
    quota: u32,
    legal_basis: &'static str,
    modes: Vec<(bool, &'static str)>,
    restitution: &'static str,
    scopes: Vec<(bool, &'static str)>,
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
    /// Shown on demand only.
    secret: Option<String>,
    id_teleservice: Option<String>,
}

/// `GET /partenaires/{id}`; the secret of the application is shown when `secret=oui` asks for it.
pub(super) async fn page(visit: Visit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Page, Page> {
    let sandbox = visit.sandbox();
    let directory = sandbox.directory();
    let unknown = || fault::missing(&visit, format!("Aucune convention n'a l'identifiant « {id} »."));
    let convention = directory.convention(&id).ok_or_else(unknown)?;
    let asks_secret = query.is_some_and(|query| query.split('&').any(|pair| pair == "secret=oui"));
    let certificate = certificate(sandbox, &id).await;
    Ok(Page::show(&sheet(&visit, convention, certificate, asks_secret)))
}

fn sheet(visit: &Visit, convention: &Convention, certificate: Option<Certificate>, asks_secret: bool) -> Sheet {
    let sandbox = visit.sandbox();
    let now = sandbox.clock.now();
    let own = Filter { partner: Some(convention.id.clone()), ..Filter::default() };
    let application = &convention.application;
    Sheet {
        frame: visit.frame(Section::Partners, convention.organisation.clone()),
        id: convention.id.clone(),
        organisation: convention.organisation.clone(),
        title: convention.title.clone(),
        siret: convention.siret.to_string(),
        state: words::state(convention.life.state(now)),
        explanation: convention.life.explain(now),
        ficoba: convention.ficoba.as_ref().map(Ficoba::of),
        r2p: convention.r2p.as_ref().map(R2p::of),
        networks: convention.networks.iter().map(ToString::to_string).collect(),
        rules: convention.certificates.iter().map(rule).collect(),
        certificate,
        application: Application {
            name: application.name.clone(),
            key: application.key.clone(),
            secret: asks_secret.then(|| application.secret.clone()),
            id_teleservice: application.id_teleservice.clone(),
        },
        gauges: gauges(sandbox, convention),
        rows: sandbox.journal.latest(&own, None, 5).iter().map(|entry| Row::of(entry)).collect(),
    }
}

impl Ficoba {
    fn of(grant: &crate::rights::ficoba::Grant) -> Self {
        use crate::rights::ficoba::{DataScope, Modality};
        let modality = |one: &Modality| (grant.modalities.contains(*one), words::modality(*one));
        let scope = |one: &DataScope| (grant.scopes.contains(*one), one.as_str(), words::data_scope(*one));
        Self {
            quota: grant.quota.get(),
            motifs: grant.motifs.iter().map(ToString::to_string).collect(),
            modalities: Modality::ALL.iter().map(modality).collect(),
            scopes: DataScope::ALL.iter().map(scope).collect(),
            establishment: grant.establishment.map(|bank| bank.to_string()),
        }
    }
}

impl R2p {
    fn of(grant: &crate::rights::r2p::Grant) -> Self {
        use crate::rights::r2p::{Mode, Scope};
        Self {
            quota: grant.quota.get(),
            legal_basis: words::legal_basis(grant.legal_basis),
            modes: Mode::ALL.iter().map(|&one| (grant.modes.contains(one), words::mode(one))).collect(),
            restitution: words::restitution(grant.restitution),
            scopes: Scope::ALL.iter().map(|&one| (grant.scopes.contains(one), one.as_str())).collect(),
        }
    }
}

async fn certificate(sandbox: &Sandbox, id: &str) -> Option<Certificate> {
    let (dir, id) = (sandbox.config.certs.clone(), id.to_owned());
    let chain = tokio::task::spawn_blocking(move || pki::client_certificate(&dir, &id)).await.ok()??;
    let certificate = sandbox.trust.describe(&chain);
    let judged = sandbox.trust.judge(&certificate, sandbox.clock.now());
    Some(Certificate {
        subject: certificate.subject().to_owned(),
        issuer: certificate.issuer().to_owned(),
        serial: certificate.serial().to_owned(),
        fingerprint: certificate.fingerprint().to_string(),
        from: certificate.not_before().map(Moment::new),
        until: certificate.not_after().map(Moment::new),
        fault: judged.err().map(|fault| Refusal::Certificate(fault).reason()),
    })
}

/// How a certificate is recognised as the partner's.
fn rule(rule: &CertificateRule) -> String {
    let parts = [
        ("nom commun", rule.common_name.clone()),
        ("sujet", rule.subject.clone()),
        ("émetteur", rule.issuer.clone()),
        ("empreinte", rule.fingerprint.map(|fingerprint| fingerprint.to_string())),
    ];
    let given = parts.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}")));
    given.collect::<Vec<_>>().join(", ")
}
