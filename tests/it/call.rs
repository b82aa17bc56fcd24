//! `bacasable call` and `bacasable partner`, as their users run them.

use std::{
    path::Path,
    process::{Command, Output},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{World, certs},
    shell,
};

/// Runs the program against this world.
async fn call(world: &World, arguments: &[&str]) -> Output {
    let gateway = format!("https://localhost:{}", world.server.gateway.port());
    let console = format!("http://{}", world.server.console);
    let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    command.arg("call").args(arguments).args(["--gateway", &gateway, "--console", &console]);
    command.arg("--certs").arg(certs());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_call_asks_for_nothing_and_shows_the_answer() {
    let world = World::start().await;
    let output = call(&world, &[]).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let account = &json(&output)["reponses"]["comptes"][0];
    assert_eq!(account["caracteristiqueCompte"]["iban"], "FR7699010000010000010100185");
    assert_eq!(text(&output.stderr), "", "silent where nobody watches");
    let page = world.console(Method::GET, "/admin/v1/journal", None).await.json();
    for entry in page["entries"].as_array().unwrap() {
        assert_eq!(entry["made"]["by"], "call", "never the application's: {entry}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_partner_s_first_call_is_one_that_its_convention_opens() {
    let world = World::start().await;
    for partner in [
        "tresorerie-recouvrement",
        "cellule-fraude",
        "caf-verification-iban",
        "region-existence-iban",
        "banque-horizon",
        "commune-valmont",
        "mutuelle-etatcivil",
        "departement-social",
    ] {
        let output = call(&world, &[partner]).await;
        assert_eq!(output.status.code(), Some(0), "{partner}: {output:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn criteria_are_typed_by_name_and_identifiers_with_their_spaces() {
    let world = World::start().await;
    let output = call(
        &world,
        &[
            "editeur-demo",
            "numCpte",
            "iban=FR76 9901 0000 0100 0001 0100 185",
            "motif=0101",
            "verificationCompte=1",
        ],
    )
    .await;
    let body = json(&output);
    assert_eq!(body["reponses"]["verificationCompte"]["ibanExistant"], "1", "{body}");
    assert_eq!(body["caracteristiquesDemande"]["motif"], "0101");
    let person = call(&world, &["commune-valmont", "personne/3990 0001 01192"]).await;
    assert_eq!(json(&person)["personnePhysique"]["identifiant"]["spi"], "3990000101192");
    let motif = call(&world, &["editeur-demo", "numCpte", "motif=0021", "--curl"]).await;
    let printed = text(&motif.stdout);
    assert!(
        printed.contains("0021") && printed.contains("FR7699010000010000010100185"),
        "{printed}"
    );
    let own = call(&world, &["editeur-demo", "perPhy", "etatCivil.nom=X", "--curl"]).await;
    let printed = text(&own.stdout);
    assert!(
        !printed.contains("VALBRUNE"),
        "one's own criteria take the place of the sample's: {printed}"
    );
    let persona = call(&world, &["editeur-demo", "perPhy", "--persona", "celine-simple"]).await;
    assert_eq!(persona.status.code(), Some(0), "{persona:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_explained_beside_its_answer_and_the_exit_code_is_1() {
    let world = World::start().await;
    for (arguments, said) in [
        (&["partenaire-suspendu", "etatSante"][..], "reason: la convention est suspendue"),
        (
            &["editeur-demo", "numCpte", "dateDemande=hier"],
            "une heure pouvant suivre. Reçu : 4 caractères",
        ),
        (&["editeur-demo", "numCpte", "iban=FR76"], "CAF002: "),
        (&["editeur-demo", "etatSante", "-H", "X-Correlation-ID:"], "910000: "),
        (
            &["editeur-demo", "etatSante", "--certificate", "invalid/expired"],
            "control: certificate",
        ),
        (
            &["editeur-demo", "personne/3990000101192", "--scope", "dgfip_ficoba_compte"],
            "control: rights",
        ),
    ] {
        let output = call(&world, arguments).await;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(said), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).starts_with("HTTP 4"), "{arguments:?}: {output:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_called_is_named_and_the_exit_code_is_2() {
    let world = World::start().await;
    for (arguments, said) in [
        (&["nobody"][..], "no convention has the id \"nobody\"; known: "),
        (&["editeur-demo", "numCompte"], "no operation is called \"numCompte\"; known: "),
        (
            &["editeur-demo", "numCpte", "ibna=FR76"],
            "\"ibna\" is no attribute of this operation; known: ",
        ),
        (&["editeur-demo", "personne/{spi}", "nom=X"], "is no attribute of this operation"),
        (&["editeur-demo", "numCpte", "--persona", "nobody"], "no persona is called \"nobody\""),
        (&["editeur-demo", "numCpte", "--body", "@absent.json"], "absent.json"),
        (&["editeur-demo", "-H", "nothing"], "expected \"Name: value\""),
        (&["--curl", "--http"], "cannot be used with"),
    ] {
        let output = call(&world, arguments).await;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(said), "{arguments:?}: {output:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_command_of_curl_makes_the_call() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let printed =
        call(&world, &["editeur-demo", "perPhy", "--persona", "celine-simple", "--curl"]).await;
    let script = text(&printed.stdout);
    let answer: Value = serde_json::from_str(&shell::run(&world, &script).await).unwrap();
    assert_eq!(answer["nombreReponses"], "001", "{script}\n{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_tools_are_given_the_same_request() {
    let world = World::start().await;
    let arguments = ["editeur-demo", "numCpte", "iban=FR7699010000010000010100185"];
    for flag in ["--powershell", "--http"] {
        let output = call(&world, &[&arguments[..], &[flag]].concat()).await;
        let printed = text(&output.stdout);
        for part in [
            "/fcb-masrestit/api/v2/comptes/numCpte",
            "\"iban\":\"FR7699010000010000010100185\"",
            "editeur-demo.p12",
            "/token",
        ] {
            assert!(printed.contains(part), "{flag}: {part}\n{printed}");
        }
    }
    let quoted =
        call(&world, &["editeur-demo", "numCpte", "justification=l'été", "--powershell"]).await;
    assert!(text(&quoted.stdout).contains("l''été"), "{quoted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ready_file_beside_the_certificates_names_the_gateway() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_bacasable"))
        .args([
            "serve",
            "--gateway-listen",
            "127.0.0.1:0",
            "--console-listen",
            "127.0.0.1:0",
            "--population",
            "0",
        ])
        .current_dir(dir.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_bacasable"))
            .args(arguments)
            .current_dir(dir.path())
            .output()
            .unwrap()
    };
    let (token, called) = (run(&["token"]), run(&["call", "editeur-demo", "etatSante"]));
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(token.status.code(), Some(0), "{token:?}");
    assert_eq!(called.status.code(), Some(0), "{called:?}");
    let after = run(&["call", "editeur-demo", "etatSante", "--config", ""]);
    assert_eq!(
        after.status.code(),
        Some(2),
        "a server that was killed left its file behind: {after:?}"
    );
}

/// `partner new` in a folder of its own.
fn new_partner(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bacasable"))
        .args(["partner", "new"])
        .args(arguments)
        .current_dir(dir)
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_convention_of_one_s_own_is_one_command_and_its_calls_are_answered() {
    let dir = tempfile::tempdir().unwrap();
    let output = new_partner(
        dir.path(),
        &[
            "--use-case",
            "recouvrement",
            "--organisation",
            "Ville d'Été",
            "--siret",
            "209 990 027 00010",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = text(&output.stdout);
    let file = dir.path().join("bacasable-fixtures/conventions/ville-d-ete-recouvrement.toml");
    assert!(std::fs::read_to_string(file).unwrap().contains("siret = \"20999002700010\""));
    assert!(dir.path().join("certs/clients/ville-d-ete-recouvrement.p12").exists(), "{said}");
    for command in [
        "bacasable serve --fixtures bacasable-fixtures",
        "bacasable call ",
        "bacasable recette plan --partner ",
    ] {
        assert!(said.contains(command), "{said}");
    }
    let (fixtures, own) = (dir.path().join("bacasable-fixtures"), dir.path().join("certs"));
    let world = World::with(|config| (config.fixtures, config.certs) = (Some(fixtures), own)).await;
    let gateway = format!("https://localhost:{}", world.server.gateway.port());
    let console = format!("http://{}", world.server.console);
    let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    command
        .args(["call", "ville-d-ete-recouvrement", "--fixtures", "bacasable-fixtures"])
        .args(["--gateway", &gateway, "--console", &console])
        .current_dir(dir.path());
    let called = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert_eq!(called.status.code(), Some(0), "{called:?}");
}

#[test]
fn an_exported_habilitation_becomes_a_convention_with_a_restitution_for_each_mode() {
    let dir = tempfile::tempdir().unwrap();
    let export = json!({
        "form_uid": "api-sfip-r2p-production",
        "organisation": { "siret": "20999007600017", "raison_sociale": "COMMUNE DE VALMONT" },
        "data": {
            "intitule": "Débiteurs",
            "modalities": ["with_acces_etat_civil_restitution_spi", "with_acces_spi"],
            "cadre_juridique_nature": "Décret n° 2022-814",
            "volumetrie_appels_par_minute": "200",
        },
    });
    std::fs::write(dir.path().join("h.json"), export.to_string()).unwrap();
    let output = new_partner(dir.path(), &["valmont", "--from", "h.json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let written =
        std::fs::read_to_string(dir.path().join("bacasable-fixtures/conventions/valmont.toml"))
            .unwrap();
    assert!(written.contains("[r2p.restitution]"), "{written}");
    let again = new_partner(dir.path(), &["valmont", "--from", "h.json"]);
    assert!(text(&again.stderr).contains("is the id of a convention already"), "{again:?}");
}

#[test]
fn what_is_wrong_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (&["--use-case", "fraude", "--siret", "123"][..], "siret"),
        (&["Majuscule", "--use-case", "fraude"], "is no id"),
        (&["--use-case", "fraude", "--motif", "x"], "motifs"),
        (&["--use-case", "fraude", "--network", "ici"], "is no network"),
        (&["--use-case", "ordonnateur", "--legal-basis", "autre"], "decree 2022-814 only"),
        (&["editeur-demo", "--use-case", "fraude"], "already"),
        (&["--from", "absent.json"], "absent.json"),
    ] {
        let output = new_partner(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(said), "{arguments:?}: {output:?}");
    }
    let left = std::fs::read_dir(dir.path().join("bacasable-fixtures/conventions"));
    assert_eq!(left.map(|all| all.count()).unwrap_or_default(), 0);
    assert!(!dir.path().join("certs").exists());
}

#[tokio::test]
async fn the_restitution_of_each_mode_is_its_own() {
    let world = World::start().await;
    let patch = json!({ "r2p": { "restitution": {
        "etat-civil-complet": "spi", "etat-civil-adresse": "etat-civil-adresse", "spi": "etat-civil-adresse-spi",
    } } });
    let reply =
        world.console(Method::PATCH, "/admin/v1/conventions/commune-valmont", Some(patch)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json()["r2p"]["restitution"]["spi"], "etat-civil-adresse-spi");
    let partner = world.partner("commune-valmont").await;
    let by_spi = partner.get("/r2p/v1/personne/3990000101192").await.json();
    let by_birth = partner
        .get("/r2p/v1/personne?nom=VALBRUNE&prenom=CELINE&naisDate=12%2F04%2F1985&naisCodePays=99100&naisCodeDept=38&naisCodeCommune=185")
        .await;
    assert!(by_spi["personnePhysique"]["etatCivil"].is_object(), "{by_spi}");
    let by_birth = by_birth.json();
    assert!(by_birth["personnePhysique"].get("etatCivil").is_none(), "{by_birth}");
    assert_eq!(by_birth["personnePhysique"]["identifiant"]["spi"], "3990000101192", "{by_birth}");
}
