//! Journals on file: the same judgement without a server, across restarts, of several files; and what is wrong with them.

use std::{fs, num::NonZeroU64, path::Path, sync::Arc};

use bacasable::{
    journal::{Entry, Filter},
    recette::{coverage::State, report::Report},
};

use reqwest::Method;

use super::told;
use crate::{
    console::HEALTH,
    harness::{World, certs},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_file_gives_the_same_judgement_and_the_same_digest() {
    let world = World::start().await;
    let (code, text) = told(&world.command(&["play", "--partner", "commune-valmont"]).await);
    assert_eq!(code, 0, "{text}");
    let live = world.recette_of("commune-valmont", "&with_play=true").await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    write_journal(&world, &path);
    let report = played_in(&[&path], "commune-valmont").unwrap();
    assert_eq!(report.themes, live.themes);
    assert_eq!(report.conduct, live.conduct);
    assert_eq!(report.evidence_sha256, live.evidence_sha256);
    let told = |report: &Report| report.vigilance.join(" ");
    assert!(told(&report).contains("ne dit pas avec quelle version"), "{}", told(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_journal_files_are_explained() {
    let world = World::start().await;
    world.partner("editeur-demo").await.get(HEALTH).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    write_journal(&world, &path);
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    let report = of_files(&[&path], "editeur-demo").unwrap();
    assert!(
        report.vigilance.join(" ").contains("la dernière ligne (n° 2) est incomplète"),
        "{:?}",
        report.vigilance
    );
    let other = of_files(&[&path], "commune-valmont").unwrap();
    assert!(
        other.vigilance.join(" ").contains("mais ceux de : editeur-demo"),
        "{:?}",
        other.vigilance
    );
    assert_eq!(other.percent, 0);
    fs::write(&path, whole.replace("\"format\":1", "\"format\":9")).unwrap();
    assert!(
        of_files(&[&path], "editeur-demo")
            .unwrap_err()
            .contains("written by another version of bacasable")
    );
    fs::write(&path, "[info] not ours\n").unwrap();
    assert!(
        of_files(&[&path], "editeur-demo")
            .unwrap_err()
            .contains("is no journal entry of bacasable")
    );
}

/// A line that is lost from the file of a running server: the report says which, and bears no digest that one would sign.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_over_a_journal_with_a_hole_says_so_and_has_no_digest() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let world = World::with(|config| {
        config.journal.file = Some(path.clone());
        config.journal.capacity = NonZeroU64::MIN; // what is in memory is not missing
    })
    .await;
    let partner = world.partner("editeur-demo").await;
    for _ in 0..5 {
        partner.get(HEALTH).await;
    }
    let whole = world.recette("editeur-demo").await;
    assert!(whole.evidence_sha256.is_some(), "{:?}", whole.vigilance);
    let text = fs::read_to_string(&path).unwrap();
    let kept: String = text
        .lines()
        .enumerate()
        .filter(|(at, _)| *at != 4)
        .fold(String::new(), |kept, (_, line)| kept + line + "\n");
    fs::write(&path, kept).unwrap();
    let holed = world.recette("editeur-demo").await;
    assert_eq!(holed.evidence_sha256, None);
    assert!(
        holed.vigilance.join(" ").contains("1 entrée manque au journal (numéro 4)"),
        "{:?}",
        holed.vigilance
    );
}

/// Files that turn over while the report is made: no entry is missed, none is counted twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_made_while_the_files_turn_over_misses_no_entry() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let world = World::with(|config| {
        config.journal.file = Some(path.clone());
        config.journal.file_bytes = 4_096;
        config.journal.file_keep = 1_000;
    })
    .await;
    let partner = world.partner("editeur-demo").await;
    for calls in (10..=60).step_by(10) {
        let asked = async {
            for _ in 0..10 {
                partner.get(HEALTH).await;
            }
        };
        let (during, ()) = tokio::join!(world.recette("editeur-demo"), asked);
        assert!(during.evidence_sha256.is_some(), "after {calls} calls: {:?}", during.vigilance);
    }
    let files = fs::read_dir(dir.path()).unwrap().count();
    assert!(files > 5, "{files} files");
    let after = world.recette("editeur-demo").await;
    let lines = |(path, _)| fs::read_to_string(path).unwrap().lines().count();
    let kept: usize = bacasable::journal::snapshot(&path).unwrap().into_iter().map(lines).sum();
    assert_eq!(world.order(Method::GET, "journal", None).await["total"], kept);
    assert!(after.evidence_sha256.is_some(), "{:?}", after.vigilance);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_in_several_files_is_judged_as_one() {
    let world = World::start().await;
    let (code, text) = told(&world.command(&["play", "--partner", "mutuelle-etatcivil"]).await);
    assert_eq!(code, 0, "{text}");
    let live = world.recette_of("mutuelle-etatcivil", "&with_play=true").await;
    let dir = tempfile::tempdir().unwrap();
    let entries = world.server.sandbox.journal.read(&Filter::default());
    let parts: Vec<_> = entries.chunks(entries.len() / 7 + 1).enumerate().collect();
    let paths: Vec<_> =
        parts.iter().map(|(at, _)| dir.path().join(format!("{}.jsonl", (at * 3) % 7))).collect();
    for ((_, part), path) in parts.iter().zip(&paths) {
        write_entries(part, path);
    }
    let mut given: Vec<_> = paths.iter().map(|path| path.as_path()).collect();
    given.sort();
    let report = played_in(&given, "mutuelle-etatcivil").unwrap();
    assert_eq!(report.evidence_sha256, live.evidence_sha256);
    assert_eq!((report.themes, report.conduct), (live.themes, live.conduct));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_run_has_shown_counts_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let case = |report: &Report, id: &str| report.cases().find(|case| case.id == id).unwrap().state;
    let (token, health) = ("jetons-obtention", "disponibilite-etat-sante");
    let before = World::start().await;
    before.partner("editeur-demo").await;
    write_journal(&before, &path);
    drop(before);
    let world = World::with(|config| config.journal.file = Some(path.clone())).await;
    let report = world.recette("editeur-demo").await;
    assert_eq!((case(&report, token), case(&report, health)), (State::Conforming, State::NotSeen));
    let first = world.holder_of("editeur-demo", Some("clients/editeur-demo"));
    assert_eq!(first.get(HEALTH).await.status, 401, "no token yet in this run");
    world.partner("editeur-demo").await.get(HEALTH).await;
    let report = world.recette("editeur-demo").await;
    assert_eq!(
        (case(&report, token), case(&report, health)),
        (State::Conforming, State::Conforming)
    );
    let proofs = report.cases().find(|case| case.id == token).unwrap().evidence.len();
    assert_eq!(proofs, 2, "one token of each run");
}

/// The journal of a world, as a file holds it.
fn write_journal(world: &World, path: &Path) {
    let entries = world.server.sandbox.journal.read(&Filter::default());
    write_entries(&entries, path);
}

fn write_entries(entries: &[Arc<Entry>], path: &Path) {
    let lines: String =
        entries.iter().map(|entry| serde_json::to_string(entry).unwrap() + "\n").collect();
    fs::write(path, lines).unwrap();
}

/// The report that files give, or why there is none.
fn of_files(paths: &[&Path], partner: &str) -> Result<Report, String> {
    read(paths, partner, &[])
}

/// The same, with what `recette play` shows.
fn played_in(paths: &[&Path], partner: &str) -> Result<Report, String> {
    read(paths, partner, &["--with-play"])
}

fn read(paths: &[&Path], partner: &str, more: &[&str]) -> Result<Report, String> {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bacasable"));
    command
        .args(["recette", "report", "--format", "json", "--partner", partner, "--journal"])
        .args(paths);
    let output = command.arg("--certs").arg(certs()).args(more).output().unwrap();
    match output.status.code() {
        Some(0) => Ok(serde_json::from_slice(&output.stdout).unwrap()),
        Some(2) => Err(String::from_utf8(output.stderr).unwrap()),
        code => panic!("{code:?}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// What the version before wrote, `tests/it/recette/journal-0.1.0.jsonl`: its lines have none of the members that came since.
#[test]
fn a_journal_of_the_version_before_is_judged() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/recette/journal-0.1.0.jsonl");
    let report = of_files(&[&path], "editeur-demo").unwrap();
    let conduct = |id: &str| report.conduct.iter().find(|rule| rule.id == id).unwrap();
    assert_eq!(conduct("perimetre").occasions, 1);
    assert_eq!(conduct("correlation-unique").occasions, 0, "one demand");
    assert!(report.broken().next().is_none());
    assert!(report.cases().any(|case| case.state == State::Conforming));
    assert!(!report.vigilance.join(" ").contains("début du journal"), "{:?}", report.vigilance);
}
