//! `examples/python`: the suite that a newcomer starts from passes, by pytest or by Python alone.

use std::{path::Path, process::Command};

use bacasable::{clock::Clock, config::Config, server::Server};

use crate::harness::{World, certs};

#[tokio::test(flavor = "multi_thread")]
async fn the_python_suite_passes() {
    let Some((python, pytest)) = python() else {
        println!("skipped: python3 is not installed");
        return;
    };
    let world = world().await;
    let (gateway, console) = (world.server.gateway.port(), world.server.console.port());
    let suite = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/python");
    let mut command = Command::new(python);
    match pytest {
        true => command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", suite]),
        false => command.args(["-m", "unittest", "discover", "-s", suite]),
    };
    command
        .env("GATEWAY", format!("https://localhost:{gateway}"))
        .env("CONSOLE", format!("http://localhost:{console}"))
        .env("CERTS", certs())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let tests: usize = ["test_steering.py", "test_sfip.py"]
        .map(|file| std::fs::read_to_string(format!("{suite}/{file}")).unwrap())
        .iter()
        .map(|text| text.matches("    def test_").count())
        .sum();
    let expected = if pytest { format!("{tests} passed") } else { format!("Ran {tests} tests") };
    assert!(said.contains(&expected), "{said}");
}

/// A Python, and whether it has pytest; the one that the example clients were given comes first.
fn python() -> Option<(String, bool)> {
    let target = Path::new(env!("CARGO_BIN_EXE_bacasable")).parent()?.parent()?;
    let own = target.join("clients/python/bin/python").display().to_string();
    let runs = |python: &String, code: &str| {
        Command::new(python).args(["-c", code]).output().is_ok_and(|run| run.status.success())
    };
    let candidates = [own, "python3".to_owned()];
    let with_pytest = candidates.iter().find(|python| runs(python, "import pytest"));
    let found = with_pytest.map(|python| (python, true));
    let found = found.or_else(|| {
        candidates.iter().find(|python| runs(python, "import ssl")).map(|python| (python, false))
    });
    found.map(|(python, pytest)| (python.clone(), pytest))
}

/// A server whose clock is the system's until the suite moves it.
async fn world() -> World {
    let mut config = Config { certs: certs().to_owned(), population: 0, ..Config::default() };
    config.gateway.listen = ([127, 0, 0, 1], 0).into();
    config.console.listen = ([127, 0, 0, 1], 0).into();
    let clock = Clock::system();
    World { server: Server::start(config, clock.clone()).await.unwrap(), clock }
}
