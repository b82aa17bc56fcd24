//! R2P: the search of natural persons, as the Swagger v1 and the CGU describe it.

mod parameters;

use bytes::Bytes;
use http::{Method, StatusCode};

use super::{Answer, Api, Ordered, Request, Resource};
use crate::rights::ApiId;

/// The API.
pub struct R2p;

impl Api for R2p {
    fn id(&self) -> ApiId {
        ApiId::R2p
    }

    fn resources(&self) -> &'static [Resource] {
        &RESOURCES
    }

    fn answer(&self, request: &Request<'_>) -> Answer {
        let body = format!("{{\"operation\":\"{}\"}}", request.resource.operation);
        Answer { status: StatusCode::OK, media: "application/json", body: Bytes::from(body) }
    }

    fn parameters(&self, resource: &Resource) -> Vec<String> {
        parameters::of(resource.template)
    }

    fn codes(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn fault(&self, _ordered: Ordered<'_>, _request: &Request<'_>) -> Option<Answer> {
        None
    }
}

static RESOURCES: [Resource; 3] = [
    Resource {
        method: Method::GET,
        template: "/personne",
        operation: "RechercheParCriteres",
        scope: Some("api_r2p_recherche_personne_physique"),
    },
    Resource {
        method: Method::GET,
        template: "/personne/spi",
        operation: "RechercheParEtatCivil",
        scope: Some("api_r2p_resolution_spi"),
    },
    Resource {
        method: Method::GET,
        template: "/personne/{spi}",
        operation: "RechercheParSPI",
        scope: Some("api_r2p_recherche_personne_physique"),
    },
];
