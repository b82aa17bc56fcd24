//! What several processes count together: the one place of the gateway that knows whether this one is alone. Alone,
//! everything is ready at once.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    admission::{Entitled, QuotaState, Refusal},
    faults::{Injection, RequestFacts},
    replicas::Replica,
    rights::ApiId,
    sandbox::Sandbox,
    state::Away,
    tokens::{self, Issued, KeyError, NotYours, Token},
};

/// Where counters, tokens and faults are kept. What waits for the store is boxed: alone, no future has room for it.
#[derive(Clone)]
pub(super) enum Shared {
    /// In this process.
    Alone,
    /// In the store of several replicas.
    Together(Arc<Replica>),
}

impl Shared {
    /// Whether requests are refused because the store is away.
    pub(super) fn refuses(&self) -> bool {
        match self {
            Self::Alone => false,
            Self::Together(replica) => replica.refuses(),
        }
    }

    /// Counts a call that came to this gateway, if the minute has room for it.
    ///
    /// # Errors
    /// [`Away`] when the store cannot be asked and `state.on_loss` refuses; the refusal of the quota is within.
    pub(super) async fn take_quota(
        &self,
        sandbox: &Sandbox,
        node: usize,
        entitled: &Entitled,
    ) -> Result<Result<QuotaState, Refusal>, Away> {
        match self {
            Self::Alone => {
                let (partner, api) = (&entitled.convention().id, entitled.api());
                let quotas = sandbox.quotas.node(node);
                Ok(quotas.take(partner, api, entitled.limit(), &sandbox.clock))
            }
            Self::Together(replica) => Box::pin(replica.take(entitled)).await,
        }
    }

    /// Takes back a call that was counted and then refused on purpose.
    pub(super) async fn give_quota_back(
        &self,
        sandbox: &Sandbox,
        node: usize,
        (partner, api): (&str, ApiId),
        counted: QuotaState,
    ) {
        match self {
            Self::Alone => sandbox.quotas.node(node).give_back(partner, api, counted),
            Self::Together(replica) => {
                Box::pin(replica.give_back(partner, api, counted)).await;
            }
        }
    }

    /// The fault that a request meets, if it meets one; it is counted.
    pub(super) async fn fault(
        &self,
        sandbox: &Sandbox,
        facts: RequestFacts<'_>,
    ) -> Option<Injection> {
        match self {
            Self::Alone => sandbox.faults.inject(&facts),
            Self::Together(replica) => Box::pin(replica.inject(facts)).await,
        }
    }

    /// Issues a token.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub(super) async fn issue(
        &self,
        sandbox: &Sandbox,
        request: tokens::TokenRequest<'_>,
        now: Timestamp,
    ) -> Result<Issued, KeyError> {
        match self {
            Self::Alone => sandbox.tokens.issue(request, now),
            Self::Together(replica) => replica.issue(request, now).await,
        }
    }

    /// Revokes a token of the application `key`; none where the text is no token.
    ///
    /// # Errors
    /// The token is another application's.
    pub(super) async fn revoke(
        &self,
        sandbox: &Sandbox,
        (text, key): (&str, &str),
        now: Timestamp,
    ) -> Result<Option<Arc<Token>>, NotYours> {
        let revoked = sandbox.tokens.revoke(text, key, now)?;
        sandbox.note_outgrown();
        if let Self::Together(replica) = self {
            replica.publish_tokens().await.unwrap_or_default(); // what cannot be told now is told when the store is back
        }
        Ok(revoked)
    }
}

impl From<Option<Arc<Replica>>> for Shared {
    fn from(replica: Option<Arc<Replica>>) -> Self {
        replica.map_or(Self::Alone, Self::Together)
    }
}
