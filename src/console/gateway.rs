//! `gateway`: where the gateway is that this console commands, for programs that call it.

use axum::{Json, extract::State};
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Console, address, endpoint::Endpoint};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/admin/v1/gateway", read)
            .about("Where the gateway is")
            .answers::<GatewayView>(200, "The gateway"),
    ]
}

#[derive(Serialize, ToSchema)]
#[schema(as = Gateway)]
struct GatewayView {
    /// Its URL, by the host name that the console was asked by
    url: String,
}

async fn read(State(console): State<Console>, headers: HeaderMap) -> Json<GatewayView> {
    Json(GatewayView { url: address::gateway_url(console.gateway.address, &headers) })
}
