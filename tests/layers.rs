//! Dependencies between modules point one way: a module uses only what stands to its right in `src/lib.rs`.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::{fs, path::Path};

/// From the top of the house to its ground; modules in one group may use each other's siblings only through what is below.
const LAYERS: &[&[&str]] = &[
    &["cli"],
    &["server"],
    &["client", "gateway", "console"],
    &["replicas"],
    &["recette", "parity"],
    &["api"],
    &["sandbox"],
    &["metrics"],
    &["journal"],
    &["faults", "availability"],
    &["admission"],
    &["tokens", "register"],
    &["directory"],
    &["rights"],
    &["tls"],
    &["pki", "peer", "state"],
    &["config", "fixtures"],
    &["product"],
    &["domain"],
    &["clock", "entropy", "chance", "escape", "files", "hex", "json", "outbox"],
];

#[test]
fn a_module_uses_only_what_stands_to_its_right() {
    let mut upward = Vec::new();
    for file in sources(Path::new("src")) {
        let relative = file.strip_prefix("src").unwrap().to_string_lossy().into_owned();
        let module = relative.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let is_test = relative.contains("/tests/") || relative.ends_with("/tests.rs"); // a unit test may look anywhere
        if is_test || ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let own = layer(&module).unwrap_or_else(|| panic!("{module} stands in no layer"));
        for used in used(&fs::read_to_string(&file).unwrap()) {
            let below = layer(&used)
                .unwrap_or_else(|| panic!("{relative} uses {used}, which stands in no layer"))
                > own;
            if used != module && !below {
                upward.push(format!("{relative} uses {used}"));
            }
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

/// Pages show what the console's functions return: of its other files, one mounts them, one refuses with them, none takes from them.
#[test]
fn nothing_of_the_console_takes_from_its_pages() {
    let mut users = Vec::new();
    for file in sources(Path::new("src/console")) {
        let path = file.to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        let uses = |line: &str| line.contains("pages::") || line.trim() == "pages,";
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        if !path.starts_with("src/console/pages/") && code.into_iter().any(uses) {
            users.push(path);
        }
    }
    users.sort();
    assert_eq!(users, ["src/console/gate.rs", "src/console/mod.rs"]);
}

/// `src/product/codes.rs` is the one table of the gateway's codes: whoever needs one takes it from there by its name.
#[test]
fn no_code_of_the_gateway_is_written_outside_the_table() {
    let mut outside = Vec::new();
    for file in sources(Path::new("src")) {
        let path = file.to_string_lossy().into_owned();
        if path.ends_with("src/product/codes.rs")
            || path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || path.ends_with("/sample.rs")
        {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (number, line) in (1..).zip(code.lines()) {
            outside.extend(
                gateway_codes(line).into_iter().map(|code| format!("{path}:{number}: {code}")),
            );
        }
    }
    assert!(outside.is_empty(), "{outside:#?}");
}

/// An API is one folder: whoever else needs something of it asks its plug (`src/rights/mod.rs`).
#[test]
fn no_api_is_named_outside_its_own_files_and_the_one_list() {
    let mut outside = Vec::new();
    for file in sources(Path::new("src")) {
        let path = file.to_string_lossy().into_owned();
        if path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || path.ends_with("/sample.rs")
            || NAME_APIS.iter().any(|(allowed, _)| path.starts_with(allowed))
        {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (number, line) in (1..).zip(code.lines()) {
            if names_an_api(line) {
                outside.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    assert!(outside.is_empty(), "{outside:#?}");
}

/// Where an API may be named, and why; what is no API's own file is to be removed from here one day.
const NAME_APIS: &[(&str, &str)] = &[
    ("src/rights/ficoba.rs", "its own"),
    ("src/rights/r2p.rs", "its own"),
    ("src/rights/sfip.rs", "its own"),
    ("src/rights/mod.rs", "the one list"),
    ("src/rights/datapass.rs", "DataPass's form of each"),
    ("src/cli/partner/", "what each form becomes"),
    ("src/api/ficoba/", "its own"),
    ("src/api/r2p/", "its own"),
    ("src/api/sfip/", "its own"),
    ("src/api/person/", "one of two ways of writing a commune"),
    ("src/api/mod.rs", "its module"),
    ("src/config/", "its settings, which are read before anything else"),
    ("src/domain/place.rs", "two ways of writing a commune"),
    ("src/register/view.rs", "one of these ways"),
];

/// A line of code that names an API: as an identifier, a key or a label. Documents that are quoted are in capitals among other
/// words.
fn names_an_api(line: &str) -> bool {
    let code = line.trim_start();
    let labels =
        ["\"FICOBA\"", "\"R2P\"", "\"SFiP\"", "\"API FICOBA\"", "\"API R2P\"", "\"API SFiP\""];
    !code.starts_with("//")
        && (["ficoba", "Ficoba", "r2p", "R2p", "sfip", "Sfip"]
            .iter()
            .any(|name| code.contains(name))
            || labels.iter().any(|label| code.contains(label)))
}

#[test]
fn an_api_is_seen_however_it_is_written() {
    for named in ["match ApiId::R2p {", "convention.grants.ficoba", "(\"R2P\", 1)", "\"/r2p/v1\""] {
        assert!(names_an_api(named), "{named}");
    }
    for free in ["/// as FICOBA does", "sources: &[\"CGU FICOBA 8\", \"CGU R2P 8\"],"] {
        assert!(!names_an_api(free), "{free}");
    }
}

/// Six digits, with or without an underscore, that are in one of the product's ranges of codes.
fn gateway_codes(line: &str) -> Vec<String> {
    let runs = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let digits = runs.map(|run| run.replace('_', ""));
    let ranges = ["7007", "900", "910000", "1010", "1015", "303001"];
    let is_code = |run: &String| {
        run.len() == 6
            && run.bytes().all(|byte| byte.is_ascii_digit())
            && ranges.iter().any(|range| run.starts_with(range))
    };
    digits.filter(is_code).collect()
}

#[test]
fn a_code_is_seen_however_it_is_written() {
    let line =
        r#"x(900_901, "101503") // 910000, 700700; not 9009011, 900_90, v900901 nor 100_000"#;
    assert_eq!(gateway_codes(line), ["900901", "101503", "910000", "700700"]);
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The modules named behind `crate::`, in a path or in the braces of a `use`.
fn used(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads(group)),
            None => found.extend(word(rest)),
        }
    }
    found
}

/// The first word of each member of a brace group, members of inner groups left out.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut fresh, mut found) = (0, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && !c.is_whitespace() => {
                found.extend(word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    found
}

fn word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty() && word.starts_with(|c: char| c.is_lowercase())).then_some(word)
}

fn sources(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
    all
}

#[test]
fn the_reader_of_use_lines_sees_groups_and_paths() {
    let text = "use crate::{a::{x, y}, b, c::d};\nuse crate::e::f;\n// use crate::not_this;\nlet x = $crate::no;";
    assert_eq!(used(text), ["a", "b", "c", "e"]);
}
