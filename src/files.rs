//! Files that a user names, read so that none of them can hold the program up or fill its memory.
//!
//! Fixtures, certificates, settings and journals are regular files of a bounded size. A named pipe, a socket or a device
//! among them is refused by its kind, without being opened: a read of it might never return. Symbolic links are followed.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The most bytes of a fixture, a certificate, a list of revoked ones or a file of settings: 64 MiB.
pub const MOST: u64 = 64 << 20;

/// Reads a regular file of at most `most` bytes.
///
/// # Errors
/// The system's; [`ErrorKind::InvalidInput`] for anything but a regular file, [`ErrorKind::FileTooLarge`] for a longer one.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    fit(&fs::metadata(path)?, most)?; // before it is opened: the opening of a named pipe waits for its writer
    let file = File::open(path)?;
    fit(&file.metadata()?, most)?;
    let mut bytes = Vec::new();
    // A file may grow while it is read, and one of /proc tells no length.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_long(most)) } else { Ok(bytes) }
}

/// Reads a regular file of at most [`MOST`] bytes of UTF-8.
///
/// # Errors
/// As [`read`]'s; [`ErrorKind::InvalidData`] for anything but UTF-8.
pub fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path, MOST)?)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "expected UTF-8 text"))
}

/// What tells a file from an earlier one of the same name; looking does not open it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The file itself, links followed: a link that leads elsewhere is a change, whatever times and lengths say.
    place: PathBuf,
    modified: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    /// What the file looks like now.
    ///
    /// # Errors
    /// Those of the system: it is not there, a link leads nowhere or in a circle.
    pub fn read(path: &Path) -> io::Result<Self> {
        let facts = fs::metadata(path)?;
        let place = fs::canonicalize(path)?;
        Ok(Self { place, modified: facts.modified().ok(), length: facts.len() })
    }
}

/// Writes a file that appears whole or not at all; on Unix with this mode.
///
/// # Errors
/// The system's; what stood there before stands then.
pub fn write_whole(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = create(&beside, mode).and_then(|mut file| {
        file.write_all(contents)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, path)).inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })
}

/// Adds to the end of a file; one that is not there yet is made, on Unix with this mode.
///
/// # Errors
/// The system's.
pub fn append(path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(windows)]
    let _ = mode;
    options.open(path)?.write_all(contents)
}

#[cfg(unix)]
fn create(path: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)
}

#[cfg(windows)]
fn create(path: &Path, _mode: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

/// Which file this is, under whatever name: equal ones are one file.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Identity(
    /// Device and inode.
    #[cfg(unix)]
    (u64, u64),
    #[cfg(windows)] same_file::Handle,
);

impl Identity {
    /// That of an open file.
    ///
    /// # Errors
    /// The system's.
    #[cfg(unix)]
    pub fn from_file(file: &File) -> io::Result<Self> {
        Ok(Self::from(&file.metadata()?))
    }

    /// That of what a path leads to; looking does not open it.
    ///
    /// # Errors
    /// The system's.
    #[cfg(unix)]
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&fs::metadata(path)?))
    }

    /// That of an open file, which stays open as long as this is kept.
    ///
    /// # Errors
    /// The system's.
    #[cfg(windows)]
    pub fn from_file(file: &File) -> io::Result<Self> {
        same_file::Handle::from_file(file.try_clone()?).map(Self)
    }

    /// That of what a path leads to, which stays open as long as this is kept.
    ///
    /// # Errors
    /// The system's.
    #[cfg(windows)]
    pub fn at(path: &Path) -> io::Result<Self> {
        same_file::Handle::from_path(path).map(Self)
    }
}

#[cfg(unix)]
impl From<&Metadata> for Identity {
    fn from(facts: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self((facts.dev(), facts.ino()))
    }
}

/// Whether this is a named pipe.
#[cfg(unix)]
pub fn is_pipe(facts: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    facts.file_type().is_fifo()
}

/// No path of a folder leads to a pipe on Windows.
#[cfg(windows)]
pub fn is_pipe(_: &Metadata) -> bool {
    false
}

fn fit(facts: &Metadata, most: u64) -> io::Result<()> {
    if !facts.is_file() {
        let message = format!("expected a regular file, found {}", kind(facts));
        return Err(io::Error::new(ErrorKind::InvalidInput, message));
    }
    if facts.len() > most { Err(too_long(most)) } else { Ok(()) }
}

fn too_long(most: u64) -> io::Error {
    let most =
        if most >= 1 << 20 { format!("{} MiB", most >> 20) } else { format!("{} KiB", most >> 10) };
    io::Error::new(ErrorKind::FileTooLarge, format!("longer than {most}"))
}

#[cfg(unix)]
fn kind(facts: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = facts.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(windows)]
fn kind(facts: &Metadata) -> &'static str {
    if facts.is_dir() { "a folder" } else { "something else" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &Path, most: u64) -> String {
        read(path, most).unwrap_err().to_string()
    }

    #[test]
    fn a_regular_file_up_to_the_bound_is_read_and_a_longer_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, vec![b'x'; 1024]).unwrap();
        assert_eq!(read(&path, 1024).unwrap().len(), 1024);
        fs::write(&path, vec![b'x'; 1025]).unwrap();
        assert_eq!(refusal(&path, 1024), "longer than 1 KiB");
        File::create(&path).unwrap().set_len(1 << 40).unwrap(); // a hole: nothing of it is read
        assert_eq!(refusal(&path, MOST), "longer than 64 MiB");
    }

    #[test]
    fn text_is_utf_8() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, b"caf\xe9").unwrap();
        assert_eq!(text(&path).unwrap_err().to_string(), "expected UTF-8 text");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_refused_by_its_kind_without_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("zero")).unwrap();
        for (path, kind) in [
            (at("pipe"), "a named pipe"),
            (at("socket"), "a socket"),
            (at("zero"), "a device"),
            (dir.path().to_owned(), "a folder"),
        ] {
            assert_eq!(refusal(&path, MOST), format!("expected a regular file, found {kind}"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_elsewhere_is_a_change_even_to_a_file_of_the_same_time_and_length() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["one", "two"] {
            fs::write(at(name), name).unwrap();
            File::options()
                .write(true)
                .open(at(name))
                .unwrap()
                .set_modified(SystemTime::UNIX_EPOCH)
                .unwrap();
        }
        std::os::unix::fs::symlink(at("one"), at("link")).unwrap();
        let before = Stamp::read(&at("link")).unwrap();
        assert_eq!(before, Stamp::read(&at("link")).unwrap());
        fs::remove_file(at("link")).unwrap();
        std::os::unix::fs::symlink(at("two"), at("link")).unwrap();
        assert_ne!(before, Stamp::read(&at("link")).unwrap());
        fs::remove_file(at("two")).unwrap();
        assert!(Stamp::read(&at("link")).is_err(), "a link that leads nowhere");
    }
}
