//! The machine-readable contract: an OpenAPI 3.1 document drawn from the tables that requests are read by, from the codes of
//! annexe 9, and from one table of what answers hold.
//!
//! Paths, operations, schemas and properties have the names of the published document (OpenAPI v2 of the API), but `nRep`,
//! which it calls `getnRep` and answers write so. The words are ours.

mod answers;
mod demands;

use utoipa::openapi::{
    Components, Content, OpenApi, Ref, Required, Response, Schema, Server, Tag,
    path::{Operation, OperationBuilder, Parameter},
    request_body::RequestBodyBuilder,
    schema::{ObjectBuilder, OneOfBuilder, Type},
    security::{OAuth2, SecurityRequirement, SecurityScheme},
};

use super::{
    RESOURCES,
    anomaly::{Anomaly, Code},
    demande::Search,
};
use crate::{
    api::{
        Resource,
        document::{self, client_credentials, response},
        refused,
        schema::reference,
    },
    rights::{ApiId, ficoba::DataScope},
};

/// The document.
pub fn openapi() -> OpenApi {
    // The protocol's V2 is v2 in another spelling.
    let contexts = ApiId::Ficoba.contexts().iter().filter(|context| !context.contains('V'));
    let servers: Vec<_> = contexts.map(|context| Server::new(*context)).collect();
    // Titled as the export: generators name packages after it.
    document::document(ApiId::Ficoba, "FICOBA_API", ABOUT, RESOURCES, operation)
        .servers(Some(servers))
        .tags(Some(TAGS.map(|(name, about)| tag(name, about))))
        .components(Some(components()))
        .security(Some([SecurityRequirement::new(TOKEN, Vec::<String>::new())]))
        .build()
}

fn tag(name: &str, description: &str) -> Tag {
    let mut tag = Tag::new(name);
    tag.description = Some(description.to_owned());
    tag
}

fn operation(resource: &Resource) -> Operation {
    Search::named(resource.operation).map_or_else(health, searched)
}

fn health() -> Operation {
    let operation = described("getInfo", TAGS[0].0, "Dit si l'API est disponible.")
        .response("200", json("L'API est disponible.", "EtatSante"));
    STATUSES
        .iter()
        .fold(operation, |operation, (status, about)| {
            operation.response(status.to_string(), refusal(about, *status))
        })
        .build()
}

fn searched(search: Search) -> Operation {
    let body = RequestBodyBuilder::new()
        .description(Some(
            "La demande. Un attribut vide ou nul vaut un attribut absent ; un attribut inconnu est ignoré.",
        ))
        .required(Some(Required::True))
        .content(JSON, Content::new(Some(Ref::from_schema_name(demands::schema(search)))));
    let (tag, id, about, answer) = match search {
        Search::NumCpte => (
            TAGS[1].0,
            "rechercherCompteParNumCpte",
            "Le compte de cet IBAN, ou son existence.",
            "ReponseListeFinaleComptes",
        ),
        Search::Spi => (
            TAGS[2].0,
            "rechercherComptesSpi",
            "Les comptes de la personne de ce SPI.",
            "ReponseListeFinaleComptesPourPP",
        ),
        Search::SiretSiren => (
            TAGS[3].0,
            "rechercherCompteParSiretSiren",
            "Les comptes d'une société : de tous ses établissements par SIREN, d'un seul par SIRET.",
            "ReponseListeFinaleComptesPourPM",
        ),
        Search::PerPro => (
            TAGS[4].0,
            "rechercherComptesPerPro",
            "Les comptes des sociétés de cette désignation, à cette adresse.",
            "ReponseListeFinaleComptesPourPM",
        ),
        Search::PerPhy => (
            TAGS[5].0,
            "rechercherComptesPersonnePhysique",
            "Les comptes des personnes de cet état civil, à cette adresse.",
            "ReponseListeFinaleComptesPourPP",
        ),
        Search::VerifIban => (
            TAGS[6].0,
            "rechercherCompteParNumCpte_1",
            "Ce compte est-il celui de cette personne, ou de cette société ?",
            "ReponseListeFinaleComptes",
        ),
        Search::MultiDet => (
            TAGS[7].0,
            "rechercherMultiDetention",
            "Cette personne ou cette société a-t-elle déjà un compte de cette nature réglementée ?",
            "ReponseMultiDetention",
        ),
    };
    let answered = "La demande a été traitée. Sans rien à dire, `messageInformatif` dit pourquoi.";
    let operation = described(id, tag, about)
        .request_body(Some(body.build()))
        .response("200", json(&with_codes(answered, 200), answer));
    STATUSES
        .iter()
        .fold(operation, |operation, (status, about)| {
            operation.response(status.to_string(), refusal(&with_codes(about, *status), *status))
        })
        .build()
}

fn described(id: &str, tag: &str, about: &str) -> OperationBuilder {
    document::operation(id, tag, about, about)
        .parameter(header(
            "X-Correlation-ID",
            "L'identifiant de corrélation de la demande : un UUID, rendu dans la réponse.",
            Required::True,
        ))
        .parameter(header(
            "X-Request-ID",
            "L'identifiant de la requête, rendu dans la réponse ; la passerelle le crée quand il manque.",
            Required::False,
        ))
        .response("default", json(&refused::about(), refused::SCHEMA))
}

fn header(name: &str, about: &str, required: Required) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String);
    document::header(name, about, required, text)
}

fn json(about: &str, schema: &str) -> Response {
    response(about, [(JSON, reference(schema))])
}

/// An error of FICOBA's own; with some statuses the gateway refuses too, with numbers for codes.
fn refusal(about: &str, status: u16) -> Response {
    if ![400, 401, 403, 429].contains(&status) {
        return json(about, ERROR);
    }
    // FICOBA's codes are texts, the gateway's numbers: an answer is one or the other.
    let either = OneOfBuilder::new().item(reference(ERROR)).item(reference(refused::SCHEMA));
    response(about, [(JSON, either)])
}

/// A description, and under it the codes of that status with their words and causes.
fn with_codes(about: &str, status: u16) -> String {
    let codes = Code::ALL.iter().filter(|code| code.status() == status);
    let line = |code: &Code| {
        format!("\n* `{}` « {} » : {}", code.as_str(), Anomaly::from(*code).message(), code.cause())
    };
    codes.fold(format!("{about}\n"), |text, code| text + &line(code))
}

fn components() -> Components {
    let scopes = DataScope::ALL.iter().map(|scope| (scope.as_str(), answers::scope(*scope)));
    let token = OAuth2::with_description(
        [client_credentials("/token", scopes)],
        "Jeton de l'application, demandé avec le certificat du partenaire.",
    );
    let schemas = answers::schemas().into_iter().chain(demands::schemas());
    document::components()
        .security_scheme(TOKEN, SecurityScheme::OAuth2(token))
        .schemas_from_iter(schemas.map(|(name, object)| (name, Schema::Object(object))))
        .build()
}

const ABOUT: &str = "Recherche de comptes bancaires d'après le protocole technique Ficoba3 v11. Les données sont fictives ; \
    ce document est celui de l'émulateur, pas de la DGFiP. Les réponses décrites sont les plus complètes : le motif, la \
    convention et le jeton en masquent des clés.";

/// The tags of the gateway's export of 2025-01, spelling included: generated clients are named after them.
const TAGS: [(&str, &str); 8] = [
    ("Etat Santé", "L'API répond-elle ?"),
    ("OS041 - RechercherComptesParNumCpte", "Par numéro de compte."),
    ("OS045 - RechercherComptesParSpi", "Par SPI."),
    ("OS044 - RechercherComptesParSiretSiren", "Par SIREN ou par SIRET."),
    ("OS042 - RechercherComptesPerPro", "Par désignation et adresse d'une société."),
    ("OS043 - RechercherComptesPerPhy", "Par état civil et adresse d'une personne."),
    ("OS050 - VerifierTitulaireIban", "Le titulaire supposé d'un compte."),
    ("OS035 - RechercherMutiDetention", "L'épargne réglementée déjà détenue."),
];

const JSON: &str = "application/json";
const TOKEN: &str = "jeton";
const ERROR: &str = "ResultatErreurApiSante";

/// What is answered besides 200, by status.
const STATUSES: [(u16, &str); 9] = [
    (400, "La demande est refusée."),
    (401, "La passerelle et FICOBA ne s'entendent pas."),
    (403, "Les droits de l'appelant ne suffisent pas."),
    (406, "Seul le JSON est servi."),
    (408, "La réponse s'est fait attendre."),
    (429, "Le quota d'appels est dépassé."),
    (500, "Erreur de traitement."),
    (503, "Service indisponible."),
    (509, "Bande passante dépassée."),
];
