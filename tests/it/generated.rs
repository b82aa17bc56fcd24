//! Generated parts of the documentation: between two markers, kept true by a test, written anew with `BLESS=1`.

/// Compares what stands between `<!-- name -->` and `<!-- /name -->` in a document with what it must be.
pub(crate) fn assert_section(document: &str, name: &str, wanted: &str) {
    let path = format!("{}/{document}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) =
        text.split_once(&open).unwrap_or_else(|| panic!("{document} has no marker {open}"));
    let (present, after) =
        rest.split_once(&close).unwrap_or_else(|| panic!("{document} has no marker {close}"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{before}{open}{wanted}{close}{after}")).unwrap();
    } else {
        assert!(
            present == wanted,
            "{document}: the section {name} is out of date; BLESS=1 writes it anew"
        );
    }
}

/// Compares a generated document with what it must be.
pub(crate) fn assert_document(document: &str, wanted: &str) {
    let path = format!("{}/{document}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    let present = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(present == wanted, "{document} is out of date; BLESS=1 writes it anew");
}

#[test]
fn the_table_of_the_gateway_s_codes_is_up_to_date() {
    assert_section("docs/controls.md", "gateway-codes", &bacasable::product::codes::reference());
}

#[test]
fn the_reference_of_the_settings_is_up_to_date() {
    assert_section("docs/configuration.md", "settings", &bacasable::config::reference());
}
