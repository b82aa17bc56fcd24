//! `dataset export`: the whole register as files, or one of so many parts of it, record by record.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{super::output, Outcome, Progress};
use crate::{
    escape::cell,
    register::{
        self, Register,
        view::{AccountView, CompanyView, PersonView, RightView},
    },
};

/// Write people, companies, accounts and rights to files; the same seed and size give the same bytes
#[derive(Args)]
pub(super) struct ExportArgs {
    /// How to write it
    #[arg(long, value_name = "format", default_value = "jsonl")]
    format: ExportFormat,
    /// Folder to write to; its files of these names are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write the K-th of N parts only; all parts together are the whole
    #[arg(long, value_name = "K/N", value_parser = Share::read)]
    part: Option<Share>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    Jsonl,
    Csv,
}

pub(super) fn run(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let ExportArgs { format, out, part } = ExportArgs::from_arg_matches(arguments)?;
    let csv = format == ExportFormat::Csv;
    let share = part.unwrap_or(Share { at: 1, of: 1 });
    fs::create_dir_all(&out).with_context(|| format!("{}: cannot be made", out.display()))?;
    let parts = share.range(register.parts());
    let mut progress = Progress::new("parts", Some(parts.end - parts.start));
    let [mut people, mut companies, mut accounts, mut rights] =
        ["people", "companies", "accounts", "rights"].map(|name| ExportFile::new(&out, name, csv));
    for number in parts {
        let part = register.part(number);
        for id in part.people {
            let person = register.person(id);
            let cle = person.spi.is_none().then(|| id.key());
            people.write(&Keyed { cle, record: PersonView::new(&person) })?;
        }
        for id in part.companies {
            let company = register.company(id);
            let cle = company.siren.is_none().then(|| id.key());
            companies.write(&Keyed { cle, record: CompanyView::new(&company) })?;
        }
        for id in part.accounts {
            let account = AccountView::new(register, &register.account(id));
            accounts.write(&account)?;
            for right in account.droits {
                rights.write(&RightRecord { iban: account.iban.clone(), right })?;
            }
        }
        progress.step();
    }
    progress.end();
    let tables = [people, companies, accounts, rights];
    let written = tables.into_iter().map(ExportFile::finish).collect::<anyhow::Result<Vec<_>>>()?;
    for (path, records) in written {
        output::say(&format!("{} {records}", path.display()));
    }
    output::say(&format!("register version {}", register::VERSION));
    Ok(Outcome::Done)
}

/// The K-th of N parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    at: u64,
    of: u64,
}

impl Share {
    fn read(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(at, of)| Some(Self { at: at.parse().ok()?, of: of.parse().ok()? }));
        parts
            .filter(|share| share.at >= 1 && share.at <= share.of)
            .ok_or_else(|| "expected K/N, as 3/80, with K from 1 to N".to_owned())
    }

    /// Its range among so many.
    fn range(self, count: u64) -> Range<u64> {
        let until =
            |at: u64| u64::try_from(u128::from(count) * u128::from(at) / u128::from(self.of));
        let [first, end] = [self.at - 1, self.at].map(|at| until(at).unwrap_or(count));
        first..end
    }
}

/// A record with the register's own key, where it has no number.
#[derive(Serialize)]
struct Keyed<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cle: Option<String>,
    #[serde(flatten)]
    record: T,
}

/// A right as a record of its own.
#[derive(Serialize)]
struct RightRecord {
    iban: String,
    #[serde(flatten)]
    right: RightView,
}

/// One file, written whole: under another name until its last record is in.
struct ExportFile {
    name: &'static str,
    path: PathBuf,
    csv: bool,
    file: Option<BufWriter<File>>,
    records: u64,
}

impl ExportFile {
    fn new(out: &Path, name: &'static str, csv: bool) -> Self {
        let path = out.join(format!("{name}.{}", if csv { "csv" } else { "jsonl" }));
        Self { name, path, csv, file: None, records: 0 }
    }

    fn partial(&self) -> PathBuf {
        self.path.with_extension("partial")
    }

    fn write<T: Serialize>(&mut self, record: &T) -> anyhow::Result<()> {
        self.records += 1;
        self.try_write(record)
            .with_context(|| format!("{}: cannot be written", self.path.display()))
    }

    fn try_write<T: Serialize>(&mut self, record: &T) -> anyhow::Result<()> {
        let (name, csv) = (self.name, self.csv);
        let file = self.open()?;
        if csv {
            writeln!(file, "{}", row(name, serde_json::to_value(record)?))?;
        } else {
            serde_json::to_writer(&mut *file, record)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    fn open(&mut self) -> anyhow::Result<&mut BufWriter<File>> {
        if self.file.is_none() {
            let mut file = BufWriter::new(File::create(self.partial())?);
            if self.csv {
                writeln!(file, "{}", columns(self.name).join(","))?;
            }
            self.file = Some(file);
        }
        Ok(self.file.as_mut().expect("it was just opened"))
    }

    fn finish(mut self) -> anyhow::Result<(PathBuf, u64)> {
        let done = (|| -> anyhow::Result<()> {
            self.open()?.flush()?;
            Ok(fs::rename(self.partial(), &self.path)?)
        })();
        done.with_context(|| format!("{}: cannot be written", self.path.display()))?;
        Ok((self.path, self.records))
    }
}

/// The columns of a CSV file: the members of the object, `naissance.annee` for a nested one.
fn columns(name: &str) -> &'static [&'static str] {
    match name {
        "people" => PEOPLE,
        "companies" => COMPANIES,
        "accounts" => ACCOUNTS,
        _ => RIGHTS,
    }
}

fn row(name: &str, record: Value) -> String {
    let mut flat = Map::new();
    flatten("", record, &mut flat);
    let cell = |column: &&str| cell(&flat.get(*column).map(text).unwrap_or_default()).into_owned();
    columns(name).iter().map(cell).collect::<Vec<_>>().join(",")
}

fn flatten(prefix: &str, value: Value, flat: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
                flatten(&path, value, flat);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            flat.insert(prefix.to_owned(), value);
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" "),
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

const PEOPLE: &[&str] = &[
    "spi",
    "nomNaissance",
    "nomUsage",
    "prenoms",
    "sexe",
    "naissance.annee",
    "naissance.mois",
    "naissance.jour",
    "naissance.codePays",
    "naissance.codeDepartement",
    "naissance.codeCommune",
    "adresse.codePays",
    "adresse.codeDepartement",
    "adresse.codeCommune",
    "adresse.codePostal",
    "adresse.numeroVoie",
    "adresse.indiceRepetition",
    "adresse.codeNatureVoie",
    "adresse.libelleVoie",
    "adresse.libelleComplAdr",
    "communicable",
    "cle",
];
const COMPANIES: &[&str] = &[
    "siren",
    "sirets",
    "raisonSociale",
    "sigle",
    "enseigne",
    "categorieJuridique",
    "rna",
    "lei",
    "copro",
    "adresse.codePays",
    "adresse.codeDepartement",
    "adresse.codeCommune",
    "adresse.codePostal",
    "adresse.numeroVoie",
    "adresse.indiceRepetition",
    "adresse.codeNatureVoie",
    "adresse.libelleVoie",
    "adresse.libelleComplAdr",
    "dateCreation",
    "dateDissolution",
    "cle",
];
const ACCOUNTS: &[&str] = &["iban", "codeNature", "codeType", "dateOuverture", "dateCloture"];
const RIGHTS: &[&str] = &["iban", "spi", "siren", "siret", "cle", "droit"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let record = serde_json::json!({ "spi": "=1+1", "nomNaissance": "@A,B" });
        assert!(row("people", record).starts_with("'=1+1,\"'@A,B\","));
    }

    #[test]
    fn parts_are_the_whole_and_a_wrong_one_is_refused() {
        let whole: Vec<_> = (1..=7).flat_map(|at| Share { at, of: 7 }.range(100)).collect();
        assert!(whole.into_iter().eq(0..100));
        assert_eq!(Share::read("3/80"), Ok(Share { at: 3, of: 80 }));
        for wrong in ["", "3", "0/4", "5/4", "a/b", "1/0"] {
            assert!(Share::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nested_members_become_columns() {
        let record = serde_json::json!({ "spi": "1", "prenoms": ["A", "B"], "naissance": { "annee": "1980" } });
        assert!(row("people", record).starts_with("1,,,A B,,1980,"));
    }
}
