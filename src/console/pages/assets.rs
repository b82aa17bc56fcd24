//! The style sheet, the script and the icon: parts of the binary, served with a version in their address.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::hex;

/// A file that pages point at.
pub(super) struct Asset {
    name: &'static str,
    media: &'static str,
    text: &'static str,
    /// Its address, which changes with its bytes: a browser may keep it for ever.
    pub(super) href: String,
}

/// The style sheet.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "bacasable.css",
        "text/css; charset=utf-8",
        include_str!("../../../assets/bacasable.css"),
    )
});

pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "bacasable.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../assets/bacasable.js"),
    )
});

pub(super) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("icone.svg", "image/svg+xml", include_str!("../../../assets/icone.svg"))
});

/// `GET /assets/{name}`.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    let all = [&STYLE, &SCRIPT, &ICON];
    let Some(asset) = all.into_iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.media),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"), // for an SVG opened alone
    ];
    (headers, asset.text).into_response()
}

impl Asset {
    fn new(name: &'static str, media: &'static str, text: &'static str) -> Self {
        let version = hex::encode(&Sha256::digest(text)[..6]);
        Self { name, media, text, href: format!("/assets/{name}?v={version}") }
    }
}
