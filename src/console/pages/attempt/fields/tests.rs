use serde_json::json;

use super::*;

fn form(method: &str, path: &str, body: &str) -> AttemptForm {
    let (method, path) = (method.to_owned(), path.to_owned());
    AttemptForm { method, path, body: body.to_owned(), ..AttemptForm::default() }
}

fn all(fields: &Fields) -> impl Iterator<Item = &Field> {
    fields.groups.iter().flat_map(|group| &group.fields)
}

fn field<'a>(fields: &'a Fields, key: &str) -> &'a Field {
    all(fields).find(|field| field.key == key).unwrap()
}

fn changed(form: &AttemptForm, name: &str, value: &str) -> Result<AttemptForm, String> {
    Fields::for_form(form).unwrap().put_in(form.clone(), &Typed::from_pairs(&[(name, value)]))
}

#[test]
fn every_operation_of_every_document_has_fields_that_give_back_what_they_were_given() {
    let mut seen = 0;
    for api in ApiId::ALL {
        for (template, item) in reference::contract(api)["paths"].as_object().unwrap() {
            let method = if item["post"].is_object() { "POST" } else { "GET" };
            let filled = template.replace('{', "x").replace('}', "");
            let form = form(method, &format!("{}{filled}", api.context()), "");
            let fields = Fields::for_form(&form).unwrap();
            assert_eq!(fields.operation, format!("{api}{template}"));
            let typed: Vec<_> =
                all(&fields).map(|one| (one.name.clone(), "7é &".to_owned())).collect();
            let names = typed.iter().map(|(name, _)| name);
            assert_eq!(names.collect::<std::collections::HashSet<_>>().len(), typed.len());
            let filled = fields.put_in(form, &typed.into()).unwrap();
            let again = Fields::for_form(&filled).unwrap();
            assert!(all(&again).all(|one| one.value == "7é &"), "{template}: {filled:?}");
            assert!(all(&again).all(|one| !one.label.is_empty()), "{template}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_field_has_its_french_name_its_key_and_what_is_expected() {
    let body = json!({ "motif": 20, "criteresRecherche": { "iban": "FR76" } }).to_string();
    let fields = Fields::for_form(&form("POST", ACCOUNT, &body)).unwrap();
    let iban = field(&fields, "criteresRecherche.iban");
    assert_eq!((iban.label.as_str(), iban.value.as_str(), iban.required), ("IBAN", "FR76", true));
    assert!(iban.hint.starts_with("obligatoire ; exemple : FR"), "{}", iban.hint);
    assert_eq!(field(&fields, "motif").value, "20");
    let legends: Vec<_> = fields.groups.iter().map(|group| group.legend.as_str()).collect();
    assert_eq!(legends, ["Demande", "Critères de recherche"]);
}

#[test]
fn what_was_changed_in_a_field_is_put_in_the_call_and_the_rest_stays_as_it_is() {
    let body = "{\"autre\":[1],\"motif\":20,\"criteresRecherche\":{\"iban\":\"FR76\",\"x\":true}}";
    let form = form("POST", ACCOUNT, body);
    let same = changed(&form, "corps.motif", "20").unwrap();
    assert_eq!(same.body, body, "what was not changed is not written again");
    let other = changed(&form, "corps.criteresRecherche.iban", "FR77").unwrap();
    let expected =
        json!({ "autre": [1], "motif": 20, "criteresRecherche": { "iban": "FR77", "x": true } });
    assert_eq!(serde_json::from_str::<Value>(&other.body).unwrap(), expected);
    let without = changed(&form, "corps.motif", "").unwrap();
    assert!(!without.body.contains("motif"), "a field left empty is omitted");
    let lines = AttemptForm { body: "{\"justification\":\"a\\nb\"}".to_owned(), ..form.clone() };
    let same = changed(&lines, "corps.justification", "ab").unwrap();
    assert_eq!(same.body, lines.body, "a field cannot show the end of a line");
    let wrong = AttemptForm { body: "{\"motif\":".to_owned(), ..form.clone() };
    assert_eq!(changed(&wrong, "corps.motif", "").unwrap().body, wrong.body);
    assert!(changed(&wrong, "corps.motif", "0020").unwrap_err().contains("« Motif »"));
}

#[test]
fn parameters_are_read_from_the_address_and_written_back_encoded() {
    let context = ApiId::R2p.context();
    let path = format!("{context}/personne/spi?nom=L%27%C3%89TOILE&prenom=A+B&x=%FF");
    let form = form("GET", &path, "");
    let fields = Fields::for_form(&form).unwrap();
    assert_eq!(field(&fields, "nom").value, "L'ÉTOILE");
    assert_eq!(field(&fields, "prenom").value, "A B");
    let path = |name: &str, value: &str| changed(&form, name, value).unwrap().path;
    assert_eq!(
        path("requete.nom", "É&"),
        format!("{context}/personne/spi?nom=%C3%89%26&prenom=A+B&x=%FF")
    );
    assert_eq!(
        path("requete.prenom", ""),
        format!("{context}/personne/spi?nom=L%27%C3%89TOILE&x=%FF")
    );
    assert!(path("requete.sexe", "1").ends_with("&x=%FF&sexe=1"));
}

#[test]
fn a_refusal_is_said_at_the_field_that_it_names() {
    let mut fields = Fields::for_form(&form("POST", ACCOUNT, "{}")).unwrap();
    fields.blame(&RefusalFacts::expected("IBAN (iban)", "27 caractères"));
    let blamed: Vec<_> = all(&fields).filter(|field| field.fault.is_some()).collect();
    assert_eq!(blamed.len(), 1);
    assert_eq!(blamed[0].fault.as_deref(), Some("IBAN (iban) : 27 caractères."));
    let mut fields = Fields::for_form(&form("POST", ACCOUNT, "{}")).unwrap();
    fields.blame(&RefusalFacts::because("autre chose"));
    fields.blame(&RefusalFacts::expected("x-correlation-id", "un UUID"));
    assert!(all(&fields).all(|field| field.fault.is_none()));
}

#[test]
fn the_motifs_of_the_convention_are_offered_first() {
    let apis = Apis::load(None).unwrap();
    let body = "{\"motif\":\"9999\"}";
    let fields = Fields::for_form(&form("POST", ACCOUNT, body)).unwrap().offer_motifs(None, &apis);
    let motif = field(&fields, "motif");
    assert_eq!(motif.offered.len(), apis.motifs().len());
    assert_eq!(motif.hint, "9999 : motif inconnu");
    assert!(motif.offered.iter().all(|(_, label)| label.ends_with("(absent de la convention)")));
}

#[test]
fn what_is_no_operation_has_no_fields() {
    for path in ["/token", "/fcb-masrestit/api/v2/rien", "/fcb-masrestit/api/v2", ""] {
        assert!(Fields::for_form(&form("GET", path, "")).is_none(), "{path}");
    }
    assert!(Fields::for_form(&form("DELETE", ACCOUNT, "")).is_none());
}

const ACCOUNT: &str = "/fcb-masrestit/api/v2/comptes/numCpte";
