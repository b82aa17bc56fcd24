//! The errors of the token endpoint (RFC 6749, 5.2): one table, from which answers, ordered faults and pages are made.

use http::StatusCode;

/// An error of the token endpoint.
#[derive(Debug, PartialEq, Eq)]
pub struct TokenError {
    pub error: &'static str,
    /// The HTTP status that the RFC gives it.
    pub status: StatusCode,
    /// `error_description` where nothing more is known, in the product's words (apim-wire 1.8).
    pub description: &'static str,
    /// A name for people, in French.
    pub title: &'static str,
    /// When it is given, in French.
    pub meaning: &'static str,
    /// What the caller can do, in French.
    pub remedy: &'static str,
}

impl TokenError {
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|one| one.error == name)
    }
}

pub static INVALID_REQUEST: TokenError = TokenError {
    error: "invalid_request",
    status: StatusCode::BAD_REQUEST,
    description: "Invalid request",
    title: "Demande de jeton mal formée",
    meaning: "Un paramètre manque, est répété, ou les identifiants sont donnés deux fois (RFC 6749, 5.2).",
    remedy: "Envoyer un formulaire avec grant_type=client_credentials et les identifiants une seule fois.",
};

pub static INVALID_CLIENT: TokenError = TokenError {
    error: "invalid_client",
    status: StatusCode::UNAUTHORIZED,
    description: "Client Authentication failed.",
    title: "Application inconnue",
    meaning: "La clé ou le secret de l'application n'est pas reconnu (RFC 6749, 5.2).",
    remedy: "Vérifier la clé et le secret sur la fiche du partenaire.",
};

pub static INVALID_GRANT: TokenError = TokenError {
    error: "invalid_grant",
    status: StatusCode::BAD_REQUEST,
    description: "Provided Authorization Grant is invalid",
    title: "Autorisation invalide",
    meaning: "L'autorisation présentée n'est pas acceptée (RFC 6749, 5.2) : incident simulé.",
    remedy: "Demander grant_type=client_credentials.",
};

pub static UNAUTHORIZED_CLIENT: TokenError = TokenError {
    error: "unauthorized_client",
    status: StatusCode::BAD_REQUEST,
    description: "The authenticated client is not authorized to use this authorization grant type",
    title: "Jeton d'une autre application",
    meaning: "L'application ne peut révoquer que ses propres jetons.",
    remedy: "Révoquer avec les identifiants de l'application qui a obtenu le jeton.",
};

pub static UNSUPPORTED_GRANT_TYPE: TokenError = TokenError {
    error: "unsupported_grant_type",
    status: StatusCode::BAD_REQUEST,
    description: "Unsupported grant_type value",
    title: "Type de jeton refusé",
    meaning: "Seul grant_type=client_credentials est servi (RFC 6749, 5.2).",
    remedy: "Demander grant_type=client_credentials.",
};

pub static INVALID_SCOPE: TokenError = TokenError {
    error: "invalid_scope",
    status: StatusCode::BAD_REQUEST,
    description: "Invalid Scope!",
    title: "Scope invalide",
    meaning: "Un scope demandé n'existe pas ou n'est pas ouvert (RFC 6749, 5.2) : incident simulé.",
    remedy: "Comparer les scopes demandés à ceux de la convention.",
};

pub static SERVER_ERROR: TokenError = TokenError {
    error: "server_error",
    status: StatusCode::INTERNAL_SERVER_ERROR,
    description: "Internal Server Error.",
    title: "Erreur du serveur de jetons",
    meaning: "Le jeton n'a pas pu être émis.",
    remedy: "Consulter le journal technique du serveur.",
};

pub static ALL: &[&TokenError] = &[
    &INVALID_REQUEST,
    &INVALID_CLIENT,
    &INVALID_GRANT,
    &UNAUTHORIZED_CLIENT,
    &UNSUPPORTED_GRANT_TYPE,
    &INVALID_SCOPE,
    &SERVER_ERROR,
];
