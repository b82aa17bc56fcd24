//! The gateway's own refusals, as the APIs' OpenAPI documents describe them: in the envelope of the default dialect.

use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema, Type,
    schema::{KnownFormat, SchemaFormat},
};

use crate::product::codes::{self, GatewayCode};

/// The name of the schema.
pub(crate) const SCHEMA: &str = "FautePasserelle";

/// `{"erreur":{"code","message","horodatage"}}` for any of the gateway's codes.
pub(super) fn schema() -> Schema {
    let code = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .description(Some("Code de la passerelle"))
        .examples([codes::INVALID_CREDENTIALS.number]);
    let text = |about: &str, example: &str| -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.description(Some(about)).examples([example]).into()
    };
    let erreur = ObjectBuilder::new()
        .description(Some("Le refus"))
        .property("code", code)
        .property("message", text("Ce qui est refusé", codes::INVALID_CREDENTIALS.message))
        .property(
            "horodatage",
            text("Heure de Paris, avec son décalage", "2021-06-16T18:50:58+02:00"),
        )
        .required("code")
        .required("message")
        .required("horodatage");
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
