use super::*;

fn folder(text: &str) -> Result<Motifs, Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("motifs.toml"), text).unwrap();
    Motifs::load(Some(dir.path())).map_err(|faults| {
        let short = |fault: &Diagnostic| {
            format!("{} {} {}", fault.line.unwrap(), fault.key.as_deref().unwrap(), fault.message)
        };
        faults.iter().map(short).collect()
    })
}

fn motif(code: &str) -> Motif {
    code.parse().unwrap()
}

#[test]
fn the_sample_motifs_open_what_the_product_says() {
    let motifs = Motifs::load(None).unwrap();
    let opened: Vec<_> = motifs
        .iter()
        .map(|(code, motif)| {
            let names: Vec<_> = motif.searches.iter().map(|opening| opening.as_str()).collect();
            format!("{code} {}", names.join(" "))
        })
        .collect();
    assert_eq!(
        opened,
        [
            "0001 numCpte siretSiren perPhy perPro",
            "0003 numCpte siretSiren spi perPhy perPro",
            "0005 spi",
            "0020 numCpte siretSiren spi perPhy perPro",
            "0021 multiDet",
            "0022 numCpte",
            "0100 verifIban",
            "0101 numCpte-verification",
        ]
    );
    assert_eq!(motifs.get(motif("20")).unwrap().filter, Filter::default());
    assert!(!motifs.get(motif("0005")).unwrap().filter.beneficial_owners);
}

#[test]
fn a_verification_is_opened_by_numcpte_and_by_its_own_name() {
    let motifs = Motifs::load(None).unwrap();
    let opens = |code: &str, verification| {
        motifs.get(motif(code)).unwrap().opening(Search::NumCpte, verification).is_some()
    };
    assert!(opens("0020", false) && opens("0020", true) && opens("0101", true));
    assert!(!opens("0101", false) && !opens("0021", false));
}

#[test]
fn a_folder_adds_motifs_and_replaces_those_of_the_same_code() {
    let text = "[[motif]]\ncode = \"7\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"perPhy\"]\n\
                criteria.perPhy = { required = [\"etatCivil.prenoms\"], optional = [] }\n\
                [[motif]]\ncode = \"020\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"spi\"]\n";
    let motifs = folder(text).unwrap();
    assert_eq!(motifs.iter().count(), 9);
    assert_eq!(motifs.get(motif("0020")).unwrap().searches, [OpenedSearch::Whole(Search::Spi)]);
    let criteria =
        &motifs.get(motif("0007")).unwrap().criteria[&OpenedSearch::Whole(Search::PerPhy)];
    assert_eq!(
        (criteria.required.as_slice(), criteria.optional.as_deref()),
        (&["etatCivil.prenoms".to_owned()][..], Some(&[][..]))
    );
}

#[test]
fn every_fault_of_a_file_is_told_with_its_line() {
    let text = "[[motif]]\ncode = \"00200\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"iban\"]\n\
                [[motif]]\ncode = \"1\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"spi\"]\n\
                [motif.criteria.spi]\nrequired = [\"siren\"]\n\
                [[motif]]\ncode = \"0001\"\nlabel = \"x\"\nground = \"y\"\nsearches = []\n\
                [motif.criteria.perPhy]\n";
    let faults = folder(text).unwrap_err();
    let starts = ["2 code", "5 searches", "12 required", "14 code", "18 criteria"];
    assert_eq!(faults.len(), starts.len(), "{faults:#?}");
    for (fault, start) in faults.iter().zip(starts) {
        assert!(fault.starts_with(start), "{fault}");
    }
}

#[test]
fn an_unknown_key_is_named() {
    let faults = folder(
        "[[motif]]\ncode = \"1\"\nlabel = \"x\"\nground = \"y\"\nsearches = []\nfiltre = 1\n",
    )
    .unwrap_err();
    assert!(faults[0].starts_with("6 motif.0.filtre"), "{faults:?}");
}
