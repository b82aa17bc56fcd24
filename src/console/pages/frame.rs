//! What surrounds every page: the banner, the sections, what is out of the ordinary just now.

use jiff::SignedDuration;

use super::{
    assets::{ICON, SCRIPT, STYLE},
    forgery::FormToken,
    show::{self, Moment},
    underway::Begun,
    words::{self, Notice},
};
use crate::{
    config::{Mode, Profile},
    journal::Kept,
    rights::ApiId,
    sandbox::Sandbox,
};

/// A section of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Home,
    Partners,
    Dataset,
    Journal,
    Incidents,
    Recette,
    Parity,
    Api,
    Help,
}

/// What a page shows around its own content.
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) token: FormToken,
    pub(super) notice: Option<Notice>,
    pub(super) now: Moment,
    /// What is out of the ordinary: a clock that was moved, controls that only watch, a file that cannot be written.
    pub(super) alerts: Vec<String>,
    /// The cases under way, of all partners.
    pub(super) begun: Vec<Begun>,
    /// Whether the reader has a session to end.
    pub(super) signed_in: bool,
    /// Whether the reader is not let in yet: no section is shown.
    pub(super) is_bare: bool,
    pub(super) section: Option<Section>,
}

impl Section {
    /// The sections, in the order of the navigation.
    pub(super) const ALL: &'static [Self] = &[
        Self::Home,
        Self::Partners,
        Self::Dataset,
        Self::Journal,
        Self::Incidents,
        Self::Recette,
        Self::Parity,
        Self::Api,
        Self::Help,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Home => "Accueil",
            Self::Partners => "Partenaires",
            Self::Dataset => "Jeu de données",
            Self::Journal => "Journal",
            Self::Incidents => "Incidents",
            Self::Recette => "Recette",
            Self::Parity => "Parité",
            Self::Api => "API",
            Self::Help => "Aide",
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Partners => "/partenaires",
            Self::Dataset => "/donnees",
            Self::Journal => "/journal",
            Self::Incidents => "/incidents",
            Self::Recette => "/recette",
            Self::Parity => "/parite",
            Self::Api => "/api",
            Self::Help => "/aide",
        }
    }
}

impl Frame {
    pub(super) fn new(
        sandbox: &Sandbox,
        section: Option<Section>,
        title: String,
        token: FormToken,
        notice: Option<Notice>,
    ) -> Self {
        let now = Moment::new(sandbox.clock.now());
        Self {
            title,
            token,
            notice,
            now,
            alerts: alerts(sandbox),
            begun: Vec::new(),
            signed_in: false,
            is_bare: false,
            section,
        }
    }

    pub(super) fn sections(&self) -> impl Iterator<Item = (Section, bool)> {
        Section::ALL.iter().map(|&section| (section, self.section == Some(section)))
    }

    /// The cases under way that are named, the latest first, and how many there are besides.
    pub(super) fn underway(&self) -> (Vec<&Begun>, Option<String>) {
        let others = self.begun.len().saturating_sub(NAMED);
        let others = match others {
            0 => None,
            1 => Some("1 autre cas est en cours".to_owned()),
            n => Some(format!("{n} autres cas sont en cours")),
        };
        (self.begun.iter().rev().take(NAMED).collect(), others)
    }

    pub(super) fn style(&self) -> &str {
        &STYLE.href
    }

    pub(super) fn script(&self) -> &str {
        &SCRIPT.href
    }

    pub(super) fn icon(&self) -> &str {
        &ICON.href
    }

    /// The APIs behind the gateway, in a sentence: `FICOBA, R2P et SFiP`.
    pub(super) fn apis(&self) -> String {
        show::enumerated(&ApiId::ALL.map(ApiId::label))
    }

    pub(super) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

fn alerts(sandbox: &Sandbox) -> Vec<String> {
    let mut alerts = Vec::new();
    let reading = sandbox.clock.read();
    if reading.frozen {
        alerts.push("L'horloge est arrêtée.".to_owned());
    } else if reading.offset.abs() >= SignedDuration::from_secs(1) {
        let (sense, offset) = if reading.offset.is_negative() {
            ("retarde", -reading.offset)
        } else {
            ("avance", reading.offset)
        };
        alerts.push(format!("L'horloge {sense} de {} sur celle du système.", show::span(offset)));
    }
    for api in ApiId::ALL {
        if let Some(closure) = sandbox.availability.closure(api, reading.now) {
            let (name, until) = (words::api(api), Moment::new(closure.until));
            alerts.push(format!(
                "{name} est indisponible jusqu'au {until} ({}).",
                closure.cause.french()
            ));
        }
    }
    let plan = sandbox.availability.plan();
    if plan.profile == Profile::Incident {
        alerts.push(format!(
            "Un incident fait échouer {} % des appels (availability.profile = incident).",
            plan.incident_percent.0
        ));
    }
    match sandbox.faults.standing().len() {
        0 => {}
        1 => alerts.push("Un incident est actif.".to_owned()),
        n => alerts.push(format!("{n} incidents sont actifs.")),
    }
    if sandbox.config.gateway.mode == Mode::Observe {
        alerts.push(
            "Les contrôles sont en observation : aucun ne refuse (gateway.mode = observe)."
                .to_owned(),
        );
    }
    if sandbox.config.journal.values {
        alerts
            .push("Le journal garde les valeurs des demandes (journal.values = true).".to_owned());
    }
    alerts.extend(sandbox.journal.kept().and_then(|kept| file(&kept)));
    alerts
}

/// What is wrong with the journal's file.
fn file(kept: &Kept) -> Option<String> {
    let waiting = || show::counted(kept.pending, "entrée");
    let lost = || show::counted(usize::try_from(kept.lost).unwrap_or(usize::MAX), "entrée");
    match &kept.fault {
        Some(fault) => Some(format!(
            "Le fichier du journal ne peut pas être écrit ({fault}) : {} en attente, {} sans trace sur fichier.",
            waiting(),
            lost()
        )),
        None if kept.lost > 0 => {
            Some(format!("Le fichier du journal est incomplet : il y manque {}.", lost()))
        }
        None => None,
    }
}

/// Cases under way that are named.
const NAMED: usize = 2;
