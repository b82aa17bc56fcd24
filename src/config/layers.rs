//! From the four layers (default, file, environment, flag) to a [`Config`], or the name of what is wrong.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use strsim::levenshtein;

use super::{Config, SETTINGS, Setting, injected::injected};
use crate::files;

/// What was said, and where; later layers win.
#[derive(Debug, Default)]
pub struct Layers {
    said: BTreeMap<&'static str, (String, String)>,
}

/// A setting that cannot be used: what was said, where, and what was expected.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {why}")]
    Unreadable {
        /// Its path.
        file: String,
        /// The system's word.
        why: String,
    },
    /// The file is no TOML.
    #[error("{file}:{line}: {why}")]
    Syntax {
        /// Its path.
        file: String,
        line: usize,
        /// The parser's word.
        why: String,
    },
    /// No setting has that name.
    #[error("{origin}: unknown setting{}", near(key))]
    Unknown {
        /// `file: key`, or the variable's name.
        origin: String,
        /// The key as it would be written in a file.
        key: String,
    },
    /// The setting exists and the value does not fit it.
    #[error("{origin}: {value:?} is not {expected}")]
    Value {
        /// `file: key`, the variable, or the flag.
        origin: String,
        value: String,
        /// What the setting takes.
        expected: String,
    },
}

impl ConfigError {
    /// The known key that an unknown one looks like.
    pub fn nearest(key: &str) -> Option<&'static str> {
        let distances = SETTINGS.iter().map(|setting| (levenshtein(key, setting.key), setting.key));
        distances.min().filter(|&(apart, _)| apart <= 3).map(|(_, key)| key)
    }
}

impl Layers {
    /// Adds what a TOML file says.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML, or names an unknown key.
    pub fn file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let file = path.display().to_string();
        let unreadable = |error: std::io::Error| ConfigError::Unreadable {
            file: file.clone(),
            why: error.to_string(),
        };
        let text = files::text(path).map_err(unreadable)?;
        let table: toml::Table = toml::from_str(&text).map_err(|error| {
            let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
            let line = 1 + before.matches('\n').count();
            ConfigError::Syntax { file: file.clone(), line, why: error.message().to_owned() }
        })?;
        for (key, value) in flattened("", &table) {
            let origin = format!("{file}: {key}");
            let Some(setting) = setting(&key) else {
                return Err(ConfigError::Unknown { origin, key });
            };
            self.say(setting, value, origin);
        }
        Ok(())
    }

    /// Adds what the environment says; variables that do not begin with `BACASABLE_` are nobody's business here.
    ///
    /// An empty variable is an absent one: Compose and CI systems write "none" so. `BACASABLE_CONFIG` names the file and is read
    /// by the command; what orchestrators inject (`injected`) is left alone.
    ///
    /// # Errors
    /// A variable that names no setting, a value that is not UTF-8.
    pub fn environment(
        &mut self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<(), ConfigError> {
        for (variable, value) in variables {
            let variable = variable.to_string_lossy().into_owned();
            let Some(name) = variable.strip_prefix(PREFIX) else { continue };
            if value.is_empty() || name == "CONFIG" || injected(name, &value.to_string_lossy()) {
                continue;
            }
            let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == variable)
            else {
                let key = name.to_lowercase().replace("__", ".");
                return Err(ConfigError::Unknown { origin: variable, key });
            };
            let value = value.into_string().map_err(|value| {
                let value = shown(setting, &value.to_string_lossy());
                ConfigError::Value { origin: variable.clone(), value, expected: "UTF-8".to_owned() }
            })?;
            self.say(setting, value, variable);
        }
        Ok(())
    }

    /// Adds a flag of the command line.
    pub fn flag(&mut self, setting: &'static Setting, value: String) {
        self.say(setting, value, format!("--{}", setting.flag()));
    }

    /// The configuration that all layers make together.
    ///
    /// # Errors
    /// The first value that does not fit its setting.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        for setting in SETTINGS {
            let Some((value, origin)) = self.said.get(setting.key) else { continue };
            let value = value.strip_suffix('\n').unwrap_or(value); // what `echo` leaves in a secret
            // Also where any text would do: a path that ends in the CR of a line of Windows is another path.
            let expected = match value.chars().find(|one| one.is_control()) {
                Some(control) => format!("free of control characters: it holds {control:?}"),
                None if (setting.set)(&mut config, value) => continue,
                None => (setting.expected)(),
            };
            let (origin, value) = (origin.clone(), shown(setting, value));
            return Err(ConfigError::Value { origin, value, expected });
        }
        Ok(config)
    }

    fn say(&mut self, setting: &'static Setting, value: String, origin: String) {
        self.said.insert(setting.key, (value, origin));
    }
}

/// What a message may repeat of a value: nothing of one that may hold a password.
fn shown(setting: &Setting, value: &str) -> String {
    let hidden = setting.key.ends_with("token") || setting.key == "state.url";
    if hidden { "(hidden)".to_owned() } else { value.to_owned() }
}

fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

fn flattened(prefix: &str, table: &toml::Table) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => all.extend(flattened(&key, inner)),
            toml::Value::Array(members) => {
                all.push((key, members.iter().map(written).collect::<Vec<_>>().join(",")));
            }
            toml::Value::String(_)
            | toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_) => all.push((key, written(value))),
        }
    }
    all
}

fn written(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// ` (did you mean ...?)` when a known key looks like it.
fn near(key: &str) -> String {
    let near = ConfigError::nearest(key);
    near.map(|key| format!(" (did you mean {key}?)")).unwrap_or_default()
}

/// What the variables of this program begin with.
const PREFIX: &str = "BACASABLE_";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        pairs.iter().map(|&(name, value)| (name.into(), value.into())).collect()
    }

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("bacasable.toml");
        fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
        let (_dir, path) = file("seed = 2\npopulation = 5\n[gateway]\nlisten = \"127.0.0.1:1\"\n");
        let mut layers = Layers::default();
        layers.file(&path).unwrap();
        layers
            .environment(env(&[
                ("BACASABLE_SEED", "3"),
                ("BACASABLE_GATEWAY__LISTEN", "127.0.0.1:2"),
            ]))
            .unwrap();
        layers.flag(setting("gateway.listen").unwrap(), "127.0.0.1:3".to_owned());
        let config = layers.resolve().unwrap();
        assert_eq!((config.seed, config.population), (3, 5));
        assert_eq!(config.gateway.listen.port(), 3);
        assert_eq!(config.console, Config::default().console);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_nearest_neighbour() {
        let (_dir, path) = file("[gateway]\nlisten_on = \"x\"\n");
        let error = Layers::default().file(&path).unwrap_err().to_string();
        assert!(
            error.ends_with("gateway.listen_on: unknown setting (did you mean gateway.listen?)"),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_variable_is_named_and_what_orchestrators_inject_is_not() {
        let injected = env(&[
            ("BACASABLE_CONSOLE_SERVICE_HOST", "10.0.0.1"),
            ("BACASABLE_GATEWAY_PORT_8443_TCP", "tcp://x"),
            ("HOME", "/"),
        ]);
        let mut layers = Layers::default();
        layers.environment(injected).unwrap();
        assert_eq!(layers.resolve().unwrap(), Config::default());
        let error = Layers::default().environment(env(&[("BACASABLE_SEDE", "1")])).unwrap_err();
        assert_eq!(error.to_string(), "BACASABLE_SEDE: unknown setting (did you mean seed?)");
    }

    #[test]
    fn a_value_that_does_not_fit_names_its_origin_and_what_was_expected() {
        let mut layers = Layers::default();
        layers.environment(env(&[("BACASABLE_GATEWAY__DIALECT", "wso2-5")])).unwrap();
        let error = layers.resolve().unwrap_err().to_string();
        let beginning =
            "BACASABLE_GATEWAY__DIALECT: \"wso2-5\" is not \"dgfip\" or \"wso2-3\" or \"wso2-4\"";
        assert!(error.starts_with(beginning), "{error}");
    }

    #[test]
    fn a_limit_beyond_its_bound_stops_the_start() {
        for setting in SETTINGS.iter().filter(|one| one.key.starts_with("gateway.limits.")) {
            for value in ["0", "10000000000000", "18446744073709551615", "18446744073709551616"] {
                let mut layers = Layers::default();
                layers.flag(setting, value.to_owned());
                let error = layers.resolve().unwrap_err().to_string();
                assert!(error.starts_with(&format!("--{}: ", setting.flag())), "{error}");
                assert!(error.ends_with(" at most"), "{error}");
            }
        }
    }

    #[test]
    fn an_empty_variable_is_an_absent_one_whatever_its_setting() {
        let (_dir, path) = file("seed = 2\n");
        let mut layers = Layers::default();
        layers.file(&path).unwrap();
        let every = SETTINGS.iter().map(|setting| (setting.variable().into(), OsString::new()));
        layers.environment(every).unwrap();
        assert_eq!(layers.resolve().unwrap(), Config { seed: 2, ..Config::default() });
    }

    #[test]
    fn a_value_that_ends_in_cr_is_refused_with_the_cr_shown_whatever_its_setting_and_its_origin() {
        for setting in SETTINGS {
            let value = format!("{}\r", setting.default());
            let mut layers = Layers::default();
            layers.environment([(setting.variable().into(), value.clone().into())]).unwrap();
            let error = layers.resolve().unwrap_err().to_string();
            assert!(error.starts_with(&setting.variable()), "{error}");
            assert!(error.ends_with(r"free of control characters: it holds '\r'"), "{error}");
            let mut layers = Layers::default();
            layers.flag(setting, value);
            assert!(layers.resolve().is_err(), "{}", setting.key);
        }
        let mut layers = Layers::default();
        layers.environment(env(&[("BACASABLE_FIXTURES", "/fixtures\r")])).unwrap();
        assert_eq!(
            layers.resolve().unwrap_err().to_string(),
            r#"BACASABLE_FIXTURES: "/fixtures\r" is not free of control characters: it holds '\r'"#
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_utf_8_is_named_and_not_taken_for_another() {
        use std::os::unix::ffi::OsStringExt;
        let value = OsString::from_vec(b"/fixtur\xe9s".to_vec());
        let error =
            Layers::default().environment([("BACASABLE_FIXTURES".into(), value)]).unwrap_err();
        assert!(error.to_string().ends_with("is not UTF-8"), "{error}");
    }

    #[test]
    fn every_default_reads_back_as_itself() {
        for setting in SETTINGS {
            let default = setting.default();
            let mut config = Config::default();
            if !default.is_empty() {
                assert!((setting.set)(&mut config, &default), "{}", setting.key);
            }
            assert_eq!(config, Config::default(), "{}", setting.key);
        }
    }
}
