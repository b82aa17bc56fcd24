//! Who may call: partners and their conventions, one per DataPass habilitation (`fixtures/conventions/*.toml`).
//!
//! A [`Convention`] gathers what the DGFiP keeps of a partner: its certificates and addresses, its application at the
//! gateway, its life cycle (CGU FICOBA 3.4 and 14), and one grant per API. A [`Directory`] is immutable; a change at run
//! time makes another one.

mod amend;
mod conventions;
mod copy;
mod differences;
mod file;
mod life;
mod rivals;
mod shared;
mod spread;
mod written;

use std::{collections::HashMap, fmt, path::Path, sync::Arc};

use foldhash::fast::RandomState;
use ipnet::IpNet;
use jiff::Timestamp;

pub use self::life::{Life, State};
use crate::{
    domain::Siret,
    fixtures::{self, Diagnostic, Ids},
    peer::{ClientCertificate, Fingerprint},
    rights::{ApiId, Grants},
};

/// Every convention, found by id, by application and by certificate.
#[derive(Clone, Debug)]
pub struct Directory {
    conventions: Vec<Arc<Convention>>,
    by_id: Index<String, usize>,
    by_key: Index<String, usize>,
    by_common_name: Index<String, Vec<usize>>,
    by_subject: Index<String, Vec<usize>>,
    by_fingerprint: Index<Fingerprint, Vec<usize>>,
}

/// What is found by a name that a convention declares: no caller fills it, so a quick hash does.
type Index<K, V> = HashMap<K, V, RandomState>;

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
    /// What it opens, API by API.
    pub grants: Grants,
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
    /// The `ID_Teleservice` header that the convention declares, if it does (borrowed from the DGFiP's other APIs).
    pub id_teleservice: Option<String>,
}

/// How a certificate is recognised as a partner's: every part that is given must agree. A partner that renews its
/// certificate declares both, with an overlap, and the former one ends on its date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateRule {
    /// The subject's common name.
    pub common_name: Option<String>,
    /// The whole subject, as [`ClientCertificate::subject`] writes it.
    pub subject: Option<String>,
    /// The whole issuer, likewise.
    pub issuer: Option<String>,
    /// SHA-256 of the DER.
    pub fingerprint: Option<Fingerprint>,
    /// From when it counts.
    pub from: Option<Timestamp>,
    /// From when it no longer does.
    pub until: Option<Timestamp>,
}

/// Why a certificate is no partner's at a given moment.
#[derive(Clone, Copy, Debug)]
pub enum Unowned<'a> {
    /// No convention declares it.
    Undeclared,
    /// A convention declares it for later.
    NotYet {
        /// Whose it will be.
        convention: &'a Arc<Convention>,
        from: Timestamp,
    },
    /// A convention no longer declares it.
    NoLonger { convention: &'a Arc<Convention>, since: Timestamp },
}

impl Directory {
    /// The sample conventions, completed or replaced by those of a fixtures folder.
    ///
    /// # Errors
    /// Everything wrong in every file, at once: syntax, unknown keys, values, two conventions that share a consumer key.
    pub fn load(dir: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        let sources = fixtures::folder("conventions", conventions::EMBEDDED, dir)?;
        let mut faults = Vec::new();
        let mut read: Vec<Option<(fixtures::Source, Convention)>> = Vec::new();
        let mut places = HashMap::new();
        let mut ids = Ids::default();
        for source in sources {
            match file::convention(&source) {
                Ok(convention) => {
                    if let Err(message) = ids.take(&convention.id, &source) {
                        faults.push(source.fault("id", message));
                        continue;
                    }
                    if let Some(earlier) = places.insert(convention.id.clone(), read.len()) {
                        read[earlier] = None;
                    }
                    read.push(Some((source, convention)));
                }
                Err(wrong) => faults.extend(wrong),
            }
        }
        let read: Vec<_> = read.into_iter().flatten().collect();
        let conventions: Vec<_> = read.iter().map(|(_, one)| one).collect();
        faults.extend(rivals::among(&conventions).into_iter().map(|rivalry| {
            read[rivalry.of].0.fault(rivalry.key, rivalry.message).hint(rivalry.hint)
        }));
        if faults.is_empty() {
            Ok(Self::new(read.into_iter().map(|(_, one)| one)))
        } else {
            Err(faults)
        }
    }

    /// A directory of these conventions; their ids and consumer keys must differ (a later one is found first).
    pub fn new(conventions: impl IntoIterator<Item = Convention>) -> Self {
        let mut new = Self {
            conventions: Vec::new(),
            by_id: Index::default(),
            by_key: Index::default(),
            by_common_name: Index::default(),
            by_subject: Index::default(),
            by_fingerprint: Index::default(),
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
        let mut all: Vec<_> = others
            .map(|one| if one.id == id { replaced.take().unwrap_or(one) } else { one })
            .collect();
        all.extend(replaced);
        Self::new(all)
    }

    /// Every convention, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Convention>> {
        self.conventions.iter()
    }

    pub fn convention(&self, id: &str) -> Option<&Arc<Convention>> {
        self.by_id.get(id).map(|&at| &self.conventions[at])
    }

    /// The convention whose application has that consumer key.
    pub fn of_application(&self, key: &str) -> Option<&Arc<Convention>> {
        self.by_key.get(key).map(|&at| &self.conventions[at])
    }

    /// The convention that this certificate belongs to at `now`.
    ///
    /// # Errors
    /// No convention declares it, or only for another time.
    pub fn of_certificate(
        &self,
        certificate: &ClientCertificate,
        now: Timestamp,
    ) -> Result<&Arc<Convention>, Unowned<'_>> {
        let mut unowned = Unowned::Undeclared;
        for convention in self.candidates(certificate) {
            for rule in convention.certificates.iter().filter(|rule| rule.recognises(certificate)) {
                match (
                    rule.from.filter(|&from| now < from),
                    rule.until.filter(|&until| until <= now),
                ) {
                    (None, None) => return Ok(convention),
                    (Some(from), _) => unowned = Unowned::NotYet { convention, from },
                    (None, Some(since)) => unowned = Unowned::NoLonger { convention, since },
                }
            }
        }
        Err(unowned)
    }

    /// The convention that this certificate names, even when it is refused or declared for another time.
    pub fn named_by(
        &self,
        certificate: &ClientCertificate,
        now: Timestamp,
    ) -> Option<&Arc<Convention>> {
        match self.of_certificate(certificate, now) {
            Ok(convention) => Some(convention),
            Err(Unowned::NotYet { convention, .. } | Unowned::NoLonger { convention, .. }) => {
                Some(convention)
            }
            Err(Unowned::Undeclared) => None,
        }
    }

    /// The conventions with a rule that may recognise this certificate.
    fn candidates(
        &self,
        certificate: &ClientCertificate,
    ) -> impl Iterator<Item = &Arc<Convention>> {
        let printed = self.by_fingerprint.get(&certificate.fingerprint());
        let named = certificate.common_name().and_then(|name| self.by_common_name.get(name));
        let described = self.by_subject.get(certificate.subject());
        [printed, named, described].into_iter().flatten().flatten().map(|&at| &self.conventions[at])
    }

    fn insert(&mut self, convention: Arc<Convention>) {
        let at = self.conventions.len();
        self.by_id.insert(convention.id.clone(), at);
        self.by_key.insert(convention.application.key.clone(), at);
        for rule in &convention.certificates {
            match (rule.fingerprint, &rule.common_name, &rule.subject) {
                (Some(fingerprint), _, _) => {
                    self.by_fingerprint.entry(fingerprint).or_default().push(at)
                }
                (None, Some(name), _) => {
                    self.by_common_name.entry(name.clone()).or_default().push(at)
                }
                (None, None, Some(subject)) => {
                    self.by_subject.entry(subject.clone()).or_default().push(at)
                }
                (None, None, None) => {} // recognises nothing by itself
            }
        }
        self.conventions.push(convention);
    }
}

impl Convention {
    /// Calls per clock minute on an API, where it is subscribed.
    pub fn quota(&self, api: ApiId) -> Option<u32> {
        self.grants.get(api).map(|grant| grant.quota().get())
    }

    /// Every OAuth2 scope its application may be granted, in alphabetical order.
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut all: Vec<_> = self.grants.iter().flat_map(|(_, grant)| grant.scopes()).collect();
        all.sort_unstable();
        all
    }
}

impl CertificateRule {
    fn recognises(&self, certificate: &ClientCertificate) -> bool {
        let agrees = |wanted: &Option<String>, seen: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == seen
        };
        self.fingerprint.is_none_or(|wanted| wanted == certificate.fingerprint())
            && agrees(&self.common_name, certificate.common_name())
            && agrees(&self.subject, Some(certificate.subject()))
            && agrees(&self.issuer, Some(certificate.issuer()))
    }

    /// Whether there is a moment at which both count.
    fn overlaps(&self, other: &Self) -> bool {
        let ends_before = |one: &Self, two: &Self| {
            one.until.zip(two.from).is_some_and(|(until, from)| until <= from)
        };
        !ends_before(self, other) && !ends_before(other, self)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("conventions")).unwrap();
        for (name, rules) in files {
            let text = format!(
                "id = \"{name}\"\norganisation = \"X\"\ntitle = \"t\"\nsiret = \"00000000000000\"\n{rules}"
            );
            std::fs::write(dir.path().join(format!("conventions/{name}.toml")), text).unwrap();
        }
        dir
    }

    #[test]
    fn two_conventions_that_declare_one_certificate_for_the_same_time_are_refused() {
        let rule = |dates: &str| format!("[[certificates]]\ncommon_name = \"frontal\"\n{dates}\n");
        let loaded = |one: &str, two: &str| {
            let dir = folder(&[("un", &rule(one)), ("deux", &rule(two))]);
            Directory::load(Some(dir.path())).map(drop)
        };
        let fault = loaded("", "").unwrap_err().remove(0).to_string();
        assert!(fault.contains("certificates") && fault.contains("\"deux\""), "{fault}");
        assert!(loaded("until = 2026-12-31", "from = 2026-12-31").is_err(), "they share a day");
        assert!(loaded("until = 2026-12-30", "from = 2026-12-31").is_ok());
        assert!(loaded("issuer = \"CN=a\"", "issuer = \"CN=b\"").is_ok(), "two certificates");
        assert!(loaded("issuer = \"CN=a\"", "").is_err(), "whatever its issuer");
    }

    #[test]
    fn two_files_of_the_folder_with_one_id_are_refused_and_a_file_may_replace_an_embedded_one() {
        let dir = folder(&[("editeur-demo", "")]);
        let path = |name: &str| dir.path().join(format!("conventions/{name}.toml"));
        assert!(Directory::load(Some(dir.path())).is_ok());
        std::fs::copy(path("editeur-demo"), path("copie")).unwrap();
        let faults = Directory::load(Some(dir.path())).unwrap_err();
        let (copy, other) = (path("copie"), path("editeur-demo"));
        let expected = format!(
            "{}:1: id: \"editeur-demo\" is the id in {} too: keep one of the two files",
            other.display(),
            copy.display()
        );
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn two_conventions_that_share_a_consumer_key_are_refused() {
        let key = "[application]\nkey = \"partagee\"\n";
        let dir = folder(&[("un", key), ("deux", key)]);
        let faults = Directory::load(Some(dir.path())).unwrap_err();
        assert!(faults[0].message.contains("partagee"), "{}", faults[0]);
    }
}
