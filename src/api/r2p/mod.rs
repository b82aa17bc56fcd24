//! R2P: the search of natural persons, as the Swagger v1, the CGU of 20/08/2022 and those of 20/06/2025 (V4.0) describe it.
//!
//! R2P is the legacy name: since 30/09/2025 new requests go through API SFiP, whose CGU V4.0 take this search over. SFiP's own
//! contract of it is not published, so the Swagger still says what goes over the wire.
//!
//! ```text
//! headers, path, query ──> demande ──> mode ──> rights ──> search ──> restitution ──> answer
//!                             └──────────┴─────────┴──────────┴──> fault
//! ```
//!
//! One person at most is ever answered. The dead are answered like the living (*decision*: no key of the Swagger tells a
//! death and nothing excludes them, and FICOBA still knows their accounts).

mod codes;
mod demande;
mod fault;
mod mode;
mod openapi;
mod parameter;
mod restitution;
mod search;

use std::path::Path;

use http::{Method, StatusCode};

pub use self::{codes::reference, openapi::openapi};
use self::{
    demande::{Demande, Taken, given},
    fault::{Closed, Fault, FaultKind},
    parameter::{QUERY, SPI},
    restitution::Envelope,
};
use super::{
    Answer, Api, Ordered, Request, Resource, Words, correlation, fault_table,
    person::{
        Found, Misread, Parameter, ParameterFault, WhyNobody, tolerated, unknown, why_no_spi,
        why_nobody,
    },
};
use crate::{
    clock, config,
    domain::{received, received_encoded},
    fixtures,
    journal::{Facts, RefusalFacts},
    rights::{
        ApiId,
        r2p::{Grant, LegalBasis, Mode, Restitution},
    },
};

/// The API.
pub struct R2p;

impl R2p {
    /// The API, which has no fixtures of its own.
    ///
    /// # Errors
    /// None.
    pub fn load(_: Option<&Path>) -> Result<Self, Vec<fixtures::Diagnostic>> {
        Ok(Self)
    }
}

impl Api for R2p {
    fn id(&self) -> ApiId {
        ApiId::R2p
    }

    fn resources(&self) -> &'static [Resource] {
        &RESOURCES
    }

    fn answer(&self, request: &Request<'_>) -> Answer {
        let mut facts = Facts::default();
        let answer = reply(request, &mut facts);
        let is_refused = answer.as_ref().is_err_and(Fault::is_of_query);
        facts.reason = request.query.and_then(|query| tolerated(query, &QUERY, is_refused));
        let answer = answer.unwrap_or_else(|fault| {
            facts.code = Some(fault.kind().line().code);
            let nobody = if fault == Fault::Nobody { nobody(request) } else { None };
            facts.mistake = nobody.as_ref().and_then(|nobody| nobody.mistake);
            facts.refusal = Some(explained(&fault, nobody, request));
            fault.answer(request.now)
        });
        Answer { facts, ..answer }
    }

    fn parameters(&self, resource: &Resource) -> Vec<String> {
        parameters(resource).into_iter().map(|parameter| parameter.name.to_owned()).collect()
    }

    fn codes(&self) -> Vec<&'static str> {
        fault_table::codes(FaultKind::LINES)
    }

    fn words(&self, code: &str) -> Option<Words> {
        fault_table::words(FaultKind::LINES, code, fault::remedy)
    }

    fn messages(&self) -> Vec<(u16, &'static str)> {
        fault_table::messages(FaultKind::LINES)
    }

    fn fault(&self, ordered: Ordered<'_>, request: &Request<'_>) -> Result<Answer, Box<Facts>> {
        let mut all = FaultKind::ALL.iter();
        let kind = all.find(|kind| kind.line().is_ordered(ordered));
        let kind = kind.ok_or_else(Box::<Facts>::default)?;
        let facts = Facts { code: Some(kind.line().code), ..Facts::default() };
        Ok(Answer { facts, ..kind.answer(request.now) })
    }
}

/// The parameters of a resource, in the Swagger's order.
fn parameters(resource: &Resource) -> Vec<&'static Parameter> {
    match resource.operation {
        PAR_SPI => vec![&SPI],
        PAR_ETAT_CIVIL => {
            QUERY.into_iter().filter(|parameter| !parameter.is_of_address()).collect()
        }
        _ => QUERY.to_vec(),
    }
}

/// What the journal keeps of a fault: what was expected, and the kind of thing that came.
fn explained(fault: &Fault, nobody: Option<WhyNobody>, request: &Request<'_>) -> RefusalFacts {
    let grant = request.call.convention().grants.r2p.as_ref();
    let facts = nobody.map(|nobody| RefusalFacts::because(nobody.why)).or_else(|| fault.facts());
    let facts = facts.unwrap_or_else(|| RefusalFacts::because(open_modes(grant)));
    let facts = match fault.closed() {
        Some(Closed::Mode(_)) => facts.caused("closed-mode"),
        Some(Closed::Spi) => facts.caused("closed-spi"),
        None => facts,
    };
    let detail =
        fault.misread().and_then(|misread| given(request.query).fault_of(misread.parameter));
    let hint =
        if fault.is_of_query() { unknown(request.query.unwrap_or_default(), &QUERY) } else { None };
    let facts = facts.and(detail).and(hint).and(no_query(fault, request));
    RefusalFacts { received: sent(fault, request), ..facts }.answered(fault.message())
}

/// What a search by SPI without its SPI looks like: its path is that of the search by criteria, and nothing is given, or the
/// number as a parameter.
fn no_query(fault: &Fault, request: &Request<'_>) -> Option<&'static str> {
    if !fault.is_of_query() || request.segment(SPI.name).is_some() {
        return None;
    }
    let query = request.query.unwrap_or_default();
    let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
    if query.is_empty() {
        Some(
            "aucun paramètre n'est donné ; pour une recherche par SPI, le numéro (spi) est attendu à la fin du chemin (/personne/{spi})",
        )
    } else if names
        .any(|name| ["spi", "numeroSPI"].iter().any(|spi| name.eq_ignore_ascii_case(spi)))
    {
        Some(
            "le SPI n'est pas un paramètre : pour une recherche par SPI, il est attendu à la fin du chemin (/personne/{spi})",
        )
    } else {
        None
    }
}

/// Why nobody answers, as far as the register tells.
fn nobody(request: &Request<'_>) -> Option<WhyNobody> {
    let demande = demande(request, envelope(request), &mut Facts::default()).ok()?;
    let today = request.now.to_zoned(clock::paris()).date();
    let register = &request.register;
    Some(match (&demande, search::find(register, &demande)) {
        (_, Found::One(..)) => "cette personne n'a pas de SPI".to_owned().into(),
        (Demande::Spi(spi), _) => why_no_spi(spi),
        (Demande::Criteria(_, criteria), _) => why_nobody(register, criteria, today),
    })
}

/// The kind of thing that came in the place of what was expected.
fn sent(fault: &Fault, request: &Request<'_>) -> Option<String> {
    if let Some(Misread { parameter, wrong: ParameterFault::Expected(_) }) = fault.misread() {
        return given(request.query).received(parameter);
    }
    if *fault == Fault::Spi {
        return request.segment(SPI.name).map(received_encoded);
    }
    // None but where it is at fault.
    let sent = correlation(request.headers).err().flatten().and_then(|sent| sent.to_str().ok());
    sent.map(received)
}

/// What a convention opens, where it does not open what was asked.
fn open_modes(grant: Option<&Grant>) -> String {
    let is_open = |mode: &&Mode| grant.is_some_and(|grant| grant.modes.contains(**mode));
    let open: Vec<_> = Mode::ALL.iter().filter(is_open).map(|mode| mode::label(*mode)).collect();
    match open.as_slice() {
        [] => "aucune recherche de R2P n'est ouverte à cette convention".to_owned(),
        open => format!("recherches ouvertes à cette convention : par {}", open.join(", par ")),
    }
}

/// The way of a request; what the journal keeps of it is noted on the way (CGU R2P 10: a technical trace, P2).
fn reply(request: &Request<'_>, facts: &mut Facts) -> Result<Answer, Fault> {
    correlation(request.headers)
        .map_err(|sent| sent.map_or(Fault::NoCorrelation, |_| Fault::Correlation))?;
    let envelope = envelope(request);
    let demande = demande(request, envelope, facts)?;
    let modality = rights(request, demande.mode(), envelope, facts)?;
    facts.answers = Some(0);
    let person = match search::find(&request.register, &demande) {
        Found::One(_, person) if person.communicable => person,
        Found::One(..) => return Err(Fault::NotCommunicable),
        Found::Many => return Err(Fault::TooMany),
        Found::Nobody => return Err(Fault::Nobody),
    };
    let accents = request.config.r2p.accents;
    let restituted =
        restitution::restitute(&person, modality, envelope, accents).ok_or(Fault::Nobody)?;
    facts.answers = Some(1);
    facts.restituted = restitution::NOTED.names(restituted.keys);
    let (status, facts) = (StatusCode::OK, Facts::default());
    Ok(Answer { status, media: MEDIA, body: restituted.body, facts })
}

fn envelope(request: &Request<'_>) -> Envelope {
    match request.resource.operation {
        PAR_ETAT_CIVIL => Envelope::Identifier,
        _ => Envelope::Person,
    }
}

/// What is asked; the kinds of criteria are in the journal even when they are at fault.
fn demande(request: &Request<'_>, envelope: Envelope, facts: &mut Facts) -> Result<Demande, Fault> {
    if let Some(segment) = request.segment(SPI.name) {
        facts.criteria = vec![SPI.name.into()];
        let demande = Demande::of_spi(segment)?;
        if demande.looks_real() {
            facts.vigilance = vec![SPI.name.into()];
        }
        return Ok(demande);
    }
    let given = given(request.query);
    facts.criteria = given.names().map(Into::into).collect();
    let grant = request.call.convention().grants.r2p.as_ref();
    let taken = Taken {
        addresses: envelope == Envelope::Person,
        degraded: grant.is_some_and(|grant| grant.modes.contains(Mode::EtatCivilDegrade)),
    };
    Demande::by_criteria(&given, taken)
}

/// What the convention lets an answer of this mode hold. What it does not open is refused, and journalled under `rights`;
/// when the controls only watch it is journalled and served.
fn rights(
    request: &Request<'_>,
    mode: Mode,
    envelope: Envelope,
    facts: &mut Facts,
) -> Result<Restitution, Fault> {
    let convention = request.call.convention();
    // Without a grant, control 5 has refused already, and only watches.
    let Some(grant) = &convention.grants.r2p else { return Ok(Restitution::EtatCivilAdresseSpi) };
    let fault = match opened(grant, mode, envelope) {
        Ok(restitution) => return Ok(restitution),
        Err(fault) => fault,
    };
    facts.refused_right = Some(format!("{} (convention {})", fault.message(), convention.id));
    match request.config.gateway.mode {
        config::Mode::Enforce => Err(fault),
        config::Mode::Observe => Ok(Restitution::EtatCivilAdresseSpi),
    }
}

/// CGU R2P 4, CGU V4.0 4: two of the modes are for decree 2022-814 only, whatever the convention lists.
fn opened(grant: &Grant, mode: Mode, envelope: Envelope) -> Result<Restitution, Fault> {
    let founded = !mode.needs_decree() || grant.legal_basis == LegalBasis::Decret2022814;
    let open = founded && grant.modes.contains(mode);
    let restitution = grant.restitution.for_mode(mode).filter(|_| open);
    let restitution = restitution.ok_or(Fault::Closed(Closed::Mode(mode)))?;
    if envelope == Envelope::Identifier && !restitution.holds_spi() {
        return Err(Fault::Closed(Closed::Spi));
    }
    Ok(restitution)
}

/// Whatever `Accept` says: the Swagger produces `*/*`.
const MEDIA: &str = "application/json";

const PAR_CRITERES: &str = "RechercheParCriteres";
const PAR_ETAT_CIVIL: &str = "RechercheParEtatCivil";
const PAR_SPI: &str = "RechercheParSPI";

static RESOURCES: [Resource; 3] = [
    Resource {
        method: Method::GET,
        template: "/personne",
        operation: PAR_CRITERES,
        scope: Some("api_r2p_recherche_personne_physique"),
    },
    Resource {
        method: Method::GET,
        template: "/personne/spi",
        operation: PAR_ETAT_CIVIL,
        scope: Some("api_r2p_resolution_spi"),
    },
    Resource {
        method: Method::GET,
        template: "/personne/{spi}",
        operation: PAR_SPI,
        scope: Some("api_r2p_recherche_personne_physique"),
    },
];
