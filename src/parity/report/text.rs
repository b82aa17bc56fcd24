//! A report in French, for a terminal.

use std::fmt::Write;

use super::{DifferenceLine, Report};

/// The report for people.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let mut say = |line: String| {
        let _ = writeln!(out, "{line}"); // a text takes all
    };
    say(format!("Parité : {}", report.original));
    say(format!("Comparé avec : {}", report.with));
    for casting in &report.partners {
        say(format!(
            "Application {} jouée par : {}",
            casting.client.trim_start_matches("client:"),
            casting.partner
        ));
    }
    say(counted(report.compared, "comparaison faite", "comparaisons faites")
        + &format!(" sur {}", report.exchanges));
    for skipped in &report.skipped {
        say(format!("  non comparé : échange {}, {}", skipped.exchange, skipped.why));
    }
    say(String::new());
    let open = report.open().count();
    let accepted = report.differences.len() - open;
    say(match (report.differences.len(), accepted) {
        (0, _) => "Aucune différence.".to_owned(),
        (all, 0) => counted(all, "différence", "différences") + ".",
        (all, accepted) => format!(
            "{}, dont {}.",
            counted(all, "différence", "différences"),
            counted(accepted, "acceptée", "acceptées")
        ),
    });
    for (number, line) in (1..).zip(&report.differences) {
        say(format!("{number}. {} [{}]", title(line), line.id));
        say(format!("   original : {}", line.original));
        say(format!("   ici : {}", line.here));
        say(format!("   où : {}{}", line.operations.join(", "), exchanges(line)));
        if let Some(fidelity) = &line.fidelity {
            let (section, behaviour, known) =
                (&fidelity.section, &fidelity.behaviour, &fidelity.known);
            say(format!("   fidelity.md : « {section} », {behaviour} ({known})"));
        }
        if let Some(setting) = &line.setting {
            say(format!("   réglage : disparaît avec {setting}"));
        }
        if let Some(reason) = &line.accepted {
            say(format!("   acceptée : {reason}"));
        }
    }
    if !report.settings.is_empty() {
        say(String::new());
    }
    for setting in &report.settings {
        let (key, value) = (&setting.setting, &setting.value);
        let all = report.differences.len();
        say(match setting.resolves {
            0 => format!(
                "Réglage : avec {key} = {value}, ce que les autres différences cachaient disparaît."
            ),
            1 => format!("Réglage : avec {key} = {value}, 1 différence sur {all} disparaît."),
            many => format!(
                "Réglage : avec {key} = {value}, {many} différences sur {all} disparaissent."
            ),
        });
    }
    for id in &report.unused {
        say(format!("Acceptée sans objet : {id}, que rien ne montre plus."));
    }
    out
}

/// What differs and where, in one line.
pub(super) fn title(line: &DifferenceLine) -> String {
    match line.place.is_empty() {
        true => line.kind.clone(),
        false => format!("{} : {}", line.kind, line.place),
    }
}

fn exchanges(line: &DifferenceLine) -> String {
    let shown: Vec<String> = line.exchanges.iter().take(MOST).map(ToString::to_string).collect();
    match line.exchanges.len() {
        0 => String::new(),
        1 => format!(" ; échange {}", shown[0]),
        all if all > MOST => format!(" ; {all} échanges, dont {}", shown.join(", ")),
        _ => format!(" ; échanges {}", shown.join(", ")),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count < 2 { one } else { many })
}

const MOST: usize = 12;
