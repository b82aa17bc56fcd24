//! The rehearsal: a journal's file that comes from elsewhere and is judged, and a catalogue that somebody wrote.

use std::fs;

use bacasable::{
    api::Apis,
    clock::Times,
    directory::Directory,
    recette::{
        Recette,
        catalogue::World,
        evidence::{Evidence, Selection},
        file,
        report::{About, Basis, ConventionSource, Environment, Format, Report},
    },
    register::{Register, Spec},
};

use super::files::{beside, checked};

/// A journal's file: read, then judged about one partner as `bacasable recette report --journal` does.
pub(super) fn journal(input: &[u8]) {
    beside("journal.jsonl", input, |dir| {
        let path = dir.join("journal.jsonl");
        let shown = path.display().to_string();
        let growing = file::read_growing(&path);
        let read = match file::read(std::slice::from_ref(&path)) {
            Ok(read) => read,
            Err(error) => return assert!(error.to_string().starts_with(&shown), "{error}"),
        };
        let lines =
            input.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        assert!(!read.entries.is_empty() && read.entries.len() <= lines, "no line is two entries");
        assert!(
            read.entries.len() == lines || !read.remarks.is_empty(),
            "what is left out is told"
        );
        let growing = growing.map(|growing| growing.entries.len());
        assert!(
            growing.is_ok_and(|held| held + 1 >= read.entries.len()),
            "all but the line that is being written"
        );
        with(|sample| sample.judge(&read, &shown));
        assert_eq!(fs::read(&path).ok().as_deref(), Some(input), "who reads changes nothing");
    });
}

/// A theme of the catalogue beside the embedded ones, checked against the embedded fixtures as `bacasable check` does.
pub(super) fn recette(input: &[u8]) {
    beside("recette/f.toml", input, |dir| {
        let Some(recette) = checked(Recette::load(Some(dir))) else { return };
        with(|sample| {
            let Sample { directory, register, apis, .. } = sample;
            let faults = recette.check(&World { directory, register, apis, now: moment() });
            assert!(
                faults.iter().all(|fault| !fault.file.is_empty() && !fault.message.is_empty()),
                "{faults:?}"
            );
            // Who serves does not check first: a catalogue with faults is judged by all the same.
            sample.report(&recette, &Evidence::gather([], PARTNER, &Selection::default()), "none");
        });
    });
}

/// What is embedded, with the personas alone.
struct Sample {
    directory: Directory,
    register: Register,
    apis: Apis,
    recette: Recette,
}

impl Sample {
    fn load() -> Self {
        let spec = Spec { seed: 1, population: 0, fixtures: None };
        Self {
            directory: Directory::load(None).expect("the embedded fixtures are sound"),
            register: Register::load(&spec).expect("the embedded fixtures are sound"),
            apis: Apis::load(None).expect("the embedded fixtures are sound"),
            recette: Recette::load(None).expect("the embedded catalogue is sound"),
        }
    }

    fn judge(&self, read: &file::Read, name: &str) {
        let evidence = Evidence::gather(&read.entries, PARTNER, &Selection::default());
        assert!(evidence.exhibits.len() <= read.entries.len());
        self.report(&self.recette, &evidence, name);
    }

    /// The report, in every format but PDF, which draws the same texts.
    fn report(&self, recette: &Recette, evidence: &Evidence<'_>, name: &str) {
        let convention = self.directory.convention(PARTNER).expect("a sample partner");
        let report = Report::new(Basis {
            catalogue: &recette.catalogue,
            convention,
            opening: &recette.opening(
                convention,
                moment(),
                bacasable::config::Environment::Production,
            ),
            evidence,
            environment: Environment::of_files(&[name.to_owned()], evidence),
            selection: Selection::default(),
            about: About::default(),
            remarks: Vec::new(),
            interventions: Vec::new(),
            change: None,
            judged: ConventionSource::AsWritten,
            now: Times { simulated: moment(), real: moment() },
        });
        for format in [Format::Json, Format::Junit, Format::Markdown, Format::Html] {
            assert!(report.write(format).is_ok(), "{format:?}");
        }
    }
}

fn with<T>(act: impl FnOnce(&Sample) -> T) -> T {
    thread_local!(static SAMPLE: Sample = Sample::load());
    SAMPLE.with(act)
}

fn moment() -> jiff::Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

const PARTNER: &str = "editeur-demo";
