//! What a session keeps to the letter: names that the contract gives, codes and messages, the values of listed headers.
//! Everything else is kept by its form.

use http::Method;
use serde_json::Number;

use crate::{
    api::{Api, Apis, Enumerated, FoundResource, Resource, Route},
    rights::ApiId,
};

/// The resources that are known, and the words of their paths.
pub struct Vocabulary {
    apis: Apis,
    words: Vec<String>,
    enumerated: Vec<Enumerated>,
}

/// A path without the values that it holds.
pub struct NamedPath {
    /// `numCpte`, `token`, or the path itself where no resource is known by it.
    pub operation: String,
    /// The path, with braces around what was left out.
    pub template: String,
    /// What stood there, in order.
    pub values: Vec<String>,
    /// The API that it leads to.
    pub api: Option<ApiId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    Form,
    /// To the letter: a code, a name of the protocol, a value that the contract enumerates.
    Letter,
    /// To the letter, but for what it repeats of the exchange's own values.
    Message,
}

impl Vocabulary {
    /// That of the APIs of this program.
    pub fn new(apis: Apis) -> Self {
        let mut words = vec!["oauth2".to_owned(), "jwks".to_owned()];
        words.extend(["token", "revoke"].map(str::to_owned));
        for id in ApiId::ALL {
            let contexts = id.contexts().iter().copied();
            let templates = apis.api(id).resources().iter().map(|resource| resource.template);
            let paths = contexts.chain(templates);
            words.extend(paths.flat_map(|path| path.split('/')).map(str::to_owned));
        }
        words.retain(|word| !word.is_empty() && !word.starts_with('{'));
        let enumerated = ApiId::ALL.iter().flat_map(|id| apis.api(*id).enumerated());
        let enumerated = enumerated.copied().collect();
        Self { apis, words, enumerated }
    }

    pub fn apis(&self) -> &Apis {
        &self.apis
    }

    /// The path without its values.
    pub fn named(&self, method: &str, path: &str) -> NamedPath {
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
        let api = self.apis.at(path);
        if let Route::Found(found) = self.apis.route(&method, path) {
            let operation = found.resource.operation.to_owned();
            let (template, values) = Self::template(&found, path);
            return NamedPath { operation, template, values, api };
        }
        let mut values = Vec::new();
        let segments: Vec<String> = path
            .split('/')
            .map(|segment| {
                if segment.is_empty() || self.is_word(segment) {
                    return segment.to_owned();
                }
                values.push(decoded(segment));
                "{}".to_owned()
            })
            .collect();
        let template = segments.join("/");
        let operation = match template.trim_matches('/') {
            "token" | "oauth2/token" => "token".to_owned(),
            "revoke" | "oauth2/revoke" => "revoke".to_owned(),
            "oauth2/jwks" => "jwks".to_owned(),
            _ => template.clone(),
        };
        NamedPath { operation, template, values, api }
    }

    /// The path of a resource with braces in the place of each of its values, and what stood there.
    fn template(found: &FoundResource<'_>, path: &str) -> (String, Vec<String>) {
        let end = path.strip_suffix('/').unwrap_or(path).len();
        let begin = end - found.path.len();
        let own = found.resource.template.split('/');
        let mut values = Vec::new();
        let segments: Vec<&str> = own
            .zip(found.path.split('/'))
            .map(|(own, text)| {
                if !own.starts_with('{') {
                    return text;
                }
                values.push(decoded(text));
                "{}"
            })
            .collect();
        (format!("{}{}{}", &path[..begin], segments.join("/"), &path[end..]), values)
    }

    /// The API and the resource of a request, where one is known by its path.
    pub fn resource<'a>(
        &'a self,
        method: &str,
        path: &'a str,
    ) -> Option<(&'a dyn Api, &'static Resource)> {
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        match self.apis.route(&method, path) {
            Route::Found(found) => Some((found.api, found.resource)),
            Route::NoApi | Route::NoResource(_) | Route::NoMethod(_) => None,
        }
    }

    pub fn keeping(&self, key: &str, text: &str) -> Keeping {
        let key = key.rsplit(':').next().unwrap_or(key);
        let is_kept = match key {
            "message" | "description" | "descriptif" | "error_description" | "type" => {
                return Keeping::Message;
            }
            "code" | "error" => is_code(text),
            "scope" => is_scope(text),
            "token_type" | "grant_type" | "token_type_hint" => is_name(text),
            _ => self.enumerated.iter().any(|(name, is_one)| *name == key && is_one(text)),
        };
        if is_kept { Keeping::Letter } else { Keeping::Form }
    }

    /// Whether the path is one of the gateway's: below an API's context, or of the token endpoint.
    pub fn is_of_the_gateway(&self, path: &str) -> bool {
        let endpoint = ["/token", "/revoke", "/oauth2/"];
        self.apis.at(path).is_some() || endpoint.iter().any(|one| path.starts_with(one))
    }

    fn is_word(&self, segment: &str) -> bool {
        let version = segment.len() <= 3
            && segment.starts_with(['v', 'V'])
            && segment[1..].bytes().all(|byte| byte.is_ascii_digit());
        version || self.words.iter().any(|word| word == segment)
    }
}

pub fn keeps_number(key: &str, number: &Number) -> bool {
    match key {
        "code" => number.as_u64().is_some_and(|code| code < 1_000_000),
        "expires_in" => true,
        _ => false,
    }
}

/// Whether what stands under this key is a secret or a token.
pub fn is_secret(key: &str) -> Option<Secret> {
    match key.to_ascii_lowercase().as_str() {
        "client_secret" | "password" => Some(Secret::Secret),
        "client_id" | "username" => Some(Secret::Client),
        "token" | "access_token" | "refresh_token" | "assertion" | "client_assertion" => {
            Some(Secret::Token)
        }
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Secret {
    Token,
    /// An application's key.
    Client,
    Secret,
}

/// Whether the value of this header, in lower case, is kept.
pub fn keeps_header(name: &str) -> bool {
    HEADERS.contains(&name) || name.starts_with("access-control-")
}

/// Whether this header belongs to the connection, and not to the message.
pub fn is_of_the_connection(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
    ];
    NAMES.contains(&name)
}

const HEADERS: [&str; 20] = [
    "accept",
    "accept-encoding",
    "age",
    "allow",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-type",
    "date",
    "expect",
    "expires",
    "pragma",
    "retry-after",
    "server",
    "strict-transport-security",
    "vary",
    "via",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
];

fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn is_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `CAF011`, `CAF 011`, `4003`, `invalid_client`.
fn is_code(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = text.len() - digits.len();
    let number = is_digits(digits.trim_start_matches([' ', '-']), 6) && letters <= 4;
    number || is_name(text)
}

fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || b"_-:".contains(&byte);
    text == "Bearer" || ((3..=64).contains(&text.len()) && text.bytes().all(allowed))
}

fn is_scope(text: &str) -> bool {
    text.split(' ').all(|word| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let longest = word.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        !word.is_empty() && word.bytes().all(allowed) && longest < Some(5)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> (String, String, Vec<String>) {
        let vocabulary = Vocabulary::new(Apis::load(None).unwrap());
        let NamedPath { operation, template, values, .. } = vocabulary.named("GET", path);
        (operation, template, values)
    }

    #[test]
    fn a_path_keeps_the_words_of_the_contract_and_no_other() {
        let is = |path: &str, operation: &str, template: &str, values: &[&str]| {
            let expected = values.iter().map(|&value| value.to_owned()).collect();
            assert_eq!(named(path), (operation.to_owned(), template.to_owned(), expected));
        };
        is(
            "/r2p/v1/personne/1899582886173",
            "RechercheParSPI",
            "/r2p/v1/personne/{}",
            &["1899582886173"],
        );
        is("/r2p/v1/personne/spi", "RechercheParEtatCivil", "/r2p/v1/personne/spi", &[]);
        is(
            "/sfip/v1/demandeDeService/02GA/departement/380/annrev/2025/bareme/2026/personne/",
            "lep",
            "/sfip/v1/demandeDeService/02GA/departement/{}/annrev/{}/bareme/{}/personne/",
            &["380", "2025", "2026"],
        );
        is("/token", "token", "/token", &[]);
        is("/r2p/v1/dupont/7", "/r2p/v1/{}/{}", "/r2p/v1/{}/{}", &["dupont", "7"]);
    }

    #[test]
    fn what_a_contract_enumerates_is_kept_and_another_value_under_its_key_is_not() {
        let vocabulary = Vocabulary::new(Apis::load(None).unwrap());
        for (key, kept, not) in [
            ("droitSurCompte", "Titulaire", "Dupont"),
            ("motif", "0020", "1899582886173"),
            ("statut", "N", "Dupont"),
            ("sitFam", "V", "Valmont"),
            ("am:code", "900901", "1899582886173"),
        ] {
            assert_eq!(vocabulary.keeping(key, kept), Keeping::Letter, "{key}");
            assert_eq!(vocabulary.keeping(key, not), Keeping::Form, "{key}");
        }
        let number = |number: u64| keeps_number("code", &number.into());
        assert!(number(900_901) && !number(1_899_582_886_173));
    }

    #[test]
    fn codes_and_scopes_are_kept_and_what_only_stands_in_their_place_is_not() {
        for code in ["CAF011", "CAT 002", "4003", "900901", "invalid_client"] {
            assert!(is_code(code), "{code}");
        }
        for other in ["DUPONT", "1899582886173", "Dupont", "FR7630001007941234567890185"] {
            assert!(!is_code(other) && !is_scope(other), "{other}");
        }
        assert!(is_scope("am_application_scope default") && !is_scope("nom_1899582886173"));
    }
}
