//! A browser without script: it keeps its cookie, follows what an action answers, and looks at every page for what every
//! page must have.

use std::{sync::Mutex, time::Duration};

use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy};

use crate::harness::World;

/// A browser on the console of a world.
pub(crate) struct Browser {
    base: String,
    client: Client,
    cookie: Mutex<Option<String>>,
}

/// A page, as it came.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

/// A text of HTML with its entities undone.
pub(crate) fn unescaped(html: &str) -> String {
    let entities =
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    entities
        .iter()
        .fold(html.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

impl Browser {
    pub(crate) fn on(world: &World) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self { base: format!("http://{}", world.server.console), client, cookie: Mutex::default() }
    }

    /// Opens a page that must exist.
    pub(crate) async fn open(&self, path: &str) -> Seen {
        let seen = self.visit(path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.text());
        seen
    }

    /// Opens whatever is there.
    pub(crate) async fn visit(&self, path: &str) -> Seen {
        let seen = self.send(self.request(Method::GET, path)).await;
        if seen.status != 303 {
            seen.check(path);
        }
        seen
    }

    /// Fills in a form of a page and sends it; what the answer leads to is opened.
    pub(crate) async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Seen {
        let shown = self.open(page).await;
        let proofs = shown.proofs();
        let hidden = proofs.iter().map(|(name, value)| (&**name, &**value));
        let hidden = hidden.filter(|_| action.ends_with("/decision"));
        let all: Vec<_> = fields.iter().copied().chain(hidden).collect();
        let posted = self.post(action, &shown.token(), &all).await;
        assert_eq!(posted.status, 303, "{action}: {}", posted.text());
        let next = posted.headers["location"].to_str().unwrap().to_owned();
        self.open(&next).await
    }

    /// Sends a form with this token, as a browser does from our own page.
    pub(crate) async fn post(&self, action: &str, token: &str, fields: &[(&str, &str)]) -> Seen {
        let mut all = vec![("jeton_formulaire", token)];
        all.extend(fields);
        let request = self.request(Method::POST, action).header("Origin", &self.base);
        self.send(request.form(&all)).await
    }

    /// A request with this browser's cookie.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header("Accept", "text/html,*/*;q=0.8");
        match &*self.cookie.lock().unwrap() {
            Some(cookie) => request.header("Cookie", cookie),
            None => request,
        }
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Seen {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(cookie) = headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            *self.cookie.lock().unwrap() = cookie.split(';').next().map(str::to_owned);
        }
        Seen { status, headers, html: response.text().await.unwrap() }
    }
}

impl Seen {
    /// The text that people read: without tags, entities undone.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for piece in self.html.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
            text.push(' ');
        }
        unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The page must say each of these.
    #[track_caller]
    pub(crate) fn says(&self, wanted: &[&str]) {
        let text = self.text();
        for one in wanted {
            assert!(text.contains(one), "the page does not say {one:?}:\n{text}");
        }
    }

    /// The calls that its forms say it showed, by the names of the hidden fields.
    pub(crate) fn proofs(&self) -> Vec<(String, String)> {
        let field = |field: &str| {
            let (case, rest) = field.split_once("\" value=\"")?;
            Some((format!("preuve-{case}"), rest.split('"').next()?.to_owned()))
        };
        self.html.split("name=\"preuve-").skip(1).filter_map(field).collect()
    }

    /// The token of its forms.
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self
            .html
            .split_once("name=\"jeton_formulaire\" value=\"")
            .expect("the page has a form");
        rest.split('"').next().unwrap().to_owned()
    }

    /// What every page must have, whatever it is about.
    fn check(&self, path: &str) {
        let header = |name: &str| {
            self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
        };
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(
            (header("x-content-type-options"), header("cache-control")),
            ("nosniff", "no-store"),
            "{path}"
        );
        assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(self.html.len() < 200_000, "{path}: {} bytes", self.html.len());
        for inline in ["<style", "style=\"", " onclick", " onload", "javascript:", "<script>"] {
            assert!(!self.html.contains(inline), "{path}: {inline}");
        }
        for (at, _) in self.html.match_indices("=\"http") {
            let rest = &self.html[at.saturating_sub(12)..];
            assert!(
                !["src", "href", "action"].iter().any(|name| rest.starts_with(name)),
                "{path}: an external address"
            );
        }
        if !self.html.starts_with("<!doctype html>") {
            return; // a fragment of a page
        }
        assert_eq!(self.html.matches("<h1").count(), 1, "{path}");
        for part in [
            "<html lang=\"fr\">",
            "Environnement fictif, outil non officiel",
            "<main",
            "href=\"#contenu\"",
        ] {
            assert!(self.html.contains(part), "{path}: {part}");
        }
        let title = self
            .html
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split("</title>").next())
            .unwrap();
        assert!(title.len() > " | bacasable".len(), "{path}: {title}");
    }
}
