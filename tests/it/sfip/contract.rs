//! The published contract (OpenAPI v1) as a table of our own, compared with the document that we generate and with what is
//! mounted.

use bacasable::api::{
    Api,
    sfip::{Sfip, openapi},
};
use serde_json::Value;

/// Path, operation, scope, statuses of its own, and parameters, a star after the mandatory ones.
const OPERATIONS: [(&str, &str, Option<&str>, &str, &str); 3] = [
    ("/information", "information", None, "200 400", "X-Correlation-ID*"),
    (
        "/demandeDeService/02GA/departement/{departement}/annrev/{annrev}/bareme/{bareme}/personne",
        "lep",
        Some("sfip_lep"),
        "200 400 403 404 410",
        "X-Correlation-ID* ID_Teleservice* departement* bareme* annrev* nom prenom sexe naisDate naisCodePays naisCodeDept \
         naisCodeCommune adrCodePays adrCodeDept adrCodeCommune adrCodeVoie adrLibelleVoie adrNumVoie adrIndiceRepetition spi",
    ),
    (
        "/demandeDeService/02AA/personne",
        "service2aa",
        Some("sfip_donnees_fiscales_usagers"),
        "200 400 403 404 416",
        "X-Correlation-ID* ID_Teleservice* nom prenom sexe naisDate naisCodePays naisCodeDept naisCodeCommune adrCodePays \
         adrCodeDept adrCodeCommune adrCodeVoie adrLibelleVoie adrNumVoie adrIndiceRepetition spi",
    ),
];

#[test]
fn the_document_has_the_published_paths_parameters_scopes_and_statuses() {
    let document = serde_json::to_value(openapi()).unwrap();
    assert_eq!(document["servers"][0]["url"], "https://localhost:8443/sfip/v1");
    assert_eq!(document["paths"].as_object().unwrap().len(), OPERATIONS.len());
    for (path, operation, scope, statuses, parameters) in OPERATIONS {
        let item = document["paths"][path].as_object().unwrap();
        assert_eq!(item.keys().collect::<Vec<_>>(), ["get"], "{path}");
        let described = &item["get"];
        assert_eq!(described["operationId"], operation);
        assert_eq!(
            described["security"][0]["oauth2"].as_array().unwrap().first().and_then(Value::as_str),
            scope
        );
        let named = |parameter: &Value| {
            let star = if parameter["required"] == true { "*" } else { "" };
            format!("{}{star}", parameter["name"].as_str().unwrap())
        };
        let given = described["parameters"].as_array().unwrap();
        assert_eq!(given.iter().map(named).collect::<Vec<_>>().join(" "), parameters, "{path}");
        let responses = described["responses"].as_object().unwrap();
        for status in statuses.split(' ') {
            let content = &responses[status]["content"]["application/vnd.dgfip.sfip.v1.0+json"];
            assert!(content.is_object(), "{path} {status}");
        }
        let own =
            responses.keys().filter(|status| !["401", "429", "default"].contains(&status.as_str()));
        let mut own: Vec<_> = own.map(String::as_str).collect();
        own.sort_unstable();
        assert_eq!(own.join(" "), statuses, "{path}");
    }
}

#[test]
fn what_is_mounted_is_what_is_described() {
    let mounted: Vec<_> =
        Sfip.resources().iter().map(|one| (one.template, one.operation, one.scope)).collect();
    let described: Vec<_> =
        OPERATIONS.iter().map(|(path, operation, scope, ..)| (*path, *operation, *scope)).collect();
    assert_eq!(mounted, described);
}

#[test]
fn codes_come_once_each_with_the_published_words() {
    assert_eq!(Sfip.codes(), ["4003", "40305", "40401", "40433", "4101"]);
    let words = Sfip.words("4101").unwrap();
    assert_eq!(
        (words.message.as_str(), words.when.as_str()),
        ("Absence de réponse", "l'API répond ce code avec le statut HTTP 410 ou 416")
    );
    assert_eq!(Sfip.words("4102"), None);
}

#[test]
fn each_resource_can_be_told_apart_by_its_parameters() {
    let counts: Vec<_> =
        Sfip.resources().iter().map(|resource| Sfip.parameters(resource).len()).collect();
    assert_eq!(counts, [0, 18, 15]);
}
