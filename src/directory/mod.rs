//! Who may call: partners and their conventions, one per DataPass habilitation (`fixtures/conventions/*.toml`).
//!
//! A [`Convention`] gathers what the DGFIP keeps of a partner: its certificates and addresses, its application at the
//! gateway, its life cycle (CGU FICOBA 3.4 and 14), and one grant per API. A [`Directory`] is immutable; a change at run
//! time makes another one.

mod amend;
mod conventions;
mod file;
mod life;

use std::{collections::HashMap, fmt, path::Path, sync::Arc};

use ipnet::IpNet;

pub use self::life::{Life, State};
use crate::{
    domain::Siret,
    fixtures::{self, Fault},
    peer::{ClientCertificate, Fingerprint},
    rights::{ApiId, ficoba, r2p},
};

/// Every convention, found by id, by application and by certificate.
#[derive(Clone, Debug)]
pub struct Directory {
    conventions: Vec<Arc<Convention>>,
    by_id: HashMap<String, usize>,
    by_key: HashMap<String, usize>,
    by_common_name: HashMap<String, Vec<usize>>,
    by_fingerprint: HashMap<Fingerprint, usize>,
}

/// One habilitation: who, with what, until when, for what.
#[derive(Clone, Debug)]
pub struct Convention {
    /// The partner's name in settings, journal and console; also the common name of its test certificate.
    pub id: String,
    /// The organisation, as people read it.
    pub organisation: String,
    /// The use case, as the DataPass form names it.
    pub title: String,
    /// The establishment that calls: `siretDemandeur` must be this one, `sirenDemandeur` its first nine digits.
    pub siret: Siret,
    /// The addresses that may call.
    pub networks: Vec<IpNet>,
    /// The certificates that are this partner's.
    pub certificates: Vec<CertificateRule>,
    /// The application registered at the gateway.
    pub application: Application,
    /// The convention's dates.
    pub life: Life,
    /// What it opens of FICOBA.
    pub ficoba: Option<ficoba::Grant>,
    /// What it opens of R2P.
    pub r2p: Option<r2p::Grant>,
}

/// The application at the gateway: the technical identity of the caller.
#[derive(Clone)]
pub struct Application {
    /// Its name in the gateway's store.
    pub name: String,
    /// The consumer key: `client_id`.
    pub key: String,
    /// The consumer secret; compared in constant time, never logged.
    pub secret: String,
    /// The `ID_Teleservice` header that the convention declares, if it does (borrowed from the DGFIP's other APIs).
    pub id_teleservice: Option<String>,
}

/// How a certificate is recognised as a partner's: every part that is given must agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRule {
    /// The subject's common name.
    pub common_name: Option<String>,
    /// The whole subject, as [`ClientCertificate::subject`] writes it.
    pub subject: Option<String>,
    /// The whole issuer, likewise.
    pub issuer: Option<String>,
    /// SHA-256 of the DER.
    pub fingerprint: Option<Fingerprint>,
}

impl Directory {
    /// The sample conventions, completed or replaced by those of a fixtures folder.
    ///
    /// # Errors
    /// Everything wrong in every file, at once: syntax, unknown keys, values, two conventions that share a consumer key.
    pub fn load(dir: Option<&Path>) -> Result<Self, Vec<Fault>> {
        let sources = fixtures::folder("conventions", conventions::EMBEDDED, dir)?;
        let mut faults = Vec::new();
        let mut read: Vec<(fixtures::Source, Convention)> = Vec::new();
        for source in sources {
            match file::convention(&source) {
                Ok(convention) => {
                    read.retain(|(_, earlier)| earlier.id != convention.id);
                    read.push((source, convention));
                }
                Err(wrong) => faults.extend(wrong),
            }
        }
        faults.extend(shared_keys(&read));
        if faults.is_empty() { Ok(Self::new(read.into_iter().map(|(_, one)| one))) } else { Err(faults) }
    }

    /// A directory of these conventions; their ids and consumer keys must differ (a later one is found first).
    pub fn new(conventions: impl IntoIterator<Item = Convention>) -> Self {
        let mut new = Self {
            conventions: Vec::new(),
            by_id: HashMap::new(),
            by_key: HashMap::new(),
            by_common_name: HashMap::new(),
            by_fingerprint: HashMap::new(),
        };
        for convention in conventions {
            new.insert(Arc::new(convention));
        }
        new
    }

    /// The same directory with this convention in the place of the one of its id, or added.
    #[must_use]
    pub fn with(&self, convention: Convention) -> Self {
        let others = self.conventions.iter().map(|one| Convention::clone(one));
        let id = convention.id.clone();
        let mut replaced = Some(convention);
        let mut all: Vec<_> =
            others.map(|one| if one.id == id { replaced.take().unwrap_or(one) } else { one }).collect();
        all.extend(replaced);
        Self::new(all)
    }

    /// Every convention, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Convention>> {
        self.conventions.iter()
    }

    /// The convention of that id.
    pub fn convention(&self, id: &str) -> Option<&Arc<Convention>> {
        self.by_id.get(id).map(|&at| &self.conventions[at])
    }

    /// The convention whose application has that consumer key.
    pub fn of_application(&self, key: &str) -> Option<&Arc<Convention>> {
        self.by_key.get(key).map(|&at| &self.conventions[at])
    }

    /// The convention that this certificate belongs to.
    pub fn of_certificate(&self, certificate: &ClientCertificate) -> Option<&Arc<Convention>> {
        if let Some(&at) = self.by_fingerprint.get(&certificate.fingerprint()) {
            let convention = &self.conventions[at];
            if convention.owns(certificate) {
                return Some(convention);
            }
        }
        let candidates = self.by_common_name.get(certificate.common_name().unwrap_or_default());
        let named = candidates.into_iter().flatten().map(|&at| &self.conventions[at]);
        let unnamed = self.by_common_name.get("").into_iter().flatten().map(|&at| &self.conventions[at]);
        named.chain(unnamed).find(|convention| convention.owns(certificate))
    }

    fn insert(&mut self, convention: Arc<Convention>) {
        let at = self.conventions.len();
        self.by_id.insert(convention.id.clone(), at);
        self.by_key.insert(convention.application.key.clone(), at);
        for rule in &convention.certificates {
            if let Some(fingerprint) = rule.fingerprint {
                self.by_fingerprint.insert(fingerprint, at);
            } else {
                self.by_common_name.entry(rule.common_name.clone().unwrap_or_default()).or_default().push(at);
            }
        }
        self.conventions.push(convention);
    }
}

impl Convention {
    /// Whether one of its rules recognises this certificate.
    pub fn owns(&self, certificate: &ClientCertificate) -> bool {
        self.certificates.iter().any(|rule| rule.recognises(certificate))
    }

    /// Calls per clock minute on an API, where it is subscribed.
    pub fn quota(&self, api: ApiId) -> Option<u32> {
        match api {
            ApiId::Ficoba => self.ficoba.as_ref().map(|grant| grant.quota.get()),
            ApiId::R2p => self.r2p.as_ref().map(|grant| grant.quota.get()),
        }
    }

    /// Every OAuth2 scope its application may be granted, in alphabetical order.
    pub fn scopes(&self) -> Vec<&'static str> {
        let ficoba = self.ficoba.iter().flat_map(|grant| grant.scopes.iter().map(ficoba::DataScope::as_str));
        let r2p = self.r2p.iter().flat_map(|grant| grant.scopes.iter().map(r2p::Scope::as_str));
        let mut all: Vec<_> = ficoba.chain(r2p).collect();
        all.sort_unstable();
        all
    }
}

impl CertificateRule {
    fn recognises(&self, certificate: &ClientCertificate) -> bool {
        let agrees = |wanted: &Option<String>, seen: Option<&str>| wanted.is_none() || wanted.as_deref() == seen;
        self.fingerprint.is_none_or(|wanted| wanted == certificate.fingerprint())
            && agrees(&self.common_name, certificate.common_name())
            && agrees(&self.subject, Some(certificate.subject()))
            && agrees(&self.issuer, Some(certificate.issuer()))
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, key, secret: _, id_teleservice } = self;
        f.debug_struct("Application")
            .field("name", name)
            .field("key", key)
            .field("id_teleservice", id_teleservice)
            .finish_non_exhaustive()
    }
}

fn shared_keys(read: &[(fixtures::Source, Convention)]) -> Vec<Fault> {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    let mut faults = Vec::new();
    for (source, convention) in read {
        if let Some(owner) = owners.insert(&convention.application.key, &convention.id) {
            let key = &convention.application.key;
            let message = format!("the consumer key {key:?} is already that of the convention {owner:?}");
            faults.push(source.fault("application.key", message).hint("give each convention a key of its own"));
        }
    }
    faults
}
