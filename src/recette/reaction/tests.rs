//! What a good client does after each event, and what breaks it.

use proptest::prelude::*;

use super::*;
use crate::{
    admission::Control,
    journal::{CertificateFacts, Entry, JustificationFacts, Step},
    recette::sample::{
        PARTNER, anomaly, call, exhibits, mark, numbered, refused, throttled, token,
    },
};

fn judge(reaction: Reaction, entries: impl IntoIterator<Item = Entry>) -> FollowUp {
    let entries = numbered(entries);
    let exhibits = exhibits(&entries);
    reaction.judge(0, &Line::new(exhibits.iter().collect()))
}

fn expired(hour: &str) -> Entry {
    refused(hour, 401, Control::TechnicalId, "token-expired")
}

/// A call that is refused before it is read has no digest: it may be any demand.
#[test]
fn a_call_that_was_refused_unread_is_not_said_to_be_the_same_demand() {
    let after = |later: Entry| judge(Reaction::Resume, [same("a", call("10:00:00", 500)), later]);
    let unread = Entry { digest: None, ..throttled("10:01:00") };
    assert_eq!(after(unread), FollowUp::Pending(UNREAD));
    let again = same("a", call("10:01:00", 500));
    assert_eq!(
        after(again),
        FollowUp::Pending("la même demande a été renvoyée, et n'a pas abouti")
    );
    let other = same("b", call("10:01:00", 200));
    let FollowUp::Pending(why) = after(other) else { panic!("another demand is no recovery") };
    assert!(why.starts_with("aucune reprise observée"), "{why}");
}

fn same(digest: &str, entry: Entry) -> Entry {
    Entry { digest: Some(digest.to_owned()), ..entry }
}

#[test]
fn a_token_is_renewed_once_after_a_401() {
    let renewed = [expired("10:00:00"), token("10:00:01", 200), call("10:00:02", 200)];
    assert_eq!(judge(Reaction::Renew, renewed), FollowUp::Met(Some(2)));
    let stubborn = [expired("10:00:00"), expired("10:00:01")];
    assert!(matches!(judge(Reaction::Renew, stubborn), FollowUp::Broken(1, _)));
    let greedy = [expired("10:00:00"), token("10:00:01", 200), token("10:00:02", 200)];
    let several = |why: &str| FollowUp::Broken(2, why.to_owned());
    let twice = "plusieurs jetons obtenus pour un seul refus";
    assert_eq!(judge(Reaction::Renew, greedy), several(twice));
    let denied = [
        expired("10:00:00"),
        token("10:00:01", 401),
        token("10:00:02", 400),
        token("10:00:03", 200),
        call("10:00:04", 200),
    ];
    let without = denied[..3].to_vec();
    let FollowUp::Pending(why) = judge(Reaction::Renew, without) else { panic!() };
    assert_eq!(why, "demande de jeton refusée : aucun nouveau jeton obtenu depuis le refus");
    assert_eq!(judge(Reaction::Renew, denied.clone()), FollowUp::Met(Some(4)));
    let [first, one, other, got, _] = denied;
    let FollowUp::Broken(4, why) =
        judge(Reaction::Renew, [first, one, other, got, token("10:00:04", 200)])
    else {
        panic!("two tokens")
    };
    assert_eq!(why, format!("{twice} (et 2 demandes refusées sans en donner)"));
    assert!(matches!(judge(Reaction::Renew, [expired("10:00:00")]), FollowUp::Pending(_)));
}

fn answered(hour: &str, status: u16, code: &str, during: &str) -> [Entry; 3] {
    let code = Some(code.to_owned()).filter(|code| !code.is_empty());
    let called = Entry { code, ..call(hour, status) };
    [mark(PARTNER, during, Step::Begin), called, mark(PARTNER, during, Step::End)]
}

#[test]
fn a_renewal_is_shown_by_the_refused_call_that_succeeds_and_by_no_other() {
    let after =
        |last: Entry| judge(Reaction::Renew, [expired("10:00:00"), token("10:00:01", 200), last]);
    assert_eq!(after(call("10:00:02", 200)), FollowUp::Met(Some(2)));
    let elsewhere = Entry { operation: Some("numCpte".into()), ..call("10:00:02", 200) };
    for other in [anomaly("10:00:02", 400, "CAF002"), elsewhere] {
        assert_eq!(after(other.clone()), FollowUp::Pending(NOT_TAKEN_UP), "{other:?}");
    }
    let story = |during| {
        let marked = answered("10:00:02", 200, "", during);
        judge(
            Reaction::Renew,
            [expired("10:00:00"), token("10:00:01", 200)].into_iter().chain(marked),
        )
    };
    assert!(matches!(story("droits-scope"), FollowUp::Pending(_)), "made for another case");
}

#[test]
fn tokens_asked_for_after_a_renewal_are_none_of_it() {
    let other = Entry { operation: Some("numCpte".into()), ..call("10:00:02", 200) };
    let story = [
        expired("10:00:00"),
        token("10:00:01", 200),
        other,
        token("10:50:00", 200),
        token("10:51:00", 200),
        call("10:52:00", 200),
    ];
    assert_eq!(judge(Reaction::Renew, story), FollowUp::Met(Some(5)));
}

#[test]
fn a_recovery_is_the_same_demand_again_and_no_other() {
    let failed = same("a", anomaly("10:00:00", 500, "CAT001"));
    let after = |last: Entry| judge(Reaction::Resume, [failed.clone(), last]);
    assert_eq!(after(same("a", call("10:00:02", 200))), FollowUp::Met(Some(1)));
    let FollowUp::Pending(why) = after(same("b", call("10:00:02", 200))) else { panic!() };
    assert!(why.starts_with("aucune reprise observée"), "{why}");
    let elsewhere = Entry { operation: Some("numCpte".into()), ..call("10:00:02", 200) };
    assert!(matches!(after(elsewhere), FollowUp::Pending(_)));
    let FollowUp::Pending(why) = after(same("a", call("10:00:02", 400))) else { panic!() };
    assert!(why.contains("n'a pas abouti"), "{why}");
}

#[test]
fn a_demand_is_the_same_whatever_its_date_and_its_justification() {
    let justified = |digest: &str, demand: &str, entry: Entry| {
        let justification = Some(JustificationFacts {
            length: 9,
            hash: digest.to_owned(),
            identifier: None,
            demand: Some(demand.to_owned()),
        });
        Entry { justification, ..same(digest, entry) }
    };
    let failed = justified("a", "asked", call("10:00:00", 500));
    let again = justified("b", "asked", call("10:00:02", 200));
    assert_eq!(judge(Reaction::Resume, [failed.clone(), again]), FollowUp::Met(Some(1)));
    let other = justified("b", "other", call("10:00:02", 200));
    assert!(matches!(judge(Reaction::Resume, [failed, other]), FollowUp::Pending(_)));
}

#[test]
fn a_demand_made_for_another_case_is_no_recovery() {
    let failed = same("a", call("10:00:00", 500));
    let marked = answered("10:00:02", 200, "", "x").map(|one| same("a", one));
    let story = [failed].into_iter().chain(marked);
    assert!(matches!(judge(Reaction::Resume, story), FollowUp::Pending(_)));
}

#[test]
fn two_threads_may_both_meet_the_refusal_and_both_renew() {
    let in_flight = Entry { duration_us: 2_000_000, ..expired("10:00:00") };
    let story = [
        in_flight,
        expired("10:00:01"),
        token("10:00:03", 200),
        token("10:00:03", 200),
        call("10:00:04", 200),
    ];
    assert_eq!(judge(Reaction::Renew, story), FollowUp::Met(Some(4)));
}

#[test]
fn a_client_waits_for_next_access_time() {
    let patient = [throttled("10:00:30"), call("10:01:00", 200)];
    assert_eq!(judge(Reaction::Wait, patient), FollowUp::Met(Some(1)));
    let hasty = [throttled("10:00:30"), call("10:00:59", 429)];
    assert!(matches!(judge(Reaction::Wait, hasty), FollowUp::Broken(1, _)));
    let wrong = [throttled("10:00:30"), anomaly("10:01:00", 400, "CAF002")];
    assert!(matches!(judge(Reaction::Wait, wrong), FollowUp::Pending(_)));
    let in_flight =
        [Entry { duration_us: 9_000_000, ..throttled("10:00:30") }, call("10:00:31", 429)];
    assert!(matches!(judge(Reaction::Wait, in_flight), FollowUp::Pending(_)));
}

#[test]
fn retries_of_a_failure_are_spaced_and_few() {
    let patient = [
        same("a", call("10:00:00", 500)),
        same("a", call("10:00:02", 500)),
        same("a", call("10:00:06", 200)),
    ];
    assert_eq!(judge(Reaction::Resume, patient), FollowUp::Met(Some(2)));
    let prompt = [same("a", call("10:00:00", 500)), same("a", call("10:00:00.005", 200))];
    assert_eq!(judge(Reaction::Resume, prompt), FollowUp::Met(Some(1)));
    let hasty = [
        same("a", call("10:00:00", 500)),
        same("a", call("10:00:00.005", 500)),
        same("a", call("10:00:00.1", 200)),
    ];
    assert!(matches!(judge(Reaction::Resume, hasty), FollowUp::Broken(2, _)));
    let endless = (0..6).map(|n| same("a", call(&format!("10:00:{:02}", n * 5), 503)));
    assert!(matches!(judge(Reaction::Resume, endless), FollowUp::Broken(5, _)));
    let cut = Entry { status: None, ..call("10:00:00", 0) };
    assert!(matches!(judge(Reaction::Resume, [cut]), FollowUp::Pending(_)));
}

#[test]
fn a_refused_demand_is_not_sent_again_at_once() {
    let wrong = same("a", anomaly("10:00:00", 400, "CAF002"));
    let mended = [wrong.clone(), same("b", call("10:00:01", 200))];
    assert_eq!(judge(Reaction::NoRepeat, mended), FollowUp::Met(None));
    let stubborn = [wrong.clone(), same("a", anomaly("10:00:01", 400, "CAF002"))];
    assert!(matches!(judge(Reaction::NoRepeat, stubborn), FollowUp::Broken(1, _)));
    let later = [wrong, same("a", anomaly("10:00:11", 400, "CAF002"))];
    assert_eq!(judge(Reaction::NoRepeat, later), FollowUp::Met(None));
}

#[test]
fn a_suspended_partner_stops_calling() {
    let exhibit = |second: usize| {
        refused(&format!("10:00:{second:02}"), 401, Control::Identity, "convention-suspended")
    };
    assert_eq!(judge(Reaction::Stop, (0..4).map(exhibit)), FollowUp::Met(None));
    assert!(matches!(judge(Reaction::Stop, (0..5).map(exhibit)), FollowUp::Broken(4, _)));
}

/// What is refused for its certificate, for its token or for who calls shows no certificate that serves.
#[test]
fn a_certificate_is_not_renewed_by_calls_that_are_refused_for_who_makes_them() {
    let shown = |entry: Entry, print: u32| Entry {
        certificate: Some(CertificateFacts {
            fingerprint: print.to_string().into(),
            subject: "CN=p".into(),
        }),
        ..entry
    };
    let renewed = |later: Entry| {
        judge(Reaction::NewCertificate, [shown(call("10:00:00", 200), 1), shown(later, 2)])
    };
    let hour = "10:01:00";
    for wrong in [
        refused(hour, 403, Control::Certificate, "certificate-expired"),
        refused(hour, 401, Control::TechnicalId, "token-expired"),
        refused(hour, 403, Control::Identity, "other-certificate"),
        token(hour, 401),
    ] {
        assert_eq!(renewed(wrong), FollowUp::Pending(ONE_CERTIFICATE));
    }
    for good in [
        call(hour, 200),
        call(hour, 400),
        token(hour, 200),
        throttled(hour),
        refused(hour, 403, Control::Address, "address-not-listed"),
        refused(hour, 403, Control::Identity, "convention-suspended"),
    ] {
        assert_eq!(renewed(good), FollowUp::Met(Some(1)));
    }
}

#[test]
fn an_hour_that_came_because_the_clock_was_moved_was_waited_for_by_nobody() {
    let came = |entry: Entry, arrived_us: u64| Entry { arrived_us, ..entry };
    let skipped = |later_us: u64| {
        let entries = numbered([
            came(throttled("10:00:30"), 1_000_000),
            came(call("10:01:00", 200), later_us),
        ]);
        let exhibits = exhibits(&entries);
        Reaction::Wait.skipped(&exhibits[0], &exhibits[1])
    };
    assert!(skipped(3_000_000), "two seconds by the wall's clock");
    assert!(!skipped(31_000_000), "all thirty");
    assert!(!skipped(0), "a file that does not tell");
}

#[test]
fn a_renewed_certificate_is_another_one() {
    let with = |hour: &str, fingerprint: &str| {
        let facts = CertificateFacts { fingerprint: fingerprint.into(), subject: "".into() };
        Entry { certificate: Some(facts), ..call(hour, 200) }
    };
    assert!(matches!(
        judge(Reaction::NewCertificate, [with("10:00:00", "a"), with("10:00:01", "a")]),
        FollowUp::Pending(_)
    ));
    assert_eq!(
        judge(Reaction::NewCertificate, [with("10:00:00", "a"), with("10:00:01", "b")]),
        FollowUp::Met(Some(1))
    );
}

fn showing(print: u8) -> Entry {
    let facts = CertificateFacts { fingerprint: print.to_string().into(), subject: "CN=p".into() };
    Entry { certificate: (print > 0).then_some(facts), ..call("10:00:00", 200) }
}

proptest! {
    /// One look at each exhibit finds what judging each event would.
    #[test]
    fn the_last_renewal_is_found(prints in prop::collection::vec((0..4u8, any::<bool>(), any::<bool>()), 1..12)) {
        let entries = numbered(prints.iter().map(|(print, ..)| showing(*print)));
        let mut exhibits = exhibits(&entries);
        for (at, exhibit) in exhibits.iter_mut().enumerate() {
            exhibit.own = prints[at].1 || prints[at].0 % 2 == 0;
            exhibit.run = at / 5;
        }
        let line = Line::new(exhibits.iter().collect());
        let events: Vec<_> = (0..line.len()).filter(|&at| prints[at].2).collect();
        let decide = |&event: &usize| {
            let outcome = Reaction::NewCertificate.judge(event, &line);
            (!matches!(outcome, FollowUp::Pending(_))).then_some((event, outcome))
        };
        let slow = events.iter().rev().find_map(decide);
        let slow = slow.or_else(|| events.last().map(|&event| (event, FollowUp::Pending(ONE_CERTIFICATE))));
        prop_assert_eq!(Reaction::NewCertificate.decide(&events, &line), slow);
    }
}

/// Who hammers until the hour and calls again after it has not waited, whatever the last refusal says.
#[test]
fn what_came_before_in_the_same_row_counts() {
    let entries = numbered([
        throttled("10:00:10"),
        throttled("10:00:20"),
        throttled("10:00:30"),
        call("10:01:00", 200),
    ]);
    let exhibits = exhibits(&entries);
    let line = Line::new(exhibits.iter().collect());
    let decided = Reaction::Wait.decide(&[0, 1, 2], &line).unwrap();
    assert!(matches!(decided, (0, FollowUp::Broken(1, _))), "{decided:?}");
    // In another minute, a client that was mended is judged by what it does now.
    let entries = numbered([
        throttled("10:00:10"),
        throttled("10:00:20"),
        call("10:01:00", 200),
        throttled("10:05:10"),
        call("10:06:00", 200),
    ]);
    let exhibits = crate::recette::sample::exhibits(&entries);
    let line = Line::new(exhibits.iter().collect());
    let decided = Reaction::Wait.decide(&[0, 1, 3], &line).unwrap();
    assert!(matches!(decided, (3, FollowUp::Met(Some(4)))), "{decided:?}");
}

#[test]
fn a_thread_that_could_not_know_yet_is_not_blamed() {
    let at = |hour: &str, port: u16| Entry {
        port: Some(port),
        digest: Some(hour.to_owned()),
        ..throttled(hour)
    };
    for (hour, port, is_blamed) in [
        ("10:00:10.020", 40_001, false),
        ("10:00:10.020", 40_000, true),
        ("10:00:10.200", 40_001, true),
    ] {
        let entries = numbered([at("10:00:10", 40_000), at(hour, port)]);
        let exhibits = exhibits(&entries);
        let line = Line::new(exhibits.iter().collect());
        let followed = Reaction::Wait.judge(0, &line);
        assert_eq!(matches!(followed, FollowUp::Broken(..)), is_blamed, "{hour} {port}");
    }
}
