//! Who may use the console: everyone on loopback, whoever has the token elsewhere, nobody by another's name.

use std::{fs, path::PathBuf, process::Command};

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap, redirect::Policy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::place;
use crate::harness::{Reply, World, certs};

const TOKEN: &str = "jeton-de-la-console";

/// A server whose console is bound to every address, as in a container, and what reaches it on loopback.
struct Exposed {
    world: World,
    client: Client,
}

impl Exposed {
    async fn with(token: Option<&str>, open: bool) -> Self {
        let token = token.map(|token| bacasable::config::SettingValue::read(token).unwrap());
        let world = World::with(|config| {
            config.console.listen = ([0, 0, 0, 0], 0).into();
            config.console.token = token;
            config.console.open = open;
        })
        .await;
        Self {
            world,
            client: Client::builder().no_proxy().redirect(Policy::none()).build().unwrap(),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("http://127.0.0.1:{}{path}", self.world.server.console.port()))
    }

    async fn get(&self, path: &str) -> Reply {
        Reply::read(self.request(Method::GET, path)).await
    }

    async fn bearing(&self, token: &str, path: &str) -> Reply {
        Reply::read(self.request(Method::GET, path).bearer_auth(token)).await
    }

    /// A request written by hand: its status line and the rest of the answer.
    async fn raw(&self, lines: &str) -> String {
        let mut stream =
            TcpStream::connect(("127.0.0.1", self.world.server.console.port())).await.unwrap();
        stream.write_all(format!("{lines}Connection: close\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

#[tokio::test]
async fn bound_elsewhere_than_on_loopback_the_console_asks_for_its_token() {
    let exposed = Exposed::with(Some(TOKEN), false).await;
    for path in [
        "/admin/v1/journal",
        "/admin/v1/clock",
        "/certs/ca.pem",
        "/certs/clients/editeur-demo.key",
        "/openapi/console.json",
        "/",
        "/nulle-part",
    ] {
        let reply = exposed.get(path).await;
        assert_eq!(place(&reply), (401, "none".to_owned()), "{path}");
        assert!(reply.header("WWW-Authenticate").starts_with("Bearer "), "{path}");
        assert!(
            reply.text.contains("console.token"),
            "the problem says where the token is: {}",
            reply.text
        );
        assert_eq!(exposed.bearing("jeton-d-une-autre", path).await.status, 401, "{path}");
        assert_ne!(exposed.bearing(TOKEN, path).await.status, 401, "{path}");
    }
    for path in ["/health", "/ready", "/metrics"] {
        assert_ne!(exposed.get(path).await.status, 401, "{path}");
    }
    let moved = exposed
        .request(Method::PUT, "/admin/v1/clock")
        .json(&serde_json::json!({ "advance": "PT1H" }));
    assert_eq!(Reply::read(moved).await.status, 401);
    assert_eq!(
        exposed.world.clock.now().to_string(),
        crate::harness::NOW,
        "what is refused is not done"
    );
}

#[tokio::test]
async fn on_loopback_everyone_is_let_in_and_an_open_console_lets_in_everyone() {
    let world =
        World::with(|config| config.console.token = bacasable::config::SettingValue::read(TOKEN))
            .await;
    assert_eq!(world.console(Method::GET, "/admin/v1/clock", None).await.status, 200);
    assert_eq!(Exposed::with(Some(TOKEN), true).await.get("/admin/v1/clock").await.status, 200);
}

#[tokio::test]
async fn without_a_configured_token_one_is_made_beside_the_keys_and_found_again() {
    let folder = |exposed: &Exposed| exposed.world.server.console_token.clone().unwrap();
    let exposed = Exposed::with(None, false).await;
    let file = folder(&exposed);
    assert_eq!(file, certs().join("console.token"));
    let token = fs::read_to_string(&file).unwrap();
    assert_eq!(exposed.bearing(token.trim(), "/admin/v1/clock").await.status, 200);
    let next = Exposed::with(None, false).await;
    assert_eq!(fs::read_to_string(folder(&next)).unwrap(), token);
    assert_eq!(next.bearing(token.trim(), "/admin/v1/clock").await.status, 200);
}

#[tokio::test]
async fn no_answer_carries_a_cors_header_and_a_preflight_opens_nothing() {
    let exposed = Exposed::with(Some(TOKEN), false).await;
    let asked = |method, path| exposed.request(method, path).header("Origin", "https://exemple.fr");
    let preflight =
        asked(Method::OPTIONS, "/admin/v1/clock").header("Access-Control-Request-Method", "PUT");
    for request in [
        preflight,
        asked(Method::GET, "/health"),
        asked(Method::GET, "/admin/v1/clock").bearer_auth(TOKEN),
    ] {
        let reply = Reply::read(request).await;
        let cors = |headers: &HeaderMap| {
            headers.keys().any(|name| name.as_str().starts_with("access-control-"))
        };
        assert!(!cors(&reply.headers), "{:?}", reply.headers);
    }
}

#[tokio::test]
async fn an_order_from_a_page_of_another_site_is_refused_on_loopback_too() {
    let world = World::start().await;
    let url = format!("http://localhost:{}/admin/v1/clock", world.server.console.port());
    let client = Client::builder().no_proxy().build().unwrap();
    let order = |origin: &str| {
        client.put(&url).header("Origin", origin).json(&serde_json::json!({ "advance": "PT1H" }))
    };
    for origin in ["http://localhost:3000", "https://exemple.fr", "null"] {
        assert_eq!(place(&Reply::read(order(origin)).await).0, 403, "{origin}");
    }
    let own = format!("http://localhost:{}", world.server.console.port());
    assert_eq!(Reply::read(order(&own)).await.status, 200);
}

#[tokio::test]
async fn a_request_that_names_another_host_or_none_or_two_is_refused_whatever_it_brings() {
    let exposed = Exposed::with(Some(TOKEN), false).await;
    let status = async |lines: &str| exposed.raw(lines).await[9..12].to_owned();
    let get = "GET /admin/v1/clock HTTP/1.1\r\n";
    let bearer = format!("Authorization: Bearer {TOKEN}\r\n");
    for (host, expected) in [
        ("Host: 127.0.0.1:8080\r\n", "200"),
        ("Host: localhost\r\n", "200"),
        ("Host: bacasable:8080\r\n", "200"),
        ("Host: sandbox:8080\r\n", "200"),
        ("Host: registry.exemple.fr__bacasable:8080\r\n", "200"),
        ("Host: bacasable.recette.svc.cluster.local:8080\r\n", "200"),
        ("Host: x.localhost\r\n", "200"),
        ("Host: exemple.fr\r\n", "421"),
        ("Host: localhost.exemple.fr\r\n", "421"),
        ("Host: moi@localhost\r\n", "400"),
        ("Host:\r\n", "400"),
        ("", "400"),
        ("Host: localhost\r\nHost: localhost\r\n", "400"),
        ("Host: localhost\r\nHost: exemple.fr\r\n", "400"),
    ] {
        assert_eq!(status(&format!("{get}{host}{bearer}")).await, expected, "{host:?}");
    }
    assert_eq!(
        status(&format!(
            "GET http://exemple.fr/admin/v1/clock HTTP/1.1\r\nHost: localhost\r\n{bearer}"
        ))
        .await,
        "421"
    );
    for (path, expected) in [("/ready", "200"), ("/health", "200"), ("/admin/v1/clock", "400")] {
        let probe = format!("GET {path} HTTP/1.0\r\n{bearer}");
        assert_eq!(status(&probe).await, expected, "{path}: HTTP/1.0 knows no Host");
    }
    for path in ["/ready", "/health", "/metrics"] {
        for version in ["1.0", "1.1"] {
            let probe = format!("GET {path} HTTP/{version}\r\nHost: exemple.fr\r\n");
            assert_eq!(status(&probe).await, "200", "{path}: orchestrators ask under any name");
        }
    }
    let told = exposed.raw("GET /admin/v1/clock HTTP/1.1\r\nHost: exemple.fr\r\n").await;
    assert!(told.contains("application/problem+json") && told.contains("console.hosts"), "{told}");
    assert!(told.contains("gateway.server_names") && told.contains("configuration.md"), "{told}");
    let page = exposed.raw("GET / HTTP/1.1\r\nHost: exemple.fr\r\nAccept: text/html\r\n").await;
    assert!(
        page.contains("421") && page.contains("console.hosts") && page.contains("lang=\"fr\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_name_that_the_settings_give_is_answered() {
    let world = World::with(|config| {
        config.console.hosts = vec!["banc.exemple.fr".to_owned()];
        config.gateway.server_names = vec!["passerelle.exemple.fr".to_owned()];
    })
    .await;
    let url = format!("http://127.0.0.1:{}/admin/v1/clock", world.server.console.port());
    let client = Client::builder().no_proxy().build().unwrap();
    for (host, status) in
        [("banc.exemple.fr:8080", 200), ("passerelle.exemple.fr", 200), ("autre.exemple.fr", 421)]
    {
        assert_eq!(
            Reply::read(client.get(&url).header("Host", host)).await.status,
            status,
            "{host}"
        );
    }
}

#[tokio::test]
async fn a_browser_logs_in_by_a_form_and_holds_a_session_that_is_not_the_token() {
    let exposed = Exposed::with(Some(TOKEN), false).await;
    let page = |path: &str| exposed.request(Method::GET, path).header("Accept", "text/html");
    let reply = Reply::read(page("/journal?partner=editeur-demo")).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("Location")),
        (303, "/connexion?vers=%2Fjournal%3Fpartner%3Dediteur%2Ddemo")
    );
    let form = Reply::read(page(reply.header("Location"))).await;
    assert_eq!(form.status, 200);
    assert!(
        form.text.contains("<label for=\"jeton\">") && !form.text.contains("/partenaires"),
        "{}",
        form.text
    );
    let mark = form.header("Set-Cookie").split(';').next().unwrap().to_owned();
    let hidden = between(&form.text, "name=\"jeton_formulaire\" value=\"", "\"");
    let send = |token: &str| {
        let fields = [
            ("jeton_formulaire", hidden.as_str()),
            ("jeton", token),
            ("vers", "/journal?partner=editeur-demo"),
        ];
        exposed
            .request(Method::POST, "/connexion")
            .header("Accept", "text/html")
            .header("Cookie", &mark)
            .form(&fields)
    };

    let wrong = Reply::read(send("jeton-d-une-autre")).await;
    assert_eq!(wrong.status, 403);
    assert!(
        wrong.text.contains("role=\"alert\"") && !wrong.text.contains("jeton-d-une-autre"),
        "{}",
        wrong.text
    );
    assert!(!wrong.header("Set-Cookie").contains("session"));

    let right = Reply::read(send(TOKEN)).await;
    assert_eq!(
        (right.status.as_u16(), right.header("Location")),
        (303, "/journal?partner=editeur-demo")
    );
    let cookie = right.header("Set-Cookie").to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict") && !cookie.contains(TOKEN), "{cookie}");
    let session = cookie.split(';').next().unwrap();
    let with = |cookie: &str, path: &str| page(path).header("Cookie", cookie);
    let shown = Reply::read(with(session, "/journal")).await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("Se déconnecter"));
    assert_eq!(Reply::read(with(session, "/admin/v1/clock")).await.status, 200);

    let value = session.split_once('=').unwrap().1;
    for forged in ["", "x", TOKEN, &value[1..], &format!("{value}A"), &value.to_uppercase()] {
        let forged = format!("bacasable_session={forged}");
        assert_eq!(Reply::read(with(&forged, "/admin/v1/clock")).await.status, 401, "{forged}");
        assert_eq!(Reply::read(with(&forged, "/journal")).await.status, 303, "{forged}");
    }
    assert_eq!(
        Reply::read(with(session, "/admin/v1/clock").bearer_auth("faux")).await.status,
        401,
        "a wrong token is wrong"
    );

    let hidden = between(&shown.text, "name=\"jeton_formulaire\" value=\"", "\"");
    let both = format!("{session}; {}", shown.header("Set-Cookie").split(';').next().unwrap());
    let out = exposed
        .request(Method::POST, "/deconnexion")
        .header("Cookie", &both)
        .form(&[("jeton_formulaire", &hidden)]);
    assert_eq!(Reply::read(out).await.status, 303);
    assert_eq!(
        Reply::read(with(session, "/admin/v1/clock")).await.status,
        401,
        "the session is over"
    );
}

#[tokio::test]
async fn the_part_of_a_page_that_a_script_asks_for_is_never_the_form() {
    let exposed = Exposed::with(Some(TOKEN), false).await;
    let part = exposed.request(Method::GET, "/fragments/accueil").header("Accept", "text/html");
    assert_eq!(Reply::read(part).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_find_the_token_or_take_it() {
    let exposed = Exposed::with(None, false).await;
    let console = format!("http://127.0.0.1:{}", exposed.world.server.console.port());
    let token = fs::read_to_string(certs().join("console.token")).unwrap();
    let nowhere = PathBuf::from("/nulle-part");
    let status = |folder: PathBuf, token: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
        command.env_clear().args([
            "recette",
            "status",
            "--partner",
            "editeur-demo",
            "--console",
            &console,
        ]);
        command.arg("--certs").arg(folder);
        if let Some(token) = token {
            command.args(["--console-token", token.trim()]);
        }
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    let found = status(certs().to_owned(), None).await.unwrap();
    assert_eq!(found.status.code(), Some(0), "{}", String::from_utf8_lossy(&found.stderr));
    assert_eq!(status(nowhere.clone(), Some(&token)).await.unwrap().status.code(), Some(0));
    let refused = status(nowhere, None).await.unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("401") && said.contains("--console-token"), "{said}");

    let mut health = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    health.env_clear().args([
        "healthcheck",
        "--console",
        &console,
        "--console-token",
        token.trim(),
    ]);
    let health = tokio::task::spawn_blocking(move || health.output().unwrap()).await.unwrap();
    assert_eq!(health.status.code(), Some(0), "{}", String::from_utf8_lossy(&health.stderr));
}

#[tokio::test]
async fn a_token_that_begins_with_a_hyphen_is_a_token() {
    const HYPHEN: &str = "-jeton-de-la-console";
    let exposed = Exposed::with(Some(HYPHEN), false).await;
    let console = format!("http://127.0.0.1:{}", exposed.world.server.console.port());
    let mut health = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    health.env_clear().args(["healthcheck", "--console", &console, "--console-token", HYPHEN]);
    let health = tokio::task::spawn_blocking(move || health.output().unwrap()).await.unwrap();
    assert_eq!(health.status.code(), Some(0), "{}", String::from_utf8_lossy(&health.stderr));
    let serve = ["bacasable", "serve", "--console-token", HYPHEN];
    assert!(bacasable::cli::command().try_get_matches_from(serve).is_ok());
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).unwrap().0.to_owned()
}
