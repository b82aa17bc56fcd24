//! The program among other programs: who starts it, who asks whether it is ready, who stops it, and what files they give it.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::harness::{Reply, builder, certs};

/// A `serve` of its own process, on free ports, that has said it is ready.
struct Serve {
    process: Child,
    gateway: String,
    console: String,
}

impl Serve {
    fn start(arguments: &[&str]) -> Self {
        Self::of(serve(certs()).args(arguments))
    }

    fn of(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let word = |name: &str| {
            let found = line.split_whitespace().find_map(|word| word.strip_prefix(name));
            found.unwrap_or_else(|| panic!("{line:?}")).to_owned()
        };
        Self { gateway: word("gateway="), console: word("console="), process }
    }

    fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    fn ended(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "it does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.process.kill(); // it has ended, but for a test that failed
        let _ = self.process.wait();
    }
}

/// `serve` with this folder of certificates.
fn serve(certs: &Path) -> Command {
    let mut command = bacasable(&["serve", "--population", "0", "--log-level", "warn"]);
    command.args(["--gateway-listen", "127.0.0.1:0", "--console-listen", "127.0.0.1:0"]);
    command.arg("--certs").arg(certs).stdin(Stdio::null());
    command
}

fn bacasable(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bacasable"));
    command.args(arguments);
    command
}

/// The exit code, and what was said on standard error.
fn said(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A folder with a copy of the tests' PKI in `certs`: making keys takes long. Servers of other tests come and go in the original.
fn folder() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
            let (name, path) = (entry.file_name(), entry.path());
            let is_passing = name.as_encoded_bytes().starts_with(b".") || name == "ready.json";
            match path.is_dir() {
                true => copy(&path, &to.join(name)),
                false if is_passing => {}
                false => {
                    std::fs::copy(&path, to.join(name)).unwrap();
                }
            }
        }
    }
    let dir = tempfile::tempdir().unwrap();
    copy(certs(), &dir.path().join("certs"));
    dir
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn the_ready_file_says_where_a_server_listens_while_it_does_and_healthcheck_finds_it() {
    let dir = folder();
    let (certs, file) = (dir.path().join("certs"), dir.path().join("ready"));
    std::fs::write(&file, "of an earlier server").unwrap();
    let mut server = Serve::of(serve(&certs).arg("--ready-file").arg(&file));
    let told: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let expected = json!({
        "gateway": server.gateway, "console": server.console, "certs": certs,
        "pid": server.process.id(), "version": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(told, expected);
    let beside = std::fs::read(certs.join("ready.json")).unwrap();
    assert_eq!(beside, std::fs::read(&file).unwrap());
    // Ports that nobody but the server's own flags knows.
    let health = || said(bacasable(&["healthcheck", "--certs"]).arg(&certs));
    let of_file = || said(bacasable(&["healthcheck", "--ready-file"]).arg(&file));
    assert_eq!((health().0, of_file().0), (Some(0), Some(0)), "{}", health().1);
    server.signal("TERM");
    assert_eq!(server.ended().code(), Some(0));
    assert!(!file.exists() && !certs.join("ready.json").exists(), "gone with the server");
    let (code, message) = of_file();
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains("no server is ready"), "{message}");
}

#[test]
fn a_ready_file_that_cannot_be_written_stops_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let (code, message) =
        said(serve(certs()).arg("--ready-file").arg(dir.path().join("none/ready.json")));
    assert_eq!(code, Some(2), "{message}");
    assert!(message.starts_with("bacasable: --ready-file: ") && message.lines().count() == 1);
}

#[test]
fn what_a_killed_server_left_behind_does_not_hide_one_that_answers() {
    let dir = folder();
    let certs = dir.path().join("certs");
    let stale = r#"{"gateway":"https://127.0.0.1:1","console":"http://127.0.0.1:1","certs":"/","pid":1,"version":"0"}"#;
    let server = Serve::start(&[]);
    std::fs::write(certs.join("ready.json"), stale).unwrap();
    let address = server.console.strip_prefix("http://").unwrap();
    let mut command = bacasable(&["healthcheck", "--certs"]);
    let (code, message) = said(command.arg(&certs).env("BACASABLE_CONSOLE__LISTEN", address));
    assert_eq!(code, Some(0), "{message}");
    let (code, _) = said(
        bacasable(&["healthcheck", "--certs"])
            .arg(&certs)
            .args(["--console", "http://127.0.0.1:1"]),
    );
    assert_eq!(code, Some(1), "the console that is named is the one");
}

#[test]
fn a_server_whose_parent_is_gone_ends() {
    let mut server = Serve::of(serve(certs()).arg("--parent-watch").stdin(Stdio::piped()));
    thread::sleep(Duration::from_millis(50));
    assert!(server.process.try_wait().unwrap().is_none(), "the parent lives");
    drop(server.process.stdin.take());
    assert_eq!(server.ended().code(), Some(0));
}

#[test]
fn input_that_has_ended_ends_no_server_that_does_not_watch_it() {
    let mut server = Serve::start(&[]);
    thread::sleep(Duration::from_millis(50));
    assert!(server.process.try_wait().unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_hastens_the_stop() {
    let mut server = Serve::start(&["--gateway-limits-stop-seconds", "60"]);
    let delay = json!({ "match": { "operation": "etatSante" }, "outcome": { "delay_ms": 15_000 } });
    let console = reqwest::Client::builder().no_proxy().build().unwrap();
    let order = console.post(format!("{}/admin/v1/faults", server.console));
    assert_eq!(Reply::read(order.json(&delay)).await.status, 201);
    let token = said_token(&server);
    let url = format!("{}/fcb-masrestit/api/v2/etatSante", server.gateway);
    let call = builder(Some("clients/editeur-demo")).build().unwrap().get(url).bearer_auth(token);
    let call =
        call.header("X-Correlation-ID", crate::harness::CORRELATION_ID).header("X-Request-ID", "r");
    let call = tokio::spawn(call.send());
    let held = async || {
        let orders = Reply::read(console.get(format!("{}/admin/v1/faults", server.console))).await;
        orders.json()[0]["struck"] == 1
    };
    while !held().await {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.signal("TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(server.process.try_wait().unwrap().is_none(), "an answer is in flight");
    server.signal("TERM");
    let since = Instant::now();
    assert_eq!(server.ended().code(), Some(0));
    assert!(since.elapsed() < Duration::from_secs(14), "{:?}", since.elapsed());
    assert!(call.await.unwrap().is_err(), "the answer was cut");
}

fn said_token(server: &Serve) -> String {
    let mut command = bacasable(&["token", "editeur-demo", "--gateway"]);
    let gateway = server.gateway.replace("127.0.0.1", "localhost");
    let output = command.arg(gateway).arg("--certs").arg(certs()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn past_a_limit_on_the_size_of_files_a_write_fails_and_the_process_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let limited = |arguments: &str| {
        let script = format!("ulimit -f 8; exec {} {arguments}", env!("CARGO_BIN_EXE_bacasable"));
        Command::new("sh").args(["-c", &script]).current_dir(dir.path()).output().unwrap()
    };
    let output = limited("dataset export --population 1000 --out out");
    assert_eq!(output.status.signal(), None, "SIGXFSZ ended it");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("people.jsonl: cannot be written: File too large"), "{told}");
    let output = limited("recette list --format json > list.json");
    assert_eq!(
        (output.status.signal(), output.status.code()),
        (None, Some(2)),
        "an answer cut short"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output cannot be written"));
}

/// Whatever number of processes a user may have, the program does its work or says in one line why not. (Root is not limited.)
#[test]
fn where_no_thread_is_to_be_had_one_line_says_so() {
    let dir = folder();
    let owned = Command::new("chown").args(["-R", "65533:65533"]).arg(dir.path()).status().unwrap();
    let program = dir.path().join("bacasable"); // root's build folder is closed to others
    std::fs::copy(env!("CARGO_BIN_EXE_bacasable"), &program).unwrap();
    let limited = |most: u32| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65533", "--regid", "65533", "--clear-groups", "prlimit"]);
        command.arg(format!("--nproc={most}")).arg(&program).current_dir(dir.path());
        let plain = serve(Path::new("certs"));
        command.args(plain.get_args()).arg("--parent-watch").stdin(Stdio::null()).output()
    };
    if !owned.success() || limited(100).is_ok_and(|output| !output.status.success()) {
        println!("skipped: no right to be another user, or no setpriv and prlimit");
        return;
    }
    let mut refused = 0;
    for most in 1..=10 {
        let output = limited(most).unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => {}
            Some(2) => {
                refused += 1;
                assert_eq!(told.lines().count(), 1, "{told}");
                assert!(told.contains("threads are needed"), "{told}");
            }
            _ => panic!("{most}: {:?}: {told}", output.status),
        }
    }
    assert!(refused > 0, "some of these numbers are too small");
}

#[test]
fn a_named_pipe_in_the_place_of_any_file_that_is_named_is_refused_by_name() {
    let dir = folder();
    let pipe = dir.path().join("pipe.toml");
    fifo(&pipe);
    std::fs::create_dir(dir.path().join("conventions")).unwrap();
    fifo(&dir.path().join("conventions/pipe.toml"));
    let refused = |command: &mut Command, name: &str| {
        let (code, message) = said(command);
        assert!(code == Some(2) || code == Some(1), "{name}: {code:?} {message}");
        message
    };
    let expect = |message: String, name: &str| {
        let both = message.contains(name)
            && message.contains("expected a regular file, found a named pipe");
        assert!(both && message.lines().count() == 1, "{name}: {message}");
    };
    expect(refused(serve(certs()).arg("--config").arg(&pipe), "config"), "pipe.toml");
    expect(
        refused(serve(certs()).arg("--fixtures").arg(dir.path()), "fixtures"),
        "conventions/pipe.toml",
    );
    let report = ["recette", "status", "--partner", "editeur-demo", "--journal"];
    expect(refused(bacasable(&report).arg(&pipe), "journal"), "pipe.toml");
    for file in ["ca.pem", "crl.pem", "server.pem", "server.key", "token.key"] {
        let certs = dir.path().join("certs");
        let (path, kept) = (certs.join(file), dir.path().join("kept"));
        std::fs::rename(&path, &kept).unwrap();
        fifo(&path);
        expect(refused(&mut serve(&certs), file), file);
        std::fs::rename(&kept, &path).unwrap();
    }
    let output = bacasable(&["check", "--fixtures"]).arg(dir.path()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.code() == Some(1) && told.contains("found a named pipe"), "{told}");
}

/// What Kubernetes, Compose and Windows leave in an environment.
#[test]
fn a_server_starts_among_service_links_and_empty_variables() {
    let variables = [
        ("BACASABLE_CONSOLE_SERVICE_HOST", "10.0.0.1"),
        ("BACASABLE_VALKEY_SERVICE_PORT", "6379"),
        ("BACASABLE_GATEWAY_PORT_8443_TCP", "tcp://10.0.0.1:8443"),
        ("BACASABLE_FIXTURES", ""),
        ("BACASABLE_CONFIG", ""),
        ("BACASABLE_JOURNAL__FILE", ""),
        ("BACASABLE_GATEWAY__LISTEN", ""),
    ];
    let server = Serve::of(serve(certs()).envs(variables));
    let mut health = bacasable(&["healthcheck", "--console", &server.console]);
    assert_eq!(said(health.envs(variables)).0, Some(0));
    for variable in ["BACASABLE_CONFIG", "BACASABLE_FIXTURES", "BACASABLE_SEED"] {
        let (code, message) = said(serve(certs()).env(variable, "1\r"));
        assert_eq!(code, Some(2), "{message}");
        assert!(message.contains(variable) && message.contains(r"\r"), "{message:?}");
        assert!(!message.contains('\r'), "{message:?}");
    }
    let (code, message) = said(&mut bacasable(&["serve", "--certs", "certs\r"]));
    assert_eq!(code, Some(2), "{message}");
    assert!(message.contains("argument 3") && message.contains(r"'\r'"), "{message:?}");
}

/// What stands in a plan is read by a shell: nothing of other people's text is.
#[test]
fn nothing_of_a_plan_is_executed_that_is_not_its_own() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("conventions")).unwrap();
    let convention = "id = \"malin\"\norganisation = \"Malin $(touch a)`touch b`; touch c\"\n\
        title = \"t\"\nsiret = \"20999012600010\"\n[application]\nkey = \"k'; touch d; '\"\nsecret = \"$(touch e)\"\n\
        [ficoba]\nquota = 50\nmotifs = [\"0020\"]\nmodalities = [\"iban\"]\nscopes = [\"dgfip_ficoba_compte\"]\n";
    std::fs::write(dir.path().join("conventions/malin.toml"), convention).unwrap();
    let folder = "c'; touch f; '\n$(touch g)";
    let output = bacasable(&["recette", "plan", "--partner", "malin", "--all", "--certs"])
        .args([&folder.replace('\n', " "), "--fixtures", "."])
        .args(["--gateway", "https://a;touch$IFS$9h:1", "--console", "http://$(touch$IFS$9i):1"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let plan = String::from_utf8(output.stdout).unwrap();
    assert!(plan.lines().count() > 30, "{plan}");
    // Nothing but what the shell itself finds in the text: each program is a stand-in.
    let own = plan.lines().find(|line| line.starts_with("BACASABLE=")).unwrap();
    let plan = plan.replace(own, "BACASABLE=true");
    let script = format!("curl() {{ :; }}\nsed() {{ :; }}\nsleep() {{ :; }}\n{plan}");
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("plan.sh"); // too long for an argument
    std::fs::write(&file, script).unwrap();
    let run = Command::new("sh").arg(&file).current_dir(dir.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let left: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["conventions"], "nothing was touched");
}

#[test]
fn nothing_that_is_printed_acts_on_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("conventions")).unwrap();
    let name = "\x1b[2Ja.toml";
    std::fs::write(dir.path().join("conventions").join(name), "id = \"\\u001b]0;x\\u0007\"\nx = 1")
        .unwrap();
    let bare = dir.path().to_str().unwrap();
    for arguments in [
        &["check", "--fixtures", bare][..],
        &["token", "\x1b[2J"],
        &["dataset", "show", "\x1b[2J"],
        &["\x1b[2J"],
        &["recette", "list", "--case", "a\nbacasable: all is well\x07"],
        &["serve", "--certs", "x", "--fixtures", bare],
        &["token", "--gateway", "https://\u{9b}31m"],
    ] {
        let output = bacasable(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        let acts = told.chars().any(|one| one.is_control() && one != '\n');
        assert!(!acts && !told.lines().any(|line| line == "bacasable: all is well"), "{told:?}");
    }
}
