//! What asks a server to stop: SIGTERM and SIGINT, and with `--parent-watch` the end of standard input.

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::parent::Parent;

/// Everything that may ask a server to stop.
pub(super) struct Stopping {
    terminate: Signal,
    interrupt: Signal,
    parent: Parent,
}

impl Stopping {
    /// Watches from now on: what was asked before somebody looked is not lost.
    ///
    /// # Errors
    /// A signal that cannot be watched.
    pub(super) fn watch(parent: Parent) -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("SIGTERM cannot be watched")?,
            interrupt: signal(SignalKind::interrupt()).context("SIGINT cannot be watched")?,
            parent,
        })
    }

    /// Returns once the server is asked to stop.
    pub(super) async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = self.parent.gone() => tracing::info!("standard input has ended: whoever started this server is gone"),
        }
    }

    /// Returns when a signal asks, were it for the second time: then the stop is to be hastened.
    pub(super) async fn insisted(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
