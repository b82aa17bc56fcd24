//! Which requests a fault is injected into: one type, for orders and scenarios alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Wrong,
    catalogue::{Catalogue, Operation},
    facts::{RequestFacts, is_named},
    outcome::Outcome,
    spec::OutcomeSpec,
    value::Test,
};
use crate::{directory::Directory, rights::ApiId};

/// A target as it is written; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<ApiId>,
    /// The operation, by its name in the journal; the gateway's own (`token`, `revoke`, `jwks`) must be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("numCpte"))]
    pub operation: Option<String>,
    /// The partner whose certificate calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("editeur-demo"))]
    pub partner: Option<String>,
    /// What the request must hold: attributes of the body by their path or its end, parameters of query, path or form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub criteria: BTreeMap<String, Test>,
}

/// A target that requests can meet.
#[derive(Clone, Debug)]
pub struct Matcher {
    target: Target,
    /// The operations that are meant: those that the target fits and that can have the outcome.
    operations: Vec<(Option<ApiId>, &'static str)>,
}

impl Matcher {
    /// A matcher and what happens to what it matches, or everything wrong with them: an unknown name, a criterion that no
    /// operation has, a partner that could never get there, an outcome that cannot be.
    ///
    /// # Errors
    /// Everything wrong, with pointers from the root of `{"match", "outcome"}`.
    pub fn resolve(
        target: &Target,
        spec: &OutcomeSpec,
        catalogue: &Catalogue,
        directory: &Directory,
    ) -> Result<(Self, Outcome), Vec<Wrong>> {
        let mut wrong = Vec::new();
        let aims = target.aims(catalogue, &mut wrong);
        let aims = target.with_criteria(aims, &mut wrong);
        let resolved = spec.resolve(aims, catalogue).map_err(|more| wrong.extend(more)).ok();
        let aims = resolved.as_ref().map_or(&[][..], |(_, aims)| aims);
        target.check_partner(aims, directory, &mut wrong);
        match resolved {
            Some((outcome, aims)) if wrong.is_empty() => {
                let operations = aims.iter().map(|aim| (aim.api, aim.name)).collect();
                Ok((Self { target: target.clone(), operations }, outcome))
            }
            Some(_) | None => Err(wrong),
        }
    }

    pub fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        self.target.partner.as_deref().is_none_or(|partner| partner == facts.partner)
            && self.operations.contains(&(facts.api, facts.operation))
            && self
                .target
                .criteria
                .iter()
                .all(|(name, test)| facts.any(name, |value| test.accepts(value, facts.effort())))
    }

    /// The target as it was written.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// A text that every request it matches holds as it is, unless it is written with escapes; the longest there is.
    pub(super) fn needle(&self) -> Option<&str> {
        self.target.criteria.values().filter_map(Test::literal).max_by_key(|text| text.len())
    }
}

impl Target {
    fn aims<'a>(&'a self, catalogue: &'a Catalogue, wrong: &mut Vec<Wrong>) -> Vec<&'a Operation> {
        let aims: Vec<_> = catalogue.operations(self.api, self.operation.as_deref()).collect();
        if let (true, Some(name)) = (aims.is_empty(), &self.operation) {
            let known = catalogue.names(self.api).join(", ");
            wrong.push(Wrong::at(
                "/match/operation",
                format!("{name:?} is no operation: expected one of {known}"),
            ));
        }
        aims
    }

    /// Those operations that have every criterion.
    fn with_criteria<'a>(
        &self,
        mut aims: Vec<&'a Operation>,
        wrong: &mut Vec<Wrong>,
    ) -> Vec<&'a Operation> {
        for (name, test) in &self.criteria {
            let pointer =
                || format!("/match/criteria/{}", name.replace('~', "~0").replace('/', "~1"));
            if test.is_empty() {
                wrong.push(Wrong::at(
                    pointer(),
                    "an empty value counts as not given, so nothing would match",
                ));
            }
            let able = |aim: &&Operation| aim.parameters.iter().any(|path| is_named(path, name));
            let left: Vec<_> = aims.iter().copied().filter(able).collect();
            if left.is_empty() && !aims.is_empty() {
                let message =
                    format!("no operation that is meant has an attribute or a parameter {name:?}");
                wrong.push(Wrong::at(pointer(), message));
            }
            aims = left;
        }
        aims
    }

    fn check_partner(&self, aims: &[&Operation], directory: &Directory, wrong: &mut Vec<Wrong>) {
        let Some(partner) = &self.partner else { return };
        let Some(convention) = directory.convention(partner) else {
            wrong
                .push(Wrong::at("/match/partner", format!("no convention has the id {partner:?}")));
            return;
        };
        let reaches = |aim: &&Operation| aim.api.is_none_or(|api| convention.quota(api).is_some());
        if !aims.is_empty() && !aims.iter().any(reaches) {
            let message = format!(
                "the convention of {partner:?} opens no API that is meant, so nothing would match"
            );
            wrong.push(Wrong::at("/match/partner", message));
        }
    }
}
