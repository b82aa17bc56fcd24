//! SFiP: the services of the public finances that the published OpenAPI v1 describes: `/information`, 02GA (may this person have a
//! livret d'épargne populaire?) and 02AA (the situation of the last assessment of income tax).
//!
//! ```text
//! headers, path, query ──> demande ──> person ──> tax ──> restitution ──> answer
//!                             └──────────┴─────────┴──> fault
//! ```
//!
//! The search of persons that takes R2P's over is not published: nothing of it is here. Where the file is silent, `docs/fidelity.md`
//! says what was decided.

mod codes;
mod demande;
mod fault;
mod openapi;
mod parameter;
mod restitution;

use std::{borrow::Cow, path::Path};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use jiff::civil::Date;
use serde::Serialize;

pub use self::{codes::reference, openapi::openapi};
use self::{
    demande::{PersonDemande, Scale},
    fault::{Fault, FaultKind},
    restitution::{Indicateur, Information, Situation},
};
use super::{
    Answer, Api, Enumerated, Ordered, Request, Resource, Words, correlation, fault_table,
    person::{self, Found, Given, WhyNobody, tolerated, unknown, why_no_spi, why_nobody},
};
use crate::{
    availability::Cause,
    clock,
    domain::received_encoded,
    faults::Code,
    fixtures,
    journal::{Facts, RefusalFacts},
    register::{
        PersonId, Register,
        data_ranges::looks_real,
        tax::{Assessment, TaxStanding, last_income_year},
    },
    rights::ApiId,
};

/// The API.
pub struct Sfip;

impl Sfip {
    /// The API, which has no fixtures of its own.
    ///
    /// # Errors
    /// None.
    pub fn load(_: Option<&Path>) -> Result<Self, Vec<fixtures::Diagnostic>> {
        Ok(Self)
    }
}

impl Api for Sfip {
    fn id(&self) -> ApiId {
        ApiId::Sfip
    }

    fn resources(&self) -> &'static [Resource] {
        &RESOURCES
    }

    fn health(&self) -> Option<&'static str> {
        Some(INFORMATION)
    }

    fn answer(&self, request: &Request<'_>) -> Answer {
        let mut facts = Facts::default();
        let body = reply(request, &mut facts);
        let is_refused = body.as_ref().is_err_and(Fault::is_of_query);
        let tolerated = |query| tolerated(query, &parameter::QUERY, is_refused);
        facts.reason = request.query.and_then(tolerated);
        match body {
            Ok(body) => Answer { status: StatusCode::OK, media: MEDIA, body, facts },
            Err(fault) => {
                let kind = fault.kind(request.resource);
                facts.code = Some(kind.line().code);
                let nobody = if fault == Fault::Nobody { nobody(request) } else { None };
                facts.mistake = nobody.as_ref().and_then(|nobody| nobody.mistake);
                facts.refusal = Some(explained(&fault, kind, nobody, request));
                Answer { facts, ..kind.answer(request.now) }
            }
        }
    }

    fn parameters(&self, resource: &Resource) -> Vec<String> {
        let path: &[_] = if resource.operation == LEP { &parameter::PATH } else { &[] };
        let query: &[_] = if resource.operation == INFORMATION { &[] } else { &parameter::QUERY };
        path.iter().chain(query).map(|parameter| parameter.name.to_owned()).collect()
    }

    fn enumerated(&self) -> &'static [Enumerated] {
        &restitution::ENUMERATED
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

    /// The published file has a code for it.
    fn closed(&self, _: Cause) -> Code {
        Code::Api("40401".into())
    }

    fn fault(&self, ordered: Ordered<'_>, request: &Request<'_>) -> Result<Answer, Box<Facts>> {
        let wanted = |kind: &&FaultKind| kind.line().is_ordered(ordered);
        // The resource's own line of a code, or any: every code may be ordered for every resource.
        let own = |kind: &&FaultKind| wanted(kind) && kind.is_of(request.resource);
        let mut all = FaultKind::ALL.iter();
        let kind = all.clone().find(own).or_else(|| all.find(wanted));
        kind.map(|kind| kind.answer(request.now)).ok_or_else(Box::default)
    }
}

/// What the journal keeps of a fault: what was expected, and the kind of thing that came.
fn explained(
    fault: &Fault,
    kind: FaultKind,
    nobody: Option<WhyNobody>,
    request: &Request<'_>,
) -> RefusalFacts {
    let sent = fault.parameter().and_then(|parameter| match request.segment(parameter.name) {
        Some(text) => Some(received_encoded(text)),
        None => {
            let query = request.query.unwrap_or_default();
            Given::from_query(query, &parameter::QUERY).received(parameter)
        }
    });
    let query = request.query.unwrap_or_default();
    let given = Given::from_query(query, &parameter::QUERY);
    let detail = fault.parameter().and_then(|parameter| given.fault_of(parameter));
    let hint = fault.is_of_query().then(|| unknown(query, &parameter::QUERY)).flatten();
    let known = nobody.map(|nobody| RefusalFacts::because(nobody.why));
    let facts = known.unwrap_or_else(|| fault.facts()).and(detail).and(hint);
    let nothing = || (*fault == Fault::NoTeleservice).then(|| "rien (absent ou vide)".to_owned());
    RefusalFacts { received: sent.or_else(nothing), ..facts }.answered(kind.line().message)
}

/// Why nobody answers, as far as the register tells.
fn nobody(request: &Request<'_>) -> Option<WhyNobody> {
    let query = request.query.unwrap_or_default();
    let demande = PersonDemande::read(&Given::from_query(query, &parameter::QUERY)).ok()?;
    let (register, today) = (&request.register, request.now.to_zoned(clock::paris()).date());
    Some(match &demande.spi {
        Some(spi) if register.person_by_spi(spi).is_some() => {
            let why = "quelqu'un a ce numéro fiscal, et les autres critères ne sont pas les siens";
            why.to_owned().into()
        }
        Some(spi) => why_no_spi(spi),
        None => why_nobody(register, &demande.criteria, today),
    })
}

/// The body of the answer; what the journal keeps is noted on the way.
fn reply(request: &Request<'_>, facts: &mut Facts) -> Result<Bytes, Fault> {
    correlation(request.headers)
        .map_err(|sent| sent.map_or(Fault::NoCorrelation, |_| Fault::Correlation))?;
    if request.resource.operation == INFORMATION {
        return Ok(json(&Information { descriptif: "L'API est opérationnelle" }));
    }
    teleservice(request.headers)?;
    let today = request.now.to_zoned(clock::paris()).date();
    let given = Given::from_query(request.query.unwrap_or_default(), &parameter::QUERY);
    facts.criteria = given.names().map(Into::into).collect();
    let scale = match request.resource.operation {
        LEP => Some(Scale::read(|name| request.segment(name), today)?),
        _ => None,
    };
    let demande = PersonDemande::read(&given)?;
    if demande.spi.is_some_and(|spi| looks_real("numeroSPI", spi.as_str())) {
        facts.vigilance = vec![parameter::SPI.name.into()];
    }
    facts.answers = Some(0);
    let person = whom(&request.register, &demande)?;
    let (body, keys) = match scale {
        Some(scale) => lep(&request.register, person, scale, today)?,
        None => situation(&request.register, person, today, request.config.sfip.extended_income)?,
    };
    facts.answers = Some(1);
    facts.restituted = keys.iter().copied().map(Cow::Borrowed).collect();
    Ok(body)
}

/// Required by both services; whether it is the convention's, control 3 has said.
fn teleservice(headers: &HeaderMap) -> Result<(), Fault> {
    let given = headers.get(ID_TELESERVICE).is_some_and(|value| !value.is_empty());
    if given { Ok(()) } else { Err(Fault::NoTeleservice) }
}

/// The one person of the demand.
fn whom(register: &Register, demande: &PersonDemande) -> Result<PersonId, Fault> {
    let found = match &demande.spi {
        Some(spi) => match register.person_by_spi(spi).map(|id| (id, register.person(id))) {
            Some((id, person)) if demande.criteria.describe(&person) => Found::One(id, person),
            Some(_) | None => Found::Nobody,
        },
        None => person::find(register, &demande.criteria),
    };
    match found {
        Found::One(id, person) if person.communicable => Ok(id),
        Found::One(..) => Err(Fault::NotCommunicable),
        Found::Many => Err(Fault::Several),
        Found::Nobody => Err(Fault::Nobody),
    }
}

type BodyAndKeys = (Bytes, &'static [&'static str]);

fn lep(
    register: &Register,
    person: PersonId,
    scale: Scale,
    today: Date,
) -> Result<BodyAndKeys, Fault> {
    let Scale { zone, year, income_year } = scale;
    if income_year > last_income_year(today) {
        return Err(Fault::NoAnswer("les revenus de cette année ne sont pas encore imposés"));
    }
    let eligible = register.may_have_lep(person, year, income_year, zone).ok_or(
        Fault::NoAnswer("la personne est décédée, ou aucune imposition de cette année ne la nomme"),
    )?;
    Ok((json(&Indicateur::new(eligible)), Indicateur::KEYS))
}

fn situation(
    register: &Register,
    person: PersonId,
    today: Date,
    extended: bool,
) -> Result<BodyAndKeys, Fault> {
    let assessment = last_assessment(register, person, today)
        .ok_or(Fault::NoAnswer("la personne n'a pas d'imposition à son nom"))?;
    let first = register.person(assessment.first);
    Ok((json(&Situation::new(&assessment, &first, extended)), Situation::KEYS))
}

/// The last of the years that may still be looked at; none of somebody who is at the charge of another.
fn last_assessment(register: &Register, person: PersonId, today: Date) -> Option<Assessment> {
    let last = last_income_year(today);
    let standings = (0..YEARS_KEPT).map(|back| register.tax_standing(person, last - back));
    let mut known = standings.filter(|standing| *standing != TaxStanding::Unassessed);
    match known.next()? {
        TaxStanding::Declarant(assessment) => Some(assessment),
        TaxStanding::Dependant(_) | TaxStanding::Unassessed => None,
    }
}

fn json(value: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(value).expect("texts and numbers are JSON"))
}

const ID_TELESERVICE: HeaderName = HeaderName::from_static("id_teleservice");

/// Of every answer, whatever `Accept` says.
const MEDIA: &str = "application/vnd.dgfip.sfip.v1.0+json";

/// How many years of income are looked at for the last assessment (*decision*: the time within which it may be corrected, LPF
/// article L169).
const YEARS_KEPT: u16 = 3;

const INFORMATION: &str = "information";
const LEP: &str = "lep";
const SITUATION: &str = "service2aa";

static RESOURCES: [Resource; 3] = [
    Resource { method: Method::GET, template: "/information", operation: INFORMATION, scope: None },
    Resource {
        method: Method::GET,
        template: "/demandeDeService/02GA/departement/{departement}/annrev/{annrev}/bareme/{bareme}/personne",
        operation: LEP,
        scope: Some("sfip_lep"),
    },
    Resource {
        method: Method::GET,
        template: "/demandeDeService/02AA/personne",
        operation: SITUATION,
        scope: Some("sfip_donnees_fiscales_usagers"),
    },
];
