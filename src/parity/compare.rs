//! A session against a stage: what differs, and which settings would change it.

use std::collections::{BTreeSet, HashSet};

use super::{
    difference::{self, Difference},
    redact::Redactor,
    replay::{Cast, Played, Player, Script, Stage},
    session::{Body, Session},
};
use crate::{
    config::{Config, SETTINGS, Setting},
    rights::ApiId,
};

/// What came of a comparison.
pub struct Comparison {
    /// Who played whom.
    pub cast: Cast,
    /// Each exchange.
    pub played: Vec<Played>,
    /// The settings that bring the answers nearer, in the order in which they were found.
    pub settings: Vec<Nearer>,
}

/// A setting that brings the answers nearer to the original's.
#[derive(Clone, Debug)]
pub struct Nearer {
    pub key: &'static str,
    pub value: String,
    /// The differences that disappear with it, those before it being set.
    pub resolves: Vec<Difference>,
}

/// Rehearses and plays a session on a stage of one's own.
///
/// # Errors
/// A stage that cannot be reached.
pub async fn compare<S: Stage>(
    session: &Session,
    redactor: &mut Redactor,
    stage: &mut S,
    partner: Option<&str>,
) -> anyhow::Result<(Script, Vec<Played>)> {
    let mut player = Player::new(stage, redactor, session);
    let script = player.rehearse(partner).await?;
    let played = player.play(&script).await?;
    Ok((script, played))
}

/// Which settings bring the answers nearer: each value of each setting that changes what goes over the wire is tried, the
/// best one kept, and the others tried again beside it, until none helps.
///
/// # Errors
/// A stage that cannot be reached.
pub async fn nearer<S: Stage>(
    session: &Session,
    redactor: &mut Redactor,
    script: &Script,
    played: &[Played],
    base: &Config,
    mut stage: impl FnMut(&Config) -> anyhow::Result<S>,
) -> anyhow::Result<Vec<Nearer>> {
    let mut config = base.clone();
    let mut script = script.clone();
    let mut differences = all(played);
    let mut found: Vec<Nearer> = Vec::new();
    // First with the data that were found; once no setting helps, with other data for what still differs.
    let mut anew = false;
    while !differences.is_empty() && found.len() < MOST {
        let open: HashSet<u64> = differences.iter().filter(|_| anew).map(|(n, _)| *n).collect();
        let mut best: Option<Trial> = None;
        let before = far(&differences);
        for (setting, value) in trials(&config, session) {
            let mut trial = config.clone();
            if found.iter().any(|one| one.key == setting.key) || !setting.read(&mut trial, &value) {
                continue;
            }
            // Settings that exclude each other are no trial.
            let Ok(mut stage) = stage(&trial) else { continue };
            let mut player = Player::new(&mut stage, redactor, session);
            let (script, played) = player.play_anew(&script, &open).await?;
            let after = all(&played);
            if far(&after) < best.as_ref().map_or(before, |best| far(&best.after)) {
                best = Some(Trial { setting, value, script, after });
            }
        }
        let Some(best) = best else {
            if anew {
                break;
            }
            anew = true;
            continue;
        };
        let gone = |(n, one): &&(u64, Difference)| !best.after.contains(&(*n, one.clone()));
        let resolves: Vec<Difference> =
            differences.iter().filter(gone).map(|(_, one)| one.clone()).collect();
        best.setting.read(&mut config, &best.value);
        found.push(Nearer { key: best.setting.key, value: best.value, resolves });
        (differences, script, anew) = (best.after, best.script, false);
    }
    Ok(found)
}

/// A setting that was tried, and what differs with it.
struct Trial {
    setting: &'static Setting,
    value: String,
    script: Script,
    after: Vec<(u64, Difference)>,
}

fn all(played: &[Played]) -> Vec<(u64, Difference)> {
    let of = |one: &Played| {
        let n = one.n;
        one.differences.iter().map(move |difference| (n, difference.clone())).collect::<Vec<_>>()
    };
    played.iter().flat_map(of).collect()
}

fn far(all: &[(u64, Difference)]) -> u64 {
    all.iter().map(|(_, one)| difference::distance(std::slice::from_ref(one))).sum()
}

/// The values to try: every other one of a setting that has few, and what the session says of a number.
fn trials(config: &Config, session: &Session) -> Vec<(&'static Setting, String)> {
    let mut trials = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| goes_over_the_wire(setting.key)) {
        let now = setting.show(config);
        let expected = (setting.expected)();
        let mut values: Vec<String> = match setting.key {
            "gateway.token_lifetime_seconds" => lifetimes(session).into_iter().collect(),
            "gateway.token_skew_seconds" => vec!["0".to_owned(), "300".to_owned()],
            _ if expected == "true or false" => vec!["true".to_owned(), "false".to_owned()],
            _ => expected.split('"').skip(1).step_by(2).map(str::to_owned).collect(),
        };
        values.retain(|value| *value != now);
        trials.extend(values.into_iter().map(|value| (setting, value)));
    }
    trials
}

/// Whether this setting belongs to the gateway or to an API.
pub fn is_of_the_wire(key: &str) -> bool {
    let section = key.split_once('.').map_or("", |(section, _)| section);
    (section == "gateway" || ApiId::named(section).is_some())
        && key != "gateway.listen"
        && !key.starts_with("gateway.limits.")
}

fn goes_over_the_wire(key: &str) -> bool {
    const NOT: [&str; 8] = [
        "gateway.observe_as",
        "gateway.server_names",
        "gateway.own_pki",
        "gateway.trusted_proxies",
        "gateway.proxy_protocol",
        "gateway.quota_lag_ms",
        "gateway.simulated_nodes",
        "gateway.client_certificate",
    ];
    is_of_the_wire(key) && !NOT.contains(&key)
}

/// How long the original's tokens live.
fn lifetimes(session: &Session) -> BTreeSet<String> {
    let expires = |body: &Body| {
        let Body::Json { shape } = body else { return None };
        shape.get("expires_in")?.as_str()?.strip_prefix('#').map(str::to_owned)
    };
    let responses = session.exchanges.iter().filter_map(|exchange| exchange.response.as_ref());
    responses.filter_map(|response| expires(&response.body)).take(1_000).collect()
}

/// The most settings that are found.
const MOST: usize = 12;
