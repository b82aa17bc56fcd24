//! The language in which `recette` helps and complains: that of `--lang`, else of the locale. Its catalogue, its results and
//! its reports are French in either.

use std::{env, ffi::OsStr};

use clap::Arg;

/// A language of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lang {
    French,
    English,
}

impl Lang {
    /// That of this process.
    pub(super) fn chosen() -> Self {
        Self::resolve(&arguments(), |name| env::var(name).ok())
    }

    /// `--lang`, else the first of the locale's variables that is set, as POSIX ranks them.
    fn resolve(arguments: &[String], variable: impl Fn(&str) -> Option<String>) -> Self {
        let asked = arguments.iter().enumerate().find_map(|(at, one)| match one.as_str() {
            "--lang" => arguments.get(at + 1).cloned(),
            one => one.strip_prefix("--lang=").map(str::to_owned),
        });
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let locale = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        match asked.or_else(locale) {
            Some(name) if name == "fr" || name.starts_with("fr_") => Self::French,
            _ => Self::English,
        }
    }

    /// The message of this language.
    pub(super) fn pick(self, french: String, english: String) -> String {
        match self {
            Self::French => french,
            Self::English => english,
        }
    }
}

/// Whether this process was asked something of `recette`, in French.
pub(in crate::cli) fn is_french() -> bool {
    env::args_os().nth(1).as_deref() == Some(OsStr::new("recette"))
        && Lang::chosen() == Lang::French
}

/// Those of this process, its own name first.
pub(super) fn arguments() -> Vec<String> {
    env::args_os().map(|one| one.to_string_lossy().into_owned()).collect()
}

/// `--lang fr|en`.
pub(super) fn argument() -> Arg {
    Arg::new("lang")
        .long("lang")
        .value_name("LANGUAGE")
        .value_parser(["fr", "en"])
        .global(true)
        .help("Language of help and errors [default: the locale's]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(arguments: &[&str], variables: &[(&str, &str)]) -> Lang {
        let arguments: Vec<_> = arguments.iter().map(|&one| one.to_owned()).collect();
        Lang::resolve(&arguments, |name| {
            variables.iter().find(|(one, _)| *one == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_flag_counts_before_the_locale() {
        let french = [("LANG", "fr_FR.UTF-8")];
        assert_eq!(lang(&["recette"], &french), Lang::French);
        assert_eq!(lang(&["recette", "--lang", "en"], &french), Lang::English);
        assert_eq!(lang(&["recette", "status", "--lang=fr"], &[]), Lang::French);
        assert_eq!(lang(&[], &[("LC_ALL", "C"), ("LANG", "fr_FR")]), Lang::English);
        assert_eq!(lang(&[], &[("LC_ALL", ""), ("LANG", "fr")]), Lang::French);
        assert_eq!(lang(&[], &[("LANG", "frp_FR")]), Lang::English);
        assert_eq!(lang(&[], &[]), Lang::English);
    }
}
