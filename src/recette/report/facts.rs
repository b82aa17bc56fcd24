//! What was rehearsed, when and by whom, as rows.

use jiff::Timestamp;

use super::{Callers, Report, SEAL};
use crate::{
    clock,
    recette::{evidence::Selection, words},
};

impl Report {
    /// When it was made: by the system's clock, where that was kept.
    pub fn made_at(&self) -> Timestamp {
        self.real_date.unwrap_or(self.date)
    }

    /// What the report is called on each of its pages: partner, date, and the first twelve digits of its evidence's digest; said
    /// of one that holds calls of bacasable's own.
    pub fn reference(&self) -> String {
        let digest = self.evidence_sha256.as_deref().and_then(|digest| digest.get(..12));
        let date = self.made_at().to_zoned(clock::paris()).strftime("%Y%m%d-%H%M%S").to_string();
        let played = if self.played > 0 { "-appels-de-bacasable" } else { "" };
        format!("{}-{date}-{}{played}", self.partner.id, digest.unwrap_or("sans-empreinte"))
    }

    /// What and who, as rows of a label and a text: those that are known.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts: Vec<(&str, String)> = Vec::new();
        let said = self.about.lines().into_iter().map(|(label, text)| (label, text.to_owned()));
        facts.extend(said);
        if self.about.application.is_none() {
            facts.insert(0, ("Application", "non renseignée".to_owned()));
        }
        facts.push(("Référence", self.reference()));
        facts.extend(self.seal.iter().map(|seal| (SEAL, seal.clone())));
        facts.push(("Environnement imité", self.environment.rehearsed().french().to_owned()));
        facts.extend(self.environment.gateway.iter().map(|url| ("Passerelle", url.clone())));
        let Callers { certificates, addresses, agents } = &self.callers;
        for seen in certificates {
            let serial = seen.serial.as_ref().map(|serial| format!(", numéro de série {serial}"));
            let (subject, print) = (&seen.subject, &seen.fingerprint);
            let serial = serial.unwrap_or_default();
            facts.push((
                "Certificat client",
                format!("{subject}{serial}, empreinte SHA-256 {print}"),
            ));
        }
        let list = |label, all: &[String]| (!all.is_empty()).then(|| (label, all.join(" ; ")));
        facts.extend(list("Adresses observées", addresses));
        facts.extend(list("Logiciels clients observés", agents));
        facts.extend(list("Journal vidé", &self.resets));
        facts.extend(list("Appels non retenus", &self.left_out));
        facts.push(("Textes de référence", self.texts().join(" ; ")));
        facts
    }

    /// The texts that the emulation of the convention's APIs follows, with their dates.
    fn texts(&self) -> Vec<&'static str> {
        let mut texts: Vec<&str> = Vec::new();
        for text in self.partner.apis.iter().flat_map(|facts| facts.api.plug().texts()) {
            if !texts.contains(text) {
                texts.push(text);
            }
        }
        texts.push(RFCS);
        texts
    }

    /// The period that was chosen, where one was.
    pub fn chosen_period(&self) -> Option<String> {
        let Selection { from, to, .. } = &self.selection;
        let chosen = match (from.map(words::moment), to.map(words::moment)) {
            (None, None) => return None,
            (Some(from), None) => format!("à partir du {from}"),
            (None, Some(to)) => format!("jusqu'au {to}"),
            (Some(from), Some(to)) => format!("du {from} au {to}"),
        };
        Some(chosen + self.by_which_clock())
    }

    /// What a reader must know of the journal's hours, where the clock was moved.
    pub fn by_which_clock(&self) -> &'static str {
        if self.clock_moved {
            " (heures de l'horloge simulée, qui a été déplacée)"
        } else {
            ""
        }
    }
}

/// The texts that every rehearsal follows.
const RFCS: &str = "RFC 6749, 6750, 7009 et 9110";
