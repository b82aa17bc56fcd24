//! `bacasable parity`, as a partner uses it: the program itself records, imports, compares.

mod clients;
mod drift;
mod original;
mod replay;
mod upstream;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::harness::{builder, certs};

/// A folder of its own, with a copy of the test PKI: what a comparison leaves there is nobody else's.
struct Bench {
    dir: tempfile::TempDir,
}

/// A proxy that records.
struct Recording {
    process: Child,
    out: BufReader<ChildStdout>,
    /// Its address, as a URL.
    proxy: String,
    session: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(certs(), &dir.path().join("certs"));
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs `bacasable parity` with these words, in the folder.
    fn parity(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
        command.arg("parity").args(words).current_dir(self.dir.path()).stdin(Stdio::null());
        command
    }

    /// The report of `parity compare`, and how it ended.
    fn compare(&self, session: &str, more: &[&str]) -> (Value, i32) {
        let mut words = vec!["compare", session, "--format", "json"];
        words.extend(more);
        let output = self.parity(&words);
        let told = String::from_utf8_lossy(&output.stderr);
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {told}"));
        (report, output.status.code().unwrap())
    }

    /// Starts a proxy in front of this address.
    fn record(&self, upstream: &str, session: &str) -> Recording {
        self.record_with(upstream, session, &["--ca", "certs/ca.pem"])
    }

    /// The same with these words too.
    fn record_with(&self, upstream: &str, session: &str, more: &[&str]) -> Recording {
        let mut words = vec!["record", "--upstream", upstream, "--out", session];
        words.extend(["--cert", "certs/clients/editeur-demo.pem"]);
        words.extend(["--key", "certs/clients/editeur-demo.key", "--listen", "127.0.0.1:0"]);
        words.extend(more);
        let mut process =
            self.command(&words).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address =
            line.strip_prefix("ready proxy=https://").unwrap_or_else(|| panic!("{line:?}"));
        let port = address.split(' ').next().unwrap().rsplit(':').next().unwrap();
        let proxy = format!("https://localhost:{port}");
        Recording { process, out, proxy, session: self.path(session) }
    }
}

impl Recording {
    /// A request through the proxy.
    fn request(&self, client: &Client, method: Method, path: &str) -> RequestBuilder {
        client.request(method, format!("{}{path}", self.proxy))
    }

    /// Stops it; what it says at the end.
    fn stop(mut self) -> String {
        let killed = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(killed.success());
        let said: Vec<String> = self.out.by_ref().lines().map(Result::unwrap).collect();
        assert!(self.process.wait().unwrap().success(), "{said:?}");
        said.join("\n")
    }
}

/// A client that shows no certificate.
fn stranger() -> Client {
    builder(None).build().unwrap()
}

/// The identifiers of the differences, sorted.
fn ids(report: &Value) -> Vec<&str> {
    let mut ids: Vec<_> = report["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
