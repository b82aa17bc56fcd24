//! The keys of tokens, kept with the test PKI: `token.key` signs, `token-previous-*.key` signed before it.
//!
//! A key that was replaced still verifies what it signed, until those tokens end or its file is taken away: that is how
//! a rotation goes unnoticed. The verifier knows a key by the `kid` of the token's header, and one algorithm only.

use std::fmt;

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, PublicKeyX509Der},
    rsa::KeyPair,
    signature::KeyPair as _,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Validation,
    jwk::{Jwk, PublicKeyUse},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::TokenFault;
use crate::hex;

/// An RSA key: signs, verifies, and shows its public half.
pub struct SigningKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
    header: Header,
    /// The `kid` of tokens signed before version 0.2, which verify until their end.
    old_kid: String,
    jwk: Jwk,
}

/// The JOSE header of a token, its members in the product's order.
#[derive(Serialize)]
struct Header {
    /// Base64url of the *hexadecimal* digest of the public key, as the product has it of its certificate; here there is none.
    x5t: String,
    /// The same, and the algorithm.
    kid: String,
    alg: Algorithm,
}

/// The key that signs, and those that did before it.
pub struct KeyRing {
    current: SigningKey,
    previous: Vec<SigningKey>,
    validation: Validation,
    jwks: String,
}

/// The key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the token key is not usable: {0}")]
pub struct KeyError(String);

/// Who issues tokens, as 3.x writes it.
pub(super) const ISSUER: &str = "https://bacasable:9443/oauth2/token";

impl SigningKey {
    /// Reads a private key: PKCS#8, DER, RSA.
    ///
    /// # Errors
    /// Bytes that are no RSA private key.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let key_error = |error: &dyn fmt::Display| KeyError(error.to_string());
        let pair = KeyPair::from_pkcs8(der).map_err(|error| key_error(&error))?;
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der)
        );
        let encoding =
            EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|error| key_error(&error))?;
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256)
            .map_err(|error| key_error(&error))?;
        let public = pair.public_key();
        let old = URL_SAFE_NO_PAD.encode(digest(&SHA256, public.as_ref()).as_ref());
        let spki: PublicKeyX509Der<'_> = public.as_der().map_err(|error| key_error(&error))?;
        let spki = digest(&SHA256, spki.as_ref());
        let x5t = URL_SAFE_NO_PAD.encode(hex::encode(spki.as_ref()));
        let header = Header { kid: format!("{x5t}_RS256"), x5t, alg: Algorithm::RS256 };
        jwk.common.key_id = Some(header.kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&jwk).map_err(|error| key_error(&error))?;
        Ok(Self { encoding, decoding, header, old_kid: format!("{old}_RS256"), jwk })
    }

    fn is_named(&self, kid: &str) -> bool {
        self.header.kid == kid || self.old_kid == kid
    }
}

impl KeyRing {
    /// A ring that signs with `current`, and accepts what any of them signed. The same key twice counts once.
    pub fn new(current: SigningKey, previous: Vec<SigningKey>) -> Self {
        let mut others: Vec<SigningKey> = Vec::new();
        for key in previous {
            if key.header.kid != current.header.kid
                && others.iter().all(|other| other.header.kid != key.header.kid)
            {
                others.push(key);
            }
        }
        let all: Vec<&Jwk> = std::iter::once(&current).chain(&others).map(|key| &key.jwk).collect();
        let jwks = json!({ "keys": all }).to_string();
        Self { current, previous: others, validation: validation(), jwks }
    }

    /// The identifiers of the keys, the one that signs first.
    pub(super) fn ids(&self) -> Vec<String> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .map(|key| key.header.kid.clone())
            .collect()
    }

    /// The public halves as a JWK set.
    pub(super) fn jwks(&self) -> &str {
        &self.jwks
    }

    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        let SigningKey { encoding, header, .. } = &self.current;
        let part = |json: serde_json::Result<Vec<u8>>| {
            json.map(|json| URL_SAFE_NO_PAD.encode(json))
                .map_err(|error| KeyError(error.to_string()))
        };
        let [header, claims] = [serde_json::to_vec(header), serde_json::to_vec(claims)].map(part);
        let text = format!("{}.{}", header?, claims?);
        let signature = jsonwebtoken::crypto::sign(text.as_bytes(), encoding, Algorithm::RS256)
            .map_err(|error| KeyError(error.to_string()))?;
        Ok(format!("{text}.{signature}"))
    }

    pub(super) fn verify<C: DeserializeOwned + Clone>(&self, text: &str) -> Result<C, TokenFault> {
        let read = || {
            let kid = jsonwebtoken::decode_header(text).ok()?.kid?;
            let key = std::iter::once(&self.current)
                .chain(&self.previous)
                .find(|key| key.is_named(&kid))?;
            jsonwebtoken::decode::<C>(text, &key.decoding, &self.validation).ok()
        };
        let data = read().ok_or_else(|| why_not(text))?;
        if is_critical(text) { Err(TokenFault::Critical) } else { Ok(data.claims) }
    }
}

/// Signature, algorithm and issuer; the times are judged by the product's clock.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims(&["iss"]);
    validation.set_issuer(&[ISSUER]);
    validation
}

/// Whether the header names extensions that whoever reads it must know (RFC 7515, 4.1.11), whatever the form: we know none.
fn is_critical(text: &str) -> bool {
    text.split('.').next().and_then(part).is_some_and(|header| header.get("crit").is_some())
}

/// Why a text of three parts is none of ours, told apart as the product's words tell it (apim-wire 6.1): what cannot be
/// read, or names another issuer, is looked up as an opaque token; what names us was tampered with.
fn why_not(text: &str) -> TokenFault {
    let mut parts = text.split('.').map(part);
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(_), Some(claims)) if claims["iss"] == ISSUER => TokenFault::Forged,
        (Some(_), Some(_)) => TokenFault::Foreign,
        (_, None) | (None, _) => TokenFault::Opaque,
    }
}

/// The JSON object that a part of a token is.
fn part(text: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
}
