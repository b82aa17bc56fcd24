//! A file of lines: appended to, turned over by size, found again when somebody moved it.
//!
//! What is written is whole lines. A write that failed half way is taken back; where that is impossible, and after a crash,
//! the next line begins on a line of its own, so that a torn one stays alone and no reader takes it for an entry.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    num::NonZeroU64,
    path::{Path, PathBuf},
};

use super::{
    fate::Medium,
    snapshot::{Folder, turned_over},
};
use crate::files::{self, Identity};

/// When a file is turned over, and how many turned over are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// A file does not grow beyond this many bytes, unless one write is larger; none: it is never turned over.
    pub bytes: Option<NonZeroU64>,
    /// How many older files are kept.
    pub keep: u64,
}

/// An open file of lines.
pub struct Disk {
    path: PathBuf,
    rotation: Rotation,
    file: File,
    /// The file ends within a line.
    torn: bool,
    /// Somebody was told that the file cannot be turned over.
    stuck: bool,
    /// How long the file was before the last lines, and whether it ended within a line.
    before: (u64, bool),
}

/// Why a file cannot be the journal's.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system says no.
    #[error("journal.file: {}: cannot be opened: {cause}{}", path.display(), hint(cause))]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Whoever reads a pipe may stop reading, and no entry can be read again.
    #[error("journal.file: {}: is a pipe (FIFO); expected a file", path.display())]
    Pipe {
        /// The pipe.
        path: PathBuf,
    },
    /// Two writers would tear each other's lines.
    #[error("journal.file: {}: another process writes there; give each server a file of its own", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
}

impl Disk {
    /// Opens a file to append to; makes it when it is missing.
    ///
    /// # Errors
    /// A folder that is missing or closed, a file that is not ours to write or that another process writes.
    pub fn open(path: &Path, rotation: Rotation) -> Result<Self, OpenError> {
        let (file, torn) = open(path)?;
        Ok(Self { path: path.to_owned(), rotation, file, torn, stuck: false, before: (0, false) })
    }

    /// Opens what the path leads to, when that is no longer the open file: it was moved or deleted.
    fn follow(&mut self) -> io::Result<()> {
        match Identity::at(&self.path) {
            Ok(there) if there == Identity::from_file(&self.file)? => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(_) | Err(_) => {}
        }
        tracing::warn!(file = %self.path.display(), "the journal's file was moved or deleted: it is opened anew");
        (self.file, self.torn) = open(&self.path).map_err(io::Error::other)?;
        Ok(())
    }

    /// Moves the file out of the way, and the older ones further; the oldest makes room. It costs as much as there are
    /// files, not as much as may be kept.
    ///
    /// # Errors
    /// `WouldBlock` while [`snapshot`](super::snapshot::snapshot) opens the files: a writer never waits for a reader.
    fn turn_over(&mut self) -> io::Result<()> {
        let _held = Folder::held_to_turn_over(&self.path)?;
        let place = |n| turned_over(&self.path, n);
        let free =
            (1..self.rotation.keep).find(|&n| !place(n).exists()).unwrap_or(self.rotation.keep);
        // Deleted, not renamed over: for that ext4 would first write out the whole file that takes the name.
        let oldest =
            if self.rotation.keep == 0 { self.path.clone() } else { place(self.rotation.keep) };
        if free == self.rotation.keep {
            unless_missing(fs::remove_file(oldest))?;
        }
        for n in (1..free).rev() {
            unless_missing(fs::rename(place(n), place(n + 1)))?;
        }
        if self.rotation.keep > 0 {
            fs::rename(&self.path, place(1))?;
        }
        (self.file, self.torn) = open(&self.path).map_err(io::Error::other)?;
        Ok(())
    }

    fn write(&mut self, lines: &[u8], durable: bool) -> io::Result<()> {
        if self.torn {
            self.file.write_all(b"\n")?;
        }
        self.file.write_all(lines)?;
        if durable {
            self.file.sync_data()?;
        }
        Ok(())
    }
}

impl Medium for Disk {
    fn append(&mut self, lines: &[u8], durable: bool) -> io::Result<()> {
        self.follow()?;
        let mut there = self.file.metadata()?;
        let full =
            |bytes: NonZeroU64| there.len() > 0 && there.len() + lines.len() as u64 > bytes.get();
        if there.is_file() && self.rotation.bytes.is_some_and(full) {
            match self.turn_over() {
                Ok(()) if durable => Folder::write_out(&self.path)?,
                Ok(()) => {}
                // Somebody opens the files just now: the next lines turn it over.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // Better a file that is too long than one that misses entries; `follow` finds what was half done.
                Err(error) if !self.stuck => {
                    tracing::error!(file = %self.path.display(), %error, "the journal's file cannot be turned over: it goes on growing");
                    self.stuck = true;
                    self.follow()?;
                }
                Err(_) => self.follow()?,
            }
            there = self.file.metadata()?;
        }
        self.before = (there.len(), self.torn);
        match self.write(lines, durable) {
            Ok(()) => {
                self.torn = false;
                Ok(())
            }
            Err(error) => {
                let taken_back = there.is_file() && self.file.set_len(there.len()).is_ok();
                self.torn |= !taken_back;
                Err(error)
            }
        }
    }

    fn take_back(&mut self) -> io::Result<()> {
        if self.file.metadata()?.is_file() {
            let (length, torn) = self.before;
            self.file.set_len(length)?;
            self.torn = torn;
        }
        Ok(())
    }
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// The file, and whether it ends within a line.
fn open(path: &Path) -> Result<(File, bool), OpenError> {
    let wrong = |cause| OpenError::Io { path: path.to_owned(), cause };
    let busy = || OpenError::Busy { path: path.to_owned() };
    let opened = to_append().open(path);
    let mut file =
        opened.map_err(|cause| if is_sharing(&cause) { busy() } else { wrong(cause) })?;
    let there = file.metadata().map_err(wrong)?;
    if files::is_pipe(&there) {
        return Err(OpenError::Pipe { path: path.to_owned() });
    }
    if !there.is_file() {
        return Ok((file, false)); // a device: nothing to lock, to measure or to mend
    }
    if !is_ours(&file) {
        return Err(busy());
    }
    let mut end = [b'\n'];
    if there.len() > 0 {
        file.seek(SeekFrom::End(-1)).map_err(wrong)?;
        file.read_exact(&mut end).map_err(wrong)?;
    }
    Ok((file, end != *b"\n"))
}

#[cfg(unix)]
fn to_append() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    options
}

/// A lock on Windows would keep readers out too: there, others may read the file and move it, and may not write it.
#[cfg(windows)]
fn to_append() -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_SHARE_READ: u32 = 1;
    const FILE_SHARE_DELETE: u32 = 4;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    options.share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE);
    options
}

/// Whether a file cannot be opened because another process writes there.
fn is_sharing(cause: &io::Error) -> bool {
    const ERROR_SHARING_VIOLATION: i32 = 32;
    cfg!(windows) && cause.raw_os_error() == Some(ERROR_SHARING_VIOLATION)
}

/// Takes the file for this process; false where another one has it. A file system without locks gives it to all.
fn is_ours(file: &File) -> bool {
    cfg!(windows) || !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

fn hint(cause: &io::Error) -> &'static str {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the system's words say enough in the other cases"
    )]
    match cause.kind() {
        io::ErrorKind::NotFound => " (its folder must exist)",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
