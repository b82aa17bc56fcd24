//! The beginning and the end.

use std::time::Duration;

use super::{
    super::*,
    harness::{Client, Server},
};

#[tokio::test]
async fn a_port_in_use_is_named_with_the_cause() {
    let first = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let fault = Listener::bind(first.local_addr()).unwrap_err().to_string();
    assert!(fault.starts_with(&format!("cannot listen on {}: ", first.local_addr())), "{fault}");
    assert!(fault.contains("another program listens there"), "{fault}");
}

#[tokio::test]
async fn a_stop_finishes_the_answer_in_flight_and_takes_no_new_connection() {
    let mut server = Server::http().await;
    let client = Client::with("editeur-demo");
    let mut busy = client.connect(&server).await.unwrap();
    busy.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    server.waiting.notified().await;
    let mut resting = client.connect(&server).await.unwrap();
    resting.get("/").await.unwrap();

    server.ask_to_stop();
    resting.closed().await.unwrap();
    assert!(client.connect(&server).await.is_err());
    server.go.notify_one();
    assert_eq!(busy.answer().await.unwrap().0, 200);
    busy.closed().await.unwrap();
    assert_eq!(server.stopped().await, Stopped { cut: 0 });
}

#[tokio::test]
async fn a_stop_does_not_wait_for_connections_that_ask_nothing() {
    let limits = Limits { linger: Duration::from_millis(20), ..Limits::default() };
    let mut server = Server::start(ClientAuth::Http, limits).await;
    let client = Client::with("editeur-demo");
    let _fresh = client.connect(&server).await.unwrap();
    let _fresh_h2 = client.clone().h2().connect(&server).await.unwrap();
    let _silent = tokio::net::TcpStream::connect(server.address).await.unwrap();
    server.ask_to_stop();
    assert_eq!(server.stopped().await, Stopped { cut: 0 });
}

#[tokio::test]
async fn a_stop_ends_in_time_even_when_an_answer_does_not() {
    let limits = Limits { stop: Duration::from_millis(50), ..Limits::default() };
    let mut server = Server::start(ClientAuth::Http, limits).await;
    let mut stuck = Client::with("editeur-demo").connect(&server).await.unwrap();
    stuck.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    server.waiting.notified().await;
    server.ask_to_stop();
    assert_eq!(server.stopped().await, Stopped { cut: 1 });
    assert!(stuck.answer().await.is_err());
}
