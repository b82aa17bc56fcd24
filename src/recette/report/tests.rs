//! Every form of the report, written from one model that has everything in it.

use super::*;
use crate::{
    journal::RunFacts,
    recette::{
        conduct::{Breach, Finding, Verdict},
        coverage::{CaseResult, Proof, State, Tally, ThemeResult},
        evidence::Selection,
    },
    rights::ApiId,
};

fn at(hour: &str) -> jiff::Timestamp {
    format!("2026-11-22T{hour}Z").parse().unwrap()
}

fn proof(n: u32) -> Proof {
    Proof {
        correlation_id: format!("110e8400-e29b-41d4-a716-44665544{n:04}"),
        time: at("10:00:00"),
        operation: Some("numCpte".to_owned()),
        status: (n % 3 != 2).then_some(200),
        code: (n % 3 == 1).then(|| "CAF011".to_owned()),
        asked: None,
        entry: Some(format!("{n}.250.1795341600000000")),
    }
}

fn case(n: u32, state: State) -> CaseResult {
    CaseResult {
        id: format!("numcpte-cas-{n}"),
        title: format!("Recherche n° {n} : l'IBAN d'un « compte joint » & <ses> titulaires"),
        requirement: "L'application sait lire plusieurs ayants droit, et ne suppose pas que le titulaire est seul."
            .to_owned(),
        sources: vec!["PT 2.5.2".to_owned(), "CGU FICOBA 4".to_owned()],
        how: "Rechercher le compte joint de couple-joint-a.".to_owned(),
        state,
        journal: None,
        by_clock: false,
        witness: (state == State::Awaiting).then(|| "L'application a <alerté> son exploitant.".to_owned()),
        note: (state != State::Conforming).then(|| "ce qui manque | et pourquoi".to_owned()),
        seen: n as usize,
        evidence: if state == State::NotSeen { Vec::new() } else { (0..n % 3 + 1).map(proof).collect() },
    }
}

/// A report of so many cases per theme.
pub(super) fn report(cases: u32) -> Report {
    const STATES: [State; 6] = [
        State::Conforming,
        State::NotConforming,
        State::Seen,
        State::NotSeen,
        State::NotApplicable,
        State::Awaiting,
    ];
    let theme = |(at, title): (usize, &&str)| ThemeResult {
        id: format!("theme-{at}"),
        title: (*title).to_owned(),
        cases: (0..cases).map(|n| case(n, STATES[n as usize % 6])).collect(),
    };
    let titles = ["Raccordement", "Jetons", "FICOBA : recherche par compte", "Anomalies"];
    let themes: Vec<_> = titles.iter().enumerate().map(theme).collect();
    let tally = Tally::count(themes.iter().flat_map(|theme| &theme.cases));
    let rule = |(n, verdict): (usize, Verdict)| Finding {
        id: format!("regle-{n}"),
        title: "Après un 401, le jeton est renouvelé une seule fois avant de reprendre".to_owned(),
        sources: vec!["CGU FICOBA 8".to_owned(), "RFC 6750, 3.1".to_owned()],
        verdict,
        occasions: n * 7,
        breaches: match verdict {
            Verdict::Broken => {
                vec![Breach { what: "rappel avec le jeton refusé".to_owned(), proof: proof(9) }]
            }
            Verdict::NotApplicable | Verdict::NotObserved | Verdict::Respected => Vec::new(),
        },
        remarks: Vec::new(),
    };
    let verdicts =
        [Verdict::NotObserved, Verdict::Respected, Verdict::Broken, Verdict::NotApplicable];
    let mut report = Report {
        notice: NOTICE.to_owned(),
        date: at("11:00:00"),
        real_date: Some(at("10:59:00")),
        about: About {
            application: Some("Portail <des> aides".to_owned()),
            tester: Some("=Ada|`x`".to_owned()),
            remarks: vec![Remark {
                case: "numcpte-cas-1".to_owned(),
                decision: Decision::Reserved,
                severity: Some(Severity::Major),
                due: Some(jiff::civil::date(2027, 1, 31)),
                comment: Some("à revoir & <vite>".to_owned()),
                by: Some("Grace <G>".to_owned()),
                at: Some(at("10:30:00")),
                real_at: Some(at("10:30:00")),
                proof: None,
            }],
            ..About::default()
        },
        selection: Selection::default(),
        partner: Partner {
            id: "caf-verification-iban".to_owned(),
            organisation: "Caisse d'allocations familiales de Valmont".to_owned(),
            title: "Vérification des IBAN".to_owned(),
            siret: "20999004300017".to_owned(),
            state: "en vigueur".to_owned(),
            apis: vec![ApiFacts {
                api: ApiId::Ficoba,
                quota: 500,
                searches: vec!["verifIban/PP".to_owned(), "verifIban/PM".to_owned()],
                motifs: vec!["0100".to_owned()],
                motif_words: Vec::new(),
                scopes: vec!["dgfip_ficoba_restitution_verification".to_owned()],
            }],
        },
        callers: Callers {
            certificates: vec![CertificateSeen {
                subject: "CN=caf-verification-iban".to_owned(),
                fingerprint: "ab".repeat(32),
                serial: Some("0a1b".to_owned()),
            }],
            addresses: vec!["127.0.0.1".to_owned()],
            agents: vec!["curl/8 <x>".to_owned()],
        },
        volumes: vec![Volume {
            api: ApiId::Ficoba,
            calls: 321,
            demands: 300,
            peak: 210,
            peak_at: Some(at("10:12:00")),
            throttled: 2,
            quota: 500,
            offered: vec![(200, false), (500, true), (700, true)],
        }],
        resets: vec!["le 22/11/2026 à 09:59:00 par un ordre à la console".to_owned()],
        interventions: Vec::new(),
        change: None,
        kept_out: Vec::new(),
        clock_moved: false,
        previous: None,
        environment: Environment {
            gateway: Some("https://127.0.0.1:8443".to_owned()),
            source: "journal du serveur en marche".to_owned(),
            runs: vec![RunFacts {
                version: "0.1.0".to_owned(),
                seed: 1,
                population: 10_000,
                register: 2,
                settings: vec![("gateway.dialect".to_owned(), "wso2-4".to_owned())],
                replica: false,
            }],
        },
        period: Some((at("09:00:00"), at("10:59:59"))),
        entries: 321,
        observed: 300,
        played: 0,
        left_out: vec!["12 appels faits par la commande bacasable recette play".to_owned()],
        evidence_sha256: Some(
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        ),
        tally,
        percent: tally.percent(),
        without_effect: Vec::new(),
        lifted_refusals: Vec::new(),
        synthesis: Synthesis::default(),
        themes,
        excused: Some(Excused { calls: 200, of: 300, in_vain: [].into(), careless: [].into() }),
        conduct: verdicts.into_iter().enumerate().map(rule).collect(),
        vigilance: vec![
            "Une demande contenait un IBAN valide et hors des plages fictives.".to_owned(),
        ],
        limits: vec![
            "La qualité des données réelles.".to_owned(),
            "Les temps de réponse.".to_owned(),
        ],
        seal: None,
    };
    report.synthesis = Synthesis::new(&report);
    report
}

#[test]
fn the_model_survives_json() {
    let report = report(5);
    let written = report.write(Format::Json).unwrap();
    assert_eq!(serde_json::from_slice::<Report>(&written.bytes).unwrap(), report.sealed());
}

#[cfg(feature = "pdf")]
#[test]
fn the_pdf_is_one_whatever_is_in_the_report() {
    for cases in [0, 5, 60] {
        let written =
            report(cases).write(Format::Pdf).unwrap_or_else(|error| panic!("{cases}: {error}"));
        assert!(written.bytes.starts_with(b"%PDF-1.7"), "{cases}");
        keep(&format!("report-{cases}.pdf"), &written.bytes);
    }
}

#[cfg(feature = "pdf")]
#[test]
fn the_pdf_embeds_its_fonts_and_what_their_glyphs_mean() {
    let written = report(20).write(Format::Pdf).unwrap();
    let count = |wanted: &[u8]| {
        written.bytes.windows(wanted.len()).filter(|bytes| *bytes == wanted).count()
    };
    assert_eq!((count(b"/Subtype/Type0"), count(b"/FontFile2"), count(b"/ToUnicode")), (2, 2, 2));
    let pages = count(b"/Type/Page") - count(b"/Type/Pages");
    assert!(pages > 5, "{pages}");
}

/// A heading that is left alone at the foot of a page belongs to the table on the next one.
#[cfg(feature = "pdf")]
#[test]
fn no_heading_of_the_pdf_is_left_at_the_foot_of_a_page() {
    for cases in 1..30 {
        let report = report(cases);
        let titles: Vec<_> = report.themes.iter().map(|theme| theme.title.as_str()).collect();
        for (page, lines) in pdf::lines(&report).iter().enumerate() {
            let last = lines.last().map(String::as_str).unwrap_or_default();
            assert!(
                !titles.contains(&last) && last != "Cas et preuves",
                "{cases} cases, page {page}: {last}"
            );
        }
    }
}

#[test]
fn the_page_needs_nothing_else_and_holds_the_notice() {
    let written = report(5).write(Format::Html).unwrap();
    let html = String::from_utf8(written.bytes).unwrap();
    keep("report.html", html.as_bytes());
    for outside in ["src=", "<link", "@import", "url(", "=\"http", "<script"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.matches(NOTICE).count() >= 3);
    assert!(
        html.contains("&lt;ses&gt;") || html.contains("&#60;ses&#62;"),
        "what the fixtures say is escaped"
    );
    assert!(
        html.contains("content: \"Environnement fictif, outil non officiel\""),
        "printed on every page"
    );
}

#[test]
fn junit_counts_what_it_holds_and_stays_xml() {
    let mut report = report(5);
    report.themes[0].cases[1].note = Some("]]> & \"<\u{0}".to_owned());
    let xml = String::from_utf8(report.write(Format::Junit).unwrap().bytes).unwrap();
    keep("report.xml", xml.as_bytes());
    assert_eq!(xml.matches("<testcase ").count(), 24);
    assert!(
        xml.contains("tests=\"24\" failures=\"5\" errors=\"0\" skipped=\"14\""),
        "{}",
        &xml[..300]
    );
    assert_eq!(xml.matches("<failure ").count(), 5);
    assert!(xml.contains("]]&gt; &amp; &quot;&lt;\u{FFFD}"));
}

#[test]
fn what_a_header_holds_cannot_break_a_markdown_table() {
    let mut report = report(1);
    report.themes[0].cases[0].evidence[0].correlation_id = "a`|<b>\nc".to_owned();
    let text = String::from_utf8(report.write(Format::Markdown).unwrap().bytes).unwrap();
    keep("report.md", text.as_bytes());
    let rows = text.lines().filter(|line| line.starts_with('|'));
    for row in rows {
        let cells = row.replace("\\|", "").matches('|').count();
        assert!((4..=8).contains(&cells), "{row}");
    }
    assert!(text.contains("`a···b··c`"), "{text}");
    assert!(text.matches(NOTICE).count() >= 2);
}

/// What bacasable played is not what an application has shown: whoever opens such a report sees it at once.
#[test]
fn a_report_that_holds_played_calls_says_so_before_anything_else() {
    let report = Report { played: 300, ..report(5) };
    let warning = report.warning().unwrap();
    assert!(warning.starts_with("300 appels retenus ont été faits par bacasable"), "{warning}");
    for format in [Format::Html, Format::Markdown, Format::Junit] {
        let text = String::from_utf8(report.write(format).unwrap().bytes).unwrap();
        let text =
            text.replace(['\u{a0}', '\u{202f}'], " ").replace("&#39;", "'").replace("&apos;", "'");
        let at = text.find(&warning[..60]).unwrap_or_else(|| panic!("{format}"));
        assert!(at < text.find("Convention").unwrap_or(usize::MAX), "{format}");
    }
    #[cfg(feature = "pdf")]
    assert!(pdf::lines(&report)[0].join(" ").contains("300 appels retenus"));
}

/// What the calls show and what the tester has not witnessed are two things, in every form.
#[test]
fn what_waits_for_the_tester_is_told_apart() {
    let mut report = report(6);
    report
        .themes
        .iter_mut()
        .for_each(|theme| theme.cases.retain(|case| case.state == State::Awaiting));
    report.tally = Tally::count(report.themes.iter().flat_map(|theme| &theme.cases));
    report.percent = report.tally.percent();
    report.synthesis = Synthesis::new(&report);
    assert_eq!((report.tally.awaiting, report.tally.applicable, report.percent), (4, 4, 0));
    for format in [Format::Html, Format::Markdown, Format::Junit] {
        let text = String::from_utf8(report.write(format).unwrap().bytes).unwrap();
        assert!(text.matches("constat attendu").count() >= 4, "{format}");
    }
    #[cfg(feature = "pdf")]
    assert!(pdf::lines(&report).concat().join(" ").contains("constat attendu"));
    let xml = String::from_utf8(report.write(Format::Junit).unwrap().bytes).unwrap();
    assert!(
        xml.contains("tests=\"8\" failures=\"1\" errors=\"0\" skipped=\"6\""),
        "{}",
        &xml[..300]
    );
}

/// Whoever reads no further has read that a rule is broken, whatever the share of cases.
#[test]
fn every_form_begins_with_the_synthesis() {
    let report = report(1);
    assert_eq!(report.percent, 100);
    for format in [Format::Html, Format::Markdown] {
        let text = String::from_utf8(report.write(format).unwrap().bytes).unwrap();
        let text = text.replace(['\u{a0}', '\u{202f}'], " ").replace("&#39;", "'");
        let at = text.find("1 règle de comportement n'est pas respectée.").unwrap();
        assert!(at < text.find("Convention").unwrap(), "{format}");
        for (at, _) in text.match_indices("100 %") {
            assert!(
                text[at..].starts_with("100 %, mais 1 règle"),
                "{format}: {}",
                &text[at..at + 40]
            );
        }
    }
    #[cfg(feature = "pdf")]
    {
        let page = pdf::lines(&report)[0].join(" ").replace(['\u{a0}', '\u{202f}'], " ");
        let at = page.find("n'est pas concluante").unwrap();
        assert!(at < page.find("SIRET").unwrap(), "{page}");
        assert!(pdf::lines(&report).concat().iter().all(|line| !line.contains("100 % :")));
    }
}

/// A paper and the file that it was made with bear the same seal.
#[test]
fn every_form_bears_the_seal_of_the_json() {
    let report = report(5);
    let seal = report.sealed().seal.unwrap();
    for format in [Format::Html, Format::Markdown, Format::Json] {
        let text = String::from_utf8(report.write(format).unwrap().bytes).unwrap();
        assert!(text.contains(&seal), "{format}");
    }
    #[cfg(feature = "pdf")]
    assert!(pdf::lines(&report.sealed()).concat().concat().contains(&seal));
}

#[cfg(feature = "pdf")]
#[test]
fn those_who_sign_are_on_one_page_and_every_label_is_whole() {
    for cases in 1..30 {
        let pages = pdf::lines(&report(cases).sealed());
        let page_of = |wanted: &str| {
            let plain = |line: &String| line.replace(['\u{a0}', '\u{202f}'], " ");
            let starts = |line: &String| plain(line).starts_with(wanted);
            let holds = |lines: &Vec<String>| lines.iter().any(starts);
            pages.iter().rposition(holds).unwrap_or_else(|| panic!("{cases} cases: no {wanted}"))
        };
        let signatures = ["Testeur", "Vérifié par", "Responsable"].map(page_of);
        assert!(signatures.iter().all(|page| *page == signatures[0]), "{cases}: {signatures:?}");
        let decision = page_of("Homologation de sécurité (document, autorité, fonction) :");
        assert_eq!(decision, signatures[0], "{cases}: what is signed is apart from who signs");
        for beside in ["recette à blanc à reprendre", SEAL] {
            assert_eq!(page_of(beside), decision, "{cases}: {beside}");
        }
        for label in [
            "Date de début et date de fin de l'homologation :",
            "Volumétrie demandée (appels par minute), justification, nombre de dossiers par an :",
        ] {
            assert_eq!(page_of(label), decision, "{cases}: {label}");
        }
    }
}

/// What is signed stands with the reservations that are taken over, as long as a page holds them.
#[cfg(feature = "pdf")]
#[test]
fn what_is_attested_reserved_ticked_and_signed_is_on_one_page() {
    let decided = |count: u32, decision| {
        (0..count).map(move |n| Remark {
            comment: Some("le message n'est pas clair".to_owned()),
            by: Some("Grace".to_owned()),
            severity: Some(Severity::Major),
            ..Remark::new(&format!("numcpte-cas-{}", n * 6), decision)
        })
    };
    for (cases, reserved, refused) in [(1, 0, 0), (7, 2, 0), (9, 1, 2), (13, 3, 1), (20, 0, 3)] {
        let mut report = report(cases);
        let all = decided(reserved, Decision::Reserved).chain(decided(refused, Decision::Refused));
        report.about.remarks.extend(all); // beside one that has no effect
        report.lifted_refusals =
            vec![LiftedRefusal { case: "cas".to_owned(), what: "refusé ; muet".repeat(20) }; 8];
        let pages = pdf::lines(&report.sealed());
        let page_of = |wanted: &str| {
            let plain = |line: &String| line.replace(['\u{a0}', '\u{202f}'], " ");
            let holds =
                |lines: &Vec<String>| lines.iter().any(|one| plain(one).starts_with(wanted));
            pages.iter().rposition(holds).unwrap_or_else(|| panic!("{cases} cases: no {wanted}"))
        };
        let signed = page_of("Responsable");
        let mut beside = vec!["Le responsable de la recette, pour", "recette à blanc à", SEAL];
        beside.extend(report.takes_reservations().then_some("Réserves"));
        assert_eq!(report.takes_reservations(), refused == 0 || reserved > 0, "{cases} cases");
        beside.extend((refused > 0).then_some("Refus"));
        for wanted in beside {
            assert_eq!(page_of(wanted), signed, "{cases} cases: {wanted}");
        }
        for (page, lines) in pages.iter().enumerate() {
            let last = lines.last().map(|line| line.replace(['\u{a0}', '\u{202f}'], " "));
            let last = last.unwrap_or_default();
            for heading in [IDLE, LIFTED, "Refus", "Réserves", "Décision du partenaire", JUDGED] {
                assert!(last != heading, "{cases} cases, page {page}: {last}");
            }
        }
    }
}

/// What a convention opens may be long: it does not push away what says which rehearsal this is.
#[cfg(feature = "pdf")]
#[test]
fn the_first_page_holds_the_synthesis_the_period_and_who_whatever_the_convention_opens() {
    let mut report = report(5);
    let api = &mut report.partner.apis[0];
    api.motifs = (0..60).map(|n| format!("{n:04} recouvrement de créances alimentaires")).collect();
    let first = pdf::lines(&report.sealed())[0].join(" ");
    let first = first.replace(['\u{a0}', '\u{202f}'], " ");
    for wanted in [
        "Synthèse",
        "Vigilance",
        "Période",
        "Application",
        "Testeur",
        "Référence",
        "Sceau du rapport JSON",
    ] {
        assert!(first.contains(wanted), "{wanted}: {first}");
    }
}

#[test]
fn an_application_that_nobody_names_is_a_point_of_vigilance() {
    let named = report(5);
    let nameless = About { application: None, ..named.about.clone() };
    let points = named.vigilance.len();
    let report = named.clone().with_about(nameless);
    assert_eq!(report.vigilance.len(), points + 1);
    assert!(report.vigilance[points].starts_with("L'application n'est pas renseignée"));
    assert_eq!(report.synthesis.vigilance, "2 points de vigilance");
    assert_eq!(report.with_about(named.about.clone()).vigilance, named.vigilance);
}

/// Nobody signs where nothing can be concluded, nor without reservation beside what is adverse.
#[test]
fn what_can_be_signed_follows_from_what_was_shown() {
    let texts = |report: &Report| {
        let html = String::from_utf8(report.write(Format::Html).unwrap().bytes).unwrap();
        let plain = |text: String| text.replace(['\u{a0}', '\u{202f}'], " ").replace("&#39;", "'");
        let mut all = vec![plain(html)];
        #[cfg(feature = "pdf")]
        all.push(plain(pdf::lines(report).concat().join(" ")));
        all
    };
    let mut adverse = report(6);
    adverse.about.remarks.push(Remark::new("numcpte-cas-0", Decision::Reserved));
    for text in texts(&adverse) {
        assert!(!text.contains("prononcée sans réserve"), "{text}");
        assert!(text.contains("« Prononcée sans réserve » n'est pas proposé : "), "{text}");
        assert!(text.contains("prononcée avec les réserves ci-dessus"), "{text}");
        let (_, after) =
            text.split_once("Décisions sans effet, qui ne sont pas des réserves").unwrap();
        assert!(text.contains("200 appels sur 300 ne sont pas jugés ici"), "{text}");
        assert!(after.contains("numcpte-cas-1 : accepté avec réserve"), "{after}");
    }
    let empty = Report { observed: 0, ..report(6) };
    for text in texts(&empty) {
        assert!(text.contains("Rien ne peut être conclu : aucun appel"), "{text}");
        assert!(!text.contains("prononcée") && !text.contains("Nom et prénom"), "{text}");
    }
    let markdown = String::from_utf8(adverse.write(Format::Markdown).unwrap().bytes).unwrap();
    let line = "Décision : accepté avec réserve ; gravité majeure ; échéance le 31/01/2027";
    assert!(markdown.contains(line), "{markdown}");
    assert!(markdown.contains("(sans effet : les appels ne sont pas conformes)"), "{markdown}");
}

#[test]
fn broken_rules_are_introduced_and_a_status_is_not_said_twice() {
    let report = report(5);
    let html = String::from_utf8(report.write(Format::Html).unwrap().bytes).unwrap();
    let html = html.replace(['\u{a0}', '\u{202f}'], " ");
    assert!(html.contains("Non respectées : Après un 401"), "{}", &html[..4000]);
    #[cfg(feature = "pdf")]
    {
        let page = pdf::lines(&report)[0].join(" ").replace(['\u{a0}', '\u{202f}'], " ");
        assert!(page.contains("Non respectées : Après un 401"), "{page}");
    }
    let ended = |status, code: Option<&str>| {
        Proof { status, code: code.map(str::to_owned), ..proof(0) }.outcome()
    };
    assert_eq!(ended(Some(404), Some("404")), "404");
    assert_eq!(ended(Some(400), Some("CAF002")), "400 CAF002");
    assert_eq!(ended(None, None), "sans réponse");
}

/// Kept for a person to look at, when asked.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(dir) = option_env!("BACASABLE_KEEP_REPORTS") {
        std::fs::write(format!("{dir}/{name}"), bytes).unwrap();
    }
}
