//! What a reader of the report should keep in mind, in French.

use jiff::Timestamp;

use super::{About, Environment};
use crate::{
    config::{self, Mode, SettingValue as _},
    journal::{Maker, RunFacts},
    recette::{
        catalogue::Catalogue,
        evidence::{Evidence, Selection},
        script::AGENT,
        words,
    },
    rights::ApiId,
};

pub(super) fn vigilance(
    (selection, now): (&Selection, Timestamp),
    evidence: &Evidence<'_>,
    environment: &Environment,
) -> Vec<String> {
    let mut points = Vec::new();
    for kind in ["iban", "spi", "siren", "siret"] {
        let seen = evidence
            .exhibits
            .iter()
            .filter(|one| one.entry.vigilance.iter().any(|flag| flag == kind))
            .count();
        if seen > 0 {
            let demands = words::counted(seen, "demande contenait", "demandes contenaient");
            points.push(format!(
                "{demands} un {} valide et hors des plages fictives : il a l'apparence d'une donnée réelle, qui n'a pas sa place \
                 dans un essai. Sa valeur n'a été consignée nulle part.",
                kind.to_uppercase()
            ));
        }
    }
    let causes = evidence.exhibits.iter().filter_map(|one| one.entry.cause.as_deref());
    let leaked = causes.filter(|cause| *cause == "token-is-secret").count();
    if leaked > 0 {
        points.push(format!(
            "{} à la place du jeton (Authorization: Bearer) : il a circulé hors de la demande de jeton, et il est à renouveler s'il sert \
             ailleurs que dans cet essai.",
            words::counted(
                leaked,
                "appel portait le secret de l'application",
                "appels portaient le secret de l'application"
            )
        ));
    }
    if evidence.pasted > 0 {
        points.push(format!(
            "{} les commandes curl que bacasable recette plan ou next affiche (User-Agent « {AGENT} ») : ce ne sont pas ceux de \
             l'application, et ils ne sont pas retenus.",
            words::counted(evidence.pasted, "appel a été fait par", "appels ont été faits par")
        ));
    }
    let made: Vec<_> = evidence.left_out.iter().filter(|(by, _)| by.is_some()).collect();
    if !made.is_empty() {
        let lines: Vec<_> = made.into_iter().map(made_by).collect();
        points.push(format!(
            "Des appels de bacasable lui-même, ou porteurs d'une clé que la console remet pour ces commandes, ne sont pas retenus : {}.",
            lines.join(" ; ")
        ));
    }
    let rehearsed = environment.rehearsed();
    if rehearsed == config::Environment::BacASable {
        let unasked = ApiId::ALL.into_iter().filter(|api| !api.identifies_callers(rehearsed));
        let unasked: String = unasked.map(|api| format!("pour {} ni ", api.label())).collect();
        points.push(format!(
            "L'environnement imité est le bac à sable, où ni certificat ni adresse ne sont demandés {unasked}pour le serveur de jetons."
        ));
    }
    let observing = |run: &RunFacts| {
        run.settings
            .iter()
            .any(|(key, value)| key == "gateway.mode" && *value == Mode::Observe.show())
    };
    let mut all = environment.runs.iter().chain(evidence.runs.iter().copied());
    if all.any(observing) {
        points.push(
            "La passerelle était en mode « observe » : ses contrôles étaient évalués, aucun ne refusait.".to_owned(),
        );
    }
    if let Some(from) = selection.from.filter(|from| *from > now) {
        points.push(format!(
            "La période choisie commence le {}, après la date de ce rapport : aucun appel ne peut encore y figurer.",
            words::moment(from)
        ));
    }
    if evidence.outside > 0 {
        points.push(words::counted(
            evidence.outside,
            "appel de l'application, avant ou après la période choisie, n'est pas jugé.",
            "appels de l'application, avant ou après la période choisie, ne sont pas jugés.",
        ));
    }
    if evidence.clock_moved() {
        points.push(
            "L'horloge simulée a été déplacée pendant la recette à blanc, comme certains cas le demandent (jeton expiré, \
             minute suivante) : les heures du journal sont celles de cette horloge et peuvent dépasser celle du rapport."
                .to_owned(),
        );
    }
    if environment.runs.is_empty() {
        points.push(
            "Le journal ne dit pas avec quelle version ni quels réglages il a été produit."
                .to_owned(),
        );
    }
    if !evidence.gaps.is_empty() {
        let missing = evidence.gaps.iter().map(|gap| gap.to - gap.from + 1).sum::<u64>();
        let shown: Vec<_> = evidence.gaps.iter().take(SHOWN).map(ToString::to_string).collect();
        let more = if evidence.gaps.len() > SHOWN { ", etc." } else { "" };
        let entries = words::counted(
            usize::try_from(missing).unwrap_or(usize::MAX),
            "entrée manque au journal (numéro",
            "entrées manquent au journal (numéros",
        );
        points.push(format!(
            "{entries} {}{more}) : ce rapport ne porte pas d'empreinte de ses preuves et n'est pas à signer.",
            shown.join(", ")
        ));
    }
    if evidence.truncated {
        points
            .push("Le début du journal n'a pas été conservé : des appels plus anciens ne sont pas comptés.".to_owned());
    }
    points
}

/// Who else called in the partner's name, and how often.
pub(super) fn left_out(evidence: &Evidence<'_>) -> Vec<String> {
    let pasted = evidence.pasted;
    let pasted = (pasted > 0).then(|| {
        let calls = words::counted(pasted, "appel fait", "appels faits");
        format!("{calls} par les commandes de recette plan ou next")
    });
    evidence.left_out.iter().map(made_by).chain(pasted).collect()
}

/// `45 appels faits par la commande bacasable recette play`.
fn made_by((by, &calls): (&Option<Maker>, &usize)) -> String {
    let how = by.map_or_else(
        || "la page « Essayer un appel »".to_owned(),
        |by| format!("la commande bacasable {}", by.command()),
    );
    format!("{} par {how}", words::counted(calls, "appel fait", "appels faits"))
}

/// What is missing where nobody says which application it is.
pub(super) fn unnamed(about: &About) -> Option<String> {
    about.application.is_none().then(|| UNNAMED.to_owned())
}

/// The cases that began and never ended, and what that means for conduct.
pub(super) fn unclosed(catalogue: &Catalogue, evidence: &Evidence<'_>) -> Option<String> {
    let all = evidence.unclosed.join(", ");
    let excused = evidence.unclosed.iter().any(|case| catalogue.excuses(case));
    let so = match excused {
        true => {
            "le comportement de l'application n'est pas jugé depuis le début de ceux qui demandent une erreur ou un incident."
        }
        false => "les appels faits depuis leur début leur sont rattachés.",
    };
    (!all.is_empty()).then(|| format!("Des cas commencés ne sont pas terminés ({all}) : {so}"))
}

/// The cases that are not judged as bacasable's own catalogue has them.
pub(super) fn replaced(catalogue: &Catalogue, kept_out: &[String]) -> Option<String> {
    let list = |all: Vec<&str>| {
        let more = if all.len() > NAMED { ", etc." } else { "" };
        format!("{}{more}", all[..all.len().min(NAMED)].join(", "))
    };
    let all: Vec<_> = catalogue.replaced.iter().map(|case| case.id.as_str()).collect();
    let cases = words::counted(
        all.len(),
        "cas n'est pas jugé tel que bacasable le définit : le dossier des fixtures le remplace",
        "cas ne sont pas jugés tels que bacasable les définit : le dossier des fixtures les remplace",
    );
    let kept_out = (!kept_out.is_empty()).then(|| {
        let count = words::counted(
            kept_out.len(),
            "cas ne s'applique plus de ce fait",
            "cas ne s'appliquent plus de ce fait",
        );
        format!(" {count} : {}.", list(kept_out.iter().map(String::as_str).collect()))
    });
    (!all.is_empty()).then(|| format!("{cases} ({}).{}", list(all), kept_out.unwrap_or_default()))
}

/// Whether other servers of the journal ran with other settings than the one that the report tells of.
pub(super) fn otherwise(evidence: &Evidence<'_>, environment: &Environment) -> Option<String> {
    let told = environment.runs.last()?;
    let mut others: Vec<String> = Vec::new();
    for run in evidence.runs.iter().filter(|run| !is_alike(run, told)) {
        let settings = run.settings.iter().map(|(key, value)| format!("{key} = {value}"));
        let data = format!("graine {}, population {}", run.seed, run.population);
        let other = [data].into_iter().chain(settings).collect::<Vec<_>>().join(", ");
        if !others.contains(&other) {
            others.push(other);
        }
    }
    let more = if others.len() > SHOWN { " ; etc." } else { "" };
    others.truncate(SHOWN);
    (!others.is_empty()).then(|| {
        format!(
            "Des appels du journal ont été faits sous d'autres réglages que ceux que ce rapport indique : {}{more}.",
            others.join(" ; ")
        )
    })
}

fn is_alike(one: &RunFacts, other: &RunFacts) -> bool {
    let told = |run: &RunFacts| (run.seed, run.population, run.register, run.settings.clone());
    told(one) == told(other)
}

/// Cases that are named.
const NAMED: usize = 10;

/// What is said where nobody says which application it is.
pub(super) const UNNAMED: &str =
    "L'application n'est pas renseignée : rien ne dit sur laquelle porte cette recette à blanc.";

/// How many of the stretches that are missing are named.
const SHOWN: usize = 5;
