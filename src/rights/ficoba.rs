//! What a convention opens of FICOBA (DataPass form "API FICOBA": modalities of search, data scopes; CGU FICOBA 4 and 9.2).

use std::{collections::BTreeSet, num::NonZeroU32};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ApiId, CheckList, GrantSheet, Granted, Hours, Identifier, KeyKind, Plug, SampleSearch, Search,
    TableKey, Terms, names,
};
use crate::domain::{BankCode, Motif};

/// The API beside its answers.
pub struct Ficoba;

/// The grant of a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Calls per clock minute (CGU FICOBA 9.2: 200, 500 or 750).
    pub quota: NonZeroU32,
    /// The motifs of interrogation the convention was given.
    pub motifs: BTreeSet<Motif>,
    /// The ways of searching it was opened.
    pub modalities: Modalities,
    /// The groups of keys it may be answered.
    pub scopes: DataScopes,
    /// The applicant's own establishment, for motifs that are tied to it (CAF037).
    pub establishment: Option<BankCode>,
}

/// The table of a convention's file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    quota: NonZeroU32,
    motifs: Vec<String>,
    modalities: Vec<Modality>,
    scopes: Vec<DataScope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    establishment: Option<String>,
}

names! {
    /// A way of searching that DataPass opens or not.
    pub enum Modality,
    /// A set of [`Modality`].
    set Modalities {
        /// By account number.
        Iban = "iban": "par IBAN",
        /// By tax identifier.
        Spi = "spi": "par numéro fiscal (SPI)",
        /// By SIREN or SIRET.
        SiretSiren = "siret-siren": "par SIREN ou SIRET",
        /// By civil status.
        PersonnePhysique = "personne-physique": "par état civil",
        /// By company name.
        PersonneMorale = "personne-morale": "par raison sociale",
        /// Is this account held by this SIREN or SIRET?
        IbanSiretSiren = "iban-siret-siren": "IBAN rapproché d'un SIREN ou SIRET",
        /// Is this account held by this natural person?
        IbanPersonnePhysique = "iban-personne-physique": "IBAN rapproché d'un état civil",
        /// Is this account held by this legal person?
        IbanPersonneMorale = "iban-personne-morale": "IBAN rapproché d'une raison sociale",
    }
}

names! {
    /// A DataPass data scope: a group of keys of the answer.
    pub enum DataScope,
    /// A set of [`DataScope`].
    set DataScopes {
        /// Civil status of natural persons, designation of legal persons.
        EtatCivilDenomination = "dgfip_ficoba_etat_civil_denomination": "état civil, dénomination",
        /// Addresses of holders.
        Adresse = "dgfip_ficoba_adresse": "adresse des titulaires",
        /// The account and its characteristics.
        Compte = "dgfip_ficoba_compte": "compte et caractéristiques",
        /// The establishment and the branch that keep the account.
        EtablissementBancaire = "dgfip_ficoba_etablissement_bancaire": "établissement et guichet",
        /// The right on the account and its dates.
        Date = "dgfip_ficoba_date": "droit sur le compte et ses dates",
        /// The yes or no of a verification.
        RestitutionVerification = "dgfip_ficoba_restitution_verification": "résultat d'une vérification",
        /// multi-détention: how many accounts.
        NombreComptes = "dgfip_ficoba_nombre_comptes": "multi-détention : nombre de comptes",
        /// multi-détention: their IBAN.
        Iban = "dgfip_ficoba_iban": "multi-détention : IBAN",
        /// multi-détention: their opening date.
        DateOuverture = "dgfip_ficoba_date_ouverture": "multi-détention : date d'ouverture",
        /// multi-détention: why they were opened.
        MotifOuverture = "dgfip_ficoba_motif_ouverture": "multi-détention : motif d'ouverture",
    }
}

impl DataScopes {
    /// What a token narrows these to: when it was asked with some data scopes, the intersection; otherwise nothing.
    #[must_use]
    pub fn narrowed_by<'a>(self, token_scopes: impl IntoIterator<Item = &'a str>) -> Self {
        let asked: Self = token_scopes.into_iter().filter_map(DataScope::named).collect();
        if asked.is_empty() { self } else { self.intersection(asked) }
    }
}

impl Plug for Ficoba {
    fn label(&self) -> &'static str {
        "FICOBA"
    }

    /// That of its protocol (which prints a capital V too), and that of the gateway's own exports.
    fn contexts(&self) -> &'static [&'static str] {
        &["/fcb-masrestit/api/v2", "/fcb-masrestit/api/V2", "/ficoba-api/v2"]
    }

    /// Its CGU list both controls for the sandbox too; CGU FICOBA 11: 23 hours a day, 99.69 %.
    fn terms(&self) -> Terms {
        Terms {
            sandbox_identifies_callers: true,
            hours: Hours { closes_daily: true, lost: 31 },
            offered_quotas: &[200, 500, 700],
            cgu_quotas: &[200, 500, 750],
        }
    }

    fn texts(&self) -> &'static [&'static str] {
        &[
            "CGU de l'API FICOBA du 05/11/2025",
            "PT (protocole technique) de l'API FICOBA, version 11.0.0 du 15/10/2025",
            "description OpenAPI de l'API FICOBA, version 2 (2025)",
        ]
    }

    fn scopes(&self) -> Vec<&'static str> {
        DataScope::names()
    }

    fn keys(&self) -> Vec<TableKey> {
        vec![
            TableKey { name: "motifs", kind: KeyKind::Texts },
            TableKey { name: "modalities", kind: KeyKind::SomeOf(Modality::names()) },
            TableKey { name: "scopes", kind: KeyKind::SomeOf(self.scopes()) },
            TableKey { name: "establishment", kind: KeyKind::Text },
        ]
    }

    fn searches(&self) -> Vec<&'static Search> {
        WAYS.iter().map(|way| &way.search).collect()
    }

    fn asks_motif(&self) -> bool {
        true
    }

    fn beyond(&self, code: Option<&str>, _: bool) -> Option<&'static str> {
        match code? {
            "CAF003" => Some("motif inconnu"),
            "CAF030" => Some("SIRET ou SIREN demandeur qui n'est pas celui de la convention"),
            "CAF031" => Some("motif et recherche non autorisés ensemble"),
            _ => None,
        }
    }

    fn asks_by(&self, identifier: &Identifier) -> Option<SampleSearch> {
        let (operation, parameters, shows) = match identifier {
            Identifier::Spi(spi) => {
                let criteria = json!({ "numeroSPI": spi.to_string() });
                ("spi", criteria, "ses comptes, par son numéro fiscal")
            }
            Identifier::Siren(siren) => {
                ("siretSiren", json!({ "siren": siren.to_string() }), "ses comptes, par son numéro")
            }
            Identifier::Siret(siret) => {
                ("siretSiren", json!({ "siret": siret.to_string() }), "ses comptes, par son numéro")
            }
            Identifier::Iban(iban) => {
                let criteria = json!({ "iban": iban.to_string(), "verificationCompte": "0" });
                ("numCpte", criteria, "ce compte, par son numéro")
            }
        };
        Some(SampleSearch { partner: "editeur-demo", operation, parameters, shows })
    }

    fn numbers_answers(&self) -> bool {
        true
    }
}

impl Granted for Grant {
    fn quota(&self) -> NonZeroU32 {
        self.quota
    }

    fn scopes(&self) -> Vec<&'static str> {
        self.scopes.iter().map(DataScope::as_str).collect()
    }

    fn restituted(&self, token_scopes: &[&str]) -> Option<String> {
        let left = self.scopes.narrowed_by(token_scopes.iter().copied());
        let labels: Vec<_> = left.iter().map(DataScope::label).collect();
        Some(match (left == self.scopes, &*labels) {
            (true, _) => "Restitution : tout ce que la convention ouvre.".to_owned(),
            (false, []) => {
                "Restitution : rien, les scopes du jeton n'étant pas ceux de la convention."
                    .to_owned()
            }
            (false, labels) => format!(
                "Restitution réduite par les scopes du jeton : {}, et rien d'autre de ce que la convention ouvre.",
                labels.join(", ")
            ),
        })
    }

    fn motifs(&self) -> Vec<Motif> {
        self.motifs.iter().copied().collect()
    }

    /// A motif opens the search, a modality of DataPass the way of searching, and a data scope what is verified.
    fn searches(&self, of_motif: &dyn Fn(Motif) -> Vec<&'static str>) -> Vec<&'static Search> {
        let opened: BTreeSet<_> = self.motifs.iter().flat_map(|&motif| of_motif(motif)).collect();
        let is_open = |way: &&Way| {
            way.search.motifs.iter().any(|name| opened.contains(name))
                && self.modalities.contains(way.modality)
                && (!way.verifies || self.scopes.contains(DataScope::RestitutionVerification))
        };
        WAYS.iter().filter(is_open).map(|way| &way.search).collect()
    }

    fn sheet(&self) -> GrantSheet {
        let bank = self.establishment.map(|bank| format!("code banque {bank}"));
        let facts = bank.map(|bank| ("Établissement", vec![bank])).into_iter().collect();
        let lists = vec![
            CheckList {
                title: "Modalités de recherche",
                closed: "fermée",
                lines: self.modalities.lines(|modality| (modality.label(), "")),
            },
            CheckList {
                title: "Données restituées (scopes)",
                closed: "fermée",
                lines: self.scopes.lines(|scope| (scope.label(), scope.as_str())),
            },
        ];
        GrantSheet { facts, lists }
    }
}

impl Table {
    /// The grant, unless something of it is wrong: then `fault` has the key and what it is.
    pub fn check(self, fault: &mut dyn FnMut(&str, String)) -> Option<Grant> {
        let mut motifs = BTreeSet::new();
        for text in &self.motifs {
            match text.parse::<Motif>() {
                Ok(motif) => drop(motifs.insert(motif)),
                Err(error) => fault("motifs", format!("{text:?}: {error}")),
            }
        }
        let establishment = self.establishment.and_then(|text| {
            let parsed = text.parse::<BankCode>();
            parsed.map_err(|error| fault("establishment", format!("{text:?}: {error}"))).ok()
        });
        Some(Grant {
            quota: self.quota,
            motifs,
            modalities: self.modalities.into_iter().collect(),
            scopes: self.scopes.into_iter().collect(),
            establishment,
        })
    }
}

impl From<&Grant> for Table {
    fn from(grant: &Grant) -> Self {
        Self {
            quota: grant.quota,
            motifs: grant.motifs.iter().map(ToString::to_string).collect(),
            modalities: grant.modalities.iter().collect(),
            scopes: grant.scopes.iter().collect(),
            establishment: grant.establishment.map(|bank| bank.as_str().to_owned()),
        }
    }
}

/// A kind of search, with what DataPass opens of it.
struct Way {
    search: Search,
    modality: Modality,
    /// Whether it asks for a yes or a no, which one data scope lets through.
    verifies: bool,
}

const fn way(
    name: &'static str,
    (operation, resource): (&'static str, &'static str),
    motifs: &'static [&'static str],
    modality: Modality,
    shows: fn(&Value) -> bool,
) -> Way {
    let search = Search { api: ApiId::Ficoba, name, operation, resource, motifs, shows };
    Way { search, modality, verifies: false }
}

const fn verification(way: Way) -> Way {
    Way { verifies: true, ..way }
}

/// Whether an indicator of the criteria is set.
fn is_set(parameters: &Value, indicator: &str) -> bool {
    parameters.get(indicator).and_then(Value::as_str) == Some("1")
}

const NUM_CPTE: (&str, &str) = ("numCpte", "/comptes/numCpte");
const VERIF_IBAN: (&str, &str) = ("verifIban", "/comptes/verifIban");
const MULTI_DET: (&str, &str) = ("multiDet", "/comptes/multiDet");

/// The kinds of search of CGU FICOBA 4: eleven, of which numCpte counts for two here (everything that the motif lets through,
/// or a yes or no).
static WAYS: [Way; 12] = [
    way("numCpte", NUM_CPTE, &["numCpte"], Modality::Iban, |all| {
        !is_set(all, "verificationCompte")
    }),
    verification(way(
        "numCpte/existence",
        NUM_CPTE,
        &["numCpte", "numCpte-verification"],
        Modality::Iban,
        |all| is_set(all, "verificationCompte"),
    )),
    way(
        "siretSiren",
        ("siretSiren", "/comptes/siretSiren"),
        &["siretSiren"],
        Modality::SiretSiren,
        |_| true,
    ),
    way("spi", ("spi", "/comptes/spi"), &["spi"], Modality::Spi, |_| true),
    way("perPhy", ("perPhy", "/comptes/perPhy"), &["perPhy"], Modality::PersonnePhysique, |_| true),
    way("perPro", ("perPro", "/comptes/perPro"), &["perPro"], Modality::PersonneMorale, |_| true),
    verification(way(
        "verifIban/PP",
        VERIF_IBAN,
        &["verifIban"],
        Modality::IbanPersonnePhysique,
        |all| is_set(all, "recherchePP"),
    )),
    verification(way(
        "verifIban/PM",
        VERIF_IBAN,
        &["verifIban"],
        Modality::IbanPersonneMorale,
        |all| is_set(all, "recherchePM"),
    )),
    verification(way(
        "verifIban/SIRET",
        VERIF_IBAN,
        &["verifIban"],
        Modality::IbanSiretSiren,
        |all| is_set(all, "rechercheSirenSiret"),
    )),
    way("multiDet/PP", MULTI_DET, &["multiDet"], Modality::PersonnePhysique, |all| {
        is_set(all, "recherchePP")
    }),
    way("multiDet/PM", MULTI_DET, &["multiDet"], Modality::PersonneMorale, |all| {
        is_set(all, "recherchePM")
    }),
    way("multiDet/SIRET", MULTI_DET, &["multiDet"], Modality::SiretSiren, |all| {
        is_set(all, "rechercheSIRENSIRET")
    }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_without_data_scopes_narrows_nothing() {
        let open = DataScopes::EMPTY.with(DataScope::Compte).with(DataScope::Date);
        assert_eq!(open.narrowed_by(["am_application_scope", "default"]), open);
    }

    #[test]
    fn a_token_with_data_scopes_narrows_to_the_intersection() {
        let open = DataScopes::EMPTY.with(DataScope::Compte).with(DataScope::Date);
        let narrowed = open.narrowed_by(["dgfip_ficoba_compte", "dgfip_ficoba_adresse"]);
        assert_eq!(narrowed, DataScopes::EMPTY.with(DataScope::Compte));
    }
}
