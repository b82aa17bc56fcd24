//! WSO2 API Manager 4.x: flat JSON, strings only, whatever `Accept` says (apim-wire 2.1).

use http::HeaderValue;
use serde_json::json;

use super::{
    Pointers, Product, TokenEndpoint,
    codes::Family,
    fault::{JSON, ProductFault, WrittenFault},
};

pub(super) const PRODUCT: Product = Product {
    name: "wso2-4",
    label: "WSO2 API Manager 4.x",
    write,
    negotiate: None,
    pointers: Pointers { code: "/code", text: "/description" },
    challenge: "Internal API Key realm=\"WSO2 API Manager\", Bearer realm=\"WSO2 API Manager\", error=\"invalid_token\", \
                error_description=\"The provided token is invalid\"",
    allowed_headers: || {
        const {
            HeaderValue::from_static(
                "authorization,Access-Control-Allow-Origin,Content-Type,SOAPAction,apikey,Internal-Key",
            )
        }
    },
    application_scope: None,
    demands_correlation: false,
    bearer_any_case: false,
    token_endpoint: TokenEndpoint {
        no_credentials: "Unsupported Client Authentication Method!",
        wrong_secret: "Client credentials are invalid.",
        takes_json: true,
        takes_validity_period: false,
        names_revoked: false,
    },
};

fn write(fault: &ProductFault<'_>) -> WrittenFault {
    let mut object = json!({ "code": fault.code.number.to_string() });
    match fault.code.family {
        Family::Blocked => object["type"] = json!(fault.code.message),
        Family::Mediation | Family::Other => {
            object["type"] = json!("Status report");
            object["message"] = json!(fault.code.message);
        }
        Family::Security | Family::Throttling { .. } => {
            object["message"] = json!(fault.code.message);
        }
    }
    let description = fault.description();
    match fault.next_access() {
        // The end of the window is repeated in the description (apim-wire 3.2).
        Some(at) => {
            object["description"] = json!(format!("{description} .You can access API after {at}"));
            object["nextAccessTime"] = json!(at);
        }
        None => object["description"] = json!(description),
    }
    (JSON, object.to_string())
}
