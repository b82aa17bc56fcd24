//! The same call many times, to count its instructions: the one figure that other work on the machine does not change.
//!
//! `benches/count` runs it under callgrind, which counts inside [`counted`] only. `count N [numCpte|spi|r2p]` calls N times, after
//! a few calls that fill what is remembered (the certificate and the token that were found good).

mod world;

use std::{env, hint::black_box};

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request};
use mimalloc::MiMalloc;

use self::world::{World, ficoba};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc; // as the program has it

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
    for _ in 0..WARM {
        world.ask(method.clone(), &path, &body, 200);
    }
    for _ in 0..times {
        let (status, answer) = counted(&world, world.request(method.clone(), &path, &body));
        assert_eq!(status, 200);
        black_box(answer);
    }
}

#[inline(never)]
fn counted(world: &World, request: Request<Body>) -> (u16, Bytes) {
    world.send(request)
}

/// Calls that are not counted.
const WARM: usize = 20;
