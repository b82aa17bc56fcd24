use std::sync::OnceLock;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa,
};
use proptest::prelude::*;

use super::*;
use crate::clock::Clock;

fn der() -> &'static [u8] {
    static DER: OnceLock<Vec<u8>> = OnceLock::new();
    DER.get_or_init(fresh_der)
}

fn fresh_der() -> Vec<u8> {
    let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    der.as_ref().to_vec()
}

fn key() -> SigningKey {
    SigningKey::from_pkcs8(der()).unwrap()
}

fn tokens() -> Tokens {
    Tokens::new(KeyRing::new(key(), Vec::new()), Dialect::Wso2V3)
}

fn request(reissue: TokenReissue) -> TokenRequest<'static> {
    TokenRequest {
        key: "editeur-demo",
        scopes: vec!["b".into(), "a".into()],
        lifetime: SignedDuration::from_hours(1),
        reissue,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn verify(tokens: &Tokens, text: &str, now: Timestamp) -> Result<Arc<Token>, TokenFault> {
    tokens.verify(text, now, SignedDuration::ZERO)
}

#[test]
fn a_token_lives_one_hour_and_not_a_second_more() {
    let tokens = tokens();
    let issued = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert!(verify(&tokens, &issued.access_token, at(3599)).is_ok());
    assert_eq!(
        verify(&tokens, &issued.access_token, at(3600)),
        Err(TokenFault::Expired { since: at(3600) })
    );
    assert!(tokens.verify(&issued.access_token, at(3600), SignedDuration::from_secs(300)).is_ok());
}

#[test]
fn scopes_are_sorted_behind_the_application_scope() {
    let issued = tokens().issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert_eq!(issued.token.scope(), "a am_application_scope b");
    let none = TokenRequest { scopes: vec![], ..request(TokenReissue::Keep) };
    assert_eq!(tokens().issue(none, at(0)).unwrap().token.scope(), "am_application_scope default");
}

#[test]
fn another_server_with_the_same_key_accepts_the_token() {
    let issued = tokens().issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert_eq!(verify(&tokens(), &issued.access_token, at(1)).unwrap().key, "editeur-demo");
}

#[test]
fn in_4x_the_application_scope_is_not_there() {
    let tokens = Tokens::new(KeyRing::new(key(), Vec::new()), Dialect::Wso2V4);
    let scope = |scopes: &[&str]| {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        tokens
            .issue(TokenRequest { scopes, ..request(TokenReissue::Keep) }, at(0))
            .unwrap()
            .token
            .scope()
    };
    assert_eq!((scope(&[]).as_str(), scope(&["b", "a", "B"]).as_str()), ("default", "B a b"));
}

#[test]
fn a_token_of_another_key_is_forged() {
    let other = SigningKey::from_pkcs8(&fresh_der()).unwrap();
    let other = Tokens::new(KeyRing::new(other, Vec::new()), Dialect::Wso2V3);
    let issued = other.issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert_eq!(verify(&tokens(), &issued.access_token, at(1)), Err(TokenFault::Forged));
}

#[test]
fn the_header_is_the_products_and_names_the_digest_of_the_public_key() {
    let text = tokens().issue(request(TokenReissue::Keep), at(0)).unwrap().access_token;
    let url = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let decoded =
        |text: &str| String::from_utf8(base64::Engine::decode(&url, text).unwrap()).unwrap();
    let header = decoded(text.split('.').next().unwrap());
    let rest = header.strip_prefix("{\"x5t\":\"").unwrap();
    let (x5t, rest) = rest.split_once('"').unwrap();
    assert_eq!(rest, format!(",\"kid\":\"{x5t}_RS256\",\"alg\":\"RS256\"}}"));
    let hexadecimal = decoded(x5t);
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    assert!(hexadecimal.len() == 64 && hexadecimal.bytes().all(is_digit), "{hexadecimal}");
}

/// Before version 0.2 a key was named by the digest of its PKCS#1 form.
#[test]
fn a_token_with_the_former_name_of_the_key_still_verifies_until_its_end() {
    let pair = aws_lc_rs::signature::RsaKeyPair::from_pkcs8(der()).unwrap();
    let public = aws_lc_rs::signature::KeyPair::public_key(&pair).as_ref();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, public);
    let url = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let old = base64::Engine::encode(&url, digest.as_ref());
    let header = serde_json::json!({ "typ": "JWT", "alg": "RS256", "kid": format!("{old}_RS256"), "x5t": old });
    let young = tokens().issue(request(TokenReissue::Keep), at(0)).unwrap();
    let token = crafted(header, serde_json::to_value(Claims::new(&young.token)).unwrap(), rs256);
    assert!(verify(&tokens(), &token, at(1)).is_ok());
    let end = at(3600);
    assert_eq!(verify(&tokens(), &token, end), Err(TokenFault::Expired { since: end }));
}

#[test]
fn a_former_key_verifies_until_it_is_taken_away_and_its_tokens_still_end() {
    let tokens = tokens();
    let old = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap().access_token;
    let fresh = fresh_der();
    let new = || SigningKey::from_pkcs8(&fresh).unwrap();
    tokens.rotate(KeyRing::new(new(), vec![key(), key()]));
    let young = tokens.issue(request(TokenReissue::Keep), at(1)).unwrap().access_token;
    assert!(verify(&tokens, &old, at(2)).is_ok() && verify(&tokens, &young, at(2)).is_ok());
    let jwks: serde_json::Value = serde_json::from_str(&tokens.jwks()).unwrap();
    let kids: Vec<_> =
        jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
    let kid = |text: &str| jsonwebtoken::decode_header(text).unwrap().kid.unwrap();
    assert_eq!(kids, [kid(&young), kid(&old)]);
    assert_eq!(verify(&tokens, &old, at(3600)), Err(TokenFault::Expired { since: at(3600) }));
    tokens.rotate(KeyRing::new(new(), Vec::new()));
    assert_eq!(
        verify(&tokens, &old, at(3)),
        Err(TokenFault::Forged),
        "verified before, and forgotten"
    );
    assert!(verify(&tokens, &young, at(3)).is_ok());
}

/// A token whose parts are these, signed as it says with our key where the algorithm is RS256.
fn crafted(
    header: serde_json::Value,
    claims: serde_json::Value,
    sign: impl FnOnce(&str) -> Vec<u8>,
) -> String {
    let encode = |bytes: &[u8]| {
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes)
    };
    let message = format!(
        "{}.{}",
        encode(header.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    format!("{message}.{}", encode(&sign(&message)))
}

fn rs256(message: &str) -> Vec<u8> {
    let pair = aws_lc_rs::signature::RsaKeyPair::from_pkcs8(der()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    let padding = &aws_lc_rs::signature::RSA_PKCS1_SHA256;
    pair.sign(padding, &random, message.as_bytes(), &mut signature).unwrap();
    signature
}

#[test]
fn each_way_to_forge_a_token_is_refused_and_named() {
    use jsonwebtoken::{Algorithm, EncodingKey};
    use serde_json::json;

    let tokens = tokens();
    let good = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap().access_token;
    let kid = jsonwebtoken::decode_header(&good).unwrap().kid.unwrap();
    let jwks: serde_json::Value = serde_json::from_str(&tokens.jwks()).unwrap();
    let modulus = jwks["keys"][0]["n"].as_str().unwrap().to_owned();
    let stranger_pair = aws_lc_rs::signature::RsaKeyPair::from_pkcs8(&fresh_der()).unwrap();
    let claims = |issuer: &str| {
        json!({ "sub": "x@carbon.super", "aut": "APPLICATION", "aud": "x", "nbf": at(0).as_second(), "azp": "x",
                "scope": "default", "iss": issuer, "exp": at(9000).as_second(), "iat": at(0).as_second(), "jti": "1",
                "client_id": "editeur-demo" })
    };
    let ours = || claims(key::ISSUER);
    let header = |alg: &str| json!({ "alg": alg, "typ": "JWT", "kid": kid });
    let hmac = |secret: Vec<u8>| {
        move |message: &str| {
            let signed = jsonwebtoken::crypto::sign(
                message.as_bytes(),
                &EncodingKey::from_secret(&secret),
                Algorithm::HS256,
            );
            base64::Engine::decode(
                &base64::engine::general_purpose::URL_SAFE_NO_PAD,
                signed.unwrap(),
            )
            .unwrap()
        }
    };
    let stranger = |message: &str| {
        let mut signature = vec![0; stranger_pair.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        let padding = &aws_lc_rs::signature::RSA_PKCS1_SHA256;
        stranger_pair.sign(padding, &random, message.as_bytes(), &mut signature).unwrap();
        signature
    };
    assert!(
        verify(&tokens, &crafted(header("RS256"), ours(), rs256), at(1)).is_ok(),
        "the craft itself is sound"
    );
    let nothing = |_: &str| Vec::new();
    let without_kid = json!({ "alg": "RS256", "typ": "JWT" });
    let critical = |crit: serde_json::Value| json!({ "alg": "RS256", "kid": kid, "crit": crit });
    let own_jwk = json!({ "alg": "RS256", "kid": kid, "jwk": { "kty": "RSA", "n": "AQAB", "e": "AQAB" }, "jku": "http://x/" });
    let parts: Vec<&str> = good.split('.').collect();
    for (wrong, fault, what) in [
        (crafted(header("none"), ours(), nothing), TokenFault::Forged, "no algorithm"),
        (crafted(header("None"), ours(), nothing), TokenFault::Forged, "no algorithm, disguised"),
        (
            crafted(header("HS256"), ours(), hmac(modulus.into_bytes())),
            TokenFault::Forged,
            "HMAC with the public modulus",
        ),
        (
            crafted(header("HS256"), ours(), hmac(tokens.jwks().into_bytes())),
            TokenFault::Forged,
            "HMAC with the JWKS",
        ),
        (
            crafted(header("RS512"), ours(), rs256),
            TokenFault::Forged,
            "another algorithm of the same key",
        ),
        (crafted(header("PS256"), ours(), rs256), TokenFault::Forged, "another padding"),
        (
            crafted(header("ES256"), ours(), |_| vec![0; 64]),
            TokenFault::Forged,
            "a null ECDSA signature",
        ),
        (crafted(without_kid, ours(), rs256), TokenFault::Forged, "no kid"),
        (
            crafted(json!({ "alg": "RS256", "kid": "x" }), ours(), rs256),
            TokenFault::Forged,
            "another kid",
        ),
        (crafted(critical(json!(["b64"])), ours(), rs256), TokenFault::Critical, "an extension"),
        (crafted(critical(json!([])), ours(), rs256), TokenFault::Critical, "no extension named"),
        (crafted(critical(json!(null)), ours(), rs256), TokenFault::Critical, "crit that is null"),
        (
            crafted(critical(json!("exp")), ours(), rs256),
            TokenFault::Forged,
            "crit that is no list",
        ),
        (crafted(own_jwk, ours(), stranger), TokenFault::Forged, "a key brought along"),
        (crafted(header("RS256"), ours(), stranger), TokenFault::Forged, "a stranger's signature"),
        (
            crafted(header("RS256"), claims("https://x/oauth2/token"), rs256),
            TokenFault::Foreign,
            "another issuer",
        ),
        (crafted(header("RS256"), claims(""), rs256), TokenFault::Foreign, "no issuer"),
        (
            crafted(header("RS256"), json!({ "iss": key::ISSUER }), rs256),
            TokenFault::Forged,
            "claims missing",
        ),
        (crafted(header("RS256"), json!([]), rs256), TokenFault::Opaque, "no claims"),
        (format!("{}.{}.AAAA", parts[0], parts[1]), TokenFault::Forged, "a short signature"),
        (format!("{}.{}.", parts[0], parts[1]), TokenFault::Forged, "an empty signature"),
        (format!("{}.{}", parts[0], parts[1]), TokenFault::Malformed, "two parts"),
        (format!("{good}.x"), TokenFault::Malformed, "four parts"),
        ("...".to_owned(), TokenFault::Malformed, "dots"),
        ("..".to_owned(), TokenFault::Opaque, "empty parts"),
        ("a.b.c".to_owned(), TokenFault::Opaque, "no base64"),
        ("0c1bd2a8-1f2e-3a4b-9c5d-6e7f8a9b0c1d".to_owned(), TokenFault::Opaque, "an opaque token"),
        (String::new(), TokenFault::Opaque, "nothing"),
        ("x".repeat(10_000), TokenFault::Opaque, "long, and opaque"),
        (
            format!("{}.{}.{}", "x".repeat(5_000), "y".repeat(5_000), "z"),
            TokenFault::Malformed,
            "oversized",
        ),
    ] {
        assert_eq!(verify(&tokens, &wrong, at(1)), Err(fault), "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_token_that_was_cut_or_changed_anywhere_is_refused(at_byte in 0usize..900, flip in 1u8..128) {
        let tokens = tokens();
        let good = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap().access_token;
        let place = at_byte % good.len();
        prop_assert!(verify(&tokens, &good[..place], at(1)).is_err());
        let mut bytes = good.into_bytes();
        bytes[place] = (bytes[place] ^ flip) & 0x7f;
        prop_assert!(verify(&tokens, &String::from_utf8(bytes).unwrap(), at(1)).is_err());
    }

    #[test]
    fn no_text_panics(text in "[ -~é]{0,40}(\\.[ -~]{0,40}){0,4}") {
        prop_assert!(verify(&tokens(), &text, at(1)).is_err());
    }
}

#[test]
fn a_revoked_token_is_refused_even_when_it_was_verified_before() {
    let tokens = tokens();
    let issued = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert!(verify(&tokens, &issued.access_token, at(1)).is_ok());
    assert_eq!(tokens.revoke(&issued.access_token, "somebody-else", at(1)), Err(NotYours));
    assert!(tokens.revoke(&issued.access_token, "editeur-demo", at(1)).unwrap().is_some());
    assert_eq!(verify(&tokens, &issued.access_token, at(1)), Err(TokenFault::Revoked));
    assert_eq!(tokens.revoke("nonsense", "editeur-demo", at(1)), Ok(None));
}

#[test]
fn asking_again_keeps_revokes_or_repeats_as_told() {
    let tokens = tokens();
    let ask = |reissue, second| tokens.issue(request(reissue), at(second)).unwrap().access_token;
    let (first, second) = (ask(TokenReissue::Keep, 0), ask(TokenReissue::Keep, 0));
    assert!(verify(&tokens, &first, at(1)).is_ok() && verify(&tokens, &second, at(1)).is_ok());
    let (third, fourth) =
        (ask(TokenReissue::RevokePrevious, 0), ask(TokenReissue::RevokePrevious, 0));
    assert_eq!(verify(&tokens, &third, at(1)), Err(TokenFault::Revoked));
    assert!(verify(&tokens, &fourth, at(1)).is_ok());
    let fifth = ask(TokenReissue::Same, 10);
    assert_eq!(ask(TokenReissue::Same, 20), fifth);
    assert_ne!(ask(TokenReissue::Same, 10 + 3600), fifth);
}

#[test]
fn a_token_from_the_future_is_not_accepted_yet() {
    let tokens = tokens();
    let issued = tokens.issue(request(TokenReissue::Keep), at(100)).unwrap();
    assert_eq!(
        verify(&tokens, &issued.access_token, at(0)),
        Err(TokenFault::NotYet { from: at(100) })
    );
}

#[test]
fn revoking_all_refuses_what_was_issued_before_even_what_is_forgotten_and_nothing_issued_after() {
    let before_the_restart = tokens().issue(request(TokenReissue::Keep), at(0)).unwrap();
    let tokens = tokens();
    let before = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap();
    tokens.revoke_all(None);
    let after = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap();
    for revoked in [&before_the_restart, &before] {
        assert_eq!(verify(&tokens, &revoked.access_token, at(1)), Err(TokenFault::Revoked));
    }
    assert!(verify(&tokens, &after.access_token, at(1)).is_ok());
    assert_eq!(tokens.active(at(1)), [after.token]);
}

#[test]
fn a_skew_is_granted_before_a_token_s_time_as_after_it() {
    let tokens = tokens();
    let issued = tokens.issue(request(TokenReissue::Keep), at(1_000)).unwrap();
    let judged = |now, skew| {
        tokens.verify(&issued.access_token, at(now), SignedDuration::from_secs(skew)).map(drop)
    };
    let early = Err(TokenFault::NotYet { from: at(1_000) });
    assert_eq!((judged(999, 0), judged(999, 1), judged(700, 300)), (early, Ok(()), Ok(())));
    assert_eq!(judged(699, 300), early);
    assert!(judged(4_899, 300).is_ok() && judged(4_900, 300).is_err());
}

#[test]
fn a_revocation_of_all_is_known_to_have_come_after_what_was_asked_before() {
    let tokens = tokens();
    let since = |key, asked| tokens.revoked_since(key, asked);
    let first = Clock::instant();
    assert!(!since("editeur-demo", first));
    tokens.revoke_all(Some("editeur-demo"));
    assert!(since("editeur-demo", first) && !since("cellule-fraude", first));
    std::thread::sleep(std::time::Duration::from_millis(1));
    let second = Clock::instant();
    assert!(!since("editeur-demo", second));
    tokens.revoke_all(None);
    assert!(since("editeur-demo", second) && since("cellule-fraude", second));
}

#[test]
fn revoking_all_of_one_application_leaves_the_others_alone() {
    let other = || TokenRequest { key: "cellule-fraude", ..request(TokenReissue::Keep) };
    let others_before_the_restart = tokens().issue(other(), at(0)).unwrap();
    let tokens = tokens();
    let (mine, others) = (
        tokens.issue(request(TokenReissue::Keep), at(0)).unwrap(),
        tokens.issue(other(), at(0)).unwrap(),
    );
    tokens.revoke_all(Some("editeur-demo"));
    assert_eq!(verify(&tokens, &mine.access_token, at(1)), Err(TokenFault::Revoked));
    for kept in [&others_before_the_restart, &others] {
        assert!(verify(&tokens, &kept.access_token, at(1)).is_ok());
    }
    let again = tokens.issue(request(TokenReissue::Keep), at(1)).unwrap();
    assert!(verify(&tokens, &again.access_token, at(1)).is_ok());
    tokens.revoke_all(None);
    for revoked in [&again, &others] {
        assert_eq!(verify(&tokens, &revoked.access_token, at(1)), Err(TokenFault::Revoked));
    }
}

#[test]
fn a_token_that_was_handed_out_again_is_not_after_a_revocation_of_all() {
    let tokens = tokens();
    let first = tokens.issue(request(TokenReissue::Same), at(0)).unwrap();
    assert_eq!(
        tokens.issue(request(TokenReissue::Same), at(1)).unwrap().access_token,
        first.access_token
    );
    tokens.revoke_all(Some("editeur-demo"));
    let second = tokens.issue(request(TokenReissue::Same), at(2)).unwrap();
    assert_ne!(second.access_token, first.access_token);
    assert!(verify(&tokens, &second.access_token, at(3)).is_ok());
}

#[test]
fn identifiers_stay_version_4_and_differ() {
    let tokens = tokens();
    let ids: Vec<_> = (0..3)
        .map(|_| tokens.issue(request(TokenReissue::Keep), at(0)).unwrap().token.id.clone())
        .collect();
    assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).unwrap().get_version_num() == 4));
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
}

/// So many tokens of the application that one more revocation finds no room; they end in this many seconds.
fn revoke_many(tokens: &Tokens, key: &'static str, seconds: i64) {
    for _ in 0..super::revocations::REVOKED {
        let id = tokens.ledger.id(key);
        let (key, expires) = (key.to_owned(), at(seconds));
        let token = Token { id, key, scopes: Vec::new(), issued: at(0), expires };
        tokens.ledger.revoke(&token, at(0));
    }
}

#[test]
fn revocations_of_one_application_never_make_anothers_revoked_token_good_again() {
    let tokens = tokens();
    let other = TokenRequest { key: "cellule-fraude", ..request(TokenReissue::Keep) };
    let others = tokens.issue(other.clone(), at(0)).unwrap().access_token;
    let theirs_alive = tokens.issue(other, at(0)).unwrap().access_token;
    tokens.revoke(&others, "cellule-fraude", at(0)).unwrap();
    let issue = || tokens.issue(request(TokenReissue::Keep), at(0)).unwrap().access_token;
    let (first, alive) = (issue(), issue());
    tokens.revoke(&first, "editeur-demo", at(0)).unwrap();
    revoke_many(&tokens, "editeur-demo", 1_000_000);
    assert_eq!(verify(&tokens, &others, at(1)), Err(TokenFault::Revoked));
    assert!(verify(&tokens, &theirs_alive, at(1)).is_ok());
    // There was no room for the last one: all that the application had is refused, and it is named once.
    assert_eq!(verify(&tokens, &first, at(1)), Err(TokenFault::Revoked));
    assert_eq!(verify(&tokens, &alive, at(1)), Err(TokenFault::Revoked));
    assert_eq!((tokens.outgrown(), tokens.outgrown()), (vec!["editeur-demo".to_owned()], vec![]));
    let fresh = issue();
    assert!(verify(&tokens, &fresh, at(1)).is_ok(), "what is issued afterwards counts");
    tokens.revoke(&fresh, "editeur-demo", at(1)).unwrap();
    assert_eq!(verify(&tokens, &fresh, at(1)), Err(TokenFault::Revoked));
}

#[test]
fn a_token_that_replaces_another_is_good_even_where_its_revocation_finds_no_room() {
    let tokens = tokens();
    let ask = || tokens.issue(request(TokenReissue::RevokePrevious), at(0)).unwrap().access_token;
    let mut last = ask();
    for _ in 0..3 {
        revoke_many(&tokens, "editeur-demo", 1_000_000);
        let next = ask();
        assert_eq!(verify(&tokens, &last, at(1)), Err(TokenFault::Revoked));
        assert!(verify(&tokens, &next, at(1)).is_ok());
        last = next;
    }
}

#[test]
fn two_replicas_that_outgrow_an_era_apart_come_to_the_same_and_a_document_of_before_changes_nothing()
 {
    let (one, two) = (tokens(), tokens());
    two.adopt(one.eras());
    let before = one.eras();
    [&one, &two].into_iter().for_each(|tokens| tokens.events().open());
    let old = one.issue(request(TokenReissue::Keep), at(0)).unwrap().access_token;
    for tokens in [&one, &two] {
        revoke_many(tokens, "editeur-demo", 1_000_000);
        tokens.make_room("editeur-demo", at(0));
        assert_eq!(verify(tokens, &old, at(1)), Err(TokenFault::Revoked));
    }
    assert_eq!(one.eras(), two.eras());
    let fresh = one.issue(request(TokenReissue::Keep), at(1)).unwrap().access_token;
    assert!(one.has_news() && verify(&two, &fresh, at(2)).is_ok());
    one.adopt(before);
    assert_eq!(verify(&one, &old, at(2)), Err(TokenFault::Revoked), "nobody else knew it yet");
    assert!(verify(&one, &fresh, at(2)).is_ok() && one.has_news());
    one.adopt(two.eras());
    assert!(!one.has_news());
    // A revocation of all by somebody else is a later word.
    two.revoke_all(Some("editeur-demo"));
    one.adopt(two.eras());
    assert_eq!(verify(&one, &fresh, at(2)), Err(TokenFault::Revoked));
}
