//! The key that signs tokens, kept with the test PKI (`token.key`).

use std::fmt;

use aws_lc_rs::{
    digest::{SHA256, digest},
    rsa::KeyPair,
    signature::KeyPair as _,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind, jwk::Jwk};
use serde::{Serialize, de::DeserializeOwned};

use super::TokenFault;

/// An RSA key: signs, verifies, and shows its public half.
pub struct SigningKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
    header: Header,
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
        let told = |error: &dyn fmt::Display| KeyError(error.to_string());
        let pair = KeyPair::from_pkcs8(der).map_err(|error| told(&error))?;
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
        let encoding = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|error| told(&error))?;
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256).map_err(|error| told(&error))?;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, pair.public_key().as_ref()).as_ref());
        let kid = format!("{thumbprint}_RS256");
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
        let decoding = DecodingKey::from_jwk(&jwk).map_err(|error| told(&error))?;
        let header = Header { kid: Some(kid), x5t: Some(thumbprint), ..Header::new(Algorithm::RS256) };
        let jwks = serde_json::json!({ "keys": [jwk] }).to_string();
        Ok(Self { encoding, decoding, header, validation: validation(), jwks })
    }

    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        jsonwebtoken::encode(&self.header, claims, &self.encoding).map_err(|error| KeyError(error.to_string()))
    }

    pub(super) fn verify<C: DeserializeOwned + Clone>(&self, text: &str) -> Result<C, TokenFault> {
        let header = jsonwebtoken::decode_header(text).map_err(|error| fault(error.kind()))?;
        if header.kid != self.header.kid {
            return Err(TokenFault::Foreign);
        }
        let data = jsonwebtoken::decode::<C>(text, &self.decoding, &self.validation);
        data.map(|data| data.claims).map_err(|error| fault(error.kind()))
    }

    pub(super) fn jwks(&self) -> &str {
        &self.jwks
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

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is open")]
fn fault(kind: &ErrorKind) -> TokenFault {
    match kind {
        ErrorKind::InvalidSignature
        | ErrorKind::InvalidAlgorithm
        | ErrorKind::InvalidAlgorithmName
        | ErrorKind::InvalidIssuer
        | ErrorKind::MissingRequiredClaim(_) => TokenFault::Foreign,
        _ => TokenFault::Malformed,
    }
}
