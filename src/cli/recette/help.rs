//! The help of `recette` in French.

use clap::{Arg, ArgAction, Command, builder::Str};

/// The command with its help in French.
pub(super) fn french(command: Command) -> Command {
    let names: Vec<_> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    let about = command.get_about().map(|text| translated(&text.to_string()));
    let after = command.get_after_help().map(|text| translated(&text.to_string()));
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let command = command
        .about(about.unwrap_or_default())
        .after_help(after.unwrap_or_default())
        .mut_args(french_argument)
        .subcommand_help_heading("Commandes\u{a0}")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(help.help("Afficher l'aide"));
    let usage = usage(&command);
    let command = command.override_usage(usage);
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, french))
}

/// The same argument; what clap would add in English (values, default, environment) is said in French.
fn french_argument(argument: Arg) -> Arg {
    let Some(help) = argument.get_help().map(ToString::to_string) else { return argument };
    let mut text = translated(&help);
    let values: Vec<_> =
        argument.get_possible_values().iter().map(|one| one.get_name().to_owned()).collect();
    if !values.is_empty() && !matches!(argument.get_action(), ArgAction::SetTrue) {
        text.push_str(&format!(" [valeurs\u{a0}: {}]", values.join(", ")));
    }
    if let [default] = argument.get_default_values() {
        text.push_str(&format!(" [par défaut\u{a0}: {}]", default.to_string_lossy()));
    }
    if let Some(variable) = argument.get_env() {
        text.push_str(&format!(" [variable\u{a0}: {}]", variable.to_string_lossy()));
    }
    let names = argument.get_value_names().unwrap_or_default().iter();
    let names: Vec<Str> =
        names.map(|name| value_name(name).map_or_else(|| name.clone(), Str::from)).collect();
    let argument = if names.is_empty() { argument } else { argument.value_names(names) };
    let is_setting = argument.get_help_heading().is_some();
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let argument = argument.help(text.clone()).long_help(text);
    let argument = match takes_value {
        true => argument.hide_possible_values(true).hide_default_value(true).hide_env(true),
        false => argument,
    };
    if is_setting { argument.help_heading("Réglages\u{a0}") } else { argument }
}

/// What the value of an argument is called in French.
fn value_name(english: &str) -> Option<&'static str> {
    VALUE_NAMES.iter().find(|(known, _)| *known == english).map(|(_, french)| *french)
}

/// How the command is written, where clap would say `[OPTIONS]` and `<COMMAND>`.
fn usage(command: &Command) -> String {
    let name = Some(command.get_name()).filter(|name| *name != "recette");
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    let required = command.get_arguments().filter(|argument| argument.is_required_set());
    let required: String = required
        .map(|argument| {
            let value = argument.get_value_names().and_then(<[_]>::first);
            let value = value.map(|value| format!(" <{value}>")).unwrap_or_default();
            let long = argument.get_long().map(|long| format!(" --{long}"));
            long.unwrap_or_default() + &value
        })
        .collect();
    let subcommand = if command.has_subcommands() { " <COMMANDE>" } else { "" };
    format!("bacasable recette{name} [options]{required}{subcommand}")
}

fn translated(english: &str) -> String {
    let known = TEXTS.iter().find(|(known, _)| *known == english);
    known.map_or_else(|| english.to_owned(), |(_, french)| (*french).to_owned())
}

/// What values are called: English, French. Those that are the same in both are left out.
const VALUE_NAMES: &[(&str, &str)] = &[
    ("DIGITS", "CHIFFRES"),
    ("FILE", "FICHIER"),
    ("LANGUAGE", "LANGUE"),
    ("PERCENT", "POURCENTAGE"),
    ("REPORT.json", "RAPPORT.json"),
    ("SYSTEM", "SYSTÈME"),
    ("TEXT", "TEXTE"),
    ("TOKEN", "JETON"),
    ("WHEN", "MOMENT"),
    ("DIR", "DOSSIER"),
];

/// English, French.
const TEXTS: &[(&str, &str)] = &[
    (
        "The acceptance rehearsal: list | plan | next | play | status | report | verify",
        "La recette à blanc : list | plan | next | play | status | report | verify",
    ),
    (
        "What a partner's application has shown is judged from the journal: that of a running server, or journal files. Exit codes: 0 done, 1 not met, 2 usage, or a file or settings that cannot be used.",
        "Ce qu'a montré l'application d'un partenaire est jugé d'après le journal : celui d'un serveur en marche, ou des fichiers. Codes de sortie : 0 fait, 1 non atteint, 2 arguments, fichier ou réglages inutilisables.",
    ),
    (
        "Language of help and errors [default: the locale's]",
        "Langue de l'aide et des erreurs [par défaut : celle du système]",
    ),
    (
        "Every case, with what it requires and where that is written",
        "Tous les cas, avec leur exigence et sa source",
    ),
    (
        "The cases still to play, in order, each with the curl that plays it; the whole is a shell script",
        "Les cas à jouer, dans l'ordre, chacun avec la commande curl qui le joue ; l'ensemble est un script",
    ),
    (
        "Paste a case to see what it answers, then let your own application do the same: calls of these commands (User-Agent bacasable-recette-plan) are not your application's, and only `--with-play` counts them.",
        "Collez un cas pour voir la réponse, puis faites-le faire par votre application : les appels de ces commandes (User-Agent bacasable-recette-plan) ne sont pas les siens, et seul `--with-play` les compte.",
    ),
    (
        "The next case to play: what it requires, how to do it, and the commands that show its answer",
        "Le prochain cas à jouer : son exigence, la manière de le jouer, et les commandes qui montrent sa réponse",
    ),
    (
        "Play the catalogue itself against a running server, over real mutual TLS, as a good client would",
        "Jouer le catalogue contre un serveur en marche, en TLS mutuel, comme le ferait un bon client",
    ),
    (
        "The console is given orders: the clock moves where a client would wait, conventions change and are restored, faults are ordered. Its calls do not count as the application's; `recette report --with-play` counts them, and says so. Exit code 0 when every case played is conforming and no rule is broken, 1 otherwise.",
        "La console reçoit des ordres : l'horloge avance là où un client attendrait, des conventions changent et sont rétablies, des incidents sont provoqués. Ces appels ne comptent pas comme ceux de l'application ; `recette report --with-play` les compte, et le dit. Code de sortie 0 quand chaque cas joué est conforme et qu'aucune règle n'est enfreinte, 1 sinon.",
    ),
    (
        "How far the rehearsal has come; with thresholds, a gate for CI",
        "L'avancement de la recette ; avec des seuils, un contrôle pour l'intégration continue",
    ),
    (
        "The report of the rehearsal, to read, to archive and to sign",
        "Le rapport de la recette à blanc, à lire, à archiver et à signer",
    ),
    (
        "Check a report in JSON against its seal and against the journal",
        "Contrôler un rapport en JSON : son sceau, et ses preuves dans le journal",
    ),
    (
        "The journal is that of a running server, or the files of --journal. Exit code 0 when the report is as it was written and the journal holds its evidence, 1 when the journal does not or the seal is another, 2 for what is no report or was altered.",
        "Le journal est celui d'un serveur en marche, ou les fichiers de --journal. Code de sortie 0 quand le rapport est intact et que le journal contient ses preuves, 1 quand le journal ne les contient pas ou que le sceau est un autre, 2 pour ce qui n'est pas un rapport ou a été modifié.",
    ),
    ("Id of the convention", "Identifiant de la convention"),
    (
        "Only the cases that apply to this convention",
        "Seulement les cas applicables à cette convention",
    ),
    ("Only this case, repeatable", "Seulement ce cas (peut être répété)"),
    ("Only this theme, repeatable", "Seulement ce thème (peut être répété)"),
    ("How it is written", "Format de sortie"),
    (
        "Every case that applies, played already or not; no journal is read",
        "Tous les cas applicables, déjà joués ou non ; aucun journal n'est lu",
    ),
    (
        "Journal files to judge instead of asking a running server",
        "Fichiers de journal à juger, au lieu d'interroger un serveur en marche",
    ),
    (
        "The gateway [default: where serve listens, https://127.0.0.1:8443]",
        "La passerelle [par défaut : là où serve écoute, https://127.0.0.1:8443]",
    ),
    (
        "The console [default: where serve listens, http://127.0.0.1:8080]",
        "La console [par défaut : là où serve écoute, http://127.0.0.1:8080]",
    ),
    (
        "Token of the console, where it asks for one [default: the setting console.token, or the file console.token in the certs folder]",
        "Jeton de la console, si elle en demande un [par défaut : le réglage console.token, ou le fichier console.token du dossier des certificats]",
    ),
    ("TOML file of settings", "Fichier de réglages (TOML)"),
    (
        "Folder of the test PKI; made when missing, never overwritten [default: certs]",
        "Dossier des certificats de test ; créé s'il manque, jamais écrasé [par défaut : certs]",
    ),
    (
        "Folder that adds to the embedded fixtures; the same id replaces [default: none]",
        "Dossier qui complète les fixtures embarquées ; un même identifiant remplace [par défaut : aucun]",
    ),
    (
        "Exit with 1 below this share of conforming cases",
        "Finir avec 1 au-dessous de cette part de cas conformes, en %",
    ),
    (
        "Exit with 1 when a rule of conduct is broken",
        "Finir avec 1 quand une règle de comportement est enfreinte",
    ),
    (
        "Annotate for this CI system; gitlab writes gl-code-quality-report.json [default: the one it runs on]",
        "Annoter pour ce système d'intégration continue ; gitlab écrit gl-code-quality-report.json [par défaut : celui qui exécute]",
    ),
    (
        "Let the calls that `recette play` made count too; the report says so in red [default: the application's calls alone]",
        "Compter aussi les appels de `recette play` ; le rapport le dit en rouge [par défaut : seulement les appels de l'application]",
    ),
    (
        "Judge what came from this day (2026-11-29, Paris) or moment (2026-11-29T10:00:00Z) on, by the simulated clock",
        "Juger à partir de ce jour (2026-11-29, à Paris) ou de cet instant (2026-11-29T10:00:00Z), à l'horloge simulée",
    ),
    (
        "Judge what came up to the end of this day, or this moment, by the simulated clock",
        "Juger jusqu'à la fin de ce jour, ou jusqu'à cet instant, à l'horloge simulée",
    ),
    (
        "How it is written [default: by the end of the file's name, or html]",
        "Format du rapport [par défaut : selon l'extension du fichier, ou html]",
    ),
    (
        "File to write, repeatable: the same report, each by the end of its name [default: standard output]",
        "Fichier à écrire (peut être répété : le même rapport, chacun selon son extension) [par défaut : la sortie standard]",
    ),
    (
        "The seal that a PDF, an HTML page or a Markdown text bears, or its first digits: whether it is that of this report",
        "Le sceau que porte un PDF, une page HTML ou un texte Markdown, ou ses premiers chiffres : est-ce celui de ce rapport ?",
    ),
    (
        "An earlier report in JSON: what was gained and lost since stands on the first page",
        "Un rapport antérieur en JSON : ce qui a été gagné et perdu depuis figure en première page",
    ),
    ("The application that was rehearsed", "L'application en recette"),
    ("Its version", "Sa version"),
    ("The campaign", "La campagne"),
    ("Who played it", "Le testeur"),
    ("Who checked it", "Qui a vérifié"),
    ("Who answers for it", "Le responsable"),
    ("The report", "Le rapport"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::recette::english;

    #[test]
    fn every_text_of_the_help_has_its_french() {
        fn texts(command: &Command, all: &mut Vec<String>) {
            all.extend(command.get_about().map(ToString::to_string));
            all.extend(command.get_after_help().map(ToString::to_string));
            all.extend(command.get_arguments().filter_map(|one| Some(one.get_help()?.to_string())));
            command.get_subcommands().for_each(|one| texts(one, all));
        }
        let mut all = Vec::new();
        texts(&english(Command::new("recette")), &mut all);
        let missing: Vec<_> =
            all.iter().filter(|text| !TEXTS.iter().any(|(known, _)| known == text)).collect();
        assert!(missing.is_empty(), "{missing:#?}");
        let left: Vec<_> = TEXTS
            .iter()
            .map(|(known, _)| *known)
            .filter(|known| !all.iter().any(|one| one == known))
            .collect();
        assert!(left.is_empty(), "{left:#?}");
        let help = french(english(Command::new("recette"))).render_long_help().to_string();
        assert!(help.contains("La recette à blanc") && help.contains("Commandes\u{a0}:"), "{help}");
        assert!(help.contains("bacasable recette [options] <COMMANDE>"), "{help}");
        let mut recette = french(english(Command::new("recette")));
        for (name, usage) in [
            ("status", "bacasable recette status [options] --partner <ID>"),
            ("verify", "bacasable recette verify [options] <RAPPORT.json>"),
        ] {
            let help = recette.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            assert!(help.contains(usage), "{help}");
            for english in ["[OPTIONS]", "<WHEN>", "<TEXT>", "<FILE>", "<DIR>", "<PERCENT>"] {
                assert!(!help.contains(english), "{help}");
            }
        }
    }
}
