//! Forms are taken from our own pages only: another site must not act in the name of somebody who has the console open.
//!
//! Two checks, either of which stops a forged form. Browsers say where a form comes from (`Origin`), and that must be this
//! console, port included: `localhost:3000` is not `localhost:8080`. And a form carries a token that only our pages hold:
//! an HMAC of the browser's cookie under a key of this process (a signed double submit; OWASP, "Cross-Site Request Forgery
//! Prevention"). Neither needs script.

use std::fmt;

use aws_lc_rs::hmac;
use axum::{
    Form,
    body::{Body, to_bytes},
    extract::{FromRequest, Request},
    http::HeaderMap,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{console::browser, entropy};

/// What marks the forms of this process.
pub(super) struct Forms {
    key: hmac::Key,
}

/// What a form of this browser carries in its hidden field.
#[derive(Clone, Debug)]
pub(super) struct FormToken(String);

/// The fields of a form that was found to be ours: handlers take them as an extension, so that none reads another form.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

/// Why a form is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
    /// Another site sent it.
    OtherSite,
    /// The browser sent no cookie of ours.
    NoCookie,
    /// The token is missing or is not the cookie's: a page from before a restart, or a forgery.
    WrongToken,
    /// The form is larger than any of ours.
    TooLarge,
}

impl Forms {
    pub(super) fn new() -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &entropy::bytes::<32>()) }
    }

    pub(super) fn token(&self, cookie: &str) -> FormToken {
        FormToken(URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, cookie.as_bytes())))
    }

    /// Whether `token` is the one that forms carry beside this cookie; takes the same time whatever differs.
    fn verify(&self, cookie: &str, token: &str) -> bool {
        let tag = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        hmac::verify(&self.key, cookie.as_bytes(), &tag).is_ok()
    }
}

impl Fields {
    /// A field as typed; nothing when the form has none of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a field, without the blanks around it.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let given =
            self.0.iter().filter(move |(one, value)| one == name && !value.trim().is_empty());
        given.map(|(_, value)| value.trim())
    }

    /// A field without the blanks around it; nothing when it was left empty.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }
}

/// What the query of an address fills a form in with.
impl From<Vec<(String, String)>> for Fields {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

#[cfg(test)]
impl Fields {
    pub(super) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl fmt::Display for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) fn takes_form(path: &str) -> bool {
    let is = |form: &&str| {
        let (mut asked, mut written) = (path.split('/'), form.split('/'));
        loop {
            match (asked.next(), written.next()) {
                (None, None) => return true,
                (Some(_), Some("{id}")) => {}
                (Some(one), Some(other)) if one == other => {}
                _ => return false,
            }
        }
    };
    FORMS.iter().any(is)
}

/// The request with its [`Fields`] in the place of its body, when it is a form of ours.
pub(super) async fn checked(
    forms: &Forms,
    cookie: Option<&str>,
    request: Request,
) -> Result<Request, Forgery> {
    if browser::is_foreign(request.headers()) {
        return Err(Forgery::OtherSite);
    }
    let cookie = cookie.ok_or(Forgery::NoCookie)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, FORM_BYTES).await.map_err(|_| Forgery::TooLarge)?;
    let form = Request::from_parts(parts.clone(), Body::from(body));
    let Form(fields) = Form::<Vec<(String, String)>>::from_request(form, &())
        .await
        .map_err(|_| Forgery::WrongToken)?;
    let fields = Fields(fields);
    if !fields.get(FIELD).is_some_and(|token| forms.verify(cookie, token)) {
        return Err(Forgery::WrongToken);
    }
    let mut request = Request::from_parts(parts, Body::empty());
    request.extensions_mut().insert(fields);
    Ok(request)
}

pub(super) fn cookie(headers: &HeaderMap) -> Option<&str> {
    let well_formed = |value: &&str| value.len() == 32 && URL_SAFE_NO_PAD.decode(value).is_ok();
    browser::cookies(headers, COOKIE).filter(well_formed).last()
}

/// The paths that take a form.
const FORMS: [&str; 18] = [
    "/connexion",
    "/deconnexion",
    "/essai",
    "/incidents/commandes",
    "/incidents/commandes/{id}/retrait",
    "/incidents/horloge",
    "/incidents/remise-a-zero",
    "/incidents/retrait",
    "/jeton",
    "/journal/vider",
    "/partenaires/{id}/conditions",
    "/partenaires/{id}/etat",
    "/partenaires/{id}/jetons",
    "/partenaires/{id}/minute",
    "/partenaires/{id}/origine",
    "/recette/{id}/cas",
    "/recette/{id}/decision",
    "/recette/{id}/rapport",
];

/// The hidden field's name, which the templates write too.
const FIELD: &str = "jeton_formulaire";
pub(super) const COOKIE: &str = "bacasable_pages";
/// The largest form is that of a call to try: a gateway's body, and percent-encoding triples it.
const FORM_BYTES: usize = 3 * 65_536 + 8_192;

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn a_form_goes_to_a_path_that_takes_one() {
        for path in ["/essai", "/partenaires/editeur-demo/etat", "/incidents/commandes/f1/retrait"]
        {
            assert!(takes_form(path), "{path}");
        }
        for path in [
            "/",
            "/admin/v1/resset",
            "/partenaires/editeur-demo",
            "/essai/",
            "/partenaires/a/b/etat",
        ] {
            assert!(!takes_form(path), "{path}");
        }
    }

    #[test]
    fn a_token_is_that_of_one_cookie_and_one_process() {
        let (forms, others) = (Forms::new(), Forms::new());
        let token = forms.token("a").to_string();
        assert!(forms.verify("a", &token));
        assert!(!forms.verify("b", &token));
        assert!(!others.verify("a", &token));
        assert!(!forms.verify("a", ""));
    }

    #[test]
    fn our_cookie_is_found_among_others_and_only_in_our_form() {
        let ours = "0123456789abcdefghijklmnopqrstuv";
        let line = format!("x=1; {COOKIE}={ours}");
        let headers =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(line).unwrap())]);
        assert_eq!(cookie(&headers), Some(ours));
        let short =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("bacasable_pages=x"))]);
        assert_eq!(cookie(&short), None);
    }
}
