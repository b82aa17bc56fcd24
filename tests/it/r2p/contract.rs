//! The published contract (Swagger v1) as a table of our own, compared with the document that we generate and with what is
//! mounted.

use bacasable::api::{
    Api,
    r2p::{R2p, openapi},
};
use serde_json::Value;

/// Path, operation, scope, name of the answer, and the query parameters, a star after the mandatory ones.
const OPERATIONS: [(&str, &str, &str, &str, &str); 3] = [
    (
        "/personne",
        "RechercheParCriteres",
        "api_r2p_recherche_personne_physique",
        "PersonneReponseEnveloppe",
        "nom* prenom* sexe naisDate naisCodePays naisCodeDept naisCodeCommune adrCodePays adrCodeDept adrCodeTom \
         adrCodeCommune adrLibelleTypeVoie adrLibelleVoie adrNumVoie adrIndiceRepetition",
    ),
    (
        "/personne/spi",
        "RechercheParEtatCivil",
        "api_r2p_resolution_spi",
        "IdentifiantEnveloppe",
        "nom* prenom* sexe naisDate naisCodePays naisCodeDept naisCodeCommune",
    ),
    (
        "/personne/{spi}",
        "RechercheParSPI",
        "api_r2p_recherche_personne_physique",
        "PersonneReponseEnveloppe",
        "spi*",
    ),
];

/// Each definition and its properties: texts, or another definition after a colon.
const DEFINITIONS: [(&str, &str); 6] = [
    ("PersonneReponseEnveloppe", "personnePhysique:PersonneReponse"),
    (
        "PersonneReponse",
        "identifiant:IdentifiantReponse etatCivil:EtatCivilReponse adresse:AdresseReponse",
    ),
    ("IdentifiantEnveloppe", "identifiant:IdentifiantReponse"),
    ("IdentifiantReponse", "spi"),
    (
        "EtatCivilReponse",
        "cdSexe lbNomNaissance lbPrenomNaissance lbNomUsage lbPrenomUsage anneeNaissance moisNaissance jourNaissance \
         cdPaysNaissance cdDeptNaissance cdTOMNaissance cdCommuneNaissance",
    ),
    (
        "AdresseReponse",
        "cdPays lbPays cdDepartement lbDepartement cdTOM lbTOM cdCommune lbCommune cdVoie lbVoie numeroVoie \
         indiceDeRepetition",
    ),
];

fn document() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

#[test]
fn the_paths_and_parameters_are_the_swagger_s() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "https://localhost:8443/r2p/v1");
    assert_eq!(document["paths"].as_object().unwrap().len(), OPERATIONS.len());
    for (path, operation, scope, answer, parameters) in OPERATIONS {
        let item = document["paths"][path].as_object().unwrap();
        assert_eq!(item.keys().collect::<Vec<_>>(), ["get"], "{path}");
        let described = &item["get"];
        assert_eq!(described["operationId"], operation);
        assert_eq!(described["security"][0]["oauth2"][0], scope);
        let place = if path.ends_with('}') { "path" } else { "query" };
        let named = |parameter: &Value| {
            assert_eq!(
                (&parameter["schema"]["type"], &parameter["in"]),
                (&"string".into(), &place.into()),
                "{parameter}"
            );
            let star = if parameter["required"] == true { "*" } else { "" };
            format!("{}{star}", parameter["name"].as_str().unwrap())
        };
        let given = described["parameters"].as_array().unwrap();
        assert_eq!(
            (&given[0]["name"], &given[0]["in"], &given[0]["required"]),
            (&"X-Correlation-ID".into(), &"header".into(), &true.into())
        );
        assert_eq!(
            given[1..].iter().map(named).collect::<Vec<_>>().join(" "),
            parameters,
            "{path}"
        );
        let schema =
            &described["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(*schema, format!("#/components/schemas/{answer}"));
        for status in ["401", "403", "404"] {
            assert!(described["responses"][status]["description"].is_string(), "{path} {status}");
        }
    }
}

#[test]
fn the_definitions_are_the_swagger_s() {
    let document = document();
    for (name, properties) in DEFINITIONS {
        let schema = document["components"]["schemas"][name]["properties"].as_object().unwrap();
        let mut found: Vec<_> = schema
            .iter()
            .map(|(key, value)| match value["$ref"].as_str() {
                Some(reference) => format!("{key}:{}", reference.rsplit('/').next().unwrap()),
                None => {
                    assert_eq!(value["type"], "string", "{name}.{key}");
                    assert!(
                        value["description"].is_string() && value["examples"][0].is_string(),
                        "{name}.{key}"
                    );
                    key.clone()
                }
            })
            .collect();
        let mut expected: Vec<_> = properties.split(' ').collect();
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn what_is_mounted_is_what_is_described() {
    let mounted = R2p
        .resources()
        .iter()
        .map(|one| (one.template, one.operation, one.scope.unwrap_or_default()));
    assert!(
        mounted.eq(OPERATIONS.iter().map(|&(path, operation, scope, ..)| (path, operation, scope)))
    );
    for (resource, (.., parameters)) in R2p.resources().iter().zip(OPERATIONS) {
        assert_eq!(R2p.parameters(resource).join(" "), parameters.replace('*', ""));
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_code_is_described() {
    let document = document();
    let text = document.to_string();
    for (at, mark) in text.match_indices("#/components/schemas/") {
        let name = text[at + mark.len()..].split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
    let codes = document["components"]["schemas"]["Erreur"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap();
    let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
    assert_eq!(codes, R2p.codes());
}
