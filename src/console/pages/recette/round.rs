//! What was called between the two marks of a case that has just ended: its state may be that of an earlier call.

use std::sync::Arc;

use crate::{
    console::pages::show::Moment,
    journal::{Entry, Filter, Kind, Since, Step},
    recette::coverage::CaseResult,
    sandbox::Sandbox,
};

/// The calls of the last time that a case was played, in order.
pub(super) struct Round(Vec<Arc<Entry>>);

impl Round {
    /// That of a partner's case; nothing where the journal does not show its marks.
    pub(super) fn last(sandbox: &Sandbox, partner: &str, case: &str) -> Option<Self> {
        let read = |filter: Filter| sandbox.journal.read(&filter);
        let marks = read(Filter { partner: Some(partner.to_owned()), ..Filter::default() });
        let is_mark = |entry: &Arc<Entry>, step| {
            let mark = entry.mark.as_ref().filter(|_| entry.made.is_none());
            mark.is_some_and(|mark| mark.case == case && mark.step == step)
        };
        let ended = marks.iter().rposition(|entry| is_mark(entry, Step::End))?;
        let began = marks[..ended].iter().rfind(|entry| is_mark(entry, Step::Begin))?.sequence;
        let ended = marks[ended].sequence;
        let since = Some(Since::Sequence(began));
        let is_call = |entry: &Arc<Entry>| {
            let theirs = entry.partner.as_deref().is_none_or(|whose| whose == partner);
            let of_application = entry.made.is_none() && !entry.from_console;
            let called = matches!(entry.kind, Kind::Request | Kind::Handshake | Kind::Connection);
            entry.sequence < ended && theirs && of_application && called
        };
        let calls = read(Filter { since, ..Filter::default() }).into_iter().filter(is_call);
        Some(Self(calls.collect()))
    }

    /// What came of it, and how far the case has come: by which call, where none of this time shows it.
    pub(super) fn line(&self, case: &CaseResult) -> String {
        let state = case.state.french();
        let note = case.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
        let is_shown = case.evidence.iter().any(|proof| {
            self.0.iter().any(|call| call.time == proof.time && call.status == proof.status)
        });
        if is_shown {
            return format!("État : {state}.{note}");
        }
        let why = match &*self.0 {
            [] => "Aucun appel n'a été fait cette fois.".to_owned(),
            [one] => {
                let status =
                    one.status.map_or("sans réponse".to_owned(), |status| status.to_string());
                format!("L'appel de cette fois ({status}) ne le montre pas.")
            }
            all => format!("Les {} appels de cette fois ne le montrent pas.", all.len()),
        };
        let by = case.evidence.last().map(|proof| Moment::new(proof.time).hour());
        let by = by.map(|hour| format!(", d'après l'appel de {hour}")).unwrap_or_default();
        format!("{why} État : {state}{by}.{note}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::coverage::{Proof, State};

    fn call(status: u16, second: i64) -> Arc<Entry> {
        let time = jiff::Timestamp::from_second(second).unwrap();
        Arc::new(Entry { time, status: Some(status), ..Entry::default() })
    }

    fn case(state: State, evidence: Vec<Proof>) -> CaseResult {
        CaseResult {
            id: "jetons-revocation".to_owned(),
            title: String::new(),
            requirement: String::new(),
            sources: Vec::new(),
            how: String::new(),
            state,
            journal: None,
            by_clock: false,
            witness: None,
            note: None,
            seen: 1,
            evidence,
        }
    }

    #[test]
    fn a_state_that_an_earlier_call_gave_is_not_said_to_come_of_this_time() {
        let proof = Proof {
            correlation_id: String::new(),
            time: jiff::Timestamp::from_second(10).unwrap(),
            operation: None,
            status: Some(200),
            code: None,
            asked: None,
            entry: None,
        };
        let conforming = case(State::Conforming, vec![proof]);
        let line = |calls: Vec<Arc<Entry>>| Round(calls).line(&conforming);
        assert_eq!(line(vec![call(200, 10)]), "État : conforme.");
        let earlier = "État : conforme, d'après l'appel de 01:00:10.";
        assert_eq!(
            line(vec![call(400, 20)]),
            format!("L'appel de cette fois (400) ne le montre pas. {earlier}")
        );
        assert_eq!(
            line(vec![call(400, 20), call(400, 21)]),
            format!("Les 2 appels de cette fois ne le montrent pas. {earlier}")
        );
        assert_eq!(line(Vec::new()), format!("Aucun appel n'a été fait cette fois. {earlier}"));
        let none = case(State::NotSeen, Vec::new());
        assert_eq!(
            Round(vec![call(400, 20)]).line(&none),
            "L'appel de cette fois (400) ne le montre pas. État : non joué."
        );
    }
}
