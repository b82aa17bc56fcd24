//! A call as a command to paste into a shell.

use std::fmt::Write;

use super::visit::Visit;
use crate::{console::example::Example, escape::shell};

/// Where a reader would paste a command.
pub(super) struct Shell {
    gateway: String,
    certs: String,
}

impl Shell {
    pub(super) fn new(visit: &Visit) -> Self {
        Self {
            gateway: visit.gateway_url(),
            certs: visit.sandbox().config.certs.display().to_string(),
        }
    }

    /// What every command leans on: a call as a partner, with its certificate and fresh identifiers.
    pub(super) fn prelude(&self) -> String {
        let file = |name: &str| format!("{}\"{name}\"", shell(&format!("{}/", self.certs)));
        format!(
            "as() {{ curl -s --cacert {} --cert {} --key {} \\\n  \
             -H \"X-Correlation-ID: $(cat /proc/sys/kernel/random/uuid)\" -H \"X-Request-ID: essai\" \"${{@:2}}\"; }}",
            file("ca.pem"),
            file("clients/$1.pem"),
            file("clients/$1.key"),
        )
    }

    /// The command that makes a call, behind [`Shell::prelude`].
    pub(super) fn command(&self, example: &Example) -> String {
        let Example { partner, path, scope, secret, .. } = example;
        let gateway = &self.gateway;
        let scope = if scope.is_empty() {
            String::new()
        } else {
            format!(" -d {}", shell(&format!("scope={scope}")))
        };
        let mut command = format!(
            "token=$(as {} {} -u {} -d grant_type=client_credentials{scope} \\\n  \
             | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
             as {} {} \\\n  -H \"Authorization: Bearer $token\"",
            shell(partner),
            shell(&format!("{gateway}/token")),
            shell(&format!("{partner}:{secret}")),
            shell(partner),
            shell(&format!("{gateway}{path}")),
        );
        if let Some(id) = &example.teleservice {
            let _ = write!(command, " \\\n  -H {}", shell(&format!("ID_Teleservice: {id}")));
        }
        if let Some(body) = &example.body {
            let _ = write!(command, " \\\n  -d {}", shell(body)); // writing to a String never fails
        }
        command
    }
}
