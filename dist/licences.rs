//! The licences of everything that is linked into the binary, each text once, with the crates that come under it.
//!
//! `cargo metadata` says what is linked (normal dependencies, for the platform of a release) and where its source lies.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

/// The report, as a text.
pub(crate) fn report() -> anyhow::Result<String> {
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let (mut index, mut texts) = (String::new(), BTreeMap::<String, BTreeSet<String>>::new());
    for id in linked(&metadata)? {
        let package = packages
            .iter()
            .find(|package| package["id"] == *id)
            .context("a dependency without a package")?;
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let name = format!("{} {}", text("name"), text("version"));
        let folder =
            Path::new(text("manifest_path")).parent().context("a manifest without a folder")?;
        let found = files(folder)?;
        let (licence, repository) = (text("license"), text("repository"));
        if licence.is_empty() && found.is_empty() {
            bail!("{name}: no licence is declared and no text is shipped");
        }
        writeln!(index, "{name}: {licence} ({repository})")?;
        for text in found {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    ensure!(!texts.is_empty(), "no licence text was found");
    let mut report = format!("{HEADING}\n{index}");
    for (text, crates) in texts {
        let crates: Vec<_> = crates.into_iter().collect();
        write!(report, "\n{RULE}\n{}\n{RULE}\n\n{}\n", crates.join(", "), text.trim_end())?;
    }
    Ok(report)
}

fn metadata() -> anyhow::Result<Value> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments =
        ["metadata", "--locked", "--format-version", "1", "--filter-platform", PLATFORM];
    let output =
        Command::new(cargo).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The packages that are reached by normal dependencies, in the order of their names; the program itself is not one.
fn linked(metadata: &Value) -> anyhow::Result<BTreeSet<&str>> {
    let nodes =
        metadata["resolve"]["nodes"].as_array().context("cargo metadata resolves nothing")?;
    let root = metadata["resolve"]["root"].as_str().context("cargo metadata names no root")?;
    let (mut reached, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        let node = nodes
            .iter()
            .find(|node| node["id"] == *id)
            .context("a dependency that is not resolved")?;
        for dependency in node["deps"].as_array().into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
            let id = dependency["pkg"].as_str().unwrap_or_default();
            if kinds.into_iter().any(|kind| kind["kind"].is_null()) && reached.insert(id) {
                open.push(id);
            }
        }
    }
    Ok(reached)
}

/// The licence texts that a crate ships.
fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
        if entry.file_type()?.is_file() && is_licence.iter().any(|start| name.starts_with(start)) {
            texts.push(
                fs::read_to_string(entry.path())
                    .with_context(|| entry.path().display().to_string())?,
            );
        }
    }
    texts.sort();
    Ok(texts)
}

const PLATFORM: &str = "x86_64-unknown-linux-gnu";
const RULE: &str =
    "================================================================================";
const HEADING: &str = "This program is made of the crates below, each under the licence it declares; their texts follow.\n\
    A static binary also holds the GNU C library (LGPL-2.1-or-later), and is linked anew from its sources by dist/build.\n\
    The nomenclatures are under Licence Ouverte 2.0: fixtures/nomenclatures/README.md.\n";
