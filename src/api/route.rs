//! From a method and a path to a resource, by the product's rules (apim-wire 7).
//!
//! Contexts and paths are case-sensitive and compared as they came, percent-encoding included; the context is followed by
//! `/` or nothing; one trailing slash is ignored (before a query the gateway refuses it); exact paths come before templates;
//! HEAD is not derived from GET. What a path takes is worked out once, so that a request allocates nothing here.

use std::iter;

use http::{HeaderValue, Method};

use super::{Api, Apis, Resource};
use crate::rights::ApiId;

/// Where a path leads.
pub enum Route<'a> {
    /// No API has this context.
    NoApi,
    /// The API has no such path.
    NoResource(ApiId),
    /// The path exists and takes other methods only.
    NoMethod(ApiId),
    Found(FoundResource<'a>),
}

#[derive(Clone, Copy)]
pub struct FoundResource<'a> {
    pub api: &'a dyn Api,
    pub resource: &'static Resource,
    /// The path below the API's context: [`Resource::segments`] reads it.
    pub path: &'a str,
    /// The methods that the path takes, separated by commas.
    pub methods: &'a HeaderValue,
}

/// The paths of an API, each with its resources; the exact ones first.
pub(super) struct Paths(Vec<RoutePath>);

struct RoutePath {
    template: &'static str,
    /// Whether the template has no braces.
    is_exact: bool,
    resources: Vec<&'static Resource>,
    methods: HeaderValue,
}

impl Apis {
    /// The API whose context `path` has.
    pub fn at(&self, path: &str) -> Option<ApiId> {
        self.all.iter().map(|api| api.id()).find(|&api| below(api, path).is_some())
    }

    /// Where `path` leads with this method.
    pub fn route<'a>(&'a self, method: &Method, path: &'a str) -> Route<'a> {
        let below =
            |(api, paths): (&'a dyn Api, &'a Paths)| Some((api, paths, below(api.id(), path)?));
        let apis = self.all.iter().map(AsRef::as_ref).zip(&self.paths);
        let Some((api, paths, rest)) = apis.into_iter().find_map(below) else {
            return Route::NoApi;
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let mut exists = false;
        for path in paths.0.iter().filter(|path| path.fits(rest)) {
            exists = true;
            if let Some(&resource) =
                path.resources.iter().find(|resource| resource.method == *method)
            {
                return Route::Found(FoundResource {
                    api,
                    resource,
                    path: rest,
                    methods: &path.methods,
                });
            }
        }
        if exists { Route::NoMethod(api.id()) } else { Route::NoResource(api.id()) }
    }
}

impl Paths {
    pub(super) fn new(api: &dyn Api) -> Self {
        let mut paths: Vec<RoutePath> = Vec::new();
        for resource in api.resources() {
            match paths.iter_mut().find(|path| path.template == resource.template) {
                Some(path) => path.resources.push(resource),
                None => paths.push(RoutePath::new(resource)),
            }
        }
        for path in &mut paths {
            let methods: Vec<_> =
                path.resources.iter().map(|resource| resource.method.as_str()).collect();
            path.methods =
                HeaderValue::from_str(&methods.join(",")).expect("methods are visible ASCII");
        }
        paths.sort_by_key(|path| !path.is_exact);
        Self(paths)
    }
}

impl RoutePath {
    fn new(resource: &'static Resource) -> Self {
        let (template, methods) = (resource.template, HeaderValue::from_static(""));
        let is_exact = !template.contains('{');
        Self { template, is_exact, resources: vec![resource], methods }
    }

    /// Whether `rest` is this path: each segment is the template's own, or not empty where that has braces.
    fn fits(&self, rest: &str) -> bool {
        if self.is_exact {
            return rest == self.template;
        }
        let (mut segments, mut own) = (segments(rest), segments(self.template));
        loop {
            match (segments.next(), own.next()) {
                (None, None) => return true,
                (Some(segment), Some(own)) => {
                    let fits = braced(own).map_or(own == segment, |_| !segment.is_empty());
                    if !fits {
                        return false;
                    }
                }
                (None, Some(_)) | (Some(_), None) => return false,
            }
        }
    }
}

impl Resource {
    /// What stands in the place of each of the template's braces in a path of this resource: the name, and the text as it came.
    pub fn segments<'a>(
        &self,
        path: &'a str,
    ) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
        let pairs = segments(self.template).zip(segments(path));
        pairs.filter_map(|(own, text)| Some((braced(own)?, text)))
    }
}

/// The segments of a path. They are short: to look at each byte is quicker than the search that `str::split` begins for each.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    iter::from_fn(move || {
        let path = rest?;
        let end = path.bytes().position(|byte| byte == b'/');
        rest = end.map(|end| &path[end + 1..]);
        Some(&path[..end.unwrap_or(path.len())])
    })
}

/// The name in the braces of a template's segment.
fn braced(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// What follows one of the API's contexts in `path`, if it has one.
fn below(api: ApiId, path: &str) -> Option<&str> {
    Some(&path[api.context_of(path)?.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `GET /r2p/v1/personne` as `RechercheParCriteres [GET]`, or the fault.
    fn leads(asked: &str) -> String {
        let apis = Apis::load(None).unwrap();
        let (method, path) = asked.split_once(' ').unwrap();
        match apis.route(&method.parse().unwrap(), path) {
            Route::NoApi => "no API".to_owned(),
            Route::NoResource(api) => format!("{api}: no resource"),
            Route::NoMethod(api) => format!("{api}: no method"),
            Route::Found(FoundResource { resource, path, methods, .. }) => {
                let segments: String =
                    resource.segments(path).map(|(_, text)| format!(" {text}")).collect();
                format!("{}{segments} [{}]", resource.operation, methods.to_str().unwrap())
            }
        }
    }

    #[test]
    fn each_rule_of_the_product_is_followed() {
        for (asked, expected) in [
            ("GET /r2p/v1/personne", "RechercheParCriteres [GET]"),
            ("GET /r2p/v1/personne/", "RechercheParCriteres [GET]"),
            ("GET /r2p/v1/personne/spi", "RechercheParEtatCivil [GET]"),
            ("GET /r2p/v1/personne/spi/", "RechercheParEtatCivil [GET]"),
            ("GET /r2p/v1/personne/123", "RechercheParSPI 123 [GET]"),
            ("GET /r2p/v1/personne/SPI", "RechercheParSPI SPI [GET]"),
            ("GET /r2p/v1/personne/%73pi", "RechercheParSPI %73pi [GET]"),
            ("GET /r2p/v1/personne/..", "RechercheParSPI .. [GET]"),
            ("GET /r2p/v1/personne/1/2", "r2p: no resource"),
            ("GET /r2p/v1/personne//", "r2p: no resource"),
            ("GET /r2p/v1//personne", "r2p: no resource"),
            ("GET /r2p/v1/Personne", "r2p: no resource"),
            ("GET /r2p/v1", "r2p: no resource"),
            ("GET /r2p/v1/", "r2p: no resource"),
            ("GET /r2p/v1personne", "no API"),
            ("GET /r2p/V1/personne", "no API"),
            ("GET /r2p/v2/personne", "no API"),
            ("GET /r2p", "no API"),
            ("GET /", "no API"),
            ("GET /R2P/v1/personne", "no API"),
            ("GET //r2p/v1/personne", "no API"),
            ("POST /r2p/v1/personne", "r2p: no method"),
            ("HEAD /r2p/v1/personne", "r2p: no method"),
            ("OPTIONS /r2p/v1/personne", "r2p: no method"),
            ("get /r2p/v1/personne", "r2p: no method"),
            ("POST /r2p/v1/rien", "r2p: no resource"),
            (
                "GET /sfip/v1/demandeDeService/02GA/departement/380/annrev/2025/bareme/2026/personne",
                "lep 380 2025 2026 [GET]",
            ),
            (
                "GET /sfip/v1/demandeDeService/02GA/departement//annrev/2025/bareme/2026/personne",
                "sfip: no resource",
            ),
            ("GET /sfip/v1/demandeDeService/02AA/personne/", "service2aa [GET]"),
            ("GET /sfip/v1/demandeDeService/02AA", "sfip: no resource"),
            ("GET /fcb-masrestit/api/v2/etatSante", "etatSante [GET]"),
            ("GET /fcb-masrestit/api/V2/etatSante", "etatSante [GET]"),
            ("POST /fcb-masrestit/api/v2/comptes/spi", "spi [POST]"),
            ("GET /fcb-masrestit/api/v2/comptes/spi", "ficoba: no method"),
            ("GET /fcb-masrestit/api/v3/etatSante", "no API"),
            ("GET /fcb-masrestit/api/v2/comptes", "ficoba: no resource"),
        ] {
            assert_eq!(leads(asked), expected, "{asked}");
        }
    }
}
