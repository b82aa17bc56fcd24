//! What two conventions must not share: a consumer key, and a certificate at the same time. The gateway could not tell whose
//! a call is.
//!
//! A certificate is shared when one can exist that a rule of each recognises by its names. A rule with a fingerprint is
//! about one certificate and is looked at first, so that it shares with its likes only.

use std::collections::{BTreeSet, HashMap};

use super::{CertificateRule, Convention};
use crate::peer::Fingerprint;

/// Something that a convention shares with an earlier one.
pub(super) struct Rivalry {
    /// The place of the later one.
    pub(super) of: usize,
    pub(super) key: &'static str,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

/// Everything that these conventions share and must not.
pub(super) fn among(conventions: &[&Convention]) -> Vec<Rivalry> {
    let mut rivalries = shared_keys(conventions);
    rivalries.extend(shared_certificates(conventions));
    rivalries
}

fn shared_keys(conventions: &[&Convention]) -> Vec<Rivalry> {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    let mut rivalries = Vec::new();
    for (of, convention) in conventions.iter().enumerate() {
        let key = &convention.application.key;
        if let Some(owner) = owners.insert(key, &convention.id) {
            rivalries.push(Rivalry {
                of,
                key: "application.key",
                message: format!(
                    "the consumer key {key:?} is already that of the convention {owner:?}"
                ),
                hint: "give each convention a key of its own",
            });
        }
    }
    rivalries
}

fn shared_certificates(conventions: &[&Convention]) -> Vec<Rivalry> {
    let mut declared: HashMap<Name<'_>, Vec<(usize, &CertificateRule)>> = HashMap::new();
    let mut rivalries = Vec::new();
    for (of, convention) in conventions.iter().enumerate() {
        let rules = &convention.certificates;
        let rivals = |rule: &CertificateRule| {
            let earlier = declared.get(&Name::from_rule(rule)).into_iter().flatten();
            let shared = earlier.filter(|(_, other)| meet(rule, other) && rule.overlaps(other));
            shared.map(|(at, _)| *at).collect::<Vec<_>>()
        };
        for rival in rules.iter().flat_map(rivals).collect::<BTreeSet<_>>() {
            let earlier = &conventions[rival].id;
            rivalries.push(Rivalry {
                of,
                key: "certificates",
                message: format!(
                    "declares a certificate that the convention {earlier:?} declares for the same time"
                ),
                hint: "give each convention a certificate of its own, or dates that do not overlap",
            });
        }
        for rule in rules {
            declared.entry(Name::from_rule(rule)).or_default().push((of, rule));
        }
    }
    rivalries
}

/// What rules that recognise one certificate have in common.
#[derive(PartialEq, Eq, Hash)]
enum Name<'a> {
    Fingerprint(Fingerprint),
    Common(String),
    Subject(&'a str),
    Nothing,
}

impl<'a> Name<'a> {
    fn from_rule(rule: &'a CertificateRule) -> Self {
        match (rule.fingerprint, &rule.common_name, &rule.subject) {
            (Some(fingerprint), _, _) => Self::Fingerprint(fingerprint),
            (None, Some(name), _) => Self::Common(name.clone()),
            (None, None, Some(subject)) => {
                common_name(subject).map_or(Self::Subject(subject), Self::Common)
            }
            (None, None, None) => Self::Nothing,
        }
    }
}

/// Whether the names that both give agree.
fn meet(one: &CertificateRule, other: &CertificateRule) -> bool {
    let agree = |one: &Option<String>, other: &Option<String>| {
        one.is_none() || other.is_none() || one == other
    };
    agree(&one.subject, &other.subject) && agree(&one.issuer, &other.issuer)
}

/// The common name in a subject as RFC 4514 writes it; nothing when it has none or several.
fn common_name(subject: &str) -> Option<String> {
    let mut names =
        attributes(subject).into_iter().filter_map(|one| one.strip_prefix("CN=").map(unescaped));
    match (names.next(), names.next()) {
        (Some(only), None) => Some(only),
        (_, _) => None,
    }
}

/// Its parts, cut where a comma or a plus sign is not escaped.
fn attributes(subject: &str) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in subject.char_indices() {
        if !escaped && matches!(c, ',' | '+') {
            parts.push(&subject[start..at]);
            start = at + 1;
        }
        escaped = !escaped && c == '\\';
    }
    parts.push(&subject[start..]);
    parts
}

/// Without the backslashes of escaped characters; control characters, written as two digits, are in no name that is
/// declared.
fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(common_name: &str, subject: &str, issuer: &str, print: &[u8]) -> CertificateRule {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        CertificateRule {
            common_name: given(common_name),
            subject: given(subject),
            issuer: given(issuer),
            fingerprint: (!print.is_empty()).then(|| Fingerprint::from_der(print)),
            ..CertificateRule::default()
        }
    }

    #[test]
    fn rules_that_one_certificate_can_meet_are_rivals_however_they_name_it() {
        let directory = super::super::Directory::load(None).unwrap();
        let sample = directory.convention("editeur-demo").unwrap();
        let shared = |one: &CertificateRule, other: &CertificateRule| {
            let with = |id: &str, rule: &CertificateRule| Convention {
                id: id.to_owned(),
                certificates: vec![rule.clone()],
                application: super::super::Application {
                    key: id.to_owned(),
                    ..sample.application.clone()
                },
                ..Convention::clone(sample)
            };
            let both = among(&[&with("un", one), &with("deux", other)]);
            assert!(
                both.iter().all(|rivalry| rivalry.of == 1 && rivalry.message.contains("\"un\""))
            );
            !both.is_empty()
        };
        let by_name = rule("frontal", "", "", b"");
        let by_subject = rule("", "CN=frontal,O=Éditeur", "", b"");
        let by_print = rule("", "", "", b"a");
        for (one, other, expected) in [
            (&by_name, &by_name, true),
            (&by_name, &by_subject, true),
            (&by_subject, &by_subject, true),
            (&by_name, &rule("frontal", "", "CN=ac", b""), true),
            (&by_subject, &rule("frontal", "CN=frontal,O=Éditeur", "CN=ac", b""), true),
            (&rule("a,b", "", "", b""), &rule("", r"CN=a\,b,O=x", "", b""), true),
            (&by_print, &by_print, true),
            (&by_print, &by_name, false),
            (&by_print, &rule("", "", "", b"b"), false),
            (&by_name, &rule("autre", "", "", b""), false),
            (&by_subject, &rule("", "CN=frontal,O=Autre", "", b""), false),
            (&rule("frontal", "", "CN=a", b""), &rule("frontal", "", "CN=b", b""), false),
            (&by_name, &rule("", "CN=frontal,CN=autre", "", b""), false),
            (&by_name, &rule("", r"O=x\,CN=frontal", "", b""), false),
        ] {
            assert_eq!(shared(one, other), expected, "{one:?} {other:?}");
            assert_eq!(shared(other, one), expected, "{other:?} {one:?}");
        }
    }
}
