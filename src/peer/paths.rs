//! Chains that hold more than one path, or none: look-alikes, renewals, cross-signed and shuffled certificates.

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use rustls_pki_types::CertificateDer;

use super::{CertificateFault, ClientCertificate, TrustStore, made::Made};

const NOW: &str = "2026-11-22T10:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn judge(store: &TrustStore, chain: &[&Made]) -> Result<(), CertificateFault> {
    let chain = chain.iter().map(|one| one.der.clone()).collect();
    store.judge(&ClientCertificate::read(chain), at(NOW))
}

/// Every order of the others behind the client's own certificate.
fn orders<'a>(others: &[&'a Made]) -> Vec<Vec<&'a Made>> {
    if others.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in others.iter().enumerate() {
        let rest: Vec<_> =
            others.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, one)| *one).collect();
        for mut order in orders(&rest) {
            order.insert(0, first);
            all.push(order);
        }
    }
    all
}

fn expired(params: &mut CertificateParams) {
    params.not_after = date_time_ymd(2025, 1, 1);
}

fn serial(number: u8) -> impl Fn(&mut CertificateParams) {
    move |params| params.serial_number = Some(SerialNumber::from(vec![0x7f, number]))
}

/// Certificates that anybody can make with the name of an intermediate: by itself, by an authority of the real one's name,
/// and with the real one's public key.
fn look_alikes(middle: &Made) -> Vec<Made> {
    let impostor = Made::authority("racine");
    let stranger = Made::authority("autre");
    vec![
        Made::authority("intermediaire"),
        impostor.intermediate("intermediaire", |_| {}),
        impostor.certify(middle, |_| {}),
        stranger.certify(middle, |_| {}),
    ]
}

#[test]
fn an_intermediates_name_on_a_self_made_certificate_hides_neither_its_end_nor_its_revocation() {
    let root = Made::authority("racine");
    for (middle, fault) in [
        (
            root.intermediate("intermediaire", expired),
            CertificateFault::Expired { since: at("2025-01-01T00:00:00Z") },
        ),
        (
            root.intermediate("intermediaire", |params| {
                params.not_before = date_time_ymd(2030, 1, 1)
            }),
            CertificateFault::NotYetValid { from: at("2030-01-01T00:00:00Z") },
        ),
        (
            root.intermediate("intermediaire", serial(1)),
            CertificateFault::Revoked { since: at("2021-01-01T00:00:00Z") },
        ),
    ] {
        let store = TrustStore::new(root.own(), &[root.list(&[0x7f, 1])]).unwrap();
        let client = middle.client(|_| {});
        for look_alike in look_alikes(&middle) {
            for order in orders(&[&look_alike, &middle, &root]) {
                let chain: Vec<_> = std::iter::once(&client).chain(order).collect();
                assert_eq!(judge(&store, &chain), Err(fault.clone()));
            }
        }
    }
}

#[test]
fn look_alikes_do_not_keep_a_good_chain_out() {
    let root = Made::authority("racine");
    let middle = root.intermediate("intermediaire", |_| {});
    let client = middle.client(|_| {});
    let store = TrustStore::new(root.own(), &[]).unwrap();
    let look_alikes = look_alikes(&middle);
    let all: Vec<&Made> = look_alikes.iter().chain([&middle]).collect();
    for order in orders(&all) {
        let chain: Vec<_> = std::iter::once(&client).chain(order).collect();
        assert_eq!(judge(&store, &chain), Ok(()));
    }
    let without: Vec<_> = std::iter::once(&client).chain(&look_alikes).collect();
    let Err(CertificateFault::UnknownAuthority { issuer, .. }) = judge(&store, &without) else {
        panic!("none of them proves anything");
    };
    assert_eq!(issuer, "CN=intermediaire");
}

#[test]
fn an_expired_intermediate_does_not_spoil_its_renewal() {
    let root = Made::authority("racine");
    let middle = root.intermediate("intermediaire", expired);
    let renewal = root.certify(&middle, |_| {});
    let client = middle.client(|_| {});
    let store = TrustStore::new(root.own(), &[]).unwrap();
    for order in orders(&[&middle, &renewal, &root]) {
        let chain: Vec<_> = std::iter::once(&client).chain(order).collect();
        assert_eq!(judge(&store, &chain), Ok(()));
    }
    // Each counts in its own time, whichever was judged first.
    let both =
        ClientCertificate::read([&client, &middle, &renewal].map(|one| one.der.clone()).into());
    for now in ["2024-06-01T00:00:00Z", NOW, "2039-01-01T00:00:00Z", "2020-06-01T00:00:00Z"] {
        assert_eq!(store.judge(&both, at(now)), Ok(()), "{now}");
    }
    assert_eq!(
        store.judge(&both, at("2041-01-01T00:00:00Z")),
        Err(CertificateFault::Expired { since: at("2040-01-01T00:00:00Z") })
    );
}

#[test]
fn a_revoked_intermediate_does_not_spoil_its_replacement_and_counts_where_it_is_alone() {
    let root = Made::authority("racine");
    let middle = root.intermediate("intermediaire", serial(1));
    let replacement = root.certify(&middle, serial(2));
    let client = middle.client(|_| {});
    let store = TrustStore::new(root.own(), &[root.list(&[0x7f, 1])]).unwrap();
    let revoked = CertificateFault::Revoked { since: at("2021-01-01T00:00:00Z") };
    assert_eq!(judge(&store, &[&client, &middle, &replacement]), Ok(()));
    assert_eq!(judge(&store, &[&client, &middle]), Err(revoked.clone()));
    let both = root.list(&[0x7f, 2]);
    let store = TrustStore::new(root.own(), &[root.list(&[0x7f, 1]), both]).unwrap();
    assert_eq!(judge(&store, &[&client, &replacement, &middle]), Err(revoked));
}

#[test]
fn a_cross_signed_intermediate_is_good_by_the_authority_that_is_trusted() {
    let (old, new) = (Made::authority("ancienne"), Made::authority("nouvelle"));
    let middle = old.intermediate("intermediaire", expired);
    let crossed = new.certify(&middle, |_| {});
    let client = middle.client(|_| {});
    let trusting = |authorities: &[&Made]| {
        let all: Vec<CertificateDer<'static>> =
            authorities.iter().map(|one| one.der.clone()).collect();
        TrustStore::new(&all, &[]).unwrap()
    };
    let chain = [&client, &middle, &crossed];
    assert_eq!(judge(&trusting(&[&new]), &chain), Ok(()));
    assert_eq!(judge(&trusting(&[&old, &new]), &chain), Ok(()));
    let expired = CertificateFault::Expired { since: at("2025-01-01T00:00:00Z") };
    assert_eq!(judge(&trusting(&[&old]), &chain), Err(expired));
    // Two authorities that vouch for each other are a circle, not an end.
    let circle =
        [&client, &middle, &crossed, &old.certify(&new, |_| {}), &new.certify(&old, |_| {})];
    assert!(judge(&trusting(&[&Made::authority("tierce")]), &circle).is_err());
    assert_eq!(judge(&trusting(&[&new]), &circle), Ok(()));
}

#[test]
fn a_long_chain_counts_in_any_order_and_only_whole() {
    let root = Made::authority("racine");
    let first = root.intermediate("premier", |_| {});
    let second = first.intermediate("deuxieme", |_| {});
    let third = second.intermediate("troisieme", |_| {});
    let client = third.client(|_| {});
    let store = TrustStore::new(root.own(), &[]).unwrap();
    for order in orders(&[&first, &second, &third, &root]) {
        let chain: Vec<_> = std::iter::once(&client).chain(order).collect();
        assert_eq!(judge(&store, &chain), Ok(()));
    }
    for missing in [[&first, &second], [&first, &third], [&second, &third]] {
        assert!(judge(&store, &[&client, missing[0], missing[1]]).is_err());
    }
}

#[test]
fn what_an_intermediate_may_not_do_is_refused_on_its_path_alone() {
    let root = Made::authority("racine");
    let no_authority = root.issue("intermediaire", |_| {});
    let no_certificates = root.intermediate("intermediaire", |params| {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    });
    let store = TrustStore::new(root.own(), &[]).unwrap();
    for middle in [no_authority, no_certificates] {
        let client = middle.client(|_| {});
        assert!(judge(&store, &[&client, &middle]).is_err());
        let renewal = root.certify(&middle, |_| {});
        assert_eq!(judge(&store, &[&client, &middle, &renewal]), Ok(()));
    }
    let short = root.intermediate("court", |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    });
    let below = short.intermediate("dessous", |_| {});
    assert!(judge(&store, &[&below.client(|_| {}), &below, &short]).is_err());
}

#[test]
fn a_key_that_may_not_sign_a_handshake_is_of_wrong_use() {
    let root = Made::authority("racine");
    let store = TrustStore::new(root.own(), &[]).unwrap();
    let with =
        |usages: &[KeyUsagePurpose]| root.client(|params| params.key_usages = usages.to_vec());
    use KeyUsagePurpose::{ContentCommitment, DigitalSignature, KeyAgreement, KeyEncipherment};
    for good in [&[][..], &[DigitalSignature], &[DigitalSignature, KeyEncipherment]] {
        assert_eq!(judge(&store, &[&with(good)]), Ok(()), "{good:?}");
    }
    for bad in [&[KeyEncipherment][..], &[KeyAgreement], &[ContentCommitment, KeyEncipherment]] {
        assert_eq!(judge(&store, &[&with(bad)]), Err(CertificateFault::WrongUse), "{bad:?}");
    }
}

#[test]
fn a_chain_that_would_cost_too_much_is_given_up_and_refused() {
    let root = Made::authority("racine");
    let middle = root.intermediate("intermediaire", |_| {});
    let client = middle.client(|_| {});
    let impostor = Made::authority("racine");
    let waste: Vec<Made> = (0..120).map(|_| impostor.client(|_| {})).collect();
    let store = TrustStore::new(root.own(), &[]).unwrap();
    let chain: Vec<_> = std::iter::once(&client).chain(&waste).chain([&middle]).collect();
    assert!(matches!(judge(&store, &chain), Err(CertificateFault::Unacceptable { .. })));
    assert_eq!(judge(&store, &[&client, &middle]), Ok(()));
}
