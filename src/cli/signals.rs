//! The signals that a command heeds, on each system.

use anyhow::Context;

/// What asks a program to end: SIGTERM and SIGINT; on Windows Ctrl+C, Ctrl+Break, the end of the console and of the system.
#[cfg(unix)]
pub(super) struct Ending {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Ending {
    /// Watches from now on: what was asked before somebody looked is not lost.
    ///
    /// # Errors
    /// A signal that cannot be watched.
    pub(super) fn watch() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("SIGTERM cannot be watched")?,
            interrupt: signal(SignalKind::interrupt()).context("SIGINT cannot be watched")?,
        })
    }

    /// Returns once one of them came.
    pub(super) async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// What asks a program to end: SIGTERM and SIGINT; on Windows Ctrl+C, Ctrl+Break, the end of the console and of the system.
#[cfg(windows)]
pub(super) struct Ending {
    interrupt: tokio::signal::windows::CtrlC,
    stop: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Ending {
    /// Watches from now on: what was asked before somebody looked is not lost.
    ///
    /// # Errors
    /// A signal that cannot be watched.
    pub(super) fn watch() -> anyhow::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(Self {
            interrupt: ctrl_c().context("Ctrl+C cannot be watched")?,
            stop: ctrl_break().context("Ctrl+Break cannot be watched")?,
            close: ctrl_close().context("the end of the console cannot be watched")?,
            shutdown: ctrl_shutdown().context("the end of the system cannot be watched")?,
        })
    }

    /// Returns once one of them came.
    pub(super) async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.stop.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}

/// SIGHUP, which asks a server to read its certificates again. Windows has none: there they are read again on their own.
pub(super) struct Hangup(#[cfg(unix)] tokio::signal::unix::Signal);

impl Hangup {
    /// # Errors
    /// The signal cannot be watched.
    #[cfg(unix)]
    pub(super) fn watch() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::hangup()).context("SIGHUP cannot be watched").map(Self)
    }

    /// Returns once it came.
    #[cfg(unix)]
    pub(super) async fn asked(&mut self) {
        self.0.recv().await;
    }

    #[cfg(windows)]
    #[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
    pub(super) fn watch() -> anyhow::Result<Self> {
        Ok(Self())
    }

    /// Never returns.
    #[cfg(windows)]
    pub(super) async fn asked(&mut self) {
        std::future::pending().await
    }
}
