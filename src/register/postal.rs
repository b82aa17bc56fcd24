//! Addresses of branches in postal form, as the protocol's samples have them: `1 R PAUL FERRAND`, `25 31 R JEAN JAURES`,
//! `97460 SAINT PAUL`. One rule: capitals without hyphens or apostrophes, RUE as R and the other types by their code of
//! annexe 7, two numbers for a building that has several, CEDEX behind the town where there is a box.

/// The words of a name, hyphens and apostrophes as spaces.
pub(super) fn words(label: &str) -> String {
    label.replace(['-', '\''], " ")
}

/// Number or numbers, type and name of a street.
pub(super) fn street(first: u32, last: Option<u32>, kind: &str, name: &str) -> String {
    let kind = if kind == "RUE" { "R" } else { kind };
    let last = last.map_or_else(String::new, |last| format!(" {last}"));
    format!("{first}{last} {kind} {}", words(name))
}

pub(super) fn town(postal_code: &str, town: &str, cedex: bool) -> String {
    let cedex = if cedex { " CEDEX" } else { "" };
    format!("{postal_code} {town}{cedex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_those_of_the_samples() {
        assert_eq!(street(1, None, "RUE", "PAUL FERRAND"), "1 R PAUL FERRAND");
        assert_eq!(street(25, Some(31), "RUE", "JEAN JAURES"), "25 31 R JEAN JAURES");
        assert_eq!(street(3, None, "PL", "DE LA NATION"), "3 PL DE LA NATION");
        assert_eq!(town("97460", &words("SAINT-PAUL"), false), "97460 SAINT PAUL");
        assert_eq!(town("44000", "NANTES", true), "44000 NANTES CEDEX");
    }
}
