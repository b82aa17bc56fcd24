//! One request: the chain as a row of controls, the headers that matter, what the answer means.

use askama::Template;

use super::chain::{self, Link};
use crate::{
    admission::Refusal,
    api::Apis,
    console::{
        motifs,
        pages::{
            codes::{self, Documented},
            fault,
            frame::{Frame, Section},
            page::Page,
            path::Path,
            show::{self, Moment},
            visit::Visit,
            words,
        },
    },
    journal::{Entry, Mark, RefusalFacts, Step},
};

#[derive(Template)]
#[template(path = "journal/sheet.html")]
struct EntrySheet {
    frame: Frame,
    at: Moment,
    operation: String,
    tag: (&'static str, &'static str),
    status: String,
    code: Option<String>,
    partner: Option<String>,
    /// Whether nothing but a certificate that was found bad says that it is this partner.
    is_unverified: bool,
    steps: Vec<Link>,
    documented: Option<Documented>,
    /// Why it was refused, told first.
    refusal: Option<RefusalFacts>,
    /// Whether the answer's own words are English: those of the product, or of OAuth2.
    answers_in_english: bool,
    /// The motifs that the refusal names.
    motifs: Vec<String>,
    facts: Vec<(&'static str, String)>,
    correlation_id: String,
    duration: String,
    /// An identifier that the call asked for and the register knows, where what it asked is kept.
    data: Option<String>,
    /// The number to make the call again by, where the console made it.
    again: Option<u64>,
    /// The numbers of the entries before and after, while they are kept.
    older: Option<u64>,
    newer: Option<u64>,
}

/// `GET /journal/{sequence}`.
pub(super) async fn page(visit: Visit, Path(sequence): Path<String>) -> Result<Page, Page> {
    let journal = &visit.sandbox().journal;
    let number = sequence.parse::<u64>().ok();
    let unknown = || fault::missing(&visit, format!("Le journal n'a pas d'entrée n° {sequence}."));
    let entry = number.and_then(|number| journal.entry(number)).ok_or_else(unknown)?;
    let kept = |number: Option<u64>| number.filter(|&number| journal.entry(number).is_some());
    let frame = visit.frame(Section::Journal, format!("Entrée n° {} du journal", entry.sequence));
    let apis = visit.console().apis.load();
    Ok(Page::show(&EntrySheet {
        frame,
        at: Moment::new(entry.time),
        operation: words::operation(&entry),
        tag: words::tag(&entry),
        status: words::status(&entry),
        documented: entry
            .code
            .as_deref()
            .and_then(|code| codes::documented(&apis, entry.api, code))
            .map(|documented| narrowed(remedied(documented, &entry), &entry)),
        refusal: entry.refusal.as_deref().cloned().or_else(|| by_a_control(&entry)),
        answers_in_english: entry.api.is_none()
            || entry.code.as_deref().is_some_and(codes::is_gateway_code),
        steps: chain::steps(&entry),
        motifs: cited(&apis, &entry),
        facts: facts(&apis, &entry),
        code: entry.code.clone(),
        partner: entry.partner.clone(),
        is_unverified: is_unverified(&entry),
        correlation_id: entry.correlation_id.clone(),
        duration: show::measured(entry.duration_us),
        data: asked(&visit, &entry),
        again: Some(entry.sequence).filter(|_| visit.attempts().has(&entry)),
        older: kept(entry.sequence.checked_sub(1)),
        newer: kept(entry.sequence.checked_add(1)),
    }))
}

/// A code that stands for many causes advises all of them: of a call whose cause is known, that cause's advice alone.
/// Where the answer was ordered, there is nothing to mend in the demand.
fn remedied(documented: Documented, entry: &Entry) -> Documented {
    let is_ordered = entry.refusal.as_deref().is_none_or(RefusalFacts::is_of_order);
    if is_ordered && entry.fault.is_some() {
        return Documented { remedy: ORDERED.to_owned(), ..documented };
    }
    let is_its_own = entry.code.as_deref().is_some_and(codes::is_gateway_code);
    let remedy = entry.cause.as_deref().filter(|_| is_its_own).and_then(Refusal::remedy);
    match remedy {
        Some(remedy) => Documented { remedy: remedy.to_owned(), ..documented },
        None => documented,
    }
}

/// A code that has several messages is titled by all of them, gaps included: of a call that was answered one, by that one.
fn narrowed(documented: Documented, entry: &Entry) -> Documented {
    let answered = entry.refusal.as_deref().map(|refusal| refusal.message.as_str());
    let answered = answered.filter(|message| !message.is_empty() && documented.title.contains('…'));
    match answered {
        Some(message) => {
            let title = message.trim_end_matches('.').to_owned();
            Documented { title, ..documented }
        }
        None => documented,
    }
}

/// Whether the certificate that names the partner was found bad: then anybody may have written that name.
fn is_unverified(entry: &Entry) -> bool {
    entry.cause.as_deref().is_some_and(|cause| {
        matches!(
            cause,
            "certificate-unreadable"
                | "certificate-unknown-authority"
                | "certificate-expired"
                | "certificate-not-yet-valid"
                | "certificate-wrong-use"
                | "certificate-revoked"
                | "certificate-unacceptable"
        )
    })
}

/// Why a control refused: such an entry keeps the control's reason, and no more.
fn by_a_control(entry: &Entry) -> Option<RefusalFacts> {
    entry.status.filter(|status| *status >= 400)?;
    let control = entry.refused_by()?;
    let facts = entry.controls.iter().find(|facts| facts.control == control)?;
    let message = entry.code.as_deref().and_then(codes::message).unwrap_or_default();
    let sentence =
        format!("contrôle « {} » : {}", words::control(control), facts.reason.as_deref()?);
    Some(RefusalFacts::because(sentence).answered(message))
}

/// The motifs that the reasons of a refusal name.
fn cited(apis: &Apis, entry: &Entry) -> Vec<String> {
    let sentence = entry.refusal.as_deref().map(RefusalFacts::sentence).into_iter();
    let reasons = entry.controls.iter().filter_map(|facts| facts.reason.clone());
    motifs::cited(apis, &sentence.chain(reasons).collect::<Vec<_>>().join(" "))
}

/// An identifier of the register in what was asked, which is kept of the console's own calls, and with `journal.values`.
fn asked(visit: &Visit, entry: &Entry) -> Option<String> {
    let of_values = || {
        let values = entry.values.as_ref()?;
        Some(format!("{} {}", values.target, values.body.as_deref().unwrap_or_default()))
    };
    let text = visit.attempts().asked(entry).or_else(of_values)?;
    let register = visit.sandbox().register();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let known = |word: &&str| word.len() >= SHORTEST && matches!(register.find(word), Ok(Some(_)));
    words.find(known).map(str::to_owned)
}

/// What to do about an answer that somebody chose.
const ORDERED: &str = "Rien n'est à corriger dans la demande : cette réponse a été commandée (page Incidents). L'application doit se comporter comme ce \
    code le demande.";

/// Characters of the shortest identifier: a SIREN.
const SHORTEST: usize = 9;

fn mark(mark: &Mark) -> String {
    let step = match mark.step {
        Step::Begin => "début",
        Step::End => "fin",
    };
    format!("{} ({step})", mark.case)
}

/// The identifier, and that the gateway made it where the call brought none.
fn correlation(entry: &Entry) -> Option<String> {
    let id = Some(&entry.correlation_id).filter(|id| !id.is_empty())?;
    Some(match entry.correlation_made {
        true => format!("{id} (fabriqué par la passerelle : l'appel n'en portait pas)"),
        false => id.clone(),
    })
}

/// Names in a row, if there are any.
fn joined(names: &[impl AsRef<str>]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    Some(names.join(", ")).filter(|names| !names.is_empty())
}

/// What the entry tells besides: headers, certificate, quota, and what the API noted.
fn facts(apis: &Apis, entry: &Entry) -> Vec<(&'static str, String)> {
    let certificate = entry.certificate.as_ref();
    [
        ("À noter", entry.note.clone()),
        ("X-Correlation-ID", correlation(entry)),
        ("X-Request-ID", entry.request_id.clone()),
        ("Méthode HTTP", entry.method.as_deref().map(str::to_owned)),
        ("Environnement répété", entry.environment.as_deref().map(str::to_owned)),
        ("Adresse de l'appelant", entry.address.map(|address| address.to_string())),
        ("Certificat : sujet", certificate.map(|certificate| certificate.subject.to_string())),
        (
            "Certificat : empreinte SHA-256",
            certificate.map(|certificate| certificate.fingerprint.to_string()),
        ),
        (
            "Quota de la minute",
            entry.quota.map(|quota| format!("{} sur {}", quota.used, quota.limit)),
        ),
        ("Motif d'interrogation", entry.motif.as_deref().map(|code| motifs::named(apis, code))),
        ("Référence de la demande", entry.reference.clone()),
        ("Nombre de réponses", entry.answers.map(|answers| answers.to_string())),
        ("Critères employés", joined(&entry.criteria)),
        ("Clés restituées", joined(&entry.restituted)),
        ("Version de TLS", entry.tls.as_deref().map(str::to_owned)),
        (
            "Session TLS",
            entry.resumed.map(|resumed| {
                let how = if resumed { "reprise" } else { "négociée entièrement" };
                how.to_owned()
            }),
        ),
        ("Version de HTTP", entry.http.as_deref().map(str::to_owned)),
        ("Codage du corps (Content-Encoding)", entry.content_encoding.clone()),
        ("Mandataire de confiance", entry.via.map(|via| via.to_string())),
        ("Prochain appel possible", entry.next_access.map(|at| Moment::new(at).to_string())),
        (
            "Point de vigilance",
            joined(&entry.vigilance).map(|kinds| format!("valeurs d'apparence réelle : {kinds}")),
        ),
        ("Incident simulé", entry.fault.clone()),
        ("Cas de recette", entry.mark.as_ref().map(mark)),
        ("Version du programme", entry.run.as_ref().map(|run| run.version.clone())),
        (
            "Origine",
            match &entry.made {
                Some(made) => Some(format!("commande bacasable {}", made.by.command())),
                None if entry.from_console => {
                    Some("page « Essayer un appel » de la console".to_owned())
                }
                None => None,
            },
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| (name, value)))
    .collect()
}
