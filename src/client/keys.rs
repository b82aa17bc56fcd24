//! The one-time keys of a command's own calls, asked of the console a few at a time.

use anyhow::Context;
use http::HeaderValue;
use serde_json::{Value, json};

use super::Console;
use crate::{
    clock::Clock,
    journal::{LIFETIME, Made, Maker},
};

/// The keys of one run of a command.
pub struct Keys {
    console: Console,
    made: Made,
    left: Vec<String>,
    asked: std::time::Instant,
}

impl Keys {
    /// The keys of a new run.
    pub fn new(console: Console, by: Maker) -> Self {
        Self { console, made: Made::anew(by), left: Vec::new(), asked: Clock::instant() }
    }

    /// The name of the run, by which the journal's entries tell it.
    pub fn run(&self) -> &str {
        &self.made.run
    }

    /// A key for one request, in the header [`crate::journal::KEY`].
    ///
    /// # Errors
    /// Nobody answers on the console, or it refuses.
    pub async fn next(&mut self) -> anyhow::Result<HeaderValue> {
        let mut value =
            HeaderValue::try_from(self.text().await?).context("the console's key is no header")?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The same as text, for an order to the console.
    ///
    /// # Errors
    /// As [`Keys::next`].
    pub async fn text(&mut self) -> anyhow::Result<String> {
        let stale = self.asked.elapsed().as_secs() > LIFETIME.unsigned_abs() / 2;
        if stale || self.left.is_empty() {
            let order = json!({ "by": self.made.by, "run": self.made.run, "count": AT_ONCE });
            self.asked = Clock::instant();
            let answer = self.console.order("POST", "keys", &order).await?;
            let keys = answer.get("keys").and_then(Value::as_array);
            let keys = keys.context("the console gave no keys")?;
            self.left = keys.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        }
        self.left.pop().context("the console gave no keys")
    }
}

/// Keys of one order.
const AT_ONCE: usize = 32;
