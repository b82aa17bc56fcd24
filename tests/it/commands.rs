//! Small commands, as their users run them: `journal tail`, `completions`, `dataset find`, `recette next` and `plan`.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::harness::{World, certs};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    command.args(arguments);
    command
}

/// Runs the program against this world's console and gateway.
fn against(world: &World, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command.arg("--console").arg(format!("http://{}", world.server.console));
    command.arg("--certs").arg(certs());
    command
}

async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_followed_one_line_an_entry() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    partner.get("/r2p/v1/personne/3990000101192").await;
    let mut following =
        against(&world, &["journal", "tail"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap());
    let lines = tokio::task::spawn_blocking(move || {
        let mut line = || {
            let mut text = String::new();
            lines.read_line(&mut text).unwrap();
            text
        };
        let earlier = [line(), line()];
        (earlier, lines)
    });
    let (earlier, mut lines) = lines.await.unwrap();
    assert!(earlier[0].contains("token") && earlier[1].contains("RechercheParSPI"), "{earlier:?}");
    world.caller("partenaire-suspendu").get("/r2p/v1/personne/3990000101192").await;
    let next = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        lines.read_line(&mut text).unwrap();
        (text, lines)
    });
    let (next, lines) = next.await.unwrap();
    assert!(next.contains("401") && next.contains("900902"), "{next}");
    drop(lines); // whoever read has gone away: the next entry ends the command, and not with an error
    partner.get("/r2p/v1/personne/3990000101192").await;
    partner.get("/r2p/v1/personne/3990000101192").await;
    let mut errors = String::new();
    let ended = tokio::task::spawn_blocking(move || following.wait().unwrap()).await.unwrap();
    assert!(ended.success(), "{ended:?}");
    errors.clear();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_s_tail_is_filtered_and_may_be_json() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    partner.get("/r2p/v1/personne/3990000101192").await;
    world.caller("commune-valmont").get("/r2p/v1/personne/3990000101192").await;
    let tail = async |arguments: &[&str]| {
        let all = [&["journal", "tail", "--no-follow", "--json"], arguments].concat();
        let output = output(against(&world, &all)).await;
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        let entries = text(&output);
        entries.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(tail(&[]).await.len(), 3);
    let refused = tail(&["--refused"]).await;
    assert_eq!((refused.len(), &refused[0]["partner"]), (1, &"commune-valmont".into()));
    assert_eq!(tail(&["--partner", "editeur-demo"]).await.len(), 2);
    assert_eq!(tail(&["--status", "200", "--operation", "RechercheParSPI"]).await.len(), 1);
    assert_eq!(tail(&["-n", "1"]).await.len(), 1);
    let wrong =
        output(against(&world, &["journal", "tail", "--api", "banque", "--no-follow"])).await;
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("api"), "{wrong:?}");
}

#[test]
fn every_shell_has_completions_that_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = program(&["completions", shell]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        for command in ["serve", "call", "partner", "journal", "recette"] {
            assert!(text(&output).contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(program(&["completions", "cmd"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [
        &["dataset", "show", "personas"][..],
        &["dataset", "find", "--limit", "1000", "--population", "500"],
        &["recette", "list"],
        &["completions", "zsh"],
        &["--help"],
        &["serve", "--help"],
    ] {
        let mut child =
            program(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        let status = child.wait().unwrap();
        assert_eq!((status.code(), errors.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn data_are_found_by_words_in_any_order_and_by_facets() {
    let find = |arguments: &[&str]| {
        let all =
            [&["dataset", "find", "--population", "0", "--format", "json"], arguments].concat();
        let output = program(&all).output().unwrap();
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), value)
    };
    let (code, value) = find(&["valbrune", "celine"]);
    assert_eq!(
        (code, &value["found"][0]["persona"]),
        (Some(0), &"celine-simple".into()),
        "{value}"
    );
    assert_eq!(find(&["valbrune", "introuvable"]).0, Some(1));
    assert_eq!(find(&["--right", "roi"]).0, Some(2));
    let shown =
        program(&["dataset", "show", "FR76 9901 0000 0100 0001 0100 185"]).output().unwrap();
    assert!(text(&shown).contains("celine-simple"), "{shown:?}");
}

/// The ready file of the present folder is another server's: marks would go to one server, and calls to the other.
#[tokio::test(flavor = "multi_thread")]
async fn the_plan_s_gateway_is_that_of_its_console() {
    let world = World::start().await;
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let elsewhere = format!("https://{}", elsewhere.local_addr().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let ready = json!({
        "gateway": elsewhere, "console": "http://127.0.0.1:1", "certs": "certs", "pid": 1, "version": "0",
    });
    std::fs::write(dir.path().join("ready.json"), ready.to_string()).unwrap();
    let gateway = format!("https://localhost:{}", world.server.gateway.port());
    let commands = async |console: &str, arguments: &[&str]| {
        let all = [&["recette"], arguments, &["--partner", "editeur-demo"]].concat();
        let mut command = program(&all);
        command.args(["--console", console]).arg("--certs").arg(dir.path());
        let said = output(command).await;
        assert_eq!(said.status.code(), Some(0), "{said:?}");
        text(&said)
    };
    let console = format!("http://{}", world.server.console);
    for arguments in [&["plan"][..], &["plan", "--all"], &["next"]] {
        let said = commands(&console, arguments).await;
        assert!(said.contains(&format!("GATEWAY={gateway}\nCONSOLE={console}\n")), "{said}");
        assert!(!said.contains("L'adresse de la passerelle"), "{said}");
    }
    assert!(commands(&console, &["plan"]).await.contains(&format!("# Serveur : {gateway} (")));
    let nobody = commands("http://127.0.0.1:1", &["plan", "--all"]).await;
    let file = dir.path().join("ready.json");
    let doubt = format!(
        "# L'adresse de la passerelle est celle du fichier {}, car la console ne l'a pas dite (aucun serveur ne répond",
        file.display()
    );
    assert!(nobody.contains(&doubt) && nobody.contains(&elsewhere), "{nobody}");
    std::fs::remove_file(&file).unwrap();
    let nobody = commands("http://127.0.0.1:1", &["plan", "--all"]).await;
    let doubt =
        "# L'adresse de la passerelle est celle des réglages (gateway.listen), car la console";
    assert!(nobody.contains(doubt) && nobody.contains("https://127.0.0.1:8443"), "{nobody}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_names_its_server_and_asks_for_a_token_once() {
    let world = World::start().await;
    let gateway = format!("https://localhost:{}", world.server.gateway.port());
    let mut command =
        against(&world, &["recette", "plan", "--partner", "editeur-demo", "--theme", "numcpte"]);
    command.args(["--gateway", &gateway]);
    let plan = output(command).await;
    assert_eq!(plan.status.code(), Some(0), "{plan:?}");
    let plan = text(&plan);
    assert!(plan.contains(&format!("# Serveur : {gateway} (console http://")), "{plan}");
    let asked = plan.matches("TOKEN=$(").count();
    let calls = plan.matches("/comptes/numCpte").count();
    assert!(asked < calls, "{asked} tokens for {calls} calls");
    let mut command = against(&world, &["recette", "next", "--partner", "editeur-demo"]);
    command.args(["--gateway", &gateway]);
    let next = output(command).await;
    assert_eq!(next.status.code(), Some(0), "{next:?}");
    assert!(text(&next).contains("Exigence\u{a0}: ") && text(&next).contains("curl "), "{next:?}");
}
