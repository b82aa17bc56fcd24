//! What people say about each partner's rehearsal: reports hold it.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::{
    directory::Convention,
    recette::{
        Recette,
        evidence::Selection,
        file::ReadError,
        live::Held,
        report::{About, Decision, Former, Remark, Report, Unsayable},
    },
    sandbox::Sandbox,
};

/// Why something is not said.
pub(super) enum Unsaid {
    /// It cannot be said.
    Wrong(Unsayable),
    /// The journal, by which decisions are judged, cannot be read.
    Unread(ReadError),
    /// The file that keeps it cannot be written.
    Unkept(String),
}

/// What is to be said in the place of what is: a member that is absent stays as it is, a text that is `null` is taken away.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecetteAboutChange)]
pub(super) struct AboutChange {
    /// The application that was rehearsed.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    application: Given<Option<String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    application_version: Given<Option<String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    campaign: Given<Option<String>>,
    /// Who played it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tester: Given<Option<String>>,
    /// Who checked it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    checked_by: Given<Option<String>>,
    /// Who answers for it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    responsible: Given<Option<String>>,
    /// What was decided of cases.
    #[serde(default)]
    #[schema(value_type = Vec<Remark>)]
    remarks: Given<Vec<Remark>>,
    /// Why decisions are withdrawn that are no more among the remarks: a refusal is not without a reason.
    #[serde(default)]
    pub(super) withdrawal: Option<String>,
    /// Nobody says it, so that it is read and left: a document that was read here may be sent back whole.
    #[serde(default, rename = "former")]
    #[schema(value_type = Vec<Former>)]
    _former: Given<Vec<Former>>,
}

/// A member of a change, where it is there.
struct Given<T>(Option<T>);

impl AboutChange {
    /// What it makes of what is kept.
    pub(super) fn over(self, kept: About) -> About {
        About {
            application: self.application.over(kept.application),
            application_version: self.application_version.over(kept.application_version),
            campaign: self.campaign.over(kept.campaign),
            tester: self.tester.over(kept.tester),
            checked_by: self.checked_by.over(kept.checked_by),
            responsible: self.responsible.over(kept.responsible),
            remarks: self.remarks.over(kept.remarks),
            former: kept.former,
        }
    }
}

impl<T> Given<T> {
    fn over(self, kept: T) -> T {
        self.0.unwrap_or(kept)
    }
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::deserialize(from).map(|value| Self(Some(value)))
    }
}

/// What is said about a partner's; nothing where another version wrote what this one cannot read.
pub(super) fn for_partner(sandbox: &Sandbox, partner: &str) -> About {
    let Some(said) = sandbox.abouts.for_partner(partner) else { return About::default() };
    serde_json::from_value(said).unwrap_or_else(|error| {
        tracing::warn!(%partner, %error, "what was said of a rehearsal cannot be read: another version wrote it");
        About::default()
    })
}

/// What a change was decided from, where a form says it.
#[derive(Default)]
pub(super) struct Ground {
    /// The proofs of each case ([`CaseResult::proofs`](crate::recette::coverage::CaseResult::proofs)) as the page showed them.
    pub(super) shown: Vec<(String, String)>,
    /// The cases whose decisions are to be withdrawn.
    pub(super) withdrawn: Vec<String>,
    /// Who withdraws; the tester where nobody is named.
    pub(super) by: Option<String>,
    /// Why decisions are withdrawn.
    pub(super) comment: Option<String>,
}

/// Says what `change` makes of what was said; new decisions are held against the journal, which takes its time.
///
/// # Errors
/// What cannot be said, by the first fault.
pub(super) fn say(
    sandbox: &Sandbox,
    recette: &Recette,
    convention: &Convention,
    ground: &Ground,
    change: impl FnOnce(About) -> About,
) -> Result<About, Unsaid> {
    let _turn = sandbox.turn(); // taken before what is kept is read, so that none is lost of two sent at once
    let earlier = for_partner(sandbox, &convention.id);
    let known = |case: &str| recette.catalogue.case(case).is_some();
    let mut about = change(earlier.clone()).checked(known).map_err(Unsaid::Wrong)?;
    let title = |case: &str| recette.catalogue.case(case).map_or("", |case| case.title.as_str());
    if let Some(case) = ground.withdrawn.iter().find(|case| earlier.remark(case).is_none()) {
        let title = title(case);
        let why = format!("Décision : « {title} » n'a aucune décision à retirer.");
        return Err(Unsaid::Wrong(Unsayable { pointer: "/remarks".to_owned(), why }));
    }
    let withdrawer = withdrawer(&about, &earlier, ground).map_err(Unsaid::Wrong)?;
    let comment = withdrawal(&about, &earlier, ground, title).map_err(Unsaid::Wrong)?;
    let now = sandbox.clock.times();
    if about.decides_more_than(&earlier) {
        let held = Held::by(sandbox).map_err(Unsaid::Unread)?;
        // By the journal alone: what was decided before does not choose the call that is decided about now.
        let report =
            held.report(sandbox, recette, convention, &Selection::default(), About::default());
        let kept = kept_proofs(&report, &earlier, ground).map_err(Unsaid::Wrong)?;
        about = about.decided(&earlier, &report, now).map_err(Unsaid::Wrong)?;
        for remark in &mut about.remarks {
            let proof = kept.iter().find(|(case, _)| *case == remark.case);
            proof.into_iter().for_each(|(_, proof)| remark.proof = Some(proof.clone()));
            // Said again of the same call, it is the same decision, and none was replaced.
            let same = earlier.remark(&remark.case).filter(|one| one.says_the_same(remark));
            same.into_iter().for_each(|same| *remark = same.clone());
        }
    } else {
        for remark in &mut about.remarks {
            earlier.remark(&remark.case).into_iter().for_each(|kept| *remark = kept.clone());
        }
    }
    let over = over(&about, &earlier).count();
    let mut about = about.after(&earlier, now);
    let remarks = &about.remarks;
    for former in about.former.iter_mut().rev().take(over) {
        let next = remarks.iter().find(|remark| remark.case == former.decision.case);
        former.until_by = next.map_or_else(|| withdrawer.clone(), |next| next.by.clone());
        former.comment = comment.clone().filter(|_| next.is_none());
    }
    put(sandbox, &convention.id, &about).map_err(Unsaid::Unkept)?;
    Ok(about)
}

/// The decisions of `earlier` that are no more.
fn over<'a>(about: &'a About, earlier: &'a About) -> impl Iterator<Item = &'a Remark> {
    earlier.remarks.iter().filter(|one| about.remark(&one.case) != Some(*one))
}

/// The decisions of `earlier` whose cases have none any more.
fn withdrawn<'a>(about: &'a About, earlier: &'a About) -> impl Iterator<Item = &'a Remark> {
    over(about, earlier).filter(|one| about.remark(&one.case).is_none())
}

/// Why decisions are withdrawn, where somebody says it.
///
/// # Errors
/// A refusal is withdrawn without a reason; the reason is not one line, or nothing is withdrawn.
fn withdrawal<'a>(
    about: &About,
    earlier: &About,
    ground: &Ground,
    title: impl Fn(&str) -> &'a str,
) -> Result<Option<String>, Unsayable> {
    let wrong = |why| Unsayable { pointer: "/withdrawal".to_owned(), why };
    let said = Remark { comment: ground.comment.clone(), ..Remark::new("", Decision::Accepted) };
    let said = About { remarks: vec![said], ..About::default() }.checked(|_| true);
    let said = said.map_err(|unsayable| wrong(unsayable.why))?;
    let comment = said.remarks.into_iter().find_map(|one| one.comment);
    if comment.is_some() && withdrawn(about, earlier).next().is_none() {
        return Err(wrong("Commentaire : aucune décision n'est retirée.".to_owned()));
    }
    for one in withdrawn(about, earlier).filter(|_| comment.is_none()) {
        one.check_withdrawal(title(&one.case)).map_err(wrong)?;
    }
    Ok(comment)
}

/// Who withdraws decisions, where some are withdrawn.
///
/// # Errors
/// Nobody is named, or not in one line.
fn withdrawer(
    about: &About,
    earlier: &About,
    ground: &Ground,
) -> Result<Option<String>, Unsayable> {
    let Some(one) = withdrawn(about, earlier).next() else { return Ok(None) };
    let named = Remark { by: ground.by.clone(), ..Remark::new(&one.case, Decision::Accepted) };
    let named = About { remarks: vec![named], ..About::default() }.checked(|_| true)?;
    let named = named.remarks.into_iter().find_map(|one| one.by);
    let by = named.or_else(|| about.tester.clone()).or_else(|| earlier.tester.clone());
    by.map(Some).ok_or_else(|| Unsayable {
        pointer: "/tester".to_owned(),
        why: "Auteur : indiquez qui retire la décision, ou renseignez le testeur du rapport."
            .to_owned(),
    })
}

/// The proofs that stay as they were: of cases whose page showed the call that an earlier decision is about.
///
/// # Errors
/// A case has other proofs than its page showed: nobody has seen the call that would be decided about.
fn kept_proofs(
    report: &Report,
    earlier: &About,
    ground: &Ground,
) -> Result<Vec<(String, String)>, Unsayable> {
    let mut kept = Vec::new();
    for (case, shown) in &ground.shown {
        let Some(now) = report.cases().find(|one| one.id == *case) else { continue };
        if newest(&now.proofs()) == newest(shown) {
            continue;
        }
        let earlier = earlier.remark(case).and_then(|one| one.proof.as_ref());
        if shown.is_empty() {
            let why = format!(
                "Cas : le formulaire ne dit pas quel appel sa page montrait pour « {} ». Voici l'appel le plus récent : vérifiez-le, puis \
                 décidez.",
                now.title
            );
            return Err(Unsayable { pointer: "/remarks".to_owned(), why });
        }
        if earlier != Some(shown) {
            let why = format!(
                "Cas : d'autres appels ont été faits depuis l'affichage de la page, et « {} » ne montre plus le même. Voici l'appel le \
                 plus récent : vérifiez-le, puis décidez.",
                now.title
            );
            return Err(Unsayable { pointer: "/remarks".to_owned(), why });
        }
        kept.push((case.clone(), shown.clone()));
    }
    Ok(kept)
}

/// The last of the calls that show a case: it is the one that is decided about.
fn newest(proofs: &str) -> Option<&str> {
    proofs.rsplit(' ').next()
}

/// Puts this in its place.
///
/// # Errors
/// The file that keeps it cannot be written.
fn put(sandbox: &Sandbox, partner: &str, about: &About) -> Result<(), String> {
    let said = serde_json::to_value(about).map_err(|error| error.to_string())?;
    sandbox.abouts.put(partner, said)
}

/// Where it is kept, and for how long, in French.
pub(super) fn whereabouts(sandbox: &Sandbox) -> String {
    let shared = sandbox.config.state.url.is_some();
    let replicas = if shared { " Les répliques le partagent." } else { "" };
    match sandbox.abouts.file() {
        Some(file) => format!(
            "Ce qui est saisi ici figure dans le rapport et survit à l'arrêt du serveur, dans le fichier {} placé à côté de celui du \
             journal.{replicas}",
            file.display()
        ),
        None if shared => "Ce qui est saisi ici figure dans le rapport. Les répliques le partagent, tant que le stockage partagé le conserve."
            .to_owned(),
        None => "Ce qui est saisi ici figure dans le rapport, jusqu'à l'arrêt du serveur ; avec le réglage journal.file, il est conservé à côté \
                 du journal."
            .to_owned(),
    }
}
