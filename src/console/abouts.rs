//! What people say about each partner's rehearsal, kept until the server stops: reports hold it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::recette::report::About;

/// By the partner's id.
#[derive(Clone, Default)]
pub(super) struct Abouts(Arc<Mutex<HashMap<String, About>>>);

impl Abouts {
    /// What is said about a partner's.
    pub(super) fn of(&self, partner: &str) -> About {
        self.all().get(partner).cloned().unwrap_or_default()
    }

    /// Puts this in its place.
    pub(super) fn put(&self, partner: &str, about: About) {
        self.all().insert(partner.to_owned(), about);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, About>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
