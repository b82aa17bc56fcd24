//! The generated tables of refusals (`docs/r2p-codes.md`, `docs/sfip.md`): complete, and each line obtained by the command that it
//! prints.

use reqwest::Method;
use serde_json::Value;

use crate::{
    generated::assert_section,
    harness::{Reply, World},
    shell,
};

const R2P: &str = "docs/r2p-codes.md";
const SFIP: &str = "docs/sfip.md";

#[test]
fn the_tables_are_up_to_date() {
    assert_section(R2P, "codes", &bacasable::api::r2p::reference());
    assert_section(SFIP, "codes", &bacasable::api::sfip::reference());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_r2p_is_obtained_by_the_command_that_it_prints() {
    assert_obtained(R2P, &bacasable::api::r2p::reference()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_sfip_is_obtained_by_the_command_that_it_prints() {
    assert_obtained(SFIP, &bacasable::api::sfip::reference()).await;
}

/// Sends each command of the document's table, and pastes it into a shell where there is one.
async fn assert_obtained(document: &str, table: &str) {
    let world = World::start().await;
    let curl = shell::has_curl();
    let lines = lines(table);
    let commands = shell::blocks(document);
    let commands = &commands[commands.len() - lines.len()..];
    for (line, command) in lines.iter().zip(commands) {
        let reply = typed(&world, command).await;
        assert_eq!(outcome(reply.status.as_u16(), &reply.text), *line, "{command}");
        if !curl {
            continue;
        }
        let gateway = " --gateway https://localhost:8443)";
        let output = shell::run(&world, &command.replacen(")\n", &format!("{gateway}\n"), 1)).await;
        let (body, status) = output.trim_end().rsplit_once('\n').unwrap();
        assert_eq!(outcome(status.parse().unwrap(), body), *line, "{command}");
    }
}

/// The table's lines: HTTP status, code, message.
fn lines(table: &str) -> Vec<(u16, String, String)> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let lines = table.lines().filter(|line| line.starts_with('|')).skip(2).map(cells);
    lines.map(|cells| (cells[3].parse().unwrap(), cells[2].clone(), cells[4].clone())).collect()
}

/// The same of an answer.
fn outcome(status: u16, body: &str) -> (u16, String, String) {
    let body: Value = serde_json::from_str(body).unwrap();
    let error = &body["erreur"];
    assert_eq!(
        error.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["code", "message", "horodatage"]
    );
    (
        status,
        error["code"].as_u64().unwrap().to_string(),
        error["message"].as_str().unwrap().to_owned(),
    )
}

/// Sends what the command would send, without a shell.
async fn typed(world: &World, command: &str) -> Reply {
    let between =
        |open: &str, close| command.split_once(open).and_then(|(_, rest)| rest.split_once(close));
    let (partner, _) = between("bacasable token ", ')').unwrap();
    let (path, _) = between("https://localhost:8443", '\'').unwrap();
    let caller = world.caller(partner);
    let token = caller.obtain_token(partner, None).await;
    let request = caller.bare(Method::GET, path).header("Authorization", format!("Bearer {token}"));
    let headers = command.lines().filter_map(|line| {
        line.trim().strip_prefix("-H '")?.strip_suffix("' \\")?.split_once(": ")
    });
    Reply::read(headers.fold(request, |request, (name, value)| request.header(name, value))).await
}
