//! The filter of the journal's page: the admin API's names, but a field left empty is no filter.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::{
    admission::Control,
    console::pages::show,
    journal::{Filter, Since},
};

/// What the form asks, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FilterRequest {
    pub(super) partner: String,
    pub(super) api: String,
    pub(super) operation: String,
    pub(super) status: String,
    pub(super) code: String,
    pub(super) control: String,
    pub(super) correlation_id: String,
    /// The period, in the hour of Paris: from this moment on, and up to that one.
    pub(super) depuis: String,
    pub(super) jusque: String,
    /// Entries before this number only.
    avant: String,
}

impl FilterRequest {
    /// The filter, or what cannot be read of it.
    pub(super) fn filter(&self) -> Result<Filter, String> {
        let given =
            |field: &String| Some(field.trim().to_owned()).filter(|field| !field.is_empty());
        let status = given(&self.status).map(|status| status.parse::<u16>());
        let status = status
            .transpose()
            .map_err(|_| "Statut HTTP : un nombre est attendu, comme 403.".to_owned())?;
        let control = match given(&self.control) {
            None => None,
            Some(name) => {
                Some(Control::named(&name).ok_or("Contrôle : aucun ne porte ce nom.".to_owned())?)
            }
        };
        let moment = |typed: &str, label: &str| {
            match typed.trim() {
            "" => Ok(None),
            typed => show::moment(typed).map(Some).ok_or_else(|| {
                format!("{label} : une date et une heure de Paris sont attendues, comme 2026-11-22T11:00.")
            }),
        }
        };
        let (since, until) = (moment(&self.depuis, "À partir de")?, moment(&self.jusque, "Avant")?);
        if let (Some(since), Some(until)) = (since, until)
            && since >= until
        {
            return Err("Avant : ce moment doit suivre celui d'« À partir de ».".to_owned());
        }
        Ok(Filter {
            partner: given(&self.partner),
            api: given(&self.api),
            operation: given(&self.operation),
            status,
            code: given(&self.code),
            control,
            correlation_id: given(&self.correlation_id),
            since: since.map(Since::Time),
            until,
            ..Filter::default()
        })
    }

    pub(super) fn before(&self) -> Option<u64> {
        self.avant.parse().ok()
    }

    /// Whether the newest entries are asked: those that the live view refreshes.
    pub(super) fn is_first_page(&self) -> bool {
        self.before().is_none()
    }

    /// Whether anything is left out.
    pub(super) fn is_narrow(&self) -> bool {
        self.fields().any(|(_, value)| !value.is_empty())
    }

    /// This filter at another address.
    pub(super) fn address(&self, path: &str, before: Option<u64>) -> String {
        let encode = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        let fields = self.fields().filter(|(_, value)| !value.is_empty());
        let mut pairs: Vec<_> =
            fields.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        pairs.extend(before.map(|before| format!("avant={before}")));
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("partner", &self.partner),
            ("api", &self.api),
            ("operation", &self.operation),
            ("status", &self.status),
            ("code", &self.code),
            ("control", &self.control),
            ("correlation_id", &self.correlation_id),
            ("depuis", &self.depuis),
            ("jusque", &self.jusque),
        ]
        .into_iter()
        .map(|(name, value)| (name, value.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_left_empty_is_no_filter() {
        let request =
            FilterRequest { partner: " editeur-demo ".to_owned(), ..FilterRequest::default() };
        let filter = request.filter().unwrap();
        assert_eq!(
            (filter.partner.as_deref(), filter.api, filter.status),
            (Some("editeur-demo"), None, None)
        );
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let status = FilterRequest { status: "abc".to_owned(), ..FilterRequest::default() };
        assert!(status.filter().unwrap_err().contains("Statut"));
        let control = FilterRequest { control: "x".to_owned(), ..FilterRequest::default() };
        assert!(control.filter().unwrap_err().contains("Contrôle"));
        let period = |depuis: &str, jusque: &str| {
            let (depuis, jusque) = (depuis.to_owned(), jusque.to_owned());
            FilterRequest { depuis, jusque, ..FilterRequest::default() }.filter()
        };
        assert!(period("hier", "").unwrap_err().starts_with("À partir de : "));
        assert!(period("", "x").unwrap_err().starts_with("Avant : "));
        assert!(
            period("2026-11-22T11:00", "2026-11-22T11:00").unwrap_err().contains("doit suivre")
        );
        let both = period("2026-11-22T11:00", "2026-11-22T12:00").unwrap();
        assert_eq!(both.until, Some("2026-11-22T11:00:00Z".parse().unwrap()));
    }

    #[test]
    fn an_address_carries_the_filter_whatever_its_characters() {
        let request = FilterRequest { code: "<&\"é".to_owned(), ..FilterRequest::default() };
        assert_eq!(request.address("/journal", Some(7)), "/journal?code=%3C%26%22%C3%A9&avant=7");
    }
}
