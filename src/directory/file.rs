//! A convention's file: what it says, and everything wrong with it.

use std::{net::IpAddr, str::FromStr};

use ipnet::IpNet;
use jiff::civil::Date;

use super::{
    Application, CertificateRule, Convention,
    life::{Life, midnight},
    written::{ApplicationTable, Certificate, File},
};
use crate::{
    domain::Siret,
    escape::is_hidden,
    fixtures::{Diagnostic, Source},
    peer::Fingerprint,
};

/// The convention that a file describes, or every fault of it.
pub(super) fn convention(source: &Source) -> Result<Convention, Vec<Diagnostic>> {
    let file: File = source.parse().map_err(|fault| vec![fault])?;
    check(file)
        .map_err(|all| all.into_iter().map(|(key, message)| source.fault(&key, message)).collect())
}

/// The convention, or everything wrong with it: the key, and what is wrong.
pub(super) fn check(mut file: File) -> Result<Convention, Vec<(String, String)>> {
    let mut faults = Faults::default();
    let mut faults_of_grants = Vec::new();
    let grants = file.grants(&mut |key, message| faults_of_grants.push((key, message)));
    if !is_id(&file.id) {
        faults.add(
            "id",
            format!("{:?} is no id: expected lower-case letters, digits and hyphens", file.id),
        );
    }
    faults.text("organisation", &file.organisation, LONGEST);
    faults.text("title", &file.title, LONGEST);
    let siret = faults.parsed::<Siret>("siret", &file.siret);
    let networks = networks(&mut faults, file.networks.as_deref());
    let certificates = certificates(&mut faults, &file.id, file.certificates);
    let life =
        Life::new(file.life).map_err(|(key, what)| faults.add(&format!("life.{key}"), what)).ok();
    faults.0.extend(faults_of_grants);
    let application = application(&mut faults, &file.id, file.application);
    match (siret, life, faults.0.is_empty()) {
        (Some(siret), Some(life), true) => {
            let (id, organisation, title) = (file.id, file.organisation, file.title);
            Ok(Convention {
                id,
                organisation,
                title,
                siret,
                networks,
                certificates,
                application,
                life,
                grants,
            })
        }
        _ => Err(faults.0),
    }
}

#[derive(Default)]
struct Faults(Vec<(String, String)>);

impl Faults {
    fn add(&mut self, key: &str, message: impl Into<String>) {
        self.0.push((key.to_owned(), message.into()));
    }

    /// A text that people read, in a line, a page, a certificate, a script: it says something, and only that.
    fn text(&mut self, key: &str, text: &str, longest: usize) {
        if text.trim().is_empty() || text.chars().count() > longest || text.chars().any(is_hidden) {
            let expected =
                format!("expected from 1 to {longest} characters, no control character among them");
            self.add(key, expected);
        }
    }

    /// A text that goes into HTTP as it is.
    fn ascii(&mut self, key: &str, text: &str, expected: &str, fits: fn(u8) -> bool) {
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(fits) {
            self.add(key, format!("{expected}, from 1 to {LONGEST} characters"));
        }
    }

    fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, key: &str, text: &str) -> Option<T> {
        text.parse().map_err(|error| self.add(key, format!("{text:?}: {error}"))).ok()
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Without a list, loopback and the private ranges: a sample partner must work in a container network.
fn networks(faults: &mut Faults, given: Option<&[String]>) -> Vec<IpNet> {
    let local = LOCAL_NETWORKS.map(str::to_owned);
    let given = given.unwrap_or(&local);
    if given.len() > MOST {
        faults.add("networks", format!("{} of them: expected {MOST} at most", given.len()));
        return Vec::new();
    }
    let parse = |faults: &mut Faults, text: &String| {
        let bare = |_| text.parse::<IpAddr>().map(IpNet::from);
        let parsed = text.parse::<IpNet>().or_else(bare);
        parsed
            .map_err(|_| {
                faults.add(
                    "networks",
                    format!(
                        "{text:?} is no network: expected such as 192.0.2.0/24 or 2001:db8::/32"
                    ),
                )
            })
            .ok()
    };
    given.iter().filter_map(|text| parse(faults, text)).collect()
}

fn certificates(faults: &mut Faults, id: &str, given: Vec<Certificate>) -> Vec<CertificateRule> {
    if given.is_empty() {
        return vec![CertificateRule {
            common_name: Some(id.to_owned()),
            ..CertificateRule::default()
        }];
    }
    if given.len() > MOST {
        faults.add("certificates", format!("{} of them: expected {MOST} at most", given.len()));
        return Vec::new();
    }
    let rule = |faults: &mut Faults, n: usize, one: Certificate| {
        let key = |last: &str| format!("certificates.{n}.{last}");
        let names =
            [("common_name", &one.common_name), ("subject", &one.subject), ("issuer", &one.issuer)];
        for (last, name) in names {
            if let Some(name) = name {
                faults.text(&key(last), name, LONGEST_NAME);
            }
        }
        let fingerprint = one.fingerprint.as_deref().map(Fingerprint::parse);
        if fingerprint == Some(None) {
            faults.add(
                &key("fingerprint"),
                "expected the SHA-256 of the certificate, 64 hexadecimal digits",
            );
        }
        if one.common_name.is_none() && one.subject.is_none() && fingerprint.is_none() {
            faults
                .add(&format!("certificates.{n}"), "expected common_name, subject or fingerprint");
        }
        let mut day = |last: &str, date: Option<Date>, effect: fn(Date) -> Option<Date>| match date
        {
            None => None,
            Some(date) => {
                let at = effect(date).and_then(midnight);
                at.or_else(|| {
                    faults.add(&key(last), "is beyond the calendar");
                    None
                })
            }
        };
        let (from, until) =
            (day("from", one.from, Some), day("until", one.until, |date| date.tomorrow().ok()));
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            faults.add(
                &key("until"),
                "the certificate is accepted on no day: until comes before from",
            );
        }
        CertificateRule {
            common_name: one.common_name,
            subject: one.subject,
            issuer: one.issuer,
            fingerprint: fingerprint.flatten(),
            from,
            until,
        }
    };
    given.into_iter().enumerate().map(|(n, one)| rule(faults, n, one)).collect()
}

fn application(faults: &mut Faults, id: &str, table: ApplicationTable) -> Application {
    let key = table.key.unwrap_or_else(|| id.to_owned());
    let printable = |b: u8| (0x20..0x7f).contains(&b);
    faults.ascii(
        "application.key",
        &key,
        "expected printable ASCII without a colon (RFC 6749, appendix A.1)",
        |b| (0x20..0x7f).contains(&b) && b != b':',
    );
    let secret = table.secret.unwrap_or_else(|| format!("secret-{id}"));
    let expected = "expected printable ASCII (RFC 6749, appendix A.2)";
    faults.ascii("application.secret", &secret, expected, printable);
    let name = table.name.unwrap_or_else(|| format!("application-{id}"));
    faults.text("application.name", &name, LONGEST);
    if let Some(value) = &table.id_teleservice {
        let expected = "expected printable ASCII, as a header's value is";
        faults.ascii("application.id_teleservice", value, expected, printable);
    }
    Application { name, secret, key, id_teleservice: table.id_teleservice }
}

/// How many characters a text of a file has at most.
const LONGEST: usize = 256;

/// How many the name in a certificate has.
const LONGEST_NAME: usize = 1_024;

/// How many networks or certificates a convention declares at most.
const MOST: usize = 1_000;

const LOCAL_NETWORKS: [&str; 7] = [
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Convention, Vec<Diagnostic>> {
        convention(&Source { name: "x.toml".to_owned(), text: text.to_owned() })
    }

    const SMALLEST: &str =
        "id = \"x\"\norganisation = \"X\"\ntitle = \"t\"\nsiret = \"00000000000000\"\n";

    #[test]
    fn the_smallest_file_gives_usable_defaults() {
        let x = read(SMALLEST).unwrap();
        assert_eq!((x.application.key.as_str(), x.application.secret.as_str()), ("x", "secret-x"));
        assert_eq!(x.certificates[0].common_name.as_deref(), Some("x"));
        assert!(
            x.networks
                .iter()
                .any(|network| network.contains(&"127.0.0.1".parse::<std::net::IpAddr>().unwrap()))
        );
    }

    #[test]
    fn every_fault_is_reported_at_once() {
        let text = SMALLEST.replace("\"x\"", "\"X y\"")
            + "networks = [\"300.0.0.1\"]\n[application]\nkey = \"a:b\"\n";
        let faults = read(&text).unwrap_err();
        let keys: Vec<_> =
            faults.iter().map(|fault| fault.key.clone().unwrap_or_default()).collect();
        assert_eq!(keys, ["id", "networks", "application.key"]);
    }

    #[test]
    fn a_fault_is_reported_at_its_own_certificate_and_network() {
        let text = format!(
            "{SMALLEST}networks = [\n\"10.0.0.0/8\",\n\"nowhere\"]\n[[certificates]]\ncommon_name = \"a\"\nfrom = 2026-01-01\nuntil = 2026-12-31\n[[certificates]]\ncommon_name = \"b\"\nfrom = 2026-12-31\nuntil = 2026-01-01\n[[certificates]]\n"
        );
        let faults = read(&text).unwrap_err();
        let places: Vec<_> = faults
            .iter()
            .map(|fault| (fault.line.unwrap(), fault.key.as_deref().unwrap()))
            .collect();
        let certificates = [(15, "certificates.1.until"), (16, "certificates.2")];
        assert_eq!(places, [[(5, "networks")].as_slice(), &certificates].concat());
    }

    #[test]
    fn a_mode_kept_for_the_decree_is_refused_without_it() {
        let r2p = "[r2p]\nquota = 50\nlegal_basis = \"autre\"\nmodes = [\"spi\"]\nrestitution = \"spi\"\nscopes = []\n";
        let faults = read(&format!("{SMALLEST}{r2p}")).unwrap_err();
        assert!(faults[0].message.contains("decret-2022-814"), "{}", faults[0]);
    }

    #[test]
    fn what_comes_back_is_said_once_or_for_each_mode_that_is_open() {
        use crate::rights::r2p::{Mode, Restitution};
        let r2p = |restitution: &str| {
            let modes = "modes = [\"etat-civil-complet\", \"spi\"]";
            read(&format!(
                "{SMALLEST}[r2p]\nquota = 50\nlegal_basis = \"decret-2022-814\"\n{modes}\nscopes = []\n{restitution}\n"
            ))
        };
        let modes = [Mode::EtatCivilComplet, Mode::Spi, Mode::EtatCivilDegrade];
        let of = |convention: Convention| {
            modes.map(|mode| convention.grants.r2p.as_ref().unwrap().restitution.for_mode(mode))
        };
        let (all, spi) = (Some(Restitution::EtatCivilAdresseSpi), Some(Restitution::Spi));
        assert_eq!(of(r2p("restitution = \"spi\"").unwrap()), [spi; 3]);
        let each =
            "[r2p.restitution]\netat-civil-complet = \"spi\"\nspi = \"etat-civil-adresse-spi\"";
        assert_eq!(of(r2p(each).unwrap()), [spi, all, None]);
        for (wrong, expected) in [
            ("[r2p.restitution]\nspi = \"spi\"", "nothing is said for the mode"),
            (
                "[r2p.restitution]\netat-civil-complet = \"spi\"\nspi = \"spi\"\netat-civil-degrade = \"spi\"",
                "is not among the modes",
            ),
            ("restitution = \"tout\"", "or a table with one of them for each mode"),
            ("restitution = 3", "or a table with one of them for each mode"),
        ] {
            let faults = r2p(wrong).unwrap_err();
            assert!(faults[0].to_string().contains(expected), "{wrong}: {}", faults[0]);
        }
    }

    #[test]
    fn a_quota_of_zero_is_named() {
        let ficoba = "[ficoba]\nquota = 0\nmotifs = []\nmodalities = []\nscopes = []\n";
        let faults = read(&format!("{SMALLEST}{ficoba}")).unwrap_err();
        assert_eq!((faults[0].line, faults[0].key.as_deref()), (Some(6), Some("ficoba.quota")));
    }

    const PRINT: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    #[test]
    fn a_renewal_declares_both_certificates_with_their_days() {
        let rules = format!(
            "[[certificates]]\ncommon_name = \"x\"\nuntil = 2026-12-31\n[[certificates]]\nfingerprint = \"{PRINT}\"\nfrom = 2026-12-01\n"
        );
        let read = read(&format!("{SMALLEST}{rules}")).unwrap().certificates;
        let at = |text: &str| Some(text.parse().unwrap());
        assert_eq!(
            (read[0].from, read[0].until),
            (None, at("2026-12-31T23:00:00Z")),
            "the last day counts, in Paris"
        );
        assert_eq!((read[1].from, read[1].until), (at("2026-11-30T23:00:00Z"), None));
    }

    #[test]
    fn each_fault_of_a_certificate_rule_is_named() {
        for (rule, key) in [
            ("issuer = \"CN=x\"", "certificates.0"),
            ("fingerprint = \"12\"", "certificates.0.fingerprint"),
            ("common_name = \"x\"\nfrom = 2026-12-02\nuntil = 2026-12-01", "certificates.0.until"),
            ("common_name = \"x\"\nuntil = 9999-12-31", "certificates.0.until"),
            ("common_name = \"x\"\nfrom = \"demain\"", "certificates.0.from"),
            ("common_name = \"x\"\nfrom = 2026-12-02T10:00:00Z", "certificates.0.from"),
        ] {
            let faults = read(&format!("{SMALLEST}[[certificates]]\n{rule}\n")).unwrap_err();
            assert_eq!(faults[0].key.as_deref(), Some(key), "{rule}: {}", faults[0]);
        }
    }
}
