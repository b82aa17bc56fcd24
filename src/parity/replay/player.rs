//! Plays a session, exchange by exchange, each with the candidate whose answer is nearest to the original's.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Played, ReplayCall, ReplayReply, Scene, Script, Stage,
    choice::{Candidates, Choice, Role, Tokens},
    recorded::{issued, mark_token, moment, role_of, roles, start},
};
use crate::{
    parity::{
        difference,
        redact::{RawRequest, RawResponse, Redactor},
        session::{Exchange, Failure, Session},
    },
    rights::ApiId,
};

/// Replays sessions on a stage.
pub struct Player<'s, S> {
    pub(super) stage: &'s mut S,
    redactor: &'s mut Redactor,
    pub(super) session: &'s Session,
}

/// What of a session is played, and how thoroughly.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    /// The only exchanges, while it is looked for who plays them.
    pub(super) only: Option<&'a HashSet<u64>>,
    /// A candidate nearer than this is taken at once.
    pub(super) enough: u64,
    /// Once the answers are of another kind by more than this, the rest is left out.
    pub(super) limit: u64,
}

/// What has come of a pass so far.
#[derive(Default)]
struct PassRun {
    tokens: Tokens,
    /// The tokens that were given before, of the original and of ours.
    theirs: HashSet<String>,
    ours: HashSet<String>,
    played: Vec<Played>,
    chosen: HashMap<u64, Choice>,
}

/// An exchange that is to be played.
struct PlayedTurn<'a> {
    original: &'a Exchange,
    /// The same, its token marked as a new one or not.
    expected: Exchange,
    partner: &'a str,
    now: Timestamp,
}

/// An answer, and how it was brought about.
struct Nearest {
    far: u64,
    choice: Choice,
    here: Exchange,
    token: Option<String>,
}

impl Pass<'_> {
    /// All of it, as near as can be.
    const WHOLE: Self = Self { only: None, enough: 1, limit: u64::MAX };
}

impl<'s, S: Stage> Player<'s, S> {
    pub fn new(stage: &'s mut S, redactor: &'s mut Redactor, session: &'s Session) -> Self {
        Self { stage, redactor, session }
    }

    /// Finds who plays whom and with which data, unless `partner` says who the first is.
    ///
    /// # Errors
    /// A stage that cannot be reached.
    pub async fn rehearse(&mut self, partner: Option<&str>) -> anyhow::Result<Script> {
        let script = Script { cast: self.cast(partner).await?, chosen: HashMap::new() };
        let (_, chosen) = self.perform(&script, Pass::WHOLE).await?;
        Ok(Script { chosen, ..script })
    }

    /// Plays the session as rehearsed.
    ///
    /// # Errors
    /// A stage that cannot be reached.
    pub async fn play(&mut self, script: &Script) -> anyhow::Result<Vec<Played>> {
        Ok(self.perform(script, Pass::WHOLE).await?.0)
    }

    /// Plays the session as rehearsed, but for these exchanges, which look for their data anew.
    ///
    /// # Errors
    /// A stage that cannot be reached.
    pub async fn play_anew(
        &mut self,
        script: &Script,
        anew: &HashSet<u64>,
    ) -> anyhow::Result<(Script, Vec<Played>)> {
        let mut script = script.clone();
        script.chosen.retain(|n, _| !anew.contains(n));
        let (played, chosen) = self.perform(&script, Pass::WHOLE).await?;
        Ok((Script { chosen, ..script }, played))
    }

    /// Plays the exchanges of a pass, in their order: what came of each, and how it was asked.
    pub(super) async fn perform(
        &mut self,
        script: &Script,
        pass: Pass<'_>,
    ) -> anyhow::Result<(Vec<Played>, HashMap<u64, Choice>)> {
        let session = self.session;
        let roles = roles(session);
        let start = start(session).unwrap_or_else(|| self.stage.now());
        let (mut run, mut now, mut far) = (PassRun::default(), start, 0);
        let mut holders: HashMap<String, String> = HashMap::new();
        self.redactor.forget();
        for original in &session.exchanges {
            let role = role_of(original, &holders).unwrap_or_else(|| roles[0].clone());
            if let Some(token) = issued(original) {
                holders.insert(token, role.clone());
            }
            let mut expected = original.clone();
            mark_token(&mut expected, &mut run.theirs);
            if pass.only.is_some_and(|only| !only.contains(&original.n)) {
                continue;
            }
            now = moment(original, session, start).unwrap_or(now);
            let known = script.cast.partners.iter().find(|(name, _)| *name == role);
            let partner = known.map_or(script.certificate(), |(_, id)| id.as_str());
            let turn = PlayedTurn { original, expected, partner, now };
            let played = self.exchange(&turn, script, pass, &mut run).await?;
            far += difference::kinds_apart(&played.differences);
            run.played.push(played);
            if far > pass.limit {
                break;
            }
        }
        Ok((run.played, run.chosen))
    }

    async fn exchange(
        &mut self,
        turn: &PlayedTurn<'_>,
        script: &Script,
        pass: Pass<'_>,
        run: &mut PassRun,
    ) -> anyhow::Result<Played> {
        let PlayedTurn { original, partner, now, .. } = *turn;
        let skipped =
            |why| Ok(Played { n: original.n, differences: Vec::new(), skipped: Some(why) });
        if original.response.is_none() {
            return skipped("l'original n'a pas répondu");
        }
        let steers = self.stage.steers();
        let exhausted = exhausted(original, self.redactor);
        if exhausted.is_some() && !steers {
            return skipped(
                "un quota épuisé ne se rejoue que dans le serveur propre à la commande",
            );
        }
        let directory = self.stage.directory();
        let Some(convention) = directory.convention(partner) else {
            return skipped("aucun partenaire ne joue cette application");
        };
        let register = self.stage.register();
        let scene = Scene { now, partner, exhausted, fault: None };
        self.stage.set(&scene);
        let path = original.request.path.replace("{}", "x");
        let candidates = Candidates {
            original,
            asked: self.redactor.vocabulary().resource(&original.request.method, &path),
            role: Role { convention, register: &register, tokens: &run.tokens },
            now: self.stage.now(),
        };
        let calls = match script.chosen.get(&original.n) {
            Some(choice) if choice.fault.is_some() && !steers => {
                return skipped(
                    "cette réponse s'ordonne, et ne se rejoue que dans le serveur propre à la commande",
                );
            }
            Some(choice) => vec![(choice.clone(), candidates.call(choice))],
            // Who calls is found by what answers of itself and quickly, not by what is ordered.
            None if pass.only.is_some() => candidates.calls(false, FEW_BASES),
            None => candidates.calls(steers, MOST_BASES),
        };
        let certificate = script.certificate();
        let nearest = self.nearest(turn, &scene, certificate, calls, pass.enough, run).await?;
        let Some(Nearest { choice, mut here, token, .. }) = nearest else {
            return skipped("rien ne peut être demandé à sa place");
        };
        if let (Some(theirs), Some(ours)) = (issued(original), token) {
            run.tokens.insert(theirs, ours);
        }
        mark_token(&mut here, &mut run.ours);
        run.chosen.insert(original.n, choice);
        let differences = difference::between(&turn.expected, &here);
        Ok(Played { n: original.n, differences, skipped: None })
    }

    /// The answer that is nearest to the original's.
    async fn nearest(
        &mut self,
        turn: &PlayedTurn<'_>,
        scene: &Scene<'_>,
        certificate: &str,
        calls: Vec<(Choice, ReplayCall)>,
        enough: u64,
        run: &PassRun,
    ) -> anyhow::Result<Option<Nearest>> {
        let mut best: Option<Nearest> = None;
        for (choice, call) in calls {
            self.stage.set(&Scene { fault: choice.fault.as_deref(), ..*scene });
            let reply = self.stage.send(certificate, &call).await?;
            let token = reply.as_ref().and_then(access_token);
            let here = recorded(self.redactor, turn.original.n, &call, reply);
            // What kind of token it is, is asked of the one that is kept.
            let mut shown = here.clone();
            mark_token(&mut shown, &mut run.ours.clone());
            let far = difference::distance(&difference::between(&turn.expected, &shown));
            if best.as_ref().is_none_or(|best| far < best.far) {
                best = Some(Nearest { far, choice, here, token });
            }
            if far < enough {
                break;
            }
        }
        Ok(best)
    }
}

fn recorded(
    redactor: &mut Redactor,
    n: u64,
    call: &ReplayCall,
    reply: Option<ReplayReply>,
) -> Exchange {
    let request = RawRequest {
        method: &call.method,
        target: &call.target,
        headers: &call.headers,
        body: Some(call.body.clone()),
    };
    let raw = reply.as_ref().map(|reply| RawResponse {
        status: reply.status,
        version: reply.version,
        headers: &reply.headers,
        body: Some(reply.body.clone()),
    });
    let (request, response) = redactor.exchange(&request, raw.as_ref());
    let failure = response.is_none().then_some(Failure::Reset);
    Exchange { n, at_ms: 0, took_ms: 0, request, response, failure }
}

fn access_token(reply: &ReplayReply) -> Option<String> {
    let value: Value = serde_json::from_slice(&reply.body).ok()?;
    value.get("access_token").and_then(Value::as_str).map(str::to_owned)
}

/// The API whose quota refused.
fn exhausted(exchange: &Exchange, redactor: &Redactor) -> Option<ApiId> {
    let refused = exchange.response.as_ref().is_some_and(|response| response.status == 429);
    let path = exchange.request.path.replace("{}", "x");
    refused.then(|| redactor.vocabulary().apis().at(&path)).flatten()
}

/// Of so many persons and calls the data are tried.
const MOST_BASES: usize = 64;
/// Of so many while it is looked for who calls.
const FEW_BASES: usize = 6;
