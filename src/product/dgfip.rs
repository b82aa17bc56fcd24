//! The gateway as the DGFiP itself shows it: codes, messages, statuses and headers of WSO2 API Manager 3.x, in the DGFiP's own
//! envelope, `{"erreur":{"code":...,"message":...,"horodatage":...}}`, always JSON.
//!
//! Sources: the response `defaultErrorApim` of FICOBA's OpenAPI of 2025-01-24, and an answer of production with HTTP 500 that
//! a public consumer keeps in its tests. No description, no type, no end of the window: `Retry-After` alone says when to
//! come back.

use jiff::{Timestamp, Zoned};
use serde::Serialize;

use super::{
    Pointers, Product,
    codes::Family,
    fault::{JSON, ProductFault, WrittenFault},
    wso2_3,
};
use crate::clock;

pub(super) const PRODUCT: Product = Product {
    name: "dgfip",
    label: "DGFiP (WSO2 API Manager 3.x, enveloppe « erreur »)",
    write,
    negotiate: None,
    pointers: Pointers { code: "/erreur/code", text: "/erreur/message" },
    demands_correlation: true,
    bearer_any_case: true,
    ..wso2_3::PRODUCT
};

#[derive(Serialize)]
struct DgfipEnvelope<'a> {
    erreur: Erreur<'a>,
}

#[derive(Serialize)]
struct Erreur<'a> {
    code: u32,
    message: &'a str,
    horodatage: String,
}

fn write(fault: &ProductFault<'_>) -> WrittenFault {
    let stamp = match fault.code.family {
        Family::Mediation => mediator_stamp,
        Family::Security | Family::Throttling { .. } | Family::Blocked | Family::Other => stamp,
    };
    let erreur = Erreur {
        code: fault.code.number,
        message: fault.code.message,
        horodatage: stamp(fault.now),
    };
    (
        JSON,
        serde_json::to_string(&DgfipEnvelope { erreur })
            .expect("numbers and texts are always JSON"),
    )
}

/// The hour of Paris with its offset, to the second: `2021-06-16T18:50:58+02:00`.
fn stamp(now: Timestamp) -> String {
    paris(now).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The same by another mediator, whose pattern `yyyy-MM-DD'T'HH:mm:ssZ` asks Java for the day of the *year*, and for an
/// offset without a colon: `2021-06-167T18:57:37+0200`.
fn mediator_stamp(now: Timestamp) -> String {
    let now = paris(now);
    let (month, day, hour) = (now.strftime("%Y-%m"), now.day_of_year(), now.strftime("%H:%M:%S%z"));
    format!("{month}-{day:02}T{hour}")
}

fn paris(now: Timestamp) -> Zoned {
    now.to_zoned(clock::paris())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::{FaultTarget, codes};

    fn written(code: &'static crate::product::GatewayCode, now: &str) -> String {
        let target = FaultTarget { context: "", version: "", endpoint: "", template: "" };
        let (description, now) = (code.description, now.parse().unwrap());
        write(&ProductFault { code, description, target, next_access: Some(now), now }).1
    }

    #[test]
    fn each_published_example_is_written_to_the_letter() {
        for (code, now, example) in [
            (
                &codes::INVALID_CREDENTIALS,
                "2021-06-16T16:50:58Z",
                r#"{"erreur":{"code":900901,"message":"Invalid Credentials","horodatage":"2021-06-16T18:50:58+02:00"}}"#,
            ),
            (
                &codes::MISSING_CREDENTIALS,
                "2021-06-16T16:52:12Z",
                r#"{"erreur":{"code":900902,"message":"Missing Credentials","horodatage":"2021-06-16T18:52:12+02:00"}}"#,
            ),
            (
                &codes::MISSING_SCOPE,
                "2020-11-06T09:50:03.9Z",
                r#"{"erreur":{"code":900910,"message":"The access token does not allow you to access the requested resource","horodatage":"2020-11-06T10:50:03+01:00"}}"#,
            ),
            (
                &codes::MISSING_CORRELATION,
                "2021-06-16T16:57:37Z",
                r#"{"erreur":{"code":910000,"message":"Le paramètre X-Correlation-ID n'est pas présent dans le header HTTP","horodatage":"2021-06-167T18:57:37+0200"}}"#,
            ),
            (
                &codes::SUBSCRIPTION_QUOTA,
                "2021-05-06T18:55:58Z",
                r#"{"erreur":{"code":900804,"message":"Message throttled out","horodatage":"2021-05-06T20:55:58+02:00"}}"#,
            ),
            (
                &codes::ENDPOINT_SUSPENDED,
                "2025-02-05T08:39:22Z",
                r#"{"erreur":{"code":303001,"message":"Runtime Error","horodatage":"2025-02-05T09:39:22+01:00"}}"#,
            ),
        ] {
            assert_eq!(written(code, now), example);
        }
    }

    #[test]
    fn the_day_of_the_year_has_two_digits_at_least() {
        for (now, stamp) in [
            ("2026-01-04T23:00:00Z", "2026-01-05T00:00:00+0100"),
            ("2026-04-09T12:00:00Z", "2026-04-99T14:00:00+0200"),
            ("2026-04-10T12:00:00Z", "2026-04-100T14:00:00+0200"),
            ("2028-12-31T12:00:00Z", "2028-12-366T13:00:00+0100"),
            ("2026-12-31T23:30:00Z", "2027-01-01T00:30:00+0100"),
        ] {
            assert_eq!(mediator_stamp(now.parse().unwrap()), stamp);
        }
    }
}
