//! The decisions that stand and what whoever signs pronounces, on one page where they fit it.

use super::{layout::Layout, style::Span, table::Table};
use crate::recette::report::{ATTESTED, IDLE, LIFTED, LiftedRefusal, Remark, Report, SEAL};

pub(super) fn signature(layout: &mut Layout, report: &Report) {
    if let Some(why) = report.unsignable() {
        layout.heading(2, "Décision du partenaire");
        layout.paragraph(&Span::body(why));
        return;
    }
    let tables = decisions(report);
    let pronounced = Pronounced::new(report);
    let lifted: Vec<_> = report.lifted_refusals.iter().map(LiftedRefusal::line).collect();
    let lists = [(IDLE, report.idle_reservations().collect()), (LIFTED, lifted)];
    let lists: Vec<(_, Vec<_>)> =
        lists.into_iter().filter(|(_, lines)| !lines.is_empty()).collect();
    let beside = Layout::height_of_heading(2)
        + tables
            .iter()
            .map(|(_, table)| Layout::height_of_heading(3) + table.height())
            .sum::<f32>()
        + pronounced.height();
    let before = |(_, lines): &(_, Vec<String>)| {
        Layout::height_of_heading(3) + Layout::height_of_list(lines)
    };
    let all = beside + lists.iter().map(before).sum::<f32>();
    // What is not signed with the rest goes before it where they do not fit one page together.
    layout.keep_if_possible(all);
    layout.heading(2, "Décision du partenaire");
    for (title, lines) in &lists {
        layout.heading(3, title);
        layout.list(lines);
    }
    layout.keep_if_possible(beside);
    for (title, table) in &tables {
        layout.headed(3, title, table);
    }
    pronounced.lay_out(layout);
}

/// What is attested, what is ticked and who signs it, on one page with the seal of what is signed.
struct Pronounced {
    attested: Span,
    /// What can be ticked.
    boxes: Vec<String>,
    paragraphs: Vec<Span>,
    /// Who signs.
    titles: Vec<String>,
}

impl Pronounced {
    fn new(report: &Report) -> Self {
        let datapass = "À cocher dans DataPass (rubrique « Recette fonctionnelle ») une fois la recette réelle menée, et non ici : « J'atteste avoir réalisé \
         une recette fonctionnelle et qualifié mon téléservice. » La présente recette à blanc la prépare.";
        let seal = report.seal.as_ref().map(|seal| Span::small(format!("{SEAL} : {seal}")));
        let title = |(role, name): (&str, Option<&str>)| match name {
            Some(name) => format!("{role} : {name}"),
            None => role.to_owned(),
        };
        Self {
            attested: Span::body(format!(
                "Le responsable de la recette, pour {}, atteste avoir pris connaissance de ce rapport, de ses points de vigilance et de ses limites. Il ne \
                 remplace ni la recette interne du partenaire ni sa confirmation dans DataPass (CGU FICOBA 3.1.2, CGU R2P 3.1).",
                report.partner.organisation
            )),
            boxes: report.pronouncements(),
            paragraphs: report
                .withheld()
                .into_iter()
                .map(Span::small)
                .chain([Span::small(datapass)])
                .chain(seal)
                .collect(),
            titles: report.about.signatories().map(title).into(),
        }
    }

    fn lay_out(&self, layout: &mut Layout) {
        layout.keep_if_possible(self.height());
        layout.paragraph(&self.attested);
        layout.form(&ATTESTED, &self.boxes);
        self.paragraphs.iter().for_each(|span| layout.paragraph(span));
        layout.side_by_side(&self.titles, &TO_SIGN);
    }

    fn height(&self) -> f32 {
        let paragraphs = self.paragraphs.iter().chain([&self.attested]).map(Span::height);
        let form = Layout::height_of_form(&ATTESTED, &self.boxes);
        form + paragraphs.sum::<f32>() + Layout::height_side_by_side(&self.titles, &TO_SIGN)
    }
}

/// What is refused and what is reserved, under their titles; room for reservations by hand where there is none.
fn decisions(report: &Report) -> Vec<(&'static str, Table)> {
    let row = |texts: [String; 4]| -> Vec<Vec<Span>> {
        texts.into_iter().map(|text| vec![Span::body(text)]).collect()
    };
    let row_of = |remark: &Remark| {
        let due = remark.due.map(|due| due.strftime("%d/%m/%Y").to_string());
        let severity = remark.severity.map(|severity| severity.french().to_owned());
        row([
            remark.case.clone(),
            severity.unwrap_or_default(),
            due.unwrap_or_default(),
            report.observation(remark),
        ])
    };
    let refused: Vec<_> = report.refusals().map(row_of).collect();
    let mut reserved: Vec<_> = report.reservations().map(row_of).collect();
    if reserved.is_empty() && report.takes_reservations() {
        reserved = (0..3).map(|_| row([0; 4].map(|_| "…".to_owned()))).collect();
    }
    let table = |rows| Table {
        widths: vec![1.6, 0.8, 0.9, 2.9],
        head: vec!["Cas", "Gravité", "Échéance", "Observation"],
        rows,
    };
    let both = [("Refus", refused), ("Réserves", reserved)];
    let some = both.into_iter().filter(|(_, rows)| !rows.is_empty());
    some.map(|(title, rows)| (title, table(rows))).collect()
}

/// What each of those who sign fills in, and the room for it.
const TO_SIGN: [(&str, f32); 3] = [("Nom et prénom", 26.0), ("Date", 26.0), ("Signature", 42.0)];
