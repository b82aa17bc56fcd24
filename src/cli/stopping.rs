//! What asks a server to stop: the system's signals, and with `--parent-watch` the end of standard input.

use super::{parent::Parent, signals::Ending};

/// Everything that may ask a server to stop.
pub(super) struct Stopping {
    ending: Ending,
    parent: Parent,
}

impl Stopping {
    /// Watches from now on: what was asked before somebody looked is not lost.
    ///
    /// # Errors
    /// A signal that cannot be watched.
    pub(super) fn watch(parent: Parent) -> anyhow::Result<Self> {
        Ok(Self { ending: Ending::watch()?, parent })
    }

    /// Returns once the server is asked to stop.
    pub(super) async fn asked(&mut self) {
        tokio::select! {
            () = self.ending.asked() => {}
            () = self.parent.gone() => tracing::info!("standard input has ended: whoever started this server is gone"),
        }
    }

    /// Returns when a signal asks, were it for the second time: then the stop is to be hastened.
    pub(super) async fn insisted(&mut self) {
        self.ending.asked().await;
    }
}
