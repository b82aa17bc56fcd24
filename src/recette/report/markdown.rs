//! Markdown, for tickets and merge requests.

use super::{Comparison, Report};
use crate::recette::{
    coverage::{State, Tally},
    words,
};

pub(super) fn write(report: &Report) -> String {
    let mut out = Lines::default();
    front(&mut out, report);
    facts(&mut out, report);
    coverage(&mut out, report);
    cases(&mut out, report);
    conduct(&mut out, report);
    volumes(&mut out, report);
    limits(&mut out, report);
    out.line(&format!("\n---\n{}.", report.notice));
    out.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }
}

fn front(out: &mut Lines, report: &Report) {
    out.line(&format!("# Recette à blanc : {}", cell(&report.partner.organisation)));
    out.line(&format!("\n> **{}.** {}\n", report.notice, super::UNOFFICIAL));
    if let Some(warning) = report.warning() {
        out.line(&format!("> **{}**\n", cell(&warning)));
    }
    let synthesis = &report.synthesis;
    out.line(&format!("**{}**\n", cell(&synthesis.conclusion)));
    out.line(&format!("- Cas : {}", cell(&synthesis.cases)));
    out.line(&format!("- Règles : {}", cell(&synthesis.rules)));
    for rule in report.broken() {
        out.line(&format!("- Non respectée : {}", cell(&rule.title)));
    }
    out.line(&format!("- Vigilance : {}", cell(&synthesis.vigilance)));
    report.vigilance.iter().for_each(|point| out.line(&format!("  - {}", cell(point))));
    for lifted in &report.lifted_refusals {
        out.line(&format!("- Refus levé : {}", cell(&lifted.line())));
    }
    for change in report.previous.iter().flat_map(Comparison::lines) {
        out.line(&format!("- {}", cell(&change)));
    }
}

fn facts(out: &mut Lines, report: &Report) {
    let partner = &report.partner;
    out.line("");
    out.line(&format!(
        "- Convention : `{}`, {} ({})",
        partner.id,
        cell(&partner.title),
        partner.state
    ));
    if let Some(real) = report.real_date {
        out.line(&format!("- Date réelle : {}", words::moment(real)));
    }
    out.line(&format!("- Horloge simulée : {}", words::moment(report.date)));
    if let Some(chosen) = report.chosen_period() {
        out.line(&format!("- Période choisie : {chosen}"));
    }
    for (label, text) in report.facts() {
        out.line(&format!("- {label} : {}", cell(&text)));
    }
    if let Some((first, last)) = report.period {
        out.line(&format!(
            "- Période : du {} au {} ({}){}",
            words::moment(first),
            words::moment(last),
            words::counted(report.entries, "entrée", "entrées"),
            report.by_which_clock()
        ));
    }
    for run in &report.environment.runs {
        out.line(&format!(
            "- bacasable {}, registre {}, graine {}, population {}",
            run.version, run.register, run.seed, run.population
        ));
        for (key, value) in &run.settings {
            out.line(&format!("  - {} = {}", cell(key), cell(value)));
        }
    }
    out.line(&format!("- Éléments de preuve (SHA-256) : {}", digest(report)));
}

fn coverage(out: &mut Lines, report: &Report) {
    out.line(&format!(
        "\n## Couverture : {} ({} sur {})\n",
        report.figure(),
        words::counted(report.tally.conforming, "cas conforme", "cas conformes"),
        report.tally.applicable
    ));
    out.line(
        "| thème | conformes | non conformes | à compléter | à confirmer | à constater | non joués |\n|---|---:|---:|---:|---:|---:|---:|",
    );
    for theme in &report.themes {
        let tally = Tally::count(&theme.cases);
        if tally.applicable > 0 {
            out.line(&format!(
                "| {} | {} / {} | {} | {} | {} | {} | {} |",
                cell(&theme.title),
                tally.conforming,
                tally.applicable,
                tally.not_conforming,
                tally.seen,
                tally.to_confirm,
                tally.awaiting,
                tally.not_seen
            ));
        }
    }
}

fn cases(out: &mut Lines, report: &Report) {
    for theme in &report.themes {
        let applicable: Vec<_> =
            theme.cases.iter().filter(|case| case.state != State::NotApplicable).collect();
        if applicable.is_empty() {
            continue;
        }
        out.line(&format!("\n### {}\n", cell(&theme.title)));
        out.line("| cas | état | preuves | remarque |\n|---|---|---|---|");
        for case in applicable {
            let proofs: Vec<_> =
                case.evidence.iter().map(|proof| code(&proof.correlation_id)).collect();
            let decided = report
                .about
                .remark(&case.id)
                .map(|remark| cell(&format!("Décision : {}", report.decision_line(remark))));
            let before =
                report.about.former_of(&case.id).map(|former| cell(&report.former_line(former)));
            let note = case.note.as_deref().map(cell).into_iter().chain(decided).chain(before);
            let note = note.collect::<Vec<_>>().join("<br>");
            out.line(&format!(
                "| {} (`{}`) | {} | {} | {note} |",
                cell(&case.title),
                case.id,
                case.state.french(),
                proofs.join("<br>")
            ));
        }
    }
}

fn conduct(out: &mut Lines, report: &Report) {
    out.line("\n## Comportement de l'application\n");
    if let Some(excused) = &report.excused {
        out.line(&format!("**{}**\n", cell(&excused.sentence())));
    }
    out.line("| règle | verdict | occasions | manquements et remarques |\n|---|---|---:|---|");
    for rule in &report.conduct {
        let lines: Vec<_> = rule
            .breaches
            .iter()
            .chain(&rule.remarks)
            .map(|breach| {
                format!("{} : {}", code(&breach.proof.correlation_id), cell(&breach.what))
            })
            .collect();
        out.line(&format!(
            "| {} | {} | {} | {} |",
            cell(&rule.title),
            rule.verdict.french(),
            rule.occasions,
            lines.join("<br>")
        ));
    }
}

fn volumes(out: &mut Lines, report: &Report) {
    if report.volumes.is_empty() {
        return;
    }
    out.line("\n## Volumétrie (recette à blanc)\n");
    out.line(
        "| API | appels | demandes | pointe par minute | réponses 429 | quotas proposés |\n|---|---:|---:|---:|---:|---|",
    );
    for volume in &report.volumes {
        out.line(&format!(
            "| {} | {} | {} | {} | {} | {} |",
            volume.api.label(),
            volume.calls,
            volume.demands,
            volume.peak,
            volume.throttled,
            volume.verdicts()
        ));
    }
}

fn limits(out: &mut Lines, report: &Report) {
    if !report.limits.is_empty() {
        out.line("\n## Limites de cette recette à blanc\n");
        report.limits.iter().for_each(|point| out.line(&format!("- {}", cell(point))));
    }
}

fn digest(report: &Report) -> String {
    match &report.evidence_sha256 {
        Some(digest) => format!("`{digest}`"),
        None => report.digest().to_owned(),
    }
}

/// Text that stays in its cell: what comes from headers and fixtures breaks no table and starts no markup.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// An identifier as it came, with what could end its span or its cell shown as a dot.
fn code(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.:".contains(c) { c } else { '·' };
    format!("`{}`", text.chars().map(plain).collect::<String>())
}
