//! The reason of a refusal, in a line of French.

use jiff::Timestamp;

use super::{Refusal, refusal::Authorization};
use crate::{clock, peer::CertificateFault, tokens::TokenFault};

impl Refusal {
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
