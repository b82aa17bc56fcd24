//! The conduct of the consumer: the rules that a good client follows, judged from the journal.
//!
//! Only everyday calls are judged: what a client does wrong on purpose, between the marks of a rehearsed case, is not held
//! against it. An occasion is what was seen to break a rule or to keep it; a rule without any says so. Limits are in [`limits`](super::reaction::limits); where
//! the CGU only demand "toutes les mesures utiles", the figure is ours (*decision*).

mod demands;
mod retries;
mod tokens;
mod transport;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::demands::HEALTH;
use super::{applies::Opening, coverage::Proof, evidence::Exhibit, line::Line};
use crate::{journal::Kind, rights::ApiId};

/// A rule of conduct.
pub struct Rule {
    /// Its name for ever.
    pub id: &'static str,
    /// The rule, in French.
    pub title: &'static str,
    /// Where it is written.
    pub sources: &'static [&'static str],
    /// Which APIs it is about.
    about: fn(ApiId) -> bool,
    judge: fn(&Line<'_, '_>) -> Judged,
}

/// How a rule was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Not about this convention.
    NotApplicable,
    /// Nothing was seen that breaks it or keeps it.
    NotObserved,
    /// Followed.
    Respected,
    Broken,
}

/// What the journal says of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id.
    pub id: String,
    /// The rule, in French.
    pub title: String,
    /// Where it is written.
    pub sources: Vec<String>,
    pub verdict: Verdict,
    /// How many occasions were seen that broke it or kept it.
    pub occasions: usize,
    /// Where it was broken: the first ones.
    pub breaches: Vec<Breach>,
    /// What is no breach and could be better: the first ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Breach>,
}

/// One breach of a rule, or one remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// What happened, in French.
    pub what: String,
    /// The entry that shows it.
    pub proof: Proof,
}

/// What a rule found: its occasions, and the positions where it was broken or where there is something to remark.
#[derive(Debug, Default)]
struct Judged {
    occasions: usize,
    breaches: Vec<(usize, String)>,
    remarks: Vec<(usize, String)>,
}

/// Every rule, in the order of the report.
pub const RULES: [Rule; 10] = [
    Rule {
        id: "jeton-reutilise",
        title: "Le jeton est réutilisé tant qu'il est valable, et non demandé à chaque appel",
        sources: &["CGU FICOBA 8", "CGU R2P 8", "RFC 6749, 1.4 et 5.1 (expires_in)"],
        about: |_| true,
        judge: tokens::reused,
    },
    Rule {
        id: "jeton-renouvele",
        title: "Après un 401, le jeton est renouvelé une seule fois avant de reprendre",
        sources: &["CGU FICOBA 8", "CGU R2P 8", "RFC 6750, 3.1 (invalid_token)"],
        about: |_| true,
        judge: tokens::renewed,
    },
    Rule {
        id: "attente-429",
        title: "Après un 429, aucun appel avant l'heure de Retry-After",
        sources: &["CGU FICOBA 9.2", "CGU R2P 9.2", "PT 1.6 (429)"],
        about: |_| true,
        judge: retries::waited,
    },
    Rule {
        id: "correlation-unique",
        title: "Chaque demande porte un nouvel UUID dans X-Correlation-ID",
        sources: &["PT 1.8 (traçabilité)", "CGU FICOBA 5.2 et 8", "CGU R2P 5.2 et 8"],
        about: |_| true,
        judge: demands::correlated,
    },
    Rule {
        id: "pas-de-rejeu-4xx",
        title: "Une demande refusée (4xx) n'est pas renvoyée aussitôt à l'identique",
        sources: &["PT 1.6", "RFC 9110, 15.5"],
        about: |_| true,
        judge: retries::not_repeated,
    },
    Rule {
        id: "reprises-5xx",
        title: "Après une panne (5xx, coupure), les reprises sont limitées et espacées",
        sources: &["CGU FICOBA 11 et 12", "CGU R2P 11 et 12", "PT 1.6 (503)"],
        about: |_| true,
        judge: retries::spaced,
    },
    Rule {
        id: "justification",
        title: "La justification est propre à chaque demande, et n'est pas elle-même un SPI ou un IBAN",
        sources: &["PT 2.3.1 (justification)", "CGU FICOBA 5.2 (finalité, traçabilité)"],
        about: |api| api.plug().asks_motif(),
        judge: demands::justified,
    },
    Rule {
        id: "perimetre",
        title: "L'application n'utilise que ses motifs, son SIRET et les recherches de sa convention",
        sources: &["CGU FICOBA 3.1.1 et 4", "CGU R2P 3.1 et 4"],
        about: |_| true,
        judge: demands::within_convention,
    },
    Rule {
        id: "connexions-maintenues",
        title: "Les connexions sont maintenues d'un appel à l'autre",
        sources: &["CGU FICOBA 9.2 (volumétrie)", "CGU R2P 9.2", "RFC 9112, 9.3"],
        about: |_| true,
        judge: transport::kept_alive,
    },
    Rule {
        id: "tls-1-3",
        title: "L'application propose TLS 1.3",
        sources: &[
            "CGU FICOBA 8",
            "CGU R2P 8",
            "ANSSI, recommandations de sécurité relatives à TLS",
        ],
        about: |_| true,
        judge: transport::modern_tls,
    },
];

/// Judges every rule on the everyday exhibits of a partner, as they are known at `now`.
pub fn judge(opening: &Opening, everyday: &[&Exhibit<'_>], now: Timestamp) -> Vec<Finding> {
    let requests = everyday.iter().copied().filter(|exhibit| exhibit.entry.kind == Kind::Request);
    let requests = Line::new(requests.collect()).seen_at(now);
    RULES.iter().map(|rule| rule.find(opening, &requests)).collect()
}

impl Rule {
    fn find(&self, opening: &Opening, requests: &Line<'_, '_>) -> Finding {
        let applicable = opening.apis.iter().any(|&api| (self.about)(api));
        let Judged { occasions, breaches, remarks } =
            if applicable { (self.judge)(requests) } else { Judged::default() };
        let verdict = match (applicable, breaches.is_empty(), occasions) {
            (false, ..) => Verdict::NotApplicable,
            (true, false, _) => Verdict::Broken,
            (true, true, 0) => Verdict::NotObserved,
            (true, true, _) => Verdict::Respected,
        };
        let shown = |found: Vec<(usize, String)>| {
            let breach = |(at, what): (usize, String)| Breach {
                what,
                proof: Proof::new(requests[at].entry),
            };
            found.into_iter().take(SHOWN).map(breach).collect()
        };
        Finding {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            sources: self.sources.iter().map(|&source| source.to_owned()).collect(),
            verdict,
            occasions,
            breaches: shown(breaches),
            remarks: shown(remarks),
        }
    }
}

impl Verdict {
    pub fn french(self) -> &'static str {
        match self {
            Self::NotApplicable => "sans objet",
            Self::NotObserved => "non évaluée (aucun des appels jugés n'en a donné l'occasion)",
            Self::Respected => "respectée",
            Self::Broken => "non respectée",
        }
    }
}

/// How many breaches of a rule are shown.
const SHOWN: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_of_the_version_before_has_no_remarks() {
        let written = r#"{"id":"correlation-unique","title":"Chaque demande porte un nouvel UUID dans X-Correlation-ID",
            "sources":["PT 1.8 (traçabilité)"],"verdict":"respected","occasions":1,"breaches":[]}"#;
        let finding: Finding = serde_json::from_str(written).unwrap();
        assert_eq!((finding.verdict, finding.remarks), (Verdict::Respected, Vec::new()));
    }
}
