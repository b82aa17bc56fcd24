//! What a good client does after an event, judged from what followed it; the same judgement serves cases and conduct.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::SignedDuration;
use serde::Deserialize;

use super::{evidence::Exhibit, line::Line, words};
use crate::admission::Control;

/// What a case expects of the client once the event has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// It obtains a new token, once, and makes the refused call again with it.
    Renew,
    /// It waits until the moment it was told, then makes the refused call again.
    Wait,
    /// It makes the same demand again a few times, with time between, and ends by succeeding.
    Resume,
    /// It does not send the same request again at once.
    NoRepeat,
    /// It stops calling.
    Stop,
    /// It comes back with another certificate.
    NewCertificate,
}

/// What followed an event; the numbers are positions among the exhibits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// The client reacted as it should; by this exhibit, where there is one.
    Met(Option<usize>),
    /// Nothing that followed tells.
    Pending(&'static str),
    /// The client did what it should not.
    Broken(usize, String),
}

impl Reaction {
    /// Judges what followed the event at `event`.
    pub fn judge(self, event: usize, exhibits: &Line<'_, '_>) -> FollowUp {
        match self {
            Self::Renew => renewal(event, exhibits),
            Self::Wait => waiting(event, exhibits),
            Self::Resume => resumption(event, exhibits),
            Self::NoRepeat => no_repeat(event, exhibits),
            Self::Stop => stop(event, exhibits),
            Self::NewCertificate => new_certificate(event, exhibits),
        }
    }

    /// The last of these events that says something, and what; the last of all when none does. What came before it in the same
    /// row counts with it: who hammers and then waits has not waited.
    pub fn decide(self, events: &[usize], exhibits: &Line<'_, '_>) -> Option<(usize, FollowUp)> {
        let judged = |&event: &usize| (event, self.judge(event, exhibits));
        let tells = |(_, outcome): &(usize, FollowUp)| !matches!(outcome, FollowUp::Pending(_));
        let found = match self {
            // Each call shows a certificate: all of them are events, and most say nothing.
            Self::NewCertificate => renewals(events, exhibits).map(|event| judged(&event)),
            Self::Renew | Self::Wait | Self::Resume | Self::NoRepeat | Self::Stop => {
                events.iter().rev().take(LOOKED_BACK).map(judged).find(tells)
            }
        };
        let found = found.or_else(|| events.last().map(judged));
        found.map(|(event, outcome)| match outcome {
            FollowUp::Met(_) => self.of_row(event, events, exhibits).unwrap_or((event, outcome)),
            FollowUp::Pending(_) | FollowUp::Broken(..) => (event, outcome),
        })
    }

    /// The event before this one, in the same row, after which the client did what it should not.
    fn of_row(
        self,
        event: usize,
        events: &[usize],
        exhibits: &Line<'_, '_>,
    ) -> Option<(usize, FollowUp)> {
        let mut row = event;
        let before = events[..events.partition_point(|&one| one < event)].iter().rev();
        let mut broken = None;
        for &earlier in before.take(LOOKED_BACK) {
            let elsewhere = exhibits[row].is_elsewhere(exhibits[earlier]);
            if elsewhere || !self.is_row(exhibits[earlier], exhibits[row]) {
                continue;
            }
            row = earlier;
            let outcome = self.judge(earlier, exhibits);
            if matches!(outcome, FollowUp::Broken(..)) {
                broken = Some((earlier, outcome));
            }
        }
        broken
    }

    /// Whether a later event belongs to the same row of tries as an earlier one, whose answer the client knew.
    fn is_row(self, earlier: &Exhibit<'_>, later: &Exhibit<'_>) -> bool {
        match self {
            Self::Wait => {
                let hour = earlier.entry.next_access;
                earlier.entry.api == later.entry.api
                    && later.follows(earlier, EVER)
                    && !later.was_on_its_way(earlier)
                    && hour.is_some_and(|hour| later.entry.time < hour)
            }
            Self::Resume => later.asks_again(earlier) && later.follows(earlier, limits::ROW),
            Self::NoRepeat => later.asks_again(earlier) && later.follows(earlier, limits::AT_ONCE),
            // These look at all that follows, and calls of other cases meet a convention out of force too.
            Self::Renew | Self::Stop | Self::NewCertificate => false,
        }
    }

    /// Whether the hour that the client was told to wait for came because the clock was moved: by the wall's, `later` was too early.
    pub fn skipped(self, refusal: &Exhibit<'_>, later: &Exhibit<'_>) -> bool {
        let wait = refusal.entry.next_access.map(|hour| hour.duration_since(refusal.end()));
        self == Self::Wait
            && wait.is_some_and(|wait| {
                later.elapsed_by_wall(refusal).is_some_and(|passed| passed + WALL < wait)
            })
    }

    /// What is expected, in French.
    pub fn expectation(self) -> &'static str {
        match self {
            Self::Renew => {
                "le client obtient une seule fois un nouveau jeton, puis reprend l'appel refusé"
            }
            Self::Wait => "le client attend l'heure de Retry-After, puis reprend l'appel refusé",
            Self::Resume => {
                "le client renvoie la même demande, espace et limite ses reprises, puis aboutit"
            }
            Self::NoRepeat => "le client ne renvoie pas aussitôt la même demande",
            Self::Stop => "le client cesse d'appeler",
            Self::NewCertificate => {
                "le client se présente avec un autre certificat, accepté à son tour"
            }
        }
    }
}

/// The limits by which reactions are judged.
pub mod limits {
    use jiff::SignedDuration;

    /// A request sent again within this time of its refusal is sent again at once.
    pub const AT_ONCE: SignedDuration = SignedDuration::from_secs(10);
    /// A first retry within this time of the failure is made at once: a remark.
    pub const SPACING: SignedDuration = SignedDuration::from_secs(1);
    /// The least back-off that is none of a burst: the second retry comes three of these after the failure, the third seven, the
    /// fourth fifteen. It is the shortest that a library's documentation proposes (Faraday's).
    pub const BACK_OFF: SignedDuration = SignedDuration::from_millis(50);
    /// How many times one request may be sent in a row while it fails.
    pub const ATTEMPTS: u32 = 5;
    /// Tries further apart than this are not in a row.
    pub const ROW: SignedDuration = SignedDuration::from_mins(15);
    /// When so many tries are over, however far apart.
    pub const ALL_TRIES: SignedDuration = SignedDuration::from_mins(75);
    /// How many calls a client may still send in the minute after it was told that its convention is not in force.
    pub const LAST_CALLS: usize = 3;
}

/// How much earlier than the hour the wall's clock may be without anybody having moved the other.
const WALL: SignedDuration = SignedDuration::from_secs(1);

const EVER: SignedDuration = SignedDuration::MAX;

/// One token for the first refusal, one more at most for each refusal met on the way (several threads of one client), until a
/// call is accepted again; then the refused call again, which succeeds.
fn renewal(event: usize, exhibits: &Line<'_, '_>) -> FollowUp {
    let refusal = exhibits[event];
    let (mut refusals, mut obtained) = (1, false);
    let (mut tokens, mut denied, mut accepted) = (0, 0, false);
    for (at, exhibit) in exhibits.after(event) {
        if obtained && exhibit.token_accepted() {
            accepted = true;
            if (exhibit.succeeded() || exhibit.is_out_of_force()) && exhibit.asks_again(refusal) {
                return FollowUp::Met(Some(at));
            }
        }
        if accepted {
            continue; // the renewal is over
        }
        let informed = exhibit.follows(refusal, EVER) && !exhibit.was_on_its_way(refusal);
        if exhibit.token_refused() {
            if informed && !obtained {
                return FollowUp::Broken(
                    at,
                    "rappel avec le jeton refusé, sans en demander un autre".to_owned(),
                );
            }
            refusals += 1;
        } else if exhibit.obtained_token() {
            (tokens, obtained) = (tokens + 1, true);
            if tokens > refusals {
                return FollowUp::Broken(at, too_many_tokens(denied));
            }
        } else if exhibit.asks_token() && !exhibit.failed() {
            denied += 1;
        }
    }
    FollowUp::Pending(match (obtained, accepted) {
        (true, true) => NOT_TAKEN_UP,
        (true, false) => "nouveau jeton obtenu, mais aucun appel accepté depuis",
        (false, _) if denied > 0 => {
            "demande de jeton refusée : aucun nouveau jeton obtenu depuis le refus"
        }
        (false, _) => "aucun nouveau jeton demandé depuis le refus",
    })
}

/// More tokens than refusals; the requests that gave none are counted apart.
fn too_many_tokens(denied: usize) -> String {
    let denied = match denied {
        0 => String::new(),
        n => format!(
            " (et {} sans en donner)",
            words::counted(n, "demande refusée", "demandes refusées")
        ),
    };
    format!("plusieurs jetons obtenus pour un seul refus{denied}")
}

fn waiting(event: usize, exhibits: &Line<'_, '_>) -> FollowUp {
    let refusal = exhibits[event];
    let Some(next_access) = refusal.entry.next_access else {
        return FollowUp::Pending("le refus ne dit pas quand revenir");
    };
    for (at, exhibit) in exhibits.after(event) {
        if !exhibit.is_call()
            || exhibit.entry.api != refusal.entry.api
            || !exhibit.follows(refusal, EVER)
            || exhibit.was_on_its_way(refusal)
        {
            continue;
        }
        if exhibit.elapsed_since(refusal) < next_access.duration_since(refusal.end()) {
            return FollowUp::Broken(
                at,
                format!(
                    "appel à {}, avant l'heure de Retry-After",
                    words::hour(exhibit.entry.time)
                ),
            );
        }
        if exhibit.succeeded() && exhibit.asks_again(refusal) {
            return FollowUp::Met(Some(at));
        }
    }
    FollowUp::Pending("aucune reprise réussie de cet appel depuis l'heure de Retry-After")
}

fn resumption(event: usize, exhibits: &Line<'_, '_>) -> FollowUp {
    if let Some((at, why)) = retries(event, exhibits) {
        return FollowUp::Broken(at, why);
    }
    let failure = exhibits[event];
    let again = |(_, later): &(usize, &Exhibit<'_>)| later.asks_again(failure);
    let (mut tried, mut unread) = (false, false);
    for (at, later) in exhibits.after(event).filter(again) {
        if later.succeeded() {
            return FollowUp::Met(Some(at));
        }
        let is_read = failure.entry.digest.is_some() && later.entry.digest.is_some();
        (tried, unread) = (tried || is_read, unread || !is_read);
    }
    match (tried, unread) {
        (true, _) => FollowUp::Pending("la même demande a été renvoyée, et n'a pas abouti"),
        (false, true) => FollowUp::Pending(UNREAD),
        (false, false) => {
            FollowUp::Pending("aucune reprise observée : la même demande n'a pas été renvoyée")
        }
    }
}

/// The first retry of the failed request at `event`, if it was made at once: libraries do, and it is no breach.
pub(super) fn first_at_once(event: usize, exhibits: &Line<'_, '_>) -> Option<(usize, String)> {
    let failure = exhibits[event];
    let (at, _) =
        exhibits.again(event).next().filter(|(_, one)| one.follows(failure, limits::SPACING))?;
    Some((
        at,
        "première reprise moins d'une seconde après l'échec : mieux vaut l'espacer aussi"
            .to_owned(),
    ))
}

/// The first retry of the failed request at `event` that is one of a burst, or one too many.
pub(super) fn retries(event: usize, exhibits: &Line<'_, '_>) -> Option<(usize, String)> {
    let failure = exhibits[event];
    let (mut attempts, mut last) = (1_u32, failure);
    let soon =
        |(_, later): &(usize, &Exhibit<'_>)| later.elapsed_since(failure) < limits::ALL_TRIES;
    for (at, exhibit) in exhibits.again(event).take_while(soon) {
        if !exhibit.follows(last, limits::ROW) {
            continue;
        }
        let least = limits::BACK_OFF * (2_i32.saturating_pow(attempts) - 1);
        if attempts > 1 && exhibit.follows(failure, least) {
            return Some((
                at,
                format!(
                    "reprises en rafale : {attempts} en moins de {} ms après l'échec",
                    least.as_millis()
                ),
            ));
        }
        attempts += 1;
        if attempts > limits::ATTEMPTS {
            return Some((
                at,
                format!("plus de {} envois de la même demande en échec", limits::ATTEMPTS),
            ));
        }
        if !exhibit.failed() {
            return None;
        }
        last = exhibit;
    }
    None
}

fn no_repeat(event: usize, exhibits: &Line<'_, '_>) -> FollowUp {
    let refusal = exhibits[event];
    let at_once = |(_, later): &(usize, &Exhibit<'_>)| later.follows(refusal, limits::AT_ONCE);
    let mut soon = exhibits
        .again(event)
        .take_while(|(_, later)| later.elapsed_since(refusal) < limits::AT_ONCE);
    match soon.find(at_once) {
        Some((at, _)) => FollowUp::Broken(
            at,
            "même demande renvoyée aussitôt après un refus définitif".to_owned(),
        ),
        None => FollowUp::Met(None),
    }
}

fn stop(event: usize, exhibits: &Line<'_, '_>) -> FollowUp {
    let refusal = exhibits[event];
    let minute = SignedDuration::from_mins(1);
    let again = |(_, later): &(usize, &Exhibit<'_>)| {
        later.is_call()
            && later.entry.cause == refusal.entry.cause
            && later.follows(refusal, minute)
    };
    let mut soon = exhibits
        .after(event)
        .take_while(|(_, later)| later.elapsed_since(refusal) < minute)
        .filter(again);
    match soon.nth(limits::LAST_CALLS) {
        Some((at, _)) => FollowUp::Broken(
            at,
            "appels poursuivis malgré une convention qui n'est plus en vigueur".to_owned(),
        ),
        None => FollowUp::Met(None),
    }
}

fn new_certificate(event: usize, exhibits: &Line<'_, '_>) -> FollowUp {
    let Some(first) = certificate(exhibits[event]) else {
        return FollowUp::Pending(ONE_CERTIFICATE);
    };
    let renewed =
        |(_, later): &(usize, &Exhibit<'_>)| certificate(later).is_some_and(|later| later != first);
    let run = exhibits[event].run;
    let later = exhibits.iter().copied().enumerate().skip(event + 1);
    match later.filter(|(_, one)| one.run == run).find(renewed) {
        Some((at, _)) => FollowUp::Met(Some(at)),
        None => FollowUp::Pending(ONE_CERTIFICATE),
    }
}

/// Whether another certificate was shown after each of these events, the last first: one look at each exhibit.
fn renewals(events: &[usize], exhibits: &Line<'_, '_>) -> Option<usize> {
    let mut shown: HashMap<usize, (&str, bool)> = HashMap::new();
    let mut later = (0..exhibits.len()).rev().peekable();
    for &event in events.iter().rev() {
        while let Some(at) = later.next_if(|&at| at > event) {
            let Some(print) = certificate(exhibits[at]) else { continue };
            let (first, several) = shown.entry(exhibits[at].run).or_insert((print, false));
            *several |= *first != print;
        }
        let other = |print| {
            shown
                .get(&exhibits[event].run)
                .is_some_and(|(later, several)| *several || *later != print)
        };
        if certificate(exhibits[event]).is_some_and(other) {
            return Some(event);
        }
    }
    None
}

/// The fingerprint of the certificate that the partner showed, where the gateway took it for the partner's.
fn certificate<'a>(exhibit: &'a Exhibit<'_>) -> Option<&'a str> {
    let shown = exhibit.entry.certificate.as_ref();
    shown.filter(|_| exhibit.own && is_taken(exhibit)).map(|facts| &*facts.fingerprint)
}

/// Whether a call got past the controls that tell who calls, or its token was not refused to such a client: what was refused
/// there shows no certificate that serves. Of a convention that is not in force the caller is known, and nothing can succeed.
fn is_taken(exhibit: &Exhibit<'_>) -> bool {
    let who = [Control::Certificate, Control::TechnicalId, Control::Identity];
    let refused = exhibit.entry.refused_by().is_some_and(|control| who.contains(&control));
    let unknown = exhibit.asks_token() && exhibit.entry.status == Some(401);
    (!refused || exhibit.is_out_of_force()) && !unknown
}

/// Of a renewal after which other calls were made, and not the refused one.
pub(super) const NOT_TAKEN_UP: &str =
    "nouveau jeton obtenu, mais aucune reprise réussie de l'appel refusé";
/// Of calls that were refused before their demand was read: nothing says which demand it was.
const UNREAD: &str = "des appels de la même opération ont suivi, refusés avant d'être lus : rien ne dit si la demande était la même";
const ONE_CERTIFICATE: &str = "un seul certificat vu jusqu'ici";

/// How many events without a verdict are looked back on for one that has one.
const LOOKED_BACK: usize = 500;
