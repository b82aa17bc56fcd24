//! The clients that partners copy, through the recording proxy: what they did replays without a difference.

use std::process::Command;

use bacasable::{clock::Clock, config::Config, server::Server};

use super::{Bench, ids};
use crate::harness::{World, certs};

/// One proxy holds one certificate, so that the second partner of the clients' own checks is refused by another control
/// than they expect: what they say of that does not count here, what went over the wire does.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: .ci/run"]
async fn what_the_example_clients_did_replays_without_a_difference() {
    let bench = Bench::new();
    let mut config = Config { certs: certs().to_owned(), population: 0, ..Config::default() };
    config.gateway.listen = ([127, 0, 0, 1], 0).into();
    config.console.listen = ([127, 0, 0, 1], 0).into();
    let clock = Clock::system();
    let world = World { server: Server::start(config, clock.clone()).await.unwrap(), clock };
    let upstream = format!("https://localhost:{}", world.server.gateway.port());
    let mut recorded = 0;
    for client in ["curl", "java", "php", "python", "ruby", "rust", "typescript"] {
        let session = format!("{client}.jsonl");
        let recording = bench.record(&upstream, &session);
        let mut command = Command::new("bash");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/clients/run")).arg(client);
        command
            .env("GATEWAY", &recording.proxy)
            .env("CONSOLE", format!("http://localhost:{}", world.server.console.port()))
            .env("CERTS", certs())
            .env("CARGO_NET_OFFLINE", "true");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        recording.stop();
        if let Some(reason) = said.lines().find(|line| line.starts_with("skipped: ")) {
            println!("{client}: {reason}");
            continue;
        }
        let (report, end) = bench.compare(&session, &["--without-settings"]);
        assert_eq!((ids(&report), end), (vec![], 0), "{client}: {report:#}");
        assert!(report["compared"].as_u64().unwrap() >= 8, "{client}: {report:#}");
        recorded += 1;
    }
    assert!(recorded > 0, "no client is on this machine");
}
