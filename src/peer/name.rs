//! Distinguished names as text, after RFC 4514: last attribute first, `CN=editeur-demo,O=Éditeur,C=FR`.
//!
//! RFC 4514 names nine attributes and shows the others by their number. We name five more that French certificates carry,
//! organizationIdentifier (2.5.4.97) foremost, as `openssl x509 -nameopt RFC2253` does: conventions quote these names.

use std::fmt::Write as _;

use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// The name as one line of text.
pub(super) fn text(name: &X509Name<'_>) -> String {
    let mut out = String::new();
    for (i, rdn) in name.iter().collect::<Vec<_>>().into_iter().rev().enumerate() {
        for (j, attribute) in rdn.iter().enumerate() {
            out.push_str(match (i, j) {
                (0, 0) => "",
                (_, 0) => ",",
                (_, _) => "+",
            });
            push(&mut out, attribute);
        }
    }
    out
}

fn push(out: &mut String, attribute: &AttributeTypeAndValue<'_>) {
    let oid = attribute.attr_type().to_id_string();
    let known = NAMES.iter().find(|(number, _)| *number == oid).map(|(_, name)| *name);
    out.push_str(known.unwrap_or(&oid));
    out.push('=');
    match attribute.as_str() {
        Ok(value) => escape(out, value),
        Err(_) => {
            out.push('#');
            for byte in attribute.attr_value().data {
                let _ = write!(out, "{byte:02x}");
            }
        }
    }
}

/// RFC 4514, 2.4.
fn escape(out: &mut String, value: &str) {
    let last = value.chars().count().saturating_sub(1);
    for (i, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', c]),
            ' ' if i == 0 || i == last => out.push_str("\\ "),
            '#' if i == 0 => out.push_str("\\#"),
            c if c.is_control() => {
                let mut utf8 = [0; 4];
                for byte in c.encode_utf8(&mut utf8).bytes() {
                    let _ = write!(out, "\\{byte:02x}");
                }
            }
            c => out.push(c),
        }
    }
}

const NAMES: [(&str, &str); 14] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.42", "GN"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
    use x509_parser::parse_x509_certificate;

    use super::*;

    fn shown(attributes: &[(DnType, &str)]) -> String {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        for (kind, value) in attributes {
            params.distinguished_name.push(kind.clone(), *value);
        }
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let (_, parsed) = parse_x509_certificate(certificate.der()).unwrap();
        text(parsed.subject())
    }

    #[test]
    fn the_last_attribute_comes_first_and_organization_identifier_has_its_name() {
        let name = shown(&[
            (DnType::OrganizationName, "Trésorerie fictive"),
            (DnType::CustomDnType(vec![2, 5, 4, 97]), "NTRFR-12345678900001"),
            (DnType::CommonName, "tresorerie"),
        ]);
        assert_eq!(
            name,
            "CN=tresorerie,organizationIdentifier=NTRFR-12345678900001,O=Trésorerie fictive"
        );
    }

    #[test]
    fn what_would_change_the_structure_is_escaped() {
        let name = shown(&[(DnType::CommonName, " a,O=forged+b\\ ")]);
        assert_eq!(name, r"CN=\ a\,O=forged\+b\\\ ");
    }

    #[test]
    fn an_attribute_without_a_name_shows_its_number() {
        assert_eq!(shown(&[(DnType::CustomDnType(vec![2, 5, 4, 17]), "75001")]), "2.5.4.17=75001");
    }
}
