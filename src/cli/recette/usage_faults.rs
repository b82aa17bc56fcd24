//! The faults of usage of `recette`, in French, and what is said of a partner that was given without `--partner`.

use clap::{
    Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{
    english,
    lang::{self, Lang},
};

/// A usage fault of `recette` that forgot `--partner` before an identifier, with that said; every other fault as it is.
pub(in crate::cli) fn hinted(fault: clap::Error) -> clap::Error {
    let arguments = lang::arguments();
    let is_recette = arguments.get(1).is_some_and(|name| name == "recette");
    if is_recette { with_hint(fault, &arguments) } else { fault }
}

fn with_hint(mut fault: clap::Error, arguments: &[String]) -> clap::Error {
    let takes_partner = |command: &Command| {
        command.get_arguments().any(|argument| argument.get_long() == Some("partner"))
    };
    let unknown = text(&fault, ContextKind::InvalidArg).unwrap_or_default();
    let is_forgotten = fault.kind() == ErrorKind::UnknownArgument
        && !unknown.starts_with('-')
        && subcommand(arguments).is_some_and(|command| takes_partner(&command));
    if is_forgotten {
        let hint = Lang::chosen().pick(
            format!("le partenaire se donne ainsi\u{a0}: --partner {unknown}"),
            format!("the partner is given so: --partner {unknown}"),
        );
        fault.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint.into()]));
    }
    fault
}

/// The subcommand that these arguments name, where they name one.
fn subcommand(arguments: &[String]) -> Option<Command> {
    let recette = english(Command::new("recette"));
    let named = arguments.iter().skip(2).find(|one| !one.starts_with('-'))?;
    recette.find_subcommand(named).cloned()
}

/// A usage fault in French.
pub(in crate::cli) fn fault(fault: &clap::Error) -> String {
    fault_of(fault, &lang::arguments())
}

fn fault_of(fault: &clap::Error, arguments: &[String]) -> String {
    let what = explained(fault);
    let name = subcommand(arguments).map(|command| format!(" {}", command.get_name()));
    format!("{what}\nPour l'aide\u{a0}: bacasable recette{} --help", name.unwrap_or_default())
}

/// What a fault says of itself under this heading.
fn text(fault: &clap::Error, kind: ContextKind) -> Option<String> {
    let value = fault.get(kind)?;
    let texts = if let ContextValue::Strings(texts) = value { Some(texts) } else { None };
    Some(texts.map_or_else(|| value.to_string(), |texts| texts.join(", ")))
}

fn explained(fault: &clap::Error) -> String {
    let context = |kind| text(fault, kind);
    let argument = context(ContextKind::InvalidArg).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let is = |kind| fault.kind() == kind;
    if is(ErrorKind::UnknownArgument) {
        let suggested = fault.get(ContextKind::Suggested);
        let hints =
            if let Some(ContextValue::StyledStrs(hints)) = suggested { hints } else { &vec![] };
        let hint = hints.first().filter(|_| !argument.starts_with('-'));
        let hint = hint.map(|hint| format!("\u{a0}; {hint}")).unwrap_or_default();
        return format!("argument inconnu\u{a0}: {argument}{hint}");
    }
    if is(ErrorKind::MissingRequiredArgument) {
        return format!("argument obligatoire absent\u{a0}: {argument}");
    }
    if is(ErrorKind::InvalidSubcommand) {
        let name = context(ContextKind::InvalidSubcommand).unwrap_or_default();
        return format!("sous-commande inconnue\u{a0}: {name}");
    }
    if is(ErrorKind::InvalidValue) && value.is_empty() {
        return format!("{argument}\u{a0}: une valeur est attendue");
    }
    if is(ErrorKind::InvalidValue) || is(ErrorKind::ValueValidation) {
        let valid = context(ContextKind::ValidValue).filter(|valid| !valid.is_empty());
        let valid = valid.map(|valid| format!("valeurs possibles\u{a0}: {valid}"));
        let valid = valid.or_else(|| expected(&argument).map(str::to_owned));
        let valid = valid.map(|valid| format!("\u{a0}; {valid}"));
        return format!(
            "{argument}\u{a0}: la valeur «\u{a0}{value}\u{a0}» n'est pas acceptée{}",
            valid.unwrap_or_default()
        );
    }
    if is(ErrorKind::TooManyValues) || is(ErrorKind::ArgumentConflict) {
        return format!("{argument}\u{a0}: donné de trop, ou incompatible avec un autre argument");
    }
    "arguments illisibles".to_owned()
}

/// What these arguments take, which clap says in English where it says it.
fn expected(argument: &str) -> Option<&'static str> {
    match argument.split(' ').next()? {
        "--from" | "--to" => Some(
            "un jour qui existe, comme 2026-11-29, ou un moment, comme 2026-11-29T10:00:00Z, est attendu",
        ),
        "--min-coverage" => Some("un nombre entier de 0 à 100 est attendu"),
        "--seal" => Some("de 12 à 64 chiffres hexadécimaux sont attendus"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::recette::help::french;

    #[test]
    fn a_usage_fault_is_french() {
        let translated = |arguments: &[&str]| {
            let command = french(english(Command::new("recette")));
            let fault = command.try_get_matches_from(arguments).unwrap_err();
            let mut all = vec!["bacasable".to_owned()];
            all.extend(arguments.iter().map(|&one| one.to_owned()));
            fault_of(&with_hint(fault, &all), &all)
        };
        for (arguments, wanted) in [
            (vec!["recette", "status"], "argument obligatoire absent\u{a0}: --partner <ID>"),
            (vec!["recette", "list", "--rien"], "argument inconnu\u{a0}: --rien"),
            (vec!["recette", "list", "--rien"], "l'aide\u{a0}: bacasable recette list --help"),
            (vec!["recette", "play", "editeur-demo"], "--partner editeur-demo"),
            (vec!["recette", "report", "editeur-demo"], "--partner editeur-demo"),
            (
                vec!["recette", "report", "--partner", "a", "--from", "30/11/2026"],
                "un jour qui existe, comme 2026-11-29",
            ),
            (vec!["recette", "rien"], "sous-commande inconnue\u{a0}: rien"),
            (
                vec!["recette", "list", "--lang", "de"],
                "la valeur «\u{a0}de\u{a0}» n'est pas acceptée\u{a0}; valeurs possibles\u{a0}: fr, en",
            ),
            (
                vec!["recette", "status", "--partner", "a", "--min-coverage", "x"],
                "la valeur «\u{a0}x\u{a0}»",
            ),
        ] {
            let text = translated(&arguments);
            assert!(text.contains(wanted), "{arguments:?}: {text}");
            assert!(!text.starts_with("bacasable"), "who prints it puts the name before: {text}");
        }
    }
}
