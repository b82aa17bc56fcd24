//! The recette, over real mutual TLS: bacasable passes its own, a bad client turns the one rule red that it breaks, and the
//! commands and the console agree.

mod about;
mod bad_clients;
mod commands;
mod console;
mod documents;
mod facts;
mod files;
mod fixtures;
mod interventions;
mod play;
mod witness;

use std::process::{Command, Output};

use bacasable::recette::report::Report;
use reqwest::Method;
use serde_json::json;

use crate::harness::{World, certs};

impl World {
    /// The report about a partner, as the console gives it.
    pub(crate) async fn recette(&self, partner: &str) -> Report {
        self.recette_of(partner, "").await
    }

    /// The same, with more in the query.
    pub(crate) async fn recette_of(&self, partner: &str, more: &str) -> Report {
        let path = format!("/admin/v1/recette/report?partner={partner}&format=json{more}");
        let reply = self.console(Method::GET, &path, None).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        serde_json::from_str(&reply.text).unwrap()
    }

    /// Marks that a case begins or ends.
    pub(crate) async fn mark(&self, partner: &str, case: &str, step: &str) {
        let path = format!("recette/cases/{case}/{step}");
        self.order(Method::POST, &path, Some(json!({ "partner": partner }))).await;
    }

    /// Runs `bacasable recette` against this world.
    pub(crate) async fn command(&self, arguments: &[&str]) -> Output {
        let gateway = format!("https://localhost:{}", self.server.gateway.port());
        let console = format!("http://{}", self.server.console);
        let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
        command
            .arg("recette")
            .args(arguments)
            .args(["--console", &console])
            .arg("--certs")
            .arg(certs());
        if ["play", "plan"].contains(&arguments[0]) {
            command.args(["--gateway", &gateway]);
        }
        command.env_remove("GITHUB_ACTIONS").env_remove("GITLAB_CI");
        run(command).await
    }
}

/// What a command wrote, and its exit code.
pub(crate) fn told(output: &Output) -> (i32, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// Runs a command beside the server that it talks to.
pub(crate) async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}
