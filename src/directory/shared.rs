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
    /// The convention as it was when `described` was told of it, with the secret that it has now.
    ///
    /// # Errors
    /// Everything wrong in a description that is none.
    pub fn as_described(&self, described: &Value) -> Result<Self, Vec<Wrong>> {
        let mut file = described.clone();
        if let Some(application) = file.get_mut("application").and_then(Value::as_object_mut) {
            application.insert("secret".to_owned(), json!(self.application.secret));
        }
        Self::read(&json!({ "file": file, "imposed": Value::Null }))
    }

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
    fn a_convention_is_what_its_description_says_and_its_secret_stays() {
        let directory = Directory::load(None).unwrap();
        for convention in directory.iter() {
            let again = convention.as_described(&convention.described()).unwrap();
            assert_eq!((again.described(), again.differences(convention)), {
                (convention.described(), Vec::new())
            });
        }
        let convention = directory.convention("editeur-demo").unwrap();
        let mut other = convention.described();
        other["ficoba"]["quota"] = json!(7);
        let other = convention.as_described(&other).unwrap();
        assert_eq!(other.differences(convention), ["API FICOBA (quota)"]);
        assert!(convention.as_described(&json!([])).is_err());
    }

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
