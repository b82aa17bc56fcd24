//! Short words for the schemas of the console's OpenAPI that are no type's own: parameters, and shapes that no derive expresses.

use utoipa::{
    ToSchema,
    openapi::{
        ArrayBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, Type,
        schema::{AdditionalProperties, AnyOfBuilder, SchemaType},
    },
};

/// A schema, or a reference to one.
pub(super) type Shape = RefOr<Schema>;

pub(super) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

pub(super) fn day() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
}

/// A whole number.
pub(super) fn integer() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer)
}

/// A whole number from `least` to `most`.
pub(super) fn integer_from(least: i64, most: i64) -> ObjectBuilder {
    integer().minimum(Some(least)).maximum(Some(most))
}

/// Yes or no.
pub(super) fn boolean() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Boolean)
}

/// One of these texts.
pub(super) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    text().enum_values(Some(names.into_iter().map(str::to_owned)))
}

/// What an order may give as null, which means what its absence does.
pub(super) fn nullable(shape: impl Into<Shape>) -> Shape {
    let null = ObjectBuilder::new().schema_type(Type::Null);
    AnyOfBuilder::new().item(shape.into()).item(null).into()
}

/// The same, or null.
pub(super) fn or_null(shape: ObjectBuilder, kind: Type) -> ObjectBuilder {
    shape.schema_type(SchemaType::from_iter([kind, Type::Null]))
}

/// A list of these.
pub(super) fn list(items: impl Into<Shape>) -> Shape {
    ArrayBuilder::new().items(items.into()).into()
}

/// An object with members of any name and this shape.
pub(super) fn map(values: impl Into<Shape>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(values.into()))
}

/// An object that has these members; `optional` adds more, [`closed`] refuses others.
pub(super) fn object<const N: usize>(members: [(&str, Shape); N]) -> ObjectBuilder {
    let object = ObjectBuilder::new().schema_type(Type::Object);
    members
        .into_iter()
        .fold(object, |object, (name, shape)| object.property(name, shape).required(name))
}

/// The same object, which may have these members too.
pub(super) fn optional<'a>(
    object: ObjectBuilder,
    members: impl IntoIterator<Item = (&'a str, Shape)>,
) -> ObjectBuilder {
    members.into_iter().fold(object, |object, (name, shape)| object.property(name, shape))
}

/// The same object, which has no other member.
pub(super) fn closed(object: ObjectBuilder) -> ObjectBuilder {
    object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}

/// The schema of a type, by its name: what uses it describes it ([`super::endpoint::Endpoint::describes`]).
pub(super) fn the<T: ToSchema>() -> Shape {
    Ref::from_schema_name(T::name()).into()
}
