//! The test PKI: an authority, a server certificate, a client certificate per partner, and seven faulty ones.
//!
//! ```text
//! certs/ca.pem ca.key         the authority: it carries a marker extension, so that it is never taken for another
//!       crl.pem               its list of revoked certificates
//!       server.pem server.key
//!       token.key             signs access tokens (RSA 2048)
//!       token-previous-*.key  signed them before; what they signed is still accepted (put there by whoever rotates)
//!       console.token         opens a console that is bound elsewhere than on loopback, where none is configured
//!       clients/<partner>.pem .key .p12, and <partner>-combined.pem: certificate and key in one file
//!       clients/invalid/<fault>.pem .key
//! ```
//!
//! [`ensure`] writes what is missing and never rewrites what is there; [`load`] reads what the server needs. Everything is
//! valid from 2019 to 2049 (*decision*), so that a test can move the clock by years; the faulty ones have one fault only,
//! and otherwise carry the identity of a real sample partner. All of it is made on the user's machine from the system's
//! randomness: two installations share no key.
//!
//! Keys are ECDSA P-256, or RSA 2048 where the folder was made so ([`Keys`]); what is added later is of the authority's kind.
//!
//! # Design
//! A crash at any point leaves a folder that the next start completes: each file appears whole (written beside, then
//! renamed), a key before its certificate, and a key without certificate gets one. A certificate without its key is the
//! user's doing and is refused, because the only cure would be to rewrite it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use self::{authority::Authority, files::Folder};
pub use self::{
    bundle::{Bundle, client_bundle},
    console::{console_token, console_token_file},
    error::PkiError,
    faulty::FaultyClient,
    keys::Keys,
    material::{MARKER, Material, TokenKeys, load, token_key_files},
    pkcs12::PASSWORD,
    public::{client_certificate, public_file},
};

mod authority;
mod bundle;
mod console;
mod error;
mod faulty;
mod files;
mod issue_faulty;
mod keys;
mod material;
mod pkcs12;
mod public;
#[cfg(test)]
mod tests;

/// What a folder must hold.
#[derive(Clone, Debug)]
pub struct PkiPlan {
    /// Who gets a client certificate.
    pub partners: Vec<Holder>,
    /// Whose identity the faulty certificates carry, so that their fault is all that is wrong with them.
    pub faulty_as: Holder,
    /// Names and addresses of the server besides `localhost`, `127.0.0.1`, `::1` and `bacasable`.
    pub server_names: Vec<String>,
    /// The user's own PKI: nothing is issued, and the authority need not be ours.
    pub own_pki: bool,
    /// The kind of keys that the folder must have; none: its authority's, ECDSA P-256 for a new folder.
    pub keys: Option<Keys>,
}

/// Whom a client certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The partner's id: the common name, and the name of the files (letters, digits, `-`, `_`, `.`).
    pub id: String,
    /// The organisation's name.
    pub organisation: String,
    /// Its SIRET, shown as organizationIdentifier `NTRFR-<siret>`.
    pub siret: Option<String>,
}

/// What [`ensure`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PkiReport {
    /// The files written, in order.
    pub created: Vec<PathBuf>,
    /// Names asked for that the server certificate kept from earlier does not cover.
    pub uncovered_names: Vec<String>,
}

/// Completes the folder: writes what `plan` asks for and is missing, and nothing else.
///
/// # Errors
/// A folder that cannot be written, a file that cannot be used, a key that is not its certificate's, an authority that is
/// not bacasable's, keys of another kind than `plan` asks for; with `own_pki`, the files that the user has to provide.
pub fn ensure(dir: &Path, plan: &PkiPlan, now: Timestamp) -> Result<PkiReport, PkiError> {
    ensure_step_by_step(dir, plan, now, &mut || {})
}

/// The same; `step` is called after each partner.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_step_by_step(
    dir: &Path,
    plan: &PkiPlan,
    now: Timestamp,
    step: &mut dyn FnMut(),
) -> Result<PkiReport, PkiError> {
    if plan.own_pki {
        return ensure_own(dir);
    }
    if let Some(holder) = plan.partners.iter().find(|holder| !is_file_name(&holder.id)) {
        return Err(PkiError::PartnerName { id: holder.id.clone() });
    }
    if let Some(holder) = plan.partners.iter().find(|holder| holder.id.ends_with(files::COMBINED)) {
        return Err(PkiError::CombinedName { id: holder.id.clone() });
    }
    let mut folder = Folder::new(dir);
    if let Some(asked) = plan.keys {
        keys::check(&folder, plan, asked)?;
    }
    if !complete(&folder, plan)? {
        let _alone = folder.lock()?;
        issue(&mut folder, plan, now, step)?;
    }
    let uncovered_names = match folder.created(files::SERVER.certificate()) {
        true => Vec::new(),
        false => material::uncovered(&folder, &plan.server_names)?,
    };
    Ok(PkiReport { created: folder.into_created(), uncovered_names })
}

/// Another certificate of the same name, beside the partner's own: what a renewal brings. One made earlier is kept. Returns its
/// name below `clients/`.
///
/// # Errors
/// An authority whose key is not in the folder, a folder that cannot be written.
pub fn renewed(dir: &Path, holder: &Holder) -> Result<String, PkiError> {
    if !is_file_name(&holder.id) {
        return Err(PkiError::PartnerName { id: holder.id.clone() });
    }
    let mut folder = Folder::new(dir);
    let name = format!("{}.renewed", holder.id);
    let _alone = folder.lock()?;
    let authority = Authority::open_or_create(&mut folder, None)?;
    authority.client(&mut folder, &files::client(&name), holder)?;
    Ok(name)
}

fn issue(
    folder: &mut Folder,
    plan: &PkiPlan,
    now: Timestamp,
    step: &mut dyn FnMut(),
) -> Result<(), PkiError> {
    std::thread::scope(|scope| {
        // An RSA key takes longer than all the rest.
        let token_key = match folder.has(files::TOKEN_KEY)? {
            true => None,
            // Where no thread is to be had, it is made when its turn comes.
            false => {
                Some(std::thread::Builder::new().spawn_scoped(scope, authority::token_key).ok())
            }
        };
        let authority = Authority::open_or_create(folder, plan.keys)?;
        authority.server(folder, &plan.server_names)?;
        if !folder.has(files::CRL)? {
            folder.write(files::CRL, &authority.revocation_list(now)?)?;
        }
        for holder in &plan.partners {
            let pair = files::client(&holder.id);
            authority.client(folder, &pair, holder)?;
            if !folder.has(&pair.pkcs12())? {
                let (der, keys) = (authority.der(), authority.keys());
                let store = pkcs12::store(folder, &pair, &holder.id, der, keys)?;
                folder.write_private(&pair.pkcs12(), &store)?;
            }
            if !folder.has(&pair.combined())? {
                let mut both = folder.read(&pair.certificate())?;
                both.extend(folder.read(&pair.key())?);
                folder.write_private(&pair.combined(), &both)?;
            }
            step();
        }
        for fault in FaultyClient::ALL {
            authority.faulty(folder, fault, &plan.faulty_as)?;
        }
        if let Some(key) = token_key {
            let key = match key {
                Some(thread) => thread.join().map_err(|_| PkiError::Keys {
                    detail: "RSA key generation stopped".to_owned(),
                })??,
                None => authority::token_key()?,
            };
            folder.write_private(files::TOKEN_KEY, key.as_bytes())?;
        }
        Ok(())
    })
}

/// The user brings authority and server; only the key that signs tokens is made.
fn ensure_own(dir: &Path) -> Result<PkiReport, PkiError> {
    let mut folder = Folder::new(dir);
    let mut missing = Vec::new();
    for file in [files::CA.certificate(), files::SERVER.certificate(), files::SERVER.key()] {
        if !folder.has(&file)? {
            missing.push(file);
        }
    }
    if !missing.is_empty() {
        return Err(PkiError::OwnPkiIncomplete { dir: dir.to_owned(), missing });
    }
    if !folder.has(files::TOKEN_KEY)? {
        let _alone = folder.lock()?;
        let key = authority::token_key()?;
        folder.write_private(files::TOKEN_KEY, key.as_bytes())?;
    }
    Ok(PkiReport { created: folder.into_created(), ..PkiReport::default() })
}

/// Whether every file is there. The authority's key is needed only to issue: a folder complete without it will do.
fn complete(folder: &Folder, plan: &PkiPlan) -> Result<bool, PkiError> {
    let partners = plan.partners.iter().map(|holder| files::client(&holder.id));
    let invalid = FaultyClient::ALL.into_iter().map(files::invalid);
    let mut wanted =
        vec![files::CA.certificate(), files::CRL.to_owned(), files::TOKEN_KEY.to_owned()];
    wanted.extend(partners.clone().flat_map(|pair| [pair.pkcs12(), pair.combined()]));
    wanted.extend(
        [files::SERVER]
            .into_iter()
            .chain(partners)
            .chain(invalid)
            .flat_map(|pair| [pair.certificate(), pair.key()]),
    );
    for file in wanted {
        if !folder.has(&file)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether an id can be a file's name, on every system.
fn is_file_name(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&id.len()) && id.bytes().all(plain) && !id.starts_with('.')
}
