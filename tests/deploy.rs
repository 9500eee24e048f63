//! What lies in `deploy/`: each file is read by a program that knows its kind, where there is one (else the test says SKIPPED), and is compared
//! with what our own program knows.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crosswalk::app::settings::extract_limits;
use crosswalk::ports::ExtractLimits;
use crosswalk::settings::Settings;
use regex::Regex;
use serde_json::Value;

/// The highest exposure that a unit may have, in tenths of systemd's own scale from 0 (none) to 10.
const MOST_EXPOSED: u32 = 15;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn deployed(name: &str) -> String {
    fs::read_to_string(root().join("deploy").join(name)).unwrap()
}

/// Runs a program of `target/deploy-tools` or of the machine; none, with a line that says so, where it is not there.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn run(test: &str, program: &str, arguments: &[&str]) -> Option<Output> {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("deploy-tools").join("bin").join(program);
    let outputs = [own.into_os_string(), program.into()].map(|program| Command::new(program).args(arguments).current_dir(root()).output());
    let output = outputs.into_iter().find_map(Result::ok);
    if output.is_none() {
        println!("SKIPPED {test}: {program} is not there");
    }
    output
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Copies of the units that name the program where it lies here.
fn units(folder: &Path) -> Vec<PathBuf> {
    let program = env!("CARGO_BIN_EXE_crosswalk");
    ["crosswalk.service", "crosswalk-worker@.service", "crosswalk-backup.service", "crosswalk-backup.timer"]
        .map(|name| {
            let path = folder.join(name.replace('@', "@1"));
            let unit = deployed(name);
            assert!(name.contains("timer") || unit.contains("/usr/local/bin/crosswalk "), "{name}");
            // systemd looks for the template when it is asked for an instance.
            fs::write(folder.join(name), unit.replace("/usr/local/bin/crosswalk", program)).unwrap();
            fs::write(&path, unit.replace("/usr/local/bin/crosswalk", program)).unwrap();
            path
        })
        .into()
}

#[test]
fn systemd_understands_the_units_and_finds_them_confined() {
    let test = "systemd_understands_the_units_and_finds_them_confined";
    let folder = tempfile::tempdir().unwrap();
    for unit in units(folder.path()) {
        let path = unit.display().to_string();
        let Some(verified) = run(test, "systemd-analyze", &["verify", &path]) else { return };
        assert!(verified.status.success() && said(&verified).is_empty(), "{path}: {}", said(&verified));
        if path.ends_with(".service") {
            let arguments = ["security", "--offline=true", &format!("--threshold={MOST_EXPOSED}"), &path];
            let measured = run(test, "systemd-analyze", &arguments).unwrap();
            assert!(measured.status.success(), "{path}: {}", said(&measured));
            // What is looser is told: the threshold is no number that everything passes.
            fs::write(&unit, fs::read_to_string(&unit).unwrap().replace("CapabilityBoundingSet=\n", "")).unwrap();
            assert!(!run(test, "systemd-analyze", &arguments).unwrap().status.success(), "{path}");
        }
    }
    let broken = folder.path().join("broken.service");
    fs::write(&broken, deployed("crosswalk.service").replace("KillMode=mixed", "KillMode=gentle")).unwrap();
    assert!(!said(&run(test, "systemd-analyze", &["verify", &broken.display().to_string()]).unwrap()).is_empty());
}

#[test]
fn units_leave_the_program_the_calls_by_which_it_confines_its_readers() {
    for name in ["crosswalk.service", "crosswalk-worker@.service"] {
        let unit = deployed(name);
        for call in ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp"] {
            assert!(unit.lines().any(|line| line.starts_with("SystemCallFilter=") && line.contains(call)), "{name}: {call}");
        }
        assert!(unit.contains("KillMode=mixed") && unit.contains("OOMPolicy=continue"), "{name}");
    }
}

#[test]
fn hadolint_finds_nothing_in_the_dockerfile() {
    let test = "hadolint_finds_nothing_in_the_dockerfile";
    let Some(linted) = run(test, "hadolint", &["deploy/Dockerfile"]) else { return };
    assert!(linted.status.success(), "{}", said(&linted));
    let folder = tempfile::tempdir().unwrap();
    let sloppy = folder.path().join("Dockerfile");
    fs::write(&sloppy, deployed("Dockerfile").replace("WORKDIR /build", "WORKDIR build")).unwrap();
    let told = run(test, "hadolint", &[&sloppy.display().to_string()]).unwrap();
    assert!(!told.status.success(), "it finds what is wrong");
}

#[test]
fn the_image_has_no_shell_no_root_and_all_that_the_program_is_built_from() {
    let dockerfile = deployed("Dockerfile");
    let last = dockerfile.rsplit("\nFROM ").next().unwrap();
    assert!(last.contains("\nUSER 65532:65532\n") && !last.contains("\nRUN "), "{last}");
    let shell_form = Regex::new(r"(?m)^\s*(?:CMD|ENTRYPOINT) [^\[]").unwrap();
    assert!(!shell_form.is_match(&dockerfile));
    let sent = deployed("Dockerfile.dockerignore");
    for name in ["Cargo.toml", "Cargo.lock", "src", "clause-catalog"] {
        assert!(sent.lines().any(|line| line == format!("!{name}")) && dockerfile.contains(name), "{name}");
    }
    assert!(sent.lines().any(|line| line == "*"), "what is not named is not sent");
    // What is built into the program lies in what is sent.
    let built_in = Regex::new(r#"#\[folder = "([^"]+)"\]"#).unwrap();
    for file in ["src/web/assets.rs", "src/app/embedded_catalog.rs"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let folder = &built_in.captures(&text).unwrap()[1];
        assert!(folder.starts_with("src/") || folder.starts_with("clause-catalog/"), "{file}: {folder}");
    }
}

#[test]
fn the_compose_file_confines_every_container_and_publishes_to_this_machine_only() {
    let test = "the_compose_file_confines_every_container_and_publishes_to_this_machine_only";
    let read = |path: &str| run(test, "python3", &["tests/deploy/compose_as_json.py", path]);
    let Some(output) = read("deploy/compose.yaml") else { return };
    if said(&output).contains("No module named") {
        skipped(&format!("SKIPPED {test}: the Python package compose-spec is not there"));
        return;
    }
    assert!(output.status.success(), "{}", said(&output));
    let compose: Value = serde_json::from_slice(&output.stdout).unwrap();
    let services = compose["services"].as_object().unwrap();
    assert_eq!(services.keys().collect::<Vec<_>>(), ["database", "web", "worker"]);
    let somebody = Regex::new("^[1-9][0-9]*:[1-9][0-9]*$").unwrap();
    for (name, service) in services {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert_eq!(service["security_opt"], serde_json::json!(["no-new-privileges:true"]), "{name}");
        assert!(somebody.is_match(service["user"].as_str().unwrap()), "{name}");
        assert!(service.get("privileged").is_none() && service.get("cap_add").is_none(), "{name}");
        assert!(service["image"].as_str().unwrap().contains(':') && !service["image"].as_str().unwrap().ends_with("latest"), "{name}");
        for port in service["ports"].as_array().into_iter().flatten() {
            assert!(port.to_string().contains("127.0.0.1"), "{name}: {port}");
        }
        assert!(service["healthcheck"]["test"].is_array() || name == "worker", "{name}");
    }
    assert_eq!(services["database"]["networks"], serde_json::json!(["inside"]));
    assert_eq!(compose["networks"]["inside"]["internal"], true);
    assert_eq!(services["worker"]["deploy"]["replicas"], 2);
    // A secret under a name that is no setting would be read by nobody.
    let settings = settings_shown();
    for secret in services["web"]["secrets"].as_array().unwrap() {
        let target = secret["target"].as_str().unwrap();
        assert!(settings.contains(target) || target == "seal-key", "{target}");
    }
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("compose.yaml");
    fs::write(&broken, deployed("compose.yaml").replace("networks: [inside]", "networks: [outsde]")).unwrap();
    assert!(!read(&broken.display().to_string()).unwrap().status.success(), "it finds what is wrong");
}

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn skipped(line: &str) {
    println!("{line}");
}

#[test]
fn nginx_understands_its_example() {
    let test = "nginx_understands_its_example";
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().display().to_string();
    let subject =
        ["-subj", "/CN=crosswalk.example.com", "-keyout", &format!("{here}/privkey.pem"), "-out", &format!("{here}/fullchain.pem")];
    let request = [["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"].as_slice(), &subject].concat();
    // Checking opens what is listened on, so it is two sockets of this folder instead of ports that may be taken.
    let example = deployed("nginx.example.conf").replace("/etc/ssl/crosswalk", &here);
    let other_family = Regex::new(r"(?m)^ *listen \[::\].*\n").unwrap();
    let example = other_family.replace_all(&example, "").replace("listen 80", &format!("listen unix:{here}/plain"));
    let example = example.replace("listen 443", &format!("listen unix:{here}/tls"));
    assert_eq!(example.matches("listen unix:").count(), 2);
    fs::write(folder.path().join("crosswalk.conf"), example).unwrap();
    let paths: String =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {here}/{kind};")).concat();
    let main = format!("pid {here}/pid;error_log stderr;events {{}}http {{access_log off;{paths}include {here}/crosswalk.conf;}}");
    fs::write(folder.path().join("nginx.conf"), main).unwrap();
    let path = std::iter::once("nginx").chain(["/usr/sbin/nginx"]).find(|program| Command::new(program).arg("-v").output().is_ok());
    let Some(nginx) = path else { return skipped(&format!("SKIPPED {test}: nginx is not there")) };
    let Some(made) = run(test, "openssl", &request) else { return };
    assert!(made.status.success(), "{}", said(&made));
    let checked = run(test, nginx, &["-t", "-c", &format!("{here}/nginx.conf"), "-p", &here]).unwrap();
    assert!(checked.status.success() && !said(&checked).contains("[warn]"), "{}", said(&checked));
}

/// The example of the settings with everything set; `src/settings/example.rs` holds it complete.
fn everything_set() -> String {
    let dormant = Regex::new("(?m)^#([a-z][a-z0-9_]* = )").unwrap();
    dormant.replace_all(&deployed("crosswalk.example.toml"), "$1").into_owned()
}

fn settings_shown() -> BTreeSet<String> {
    let table: toml::Table = everything_set().parse().unwrap();
    let of_section = |(name, value): (&String, &toml::Value)| {
        let keys = value.as_table().into_iter().flat_map(toml::Table::keys);
        keys.map(|key| format!("{name}.{key}")).collect::<Vec<_>>()
    };
    table.iter().flat_map(of_section).collect()
}

#[test]
fn the_limits_of_the_example_are_those_that_hold_without_it() {
    let set = Settings::parse(Some(&everything_set()), &[]).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(extract_limits(&set), ExtractLimits::default());
}

#[test]
fn what_the_papers_of_the_operator_name_is_there() {
    let help = Command::new(env!("CARGO_BIN_EXE_crosswalk")).arg("--help").output().unwrap();
    let help = said(&help);
    let command = Regex::new(r"`crosswalk ([a-z]+)").unwrap();
    let link = Regex::new(r"\]\(([^)#]+)(?:#[^)]*)?\)").unwrap();
    let proof = Regex::new(r"\(`(tests/[^`*]+)`").unwrap();
    let setting =
        Regex::new(r"`((?:server|google|stripe|billing|smtp|metrics|seal|database|worker|extract|drive|engine)\.[a-z_]+)`").unwrap();
    let shown = settings_shown();
    let mut sheets: Vec<PathBuf> = vec![root().join("README.md")];
    for folder in ["deploy", "deploy/google-verification"] {
        sheets.extend(
            fs::read_dir(root().join(folder))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == "md")),
        );
    }
    assert!(sheets.len() > 6, "{sheets:?}");
    for sheet in sheets {
        let text = fs::read_to_string(&sheet).unwrap();
        let name = sheet.display();
        for found in command.captures_iter(&text) {
            assert!(help.lines().any(|line| line.trim_start().starts_with(&format!("{} ", &found[1]))), "{name}: crosswalk {}", &found[1]);
        }
        for found in link.captures_iter(&text).filter(|found| !found[1].contains("://") && !found[1].starts_with("mailto:")) {
            assert!(sheet.parent().unwrap().join(&found[1]).exists(), "{name} leads to {}", &found[1]);
        }
        for found in proof.captures_iter(&text) {
            assert!(root().join(&found[1]).exists(), "{name}: {}", &found[1]);
        }
        // Google's scopes look like settings of `drive`.
        let is_scope = |name: &str| ["drive.file", "drive.readonly", "drive.metadata"].contains(&name);
        for found in setting.captures_iter(&text).filter(|found| !is_scope(&found[1])) {
            assert!(shown.contains(&found[1]), "{name}: {}", &found[1]);
        }
    }
}
