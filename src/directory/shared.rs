//! Conventions as replicas tell each other of them: as their file would say, with the state that was imposed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Convention, Directory, file, rivals, written::File};
use crate::fixtures::{self, Wrong};

impl Directory {
    /// Every convention as it is written, by id.
    pub fn written(&self) -> BTreeMap<String, Value> {
        self.iter().map(|convention| (convention.id.clone(), convention.written())).collect()
    }

    /// The same directory, in which the conventions written here replace those of their ids.
    ///
    /// # Errors
    /// Everything wrong with the first that is no convention, or what two of them share and must not.
    pub fn rewritten<'a>(
        &self,
        written: impl IntoIterator<Item = &'a Value>,
    ) -> Result<Self, Vec<Wrong>> {
        let mut directory = self.clone();
        for one in written {
            directory = directory.with(Convention::read(one)?);
        }
        let all: Vec<&Convention> = directory.iter().map(AsRef::as_ref).collect();
        let wrong: Vec<_> = rivals::among(&all).into_iter().map(Wrong::from).collect();
        if wrong.is_empty() { Ok(directory) } else { Err(wrong) }
    }
}

impl Convention {
    fn written(&self) -> Value {
        let file = serde_json::to_value(File::new(self))
            .expect("a file is made of texts, numbers and lists");
        json!({ "file": file, "imposed": self.life.imposed })
    }

    fn read(written: &Value) -> Result<Self, Vec<Wrong>> {
        let file: File =
            fixtures::from_value(written["file"].clone()).map_err(|wrong| vec![wrong])?;
        let at = |(key, message): (String, String)| {
            Wrong::at(format!("/{}", key.replace('.', "/")), message)
        };
        let mut convention =
            file::check(file).map_err(|all| all.into_iter().map(at).collect::<Vec<_>>())?;
        let imposed = serde_json::from_value(written["imposed"].clone());
        convention.life.imposed =
            imposed.map_err(|error| vec![Wrong::at("/imposed", error.to_string())])?;
        Ok(convention)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    #[test]
    fn a_directory_is_told_and_read_with_what_was_changed() {
        let directory = Directory::load(None).unwrap();
        let patch = json!({"state": "suspended", "quotas": {"ficoba": 5}});
        let Value::Object(patch) = patch else { panic!("an object") };
        let amended = directory.amended("editeur-demo", patch, &directory).unwrap().unwrap();
        let written = amended.written();
        let changed: Vec<_> =
            written.iter().filter(|(id, one)| directory.written().get(*id) != Some(one)).collect();
        assert_eq!(changed.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["editeur-demo"]);
        let read = directory.rewritten(changed.into_iter().map(|(_, one)| one)).unwrap();
        assert_eq!(read.written(), written);
        assert!(directory.rewritten([&Value::Object(Map::new())]).is_err());
    }
}
