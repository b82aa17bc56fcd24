//! Connections that brought no request: the journal's `handshake` and `connection` entries.
//!
//! A certificate that the handshake refused is control 1's refusal, said by an alert instead of an answer: its entry has
//! the certificate, the partner it names, and the verdict, as the entry of a request would.

use crate::{
    admission::Refusal,
    clock::Clock,
    journal::{CertificateFacts, Draft, Kind},
    metrics::Connection,
    sandbox::Sandbox,
    tls::{ConnectionEvent, ConnectionFault, HandshakeCause, ProxyFault},
};

/// Writes down what happened on a connection instead of a request.
pub fn note_connection(sandbox: &Sandbox, event: &ConnectionEvent) {
    let mut draft = Draft::default();
    draft.entry.time = sandbox.clock.now();
    draft.entry.kind = kind(&event.fault);
    draft.entry.address = Some(event.address.ip());
    draft.entry.note = Some(describe(&event.fault));
    // A handshake is the connection's beginning; other faults come at any time of its life.
    let came = if draft.entry.kind == Kind::Handshake { event.accepted } else { Clock::instant() };
    draft.entry.arrived_us = sandbox.journal.since_birth(came);
    match &event.fault {
        ConnectionFault::CertificateRefused { certificate, fault } => {
            draft.entry.certificate = Some(CertificateFacts::from(certificate.as_ref()));
            let directory = sandbox.directory();
            draft.entry.partner =
                directory.named_by(certificate, draft.entry.time).map(|partner| partner.id.clone());
            draft.chain.refuse(&Refusal::Certificate(fault.clone()));
        }
        ConnectionFault::NoCertificate => draft.chain.refuse(&Refusal::NoCertificate),
        ConnectionFault::NotTls
        | ConnectionFault::HandshakeFailed { .. }
        | ConnectionFault::HandshakeTimedOut
        | ConnectionFault::NotHttp { .. }
        | ConnectionFault::HeadTimedOut
        | ConnectionFault::Stalled
        | ConnectionFault::Displaced
        | ConnectionFault::ProxyHeader(_) => {}
    }
    let reason = draft.chain.cause.unwrap_or(reason(&event.fault));
    let which = match kind(&event.fault) {
        Kind::Connection => Connection::Lost,
        Kind::Handshake
        | Kind::Request
        | Kind::Start
        | Kind::Recette
        | Kind::Store
        | Kind::Tokens => Connection::Refused,
    };
    draft.finish();
    let entry = draft.entry;
    if !sandbox.journal.is_past(&entry) {
        sandbox.metrics.connection(which, reason);
    }
    sandbox.journal.record(entry);
}

fn kind(fault: &ConnectionFault) -> Kind {
    match fault {
        ConnectionFault::CertificateRefused { .. }
        | ConnectionFault::NoCertificate
        | ConnectionFault::HandshakeFailed { .. }
        | ConnectionFault::HandshakeTimedOut
        | ConnectionFault::NotTls => Kind::Handshake,
        ConnectionFault::NotHttp { .. }
        | ConnectionFault::HeadTimedOut
        | ConnectionFault::Stalled
        | ConnectionFault::Displaced
        | ConnectionFault::ProxyHeader(_) => Kind::Connection,
    }
}

/// A lasting name, where no control has one for it.
fn reason(fault: &ConnectionFault) -> &'static str {
    match fault {
        ConnectionFault::CertificateRefused { .. } => "certificate",
        ConnectionFault::NoCertificate => "no-certificate",
        ConnectionFault::NotTls => "not-tls",
        ConnectionFault::HandshakeFailed { .. } => "handshake-failed",
        ConnectionFault::HandshakeTimedOut => "handshake-timed-out",
        ConnectionFault::NotHttp { .. } => "not-http",
        ConnectionFault::HeadTimedOut => "head-timed-out",
        ConnectionFault::Stalled => "stalled",
        ConnectionFault::Displaced => "displaced",
        ConnectionFault::ProxyHeader(_) => "proxy-header",
    }
}

/// In French, for the partner's people; what the libraries say stays in their words.
fn describe(fault: &ConnectionFault) -> String {
    match fault {
        ConnectionFault::CertificateRefused { .. } => {
            "certificat client refusé pendant la négociation TLS".to_owned()
        }
        ConnectionFault::NoCertificate => {
            "aucun certificat client présenté pendant la négociation TLS".to_owned()
        }
        ConnectionFault::NotTls => {
            "les premiers octets ne sont pas du TLS : appel en http:// ?".to_owned()
        }
        ConnectionFault::HandshakeFailed { cause, reason } => {
            format!("négociation TLS échouée : {}{reason}", handshake(*cause))
        }
        ConnectionFault::HandshakeTimedOut => "négociation TLS inachevée dans le délai".to_owned(),
        ConnectionFault::NotHttp { status: Some(status), reason } => {
            format!("requête illisible, répondu {status} : {}", unread(reason))
        }
        ConnectionFault::NotHttp { status: None, reason } => {
            format!("ce qui est reçu n'est pas du HTTP : {}", unread(reason))
        }
        ConnectionFault::HeadTimedOut => {
            "en-têtes de la requête inachevés dans le délai".to_owned()
        }
        ConnectionFault::ProxyHeader(fault) => {
            format!("en-tête PROXY version 2 attendu d'un mandataire, {}", header(*fault))
        }
        ConnectionFault::Stalled => "le client ne lit plus ce qui lui est envoyé".to_owned(),
        ConnectionFault::Displaced => {
            "connexion fermée : toutes les places étaient prises, et celle-ci a été cédée"
                .to_owned()
        }
    }
}

/// What a client can mend, before the library's words.
fn handshake(cause: HandshakeCause) -> &'static str {
    match cause {
        HandshakeCause::ServerCertificate => {
            "le client n'a pas reconnu le certificat du serveur ; lui faire connaître l'autorité de test (certs/ca.pem) et appeler un nom que ce \
             certificat porte. Alerte du client : "
        }
        HandshakeCause::Version => {
            "le client ne propose ni TLS 1.2 ni TLS 1.3 comme ces versions le demandent. Constat : "
        }
        HandshakeCause::Ciphers => {
            "le client ne propose ni suite de chiffrement, ni courbe, ni signature que la passerelle connaisse (ECDHE avec AES-GCM ou \
             ChaCha20-Poly1305). Constat : "
        }
        HandshakeCause::Other => "",
    }
}

/// What the HTTP library says of a head that it cannot read, in French; in its own words where it is none of the usual.
fn unread(reason: &str) -> &str {
    let known = UNREAD.iter().find(|(words, _)| *words == reason);
    known.map_or(reason, |(_, french)| french)
}

const UNREAD: [(&str, &str); 5] = [
    ("invalid HTTP header parsed", "une ligne d'en-tête ne se lit pas (nom, deux-points, valeur)"),
    ("invalid HTTP method parsed", "la méthode HTTP ne se lit pas"),
    ("invalid HTTP version parsed", "la version de HTTP ne se lit pas"),
    ("invalid URI", "l'adresse demandée ne se lit pas"),
    ("message head is too large", "les en-têtes sont trop longs"),
];

fn header(fault: ProxyFault) -> String {
    match fault {
        ProxyFault::Absent => "absent : ce qui est reçu n'en est pas un".to_owned(),
        ProxyFault::OldVersion => {
            "reçu en version 1 : configurer la version 2 (send-proxy-v2)".to_owned()
        }
        ProxyFault::Unknown(byte) => {
            format!("reçu d'une version ou d'une commande inconnue (0x{byte:02x})")
        }
        ProxyFault::NotTcp(byte) => format!("reçu pour un autre protocole que TCP (0x{byte:02x})"),
        ProxyFault::TooLong(bytes) => format!("trop long ({bytes} octets)"),
        ProxyFault::TooShort => "plus court que ce qu'il annonce".to_owned(),
        ProxyFault::Incomplete => "incomplet ou trop lent".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_can_mend_is_told_before_the_library_s_words() {
        let failed =
            |cause| describe(&ConnectionFault::HandshakeFailed { cause, reason: "X".to_owned() });
        for (cause, words) in [
            (
                HandshakeCause::ServerCertificate,
                "lui faire connaître l'autorité de test (certs/ca.pem)",
            ),
            (HandshakeCause::Version, "ni TLS 1.2 ni TLS 1.3"),
            (HandshakeCause::Ciphers, "ni suite de chiffrement"),
        ] {
            let told = failed(cause);
            assert!(told.contains(words) && told.ends_with(" : X"), "{told}");
        }
        assert_eq!(failed(HandshakeCause::Other), "négociation TLS échouée : X");
        let unread = |reason: &str| {
            describe(&ConnectionFault::NotHttp { status: Some(400), reason: reason.to_owned() })
        };
        assert_eq!(
            unread("invalid HTTP header parsed"),
            "requête illisible, répondu 400 : une ligne d'en-tête ne se lit pas (nom, deux-points, valeur)"
        );
        assert!(unread("autre chose").ends_with(" : autre chose"));
    }
}
