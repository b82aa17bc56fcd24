//! What the journal holds of what was asked: nothing, unless `journal.values` asks for it; never a credential.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Reply, World};

const PERSON: &str = "/r2p/v1/personne/spi?nom=VALBRUNE&access_token=jeton-en-clair";
const IBAN: &str = "FR7699010000010000010100185";

#[tokio::test(flavor = "multi_thread")]
async fn by_default_no_value_and_with_values_those_of_requests_but_no_credential() {
    for values in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let world = World::with(|config| {
            config.journal.file = Some(path.clone());
            config.journal.values = values;
        })
        .await;
        let partner = world.partner("editeur-demo").await;
        partner.get(PERSON).await;
        partner.ficoba("numCpte", "0020", json!({ "iban": IBAN, "verificationCompte": "0" })).await;
        let token = partner.obtain_token("editeur-demo", None).await;
        let form = [("token", token.as_str())];
        let revoke = partner
            .bare(Method::POST, "/revoke")
            .basic_auth("editeur-demo", Some("secret-editeur-demo"));
        assert_eq!(Reply::read(revoke.form(&form)).await.status, 200);
        let shown = world.console(Method::GET, "/admin/v1/journal", None).await.text;
        world.server.stop().await;
        for told in [shown, std::fs::read_to_string(&path).unwrap()] {
            for value in ["VALBRUNE", IBAN, "test d'intégration"] {
                assert_eq!(told.contains(value), values, "{value} in {told}");
            }
            let (_, signature) = token.rsplit_once('.').unwrap();
            for secret in
                ["secret-editeur-demo", signature, "jeton-en-clair", "Bearer", "client_secret"]
            {
                assert!(!told.contains(secret), "{secret} in {told}");
            }
        }
    }
}

#[tokio::test]
async fn what_looks_real_is_not_kept_even_so() {
    let world = World::with(|config| config.journal.values = true).await;
    let partner = world.partner("editeur-demo").await;
    let iban = "FR7630006000011234567890189"; // a bank's published example
    partner.ficoba("numCpte", "0020", json!({ "iban": iban, "verificationCompte": "0" })).await;
    let entry = world.last_entry().await;
    assert_eq!((&entry["vigilance"], entry.get("values")), (&json!(["iban"]), None));
    assert!(!entry.to_string().contains(iban));
}

#[tokio::test]
async fn an_entry_says_how_its_request_came_and_why_its_body_could_not_be_read() {
    let world = World::with(|config| config.gateway.http2 = false).await;
    let partner = world.partner("editeur-demo").await;
    let send = async |coding: Option<&str>, body: Vec<u8>| {
        let request = partner.request(reqwest::Method::POST, NUM_CPTE).body(body);
        let request = match coding {
            Some(coding) => request.header("Content-Encoding", coding),
            None => request,
        };
        let reply = Reply::read(request.header("Content-Type", "application/json")).await;
        assert_eq!(reply.outcome(), "400 CAT002");
        let entry = world.last_entry().await;
        assert_eq!(entry["http"], "HTTP/1.1");
        assert!(entry["resumed"].is_boolean(), "{entry}");
        (reply.header("X-Bacasable-Reason").to_owned(), entry)
    };
    let (reason, entry) = send(Some("gzip"), b"\x1f\x8b\x08".to_vec()).await;
    assert_eq!(reason, "Corps compresse (Content-Encoding : gzip), qui n'est pas decompresse.");
    assert_eq!(entry["content_encoding"], "gzip");
    assert!(entry["note"].as_str().unwrap().contains("compressé"), "{entry}");
    let (reason, entry) = send(None, "\u{feff}{}".as_bytes().to_vec()).await;
    assert!(reason.contains("BOM") && entry["note"].as_str().unwrap().contains("BOM"), "{reason}");
    let (reason, entry) = send(None, b"{".to_vec()).await;
    let expected = "Le JSON s'arrete avant sa fin (ligne 1, colonne 1).";
    assert_eq!((reason.as_str(), entry.get("note")), (expected, None));
}

const NUM_CPTE: &str = "/fcb-masrestit/api/v2/comptes/numCpte";
