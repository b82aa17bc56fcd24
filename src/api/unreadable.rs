//! What makes a body unreadable that a person would read: told in the journal, and in `X-Bacasable-Reason`.
//!
//! The answer stays what it is for any body that is no JSON, or no form: the emulator decodes nothing that the API's documents
//! do not speak of. But a compressed body, a byte order mark or another charset cannot be seen in what a client prints of its
//! own request, and costs its author hours.

use http::{HeaderMap, HeaderValue, header};

/// Why these bytes do not read as UTF-8 text, in French; nothing when they do.
pub fn unreadable(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let coding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let coding = coding.map(str::trim).filter(|coding| !coding.eq_ignore_ascii_case("identity"));
    match (coding, body) {
        (Some(coding), _) if !coding.is_empty() => {
            let shown: String = coding.chars().take(LONGEST).collect();
            Some(format!("corps compressé (Content-Encoding : {shown}), qui n'est pas décompressé"))
        }
        (_, [0x1f, 0x8b, ..]) => {
            Some("corps compressé (gzip), non annoncé et qui n'est pas décompressé".to_owned())
        }
        (_, [0xef, 0xbb, 0xbf, ..]) => Some(
            "corps précédé d'une marque d'ordre des octets (BOM, EF BB BF), à retirer".to_owned(),
        ),
        (_, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) => {
            Some("corps en UTF-16, attendu en UTF-8".to_owned())
        }
        (_, body) => {
            if body.contains(&0) {
                let why = "corps contenant des octets nuls, sans doute en UTF-16, attendu en UTF-8";
                return Some(why.to_owned());
            }
            let fault = str::from_utf8(body).err()?;
            let place = fault.valid_up_to();
            Some(format!(
                "corps qui n'est pas en UTF-8 (octet {:02X} à la position {place})",
                body[place]
            ))
        }
    }
}

/// What this text is that is no JSON, in French, as far as its first character tells; nothing of the text itself.
pub fn not_json(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let Some(first) = body.trim_ascii_start().first() else {
        return Some("le corps est vide, un objet JSON est attendu".to_owned());
    };
    let what = match first {
        b'<' => "le corps est du XML ou du HTML",
        b'{' | b'[' => return None,
        _ if is_form(body) => "le corps est un formulaire (nom=valeur)",
        _ => return None,
    };
    let media = headers.get(header::CONTENT_TYPE).and_then(announced);
    let media = media.map(|media| format!(" (Content-Type : {media})")).unwrap_or_default();
    Some(format!("{what}{media}, un objet JSON est attendu"))
}

/// The media type of a header as far as it is one: no parameters, bounded, nothing that would break a line.
pub fn announced(header: &HeaderValue) -> Option<&str> {
    let essence = header.to_str().ok()?.split(';').next().unwrap_or_default().trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.+-_".contains(&byte);
    let is_one = (1..=LONGEST).contains(&essence.len()) && essence.bytes().all(plain);
    is_one.then_some(essence)
}

/// Whether a text begins as `motif=0020&...` does.
fn is_form(body: &[u8]) -> bool {
    let name = body.split(|&byte| byte == b'=').next().unwrap_or_default();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-[]%".contains(byte);
    !name.is_empty() && name.len() < body.len() && name.iter().all(plain)
}

/// Characters of a coding's name that are worth telling.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn explain(coding: Option<&'static str>, body: &[u8]) -> Option<String> {
        let mut headers = HeaderMap::new();
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, coding.parse().unwrap());
        }
        unreadable(&headers, body)
    }

    #[test]
    fn what_no_client_prints_of_its_body_is_told() {
        for (coding, body, expected) in [
            (Some("gzip"), &b"\x1f\x8b\x08"[..], "Content-Encoding : gzip"),
            (Some("br"), b"{}", "Content-Encoding : br"),
            (None, b"\x1f\x8b\x08", "compressé (gzip), non annoncé"),
            (None, b"\xef\xbb\xbf{}", "BOM, EF BB BF"),
            (None, b"\xff\xfe{\0", "UTF-16"),
            (None, b"\0{\0}", "sans doute en UTF-16"),
            (None, b"{\"nom\":\"B\xe9al\"}", "octet E9 à la position 9"),
        ] {
            let text = explain(coding, body).unwrap();
            assert!(text.contains(expected), "{text}");
        }
        for (coding, body) in
            [(None, &b"{"[..]), (Some("identity"), b"{}"), (None, "{\"nom\":\"Béal\"}".as_bytes())]
        {
            assert_eq!(explain(coding, body), None);
        }
    }

    #[test]
    fn a_body_of_another_language_is_told() {
        let explain = |media: &str, body: &[u8]| {
            let media = HeaderValue::from_bytes(media.as_bytes()).unwrap();
            let media = (header::CONTENT_TYPE, media);
            not_json(&[media].into_iter().collect(), body)
        };
        let xml =
            explain("application/xml; charset=utf-8", b" <demande><nom>VALBRUNE</nom></demande>")
                .unwrap();
        assert_eq!(
            xml,
            "le corps est du XML ou du HTML (Content-Type : application/xml), un objet JSON est attendu"
        );
        let form = explain("a\u{e9}b", b"motif=0020&nom=X").unwrap();
        assert_eq!(form, "le corps est un formulaire (nom=valeur), un objet JSON est attendu");
        for body in [&b""[..], b" \r\n"] {
            let empty = explain("application/json", body).unwrap();
            assert_eq!(empty, "le corps est vide, un objet JSON est attendu");
        }
        for body in [&b"{"[..], b"[1]", b"VALBRUNE", b"nom = X", b"\"x=1\""] {
            assert_eq!(explain("application/json", body), None);
        }
    }
}
