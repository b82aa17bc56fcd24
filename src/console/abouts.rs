//! What people say about each partner's rehearsal: reports hold it.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

use crate::{
    directory::Convention,
    recette::{
        Recette,
        evidence::Selection,
        file::ReadError,
        live::Held,
        report::{About, Remark},
    },
    sandbox::Sandbox,
};

/// Why something is not said.
pub(super) enum Unsaid {
    /// It cannot be said, in French.
    Wrong(String),
    /// The journal, by which decisions are judged, cannot be read.
    Unread(ReadError),
    /// The file that keeps it cannot be written.
    Unkept(String),
}

/// What is to be said in the place of what is: a member that is absent stays as it is, a text that is `null` is taken away.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AboutChange {
    application: Given<Option<String>>,
    application_version: Given<Option<String>>,
    campaign: Given<Option<String>>,
    tester: Given<Option<String>>,
    checked_by: Given<Option<String>>,
    responsible: Given<Option<String>>,
    remarks: Given<Vec<Remark>>,
    /// Nobody says it: a document that was read here may be sent back whole.
    #[serde(rename = "former")]
    _former: Given<IgnoredAny>,
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

/// What is wrong with a change, in French as what its texts and its decisions may be: these sentences stand on pages too.
pub(super) fn french(detail: &str) -> String {
    let named = |start: &str| {
        let (name, rest) = detail.strip_prefix(start)?.split_once('`')?;
        let known: Vec<_> = rest.split('`').skip(1).step_by(2).collect();
        Some((name, known.join(", ")))
    };
    if let Some((name, known)) = named("unknown field `") {
        return format!("« {name} » n'est pas un membre connu ; membres possibles : {known}.");
    }
    if let Some((name, known)) = named("unknown variant `") {
        return format!("« {name} » n'est pas une valeur connue ; valeurs possibles : {known}.");
    }
    if let Some((name, _)) = named("missing field `") {
        return format!("Le membre « {name} » est obligatoire et absent.");
    }
    if let Some((name, _)) = named("duplicate field `") {
        return format!("Le membre « {name} » est donné deux fois.");
    }
    "La valeur n'est pas de la forme attendue : la description de l'API (/api) donne celle de chaque membre.".to_owned()
}

/// What is said about a partner's; nothing where another version wrote what this one cannot read.
pub(super) fn of(sandbox: &Sandbox, partner: &str) -> About {
    let Some(said) = sandbox.abouts.of(partner) else { return About::default() };
    serde_json::from_value(said).unwrap_or_else(|error| {
        tracing::warn!(%partner, %error, "what was said of a rehearsal cannot be read: another version wrote it");
        About::default()
    })
}

/// Says what `change` makes of what was said; new decisions are held against the journal, which takes its time.
///
/// # Errors
/// What cannot be said, by the first fault.
pub(super) fn say(
    sandbox: &Sandbox,
    recette: &Recette,
    convention: &Convention,
    change: impl FnOnce(About) -> About,
) -> Result<About, Unsaid> {
    let _turn = sandbox.turn(); // taken before what is kept is read, so that none is lost of two sent at once
    let earlier = of(sandbox, &convention.id);
    let known = |case: &str| recette.catalogue.case(case).is_some();
    let mut about = change(earlier.clone()).checked(known).map_err(Unsaid::Wrong)?;
    if about.decides_more_than(&earlier) {
        let held = Held::by(sandbox).map_err(Unsaid::Unread)?;
        // By the journal alone: what was decided before does not choose the call that is decided about now.
        let report =
            held.report(sandbox, recette, convention, &Selection::default(), About::default());
        about = about.decided(&earlier, &report, sandbox.clock.now()).map_err(Unsaid::Wrong)?;
    } else {
        for remark in &mut about.remarks {
            earlier.remark(&remark.case).into_iter().for_each(|kept| *remark = kept.clone());
        }
    }
    let about = about.after(&earlier, sandbox.clock.now());
    put(sandbox, &convention.id, &about).map_err(Unsaid::Unkept)?;
    Ok(about)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_change_is_said_in_french() {
        let told = |change: &str| {
            french(&serde_json::from_str::<AboutChange>(change).err().unwrap().to_string())
        };
        let unknown = told(r#"{"auteur":"Ada"}"#);
        assert!(
            unknown.starts_with(
                "« auteur » n'est pas un membre connu ; membres possibles : application,"
            ),
            "{unknown}"
        );
        let decision = told(r#"{"remarks":[{"case":"a","decision":"oui"}]}"#);
        assert!(decision.contains("« oui » n'est pas une valeur connue"), "{decision}");
        assert!(told(r#"{"remarks":[{"case":"a"}]}"#).contains("« decision » est obligatoire"));
        assert!(told(r#"{"tester":7}"#).contains("forme attendue"));
    }
}
