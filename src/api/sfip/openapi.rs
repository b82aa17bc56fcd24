//! SFiP's OpenAPI 3.1 document, made from the tables that the code works with.

use serde_json::json;
use utoipa::openapi::{
    Components, ObjectBuilder, OpenApi, RefOr, Required, Response, Schema, Type,
    path::{Operation, ParameterIn},
};

use super::{
    INFORMATION, LEP, MEDIA, RESOURCES,
    fault::FaultKind,
    parameter::{PATH, QUERY},
};
use crate::{
    api::{
        Resource,
        document::{self, correlation, header, parameter, response},
        person::Parameter,
        refused,
        schema::{self, reference, text},
    },
    rights::{ApiId, sfip::Scope},
};

/// The document.
pub fn openapi() -> OpenApi {
    document::document(ApiId::Sfip, "SFiP", ABOUT, &RESOURCES, operation)
        .components(Some(components()))
        .build()
}

fn operation(resource: &Resource) -> Operation {
    let (summary, description, answer) = match resource.operation {
        INFORMATION => ("Disponibilité de l'API", "Dit si l'API répond.", "Information"),
        LEP => (
            "Éligibilité au livret d'épargne populaire (02GA)",
            "« O » si le revenu fiscal de référence d'une année ne dépasse pas le plafond d'un barème, « N » sinon.",
            "Indicateur",
        ),
        _ => (
            "Situation à l'impôt sur le revenu (02AA)",
            "Situation de famille et premier déclarant de la dernière imposition.",
            "Situation",
        ),
    };
    let tag = if resource.operation == INFORMATION { "Information" } else { "SFiP" };
    let path: &[&'static Parameter] = if resource.operation == LEP { &PATH } else { &[] };
    let query: &[&'static Parameter] = if resource.operation == INFORMATION { &[] } else { &QUERY };
    let mut operation = document::operation(resource.operation, tag, summary, description)
        .security(document::security(resource))
        .parameter(correlation("", "62d8e8ff-ce4f-4e50-b318-1edd2dab0f9f"));
    if resource.operation != INFORMATION {
        operation = operation.parameter(teleservice());
    }
    let own = |kind: &&FaultKind| kind.is_of(resource) && **kind != FaultKind::Failure;
    let own = FaultKind::ALL.iter().filter(own);
    let own = own.filter(|kind| resource.operation != INFORMATION || !kind.is_of_a_person());
    let mut statuses: Vec<u16> = own.map(|kind| kind.line().status.as_u16()).collect();
    statuses.dedup();
    let operation = operation
        .parameters(Some(path.iter().map(|one| parameter(one, ParameterIn::Path, true))))
        .parameters(Some(query.iter().map(|one| parameter(one, ParameterIn::Query, false))))
        .response("200", response("La réponse", [(MEDIA, reference(answer))]));
    statuses
        .into_iter()
        .fold(operation, |operation, status| {
            operation.response(status.to_string(), refusal(resource, status))
        })
        .response(
            "401",
            document::refused_by_gateway("Refus de la passerelle : certificat, jeton, téléservice"),
        )
        .response("429", document::refused_by_gateway("Quota de la minute épuisé"))
        .response("default", either(&refused::about()))
        .build()
}

/// An answer of SFiP's own; the gateway refuses with 400 and 403 too.
fn refusal(resource: &Resource, status: u16) -> Response {
    let own = FaultKind::ALL.iter().filter(|kind| kind.is_of(resource));
    let described = document::codes(own.map(|kind| kind.line()), status);
    match status {
        400 | 403 => either(&described),
        _ => response(&described, [(MEDIA, reference("Erreur"))]),
    }
}

/// A refusal of SFiP or of the gateway, each in its own media type.
fn either(description: &str) -> Response {
    let gateway = ("application/json", reference(refused::SCHEMA));
    response(description, [(MEDIA, reference("Erreur")), gateway])
}

fn teleservice() -> utoipa::openapi::path::Parameter {
    let about = "Identifiant de téléservice de la convention";
    header("ID_Teleservice", about, Required::True, example("SFIP_LEP"))
}

fn components() -> Components {
    let letters = |letters: &[&str]| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(letters.iter().map(|letter| json!(letter))))
    };
    let indicator =
        ObjectBuilder::new().property("statut", letters(&["O", "N"])).required("statut");
    let situation = ObjectBuilder::new()
        .property("sitFam", letters(&["C", "D", "M", "O", "V"]))
        .property("nmNaiDec1", example("DUBIGNOT"))
        .property("prnmDec1", example("Jean Philippe Arnaud"))
        .property("rev", income())
        .required("sitFam")
        .required("nmNaiDec1")
        .required("prnmDec1")
        .required("rev");
    let information = ObjectBuilder::new()
        .property("descriptif", example("L'API est opérationnelle"))
        .required("descriptif");
    let components = document::components()
        .schema("Information", information.build())
        .schema("Indicateur", indicator.build())
        .schema("Situation", situation.build())
        .schema("Erreur", error());
    let scopes = Scope::ALL.iter().map(|scope| (scope.as_str(), scope.label()));
    document::security_schemes(components, scopes).build()
}

fn income() -> ObjectBuilder {
    let number = |kind: Type| ObjectBuilder::new().schema_type(kind);
    ObjectBuilder::new()
        .description(Some("Vide, sauf avec le réglage sfip.extended_income"))
        .property("anneeRevenus", number(Type::Integer))
        .property("revenuFiscalReference", number(Type::Integer))
        .property("nombreParts", number(Type::Number))
}

fn error() -> Schema {
    let code = schema::int32(document::numbers(FaultKind::LINES));
    let message = example("Une erreur est survenue");
    let error = schema::error(code, message, example("2022-01-20T13:03:01"));
    ObjectBuilder::new().property("erreur", error).required("erreur").into()
}

fn example(example: &str) -> RefOr<Schema> {
    text("", None, None, example)
}

const ABOUT: &str = "Services des finances publiques : émulation hors ligne, sur données fictives, non officielle. Les trois ressources du \
    contrat publié : disponibilité, éligibilité au livret d'épargne populaire (02GA), situation à l'impôt sur le revenu \
    (02AA). La recherche de personnes qui remplace celle de R2P n'est pas publiée : elle n'est pas ici.";
