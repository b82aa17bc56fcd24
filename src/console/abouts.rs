//! What people say about each partner's rehearsal: reports hold it.

use crate::{recette::report::About, sandbox::Sandbox};

/// What is said about a partner's; nothing where another version wrote what this one cannot read.
pub(super) fn of(sandbox: &Sandbox, partner: &str) -> About {
    let Some(said) = sandbox.abouts.of(partner) else { return About::default() };
    serde_json::from_value(said).unwrap_or_else(|error| {
        tracing::warn!(%partner, %error, "what was said of a rehearsal cannot be read: another version wrote it");
        About::default()
    })
}

/// Puts this in its place.
///
/// # Errors
/// The file that keeps it cannot be written.
pub(super) fn put(sandbox: &Sandbox, partner: &str, about: &About) -> Result<(), String> {
    let said = serde_json::to_value(about).map_err(|error| error.to_string())?;
    sandbox.abouts.put(partner, said)
}

/// Where it is kept, and for how long, in French.
pub(super) fn whereabouts(sandbox: &Sandbox) -> String {
    let shared = sandbox.config.state.url.is_some();
    let replicas = if shared { " Les répliques le partagent." } else { "" };
    match sandbox.abouts.file() {
        Some(file) => format!(
            "Ce qui est saisi ici figure dans le rapport et survit à l'arrêt du serveur, dans le fichier {} placé à côté de celui du \
             journal.{replicas}",
            file.display()
        ),
        None if shared => "Ce qui est saisi ici figure dans le rapport. Les répliques le partagent, tant que le stockage partagé le conserve."
            .to_owned(),
        None => "Ce qui est saisi ici figure dans le rapport, jusqu'à l'arrêt du serveur ; avec le réglage journal.file, il est conservé à côté \
                 du journal."
            .to_owned(),
    }
}
