//! FICOBA: the register of bank accounts, as the technical protocol v11 and the OpenAPI v2 describe it.

use std::path::Path;

use bytes::Bytes;
use http::{Method, StatusCode};

use super::{Answer, Api, Request, Resource};
use crate::{fixtures::Fault, rights::ApiId};

/// The API.
pub struct Ficoba;

impl Ficoba {
    /// The API with its motifs: the embedded ones, then those of the folder.
    ///
    /// # Errors
    /// Everything wrong in the motifs.
    pub fn load(_fixtures: Option<&Path>) -> Result<Self, Vec<Fault>> {
        Ok(Self)
    }
}

impl Api for Ficoba {
    fn id(&self) -> ApiId {
        ApiId::Ficoba
    }

    fn resources(&self) -> &'static [Resource] {
        RESOURCES
    }

    fn answer(&self, request: &Request<'_>) -> Answer {
        let body = format!("{{\"operation\":\"{}\"}}", request.resource.operation);
        Answer { status: StatusCode::OK, media: "application/json", body: Bytes::from(body) }
    }
}

const RESOURCES: &[Resource] = &[
    Resource { method: Method::GET, template: "/etatSante", operation: "etatSante", scope: None },
    Resource { method: Method::POST, template: "/comptes/numCpte", operation: "numCpte", scope: None },
    Resource { method: Method::POST, template: "/comptes/siretSiren", operation: "siretSiren", scope: None },
    Resource { method: Method::POST, template: "/comptes/spi", operation: "spi", scope: None },
    Resource { method: Method::POST, template: "/comptes/perPhy", operation: "perPhy", scope: None },
    Resource { method: Method::POST, template: "/comptes/perPro", operation: "perPro", scope: None },
    Resource { method: Method::POST, template: "/comptes/verifIban", operation: "verifIban", scope: None },
    Resource { method: Method::POST, template: "/comptes/multiDet", operation: "multiDet", scope: None },
];
