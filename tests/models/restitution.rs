//! What may be seen, against the rights: whatever the convention and the token open, an answer holds nothing of a group
//! that either keeps closed, and nothing that the fullest answer does not hold.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use axum::{Router, body::Body};
use bacasable::{
    clock::Clock,
    config::Config,
    domain::Motif,
    peer::{Peer, TlsFacts, TlsVersion},
    register::SampleCall,
    rights::{
        ApiId,
        ficoba::{DataScope, DataScopes, Modalities},
        r2p,
    },
    sandbox::Sandbox,
    server::Prepared,
    tokens,
};
use http::Request;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use proptest::{prelude::*, test_runner::TestRunner};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// A gateway in memory, and the partner that calls it.
struct World {
    sandbox: Arc<Sandbox>,
    router: Router,
    peer: Arc<Peer>,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

#[test]
fn an_answer_of_ficoba_holds_what_convention_and_token_open_together_and_no_more() {
    let world = World::new();
    let register = world.sandbox.register();
    let calls: Vec<_> =
        register.personas().iter().flat_map(|persona| &persona.calls).cloned().collect();
    let own_bank = "0022".parse().ok(); // a motif that is for a bank's own accounts: `editeur-demo` is none
    let tells = |call: &&SampleCall| {
        let SampleCall { api, motif, expect, .. } = call;
        *api == ApiId::Ficoba && expect.status == 200 && expect.code.is_none() && *motif != own_bank
    };
    let calls: Vec<_> = calls.iter().filter(tells).collect();
    assert!(calls.len() > 40, "{}", calls.len());
    let cases = (any::<prop::sample::Index>(), scopes(), scopes());
    let mut told = BTreeMap::<&str, usize>::new();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(300));
    let told_of = std::cell::RefCell::new(&mut told);
    runner
        .run(&cases, |(which, convention, token)| {
            let call = which.get(&calls);
            let full = leaves(&world.ficoba(call, DataScopes::ALL, DataScopes::ALL));
            let seen = world.ficoba(call, convention, token);
            // A token without any data scope narrows nothing.
            let open = if token.is_empty() { convention } else { convention.intersection(token) };
            for leaf in leaves(&seen) {
                prop_assert!(holds(&full, &leaf), "{leaf:?} is not in the fullest answer");
                let (path, _) = leaf;
                let Some(group) = group(&path) else { continue };
                prop_assert!(
                    group.iter().any(|scope| open.contains(*scope)),
                    "{path} with {open:?}: {seen}"
                );
                *told_of.borrow_mut().entry(group[0].as_str()).or_default() += 1;
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(
        told.len(),
        DataScope::ALL.len(),
        "each group was open and told at least once: {told:?}"
    );
}

#[test]
fn an_answer_of_r2p_holds_the_groups_of_its_modality_and_no_more() {
    let world = World::new();
    let full = leaves(&world.r2p(r2p::Restitution::EtatCivilAdresseSpi));
    for modality in r2p::Restitution::ALL {
        let seen = world.r2p(*modality);
        let groups: Vec<_> =
            seen["personnePhysique"].as_object().unwrap().keys().map(String::as_str).collect();
        let wanted: &[&str] = match modality {
            r2p::Restitution::EtatCivilAdresseSpi => &["identifiant", "etatCivil", "adresse"],
            r2p::Restitution::EtatCivilAdresse => &["etatCivil", "adresse"],
            r2p::Restitution::Spi => &["identifiant"],
        };
        assert_eq!(groups, wanted, "{modality:?}");
        assert!(leaves(&seen).iter().all(|leaf| holds(&full, leaf)), "{seen}");
    }
}

const MOTIFS: [&str; 7] = ["0001", "0003", "0005", "0020", "0021", "0100", "0101"];

/// Every set of data scopes.
fn scopes() -> impl Strategy<Value = DataScopes> {
    let every = DataScope::ALL;
    prop_oneof![
        Just(DataScopes::ALL),
        prop::sample::subsequence(every, 0..=every.len()).prop_map(DataScopes::from_iter),
    ]
}

/// Which scopes open a key (contract: DataPass); the key is told when one of them is open. `None` for what frames the data.
fn group(path: &str) -> Option<&'static [DataScope]> {
    const DATES: [&str; 4] = ["droitSurCompte", "dateDebutDroit", "dateFinDroit", "dateMaj"];
    let leaf = path.rsplit('.').next().unwrap_or_default();
    let within = |key: &str| path.split('.').any(|part| part == key);
    if within("caracteristiquesDemande")
        || ["referenceDemande", "code", "message", "horodatage"].contains(&leaf)
    {
        return None;
    }
    if within("caracteristiqueCompte") {
        return Some(&[DataScope::Compte]);
    }
    if within("etablissementGestionnaire") || leaf == "codeEtab" || within("guichet") {
        return Some(&[DataScope::EtablissementBancaire]);
    }
    if within("verificationCompte") {
        return Some(&[DataScope::RestitutionVerification]);
    }
    if within("ayantsDroits") || within("personneRecherche") {
        return match leaf {
            _ if within("adresse") => Some(&[DataScope::Adresse]),
            leaf if DATES.contains(&leaf) => Some(&[DataScope::Date]),
            "personneRecherchee" => Some(&[DataScope::EtatCivilDenomination, DataScope::Date]),
            _ => Some(&[DataScope::EtatCivilDenomination]),
        };
    }
    match leaf {
        "nombreReponses" | "nombreComptes" => None, // how many, for every search but multiDet, whose is checked by nRep
        "nRep" => Some(&[DataScope::NombreComptes]),
        "iban" | "nature" => Some(&[DataScope::Iban]),
        "dateOuverture" | "dateFiscale" => Some(&[DataScope::DateOuverture]),
        "codeMotifOuverture" | "libelleMotifOuverture" => Some(&[DataScope::MotifOuverture]),
        other => panic!("{other} ({path}) belongs to no group: say which in this table"),
    }
}

/// Every value of a document, as it is written, with the names that lead to it, whatever the place in an array.
fn leaves(value: &Value) -> HashSet<(String, String)> {
    fn walk(path: &str, value: &Value, all: &mut HashSet<(String, String)>) {
        match value {
            Value::Object(members) => {
                members
                    .iter()
                    .for_each(|(name, member)| walk(&format!("{path}.{name}"), member, all));
            }
            Value::Array(members) => members.iter().for_each(|member| walk(path, member, all)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                all.insert((path.to_owned(), value.to_string()));
            }
        }
    }
    let mut all = HashSet::new();
    walk("", value, &mut all);
    all
}

/// Whether the fullest answer has this value too. A reference is another one in each answer.
fn holds(full: &HashSet<(String, String)>, leaf: &(String, String)) -> bool {
    leaf.0.ends_with(".referenceDemande") || full.contains(leaf)
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            Config { certs: folder.path().join("certs"), population: 0, ..Config::default() };
        let certificate = config.certs.join("clients/editeur-demo.pem");
        let clock = Clock::frozen("2026-11-22T10:00:00Z".parse().unwrap());
        let Prepared { sandbox, gateway: router, .. } = Prepared::new(config, clock).unwrap();
        let chain = [CertificateDer::from_pem_file(certificate).unwrap()];
        let tls = TlsFacts { version: TlsVersion::V1_3, alpn: None, resumed: false };
        let peer = Arc::new(Peer::new(
            ([127, 0, 0, 1], 50_000).into(),
            Some(sandbox.trust.describe(&chain)),
            tls,
        ));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { sandbox, router, peer, runtime, _folder: folder }
    }

    /// What this call is answered when the convention and the token open these data.
    fn ficoba(&self, call: &SampleCall, convention: DataScopes, token: DataScopes) -> Value {
        self.sandbox.quotas.clear(None, None, self.sandbox.clock.now());
        self.sandbox.change_directory(|directory| {
            let mut changed = directory.convention("editeur-demo").unwrap().as_ref().clone();
            let grant = changed.grants.ficoba.as_mut().unwrap();
            (grant.scopes, grant.modalities) = (convention, Modalities::ALL);
            grant.motifs =
                MOTIFS.into_iter().map(|motif| motif.parse::<Motif>().unwrap()).collect();
            directory.with(changed)
        });
        let siret = self.sandbox.directory().convention("editeur-demo").unwrap().siret;
        let body = json!({
            "dateDemande": "2026-11-20", "motif": call.motif.unwrap().to_string(), "siretDemandeur": siret,
            "justification": "essai", "criteresRecherche": call.parameters,
        });
        let path = format!("/fcb-masrestit/api/v2/comptes/{}", call.operation);
        let scopes = token.iter().map(|scope| scope.as_str().to_owned()).collect();
        self.ask("POST", &path, scopes, body.to_string())
    }

    /// What the search by SPI is answered under this modality.
    fn r2p(&self, modality: r2p::Restitution) -> Value {
        self.sandbox.change_directory(|directory| {
            let mut changed = directory.convention("editeur-demo").unwrap().as_ref().clone();
            changed.grants.r2p.as_mut().unwrap().restitution = modality.into();
            directory.with(changed)
        });
        let scopes = vec!["api_r2p_recherche_personne_physique".to_owned()];
        self.ask("GET", "/r2p/v1/personne/3990000101192", scopes, String::new())
    }

    fn ask(&self, method: &str, path: &str, scopes: Vec<String>, body: String) -> Value {
        let (key, lifetime) = ("editeur-demo", SignedDuration::from_hours(1));
        let wanted = tokens::TokenRequest {
            key,
            scopes,
            lifetime,
            reissue: bacasable::config::TokenReissue::Same,
        };
        let token =
            self.sandbox.tokens.issue(wanted, self.sandbox.clock.now()).unwrap().access_token;
        let builder = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000")
            .header("x-request-id", "r-1")
            .header("content-type", "application/json");
        let mut request = builder.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(Arc::clone(&self.peer));
        let text = self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 200);
            response.into_body().collect().await.unwrap().to_bytes()
        });
        serde_json::from_slice(&text).unwrap()
    }
}
