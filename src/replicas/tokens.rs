//! Tokens among replicas: each verifies by signature, all hear what was issued and revoked, and asking again means the same
//! everywhere.

use jiff::Timestamp;
use redis::from_redis_value;
use sha2::{Digest, Sha256};

use super::Replica;
use crate::{
    config::TokenReissue,
    hex,
    state::Away,
    tokens::{Event, Issued, KeyError, Token, TokenRequest},
};

impl Replica {
    /// Issues a token, and does with the earlier one of its kind what the request says, whichever replica issued it.
    ///
    /// # Errors
    /// When the key cannot sign, which only a broken key does.
    pub async fn issue(
        &self,
        request: TokenRequest<'_>,
        now: Timestamp,
    ) -> Result<Issued, KeyError> {
        let tokens = &self.sandbox.tokens;
        let shared = match request.reissue {
            TokenReissue::Keep => None,
            TokenReissue::RevokePrevious => Some(self.in_place_of(&request, now).await),
            TokenReissue::Same => Some(self.the_same(&request, now).await),
        };
        let issued = match shared {
            Some(Ok(issued)) => issued?,
            None | Some(Err(Away)) => tokens.issue(request, now)?,
        };
        self.publish_tokens().await.unwrap_or_default(); // what cannot be told now is told when the store is back
        Ok(issued)
    }

    /// Tells the others what happened to tokens here.
    ///
    /// # Errors
    /// [`Away`]: it is kept until they can be told.
    pub async fn publish_tokens(&self) -> Result<(), Away> {
        if !self.store.is_open() {
            return Err(Away);
        }
        let events = self.sandbox.tokens.events().drain();
        if events.is_empty() {
            return Ok(());
        }
        let sent = async {
            self.keep_revoked(&events).await?; // before anybody hears of them
            self.spread(&events).await
        };
        let sent: Result<(), Away> = sent.await;
        sent.inspect_err(|_| self.sandbox.tokens.events().requeue(events))
    }

    /// Puts events, at least one, in the stream that every replica hears.
    pub(super) async fn spread(&self, events: &[Event]) -> Result<(), Away> {
        let mut commands = redis::pipe();
        for event in events {
            let text = serde_json::to_string(event).expect("texts and moments");
            let key = self.store.key("tokens");
            let command = commands.cmd("XADD").arg(key).arg("MAXLEN").arg("~").arg(KEPT);
            command.arg("*").arg("e").arg(text).ignore();
        }
        self.store.send(&commands).await
    }

    /// Hears what happened to tokens at all replicas.
    pub(super) async fn receive_tokens(&self) -> Result<(), Away> {
        let mut received = self.received.lock().await;
        loop {
            // Whoever has heard nothing yet does not see by the stream that the store was emptied.
            if !received.whole || received.last == BEGINNING {
                self.share_revoked().await?;
                received.whole = true;
            }
            let mut ask = redis::pipe();
            let key = self.store.key("tokens");
            ask.cmd("XRANGE").arg(key).arg(&received.last).arg("+").arg("COUNT").arg(PAGE);
            let (mut page,): (Vec<(String, Vec<redis::Value>)>,) = self.store.send(&ask).await?;
            let read = page.len();
            if received.last != BEGINNING {
                if page.first().is_none_or(|(id, _)| *id != received.last) {
                    // What was heard last is gone, and with it perhaps what came next.
                    *received = Received::default();
                    continue;
                }
                page.remove(0);
            }
            let now = self.sandbox.clock.now();
            for (id, fields) in page {
                let text: Option<String> =
                    fields.into_iter().nth(1).and_then(|value| from_redis_value(value).ok());
                // What another version tells otherwise is none of ours.
                if let Some(event) = text.and_then(|text| serde_json::from_str::<Event>(&text).ok())
                {
                    self.sandbox.tokens.apply(event, now);
                }
                received.last = id;
            }
            if read < PAGE {
                self.sandbox.note_outgrown();
                return Ok(());
            }
        }
    }

    /// A token in the place of the latest of its kind, which is revoked.
    async fn in_place_of(
        &self,
        request: &TokenRequest<'_>,
        now: Timestamp,
    ) -> Result<Result<Issued, KeyError>, Away> {
        let tokens = &self.sandbox.tokens;
        tokens.make_room(request.key, now);
        let issued = match tokens
            .issue(TokenRequest { reissue: TokenReissue::Keep, ..request.clone() }, now)
        {
            Ok(issued) => issued,
            Err(error) => return Ok(Err(error)),
        };
        match self.swap(None, &issued.token).await {
            Ok((_, Some(earlier))) => tokens.replace(&earlier, now),
            Ok((_, None)) => {}
            // The token stands; which one was the latest, nobody can say.
            Err(Away) => {}
        }
        Ok(Ok(issued))
    }

    /// The latest token of its kind while it lives, or a new one that everybody will hand out from now on.
    async fn the_same(
        &self,
        request: &TokenRequest<'_>,
        now: Timestamp,
    ) -> Result<Result<Issued, KeyError>, Away> {
        let tokens = &self.sandbox.tokens;
        self.receive_tokens().await?;
        let key = self.kind(request.key, &tokens.granted(request.scopes.clone()));
        let mut ask = redis::pipe();
        let (latest,): (Option<String>,) = self.store.send(ask.cmd("GET").arg(key)).await?;
        let counts = |token: &Token| token.lives(now) && !tokens.is_revoked(token);
        if let Some(living) = read(latest.as_deref()).filter(&counts) {
            return Ok(tokens.written(living));
        }
        let issued = match tokens
            .issue(TokenRequest { reissue: TokenReissue::Keep, ..request.clone() }, now)
        {
            Ok(issued) => issued,
            Err(error) => return Ok(Err(error)),
        };
        match self.swap(Some(latest.as_deref().unwrap_or_default()), &issued.token).await? {
            (true, _) => Ok(Ok(issued)),
            (false, Some(quicker)) if counts(&quicker) => {
                tokens.replace(&issued.token, now); // never handed out
                Ok(tokens.written(quicker))
            }
            (false, _) => Ok(Ok(issued)),
        }
    }

    /// Puts a token in the place of the latest of its kind, if that is still `expected`, or whatever it is; what it was.
    async fn swap(
        &self,
        expected: Option<&str>,
        token: &Token,
    ) -> Result<(bool, Option<Token>), Away> {
        let text = serde_json::to_string(token).expect("texts and moments");
        let mut call = self.scripts.latest.key(self.kind(&token.key, &token.scopes));
        let call = call.arg(expected.unwrap_or("*")).arg(text).arg(LATEST_MS);
        let (done, earlier): (bool, String) = self.store.run(call).await?;
        Ok((done, read(Some(&earlier))))
    }

    fn kind(&self, key: &str, scopes: &[String]) -> String {
        let digest = Sha256::new()
            .chain_update(key)
            .chain_update([0])
            .chain_update(scopes.join(" "))
            .finalize();
        self.store.key(&format!("latest:{}", hex::encode(&digest[..16])))
    }
}

/// How far the stream of what happens to tokens was heard.
pub(super) struct Received {
    /// The last event.
    last: String,
    /// Whether every revocation of before is known.
    pub(super) whole: bool,
}

impl Default for Received {
    fn default() -> Self {
        Self { last: BEGINNING.to_owned(), whole: false }
    }
}

/// Before the first event.
const BEGINNING: &str = "0-0";

fn read(text: Option<&str>) -> Option<Token> {
    serde_json::from_str(text?).ok()
}

/// How many events of tokens the store keeps; revocations are kept apart.
const KEPT: u64 = 100_000;

/// How many are read at once.
const PAGE: usize = 1_000;

/// How long the latest token of a kind is known without being asked for, in milliseconds: a day.
const LATEST_MS: u64 = 86_400_000;

/// KEYS: the latest of a kind. ARGV: what it is expected to be (*: whatever), what it shall be, how long it is kept.
pub(super) const LATEST: &str = r"
local earlier = redis.call('GET', KEYS[1]) or ''
if ARGV[1] ~= '*' and earlier ~= ARGV[1] then return {0, earlier} end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {1, earlier}
";
