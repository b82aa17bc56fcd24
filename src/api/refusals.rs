//! The generated tables of refusals in the documentation: each line with the command that obtains it, which a test types.

use std::fmt::Write;

use http::StatusCode;

/// A call that ends in a refusal.
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) status: StatusCode,
    pub(super) message: String,
    /// What is wrong with the call.
    pub(super) why: &'static str,
    /// The persona it is about; none for values that are nobody's.
    pub(super) persona: Option<&'static str>,
    /// The sample partner that calls.
    pub(super) partner: &'static str,
    /// Those beside the token's.
    pub(super) headers: Vec<(&'static str, &'static str)>,
    /// The path and the query.
    pub(super) address: String,
}

/// A table of all lines, then the command of each.
pub(super) fn refusals(all: impl Iterator<Item = Refusal>) -> String {
    let mut table =
        String::from("| | code | HTTP | message | why | persona |\n|---|---|---|---|---|---|\n");
    let mut commands = String::new();
    for (at, one) in all.enumerate() {
        let Refusal { code, status, message, why, persona, .. } = &one;
        let (number, status) = (at + 1, status.as_str());
        let persona = persona.map_or_else(|| "nobody's values".to_owned(), |id| format!("`{id}`"));
        let line = format!("| {number} | {code} | {status} | {message} | {why} | {persona} |\n");
        table.push_str(&line);
        write!(commands, "\n{number}. `{code}` {message}\n\n```sh\n{}```\n", one.command())
            .expect("a string takes all that is written");
    }
    table + &commands
}

impl Refusal {
    fn command(&self) -> String {
        let Self { partner, address, .. } = self;
        let headers: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("  -H '{name}: {value}' \\\n"))
            .collect();
        format!(
            "token=$(target/release/bacasable token {partner})\n\
             curl -s -w '\\n%{{http_code}}\\n' --cacert certs/ca.pem --cert certs/clients/{partner}.pem \
             --key certs/clients/{partner}.key \\\n  \
             -H \"Authorization: Bearer $token\" \\\n\
             {headers}  'https://localhost:8443{address}'\n"
        )
    }
}
