//! What stops a command of `recette`, in French: the faults of journal files, of settings and of a running server are English
//! where they arise, for every command.

use std::io;

use anyhow::anyhow;
use http::StatusCode;

use crate::{client, config::ConfigError, recette::file::ReadError, recette::words};

/// The same error, each of its causes in French where it is of a known kind.
pub(super) fn french(error: &anyhow::Error) -> anyhow::Error {
    let mut causes: Vec<_> = error.chain().map(said).collect();
    causes.dedup();
    let first = causes.pop().unwrap_or_default();
    causes.into_iter().rev().fold(anyhow!(first), anyhow::Error::context)
}

fn said(cause: &(dyn std::error::Error + 'static)) -> String {
    if let Some(fault) = cause.downcast_ref::<ReadError>() {
        return fault.french();
    }
    if let Some(fault) = cause.downcast_ref::<ConfigError>() {
        return setting(fault);
    }
    if let Some(fault) = cause.downcast_ref::<client::ClientFault>() {
        return server(fault);
    }
    cause.downcast_ref::<io::Error>().map_or_else(|| cause.to_string(), words::io)
}

fn server(fault: &client::ClientFault) -> String {
    match fault {
        client::ClientFault::Url { url, scheme } => {
            format!("« {url} » n'est pas une adresse de la forme {scheme}://hôte:port")
        }
        client::ClientFault::Unreachable { target, .. } => {
            format!("aucun serveur ne répond à l'adresse {target}")
        }
        client::ClientFault::Late => "le serveur n'a pas répondu à temps".to_owned(),
        client::ClientFault::Refused { target, asked, status, .. }
            if *status == StatusCode::UNAUTHORIZED =>
        {
            format!(
                "la console, à l'adresse {target}, refuse {asked} : {status}. Donner son jeton avec --console-token"
            )
        }
        client::ClientFault::Refused { target, asked, status, detail } => {
            format!("la console, à l'adresse {target}, refuse {asked} : {status}, « {detail} »")
        }
    }
}

fn setting(fault: &ConfigError) -> String {
    match fault {
        // The system's words are in `why` already.
        ConfigError::Unreadable { file, .. } => {
            format!("{file} : ce fichier de réglages n'existe pas ou ne se lit pas")
        }
        ConfigError::Syntax { file, line, .. } => {
            format!("{file}, ligne {line} : la syntaxe TOML n'y est pas respectée")
        }
        ConfigError::Unknown { origin, key } => {
            let near = ConfigError::nearest(key);
            let near = near.map(|near| format!(" ; le plus proche est {near}"));
            format!("{origin} : ce réglage n'existe pas{}", near.unwrap_or_default())
        }
        ConfigError::Value { origin, value, expected } => {
            format!(
                "{origin} : la valeur « {value} » ne convient pas ; attendu : {}",
                form(expected)
            )
        }
    }
}

/// What a setting takes, in French.
fn form(expected: &str) -> String {
    let replaced = |text: String, (english, french): &(&str, &str)| text.replace(english, french);
    FORMS.iter().fold(expected.to_owned(), replaced)
}

/// The words of what settings take, longer ones first.
const FORMS: [(&str, &str); 23] = [
    (
        "a list, its members separated by commas; each ",
        "une liste, séparée par des virgules, dont chaque élément est ",
    ),
    ("free of control characters: it holds", "un texte sans caractère de contrôle ; reçu avec"),
    ("a whole number of minutes, from", "un nombre entier de minutes, de"),
    ("a whole number from", "un nombre entier de"),
    ("a whole number", "un nombre entier"),
    (
        "the address of a Redis or Valkey server, such as",
        "l'adresse d'un serveur Redis ou Valkey, comme",
    ),
    ("with a path where a proxy adds one", "avec un chemin si un mandataire en ajoute un"),
    ("an address and a port, such as", "une adresse et un port, comme"),
    ("an address such as", "une adresse, comme"),
    ("an hour, such as", "une heure, comme"),
    ("a network, such as", "un réseau, comme"),
    ("a text of at least", "un texte d'au moins"),
    ("letters, digits and", "lettres, chiffres et"),
    ("true or false", "true ou false"),
    (" characters", " caractères"),
    ("a path", "un chemin"),
    ("a text", "un texte"),
    (" or more", " ou plus"),
    (" at most", " au plus"),
    (" or ", " ou "),
    (" to ", " à "),
    (" and ", " et "),
    ("PASSWORD@HOST", "MOTDEPASSE@HOTE"),
];

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{
        cli::output,
        config::{Layers, SETTINGS},
        recette::file,
    };

    #[test]
    fn every_form_that_a_setting_takes_is_said_in_french() {
        for setting in SETTINGS {
            let said = form(&(setting.expected)());
            let words: Vec<_> = said.split([' ', ',', ';']).collect();
            let english = ["a", "an", "the", "or", "of", "such", "each", "more", "most", "with"];
            assert!(!english.iter().any(|word| words.contains(word)), "{}: {said}", setting.key);
        }
    }

    #[test]
    fn a_setting_at_fault_is_named_with_what_is_expected() {
        let mut layers = Layers::default();
        layers.environment([("BACASABLE_SEED".into(), "x".into())]).unwrap();
        let said = french(&layers.resolve().unwrap_err().into()).to_string();
        assert_eq!(
            said,
            "BACASABLE_SEED : la valeur « x » ne convient pas ; attendu : un nombre entier, 0 ou plus"
        );
        let wrong = Layers::default().environment([("BACASABLE_SEDE".into(), "1".into())]);
        let said = french(&wrong.unwrap_err().into()).to_string();
        assert_eq!(said, "BACASABLE_SEDE : ce réglage n'existe pas ; le plus proche est seed");
    }

    #[test]
    fn a_journal_that_cannot_be_read_is_explained_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let said = |bytes: Option<&[u8]>| {
            if let Some(bytes) = bytes {
                std::fs::write(&path, bytes).unwrap();
            }
            let wrong = file::read(std::slice::from_ref(&path)).unwrap_err();
            let said = output::describe(&french(&wrong.into()));
            said.replace(&path.display().to_string(), "F")
        };
        assert_eq!(said(None), "F : ce fichier ne se lit pas : il n'existe pas");
        for (bytes, wanted) in [
            (&b"\x1f\x8b\x08"[..], "un fichier compressé (gzip), à décompresser d'abord ; attendu"),
            (
                b"{}\n",
                "F, ligne 1 : ce n'est pas une entrée du journal de bacasable : elle ne nomme aucun format",
            ),
            (
                b"{\"format\":1}\n",
                "F, ligne 1 : ce n'est pas une entrée du journal de bacasable : le champ ",
            ),
            (b"{\"format\":99}\n", "entrée au format 99, écrite par une autre version"),
            (b"rien", "ce n'est pas du JSON"),
            (b"", "F : ce fichier ne contient aucune entrée"),
        ] {
            let text = said(Some(bytes));
            assert!(text.contains(wanted), "{wanted}: {text}");
            assert!(!text.contains(" is ") && !text.contains("expected"), "{text}");
        }
    }

    #[test]
    fn a_server_that_does_not_answer_is_said_with_what_to_do() {
        let source = io::Error::from(io::ErrorKind::ConnectionRefused);
        let fault = client::ClientFault::Unreachable { target: "127.0.0.1:1".to_owned(), source };
        let said = output::describe(&french(&anyhow::Error::from(fault).context("demander")));
        assert_eq!(
            said,
            "demander: aucun serveur ne répond à l'adresse 127.0.0.1:1: connexion refusée"
        );
        let refused = client::ClientFault::Refused {
            target: "h:1".to_owned(),
            asked: "GET recette/report".to_owned(),
            status: StatusCode::UNAUTHORIZED,
            detail: "expected a token".to_owned(),
        };
        assert!(french(&refused.into()).to_string().ends_with("avec --console-token"));
    }

    #[test]
    fn what_is_of_no_known_kind_stays_as_it_is() {
        let error = anyhow!("cause").context(PathBuf::from("a").display().to_string());
        assert_eq!(output::describe(&french(&error)), "a: cause");
    }
}
