//! A convention's file as it is written, before it is checked; a convention can be written as one again.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Application, CertificateRule, Convention,
    life::{Dates, date, day_of},
};
use crate::{
    fixtures::table,
    rights::{self, ApiId, Grants, each_api},
};

/// A file has one table per API, under the name of the API.
macro_rules! declare {
    ($($(#[$doc:meta])* $variant:ident = $module:ident,)+) => {
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
            $(#[serde(default, deserialize_with = "table_or_nothing")]
            $module: Option<rights::$module::Table>,)+
        }

        impl File {
            /// The file that would describe this convention; a state imposed at run time is in no file.
            pub(super) fn new(convention: &Convention) -> Self {
                Self {
                    id: convention.id.clone(),
                    organisation: convention.organisation.clone(),
                    title: convention.title.clone(),
                    siret: convention.siret.to_string(),
                    networks: Some(convention.networks.iter().map(ToString::to_string).collect()),
                    certificates: convention.certificates.iter().map(Into::into).collect(),
                    application: convention.application.clone().into(),
                    life: convention.life.dates(),
                    $($module: convention.grants.$module.as_ref().map(Into::into),)+
                }
            }

            /// What the tables of the APIs, taken out of the file, grant; `fault` has the keys that are wrong and what they are.
            pub(super) fn grants(&mut self, fault: &mut dyn FnMut(String, String)) -> Grants {
                Grants {
                    $($module: self.$module.take().and_then(|table| {
                        table.check(&mut |key, message| {
                            fault(format!("{}.{key}", ApiId::$variant), message);
                        })
                    }),)+
                }
            }
        }
    };
}
each_api!(declare);

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

impl From<&CertificateRule> for Certificate {
    fn from(rule: &CertificateRule) -> Self {
        Self {
            common_name: rule.common_name.clone(),
            subject: rule.subject.clone(),
            issuer: rule.issuer.clone(),
            fingerprint: rule.fingerprint.map(|fingerprint| fingerprint.to_string()),
            from: rule.from.map(day_of),
            until: rule.until.and_then(|end| day_of(end).yesterday().ok()),
        }
    }
}

impl From<Application> for ApplicationTable {
    fn from(Application { name, key, secret, id_teleservice }: Application) -> Self {
        Self { name: Some(name), key: Some(key), secret: Some(secret), id_teleservice }
    }
}

fn table_or_nothing<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(bound = "T: Deserialize<'de>")]
    struct InTable<T>(#[serde(deserialize_with = "table")] T);
    Option::<InTable<T>>::deserialize(deserializer).map(|found| found.map(|InTable(inner)| inner))
}
