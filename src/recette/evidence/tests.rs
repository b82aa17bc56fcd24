//! Which entries are evidence about a partner, and for which case.

use super::{gap::begins_anew, *};
use crate::{
    journal::{Made, Step},
    recette::{
        sample::{at, mark, numbered},
        script::AGENT,
    },
};

fn ids<'a>(evidence: &'a Evidence<'_>) -> Vec<(&'a str, Vec<&'a str>)> {
    evidence
        .exhibits
        .iter()
        .map(|one| {
            (
                one.entry.correlation_id.as_str(),
                one.during.iter().map(|one| one.case).collect::<Vec<_>>(),
            )
        })
        .collect()
}

fn of_application(entries: &[Entry]) -> Evidence<'_> {
    Evidence::gather(entries, "p", &Selection::default())
}

fn entry(id: &str, partner: Option<&str>) -> Entry {
    Entry { correlation_id: id.to_owned(), partner: partner.map(str::to_owned), ..at("10:00:00") }
}

#[test]
fn entries_between_the_marks_are_the_case_s() {
    let entries = numbered([
        entry("a", Some("p")),
        mark("p", "x", Step::Begin),
        entry("b", Some("p")),
        entry("c", Some("q")),
        mark("p", "x", Step::End),
        entry("d", Some("p")),
    ]);
    let evidence = of_application(&entries);
    assert_eq!(ids(&evidence), [("a", vec![]), ("b", vec!["x"]), ("d", vec![])]);
    assert_eq!(evidence.everyday(|_| true).len(), 2);
    assert_eq!((evidence.others, evidence.unclosed), (vec!["q".to_owned()], vec![]));
}

/// Marks excuse what a case asks for, and hide nothing else: neither a call nor what follows on it.
#[test]
fn only_a_case_that_asks_for_a_mistake_sets_its_calls_apart_from_everyday_use() {
    let entries = numbered([
        entry("a", Some("p")),
        mark("p", "search", Step::Begin),
        entry("b", Some("p")),
        mark("p", "mistake", Step::Begin),
        entry("c", Some("p")),
        mark("p", "mistake", Step::End),
        entry("d", Some("p")),
    ]);
    let evidence = of_application(&entries);
    let judged = evidence.everyday(|case| case == "mistake");
    let ids: Vec<_> = judged.iter().map(|one| one.entry.correlation_id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "d"]);
    assert!(judged.iter().all(|one| !one.is_elsewhere(&judged[0])), "one follows the other");
}

#[test]
fn a_call_tried_from_a_page_of_the_console_is_no_evidence() {
    let tried = Entry { from_console: true, ..entry("b", Some("p")) };
    let entries = numbered([entry("a", Some("p")), tried, entry("c", Some("p"))]);
    let evidence = of_application(&entries);
    assert_eq!(evidence.left_out, BTreeMap::from([(None, 1)]));
    assert_eq!(ids(&evidence), [("a", vec![]), ("c", vec![])]);
    assert_eq!(evidence.material.len(), 2);
}

#[test]
fn what_a_printed_command_called_is_no_answer_of_the_application_and_is_counted() {
    let pasted = Entry { user_agent: Some(AGENT.to_owned()), ..entry("curl", Some("p")) };
    let other = Entry { partner: Some("q".to_owned()), ..pasted.clone() };
    let entries = numbered([
        mark("p", "x", Step::Begin),
        entry("app", Some("p")),
        pasted,
        other,
        mark("p", "x", Step::End),
    ]);
    let evidence = of_application(&entries);
    assert_eq!(ids(&evidence), [("app", vec!["x"])], "the marks are anybody's");
    assert_eq!((evidence.pasted, evidence.played), (1, 0));
    let both = Evidence::gather(&entries, "p", &Calls::WithPlay.into());
    assert_eq!(ids(&both), [("app", vec!["x"]), ("curl", vec!["x"])]);
    assert_eq!((both.pasted, both.played), (0, 1));
}

#[test]
fn what_bacasable_played_counts_on_request_and_its_cases_are_not_the_application_s() {
    let made = |by, run: &str, entry: Entry| Entry {
        made: Some(Made { by, run: run.to_owned() }),
        ..entry
    };
    let played = |run, entry| made(Maker::RecettePlay, run, entry);
    let refused = || Entry { kind: Kind::Handshake, ..entry("handshake", None) };
    let entries = numbered([
        entry("app", Some("p")),
        played("1", entry("play", Some("p"))),
        played("1", mark("p", "x", Step::Begin)),
        entry("app", Some("p")),
        refused(),
        played("1", entry("play", None)),
        played("1", mark("p", "x", Step::End)),
        played("2", entry("again", Some("p"))),
        made(Maker::Call, "3", entry("call", Some("p"))),
    ]);
    let gather = |calls: Calls| Evidence::gather(&entries, "p", &calls.into());
    let own = gather(Calls::Application);
    assert_eq!(ids(&own), [("app", vec![]), ("app", vec![])]);
    let left = [(Some(Maker::RecettePlay), 3), (Some(Maker::Call), 1)]; // as many as count on request
    assert_eq!((own.played, own.left_out), (0, BTreeMap::from(left)));
    let both = gather(Calls::WithPlay);
    assert_eq!((both.exhibits.len(), both.played), (6, 3));
    let run = gather(Calls::Run("1".to_owned()));
    assert_eq!(ids(&run), [("play", vec![]), ("handshake", vec!["x"]), ("play", vec!["x"])]);
}

#[test]
fn a_period_and_a_number_of_entries_bound_what_counts() {
    let at = |hour: &str| Entry { partner: Some("p".to_owned()), ..at(hour) };
    let entries = numbered([at("09:59:59"), at("10:00:00"), at("10:30:00"), at("11:00:01")]);
    let moment = |hour: &str| format!("2026-11-22T{hour}Z").parse().ok();
    let (from, to) = (moment("10:00:00"), moment("11:00:00"));
    let count = |selection: Selection| {
        let evidence = Evidence::gather(&entries, "p", &selection);
        assert!(evidence.gaps.is_empty(), "what is left out is not missing");
        evidence.exhibits.len()
    };
    assert_eq!(count(Selection { from, to, ..Selection::default() }), 2);
    assert_eq!(count(Selection { from, ..Selection::default() }), 3);
    assert_eq!(count(Selection { first: Some(1), ..Selection::default() }), 1);
}

#[test]
fn what_names_nobody_counts_for_the_one_partner_that_began_a_case() {
    let entries = numbered([
        entry("a", None),
        mark("p", "x", Step::Begin),
        entry("b", None),
        mark("q", "y", Step::Begin),
        entry("c", None),
        mark("q", "x", Step::Begin),
        entry("d", None),
    ]);
    let evidence = of_application(&entries);
    assert_eq!(ids(&evidence), [("b", vec!["x"]), ("c", vec!["x"])]);
    assert!(evidence.everyday(|_| false).is_empty(), "nothing proves whose they are");
    assert_eq!(evidence.unclosed, ["x"]);
}

#[test]
fn what_is_written_late_counts_for_when_it_came_in() {
    let came = |entry: Entry, arrived_us| Entry { arrived_us, ..entry };
    let entries = numbered([
        came(mark("p", "x", Step::Begin), 10),
        came(entry("early", Some("p")), 5),
        came(mark("p", "x", Step::End), 30),
        came(entry("late", Some("p")), 20),
        came(mark("p", "y", Step::Begin), 40),
        came(entry("cut", None), 25),
        came(entry("after", Some("p")), 50),
    ]);
    let evidence = of_application(&entries);
    let expected =
        [("early", vec![]), ("late", vec!["x"]), ("cut", vec!["x"]), ("after", vec!["y"])];
    assert_eq!(ids(&evidence), expected);
}

#[test]
fn a_server_that_starts_again_closes_what_was_open() {
    let mut entries = numbered([mark("p", "x", Step::Begin), entry("a", Some("p"))]);
    entries.extend(numbered([entry("b", Some("p"))]));
    let evidence = of_application(&entries);
    assert_eq!(ids(&evidence), [("a", vec!["x"]), ("b", vec![])]);
    assert_eq!(evidence.exhibits.iter().map(|one| one.run).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(evidence.unclosed, ["x"]);
}

#[test]
fn a_clock_that_is_moved_is_noticed() {
    let came = |hour: &str, seconds: u64| Entry {
        arrived_us: seconds * 1_000_000,
        partner: Some("p".to_owned()),
        ..at(hour)
    };
    let moved = |entries: &[Entry]| of_application(&numbered(entries.to_vec())).clock_moved();
    assert!(!moved(&[came("10:00:00", 5), came("10:20:01", 1206), came("10:20:00", 1205)]));
    assert!(moved(&[came("10:00:00", 5), came("11:01:00", 6)]));
    assert!(moved(&[came("11:01:00", 5), came("10:00:00", 6)]));
}

#[test]
fn a_start_is_known_by_its_word_its_numbers_or_its_time() {
    let came =
        |sequence, arrived_us, kind| Entry { sequence, arrived_us, kind, ..Entry::default() };
    let request = |sequence, arrived_us| came(sequence, arrived_us, Kind::Request);
    let last = request(8, 900);
    assert!(begins_anew(&came(9, 5, Kind::Start), &last));
    assert!(begins_anew(&request(0, 950), &last) && begins_anew(&request(3, 800), &last));
    assert!(!begins_anew(&request(9, 800), &last), "written late");
    assert!(!begins_anew(&request(7, 950), &last), "another server's, in the order of time");
}

#[test]
fn a_journal_that_lost_its_beginning_is_known_as_such() {
    let mut entries = numbered([entry("a", Some("p")), entry("b", Some("p"))]);
    assert!(!of_application(&entries).truncated);
    entries.remove(0);
    assert!(of_application(&entries).truncated);
}

#[test]
fn the_application_s_calls_out_of_the_period_are_counted() {
    let entries = numbered([
        Entry { ..entry("before", Some("p")) },
        Entry { ..entry("other", Some("q")) },
        Entry { from_console: true, ..entry("tried", Some("p")) },
        Entry { correlation_id: "in".to_owned(), partner: Some("p".to_owned()), ..at("10:00:30") },
        Entry {
            correlation_id: "after".to_owned(),
            partner: Some("p".to_owned()),
            ..at("10:01:00")
        },
    ]);
    let [from, to] = ["10:00:20", "10:00:40"].map(|hour| Some(at(hour).time));
    let selection = Selection { from, to, ..Selection::default() };
    let evidence = Evidence::gather(&entries, "p", &selection);
    assert_eq!((evidence.outside, evidence.observed()), (2, 1));
    assert_eq!(of_application(&entries).outside, 0);
}
