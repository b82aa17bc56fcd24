//! The schemas of answers, drawn from their table. A test compares it with what answers hold.

use std::collections::BTreeMap;

use utoipa::openapi::{
    KnownFormat, Object, Ref, SchemaFormat,
    schema::{ArrayBuilder, ObjectBuilder, Type},
};

use super::super::{
    anomaly::Code,
    restitution::{
        MESSAGES, Property, PropertyKind,
        PropertyKind::{Integer, Long, Many, Number, One, Text},
        RECORDS,
    },
};
use crate::rights::ficoba::DataScope;

/// Every schema of answers, by name.
pub(super) fn schemas() -> BTreeMap<String, Object> {
    MESSAGES
        .iter()
        .chain(RECORDS)
        .map(|(name, about, properties)| ((*name).to_owned(), object(about, properties)))
        .collect()
}

/// What a data scope opens, in French.
pub(super) fn scope(scope: DataScope) -> &'static str {
    match scope {
        DataScope::EtatCivilDenomination => {
            "état civil des personnes physiques, désignation des personnes morales"
        }
        DataScope::Adresse => "adresse des titulaires",
        DataScope::Compte => "compte et ses caractéristiques",
        DataScope::EtablissementBancaire => "établissement et guichet gestionnaires",
        DataScope::Date => "droit sur le compte et ses dates",
        DataScope::RestitutionVerification => "oui ou non d'une vérification",
        DataScope::NombreComptes => "multi-détention : nombre de comptes",
        DataScope::Iban => "multi-détention : IBAN",
        DataScope::DateOuverture => "multi-détention : dates d'ouverture",
        DataScope::MotifOuverture => "multi-détention : motif d'ouverture",
    }
}

fn object(about: &str, properties: &[Property]) -> Object {
    let drawn = ObjectBuilder::new().schema_type(Type::Object).description(Some(about));
    properties
        .iter()
        .fold(drawn, |drawn, (name, kind, about)| property(drawn, name, kind, about))
        .build()
}

fn property(drawn: ObjectBuilder, name: &str, kind: &PropertyKind, about: &str) -> ObjectBuilder {
    let plain = |kind: Type| ObjectBuilder::new().schema_type(kind).description(Some(about));
    let sized = |kind, format| plain(kind).format(Some(SchemaFormat::KnownFormat(format)));
    match kind {
        Text if name == "code" => drawn.property(
            name,
            plain(Type::String).enum_values(Some(Code::ALL.iter().map(|code| code.as_str()))),
        ),
        Text => drawn.property(name, plain(Type::String)),
        Integer => drawn.property(name, sized(Type::Integer, KnownFormat::Int32)),
        Long => drawn.property(name, sized(Type::Integer, KnownFormat::Int64)),
        Number => drawn.property(name, sized(Type::Number, KnownFormat::Double)),
        PropertyKind::Object => drawn.property(name, plain(Type::Object)),
        One(schema) => {
            let mut reference = Ref::from_schema_name(*schema);
            reference.description = about.to_owned();
            drawn.property(name, reference)
        }
        Many(schema) => {
            let array =
                ArrayBuilder::new().items(Ref::from_schema_name(*schema)).description(Some(about));
            drawn.property(name, array)
        }
    }
}
