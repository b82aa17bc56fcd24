//! Whatever the seed and the size: who is in the register is found, by each identifier and by name, with their accounts.

use bacasable::{
    domain::ComparisonName,
    register::{Designation, Party, Register, Spec},
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_in_the_register_is_found_again(
        seed: u64,
        population in prop_oneof![0_u64..50, 1_000_u64..2_000, 9_999_990_u64..10_000_000],
        picks in prop::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let register = Register::load(&Spec { seed, population, fixtures: None }).unwrap();
        let sample = 20_000;
        let people: Vec<_> = register.people().take(sample).collect();
        let accounts: Vec<_> = register.accounts().take(sample).collect();
        let companies: Vec<_> = register.companies().take(sample).collect();
        for pick in picks {
            let id = *pick.get(&people);
            let person = register.person(id);
            if let Some(spi) = person.spi {
                prop_assert_eq!(register.person_by_spi(&spi), Some(id));
            }
            let year = person.birth.year();
            if let Some(name) = ComparisonName::new(&person.birth_name) {
                prop_assert!(register.people_named(&name, year..=year).contains(&id));
                prop_assert!(!register.people_named(&name, year + 1..=year + 1).contains(&id));
            }
            let id = *pick.get(&accounts);
            let account = register.account(id);
            prop_assert_eq!(register.account_by_iban(&account.iban), Some(id));
            for right in &account.rights {
                prop_assert!(register.accounts_of(right.party).contains(&id), "{:?}", right.party);
                if let Party::Company(company, Some(_)) = right.party {
                    prop_assert!(register.accounts_of(Party::Company(company, None)).contains(&id));
                }
            }
            let id = *pick.get(&companies);
            let company = register.company(id);
            if let Some(siren) = company.siren {
                prop_assert_eq!(register.company_by_siren(&siren), Some(id));
            }
            for establishment in &company.establishments {
                if let Some(siret) = establishment.siret {
                    let (found, index) = register.establishment_by_siret(&siret).unwrap();
                    prop_assert_eq!(found, id);
                    let same = company.establishment(Some(index)).and_then(|one| one.siret) == Some(siret);
                    prop_assert!(same);
                }
            }
            if let Some(name) = ComparisonName::new(&company.name) {
                prop_assert!(register.companies_named(Designation::RaisonSociale, &name).contains(&id));
            }
        }
    }
}
