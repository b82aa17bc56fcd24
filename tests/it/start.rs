//! What keeps the program from starting is one clear line on standard error and exit code 2; nothing is listening then.
//!
//! The program itself is run, as a container runs it: these are the mistakes of a first `docker run`.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};

#[test]
fn an_unknown_environment_variable_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(serve(dir.path()).env("BACASABLE_GATEWAY__LISTENN", "0.0.0.0:8443"));
    assert_refused(
        &output,
        "BACASABLE_GATEWAY__LISTENN: unknown setting (did you mean gateway.listen?)",
    );
}

#[test]
fn a_value_that_does_not_fit_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(serve(dir.path()).args(["--population", "-1"]));
    assert_refused(&output, "--population: \"-1\" is not a whole number, 0 or more");
}

#[test]
fn negotiated_faults_with_a_dialect_of_one_form_stop_the_start_and_say_what_to_add() {
    for dialect in [None, Some("wso2-4")] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = serve(dir.path());
        command.args(["--gateway-fault-media", "negotiated"]);
        command.args(dialect.map(|dialect| format!("--gateway-dialect={dialect}")));
        let expected = format!(
            "gateway.fault_media: \"negotiated\" is not for the dialect {:?}, which has one form only: \
             add gateway.dialect = \"wso2-3\"",
            dialect.unwrap_or("dgfip")
        );
        assert_refused(&run(&mut command), &expected);
    }
}

#[test]
fn a_port_that_is_taken_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for listener in ["gateway", "console"] {
        let output = run(serve(dir.path()).args([&format!("--{listener}-listen"), &address]));
        let said =
            assert_refused(&output, &format!("{listener}.listen: cannot listen on {address}: "));
        assert!(said.contains("another program listens there"), "{said}");
    }
}

#[test]
fn a_certs_folder_that_cannot_be_written_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let folder = dir.path().join("certs");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).unwrap();
    match run_as_nobody(&folder) {
        Some(output) => {
            let said = assert_refused(&output, &format!("{}/", folder.display()));
            assert!(said.contains("Permission denied") && said.contains("--certs"), "{said}");
        }
        None => {
            println!("skipped: this user writes everywhere, and setpriv is not there to be another")
        }
    }
}

#[test]
fn a_volume_that_is_no_folder_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let output = run(&mut serve(&file));
    assert_refused(&output, &format!("{}/", file.display()));
}

#[test]
fn fixtures_that_are_not_where_they_are_said_to_be_stop_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("fixtures");
    let output = run(serve(dir.path()).arg("--fixtures").arg(&missing));
    assert_refused(
        &output,
        &format!("fixtures: {}: cannot be read: no such folder", missing.display()),
    );
    std::fs::write(&missing, "").unwrap();
    let output = run(serve(dir.path()).arg("--fixtures").arg(&missing));
    assert_refused(
        &output,
        &format!("fixtures: {}: cannot be read: expected a folder", missing.display()),
    );
}

#[test]
fn a_configuration_file_that_is_not_there_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(serve(dir.path()).env("BACASABLE_CONFIG", "absent.toml"));
    assert_refused(&output, "absent.toml: cannot be read: ");
}

#[test]
fn a_foreign_authority_in_the_volume_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let made = run(Command::new(PROGRAM).args(["certs", "--out", "."]).current_dir(dir.path()));
    assert!(made.status.success(), "{made:?}");
    std::fs::copy(dir.path().join("server.pem"), dir.path().join("ca.pem")).unwrap();
    let output = run(&mut serve(dir.path()));
    assert_refused(&output, &format!("{}/ca.pem", dir.path().display()));
}

#[test]
fn certs_makes_rsa_keys_where_asked_and_refuses_a_folder_that_holds_others() {
    let dir = tempfile::tempdir().unwrap();
    let certs = |keys: &str| {
        run(Command::new(PROGRAM)
            .args(["certs", "--out", "made", "--keys", keys])
            .current_dir(&dir))
    };
    let made = certs("ec");
    assert!(made.status.success(), "{made:?}");
    assert_refused(&certs("rsa"), "made/ca.pem: for an EC key, while an RSA key is asked for");
    assert_eq!(certs("dsa").status.code(), Some(2));

    let own = run(Command::new(PROGRAM)
        .args(["certs", "--out", "made", "--keys", "rsa"])
        .env("BACASABLE_GATEWAY__OWN_PKI", "true")
        .current_dir(&dir));
    assert_refused(&own, "--keys: gateway.own_pki is set");
}

#[test]
fn a_server_ends_with_the_program_that_started_it_and_takes_its_certificates_along() {
    let dir = tempfile::tempdir().unwrap();
    let certs = dir.path().join("certs");
    let mut command = serve(&certs);
    command.args(["--parent-watch", "--discard-certs"]);
    let mut server =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    assert!(ready.starts_with("ready gateway=https://"), "{ready}");
    assert!(certs.join("ca.pem").exists());
    drop(server.stdin.take()); // as the system does when the program that holds it is killed
    assert!(server.wait().unwrap().success());
    assert!(!certs.exists(), "the folder is left behind");
}

#[test]
fn a_certs_folder_that_holds_something_is_not_discarded() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine"), "").unwrap();
    let output = run(serve(dir.path()).arg("--discard-certs"));
    assert_refused(
        &output,
        &format!("--discard-certs: {}: expected an empty folder", dir.path().display()),
    );
    assert!(dir.path().join("mine").exists());
}

/// `serve` on free ports, in and with this folder.
fn serve(certs: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--certs"]).arg(certs).current_dir(certs.parent().unwrap());
    command
        .env("BACASABLE_GATEWAY__LISTEN", "127.0.0.1:0")
        .env("BACASABLE_CONSOLE__LISTEN", "127.0.0.1:0");
    command.env("BACASABLE_POPULATION", "0");
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// One line that begins so, nothing on standard output, exit code 2. Returns the line.
fn assert_refused(output: &Output, beginning: &str) -> String {
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), &*out), (Some(2), ""), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(err.starts_with(&format!("bacasable: {beginning}")), "{err}");
    err.into_owned()
}

/// Runs `serve` as a user who may not write everywhere: this one, unless it is root.
fn run_as_nobody(certs: &Path) -> Option<Output> {
    if std::fs::write(certs.join("probe"), "").is_err() {
        return Some(run(&mut serve(certs)));
    }
    std::fs::remove_file(certs.join("probe")).unwrap();
    let program = certs.with_file_name("bacasable"); // root's build folder is closed to others
    std::fs::copy(PROGRAM, &program).unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(program);
    let plain = serve(certs);
    command
        .args(plain.get_args())
        .envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir("/");
    command.output().ok()
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_bacasable");
