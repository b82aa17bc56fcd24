//! What is to be written of a convention: what the use case ticks, and what was typed in its place.

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
};

use any_ascii::any_ascii;
use anyhow::{Context, bail};
use siphasher::sip::SipHasher13;

use super::{NewArgs, use_cases};
use crate::{
    domain::{Siren, Siret},
    rights::{
        ApiId, Terms,
        datapass::{FICOBA_MODALITIES, FicobaModality, R2P_MODALITIES, R2pModality, UseCase},
        ficoba::{DataScope, Modality},
        r2p::{LegalBasis, Mode, Restitution},
    },
};

/// The convention.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) organisation: String,
    pub(super) title: String,
    pub(super) siret: String,
    pub(super) networks: Vec<String>,
    /// From which day its security homologation is no longer in force: known of an exported habilitation only.
    pub(super) homologation_until: Option<String>,
    pub(super) grant: DraftGrant,
    /// Where it comes from, for a comment.
    pub(super) source: String,
    /// What is not as DataPass has it.
    pub(super) warnings: Vec<String>,
}

/// What it opens.
#[derive(Debug)]
pub(super) enum DraftGrant {
    Ficoba {
        quota: u32,
        motifs: Vec<String>,
        modalities: Vec<Modality>,
        scopes: Vec<DataScope>,
        establishment: Option<String>,
    },
    R2p {
        quota: u32,
        legal_basis: LegalBasis,
        modes: BTreeMap<Mode, Restitution>,
    },
}

impl Draft {
    /// The convention of what was typed.
    ///
    /// # Errors
    /// Something that DataPass does not offer, or that the CGU close; something missing.
    pub(super) fn from_args(typed: &NewArgs) -> anyhow::Result<Self> {
        let case = match &typed.use_case {
            Some(name) => Some(UseCase::named(name).with_context(|| {
                format!("--use-case: {name:?} is none; expected one of {}", use_cases())
            })?),
            None => None,
        };
        let api = case.map(|case| case.api).or_else(|| api_of(typed)).with_context(|| {
            format!("--use-case is needed: one of {}; or --from, or --modality", use_cases())
        })?;
        let mut warnings = Vec::new();
        let quota = quota(typed, api, &mut warnings)?;
        let grant = if api == ApiId::Ficoba {
            ficoba(typed, case, quota)?
        } else if api == ApiId::R2p {
            r2p(typed, case, quota, &mut warnings)?
        } else {
            bail!(
                "no use case of {} is here: begin with the file of a sample partner that has it",
                api.label()
            )
        };
        let organisation = typed.organisation.clone().unwrap_or_else(|| "Mon organisme".to_owned());
        let title = typed.title.clone().or_else(|| case.map(|case| case.title.to_owned()));
        let id = typed.id.clone().unwrap_or_else(|| {
            slug(&format!("{organisation} {}", case.map_or(api.as_str(), |case| case.name)))
        });
        let siret = match &typed.siret {
            Some(siret) => siret.clone(),
            None => {
                warnings.push("no SIRET was given: a fictitious one is written".to_owned());
                fictitious(&id)
            }
        };
        Ok(Self {
            title: title.unwrap_or_else(|| format!("API {}", api.label())),
            source: case.map_or_else(
                || format!("API {}", api.label()),
                |case| format!("API {}, use case {:?}", api.label(), case.name),
            ),
            networks: typed.networks.clone(),
            homologation_until: typed.homologation_until.as_deref().map(day).transpose()?,
            id,
            organisation,
            siret,
            grant,
            warnings,
        })
    }
}

/// The API whose modalities were typed, where no use case says.
fn api_of(typed: &NewArgs) -> Option<ApiId> {
    let first = typed.modalities.first()?;
    if FicobaModality::named(first).is_some() {
        Some(ApiId::Ficoba)
    } else {
        R2pModality::named(first).map(|_| ApiId::R2p)
    }
}

fn quota(typed: &NewArgs, api: ApiId, warnings: &mut Vec<String>) -> anyhow::Result<u32> {
    let Terms { offered_quotas, cgu_quotas, .. } = api.plug().terms();
    let Some(quota) = typed.quota else { return Ok(cgu_quotas[0]) };
    if cgu_quotas.contains(&quota) {
        return Ok(quota);
    }
    let quotas: Vec<_> = cgu_quotas.iter().map(ToString::to_string).collect();
    let quotas = quotas.join(", ");
    if !offered_quotas.contains(&quota) {
        bail!("--quota: {quota} calls a minute are not offered; expected one of {quotas}")
    }
    warnings.push(format!(
        "{quota} calls a minute are offered by DataPass's form, not by the CGU ({quotas})"
    ));
    Ok(quota)
}

fn ficoba(typed: &NewArgs, case: Option<&UseCase>, quota: u32) -> anyhow::Result<DraftGrant> {
    let ticked = case.map(|case| case.modalities).unwrap_or_default();
    let names = or_ticked(&typed.modalities, ticked);
    let known = || FICOBA_MODALITIES.iter().map(|one| one.name).collect::<Vec<_>>().join(", ");
    let modalities = names.iter().map(|name| {
        let found = FicobaModality::named(name).map(|one| one.opens);
        found.with_context(|| {
            format!("--modality: {name:?} is none of FICOBA; expected one of {}", known())
        })
    });
    let scope = |name: &String| {
        DataScope::named(name).with_context(|| {
            let known: Vec<_> = DataScope::ALL.iter().map(|one| one.as_str()).collect();
            format!("--scope: {name:?} is none of FICOBA; expected one of {}", known.join(", "))
        })
    };
    let scopes = match (typed.scopes.as_slice(), case) {
        ([], Some(case)) => case.scopes.to_vec(),
        ([], None) => {
            bail!("--scope is needed: without a use case, nothing says which data come back")
        }
        (typed, _) => typed.iter().map(scope).collect::<Result<_, _>>()?,
    };
    let motifs = match (typed.motifs.as_slice(), case.and_then(|case| case.motif)) {
        ([], Some(motif)) => vec![motif.to_owned()],
        ([], None) => bail!(
            "--motif is needed: DataPass does not say it, the convention does (0001 recouvrement, 0003 fraude, 0021 multi-détention, \
             0100 vérification, 0101 existence: fixtures/motifs.toml)"
        ),
        (typed, _) => typed.to_vec(),
    };
    if typed.legal_basis.is_some() {
        bail!("--legal-basis is a matter of R2P");
    }
    Ok(DraftGrant::Ficoba {
        quota,
        motifs,
        modalities: modalities.collect::<Result<_, _>>()?,
        scopes,
        establishment: typed.establishment.clone(),
    })
}

fn r2p(
    typed: &NewArgs,
    case: Option<&UseCase>,
    quota: u32,
    warnings: &mut Vec<String>,
) -> anyhow::Result<DraftGrant> {
    for (flag, given) in [
        ("--motif", !typed.motifs.is_empty()),
        ("--scope", !typed.scopes.is_empty()),
        ("--establishment", typed.establishment.is_some()),
    ] {
        if given {
            bail!("{flag} is a matter of FICOBA");
        }
    }
    let by_default = if case.is_some_and(|case| case.decree) {
        LegalBasis::Decret2022814
    } else {
        LegalBasis::Autre
    };
    let legal_basis = match &typed.legal_basis {
        None => by_default,
        Some(name) => LegalBasis::named(name).with_context(|| {
            format!("--legal-basis: {name:?} is none; expected decret-2022-814 or autre")
        })?,
    };
    let mut modes: BTreeMap<Mode, Restitution> = BTreeMap::new();
    for name in or_ticked(&typed.modalities, case.map(|case| case.modalities).unwrap_or_default()) {
        let known = || R2P_MODALITIES.iter().map(|one| one.name).collect::<Vec<_>>().join(", ");
        let one = R2pModality::named(&name).with_context(|| {
            format!("--modality: {name:?} is none of R2P; expected one of {}", known())
        })?;
        if one.mode.needs_decree() && legal_basis != LegalBasis::Decret2022814 {
            bail!(
                "{name}: a search by address or by SPI is open under decree 2022-814 only (CGU R2P 4): \
                 --legal-basis decret-2022-814, where that is the legal basis"
            );
        }
        if one.contacts {
            warnings.push(format!(
                "{name}: written without the \"coordonnées\", whose keys are not published"
            ));
        }
        let restitution = match modes.get(&one.mode) {
            Some(other) if *other != one.restitution => {
                warnings.push(format!(
                    "two modalities open the mode {} with different restitutions: answers hold what either gives",
                    one.mode.as_str()
                ));
                Restitution::EtatCivilAdresseSpi
            }
            Some(_) | None => one.restitution,
        };
        modes.insert(one.mode, restitution);
    }
    Ok(DraftGrant::R2p { quota, legal_basis, modes })
}

fn day(text: &str) -> anyhow::Result<String> {
    let day: jiff::civil::Date = text.parse().with_context(|| {
        format!("--homologation-until: {text:?} is no day; expected such as 2028-06-30")
    })?;
    Ok(day.to_string())
}

fn or_ticked(typed: &[String], ticked: &[&str]) -> Vec<String> {
    if typed.is_empty() {
        ticked.iter().map(|&one| one.to_owned()).collect()
    } else {
        typed.to_vec()
    }
}

/// The text as an id: ASCII, lower case, hyphens between words, of at most 64 characters.
fn slug(text: &str) -> String {
    let plain = any_ascii(text).to_lowercase();
    let words: Vec<_> = plain
        .split(|one: char| !one.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let id: String = words.join("-").chars().take(64).collect();
    id.trim_matches('-').to_owned()
}

/// A SIRET of the range that is nobody's, the same for the same id.
fn fictitious(id: &str) -> String {
    let mut hasher = SipHasher13::new(); // the same from one version of Rust to the next
    id.hash(&mut hasher);
    let base = FICTITIOUS + u32::try_from(hasher.finish() % 8_000).expect("it is under 8,000");
    let siren = Siren::from_base(base).expect("it has eight digits");
    Siret::from_siren(siren, 1).expect("it has four digits").to_string()
}

/// Below the sample partners' SIREN, within the range that nobody has (docs/data.md).
const FICTITIOUS: u32 = 20_991_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::data_ranges::is_fictitious_siret;

    fn draft(change: impl FnOnce(&mut NewArgs)) -> Result<Draft, String> {
        let mut typed =
            NewArgs { organisation: Some("Ville d'Été".to_owned()), ..NewArgs::default() };
        change(&mut typed);
        Draft::from_args(&typed).map_err(|error| format!("{error:#}"))
    }

    fn case(name: &str) -> impl FnOnce(&mut NewArgs) {
        let name = name.to_owned();
        move |typed| typed.use_case = Some(name)
    }

    #[test]
    fn each_use_case_is_written_as_datapass_ticks_it() {
        let texts = crate::rights::datapass::USE_CASES
            .iter()
            .map(|one| draft(case(one.name)).unwrap().text());
        insta::assert_snapshot!(texts.collect::<Vec<_>>().join("\n---\n"));
    }

    #[test]
    fn the_quota_is_one_that_is_offered() {
        let of = |name: &str, calls| {
            draft(|typed| {
                case(name)(typed);
                typed.quota = Some(calls)
            })
        };
        assert!(of("fraude", 750).unwrap().text().contains("quota = 750"));
        let noted = of("fraude", 700).unwrap();
        assert!(
            noted.warnings.iter().any(|one| one.contains("not by the CGU")),
            "{:?}",
            noted.warnings
        );
        assert_eq!(
            of("fraude", 1000).unwrap_err(),
            "--quota: 1000 calls a minute are not offered; expected one of 200, 500, 750"
        );
        assert!(of("ordonnateur", 700).unwrap_err().ends_with("50, 200, 1000"));
    }

    #[test]
    fn an_address_without_the_decree_is_refused() {
        let without = draft(|typed| {
            case("ordonnateur")(typed);
            typed.legal_basis = Some("autre".to_owned())
        });
        assert!(without.unwrap_err().contains("decree 2022-814 only"));
        let modality = |name: &str| vec![name.to_owned()];
        let degraded =
            draft(|typed| typed.modalities = modality("with_acces_etat_civil_degrade_adresse"));
        assert!(degraded.unwrap_err().contains("decree 2022-814 only"));
    }

    #[test]
    fn coordonnees_are_left_out_with_a_warning_and_two_modalities_of_a_mode_are_told() {
        let names = [
            "with_acces_etat_civil_restitution_spi",
            "with_acces_etat_civil_complet_restitution_complet_adresse_cp_coordonnées",
        ];
        let both = draft(|typed| typed.modalities = names.map(str::to_owned).to_vec()).unwrap();
        assert!(both.warnings.iter().any(|one| one.contains("not published")));
        assert!(both.warnings.iter().any(|one| one.contains("different restitutions")));
        assert!(both.text().contains("restitution = \"etat-civil-adresse-spi\""));
    }

    #[test]
    fn what_is_missing_or_of_the_other_api_is_named() {
        assert!(
            draft(|_| {}).unwrap_err().starts_with("--use-case is needed: one of recouvrement, ")
        );
        assert!(draft(case("recouvrements")).unwrap_err().contains("\"recouvrements\" is none"));
        let modality = draft(|typed| {
            case("fraude")(typed);
            typed.modalities = vec!["with_acces_spi".to_owned()]
        });
        assert!(modality.unwrap_err().contains("is none of FICOBA"));
        let motif = draft(|typed| {
            case("ordonnateur")(typed);
            typed.motifs = vec!["0001".to_owned()]
        });
        assert_eq!(motif.unwrap_err(), "--motif is a matter of FICOBA");
    }

    #[test]
    fn an_id_and_a_siret_are_made_where_none_is_given() {
        let made = draft(case("fraude")).unwrap();
        assert_eq!(made.id, "ville-d-ete-fraude");
        let siret: Siret = made.siret.parse().unwrap();
        assert!(siret.has_valid_key() && is_fictitious_siret(&siret));
    }
}
