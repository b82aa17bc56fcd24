//! What the documentation says to type does what it says.

use serde_json::Value;

use crate::{harness::World, shell};

/// Each line of `docs/controls.md` that ends in `# status code control` is refused so, by that control.
#[tokio::test(flavor = "multi_thread")]
async fn each_control_can_be_made_to_refuse_by_the_documented_line() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let (mut prelude, mut refused) = (String::new(), Vec::new());
    for block in shell::blocks("docs/controls.md") {
        for line in block.lines() {
            let Some((command, expected)) = line.rsplit_once("  # ") else {
                prelude.push_str(&format!("{line}\n"));
                continue;
            };
            let printed = r#" -w '\n%{http_code} %header{x-bacasable-control}' | tail -n 2"#;
            let output = shell::run(
                &world,
                &format!("{{\n{prelude}}} > /dev/null\n{}{printed}", command.trim_end()),
            )
            .await;
            assert_eq!(summary(&output), expected.trim(), "{command}\n{output}");
            refused.push(expected.rsplit(' ').next().unwrap().to_owned());
        }
    }
    refused.dedup();
    let (last, controls) = refused.split_last().unwrap();
    assert_eq!(controls, ["certificate", "address", "technical-id", "identity", "rights", "quota"]);
    assert_eq!(last, "910000", "no control refuses for want of a correlation identifier");
}

/// `401 900901 certificate`, from a body and the line that curl adds to it.
fn summary(output: &str) -> String {
    let mut lines = output.trim_end().lines().rev();
    let (line, body) = (lines.next().unwrap(), lines.next().unwrap());
    let body: Value = serde_json::from_str(body).unwrap();
    let (status, control) = line.split_once(' ').unwrap_or((line, ""));
    format!("{status} {} {control}", body["erreur"]["code"]).trim_end().to_owned()
}

/// The README's first calls, as pasted: a token, a bank account, a person.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_calls_of_the_readme_work_as_pasted() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let calls =
        shell::blocks("README.md").into_iter().find(|block| block.starts_with("as()")).unwrap();
    let calls = calls.replace("bacasable token editeur-demo", &shell::token_command(&world));
    let output = shell::run(&world, &calls).await;
    let mut answers =
        serde_json::Deserializer::from_str(&output).into_iter::<Value>().map(Result::unwrap);
    let (account, person) = (answers.next().unwrap(), answers.next().unwrap());
    let compte = &account["reponses"]["comptes"][0]["caracteristiqueCompte"];
    assert_eq!(compte["iban"], "FR7699010000010000010100185", "{account}");
    assert_eq!(person["personnePhysique"]["etatCivil"]["lbNomNaissance"], "VALBRUNE", "{person}");
}
