//! The codes of the gateway: one table, from which faults, ordered faults, pages and documents are made.
//!
//! Source: WSO2 API Manager's fault table (apim-wire 2.2 and 2.3), Synapse's codes for what happens behind it. Codes that the
//! product defines and never raises (expired, inactive, no resource) are not here: no client can meet them.

use std::fmt::Write;

use http::StatusCode;

use crate::domain::Control;

#[derive(Debug, PartialEq, Eq)]
pub struct GatewayCode {
    /// The number in the answer's body.
    pub number: u32,
    /// The HTTP status.
    pub status: StatusCode,
    /// How the product writes it.
    pub family: Family,
    /// The message, in the product's words.
    pub message: &'static str,
    /// The description, in the product's words.
    pub description: Description,
    /// The control that refuses with this code, when one does.
    pub control: Option<Control>,
    /// A name for people, in French.
    pub title: &'static str,
    /// When it is given, in French.
    pub meaning: &'static str,
    /// What the caller can do, in French.
    pub remedy: &'static str,
}

/// How the product writes a kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Authentication and authorisation.
    Security,
    /// Throttling; `next` says when the next call is possible.
    Throttling {
        /// Whether the answer gives the end of the window.
        next: bool,
    },
    /// An API taken out of service.
    Blocked,
    /// What the API's own sequence in the gateway refuses, once every control has let the call pass.
    Mediation,
    /// Routing, and what stands behind the gateway.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Description {
    Plain(&'static str),
    /// The message, and what to check.
    CheckCredentials,
    /// That the token is no JWT to accept, and what to check.
    BadJwt,
    /// Which API, the message, and what to check: a token that was looked up and not found.
    UnknownToken,
    /// The message, and what header to send.
    SendHeader,
    /// Which API, and the message again.
    AccessFailure,
    /// Which resource the scopes do not open.
    ScopeOfResource,
    SuspendedEndpoint,
}

impl GatewayCode {
    /// The code of that number, if a tester can order it. The bare HTTP statuses cannot be ordered as the gateway's codes:
    /// an API has the same ones.
    pub fn orderable(text: &str) -> Option<&'static Self> {
        let number: u32 = text.parse().ok()?;
        Self::all_orderable().find(|code| code.number == number)
    }

    /// Every code that a tester can order.
    pub fn all_orderable() -> impl Iterator<Item = &'static Self> {
        ALL.iter().copied().filter(|code| code.number != u32::from(code.status.as_u16()))
    }

    /// Whether no API was asked, so that the call does not count in the quota (apim-wire 3.3).
    pub fn is_refusal(&self) -> bool {
        match self.family {
            Family::Security | Family::Throttling { .. } | Family::Blocked => true,
            Family::Mediation | Family::Other => false,
        }
    }
}

/// The table in Markdown, one line a number and message: the reference of the gateway's codes holds it between two markers.
pub fn reference() -> String {
    let mut table = String::from(
        "| code | HTTP | message | control | when | what to do |\n|---|---|---|---|---|---|\n",
    );
    let pairs = ALL.iter().zip(ALL.iter().skip(1));
    let other =
        pairs.filter(|(one, next)| (one.number, one.message) != (next.number, next.message));
    for code in ALL.first().into_iter().chain(other.map(|(_, next)| next)) {
        let GatewayCode { number, message, meaning, remedy, .. } = code;
        let control = code.control.map_or("", Control::as_str);
        let (status, message) = (code.status.as_u16(), message.trim_end());
        writeln!(table, "| {number} | {status} | {message} | {control} | {meaning} | {remedy} |")
            .expect("a text takes all");
    }
    table
}

/// The codes as people look them up: two causes of one number are one.
pub fn one_per_number() -> impl Iterator<Item = &'static GatewayCode> {
    let is_first = |at: usize| at == 0 || ALL[at - 1].number != ALL[at].number;
    (0..ALL.len()).filter(move |&at| is_first(at)).map(|at| ALL[at])
}

macro_rules! table {
    ($(
        $name:ident = $number:literal $status:ident { $family:expr }
            $message:literal, $description:expr, $control:expr;
            $title:literal, $meaning:literal, $remedy:expr;
    )*) => {
        $(
            #[doc = concat!("`", $number, "`, `", $message, "`.")]
            pub static $name: GatewayCode = GatewayCode {
                number: $number,
                status: StatusCode::$status,
                family: $family,
                message: $message,
                description: $description,
                control: $control,
                title: $title,
                meaning: $meaning,
                remedy: $remedy,
            };
        )*

        /// Every code, in the order of the numbers.
        pub static ALL: &[&GatewayCode] = &[$(&$name),*];
    };
}

use Description::{
    AccessFailure, CheckCredentials, Plain, ScopeOfResource, SendHeader, SuspendedEndpoint,
};
use Family::{Blocked, Mediation, Other, Security, Throttling};

/// What to do about what passes.
pub(super) const LATER: &str = "Réessayer plus tard, en espaçant les essais.";

table! {
    MALFORMED = 400 BAD_REQUEST { Other }
        "Runtime Error", Plain("The request body is malformed"), None;
        "Corps mal formé", "Le corps de la requête n'est pas écrit comme HTTP le demande.",
        "Corriger l'encodage par morceaux (« Transfer-Encoding: chunked ») du client.";
    NO_API = 404 NOT_FOUND { Other }
        "Not Found", Plain("The requested resource is not available."), None;
        "Chemin inconnu", "Aucune API, ou aucune ressource de l'API, n'a ce chemin.",
        "Comparer le chemin au contrat de l'API.";
    NO_RESOURCE = 404 NOT_FOUND { Other }
        "Runtime Error", Plain("No matching resource found for given API Request"), None;
        "Chemin inconnu", "Aucune API, ou aucune ressource de l'API, n'a ce chemin.",
        "Comparer le chemin au contrat de l'API.";
    NO_METHOD = 405 METHOD_NOT_ALLOWED { Other }
        "Runtime Error", Plain("Method not allowed for given API resource"), None;
        "Méthode refusée", "La ressource existe, mais ne prend pas cette méthode HTTP.",
        "Comparer la méthode au contrat de l'API.";
    TOO_SLOW = 408 REQUEST_TIMEOUT { Other }
        "Runtime Error", Plain("The request did not arrive in time"), None;
        "Requête trop lente", "Le corps de la requête n'est pas arrivé à temps.",
        "Envoyer la requête sans interruption.";
    TOO_LARGE = 413 PAYLOAD_TOO_LARGE { Other }
        "Runtime Error", Plain("The request body is too large"), None;
        "Corps trop grand", "Le corps de la requête dépasse ce que la passerelle accepte.",
        "Réduire le corps de la requête.";
    UNAVAILABLE = 503 SERVICE_UNAVAILABLE { Other }
        "Service Unavailable", Plain("The service is temporarily unavailable"), None;
        "Service indisponible", "La passerelle, ou ce qui la précède, ne transmet pas l'appel : incident simulé.",
        LATER;
    GATEWAY_TIMEOUT = 504 GATEWAY_TIMEOUT { Other }
        "Gateway Timeout", Plain("The service did not answer in time"), None;
        "Délai dépassé", "La passerelle a attendu l'API trop longtemps : incident simulé.",
        LATER;
    RECEIVER_SENDING = 101_000 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Receiver IO error sending"), None;
        "Envoi interrompu", "La connexion vers l'API s'est rompue pendant l'envoi : incident simulé.",
        LATER;
    RECEIVER_RECEIVING = 101_001 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Receiver IO error receiving"), None;
        "Réception interrompue", "La connexion vers l'API s'est rompue pendant la réponse : incident simulé.",
        LATER;
    SENDER_SENDING = 101_500 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Error in Sender"), None;
        "Envoi impossible", "La passerelle n'a pas pu transmettre l'appel à l'API : incident simulé.",
        LATER;
    SENDER_RECEIVING = 101_501 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Error in Sender"), None;
        "Envoi impossible", "La passerelle n'a pas pu transmettre l'appel à l'API : incident simulé.",
        LATER;
    BACKEND_UNREACHABLE = 101_503 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Error connecting to the back end"), None;
        "Service injoignable (producteur)", "La passerelle n'a pas pu joindre l'API : incident simulé.",
        LATER;
    BACKEND_TIMEOUT = 101_504 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Send timeout"), None;
        "Service trop lent (producteur)", "L'API n'a pas répondu à temps à la passerelle : incident simulé.",
        LATER;
    BACKEND_CLOSED = 101_505 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Connection closed"), None;
        "Connexion fermée par le service (producteur)", "L'API a fermé la connexion avant de répondre : incident simulé.",
        LATER;
    BACKEND_NOT_HTTP = 101_506 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("HTTP protocol violation"), None;
        "Réponse illisible du service (producteur)", "L'API n'a pas respecté HTTP : incident simulé.",
        LATER;
    BACKEND_CANCELLED = 101_507 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Connection cancel"), None;
        "Connexion abandonnée", "La connexion vers l'API a été abandonnée : incident simulé.",
        LATER;
    CONNECTION_TIMEOUT = 101_508 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", Plain("Connection Timeout"), None;
        "Connexion trop lente", "La connexion vers l'API n'a pas abouti à temps : incident simulé.",
        LATER;
    ENDPOINT_SUSPENDED = 303_001 INTERNAL_SERVER_ERROR { Other }
        "Runtime Error", SuspendedEndpoint, None;
        "Service temporairement écarté (producteur)", "Après une panne, la passerelle n'appelle plus l'API pendant un moment : incident simulé.",
        LATER;
    API_BLOCKED = 700_700 SERVICE_UNAVAILABLE { Blocked }
        "API blocked", Plain("This API has been blocked temporarily. Please try again later or contact the system administrators."), None;
        "API bloquée", "L'éditeur de l'API l'a bloquée pour tous : incident simulé.",
        LATER;
    API_QUOTA = 900_800 TOO_MANY_REQUESTS { Throttling { next: true } }
        "Message throttled out", Plain("You have exceeded your quota"), Some(Control::Quota);
        "Débit de l'API dépassé", "Tous les appelants ensemble dépassent ce que l'API admet : incident simulé.",
        LATER;
    SATURATED = 900_801 SERVICE_UNAVAILABLE { Throttling { next: false } }
        "API Limit Reached", Plain("API not accepting requests"), None;
        "Passerelle saturée", "La passerelle a plus d'appels à la fois qu'elle n'en admet, ou un incident le simule.",
        LATER;
    RESOURCE_QUOTA = 900_802 TOO_MANY_REQUESTS { Throttling { next: true } }
        "Message throttled out", Plain("You have exceeded your quota"), Some(Control::Quota);
        "Débit de la ressource dépassé", "La ressource est appelée plus qu'elle ne l'admet : incident simulé.",
        LATER;
    APPLICATION_QUOTA = 900_803 TOO_MANY_REQUESTS { Throttling { next: true } }
        "Message throttled out", Plain("You have exceeded your quota"), Some(Control::Quota);
        "Débit de l'application dépassé", "L'application appelle plus que son palier ne l'admet : incident simulé.",
        LATER;
    SUBSCRIPTION_QUOTA = 900_804 TOO_MANY_REQUESTS { Throttling { next: true } }
        "Message throttled out", Plain("You have exceeded your quota"), Some(Control::Quota);
        "Quota épuisé", "Le nombre d'appels permis pour cette minute est atteint.",
        "Attendre l'heure de l'en-tête Retry-After avant l'appel suivant.";
    ADDRESS_BLOCKED = 900_805 FORBIDDEN { Throttling { next: false } }
        "Message blocked", Plain("You have been blocked from accessing the resource"), Some(Control::Address);
        "Adresse bloquée", "L'appel ne vient d'aucune des adresses déclarées par le partenaire.",
        "Appeler depuis une adresse déclarée, ou faire ajouter celle-ci à la convention.";
    CUSTOM_QUOTA = 900_806 TOO_MANY_REQUESTS { Throttling { next: true } }
        "Message throttled out", Plain("You have exceeded your quota"), Some(Control::Quota);
        "Débit d'une règle dépassé", "Une règle particulière de la passerelle limite ces appels : incident simulé.",
        LATER;
    BURST = 900_807 TOO_MANY_REQUESTS { Throttling { next: false } }
        "Message throttled out", Plain("You have exceeded your quota"), Some(Control::Quota);
        "Rafale refusée", "Trop d'appels en très peu de temps ; la réponse ne dit pas quand revenir : incident simulé.",
        LATER;
    KEY_MANAGER_DOWN = 900_900 INTERNAL_SERVER_ERROR { Security }
        "Unclassified Authentication Failure", Plain("Error while accessing backend services for API key validation"), Some(Control::TechnicalId);
        "Gestionnaire de clés injoignable", "La passerelle n'a pas pu vérifier le jeton : incident simulé.",
        LATER;
    INVALID_CREDENTIALS = 900_901 UNAUTHORIZED { Security }
        "Invalid Credentials", CheckCredentials, Some(Control::TechnicalId);
        "Identification invalide", "Le certificat ou le jeton présenté n'est pas acceptable, ou les deux ne sont pas du même partenaire.",
        "Lire le contrôle refusé : présenter le bon certificat, ou demander un nouveau jeton à /token.";
    MISSING_CREDENTIALS = 900_902 UNAUTHORIZED { Security }
        "Missing Credentials", SendHeader, Some(Control::TechnicalId);
        "Jeton absent", "La requête n'a pas d'en-tête « Authorization: Bearer <jeton> » lisible.",
        "Demander un jeton à /token et le joindre dans cet en-tête.";
    WRONG_TOKEN_TYPE = 900_905 UNAUTHORIZED { Security }
        "Incorrect Access Token Type is provided", AccessFailure, Some(Control::TechnicalId);
        "Type de jeton refusé", "Le jeton n'est pas du type que demande la ressource : incident simulé.",
        "Demander un jeton à /token de cette passerelle.";
    SUBSCRIPTION_BLOCKED = 900_907 UNAUTHORIZED { Security }
        "The requested API is temporarily blocked", AccessFailure, Some(Control::Identity);
        "Abonnement bloqué", "La convention est suspendue : la passerelle ne transmet rien tant qu'elle l'est.",
        "Régulariser la convention (homologation, questionnaire de sécurité), puis la faire rétablir.";
    FORBIDDEN = 900_908 FORBIDDEN { Security }
        "Resource forbidden ", Plain("User is NOT authorized to access the Resource. API Subscription validation failed."), Some(Control::Rights);
        "Ressource interdite", "La convention n'ouvre pas cette API, n'a pas commencé, ou est résiliée.",
        "Vérifier l'habilitation du partenaire pour cette API.";
    SUBSCRIPTION_INACTIVE = 900_909 UNAUTHORIZED { Security }
        "The subscription to the API is inactive", AccessFailure, Some(Control::Identity);
        "Abonnement inactif", "L'abonnement de l'application à l'API n'est pas actif : incident simulé.",
        "Faire rétablir l'abonnement ; réessayer n'y change rien.";
    MISSING_SCOPE = 900_910 FORBIDDEN { Security }
        "The access token does not allow you to access the requested resource", ScopeOfResource, Some(Control::Rights);
        "Scope manquant", "Le jeton ne porte pas le scope que demande cette ressource.",
        "Demander à /token un jeton avec ce scope, s'il est ouvert par la convention.";
    MISSING_CORRELATION = 910_000 BAD_REQUEST { Mediation }
        "Le paramètre X-Correlation-ID n'est pas présent dans le header HTTP",
        Plain("Le paramètre X-Correlation-ID n'est pas présent dans le header HTTP"), None;
        "Identifiant de corrélation absent",
        "Tous les contrôles sont passés, et l'appel n'a pas d'en-tête X-Correlation-ID, ou l'a vide. Il compte dans le quota.",
        "Joindre à chaque appel un en-tête X-Correlation-ID : un UUID, que la réponse rend.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_has_the_status_of_its_family() {
        assert!(ALL.windows(2).all(|pair| pair[0].number <= pair[1].number));
        for code in ALL.iter().filter(|code| code.family == Family::Security) {
            let status = match code.number {
                900_900 => 500,
                900_908 | 900_910 => 403,
                _ => 401, // apim-wire 2.2
            };
            assert_eq!(code.status.as_u16(), status, "{}", code.number);
        }
    }

    #[test]
    fn codes_that_the_product_never_raises_and_bare_statuses_cannot_be_ordered() {
        for number in ["900903", "900904", "900906", "404", "408", "12", "x", ""] {
            assert_eq!(GatewayCode::orderable(number), None, "{number}");
        }
        let throttled = GatewayCode::orderable("900804").map(|code| code.status.as_u16());
        assert_eq!(throttled, Some(429));
    }

    #[test]
    fn a_number_is_listed_once() {
        let listed: Vec<u32> = one_per_number().map(|code| code.number).collect();
        assert!(listed.windows(2).all(|pair| pair[0] < pair[1]), "{listed:?}");
        assert_eq!(listed[..3], [400, 404, 405]);
    }
}
