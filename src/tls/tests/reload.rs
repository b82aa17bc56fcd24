//! Certificates replaced under a running server.

use std::{fs, path::Path, sync::Arc, time::Duration};

use rcgen::{
    CertificateRevocationListParams, Issuer, KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber,
    date_time_ymd,
};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tempfile::TempDir;
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

use super::{
    super::*,
    harness::{Client, FOLDER, Server, forgetful, now, soon},
};
use crate::pki::{self, Holder, PkiPlan};

/// A server that follows a copy of the folder.
struct Followed {
    server: Server,
    dir: TempDir,
    nudge: Arc<Notify>,
    outcomes: mpsc::UnboundedReceiver<Result<(), ReloadError>>,
    _task: Aborted,
}

struct Aborted(JoinHandle<()>);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Followed {
    async fn start(pace: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for file in ["ca.pem", "ca.key", "crl.pem", "server.pem", "server.key", "token.key"] {
            fs::copy(FOLDER.path().join(file), dir.path().join(file)).unwrap();
        }
        let server = Server::http().await;
        let (tell, outcomes) = mpsc::unbounded_channel();
        let nudge = Arc::new(Notify::new());
        let source = CertificateFolder { dir: dir.path().to_owned(), own_pki: false };
        let served = source.stamps();
        let follow = source.follow(
            served,
            Arc::clone(&server.endpoint),
            pace,
            Arc::clone(&nudge),
            move |outcome| {
                let _ = tell.send(outcome.map(drop));
            },
        );
        let _task = Aborted(tokio::spawn(follow));
        Self { server, dir, nudge, outcomes, _task }
    }

    async fn outcome(&mut self) -> Result<(), ReloadError> {
        soon(self.outcomes.recv()).await.expect("the task runs")
    }
}

/// A list that names the sample partner.
fn revoke_sample(dir: &Path) {
    let sample =
        CertificateDer::from_pem_file(FOLDER.path().join("clients/editeur-demo.pem")).unwrap();
    let (_, sample) = x509_parser::parse_x509_certificate(&sample).unwrap();
    let key = KeyPair::from_pem(&fs::read_to_string(dir.join("ca.key")).unwrap()).unwrap();
    let issuer =
        Issuer::from_ca_cert_pem(&fs::read_to_string(dir.join("ca.pem")).unwrap(), key).unwrap();
    let list = CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 11, 22),
        next_update: date_time_ymd(2040, 1, 1),
        crl_number: SerialNumber::from(vec![9]),
        issuing_distribution_point: None,
        revoked_certs: vec![RevokedCertParams {
            serial_number: SerialNumber::from(sample.raw_serial().to_vec()),
            revocation_time: date_time_ymd(2026, 11, 22),
            reason_code: None,
            invalidity_date: None,
        }],
        key_identifier_method: KeyIdMethod::Sha256,
    };
    // Whole at once, where a link leads: a look at the folder may come at any moment.
    let there = fs::canonicalize(dir.join("crl.pem")).unwrap();
    fs::write(there.with_extension("new"), list.signed_by(&issuer).unwrap().pem().unwrap())
        .unwrap();
    fs::rename(there.with_extension("new"), there).unwrap();
}

const OFTEN: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_list_replaced_on_disk_stops_an_open_connection_at_its_next_request() {
    let mut followed = Followed::start(OFTEN).await;
    let mut open = Client::with("editeur-demo").connect(&followed.server).await.unwrap();
    assert!(open.get("/").await.unwrap().1.ends_with("good"));
    revoke_sample(followed.dir.path());
    followed.outcome().await.unwrap();
    let (status, text) = open.get("/").await.unwrap();
    assert_eq!(status, 200, "the connection goes on");
    assert!(text.contains("revoked since 2026-11-22"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_list_behind_a_link_is_followed_as_a_plain_one() {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut followed = Followed::start(OFTEN).await;
    let list = followed.dir.path().join("crl.pem");
    fs::copy(&list, elsewhere.path().join("crl.pem")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("crl.pem"), list.with_extension("new"))
        .unwrap();
    fs::rename(list.with_extension("new"), &list).unwrap();
    followed.outcome().await.unwrap();
    revoke_sample(followed.dir.path());
    assert!(list.is_symlink());
    followed.outcome().await.unwrap();
    let (_, text) = Client::with("editeur-demo").get(&followed.server, "/").await.unwrap();
    assert!(text.contains("revoked"), "{text}");
}

#[tokio::test]
async fn a_nudge_reads_the_folder_at_once() {
    let mut followed = Followed::start(NEVER).await;
    revoke_sample(followed.dir.path());
    followed.nudge.notify_one();
    followed.outcome().await.unwrap();
    let (_, text) = Client::with("editeur-demo").get(&followed.server, "/").await.unwrap();
    assert!(text.contains("revoked"), "{text}");
}

#[tokio::test]
async fn another_authority_and_server_come_into_force_together() {
    let mut followed = Followed::start(NEVER).await;
    let other = tempfile::tempdir().unwrap();
    let holder =
        Holder { id: "editeur-demo".to_owned(), organisation: "X".to_owned(), siret: None };
    let plan = PkiPlan {
        partners: Vec::new(),
        faulty_as: holder,
        server_names: Vec::new(),
        own_pki: false,
        keys: None,
    };
    pki::ensure(other.path(), &plan, now()).unwrap();
    for file in ["ca.pem", "crl.pem", "server.pem", "server.key"] {
        fs::copy(other.path().join(file), followed.dir.path().join(file)).unwrap();
    }
    let mut open = forgetful(Client::with("editeur-demo")).connect(&followed.server).await.unwrap();
    followed.nudge.notify_one();
    followed.outcome().await.unwrap();
    let (_, text) = open.get("/").await.unwrap();
    assert!(text.contains("not a trusted authority"), "{text}");
    let refused = forgetful(Client::with("editeur-demo")).connect(&followed.server).await;
    assert!(
        refused.unwrap_err().to_string().contains("certificate"),
        "the client trusts the former authority only"
    );
}

#[tokio::test]
async fn what_cannot_be_used_is_told_and_changes_nothing() {
    let mut followed = Followed::start(NEVER).await;
    let key = followed.dir.path().join("server.key");
    let kept = fs::read(&key).unwrap();
    fs::copy(followed.dir.path().join("ca.key"), &key).unwrap();
    followed.nudge.notify_one();
    let fault = followed.outcome().await.unwrap_err().to_string();
    assert!(fault.contains("server.key") && fault.contains("server.pem"), "{fault}");
    let client = Client::with("editeur-demo");
    assert!(client.get(&followed.server, "/").await.unwrap().1.ends_with("good"));

    fs::write(&key, kept).unwrap();
    let foreign = tempfile::tempdir().unwrap();
    let holder = Holder { id: "x".to_owned(), organisation: "X".to_owned(), siret: None };
    let plan = PkiPlan {
        partners: Vec::new(),
        faulty_as: holder,
        server_names: Vec::new(),
        own_pki: false,
        keys: None,
    };
    pki::ensure(foreign.path(), &plan, now()).unwrap();
    fs::copy(foreign.path().join("crl.pem"), followed.dir.path().join("crl.pem")).unwrap();
    followed.nudge.notify_one();
    assert!(matches!(followed.outcome().await, Err(ReloadError::Trust(_))));
    let (_, text) = client.get(&followed.server, "/").await.unwrap();
    assert!(text.contains("editeur-demo good"), "{text}");
}
