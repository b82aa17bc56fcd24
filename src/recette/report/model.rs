//! What a report says, before it is written in any form.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    About, Callers, Comparison, ConventionChange, Excused, Judged, LiftedRefusal, SEAL, Synthesis,
    Volume, interventions, unshown,
};
use crate::{
    api::MotifWords,
    clock::{self, Times},
    config::{self, Config, Mode, SETTINGS, SettingValue as _},
    directory::Convention,
    journal::{Entry, Maker, RunFacts},
    recette::{
        applies::{self, Opening},
        catalogue::Catalogue,
        conduct::{self, Finding, Verdict},
        coverage::{self, CaseResult, State, Tally, ThemeResult},
        evidence::{Evidence, Selection},
        script::AGENT,
        words,
    },
    register,
    rights::{ApiId, Granted},
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
    pub judged: Judged,
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

/// The partner and its convention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// The convention's id.
    pub id: String,
    pub organisation: String,
    /// The use case.
    pub title: String,
    pub siret: String,
    /// Its state, in French.
    pub state: String,
    /// What it opens, API by API.
    pub apis: Vec<ApiFacts>,
}

/// What a convention opens of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiFacts {
    pub api: ApiId,
    /// Calls per minute.
    pub quota: u32,
    pub searches: Vec<String>,
    /// The motifs, where the API asks one.
    pub motifs: Vec<String>,
    /// What they are called and the texts that allow them, as far as they are known; reports of before do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub motif_words: Vec<MotifWords>,
    pub scopes: Vec<String>,
}

/// Where and with what the rehearsal took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Where the entries come from, in French.
    pub source: String,
    /// The gateway's address, where it is known.
    #[serde(default)]
    pub gateway: Option<String>,
    /// What the server said of itself; empty when the journal does not tell.
    pub runs: Vec<RunFacts>,
}

impl Report {
    /// The report that this basis gives.
    pub fn new(basis: Basis<'_>) -> Self {
        let Basis { catalogue, convention, opening, evidence, environment, .. } = basis;
        let Basis { selection, about, remarks, mut interventions, change, judged, now, .. } = basis;
        let themes = coverage::cover(catalogue, opening, evidence, &about.remarks);
        let everyday = evidence.everyday(|case| catalogue.excuses(case));
        let conduct = conduct::judge(opening, &everyday.iter().collect::<Vec<_>>(), now.simulated);
        let excused = Excused::new(evidence, &everyday);
        let mut points = vigilance((&selection, now.simulated), evidence, &environment);
        points.extend(excused.and_then(Excused::point));
        interventions.retain(|one| selection.spans(one.at));
        points.extend(interventions::points(&interventions, change.as_ref(), judged));
        points.extend(unshown::points(opening, evidence, &everyday, &themes));
        points.extend(unclosed(catalogue, evidence));
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
    pub fn told(mut self, about: About) -> Self {
        self.vigilance.retain(|point| point != UNNAMED);
        self.vigilance.extend(unnamed(&about));
        self.about = about;
        self.synthesis = Synthesis::new(&self);
        self
    }

    /// Why nothing can be said of the application, in French; nothing where something can.
    pub fn groundless(&self) -> Option<&'static str> {
        match (&self.evidence_sha256, self.observed, self.chosen_period()) {
            (None, ..) => Some("il manque des entrées au journal"),
            (Some(_), 0, None) => Some("aucun appel de l'application n'a été observé"),
            (Some(_), 0, Some(_)) => {
                Some("aucun appel de l'application n'a été observé dans la période choisie")
            }
            (Some(_), 1.., _) => None,
        }
    }

    /// The digest as people read it, or why there is none.
    pub fn digest(&self) -> &str {
        self.evidence_sha256.as_deref().unwrap_or("aucune : il manque des entrées au journal")
    }

    /// What stands in red on the first page of a report that holds calls of bacasable's own.
    pub fn warning(&self) -> Option<String> {
        (self.played > 0).then(|| {
            format!(
                "{} par bacasable lui-même (recette play) : ce que ces appels montrent ne prouve rien de l'application du \
                 partenaire, et ce rapport n'est pas à signer.",
                words::counted(self.played, "appel retenu a été fait", "appels retenus ont été faits")
            )
        })
    }

    /// Why nobody is to sign this report, in French; nothing where it can be signed.
    pub fn unsignable(&self) -> Option<String> {
        if self.evidence_sha256.is_none() {
            return Some(
                "Il manque des entrées au journal (voir les points de vigilance) : ce rapport n'est pas à signer.".to_owned(),
            );
        }
        if self.played > 0 {
            return Some("Des appels de ce rapport ont été faits par bacasable lui-même : il n'est pas à signer.".to_owned());
        }
        let why = self.groundless()?;
        Some(format!("Rien ne peut être conclu : {why}. Ce rapport n'est pas à signer."))
    }

    /// When it was made: by the system's clock, where that was kept.
    pub fn made_at(&self) -> Timestamp {
        self.real_date.unwrap_or(self.date)
    }

    /// What the report is called on each of its pages: partner, date, and the first twelve digits of its evidence's digest; said
    /// of one that holds calls of bacasable's own.
    pub fn reference(&self) -> String {
        let digest = self.evidence_sha256.as_deref().and_then(|digest| digest.get(..12));
        let date = self.made_at().to_zoned(clock::paris()).strftime("%Y%m%d-%H%M%S").to_string();
        let played = if self.played > 0 { "-appels-de-bacasable" } else { "" };
        format!("{}-{date}-{}{played}", self.partner.id, digest.unwrap_or("sans-empreinte"))
    }

    /// What and who, as rows of a label and a text: those that are known.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts: Vec<(&str, String)> = Vec::new();
        let said = self.about.lines().into_iter().map(|(label, text)| (label, text.to_owned()));
        facts.extend(said);
        if self.about.application.is_none() {
            facts.insert(0, ("Application", "non renseignée".to_owned()));
        }
        facts.push(("Référence", self.reference()));
        facts.extend(self.seal.iter().map(|seal| (SEAL, seal.clone())));
        facts.push(("Environnement imité", self.environment.rehearsed().french().to_owned()));
        facts.extend(self.environment.gateway.iter().map(|url| ("Passerelle", url.clone())));
        let Callers { certificates, addresses, agents } = &self.callers;
        for seen in certificates {
            let serial = seen.serial.as_ref().map(|serial| format!(", numéro de série {serial}"));
            let (subject, print) = (&seen.subject, &seen.fingerprint);
            let serial = serial.unwrap_or_default();
            facts.push((
                "Certificat client",
                format!("{subject}{serial}, empreinte SHA-256 {print}"),
            ));
        }
        let list = |label, all: &[String]| (!all.is_empty()).then(|| (label, all.join(" ; ")));
        facts.extend(list("Adresses observées", addresses));
        facts.extend(list("Logiciels clients observés", agents));
        facts.extend(list("Journal vidé", &self.resets));
        facts.extend(list("Appels non retenus", &self.left_out));
        facts.push(("Textes de référence", self.texts().join(" ; ")));
        facts
    }

    /// The texts that the emulation of the convention's APIs follows, with their dates.
    fn texts(&self) -> Vec<&'static str> {
        let mut texts: Vec<&str> = Vec::new();
        for text in self.partner.apis.iter().flat_map(|facts| facts.api.plug().texts()) {
            if !texts.contains(text) {
                texts.push(text);
            }
        }
        texts.push(RFCS);
        texts
    }

    /// The period that was chosen, where one was.
    pub fn chosen_period(&self) -> Option<String> {
        let Selection { from, to, .. } = &self.selection;
        let chosen = match (from.map(words::moment), to.map(words::moment)) {
            (None, None) => return None,
            (Some(from), None) => format!("à partir du {from}"),
            (None, Some(to)) => format!("jusqu'au {to}"),
            (Some(from), Some(to)) => format!("du {from} au {to}"),
        };
        Some(chosen + self.by_which_clock())
    }

    /// What a reader must know of the journal's hours, where the clock was moved.
    pub fn by_which_clock(&self) -> &'static str {
        if self.clock_moved {
            " (heures de l'horloge simulée, qui a été déplacée)"
        } else {
            ""
        }
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

impl ApiFacts {
    /// Each motif with its label and its legal ground; its code alone where they are not known.
    pub fn motif_lines(&self) -> Vec<String> {
        let line = |code: &String| {
            let words = self.motif_words.iter().find(|words| words.code == *code);
            words.map_or_else(|| code.clone(), ToString::to_string)
        };
        self.motifs.iter().map(line).collect()
    }
}

impl Partner {
    fn new(convention: &Convention, opening: &Opening) -> Self {
        let facts = |(api, grant): (ApiId, &dyn Granted)| ApiFacts {
            api,
            quota: grant.quota().get(),
            searches: opening
                .searches
                .iter()
                .filter(|one| one.api == api)
                .map(|one| one.name.to_owned())
                .collect(),
            motifs: grant.motifs().iter().map(ToString::to_string).collect(),
            motif_words: grant
                .motifs()
                .iter()
                .filter_map(|motif| opening.motif_words.get(motif).cloned())
                .collect(),
            scopes: sorted(grant.scopes()),
        };
        Self {
            id: convention.id.clone(),
            organisation: convention.organisation.clone(),
            title: convention.title.clone(),
            siret: convention.siret.to_string(),
            state: applies::state(opening.state).to_owned(),
            apis: convention.grants.iter().map(facts).collect(),
        }
    }
}

impl Environment {
    /// A running server's.
    pub fn of_server(config: &Config) -> Self {
        let source = "journal du serveur en marche".to_owned();
        Self { source, gateway: None, runs: vec![run(config)] }
    }

    /// Which of the DGFiP's environments was rehearsed, by what the last server said of itself.
    pub fn rehearsed(&self) -> config::Environment {
        let settings = self.runs.last().map(|run| run.settings.as_slice()).unwrap_or_default();
        let said = settings.iter().find(|(key, _)| key == "gateway.environment");
        let said = said.and_then(|(_, value)| config::Environment::read(value));
        said.unwrap_or(config::Environment::Production)
    }

    /// That of journal files.
    pub fn of_files(names: &[String], evidence: &Evidence<'_>) -> Self {
        let many = if names.len() > 1 { "fichiers de journal" } else { "fichier de journal" };
        let runs = evidence.runs.iter().map(|&run| run.clone()).collect();
        Self { source: format!("{many} : {}", names.join(", ")), gateway: None, runs }
    }
}

/// What a server of these settings says of itself.
pub fn run(config: &Config) -> RunFacts {
    let is_shown = |key: &str| {
        let of_api = |api: ApiId| key.split('.').next() == Some(api.as_str());
        ["gateway.", "fixtures"].iter().any(|start| key.starts_with(start))
            || ApiId::ALL.into_iter().any(of_api)
    };
    let local = |key: &str| {
        ["gateway.listen", "gateway.limits", "gateway.server_names"]
            .iter()
            .any(|start| key.starts_with(start))
    };
    let changed = SETTINGS.iter().filter(|setting| is_shown(setting.key) && !local(setting.key));
    let changed = changed.filter(|setting| setting.show(config) != setting.default());
    RunFacts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: config.seed,
        population: config.population,
        register: register::VERSION,
        settings: changed.map(|setting| (setting.key.to_owned(), setting.show(config))).collect(),
        replica: config.state.url.is_some(),
    }
}

/// Who else called in the partner's name, and how often.
fn left_out(evidence: &Evidence<'_>) -> Vec<String> {
    let pasted = evidence.pasted;
    let pasted = (pasted > 0).then(|| {
        let calls = words::counted(pasted, "appel fait", "appels faits");
        format!("{calls} par les commandes de recette plan ou next")
    });
    evidence.left_out.iter().map(made_by).chain(pasted).collect()
}

/// `45 appels faits par la commande bacasable recette play`.
fn made_by((by, &calls): (&Option<Maker>, &usize)) -> String {
    let how = by.map_or_else(
        || "la page « Essayer un appel »".to_owned(),
        |by| format!("la commande bacasable {}", by.command()),
    );
    format!("{} par {how}", words::counted(calls, "appel fait", "appels faits"))
}

fn vigilance(
    (selection, now): (&Selection, Timestamp),
    evidence: &Evidence<'_>,
    environment: &Environment,
) -> Vec<String> {
    let mut points = Vec::new();
    for kind in ["iban", "spi", "siren", "siret"] {
        let seen = evidence
            .exhibits
            .iter()
            .filter(|one| one.entry.vigilance.iter().any(|flag| flag == kind))
            .count();
        if seen > 0 {
            let demands = words::counted(seen, "demande contenait", "demandes contenaient");
            points.push(format!(
                "{demands} un {} valide et hors des plages fictives : il a l'apparence d'une donnée réelle, qui n'a pas sa place \
                 dans un essai. Sa valeur n'a été consignée nulle part.",
                kind.to_uppercase()
            ));
        }
    }
    let causes = evidence.exhibits.iter().filter_map(|one| one.entry.cause.as_deref());
    let leaked = causes.filter(|cause| *cause == "token-is-secret").count();
    if leaked > 0 {
        points.push(format!(
            "{} à la place du jeton (Authorization: Bearer) : il a circulé hors de la demande de jeton, et il est à renouveler s'il sert \
             ailleurs que dans cet essai.",
            words::counted(
                leaked,
                "appel portait le secret de l'application",
                "appels portaient le secret de l'application"
            )
        ));
    }
    if evidence.pasted > 0 {
        points.push(format!(
            "{} les commandes curl que bacasable recette plan ou next affiche (User-Agent « {AGENT} ») : ce ne sont pas ceux de \
             l'application, et ils ne sont pas retenus.",
            words::counted(evidence.pasted, "appel a été fait par", "appels ont été faits par")
        ));
    }
    let made: Vec<_> = evidence.left_out.iter().filter(|(by, _)| by.is_some()).collect();
    if !made.is_empty() {
        let lines: Vec<_> = made.into_iter().map(made_by).collect();
        points.push(format!(
            "Des appels faits par bacasable lui-même ne sont pas retenus : {}. Ils ne disent rien de l'application.",
            lines.join(" ; ")
        ));
    }
    let rehearsed = environment.rehearsed();
    if rehearsed == config::Environment::BacASable {
        let unasked = ApiId::ALL.into_iter().filter(|api| !api.identifies_callers(rehearsed));
        let unasked: String = unasked.map(|api| format!("pour {} ni ", api.label())).collect();
        points.push(format!(
            "L'environnement imité est le bac à sable, où ni certificat ni adresse ne sont demandés {unasked}pour le serveur de jetons."
        ));
    }
    let observing = |run: &RunFacts| {
        run.settings
            .iter()
            .any(|(key, value)| key == "gateway.mode" && *value == Mode::Observe.show())
    };
    if environment.runs.iter().any(observing) {
        points.push(
            "La passerelle était en mode « observe » : ses contrôles étaient évalués, aucun ne refusait.".to_owned(),
        );
    }
    if let Some(from) = selection.from.filter(|from| *from > now) {
        points.push(format!(
            "La période choisie commence le {}, après la date de ce rapport : aucun appel ne peut encore y figurer.",
            words::moment(from)
        ));
    }
    if evidence.outside > 0 {
        points.push(words::counted(
            evidence.outside,
            "appel de l'application, avant ou après la période choisie, n'est pas jugé.",
            "appels de l'application, avant ou après la période choisie, ne sont pas jugés.",
        ));
    }
    if evidence.clock_moved() {
        points.push(
            "L'horloge simulée a été déplacée pendant la recette à blanc, comme certains cas le demandent (jeton expiré, \
             minute suivante) : les heures du journal sont celles de cette horloge et peuvent dépasser celle du rapport."
                .to_owned(),
        );
    }
    if environment.runs.is_empty() {
        points.push(
            "Le journal ne dit pas avec quelle version ni quels réglages il a été produit."
                .to_owned(),
        );
    }
    if !evidence.gaps.is_empty() {
        let missing = evidence.gaps.iter().map(|gap| gap.to - gap.from + 1).sum::<u64>();
        let shown: Vec<_> = evidence.gaps.iter().take(SHOWN).map(ToString::to_string).collect();
        let more = if evidence.gaps.len() > SHOWN { ", etc." } else { "" };
        let entries = words::counted(
            usize::try_from(missing).unwrap_or(usize::MAX),
            "entrée manque au journal (numéro",
            "entrées manquent au journal (numéros",
        );
        points.push(format!(
            "{entries} {}{more}) : ce rapport ne porte pas d'empreinte de ses preuves et n'est pas à signer.",
            shown.join(", ")
        ));
    }
    if evidence.truncated {
        points
            .push("Le début du journal n'a pas été conservé : des appels plus anciens ne sont pas comptés.".to_owned());
    }
    points
}

/// Whether the journal's hours may be other than those by which people live.
fn is_moved(evidence: &Evidence<'_>, Times { simulated, real }: Times) -> bool {
    evidence.clock_moved() || simulated.duration_since(real).abs() > SignedDuration::from_mins(1)
}

/// What is missing where nobody says which application it is.
fn unnamed(about: &About) -> Option<String> {
    about.application.is_none().then(|| UNNAMED.to_owned())
}

/// The cases that began and never ended, and what that means for conduct.
fn unclosed(catalogue: &Catalogue, evidence: &Evidence<'_>) -> Option<String> {
    let all = evidence.unclosed.join(", ");
    let excused = evidence.unclosed.iter().any(|case| catalogue.excuses(case));
    let so = match excused {
        true => {
            "le comportement de l'application n'est pas jugé depuis le début de ceux qui demandent une erreur ou un incident."
        }
        false => "les appels faits depuis leur début leur sont rattachés.",
    };
    (!all.is_empty()).then(|| format!("Des cas commencés ne sont pas terminés ({all}) : {so}"))
}

/// What is said where nobody says which application it is.
const UNNAMED: &str =
    "L'application n'est pas renseignée : rien ne dit sur laquelle porte cette recette à blanc.";

/// The texts that every rehearsal follows.
const RFCS: &str = "RFC 6749, 6750, 7009 et 9110";

/// How many of the stretches that are missing are named.
const SHOWN: usize = 5;

fn sorted(mut scopes: Vec<&'static str>) -> Vec<String> {
    scopes.sort_unstable();
    scopes.into_iter().map(str::to_owned).collect()
}

/// The digest of the entries, one JSON object a line, so that anybody who holds the journal can compute it again.
fn sha256(entries: &[&Entry]) -> String {
    let mut digest = Sha256::new();
    for entry in entries {
        digest.update(serde_json::to_vec(entry).expect("an entry is plain data"));
        digest.update(b"\n");
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
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
    "Ce que l'application n'a pas demandé pendant la recette à blanc : seuls les appels consignés au journal sont jugés.",
];
