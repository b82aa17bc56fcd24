//! Where the journal lives, and what is asked before it is emptied: what will be lost, and how to take it away first.

use std::collections::BTreeMap;

use askama::Template;

use super::{
    frame::{Frame, Section},
    page::Page,
    show::{self, Moment},
    visit::Visit,
};
use crate::{journal::Filter, recette::report::Format, sandbox::Sandbox};

/// An order that empties the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JournalLoss {
    /// The journal alone.
    Journal,
    /// Everything begins again.
    Everything,
}

#[derive(Template)]
#[template(path = "loss.html")]
struct Loss {
    frame: Frame,
    order: JournalLoss,
    /// How many entries there are, and when the first and the last came; nothing when there are none.
    entries: Option<(String, Moment, Moment)>,
    /// The partners whose evidence is among them, with the number of entries of each.
    partners: Vec<(String, String)>,
    /// How many more such partners there are.
    others: Option<String>,
    /// Incidents that stand, as far as the order removes them.
    incidents: Option<String>,
    whereabouts: Whereabouts,
}

/// Where the journal lives, and what becomes of it.
pub(super) struct Whereabouts {
    file: Option<String>,
    capacity: String,
}

/// The page of confirmation: it changes nothing.
pub(super) fn page(visit: &Visit, order: JournalLoss) -> Page {
    let sandbox = visit.sandbox();
    let entries = sandbox.journal.read(&Filter::default());
    let bounds = entries.first().zip(entries.last());
    let mut of_partners = BTreeMap::<&str, usize>::new();
    for entry in &entries {
        if let Some(partner) = entry.partner.as_deref().filter(|_| !entry.from_console) {
            *of_partners.entry(partner).or_default() += 1;
        }
    }
    let named = of_partners.iter().take(NAMED);
    let others = of_partners.len().saturating_sub(NAMED);
    let standing = sandbox.faults.standing().len();
    let (section, title) = match order {
        JournalLoss::Journal => (Section::Journal, "Vider le journal ?"),
        JournalLoss::Everything => (Section::Incidents, "Tout remettre à zéro ?"),
    };
    Page::show(&Loss {
        frame: visit.frame(section, title),
        order,
        entries: bounds.map(|(first, last)| {
            let counted = show::counted(entries.len(), "entrée");
            (counted, Moment::new(first.time), Moment::new(last.time))
        }),
        partners: named
            .map(|(partner, count)| ((*partner).to_owned(), show::counted(*count, "entrée")))
            .collect(),
        others: (others > 0).then(|| show::counted(others, "autre partenaire")),
        incidents: match (order, standing) {
            (JournalLoss::Journal, _) | (_, 0) => None,
            (JournalLoss::Everything, 1) => {
                Some("L'incident actif, qui ne touchera plus les appels.".to_owned())
            }
            (JournalLoss::Everything, n) => {
                Some(format!("Les {n} incidents actifs, qui ne toucheront plus les appels."))
            }
        },
        whereabouts: Whereabouts::new(sandbox),
    })
}

impl Loss {
    fn action(&self) -> &'static str {
        match self.order {
            JournalLoss::Journal => "/journal/vider",
            JournalLoss::Everything => "/incidents/remise-a-zero",
        }
    }

    fn button(&self) -> &'static str {
        match self.order {
            JournalLoss::Journal => "Vider le journal",
            JournalLoss::Everything => "Tout remettre à zéro",
        }
    }

    fn back(&self) -> (&'static str, &'static str) {
        let section = match self.order {
            JournalLoss::Journal => Section::Journal,
            JournalLoss::Everything => Section::Incidents,
        };
        (section.path(), section.name())
    }

    fn is_everything(&self) -> bool {
        self.order == JournalLoss::Everything
    }

    /// The reports that can be signed or compared later.
    fn formats(&self) -> impl Iterator<Item = (Format, &'static str)> {
        let all = [(Format::Pdf, "PDF"), (Format::Html, "HTML"), (Format::Json, "JSON")];
        all.into_iter().filter(|(format, _)| Format::ALL.contains(format))
    }
}

impl Whereabouts {
    pub(super) fn new(sandbox: &Sandbox) -> Self {
        Self {
            file: sandbox.journal.kept().map(|kept| kept.path.display().to_string()),
            capacity: show::number(sandbox.config.journal.capacity.get()),
        }
    }

    /// In one or two sentences.
    pub(super) fn text(&self) -> String {
        let capacity = &self.capacity;
        match &self.file {
            Some(path) => format!(
                "Les {capacity} dernières entrées sont en mémoire ; toutes sont aussi écrites dans le fichier {path}, qui reste après l'arrêt \
                 du serveur."
            ),
            None => format!(
                "Le journal n'est conservé qu'en mémoire ({capacity} entrées au maximum) : il sera perdu à l'arrêt du serveur. Le réglage \
                 journal.file permet de le conserver dans un fichier."
            ),
        }
    }

    /// Whether the stop of the server loses it.
    pub(super) fn is_lost_at_stop(&self) -> bool {
        self.file.is_none()
    }
}

/// Partners that are named.
const NAMED: usize = 20;
