//! The file of a convention that is new.

use std::{collections::BTreeMap, fmt::Write};

use toml::Value;

use super::draft::{Draft, DraftGrant};
use crate::rights::r2p::{Mode, Restitution, Scope};

impl Draft {
    /// The file.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "# Written by `bacasable partner new`, after DataPass: {}. fixtures/README.md explains every key.\n",
            self.source
        );
        for warning in &self.warnings {
            let _ = writeln!(text, "# {warning}"); // writing to a String never fails
        }
        let pair = |key: &str, value: &str| format!("{key} = {}\n", Value::from(value));
        text.push_str(&pair("id", &self.id));
        text.push_str(&pair("organisation", &self.organisation));
        text.push_str(&pair("title", &self.title));
        text.push_str(&pair("siret", &self.siret));
        if self.networks.is_empty() {
            text.push_str("# networks = [\"192.0.2.0/24\"]   # without it: this machine and the private ranges\n");
        } else {
            text.push_str(&list("networks", self.networks.iter().map(String::as_str)));
        }
        if let Some(day) = &self.homologation_until {
            let _ = writeln!(text, "\n[life]\nhomologation_until = {day}");
        }
        match &self.grant {
            DraftGrant::Ficoba { quota, motifs, modalities, scopes, establishment } => {
                let _ = writeln!(
                    text,
                    "\n[ficoba]\nquota = {quota}   # calls a minute; CGU FICOBA 9.2: 200, 500 or 750"
                );
                text.push_str(&list("motifs", motifs.iter().map(String::as_str)));
                text.push_str(&list("modalities", modalities.iter().map(|one| one.as_str())));
                text.push_str(&list("scopes", scopes.iter().map(|one| one.as_str())));
                if let Some(code) = establishment {
                    text.push_str(&pair("establishment", code));
                }
            }
            DraftGrant::R2p { quota, legal_basis, modes } => {
                let _ = writeln!(
                    text,
                    "\n[r2p]\nquota = {quota}   # calls a minute; CGU R2P 9.2: 50 unless more is granted"
                );
                text.push_str(&pair("legal_basis", legal_basis.as_str()));
                text.push_str(&list("modes", modes.keys().map(|mode| mode.as_str())));
                text.push_str(&list("scopes", r2p_scopes(modes).iter().copied()));
                let mut all = modes.values();
                let first = all.next();
                if all.all(|one| Some(one) == first) {
                    text.push_str(&pair("restitution", first.map_or("", |one| one.as_str())));
                } else {
                    text.push_str("\n[r2p.restitution] # DataPass ties it to the modality\n");
                    for (mode, restitution) in modes {
                        text.push_str(&pair(mode.as_str(), restitution.as_str()));
                    }
                }
            }
        }
        text
    }
}

/// The scope of the search; that of the SPI's resolution too, where complete civil status gives the SPI.
fn r2p_scopes(modes: &BTreeMap<Mode, Restitution>) -> Vec<&'static str> {
    let resolves = modes.get(&Mode::EtatCivilComplet).is_some_and(|one| one.holds_spi());
    let mut scopes = vec![Scope::RecherchePersonnePhysique.as_str()];
    scopes.extend(resolves.then(|| Scope::ResolutionSpi.as_str()));
    scopes
}

fn list<'a>(key: &str, items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<_> = items.map(|item| Value::from(item).to_string()).collect();
    let line = format!("{key} = [{}]\n", items.join(", "));
    if line.len() <= 110 { line } else { format!("{key} = [\n  {},\n]\n", items.join(",\n  ")) }
}
