//! The life of a replica: it looks at the store four times a second, notices its loss, knocks until it is back, and brings
//! both sides together.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::Replica;
use crate::{
    config::OnLoss,
    entropy,
    journal::{Entry, Kind},
    state::{self, Away, Health},
};

impl Replica {
    /// Follows the store for ever: its task is aborted with the server.
    pub async fn follow(self: Arc<Self>) {
        let mut health = self.store.watch();
        let mut reported = health.borrow_and_update().clone();
        let mut turns = 0_u32;
        loop {
            tokio::select! {
                () = sleep(PACE) => {}
                _ = health.changed() => {}
            }
            if !self.store.is_open() {
                self.report(&mut reported, health.borrow_and_update().clone(), false);
                if let Some(dropped) = self.come_back().await {
                    self.report(&mut reported, health.borrow_and_update().clone(), dropped);
                }
                continue;
            }
            turns = turns.wrapping_add(1);
            // A loss is noticed by the call itself, and seen at the next look.
            let _: Result<(), Away> = self.look(turns.is_multiple_of(4)).await;
        }
    }

    /// Brings both sides together, and lets requests ask. Whether orders given here were dropped.
    pub(super) async fn converge(&self) -> Result<(), Away> {
        self.bring_together().await.map(drop)
    }

    async fn come_back(&self) -> Option<bool> {
        match self.store.reach().await {
            Ok(()) => self.bring_together().await.ok(),
            Err(_) => {
                state::pause().await;
                None
            }
        }
    }

    async fn bring_together(&self) -> Result<bool, Away> {
        self.sit().await?;
        if self.sandbox.references.needs_block() {
            let mut ask = redis::pipe();
            let (block,): (u64,) =
                self.store.send(ask.cmd("INCR").arg(self.store.key("spare"))).await?;
            self.sandbox.references.share(block);
        }
        let dropped = self.reconcile().await?;
        self.share_seal().await?;
        self.receive_journal().await?;
        self.received.lock().await.whole = false; // the store may have been emptied, or another one took its place
        self.receive_tokens().await?;
        self.add_alone().await?;
        self.store.open();
        self.add_alone().await?;
        self.publish_tokens().await?;
        Ok(dropped)
    }

    /// One look: orders, tokens, injections, and from time to time who is there.
    async fn look(&self, sit: bool) -> Result<(), Away> {
        self.tidy_turn().await?;
        self.catch_up_between_orders().await?;
        self.receive_tokens().await?;
        self.publish_tokens().await?;
        self.publish_outgrown().await?;
        self.count_injections().await?;
        // What was forgotten elsewhere is not told any more.
        self.receive_journal().await?;
        self.publish_journal().await?;
        if sit {
            self.sit().await?;
        }
        Ok(())
    }

    /// Says in the journal and in the log what became of the store, once for each change.
    fn report(&self, reported: &mut Health, now: Health, dropped: bool) {
        if std::mem::discriminant(reported) == std::mem::discriminant(&now) {
            return;
        }
        let url = self.store();
        let note = match (&now, self.sandbox.config.state.on_loss) {
            (Health::Away { reason }, OnLoss::Local) => {
                tracing::warn!(%url, %reason, "the shared store is away: this replica counts for itself (state.on_loss = local)");
                format!(
                    "stockage partagé injoignable ({reason}) : cette réplique compte pour elle-même jusqu'à son retour"
                )
            }
            (Health::Away { reason }, OnLoss::Refuse) => {
                tracing::warn!(%url, %reason, "the shared store is away: requests are answered 503 (state.on_loss = refuse)");
                format!(
                    "stockage partagé injoignable ({reason}) : les appels sont refusés (503) jusqu'à son retour"
                )
            }
            (Health::Reached, _) => {
                tracing::info!(%url, "the shared store is back");
                let lost = if dropped {
                    " ; les ordres donnés ici entre-temps sont abandonnés, d'autres plus récents s'appliquent"
                } else {
                    ""
                };
                format!(
                    "stockage partagé de nouveau joignable : compteurs et ordres sont remis en commun{lost}"
                )
            }
        };
        *reported = now;
        self.sandbox.journal.record(Entry {
            time: self.sandbox.clock.now(),
            kind: Kind::Store,
            correlation_id: entropy::uuid().to_string(),
            note: Some(note),
            ..Entry::default()
        });
    }
}

/// How often the store is looked at.
const PACE: Duration = Duration::from_millis(250);
