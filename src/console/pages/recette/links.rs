//! What a case needs, each behind a link: its persona, its incident filled in, the clock, its certificate.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::{
    api::Apis,
    console::motifs,
    recette::{catalogue::Case, script::Step},
    register::Register,
};

/// The links of a case, and the motifs that it names.
#[derive(Default)]
pub(super) struct Links {
    /// Label and address.
    pub(super) all: Vec<(String, String)>,
    pub(super) motifs: Vec<String>,
}

impl Links {
    /// Those of a case, as `partner` would play it.
    pub(super) fn new(case: &Case, partner: &str, register: &Register, apis: &Apis) -> Self {
        let mut all = Vec::new();
        let mut add = |label: String, href: String| {
            if !all.iter().any(|(_, known)| *known == href) {
                all.push((label, href));
            }
        };
        let played = case.play.iter().filter_map(|step| {
            let Step::Call(call) = step else { return None };
            call.persona.as_deref()
        });
        let words = case.how.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        for persona in words.chain(played).filter_map(|id| register.persona(id)) {
            add(
                format!("persona « {} »", persona.title),
                format!("/donnees/personas/{}", persona.id),
            );
        }
        for step in &case.play {
            match step {
                Step::Fault(order) => {
                    add("incident prérempli".to_owned(), incident(order, partner));
                }
                Step::Clock(duration) => add(
                    "avance de l'horloge préremplie".to_owned(),
                    format!("/incidents?duree={}#horloge", duration),
                ),
                Step::Convention(_) => add(
                    "état et conditions de la convention".to_owned(),
                    format!("/partenaires/{partner}"),
                ),
                Step::NewCertificate => add(
                    "certificat du partenaire, à renouveler".to_owned(),
                    format!("/partenaires/{partner}#certificat"),
                ),
                Step::Call(call) => {
                    let shown = call.certificate.as_deref().filter(|name| *name != "none");
                    let Some(name) = shown else { continue };
                    for (label, kind) in [("certificat", "pem"), ("clé", "key")] {
                        add(
                            format!("{label} à présenter (.{kind})"),
                            format!("/certs/clients/{name}.{kind}"),
                        );
                    }
                }
                // Where the application itself revokes, its developer plays it: `how` says so.
                Step::Revoke if !case.expect.operation.is_empty() => {}
                Step::Revoke => add(
                    "bouton « Révoquer tous ses jetons »".to_owned(),
                    format!("/partenaires/{partner}#application"),
                ),
                Step::Token(_) | Step::Restore | Step::Mint(_) => {}
            }
        }
        let motifs = motifs::cited(apis, &format!("{} {}", case.requirement, case.how));
        Self { all, motifs }
    }
}

/// The form of incidents with an order's values, for the calls of a partner.
fn incident(order: &Value, partner: &str) -> String {
    let text = |pointer: &str| {
        let value = order.pointer(pointer);
        let number = || value.and_then(Value::as_f64).map(|number| number.to_string());
        let text = value.and_then(Value::as_str).map(str::to_owned);
        text.or_else(number).unwrap_or_default()
    };
    let is = |pointer: &str| order.pointer(pointer) == Some(&Value::Bool(true));
    let (api, operation) = (text("/match/api"), text("/match/operation"));
    let operation = match (api.as_str(), operation.as_str()) {
        ("", "") => String::new(),
        (api, operation) => format!("{api}/{operation}"),
    };
    let (code, status) = (text("/outcome/code"), text("/outcome/status"));
    let effect = match () {
        () if is("/outcome/incident") => "incident",
        () if is("/outcome/html") => "html",
        () if is("/outcome/drop") => "coupure",
        () if is("/outcome/truncate") => "troncature",
        () if !code.is_empty() => "code",
        () if !status.is_empty() => "statut",
        () => "attente",
    };
    let fields = [
        ("operation", operation),
        ("partenaire", partner.to_owned()),
        ("fois", text("/times")),
        ("probabilite", share(order)),
        ("effet", effect.to_owned()),
        ("code", code),
        ("statut", status),
        ("attente", text("/outcome/delay_ms")),
        ("revenir", text("/outcome/retry_after")),
    ];
    let encode = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let given = fields.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<_> = given.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    format!("/incidents?{}#commander", pairs.join("&"))
}

/// The share of calls that an order touches, in percent; empty where it does not say.
fn share(order: &Value) -> String {
    let share = order.pointer("/probability").and_then(Value::as_f64);
    share.map(|share| (share * 100.0).round().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{recette::live, register::Spec};

    #[test]
    fn every_incident_of_the_catalogue_has_its_form_filled_in() {
        let recette = live::recette(None).unwrap();
        let orders = recette.catalogue.cases().flat_map(|(_, case)| &case.play);
        let mut seen = 0;
        for step in orders {
            let Step::Fault(order) = step else { continue };
            let href = incident(order, "editeur-demo");
            assert!(href.contains("partenaire=editeur%2Ddemo") && href.contains("fois="), "{href}");
            assert!(!href.contains("effet=attente"), "{href}: {order}");
            seen += 1;
        }
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn what_a_lead_without_code_cannot_do_has_its_button_or_says_who_can() {
        let recette = live::recette(None).unwrap();
        let spec = Spec { seed: 1, population: 0, fixtures: None };
        let (register, apis) = (Register::load(&spec).unwrap(), Apis::load(None).unwrap());
        let links = |id: &str| {
            let case = recette.catalogue.case(id).unwrap();
            (Links::new(case, "editeur-demo", &register, &apis).all, case.how.clone())
        };
        let (all, how) = links("jetons-revoque");
        assert_eq!(all[0].1, "/partenaires/editeur-demo#application", "{all:?}");
        assert!(how.contains("Révoquer tous ses jetons") && !how.contains("DELETE"), "{how}");
        for id in ["jetons-revocation", "jetons-autre-partenaire"] {
            assert!(links(id).1.contains("développeur"), "{id}");
        }
        for (_, case) in recette.catalogue.cases() {
            for word in ["DELETE ", "PATCH ", "POST tokens", "outcome"] {
                assert!(!case.how.contains(word), "{}: {}", case.id, case.how);
            }
        }
    }

    #[test]
    fn an_order_becomes_the_fields_of_the_form() {
        let order = json!({
            "match": { "operation": "token" }, "times": 1, "probability": 0.5,
            "outcome": { "status": 503, "retry_after": 2 }
        });
        assert_eq!(
            incident(&order, "a"),
            "/incidents?operation=%2Ftoken&partenaire=a&fois=1&probabilite=50&effet=statut&statut=503&revenir=2#commander"
        );
    }
}
