//! What the document says, block after block.

use super::layout::{ACCENT, Color, GREY, INK, Layout, Span, Style, Table};
use crate::recette::{
    conduct::{Finding, Verdict},
    coverage::{CaseResult, Proof, State, Tally, ThemeResult},
    report::{Outcome, Report, Synthesis, UNOFFICIAL},
    words,
};

pub(super) fn lay_out(report: &Report) -> Layout {
    let mut layout = Layout::new();
    front(&mut layout, report);
    coverage(&mut layout, report);
    conduct(&mut layout, report);
    points(&mut layout, "Points de vigilance", &report.vigilance);
    points(&mut layout, "Limites de cette recette à blanc", &report.limits);
    cases(&mut layout, report);
    signature(&mut layout, report);
    layout
}

fn front(layout: &mut Layout, report: &Report) {
    layout.paragraph(&Span {
        style: Style { size: 8.5, ..Span::bold("", WARNING).style },
        text: report.notice.clone(),
    });
    layout.heading(1, "Recette à blanc");
    layout.paragraph(&Span {
        style: Style { size: 13.0, ..Span::bold("", INK).style },
        text: report.partner.organisation.clone(),
    });
    layout.paragraph(&Span::body(UNOFFICIAL));
    if let Some(warning) = report.warning() {
        layout.paragraph(&Span::bold(warning, WRONG));
    }
    synthesis(layout, report);
    layout.heading(2, "Le rapport");
    let mut rows = vec![
        (
            "Convention",
            format!("{} ({}), {}", report.partner.title, report.partner.id, report.partner.state),
        ),
        ("SIRET", report.partner.siret.clone()),
    ];
    let apis = &report.partner.apis;
    let labels: Vec<_> = apis.iter().map(|api| format!("API {}", api.api.label())).collect();
    for (api, label) in apis.iter().zip(&labels) {
        let mut text =
            format!("{} par minute ; recherches : {}", calls(api.quota), api.searches.join(", "));
        if !api.motifs.is_empty() {
            text.push_str(&format!(" ; motifs : {}", api.motifs.join(", ")));
        }
        text.push_str(&format!(" ; scopes : {}", api.scopes.join(", ")));
        rows.push((label, text));
    }
    rows.push(("Environnement imité", report.environment.rehearsed().french().to_owned()));
    rows.push(("Date du rapport", words::moment(report.date)));
    if let Some((first, last)) = report.period {
        rows.push((
            "Période",
            format!("du {} au {} (heure de Paris)", words::moment(first), words::moment(last)),
        ));
    }
    rows.push((
        "Source",
        format!(
            "{}, {}",
            report.environment.source,
            words::counted(report.entries, "entrée retenue", "entrées retenues")
        ),
    ));
    for run in &report.environment.runs {
        let mut text = format!(
            "bacasable {}, registre {}, graine {}, population {}",
            run.version, run.register, run.seed, run.population
        );
        for (key, value) in &run.settings {
            text.push_str(&format!(" ; {key} = {value}"));
        }
        rows.push(("Environnement", text));
    }
    if !report.left_out.is_empty() {
        rows.push(("Appels non retenus", report.left_out.join(" ; ")));
    }
    rows.push(("Preuves (SHA-256)", report.digest().to_owned()));
    let row = |(label, value): (&str, String)| {
        vec![vec![Span::bold(label, INK)], vec![Span::body(value)]]
    };
    layout.table(&Table {
        widths: vec![1.0, 3.4],
        head: Vec::new(),
        rows: rows.into_iter().map(row).collect(),
    });
}

fn calls(n: u32) -> String {
    words::counted(usize::try_from(n).unwrap_or(usize::MAX), "appel", "appels")
}

fn synthesis(layout: &mut Layout, report: &Report) {
    let Synthesis { outcome, cases, rules, vigilance, conclusion } = &report.synthesis;
    let color = match outcome {
        Outcome::Conclusive => RIGHT,
        Outcome::Adverse | Outcome::Void => WRONG,
        Outcome::Incomplete => WARNING,
    };
    layout.heading(2, "Synthèse");
    layout.paragraph(&Span {
        style: Style { size: 11.0, ..Span::bold("", color).style },
        text: conclusion.clone(),
    });
    let mut told = vec![Span::body(rules.clone())];
    told.extend(report.broken().map(|rule| Span::bold(rule.title.clone(), WRONG)));
    let row = |label: &str, value| vec![vec![Span::bold(label, INK)], value];
    layout.table(&Table {
        widths: vec![1.0, 3.4],
        head: Vec::new(),
        rows: vec![
            row("Cas", vec![Span::body(cases.clone())]),
            row("Règles", told),
            row("Vigilance", vec![Span::body(vigilance.clone())]),
        ],
    });
}

fn coverage(layout: &mut Layout, report: &Report) {
    layout.heading(2, "Couverture");
    let Tally { applicable, conforming, not_conforming, seen, not_seen } = report.tally;
    let all = words::counted(applicable, "cas applicable", "cas applicables");
    layout.paragraph(&Span {
        style: Style { size: 12.0, ..Span::bold("", ACCENT).style },
        text: format!(
            "{} : {} sur {all}",
            report.figure(),
            words::counted(conforming, "conforme", "conformes")
        ),
    });
    layout.paragraph(&Span::body(format!(
        "Non conformes : {not_conforming}. Vus, sans conclusion : {seen}. Non vus : {not_seen}. Un cas est conforme quand le journal montre \
         l'appel, la réponse attendue et, s'il y a lieu, la bonne réaction de l'application."
    )));
    let row = |theme: &ThemeResult| {
        let tally = Tally::of(&theme.cases);
        let count = |n: usize, color: Color| {
            vec![if n == 0 { Span::body("0") } else { Span::bold(n.to_string(), color) }]
        };
        (tally.applicable > 0).then(|| {
            vec![
                vec![Span::body(theme.title.clone())],
                vec![Span::body(format!("{} / {}", tally.conforming, tally.applicable))],
                count(tally.not_conforming, WRONG),
                count(tally.seen, WARNING),
                count(tally.not_seen, GREY),
            ]
        })
    };
    let head = vec!["Thème", "Conformes", "Non conformes", "À compléter", "Non joués"];
    layout.table(&Table {
        widths: vec![4.0, 1.2, 1.4, 0.9, 0.9],
        head,
        rows: report.themes.iter().filter_map(row).collect(),
    });
}

fn conduct(layout: &mut Layout, report: &Report) {
    layout.heading(2, "Comportement de l'application");
    layout.paragraph(&Span::body(
        "Ces règles sont évaluées sur les appels courants, hors des erreurs provoquées volontairement pour un cas.",
    ));
    let row = |rule: &Finding| {
        let mut told = vec![Span::bold(rule.verdict.french(), verdict_color(rule.verdict))];
        told.push(Span::small(words::counted(rule.occasions, "occasion", "occasions")));
        for breach in rule.breaches.iter().chain(&rule.remarks) {
            told.push(Span::small(format!(
                "{} : {} ({})",
                breach.proof.correlation_id,
                breach.what,
                words::hour(breach.proof.time)
            )));
        }
        vec![
            vec![Span::body(rule.title.clone())],
            vec![Span::small(rule.sources.join(" ; "))],
            told,
        ]
    };
    let head = vec!["Règle", "Source", "Verdict"];
    layout.table(&Table {
        widths: vec![2.3, 1.6, 2.4],
        head,
        rows: report.conduct.iter().map(row).collect(),
    });
}

fn points(layout: &mut Layout, title: &str, points: &[String]) {
    layout.heading(2, title);
    if points.is_empty() {
        layout.paragraph(&Span::body("Aucun."));
    } else {
        layout.list(points);
    }
}

fn cases(layout: &mut Layout, report: &Report) {
    layout.heading(2, "Cas et preuves");
    layout.paragraph(&Span::body(
        "Les preuves sont les identifiants de corrélation (X-Correlation-ID) des appels, tels que le journal les consigne.",
    ));
    for theme in &report.themes {
        let applicable: Vec<_> =
            theme.cases.iter().filter(|case| case.state != State::NotApplicable).collect();
        if applicable.is_empty() {
            continue;
        }
        let head = vec!["Cas", "Exigence", "État et preuves"];
        let rows = applicable.into_iter().map(case).collect();
        layout.headed(3, &theme.title, &Table { widths: vec![2.0, 2.3, 2.5], head, rows });
    }
    let excluded: Vec<_> =
        report.cases().filter(|case| case.state == State::NotApplicable).collect();
    if !excluded.is_empty() {
        let row = |case: &&CaseResult| {
            vec![
                vec![Span::small(case.title.clone())],
                vec![Span::small(case.note.clone().unwrap_or_default())],
            ]
        };
        let rows = excluded.iter().map(row).collect();
        let table = Table { widths: vec![3.0, 2.0], head: vec!["Cas", "Motif"], rows };
        layout.headed(3, "Cas sans objet pour cette convention", &table);
    }
}

fn case(case: &CaseResult) -> Vec<Vec<Span>> {
    let mut told = vec![Span::bold(case.state.french(), state_color(case.state))];
    told.extend(case.note.iter().map(Span::small));
    let proof = |proof: &Proof| {
        let end = [proof.status.map(|status| status.to_string()), proof.code.clone()];
        let end = end.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Span::small(format!(
            "{} ({} ; {})",
            proof.correlation_id,
            words::hour(proof.time),
            if end.is_empty() { "coupé" } else { &end }
        ))
    };
    told.extend(case.evidence.iter().map(proof));
    vec![
        vec![Span::body(case.title.clone()), Span::small(case.id.clone())],
        vec![Span::body(case.requirement.clone()), Span::small(case.sources.join(" ; "))],
        told,
    ]
}

fn signature(layout: &mut Layout, report: &Report) {
    layout.keep(330.0);
    layout.heading(2, "Décision du partenaire");
    layout.paragraph(&Span::body(format!(
        "Le responsable de la recette de {} atteste avoir pris connaissance de ce rapport, de ses points de vigilance et de ses limites. Il ne \
         remplace ni la recette interne du partenaire ni sa confirmation dans DataPass (CGU FICOBA 3.1.2, CGU R2P 3.1).",
        report.partner.organisation
    )));
    if report.evidence_sha256.is_none() {
        layout.paragraph(&Span::body(NOT_TO_BE_SIGNED.to_owned()));
        return;
    }
    let boxes = [
        "recette à blanc prononcée sans réserve",
        "recette à blanc prononcée avec réserves (à joindre)",
        "recette à blanc à reprendre",
    ];
    layout.form(&["Nom et prénom", "Fonction", "Date", "Signature"], &boxes, 220.0);
}

fn state_color(state: State) -> Color {
    match state {
        State::Conforming => RIGHT,
        State::NotConforming => WRONG,
        State::Seen => WARNING,
        State::NotSeen | State::NotApplicable => GREY,
    }
}

fn verdict_color(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Respected => RIGHT,
        Verdict::Broken => WRONG,
        Verdict::NotObserved | Verdict::NotApplicable => GREY,
    }
}

/// In the place of the form.
const NOT_TO_BE_SIGNED: &str = "Il manque des entrées au journal (voir les points de vigilance) : ce rapport n'est pas à signer.";

const RIGHT: Color = (24, 96, 52);
const WRONG: Color = (170, 28, 28);
const WARNING: Color = (133, 77, 14);
