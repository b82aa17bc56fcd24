//! A session being written.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::Serialize;

use super::{Exchange, Head};

/// A session being written: a line is on its way to the disk when [`SessionWriter::write`] returns.
pub struct SessionWriter {
    file: File,
    path: PathBuf,
    /// How many exchanges were written.
    pub count: u64,
}

impl SessionWriter {
    /// A new file with this head.
    ///
    /// # Errors
    /// A file that exists already, or cannot be written.
    pub fn create(path: &Path, head: &Head) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            let file = path.display();
            if error.kind() == io::ErrorKind::AlreadyExists {
                anyhow::anyhow!("{file}: is there already; name another file")
            } else {
                anyhow::anyhow!("{file}: cannot be written: {error}")
            }
        })?;
        let mut writer = Self { file, path: path.to_owned(), count: 0 };
        writer.line(head)?;
        Ok(writer)
    }

    /// Adds an exchange.
    ///
    /// # Errors
    /// A disk that is full or gone.
    pub fn write(&mut self, exchange: &Exchange) -> anyhow::Result<()> {
        self.line(exchange)?;
        self.count += 1;
        Ok(())
    }

    fn line(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        let written = self.file.write_all(&line);
        written.with_context(|| format!("{}: cannot be written", self.path.display()))
    }
}
