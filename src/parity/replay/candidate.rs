//! The requests that could be the original's: its form, filled with a persona's values.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    call::ReplayCall,
    choice::{Base, Candidates, Choice, Variant},
    fill::text,
};
use crate::{
    api::Ask,
    parity::{difference, form::Leaf, session::Body},
    register::{self, Subject},
    rights::Identifier,
};

impl Candidates<'_> {
    /// The requests, the likeliest first, with the data of so many persons and calls. Where the stage can be ordered to fail,
    /// the last one asks for the original's code.
    pub(super) fn calls(&self, steers: bool, most: usize) -> Vec<(Choice, ReplayCall)> {
        let mut calls: Vec<(Choice, ReplayCall)> = Vec::new();
        for base in self.bases(most).into_iter().map(Arc::new) {
            for variant in [Variant::Kept, Variant::Own, Variant::Wrong] {
                let choice = Choice { base: Arc::clone(&base), variant, fault: None };
                let call = self.call(&choice);
                let same = |(_, one): &(Choice, ReplayCall)| {
                    one.target == call.target
                        && one.body == call.body
                        && one.headers == call.headers
                };
                if !calls.iter().any(same) {
                    calls.push((choice, call));
                }
            }
        }
        if let (true, Some((first, _)), Some(code)) = (steers, calls.first(), self.code()) {
            let choice = Choice { fault: Some(code), ..first.clone() };
            let call = self.call(&choice);
            calls.push((choice, call));
        }
        calls
    }

    fn code(&self) -> Option<String> {
        let response = self.original.response.as_ref()?;
        difference::code(&response.body).map(|(_, code)| code.replace(' ', ""))
    }

    /// The personas' calls of this resource: those that end as the original did come first.
    fn bases(&self, most: usize) -> Vec<Base> {
        let status = self.original.response.as_ref().map(|response| response.status);
        let code = self.code();
        let personas = self.role.register.personas().iter();
        let mut calls: Vec<&register::SampleCall> =
            personas.flat_map(|persona| &persona.calls).collect();
        calls.sort_by_key(|call| call.partner != self.role.convention.id);
        let ends = |call: &register::SampleCall| {
            Some(call.expect.status) == status && call.expect.code == code
        };
        let mut ranked: Vec<(bool, Base)> =
            calls.into_iter().filter_map(|call| Some((ends(call), self.base(call)?))).collect();
        ranked.sort_by_key(|(ends, base)| std::cmp::Reverse((*ends, self.fit(base))));
        let mut bases: Vec<Base> = ranked.into_iter().map(|(_, base)| base).collect();
        bases.extend(self.people());
        bases.truncate(most);
        bases.push(Base { values: json!({}), motif: None });
        bases
    }

    /// The personas' people, each asked for by the SPI, where the resource takes it.
    fn people(&self) -> Vec<Base> {
        let Some((api, resource)) = self.asked else { return Vec::new() };
        let register = self.role.register;
        let ids = register.personas().iter().flat_map(|persona| match &persona.subject {
            Subject::Person(id) => vec![*id],
            Subject::Group(ids) => ids.clone(),
            Subject::Company(_) | Subject::Accounts => Vec::new(),
        });
        let asked = ids.filter_map(|id| {
            let spi = register.person(id).spi?;
            let asked = api.id().plug().asks_by(&Identifier::Spi(spi))?;
            let template = asked.resource(api.id())?;
            (template == resource.template).then(|| self.example(None, asked.parameters))?
        });
        asked.collect()
    }

    /// A persona's call of the resource that was asked.
    fn base(&self, call: &register::SampleCall) -> Option<Base> {
        let (api, resource) = self.asked?;
        if call.api != api.id() || call.resource() != Some(resource.template) {
            return None;
        }
        let motif = call.motif.as_ref().map(ToString::to_string);
        self.example(motif, call.parameters.clone())
    }

    fn example(&self, motif: Option<String>, parameters: Value) -> Option<Base> {
        let (api, resource) = self.asked?;
        let mut example = api.example(Ask {
            resource,
            convention: self.role.convention,
            motif: motif.clone(),
            parameters,
            justification: "dossier de comparaison".to_owned(),
            today: self.today(),
        });
        Some(Base { values: example.attributes().take(), motif })
    }

    /// The names of the values in the path.
    pub(super) fn segments(&self) -> Vec<&'static str> {
        let template = self.asked.map_or("", |(_, resource)| resource.template);
        let braced = |segment: &'static str| segment.strip_prefix('{')?.strip_suffix('}');
        template.split('/').filter_map(braced).collect()
    }

    /// Whether the persona's call ends as the original did, which counts most, and how many of the original's values it has
    /// one of the same form for, less those that it cannot give.
    fn fit(&self, base: &Base) -> i64 {
        let mut fit = 0;
        let request = &self.original.request;
        let mut judge = |name: &str, leaf: &Leaf, known: Option<&Value>| match known.and_then(text)
        {
            Some(known) if leaf.kept().is_some_and(|kept| kept == known) => fit += 3,
            Some(known) if Leaf::from_text(&known).agrees(leaf) => fit += 2,
            Some(_) | None if name == "motif" => {}
            Some(_) | None => fit -= 1,
        };
        for (name, leaf) in self.segments().into_iter().zip(&request.segments) {
            judge(name, leaf, base.values.get(name));
        }
        for (name, leaf) in &request.query {
            judge(name, leaf, base.values.get(name));
        }
        if let Body::Json { shape } = &request.body {
            leaves("", shape, Some(&base.values), &mut judge);
        }
        fit - self.absent(&base.values)
    }

    /// How many of the persona's values the original did not send.
    fn absent(&self, base: &Value) -> i64 {
        let request = &self.original.request;
        if let Body::Json { shape } = &request.body {
            return missing(base, shape);
        }
        let segments = self.segments();
        let sent = |name: &str| {
            segments.contains(&name) || request.query.iter().any(|(other, _)| other == name)
        };
        let names = base.as_object().into_iter().flat_map(|all| all.keys());
        i64::try_from(names.filter(|name| !sent(name)).count()).unwrap_or(0)
    }
}

fn leaves(
    name: &str,
    shape: &Value,
    base: Option<&Value>,
    judge: &mut impl FnMut(&str, &Leaf, Option<&Value>),
) {
    match shape {
        Value::Object(all) => all.iter().for_each(|(name, shape)| {
            leaves(name, shape, base.and_then(|base| base.get(name)), judge)
        }),
        Value::Array(all) => all.iter().for_each(|shape| leaves(name, shape, base, judge)),
        Value::String(text) => {
            if let Ok(leaf) = Leaf::try_from(text.clone()) {
                judge(name, &leaf, base);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// How many values of `base` have no place in `shape`.
fn missing(base: &Value, shape: &Value) -> i64 {
    let Value::Object(all) = base else { return 0 };
    let each = all.iter().map(|(name, value)| match shape.get(name) {
        Some(shape) => missing(value, shape),
        None => 1,
    });
    each.sum()
}
