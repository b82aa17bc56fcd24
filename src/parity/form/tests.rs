use super::*;

#[test]
fn a_form_says_what_a_value_is_and_not_which() {
    for (text, form) in [
        ("", "empty"),
        (" ", "blank"),
        ("2024-10-29", "date"),
        ("2024-10-29T12:01:54.951Z", "pattern:9999-99-99A99:99:99.999A"),
        ("110e8400-e29b-11d4-a716-446655440000", "uuid"),
        ("1899582886173", "spi"),
        ("1899582886174", "digits:13"),
        ("001", "digits:3:0"),
        ("12", "digits:2"),
        ("00", "zeros:2"),
        ("FR7630001007941234567890185", "iban:FR27"),
        ("FR7630001007941234567890186", "iban:FR27:wrong"),
        ("FCB_2026_000000001", "pattern:AAA_9999_999999999"),
        ("NjBlMmE0NzYxYjI5NjBlMmE0_RS256", "pattern:<24>_AA999"),
        ("VALBRUNE", "CAPITALS"),
        ("HÉLÈNE", "CAPITALS-accents"),
        ("12 RUE DES LILAS", "CAPITALS"),
        ("Compte de dépôt", "Mixed-accents"),
    ] {
        assert_eq!(Leaf::from_text(text).name(), Some(form), "{text:?}");
    }
}

#[test]
fn forms_of_other_people_agree_and_another_way_of_writing_does_not() {
    let agree = |one: &str, other: &str| Leaf::from_text(one).agrees(&Leaf::from_text(other));
    assert!(agree("1", "12") && agree("056", "200") && agree("Paris", "Béziers"));
    assert!(agree("DUPONT", "MARTIN") && agree("CRLYFRPP", "BNPAFR2A"));
    assert!(!agree("01", "1") && !agree("12345678901234", "123456789"));
    assert!(!agree("HELENE", "HÉLÈNE") && !agree("DUPONT", "Dupont"));
    assert!(!agree("2024-10-29", "29/10/2024") && !agree("", "DUPONT"));
}

#[test]
fn what_was_masked_agrees_with_anything_in_its_place() {
    let agree = |one: &str, other: &str| Leaf::literal(one).agrees(&Leaf::literal(other));
    assert!(agree("Format SPI incorrect : … !", "Format SPI incorrect : … !"));
    assert!(agree("Personne … inconnue", "Personne 12 inconnue"));
    assert!(!agree("Personne … inconnue", "Personne 12 absente") && !agree("a", "b"));
    assert!(!Leaf::literal("1").agrees(&Leaf::number(&1.into())), "a text is no number");
}

#[test]
fn a_value_edited_by_hand_is_refused() {
    for wrong in ["", "x", "~", "#x", "é"] {
        assert!(Leaf::try_from(wrong.to_owned()).is_err(), "{wrong:?}");
    }
}
