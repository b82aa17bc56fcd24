//! A convention's file as it is written, before it is checked; a convention can be written as one again.

use std::num::NonZeroU32;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Application, CertificateRule, Convention,
    life::{Dates, date, day_of},
};
use crate::{
    fixtures::table,
    rights::{ficoba, r2p},
};

/// What a file says, before it is checked; a convention can be written as one again.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) id: String,
    pub(super) organisation: String,
    pub(super) title: String,
    pub(super) siret: String,
    pub(super) networks: Option<Vec<String>>,
    #[serde(default)]
    pub(super) certificates: Vec<Certificate>,
    #[serde(default, deserialize_with = "table")]
    pub(super) application: ApplicationTable,
    #[serde(default, deserialize_with = "table")]
    pub(super) life: Dates,
    #[serde(default, deserialize_with = "table_or_nothing")]
    pub(super) ficoba: Option<FicobaTable>,
    #[serde(default, deserialize_with = "table_or_nothing")]
    pub(super) r2p: Option<R2pTable>,
}

/// How a certificate is recognised.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certificate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) common_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<String>,
    /// First day on which it is accepted.
    #[serde(default, deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Date>,
    /// Last day on which it is.
    #[serde(default, deserialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Date>,
}

/// The application at the gateway.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationTable {
    pub(super) name: Option<String>,
    pub(super) key: Option<String>,
    pub(super) secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id_teleservice: Option<String>,
}

/// What is opened of FICOBA.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FicobaTable {
    pub(super) quota: NonZeroU32,
    pub(super) motifs: Vec<String>,
    pub(super) modalities: Vec<ficoba::Modality>,
    pub(super) scopes: Vec<ficoba::DataScope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) establishment: Option<String>,
}

/// What is opened of R2P.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct R2pTable {
    pub(super) quota: NonZeroU32,
    pub(super) legal_basis: r2p::LegalBasis,
    pub(super) modes: Vec<r2p::Mode>,
    pub(super) restitution: r2p::Restitution,
    pub(super) scopes: Vec<r2p::Scope>,
}

impl File {
    /// The file that would describe this convention; a state imposed at run time is in no file.
    pub(super) fn of(convention: &Convention) -> Self {
        let certificate = |rule: &CertificateRule| Certificate {
            common_name: rule.common_name.clone(),
            subject: rule.subject.clone(),
            issuer: rule.issuer.clone(),
            fingerprint: rule.fingerprint.map(|fingerprint| fingerprint.to_string()),
            from: rule.from.map(day_of),
            until: rule.until.and_then(|end| day_of(end).yesterday().ok()),
        };
        let Application { name, key, secret, id_teleservice } = convention.application.clone();
        let ficoba = |grant: &ficoba::Grant| FicobaTable {
            quota: grant.quota,
            motifs: grant.motifs.iter().map(ToString::to_string).collect(),
            modalities: grant.modalities.iter().collect(),
            scopes: grant.scopes.iter().collect(),
            establishment: grant.establishment.map(|bank| bank.as_str().to_owned()),
        };
        let r2p = |grant: &r2p::Grant| R2pTable {
            quota: grant.quota,
            legal_basis: grant.legal_basis,
            modes: grant.modes.iter().collect(),
            restitution: grant.restitution,
            scopes: grant.scopes.iter().collect(),
        };
        Self {
            id: convention.id.clone(),
            organisation: convention.organisation.clone(),
            title: convention.title.clone(),
            siret: convention.siret.to_string(),
            networks: Some(convention.networks.iter().map(ToString::to_string).collect()),
            certificates: convention.certificates.iter().map(certificate).collect(),
            application: ApplicationTable {
                name: Some(name),
                key: Some(key),
                secret: Some(secret),
                id_teleservice,
            },
            life: convention.life.dates(),
            ficoba: convention.ficoba.as_ref().map(ficoba),
            r2p: convention.r2p.as_ref().map(r2p),
        }
    }
}

fn table_or_nothing<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(bound = "T: Deserialize<'de>")]
    struct Table<T>(#[serde(deserialize_with = "table")] T);
    Option::<Table<T>>::deserialize(deserializer).map(|found| found.map(|Table(inner)| inner))
}
