//! Schemas that the APIs' documents have in common.

use utoipa::openapi::{
    ObjectBuilder, Ref, RefOr, Schema, Type,
    schema::{KnownFormat, SchemaFormat},
};

/// An integer of 32 bits.
pub(super) fn int32(object: ObjectBuilder) -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int32);
    object.schema_type(Type::Integer).format(Some(format))
}

/// What stands under `erreur`.
pub(super) fn error(
    code: impl Into<RefOr<Schema>>,
    message: RefOr<Schema>,
    stamp: RefOr<Schema>,
) -> ObjectBuilder {
    ObjectBuilder::new()
        .property("code", code)
        .property("message", message)
        .property("horodatage", stamp)
        .required("code")
        .required("message")
        .required("horodatage")
}

pub(super) fn reference(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

/// A text; an empty description is none.
pub(super) fn text(
    about: &str,
    pattern: Option<String>,
    most: Option<usize>,
    example: &str,
) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description((!about.is_empty()).then_some(about))
        .pattern(pattern)
        .max_length(most)
        .examples([example])
        .into()
}
