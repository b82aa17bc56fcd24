//! Three processes of the program on one store, and a real load balancer before them with the configuration that is shipped.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{IpAddr, Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Certificate, Client, Identity, Method};
use serde_json::Value;

use super::store::Store;

/// Where the clients of these tests call from: not where the load balancer does.
pub(crate) const CALLER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9));

/// Replicas, stopped at the end of their test.
pub(crate) struct Fleet {
    pub(crate) replicas: Vec<Process>,
    dir: tempfile::TempDir,
}

/// One replica, by its ports.
pub(crate) struct Process {
    child: Child,
    pub(crate) gateway: u16,
    pub(crate) console: u16,
}

/// A load balancer.
pub(crate) struct Balancer {
    child: Child,
    pub(crate) gateway: u16,
    pub(crate) console: u16,
}

impl Fleet {
    /// Three replicas with these further arguments, on one certs folder.
    pub(crate) fn start(store: &Store, arguments: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let certs = dir.path().join("certs");
        let made = Command::new(PROGRAM).args(["certs", "--out"]).arg(&certs).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let replicas = (0..3).map(|_| Process::start(&certs, store, arguments)).collect();
        Self { replicas, dir }
    }

    /// A file of the certs folder.
    pub(crate) fn certs(&self, name: &str) -> PathBuf {
        self.dir.path().join("certs").join(name)
    }

    /// A client with the certificate of this name, or none, that calls from [`CALLER`].
    pub(crate) fn client(&self, certificate: Option<&str>) -> Client {
        let ca = Certificate::from_pem(&fs::read(self.certs("ca.pem")).unwrap()).unwrap();
        let builder = Client::builder()
            .tls_certs_only([ca])
            .no_proxy()
            .local_address(CALLER)
            .timeout(Duration::from_secs(10));
        let builder = match certificate {
            Some(name) => {
                let read =
                    |kind: &str| fs::read(self.certs(&format!("clients/{name}.{kind}"))).unwrap();
                builder.identity(Identity::from_pem(&[read("pem"), read("key")].concat()).unwrap())
            }
            None => builder,
        };
        builder.build().unwrap()
    }

    /// A shipped configuration with the addresses of this fleet, and the program that runs it.
    pub(crate) fn balancer(
        &self,
        file: &str,
        start: impl FnOnce(&Path, &Path) -> Command,
    ) -> Balancer {
        let (gateway, console) = (free_port(), free_port());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker").join(file);
        let mut text = fs::read_to_string(path).unwrap();
        for (n, replica) in self.replicas.iter().enumerate() {
            let name = format!("replica-{}", n + 1);
            // HAProxy asks the console whether the gateway is well: here its port is another for each.
            let checked = format!("server {name} {name}:8443\n");
            text = text.replace(
                &checked,
                &format!("server {name} 127.0.0.1:{} port {}\n", replica.gateway, replica.console),
            );
            text = text.replace(&format!("{name}:8443"), &format!("127.0.0.1:{}", replica.gateway));
            text = text.replace(&format!("{name}:8080"), &format!("127.0.0.1:{}", replica.console));
        }
        text = text.replace("bind :8443", &format!("bind 127.0.0.1:{gateway}"));
        text = text.replace("bind :8080", &format!("bind 127.0.0.1:{console}"));
        text = text.replace("listen 8443", &format!("listen 127.0.0.1:{gateway}"));
        text =
            text.replace("/certs/", &format!("{}/", self.certs("").display()).replace("//", "/"));
        text = text.replace("/tmp/nginx", &format!("{}/nginx", self.dir.path().display()));
        let configuration = self.dir.path().join(file);
        fs::write(&configuration, text).unwrap();
        let child = start(&configuration, self.dir.path()).stdin(Stdio::null()).spawn().unwrap();
        Balancer { child, gateway, console }
    }
}

impl Process {
    fn start(certs: &Path, store: &Store, arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args([
            "serve",
            "--gateway-listen",
            "127.0.0.1:0",
            "--console-listen",
            "127.0.0.1:0",
            "--population",
            "0",
        ]);
        command.arg("--certs").arg(certs).args(["--state-url", &store.address()]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = |name: &str| {
            let rest = line.split(name).nth(1).unwrap_or_else(|| panic!("not ready: {line:?}"));
            rest.split(' ').next().unwrap().trim().rsplit(':').next().unwrap().parse().unwrap()
        };
        Self { gateway: port("gateway="), console: port("console="), child }
    }
}

/// What a console answers.
pub(crate) async fn console(
    port: u16,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
    let request = client.request(method, format!("http://127.0.0.1:{port}{path}"));
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    match request.send().await {
        Ok(reply) => (reply.status().as_u16(), reply.json().await.unwrap_or_default()),
        Err(_) => (0, Value::Null), // nobody listens yet
    }
}

/// A port that nobody listened on a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // HAProxy and nginx have workers that go with their parent only when it is asked politely.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_bacasable");
