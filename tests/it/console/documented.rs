//! `docs/console.md` does what it says: every example is run, by curl where there is one and by a client of our own, and
//! every endpoint has an example.

use std::collections::{BTreeSet, HashMap};

use reqwest::Method;
use serde_json::Value;

use super::HEALTH;
use crate::{
    harness::{Reply, World},
    shell,
};

/// Commands, and the part of their answer that the document shows.
struct Example {
    commands: String,
    shows: Option<Shown>,
}

/// What is printed under the commands: part of a JSON answer, or the beginning of a text.
enum Shown {
    Json(Value),
    Text(String),
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_answers_what_is_printed_under_it_with_curl() {
    if !shell::has_curl() {
        return;
    }
    let world = scene().await;
    let mut examples = examples().into_iter();
    let prelude = examples.next().unwrap().commands;
    for Example { commands, shows } in examples {
        let output = shell::run(&world, &format!("{prelude}{commands}")).await;
        check(&commands, &output, shows.as_ref());
    }
}

#[tokio::test]
async fn every_example_answers_what_is_printed_under_it() {
    let world = scene().await;
    let mut reader = Reader { world: &world, variables: HashMap::new() };
    for Example { commands, shows } in examples() {
        let mut last = None;
        for line in commands.lines() {
            last = reader.run(line).await.or(last);
        }
        if let Some(shows) = shows {
            check(&commands, &last.unwrap().text, Some(&shows));
        }
    }
}

#[tokio::test]
async fn every_endpoint_has_an_example() {
    let world = World::start().await;
    let document = world.console(Method::GET, "/openapi/console.json", None).await.json();
    let mut shown = BTreeSet::new();
    for example in examples() {
        for line in example.commands.lines().filter(|line| line.contains("curl ")) {
            let call = call(line);
            let path =
                call.url.replace("$console", "/admin/v1").replace("http://localhost:8080", "");
            let path = path.split('?').next().unwrap().to_owned();
            let described =
                document["paths"].as_object().unwrap().keys().find(|known| fits(known, &path));
            let described =
                described.unwrap_or_else(|| panic!("{line}: nothing is described at {path}"));
            shown.insert(format!("{} {described}", call.method));
        }
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let endpoint = format!("{} {path}", method.to_uppercase());
            assert!(shown.contains(&endpoint), "docs/console.md has no example of {endpoint}");
        }
    }
}

/// A world in which one call was made, so that the journal has something to tell.
async fn scene() -> World {
    let world = World::start().await;
    assert_eq!(world.partner("banque-horizon").await.get(HEALTH).await.status, 200);
    world
}

/// The `sh` blocks of the document, each with the `json` or `text` block that follows it at once.
fn examples() -> Vec<Example> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/console.md");
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|rest| {
        let (commands, after) = rest.split_once("```\n").unwrap();
        let printed = |language: &str| {
            let block = after.strip_prefix(&format!("```{language}\n"))?;
            Some(block.split_once("```").unwrap().0)
        };
        let json =
            |json| serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        let shows = printed("json").map(|text| Shown::Json(json(text)));
        let shows =
            shows.or_else(|| printed("text").map(|text| Shown::Text(text.trim_end().to_owned())));
        Example { commands: commands.to_owned(), shows }
    });
    blocks.collect()
}

fn check(commands: &str, seen: &str, shows: Option<&Shown>) {
    match shows.unwrap_or_else(|| panic!("{commands}: nothing is printed under it")) {
        Shown::Json(shows) => {
            let seen = serde_json::from_str(seen)
                .unwrap_or_else(|error| panic!("{error}: {commands}{seen}"));
            assert!(is_part(shows, &seen), "{commands}\nprinted: {shows}\nseen: {seen}");
        }
        Shown::Text(shows) => {
            assert!(seen.starts_with(shows), "{commands}\nprinted: {shows}\nseen: {seen}")
        }
    }
}

/// Whether what is printed is part of what is seen: members of an object, members of a list in order, `...` anything.
fn is_part(printed: &Value, seen: &Value) -> bool {
    match (printed, seen) {
        (Value::String(text), _) if text == "..." => true,
        (Value::Object(printed), Value::Object(seen)) => printed
            .iter()
            .all(|(name, value)| seen.get(name).is_some_and(|seen| is_part(value, seen))),
        (Value::Array(printed), Value::Array(seen)) => {
            let mut seen = seen.iter();
            printed.iter().all(|wanted| seen.any(|seen| is_part(wanted, seen)))
        }
        _ => printed == seen,
    }
}

/// Whether a path is one of this template.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(a, b)| a.starts_with('{') || *a == b)
}

/// Understands the few forms of the document's commands.
struct Reader<'a> {
    world: &'a World,
    variables: HashMap<String, String>,
}

impl Reader<'_> {
    async fn run(&mut self, line: &str) -> Option<Reply> {
        if line.starts_with("curl ") {
            return Some(self.ask(line).await);
        }
        if line.starts_with("field()") {
            return None;
        }
        let (name, value) =
            line.split_once('=').unwrap_or_else(|| panic!("{line}: not understood"));
        let value = match value.strip_prefix("$(").and_then(|rest| rest.split_once(" | field ")) {
            Some((command, field)) => {
                let reply = self.ask(command).await.text;
                let key = format!("\"{}\":\"", field.trim_end_matches(')'));
                reply.rsplit_once(&key).unwrap().1.split('"').next().unwrap().to_owned()
            }
            None => value.trim_matches('\'').to_owned(),
        };
        self.variables.insert(name.to_owned(), value);
        None
    }

    async fn ask(&self, line: &str) -> Reply {
        let call = call(line);
        let known = |text: String| {
            self.variables
                .iter()
                .fold(text, |text, (name, value)| text.replace(&format!("${name}"), value))
        };
        let url = known(call.url).replace("http://localhost:8080", "");
        let body = call.body.map(|body| serde_json::from_str(&body).unwrap());
        self.world.console(call.method, &url, body).await
    }
}

struct Call {
    method: Method,
    url: String,
    body: Option<String>,
}

/// `curl -s [-X METHOD] URL [-H ..] [-d BODY]`.
fn call(line: &str) -> Call {
    let command = line.split("$(").last().unwrap().split(" | ").next().unwrap();
    let mut words = words(command).into_iter();
    let mut call = Call { method: Method::GET, url: String::new(), body: None };
    assert_eq!(words.next().as_deref(), Some("curl"), "{line}");
    while let Some(word) = words.next() {
        match word.as_str() {
            "-s" => {}
            "-X" => call.method = words.next().unwrap().parse().unwrap(),
            "-H" => assert_eq!(words.next().unwrap(), "$json", "{line}"),
            "-d" => call.body = words.next(),
            url => call.url = url.to_owned(),
        }
    }
    call
}

/// Splits as a shell does, as far as quotes go.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in command.chars() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (' ', None) if !word.is_empty() => words.push(std::mem::take(&mut word)),
            (' ', None) => {}
            (c, _) => word.push(c),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}
