//! The register as its users see it: personas and population through the same questions.

use super::*;

fn register() -> Register {
    Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    })
}

fn person_of(register: &Register, id: &str) -> PersonId {
    match register.persona(id).unwrap().subject {
        Subject::Person(person) => person,
        ref other @ (Subject::Company(_) | Subject::Group(_) | Subject::Accounts) => panic!("{id} is {other:?}"),
    }
}

#[test]
fn a_persona_is_found_by_each_identifier_and_by_name() {
    let register = register();
    let celine = person_of(&register, "celine-simple");
    let record = register.person(celine);
    assert_eq!(register.person_by_spi(&record.spi.unwrap()), Some(celine));
    let named = register.people_named(&"Valbrune".parse().unwrap(), 1985..=1985);
    assert_eq!(named, [celine]);
    assert_eq!(register.people_named(&"Valbrune".parse().unwrap(), 1986..=1990), []);
    let accounts = register.accounts_of(Party::Person(celine));
    let [account] = accounts.as_slice() else { panic!("{accounts:?}") };
    assert_eq!(register.account_by_iban(&register.account(*account).iban), Some(*account));
}

#[test]
fn a_joint_account_belongs_to_both() {
    let register = register();
    let [a, b] = ["couple-joint-a", "couple-joint-b"].map(|id| Party::Person(person_of(&register, id)));
    assert_eq!(register.accounts_of(a).len(), 2);
    assert_eq!(register.accounts_of(b), register.accounts_of(a)[..1]);
    let joint = register.account(register.accounts_of(b)[0]);
    assert_eq!(joint.holders().map(|right| right.party).collect::<Vec<_>>(), [a, b]);
}

#[test]
fn a_company_is_found_by_siren_siret_and_name_with_the_account_of_its_head_office() {
    let register = register();
    let Subject::Company(id) = register.persona("sarl-simple").unwrap().subject else { panic!("a company") };
    let company = register.company(id);
    assert_eq!(register.company_by_siren(&company.siren.unwrap()), Some(id));
    let siret = company.head_office().siret.unwrap();
    assert_eq!(register.establishment_by_siret(&siret), Some((id, EstablishmentIndex(0))));
    let name = "ateliers du pont levis".parse().unwrap();
    assert_eq!(register.companies_named(Designation::RaisonSociale, &name), [id]);
    let whole = register.accounts_of(Party::Company(id, None));
    assert_eq!(whole.len(), 1);
    assert_eq!(whole, register.accounts_of(Party::Company(id, Some(EstablishmentIndex(0)))));
}

#[test]
fn the_branch_that_manages_an_account_may_not_be_the_one_of_its_iban() {
    let register = register();
    let paul = person_of(&register, "paul-multicomptes");
    let accounts = register.accounts_of(Party::Person(paul)).into_iter().map(|id| register.account(id));
    let moved: Vec<_> = accounts.filter(|account| account.branch != account.iban.branch()).collect();
    assert_eq!(moved.len(), 1);
    assert!(register.branch(moved[0].bank, moved[0].branch).is_some());
}
