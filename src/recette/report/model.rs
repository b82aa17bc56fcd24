//! What a report says, before it is written in any form.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    About, Callers, Comparison, ConventionChange, ConventionSource, Environment, Excused,
    LiftedRefusal, Partner, Synthesis, Volume, change, interventions, unshown,
    vigilance::{UNNAMED, left_out, otherwise, replaced, unclosed, unnamed, vigilance},
};
use crate::{
    clock::Times,
    directory::Convention,
    hex,
    journal::Entry,
    recette::{
        applies::Opening,
        catalogue::Catalogue,
        conduct::{self, Finding, Verdict},
        coverage::{self, CaseResult, State, Tally, ThemeResult},
        evidence::{Evidence, Selection},
    },
    sandbox::Intervention,
};

/// What the report is made from.
pub struct Basis<'a> {
    pub catalogue: &'a Catalogue,
    /// The partner.
    pub convention: &'a Convention,
    /// What its convention opens.
    pub opening: &'a Opening,
    pub evidence: &'a Evidence<'a>,
    /// Where and with what it was gathered.
    pub environment: Environment,
    /// Which entries count.
    pub selection: Selection,
    /// What people say about it.
    pub about: About,
    /// What was found on the way, in French.
    pub remarks: Vec<String>,
    /// What was ordered at the console.
    pub interventions: Vec<Intervention>,
    /// How the convention stands beside what its file says, where that is something else.
    pub change: Option<ConventionChange>,
    /// Where the convention comes from.
    pub judged: ConventionSource,
    /// The date of the report.
    pub now: Times,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The notice that stands on every page.
    pub notice: String,
    /// Its date, on the product's clock.
    pub date: Timestamp,
    /// The same on the system's clock.
    #[serde(default)]
    pub real_date: Option<Timestamp>,
    /// What people say about it.
    #[serde(default)]
    pub about: About,
    /// Which entries count.
    #[serde(default)]
    pub selection: Selection,
    /// Whose rehearsal it is.
    pub partner: Partner,
    /// Where and with what it was rehearsed.
    pub environment: Environment,
    /// Who called.
    #[serde(default)]
    pub callers: Callers,
    /// How much was called.
    #[serde(default)]
    pub volumes: Vec<Volume>,
    /// When the journal was emptied, and by whom, in French.
    #[serde(default)]
    pub resets: Vec<String>,
    /// What was ordered at the console in the period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Intervention>,
    /// How the convention stands beside what its file says, where the console changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ConventionChange>,
    /// The cases that the folder's catalogue keeps out, and bacasable's own does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_out: Vec<String>,
    /// Whether the simulated clock, by which the journal is dated, did not go as the real one does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_moved: bool,
    /// What has changed since an earlier report.
    #[serde(default)]
    pub previous: Option<Comparison>,
    /// The times of the first and the last entry.
    pub period: Option<(Timestamp, Timestamp)>,
    /// How many entries it rests on.
    pub entries: usize,
    /// How many calls of the application are among them.
    #[serde(default, skip_serializing_if = "coverage::is_zero")]
    pub observed: usize,
    /// How many of them are calls that bacasable made itself: what they show, no application has shown.
    #[serde(default)]
    pub played: usize,
    /// The calls in the partner's name that bacasable made itself and that do not count, in French.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// The SHA-256 of these entries; none when entries are missing among them: such a report is not to be signed.
    pub evidence_sha256: Option<String>,
    /// All cases.
    pub tally: Tally,
    /// The share of applicable cases that are conforming, in whole percents.
    pub percent: usize,
    /// The decisions that change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_effect: Vec<WithoutEffect>,
    /// The refusals that are no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted_refusals: Vec<LiftedRefusal>,
    /// What it all comes to.
    #[serde(default)]
    pub synthesis: Synthesis,
    /// Case by case.
    pub themes: Vec<ThemeResult>,
    /// Rule by rule.
    pub conduct: Vec<Finding>,
    /// The calls by which no rule is judged; none where all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excused: Option<Excused>,
    /// What a reader should keep in mind.
    pub vigilance: Vec<String>,
    /// What this rehearsal cannot prove.
    pub limits: Vec<String>,
    /// The digest of all the rest, where it is written as JSON.
    #[serde(default)]
    pub seal: Option<String>,
}

/// A decision that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithoutEffect {
    /// The case's id.
    pub case: String,
    /// In French.
    pub why: String,
}

impl Report {
    /// The report that this basis gives.
    pub fn new(basis: Basis<'_>) -> Self {
        let Basis { catalogue, convention, opening, evidence, environment, .. } = basis;
        let Basis { selection, about, remarks, mut interventions, change, judged, now, .. } = basis;
        let themes = coverage::cover(catalogue, opening, evidence, &about.remarks);
        let everyday = evidence.everyday(|case| catalogue.excuses(case));
        let conduct = conduct::judge(opening, &everyday.iter().collect::<Vec<_>>(), now.simulated);
        let excused = Excused::new(catalogue, evidence, &everyday);
        let mut points = vigilance((&selection, now.simulated), evidence, &environment);
        points.extend(excused.iter().flat_map(Excused::points));
        // What was ordered before the period may hold in it.
        interventions.retain(|one| selection.to.is_none_or(|to| one.at <= to));
        let judged_calls = evidence.period().map(|(first, last)| {
            let begin = selection.from.unwrap_or(first);
            begin..=last
        });
        let judged_calls = judged_calls.as_ref();
        points.extend(change::point(&interventions, change.as_ref(), judged));
        points.extend(interventions::points(&interventions, judged_calls));
        interventions.iter_mut().for_each(|one| one.before = None);
        points.extend(unshown::points(opening, evidence, &everyday, &themes));
        points.extend(unclosed(catalogue, evidence));
        let kept_out = catalogue.kept_out(opening);
        points.extend(replaced(catalogue, &kept_out));
        points.extend(otherwise(evidence, &environment));
        points.extend(remarks);
        points.extend(unnamed(&about));
        let tally = Tally::count(themes.iter().flat_map(|theme| &theme.cases));
        let mut report = Self {
            notice: super::NOTICE.to_owned(),
            date: now.simulated,
            real_date: Some(now.real),
            about,
            vigilance: points,
            selection,
            partner: Partner::new(convention, opening),
            environment,
            callers: Callers::from_evidence(evidence),
            volumes: Volume::all(evidence, |api| convention.quota(api)),
            resets: Vec::new(),
            clock_moved: is_moved(evidence, now),
            interventions,
            change,
            kept_out,
            previous: None,
            period: evidence.period(),
            entries: evidence.material.len(),
            observed: evidence.observed(),
            played: evidence.played,
            left_out: left_out(evidence),
            evidence_sha256: evidence.gaps.is_empty().then(|| sha256(&evidence.material)),
            tally,
            percent: tally.percent(),
            without_effect: Vec::new(),
            lifted_refusals: Vec::new(),
            synthesis: Synthesis::default(),
            themes,
            conduct,
            excused,
            limits: LIMITS.iter().map(|&limit| limit.to_owned()).collect(),
            seal: None,
        };
        report.without_effect = report.all_without_effect();
        report.lifted_refusals = report.all_lifted_refusals();
        report.synthesis = Synthesis::new(&report);
        report
    }

    /// The same, with what people say of it.
    #[must_use]
    pub fn with_about(mut self, about: About) -> Self {
        self.vigilance.retain(|point| point != UNNAMED);
        self.vigilance.extend(unnamed(&about));
        self.about = about;
        self.synthesis = Synthesis::new(&self);
        self
    }

    /// The cases that are not for this convention, by the reason.
    pub fn excluded(&self) -> Vec<(String, Vec<&CaseResult>)> {
        let mut groups: Vec<(String, Vec<&CaseResult>)> = Vec::new();
        for case in self.cases().filter(|case| !case.is_applicable()) {
            let why = case.note.clone().unwrap_or_default();
            match groups.iter_mut().find(|(known, _)| *known == why) {
                Some((_, cases)) => cases.push(case),
                None => groups.push((why, vec![case])),
            }
        }
        groups
    }

    pub fn cases(&self) -> impl Iterator<Item = &CaseResult> {
        self.themes.iter().flat_map(|theme| &theme.cases)
    }

    /// The rules that were broken.
    pub fn broken(&self) -> impl Iterator<Item = &Finding> {
        self.conduct.iter().filter(|finding| finding.verdict == Verdict::Broken)
    }

    /// The cases that one word of the tester can end: what no call shows is to be witnessed, or a mistake to be confirmed.
    pub fn awaiting(&self) -> impl Iterator<Item = &CaseResult> {
        self.cases().filter(|case| matches!(case.state, State::Awaiting | State::ToConfirm))
    }

    /// The cases still to play, to complete by calls or to play again, in a sensible order.
    pub fn left(&self) -> impl Iterator<Item = &CaseResult> {
        self.cases().filter(|case| case.is_left())
    }
}

/// Whether the journal's hours may be other than those by which people live.
fn is_moved(evidence: &Evidence<'_>, Times { simulated, real }: Times) -> bool {
    evidence.clock_moved() || simulated.duration_since(real).abs() > SignedDuration::from_mins(1)
}

/// The digest of the entries, one JSON object a line, so that anybody who holds the journal can compute it again.
fn sha256(entries: &[&Entry]) -> String {
    let mut digest = Sha256::new();
    for entry in entries {
        digest.update(serde_json::to_vec(entry).expect("an entry is plain data"));
        digest.update(b"\n");
    }
    hex::encode(&digest.finalize())
}

/// What no rehearsal on fictitious data can prove.
const LIMITS: &[&str] = &[
    "La conformité des réponses réelles : l'émulateur suit les documents publiés (protocole technique FICOBA v11, OpenAPI FICOBA v2, \
     Swagger R2P v1, CGU) ; lorsqu'ils sont muets, ses choix sont décrits dans sa documentation.",
    "L'accès au véritable environnement : certificat délivré par une autorité reconnue, adresses IP déclarées, routes réseau, \
     application et clés remises par la DGFiP.",
    "La qualité des données réelles : homonymes, états civils incomplets, comptes déclarés avec retard ou par erreur.",
    "Les temps de réponse, la disponibilité et la tenue en charge du véritable service.",
    "Le fondement juridique de l'accès, l'homologation de sécurité ou le questionnaire, et l'information des usagers \
     (CGU FICOBA 3.1, 3.2 et 3.4 ; CGU R2P 3.1 à 3.3).",
    "Ce que le client fait des données une fois reçues : stockage cloisonné, durée de conservation, habilitation des agents, traçabilité \
     interne (CGU FICOBA 4 et 5.2 ; CGU R2P 4 et 5.2).",
    "L'identité de qui décide : l'auteur d'une décision est celui qui a été saisi, sans contrôle ni signature. Une décision remplacée ou \
     retirée reste dans le rapport, avec son auteur et sa date.",
    "L'intégrité du journal : le partenaire le tient, et rien n'empêche de le modifier ou de le tronquer avant que le rapport soit établi. \
     Le sceau du rapport et l'empreinte du journal ne montrent que ce qui change ensuite.",
    "Le logiciel qui appelle : les appels d'un autre client qui présente le certificat et les clés du partenaire (curl, Postman) comptent \
     comme ceux de l'application. Les logiciels clients observés sont indiqués au début du rapport.",
    "Ce que l'application n'a pas demandé pendant la recette à blanc : seuls les appels consignés au journal sont jugés.",
];
