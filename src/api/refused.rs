//! The gateway's own refusals, as the APIs' OpenAPI documents describe them: in the envelope of the default dialect.

use utoipa::openapi::{ObjectBuilder, Schema};

use super::schema::{error, int32, text};
use crate::product::codes::{self, GatewayCode};

pub(crate) const SCHEMA: &str = "FautePasserelle";

/// `{"erreur":{"code","message","horodatage"}}` for any of the gateway's codes.
pub(super) fn schema() -> Schema {
    let code = int32(ObjectBuilder::new())
        .description(Some("Code de la passerelle"))
        .examples([codes::INVALID_CREDENTIALS.number]);
    let message = codes::INVALID_CREDENTIALS.message;
    let erreur = error(
        code,
        text("Ce qui est refusé", None, None, message),
        text("Heure de Paris, avec son décalage", None, None, "2021-06-16T18:50:58+02:00"),
    )
    .description(Some("Le refus"));
    ObjectBuilder::new()
        .description(Some("Refus de la passerelle"))
        .property("erreur", erreur)
        .required("erreur")
        .into()
}

/// What the gateway can answer, one code a line.
pub(super) fn about() -> String {
    let met = [
        &codes::INVALID_CREDENTIALS,
        &codes::MISSING_CREDENTIALS,
        &codes::ADDRESS_BLOCKED,
        &codes::SUBSCRIPTION_BLOCKED,
        &codes::FORBIDDEN,
        &codes::MISSING_SCOPE,
        &codes::SUBSCRIPTION_QUOTA,
        &codes::MISSING_CORRELATION,
        &codes::ENDPOINT_SUSPENDED,
    ];
    let line = |code: &&GatewayCode| {
        format!("\n* `{}` ({}) « {} »", code.number, code.status.as_u16(), code.message.trim_end())
    };
    met.iter().map(line).fold("Refus de la passerelle :\n".to_owned(), |text, line| text + &line)
}
