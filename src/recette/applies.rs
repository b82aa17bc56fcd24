//! To which conventions a case applies: what they open, and the state they are in.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use jiff::Timestamp;
use serde::Deserialize;

use super::list::OneOrMore;
use crate::{
    api::MotifWords,
    config::Environment,
    directory::{Convention, State},
    domain::Motif,
    rights::{ApiId, Search},
};

/// What a convention opens at a moment, in the words of the catalogue.
#[derive(Clone, Debug)]
pub struct Opening {
    pub state: State,
    /// The APIs it subscribes.
    pub apis: Vec<ApiId>,
    /// The searches it opens, each under one motif at least.
    pub searches: BTreeSet<&'static Search>,
    pub motifs: BTreeSet<Motif>,
    /// What its motifs are called, as far as they are known.
    pub motif_words: BTreeMap<Motif, MotifWords>,
    /// Whether its addresses can be those of a rehearsal: not all of them in the ranges kept for documentation.
    pub reachable: bool,
    /// Whether it declares an `ID_Teleservice`.
    pub teleservice: bool,
    /// Whether certificate and address are asked for one of its APIs, in the environment that is rehearsed.
    pub identified: bool,
}

/// Which conventions a case is for; all conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applies {
    /// It subscribes one of these.
    pub api: Vec<ApiId>,
    /// It does not subscribe one of these.
    pub without_api: Vec<ApiId>,
    /// It opens one of these.
    pub search: Vec<&'static Search>,
    /// It does not open one of these.
    pub closed: Vec<&'static Search>,
    /// It was given one of these motifs.
    pub motif: Vec<Motif>,
    /// It was given none of these motifs.
    pub without_motif: Vec<Motif>,
    /// It is in one of these states.
    pub state: Vec<State>,
    /// Whether the rehearsal must be able to call from one of its addresses.
    pub reachable: bool,
    /// Whether it must declare an `ID_Teleservice`.
    pub teleservice: bool,
    /// Whether certificate and address must be asked for one of its APIs.
    pub identified: bool,
}

/// The same as a fixture writes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawApplies {
    api: OneOrMore<ApiId>,
    without_api: OneOrMore<ApiId>,
    search: OneOrMore<String>,
    closed: OneOrMore<String>,
    motif: OneOrMore<String>,
    without_motif: OneOrMore<String>,
    state: OneOrMore<String>,
    reachable: Option<bool>,
    teleservice: bool,
    identified: bool,
}

impl Opening {
    /// What `convention` opens at `now` in this environment; `searches` tells which searches a motif opens, in the words of `motifs.toml`.
    pub fn new(
        convention: &Convention,
        now: Timestamp,
        environment: Environment,
        searches: &dyn Fn(Motif) -> Vec<&'static str>,
    ) -> Self {
        let grants = || convention.grants.iter();
        Self {
            state: convention.life.state(now),
            apis: grants().map(|(api, _)| api).collect(),
            searches: grants().flat_map(|(_, grant)| grant.searches(searches)).collect(),
            motifs: grants().flat_map(|(_, grant)| grant.motifs()).collect(),
            motif_words: BTreeMap::new(),
            reachable: convention.networks.iter().any(|network| !is_documentation(network)),
            teleservice: convention.application.id_teleservice.is_some(),
            identified: grants().any(|(api, _)| api.identifies_callers(environment)),
        }
    }
}

impl Applies {
    /// Why the case is not for such a convention, in French; nothing when it is.
    pub fn objection(&self, opening: &Opening) -> Option<String> {
        let any = |wanted: bool, empty: bool| empty || wanted;
        if !self.state.contains(&opening.state) {
            return Some(format!("convention {}", state(opening.state)));
        }
        if self.reachable && !opening.reachable {
            return Some("aucune adresse déclarée d'où un essai puisse appeler".to_owned());
        }
        if !any(self.api.iter().any(|api| opening.apis.contains(api)), self.api.is_empty()) {
            return Some(format!("API {} non souscrite", labels(&self.api)));
        }
        if !any(
            self.without_api.iter().any(|api| !opening.apis.contains(api)),
            self.without_api.is_empty(),
        ) {
            return Some(format!("API {} souscrite", labels(&self.without_api)));
        }
        if let Some(api) = self.unsubscribed(opening) {
            return Some(format!("API {} non souscrite", labels(&[api])));
        }
        if !any(
            self.search.iter().any(|one| opening.searches.contains(one)),
            self.search.is_empty(),
        ) {
            return Some("recherche non ouverte par la convention".to_owned());
        }
        if !any(
            self.closed.iter().any(|one| !opening.searches.contains(one)),
            self.closed.is_empty(),
        ) {
            return Some("recherche ouverte par la convention".to_owned());
        }
        if !any(
            self.motif.iter().any(|motif| opening.motifs.contains(motif)),
            self.motif.is_empty(),
        ) {
            return Some("motif absent de la convention".to_owned());
        }
        if let Some(motif) = self.without_motif.iter().find(|motif| opening.motifs.contains(motif))
        {
            let words = opening.motif_words.get(motif).map(|words| {
                format!(" ({} ; fondement juridique : {})", words.label, words.ground)
            });
            return Some(format!("le motif {motif}{} ne le permet pas", words.unwrap_or_default()));
        }
        if self.teleservice && !opening.teleservice {
            return Some("la convention ne déclare pas d'ID_Teleservice".to_owned());
        }
        if self.identified && !opening.identified {
            let why = "ni certificat ni adresse ne sont demandés dans cet environnement";
            return Some(why.to_owned());
        }
        None
    }

    /// The API of all the searches and motifs that the case asks for, where the convention has not subscribed it.
    fn unsubscribed(&self, opening: &Opening) -> Option<ApiId> {
        let of_motifs =
            ApiId::ALL.into_iter().filter(|api| !self.motif.is_empty() && api.plug().asks_motif());
        let mut apis = self.search.iter().map(|search| search.api).chain(of_motifs);
        let first = apis.next()?;
        (apis.all(|api| api == first) && !opening.apis.contains(&first)).then_some(first)
    }

    /// Whether some convention may meet the conditions of both.
    pub fn may_meet(&self, other: &Self) -> bool {
        self.state.iter().any(|state| other.state.contains(state))
    }
}

impl RawApplies {
    /// The conditions, or the key that is wrong and why.
    pub(super) fn parse(self) -> Result<Applies, (&'static str, String)> {
        let searches = |key, names: OneOrMore<String>| {
            let named = |name: String| match (ApiId::named(&name), Search::named(&name)) {
                (Some(api), _) => Ok(api.plug().searches()),
                (None, Some(search)) => Ok(vec![search]),
                (None, None) => {
                    let expected = Search::expected(&[]);
                    Err((key, format!("{name:?} is no search: expected one of {expected}")))
                }
            };
            let named: Result<Vec<Vec<_>>, _> = names.into_vec().into_iter().map(named).collect();
            named.map(|all| all.concat())
        };
        let motifs = |key, texts: OneOrMore<String>| {
            let read = |text: String| {
                text.parse::<Motif>().map_err(|error| (key, format!("{text:?}: {error}")))
            };
            texts.into_vec().into_iter().map(read).collect::<Result<Vec<_>, _>>()
        };
        Ok(Applies {
            api: self.api.into_vec(),
            without_api: self.without_api.into_vec(),
            search: searches("search", self.search)?,
            closed: searches("closed", self.closed)?,
            motif: motifs("motif", self.motif)?,
            without_motif: motifs("without_motif", self.without_motif)?,
            state: states(self.state.into_vec())?,
            reachable: self.reachable.unwrap_or(true),
            teleservice: self.teleservice,
            identified: self.identified,
        })
    }
}

fn states(names: Vec<String>) -> Result<Vec<State>, (&'static str, String)> {
    match names.as_slice() {
        [] => return Ok(vec![State::InForce]),
        [any] if any == "any" => return Ok(STATES.map(|(state, _, _)| state).to_vec()),
        _ => {}
    }
    let named = |name: String| {
        let found =
            STATES.into_iter().find(|(_, known, _)| *known == name).map(|(state, _, _)| state);
        let known = STATES.map(|(_, known, _)| known).join(", ");
        found.ok_or(("state", format!("{name:?} is no state: expected any, {known}")))
    };
    names.into_iter().map(named).collect()
}

/// The state, in French.
pub fn state(state: State) -> &'static str {
    STATES.into_iter().find(|(one, _, _)| *one == state).map_or("", |(_, _, french)| french)
}

fn labels(apis: &[ApiId]) -> String {
    apis.iter().map(|api| api.label()).collect::<Vec<_>>().join(" ou ")
}

/// Whether a network lies in the ranges that are kept for documentation (RFC 5737, RFC 3849): nobody calls from there.
fn is_documentation(network: &IpNet) -> bool {
    let ranges = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"];
    ranges.iter().any(|range| range.parse::<IpNet>().expect("it is one").contains(network))
}

/// The states: name in fixtures and console, words in French.
const STATES: [(State, &str, &str); 4] = [
    (State::InForce, "in-force", "en vigueur"),
    (State::Suspended, "suspended", "suspendue"),
    (State::Ended, "ended", "résiliée"),
    (State::NotBegun, "not-begun", "pas encore commencée"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Directory;

    fn opening(id: &str) -> Opening {
        let directory = Directory::load(None).unwrap();
        let searches = |motif: Motif| {
            let names: &[&'static str] = match motif.number() {
                20 => &["numCpte", "siretSiren", "spi", "perPhy", "perPro"],
                21 => &["multiDet"],
                22 => &["numCpte"],
                100 => &["verifIban"],
                101 => &["numCpte-verification"],
                _ => &[],
            };
            names.to_vec()
        };
        Opening::new(
            directory.convention(id).unwrap(),
            "2026-11-22T10:00:00Z".parse().unwrap(),
            Environment::Production,
            &searches,
        )
    }

    fn applies(text: &str) -> Applies {
        toml::from_str::<RawApplies>(text).unwrap().parse().unwrap()
    }

    fn names(id: &str) -> String {
        opening(id).searches.iter().map(|search| search.name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_convention_opens_what_motif_and_modality_open_together() {
        assert_eq!(names("caf-verification-iban"), "verifIban/PP verifIban/PM verifIban/SIRET");
        assert_eq!(names("region-existence-iban"), "numCpte/existence");
        let bank =
            "numCpte multiDet/PP multiDet/PM multiDet/SIRET personne/etat-civil personne/spi";
        assert_eq!(names("banque-horizon"), bank);
        assert_eq!(names("mutuelle-etatcivil"), "personne/etat-civil");
        assert_eq!(
            names("commune-valmont"),
            "personne/etat-civil personne/adresse personne/{spi} personne/spi"
        );
        assert_eq!(names("departement-social"), "personne/etat-civil personne/etat-civil-degrade");
        let opened = opening("editeur-demo");
        let all_but_one = Search::all().filter(|search| {
            opened.apis.contains(&search.api) && search.name != "personne/etat-civil-degrade"
        });
        assert_eq!(opened.searches, all_but_one.collect::<BTreeSet<_>>());
        assert_eq!(
            (names("banque-lep").as_str(), names("ville-tarifs").as_str()),
            ("02GA", "02AA")
        );
    }

    #[test]
    fn a_case_says_why_it_is_not_for_a_convention() {
        let objection = |text: &str, id: &str| applies(text).objection(&opening(id));
        assert_eq!(objection("", "editeur-demo"), None);
        assert_eq!(objection("", "partenaire-suspendu").as_deref(), Some("convention suspendue"));
        assert_eq!(objection("state = \"any\"", "partenaire-resilie"), None);
        assert!(objection("", "partenaire-hors-liste").unwrap().contains("adresse"));
        assert_eq!(objection("reachable = false", "partenaire-hors-liste"), None);
        assert_eq!(
            objection("api = \"r2p\"", "cellule-fraude").as_deref(),
            Some("API R2P non souscrite")
        );
        assert_eq!(objection("without_api = [\"ficoba\", \"r2p\"]", "cellule-fraude"), None);
        assert!(objection("search = \"verifIban/PP\"", "commune-valmont").is_some());
        assert!(objection("closed = \"personne/adresse\"", "commune-valmont").is_some());
        assert_eq!(objection("motif = [\"22\", \"0001\"]", "banque-horizon"), None);
        assert!(objection("motif = \"0020\"", "banque-horizon").is_some());
        assert!(objection("without_motif = \"0022\"", "banque-horizon").is_some());
        assert_eq!(objection("without_motif = \"0022\"", "editeur-demo"), None);
    }

    #[test]
    fn unknown_names_are_told_with_their_key() {
        let wrong = |text: &str| toml::from_str::<RawApplies>(text).unwrap().parse().unwrap_err().0;
        assert_eq!(wrong("search = \"numCompte\""), "search");
        assert_eq!(wrong("closed = \"x\""), "closed");
        assert_eq!(wrong("state = \"asleep\""), "state");
        assert_eq!(wrong("motif = \"20000\""), "motif");
    }
}
