//! R2P's OpenAPI 3.1 document, made from the tables that the code works with: parameters, keys, faults, resources.

use utoipa::openapi::{
    Components, ObjectBuilder, OpenApi, Response, Schema,
    path::{Operation, ParameterIn},
    schema::AnyOfBuilder,
};

use super::{
    MEDIA, PAR_CRITERES, PAR_ETAT_CIVIL, PAR_SPI, RESOURCES,
    fault::FaultKind,
    parameter::{NOM, PRENOM},
    parameters,
    restitution::{KEYS, KeyGroup},
};
use crate::{
    api::{
        Resource,
        document::{self, correlation, parameter, response},
        refused,
        schema::{self, reference, text},
    },
    rights::{ApiId, r2p::Scope},
};

/// The document.
pub fn openapi() -> OpenApi {
    document::document(ApiId::R2p, "API_R2P", ABOUT, &RESOURCES, operation)
        .components(Some(components()))
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
    let described = parameters(resource).into_iter().map(|one| match resource.operation {
        PAR_SPI => parameter(one, ParameterIn::Path, true),
        _ => parameter(one, ParameterIn::Query, [&NOM, &PRENOM].contains(&one)),
    });
    let operation = document::operation(resource.operation, tag, summary, description)
        .security(document::security(resource))
        .parameter(correlation("UUID", "123e4567-e89b-12d3-a456-426655440000"))
        .parameters(Some(described))
        .response("200", response("La personne", [(MEDIA, reference(answer))]));
    [400, 403, 404]
        .into_iter()
        .fold(operation, |operation, status| {
            operation.response(status.to_string(), refusal(status))
        })
        .response(
            "401",
            document::refused_by_gateway("Refus de la passerelle : certificat, jeton, convention"),
        )
        .response("429", document::refused_by_gateway("Quota de la minute épuisé"))
        .response("default", document::refused_by_gateway(&refused::about()))
        .build()
}

/// An answer of R2P's own faults; the gateway refuses with 400 and 403 too.
fn refusal(status: u16) -> Response {
    let own = reference("ErreurEnveloppe");
    let schema = match status {
        400 | 403 => AnyOfBuilder::new().item(own).item(reference(refused::SCHEMA)).into(),
        _ => own,
    };
    response(&document::codes(FaultKind::LINES.iter(), status), [(MEDIA, schema)])
}

fn components() -> Components {
    let groups = KeyGroup::ALL.into_iter().fold(document::components(), |components, group| {
        let object = KEYS
            .iter()
            .filter(|key| key.group == group)
            .fold(ObjectBuilder::new(), |object, key| {
                object.property(key.name, text(key.description, None, None, key.example))
            });
        components.schema(group.schema(), object.description(Some(group.description())).build())
    });
    let person = KeyGroup::ALL
        .into_iter()
        .fold(ObjectBuilder::new(), |object, group| {
            object.property(group.name(), reference(group.schema()))
        })
        .description(Some("Ce que la convention laisse voir de la personne"));
    let holding = |name: &str, schema: &str| ObjectBuilder::new().property(name, reference(schema));
    let components = groups
        .schema("PersonneReponse", person.build())
        .schema("PersonneReponseEnveloppe", holding("personnePhysique", "PersonneReponse").build())
        .schema(
            "IdentifiantEnveloppe",
            holding("identifiant", KeyGroup::Identifiant.schema()).build(),
        )
        .schema("ErreurEnveloppe", holding("erreur", "Erreur").required("erreur").build())
        .schema("Erreur", error());
    let scopes = Scope::ALL.iter().map(|scope| (scope.as_str(), "Portée demandée par R2P"));
    document::security_schemes(components, scopes).build()
}

fn error() -> Schema {
    let message = "Message en français, qui nomme ce qui est en cause";
    let stamp = "Heure de Paris, avec son décalage";
    schema::error(
        document::numbers(FaultKind::LINES).description(Some("Code de l'erreur")),
        text(message, None, None, "Personne non trouvée"),
        text(stamp, None, None, "2021-06-25T19:39:56+02:00"),
    )
    .description(Some("Pourquoi aucune personne n'est restituée"))
    .into()
}

const ABOUT: &str = "Recherche de personnes physiques : émulation hors ligne, sur données fictives, non officielle. Une personne \
    au plus est restituée ; la convention ouvre les modes d'interrogation et ce que la réponse contient. R2P est le \
    nom historique : depuis le 30/09/2025, les nouvelles demandes passent par l'API SFiP, qui reprend cette recherche. \
    Textes suivis : Swagger R2P v1, CGU R2P du 20/08/2022, CGU SFiP V4.0 du 20/06/2025. Ni le contrat de SFiP pour cette \
    recherche, ni la clé des « coordonnées » que deux de ses modalités ajoutent, ne sont publiés.";
