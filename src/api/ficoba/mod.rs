//! FICOBA: the register of bank accounts, as the technical protocol v11 and the OpenAPI v2 describe it.

mod parameters;

use std::path::Path;

use bytes::Bytes;
use http::{Method, StatusCode};

use super::{Answer, Api, Ordered, Request, Resource};
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

    fn parameters(&self, resource: &Resource) -> Vec<String> {
        parameters::of(resource.operation)
    }

    fn codes(&self) -> Vec<&'static str> {
        vec!["CAT001", "CAT003", "CAT004", "CAT006", "CAT007", "CAT008", "CAT009", "CAT010", "CAT011", "CAF011"]
    }

    fn fault(&self, ordered: Ordered<'_>, request: &Request<'_>) -> Option<Answer> {
        let (status, code) = match ordered {
            Ordered::Code(code) => {
                (StatusCode::INTERNAL_SERVER_ERROR, self.codes().into_iter().find(|one| *one == code)?.to_owned())
            }
            Ordered::Status(status) if [408, 500, 503, 509].contains(&status.as_u16()) => {
                (status, status.as_u16().to_string())
            }
            Ordered::Status(_) => return None,
        };
        let body = serde_json::json!({ "erreur": { "code": code, "message": "", "horodatage": request.now } });
        request.trace.draft().entry.code = Some(code);
        Some(Answer { status, media: "application/json", body: Bytes::from(body.to_string()) })
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
