//! A real Redis for one test: on a socket of its own, without a disk; it can be stopped, paused and started again.

use std::{
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use bacasable::{clock::Clock, config::SettingValue as _, config::StoreUrl};
use redis::Connection;

/// A running `redis-server`, killed at the end of its test.
pub(crate) struct Store {
    dir: tempfile::TempDir,
    arguments: Vec<String>,
    process: Option<Child>,
}

impl Store {
    /// A server without a port; none where the program is not installed, which is said.
    pub(crate) fn start() -> Option<Self> {
        Self::with(&[])
    }

    /// The same with further arguments.
    pub(crate) fn with(arguments: &[&str]) -> Option<Self> {
        if !is_installed("redis-server") {
            println!("skipped: redis-server is not installed");
            return None;
        }
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let mut store = Self { dir: tempfile::tempdir().unwrap(), arguments, process: None };
        store.again();
        Some(store)
    }

    /// Starts it, or starts it again, empty.
    pub(crate) fn again(&mut self) {
        let mut command = Command::new("redis-server");
        command
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(self.socket());
        command
            .args(&self.arguments)
            .current_dir(self.dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.process = Some(command.spawn().unwrap());
        let patience = Clock::instant() + Duration::from_secs(10);
        while UnixStream::connect(self.socket()).is_err() {
            assert!(Clock::instant() < patience, "redis-server does not listen");
            sleep(Duration::from_millis(5));
        }
    }

    /// Kills it.
    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Has it stand still, or go on: connections stay open, nothing answers.
    pub(crate) fn pause(&self, paused: bool) {
        let signal = if paused { "-STOP" } else { "-CONT" };
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Its address.
    pub(crate) fn url(&self) -> StoreUrl {
        url(&self.address())
    }

    /// Its address, as text.
    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// A connection of a stranger.
    pub(crate) fn connection(&self) -> Connection {
        redis::Client::open(self.address()).unwrap().get_connection().unwrap()
    }

    /// The key of this name, under the prefix of the settings.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{}:{name}", bacasable::config::Config::default().state.prefix.as_str())
    }

    /// Every key, sorted.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> =
            redis::cmd("KEYS").arg("*").query(&mut self.connection()).unwrap();
        keys.sort();
        keys
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.dir.path().join("s")
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The address that this text is.
pub(crate) fn url(text: &str) -> StoreUrl {
    StoreUrl::read(text).unwrap_or_else(|| panic!("{text}"))
}

/// Whether a program can be started.
pub(crate) fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}
