//! Files of other kinds, known by how they begin.

use super::Foreign;

/// What a file is that is no text, or no lines.
pub(super) fn other_format(bytes: &[u8]) -> Option<Foreign> {
    let known = BEGINNINGS.iter().find(|(beginning, ..)| bytes.starts_with(beginning));
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start();
    let other = |english, french| Some(Foreign::Other(english, french));
    known.and_then(|(_, english, french)| other(english, french)).or_else(|| match text.first() {
        Some(b'[') => other("it is a list in JSON", "c'est une liste en JSON"),
        Some(b'<') => other("it is HTML or XML", "c'est du HTML ou du XML"),
        // Whoever prints a JSON document over several lines ends the first behind a brace.
        Some(b'{') if is_spread(text) => other(
            "it is one JSON document over several lines",
            "c'est un document JSON sur plusieurs lignes",
        ),
        _ => None,
    })
}

/// What files of other kinds begin with, and what they are.
const BEGINNINGS: [(&[u8], &str, &str); 9] = [
    (
        b"\x1f\x8b",
        "it is compressed (gzip): decompress it first",
        "c'est un fichier compressé (gzip), à décompresser d'abord",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "it is compressed (zstd): decompress it first",
        "c'est un fichier compressé (zstd), à décompresser d'abord",
    ),
    (
        b"\xfd7zXZ\0",
        "it is compressed (xz): decompress it first",
        "c'est un fichier compressé (xz), à décompresser d'abord",
    ),
    (
        b"BZh",
        "it is compressed (bzip2): decompress it first",
        "c'est un fichier compressé (bzip2), à décompresser d'abord",
    ),
    (
        b"PK\x03\x04",
        "it is an archive (zip): take the journal out of it",
        "c'est une archive (zip), dont il faut extraire le journal",
    ),
    (b"%PDF-", "it is a PDF document", "c'est un document PDF"),
    (b"\xff\xfe", UTF16.0, UTF16.1),
    (b"\xfe\xff", UTF16.0, UTF16.1),
    (
        b"\0\0\xfe\xff",
        "it is text in UTF-32 (its byte order mark says so)",
        "c'est du texte en UTF-32 (sa marque d'ordre des octets le dit)",
    ),
];

const UTF16: (&str, &str) = (
    "it is text in UTF-16 (its byte order mark says so)",
    "c'est du texte en UTF-16 (sa marque d'ordre des octets le dit)",
);

fn is_spread(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii();
    first == b"{" && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// What some programs put before text in UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";
