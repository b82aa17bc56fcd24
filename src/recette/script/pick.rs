//! Which of a persona's calls shows a kind of search.

use serde_json::Value;

use crate::{
    recette::applies::Search,
    register::{Call, CallApi},
};

/// Whether the call is a search of that kind.
pub(super) fn fits(search: Search, call: &Call) -> bool {
    let at = |key: &str| call.parameters.get(key).and_then(Value::as_str).unwrap_or_default();
    let one = |key: &str| at(key) == "1";
    let address = || {
        call.parameters.as_object().is_some_and(|all| all.keys().any(|key| key.starts_with("adr")))
    };
    // A birth in France has a commune; a birth abroad has no more than a country.
    let is_whole =
        || !at("naisCodeCommune").is_empty() || !matches!(at("naisCodePays"), "" | "99100");
    let (api, operation, kind) = match search {
        Search::NumCpte => (CallApi::Ficoba, "numCpte", !one("verificationCompte")),
        Search::NumCpteExistence => (CallApi::Ficoba, "numCpte", one("verificationCompte")),
        Search::SiretSiren => (CallApi::Ficoba, "siretSiren", true),
        Search::Spi => (CallApi::Ficoba, "spi", true),
        Search::PerPhy => (CallApi::Ficoba, "perPhy", true),
        Search::PerPro => (CallApi::Ficoba, "perPro", true),
        Search::VerifIbanPp => (CallApi::Ficoba, "verifIban", one("recherchePP")),
        Search::VerifIbanPm => (CallApi::Ficoba, "verifIban", one("recherchePM")),
        Search::VerifIbanSiret => (CallApi::Ficoba, "verifIban", one("rechercheSirenSiret")),
        Search::MultiDetPp => (CallApi::Ficoba, "multiDet", one("recherchePP")),
        Search::MultiDetPm => (CallApi::Ficoba, "multiDet", one("recherchePM")),
        Search::MultiDetSiret => (CallApi::Ficoba, "multiDet", one("rechercheSIRENSIRET")),
        Search::PersonneEtatCivil => (CallApi::R2p, "personne", !address() && is_whole()),
        Search::PersonneDegrade => (CallApi::R2p, "personne", !address() && !is_whole()),
        Search::PersonneAdresse => (CallApi::R2p, "personne", address()),
        Search::PersonneSpi => (CallApi::R2p, "personne/{spi}", true),
        Search::ResolutionSpi => (CallApi::R2p, "personne/spi", true),
    };
    call.api == api && call.operation == operation && kind
}

/// The resource of a kind of search, below the API's context, and the method it takes.
pub(super) fn resource(search: Search) -> (&'static str, &'static str) {
    match search {
        Search::NumCpte | Search::NumCpteExistence => ("POST", "/comptes/numCpte"),
        Search::SiretSiren => ("POST", "/comptes/siretSiren"),
        Search::Spi => ("POST", "/comptes/spi"),
        Search::PerPhy => ("POST", "/comptes/perPhy"),
        Search::PerPro => ("POST", "/comptes/perPro"),
        Search::VerifIbanPp | Search::VerifIbanPm | Search::VerifIbanSiret => {
            ("POST", "/comptes/verifIban")
        }
        Search::MultiDetPp | Search::MultiDetPm | Search::MultiDetSiret => {
            ("POST", "/comptes/multiDet")
        }
        Search::PersonneEtatCivil | Search::PersonneDegrade | Search::PersonneAdresse => {
            ("GET", "/personne")
        }
        Search::PersonneSpi => ("GET", "/personne/{spi}"),
        Search::ResolutionSpi => ("GET", "/personne/spi"),
    }
}

/// The names in `motifs.toml` of which one must be open for this kind of search.
pub(super) fn motif_names(search: Search) -> &'static [&'static str] {
    match search {
        Search::NumCpte => &["numCpte"],
        Search::NumCpteExistence => &["numCpte", "numCpte-verification"],
        Search::SiretSiren => &["siretSiren"],
        Search::Spi => &["spi"],
        Search::PerPhy => &["perPhy"],
        Search::PerPro => &["perPro"],
        Search::VerifIbanPp | Search::VerifIbanPm | Search::VerifIbanSiret => &["verifIban"],
        Search::MultiDetPp | Search::MultiDetPm | Search::MultiDetSiret => &["multiDet"],
        Search::PersonneEtatCivil
        | Search::PersonneDegrade
        | Search::PersonneAdresse
        | Search::PersonneSpi
        | Search::ResolutionSpi => &[],
    }
}
