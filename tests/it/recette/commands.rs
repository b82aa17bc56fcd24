//! `recette list | plan | status | report`, on a server.

use std::fs;

use serde_json::{Value, json};

use super::{run, told};
use crate::{harness::World, shell};

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_says_yes_or_no_by_its_exit_code() {
    let world = World::start().await;
    let status = async |arguments: &[&str]| {
        let all = [&["status", "--partner", "region-existence-iban"], arguments].concat();
        told(&world.command(&all).await)
    };
    assert_eq!(status(&[]).await.0, 0, "no threshold, no gate");
    let (code, text) = status(&["--min-coverage", "80"]).await;
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("Couverture : 0 %") && text.contains("Seuil de 80 % : non atteint"),
        "{text}"
    );
    assert_eq!(status(&["--min-coverage", "101"]).await.0, 2);
    assert_eq!(told(&world.command(&["status", "--partner", "nobody"]).await).0, 2);
    assert_eq!(told(&world.command(&["status"]).await).0, 2);
    let (code, text) = told(&world.command(&["play", "--partner", "region-existence-iban"]).await);
    assert_eq!(code, 0, "{text}");
    let gate = ["--with-play", "--min-coverage", "50", "--fail-on-conduct"];
    let (code, text) = status(&gate).await;
    assert_eq!(code, 1, "what bacasable played alone opens no gate: {text}");
    let why = "(aucun appel de l'application n'a été observé)";
    for line in ["Seuil de 50 % : non atteint", "Comportement exigé : non évalué"] {
        assert!(text.contains(&format!("{line} {why}")), "{text}");
    }
    let (code, text) = status(&["--fail-on-conduct", "--annotations", "github"]).await;
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("::error title=recette preuves::rien ne peut être conclu"), "{text}");
    let partner = world.partner("region-existence-iban").await;
    partner.get(crate::console::HEALTH).await;
    let (code, text) = status(&gate).await;
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("Seuil de 50 % : atteint") && text.contains("Comportement exigé : respecté"),
        "{text}"
    );
    partner.ficoba("spi", "0101", json!({ "numeroSPI": "3990000101192" })).await; // CAF031
    let (code, text) = status(&["--fail-on-conduct", "--annotations", "github"]).await;
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("::error title=recette perimetre::"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_a_matter_of_usage() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bacasable"));
    command.args([
        "recette",
        "status",
        "--partner",
        "editeur-demo",
        "--console",
        "http://127.0.0.1:1",
    ]);
    let (code, text) = told(&command.output().unwrap());
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("nobody answers") && text.contains("--journal"), "{text}");
    command.args(["--lang", "fr"]);
    let (code, text) = told(&command.output().unwrap());
    assert_eq!(code, 2, "{text}");
    let french = "aucun serveur ne répond à l'adresse 127.0.0.1:1";
    assert!(text.contains(french) && !text.contains("nobody"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_partner_s_plan_is_a_shell_script_and_it_plays_the_cases() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let plan = world.command(&["plan", "--partner", "commune-valmont"]).await;
    assert!(plan.status.success());
    let script = String::from_utf8(plan.stdout).unwrap();
    assert!(
        script.contains("# 1. Appeler sans certificat client (raccordement-certificat-absent)"),
        "{script}"
    );
    let program = script.lines().find(|line| line.starts_with("BACASABLE=")).unwrap();
    assert!(program.contains(env!("CARGO_BIN_EXE_bacasable")), "{program}");
    assert!(
        script.contains("# Attention : l'horloge simulée avance pour tous les partenaires"),
        "{script}"
    );
    let mut bash = std::process::Command::new("bash");
    let (played, reset) = script.rsplit_once("\n# Des cas ont avancé l'horloge").unwrap();
    assert!(
        reset
            .lines()
            .any(|line| line.starts_with("curl -sS -X DELETE \"$CONSOLE\"/admin/v1/clock")),
        "{reset}"
    );
    bash.arg("-c").arg(played); // this world's clock stands still, and is not the machine's
    let output = run(bash).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let own = world.recette("commune-valmont").await;
    assert!(
        own.vigilance.iter().any(|point| point.contains("bacasable recette plan ou next affiche"))
    );
    assert!(
        own.left_out.iter().any(|line| line.contains("recette plan ou next")),
        "{:?}",
        own.left_out
    );
    assert_eq!(own.callers.agents, Vec::<String>::new(), "no call of the application");
    let next = world.command(&["next", "--partner", "commune-valmont"]).await;
    assert!(!String::from_utf8_lossy(&next.stdout).contains("Il ne reste aucun cas"));
    let report = world.recette_of("commune-valmont", "&with_play=true").await;
    assert!(report.played > 0, "they are bacasable's own");
    // What takes a client that reacts is not in a list of commands.
    let reactions = ["jetons-expiration", "jetons-revoque", "quotas-r2p"];
    let left: Vec<_> = report.left().map(|case| case.id.as_str()).collect();
    let unexpected: Vec<_> = left
        .iter()
        .filter(|id| !reactions.contains(id) && !id.starts_with("disponibilite-"))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_listed() {
    let list = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bacasable"));
        told(&command.args(["recette", "list"]).args(arguments).output().unwrap())
    };
    let (code, all) = list(&[]);
    assert_eq!(code, 0, "{all}");
    assert!(all.contains("jetons-expiration") && all.contains("cas\n"), "{all}");
    let (_, json) =
        list(&["--format", "json", "--partner", "mutuelle-etatcivil", "--theme", "jetons"]);
    let cases: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(cases.as_array().unwrap().len(), 11, "{cases}");
    assert_eq!(list(&["--case", "nothing"]).0, 2);
    assert_eq!(list(&["--theme", "nothing"]).0, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_command_is_answered_with_what_was_expected() {
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bacasable"));
        told(&command.arg("recette").args(arguments).output().unwrap())
    };
    for name in ["play", "report", "status", "plan", "next"] {
        let (code, text) = run(&[name, "editeur-demo"]);
        assert!(code == 2 && text.contains("--partner editeur-demo"), "{text}");
        let (code, text) = run(&[name, "editeur-demo", "--lang", "fr"]);
        assert_eq!(code, 2, "{text}");
        let help = format!("bacasable recette {name} --help");
        assert!(text.contains("le partenaire se donne ainsi") && text.contains(&help), "{text}");
    }
    let report = |from: &str, to: &str, lang: &str| {
        let partner = ["report", "--partner", "editeur-demo"];
        run(&[&partner[..], &["--from", from, "--to", to, "--lang", lang]].concat())
    };
    let (code, text) = report("2026-11-30", "2026-11-29", "fr");
    assert!(code == 2 && text.contains("doit commencer avant de finir"), "{text}");
    let (code, text) = report("2026-11-30", "2026-11-29", "en");
    assert!(code == 2 && text.contains("must begin before it ends"), "{text}");
    for wrong in ["30/11/2026", "2026-02-30"] {
        let (code, text) = report(wrong, "2026-11-29", "fr");
        assert!(code == 2 && text.contains("un jour qui existe, comme 2026-11-29"), "{text}");
        let (code, text) = report(wrong, "2026-11-29", "en");
        assert!(code == 2 && text.contains("a day that exists, such as 2026-11-29"), "{text}");
    }
}

/// A signed paper is held against the file that was written with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_paper_and_the_json_of_one_command_bear_one_seal() {
    let world = World::start().await;
    world.partner("editeur-demo").await.get("/fcb-masrestit/api/v2/etatSante").await;
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name).display().to_string();
    let (json, paper, other) = (file("r.json"), file("r.md"), file("other.json"));
    let partner = ["report", "--partner", "editeur-demo"];
    let both = ["--output", &json, "--output", &paper];
    let (code, text) = told(&world.command(&[&partner[..], &both].concat()).await);
    assert_eq!(code, 0, "{text}");
    let more = ["--application", "Portail", "--output", &other];
    assert_eq!(told(&world.command(&[&partner[..], &more].concat()).await).0, 0);
    let paper = fs::read_to_string(&paper).unwrap();
    let (_, seal) = paper.split_once("Sceau du rapport JSON (SHA-256) : ").unwrap();
    let seal = &seal[..64];
    for (file, digits, code, said) in [
        (&json, seal, 0, "Sceau : celui de ce rapport"),
        (&json, &seal[..12], 0, "Sceau : celui de ce rapport"),
        (&other, seal, 1, "Sceau : ce n'est pas celui de ce rapport"),
        (&json, "123", 2, "hexadecimal digits"),
    ] {
        let told = told(&world.command(&["verify", file, "--seal", digits]).await);
        assert!(told.0 == code && told.1.contains(said), "{digits}: {told:?}");
    }
    let format = ["--format", "json", "--output", &json, "--output", &other];
    let (code, text) = told(&world.command(&[&partner[..], &format].concat()).await);
    assert!(code == 2 && text.contains("--format"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_written_to_a_file_in_the_form_of_its_name() {
    let world = World::start().await;
    let dir = tempfile::tempdir().unwrap();
    for (name, start) in [
        ("r.pdf", "%PDF-1.7"),
        ("r.html", "<!doctype html>"),
        ("r.xml", "<?xml"),
        ("r.md", "# "),
        ("r.json", "{"),
    ] {
        let path = dir.path().join(name).display().to_string();
        let output =
            world.command(&["report", "--partner", "editeur-demo", "--output", &path]).await;
        assert!(output.status.success(), "{name}: {}", told(&output).1);
        assert!(fs::read(&path).unwrap().starts_with(start.as_bytes()), "{name}");
    }
}
