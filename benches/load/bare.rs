//! The reference of the load bench: axum behind tokio-rustls, mutual TLS, one fixed answer, nothing checked but the certificate.
//!
//! `bare CERTS BODY read|unread` prints its address and serves the bytes of the file BODY for every request, whose own body it
//! reads to its end or leaves to the library.

use std::{env, fs, sync::Arc};

use axum::{Router, body::Bytes, http::header, routing::any};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use rustls::{RootCertStore, ServerConfig, crypto::aws_lc_rs, server::WebPkiClientVerifier};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

#[tokio::main]
async fn main() {
    let mut arguments = env::args().skip(1);
    let (certs, body) = (arguments.next().expect("CERTS"), arguments.next().expect("BODY"));
    let reads = arguments.next().is_some_and(|word| word == "read");
    let body = Bytes::from(fs::read(body).expect("a readable body"));
    let answer = ([(header::CONTENT_TYPE, "application/json")], body);
    let app = match reads {
        true => Router::new().fallback(any(async move |_: Bytes| answer)),
        false => Router::new().fallback(any(async move || answer)),
    };
    let acceptor = TlsAcceptor::from(Arc::new(tls(&certs)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    eprintln!("{}", listener.local_addr().expect("an address"));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let (acceptor, app) = (acceptor.clone(), app.clone());
        tokio::spawn(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                let service = TowerToHyperService::new(app);
                let _ = Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            }
        });
    }
}

fn tls(certs: &str) -> ServerConfig {
    let chain = |name: &str| -> Vec<_> {
        let read = CertificateDer::pem_file_iter(format!("{certs}/{name}"))
            .expect("a readable certificate");
        read.map(|one| one.expect("a certificate")).collect()
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(chain("ca.pem"));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .expect("a verifier");
    let key = PrivateKeyDer::from_pem_file(format!("{certs}/server.key")).expect("a key");
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3");
    let mut config = builder
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain("server.pem"), key)
        .expect("a pair");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
