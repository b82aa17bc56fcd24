//! Other TLS stacks than ours as clients: OpenSSL by its command, Python's standard library, the JDK; each with good and
//! faulty certificates, in both modes. A stack that is not on this machine is skipped, with the reason.

use std::process::{Command, Stdio};

use bacasable::config::ClientCertificateMode;

use crate::harness::{World, certs};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const NAMES: [&str; 9] = [
    "editeur-demo",
    "none",
    "invalid/expired",
    "invalid/not-yet-valid",
    "invalid/revoked",
    "invalid/unknown-ca",
    "invalid/self-signed",
    "invalid/server-only",
    "invalid/no-partner",
];

async fn strict() -> World {
    World::with(|config| config.gateway.client_certificate = ClientCertificateMode::Handshake).await
}

fn has(tool: &str) -> bool {
    let found = Command::new(tool)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
        || Command::new(tool).arg("version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: {tool} is not on this machine");
    }
    found
}

fn script(name: &str) -> String {
    format!("{}/tests/it/gateway/foreign/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What a command says, with `input`; the environment of this machine has no say in whom it trusts.
async fn said(mut command: Command, input: &'static str) -> String {
    for variable in [
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "JAVA_TOOL_OPTIONS",
        "https_proxy",
        "HTTPS_PROXY",
    ] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = move || {
        let mut child = command.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn python(world: &World, version: &str) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(script("probe.py"))
        .arg(world.server.gateway.port().to_string())
        .arg(certs())
        .args([version, HEALTH])
        .args(NAMES);
    command
}

fn java(world: &World) -> Command {
    let mut command = Command::new("java");
    command
        .arg(script("Probe.java"))
        .arg(world.server.gateway.port().to_string())
        .arg(certs())
        .arg(HEALTH)
        .args(NAMES);
    command
}

/// `s_client` reads the request from its input and leaves when the server closes.
fn openssl(world: &World, version: &str, name: &str) -> Command {
    let mut command = Command::new("openssl");
    let connect = format!("localhost:{}", world.server.gateway.port());
    command.args([
        "s_client",
        "-connect",
        &connect,
        "-servername",
        "localhost",
        "-verify_return_error",
        "-ign_eof",
        version,
    ]);
    command.arg("-CAfile").arg(certs().join("ca.pem")).args(["-verify_hostname", "localhost"]);
    if name != "none" {
        let file = |kind: &str| certs().join(format!("clients/{name}.{kind}"));
        command.arg("-cert").arg(file("pem")).arg("-key").arg(file("key"));
    }
    command
}

const REQUEST: &str =
    "GET /fcb-masrestit/api/v2/etatSante HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// In `http` mode every client gets the product's answer, whatever it shows.
const IN_HTTP: [&str; 9] = [
    "401 900902",
    "401 900901",
    "401 900901",
    "401 900901",
    "401 900901",
    "401 900901",
    "401 900901",
    "401 900901",
    "401 900901",
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn python_gets_an_answer_or_the_alert_for_each_certificate() {
    if !has("python3") {
        return;
    }
    let (open, strict) = (World::start().await, strict().await);
    for version in ["1.2", "1.3"] {
        let lines = said(python(&open, version), "").await;
        let expected: Vec<String> =
            NAMES.iter().zip(IN_HTTP).map(|(name, answer)| format!("{name} {answer}")).collect();
        assert_eq!(lines.lines().collect::<Vec<_>>(), expected, "TLS {version}");

        let lines = said(python(&strict, version), "").await;
        for (name, alert) in [
            ("editeur-demo", "401 900902"),
            ("none", "ALERT_CERTIFICATE_REQUIRED"),
            ("invalid/expired", "ALERT_CERTIFICATE_EXPIRED"),
            ("invalid/not-yet-valid", "ALERT_CERTIFICATE_EXPIRED"),
            ("invalid/revoked", "ALERT_CERTIFICATE_REVOKED"),
            ("invalid/unknown-ca", "ALERT_UNKNOWN_CA"),
            ("invalid/self-signed", "ALERT_UNKNOWN_CA"),
            ("invalid/server-only", "ALERT_UNSUPPORTED_CERTIFICATE"),
            ("invalid/no-partner", "401 900901"),
        ] {
            let line = lines
                .lines()
                .find(|line| line.split(' ').next() == Some(name))
                .unwrap_or_else(|| panic!("{name}: {lines}"));
            // OpenSSL knows "certificate required" by that name in TLS 1.3 only; 1.2 has no such alert.
            let is_absent = name == "none" && version == "1.2" && line.contains("ALERT");
            assert!(line.contains(alert) || is_absent, "TLS {version}: {line}, not {alert}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn java_gets_an_answer_or_the_alert_for_each_certificate() {
    if !has("java") {
        return;
    }
    let world = World::start().await;
    let lines = said(java(&world), "").await;
    let expected: Vec<String> =
        NAMES.iter().zip(IN_HTTP).map(|(name, answer)| format!("{name} {answer}")).collect();
    assert_eq!(
        lines
            .lines()
            .filter(|line| NAMES.iter().any(|name| line.starts_with(name)))
            .collect::<Vec<_>>(),
        expected,
        "{lines}"
    );

    let world = strict().await;
    let lines = said(java(&world), "").await;
    for (name, alert) in [
        ("editeur-demo", "401 900902"),
        ("none", "certificate_required"),
        ("invalid/expired", "certificate_expired"),
        ("invalid/revoked", "certificate_revoked"),
        ("invalid/unknown-ca", "unknown_ca"),
        // Java chooses by issuer, and sends no certificate of an issuer that the server does not name.
        ("invalid/self-signed", "certificate_required"),
        ("invalid/no-partner", "401 900901"),
    ] {
        let line = lines
            .lines()
            .find(|line| line.split(' ').next() == Some(name))
            .unwrap_or_else(|| panic!("{name}: {lines}"));
        assert!(line.contains(alert), "{line}, not {alert}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_verifies_the_server_and_gets_an_answer_or_the_alert() {
    if !has("openssl") {
        return;
    }
    let (open, strict) = (World::start().await, strict().await);
    for version in ["-tls1_2", "-tls1_3"] {
        for (name, answer) in NAMES.into_iter().zip(IN_HTTP) {
            let output = said(openssl(&open, version, name), REQUEST).await;
            assert!(output.contains("Verify return code: 0 (ok)"), "{version} {name}: {output}");
            let (status, code) = answer.split_once(' ').unwrap();
            assert!(
                output.contains(&format!("HTTP/1.1 {status}")) && output.contains(code),
                "{version} {name}: {output}"
            );
        }
        for (name, alert) in [
            ("none", "alert"),
            ("invalid/expired", "alert certificate expired"),
            ("invalid/revoked", "alert certificate revoked"),
            ("invalid/unknown-ca", "alert unknown ca"),
            ("invalid/server-only", "alert unsupported certificate"),
        ] {
            let output = said(openssl(&strict, version, name), REQUEST).await;
            assert!(
                output.contains(alert) && !output.contains("HTTP/1.1"),
                "{version} {name}: {output}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_trust_nobody_or_ask_for_another_name_refuse_the_server() {
    if !has("openssl") {
        return;
    }
    let world = World::start().await;
    let connect = format!("localhost:{}", world.server.gateway.port());
    let bare = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        command
            .args([
                "s_client",
                "-connect",
                &connect,
                "-verify_return_error",
                "-no-CApath",
                "-no-CAstore",
            ])
            .args(arguments);
        command
    };
    let ca = certs().join("ca.pem").display().to_string();
    let stranger = said(bare(&["-no-CAfile"]), "Q\n").await;
    assert!(
        stranger.contains("unable to get local issuer") || stranger.contains("self-signed"),
        "{stranger}"
    );
    let elsewhere = said(bare(&["-CAfile", &ca, "-verify_hostname", "exemple.fr"]), "Q\n").await;
    assert!(elsewhere.contains("hostname mismatch"), "{elsewhere}");
    for old in ["-tls1", "-tls1_1"] {
        let output = said(bare(&["-CAfile", &ca, old]), "Q\n").await;
        assert!(
            !output.contains("Verify return code: 0 (ok)") || output.contains("Cipher is (NONE)"),
            "{old}: {output}"
        );
    }
}
