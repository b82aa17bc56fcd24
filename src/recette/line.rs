//! Exhibits in a line, with an index of what was asked again: a long journal is not read to its end for each of its entries.

use std::{collections::HashMap, ops::Deref};

use jiff::Timestamp;

use super::evidence::Exhibit;

/// Exhibits in order.
pub struct Line<'a, 'b> {
    exhibits: Vec<&'a Exhibit<'b>>,
    again: HashMap<SameRequest<'a>, Vec<usize>>,
    until: Option<Timestamp>,
}

/// What makes two requests of a run the same one.
#[derive(PartialEq, Eq, Hash)]
enum SameRequest<'a> {
    Digest(usize, &'a str),
    /// A token: its requests have no digest.
    Token(usize),
}

impl<'a, 'b> Line<'a, 'b> {
    /// These exhibits.
    pub fn new(exhibits: Vec<&'a Exhibit<'b>>) -> Self {
        let mut again: HashMap<_, Vec<_>> = HashMap::new();
        for (at, exhibit) in exhibits.iter().enumerate() {
            if let Some(asked) = SameRequest::by(exhibit) {
                again.entry(asked).or_default().push(at);
            }
        }
        Self { exhibits, again, until: None }
    }

    /// The same, looked at at this moment: what did not happen until then did not happen.
    pub fn seen_at(self, now: Timestamp) -> Self {
        Self { until: Some(now), ..self }
    }

    /// Whether this moment is over.
    pub fn is_over(&self, moment: Timestamp) -> bool {
        self.until.is_some_and(|until| until >= moment)
    }

    /// The exhibits after `event`, in the same run; those made for other cases are left out.
    pub fn after(&self, event: usize) -> impl Iterator<Item = (usize, &'a Exhibit<'b>)> {
        let first = self.exhibits[event];
        let later = self.exhibits.iter().enumerate().skip(event + 1);
        later
            .map(|(at, exhibit)| (at, *exhibit))
            .filter(move |(_, one)| one.run == first.run && !one.is_elsewhere(first))
    }

    /// Those of them that ask the same as the exhibit at `event`.
    pub fn again(&self, event: usize) -> impl Iterator<Item = (usize, &'a Exhibit<'b>)> {
        let same = SameRequest::by(self.exhibits[event]).and_then(|asked| self.again.get(&asked));
        let same = same.map(Vec::as_slice).unwrap_or_default();
        let later = &same[same.partition_point(|&at| at <= event)..];
        let first = self.exhibits[event];
        later
            .iter()
            .map(|&at| (at, self.exhibits[at]))
            .filter(move |(_, one)| !one.is_elsewhere(first))
    }
}

impl<'a, 'b> Deref for Line<'a, 'b> {
    type Target = [&'a Exhibit<'b>];

    fn deref(&self) -> &Self::Target {
        &self.exhibits
    }
}

impl<'a> SameRequest<'a> {
    fn by(exhibit: &'a Exhibit<'_>) -> Option<Self> {
        match &exhibit.entry.digest {
            Some(digest) => Some(Self::Digest(exhibit.run, digest)),
            None => exhibit.asks_token().then_some(Self::Token(exhibit.run)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::Entry,
        recette::sample::{call, exhibits, numbered, token},
    };

    #[test]
    fn what_is_asked_again_is_found_after_it_only() {
        let asked =
            |hour: &str, digest: &str| Entry { digest: Some(digest.to_owned()), ..call(hour, 200) };
        let story = [
            asked("10:00:00", "a"),
            token("10:00:01", 200),
            asked("10:00:02", "b"),
            asked("10:00:03", "a"),
        ];
        let entries =
            numbered(story.into_iter().chain([token("10:00:04", 200), call("10:00:05", 200)]));
        let exhibits = exhibits(&entries);
        let line = Line::new(exhibits.iter().collect());
        let again = |event| line.again(event).map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(
            (again(0), again(1), again(2), again(3), again(5)),
            (vec![3], vec![4], vec![], vec![], vec![])
        );
        assert_eq!(line.after(4).map(|(at, _)| at).collect::<Vec<_>>(), [5]);
    }
}
