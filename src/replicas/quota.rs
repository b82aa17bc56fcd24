//! The counters of the minute, counted by the store: one script per call, so that of two replicas that ask at once each
//! sees what the other took.
//!
//! A window is a minute of the product's time, as far as it runs on: a minute that is lived again after the clock went back
//! is another window. It is forgotten an hour after its last call, and nothing else is.

use jiff::SignedDuration;
use redis::Script;

use super::Replica;
use crate::{
    admission::{Change, Entitled, QuotaState, Refusal, Window},
    config::OnLoss,
    rights::ApiId,
    state::Away,
};

/// The scripts, each read by the store once.
pub(super) struct Scripts {
    take: Script,
    give_back: Script,
    add: Script,
    pub(super) sit: Script,
    pub(super) write: Script,
    pub(super) turn: Script,
    pub(super) release: Script,
    pub(super) claim: Script,
    pub(super) latest: Script,
    pub(super) revoke: Script,
    pub(super) publish: Script,
}

impl Replica {
    /// Counts one call, if the minute has room for it on all replicas together.
    ///
    /// # Errors
    /// [`Away`] when the store cannot be asked and `state.on_loss` refuses; the refusal of the quota is within.
    pub async fn take(&self, entitled: &Entitled) -> Result<Result<QuotaState, Refusal>, Away> {
        let (partner, api, limit) =
            (entitled.convention().id.as_str(), entitled.api(), entitled.limit());
        let sandbox = &self.sandbox;
        let now = sandbox.clock.now();
        let (window, series) = (Window::at(now), sandbox.references.series());
        let wants = api.plug().numbers_answers() && sandbox.references.is_short();
        let mut call = self.scripts.take.key(self.store.marker());
        let call = call
            .key(self.window(partner, api, window))
            .key(self.store.key(&format!("references:{series}")))
            .arg(limit.get())
            .arg(now.as_millisecond())
            .arg(milliseconds(sandbox.quotas.lag()))
            .arg(KEPT_MS)
            .arg(u8::from(wants));
        match self.store.run::<(u8, u32, u64)>(call).await {
            Ok((0, ..)) => Ok(Err(window.full(limit))),
            Ok((_, used, reference)) => {
                sandbox.quotas.received(partner, api, window, used);
                if reference > 0 {
                    sandbox.references.give(series, reference);
                }
                Ok(Ok(window.admitted(used, limit)))
            }
            Err(away) => match sandbox.config.state.on_loss {
                OnLoss::Local => Ok(sandbox.quotas.take(partner, api, limit, &sandbox.clock)),
                OnLoss::Refuse => Err(away),
            },
        }
    }

    /// Takes back a call that was counted and then refused on purpose.
    pub async fn give_back(&self, partner: &str, api: ApiId, counted: QuotaState) {
        self.sandbox.quotas.give_back(partner, api, counted);
        let mut call =
            self.scripts.give_back.key(self.window(partner, api, Window::counted(counted)));
        let _: Result<u32, Away> = self.store.run(call.arg(KEPT_MS)).await; // a store that is away has no window to correct
    }

    /// Repeats here what the store has counted in this minute, for whoever reads the counters.
    pub(super) async fn mirror_quotas(&self) -> Result<(), Away> {
        let window = Window::at(self.sandbox.clock.now());
        let directory = self.sandbox.directory();
        let all: Vec<_> =
            directory.iter().flat_map(|one| ApiId::ALL.map(|api| (one.id.as_str(), api))).collect();
        let mut ask = redis::pipe();
        for (partner, api) in &all {
            ask.cmd("HGET").arg(self.window(partner, *api, window)).arg("used");
        }
        let used: Vec<Option<u32>> = self.store.send(&ask).await?;
        for ((partner, api), used) in all.into_iter().zip(used) {
            self.sandbox.quotas.mirror(partner, api, window, used.unwrap_or(0));
        }
        Ok(())
    }

    /// Does in the store what the console did here.
    pub(super) async fn change_quotas(&self) -> Result<(), Away> {
        let changes = self.sandbox.quotas.changes().drain();
        if changes.is_empty() {
            return Ok(());
        }
        let directory = self.sandbox.directory();
        let mut commands = redis::pipe();
        commands.atomic();
        for change in &changes {
            match change {
                Change::Set { partner, api, used, minute } => {
                    let key = self.window_of(partner, *api, *minute);
                    commands.cmd("DEL").arg(&key).ignore();
                    commands.cmd("HSET").arg(&key).arg("used").arg(used).ignore();
                    commands.cmd("PEXPIRE").arg(&key).arg(KEPT_MS).ignore();
                }
                Change::Clear { partner, api, minute } => {
                    let partners: Vec<&str> = match partner {
                        Some(partner) => vec![partner],
                        None => directory.iter().map(|one| one.id.as_str()).collect(),
                    };
                    commands.cmd("UNLINK");
                    // The clocks of several machines do not turn the minute at the same instant.
                    for minute in minute - 1..=minute + 1 {
                        for partner in &partners {
                            for api in ApiId::ALL
                                .into_iter()
                                .filter(|one| api.is_none_or(|api| api == *one))
                            {
                                commands.arg(self.window_of(partner, api, minute));
                            }
                        }
                    }
                    commands.ignore();
                }
            }
        }
        let sent: Result<(), Away> = self.store.send(&commands).await;
        sent.inspect_err(|_| self.sandbox.quotas.changes().requeue(changes))
    }

    /// Adds to the store what was admitted here while it was away. What it had counted before is set again when it was lost.
    pub(super) async fn add_alone(&self) -> Result<(), Away> {
        for alone in self.sandbox.quotas.alone(self.sandbox.clock.now()) {
            if alone.before + alone.alone == 0 {
                continue;
            }
            let mut call =
                self.scripts.add.key(self.window_of(&alone.partner, alone.api, alone.minute));
            let call = call.arg(alone.before).arg(alone.alone).arg(KEPT_MS);
            let _: u32 = self.store.run_early(call).await?;
        }
        Ok(())
    }

    fn window(&self, partner: &str, api: ApiId, window: Window) -> String {
        self.window_of(partner, api, window.number())
    }

    fn window_of(&self, partner: &str, api: ApiId, minute: i64) -> String {
        let turned_back = self.sandbox.clock.turned_back();
        self.store.key(&format!("quota:{turned_back}:{minute}:{api}:{partner}"))
    }
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            take: Script::new(TAKE),
            give_back: Script::new(GIVE_BACK),
            add: Script::new(ADD),
            sit: super::sit(),
            write: Script::new(super::orders::WRITE),
            turn: Script::new(super::orders::TURN),
            release: Script::new(super::orders::RELEASE),
            claim: Script::new(super::inject::CLAIM),
            latest: Script::new(super::tokens::LATEST),
            revoke: Script::new(super::revoked::REVOKE),
            publish: Script::new(super::journal::PUBLISH),
        }
    }
}

fn milliseconds(lag: SignedDuration) -> i64 {
    i64::try_from(lag.as_millis()).unwrap_or(i64::MAX)
}

/// How long a window is kept after its last call, in milliseconds: a clock that stands still does not open another one.
const KEPT_MS: u64 = 3_600_000;

/// KEYS: the marker, the window, the references. ARGV: the limit, the product's time and the lag in ms, how long the window
/// is kept, whether a reference is wanted.
const TAKE: &str = r"
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.error_reply('EMPTIED the marker is gone') end
local limit, lag = tonumber(ARGV[1]), tonumber(ARGV[3])
local used = redis.call('HINCRBY', KEYS[2], 'used', 1)
if used > limit then
  local reached = lag > 0 and redis.call('HGET', KEYS[2], 'reached')
  local late = reached and tonumber(ARGV[2]) - tonumber(reached)
  if not (late and late >= 0 and late < lag) then
    return {0, redis.call('HINCRBY', KEYS[2], 'used', -1), 0}
  end
end
if used == limit and lag > 0 then redis.call('HSET', KEYS[2], 'reached', ARGV[2]) end
redis.call('PEXPIRE', KEYS[2], ARGV[4])
local reference = 0
if ARGV[5] == '1' then reference = redis.call('INCR', KEYS[3]) end
return {1, used, reference}
";

/// KEYS: the window. ARGV: how long it is kept.
const GIVE_BACK: &str = r"
local used = tonumber(redis.call('HGET', KEYS[1], 'used') or '0')
if used == 0 then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'used', -1)
";

/// KEYS: the window. ARGV: what was known to be used, what came on top of it, how long the window is kept.
const ADD: &str = r"
local used = tonumber(redis.call('HGET', KEYS[1], 'used') or '0')
used = math.max(used, tonumber(ARGV[1])) + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'used', used)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return used
";
