//! SFiP's OpenAPI 3.1 document, made from the tables that the code works with.

use serde_json::json;
use utoipa::openapi::{
    Components, ComponentsBuilder, Content, ContentBuilder, HttpMethod, Info, InfoBuilder,
    LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Paths, PathsBuilder, Ref, RefOr,
    Required, Response, ResponseBuilder, Schema, ServerBuilder, Type,
    path::{
        Operation, OperationBuilder, Parameter as Described, ParameterBuilder, ParameterIn,
        PathItem,
    },
    schema::{KnownFormat, SchemaFormat},
    security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityRequirement, SecurityScheme},
};

use super::{
    INFORMATION, LEP, MEDIA, RESOURCES,
    fault::Kind,
    parameter::{PATH, QUERY},
};
use crate::{
    api::{Resource, person::Parameter, refused},
    rights::{ApiId, sfip::Scope},
};

/// The document.
pub fn openapi() -> OpenApi {
    let server = ServerBuilder::new()
        .url(format!("{GATEWAY}{}", ApiId::Sfip.context()))
        .description(Some("La passerelle de bacasable"));
    OpenApiBuilder::new()
        .info(info())
        .servers(Some([server.build()]))
        .paths(paths())
        .components(Some(components()))
        .build()
}

fn info() -> Info {
    InfoBuilder::new()
        .title("SFiP")
        .version(ApiId::Sfip.version())
        .description(Some(
            "Services des finances publiques : émulation hors ligne, sur données fictives, non officielle. Les trois ressources du \
             contrat publié : disponibilité, éligibilité au livret d'épargne populaire (02GA), situation à l'impôt sur le revenu \
             (02AA). La recherche de personnes qui remplace celle de R2P n'est pas publiée : elle n'est pas ici.",
        ))
        .license(Some(
            LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build(),
        ))
        .build()
}

fn paths() -> Paths {
    let item = |resource: &Resource| PathItem::new(HttpMethod::Get, operation(resource));
    let all = RESOURCES.iter();
    all.fold(PathsBuilder::new(), |paths, one| paths.path(one.template, item(one))).build()
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
    let mut security = SecurityRequirement::new("oauth2", resource.scope);
    security = security.add("certificat", [] as [&str; 0]);
    let path: &[&'static Parameter] = if resource.operation == LEP { &PATH } else { &[] };
    let query: &[&'static Parameter] = if resource.operation == INFORMATION { &[] } else { &QUERY };
    let mut operation = OperationBuilder::new()
        .operation_id(Some(resource.operation))
        .summary(Some(summary))
        .description(Some(description))
        .tag(if resource.operation == INFORMATION { "Information" } else { "SFiP" })
        .security(security)
        .parameter(correlation());
    if resource.operation != INFORMATION {
        operation = operation.parameter(teleservice());
    }
    let own = |kind: &&Kind| kind.is_of(resource) && **kind != Kind::Failure;
    let own = Kind::ALL.iter().filter(own);
    let own = own.filter(|kind| resource.operation != INFORMATION || !kind.is_of_a_person());
    let mut statuses: Vec<u16> = own.map(|kind| kind.line().status.as_u16()).collect();
    statuses.dedup();
    let operation = operation
        .parameters(Some(path.iter().copied().map(|one| parameter(one, ParameterIn::Path))))
        .parameters(Some(query.iter().copied().map(|one| parameter(one, ParameterIn::Query))))
        .response("200", response("La réponse", answer));
    statuses
        .into_iter()
        .fold(operation, |operation, status| {
            operation.response(status.to_string(), refusal(resource, status))
        })
        .response("401", gateway("Refus de la passerelle : certificat, jeton, téléservice"))
        .response("429", gateway("Quota de la minute épuisé"))
        .response("default", either(&refused::about()))
        .build()
}

/// An answer of SFiP's own; the gateway refuses with 400 and 403 too.
fn refusal(resource: &Resource, status: u16) -> Response {
    let lines = Kind::ALL.iter().filter(|kind| kind.is_of(resource)).map(|kind| kind.line());
    let described: Vec<_> = lines
        .filter(|line| line.status.as_u16() == status)
        .map(|line| format!("`{}` {}", line.code, line.message))
        .collect();
    match status {
        400 | 403 => either(&described.join(" ; ")),
        _ => response(&described.join(" ; "), "Erreur"),
    }
}

/// A refusal of SFiP or of the gateway, each in its own media type.
fn either(description: &str) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content(MEDIA, content("Erreur"))
        .content("application/json", content(refused::SCHEMA))
        .build()
}

fn response(description: &str, schema: &str) -> Response {
    ResponseBuilder::new().description(description).content(MEDIA, content(schema)).build()
}

fn gateway(description: &str) -> Response {
    let content = content(refused::SCHEMA);
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

fn content(schema: &str) -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build()
}

fn parameter(parameter: &'static Parameter, place: ParameterIn) -> Described {
    let required = if place == ParameterIn::Path { Required::True } else { Required::False };
    let form = parameter.form;
    let schema = text(form.pattern(), form.most(), parameter.example);
    ParameterBuilder::new()
        .name(parameter.name)
        .parameter_in(place)
        .required(required)
        .description(Some(format!("{} ({})", parameter.description, form.expected())))
        .schema(Some(schema))
        .build()
}

fn correlation() -> Described {
    header(
        "X-Correlation-ID",
        "Identifiant de corrélation de la requête, rendu dans la réponse",
        text(Some(CORRELATION.to_owned()), None, "62d8e8ff-ce4f-4e50-b318-1edd2dab0f9f"),
    )
}

fn teleservice() -> Described {
    let about = "Identifiant de téléservice de la convention";
    header("ID_Teleservice", about, text(None, None, "SFIP_LEP"))
}

fn header(name: &str, description: &str, schema: RefOr<Schema>) -> Described {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn components() -> Components {
    let scopes = Scope::ALL.iter().map(|scope| (scope.as_str(), scope.label()));
    let flow = Flow::ClientCredentials(ClientCredentials::new(
        format!("{GATEWAY}/token"),
        Scopes::from_iter(scopes),
    ));
    let certificate = SecurityScheme::MutualTls {
        description: Some("Certificat client du partenaire".to_owned()),
        deprecated: None,
        extensions: None,
    };
    let described = |example: &str| text(None, None, example);
    let letters = |letters: &[&str]| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(letters.iter().map(|letter| json!(letter))))
    };
    let indicator =
        ObjectBuilder::new().property("statut", letters(&["O", "N"])).required("statut");
    let situation = ObjectBuilder::new()
        .property("sitFam", letters(&["C", "D", "M", "O", "V"]))
        .property("nmNaiDec1", described("DUBIGNOT"))
        .property("prnmDec1", described("Jean Philippe Arnaud"))
        .property("rev", income())
        .required("sitFam")
        .required("nmNaiDec1")
        .required("prnmDec1")
        .required("rev");
    let information = ObjectBuilder::new()
        .property("descriptif", described("L'API est opérationnelle"))
        .required("descriptif");
    ComponentsBuilder::new()
        .schema("Information", information.build())
        .schema("Indicateur", indicator.build())
        .schema("Situation", situation.build())
        .schema("Erreur", error())
        .schema(refused::SCHEMA, refused::schema())
        .security_scheme("oauth2", SecurityScheme::OAuth2(OAuth2::new([flow])))
        .security_scheme("certificat", certificate)
        .build()
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
    let mut codes: Vec<_> = Kind::ALL.iter().map(|kind| kind.line().number).collect();
    codes.sort_unstable();
    codes.dedup();
    let code = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .enum_values(Some(codes.into_iter().map(|code| json!(code))));
    let error = ObjectBuilder::new()
        .property("code", code)
        .property("message", text(None, None, "Une erreur est survenue"))
        .property("horodatage", text(None, None, "2022-01-20T13:03:01"))
        .required("code")
        .required("message")
        .required("horodatage");
    ObjectBuilder::new().property("erreur", error).required("erreur").into()
}

fn text(pattern: Option<String>, most: Option<usize>, example: &str) -> RefOr<Schema> {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    schema.pattern(pattern).max_length(most).examples([example]).into()
}

/// Where `serve` listens by default.
const GATEWAY: &str = "https://localhost:8443";

/// The published pattern of `X-Correlation-ID`.
const CORRELATION: &str =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
