use std::sync::OnceLock;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa,
};

use super::*;

fn der() -> &'static [u8] {
    static DER: OnceLock<Vec<u8>> = OnceLock::new();
    DER.get_or_init(fresh_der)
}

fn fresh_der() -> Vec<u8> {
    let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    der.as_ref().to_vec()
}

fn tokens() -> Tokens {
    Tokens::new(SigningKey::from_pkcs8(der()).unwrap())
}

fn request(reissue: TokenReissue) -> Request<'static> {
    Request {
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
    assert_eq!(verify(&tokens, &issued.access_token, at(3600)), Err(TokenFault::Expired { since: at(3600) }));
    assert!(tokens.verify(&issued.access_token, at(3600), SignedDuration::from_secs(300)).is_ok());
}

#[test]
fn scopes_are_sorted_behind_the_application_scope() {
    let issued = tokens().issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert_eq!(issued.token.scope(), "a am_application_scope b");
    let none = Request { scopes: vec![], ..request(TokenReissue::Keep) };
    assert_eq!(tokens().issue(none, at(0)).unwrap().token.scope(), "am_application_scope default");
}

#[test]
fn another_server_with_the_same_key_accepts_the_token() {
    let issued = tokens().issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert_eq!(verify(&tokens(), &issued.access_token, at(1)).unwrap().key, "editeur-demo");
}

#[test]
fn a_token_of_another_key_is_foreign() {
    let other = Tokens::new(SigningKey::from_pkcs8(&fresh_der()).unwrap());
    let issued = other.issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert_eq!(verify(&tokens(), &issued.access_token, at(1)), Err(TokenFault::Foreign));
}

#[test]
fn tampering_and_confusion_of_algorithms_are_refused() {
    let tokens = tokens();
    let text = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap().access_token;
    let parts: Vec<_> = text.split('.').collect();
    let none =
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, br#"{"alg":"none","typ":"JWT"}"#);
    for wrong in [
        format!("{none}.{}.", parts[1]),
        format!("{}.{}.AAAA", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        text[..text.len() - 2].to_owned(),
        "x".repeat(10_000),
        String::new(),
    ] {
        assert!(verify(&tokens, &wrong, at(1)).is_err(), "{wrong}");
    }
}

#[test]
fn a_revoked_token_is_refused_even_when_it_was_verified_before() {
    let tokens = tokens();
    let issued = tokens.issue(request(TokenReissue::Keep), at(0)).unwrap();
    assert!(verify(&tokens, &issued.access_token, at(1)).is_ok());
    assert_eq!(tokens.revoke(&issued.access_token, "somebody-else"), Err(NotYours));
    assert!(tokens.revoke(&issued.access_token, "editeur-demo").unwrap().is_some());
    assert_eq!(verify(&tokens, &issued.access_token, at(1)), Err(TokenFault::Revoked));
    assert_eq!(tokens.revoke("nonsense", "editeur-demo"), Ok(None));
}

#[test]
fn asking_again_keeps_revokes_or_repeats_as_told() {
    let tokens = tokens();
    let ask = |reissue, second| tokens.issue(request(reissue), at(second)).unwrap().access_token;
    let (first, second) = (ask(TokenReissue::Keep, 0), ask(TokenReissue::Keep, 0));
    assert!(verify(&tokens, &first, at(1)).is_ok() && verify(&tokens, &second, at(1)).is_ok());
    let (third, fourth) = (ask(TokenReissue::RevokePrevious, 0), ask(TokenReissue::RevokePrevious, 0));
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
    assert_eq!(verify(&tokens, &issued.access_token, at(0)), Err(TokenFault::NotYet { from: at(100) }));
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
fn revoking_all_of_one_application_leaves_the_others_alone() {
    let other = || Request { key: "cellule-fraude", ..request(TokenReissue::Keep) };
    let others_before_the_restart = tokens().issue(other(), at(0)).unwrap();
    let tokens = tokens();
    let (mine, others) =
        (tokens.issue(request(TokenReissue::Keep), at(0)).unwrap(), tokens.issue(other(), at(0)).unwrap());
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
    assert_eq!(tokens.issue(request(TokenReissue::Same), at(1)).unwrap().access_token, first.access_token);
    tokens.revoke_all(Some("editeur-demo"));
    let second = tokens.issue(request(TokenReissue::Same), at(2)).unwrap();
    assert_ne!(second.access_token, first.access_token);
    assert!(verify(&tokens, &second.access_token, at(3)).is_ok());
}

#[test]
fn identifiers_stay_version_4_and_differ() {
    let tokens = tokens();
    let ids: Vec<_> =
        (0..3).map(|_| tokens.issue(request(TokenReissue::Keep), at(0)).unwrap().token.id.clone()).collect();
    assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).unwrap().get_version_num() == 4));
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
}
