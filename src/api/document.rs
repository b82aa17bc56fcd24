//! What the APIs' OpenAPI 3.1 documents have in common; an API adds its operations and its schemas.

use http::Method;
use serde_json::json;
use utoipa::openapi::{
    ComponentsBuilder, Content, HttpMethod, InfoBuilder, LicenseBuilder, ObjectBuilder,
    OpenApiBuilder, PathsBuilder, RefOr, Required, Response, ResponseBuilder, Schema,
    ServerBuilder, Type,
    path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem},
    security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityRequirement, SecurityScheme},
};

use super::{
    Resource,
    fault_table::FaultLine,
    person, refused,
    schema::{reference, text},
};
use crate::rights::ApiId;

/// The document of these resources, on the gateway where `serve` puts it by default.
pub(super) fn document(
    api: ApiId,
    title: &str,
    about: &str,
    resources: &[Resource],
    operation: impl Fn(&Resource) -> Operation,
) -> OpenApiBuilder {
    const LICENSE: &str = "MIT OR Apache-2.0";
    let license = LicenseBuilder::new().name(LICENSE).identifier(Some(LICENSE)).build();
    let info = InfoBuilder::new()
        .title(title)
        .version(api.version())
        .description(Some(about))
        .license(Some(license))
        .build();
    let server = ServerBuilder::new()
        .url(format!("{GATEWAY}{}", api.context()))
        .description(Some("La passerelle de bacasable"));
    let paths = resources.iter().fold(PathsBuilder::new(), |paths, one| {
        let method = if one.method == Method::POST { HttpMethod::Post } else { HttpMethod::Get };
        paths.path(one.template, PathItem::new(method, operation(one)))
    });
    OpenApiBuilder::new().info(info).servers(Some([server.build()])).paths(paths.build())
}

/// The head of an operation.
pub(super) fn operation(id: &str, tag: &str, summary: &str, about: &str) -> OperationBuilder {
    OperationBuilder::new()
        .operation_id(Some(id))
        .tag(tag)
        .summary(Some(summary))
        .description(Some(about))
}

/// The schemas of an API, with that of the gateway's refusals.
pub(super) fn components() -> ComponentsBuilder {
    ComponentsBuilder::new().schema(refused::SCHEMA, refused::schema())
}

/// The two things that a caller shows, as [`security`] asks them: a token of these scopes (name, what it opens), and a certificate.
pub(super) fn security_schemes<'a>(
    components: ComponentsBuilder,
    scopes: impl Iterator<Item = (&'a str, &'a str)>,
) -> ComponentsBuilder {
    let certificate = SecurityScheme::MutualTls {
        description: Some("Certificat client du partenaire".to_owned()),
        deprecated: None,
        extensions: None,
    };
    let token = OAuth2::new([client_credentials(&format!("{GATEWAY}/token"), scopes)]);
    components
        .security_scheme(TOKEN, SecurityScheme::OAuth2(token))
        .security_scheme(CERTIFICATE, certificate)
}

/// What a call of this resource shows.
pub(super) fn security(resource: &Resource) -> SecurityRequirement {
    SecurityRequirement::new(TOKEN, resource.scope).add(CERTIFICATE, [] as [&str; 0])
}

/// The flow of the gateway's `POST /token`.
pub(super) fn client_credentials<'a>(
    url: &str,
    scopes: impl Iterator<Item = (&'a str, &'a str)>,
) -> Flow {
    Flow::ClientCredentials(ClientCredentials::new(url, Scopes::from_iter(scopes)))
}

/// A header of requests.
pub(super) fn header(
    name: &str,
    about: &str,
    required: Required,
    schema: impl Into<RefOr<Schema>>,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(about))
        .schema(Some(schema))
        .build()
}

/// `X-Correlation-ID`, with the published pattern.
pub(super) fn correlation(about: &str, example: &str) -> Parameter {
    header(
        "X-Correlation-ID",
        "Identifiant de corrélation de la requête, rendu dans la réponse",
        Required::True,
        text(about, Some(UUID.to_owned()), None, example),
    )
}

/// A parameter that describes a person.
pub(super) fn parameter(
    parameter: &person::Parameter,
    place: ParameterIn,
    required: bool,
) -> Parameter {
    let form = parameter.form;
    ParameterBuilder::new()
        .name(parameter.name)
        .parameter_in(place)
        .required(if required { Required::True } else { Required::False })
        .description(Some(format!("{} ({})", parameter.description, form.expected())))
        .schema(Some(text("", form.pattern(), form.most(), parameter.example)))
        .build()
}

/// A response that is one of these, each in its media type.
pub(super) fn response<S: Into<RefOr<Schema>>>(
    about: &str,
    contents: impl IntoIterator<Item = (&'static str, S)>,
) -> Response {
    let response = ResponseBuilder::new().description(about);
    let contents = contents.into_iter();
    contents
        .fold(response, |response, (media, schema)| {
            response.content(media, Content::new(Some(schema)))
        })
        .build()
}

/// A refusal of the gateway.
pub(super) fn refused_by_gateway(about: &str) -> Response {
    response(about, [("application/json", reference(refused::SCHEMA))])
}

/// The codes of a status, each with its message.
pub(super) fn codes<'a>(lines: impl Iterator<Item = &'a FaultLine>, status: u16) -> String {
    let of = lines.filter(|line| line.status == status);
    let described: Vec<_> = of.map(|line| format!("`{}` {}", line.code, line.abridged())).collect();
    described.join(" ; ")
}

/// The codes of a table as numbers, each once.
pub(super) fn numbers(lines: &[FaultLine]) -> ObjectBuilder {
    let mut all: Vec<_> = lines.iter().map(FaultLine::number).collect();
    all.sort_unstable();
    all.dedup();
    let all = all.into_iter().map(|number| json!(number));
    ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(all))
}

/// Where `serve` listens by default.
const GATEWAY: &str = "https://localhost:8443";

const TOKEN: &str = "oauth2";
const CERTIFICATE: &str = "certificat";

const UUID: &str = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
