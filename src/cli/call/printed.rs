//! A call for somebody else's tool: curl, PowerShell, the REST client of an editor.

use std::{fmt::Write, path::Path};

use super::demand::encoded;
use crate::{
    client::ListenerAddress,
    directory::Convention,
    escape::{comment, shell},
    recette::script::{Action, Held, Request, Shown, TOKEN, UUID, commands, token_form},
};

/// Where the reader stands.
pub(super) struct CommandContext<'a> {
    pub(super) gateway: &'a ListenerAddress,
    pub(super) certs: &'a Path,
}

/// For a POSIX shell.
pub(super) fn curl(
    place: &CommandContext<'_>,
    convention: &Convention,
    request: &Request,
) -> String {
    let mut text = format!(
        "GATEWAY={}\nCERTS={}\nuuid() {{ uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid; }}\n",
        shell(&format!("https://{}", place.gateway.authority())),
        shell(&place.certs.display().to_string()),
    );
    let action = Action::Send(Box::new(request.clone()));
    for command in
        commands(&convention.id, &token_form(convention), &[action], &mut Held::default())
    {
        text.push_str(&command);
        text.push('\n');
    }
    text
}

/// For PowerShell 7: its predecessor neither shows an answer of 400 nor trusts an authority by a file.
pub(super) fn powershell(
    place: &CommandContext<'_>,
    convention: &Convention,
    request: &Request,
) -> String {
    let mut text = format!(
        "$gateway = {}\n$certs = {}\n",
        quoted(&format!("https://{}", place.gateway.authority())),
        quoted(&place.certs.display().to_string()),
    );
    text.push_str("# The test authority is in no store of this machine: SkipCertificateCheck is for a sandbox only.\n");
    let open = |name: &str, file: &str| {
        format!(
            "${name} = @{{ SkipCertificateCheck = $true; Certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::\
             new((Resolve-Path \"$certs/clients/{file}.p12\"), 'bacasable') }}\n"
        )
    };
    text.push_str(&open("partner", &convention.id));
    let shown = match &request.certificate {
        Shown::Own => "partner",
        Shown::Nothing => {
            text.push_str("$shown = @{ SkipCertificateCheck = $true }\n");
            "shown"
        }
        Shown::Named(name) => {
            text.push_str(&comment(&format!(
                "{name} has no .p12: clients/{name}.json of the console holds one, in base64"
            )));
            text.push_str(&open("shown", name));
            "shown"
        }
    };
    if request.bears_token() {
        let fields: Vec<_> = form(convention, request)
            .iter()
            .map(|(name, value)| format!("{name} = {}", quoted(value)))
            .collect();
        text.push_str(&format!(
            "$token = (Invoke-RestMethod @partner -Method Post -Uri \"$gateway/token\" -Body @{{ {} }}).access_token\n",
            fields.join("; ")
        ));
    }
    let headers: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
        .map(|(name, value)| format!("{} = {}", quoted(name), live(value)))
        .collect();
    let mut command = format!(
        "Invoke-RestMethod @{shown} -SkipHttpErrorCheck -Method {} -Uri ($gateway + {}) -Headers @{{ {} }}",
        request.method,
        quoted(&request.path),
        headers.join("; ")
    );
    if let Some(body) = &request.body {
        command.push_str(&format!(
            " -ContentType 'application/json' -Body ([Text.Encoding]::UTF8.GetBytes({}))",
            quoted(body)
        ));
    }
    text.push_str(&command);
    text.push_str(" | ConvertTo-Json -Depth 20\n");
    text
}

/// For the REST client of Visual Studio Code, and those that read its files.
pub(super) fn http(
    place: &CommandContext<'_>,
    convention: &Convention,
    request: &Request,
) -> String {
    let authority = place.gateway.authority();
    let file = |kind: &str| place.certs.join("clients").join(format!("{}.{kind}", convention.id));
    let mut text = comment(&format!(
        "The client certificate is a setting of the editor. Visual Studio Code, settings.json:\n\
         \"rest-client.certificates\": {{ \"{authority}\": {{ \"pfx\": {:?}, \"passphrase\": \"bacasable\" }} }},\n\
         \"http.proxyStrictSSL\": false",
        std::path::absolute(file("p12")).unwrap_or_else(|_| file("p12")).display().to_string(),
    ));
    let _ = writeln!(text, "@gateway = https://{authority}\n"); // writing to a String never fails
    if request.bears_token() {
        let fields: Vec<_> = form(convention, request)
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(&value.as_str().into())))
            .collect();
        let _ = writeln!(
            text,
            "### Jeton\n# @name jeton\nPOST {{{{gateway}}}}/token\nContent-Type: application/x-www-form-urlencoded\n\n{}\n",
            fields.join("&")
        );
    }
    let _ = writeln!(text, "### Appel\n{} {{{{gateway}}}}{}", request.method, request.path);
    for (name, value) in &request.headers {
        let value = value
            .replace(UUID, "{{$guid}}")
            .replace(TOKEN, "{{jeton.response.body.$.access_token}}");
        let _ = writeln!(text, "{name}: {value}");
    }
    if let Some(body) = &request.body {
        let _ = writeln!(text, "\n{body}");
    }
    text
}

/// The fields of the request for a token.
fn form(convention: &Convention, request: &Request) -> Vec<(&'static str, String)> {
    let mut form = token_form(convention);
    if let Some(scope) = &request.scope {
        form.retain(|(name, _)| *name != "scope");
        form.extend((!scope.is_empty()).then(|| ("scope", scope.clone())));
    }
    form
}

/// A text of PowerShell that is taken as it is. Typographic quotation marks end one too, there.
fn quoted(text: &str) -> String {
    let double = |one: char| match one {
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => format!("{one}{one}"),
        _ => one.to_string(),
    };
    format!("'{}'", text.chars().map(double).collect::<String>())
}

/// The same, but for what is made at the last moment.
fn live(text: &str) -> String {
    if text == UUID {
        return "[guid]::NewGuid().ToString()".to_owned();
    }
    let parts: Vec<_> = text.split(TOKEN).map(quoted).collect();
    match parts.as_slice() {
        [one] => one.clone(),
        several => format!("({})", several.join(" + $token + ").replace(" + ''", "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_powershell_ends_where_it_is_meant_to() {
        assert_eq!(quoted("l'été $x"), "'l''été $x'");
        assert_eq!(quoted("l\u{2019}été"), "'l\u{2019}\u{2019}été'");
        assert_eq!(live("Bearer {token}"), "('Bearer ' + $token)");
        assert_eq!(live("{uuid}"), "[guid]::NewGuid().ToString()");
        assert_eq!(live("application/json"), "'application/json'");
    }
}
