//! What the server knows of replicas when it was built without the feature `replicas`: that there are none. [`Replica`] has no
//! value, so that nothing below is ever run; it has the methods of the real one, for those who would ask it.

use std::{convert::Infallible, marker::PhantomData, sync::Arc};

use arc_swap::ArcSwap;
use jiff::Timestamp;

use crate::{
    admission::{Entitled, QuotaState, Refusal},
    api::Apis,
    faults::{Injection, RequestFacts},
    rights::ApiId,
    sandbox::Sandbox,
    state::{Away, Health, StoreError},
    tokens::{Issued, KeyError, TokenRequest},
};

/// This process among its likes: never, here.
pub struct Replica(Infallible);

/// The turn of an order at all replicas.
pub struct Turn<'a>(Infallible, PhantomData<&'a ()>);

/// Why there is no turn, or why an order did not come into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no replicas")]
pub struct TurnError(Infallible);

impl Replica {
    /// None, where the settings name no store.
    ///
    /// # Errors
    /// A store that they name.
    pub fn open(
        sandbox: &Arc<Sandbox>,
        _: &Arc<ArcSwap<Apis>>,
    ) -> Result<Option<Arc<Self>>, StoreError> {
        match &sandbox.config.state.url {
            Some(url) => Err(StoreError::unknown(url)),
            None => Ok(None),
        }
    }

    /// Whether the store can be asked.
    pub fn health(&self) -> Health {
        match self.0 {}
    }

    /// The store's address.
    pub fn store(&self) -> String {
        match self.0 {}
    }

    /// Whether requests are refused for want of the store.
    pub fn refuses(&self) -> bool {
        match self.0 {}
    }

    /// Why orders find no turn.
    pub fn crowded(&self) -> Option<String> {
        match self.0 {}
    }

    /// Connects, and takes a place among the replicas.
    ///
    /// # Errors
    /// Never.
    pub async fn join(&self) -> Result<(), StoreError> {
        match self.0 {}
    }

    /// Leaves the others.
    pub async fn leave(&self) {
        match self.0 {}
    }

    /// Follows the store.
    pub async fn follow(self: Arc<Self>) {
        match self.0 {}
    }

    /// Catches up with the others.
    ///
    /// # Errors
    /// Never.
    pub async fn refresh(&self) -> Result<(), Away> {
        match self.0 {}
    }

    /// Waits for its turn.
    ///
    /// # Errors
    /// Never.
    pub async fn turn(&self) -> Result<Turn<'_>, TurnError> {
        match self.0 {}
    }

    /// Ends the turn.
    ///
    /// # Errors
    /// Never.
    pub async fn finish(&self, turn: Turn<'_>) -> Result<(), TurnError> {
        match turn.0 {}
    }

    /// Counts one call.
    ///
    /// # Errors
    /// Never.
    pub async fn take(&self, _: &Entitled) -> Result<Result<QuotaState, Refusal>, Away> {
        match self.0 {}
    }

    /// Gives one call back.
    pub async fn give_back(&self, _: &str, _: ApiId, _: QuotaState) {
        match self.0 {}
    }

    /// The fault that applies to this request.
    pub async fn inject(&self, _: RequestFacts<'_>) -> Option<Injection> {
        match self.0 {}
    }

    /// Issues a token.
    ///
    /// # Errors
    /// Never.
    pub async fn issue(&self, _: TokenRequest<'_>, _: Timestamp) -> Result<Issued, KeyError> {
        match self.0 {}
    }

    /// Tells the others what happened to tokens here.
    ///
    /// # Errors
    /// Never.
    pub async fn publish_tokens(&self) -> Result<(), Away> {
        match self.0 {}
    }
}
