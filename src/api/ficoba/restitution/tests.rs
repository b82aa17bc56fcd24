//! No answer holds a key outside what the motif, the convention and the token allow, whatever the data.

use std::{collections::BTreeSet, sync::LazyLock};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{
    api::ficoba::search::{self, Number},
    register::{Party, Spec},
};

static REGISTER: LazyLock<Register> =
    LazyLock::new(|| Register::load(&Spec { seed: 7, population: 300, fixtures: None }).unwrap());

fn manner(extended: bool) -> Manner {
    Manner { extended, accents: Accents::Declared, partial_dates: PartialDates::Absent }
}

/// Which scopes open each key: any of those it stands behind. What is in no list may always be told.
const GROUPS: &[(DataScope, &str)] = &[
    (
        DataScope::EtatCivilDenomination,
        "personneRecherche nomNaissance nomUsage prenom prenoms anneeNaissance anneNaissance moisNaissance jourNaissance sexe \
         dateDeces paysNaissance codePays libellePays departementNaissance codeDepartement libelleDepartement \
         communeNaissance codeCommune libelleCommune numeroSpi siren scoreAppariement codePaysNaissance \
         codeDepartementNaissance codeCommuneNaissance libellePaysNaissance libelleDepartementNaissance \
         libelleCommuneNaissance raisonSociale sigle enseigne categorieJuridique typeRepertoire siret numeroCopro numeroRna \
         numeroLei personnePhysique personneMorale personneRecherchee ayantsDroits comptes",
    ),
    (
        DataScope::Adresse,
        "adresse codePaysResidence libellePaysResidence codeDepartementResidence libelleDepartementResidence \
         codeCommuneResidence libelleCommuneResidence numeroVoie indiceRepetition codeNatureVoie libelleVoie \
         libelleComplAdr codePostal indicateurCodifAdresse ayantsDroits comptes",
    ),
    (
        DataScope::Compte,
        "caracteristiqueCompte iban dateOuverture dateFiscale codeMotifOuverture libelleMotifOuverture dateCloture nature \
         codeNature libelleNature type codeType libelleType formatCompte caracteristique codeCaracteristique \
         libelleCaracteristique succession resident devise codeDevise comptes",
    ),
    (
        DataScope::EtablissementBancaire,
        "etablissementGestionnaire etablissement numeroEtablissement libelleEtablissement bicEtablissement guichet \
         numeroGuichet libelleGuichet adresse libAdr1 libAdr2 libAdr3 libAdr4 codeEtab comptes",
    ),
    (
        DataScope::Date,
        "droitSurCompte dateDebutDroit dateFinDroit dateMaj personnePhysique personneMorale personneRecherchee ayantsDroits \
         comptes",
    ),
    (DataScope::RestitutionVerification, "verificationCompte ibanExistant dateCloture"),
    (DataScope::NombreComptes, "nRep"),
    (DataScope::Iban, "iban nature"),
    (DataScope::DateOuverture, "dateOuverture dateFiscale"),
    (DataScope::MotifOuverture, "codeMotifOuverture libelleMotifOuverture"),
];

fn scopes() -> impl Strategy<Value = DataScopes> {
    prop::sample::subsequence(DataScope::ALL, 0..=DataScope::ALL.len())
        .prop_map(DataScopes::from_iter)
}

prop_compose! {
    fn filters()(keeps in any::<[bool; 6]>()) -> Filter {
        let [closed_accounts, co_holders, procurations, mandataires, beneficial_owners, other_banks] = keeps;
        Filter { closed_accounts, co_holders, procurations, mandataires, beneficial_owners, other_banks }
    }
}

fn keys(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(value, &mut |key, _| {
        found.insert(key.to_owned());
    });
    found
}

fn visit(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                see(key, value);
                visit(value, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An object with these members, and the keys that were noted.
fn written(members: impl FnOnce(&mut Writer)) -> (Value, BTreeSet<String>) {
    let mut to = Writer::after(Vec::new());
    to.braces(members);
    let (out, keys) = to.finish();
    let noted = NOTED.names(keys).iter().map(|key| key.clone().into_owned()).collect();
    (serde_json::from_slice(&out).unwrap(), noted)
}

/// Checks the keys of an answer against the scopes, and that they were all noted.
fn check_keys(scopes: DataScopes, members: impl FnOnce(&mut Writer)) -> Value {
    let (value, noted) = written(members);
    let found = keys(&value);
    for key in &found {
        let opened = |(_, keys): &&(DataScope, &str)| keys.split_whitespace().any(|one| one == key);
        let mut groups = GROUPS.iter().filter(opened).map(|(scope, _)| *scope).peekable();
        assert!(
            groups.peek().is_none() || groups.any(|scope| scopes.contains(scope)),
            "{key} under {scopes:?}: {value}"
        );
    }
    assert_eq!(noted, found.into_iter().filter(|key| KEYS.contains(&key.as_str())).collect());
    value
}

/// Checks that nothing of an account is there which the motif hides.
fn check_filter(value: &Value, filter: Filter, own_bank: Option<BankCode>, searched: bool) {
    visit(value, &mut |key, value| match (key, value.as_str()) {
        ("dateCloture", Some(day)) => assert!(filter.closed_accounts || day.is_empty()),
        ("droitSurCompte", Some("Procuration")) => assert!(filter.procurations),
        ("droitSurCompte", Some("Mandataire")) => assert!(filter.mandataires),
        ("droitSurCompte", Some("Bénéficiaire effectif")) => assert!(filter.beneficial_owners),
        ("numeroEtablissement", Some(bank)) => {
            assert!(filter.other_banks || own_bank.is_some_and(|own| own.as_str() == bank));
        }
        ("personnePhysique" | "personneMorale", None) => {
            let is = |key: &str, text: &str| value[key] == text;
            let other_holder = is("droitSurCompte", "Titulaire") && is("personneRecherchee", "0");
            assert!(filter.co_holders || !searched || !other_holder, "{value}");
        }
        _ => {}
    });
}

proptest! {
    #[test]
    fn no_account_is_told_beyond_what_motif_convention_and_token_allow(
        at in any::<prop::sample::Index>(), granted in scopes(), asked in scopes(), filter in filters(),
        own in prop::option::of(Just("99010")), extended in any::<bool>()
    ) {
        let own = own.map(|code| code.parse().unwrap());
        let open = granted.narrowed_by(asked.iter().map(DataScope::as_str));
        let restitution = Restitution::new(&REGISTER, filter, open, own, manner(extended));
        let ids: Vec<_> = REGISTER.accounts().collect();
        let account = REGISTER.account(*at.get(&ids));
        let shown = restitution.account(Arc::clone(&account));
        prop_assert_eq!(shown.is_some(), restitution.lets_through(&account));
        if let Some(shown) = shown {
            check_filter(&check_keys(open, |to| shown.write(to)), filter, own, false);
        }
        let savings = restitution.savings(restitution.kept(vec![account]));
        check_keys(open, |to| savings.iter().flatten().for_each(|account| account.write(to))); // one account
        let answer = restitution.verification(Verification { exists: true, closed: Some(Date::MAX) });
        check_keys(open, |to| if let Some(answer) = answer { to.object(key!("verificationCompte"), |to| answer.write(to)) });
    }

    #[test]
    fn nobody_is_told_beyond_what_motif_convention_and_token_allow(
        at in any::<prop::sample::Index>(), granted in scopes(), asked in scopes(), filter in filters(),
        own in prop::option::of(Just("99010")), extended in any::<bool>()
    ) {
        let own = own.map(|code| code.parse().unwrap());
        let open = granted.narrowed_by(asked.iter().map(DataScope::as_str));
        let restitution = Restitution::new(&REGISTER, filter, open, own, manner(extended));
        for found in someone(at) {
            // The accounts of one's own business are one's own, though its name is another's.
            let alone = matches!(&found.who, Who::Person(_, person) if person.business.is_none());
            let establishment = matches!(found.who, Who::Establishment(..));
            if let Some(shown) = restitution.found(found) {
                let value = check_keys(open, |to| shown.write(to));
                check_filter(&value, filter, own, alone || establishment);
                prop_assert!(value["nombreComptes"] != "000");
            }
        }
    }

    #[test]
    fn a_group_that_is_open_is_there(at in any::<prop::sample::Index>()) {
        let restitution = Restitution::new(&REGISTER, Filter::default(), DataScopes::ALL, None, manner(true));
        for found in someone(at) {
            let count = found.accounts.len();
            let (value, _) = written(|to| restitution.found(found).unwrap().write(to));
            prop_assert_eq!(value["comptes"].as_array().unwrap().len(), count);
            for account in value["comptes"].as_array().unwrap() {
                for key in ["caracteristiqueCompte", "etablissementGestionnaire", "ayantsDroits"] {
                    prop_assert!(account.get(key).is_some(), "{}", account);
                }
                for holder in account["ayantsDroits"].as_array().unwrap() {
                    let person = holder.get("personnePhysique").or(holder.get("personneMorale")).unwrap();
                    prop_assert_eq!(holder.get("adresse").is_some(), person["droitSurCompte"] == "Titulaire");
                }
            }
        }
    }
}

/// A person or the establishments of a company, as a search finds them.
fn someone(at: prop::sample::Index) -> Vec<Found> {
    let people = REGISTER.people().map(Party::Person);
    let all: Vec<_> =
        people.chain(REGISTER.companies().map(|id| Party::Company(id, None))).collect();
    let found = match *at.get(&all) {
        Party::Person(id) => REGISTER.person(id).spi.map(|spi| search::by_spi(&REGISTER, &spi)),
        Party::Company(id, _) => REGISTER
            .company(id)
            .siren
            .map(|siren| search::by_number(&REGISTER, Number::Siren(siren))),
    };
    found.and_then(Result::ok).unwrap_or_default()
}

#[test]
fn a_group_that_is_closed_is_absent_not_empty() {
    let open = DataScopes::EMPTY.with(DataScope::Adresse);
    let restitution = Restitution::new(&REGISTER, Filter::default(), open, None, manner(false));
    let spi = "3990000101192".parse().unwrap();
    let found = search::by_spi(&REGISTER, &spi).unwrap().pop().unwrap();
    let (value, _) = written(|to| restitution.found(found).unwrap().write(to));
    let keys: Vec<_> = value["comptes"][0]["ayantsDroits"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["adresse"]);
    assert_eq!(value["comptes"][0].as_object().unwrap().len(), 1);
    assert!(value.get("personneRecherche").is_none());
}
