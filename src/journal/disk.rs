//! A file of lines: appended to, turned over by size, found again when somebody moved it.
//!
//! What is written is whole lines. A write that failed half way is taken back; where that is impossible, and after a crash,
//! the next line begins on a line of its own, so that a torn one stays alone and no reader takes it for an entry.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    num::NonZeroU64,
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
};

use super::{
    fate::Medium,
    snapshot::{folder, turned_over},
};

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
        let own = self.file.metadata()?;
        match fs::metadata(&self.path) {
            Ok(there) if (there.dev(), there.ino()) == (own.dev(), own.ino()) => return Ok(()),
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
        let folder = folder(&self.path)?;
        if matches!(folder.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
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
                Ok(()) if durable => folder(&self.path)?.sync_all()?,
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
    let mut file =
        OpenOptions::new().read(true).append(true).create(true).open(path).map_err(wrong)?;
    let there = file.metadata().map_err(wrong)?;
    if there.file_type().is_fifo() {
        return Err(OpenError::Pipe { path: path.to_owned() });
    }
    if !there.is_file() {
        return Ok((file, false)); // a device: nothing to lock, to measure or to mend
    }
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(OpenError::Busy { path: path.to_owned() }),
        Ok(()) | Err(TryLockError::Error(_)) => {} // a file system without locks
    }
    let mut end = [b'\n'];
    if there.len() > 0 {
        file.seek(SeekFrom::End(-1)).map_err(wrong)?;
        file.read_exact(&mut end).map_err(wrong)?;
    }
    Ok((file, end != *b"\n"))
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
mod tests {
    use super::*;
    use crate::journal::snapshot::snapshot;

    struct Bench {
        folder: tempfile::TempDir,
        path: PathBuf,
    }

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("journal.jsonl");
            Self { folder, path }
        }

        fn open(&self, bytes: u64, keep: u64) -> Disk {
            Disk::open(&self.path, Rotation { bytes: NonZeroU64::new(bytes), keep }).unwrap()
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
        }

        fn names(&self) -> Vec<String> {
            let names = snapshot(&self.path)
                .unwrap()
                .into_iter()
                .map(|(path, _)| path.file_name().unwrap().to_str().unwrap().to_owned());
            names.collect()
        }
    }

    #[test]
    fn a_restart_appends_and_a_torn_line_stays_alone() {
        let bench = Bench::new();
        bench.open(0, 0).append(b"{1}\n", true).unwrap();
        bench.open(0, 0).append(b"{2}\n", false).unwrap();
        fs::write(&bench.path, "{1}\n{2}\n{torn").unwrap();
        let mut disk = bench.open(0, 0);
        disk.append(b"{3}\n", false).unwrap();
        disk.append(b"{4}\n", false).unwrap();
        assert_eq!(bench.read("journal.jsonl"), "{1}\n{2}\n{torn\n{3}\n{4}\n");
    }

    #[test]
    fn a_file_that_is_full_is_turned_over_and_the_oldest_makes_room() {
        let bench = Bench::new();
        let mut disk = bench.open(10, 2);
        for line in ["aaaa\n", "bbbb\n", "cccc\n", "dddddddddddddddd\n", "eeee\n", "ffff\n"] {
            disk.append(line.as_bytes(), true).unwrap();
        }
        let now = ["journal.2.jsonl", "journal.1.jsonl", "journal.jsonl"];
        assert_eq!(bench.names(), now);
        assert_eq!(
            now.map(|name| bench.read(name)),
            ["cccc\n", "dddddddddddddddd\n", "eeee\nffff\n"]
        );
        let mut none = Bench::new();
        none.path = none.folder.path().join("journal");
        let mut disk = none.open(5, 0);
        disk.append(b"aaaa\n", false).unwrap();
        disk.append(b"bbbb\n", false).unwrap();
        assert_eq!(
            (none.names(), none.read("journal")),
            (vec!["journal".to_owned()], "bbbb\n".to_owned())
        );
        assert_eq!(turned_over(&none.path, 3).file_name().unwrap(), "journal.3");
    }

    #[test]
    fn keeping_every_older_file_costs_no_more_than_there_are() {
        let bench = Bench::new();
        let mut disk = bench.open(5, u64::MAX);
        for line in ["aaaa\n", "bbbb\n", "cccc\n"] {
            disk.append(line.as_bytes(), false).unwrap();
        }
        let now = ["journal.2.jsonl", "journal.1.jsonl", "journal.jsonl"];
        assert_eq!(now.map(|name| bench.read(name)), ["aaaa\n", "bbbb\n", "cccc\n"]);
    }

    #[test]
    fn a_file_that_cannot_be_turned_over_goes_on_growing() {
        let bench = Bench::new();
        let mut disk = bench.open(5, 1);
        fs::create_dir_all(bench.folder.path().join("journal.1.jsonl/in-the-way")).unwrap();
        disk.append(b"aaaa\n", false).unwrap();
        disk.append(b"bbbb\n", false).unwrap();
        assert_eq!(bench.read("journal.jsonl"), "aaaa\nbbbb\n");
    }

    #[test]
    fn a_moved_a_deleted_and_an_emptied_file_are_noticed() {
        let bench = Bench::new();
        let mut disk = bench.open(0, 0);
        disk.append(b"1\n", false).unwrap();
        fs::rename(&bench.path, bench.folder.path().join("moved")).unwrap();
        disk.append(b"2\n", false).unwrap();
        fs::remove_file(&bench.path).unwrap();
        disk.append(b"3\n", true).unwrap();
        assert_eq!(
            (bench.read("moved"), bench.read("journal.jsonl")),
            ("1\n".to_owned(), "3\n".to_owned())
        );
        File::options().write(true).open(&bench.path).unwrap().set_len(0).unwrap(); // logrotate's copytruncate
        disk.append(b"4\n", false).unwrap();
        assert_eq!(bench.read("journal.jsonl"), "4\n");
        let elsewhere = bench.folder.path().with_extension("gone");
        fs::rename(bench.folder.path(), &elsewhere).unwrap();
        assert!(disk.append(b"5\n", false).is_err(), "the folder is gone");
        fs::rename(&elsewhere, bench.folder.path()).unwrap();
        disk.append(b"6\n", false).unwrap();
        assert_eq!(bench.read("journal.jsonl"), "4\n6\n");
    }

    #[test]
    fn a_snapshot_misses_nothing_while_the_files_turn_over() {
        let bench = Bench::new();
        let mut disk = bench.open(40, u64::MAX);
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 0..600 {
                    disk.append(format!("{n}\n").as_bytes(), false).unwrap();
                }
                done.store(true, std::sync::atomic::Ordering::Release);
            });
            while !done.load(std::sync::atomic::Ordering::Acquire) {
                let mut text = String::new();
                for (_, mut file) in snapshot(&bench.path).unwrap() {
                    file.read_to_string(&mut text).unwrap();
                }
                let numbers: Vec<u64> = text.lines().filter_map(|line| line.parse().ok()).collect();
                let follows = |pair: &[u64]| pair[1] == pair[0] + 1;
                assert!(numbers.windows(2).all(follows), "one after the other: {numbers:?}");
            }
        });
    }

    #[test]
    fn a_writer_does_not_wait_for_a_reader_and_turns_over_afterwards() {
        let bench = Bench::new();
        let mut disk = bench.open(5, 1);
        disk.append(b"aaaa\n", false).unwrap();
        let reader = folder(&bench.path).unwrap();
        reader.lock_shared().unwrap();
        disk.append(b"bbbb\n", false).unwrap();
        assert_eq!(bench.read("journal.jsonl"), "aaaa\nbbbb\n");
        drop(reader);
        disk.append(b"cccc\n", false).unwrap();
        let now = ["journal.1.jsonl", "journal.jsonl"];
        assert_eq!(now.map(|name| bench.read(name)), ["aaaa\nbbbb\n", "cccc\n"]);
    }

    #[test]
    fn a_pipe_is_no_journal() {
        let bench = Bench::new();
        let made = std::process::Command::new("mkfifo").arg(&bench.path).status().unwrap();
        assert!(made.success());
        let wrong = Disk::open(&bench.path, Rotation { bytes: None, keep: 0 }).err().unwrap();
        assert!(wrong.to_string().contains("pipe (FIFO)"), "{wrong}");
    }

    #[test]
    fn two_writers_never_share_a_file() {
        let bench = Bench::new();
        let first = bench.open(0, 0);
        let again = Disk::open(&bench.path, Rotation { bytes: None, keep: 0 }).err().unwrap();
        assert!(matches!(again, OpenError::Busy { .. }), "{again}");
        drop(first);
        bench.open(0, 0);
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named_with_what_to_do() {
        let bench = Bench::new();
        let path = bench.folder.path().join("absent/journal.jsonl");
        let wrong = Disk::open(&path, Rotation { bytes: None, keep: 0 }).err().unwrap().to_string();
        assert!(
            wrong.starts_with(&format!("journal.file: {}: cannot be opened: ", path.display())),
            "{wrong}"
        );
        assert!(wrong.ends_with("(its folder must exist)"), "{wrong}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_device_says_so_and_room_made_is_room_used() {
        let bench = Bench::new();
        std::os::unix::fs::symlink("/dev/full", &bench.path).unwrap();
        let mut disk = bench.open(10, 1);
        let full = disk.append(b"1\n", false).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        fs::remove_file(&bench.path).unwrap();
        disk.append(b"2\n", true).unwrap();
        assert_eq!(bench.read("journal.jsonl"), "2\n");
    }
}
