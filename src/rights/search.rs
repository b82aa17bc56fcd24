//! Kinds of search: the one vocabulary of the personas' calls, of the catalogue of the recette and of examples.

use std::cmp::Ordering;

use serde_json::Value;

use super::ApiId;

/// A kind of search, as the CGU count them.
#[derive(Debug)]
pub struct Search {
    /// The API that offers it.
    pub api: ApiId,
    /// Its name in the catalogue of the recette, which no other search has: `numCpte/existence`.
    pub name: &'static str,
    /// What the personas' calls name it by, which several kinds may share: `numCpte`.
    pub operation: &'static str,
    /// The template of its resource, below the API's context.
    pub resource: &'static str,
    /// The names in `motifs.toml` of which a motif must open one; none when no motif is asked.
    pub motifs: &'static [&'static str],
    /// Whether the parameters of a persona's call of this operation make it a search of this kind.
    pub shows: fn(&Value) -> bool,
}

impl Search {
    /// Every kind, API by API.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ApiId::ALL.into_iter().flat_map(|api| api.plug().searches())
    }

    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|search| search.name == name)
    }

    /// What a fixture may name in the place of a kind, for messages: the APIs, then `more`, then every kind.
    pub fn expected(more: &[&'static str]) -> String {
        let apis = ApiId::ALL.into_iter().map(ApiId::as_str);
        let names = apis.chain(more.iter().copied()).chain(Self::all().map(|search| search.name));
        names.collect::<Vec<_>>().join(", ")
    }

    fn rank(&self) -> (ApiId, Option<usize>) {
        let all = self.api.plug().searches();
        (self.api, all.iter().position(|search| search.name == self.name))
    }
}

impl PartialEq for Search {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Search {}

impl PartialOrd for Search {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Search {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_have_one_name_and_an_operation_has_one_resource() {
        let all: Vec<_> = Search::all().collect();
        for (at, one) in all.iter().enumerate() {
            assert!(ApiId::named(one.name).is_none(), "{}: it is an API", one.name);
            for other in &all[..at] {
                assert_ne!(one.name, other.name);
                let alike = one.api == other.api && one.operation == other.operation;
                assert!(!alike || one.resource == other.resource, "{}", one.operation);
            }
        }
    }
}
