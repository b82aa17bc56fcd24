//! The form's call as commands to paste: curl, PowerShell, and a file for the HTTP client of an editor.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    call,
    form::{NONE, OWN},
};
use crate::{
    console::pages::{attempts::AttemptForm, visit::Visit},
    directory::Convention,
    escape::{comment, shell},
    pki,
};

/// One way of writing a call.
pub(super) struct Command {
    /// For the button that copies it.
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    pub(super) text: String,
}

/// A call, and where it is made.
struct CallPlace<'a> {
    form: &'a AttemptForm,
    convention: &'a Convention,
    gateway: String,
    /// The authority's certificate.
    authority: String,
    /// The client's certificate and key without their endings; nothing where none is shown.
    certificate: Option<String>,
    /// The scopes of the token.
    scope: String,
    /// The application's secret, or what stands in its place.
    secret: &'a str,
    /// Headers that do not change from one call to the next.
    headers: Vec<(&'static str, String)>,
}

/// The call of a form, each way, with the application's secret where it is to be shown; nothing while the form names no
/// partner.
pub(super) fn for_form(visit: &Visit, form: &AttemptForm, shows_secret: bool) -> Vec<Command> {
    let directory = visit.sandbox().directory();
    let Some(convention) = directory.convention(&form.partner) else { return Vec::new() };
    let certs = visit.sandbox().config.certs.display().to_string();
    let place = CallPlace {
        form,
        convention,
        gateway: visit.gateway_url(),
        authority: format!("{certs}/ca.pem"),
        certificate: match form.certificate.as_str() {
            NONE => None,
            OWN => Some(format!("{certs}/clients/{}", convention.id)),
            faulty => Some(format!("{certs}/clients/invalid/{faulty}")),
        },
        scope: match form.scope.as_str() {
            "" => convention.scopes().join(" "),
            scope => scope.to_owned(),
        },
        secret: if shows_secret { &convention.application.secret } else { HIDDEN },
        headers: headers(form, convention),
    };
    vec![
        Command { id: "en-curl", label: "curl (sh)", text: place.curl() },
        Command { id: "en-powershell", label: "PowerShell 7", text: place.powershell() },
        Command { id: "en-http", label: "Fichier .http", text: place.http() },
    ]
}

fn headers(form: &AttemptForm, convention: &Convention) -> Vec<(&'static str, String)> {
    let teleservice = convention.application.id_teleservice.clone();
    let request_id = form.request_id.then(|| ("X-Request-ID", "essai".to_owned()));
    let teleservice = teleservice.filter(|_| form.teleservice).map(|id| ("ID_Teleservice", id));
    let json =
        (!form.body.trim().is_empty()).then(|| ("Content-Type", "application/json".to_owned()));
    [request_id, teleservice, json].into_iter().flatten().collect()
}

impl CallPlace<'_> {
    fn url(&self) -> String {
        format!("{}{}", self.gateway, call::encoded(&self.form.path))
    }

    fn curl(&self) -> String {
        let tls = match &self.certificate {
            None => format!("--cacert {}", shell(&self.authority)),
            Some(stem) => format!(
                "--cacert {} --cert {} --key {}",
                shell(&self.authority),
                shell(&format!("{stem}.pem")),
                shell(&format!("{stem}.key"))
            ),
        };
        let application = &self.convention.application;
        let mut text = String::new();
        if self.form.token {
            let _ = writeln!(
                text,
                "token=$(curl -s {tls} {} -u {} \\\n  -d grant_type=client_credentials -d {} \\\n  \
                 | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')",
                shell(&format!("{}/token", self.gateway)),
                shell(&format!("{}:{}", application.key, self.secret)),
                shell(&format!("scope={}", self.scope)),
            ); // writing to a String never fails
        }
        let _ =
            write!(text, "curl -i {tls} -X {} {}", shell(&self.form.method), shell(&self.url()));
        if self.form.token {
            text.push_str(" \\\n  -H \"Authorization: Bearer $token\"");
        }
        if self.form.correlation {
            text.push_str(" \\\n  -H \"X-Correlation-ID: $(cat /proc/sys/kernel/random/uuid)\"");
        }
        for (name, value) in &self.headers {
            let _ = write!(text, " \\\n  -H {}", shell(&format!("{name}: {value}")));
        }
        if !self.form.body.trim().is_empty() {
            let _ = write!(text, " \\\n  --data-binary {}", shell(&self.form.body));
        }
        text
    }

    fn powershell(&self) -> String {
        let mut text = comment(&format!(
            "Une fois : faire confiance à l'autorité {} (magasin « Autorités de certification racines »).",
            self.authority
        ));
        let mut tls = "";
        if let Some(stem) = &self.certificate {
            let class = "[System.Security.Cryptography.X509Certificates.X509Certificate2]";
            let read = match self.form.certificate == OWN {
                true => {
                    format!("::new({}, {})", quoted(&format!("{stem}.p12")), quoted(pki::PASSWORD))
                }
                false => format!(
                    "::CreateFromPemFile({}, {})",
                    quoted(&format!("{stem}.pem")),
                    quoted(&format!("{stem}.key"))
                ),
            };
            let _ = writeln!(text, "$certificat = {class}{read}");
            tls = " -Certificate $certificat";
        }
        if self.form.token {
            let _ = writeln!(
                text,
                "$jeton = (Invoke-RestMethod -Method Post -Uri {}{tls} `\n  -Headers @{{ Authorization = {} }} `\n  \
                 -Body @{{ grant_type = 'client_credentials'; scope = {} }}).access_token",
                quoted(&format!("{}/token", self.gateway)),
                quoted(&self.basic()),
                quoted(&self.scope)
            );
        }
        let mut headers = Vec::new();
        if self.form.token {
            headers.push("Authorization = \"Bearer $jeton\"".to_owned());
        }
        if self.form.correlation {
            headers.push("'X-Correlation-ID' = [guid]::NewGuid()".to_owned());
        }
        let fixed = self.headers.iter().filter(|(name, _)| *name != "Content-Type");
        headers.extend(fixed.map(|(name, value)| format!("'{name}' = {}", quoted(value))));
        let _ = write!(
            text,
            "Invoke-WebRequest -SkipHttpErrorCheck -CustomMethod {} -Uri {}{tls} `\n  -Headers @{{ {} }}",
            quoted(&self.form.method),
            quoted(&self.url()),
            headers.join("; ")
        );
        if !self.form.body.trim().is_empty() {
            let _ = write!(
                text,
                " `\n  -ContentType 'application/json' -Body {}",
                quoted(&self.form.body)
            );
        }
        text
    }

    fn http(&self) -> String {
        let mut text = comment(
            "Certificat client et autorité : à déclarer dans l'éditeur (VS Code, REST Client : rest-client.certificates).",
        );
        if self.form.token {
            let scope = utf8_percent_encode(&self.scope, NON_ALPHANUMERIC);
            let _ = write!(
                text,
                "# @name jeton\nPOST {}/token\nAuthorization: {}\nContent-Type: application/x-www-form-urlencoded\n\n\
                 grant_type=client_credentials&scope={scope}\n\n###\n",
                self.gateway,
                self.basic()
            );
        }
        let _ = writeln!(text, "{} {}", self.form.method, self.url());
        if self.form.token {
            text.push_str("Authorization: Bearer {{jeton.response.body.access_token}}\n");
        }
        if self.form.correlation {
            text.push_str("X-Correlation-ID: {{$guid}}\n");
        }
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        if !self.form.body.trim().is_empty() {
            let _ = write!(text, "\n{}", self.form.body.trim());
        }
        text
    }

    fn basic(&self) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let application = &self.convention.application;
        let pair = format!("{}:{}", encode(&application.key), encode(self.secret));
        match self.secret {
            HIDDEN => "Basic BASE64(client_id:SECRET)".to_owned(),
            _ => format!("Basic {}", STANDARD.encode(pair)),
        }
    }
}

/// What stands in the place of a secret that is not shown.
const HIDDEN: &str = "SECRET";

/// A text between single quotes, as PowerShell reads it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace(['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'], "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_mark_never_ends_a_text_of_powershell() {
        assert_eq!(quoted("l'été $x `n"), "'l''été $x `n'");
        assert_eq!(quoted("a\u{2019};b"), "'a'';b'");
    }
}
