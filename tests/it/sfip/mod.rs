//! SFiP over real mutual TLS: the three resources of the published file, every status on purpose.

mod contract;
mod lep;
mod situation;
mod surface;

use reqwest::Method;

use crate::harness::{Partner, Reply};

/// 02GA of a département, by the scale of 2026 and the income of 2025.
const OF_2026: &str = "380/annrev/2025/bareme/2026";

/// `GET` below SFiP's context with the partner's `ID_Teleservice`.
async fn get(partner: &Partner, path: &str) -> Reply {
    get_as(partner, path, Some(teleservice(partner.id()))).await
}

/// The same with this header, or none.
async fn get_as(partner: &Partner, path: &str, teleservice: Option<&str>) -> Reply {
    let mut request = partner.request(Method::GET, &format!("/sfip/v1{path}"));
    if let Some(teleservice) = teleservice {
        request = request.header("ID_Teleservice", teleservice);
    }
    Reply::read(request).await
}

/// What 02GA answers: place and years, then the query.
async fn lep(partner: &Partner, scale: &str, query: &str) -> Reply {
    get(partner, &format!("/demandeDeService/02GA/departement/{scale}/personne?{query}")).await
}

async fn situation(partner: &Partner, query: &str) -> Reply {
    get(partner, &format!("/demandeDeService/02AA/personne?{query}")).await
}

/// A persona's documented call.
pub(crate) async fn made(partner: &Partner, call: &bacasable::register::SampleCall) -> Reply {
    let mut path = format!("/sfip/v1{}", call.resource().unwrap());
    let mut query = Vec::new();
    for (name, value) in call.parameters.as_object().unwrap() {
        let (braces, value) = (format!("{{{name}}}"), value.as_str().unwrap());
        match path.contains(&braces) {
            true => path = path.replace(&braces, value),
            false => query.push((name, value)),
        }
    }
    let request = partner.request(Method::GET, &path).query(&query);
    Reply::read(request.header("ID_Teleservice", teleservice(partner.id()))).await
}

fn teleservice(partner: &str) -> &'static str {
    match partner {
        "banque-lep" => "SFIP_LEP",
        _ => "SFIP_TARIFS",
    }
}

/// An answer of SFiP's own, whole: status, code, message; its media type and stamp are checked.
fn fault(reply: &Reply) -> (u16, u64, String) {
    assert_eq!(reply.header("content-type"), MEDIA, "{}", reply.text);
    let error = &reply.json()["erreur"];
    let keys: Vec<_> = error.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["code", "message", "horodatage"], "{}", reply.text);
    assert_eq!(error["horodatage"], "2026-11-22T11:00:00", "the hour of Paris, without offset");
    let message = error["message"].as_str().unwrap().to_owned();
    (reply.status.as_u16(), error["code"].as_u64().unwrap(), message)
}

const MEDIA: &str = "application/vnd.dgfip.sfip.v1.0+json";

const WRONG: &str = "Un des paramètres en entrée est non conforme aux valeurs possibles";
