//! The file's thread and those who follow, with a disk of the test's own that can be full or slow.

use std::{
    io,
    sync::{Arc, Condvar, Mutex},
};

use super::*;

/// A disk of the test's own.
#[derive(Clone, Default)]
struct Shelf(Arc<(Mutex<ShelfState>, Condvar)>);

#[derive(Default)]
struct ShelfState {
    full: bool,
    /// After so many writes it is full.
    room: Option<usize>,
    /// The thread waits here until told to go on.
    held: bool,
    /// The thread is there.
    writing: bool,
    /// What each write brought.
    writes: Vec<String>,
    durable: bool,
}

impl Shelf {
    fn full(&self, full: bool) {
        self.0.0.lock().unwrap().full = full;
    }

    fn hold(&self, held: bool) {
        self.0.0.lock().unwrap().held = held;
        self.0.1.notify_all();
    }

    /// Waits until the thread is at a write that is held.
    fn until_writing(&self) {
        let state = self.0.1.wait_while(self.0.0.lock().unwrap(), |state| !state.writing);
        drop(state.unwrap());
    }

    fn writes(&self) -> usize {
        self.0.0.lock().unwrap().writes.len()
    }

    fn entries(&self) -> Vec<Entry> {
        let text = self.0.0.lock().unwrap().writes.concat();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn numbers(&self) -> Vec<u64> {
        self.entries().iter().map(|entry| entry.sequence).collect()
    }
}

impl Medium for Shelf {
    fn append(&mut self, lines: &[u8], durable: bool) -> io::Result<()> {
        let (state, bell) = &*self.0;
        let mut state = state.lock().unwrap();
        state.writing = true;
        bell.notify_all();
        let mut state = bell.wait_while(state, |state| state.held).unwrap();
        state.writing = false;
        let has_room = state.room.is_none_or(|room| state.writes.len() < room);
        if state.full || !has_room {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        state.durable = durable;
        state.writes.push(String::from_utf8(lines.to_vec()).unwrap());
        Ok(())
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.0.0.lock().unwrap().writes.pop();
        Ok(())
    }
}

fn journal(policy: JournalPolicy, capacity: usize, waiting: usize) -> (Journal, Shelf) {
    patient(policy, capacity, waiting, Duration::from_secs(60))
}

fn patient(
    policy: JournalPolicy,
    capacity: usize,
    waiting: usize,
    patience: Duration,
) -> (Journal, Shelf) {
    let shelf = Shelf::default();
    let mut journal = Journal::new(capacity);
    let disk = Box::new(shelf.clone());
    journal.keep_in("journal.jsonl".into(), policy, disk, waiting, patience).unwrap();
    (journal, shelf)
}

#[tokio::test]
async fn a_disk_that_hangs_is_waited_for_so_long_and_what_was_answered_is_what_it_holds_in_the_end()
{
    let (journal, shelf) = patient(JournalPolicy::Strict, 10, 1000, Duration::from_millis(50));
    let before = journal.record_answer(&mut entry("a"), refused).ticket.unwrap();
    assert_eq!(before.written().await, Ok(()));
    shelf.hold(true);
    let (one, two) = (
        journal.record_answer(&mut entry("a"), refused).ticket.unwrap(),
        journal.record_answer(&mut entry("a"), refused).ticket.unwrap(),
    );
    assert_eq!((one.written().await, two.written().await), (Err(Unwritten), Err(Unwritten)));
    assert!(journal.blocked(), "the next ones are refused without a wait");
    let fault = journal.kept().unwrap().fault.unwrap();
    assert!(fault.contains("has not answered"), "{fault}");
    journal.settle(); // whoever makes a report is not held up
    shelf.hold(false);
    for _ in 0..1_000_000 {
        // Until the writing thread has woken, the disk still counts as one that hangs, and nobody waits for it.
        if shelf.entries().len() == 3 {
            break;
        }
        journal.settle();
        std::thread::yield_now();
    }
    journal.close();
    let held: Vec<_> = shelf.entries().iter().map(|one| (one.sequence, one.status)).collect();
    assert_eq!(held, [(0, Some(200)), (1, Some(503)), (2, Some(503))]);
    assert_eq!((journal.kept().unwrap().fault, journal.blocked()), (None, false));
}

#[test]
fn a_disk_that_hangs_does_not_keep_the_process_from_ending() {
    for policy in [JournalPolicy::Buffered, JournalPolicy::Strict] {
        let (journal, shelf) = patient(policy, 10, 1000, Duration::from_millis(50));
        shelf.hold(true);
        journal.record(entry("a"));
        shelf.until_writing();
        journal.close();
        drop(journal);
        shelf.hold(false);
    }
}

fn entry(partner: &str) -> Entry {
    Entry { partner: Some(partner.to_owned()), status: Some(200), ..Entry::default() }
}

fn refused(entry: &mut Entry) {
    entry.status = Some(503);
}

#[test]
fn the_file_has_every_entry_in_the_order_of_their_numbers_and_is_complete_when_closed() {
    let (journal, shelf) = journal(JournalPolicy::Buffered, 10, 100_000);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1500).for_each(|_| journal.record(entry("a"))));
        }
    });
    journal.close();
    assert_eq!(shelf.numbers(), (0..6000).collect::<Vec<_>>());
    assert!(!shelf.0.0.lock().unwrap().durable, "buffered asks for no sync");
    let kept = journal.kept().unwrap();
    assert_eq!((kept.written, kept.pending, kept.lost, kept.fault), (6000, 0, 0, None));
}

#[test]
fn a_disk_that_fills_up_between_two_writes_keeps_the_first_and_misses_nothing_once_there_is_room() {
    let (journal, shelf) = journal(JournalPolicy::Buffered, 10, 1000);
    shelf.hold(true);
    journal.record(entry("a"));
    shelf.until_writing();
    (0..300).for_each(|_| journal.record(entry("a"))); // more than are written at once
    shelf.0.0.lock().unwrap().room = Some(2);
    shelf.hold(false);
    journal.settle();
    let kept = journal.kept().unwrap();
    assert_eq!(
        (kept.written + kept.pending as u64, kept.lost, kept.fault.is_some()),
        (301, 0, true)
    );
    assert!((2..301).contains(&kept.written), "{kept:?}");
    assert_eq!(shelf.numbers(), (0..kept.written).collect::<Vec<_>>());
    shelf.0.0.lock().unwrap().room = None;
    journal.settle();
    assert_eq!(shelf.numbers(), (0..301).collect::<Vec<_>>());
}

#[test]
fn a_full_disk_stops_nobody_under_buffered_and_what_is_missing_is_counted() {
    let (journal, shelf) = journal(JournalPolicy::Buffered, 100, 3);
    shelf.full(true);
    for _ in 0..5 {
        assert!(
            journal.record_answer(&mut entry("a"), refused).ticket.is_none(),
            "nothing to wait for"
        );
    }
    journal.settle();
    let kept = journal.kept().unwrap();
    assert_eq!((kept.written, kept.pending, kept.lost, kept.fault.is_some()), (0, 3, 2, true));
    assert!(!journal.blocked());
    shelf.full(false);
    journal.settle();
    journal.record(entry("a"));
    journal.settle();
    let kept = journal.kept().unwrap();
    assert_eq!((kept.written, kept.pending, kept.lost, kept.fault), (4, 0, 2, None));
    assert_eq!(shelf.numbers(), [0, 1, 2, 5], "the numbers tell what is missing");
    assert_eq!(journal.read(&Filter::default()).len(), 6, "memory has them all");
    assert!(journal.read(&Filter::default()).iter().all(|entry| entry.status == Some(200)));
}

#[tokio::test]
async fn under_strict_a_ticket_is_good_once_its_entry_is_on_disk() {
    let (journal, shelf) = journal(JournalPolicy::Strict, 100, 100);
    let ticket = journal.record_answer(&mut entry("a"), refused).ticket.unwrap();
    assert_eq!(ticket.written().await, Ok(()));
    assert_eq!(shelf.numbers(), [0]);
    assert!(shelf.0.0.lock().unwrap().durable);
}

#[tokio::test]
async fn those_who_wait_together_share_one_write() {
    let (journal, shelf) = journal(JournalPolicy::Strict, 100, 100);
    shelf.hold(true);
    let mut tickets = vec![journal.record_answer(&mut entry("a"), refused).ticket.unwrap()];
    shelf.until_writing();
    tickets
        .extend((0..20).map(|_| journal.record_answer(&mut entry("a"), refused).ticket.unwrap()));
    shelf.hold(false);
    for ticket in tickets {
        assert_eq!(ticket.written().await, Ok(()));
    }
    assert_eq!(shelf.writes(), 2);
}

#[tokio::test]
async fn under_strict_what_cannot_be_written_is_not_answered_until_it_can() {
    let (journal, shelf) = journal(JournalPolicy::Strict, 100, 3);
    shelf.full(true);
    for _ in 0..3 {
        let ticket = journal.record_answer(&mut entry("a"), refused).ticket.unwrap();
        assert_eq!(ticket.written().await, Err(Unwritten));
    }
    assert!(journal.blocked());
    let overflowing = journal.record_answer(&mut entry("a"), refused).ticket.unwrap();
    assert_eq!(overflowing.written().await, Err(Unwritten), "no room to wait");
    let statuses = |entries: Vec<Option<u16>>| entries.into_iter().flatten().collect::<Vec<_>>();
    let in_memory = journal.read(&Filter::default());
    assert_eq!(
        statuses(in_memory.iter().map(|entry| entry.status).collect()),
        [503; 4],
        "as it was answered"
    );
    shelf.full(false);
    journal.settle();
    assert!(!journal.blocked());
    assert_eq!(
        journal.record_answer(&mut entry("a"), refused).ticket.unwrap().written().await,
        Ok(())
    );
    assert_eq!(shelf.numbers(), [0, 1, 2, 4]);
    assert_eq!(
        statuses(shelf.entries().iter().map(|entry| entry.status).collect()),
        [503, 503, 503, 200]
    );
    assert_eq!(journal.kept().unwrap().lost, 1);
}

#[tokio::test]
async fn nobody_waits_for_a_journal_that_closes_on_a_full_disk() {
    let (journal, shelf) = journal(JournalPolicy::Strict, 100, 100);
    shelf.hold(true);
    shelf.full(true);
    let tickets: Vec<_> =
        (0..5).map(|_| journal.record_answer(&mut entry("a"), refused).ticket.unwrap()).collect();
    shelf.hold(false);
    journal.close();
    for ticket in tickets {
        assert_eq!(ticket.written().await, Err(Unwritten));
    }
    assert_eq!(journal.kept().unwrap().lost, 5);
    let late = journal.record_answer(&mut entry("a"), refused).ticket.unwrap();
    assert_eq!(late.written().await, Err(Unwritten));
}

#[tokio::test]
async fn followers_see_an_entry_once_its_fate_is_known() {
    let (journal, shelf) = journal(JournalPolicy::Strict, 100, 100);
    let mut tail = journal.follow(Filter::default(), None);
    shelf.full(true);
    shelf.hold(true);
    let ticket = journal.record_answer(&mut entry("a"), refused).ticket.unwrap();
    shelf.until_writing();
    assert!(futures_util::FutureExt::now_or_never(tail.next()).is_none(), "not yet");
    shelf.hold(false);
    assert_eq!(ticket.written().await, Err(Unwritten));
    let Some(Followed::Entries(entries)) = tail.next().await else { panic!("entries") };
    assert_eq!(
        entries.iter().map(|entry| (entry.sequence, entry.status)).collect::<Vec<_>>(),
        [(0, Some(503))]
    );
}

/// What a follower is told until nothing is left: numbers, `5..7` for a gap.
async fn followed(tail: &mut Tail) -> String {
    let mut all = Vec::new();
    while let Some(Some(followed)) = futures_util::FutureExt::now_or_never(tail.next()) {
        match followed {
            Followed::Entries(entries) => {
                all.extend(entries.iter().map(|entry| entry.sequence.to_string()))
            }
            Followed::Gap { from, to } => all.push(format!("{from}..{to}")),
            Followed::Restarted => all.push("restarted".to_owned()),
        }
    }
    all.join(" ")
}

#[tokio::test]
async fn a_follower_goes_on_from_its_place() {
    let journal = Journal::new(5);
    let since = |since| Filter { since: Some(since), ..Filter::default() };
    for partner in ["a", "b", "a"] {
        journal.record(entry(partner));
    }
    let only_a = Filter { partner: Some("a".to_owned()), ..Filter::default() };
    let mut from_now = journal.follow(Filter::default(), None);
    assert_eq!(followed(&mut from_now).await, "");
    assert_eq!(followed(&mut journal.follow(only_a.clone(), Some(0))).await, "2");
    assert_eq!(followed(&mut journal.follow(since(Since::Sequence(1)), None)).await, "1 2");
    assert_eq!(
        followed(&mut journal.follow(since(Since::Sequence(0)), Some(1))).await,
        "2",
        "its place says more"
    );
    assert_eq!(
        followed(&mut journal.follow(since(Since::Time(Default::default())), None)).await,
        "0 1 2"
    );
    assert_eq!(
        followed(&mut journal.follow(Filter::default(), Some(2))).await,
        "",
        "it has them all"
    );
    assert_eq!(
        followed(&mut journal.follow(only_a, Some(9))).await,
        "restarted 0 2",
        "a number of another run"
    );
    journal.record(entry("c"));
    assert_eq!(followed(&mut from_now).await, "3");
}

#[tokio::test]
async fn a_slow_follower_is_told_what_it_missed_and_forgotten_entries_are_no_gap() {
    let journal = Journal::new(5);
    let mut tail = journal.follow(Filter::default(), None);
    for partner in ["a", "b", "a", "b", "b", "b", "b"] {
        journal.record(entry(partner));
    }
    assert_eq!(followed(&mut tail).await, "0..1 2 3 4 5 6");
    journal.record(entry("a"));
    journal.record(entry("b"));
    journal.forget(&Filter { partner: Some("a".to_owned()), ..Filter::default() });
    assert_eq!(followed(&mut tail).await, "8");
    let many = Journal::new(1000);
    let mut tail = many.follow(Filter::default(), None);
    (0..200).for_each(|_| many.record(entry("a")));
    assert_eq!(followed(&mut tail).await.split(' ').count(), 200, "some at a time, none twice");
}

#[tokio::test]
async fn a_follower_that_waits_is_woken_and_sent_away() {
    let journal = Arc::new(Journal::new(5));
    let mut tail = journal.follow(Filter::default(), None);
    let waiting =
        tokio::spawn(async move { (tail.next().await.is_some(), tail.next().await.is_none()) });
    tokio::task::yield_now().await;
    journal.record(entry("a"));
    tokio::task::yield_now().await;
    journal.dismiss();
    assert_eq!(waiting.await.unwrap(), (true, true));
    assert!(journal.follow(Filter::default(), None).next().await.is_none(), "too late");
}

#[test]
fn a_page_after_a_number_has_the_first_ones_and_says_how_many_are_left() {
    let journal = Journal::new(10);
    for partner in ["a", "b", "a", "a", "a"] {
        journal.record(entry(partner));
    }
    let only_a = Filter { partner: Some("a".to_owned()), ..Filter::default() };
    let page = journal.page_after(&only_a, 0, 2);
    let numbers: Vec<_> = page.entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!((numbers, page.total, page.left), (vec![2, 3], 4, 1));
    let page = journal.page_after(&only_a, 4, usize::MAX);
    assert_eq!((page.entries.len(), page.left, page.next), (0, 0, 5));
}

#[test]
fn values_that_look_real_are_kept_by_nobody() {
    let journal = Journal::new(10);
    let values = Values::from_target("/r2p/v1/personne", Some("nom=VALBRUNE"), &[]);
    journal.record(Entry { values: values.clone(), ..entry("a") });
    journal.record(Entry { values, vigilance: vec!["iban".to_owned()], ..entry("a") });
    let kept: Vec<_> =
        journal.read(&Filter::default()).iter().map(|entry| entry.values.is_some()).collect();
    assert_eq!(kept, [true, false]);
}
