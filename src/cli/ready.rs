//! The ready file: where a server listens, for the programs that started it and for `healthcheck`. It is there while the
//! server answers, and not before.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::{
    client::{Console, ConsoleArgs, GatewayArgs, ListenerAddress},
    config::Config,
    files,
    server::Server,
};

/// What the file says, in JSON.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Ready {
    /// The gateway's URL, as a client of the same machine writes it.
    pub(super) gateway: String,
    /// The console's.
    pub(super) console: String,
    /// The folder of the test PKI.
    pub(super) certs: PathBuf,
    /// The server's process.
    pub(super) pid: u32,
    /// The server's version.
    pub(super) version: String,
}

/// A file that will say where a server listens; it is removed when this is dropped.
pub(super) struct ReadyFile {
    path: PathBuf,
    /// What is being written, beside the file, so that the file appears whole.
    partial: PathBuf,
    said: Option<Vec<u8>>,
}

impl Ready {
    /// What a server says of itself.
    pub(super) fn new(server: &Server, certs: &Path) -> Self {
        let url = |scheme, address| {
            format!("{scheme}://{}", ListenerAddress::listening(address).authority())
        };
        Self {
            gateway: url("https", server.gateway),
            console: url("http", server.console),
            certs: std::path::absolute(certs).unwrap_or_else(|_| certs.to_owned()),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// What the file says; nothing when it is not there.
    ///
    /// # Errors
    /// A file that cannot be read or is no ready file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let shown_path = || path.display().to_string();
        match files::read(path, LONGEST) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .with_context(|| format!("{}: no ready file", shown_path())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{}: cannot be read", shown_path())),
        }
    }
}

impl ReadyFile {
    /// The file that was asked for: one of an earlier server is gone from now on, and what cannot be written is known before
    /// anything listens.
    ///
    /// # Errors
    /// A file that cannot be written, something else than a file under its name.
    pub(super) fn asked(path: &Path) -> anyhow::Result<Self> {
        let unwritable = || format!("--ready-file: {} cannot be written", path.display());
        match fs::symlink_metadata(path) {
            Ok(facts) if !facts.is_file() => {
                anyhow::bail!("--ready-file: {} is there, and no file", path.display())
            }
            Ok(_) => fs::remove_file(path).with_context(unwritable)?,
            Err(_) => {}
        }
        let file = Self::beside(path);
        fs::write(&file.partial, "").with_context(unwritable)?;
        Ok(file)
    }

    /// The one beside the certificates.
    pub(super) fn by_default(config: &Config) -> Self {
        Self::beside(&default_path(config))
    }

    /// Says it: the file appears whole.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(super) fn say(&mut self, ready: &Ready) -> anyhow::Result<()> {
        let mut text = serde_json::to_vec(ready)?;
        text.push(b'\n');
        let written =
            fs::write(&self.partial, &text).and_then(|()| fs::rename(&self.partial, &self.path));
        written.with_context(|| format!("{}: cannot be written", self.path.display()))?;
        self.said = Some(text);
        Ok(())
    }

    fn beside(path: &Path) -> Self {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.tmp", std::process::id()));
        Self { path: path.to_owned(), partial: path.with_file_name(name), said: None }
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.partial); // it is there only when something went wrong
        // Another server of the same folder may have written its own since: that one stays.
        let is_ours =
            |said: &Vec<u8>| files::read(&self.path, LONGEST).is_ok_and(|now| now == *said);
        if self.said.as_ref().is_some_and(is_ours) {
            let _ = fs::remove_file(&self.path); // a folder that is gone keeps no file
        }
    }
}

/// The gateway that a command talks to: that of `--gateway`; without it, the one that the ready file beside the certificates
/// names, while somebody answers there; otherwise that of the settings.
///
/// # Errors
/// `--gateway` that is no URL.
pub(super) fn gateway(given: &GatewayArgs, config: &Config) -> anyhow::Result<ListenerAddress> {
    if given.url.is_some() {
        return given.address(config);
    }
    gateway_on_file(config).map_or_else(|| given.address(config), Ok)
}

/// The gateway that the ready file beside the certificates names, while somebody answers there.
pub(super) fn gateway_on_file(config: &Config) -> Option<ListenerAddress> {
    running(config).and_then(|ready| ListenerAddress::of_gateway(&ready.gateway).ok())
}

/// The console that a command talks to: that of `--console`; without it, as [`gateway`].
///
/// # Errors
/// `--console` that is no URL.
pub(super) fn console(given: &ConsoleArgs, config: &Config) -> anyhow::Result<Console> {
    if given.url.is_none()
        && let Some(ready) = running(config)
        && let Ok(console) = Console::at(&ready.console, given, config)
    {
        return Ok(console);
    }
    Console::from_arguments(given, config)
}

/// What the ready file beside the certificates says, while somebody answers there. One that a server left behind when it was
/// killed, or that another version wrote, says nothing.
pub(super) fn running(config: &Config) -> Option<Ready> {
    let ready = Ready::read(&default_path(config)).ok().flatten()?;
    ListenerAddress::of_gateway(&ready.gateway).ok()?.answers().then_some(ready)
}

/// Where the file is when nothing else is asked for.
pub(super) fn default_path(config: &Config) -> PathBuf {
    config.certs.join("ready.json")
}

const LONGEST: u64 = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(pid: u32) -> Ready {
        Ready {
            gateway: "https://127.0.0.1:8443".to_owned(),
            console: "http://127.0.0.1:8080".to_owned(),
            certs: "/certs".into(),
            pid,
            version: "0.1.0".to_owned(),
        }
    }

    #[test]
    fn the_file_is_there_while_the_server_is_and_one_of_an_earlier_server_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ready.json");
        fs::write(&path, "of an earlier server").unwrap();
        let mut file = ReadyFile::asked(&path).unwrap();
        assert!(Ready::read(&path).unwrap().is_none(), "nothing answers yet");
        file.say(&ready(7)).unwrap();
        assert_eq!(Ready::read(&path).unwrap().unwrap().pid, 7);
        drop(file);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn a_server_does_not_remove_what_another_one_of_the_same_folder_said_since() {
        let dir = tempfile::tempdir().unwrap();
        let config = Config { certs: dir.path().to_owned(), ..Config::default() };
        let (mut one, mut other) = (ReadyFile::by_default(&config), ReadyFile::by_default(&config));
        one.say(&ready(1)).unwrap();
        other.say(&ready(2)).unwrap();
        drop(one);
        assert_eq!(Ready::read(&default_path(&config)).unwrap().unwrap().pid, 2);
    }

    #[test]
    fn a_folder_that_is_not_there_is_known_before_anything_listens() {
        let dir = tempfile::tempdir().unwrap();
        let error = ReadyFile::asked(&dir.path().join("none/ready.json")).err().unwrap();
        assert!(error.to_string().contains("none/ready.json cannot be written"), "{error}");
        assert!(ReadyFile::asked(dir.path()).is_err(), "a folder");
    }
}
