//! What a control can answer no with: the fault as data, and its reason in a line of French.

use std::{net::IpAddr, sync::Arc};

use crate::{
    clock, directory::State, domain::Control, peer::CertificateFault, rights::ApiId,
    tokens::TokenFault,
};
use jiff::Timestamp;

/// What a control found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// An earlier one refused.
    #[default]
    NotReached,
    /// The environment does not ask it of this call.
    NotAsked,
    /// Yes.
    Granted,
    /// No, and why, in French.
    Refused(String),
}

/// The one reason for which a request is turned away at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No client certificate was presented.
    NoCertificate,
    /// The certificate is not one to trust.
    Certificate(CertificateFault),
    /// The certificate is good and no partner's.
    NobodysCertificate {
        subject: String,
        /// Whether the subject has several common names, of which none counts.
        several_names: bool,
    },
    /// The partner declares the certificate for later.
    CertificateNotYet {
        partner: String,
        /// From when.
        from: Timestamp,
    },
    /// The partner no longer declares the certificate: another one has taken its place.
    CertificateNoLonger {
        partner: String,
        /// Since when.
        since: Timestamp,
    },
    /// The address is in none of the partner's networks.
    Address {
        /// Where the call came from.
        seen: IpAddr,
        /// The networks that were declared.
        declared: String,
    },
    /// A trusted proxy does not say whom it speaks for: the hop that it vouches for is no address.
    UnreadableHop {
        /// What stands there.
        seen: Arc<str>,
    },
    /// No usable `Authorization` header.
    NoToken {
        /// What was seen in its place.
        seen: Authorization,
    },
    /// The token is not one to accept.
    Token(TokenFault),
    /// The word `Bearer` stands where the token is expected: the header has it twice.
    RepeatedWord,
    /// The token stands between quotation marks, and so is none.
    QuotedToken(TokenFault),
    /// What obtains a token stands in its place.
    CredentialAsToken {
        /// Whether it is the application's secret; else its key.
        is_secret: bool,
    },
    /// The token is good and its application is no longer known.
    UnknownApplication,
    /// The convention declares an `ID_Teleservice` and the request carries another one, or none.
    Teleservice {
        /// Whose convention declares it.
        partner: String,
        /// Whether the request carries one.
        is_given: bool,
    },
    /// The certificate is one partner's and the token another's.
    OtherPartner {
        /// Whose certificate it is.
        certificate: String,
        /// Whose token it is.
        token: String,
    },
    /// The convention is not in force.
    NotInForce {
        /// What it is instead.
        state: State,
        /// Since when and why, in French.
        explanation: String,
    },
    /// The convention does not open this API.
    NotSubscribed(ApiId),
    /// The token was not granted the scope of the resource.
    MissingScope {
        scope: &'static str,
        /// Whether the convention opens it, so that asking for it would help.
        grantable: bool,
    },
    /// The minute's calls are used up.
    Quota {
        /// Calls per minute.
        limit: u32,
        /// When the next minute begins.
        resets_at: Timestamp,
    },
}

/// What stood in the place of a bearer token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// No header.
    Absent,
    /// A header without the word `Bearer`.
    OtherScheme,
    /// The word in another case: the product wants a capital B.
    OtherCase,
    /// The word with nothing behind it.
    Empty,
}

impl Refusal {
    /// Every name that [`Refusal::cause`] gives.
    pub const CAUSES: [&str; 38] = [
        "no-certificate",
        "certificate-unreadable",
        "certificate-unknown-authority",
        "certificate-expired",
        "certificate-not-yet-valid",
        "certificate-wrong-use",
        "certificate-revoked",
        "certificate-unacceptable",
        "certificate-of-nobody",
        "certificate-not-yet-declared",
        "certificate-no-longer-declared",
        "address-not-declared",
        "address-unreadable",
        "no-token",
        "bearer-absent",
        "bearer-other-case",
        "bearer-empty",
        "bearer-repeated",
        "bearer-quoted",
        "token-opaque",
        "token-malformed",
        "token-foreign",
        "token-forged",
        "token-critical",
        "token-expired",
        "token-not-yet-valid",
        "token-revoked",
        "unknown-application",
        "no-teleservice",
        "wrong-teleservice",
        "other-partner",
        "convention-in-force",
        "convention-suspended",
        "convention-ended",
        "convention-not-begun",
        "not-subscribed",
        "missing-scope",
        "quota-used-up",
    ];

    /// The control that refuses.
    pub fn control(&self) -> Control {
        match self {
            Self::NoCertificate
            | Self::Certificate(_)
            | Self::NobodysCertificate { .. }
            | Self::CertificateNotYet { .. }
            | Self::CertificateNoLonger { .. } => Control::Certificate,
            Self::Address { .. } | Self::UnreadableHop { .. } => Control::Address,
            Self::NoToken { .. }
            | Self::Token(_)
            | Self::RepeatedWord
            | Self::QuotedToken(_)
            | Self::CredentialAsToken { .. }
            | Self::UnknownApplication
            | Self::Teleservice { .. } => Control::TechnicalId,
            Self::OtherPartner { .. } | Self::NotInForce { .. } => Control::Identity,
            Self::NotSubscribed(_) | Self::MissingScope { .. } => Control::Rights,
            Self::Quota { .. } => Control::Quota,
        }
    }

    /// Its lasting name, for programs that read the journal: words may be reworded, this never is.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::NoCertificate => "no-certificate",
            Self::Certificate(fault) => match fault {
                CertificateFault::Unreadable => "certificate-unreadable",
                CertificateFault::UnknownAuthority { .. } => "certificate-unknown-authority",
                CertificateFault::Expired { .. } => "certificate-expired",
                CertificateFault::NotYetValid { .. } => "certificate-not-yet-valid",
                CertificateFault::WrongUse => "certificate-wrong-use",
                CertificateFault::Revoked { .. } => "certificate-revoked",
                CertificateFault::Unacceptable { .. } => "certificate-unacceptable",
            },
            Self::NobodysCertificate { .. } => "certificate-of-nobody",
            Self::CertificateNotYet { .. } => "certificate-not-yet-declared",
            Self::CertificateNoLonger { .. } => "certificate-no-longer-declared",
            Self::Address { .. } => "address-not-declared",
            Self::UnreadableHop { .. } => "address-unreadable",
            Self::NoToken { seen } => match seen {
                Authorization::Absent => "no-token",
                Authorization::OtherScheme => "bearer-absent",
                Authorization::OtherCase => "bearer-other-case",
                Authorization::Empty => "bearer-empty",
            },
            Self::Token(fault) => match fault {
                TokenFault::Opaque => "token-opaque",
                TokenFault::Malformed => "token-malformed",
                TokenFault::Foreign => "token-foreign",
                TokenFault::Forged => "token-forged",
                TokenFault::Critical => "token-critical",
                TokenFault::Expired { .. } => "token-expired",
                TokenFault::NotYet { .. } => "token-not-yet-valid",
                TokenFault::Revoked => "token-revoked",
            },
            Self::RepeatedWord => "bearer-repeated",
            Self::QuotedToken(_) => "bearer-quoted",
            Self::CredentialAsToken { is_secret: true } => "token-is-secret",
            Self::CredentialAsToken { is_secret: false } => "token-is-key",
            Self::UnknownApplication => "unknown-application",
            Self::Teleservice { is_given: false, .. } => "no-teleservice",
            Self::Teleservice { is_given: true, .. } => "wrong-teleservice",
            Self::OtherPartner { .. } => "other-partner",
            Self::NotInForce { state, .. } => match state {
                State::InForce => "convention-in-force",
                State::Suspended => "convention-suspended",
                State::Ended => "convention-ended",
                State::NotBegun => "convention-not-begun",
            },
            Self::NotSubscribed(_) => "not-subscribed",
            Self::MissingScope { .. } => "missing-scope",
            Self::Quota { .. } => "quota-used-up",
        }
    }

    /// When the caller may come back, where the refusal says so.
    pub fn next_access(&self) -> Option<Timestamp> {
        if let Self::Quota { resets_at, .. } = self { Some(*resets_at) } else { None }
    }

    /// What was expected and what was seen, in one line of French; no secret, no personal value.
    pub fn reason(&self) -> String {
        match self {
            Self::NoCertificate => {
                "aucun certificat client présenté : l'appel doit se faire en TLS mutuel".to_owned()
            }
            Self::Certificate(fault) => certificate(fault),
            Self::NobodysCertificate { subject, several_names } => {
                let names = if *several_names {
                    " ; de plusieurs noms communs, aucun ne désigne un partenaire"
                } else {
                    ""
                };
                format!(
                    "certificat valide mais inconnu : aucun partenaire n'a déclaré « {subject} »{names}"
                )
            }
            Self::CertificateNotYet { partner, from } => {
                format!(
                    "certificat déclaré par « {partner} » à partir du {} seulement",
                    hour(*from)
                )
            }
            Self::CertificateNoLonger { partner, since } => {
                format!(
                    "certificat retiré de la convention « {partner} » depuis le {} : utiliser le nouveau",
                    hour(*since)
                )
            }
            Self::Address { seen, declared } => {
                format!("adresse {seen} hors de la liste déclarée par le partenaire ({declared})")
            }
            Self::UnreadableHop { seen } => {
                format!(
                    "en-tête X-Forwarded-For illisible : une adresse IP est attendue à la place de « {seen} »"
                )
            }
            Self::NoToken { seen } => seen.reason().to_owned(),
            Self::Token(fault) => token(*fault),
            Self::RepeatedWord => {
                "le mot Bearer est répété : « Authorization: Bearer <jeton> » attendu, le mot une seule fois"
                    .to_owned()
            }
            Self::QuotedToken(_) => {
                "le jeton est envoyé entre guillemets : « Authorization: Bearer <jeton> » attendu, sans guillemets"
                    .to_owned()
            }
            Self::CredentialAsToken { is_secret } => {
                let what = if *is_secret { "le secret" } else { "la clé (client_id)" };
                format!(
                    "{what} de l'application est envoyé{} à la place du jeton : le jeton s'obtient de /token, avec la clé et le secret",
                    if *is_secret { "" } else { "e" }
                )
            }
            Self::UnknownApplication => {
                "jeton d'une application inconnue de la passerelle".to_owned()
            }
            Self::Teleservice { partner, is_given: false } => {
                format!("en-tête ID_Teleservice absent : la convention « {partner} » en déclare un")
            }
            Self::Teleservice { partner, is_given: true } => {
                format!("en-tête ID_Teleservice différent de celui de la convention « {partner} »")
            }
            Self::OtherPartner { certificate, token } => {
                format!(
                    "le certificat est celui de « {certificate} », le jeton celui de « {token} »"
                )
            }
            Self::NotInForce { explanation, .. } => explanation.clone(),
            Self::NotSubscribed(api) => {
                format!("la convention n'ouvre pas l'API {}", api.label())
            }
            Self::MissingScope { scope, grantable: true } => {
                format!("le jeton ne porte pas le scope « {scope} » : il faut le demander à /token")
            }
            Self::MissingScope { scope, grantable: false } => {
                format!("la convention n'ouvre pas le scope « {scope} »")
            }
            Self::Quota { limit, resets_at } => {
                let calls = if *limit > 1 { "appels" } else { "appel" };
                let at = hour(*resets_at);
                format!(
                    "quota de {limit} {calls} par minute épuisé ; prochain appel possible le {at}"
                )
            }
        }
    }
}

impl Authorization {
    fn reason(self) -> &'static str {
        match self {
            Self::Absent => {
                "en-tête Authorization absent : « Authorization: Bearer <jeton> » attendu"
            }
            Self::OtherScheme => {
                "en-tête Authorization sans le mot Bearer : « Authorization: Bearer <jeton> » attendu"
            }
            Self::OtherCase => "le mot Bearer s'écrit avec une majuscule initiale",
            Self::Empty => "en-tête Authorization sans jeton derrière Bearer",
        }
    }
}

fn certificate(fault: &CertificateFault) -> String {
    let why = match fault {
        CertificateFault::Unreadable => "il est illisible".to_owned(),
        CertificateFault::UnknownAuthority { issuer, namesake: false } => {
            format!("son autorité n'est pas reconnue ({issuer})")
        }
        CertificateFault::UnknownAuthority { issuer, namesake: true } => format!(
            "son autorité n'est pas reconnue ({issuer}) : une autorité de ce nom est connue, mais avec une autre clé ; le certificat vient sans doute du dossier certs d'un autre serveur"
        ),
        CertificateFault::Expired { since } => format!("il a expiré le {}", hour(*since)),
        CertificateFault::NotYetValid { from } => {
            format!("il n'est valable qu'à partir du {}", hour(*from))
        }
        CertificateFault::WrongUse => {
            "il n'est pas fait pour authentifier un client (keyUsage, extendedKeyUsage)".to_owned()
        }
        CertificateFault::Revoked { since } => format!("il est révoqué depuis le {}", hour(*since)),
        CertificateFault::Unacceptable { detail } => format!("il n'est pas acceptable ({detail})"),
    };
    format!("certificat client refusé : {why}")
}

fn token(fault: TokenFault) -> String {
    match fault {
        TokenFault::Opaque => {
            "jeton non reconnu : un JWT émis par cette passerelle est attendu".to_owned()
        }
        TokenFault::Malformed => {
            "jeton mal formé : trois parties séparées par des points attendues (JWT)".to_owned()
        }
        TokenFault::Foreign => "jeton d'un autre émetteur que cette passerelle".to_owned(),
        TokenFault::Forged => {
            "jeton altéré, ou signé par une clé ou un algorithme inconnus de la passerelle"
                .to_owned()
        }
        TokenFault::Critical => {
            "jeton dont l'en-tête exige une extension inconnue de la passerelle (crit)".to_owned()
        }
        TokenFault::Expired { since } => {
            format!("jeton expiré depuis le {} : en demander un autre à /token", hour(since))
        }
        TokenFault::NotYet { from } => {
            format!("jeton valable seulement à partir du {}", hour(from))
        }
        TokenFault::Revoked => "jeton révoqué : en demander un autre à /token".to_owned(),
    }
}

/// As pages write hours, beside which these lines stand.
fn hour(at: Timestamp) -> String {
    at.to_zoned(clock::paris()).strftime("%d/%m/%Y à %H:%M:%S (heure de Paris)").to_string()
}
