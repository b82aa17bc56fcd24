use super::*;
use crate::journal::{Journal, Since};

fn entry(partner: &str) -> Entry {
    Entry { partner: Some(partner.to_owned()), ..Entry::default() }
}

fn of_partner(partner: &str) -> Filter {
    Filter { partner: Some(partner.to_owned()), ..Filter::default() }
}

#[test]
fn the_oldest_entry_makes_room_and_numbers_are_never_reused() {
    let journal = Journal::new(2);
    for partner in ["a", "b", "c"] {
        journal.record(entry(partner));
    }
    let read = journal.read(&Filter::default());
    assert_eq!(read.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_page_has_the_last_entries_and_says_where_to_go_on() {
    let journal = Journal::new(10);
    for partner in ["a", "b", "a", "a"] {
        journal.record(entry(partner));
    }
    let numbers = |page: &Page| page.entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>();
    let page = journal.page(&of_partner("a"), 2);
    assert_eq!((page.total, numbers(&page), page.next), (3, vec![2, 3], 4));
    journal.record(entry("a"));
    let since = Filter { since: Some(Since::Sequence(page.next)), ..Filter::default() };
    assert_eq!(numbers(&journal.page(&since, 10)), [4]);
}

#[test]
fn a_reader_gets_the_newest_first_and_goes_back_by_numbers() {
    let journal = Journal::new(10);
    for partner in ["a", "b", "a", "a", "b"] {
        journal.record(entry(partner));
    }
    let numbers = |filter: &Filter, before, most| {
        journal.latest(filter, before, most).iter().map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&of_partner("a"), None, 2), [3, 2]);
    assert_eq!(numbers(&of_partner("a"), Some(2), 2), [0]);
    assert_eq!(journal.count(&of_partner("b")), 2);
}

#[test]
fn an_entry_is_found_by_its_number_after_others_were_forgotten() {
    let journal = Journal::new(3);
    for partner in ["a", "b", "c", "d", "e"] {
        journal.record(entry(partner));
    }
    journal.forget(&of_partner("d"));
    assert_eq!(journal.entry(4).unwrap().partner.as_deref(), Some("e"));
    assert!(journal.entry(3).is_none() && journal.entry(0).is_none() && journal.entry(5).is_none());
}

fn came(partner: &str, arrived_us: u64) -> Entry {
    Entry { arrived_us, ..entry(partner) }
}

#[test]
fn what_came_in_before_a_run_and_ends_after_its_beginning_is_not_of_it() {
    let journal = Journal::new(10);
    journal.record(came("a", 10));
    assert_eq!(journal.begin(None, 100), 1);
    for arrived_us in [50, 100, 101] {
        let entry = came("a", arrived_us);
        assert_eq!(journal.is_past(&entry), arrived_us <= 100);
        journal.record(entry);
    }
    let read = journal.read(&Filter::default());
    let seen: Vec<_> = read.iter().map(|entry| (entry.sequence, entry.arrived_us)).collect();
    assert_eq!(seen, [(1, 101)], "and without a file no number is spent on the others");
}

#[test]
fn the_run_of_one_partner_leaves_the_others_alone() {
    let journal = Journal::new(10);
    ["a", "b"].into_iter().for_each(|partner| journal.record(came(partner, 10)));
    assert_eq!(journal.begin(Some("a"), 100), 1);
    ["a", "b"].into_iter().for_each(|partner| journal.record(came(partner, 50)));
    let read = journal.read(&Filter::default());
    assert!(read.iter().all(|entry| entry.partner.as_deref() == Some("b")) && read.len() == 2);
    assert_eq!((journal.first_of("a"), journal.first_of("b")), (2, 0));
    journal.begin(None, 200);
    journal.record(came("b", 150));
    assert_eq!((journal.count(&Filter::default()), journal.first_of("b")), (0, 3));
}

#[test]
fn what_another_replica_wrote_down_of_an_earlier_run_is_not_kept() {
    let journal = Journal::new(10);
    journal.begin(Some("a"), 100);
    for (partner, arrived_us) in [("a", 50), ("b", 50), ("a", 150)] {
        let text = serde_json::to_string(&came(partner, 1)).unwrap();
        journal.receive("r".into(), arrived_us, &text);
    }
    assert_eq!(journal.read(&of_partner("a")).len(), 1);
    assert_eq!(journal.read(&of_partner("b")).len(), 1);
}

#[test]
fn what_belongs_to_one_partner_is_forgotten_alone() {
    let journal = Journal::new(10);
    for partner in ["a", "b", "a"] {
        journal.record(entry(partner));
    }
    assert_eq!(journal.forget(&of_partner("a")), 2);
    assert_eq!(journal.read(&Filter::default()).len(), 1);
    assert!(journal.read(&of_partner("a")).is_empty());
}
