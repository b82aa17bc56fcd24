//! What the console serves to everybody, token or not.

/// Where a browser gives the token.
pub(super) const LOGIN: &str = "/connexion";

/// What orchestrators ask.
pub(super) const PROBED: [&str; 3] = ["/health", "/ready", "/metrics"];

pub(super) fn is_free(path: &str) -> bool {
    PROBED.contains(&path) || path == LOGIN || path.starts_with("/assets/")
}
