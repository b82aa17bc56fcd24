//! Packs the table of the communes, nine tenths of the nomenclatures: the text stays readable in the tree, and the binary
//! holds less than half of it.

use std::{env, error::Error, fs, io::Write, path::Path};

use flate2::{Compression, write::DeflateEncoder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={COMMUNES}");
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&fs::read(COMMUNES).map_err(|error| format!("{COMMUNES}: {error}"))?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("communes.deflate"), packed.finish()?)?;
    Ok(())
}

const COMMUNES: &str = "fixtures/nomenclatures/communes.txt";
