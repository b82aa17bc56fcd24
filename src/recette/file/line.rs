//! From the bytes of a file to its entries.

use std::{borrow::Cow, collections::HashSet, hash::Hash, path::Path};

use serde::Deserialize;

use super::{
    Foreign, Read, ReadError,
    other::{BOM, other_format},
};
use crate::journal::{CertificateFacts, ControlFacts, Entry, FORMAT, SharedList};

/// What thousands of entries have in common, kept once: a file may hold ten times what the memory does, and lists of names
/// would be most of it.
#[derive(Default)]
pub(super) struct Shared {
    restituted: HashSet<SharedList<Cow<'static, str>>>,
    controls: HashSet<SharedList<ControlFacts>>,
    certificates: HashSet<CertificateFacts>,
}

impl Shared {
    /// The entry, with what earlier ones had too.
    fn share(&mut self, mut entry: Entry) -> Entry {
        entry.restituted = once(&mut self.restituted, entry.restituted);
        entry.controls = once(&mut self.controls, entry.controls);
        entry.certificate =
            entry.certificate.map(|certificate| once(&mut self.certificates, certificate));
        entry
    }
}

fn once<T: Clone + Eq + Hash>(known: &mut HashSet<T>, value: T) -> T {
    if let Some(known) = known.get(&value) {
        return known.clone();
    }
    known.insert(value.clone());
    value
}

/// Only its version: a newer entry is refused by its number and not by what it adds.
#[derive(Deserialize)]
struct Versioned {
    format: Option<u32>,
}

pub(super) fn parsed(path: &Path, bytes: &[u8], shared: &mut Shared) -> Result<Read, ReadError> {
    let foreign = |line, why| ReadError::Foreign { path: path.to_owned(), line, why };
    if let Some(what) = other_format(bytes) {
        return Err(foreign(1, what));
    }
    let mut file = Read::default();
    let bytes = match bytes.strip_prefix(BOM) {
        Some(rest) => {
            let shown = path.display();
            file.remarks.push(format!("{shown} : commence par une marque d'ordre des octets (BOM), que le journal n'écrit pas : un autre programme l'a enregistré"));
            rest
        }
        None => bytes,
    };
    let mut torn = Vec::new();
    let lines = bytes
        .split(|&byte| byte == b'\n')
        .zip(1..)
        .filter(|(line, _)| !line.trim_ascii().is_empty());
    for (line, number) in lines {
        let why = match serde_json::from_slice::<Entry>(line) {
            Ok(entry) if entry.format == FORMAT => {
                file.entries.push(shared.share(entry));
                continue;
            }
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        match serde_json::from_slice::<Versioned>(line) {
            Err(_) => torn.push(number),
            Ok(Versioned { format: None }) => {
                return Err(foreign(number, Foreign::NoFormat));
            }
            Ok(Versioned { format: Some(found) }) if found != FORMAT => {
                return Err(ReadError::Version { path: path.to_owned(), line: number, found });
            }
            Ok(Versioned { format: Some(_) }) => return Err(foreign(number, Foreign::Entry(why))),
        }
    }
    if file.entries.is_empty() {
        return Err(torn.first().map_or_else(
            || ReadError::Empty { path: path.to_owned() },
            |&number| foreign(number, Foreign::NotJson),
        ));
    }
    let cut = !bytes.ends_with(b"\n");
    file.remarks.extend(remark(path, &torn, cut));
    Ok(file)
}

/// What to say of the lines that are no JSON; `cut` when the file does not end with the end of a line.
fn remark(path: &Path, torn: &[usize], cut: bool) -> Option<String> {
    let (path, last) = (path.display(), torn.last()?);
    Some(match torn {
        [_] if cut => format!(
            "{path} : la dernière ligne (n° {last}) est incomplète, le journal a été coupé en cours d'écriture ; elle n'est pas comptée"
        ),
        _ => {
            let numbers: Vec<_> = torn.iter().map(usize::to_string).collect();
            format!(
                "{path} : lignes illisibles (n° {}), sans doute coupées en cours d'écriture ; elles ne sont pas comptées",
                numbers.join(", ")
            )
        }
    })
}
