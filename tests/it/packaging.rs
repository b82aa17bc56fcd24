//! What partners read and copy says what is so: troubleshooting, the two READMEs.

use std::{path::Path, process::Command};

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
                Some(_) => {
                    format!("{{\n{prelude}}} > /dev/null\n{command} > /dev/null || echo \"($?)\"")
                }
                None => format!("{{\n{prelude}}} > /dev/null\n{command} -w '\\n%{{http_code}}'"),
            };
            assert_eq!(outcome(&shell::run(&world, &script).await), expected, "{command}");
            sections = before + 1;
        }
    }
    assert_eq!(sections, 11);
}

/// The French quick start has the commands of the English one, in the same order.
#[test]
fn both_readmes_say_to_type_the_same() {
    let commands = |document: &str| -> Vec<String> {
        let lines = shell::blocks(document).join("\n");
        let command =
            |line: &str| line.split("  # ").next().unwrap_or_default().trim_end().to_owned();
        lines.lines().map(command).filter(|line| !line.is_empty()).collect()
    };
    let english = commands("README.md");
    assert!(english.len() > 5, "{english:?}");
    assert_eq!(commands("README.fr.md"), english);
}

/// Every relative link of the documentation leads to a file.
#[test]
fn no_link_of_the_documentation_leads_nowhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents: Vec<_> = ["README.md", "README.fr.md"].map(|name| root.join(name)).into();
    let kits = ["python", "node", "java", "php", "ruby", "go", "dotnet"];
    let kits = kits.map(|kit| format!("testkits/{kit}"));
    let folders =
        ["docs", "examples/clients", "fixtures", "fixtures/nomenclatures", "certs", "testkits"];
    for folder in folders.map(str::to_owned).into_iter().chain(kits) {
        let entries =
            std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        documents.extend(
            entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")),
        );
    }
    let mut astray = Vec::new();
    for document in documents {
        let text = std::fs::read_to_string(&document).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_ours = !link.is_empty() && !link.contains(':');
            if is_ours && !document.parent().unwrap().join(link).exists() {
                astray.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(astray.is_empty(), "{astray:#?}");
}

/// The kits are released with the program, and each README has every word of the table that they share.
#[test]
fn the_test_kits_have_the_program_s_version_and_the_same_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testkits");
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for (file, line) in [
        ("python/pyproject.toml", format!("version = \"{version}\"")),
        ("python/pyproject.toml", format!("bacasable=={version}")),
        ("node/package.json", format!("\"version\": \"{version}\"")),
        ("node/package.json", format!("\"bacasable\": \"{version}\"")),
        ("java/pom.xml", format!("<version>{version}</version>")),
        ("java/README.md", format!("<version>{version}</version>")),
        ("ruby/bacasable-rspec.gemspec", format!("version = \"{version}\"")),
        ("go/README.md", format!("bacasabletest@v{version}")),
        ("dotnet/Bacasable.Xunit/Bacasable.Xunit.csproj", format!("<Version>{version}</Version>")),
    ] {
        assert!(read(file).contains(&line), "{file}: {line}");
    }
    let words = [
        "sandbox",
        "partner",
        "faulty certificate",
        "token",
        "clock",
        "quota",
        "fault",
        "convention",
        "reset",
        "journal",
    ];
    for kit in ["python", "node", "java", "php", "ruby", "go", "dotnet"] {
        let readme = read(&format!("{kit}/README.md"));
        for word in words {
            assert!(readme.contains(&format!("\n| {word} | ")), "{kit}: {word}");
        }
    }
}

/// Completions and manual pages know every command; third-party licences name what is linked, and nothing else.
#[test]
#[ignore = "slow: .ci/run"]
fn what_a_release_holds_beside_the_binary_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command
        .args(["run", "--quiet", "--locked", "--offline", "--example", "dist", "--"])
        .arg(dir.path());
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |file: &str| std::fs::read_to_string(dir.path().join(file)).unwrap();
    for command in bacasable::cli::command().get_subcommands().map(clap::Command::get_name) {
        for shell in ["bacasable.bash", "_bacasable", "bacasable.fish", "_bacasable.ps1"] {
            assert!(read(&format!("completions/{shell}")).contains(command), "{shell}: {command}");
        }
    }
    for words in called(&bacasable::cli::command(), "bacasable") {
        let page = read(&format!("man/man1/{}.1", words.replace(' ', "-")));
        assert!(
            page.contains(&words) || page.contains(&words.replace('-', "\\-")),
            "{words}: {page}"
        );
        for led in page.lines().filter_map(|line| line.strip_suffix("(1)")) {
            let file = format!("man/man1/{}.1", led.replace("\\-", "-"));
            assert!(dir.path().join(&file).exists(), "{words} leads to {file}");
        }
    }
    let licences = read("THIRD-PARTY-LICENCES.txt");
    let named = |name: &str| licences.lines().any(|line| line.starts_with(&format!("{name} ")));
    assert!(named("rustls") && named("aws-lc-sys") && !named("criterion") && !named("bacasable"));
}

/// How a command and those within it are called: `bacasable`, `bacasable recette`, `bacasable recette play`.
fn called(command: &clap::Command, words: &str) -> Vec<String> {
    let within = command
        .get_subcommands()
        .flat_map(|one| called(one, &format!("{words} {}", one.get_name())));
    std::iter::once(words.to_owned()).chain(within).collect()
}

/// `(60)`, `401 900901`, `401 invalid_client`.
fn outcome(output: &str) -> String {
    let mut lines = output.trim_end().lines().rev();
    let last = lines.next().unwrap_or_default().to_owned();
    let body: Value =
        lines.next().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
    match body.pointer("/erreur/code").or(body.get("error")) {
        Some(code) => {
            format!("{last} {}", code.as_str().map_or_else(|| code.to_string(), str::to_owned))
        }
        None => last,
    }
}
