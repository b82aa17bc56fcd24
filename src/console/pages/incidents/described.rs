//! Incidents in words: what they aim at, what they do.

use crate::{
    api::Apis,
    console::pages::words,
    faults::{self, Delay, Order, OutcomeSpec, Target, Test},
    product::{GatewayCode, token_errors},
    rights::ApiId,
};

pub(super) struct StandingOrder {
    pub(super) id: String,
    pub(super) aim: String,
    pub(super) effect: String,
    pub(super) left: String,
    pub(super) injected: u64,
}

/// An incident that waits for certain data.
pub(super) struct Scenario {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) when: Vec<String>,
    pub(super) injected: u64,
}

impl StandingOrder {
    pub(super) fn new(order: &Order) -> Self {
        let left = order
            .left()
            .map_or_else(|| "jusqu'au retrait".to_owned(), |left| format!("{left} fois encore"));
        let left = match order.probability() {
            Some(chance) => format!("{left}, {} fois sur 100", (chance * 100.0).round()),
            None => left,
        };
        let (aim, effect) = (aim(&order.request.target), effect(&order.request.outcome));
        Self { id: order.id.clone(), aim, effect, left, injected: order.injected }
    }
}

impl Scenario {
    pub(super) fn new(scenario: &faults::Scenario) -> Self {
        Self {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            when: scenario.when.iter().map(|matcher| data(matcher.target())).collect(),
            injected: scenario.injected(),
        }
    }
}

/// The operations that an order can be aimed at: the value of the field, and its label.
pub(super) fn operations(apis: &Apis) -> Vec<(String, String)> {
    let catalogue = apis.catalogue();
    let mut all = Vec::new();
    for api in ApiId::ALL {
        all.push((format!("{api}/"), format!("{} : toutes", words::api(api))));
        let names = catalogue.names(Some(api)).into_iter();
        all.extend(
            names.map(|name| (format!("{api}/{name}"), format!("{} : {name}", words::api(api)))),
        );
    }
    let own = [
        (faults::TOKEN, "demande de jeton"),
        (faults::REVOKE, "révocation"),
        (faults::JWKS, "clés publiques"),
    ];
    all.extend(own.map(|(name, label)| (format!("/{name}"), format!("Passerelle : {label}"))));
    all
}

/// The codes that can be ordered, for the field's list of suggestions.
pub(super) fn codes(apis: &Apis) -> Vec<String> {
    let own = ApiId::ALL.into_iter().flat_map(|api| apis.api(api).codes()).map(str::to_owned);
    let products = GatewayCode::all_orderable().map(|code| code.number.to_string());
    let oauth = token_errors::ALL.iter().map(|one| one.error.to_owned());
    own.chain(products).chain(oauth).collect()
}

fn aim(target: &Target) -> String {
    let mut parts = Vec::new();
    parts.push(match (target.api, &target.operation) {
        (None, None) => "toutes les API".to_owned(),
        (Some(api), None) => words::api(api).to_owned(),
        (Some(api), Some(operation)) => format!("{} · {operation}", words::api(api)),
        (None, Some(operation)) => operation.clone(),
    });
    parts.extend(target.partner.as_ref().map(|partner| format!("appels de {partner}")));
    if !target.criteria.is_empty() {
        parts.push(data(target));
    }
    parts.join(", ")
}

/// The data that choose it: `iban = FR76...`.
fn data(target: &Target) -> String {
    let one = |(name, test): (&String, &Test)| match test {
        Test::Is(value) => format!("{name} = {value}"),
        Test::Like { pattern } => format!("{name} comme {pattern}"),
    };
    target.criteria.iter().map(one).collect::<Vec<_>>().join(" et ")
}

fn effect(spec: &OutcomeSpec) -> String {
    let mut parts = Vec::new();
    parts.extend(spec.delay_ms.map(|delay| match delay {
        Delay::Fixed(ms) => format!("attend {ms} ms"),
        Delay::Between(least, most) => format!("attend de {least} à {most} ms"),
    }));
    parts.extend(spec.code.as_ref().map(|code| format!("répond le code {code}")));
    match (spec.html, spec.status) {
        (Some(true), Some(status)) => parts.push(format!("renvoie une page HTML, statut {status}")),
        (Some(true), None) => parts.push("renvoie une page HTML de maintenance".to_owned()),
        (_, Some(status)) => parts.push(match &spec.message {
            Some(message) => format!("répond le statut {status} (« {message} »)"),
            None => format!("répond le statut {status}"),
        }),
        (_, None) => {}
    }
    if spec.incident == Some(true) {
        let answered = spec.code.is_some() || spec.status.is_some() || spec.html.is_some();
        let alone = !answered && spec.drop.is_none() && spec.truncate.is_none();
        parts.push(match alone {
            true => {
                "incident : répond 503 ou 504 aux recherches, etatSante restant à 200".to_owned()
            }
            false => "aux recherches seulement".to_owned(),
        });
    }
    if spec.drop == Some(true) {
        parts.push("coupe la connexion sans réponse".to_owned());
    }
    if spec.truncate == Some(true) {
        parts.push("coupe la connexion au milieu de la réponse".to_owned());
    }
    if let Some(seconds) = spec.retry_after {
        parts.push(format!("fait revenir après {seconds} s (Retry-After)"));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_told_whole() {
        let spec = OutcomeSpec {
            delay_ms: Some(Delay::Between(10, 20)),
            code: Some("CAT004".to_owned()),
            ..OutcomeSpec::default()
        };
        assert_eq!(effect(&spec), "attend de 10 à 20 ms, répond le code CAT004");
        let back =
            OutcomeSpec { status: Some(503), retry_after: Some(2), ..OutcomeSpec::default() };
        assert_eq!(effect(&back), "répond le statut 503, fait revenir après 2 s (Retry-After)");
        let html = OutcomeSpec { html: Some(true), status: Some(502), ..OutcomeSpec::default() };
        assert_eq!(effect(&html), "renvoie une page HTML, statut 502");
        let incident = OutcomeSpec { incident: Some(true), ..OutcomeSpec::default() };
        assert_eq!(
            effect(&incident),
            "incident : répond 503 ou 504 aux recherches, etatSante restant à 200"
        );
        let chosen = OutcomeSpec { code: Some("CAT004".to_owned()), ..incident };
        assert_eq!(effect(&chosen), "répond le code CAT004, aux recherches seulement");
        let worded = OutcomeSpec {
            status: Some(400),
            message: Some("Un".to_owned()),
            ..OutcomeSpec::default()
        };
        assert_eq!(effect(&worded), "répond le statut 400 (« Un »)");
        assert_eq!(
            effect(&OutcomeSpec { drop: Some(true), ..OutcomeSpec::default() }),
            "coupe la connexion sans réponse"
        );
    }

    #[test]
    fn an_aim_is_told_whole() {
        assert_eq!(aim(&Target::default()), "toutes les API");
        let target = Target {
            api: Some(ApiId::Ficoba),
            operation: Some("spi".to_owned()),
            partner: Some("x".to_owned()),
            criteria: [("iban".to_owned(), Test::Like { pattern: "FR*".to_owned() })].into(),
        };
        assert_eq!(aim(&target), "FICOBA · spi, appels de x, iban comme FR*");
    }
}
