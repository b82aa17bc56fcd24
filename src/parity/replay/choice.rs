//! Who asks an exchange of a session here, and how.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    api::{Api, Resource},
    directory::Convention,
    parity::session::Exchange,
    register::Register,
};

/// Who calls, and with what.
pub(super) struct Role<'a> {
    pub(super) convention: &'a Convention,
    pub(super) register: &'a Register,
    pub(super) tokens: &'a Tokens,
}

/// The tokens of a replay: which of ours stands for which of the original's.
#[derive(Default)]
pub(super) struct Tokens {
    ours: HashMap<String, String>,
}

/// The candidates of one exchange.
pub(super) struct Candidates<'a> {
    pub(super) original: &'a Exchange,
    /// What it asked, where that is known here.
    pub(super) asked: Option<(&'a dyn Api, &'static Resource)>,
    pub(super) role: Role<'a>,
    pub(super) now: Timestamp,
}

/// How a request of the session is asked here.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) base: Arc<Base>,
    pub(super) variant: Variant,
    /// The code of the fault that must be ordered for the original's answer, where no caller can bring it about.
    pub(super) fault: Option<String>,
}

/// What a form is filled with: a persona's call, brought to JSON, by the names of its values.
#[derive(Debug)]
pub(super) struct Base {
    /// The body, or the parameters of the query and of the path.
    pub(super) values: Value,
    pub(super) motif: Option<String>,
}

impl Tokens {
    pub(super) fn insert(&mut self, theirs: String, ours: String) {
        self.ours.insert(theirs, ours);
    }

    pub(super) fn find(&self, theirs: &str) -> Option<&String> {
        self.ours.get(theirs)
    }
}

/// What of a request is taken from the session, and what from the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// The session's motif and scopes, the role's secret.
    Kept,
    /// The persona's motif, the role's scopes and secret.
    Own,
    /// The session's motif and scopes, another secret, another `ID_Teleservice`.
    Wrong,
}
