//! R2P's OpenAPI 3.1 document, made from the tables that the code works with: parameters, keys, faults, resources.

use serde_json::{Value, json};
use utoipa::openapi::{
    Components, ComponentsBuilder, ContentBuilder, HttpMethod, Info, InfoBuilder, LicenseBuilder,
    ObjectBuilder, OpenApi, OpenApiBuilder, Paths, PathsBuilder, Ref, RefOr, Required, Response,
    ResponseBuilder, Schema, ServerBuilder, Type,
    path::{
        Operation, OperationBuilder, Parameter as Described, ParameterBuilder, ParameterIn,
        PathItem,
    },
    schema::AnyOfBuilder,
    security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityRequirement, SecurityScheme},
};

use super::{
    MEDIA, PAR_CRITERES, PAR_ETAT_CIVIL, PAR_SPI, RESOURCES, demande,
    fault::Kind,
    parameters,
    restitution::{Group, KEYS},
};
use crate::{
    api::{Resource, person::Parameter, refused},
    rights::{ApiId, r2p::Scope},
};

/// The document.
pub fn openapi() -> OpenApi {
    let server = ServerBuilder::new()
        .url(format!("{GATEWAY}{}", ApiId::R2p.context()))
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
        .title("API_R2P")
        .version(ApiId::R2p.version())
        .description(Some(
            "Recherche de personnes physiques : émulation hors ligne, sur données fictives, non officielle. Une personne \
             au plus est restituée ; la convention ouvre les modes d'interrogation et ce que la réponse contient. R2P est le \
             nom historique : depuis le 30/09/2025, les nouvelles demandes passent par l'API SFiP, qui reprend cette recherche. \
             Textes suivis : Swagger R2P v1, CGU R2P du 20/08/2022, CGU SFiP V4.0 du 20/06/2025. Ni le contrat de SFiP pour cette \
             recherche, ni la clé des « coordonnées » que deux de ses modalités ajoutent, ne sont publiés.",
        ))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .build()
}

fn paths() -> Paths {
    let item = |resource: &Resource| PathItem::new(HttpMethod::Get, operation(resource));
    RESOURCES
        .iter()
        .fold(PathsBuilder::new(), |paths, one| paths.path(one.template, item(one)))
        .build()
}

fn operation(resource: &Resource) -> Operation {
    // The Swagger's tags are its summaries, but for one.
    let (tag, summary, description, answer) = match resource.operation {
        PAR_CRITERES => (
            "Recherche de personne physique par critères",
            "Recherche de personne physique par critères",
            "Nom et prénom, et un filtre : date et lieu de naissance (état civil complet), ou adresse jusqu'à la commune \
             (état civil et adresse, réservé au décret n° 2022-814).",
            "PersonneReponseEnveloppe",
        ),
        PAR_ETAT_CIVIL => (
            "Recherche du SPI par état civil",
            "Recherche du SPI par état civil",
            "Nom, prénom, date et lieu de naissance.",
            "IdentifiantEnveloppe",
        ),
        _ => (
            "Recherche de personne physique par identifiant",
            "Recherche de personne physique par identifiant SPI",
            "Réservé au décret n° 2022-814.",
            "PersonneReponseEnveloppe",
        ),
    };
    let correlation = ParameterBuilder::new()
        .name("X-Correlation-ID")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some("Identifiant de corrélation de la requête, rendu dans la réponse"))
        .schema(Some(text("UUID", Some(CORRELATION.to_owned()), None, CORRELATION_EXAMPLE)))
        .build();
    let described =
        parameters(resource).into_iter().map(|one| parameter(one, resource.operation == PAR_SPI));
    let security =
        SecurityRequirement::new("oauth2", resource.scope).add("certificat", [] as [&str; 0]);
    let operation = OperationBuilder::new()
        .operation_id(Some(resource.operation))
        .summary(Some(summary))
        .description(Some(description))
        .tag(tag)
        .security(security)
        .parameter(correlation)
        .parameters(Some(described))
        .response("200", response("La personne", Ref::from_schema_name(answer).into()));
    let fault = || Ref::from_schema_name(refused::SCHEMA).into();
    [400, 403, 404]
        .into_iter()
        .fold(operation, |operation, status| {
            operation.response(status.to_string(), refusal(status))
        })
        .response(
            "401",
            response("Refus de la passerelle : certificat, jeton, convention", fault()),
        )
        .response("429", response("Quota de la minute épuisé", fault()))
        .response("default", response(&refused::about(), fault()))
        .build()
}

/// An answer of R2P's own faults; the gateway refuses with 400 and 403 too.
fn refusal(status: u16) -> Response {
    let lines = Kind::ALL.iter().map(|kind| kind.line()).filter(|line| line.status == status);
    let told: Vec<_> =
        lines.map(|line| format!("`{}` {}", line.code, line.message.replace("{}", "…"))).collect();
    let own: RefOr<Schema> = Ref::from_schema_name("ErreurEnveloppe").into();
    let schema = match status {
        400 | 403 => {
            AnyOfBuilder::new().item(own).item(Ref::from_schema_name(refused::SCHEMA)).into()
        }
        _ => own,
    };
    response(&told.join(" ; "), schema)
}

fn response(description: &str, schema: RefOr<Schema>) -> Response {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content(MEDIA, content).build()
}

fn parameter(parameter: &'static Parameter, in_path: bool) -> Described {
    let mandatory = in_path || [&demande::NOM, &demande::PRENOM].contains(&parameter);
    let form = parameter.form;
    let description = format!("{} ({})", parameter.description, form.expected());
    ParameterBuilder::new()
        .name(parameter.name)
        .parameter_in(if in_path { ParameterIn::Path } else { ParameterIn::Query })
        .required(if mandatory { Required::True } else { Required::False })
        .description(Some(description))
        .schema(Some(text("", form.pattern(), form.most(), parameter.example)))
        .build()
}

fn components() -> Components {
    let groups = Group::ALL.into_iter().fold(ComponentsBuilder::new(), |components, group| {
        let object = KEYS
            .iter()
            .filter(|key| key.group == group)
            .fold(ObjectBuilder::new(), |object, key| {
                object.property(key.name, text(key.description, None, None, key.example))
            });
        components.schema(group.schema(), object.description(Some(group.description())).build())
    });
    let person = Group::ALL
        .into_iter()
        .fold(ObjectBuilder::new(), |object, group| {
            object.property(group.name(), Ref::from_schema_name(group.schema()))
        })
        .description(Some("Ce que la convention laisse voir de la personne"));
    let holding = |name: &str, schema: &str| {
        ObjectBuilder::new().property(name, Ref::from_schema_name(schema))
    };
    let scopes = Scope::ALL.iter().map(|scope| (scope.as_str(), "Portée demandée par R2P"));
    let flow = Flow::ClientCredentials(ClientCredentials::new(
        format!("{GATEWAY}/token"),
        Scopes::from_iter(scopes),
    ));
    let certificate = SecurityScheme::MutualTls {
        description: Some("Certificat client du partenaire".to_owned()),
        deprecated: None,
        extensions: None,
    };
    groups
        .schema("PersonneReponse", person.build())
        .schema("PersonneReponseEnveloppe", holding("personnePhysique", "PersonneReponse").build())
        .schema("IdentifiantEnveloppe", holding("identifiant", Group::Identifiant.schema()).build())
        .schema("ErreurEnveloppe", holding("erreur", "Erreur").required("erreur").build())
        .schema("Erreur", error())
        .schema(refused::SCHEMA, refused::schema())
        .security_scheme("oauth2", SecurityScheme::OAuth2(OAuth2::new([flow])))
        .security_scheme("certificat", certificate)
        .build()
}

fn error() -> Schema {
    let codes = Kind::ALL.iter().map(|kind| json!(kind.line().number));
    let mut codes: Vec<Value> = codes.collect();
    codes.dedup();
    let code = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("Code de l'erreur"))
        .enum_values(Some(codes));
    ObjectBuilder::new()
        .description(Some("Pourquoi aucune personne n'est restituée"))
        .property("code", code)
        .property(
            "message",
            text(
                "Message en français, qui nomme ce qui est en cause",
                None,
                None,
                "Personne non trouvée",
            ),
        )
        .property(
            "horodatage",
            text("Heure de Paris, avec son décalage", None, None, "2021-06-25T19:39:56+02:00"),
        )
        .required("code")
        .required("message")
        .required("horodatage")
        .into()
}

fn text(
    description: &str,
    pattern: Option<String>,
    most: Option<usize>,
    example: &str,
) -> RefOr<Schema> {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(pattern)
        .max_length(most)
        .examples([example]);
    schema.description((!description.is_empty()).then_some(description)).into()
}

/// Where `serve` listens by default.
const GATEWAY: &str = "https://localhost:8443";

/// The Swagger's pattern and example of `X-Correlation-ID`.
const CORRELATION: &str =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
const CORRELATION_EXAMPLE: &str = "123e4567-e89b-12d3-a456-426655440000";
