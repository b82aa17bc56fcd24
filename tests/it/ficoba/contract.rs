//! The published contract (OpenAPI v2 of the API) as a table of our own, compared with the document that we generate, with
//! what is mounted, and with what answers hold.

use bacasable::{
    api::{
        Api,
        ficoba::{Code, Ficoba, Search, openapi},
    },
    register::{Register, Spec},
    rights::ApiId,
};
use serde_json::Value;

use crate::harness::World;

/// Path, method, operation, request, answer.
const OPERATIONS: [(&str, &str, &str, &str, &str); 8] = [
    ("/etatSante", "get", "getInfo", "", "EtatSante"),
    (
        "/comptes/numCpte",
        "post",
        "rechercherCompteParNumCpte",
        "DemandeRestitRechCompte",
        "ReponseListeFinaleComptes",
    ),
    (
        "/comptes/siretSiren",
        "post",
        "rechercherCompteParSiretSiren",
        "DemandeRestitSiretSiren",
        "ReponseListeFinaleComptesPourPM",
    ),
    (
        "/comptes/spi",
        "post",
        "rechercherComptesSpi",
        "DemandeRestitRechSpi",
        "ReponseListeFinaleComptesPourPP",
    ),
    (
        "/comptes/perPhy",
        "post",
        "rechercherComptesPersonnePhysique",
        "DemandeRestitRechPerPhy",
        "ReponseListeFinaleComptesPourPP",
    ),
    (
        "/comptes/perPro",
        "post",
        "rechercherComptesPerPro",
        "DemandeRestitRechPerPro",
        "ReponseListeFinaleComptesPourPM",
    ),
    (
        "/comptes/multiDet",
        "post",
        "rechercherMultiDetention",
        "DemandeRestitMultiDet",
        "ReponseMultiDetention",
    ),
    (
        "/comptes/verifIban",
        "post",
        "rechercherCompteParNumCpte_1",
        "DemandeRestitVerifIban",
        "ReponseListeFinaleComptes",
    ),
];

/// Each published schema and its properties: texts, or after a colon `i` for an integer, `l` for a long one, `n` for a
/// number, a schema, or a schema in brackets for an array of it.
const SCHEMAS: [(&str, &str); 49] = [
    (
        "DemandeRestitRechPerPhy",
        "dateDemande motif siretDemandeur sirenDemandeur justification criteresRecherche:CriteresRecherchePerPhy",
    ),
    (
        "DemandeRestitRechPerPro",
        "dateDemande motif siretDemandeur sirenDemandeur justification criteresRecherche:CriteresRecherchePerPro",
    ),
    (
        "DemandeRestitMultiDet",
        "dateDemande motif siretDemandeur sirenDemandeur justification criteresRecherche:CriteresRechercheMultiDet",
    ),
    (
        "DemandeRestitVerifIban",
        "dateDemande motif siretDemandeur sirenDemandeur justification criteresRecherche:CriteresRechercheVerifTitulaireIban",
    ),
    (
        "CriteresRecherchePerPhyMD",
        "etatCivil:EtatCivilTitulaire lieuNaissance:LieuNaissance domiciliation:Domiciliation",
    ),
    ("EtatSante", "descriptif"),
    ("ReponseErreur", "code message horodatage"),
    ("ResultatErreurApiSante", "erreur:ReponseErreur"),
    ("AdresseGuichet", "libAdr1 libAdr2 libAdr3 libAdr4"),
    ("CaracteristiqueCompte", "codeCaracteristique:i libelleCaracteristique"),
    (
        "CompteCaracteristiques",
        "iban dateOuverture dateFiscale codeMotifOuverture libelleMotifOuverture dateCloture nature:NatureCompteDto \
         type:TypeCompte formatCompte caracteristique:CaracteristiqueCompte succession resident devise:DeviseCompte",
    ),
    (
        "CompteStructure",
        "caracteristiqueCompte:CompteCaracteristiques etablissementGestionnaire:EtablissementGestionnaire \
         ayantsDroits:[TitulaireCompte]",
    ),
    ("DemandeRestit", "dateDemande motif siretDemandeur sirenDemandeur justification"),
    ("DeviseCompte", "codeDevise"),
    ("EtablissementBancaire", "numeroEtablissement libelleEtablissement bicEtablissement"),
    ("EtablissementGestionnaire", "etablissement:EtablissementBancaire guichet:GuichetDto"),
    ("GuichetDto", "numeroGuichet libelleGuichet adresse:AdresseGuichet"),
    ("NatureCompteDto", "codeNature:i libelleNature"),
    (
        "ReponseListeComptes",
        "caracteristiquesDemande:DemandeRestit referenceDemande nombreReponses messageInformatif:ReponseErreur \
         comptes:[CompteStructure] verificationCompte:ReponseVerifCompte",
    ),
    (
        "ReponseListeFinaleComptes",
        "caracteristiquesDemande:DemandeRestit referenceDemande nombreReponses messageInformatif:ReponseErreur \
         reponses:ReponseListeComptes",
    ),
    ("ReponseVerifCompte", "ibanExistant dateCloture"),
    ("TitulaireCompte", ""),
    ("TypeCompte", "codeType:i libelleType"),
    ("CriteresRechercheCompte", "iban verificationCompte"),
    (
        "DemandeRestitRechCompte",
        "dateDemande motif siretDemandeur sirenDemandeur justification criteresRecherche:CriteresRechercheCompte",
    ),
    (
        "Adresse",
        "codePaysResidence libellePaysResidence codeDepartementResidence libelleDepartementResidence codeCommuneResidence \
         libelleCommuneResidence codeNatureVoie libelleVoie numeroVoie indiceRepetition indicateurCodifAdresse codePostal \
         libelleComplAdr",
    ),
    (
        "PersonneMorale",
        "raisonSociale sigle enseigne siret categorieJuridique:i siren adresse:Adresse scoreAppariement:n",
    ),
    (
        "ReponseListeComptesPourPM",
        "caracteristiquesDemande:DemandeRestit referenceDemande nombreReponses messageInformatif:ReponseErreur \
         personneRecherche:PersonneMorale nombreComptes comptes:[CompteStructure]",
    ),
    (
        "ReponseListeFinaleComptesPourPM",
        "caracteristiquesDemande:DemandeRestit referenceDemande nombreReponses messageInformatif:ReponseErreur \
         reponses:[ReponseListeComptesPourPM]",
    ),
    ("CriteresRechercheSiretSiren", "siret siren"),
    (
        "DemandeRestitSiretSiren",
        "dateDemande motif siretDemandeur sirenDemandeur justification criteresRecherche:CriteresRechercheSiretSiren",
    ),
    ("CommuneNaissance", "codeCommune libelleCommune"),
    ("DepartementNaissance", "codeDepartement libelleDepartement"),
    ("PaysNaissance", "codePays libellePays"),
    (
        "PersonnePhysique",
        "nomNaissance nomUsage prenom sexe anneeNaissance moisNaissance jourNaissance dateDeces paysNaissance:PaysNaissance \
         departementNaissance:DepartementNaissance communeNaissance:CommuneNaissance numeroSpi:l adresse:Adresse \
         scoreAppariement:n",
    ),
    (
        "ReponseListeComptesPourPP",
        "caracteristiquesDemande:DemandeRestit referenceDemande nombreReponses messageInformatif:ReponseErreur \
         personneRecherche:PersonnePhysique nombreComptes comptes:[CompteStructure]",
    ),
    (
        "ReponseListeFinaleComptesPourPP",
        "caracteristiquesDemande:DemandeRestit referenceDemande nombreReponses messageInformatif:ReponseErreur \
         reponses:[ReponseListeComptesPourPP]",
    ),
    ("CriteresRechercheSpi", "numeroSPI"),
    (
        "DemandeRestitRechSpi",
        "dateDemande motif siretDemandeur sirenDemandeur justification criteresRecherche:CriteresRechercheSpi",
    ),
    (
        "CriteresRecherchePerPhy",
        "etatCivil:EtatCivil lieuNaissance:LieuNaissance domiciliation:Domiciliation",
    ),
    (
        "Domiciliation",
        "codePays codeDepartement codeCommune codeNatureVoie libelleVoie numeroVoie indiceRepetition codePostal",
    ),
    (
        "EtatCivil",
        "anneeNaissance moisNaissance jourNaissance anneeNaissanceDebut moisNaissanceDebut jourNaissanceDebut \
         anneeNaissanceFin moisNaissanceFin jourNaissanceFin nom prenoms sexe",
    ),
    ("LieuNaissance", "codePaysNaissance codeDepartementNaissance codeCommuneNaissance"),
    ("CriteresRecherchePerPro", "designation:Designation domiciliation:Domiciliation"),
    ("Designation", "raisonSociale sigle enseigne codeCategorieJuridique"),
    (
        "CompteMultiDet",
        "iban nature dateOuverture dateFiscale codeMotifOuverture libelleMotifOuverture codeEtab guichet:GuichetDto",
    ),
    (
        "CriteresRechercheMultiDet",
        "accordClient codeNatureCompte recherchePP recherchePM rechercheSIRENSIRET \
         criteresRecherchePro:CriteresRecherchePerPro criteresRecherchePhy:CriteresRecherchePerPhyMD \
         criteresSiretSiren:CriteresRechercheSiretSiren",
    ),
    ("EtatCivilTitulaire", "nom prenoms sexe anneeNaissance moisNaissance jourNaissance"),
    (
        "CriteresRechercheVerifTitulaireIban",
        "iban recherchePP recherchePM rechercheSirenSiret etatCivil:EtatCivilTitulaire lieuNaissance:LieuNaissance \
         designation:Designation siret siren",
    ),
];

/// What the samples have and the published document has not, or has under another name.
const BEYOND: [(&str, &str); 7] = [
    ("FautePasserelle", "erreur:o"), // published as the default answer in the gateway's export of 2025-01
    ("ReponseMultiDetention", "nRep"), // published as getnRep
    ("DemandeRestit", "criteresRecherche:o"),
    (
        "TitulaireCompte",
        "personnePhysique:AyantDroitPersonnePhysique personneMorale:AyantDroitPersonneMorale adresse:Adresse",
    ),
    (
        "AyantDroitPersonnePhysique",
        "personneRecherchee droitSurCompte dateDebutDroit dateFinDroit dateMaj nomNaissance prenoms anneNaissance moisNaissance \
         jourNaissance sexe codePaysNaissance codeDepartementNaissance codeCommuneNaissance libellePaysNaissance \
         libelleDepartementNaissance libelleCommuneNaissance",
    ),
    (
        "AyantDroitPersonneMorale",
        "personneRecherchee droitSurCompte dateDebutDroit dateFinDroit dateMaj raisonSociale sigle enseigne categorieJuridique \
         typeRepertoire siret numeroCopro numeroRna numeroLei",
    ),
    (
        "ReponseMultiDetention",
        "caracteristiquesDemande:DemandeRestit referenceDemande nombreReponses messageInformatif:ReponseErreur \
         comptes:[CompteMultiDet]",
    ),
];

fn document() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

#[test]
fn the_paths_the_methods_and_the_parameters_are_the_published_ones_and_are_mounted() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "/fcb-masrestit/api/v2");
    assert_eq!(document["paths"].as_object().unwrap().len(), OPERATIONS.len());
    let api = Ficoba::load(None).unwrap();
    assert_eq!(api.resources().len(), OPERATIONS.len());
    for (path, method, operation, request, answer) in OPERATIONS {
        let item = document["paths"][path].as_object().unwrap();
        assert_eq!(item.keys().collect::<Vec<_>>(), [method], "{path}");
        let described = &item[method];
        assert_eq!(described["operationId"], operation);
        let parameters: Vec<_> = described["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| {
                assert_eq!(parameter["in"], "header", "{parameter}");
                // The gateway makes the one, and refuses a call without the other.
                assert_eq!(parameter["required"], parameter["name"] == "X-Correlation-ID");
                assert_eq!(parameter["schema"]["type"], "string");
                parameter["name"].as_str().unwrap()
            })
            .collect();
        assert_eq!(parameters, ["X-Correlation-ID", "X-Request-ID"]);
        let schema = |holder: &Value| {
            holder["content"]["application/json"]["schema"]["$ref"]
                .as_str()
                .map(|name| name.rsplit('/').next().unwrap().to_owned())
        };
        assert_eq!(schema(&described["requestBody"]).unwrap_or_default(), request);
        assert_eq!(schema(&described["responses"]["200"]).unwrap(), answer);
        let mounted = api.resources().iter().find(|resource| resource.template == path).unwrap();
        assert_eq!(mounted.method.as_str().to_lowercase(), method);
        for (status, response) in described["responses"].as_object().unwrap() {
            assert!(
                response["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{path} {status}"
            );
        }
    }
}

#[test]
fn every_published_property_is_declared_with_its_type_and_in_our_own_words() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, properties) in SCHEMAS.into_iter().chain(BEYOND) {
        let schema = schemas.get(name).unwrap_or_else(|| panic!("{name} is not declared"));
        assert!(schema["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        for property in properties.split_whitespace() {
            let (key, kind) = property.split_once(':').unwrap_or((property, "t"));
            let declared = &schema["properties"][key];
            assert_eq!(kind_of(declared), kind, "{name}.{key} {declared}");
            assert!(
                declared["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{name}.{key}"
            );
        }
    }
    let known = |name: &String| SCHEMAS.iter().chain(&BEYOND).any(|(known, _)| known == name);
    let unknown: Vec<_> = schemas.keys().filter(|name| !known(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The kind of a property, as the table writes it.
fn kind_of(declared: &Value) -> String {
    let name = |reference: &Value| {
        reference.as_str().map(|name| name.rsplit('/').next().unwrap().to_owned())
    };
    if let Some(name) = name(&declared["$ref"]) {
        return name;
    }
    match (declared["type"].as_str(), declared["format"].as_str()) {
        (Some("string"), _) => "t".to_owned(),
        (Some("integer"), Some("int32")) => "i".to_owned(),
        (Some("integer"), Some("int64")) => "l".to_owned(),
        (Some("number"), Some("double")) => "n".to_owned(),
        (Some("object"), _) => "o".to_owned(),
        (Some("array"), _) => format!("[{}]", name(&declared["items"]["$ref"]).unwrap()),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_code_is_described() {
    let text = document().to_string();
    for code in Code::ALL {
        assert!(text.contains(&format!("`{}` «", code.as_str())), "{}", code.as_str());
    }
}

/// What a client written from the document will see: every answer of every documented call is of its schema.
#[tokio::test]
async fn every_answer_is_of_its_schema() {
    let document = document();
    let register = Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap();
    for extended in [false, true] {
        let world = World::with(|config| config.ficoba.extended_person = extended).await;
        let mut seen = 0;
        for persona in register.personas() {
            for call in persona.calls.iter().filter(|call| call.api == ApiId::Ficoba) {
                let partner = world.partner(&call.partner).await;
                let motif = call.motif.unwrap().to_string();
                let reply = partner.ficoba(&call.operation, &motif, call.parameters.clone()).await;
                let path = format!("/comptes/{}", Search::named(&call.operation).unwrap().as_str());
                let response =
                    &document["paths"][&path]["post"]["responses"][reply.status.as_str()];
                let schema = &response["content"]["application/json"]["schema"];
                let faults = faults(&document, schema, &reply.json(), "");
                assert!(faults.is_empty(), "{} {path}: {faults:?}\n{}", persona.id, reply.text);
                seen += 1;
            }
        }
        assert!(seen > 50, "{seen}");
    }
}

/// Where a value is not what a schema says: unknown keys, other types.
fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return faults(document, document.pointer(pointer).unwrap(), value, at);
    }
    if let Some(any) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let each = any.iter().map(|schema| faults(document, schema, value, at));
        return each.min_by_key(Vec::len).unwrap();
    }
    match (schema["type"].as_str().unwrap_or_default(), value) {
        ("object", Value::Object(members)) => {
            let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
            let member = |(key, value): (&String, &Value)| match properties.get(key) {
                Some(schema) => faults(document, schema, value, &format!("{at}/{key}")),
                None => vec![format!("{at}/{key} is not declared")],
            };
            members.iter().flat_map(member).collect()
        }
        ("array", Value::Array(items)) => items
            .iter()
            .flat_map(|item| faults(document, &schema["items"], item, &format!("{at}[]")))
            .collect(),
        ("string", Value::String(_)) | ("number", Value::Number(_)) => Vec::new(),
        ("integer", Value::Number(number)) if number.is_u64() => Vec::new(),
        (expected, value) => vec![format!("{at} is {value}, not of type {expected}")],
    }
}
