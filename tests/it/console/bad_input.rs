//! What is no order: media types, syntax, sizes, methods, paths.

use reqwest::{Client, Method};

use super::place;
use crate::harness::{Reply, World};

#[tokio::test]
async fn a_body_must_be_announced_as_json_and_be_it() {
    let world = World::start().await;
    let url = format!("http://{}/admin/v1/clock", world.server.console);
    let client = Client::builder().no_proxy().build().unwrap();
    for (media, body, expected) in [
        (None, "{\"frozen\":true}", 415),
        (Some("text/plain"), "{\"frozen\":true}", 415),
        (Some("application/x-www-form-urlencoded"), "frozen=true", 415),
        (Some("application/json"), "", 400),
        (Some("application/json"), "{\"frozen\":tru", 400),
        (Some("application/json"), "{\"frozen\":true}{}", 400),
        (Some("application/json"), "\u{feff}{\"frozen\":true}", 400),
        (Some("application/json"), "[]", 422),
        (Some("application/json"), "{\"frozen\":true,\"frozen\":false}", 422),
    ] {
        let request = client.put(&url).body(body);
        let request =
            if let Some(media) = media { request.header("Content-Type", media) } else { request };
        assert_eq!(place(&Reply::read(request).await).0, expected, "{media:?} {body}");
    }
    let long = format!("{{\"frozen\":true{}}}", " ".repeat(1 << 20));
    let request = client.put(&url).header("Content-Type", "application/json").body(long);
    assert_eq!(place(&Reply::read(request).await).0, 413);
    let request = client
        .put(&url)
        .header("Content-Type", "Application/JSON; charset=utf-8")
        .body("{\"frozen\":true}");
    assert_eq!(Reply::read(request).await.status, 200);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let world = World::start().await;
    for (method, path, status) in [
        (Method::GET, "/admin/v1/nothing", 404),
        (Method::GET, "/nothing", 404),
        (Method::POST, "/admin/v1/clock", 405),
        (Method::PATCH, "/admin/v1/reset", 405),
    ] {
        assert_eq!(place(&world.console(method, path, None).await).0, status, "{path}");
    }
}

#[tokio::test]
async fn a_name_in_the_path_that_is_no_text_is_a_problem() {
    let world = World::start().await;
    for (method, path) in [
        ("GET", "admin/v1/dataset/%ff"),
        ("GET", "admin/v1/journal/%ff"),
        ("GET", "admin/v1/faults/%ff"),
        ("GET", "admin/v1/conventions/%ff"),
        ("GET", "certs/clients/%ff"),
    ] {
        let url = format!("http://{}/{path}", world.server.console);
        let reply =
            reqwest::Client::new().request(method.parse().unwrap(), url).send().await.unwrap();
        assert_eq!(reply.status(), 400, "{path}");
        assert_eq!(reply.headers()["content-type"], "application/problem+json", "{path}");
    }
}

#[tokio::test]
async fn nothing_is_at_an_unknown_path_whatever_is_sent_there() {
    let world = World::start().await;
    let url = |path: &str| format!("http://{}{path}", world.server.console);
    let client = Client::builder().no_proxy().build().unwrap();
    let send = async |method: &str, path: &str| {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = client.request(method, url(path)).header("Content-Type", "application/json");
        place(&Reply::read(request.body("{}")).await)
    };
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
        for path in ["/admin/v1/resset", "/admin/v1", "/admin/v2/reset", "/journall", "/metrics/x"]
        {
            assert_eq!(send(method, path).await, (404, "none".to_owned()), "{method} {path}");
        }
        for path in ["/health", "/admin/v1/personas", "/codes", "/partenaires", "/"] {
            let (status, _) = send(method, path).await;
            let expected = if path == "/codes" { [404, 405] } else { [405, 405] };
            assert!(expected.contains(&status), "{method} {path}: {status}");
        }
    }
    assert_eq!(send("PUT", "/journal/vider").await.0, 405, "a form's path takes POST only");
    let browser = client.post(url("/journall")).header("Accept", "text/html");
    let reply = Reply::read(browser).await;
    assert_eq!(reply.status, 404);
    assert!(
        reply.text.contains("Aucune page n'a cette adresse") || reply.text.contains("Introuvable")
    );
}
