//! An endpoint: what answers it, and its description. The router and the OpenAPI document are made from one list of these,
//! so that neither can have what the other has not.

use axum::{Router, handler::Handler, routing::MethodRouter};
use http::StatusCode;
use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, HttpMethod, OpenApi, OpenApiBuilder, PathsBuilder, Required,
        ResponseBuilder,
        info::{InfoBuilder, LicenseBuilder},
        path::{OperationBuilder, ParameterBuilder, ParameterIn, PathItem},
        request_body::RequestBodyBuilder,
        schema::ComponentsBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::{
    Console,
    free::is_free,
    problem::Problem,
    schema::{self, Shape},
};

/// The media type of orders and answers.
pub(super) const JSON: &str = "application/json";

/// One method of one path.
pub(super) struct Endpoint {
    pub(super) method: HttpMethod,
    pub(super) path: &'static str,
    answer: MethodRouter<Console>,
    description: OperationBuilder,
    /// The types that it reads and writes, with those that they refer to.
    schemas: Vec<(String, Shape)>,
}

impl Endpoint {
    /// A path that is read.
    pub(super) fn get<H: Handler<T, Console>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self::new(HttpMethod::Get, path, axum::routing::get(handler))
    }

    /// A path that is given something.
    pub(super) fn post<H: Handler<T, Console>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self::new(HttpMethod::Post, path, axum::routing::post(handler))
    }

    /// A path that is set.
    pub(super) fn put<H: Handler<T, Console>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self::new(HttpMethod::Put, path, axum::routing::put(handler))
    }

    /// A path that is changed in part.
    pub(super) fn patch<H: Handler<T, Console>, T: 'static>(
        path: &'static str,
        handler: H,
    ) -> Self {
        Self::new(HttpMethod::Patch, path, axum::routing::patch(handler))
    }

    /// A path that is emptied.
    pub(super) fn delete<H: Handler<T, Console>, T: 'static>(
        path: &'static str,
        handler: H,
    ) -> Self {
        Self::new(HttpMethod::Delete, path, axum::routing::delete(handler))
    }

    /// What it is for, in one line.
    pub(super) fn about(self, summary: &str) -> Self {
        self.with(|operation| operation.summary(Some(summary)))
    }

    /// A parameter of the query.
    pub(super) fn query(self, name: &str, about: &str, shape: impl Into<Shape>) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .description(Some(about));
        self.with(|operation| {
            operation.parameter(parameter.required(Required::False).schema(Some(shape)))
        })
    }

    /// A header of the request.
    pub(super) fn header(self, name: &str, about: &str, shape: impl Into<Shape>) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .description(Some(about));
        self.with(|operation| {
            operation.parameter(parameter.required(Required::False).schema(Some(shape)))
        })
    }

    /// A JSON body that must be there; it may be refused for its media type, its syntax, its size or its contents.
    pub(super) fn takes<T: ToSchema>(self) -> Self {
        self.reads::<T>(Required::True)
    }

    /// A JSON body that may be left out.
    pub(super) fn may_take<T: ToSchema>(self) -> Self {
        self.reads::<T>(Required::False)
    }

    fn reads<T: ToSchema>(self, required: Required) -> Self {
        let content = || ContentBuilder::new().schema(Some(schema::the::<T>())).build();
        let body = RequestBodyBuilder::new().content(JSON, content());
        let body = match matches!(self.method, HttpMethod::Patch) {
            true => body.content("application/merge-patch+json", content()),
            false => body,
        };
        let body = body.required(Some(required));
        let endpoint = self.with(|operation| operation.request_body(Some(body.build())));
        endpoint.describes::<T>().refuses(400).refuses(413).refuses(415).refuses(422)
    }

    /// An answer with a JSON body.
    pub(super) fn answers<T: ToSchema>(self, status: u16, about: &str) -> Self {
        self.describes::<T>().answers_as(status, about, JSON, schema::the::<T>())
    }

    /// An answer with a JSON list.
    pub(super) fn lists<T: ToSchema>(self, status: u16, about: &str) -> Self {
        let all = schema::list(schema::the::<T>());
        self.describes::<T>().answers_as(status, about, JSON, all)
    }

    /// An answer of this media type.
    pub(super) fn answers_as(
        self,
        status: u16,
        about: &str,
        media: &str,
        shape: impl Into<Shape>,
    ) -> Self {
        let content = ContentBuilder::new().schema(Some(shape)).build();
        let response = ResponseBuilder::new().description(about).content(media, content).build();
        self.with(|operation| operation.response(status.to_string(), response))
    }

    /// An answer of one of these media types, each with its shape.
    pub(super) fn answers_any(self, status: u16, about: &str, media: Vec<(&str, Shape)>) -> Self {
        let response = ResponseBuilder::new().description(about);
        let response = media.into_iter().fold(response, |response, (media, shape)| {
            response.content(media, ContentBuilder::new().schema(Some(shape)).build())
        });
        self.with(|operation| operation.response(status.to_string(), response.build()))
    }

    /// An answer in one of these media types: JSON is an object there, anything else text.
    pub(super) fn answers_in(self, status: u16, about: &str, media: &[&str]) -> Self {
        let content = |media: &str| match media {
            JSON => ContentBuilder::new().schema(Some(schema::object([]))).build(),
            _ => ContentBuilder::new().schema(Some(schema::text())).build(),
        };
        let response = ResponseBuilder::new().description(about);
        let response =
            media.iter().fold(response, |response, media| response.content(*media, content(media)));
        self.with(|operation| operation.response(status.to_string(), response.build()))
    }

    /// A problem that it may answer with.
    pub(super) fn refuses(self, status: u16) -> Self {
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        self.answers_as(
            status,
            reason.unwrap_or("Problem"),
            "application/problem+json",
            schema::the::<Problem>(),
        )
        .describes::<Problem>()
    }

    fn new(method: HttpMethod, path: &'static str, answer: MethodRouter<Console>) -> Self {
        let names = path.split(['{', '}']).skip(1).step_by(2);
        let described = names.fold(OperationBuilder::new(), |operation, name| {
            let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
            operation.parameter(parameter.required(Required::True).schema(Some(schema::text())))
        });
        let tag = path
            .trim_start_matches("/admin/v1/")
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default();
        let description = described.tag(tag).operation_id(Some(operation_id(&method, path)));
        Self { method, path, answer, description, schemas: Vec::new() }
    }

    /// Has the document describe a type, and those that it refers to.
    pub(super) fn describes<T: ToSchema>(mut self) -> Self {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        self
    }

    fn with(self, change: impl FnOnce(OperationBuilder) -> OperationBuilder) -> Self {
        Self { description: change(self.description), ..self }
    }
}

/// The routes of these endpoints.
pub(super) fn routes(endpoints: Vec<Endpoint>) -> Router<Console> {
    endpoints.into_iter().fold(Router::new(), |router, one| router.route(one.path, one.answer))
}

/// The description of these endpoints.
pub(super) fn document(endpoints: Vec<Endpoint>) -> OpenApi {
    let (mut paths, mut components) = (PathsBuilder::new(), ComponentsBuilder::new());
    for one in endpoints {
        let one = if is_free(one.path) { one } else { one.refuses(401) };
        let one = one.refuses(421);
        paths = paths.path(one.path, PathItem::new(one.method, one.description));
        components = components.schemas_from_iter(one.schemas);
    }
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "Asked for where the console is bound elsewhere than on loopback, unless console.open is set",
    ));
    let components = components.security_scheme("token", SecurityScheme::Http(token.build()));
    let security =
        [SecurityRequirement::default(), SecurityRequirement::new("token", Vec::<String>::new())];
    let license = LicenseBuilder::new()
        .name("MIT OR Apache-2.0")
        .identifier(Some("MIT OR Apache-2.0"))
        .build();
    let info = InfoBuilder::new()
        .title("bacasable: console")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Steers and watches the emulator: clock, faults, conventions, tokens, quotas, journal, reset. Fictitious \
             environment, no official tool. Errors are RFC 9457 problem documents.",
        ))
        .license(Some(license));
    OpenApiBuilder::new()
        .info(info.build())
        .paths(paths.build())
        .components(Some(components.build()))
        .security(Some(security))
        .build()
}

fn operation_id(method: &HttpMethod, path: &str) -> String {
    let verb = match method {
        HttpMethod::Get => "read",
        HttpMethod::Post => "post",
        HttpMethod::Put => "put",
        HttpMethod::Patch => "patch",
        HttpMethod::Delete => "delete",
        HttpMethod::Options | HttpMethod::Head | HttpMethod::Trace => "ask",
    };
    let words = path
        .trim_start_matches("/admin/v1")
        .split(['/', '{', '}', '.', '_'])
        .filter(|word| !word.is_empty());
    std::iter::once(verb).chain(words).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::endpoints;

    #[test]
    fn no_two_types_are_described_under_one_name() {
        let mut known = BTreeMap::new();
        for (name, shape) in endpoints().into_iter().flat_map(|one| one.schemas) {
            let shape = serde_json::to_value(shape).unwrap();
            let earlier = known.entry(name.clone()).or_insert_with(|| shape.clone());
            assert_eq!(*earlier, shape, "{name}");
        }
    }
}
