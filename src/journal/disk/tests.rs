use super::*;
use crate::journal::snapshot::snapshot;

struct Bench {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        Self { folder, path }
    }

    fn open(&self, bytes: u64, keep: u64) -> Disk {
        Disk::open(&self.path, Rotation { bytes: NonZeroU64::new(bytes), keep }).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn names(&self) -> Vec<String> {
        let names = snapshot(&self.path)
            .unwrap()
            .into_iter()
            .map(|(path, _)| path.file_name().unwrap().to_str().unwrap().to_owned());
        names.collect()
    }
}

#[test]
fn a_restart_appends_and_a_torn_line_stays_alone() {
    let bench = Bench::new();
    bench.open(0, 0).append(b"{1}\n", true).unwrap();
    bench.open(0, 0).append(b"{2}\n", false).unwrap();
    fs::write(&bench.path, "{1}\n{2}\n{torn").unwrap();
    let mut disk = bench.open(0, 0);
    disk.append(b"{3}\n", false).unwrap();
    disk.append(b"{4}\n", false).unwrap();
    assert_eq!(bench.read("journal.jsonl"), "{1}\n{2}\n{torn\n{3}\n{4}\n");
}

#[test]
fn a_file_that_is_full_is_turned_over_and_the_oldest_makes_room() {
    let bench = Bench::new();
    let mut disk = bench.open(10, 2);
    for line in ["aaaa\n", "bbbb\n", "cccc\n", "dddddddddddddddd\n", "eeee\n", "ffff\n"] {
        disk.append(line.as_bytes(), true).unwrap();
    }
    let now = ["journal.2.jsonl", "journal.1.jsonl", "journal.jsonl"];
    assert_eq!(bench.names(), now);
    assert_eq!(now.map(|name| bench.read(name)), ["cccc\n", "dddddddddddddddd\n", "eeee\nffff\n"]);
    let mut none = Bench::new();
    none.path = none.folder.path().join("journal");
    let mut disk = none.open(5, 0);
    disk.append(b"aaaa\n", false).unwrap();
    disk.append(b"bbbb\n", false).unwrap();
    assert_eq!(
        (none.names(), none.read("journal")),
        (vec!["journal".to_owned()], "bbbb\n".to_owned())
    );
    assert_eq!(turned_over(&none.path, 3).file_name().unwrap(), "journal.3");
}

#[test]
fn keeping_every_older_file_costs_no_more_than_there_are() {
    let bench = Bench::new();
    let mut disk = bench.open(5, u64::MAX);
    for line in ["aaaa\n", "bbbb\n", "cccc\n"] {
        disk.append(line.as_bytes(), false).unwrap();
    }
    let now = ["journal.2.jsonl", "journal.1.jsonl", "journal.jsonl"];
    assert_eq!(now.map(|name| bench.read(name)), ["aaaa\n", "bbbb\n", "cccc\n"]);
}

#[test]
fn a_file_that_cannot_be_turned_over_goes_on_growing() {
    let bench = Bench::new();
    let mut disk = bench.open(5, 1);
    fs::create_dir_all(bench.folder.path().join("journal.1.jsonl/in-the-way")).unwrap();
    disk.append(b"aaaa\n", false).unwrap();
    disk.append(b"bbbb\n", false).unwrap();
    assert_eq!(bench.read("journal.jsonl"), "aaaa\nbbbb\n");
}

#[test]
fn a_moved_a_deleted_and_an_emptied_file_are_noticed() {
    let bench = Bench::new();
    let mut disk = bench.open(0, 0);
    disk.append(b"1\n", false).unwrap();
    fs::rename(&bench.path, bench.folder.path().join("moved")).unwrap();
    disk.append(b"2\n", false).unwrap();
    fs::remove_file(&bench.path).unwrap();
    disk.append(b"3\n", true).unwrap();
    assert_eq!(
        (bench.read("moved"), bench.read("journal.jsonl")),
        ("1\n".to_owned(), "3\n".to_owned())
    );
    File::options().write(true).open(&bench.path).unwrap().set_len(0).unwrap(); // logrotate's copytruncate
    disk.append(b"4\n", false).unwrap();
    assert_eq!(bench.read("journal.jsonl"), "4\n");
    let elsewhere = bench.folder.path().with_extension("gone");
    fs::rename(bench.folder.path(), &elsewhere).unwrap();
    assert!(disk.append(b"5\n", false).is_err(), "the folder is gone");
    fs::rename(&elsewhere, bench.folder.path()).unwrap();
    disk.append(b"6\n", false).unwrap();
    assert_eq!(bench.read("journal.jsonl"), "4\n6\n");
}

#[test]
fn a_snapshot_misses_nothing_while_the_files_turn_over() {
    let bench = Bench::new();
    let mut disk = bench.open(40, u64::MAX);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..600 {
                disk.append(format!("{n}\n").as_bytes(), false).unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::Release);
        });
        while !done.load(std::sync::atomic::Ordering::Acquire) {
            let mut text = String::new();
            for (_, mut file) in snapshot(&bench.path).unwrap() {
                file.read_to_string(&mut text).unwrap();
            }
            let numbers: Vec<u64> = text.lines().filter_map(|line| line.parse().ok()).collect();
            let follows = |pair: &[u64]| pair[1] == pair[0] + 1;
            assert!(numbers.windows(2).all(follows), "one after the other: {numbers:?}");
        }
    });
}

#[test]
fn a_writer_does_not_wait_for_a_reader_and_turns_over_afterwards() {
    let bench = Bench::new();
    let mut disk = bench.open(5, 1);
    disk.append(b"aaaa\n", false).unwrap();
    let reader = Folder::held_to_open(&bench.path);
    disk.append(b"bbbb\n", false).unwrap();
    assert_eq!(bench.read("journal.jsonl"), "aaaa\nbbbb\n");
    drop(reader);
    disk.append(b"cccc\n", false).unwrap();
    let now = ["journal.1.jsonl", "journal.jsonl"];
    assert_eq!(now.map(|name| bench.read(name)), ["aaaa\nbbbb\n", "cccc\n"]);
}

#[test]
fn a_pipe_is_no_journal() {
    let bench = Bench::new();
    let made = std::process::Command::new("mkfifo").arg(&bench.path).status().unwrap();
    assert!(made.success());
    let wrong = Disk::open(&bench.path, Rotation { bytes: None, keep: 0 }).err().unwrap();
    assert!(wrong.to_string().contains("pipe (FIFO)"), "{wrong}");
}

#[test]
fn two_writers_never_share_a_file() {
    let bench = Bench::new();
    let first = bench.open(0, 0);
    let again = Disk::open(&bench.path, Rotation { bytes: None, keep: 0 }).err().unwrap();
    assert!(matches!(again, OpenError::Busy { .. }), "{again}");
    drop(first);
    bench.open(0, 0);
}

#[test]
fn a_file_that_cannot_be_opened_is_named_with_what_to_do() {
    let bench = Bench::new();
    let path = bench.folder.path().join("absent/journal.jsonl");
    let wrong = Disk::open(&path, Rotation { bytes: None, keep: 0 }).err().unwrap().to_string();
    assert!(
        wrong.starts_with(&format!("journal.file: {}: cannot be opened: ", path.display())),
        "{wrong}"
    );
    assert!(wrong.ends_with("(its folder must exist)"), "{wrong}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_says_so_and_room_made_is_room_used() {
    let bench = Bench::new();
    std::os::unix::fs::symlink("/dev/full", &bench.path).unwrap();
    let mut disk = bench.open(10, 1);
    let full = disk.append(b"1\n", false).unwrap_err();
    assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    fs::remove_file(&bench.path).unwrap();
    disk.append(b"2\n", true).unwrap();
    assert_eq!(bench.read("journal.jsonl"), "2\n");
}
