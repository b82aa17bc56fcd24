//! Whole journals, torn ones, and files that are none.

use std::{borrow::Cow, fs, sync::Arc};

use super::*;
use crate::journal::{CertificateFacts, FORMAT};
use crate::recette::sample::{call, numbered};

fn line(entry: &Entry) -> String {
    serde_json::to_string(&Entry { format: FORMAT, ..entry.clone() }).unwrap()
}

fn read_text(text: &str) -> Result<Read, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    fs::write(&path, text).unwrap();
    let shown = path.display().to_string();
    read(&[path]).map_err(|error| error.to_string().replace(&shown, "FILE"))
}

fn story() -> Vec<String> {
    numbered([call("10:00:00", 200), call("10:00:01", 200)]).iter().map(line).collect()
}

#[test]
fn every_cut_of_the_last_line_is_told_and_counted_for_nothing() {
    let [one, two] = <[String; 2]>::try_from(story()).unwrap();
    for at in 1..two.len() {
        let Ok(read) = read_text(&format!("{one}\n{}", &two[..at])) else { panic!("cut at {at}") };
        assert_eq!(read.entries.len(), 1, "cut at {at}");
        assert!(
            read.remarks[0].contains("la dernière ligne (n° 2) est incomplète"),
            "{:?}",
            read.remarks
        );
    }
    let whole = read_text(&format!("{one}\n{two}")).unwrap();
    assert_eq!((whole.entries.len(), whole.remarks.len()), (2, 0));
}

#[test]
fn a_line_torn_by_a_crash_is_told_and_what_follows_is_read() {
    let [one, two] = <[String; 2]>::try_from(story()).unwrap();
    let read = read_text(&format!("{one}\n{}\n{two}\n", &two[..20])).unwrap();
    assert_eq!(read.entries.len(), 2);
    assert!(read.remarks[0].contains("n° 2"), "{:?}", read.remarks);
}

#[test]
fn a_growing_journal_is_read_in_the_order_of_its_files_up_to_its_last_whole_line() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two] = <[String; 2]>::try_from(story()).unwrap();
    let files = ["journal.1.jsonl", "journal.jsonl"].map(|name| dir.path().join(name));
    for (now, expected) in
        [(String::new(), 1), (two[..20].to_owned(), 1), (format!("{two}\n{}", &one[..20]), 2)]
    {
        fs::write(&files[0], format!("{one}\n")).unwrap();
        fs::write(&files[1], now).unwrap();
        let read = read_growing(&files[1]).unwrap();
        assert_eq!((read.entries.len(), read.remarks.len()), (expected, 0));
    }
    assert!(read_growing(&dir.path().join("absent.jsonl")).unwrap().entries.is_empty());
}

#[test]
fn a_file_named_twice_and_an_entry_that_is_in_two_files_count_once() {
    let dir = tempfile::tempdir().unwrap();
    let text: String = story().iter().map(|line| format!("{line}\n")).collect();
    let [file, copy, link] = ["a", "b", "c"].map(|name| dir.path().join(name));
    fs::write(&file, &text).unwrap();
    fs::write(&copy, &text).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let dotted = dir.path().join(".").join("a");
    for (paths, said) in [
        (vec![file.clone(), file.clone()], "fichier donné plusieurs fois"),
        (vec![file.clone(), dotted], "fichier donné plusieurs fois"),
        (vec![file.clone(), link], "fichier donné plusieurs fois"),
        (vec![file, copy], "2 entrées figurent plusieurs fois"),
    ] {
        let read = read(&paths).unwrap();
        assert_eq!((read.entries.len(), read.remarks.len()), (2, 1), "{:?}", read.remarks);
        assert!(read.remarks[0].contains(said), "{:?}", read.remarks);
    }
}

#[test]
fn a_byte_order_mark_and_another_format_are_told_for_what_they_are() {
    let [one, two] = <[String; 2]>::try_from(story()).unwrap();
    let marked = read_text(&format!("\u{feff}{one}\r\n{two}\r\n")).unwrap();
    assert_eq!(marked.entries.len(), 2);
    assert!(marked.remarks[0].contains("marque d'ordre des octets"), "{:?}", marked.remarks);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let spread =
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&one).unwrap());
    let utf16: Vec<u8> =
        format!("\u{feff}{one}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, what) in [
        (b"\x1f\x8b\x08\0\0".to_vec(), "gzip"),
        (b"PK\x03\x04...".to_vec(), "zip"),
        (utf16, "UTF-16"),
        (format!("[{one},{two}]").into_bytes(), "a list in JSON"),
        (spread.unwrap().into_bytes(), "over several lines"),
        (b"<!doctype html>".to_vec(), "HTML"),
    ] {
        fs::write(&path, bytes).unwrap();
        let wrong = read(std::slice::from_ref(&path)).unwrap_err().to_string();
        assert!(wrong.contains(what) && wrong.contains(":1: "), "{what}: {wrong}");
    }
    let wrong = read(&[dir.path().to_owned()]).unwrap_err().to_string();
    assert!(wrong.contains("a folder"), "{wrong}");
}

#[test]
fn what_entries_have_in_common_is_held_once() {
    let names = |names: [&'static str; 2]| names.map(Cow::Borrowed).into_iter().collect();
    let certificate = Some(CertificateFacts { fingerprint: "f".into(), subject: "CN=p".into() });
    let entry = |names| Entry {
        restituted: names,
        certificate: certificate.clone(),
        ..call("10:00:00", 200)
    };
    let lines =
        numbered([["nom", "iban"], ["nom", "iban"], ["nom", "spi"]].map(|list| entry(names(list))));
    let read =
        read_text(&lines.iter().map(|entry| line(entry) + "\n").collect::<String>()).unwrap();
    let [one, two, other] = <[Entry; 3]>::try_from(read.entries).unwrap();
    assert!(
        std::ptr::eq(&*one.restituted, &*two.restituted)
            && std::ptr::eq(&*one.controls, &*other.controls)
    );
    assert!(Arc::ptr_eq(&one.certificate.unwrap().subject, &other.certificate.unwrap().subject));
    assert_eq!(
        (&*two.restituted, &*other.restituted),
        (&*lines[1].restituted, &*lines[2].restituted)
    );
}

#[test]
fn another_version_another_program_and_an_empty_file_are_explained() {
    let one = &story()[0];
    let newer = one.replacen("\"format\":1", "\"format\":2", 1);
    let wrong = |text: &str| read_text(text).unwrap_err();
    assert!(
        wrong(&format!("{one}\n{newer}\n"))
            .starts_with("FILE:2: entry of format 2, written by another version")
    );
    assert!(wrong("{\"level\":\"info\"}\n").starts_with("FILE:1: is no journal entry"));
    assert!(wrong("Nov 22 10:00:00 host sshd\n").contains("it is not JSON"));
    assert!(wrong("{\"format\":1}\n").contains("missing field"));
    let mut bare: serde_json::Value = serde_json::from_str(one).unwrap();
    bare.as_object_mut().unwrap().remove("controls");
    assert!(wrong(&format!("{bare}\n")).contains("missing field `controls`"));
    assert_eq!(wrong("\n"), "FILE: holds no entry");
}

#[test]
fn a_file_that_goes_on_follows_whatever_the_clock_says() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two, three] = ["10:00:00", "11:01:00", "10:00:30"].map(|hour| call(hour, 200));
    let run = numbered([one, two, three]);
    let other = numbered(
        ["08:00:00", "08:00:01", "08:00:02", "08:00:03", "09:00:00"].map(|hour| call(hour, 200)),
    );
    let write = |name: &str, entries: &[Entry]| {
        let path = dir.path().join(name);
        fs::write(&path, entries.iter().map(|entry| line(entry) + "\n").collect::<String>())
            .unwrap();
        path
    };
    let parts = [
        ("c", &run[2..]),
        ("b", &run[1..2]),
        ("x", &other[..4]),
        ("y", &other[4..]),
        ("a", &run[..1]),
    ];
    let read = read(&parts.map(|(name, entries)| write(name, entries))).unwrap();
    let hours: Vec<_> =
        read.entries.iter().map(|entry| entry.time.strftime("%T").to_string()).collect();
    assert_eq!(hours[4..], ["09:00:00", "10:00:00", "11:01:00", "10:00:30"]);
}

#[test]
fn files_are_put_in_order_and_another_partner_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two] = <[String; 2]>::try_from(story()).unwrap();
    let (early, late) = (dir.path().join("b"), dir.path().join("a"));
    fs::write(&early, one + "\n").unwrap();
    fs::write(&late, two + "\n").unwrap();
    let read = read(&[late, early]).unwrap();
    assert!(read.entries[0].time < read.entries[1].time);
    assert_eq!(without(&read.entries, "p"), None);
    assert!(without(&read.entries, "q").unwrap().ends_with("mais ceux de : p"));
}
