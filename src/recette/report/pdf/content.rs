//! What the document says, block after block.

use super::{
    layout::Layout,
    signature::signature,
    style::{ACCENT, Color, GREY, INK, RIGHT, Span, Style, WARNING, WRONG},
    table::Table,
};
use crate::recette::{
    conduct::{Finding, Verdict},
    coverage::{CaseResult, Proof, State, Tally, ThemeResult},
    report::{CONFORMING, Conclusion, JUDGED, Report, Synthesis, UNOFFICIAL, VOLUMES, Volume},
    words,
};

pub(super) fn lay_out(report: &Report) -> Layout {
    let mut layout = Layout::new();
    front(&mut layout, report);
    coverage(&mut layout, report);
    conduct(&mut layout, report);
    volumes(&mut layout, report);
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
    // Whoever signs the first page has read them.
    points(layout, "Points de vigilance", &report.vigilance);
    layout.heading(2, "Le rapport");
    let mut rows = vec![
        (
            "Convention",
            format!("{} ({}), {}", report.partner.title, report.partner.id, report.partner.state),
        ),
        ("SIRET", report.partner.siret.clone()),
    ];
    if let Some(real) = report.real_date {
        rows.push(("Date réelle", format!("{} (heure de Paris)", words::moment(real))));
    }
    rows.push(("Horloge simulée", format!("{} (heure de Paris)", words::moment(report.date))));
    rows.extend(report.chosen_period().map(|chosen| ("Période choisie", chosen)));
    if let Some((first, last)) = report.period {
        rows.push((
            "Période",
            format!(
                "du {} au {} (heure de Paris){}",
                words::moment(first),
                words::moment(last),
                report.by_which_clock()
            ),
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
    rows.extend(report.facts());
    rows.push(("Preuves (SHA-256)", report.digest().to_owned()));
    // Long where there are many motifs: after what says which rehearsal it is.
    let apis = &report.partner.apis;
    let labels: Vec<_> = apis.iter().map(|api| format!("API {}", api.api.label())).collect();
    for (api, label) in apis.iter().zip(&labels) {
        let mut text =
            format!("{} par minute ; recherches : {}", calls(api.quota), api.searches.join(", "));
        for motif in api.motif_lines() {
            text.push_str(&format!(" ; motif {motif}"));
        }
        text.push_str(&format!(" ; scopes : {}", api.scopes.join(", ")));
        rows.push((label, text));
    }
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
        Conclusion::Conclusive => RIGHT,
        Conclusion::Adverse | Conclusion::Void => WRONG,
        Conclusion::Incomplete => WARNING,
    };
    layout.heading(2, "Synthèse");
    layout.paragraph(&Span {
        style: Style { size: 11.0, ..Span::bold("", color).style },
        text: conclusion.clone(),
    });
    let mut spans = vec![Span::body(rules.clone())];
    let broken: Vec<_> = report.broken().map(|rule| rule.title.as_str()).collect();
    if !broken.is_empty() {
        spans.push(Span::bold(format!("Non respectées : {}", broken.join(" ; ")), WRONG));
    }
    let row = |label: &str, value| vec![vec![Span::bold(label, INK)], value];
    layout.table(&Table {
        widths: vec![1.0, 3.4],
        head: Vec::new(),
        rows: vec![
            row("Cas", vec![Span::body(cases.clone())]),
            row("Règles", spans),
            row("Vigilance", vec![Span::body(vigilance.clone())]),
        ]
        .into_iter()
        .chain(report.previous.as_ref().map(|previous| {
            row("Évolution", previous.lines().into_iter().map(Span::body).collect())
        }))
        .collect(),
    });
}

fn coverage(layout: &mut Layout, report: &Report) {
    layout.heading(2, "Couverture");
    let tally = report.tally;
    let Tally { applicable, conforming, not_conforming, seen, to_confirm, awaiting, not_seen } =
        tally;
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
        "Non conformes : {not_conforming}. À compléter par des appels : {seen}. À confirmer par le testeur : {to_confirm}. À constater par le testeur : {awaiting}. Non joués : {not_seen}. {CONFORMING}"
    )));
    let row = |theme: &ThemeResult| {
        let tally = Tally::count(&theme.cases);
        let count = |n: usize, color: Color| {
            vec![if n == 0 { Span::body("0") } else { Span::bold(n.to_string(), color) }]
        };
        (tally.applicable > 0).then(|| {
            vec![
                vec![Span::body(theme.title.clone())],
                vec![Span::body(format!("{} / {}", tally.conforming, tally.applicable))],
                count(tally.not_conforming, WRONG),
                count(tally.seen, WARNING),
                count(tally.to_confirm, WARNING),
                count(tally.awaiting, WARNING),
                count(tally.not_seen, GREY),
            ]
        })
    };
    let head = vec![
        "Thème",
        "Conformes",
        "Non conformes",
        "À compléter",
        "À confirmer",
        "À constater",
        "Non joués",
    ];
    layout.table(&Table {
        widths: vec![2.5, 1.1, 1.5, 1.2, 1.2, 1.2, 1.1],
        head,
        rows: report.themes.iter().filter_map(row).collect(),
    });
}

fn conduct(layout: &mut Layout, report: &Report) {
    let excused = report.excused.as_ref().map(|excused| Span::bold(excused.sentence(), WARNING));
    let intro: Vec<_> = [Span::body(JUDGED)].into_iter().chain(excused).collect();
    let row = |rule: &Finding| {
        let mut spans = vec![Span::bold(rule.verdict.french(), verdict_color(rule.verdict))];
        spans.push(Span::small(words::counted(rule.occasions, "occasion", "occasions")));
        for breach in rule.breaches.iter().chain(&rule.remarks) {
            spans.push(Span::small(format!(
                "{} : {} ({})",
                breach.proof.correlation_id,
                breach.what,
                words::hour(breach.proof.time)
            )));
        }
        vec![
            vec![Span::body(rule.title.clone())],
            vec![Span::small(rule.sources.join(" ; "))],
            spans,
        ]
    };
    let head = vec!["Règle", "Source", "Verdict"];
    let rows = report.conduct.iter().map(row).collect();
    let table = Table { widths: vec![2.3, 1.6, 2.4], head, rows };
    layout.introduced("Comportement de l'application", &intro, &table);
}

fn volumes(layout: &mut Layout, report: &Report) {
    if report.volumes.is_empty() {
        return;
    }
    let row = |volume: &Volume| -> Vec<Vec<Span>> {
        let peak = match volume.peak_at {
            Some(at) => format!("{}, le {}", volume.peak, words::moment(at)),
            None => volume.peak.to_string(),
        };
        let texts = [
            volume.api.label().to_owned(),
            volume.calls.to_string(),
            format!("{} ({} par demande)", volume.demands, volume.per_demand()),
            format!("{peak} (quota : {})", volume.quota),
            volume.throttled.to_string(),
            volume.verdicts(),
        ];
        texts.into_iter().map(|text| vec![Span::body(text)]).collect()
    };
    let table = Table {
        widths: vec![0.8, 0.7, 1.4, 1.8, 0.8, 2.2],
        head: vec!["API", "Appels", "Demandes", "Pointe par minute", "429", "Quotas de DataPass"],
        rows: report.volumes.iter().map(row).collect(),
    };
    layout.introduced("Volumétrie", &[Span::body(VOLUMES)], &table);
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
        let rows = applicable.into_iter().map(|one| case(report, one)).collect();
        layout.headed(3, &theme.title, &Table { widths: vec![2.0, 2.3, 2.5], head, rows });
    }
    let excluded = report.excluded();
    if !excluded.is_empty() {
        let row = |(why, cases): &(String, Vec<&CaseResult>)| {
            let named: Vec<_> =
                cases.iter().map(|case| format!("{} ({})", case.title, case.id)).collect();
            vec![vec![Span::body(why.clone())], vec![Span::small(named.join(" ; "))]]
        };
        let rows = excluded.iter().flat_map(|(why, cases)| {
            cases.chunks(GROUP).map(|cases| row(&(why.clone(), cases.to_vec()))).collect::<Vec<_>>()
        });
        let head = vec!["Motif", "Cas"];
        let table = Table { widths: vec![1.2, 3.4], head, rows: rows.collect() };
        layout.headed(3, "Cas sans objet pour cette convention", &table);
    }
}

fn case(report: &Report, case: &CaseResult) -> Vec<Vec<Span>> {
    let mut spans = vec![Span::bold(case.state.french(), state_color(case.state))];
    spans.extend(case.note.iter().map(Span::small));
    if let Some(remark) = report.about.remark(&case.id) {
        spans.push(Span::bold(format!("Décision : {}", remark.decision.french()), INK));
        spans.push(Span::small(remark.detail()));
        spans.extend(report.ineffective(remark).map(Span::small));
    }
    spans.extend(report.about.former_of(&case.id).map(|one| Span::small(report.former_line(one))));
    let proof = |proof: &Proof| {
        Span::small(format!(
            "{} ({} ; {})",
            proof.correlation_id,
            words::hour(proof.time),
            proof.outcome()
        ))
    };
    spans.extend(case.evidence.iter().map(proof));
    vec![
        vec![Span::body(case.title.clone()), Span::small(case.id.clone())],
        vec![Span::body(case.requirement.clone()), Span::small(case.sources.join(" ; "))],
        spans,
    ]
}

fn state_color(state: State) -> Color {
    match state {
        State::Conforming => RIGHT,
        State::NotConforming => WRONG,
        State::Seen | State::ToConfirm | State::Awaiting => WARNING,
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

/// Cases in one row of those that are not for the convention.
const GROUP: usize = 12;
