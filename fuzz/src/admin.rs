//! What the console is told, and what the journal is read back from.

use std::cell::OnceCell;

use bacasable::{
    api::Apis,
    directory::Directory,
    faults::{Catalogue, FaultRequest, Faults, RawRequest, RequestFacts, Scenarios},
    journal::Entry,
    rights::ApiId,
};

/// A fault that is ordered, then met by a request.
pub(super) fn order(input: &[u8]) {
    thread_local!(static SAMPLES: OnceCell<(Catalogue, Directory)> = const { OnceCell::new() });
    let Ok(request) = serde_json::from_slice::<FaultRequest>(input) else { return };
    SAMPLES.with(|samples| {
        let (catalogue, directory) = samples.get_or_init(|| {
            let apis = Apis::load(None).expect("the embedded fixtures are sound");
            (apis.catalogue(), Directory::load(None).expect("the embedded fixtures are sound"))
        });
        let faults = Faults::new(1, Scenarios::default());
        match faults.order(request, catalogue, directory) {
            Ok(order) => assert_eq!(faults.standing().len(), 1, "{order:?}"),
            Err(wrong) => {
                assert!(!wrong.is_empty() && faults.is_idle(), "what is refused does not stand");
                assert!(wrong.iter().all(|one| !one.message.is_empty()), "{wrong:?}");
            }
        }
        let by_spi: &[_] = &[("spi", "3990000101192")];
        for (operation, segments) in [("RechercheParSPI", by_spi), ("RechercheParCriteres", &[])] {
            let raw = RawRequest { query: Some("nom=MARTIN&sexe=1"), segments, body: b"" };
            faults.inject(&RequestFacts::new(Some(ApiId::R2p), operation, "editeur-demo", raw));
        }
    });
}

/// A line of the journal: what is read is written and read again the same.
pub(super) fn entry(input: &[u8]) {
    let Ok(entry) = serde_json::from_slice::<Entry>(input) else { return };
    let written = serde_json::to_string(&entry).expect("an entry is JSON");
    assert!(!written.contains('\n'), "one line");
    let again: Entry = serde_json::from_str(&written).expect("what was written");
    assert_eq!(serde_json::to_string(&again).expect("an entry is JSON"), written);
}
