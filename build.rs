//! Packs the table of the communes, nine tenths of the nomenclatures: the text stays readable in the tree, and the binary
//! holds less than half of it. Lists the fixtures that are embedded by their folder, so that a new file is one file.

use std::{
    env,
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::DeflateEncoder};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for folder in LISTED {
        println!("cargo::rerun-if-changed=fixtures/{folder}");
        fs::write(out.join(format!("{folder}.rs")), listing(folder)?)?;
    }
    println!("cargo::rerun-if-changed={COMMUNES}");
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&fs::read(COMMUNES).map_err(|error| format!("{COMMUNES}: {error}"))?)?;
    fs::write(out.join("communes.deflate"), packed.finish()?)?;
    Ok(())
}

/// A slice of the name and the text of each TOML file of a folder of fixtures, in the order of the names.
fn listing(folder: &str) -> Result<String, Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("fixtures").join(folder);
    let paths: Result<Vec<_>, _> =
        fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let files = paths.iter().map(|path| {
        let name = path.file_name().unwrap_or_default();
        format!("({name:?}, include_str!({path:?})),")
    });
    Ok(format!("&[{}]", files.collect::<String>()))
}

/// The folders of which every file is embedded.
const LISTED: [&str; 2] = ["personas", "recette"];

const COMMUNES: &str = "fixtures/nomenclatures/communes.txt";
