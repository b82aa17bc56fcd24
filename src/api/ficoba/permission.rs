//! Whether this applicant may make this search with this motif (CAF003, CAF030, CAF031), and with these criteria.

use super::{
    anomaly::{Anomaly, Code},
    demande::{Applicant, AttributeSpec, CRITERIA, Choice, Object, Presence, SIREN, SIRET, Search},
    motif::{Criteria, Definition, Motifs, OpenedSearch},
};
use crate::{
    directory::Convention,
    domain::Motif,
    journal::RefusalFacts,
    rights::ficoba::{Grant, Modality},
};

/// Why a search is not allowed: what the client is told, and for CAF031 why, in French, for the journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// What the client is told.
    pub(super) anomaly: Anomaly,
    /// Which right is missing.
    pub(super) reason: Option<String>,
}

/// What is asked, as far as rights go.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) motif: Motif,
    pub(super) applicant: Applicant,
    pub(super) search: Search,
    /// numCpte: whether only the existence of the account is asked.
    pub(super) verification: bool,
}

/// What the motif and the convention say together.
pub(super) fn judge<'m>(
    motifs: &'m Motifs,
    convention: &Convention,
    asked: &Asked,
) -> Result<&'m Definition, Refused> {
    let motif = motifs.get(asked.motif).ok_or_else(|| {
        let (id, own) = (&convention.id, listed(&own_motifs(convention)));
        Anomaly::from(Code::Caf003)
            .because(format!("ce motif n'existe pas ; motifs de la convention {id} : {own}"))
    })?;
    if let Some(stranger) = stranger(convention, asked.applicant) {
        return Err(Anomaly::from(Code::Caf030).detailed(stranger).into());
    }
    let grant =
        convention.grants.ficoba.as_ref().filter(|grant| grant.motifs.contains(&asked.motif));
    let grant = grant.ok_or_else(|| {
        let why = format!("le motif {} n'est pas dans la convention", asked.motif);
        not_allowed("motif-not-of-convention", why).completed(&ways_out(motifs, convention, asked))
    })?;
    if motif.opening(asked.search, asked.verification).is_none() {
        let why = format!("le motif {} n'ouvre pas la recherche {}", asked.motif, sought(asked));
        return Err(not_allowed("motif-not-for-search", why)
            .completed(&ways_out(motifs, convention, asked)));
    }
    let ways = modalities(asked.search);
    if ways.iter().any(|way| grant.modalities.contains(*way)) {
        return Ok(motif);
    }
    let names: Vec<_> = ways.iter().map(|way| way.as_str()).collect();
    Err(closed(&names.join(" ni ")))
}

/// Whether the convention opens the way of searching that an indicator chose (verifIban, multiDet).
pub(super) fn judge_choice(grant: &Grant, search: Search, choice: Choice) -> Result<(), Refused> {
    let way = match choice {
        Choice::Person => modalities(search).first(),
        Choice::Company => modalities(search).get(1),
        Choice::Number => modalities(search).get(2),
    };
    match way {
        Some(way) if !grant.modalities.contains(*way) => Err(closed(way.as_str())),
        Some(_) | None => Ok(()),
    }
}

/// Whether the criteria are those that the motif asks for and allows.
pub(super) fn judge_criteria(
    motif: &Definition,
    asked: &Asked,
    table: &'static [&'static AttributeSpec],
    body: &Object<'_>,
) -> Result<(), Refused> {
    let opening = motif.opening(asked.search, asked.verification);
    let Some(Criteria { required, optional }) =
        opening.and_then(|opening| motif.criteria.get(&opening))
    else {
        return Ok(());
    };
    let given = given_paths(body.structure(CRITERIA));
    if let Some(absent) = required.iter().find(|path| !given.contains(path)) {
        let label = label(table, absent).unwrap_or("Critères de recherche");
        return Err(Anomaly::missing(label).into());
    }
    let Some(optional) = optional else { return Ok(()) };
    let asked_by_the_protocol = |path: &str| {
        criterion(table, path).is_some_and(|entry| entry.presence != Presence::Optional)
    };
    let is_allowed = |path: &String| {
        required.contains(path) || optional.contains(path) || asked_by_the_protocol(path)
    };
    match given.iter().find(|path| !is_allowed(path)) {
        Some(other) => {
            let why = format!("le motif {} n'ouvre pas le critère {other}", asked.motif);
            Err(not_allowed("criterion-not-of-motif", why))
        }
        None => Ok(()),
    }
}

/// What shows that the applicant is not the establishment of the convention, by SIRET, by SIREN, or by both when they agree;
/// nothing when it is.
fn stranger(convention: &Convention, applicant: Applicant) -> Option<RefusalFacts> {
    let (id, siret, siren) = (&convention.id, convention.siret, convention.siret.siren());
    let (attribute, number, own, is_sound) = match applicant {
        Applicant { siret: Some(other), .. } if other != siret => {
            (SIRET.entry.named(), "SIRET", siret.to_string(), other.has_valid_key())
        }
        Applicant { siren: Some(other), .. } if other != siren => {
            (SIREN.entry.named(), "SIREN", siren.to_string(), other.luhn_is_valid())
        }
        Applicant { .. } => return None,
    };
    let expected = format!("{own}, celui de la convention {id}, est attendu");
    let but = match is_sound {
        true => "de forme correcte",
        false => "dont la clé est fausse (un chiffre est sans doute faux)",
    };
    let received = Some(format!("un autre {number}, {but}"));
    Some(RefusalFacts { received, ..RefusalFacts::expected(attribute, expected) })
}

/// The ways of searching that DataPass opens, for a search that has three in the order person, company, number.
fn modalities(search: Search) -> &'static [Modality] {
    match search {
        Search::NumCpte => &[Modality::Iban],
        Search::Spi => &[Modality::Spi],
        Search::SiretSiren => &[Modality::SiretSiren],
        Search::PerPro => &[Modality::PersonneMorale],
        Search::PerPhy => &[Modality::PersonnePhysique],
        Search::VerifIban => &[
            Modality::IbanPersonnePhysique,
            Modality::IbanPersonneMorale,
            Modality::IbanSiretSiren,
        ],
        Search::MultiDet => {
            &[Modality::PersonnePhysique, Modality::PersonneMorale, Modality::SiretSiren]
        }
    }
}

fn closed(modality: &str) -> Refused {
    not_allowed("closed-modality", format!("la convention n'ouvre pas la modalité {modality}"))
}

fn not_allowed(cause: &'static str, reason: String) -> Refused {
    let anomaly = Anomaly::from(Code::Caf031).because(reason.clone()).caused(cause);
    Refused { anomaly, reason: Some(reason) }
}

/// Which searches the motif opens, and which motifs of the convention open this search.
fn ways_out(motifs: &Motifs, convention: &Convention, asked: &Asked) -> String {
    let opened = motifs.get(asked.motif).map(|motif| motif.searches.as_slice());
    let opened: Vec<_> = opened.unwrap_or_default().iter().map(|opening| named(*opening)).collect();
    let opens = |motif: &Motif| {
        let motif = motifs.get(*motif);
        motif.is_some_and(|motif| motif.opening(asked.search, asked.verification).is_some())
    };
    let mut others = own_motifs(convention);
    others.retain(opens);
    let (id, search, others) = (&convention.id, sought(asked), listed(&others));
    let opened = if opened.is_empty() { "rien".to_owned() } else { opened.join(", ") };
    format!(
        "ce motif ouvre : {opened} ; motifs de la convention {id} qui ouvrent {search} : {others}"
    )
}

/// What a motif opens, in the words of the protocol.
fn named(opening: OpenedSearch) -> &'static str {
    match opening {
        OpenedSearch::Verification => "numCpte avec verificationCompte à 1",
        OpenedSearch::Whole(Search::NumCpte) => WHOLE,
        OpenedSearch::Whole(search) => search.as_str(),
    }
}

/// The search that is asked.
fn sought(asked: &Asked) -> &'static str {
    let is_whole = asked.search == Search::NumCpte && !asked.verification;
    if is_whole { WHOLE } else { asked.search.as_str() }
}

/// numCpte where the account is restituted.
const WHOLE: &str = "numCpte sans vérification";

fn own_motifs(convention: &Convention) -> Vec<Motif> {
    convention.grants.ficoba.iter().flat_map(|grant| grant.motifs.iter().copied()).collect()
}

fn listed(motifs: &[Motif]) -> String {
    let texts: Vec<_> = motifs.iter().map(ToString::to_string).collect();
    if texts.is_empty() { "aucun".to_owned() } else { texts.join(", ") }
}

impl Refused {
    /// The same, with what the partner can do instead.
    fn completed(self, ways_out: &str) -> Self {
        let reason = self.reason.as_deref().unwrap_or_default();
        let explanation = Some(format!("{reason} ; {ways_out}"));
        let facts = RefusalFacts { explanation, ..self.anomaly.facts() };
        Self { anomaly: self.anomaly.detailed(facts), ..self }
    }
}

fn given_paths(criteria: &Object<'_>) -> Vec<String> {
    let mut paths = Vec::new();
    criteria.given_paths("", &mut paths);
    paths
}

/// The label of the criterion at this path.
fn label(table: &'static [&'static AttributeSpec], path: &str) -> Option<&'static str> {
    criterion(table, path).map(|entry| entry.label)
}

fn criterion(
    table: &'static [&'static AttributeSpec],
    path: &str,
) -> Option<&'static AttributeSpec> {
    let mut found = table.iter().find(|entry| entry.key == CRITERIA)?;
    for key in path.split('.') {
        found = found.entries().iter().find(|entry| entry.key == key)?;
    }
    Some(found)
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self { anomaly: code.into(), reason: None }
    }
}

impl From<Anomaly> for Refused {
    fn from(anomaly: Anomaly) -> Self {
        Self { anomaly, reason: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a motif that asks for first names and allows the sex takes a perPhy demand with these criteria.
    fn judged(criteria: &str) -> Result<(), Code> {
        let motif = Definition {
            criteria: [(
                OpenedSearch::Whole(Search::PerPhy),
                Criteria {
                    required: vec!["etatCivil.prenoms".to_owned()],
                    optional: Some(vec!["etatCivil.sexe".to_owned()]),
                },
            )]
            .into(),
            searches: vec![OpenedSearch::Whole(Search::PerPhy)],
            ..Motifs::load(None).unwrap().get("0020".parse().unwrap()).unwrap().clone()
        };
        let body = format!("{{\"criteresRecherche\":{{\"etatCivil\":{{{criteria}}}}}}}");
        let table = Search::PerPhy.table();
        let body = Object::read(body.as_bytes(), table).unwrap();
        let asked = Asked {
            motif: "0020".parse().unwrap(),
            applicant: Applicant { siret: None, siren: None },
            search: Search::PerPhy,
            verification: false,
        };
        judge_criteria(&motif, &asked, table, &body).map_err(|refused| refused.anomaly.code())
    }

    #[test]
    fn a_motif_takes_its_own_criteria_and_those_that_the_protocol_asks_for() {
        let (named, first) = ("\"nom\":\"A\",\"anneeNaissance\":\"1980\"", "\"prenoms\":\"B\"");
        assert_eq!(judged(&format!("{named},{first}")), Ok(()));
        assert_eq!(judged(&format!("{named},{first},\"sexe\":\"1\"")), Ok(()));
        assert_eq!(judged(named), Err(Code::Caf001));
        let within = "\"anneeNaissanceDebut\":\"1980\"";
        assert_eq!(judged(&format!("{named},{first},{within}")), Ok(()), "in some case asked for");
    }
}
