//! `/api/codes`: every code that an answer can carry, what it says and when it is given.

use askama::Template;

use crate::{
    console::pages::{
        codes::{self, Documented},
        frame::{Frame, Section},
        page::Page,
        visit::Visit,
    },
    rights::ApiId,
};

#[derive(Template)]
#[template(path = "reference/codes.html")]
struct Codes {
    frame: Frame,
    tables: Vec<CodesPage>,
}

struct CodesPage {
    id: &'static str,
    title: &'static str,
    rows: Vec<(String, Documented)>,
}

pub(super) async fn page(visit: Visit) -> Page {
    let apis = visit.console().apis.load();
    let of = |api: ApiId| {
        let known = apis.api(api).codes();
        let row = |code: &str| {
            codes::documented(&apis, Some(api), code)
                .map(|documented| (code.to_owned(), documented))
        };
        known.into_iter().filter_map(row).collect()
    };
    let mut tables = vec![
        CodesPage { id: "passerelle", title: "Passerelle", rows: codes::of_the_gateway() },
        CodesPage {
            id: "jetons",
            title: "Serveur de jetons (OAuth2)",
            rows: codes::of_the_token_endpoint(),
        },
    ];
    let of_api = |api: ApiId| CodesPage { id: api.as_str(), title: api.label(), rows: of(api) };
    tables.extend(ApiId::ALL.map(of_api));
    Page::show(&Codes { frame: visit.frame(Section::Api, "Codes de réponse"), tables })
}
