//! What the form of an incident orders: the same request as the admin API's, from fields.

use std::{collections::BTreeMap, num::NonZeroU64};

use crate::{
    console::pages::forgery::Fields,
    faults::{Delay, FaultRequest, OutcomeSpec, Target, Test},
    fixtures::Wrong,
    rights::ApiId,
};

/// The order of a form, or what cannot be read of it, in French. Whether it can ever apply is judged where orders are
/// given.
pub(super) fn read(fields: &Fields) -> Result<FaultRequest, String> {
    let times = match fields.given("fois") {
        None => None,
        Some(typed) => Some(
            typed
                .parse::<NonZeroU64>()
                .map_err(|_| number("Combien de fois", typed, "un nombre entier d'au moins 1"))?,
        ),
    };
    let (api, operation) = match fields.given("operation").and_then(|text| text.split_once('/')) {
        None => (None, None),
        Some((api, operation)) => {
            (ApiId::named(api), Some(operation).filter(|name| !name.is_empty()))
        }
    };
    let target = Target {
        api,
        operation: operation.map(str::to_owned),
        partner: fields.given("partenaire").map(str::to_owned),
        criteria: criteria(fields)?,
    };
    Ok(FaultRequest { target, times, probability: share(fields)?, outcome: outcome(fields)? })
}

/// How many calls of a hundred it touches.
fn share(fields: &Fields) -> Result<Option<f64>, String> {
    let Some(typed) = fields.given("probabilite") else { return Ok(None) };
    match typed.replace(',', ".").parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent <= 100.0 => Ok(Some(percent / 100.0)),
        _ => Err(number("Probabilité", typed, "un pourcentage supérieur à 0 et d'au plus 100")),
    }
}

/// The value that a request must have; `*` and `?` make a pattern of it.
fn criteria(fields: &Fields) -> Result<BTreeMap<String, Test>, String> {
    match (fields.given("critere"), fields.given("valeur")) {
        (None, None) => Ok(BTreeMap::new()),
        (Some(name), Some(value)) => {
            let test = match value.contains(['*', '?']) {
                true => Test::Like { pattern: value.to_owned() },
                false => Test::Is(value.to_owned()),
            };
            Ok([(name.to_owned(), test)].into())
        }
        _ => {
            Err("Critère : un attribut et sa valeur sont attendus ensemble, ou ni l'un ni l'autre."
                .to_owned())
        }
    }
}

fn outcome(fields: &Fields) -> Result<OutcomeSpec, String> {
    let delay = match fields.given("attente") {
        None => None,
        Some(typed) => Some(Delay::Fixed(
            typed.parse().map_err(|_| number("Attente", typed, "un nombre de millisecondes"))?,
        )),
    };
    let retry_after = match fields.given("revenir") {
        None => None,
        Some(typed) => {
            Some(typed.parse().map_err(|_| number("Retry-After", typed, "un nombre de secondes"))?)
        }
    };
    let spec = OutcomeSpec { delay_ms: delay, retry_after, ..OutcomeSpec::default() };
    match fields.get("effet").unwrap_or_default() {
        "code" => match fields.given("code") {
            Some(code) => Ok(OutcomeSpec { code: Some(code.to_owned()), ..spec }),
            None => Err("Code à répondre : un code est attendu pour cet effet.".to_owned()),
        },
        "statut" => {
            let typed = fields.given("statut").unwrap_or_default();
            let wrong = |_| number("Statut HTTP à répondre", typed, "un statut, comme 503,");
            let status = typed.parse().map_err(wrong)?;
            Ok(OutcomeSpec { status: Some(status), ..spec })
        }
        "html" => Ok(OutcomeSpec { html: Some(true), ..spec }),
        "incident" => Ok(OutcomeSpec { incident: Some(true), ..spec }),
        "coupure" => Ok(OutcomeSpec { drop: Some(true), ..spec }),
        "troncature" => Ok(OutcomeSpec { truncate: Some(true), ..spec }),
        "attente" if delay.is_some() => Ok(spec),
        "attente" => {
            Err("Attente : un nombre de millisecondes est attendu pour cet effet.".to_owned())
        }
        other => Err(format!("Effet : « {other} » n'est pas un effet.")),
    }
}

/// What is wrong in an order that could be read, by the labels of the form's fields.
pub(super) fn sentences(wrong: &[Wrong], fields: &Fields) -> Vec<String> {
    let typed = |name: &str| fields.given(name).unwrap_or_default().to_owned();
    let sentence = |one: &Wrong| {
        match one.pointer.as_str() {
        "/match/operation" => format!("Sur : « {} » n'est pas une opération.", typed("operation")),
        "/match/partner" => format!(
            "Pour les appels de : « {} » n'est pas un partenaire, ou sa convention n'ouvre aucune des API visées.",
            typed("partenaire")
        ),
        "/outcome/code" => format!(
            "Code à répondre : aucune des opérations visées ne peut répondre le code « {} ».",
            typed("code")
        ),
        "/outcome/status" => "Statut HTTP à répondre : un statut de 200 à 599 est attendu.".to_owned(),
        "/outcome/delay_ms" => "Attente : dix minutes (600000 millisecondes) au plus.".to_owned(),
        "/outcome/retry_after" => "Retry-After : un jour (86400 secondes) au plus, avec un code, un statut ou la page HTML.".to_owned(),
        "/outcome/incident" => "Effet : cet incident touche les recherches d'une API ; aucune opération visée n'en est une.".to_owned(),
        "/probability" => "Probabilité : un pourcentage supérieur à 0 et d'au plus 100 est attendu.".to_owned(),
        place if place.starts_with("/match/criteria/") => format!(
            "Critère : aucune des opérations visées n'a d'attribut « {} » qui puisse avoir cette valeur.",
            typed("critere")
        ),
        "" => "Trop d'incidents sont actifs : retirez-en d'abord.".to_owned(),
        _ => "Effet : ces choix ne vont pas ensemble.".to_owned(),
    }
    };
    let mut all: Vec<_> = wrong.iter().map(sentence).collect();
    all.dedup();
    all
}

fn number(label: &str, typed: &str, expected: &str) -> String {
    let shown: String = typed.chars().take(SHOWN).collect();
    format!("{label} : {expected} est attendu, et non « {shown} ».")
}

/// Characters of what was typed that are shown.
const SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_the_order_that_the_admin_api_would_be_given() {
        let fields = Fields::from_pairs(&[
            ("operation", "ficoba/numCpte"),
            ("partenaire", "editeur-demo"),
            ("effet", "code"),
            ("code", " CAT004 "),
            ("attente", "1500"),
            ("fois", "2"),
        ]);
        let FaultRequest { target, times, outcome, .. } = read(&fields).unwrap();
        assert_eq!(
            (target.api, target.operation.as_deref()),
            (Some(ApiId::Ficoba), Some("numCpte"))
        );
        assert_eq!(
            (target.partner.as_deref(), times.map(NonZeroU64::get)),
            (Some("editeur-demo"), Some(2))
        );
        assert_eq!(
            (outcome.code.as_deref(), outcome.delay_ms),
            (Some("CAT004"), Some(Delay::Fixed(1500)))
        );
    }

    #[test]
    fn a_share_and_a_criterion_are_those_of_the_order() {
        let fields = |more: &[(&str, &str)]| {
            let mut all = vec![("effet", "coupure")];
            all.extend(more);
            read(&Fields::from_pairs(&all))
        };
        assert_eq!(fields(&[("probabilite", "12,5")]).unwrap().probability, Some(0.125));
        let aimed = fields(&[("critere", "iban"), ("valeur", "FR76*")]).unwrap().target;
        assert_eq!(aimed.criteria["iban"], Test::Like { pattern: "FR76*".to_owned() });
        let aimed = fields(&[("critere", "spi"), ("valeur", "3000")]).unwrap().target;
        assert_eq!(aimed.criteria["spi"], Test::Is("3000".to_owned()));
        for wrong in [[("probabilite", "0"), ("fois", "")], [("critere", "iban"), ("valeur", "")]] {
            assert!(fields(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn fields_left_empty_aim_at_everything_until_it_is_removed() {
        let request =
            read(&Fields::from_pairs(&[("operation", ""), ("fois", ""), ("effet", "coupure")]))
                .unwrap();
        assert_eq!((request.target, request.times), (Target::default(), None));
        assert_eq!(request.outcome.drop, Some(true));
    }

    #[test]
    fn an_incident_is_ordered_with_its_usual_share() {
        let request =
            read(&Fields::from_pairs(&[("operation", "ficoba/"), ("effet", "incident")])).unwrap();
        assert_eq!((request.outcome.incident, request.probability), (Some(true), None));
    }

    #[test]
    fn the_gateway_s_own_operations_have_no_api() {
        let request =
            read(&Fields::from_pairs(&[("operation", "/token"), ("effet", "html")])).unwrap();
        assert_eq!(
            (request.target.api, request.target.operation.as_deref()),
            (None, Some("token"))
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_in_french() {
        for (fields, words) in [
            (vec![("effet", "code")], "Code à répondre : "),
            (vec![("effet", "statut"), ("statut", "x")], "Statut HTTP à répondre : "),
            (vec![("effet", "attente")], "Attente : "),
            (vec![("effet", "attente"), ("attente", "-1")], "millisecondes"),
            (vec![("effet", "coupure"), ("fois", "0")], "d'au moins 1"),
            (vec![("effet", "<b>")], "n'est pas un effet"),
        ] {
            assert!(read(&Fields::from_pairs(&fields)).unwrap_err().contains(words), "{fields:?}");
        }
    }
}
