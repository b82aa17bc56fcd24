//! The generated tables of refusals in the documentation: each line with the command that obtains it, which a test types.

use std::fmt::Write;

use super::fault_table::FaultLine;

/// A call that ends in a refusal.
pub(super) struct Refusal<Kind: 'static> {
    pub(super) kind: Kind,
    /// What stands in the place of the message's braces.
    pub(super) named: &'static str,
    /// What is wrong with the call.
    pub(super) why: &'static str,
    /// The persona it is about; none for values that are nobody's.
    pub(super) persona: Option<&'static str>,
    /// The sample partner that calls.
    pub(super) partner: &'static str,
    /// Those beside the token's.
    pub(super) headers: &'static [Header],
    /// The path and the query below the API's context.
    pub(super) path: &'static str,
}

/// A header's name and value.
pub(super) type Header = (&'static str, &'static str);

/// A table of all lines, then the command of each.
pub(super) fn refusals<Kind: Copy>(
    all: &[Refusal<Kind>],
    line: fn(Kind) -> &'static FaultLine,
    context: &str,
) -> String {
    let mut table =
        String::from("| | code | HTTP | message | why | persona |\n|---|---|---|---|---|---|\n");
    let mut commands = String::new();
    for (at, one) in all.iter().enumerate() {
        let Refusal { kind, named, why, persona, .. } = one;
        let FaultLine { code, status, message, .. } = line(*kind);
        let message = message.replace("{}", named);
        let (number, status) = (at + 1, status.as_str());
        let persona = persona.map_or_else(|| "nobody's values".to_owned(), |id| format!("`{id}`"));
        let line = format!("| {number} | {code} | {status} | {message} | {why} | {persona} |\n");
        table.push_str(&line);
        let command = one.command(context);
        write!(commands, "\n{number}. `{code}` {message}\n\n```sh\n{command}```\n")
            .expect("a string takes all that is written");
    }
    table + &commands
}

impl<Kind> Refusal<Kind> {
    fn command(&self, context: &str) -> String {
        let Self { partner, path, .. } = self;
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
             {headers}  'https://localhost:8443{context}{path}'\n"
        )
    }
}
