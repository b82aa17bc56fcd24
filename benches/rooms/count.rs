//! The same call many times, to count its instructions: the one figure that other work on the machine does not change.
//!
//! `benches/count` runs it under callgrind. `count N [numCpte|spi|r2p]` calls N times.

mod world;

use std::env;

use http::Method;

use self::world::{World, ficoba};

fn main() {
    let mut arguments = env::args().skip(1);
    let times: usize =
        arguments.next().and_then(|times| times.parse().ok()).expect("how many times");
    let world = World::new();
    let iban = r#"{"iban":"FR7699010000010000010100185","verificationCompte":"0"}"#;
    let (path, body) = match arguments.next().as_deref() {
        None | Some("numCpte") => ficoba("numCpte", "0020", iban),
        Some("spi") => ficoba("spi", "0020", r#"{"numeroSPI":"3990000101192"}"#),
        Some(_) => ("/r2p/v1/personne/3990000101192".to_owned(), String::new()),
    };
    let method = if body.is_empty() { Method::GET } else { Method::POST };
    for _ in 0..times {
        world.ask(method.clone(), &path, &body, 200);
    }
}
