//! FICOBA: the register of bank accounts, as the technical protocol v11 ("PT") and the OpenAPI v2 describe it.
//!
//! # The way of a demand
//!
//! ```text
//! headers ──> demande ──> permission ──> dates ──> search ──> restitution ──> reply
//!  CAT005      CAT002       CAF003       CAF024    CAF007...    CAF021
//!  CAT012      CAF001       CAF030       CAF032
//!  406         CAF002       CAF031       CAF033
//! ```
//!
//! An anomaly with HTTP 200 is an answer too: it has a reference, and says in `messageInformatif` why it tells nothing.
//!
//! # Design
//!
//! The order of the checks is a *decision* that follows the codes' own logic: the protocol gives none.

mod anomaly;
mod dates;
mod demande;
mod enumerated;
mod headers;
mod moment;
mod motif;
mod openapi;
mod permission;
mod reply;
mod restitution;
mod run;
mod search;
mod tolerated;
mod trace;

use std::path::Path;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;

pub use self::{
    anomaly::{Anomaly, Code},
    demande::Search,
    openapi::openapi,
};
use self::{
    demande::{CRITERIA, Object},
    moment::Reference,
    motif::Motifs,
    reply::{Frame, Reply},
    run::Run,
};
use super::{
    Answer, Api, Ask, Enumerated, Example, Ordered, Request, Resource, Words, not_json, unreadable,
};
use crate::{
    availability::Cause,
    domain::Motif,
    faults,
    fixtures::Diagnostic,
    journal::Facts,
    rights::{
        ApiId,
        ficoba::{DataScope, DataScopes},
    },
};

/// The API.
pub struct Ficoba {
    motifs: Motifs,
}

impl Ficoba {
    /// The API with its motifs: the embedded ones, then those of the folder.
    ///
    /// # Errors
    /// Everything wrong in the motifs.
    pub fn load(fixtures: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self { motifs: Motifs::load(fixtures)? })
    }

    fn treat(&self, request: &Request<'_>, facts: &mut Facts) -> Result<Answer, Anomaly> {
        headers::check(request.headers, request.request_id_made, &request.config.ficoba)?;
        let Some(search) = Search::named(request.resource.operation) else { return Ok(healthy()) };
        let body = Object::read(request.body, search.table()).map_err(|error| {
            let hidden = unreadable(request.headers, request.body);
            facts.reason.clone_from(&hidden);
            let hidden = hidden.or_else(|| not_json(request.headers, request.body));
            Anomaly::from(Code::Cat002).because(hidden.unwrap_or_else(|| error.explained()))
        })?;
        let criteria = body.structure(CRITERIA).given();
        trace::note_demand(facts, request.seal, &body, &criteria);
        let run = Run { request, motifs: &self.motifs, body: &body, search, facts };
        let content = run.content();
        let is_refused = content.as_ref().is_err_and(|anomaly| !anomaly.informs());
        (facts.reason, facts.mistake) =
            tolerated::describe(request.headers, &body, &criteria, is_refused);
        if !is_refused && let Some(narrowed) = narrowed(request) {
            let before = facts.reason.take().map(|reason| reason + " ").unwrap_or_default();
            facts.reason = Some(before + &narrowed);
        }
        Ok(match content {
            Ok(content) => reply(request, &body, facts, |frame| frame.write_content(&content)),
            Err(anomaly) => {
                let hint = || demande::unknown(request.body, search.table());
                let hint = (!anomaly.informs()).then(hint).flatten();
                fail(request, &body, facts, &anomaly.hinted(hint))
            }
        })
    }
}

impl Api for Ficoba {
    fn id(&self) -> ApiId {
        ApiId::Ficoba
    }

    fn resources(&self) -> &'static [Resource] {
        RESOURCES
    }

    fn health(&self) -> Option<&'static str> {
        Some(HEALTH)
    }

    fn answer(&self, request: &Request<'_>) -> Answer {
        let mut facts = Facts::default();
        let answer = self.treat(request, &mut facts);
        let answer = answer
            .unwrap_or_else(|anomaly| fail(request, &Object::default(), &mut facts, &anomaly));
        Answer { facts, ..answer }
    }

    fn parameters(&self, resource: &Resource) -> Vec<String> {
        Search::named(resource.operation).map(Search::attributes).unwrap_or_default()
    }

    fn enumerated(&self) -> &'static [Enumerated] {
        &enumerated::ENUMERATED
    }

    fn codes(&self) -> Vec<&'static str> {
        Code::ALL.iter().filter(|code| !code.is_status()).map(|code| code.as_str()).collect()
    }

    /// `etatSante` has no demand to find fault with: of the CAF, only that of the correlation identifier is its.
    fn codes_at(&self, resource: &Resource) -> Vec<&'static str> {
        let is_of_demand = |code: &&str| code.starts_with("CAF") && *code != Code::Caf002.as_str();
        let mut codes = self.codes();
        codes.retain(|code| resource.operation != HEALTH || !is_of_demand(code));
        codes
    }

    fn words(&self, code: &str) -> Option<Words> {
        let code = Code::named(code)?;
        let (message, when) = (code.words().to_owned(), code.cause().to_owned());
        Some(Words { message, when, remedy: code.remedy() })
    }

    fn messages(&self) -> Vec<(u16, &'static str)> {
        let statuses = Code::ALL.iter().filter(|code| code.is_status());
        statuses
            .flat_map(|code| code.messages().into_iter().map(|message| (code.status(), message)))
            .collect()
    }

    fn motifs(&self) -> Vec<(Motif, &str, &str)> {
        let all = self.motifs.iter();
        all.map(|(motif, known)| (motif, known.label.as_str(), known.ground.as_str())).collect()
    }

    fn searches_of(&self, motif: Motif) -> Vec<&'static str> {
        let openings = self.motifs.get(motif).map(|definition| definition.searches.as_slice());
        openings.unwrap_or_default().iter().map(|opening| opening.as_str()).collect()
    }

    /// A demand of today around the criteria; the state of health is asked without one.
    fn example(&self, ask: Ask<'_>) -> Example {
        if ask.resource.operation == HEALTH {
            return Example::by_parameters(ApiId::Ficoba, ask);
        }
        let body = json!({
            "dateDemande": ask.today.to_string(),
            "motif": ask.motif,
            "siretDemandeur": ask.convention.siret,
            "justification": ask.justification,
            "criteresRecherche": ask.parameters,
        });
        Example::by_body(ApiId::Ficoba, &ask, body)
    }

    fn closed(&self, _: Cause) -> faults::Code {
        faults::Code::Api("CAT001".to_owned())
    }

    fn fault(&self, ordered: Ordered<'_>, request: &Request<'_>) -> Result<Answer, Box<Facts>> {
        let anomaly = match ordered {
            Ordered::Code(code) => Anomaly::by_code(code).filter(|one| !one.code().is_status()),
            Ordered::Status(status, message) => Anomaly::by_status(status.as_u16(), message),
        };
        // The demand is noted and echoed as far as it reads.
        let search = Search::named(request.resource.operation);
        let body = search
            .and_then(|search| Object::read(request.body, search.table()).ok())
            .unwrap_or_default();
        let mut facts = Facts::default();
        let criteria = body.structure(CRITERIA).given();
        trace::note_demand(&mut facts, request.seal, &body, &criteria);
        match anomaly.map(|anomaly| fail(request, &body, &mut facts, &anomaly)) {
            Some(answer) => Ok(Answer { facts, ..answer }),
            None => Err(Box::new(facts)),
        }
    }
}

/// Answers with an anomaly, whether the demand deserves it or a tester ordered it: the one way in which anomalies are written.
/// One that informs (HTTP 200) has a reference, and echoes the demand.
fn fail(request: &Request<'_>, body: &Object<'_>, facts: &mut Facts, anomaly: &Anomaly) -> Answer {
    let search = Search::named(request.resource.operation);
    let anomaly = match (anomaly.code(), search) {
        (Code::Cat001, None) => &Code::Http503.into(), // etatSante says so by its status (OpenAPI)
        _ => anomaly,
    };
    facts.code = Some(anomaly.code().as_str());
    if !anomaly.informs() {
        facts.refusal = Some(anomaly.facts());
        return anomaly.refuse(request.now);
    }
    let savings = search == Some(Search::MultiDet);
    let n_rep = savings.then(|| scopes(request).contains(DataScope::NombreComptes));
    reply(request, body, facts, |frame| frame.inform(anomaly, n_rep, request.now))
}

/// The data scopes of this call: the convention's, narrowed by the token's.
fn scopes(request: &Request<'_>) -> DataScopes {
    granted(request).narrowed_by(request.call.scopes())
}

fn granted(request: &Request<'_>) -> DataScopes {
    let grant = request.call.convention().grants.ficoba.as_ref();
    grant.map_or(DataScopes::EMPTY, |grant| grant.scopes)
}

/// What the token was not asked with of what the convention opens, in French: the answer lacks it without a word.
fn narrowed(request: &Request<'_>) -> Option<String> {
    let (granted, left) = (granted(request), scopes(request));
    if granted == left {
        return None;
    }
    let lacking: Vec<_> =
        granted.iter().filter(|scope| !left.contains(*scope)).map(DataScope::as_str).collect();
    let are = if lacking.len() == 1 { "n'y figure" } else { "n'y figurent" };
    Some(format!(
        "Restitution réduite par les scopes du jeton : {}, que la convention ouvre, {are} pas ; un jeton demandé sans scope obtient tout.",
        lacking.join(", ")
    ))
}

/// Writes an answer under the next reference, and notes what is kept of it.
fn reply(
    request: &Request<'_>,
    body: &Object<'_>,
    facts: &mut Facts,
    write: impl FnOnce(&Frame<'_, '_>) -> Reply,
) -> Answer {
    let reference = Reference::new(request.references.next(), request.now).text();
    let reply = write(&Frame { body, reference: &reference });
    trace::note_reply(facts, reference, &reply);
    reply.answer
}

fn healthy() -> Answer {
    let body = Bytes::from_static("{\"descriptif\":\"L'API est opérationnelle\"}".as_bytes());
    Answer { status: StatusCode::OK, media: "application/json", body, facts: Facts::default() }
}

const HEALTH: &str = "etatSante";

const RESOURCES: &[Resource] = &[
    Resource { method: Method::GET, template: "/etatSante", operation: HEALTH, scope: None },
    Resource {
        method: Method::POST,
        template: "/comptes/numCpte",
        operation: "numCpte",
        scope: None,
    },
    Resource {
        method: Method::POST,
        template: "/comptes/siretSiren",
        operation: "siretSiren",
        scope: None,
    },
    Resource { method: Method::POST, template: "/comptes/spi", operation: "spi", scope: None },
    Resource {
        method: Method::POST,
        template: "/comptes/perPhy",
        operation: "perPhy",
        scope: None,
    },
    Resource {
        method: Method::POST,
        template: "/comptes/perPro",
        operation: "perPro",
        scope: None,
    },
    Resource {
        method: Method::POST,
        template: "/comptes/verifIban",
        operation: "verifIban",
        scope: None,
    },
    Resource {
        method: Method::POST,
        template: "/comptes/multiDet",
        operation: "multiDet",
        scope: None,
    },
];
