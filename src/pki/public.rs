//! What of the folder may be shown to anyone who reaches the console: never a key of the authority, of the server or of tokens.

use std::path::{Path, PathBuf};

use rustls_pki_types::{CertificateDer, pem::PemObject};

use super::{
    FaultyClient,
    files::{self, Folder},
    is_file_name,
};

/// The file of this name below the folder, when its name is one that may be given away: the authority's certificate, the
/// list of revoked ones, and the clients' files, keys included. With the user's own PKI no client's is: its keys may be
/// real ones.
pub fn public_file(dir: &Path, own_pki: bool, name: &str) -> Option<PathBuf> {
    let given = match name.strip_prefix("clients/") {
        None => name == files::CA.certificate() || name == files::CRL,
        Some(_) if own_pki => false,
        Some(client) => is_client_file(client),
    };
    given.then(|| dir.join(name))
}

/// A client's certificate as it lies in the folder, then what follows it in the file; nothing when there is none. `name` is
/// a partner's id, or `invalid/` and the name of a fault.
pub fn client_certificate(dir: &Path, name: &str) -> Option<Vec<CertificateDer<'static>>> {
    let file = files::client(name).certificate();
    if !is_client_file(file.strip_prefix("clients/")?) {
        return None;
    }
    let pem = Folder::new(dir).read(&file).ok()?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().ok()?;
    (!chain.is_empty()).then_some(chain)
}

fn is_client_file(name: &str) -> bool {
    let faulty = |stem: &str| FaultyClient::ALL.iter().any(|fault| fault.name() == stem);
    match name.strip_prefix("invalid/") {
        Some(invalid) => invalid
            .rsplit_once('.')
            .is_some_and(|(stem, kind)| faulty(stem) && ["pem", "key"].contains(&kind)),
        None => name.rsplit_once('.').is_some_and(|(stem, kind)| {
            is_file_name(stem) && ["pem", "key", "p12"].contains(&kind)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str) -> bool {
        public_file(Path::new("certs"), false, name).is_some()
    }

    #[test]
    fn the_authority_s_certificate_its_list_and_the_clients_files_are_given() {
        for name in [
            "ca.pem",
            "crl.pem",
            "clients/a.pem",
            "clients/a.key",
            "clients/a.p12",
            "clients/a-combined.pem",
            "clients/invalid/expired.key",
        ] {
            assert!(given(name), "{name}");
        }
        assert_eq!(
            public_file(Path::new("certs"), false, "ca.pem"),
            Some(PathBuf::from("certs/ca.pem"))
        );
    }

    #[test]
    fn no_other_key_and_nothing_outside_the_folder_is() {
        for name in [
            "ca.key",
            "server.key",
            "server.pem",
            "token.key",
            "console.token",
            ".lock",
            "",
            "clients/",
            "clients/.pem",
            "clients/../ca.key",
            "clients/..key",
            "clients/a/b.pem",
            "clients/a.txt",
            "clients/invalid/other.pem",
            "clients/invalid/../../ca.key",
            "../certs/ca.key",
            "/etc/passwd",
        ] {
            assert!(!given(name), "{name}");
        }
    }

    #[test]
    fn keys_of_the_user_s_own_clients_stay_where_they_are() {
        assert_eq!(public_file(Path::new("certs"), true, "clients/a.key"), None);
        assert!(public_file(Path::new("certs"), true, "ca.pem").is_some());
    }
}
