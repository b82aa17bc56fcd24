//! Which mode of search a set of parameters completes (CGU R2P 4; CGU V4.0, 4), and what it lacks otherwise.
//!
//! The complete civil status is names, date and place of birth. The degraded one with address is names and an address down to
//! the commune; date and place of birth may narrow it. So one element of an address decides for that mode (*decision*):
//! otherwise a convention without it could ask where somebody lives.
//!
//! The degraded civil status of the CGU V4.0 is names and date of birth; a place of birth that is not whole only narrows it.
//! For conventions without this mode, the same parameters are a complete civil status that lacks something.

use std::fmt;

use super::parameter::{
    ADR_CODE_COMMUNE, ADR_CODE_DEPT, ADR_CODE_PAYS, ADR_CODE_TOM, NAIS_CODE_COMMUNE,
    NAIS_CODE_DEPT, NAIS_CODE_PAYS, NAIS_DATE, QUERY,
};
use crate::{api::person::Parameter, rights::r2p::Mode};

/// A mode, and the parameters that it still lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lacking {
    mode: Mode,
    parameters: Vec<&'static str>,
}

/// What the modes look at: which parameters are there, where the birth was, and whether the operation takes addresses.
pub(super) struct Presence<'a> {
    pub(super) has: &'a dyn Fn(&'static Parameter) -> bool,
    /// Whether `naisCodePays` is another country than France.
    pub(super) born_abroad: bool,
    /// Whether the operation has a mode with address.
    pub(super) takes_addresses: bool,
    /// Whether the convention opens the degraded civil status.
    pub(super) opens_degraded: bool,
}

/// The mode that these parameters complete, names being there.
///
/// # Errors
/// What the nearest mode lacks, or both when nothing is given of either.
pub(super) fn completed(presence: &Presence<'_>) -> Result<Mode, Vec<Lacking>> {
    let given = |start: &str| {
        QUERY
            .into_iter()
            .any(|parameter| parameter.name.starts_with(start) && (presence.has)(parameter))
    };
    let is_complete = presence.lacking(Mode::EtatCivilComplet).parameters.is_empty();
    let by_birth = match presence.opens_degraded && !is_complete {
        true => Mode::EtatCivilDegrade,
        false => Mode::EtatCivilComplet,
    };
    let mode = match (given("adr"), given("nais") || !presence.takes_addresses) {
        (true, _) => Mode::EtatCivilAdresse,
        (false, true) => by_birth,
        (false, false) => {
            return Err(vec![presence.lacking(by_birth), presence.lacking(Mode::EtatCivilAdresse)]);
        }
    };
    let lacking = presence.lacking(mode);
    if lacking.parameters.is_empty() { Ok(mode) } else { Err(vec![lacking]) }
}

/// The mode in French, article included.
pub(super) fn label(mode: Mode) -> &'static str {
    match mode {
        Mode::EtatCivilComplet => "l'état civil complet",
        Mode::EtatCivilDegrade => "l'état civil dégradé",
        Mode::EtatCivilAdresse => "l'état civil et l'adresse",
        Mode::Spi => "le SPI",
    }
}

impl Presence<'_> {
    fn lacking(&self, mode: Mode) -> Lacking {
        let absent = |parameter| !(self.has)(parameter);
        let mut parameters = Vec::new();
        let mut need = |wanted: bool, name| {
            if wanted {
                parameters.push(name);
            }
        };
        match mode {
            Mode::EtatCivilComplet => {
                let nowhere = absent(&NAIS_CODE_PAYS)
                    && absent(&NAIS_CODE_DEPT)
                    && absent(&NAIS_CODE_COMMUNE);
                let in_france = !self.born_abroad && !nowhere;
                need(absent(&NAIS_DATE), "naisDate");
                need(absent(&NAIS_CODE_PAYS), "naisCodePays");
                need(in_france && absent(&NAIS_CODE_DEPT), "naisCodeDept");
                need(in_france && absent(&NAIS_CODE_COMMUNE), "naisCodeCommune");
            }
            Mode::EtatCivilDegrade => need(absent(&NAIS_DATE), "naisDate"),
            Mode::EtatCivilAdresse => {
                need(absent(&ADR_CODE_PAYS), "adrCodePays");
                need(
                    absent(&ADR_CODE_DEPT) && absent(&ADR_CODE_TOM),
                    "adrCodeDept (ou adrCodeTom)",
                );
                need(absent(&ADR_CODE_COMMUNE), "adrCodeCommune");
            }
            Mode::Spi => {}
        }
        Lacking { mode, parameters }
    }
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} pour {}", self.parameters.join(", "), label(self.mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(names: &str, born_abroad: bool, takes_addresses: bool) -> Result<Mode, String> {
        judged_for(names, born_abroad, takes_addresses, false)
    }

    /// For a convention that opens the degraded civil status.
    fn judged_degraded(names: &str, takes_addresses: bool) -> Result<Mode, String> {
        judged_for(names, false, takes_addresses, true)
    }

    fn judged_for(
        names: &str,
        born_abroad: bool,
        takes_addresses: bool,
        opens_degraded: bool,
    ) -> Result<Mode, String> {
        let has =
            |parameter: &'static Parameter| names.split(' ').any(|name| name == parameter.name);
        let presence = Presence { has: &has, born_abroad, takes_addresses, opens_degraded };
        completed(&presence)
            .map_err(|modes| modes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
    }

    #[test]
    fn where_it_is_open_whatever_is_short_of_a_complete_civil_status_is_a_degraded_one() {
        let complete = "naisDate naisCodePays naisCodeDept naisCodeCommune";
        for takes_addresses in [true, false] {
            let judged = |names: &str| judged_degraded(names, takes_addresses);
            assert_eq!(judged(complete), Ok(Mode::EtatCivilComplet));
            for short in [
                "naisDate",
                "naisDate naisCodePays",
                "naisDate naisCodeDept naisCodeCommune",
                "naisDate sexe",
            ] {
                assert_eq!(judged(short), Ok(Mode::EtatCivilDegrade), "{short}");
            }
            let lacking = "naisDate pour l'état civil dégradé";
            assert_eq!(judged("naisCodePays naisCodeDept"), Err(lacking.to_owned()));
        }
        assert_eq!(
            judged_for("naisDate naisCodePays", true, true, true),
            Ok(Mode::EtatCivilComplet),
            "a birth abroad has no more to say"
        );
        assert_eq!(
            judged_degraded("naisDate adrCodePays adrCodeDept adrCodeCommune", true),
            Ok(Mode::EtatCivilAdresse)
        );
        assert_eq!(
            judged_degraded("nom prenom", true).unwrap_err(),
            "naisDate pour l'état civil dégradé | adrCodePays, adrCodeDept (ou adrCodeTom), adrCodeCommune pour l'état civil et \
             l'adresse"
        );
        assert_eq!(
            judged_degraded("nom prenom", false).unwrap_err(),
            "naisDate pour l'état civil dégradé"
        );
    }

    #[test]
    fn each_mode_has_its_smallest_set() {
        let birth = "nom prenom naisDate naisCodePays naisCodeDept naisCodeCommune";
        assert_eq!(judged(birth, false, true), Ok(Mode::EtatCivilComplet));
        assert_eq!(judged(birth, false, false), Ok(Mode::EtatCivilComplet));
        assert_eq!(
            judged("nom prenom naisDate naisCodePays", true, true),
            Ok(Mode::EtatCivilComplet)
        );
        for area in ["adrCodeDept", "adrCodeTom"] {
            let address = format!("nom prenom adrCodePays {area} adrCodeCommune");
            assert_eq!(judged(&address, false, true), Ok(Mode::EtatCivilAdresse));
        }
    }

    #[test]
    fn one_element_of_an_address_decides_for_the_mode_with_address() {
        let birth = "nom prenom naisDate naisCodePays naisCodeDept naisCodeCommune";
        let address = "adrCodePays adrCodeDept adrCodeCommune";
        assert_eq!(judged(&format!("{birth} {address}"), false, true), Ok(Mode::EtatCivilAdresse));
        let lacking = "adrCodePays, adrCodeDept (ou adrCodeTom), adrCodeCommune pour l'état civil et l'adresse";
        assert_eq!(judged(&format!("{birth} adrNumVoie"), false, true), Err(lacking.to_owned()));
    }

    #[test]
    fn what_the_nearest_mode_lacks_is_named() {
        for (names, abroad, lacking) in [
            ("naisDate", false, "naisCodePays pour l'état civil complet"),
            ("naisCodePays", true, "naisDate pour l'état civil complet"),
            (
                "naisDate naisCodePays",
                false,
                "naisCodeDept, naisCodeCommune pour l'état civil complet",
            ),
            (
                "naisDate naisCodeCommune",
                false,
                "naisCodePays, naisCodeDept pour l'état civil complet",
            ),
            (
                "naisDate adrCodePays adrCodeTom",
                false,
                "adrCodeCommune pour l'état civil et l'adresse",
            ),
            (
                "nom prenom sexe",
                false,
                "naisDate, naisCodePays pour l'état civil complet | adrCodePays, adrCodeDept (ou adrCodeTom), adrCodeCommune \
                 pour l'état civil et l'adresse",
            ),
        ] {
            assert_eq!(judged(names, abroad, true), Err(lacking.to_owned()), "{names}");
        }
        assert_eq!(
            judged("sexe", false, false),
            Err("naisDate, naisCodePays pour l'état civil complet".to_owned())
        );
    }
}
