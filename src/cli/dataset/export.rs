//! `dataset export`: the whole register as files, record by record.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Arg, ArgMatches, Command, value_parser};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{super::output, Outcome, Progress, format};
use crate::register::{
    Register,
    view::{AccountView, CompanyView, PersonView, RightView},
};

pub(super) fn command() -> Command {
    let out = Arg::new("out")
        .long("out")
        .value_name("DIR")
        .required(true)
        .value_parser(value_parser!(PathBuf));
    Command::new("export")
        .about("Write people, companies, accounts and rights to files; the same seed and size give the same bytes")
        .arg(format(&["jsonl", "csv"]))
        .arg(out.help("Folder to write to; its files of these names are replaced"))
}

pub(super) fn run(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let csv = arguments.get_one::<String>("format").is_some_and(|format| format == "csv");
    let out = arguments.get_one::<PathBuf>("out").expect("it is required");
    fs::create_dir_all(out).with_context(|| format!("{}: cannot be made", out.display()))?;
    let mut progress = Progress::new("records");
    let mut files = Vec::new();
    let people = register.people().map(|id| PersonView::new(&register.person(id)));
    files.push(write(out, "people", csv, people, &mut progress)?);
    let companies = register.companies().map(|id| CompanyView::new(&register.company(id)));
    files.push(write(out, "companies", csv, companies, &mut progress)?);
    let accounts =
        || register.accounts().map(|id| AccountView::new(register, &register.account(id)));
    files.push(write(out, "accounts", csv, accounts(), &mut progress)?);
    let rights = accounts().flat_map(|account| {
        account.droits.into_iter().map(move |right| Line::new(&account.iban, right))
    });
    files.push(write(out, "rights", csv, rights, &mut progress)?);
    progress.end();
    for (path, records) in files {
        output::say(&format!("{} {records}", path.display()));
    }
    Ok(Outcome::Done)
}

/// A right as a record of its own.
#[derive(Serialize)]
struct Line {
    iban: String,
    #[serde(flatten)]
    right: RightView,
}

impl Line {
    fn new(iban: &str, right: RightView) -> Self {
        Self { iban: iban.to_owned(), right }
    }
}

/// Writes one file whole: under another name until its last record is in.
fn write<T: Serialize>(
    out: &Path,
    name: &str,
    csv: bool,
    records: impl Iterator<Item = T>,
    progress: &mut Progress,
) -> anyhow::Result<(PathBuf, u64)> {
    let path = out.join(format!("{name}.{}", if csv { "csv" } else { "jsonl" }));
    let partial = path.with_extension("partial");
    let written = (|| -> anyhow::Result<u64> {
        let mut file = BufWriter::new(File::create(&partial)?);
        if csv {
            writeln!(file, "{}", columns(name).join(","))?;
        }
        let mut count = 0;
        for record in records {
            if csv {
                writeln!(file, "{}", row(name, serde_json::to_value(&record)?))?;
            } else {
                serde_json::to_writer(&mut file, &record)?;
                file.write_all(b"\n")?;
            }
            count += 1;
            progress.step();
        }
        file.flush()?;
        fs::rename(&partial, &path)?;
        Ok(count)
    })();
    let count = written.with_context(|| format!("{}: cannot be written", path.display()))?;
    Ok((path, count))
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
    let cell = |column: &&str| quoted(&flat.get(*column).map(text).unwrap_or_default());
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

/// RFC 4180.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
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
];
const ACCOUNTS: &[&str] = &["iban", "codeNature", "codeType", "dateOuverture", "dateCloture"];
const RIGHTS: &[&str] = &["iban", "spi", "siren", "siret", "droit"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_a_comma_or_a_quote_is_quoted() {
        assert_eq!(quoted("a,b \"c\""), "\"a,b \"\"c\"\"\"");
        assert_eq!(quoted("plain"), "plain");
    }

    #[test]
    fn nested_members_become_columns() {
        let record = serde_json::json!({ "spi": "1", "prenoms": ["A", "B"], "naissance": { "annee": "1980" } });
        assert!(row("people", record).starts_with("1,,,A B,,1980,"));
    }
}
