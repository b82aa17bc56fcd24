//! Runs the shell blocks of the documentation against a server of the test's own.

use std::process::Command;

use crate::harness::{World, certs};

/// The ```` ```sh ```` blocks of a document, one after the other.
pub(crate) fn blocks(document: &str) -> Vec<String> {
    let path = format!("{}/{document}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let blocks =
        text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.collect()
}

/// Whether the documentation's `curl` can be run here; says why not.
pub(crate) fn has_curl() -> bool {
    let found =
        ["curl", "bash"].iter().all(|tool| Command::new(tool).arg("--version").output().is_ok());
    if !found {
        println!("skipped: the documentation's commands need bash and curl");
    }
    found
}

/// Runs a script as the documentation prints it: its addresses and its `certs/` folder are those of this world.
pub(crate) async fn run(world: &World, script: &str) -> String {
    let script = script
        .replace("localhost:8443", &format!("localhost:{}", world.server.gateway.port()))
        .replace("localhost:8080", &format!("localhost:{}", world.server.console.port()))
        .replace("target/release/bacasable", env!("CARGO_BIN_EXE_bacasable"));
    let mut command = Command::new("bash");
    command.args(["-euc", &script]).current_dir(certs().parent().unwrap());
    for variable in [
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
    ] {
        command.env_remove(variable);
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The `token` command, pointed at this world.
pub(crate) fn token_command(world: &World) -> String {
    format!(
        "bacasable token editeur-demo --gateway https://localhost:{}",
        world.server.gateway.port()
    )
}
