//! `--parent-watch`: a server that ends with the program that started it, however that ends. Its standard input is a pipe whose
//! other end that program holds, and the system closes it even when the program is killed.

use std::{future::pending, io, thread};

use anyhow::Context;
use tokio::sync::oneshot;

/// The end of standard input, where it is watched.
pub(super) struct Parent {
    ended: Option<oneshot::Receiver<()>>,
}

impl Parent {
    /// Watches standard input, if that is asked for; what comes in is not looked at.
    ///
    /// # Errors
    /// No thread is to be had.
    pub(super) fn watch(is_watched: bool) -> anyhow::Result<Self> {
        if !is_watched {
            return Ok(Self { ended: None });
        }
        let (end, ended) = oneshot::channel();
        let reading = move || {
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink()); // an input that fails has ended
            let _ = end.send(()); // nobody waits any more
        };
        thread::Builder::new()
            .name("parent-watch".to_owned())
            .spawn(reading)
            .context("--parent-watch: no thread is to be had")?;
        Ok(Self { ended: Some(ended) })
    }

    /// Waits until the program that started this one is gone; for ever where nothing is watched.
    pub(super) async fn gone(&mut self) {
        match &mut self.ended {
            Some(ended) => {
                let _ = ended.await; // sent or dropped: either way the reading is over
            }
            None => pending().await,
        }
    }
}
