//! `docs/recette.md` does what it says, names every theme and rule, and gives the figures by which is judged.

use bacasable::recette::{Recette, conduct::RULES, reaction::limits};

use crate::{
    generated,
    harness::{World, certs},
    shell,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_commands_work_as_pasted() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let dir = tempfile::tempdir().unwrap();
    let console = format!("--console http://{}", world.server.console);
    let gateway = format!("--gateway https://localhost:{}", world.server.gateway.port());
    for block in shell::blocks("docs/recette.md") {
        let block = ["plan", "play"].iter().fold(block, |block, name| {
            block.replace(&format!("recette {name} "), &format!("recette {name} {gateway} "))
        });
        let block = ["plan", "play", "status", "report"].iter().fold(block, |block, name| {
            let certs = certs().display();
            block.replace(
                &format!("recette {name} "),
                &format!("recette {name} {console} --certs {certs} "),
            )
        });
        shell::run(&world, &format!("cd {}\n{block}", dir.path().display())).await;
    }
    assert!(std::fs::read(dir.path().join("recette.pdf")).unwrap().starts_with(b"%PDF"));
    let plan = std::fs::read_to_string(dir.path().join("plan.sh")).unwrap();
    assert!(plan.contains("jetons-expiration"), "{plan}");
    let played = world.recette_of("commune-valmont", "&with_play=true").await;
    let tally = played.tally;
    let shown = tally.conforming + tally.awaiting;
    assert_eq!(shown, tally.applicable, "`play` was the last of them");
}

#[test]
fn the_table_of_the_themes_is_up_to_date() {
    let recette = Recette::load(None).unwrap();
    let mut table = "| theme | title in the report | cases |\n|---|---|---|\n".to_owned();
    for theme in &recette.catalogue.themes {
        table.push_str(&format!("| `{}` | {} | {} |\n", theme.id, theme.title, theme.cases.len()));
    }
    generated::assert_section("docs/recette.md", "themes", &table);
}

#[test]
fn every_rule_is_explained_in_the_order_of_the_report() {
    let text = include_str!("../../../docs/recette.md");
    let conduct = text.split("## Conduct").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<_> =
        conduct.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(rows, RULES.map(|rule| rule.id));
    let figures = [
        (limits::AT_ONCE.as_secs(), "within 10 seconds"),
        (limits::SPACING.as_secs(), "within a second"),
        (limits::ATTEMPTS as i64, "more than five tries"),
    ];
    assert_eq!(
        figures.map(|(figure, _)| figure),
        [10, 1, 5],
        "the text gives these figures in words"
    );
    for (_, words) in figures {
        assert!(conduct.contains(words), "{words}");
    }
}
