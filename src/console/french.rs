//! The faults of an operation that answers in French, whatever part of the console found them.

use super::problem::Problem;

impl Problem {
    /// The same in French; what is French already stays as it is.
    pub(super) fn french(self) -> Self {
        self.reworded(|detail| usual(detail).unwrap_or_else(|| detail.to_owned()))
    }
}

/// What is wrong with the body of an order: these sentences stand on pages too.
pub(super) fn of_body(detail: &str) -> String {
    let named = |start: &str| {
        let (name, rest) = detail.strip_prefix(start)?.split_once('`')?;
        let known: Vec<_> = rest.split('`').skip(1).step_by(2).collect();
        Some((name, known.join(", ")))
    };
    if let Some((name, known)) = named("unknown field `") {
        return format!("« {name} » n'est pas un membre connu ; membres possibles : {known}.");
    }
    if let Some((name, known)) = named("unknown variant `") {
        return format!("« {name} » n'est pas une valeur connue ; valeurs possibles : {known}.");
    }
    if let Some((name, _)) = named("missing field `") {
        return format!("Le membre « {name} » est obligatoire et absent.");
    }
    if let Some((name, _)) = named("duplicate field `") {
        return format!("Le membre « {name} » est donné deux fois.");
    }
    let whole = usual(detail);
    whole.unwrap_or_else(|| "La valeur n'est pas de la forme attendue : la description de l'API (/api) donne celle de chaque membre.".to_owned())
}

/// What the readers of requests say, and no operation by itself.
fn usual(detail: &str) -> Option<String> {
    if let Some(fault) = detail.strip_prefix("not JSON: ") {
        let place = fault.rsplit_once(" at line ").and_then(|(_, at)| at.split_once(" column "));
        let place = place.map(|(line, column)| format!(" (ligne {line}, colonne {column})"));
        return Some(format!("Le corps n'est pas du JSON{}.", place.unwrap_or_default()));
    }
    if let Some((value, expected)) = detail.split_once(": expected ")
        && let Some(value) = quoted(value)
    {
        return Some(format!("« {value} » ne convient pas ; attendu : {expected}."));
    }
    if let Some(rest) = detail.strip_prefix("there is no parameter ") {
        let name = quoted(rest.strip_suffix(" here")?)?;
        return Some(format!("Le paramètre « {name} » n'existe pas pour cette opération."));
    }
    if let Some(rest) = detail.strip_prefix("the parameter ") {
        let name = quoted(rest.strip_suffix(" is given more than once")?)?;
        return Some(format!("Le paramètre « {name} » est donné plusieurs fois."));
    }
    if let Some(rest) = detail.strip_prefix("an order has ") {
        let most = rest.strip_suffix(" bytes at most")?;
        return Some(format!("Le corps dépasse {most} octets."));
    }
    if let Some(rest) = detail.strip_prefix("the body begins with a byte order mark (") {
        let (mark, _) = rest.split_once(')')?;
        return Some(format!(
            "Le corps commence par une marque d'ordre des octets ({mark}) : envoyez de l'UTF-8 sans elle."
        ));
    }
    let begins = USUAL.iter().find(|(english, _)| detail.starts_with(english));
    begins.map(|(_, french)| (*french).to_owned())
}

/// What stands between quotation marks, without what escapes it.
fn quoted(text: &str) -> Option<String> {
    serde_json::from_str(text).ok().or_else(|| {
        let inside = text.strip_prefix('"')?.strip_suffix('"')?;
        Some(inside.to_owned())
    })
}

/// How the others begin, and the same in French.
const USUAL: [(&str, &str); 5] = [
    (
        "expected Content-Type: application/json",
        "L'en-tête Content-Type doit être « application/json ».",
    ),
    ("the body did not arrive", "Le corps n'est pas arrivé en entier."),
    ("Invalid URL", "Le chemin de la requête n'est pas du texte en UTF-8."),
    (
        "the fixtures have faults",
        "Le dossier des fixtures comporte des erreurs : rien n'a été changé ; `bacasable check` les donne aussi.",
    ),
    (
        "the console could not answer",
        "La console n'a pas pu répondre ; le journal du serveur en donne la cause.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_body_is_said_in_french() {
        assert_eq!(
            of_body("unknown field `auteur`, expected one of `tester`, `remarks`"),
            "« auteur » n'est pas un membre connu ; membres possibles : tester, remarks."
        );
        assert!(of_body("unknown variant `oui`, expected `a` or `b`").contains("« oui »"));
        assert!(of_body("missing field `decision`").contains("« decision » est obligatoire"));
        assert!(of_body("invalid type: integer").contains("forme attendue"));
        assert_eq!(
            of_body("not JSON: expected value at line 1 column 2"),
            "Le corps n'est pas du JSON (ligne 1, colonne 2)."
        );
    }

    #[test]
    fn what_the_readers_of_requests_say_is_french_too_and_what_is_french_stays() {
        let said = |detail: &str| Problem::unreadable(detail).french().detail();
        for (english, french) in [
            (
                "not JSON: EOF at line 3 column 0",
                "Le corps n'est pas du JSON (ligne 3, colonne 0).",
            ),
            (
                "\"hi\\\"er\": expected un jour, comme 2026-11-29",
                "« hi\"er » ne convient pas ; attendu : un jour, comme 2026-11-29.",
            ),
            (
                "there is no parameter \"x\" here",
                "Le paramètre « x » n'existe pas pour cette opération.",
            ),
            (
                "the parameter \"partner\" is given more than once",
                "Le paramètre « partner » est donné plusieurs fois.",
            ),
            ("an order has 1048576 bytes at most", "Le corps dépasse 1048576 octets."),
            (
                "expected Content-Type: application/json",
                "L'en-tête Content-Type doit être « application/json ».",
            ),
            ("Testeur : 120 caractères au plus", "Testeur : 120 caractères au plus"),
        ] {
            assert_eq!(said(english), french);
        }
        let mark =
            said("the body begins with a byte order mark (FE FF, UTF-16): send UTF-8 without one");
        assert!(mark.contains("(FE FF, UTF-16) : envoyez"), "{mark}");
    }
}
