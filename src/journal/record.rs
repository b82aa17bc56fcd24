//! An entry as it is kept.

use std::{
    borrow::Cow,
    io::Write,
    sync::{Arc, OnceLock},
};

use super::{ControlFacts, Entry, FORMAT, SharedList, Values, members};

/// An entry as it is kept, without its number: the JSON of its own members, and what it has in common with others.
///
/// The memory holds thousands of entries and few are ever looked at, but each is written down while its answer waits. A text
/// is one block, where an [`Entry`] is twenty that come back to the allocator long after they left the processor's cache;
/// and the file and the other replicas get it as it stands.
#[derive(Debug)]
pub struct Record {
    members: Box<[u8]>,
    arrived_us: u64,
    controls: SharedList<ControlFacts>,
    restituted: SharedList<Cow<'static, str>>,
    /// Apart because other processes are not told them.
    values: Option<Box<Values>>,
    /// The entry again, once somebody looked at it: who looks at some looks at them many times.
    read: OnceLock<Arc<Entry>>,
}

impl Record {
    /// What is kept of an entry: all of it but its number and who told it.
    pub fn new(entry: &Entry) -> Self {
        Self {
            members: members::write(entry).into_boxed_slice(),
            arrived_us: entry.arrived_us,
            controls: entry.controls.clone(),
            restituted: entry.restituted.clone(),
            values: entry.values.clone().map(Box::new),
            read: OnceLock::new(),
        }
    }

    /// Microseconds from the start of the run to the request.
    pub fn arrived_us(&self) -> u64 {
        self.arrived_us
    }

    pub(super) fn entry(&self, sequence: u64) -> Arc<Entry> {
        Arc::clone(self.read.get_or_init(|| Arc::new(self.read(sequence))))
    }

    fn read(&self, sequence: u64) -> Entry {
        let mut text = Vec::with_capacity(self.members.len() + HEAD);
        self.write_own(sequence, &mut text);
        text.extend_from_slice(br#","controls":[]}"#); // which no entry is without
        let own: Entry = serde_json::from_slice(&text).expect("what `of` wrote is read");
        let (controls, restituted) = (self.controls.clone(), self.restituted.clone());
        Entry { controls, restituted, values: self.values.as_deref().cloned(), ..own }
    }

    /// Adds the whole entry as JSON, with this number.
    pub(super) fn write(&self, sequence: u64, out: &mut Vec<u8>) {
        self.write_but_values(sequence, out);
        if let Some(values) = &self.values {
            out.pop(); // the brace
            out.extend_from_slice(br#","values":"#);
            serde_json::to_writer(&mut *out, values).expect("texts, into a vector");
            out.push(b'}');
        }
    }

    /// Adds the entry as JSON, with this number, without what its request held.
    pub fn write_but_values(&self, sequence: u64, out: &mut Vec<u8>) {
        self.write_own(sequence, out);
        out.extend_from_slice(br#","controls":"#);
        out.extend_from_slice(self.controls.json().as_bytes());
        if !self.restituted.is_empty() {
            out.extend_from_slice(br#","restituted":"#);
            out.extend_from_slice(self.restituted.json().as_bytes());
        }
        out.push(b'}');
    }

    fn write_own(&self, sequence: u64, out: &mut Vec<u8>) {
        write!(out, r#"{{"format":{FORMAT},"sequence":{sequence}"#)
            .expect("a vector takes whatever comes");
        out.extend_from_slice(&self.members);
    }
}

/// Bytes before the members, more or less.
const HEAD: usize = 64;

#[cfg(test)]
pub(super) mod tests {
    use std::net::IpAddr;

    use jiff::Timestamp;
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        admission::Control,
        journal::{
            CertificateFacts, JustificationFacts, Kind, Made, Maker, Mark, QuotaFacts,
            RefusalFacts, RunFacts, Step, VerdictName,
        },
        rights::ApiId,
    };

    /// Texts as they come from outside: whatever, most often nothing that JSON escapes.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[ -~é]{0,40}", "[a-z0-9-]{0,40}", any::<String>()]
    }

    /// An entry with every member, of these texts and numbers.
    pub(crate) fn full(texts: &[String], numbers: &[u16], time: Timestamp) -> Entry {
        let text = |at: usize| texts[at % texts.len()].clone();
        let number = |at: usize| numbers[at % numbers.len()];
        let facts = |control| ControlFacts {
            control,
            verdict: VerdictName::Refused,
            reason: Some(text(0)),
        };
        Entry {
            format: FORMAT,
            sequence: u64::from(number(0)),
            replica: None,
            time,
            kind: Kind::Recette,
            correlation_id: text(1),
            correlation_made: true,
            request_id: Some(text(2)),
            address: Some(IpAddr::from([number(0), number(1), 0, 0, 0, 0, number(2), 1])),
            port: Some(number(3)),
            tls: Some(text(3).into()),
            resumed: Some(number(3) % 2 == 0),
            http: Some(text(3).into()),
            user_agent: Some(text(1)),
            content_encoding: Some(text(2)),
            via: Some(IpAddr::from([
                192,
                0,
                number(1).to_be_bytes()[0],
                number(1).to_be_bytes()[1],
            ])),
            certificate: Some(CertificateFacts {
                fingerprint: text(4).into(),
                subject: text(5).into(),
            }),
            partner: Some(text(6)),
            api: Some(ApiId::ALL[1]),
            operation: Some(text(7).into()),
            context: Some(text(7).into()),
            method: Some(text(8).into()),
            status: Some(number(4)),
            code: Some(text(9)),
            environment: Some(text(8).into()),
            step: Some(text(9).into()),
            arrived_us: u64::MAX,
            duration_us: u64::from(number(5)),
            controls: Control::ALL.into_iter().map(facts).collect(),
            node: Some(2),
            quota: Some(QuotaFacts { limit: u32::MAX, used: u32::from(number(6)) }),
            cause: Some(text(10).into()),
            next_access: Some(time),
            token: Some(text(11)),
            digest: Some(text(12)),
            motif: Some(text(13)),
            reference: Some(text(14)),
            answers: Some(u32::from(number(7))),
            criteria: texts.iter().cloned().map(Cow::Owned).collect(),
            restituted: texts.iter().cloned().map(Cow::Owned).collect(),
            refusal: Some(Box::new(RefusalFacts {
                message: text(3),
                cause: Some(text(16).into()),
                attribute: Some(text(4)),
                expected: Some(text(5)),
                received: Some(text(6)),
                explanation: Some(text(7)),
            })),
            mistake: Some(text(26).into()),
            justification: Some(JustificationFacts {
                length: 7,
                hash: text(15),
                identifier: Some(text(16)),
                demand: Some(text(25)),
            }),
            vigilance: vec![text(17)],
            values: Some(Values { target: text(18), body: Some(text(19)) }),
            fault: Some(text(20)),
            from_console: true,
            made: Some(Made { by: Maker::ParityCompare, run: text(21) }),
            before_reset: true,
            note: Some(text(21)),
            mark: Some(Mark { case: text(22), step: Step::End }),
            run: Some(RunFacts { settings: vec![(text(23), text(24))], ..RunFacts::default() }),
        }
    }

    /// What serde makes of an entry, and what a record of it does; a record's members may stand in another order.
    fn both(entry: Entry) -> [serde_json::Value; 3] {
        let sequence = entry.sequence;
        let derived = serde_json::to_value(&entry).unwrap();
        let record = Record::new(&entry);
        let mut line = Vec::new();
        record.write(sequence, &mut line);
        [
            derived,
            serde_json::from_slice(&line).unwrap(),
            serde_json::to_value(record.entry(sequence)).unwrap(),
        ]
    }

    proptest! {
        #[test]
        fn a_record_is_the_whole_entry_whatever_stands_in_it(
            texts in vec(text(), 25),
            numbers in vec(any::<u16>(), 8),
            second in Timestamp::MIN.as_second()..Timestamp::MAX.as_second(),
            nanosecond in prop_oneof![Just(0), 0..1_000_000_000],
        ) {
            let time = Timestamp::new(second, nanosecond).unwrap();
            let [derived, line, read] = both(full(&texts, &numbers, time));
            prop_assert_eq!(&line, &derived);
            prop_assert_eq!(&read, &derived);
        }
    }

    #[test]
    fn a_record_of_an_entry_that_says_little_says_as_little() {
        let [derived, line, read] =
            both(Entry { format: FORMAT, sequence: u64::MAX, ..Entry::default() });
        assert_eq!((&line, &read), (&derived, &derived));
    }

    #[test]
    fn what_a_request_held_goes_to_the_file_alone() {
        let record = Record::new(&full(&["secret".to_owned()], &[1], Timestamp::UNIX_EPOCH));
        let (mut file, mut others) = (Vec::new(), Vec::new());
        record.write(7, &mut file);
        record.write_but_values(7, &mut others);
        let file: Entry = serde_json::from_slice(&file).unwrap();
        let others: Entry = serde_json::from_slice(&others).unwrap();
        assert!(file.values.is_some() && others.values.is_none());
        assert_eq!((file.sequence, others.sequence, others.run), (7, 7, file.run));
    }
}
