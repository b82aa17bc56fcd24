//! What partners read and copy says what is so: troubleshooting, the two READMEs.

use serde_json::Value;

use crate::{harness::World, shell};

/// Each line of `docs/troubleshooting.md` that ends in an outcome has it: curl's exit code, or a status and a code.
#[tokio::test(flavor = "multi_thread")]
async fn each_error_of_the_troubleshooting_page_is_provoked_by_its_line() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let (mut prelude, mut sections) = (String::new(), 0);
    for block in shell::blocks("docs/troubleshooting.md") {
        let before = sections;
        for line in block.lines() {
            let Some((command, expected)) = line.rsplit_once("  # ") else {
                prelude.push_str(&format!("{line}\n"));
                continue;
            };
            let command = command.trim_end();
            let script = match expected.strip_prefix('(') {
                Some(_) => format!("{{\n{prelude}}} > /dev/null\n{command} > /dev/null || echo \"($?)\""),
                None => format!("{{\n{prelude}}} > /dev/null\n{command} -w '\\n%{{http_code}}'"),
            };
            assert_eq!(outcome(&shell::run(&world, &script).await), expected, "{command}");
            sections = before + 1;
        }
    }
    assert_eq!(sections, 10);
}

/// The French quick start has the commands of the English one, in the same order.
#[test]
fn both_readmes_say_to_type_the_same() {
    let commands = |document: &str| -> Vec<String> {
        let lines = shell::blocks(document).join("\n");
        let command = |line: &str| line.split("  # ").next().unwrap_or_default().trim_end().to_owned();
        lines.lines().map(command).filter(|line| !line.is_empty()).collect()
    };
    let english = commands("README.md");
    assert!(english.len() > 5, "{english:?}");
    assert_eq!(commands("README.fr.md"), english);
}

/// `(60)`, `401 900901`, `401 invalid_client`.
fn outcome(output: &str) -> String {
    let mut lines = output.trim_end().lines().rev();
    let last = lines.next().unwrap_or_default().to_owned();
    let body: Value = lines.next().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
    match body.pointer("/fault/code").or(body.get("error")) {
        Some(code) => format!("{last} {}", code.as_str().map_or_else(|| code.to_string(), str::to_owned)),
        None => last,
    }
}
