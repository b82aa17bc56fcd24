//! The life of a token against its sentences: it counts from its issue to its end, unless it was revoked, or the key that
//! signed it was taken away.

use std::sync::OnceLock;

use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeyPair, KeySize},
};
use bacasable::{
    config::{Dialect, TokenReissue},
    tokens::{KeyRing, NotYours, SigningKey, TokenFault, TokenRequest, Tokens},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    /// An application asks for a token.
    Issue { key: usize, scope: usize, lifetime: i64 },
    /// A token is presented.
    Present(prop::sample::Index),
    /// An application revokes a token, its own or another's.
    Revoke { which: prop::sample::Index, by: usize },
    /// Every token of an application is revoked, or of all.
    RevokeAll(Option<usize>),
    /// Time passes, or is moved back.
    Wait(i64),
    /// Another key signs; the one before it verifies still, or does not.
    Rotate { keep: bool },
}

/// What the rule says of a token.
struct Modelled {
    text: String,
    key: usize,
    scope: usize,
    issued: Timestamp,
    expires: Timestamp,
    signer: usize,
    revoked: bool,
}

const KEYS: [&str; 2] = ["a", "b"];
const SCOPES: [&str; 2] = ["un", "deux"];

fn event() -> impl Strategy<Value = Event> {
    let lifetime = prop_oneof![-20_i64..0, 1_i64..100, Just(3600)];
    prop_oneof![
        4 => (0..KEYS.len(), 0..SCOPES.len(), lifetime)
            .prop_map(|(key, scope, lifetime)| Event::Issue { key, scope, lifetime }),
        8 => any::<prop::sample::Index>().prop_map(Event::Present),
        2 => (any::<prop::sample::Index>(), 0..KEYS.len()).prop_map(|(which, by)| Event::Revoke { which, by }),
        1 => prop::option::of(0..KEYS.len()).prop_map(Event::RevokeAll),
        3 => prop_oneof![0_i64..40, -40_i64..0].prop_map(Event::Wait),
        1 => any::<bool>().prop_map(|keep| Event::Rotate { keep }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_token_counts_while_the_rule_says_so(
        skew in 0_i64..10,
        reissue in prop_oneof![Just(TokenReissue::Keep), Just(TokenReissue::RevokePrevious), Just(TokenReissue::Same)],
        events in prop::collection::vec(event(), 1..40),
    ) {
        let skew = SignedDuration::from_secs(skew);
        let mut now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let tokens = Tokens::new(ring(&[0]), Dialect::Wso2V3).with_skew(skew);
        let (mut signers, mut all) = (vec![0_usize], Vec::<Modelled>::new());
        for event in events {
            match event {
                Event::Issue { key, scope, lifetime } => {
                    let asked = TokenRequest {
                        key: KEYS[key],
                        scopes: vec![SCOPES[scope].to_owned()],
                        lifetime: SignedDuration::from_secs(lifetime),
                        reissue,
                    };
                    let issued = tokens.issue(asked, now).unwrap();
                    let same = |one: &&Modelled| one.key == key && one.scope == scope;
                    let latest = all.iter().rposition(|one| same(&one));
                    if let Some(again) = all.iter().find(|one| one.text == issued.access_token) {
                        let lives = again.issued <= now && again.expires > now && !again.revoked;
                        prop_assert!(reissue == TokenReissue::Same && lives, "an old token only when it lives");
                        continue;
                    }
                    if let (TokenReissue::RevokePrevious, Some(latest)) = (reissue, latest) {
                        all[latest].revoked = true;
                    }
                    let expires = now + SignedDuration::from_secs(lifetime);
                    let signer = signers[0];
                    let text = issued.access_token;
                    all.push(Modelled { text, key, scope, issued: now.min(expires), expires, signer, revoked: false });
                }
                Event::Present(which) if !all.is_empty() => {
                    let one = which.get(&all);
                    let wanted = if !signers.contains(&one.signer) {
                        Err(TokenFault::Forged)
                    } else if one.issued - skew > now {
                        Err(TokenFault::NotYet { from: one.issued })
                    } else if one.expires + skew <= now {
                        Err(TokenFault::Expired { since: one.expires })
                    } else if one.revoked {
                        Err(TokenFault::Revoked)
                    } else {
                        Ok(KEYS[one.key].to_owned())
                    };
                    prop_assert_eq!(tokens.verify(&one.text, now, skew).map(|token| token.key.clone()), wanted);
                }
                Event::Revoke { which, by } if !all.is_empty() => {
                    let at = which.index(all.len());
                    let one = &mut all[at];
                    let known = signers.contains(&one.signer);
                    let seen = tokens.revoke(&one.text, KEYS[by], now).map(|token| token.is_some());
                    prop_assert_eq!(seen, if !known { Ok(false) } else if by == one.key { Ok(true) } else { Err(NotYours) });
                    one.revoked |= known && by == one.key;
                }
                Event::RevokeAll(key) => {
                    tokens.revoke_all(key.map(|key| KEYS[key]));
                    all.iter_mut().filter(|one| key.is_none_or(|key| key == one.key)).for_each(|one| one.revoked = true);
                }
                Event::Wait(seconds) => now += SignedDuration::from_secs(seconds),
                Event::Rotate { keep } => {
                    let next = (signers[0] + 1) % keys().len();
                    signers.retain(|signer| keep && *signer != next);
                    signers.insert(0, next);
                    tokens.rotate(ring(&signers));
                }
                Event::Present(_) | Event::Revoke { .. } => {}
            }
        }
    }
}

/// A ring that signs with the first of these keys and verifies with all.
fn ring(which: &[usize]) -> KeyRing {
    let read = |at: &usize| SigningKey::from_pkcs8(&keys()[*at]).unwrap();
    KeyRing::new(read(&which[0]), which[1..].iter().map(read).collect())
}

/// Three keys, made once: an RSA key takes its time.
fn keys() -> &'static [Vec<u8>; 3] {
    static KEYS: OnceLock<[Vec<u8>; 3]> = OnceLock::new();
    KEYS.get_or_init(|| {
        [(); 3].map(|()| {
            KeyPair::generate(KeySize::Rsa2048).unwrap().as_der().unwrap().as_ref().to_vec()
        })
    })
}
