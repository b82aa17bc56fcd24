//! The file of another partner's convention that opens the same: what to begin from when a partner is added.

use serde_json::{Value, json};

use super::{Convention, file, written::File};
use crate::fixtures;

impl Convention {
    /// The file, in TOML: the same dates, addresses and grants, with the application, the secret and the certificate that a new
    /// convention of this id has by default.
    ///
    /// # Errors
    /// The keys of which the value is not admitted.
    pub fn copied(&self, id: &str, organisation: &str, siret: &str) -> Result<String, Vec<String>> {
        let mut written = self.described();
        let teleservice = written["application"]["id_teleservice"].take();
        let Some(table) = written.as_object_mut() else { return Err(Vec::new()) };
        table.remove("certificates");
        table.remove("application");
        table.insert("id".to_owned(), json!(id));
        table.insert("organisation".to_owned(), json!(organisation));
        table.insert("siret".to_owned(), json!(siret));
        if let Value::String(name) = teleservice {
            table.insert("application".to_owned(), json!({ "id_teleservice": name }));
        }
        let parsed: File =
            fixtures::from_value(written.clone()).map_err(|wrong| vec![wrong.pointer])?;
        file::check(parsed)
            .map_err(|all| all.into_iter().map(|(key, _)| key).collect::<Vec<_>>())?;
        let table = toml(written).expect("a convention is a table");
        Ok(toml::to_string_pretty(&table).expect("texts, numbers, lists and tables are TOML"))
    }
}

/// The same in TOML, which knows no null, and writes dates without quotation marks.
fn toml(value: Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => flag.into(),
        Value::Number(number) => number.as_i64()?.into(),
        Value::String(text) => match text.parse::<jiff::civil::Date>() {
            Ok(_) if text.len() == DATE => {
                text.parse::<toml::value::Datetime>().map_or(toml::Value::String(text), Into::into)
            }
            _ => text.into(),
        },
        Value::Array(items) => toml::Value::Array(items.into_iter().filter_map(toml).collect()),
        Value::Object(members) => {
            let members = members.into_iter().filter_map(|(key, value)| Some((key, toml(value)?)));
            toml::Value::Table(members.collect())
        }
    })
}

/// Characters of a date: `2026-11-30`.
const DATE: usize = 10;

#[cfg(test)]
mod tests {
    use crate::directory::Directory;

    #[test]
    fn a_copy_is_a_file_that_opens_the_same() {
        let directory = Directory::load(None).unwrap();
        for convention in directory.iter() {
            let text = convention.copied("nouveau", "Nouvel organisme", "20999001900017").unwrap();
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir(dir.path().join("conventions")).unwrap();
            std::fs::write(dir.path().join("conventions/nouveau.toml"), &text).unwrap();
            let read = Directory::load(Some(dir.path()))
                .unwrap_or_else(|faults| panic!("{text}\n{faults:?}"));
            let copy = read.convention("nouveau").unwrap();
            assert_eq!(copy.described()["life"], convention.described()["life"], "{text}");
            let opened = |one: &super::Convention| {
                one.grants
                    .iter()
                    .map(|(api, grant)| (api, grant.quota(), grant.scopes()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(opened(copy), opened(convention));
            assert_eq!(copy.application.secret, "secret-nouveau");
        }
    }

    #[test]
    fn what_is_not_admitted_is_named_by_its_key() {
        let directory = Directory::load(None).unwrap();
        let convention = directory.iter().next().unwrap();
        let wrong =
            |id, organisation, siret| convention.copied(id, organisation, siret).unwrap_err();
        assert_eq!(wrong("Pas Bon", "x", "20999001900017"), ["id"]);
        assert_eq!(wrong("bon", " ", "1"), ["organisation", "siret"]);
    }
}
