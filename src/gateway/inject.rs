//! Where faults are injected: after every control, in the place of the API or of the token endpoint.
//!
//! What is ordered goes through the paths that write real answers: an API's code through [`Api::fault`], the product's
//! through [`GatewayFault`], the token endpoint's through its own errors. A refusal of the product's does not count in the quota
//! (apim-wire 3.3), and the journal shows it under the control that refuses with that code.

use std::time::Duration;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};

use super::{
    Gateway,
    fault::{FaultContext, GatewayFault},
    headers::{self, ComeBack},
};
use crate::{
    api::{self, Answer, Api, Ordered},
    availability::{Closure, Hindrance},
    clock,
    domain::fold_ascii,
    faults::{Code, End, Injection, InjectionTurn, RawRequest, RequestFacts},
    journal::{Draft, RefusalFacts},
    product::{Family, GatewayCode, TokenError},
    sandbox::Sandbox,
    tls::Dropped,
};

/// Answers a request of an API: as usual, or as a fault has it.
pub(super) async fn at_api(
    gateway: &Gateway,
    api: &dyn Api,
    request: &api::Request<'_>,
    draft: &mut Draft,
    place: FaultContext<'_>,
    write: impl Fn(Answer) -> Response,
) -> Response {
    let note = |draft: &mut Draft, mut answer: Answer| {
        draft.add(std::mem::take(&mut answer.facts));
        write(answer)
    };
    let usual = |draft: &mut Draft| note(draft, api.answer(request));
    let Sandbox { faults, availability, .. } = gateway.sandbox.as_ref();
    if faults.is_idle() && availability.is_always_open() {
        return usual(draft);
    }
    let segments: Vec<_> = request.resource.segments(request.path).collect();
    let raw = RawRequest { query: request.query, segments: &segments, body: request.body };
    let partner = &request.call.convention().id;
    let injection = gateway
        .shared
        .fault(
            &gateway.sandbox,
            RequestFacts::new(Some(api.id()), request.resource.operation, partner, raw),
        )
        .await;
    let searches = api.health() != Some(request.resource.operation);
    let hindered = || {
        availability
            .hindrance(api.id(), searches, request.now)
            .map(|hindrance| hindered(api, hindrance))
    };
    let Some(injection) = injection.or_else(hindered) else { return usual(draft) };
    if let (End::Code(Code::Product(code)), Some(quota)) = (&injection.end, request.call.quota())
        && code.is_refusal()
    {
        let shared = &gateway.shared;
        shared.give_quota_back(&gateway.sandbox, request.node, (partner, api.id()), quota).await;
        draft.entry.quota = None;
    }
    let ordered = |draft: &mut Draft, ordered: Ordered<'_>| match api.fault(ordered, request) {
        Ok(answer) => Some(note(draft, answer)),
        Err(facts) => {
            draft.add(*facts);
            None
        }
    };
    let worded = |draft: &mut Draft, end: &End| match end {
        End::Code(Code::Api(code)) => ordered(draft, Ordered::Code(code)),
        End::Status(status, message) => {
            ordered(draft, Ordered::Status(*status, message.as_deref()))
        }
        End::Code(Code::Product(_) | Code::Token(_))
        | End::AsUsual
        | End::Incident
        | End::Html(_)
        | End::Drop
        | End::Truncate => None,
    };
    let scene = Scene { gateway, draft, place };
    let play = scene.play(injection, async |draft: &mut Draft| usual(draft), worded);
    Box::pin(play).await // it is rare, and large
}

/// What a caller is answered who is not answered as usual; the API says what it is when it is closed.
fn hindered(api: &dyn Api, hindrance: Hindrance) -> Injection {
    let until = |Closure { cause, until }: Closure| {
        let shown = until.to_zoned(clock::paris()).strftime("%d/%m/%Y à %H:%M:%S");
        format!("{} ({}), jusqu'au {shown}, heure de Paris", cause.french(), cause.as_str())
    };
    let label = api.id().label();
    let (end, summary) = match hindrance {
        Hindrance::Tail(closure) => (
            End::Status(StatusCode::SERVICE_UNAVAILABLE, None),
            format!("appel refusé après la réouverture de {label}, {}", until(closure)),
        ),
        Hindrance::Closed(closure) => (
            End::Code(api.closed(closure.cause)),
            format!("{label} est fermée, {}", until(closure)),
        ),
        Hindrance::Incident { slow } => (
            End::of_incident(slow),
            "appel que l'incident fait échouer (availability.profile = incident)".to_owned(),
        ),
    };
    Injection {
        id: SERVICE.to_owned(),
        delay: None,
        end,
        retry_after: None,
        summary,
        turn: InjectionTurn::Scenario,
    }
}

/// Answers a request of the gateway's own, which says who the partner is (empty when nothing does): as usual, or as a fault
/// has it; `refuse` writes an error of the endpoint's.
pub(super) async fn at_gateway(
    gateway: &Gateway,
    draft: &mut Draft,
    operation: &str,
    request: (&str, &HeaderMap, &Bytes),
    usual: impl AsyncFnOnce(&mut Draft) -> Response,
    refuse: impl FnOnce(&mut Draft, &'static TokenError) -> Response,
) -> Response {
    let (partner, headers, body) = request;
    let raw = RawRequest { query: None, segments: &[], body };
    let facts = RequestFacts::new(None, operation, partner, raw);
    let injection = gateway.shared.fault(&gateway.sandbox, facts).await;
    let Some(injection) = injection else { return usual(draft).await };
    let worded = |draft: &mut Draft, end: &End| match end {
        End::Code(Code::Token(error)) => Some(refuse(draft, error)),
        End::Code(Code::Product(_) | Code::Api(_))
        | End::Status(..)
        | End::AsUsual
        | End::Incident
        | End::Html(_)
        | End::Drop
        | End::Truncate => None,
    };
    let place = FaultContext::outside(&gateway.sandbox, headers);
    Scene { gateway, draft, place }.play(injection, usual, worded).await
}

/// The answer, or the wish that there be none: what the listener makes of a response.
pub(super) fn obey(response: Response) -> Result<Response, Dropped> {
    if is_dropped(&response) { Err(Dropped) } else { Ok(response) }
}

/// Whether this response stands for none.
pub(super) fn is_dropped(response: &Response) -> bool {
    response.extensions().get::<Dropped>().is_some()
}

struct Scene<'a> {
    gateway: &'a Gateway,
    draft: &'a mut Draft,
    place: FaultContext<'a>,
}

impl Scene<'_> {
    async fn play(
        mut self,
        injection: Injection,
        usual: impl AsyncFnOnce(&mut Draft) -> Response,
        worded: impl FnOnce(&mut Draft, &End) -> Option<Response>,
    ) -> Response {
        self.draft.entry.fault = Some(injection.id.clone());
        self.draft.entry.note =
            Some(format!("incident {} : {}", injection.id, summary(&injection)));
        if let Some(delay) = injection.delay {
            self.wait(delay).await;
        }
        let mut response = match &injection.end {
            // An incident is drawn before it applies, and is then a code.
            End::AsUsual | End::Incident => usual(self.draft).await,
            End::Truncate => truncated(usual(self.draft).await).await,
            End::Drop => dropped(),
            End::Html(status) => maintenance_page(*status),
            End::Code(Code::Product(code)) => self.refuse(code, &injection),
            end @ End::Status(status, _) => {
                worded(self.draft, end).unwrap_or_else(|| status.into_response())
            }
            end @ End::Code(Code::Api(_) | Code::Token(_)) => worded(self.draft, end)
                .unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        };
        if !matches!(injection.end, End::AsUsual | End::Incident | End::Truncate) {
            self.note_order(&injection);
        }
        if let Some(seconds) = injection.retry_after {
            response.extensions_mut().insert(ComeBack::In(seconds));
            let now = self.gateway.sandbox.clock.now();
            self.draft.chain.next_access = Some(seconds_after(now, seconds));
        }
        if self.gateway.sandbox.config.gateway.diagnostics {
            response.headers_mut().insert(headers::FAULT, headers::value(&injection.id));
        }
        response
    }

    /// Keeps that the answer was chosen: what its code usually means is not why it came.
    fn note_order(&mut self, injection: &Injection) {
        let Injection { id, summary, .. } = injection;
        let why = match id.as_str() {
            SERVICE => format!("Horaires simulés : {summary}"),
            id => format!("Incident simulé « {id} » : cette réponse a été provoquée"),
        };
        let facts = RefusalFacts::of_order(&why);
        self.draft.ordered.clone_from(&facts.explanation);
        let by_control = |code: &GatewayCode| code.control.is_some();
        let is_told = matches!(&injection.end, End::Code(Code::Product(code)) if by_control(code));
        match &mut self.draft.entry.refusal {
            Some(refusal) => {
                let message = std::mem::take(&mut refusal.message);
                **refusal = facts.answered(message);
            }
            none => *none = (!is_told).then(|| Box::new(facts)),
        }
    }

    /// The delay of a fault, or less: a reset lets go the calls that it finds waiting.
    async fn wait(&self, delay: Duration) {
        let sandbox = &self.gateway.sandbox;
        let mut let_go = sandbox.let_go.subscribe();
        let entry = &self.draft.entry;
        let (past, partner) = (sandbox.journal.is_past(entry), entry.partner.as_deref());
        let reset = async {
            // One that is told too much at once to follow is let go too.
            while let Ok(Some(whose)) = let_go.recv().await
                && Some(&*whose) != partner
            {}
        };
        if !past {
            tokio::select! { () = tokio::time::sleep(delay) => {}, () = reset => {} }
        }
    }

    /// The product's own refusal, and what the journal and the diagnostics say of the control it stands for.
    fn refuse(&mut self, code: &'static GatewayCode, injection: &Injection) -> Response {
        let id = &injection.id;
        let sandbox = &self.gateway.sandbox;
        let settings = &sandbox.config.gateway;
        let now = sandbox.clock.now();
        let until = injection
            .retry_after
            .map_or_else(|| minute_after(now), |seconds| seconds_after(now, seconds));
        let fault = GatewayFault::Injected { code, until };
        self.draft.entry.code = Some(code.number.to_string());
        let mut response = fault.respond(self.place);
        if let Some(control) = code.control {
            let reason = format!("incident provoqué « {id} » : code {}", code.number);
            if settings.diagnostics {
                response
                    .headers_mut()
                    .insert(headers::CONTROL, HeaderValue::from_static(control.as_str()));
                response
                    .headers_mut()
                    .insert(headers::REASON, headers::value(&fold_ascii(&reason)));
            }
            let waits = matches!(code.family, Family::Throttling { next: true });
            self.draft.chain.refuse_on_purpose(control, reason, waits.then_some(until));
        }
        response
    }
}

fn summary(injection: &Injection) -> String {
    match injection.delay {
        Some(delay) => {
            format!("{}, après une attente de {} ms", injection.summary, delay.as_millis())
        }
        None => injection.summary.clone(),
    }
}

fn minute_after(now: Timestamp) -> Timestamp {
    Timestamp::from_second((now.as_second().div_euclid(60) + 1) * 60).unwrap_or(now)
}

fn seconds_after(now: Timestamp, seconds: u64) -> Timestamp {
    let seconds = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.checked_add(seconds).unwrap_or(Timestamp::MAX)
}

/// A response that stands for none.
pub(super) fn dropped() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Dropped);
    response
}

/// The first half of an answer that announces the whole; the connection is closed after it.
async fn truncated(whole: Response) -> Response {
    let (mut parts, body) = whole.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else { return dropped() };
    if bytes.is_empty() {
        return dropped();
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    let steps = stream::unfold(Some(half), |left| async move {
        match left {
            Some(half) => Some((Ok(half), None)),
            None => {
                tokio::task::yield_now().await; // the half is on its way before the connection breaks
                Some((Err(Dropped), None))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(steps))
}

/// What a load balancer shows in front of a gateway that is down: no JSON, no code.
fn maintenance_page(status: StatusCode) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], PAGE).into_response()
}

/// What the journal calls the fault of an API that is closed.
const SERVICE: &str = "service";

const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"fr\">\n<head><meta charset=\"UTF-8\"><title>Maintenance</title></head>\n\
    <body><h1>Service temporairement indisponible</h1><p>Une opération de maintenance est en cours. \
    Veuillez renouveler votre demande ultérieurement.</p></body>\n</html>\n";
