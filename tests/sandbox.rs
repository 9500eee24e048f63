//! The confinement of the reader process: it is in force on this kernel, every forbidden thing is really refused, and
//! where the kernel lacks a part, that is named and nothing is read. Old kernels are simulated by a filter that answers
//! the calls in question as such a kernel does.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crosswalk::evidence::Unreadable;
use crosswalk::extract::{ChildExtractor, ForbiddenAct, Guard, SandboxDemand, SandboxReport, Standing, forbid_core_dumps, probe_sandbox};
use crosswalk::ports::{ExtractLimits, Extraction};
use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr};
use seccompiler::{SeccompAction, SeccompFilter};

const PROGRAM: &str = env!("CARGO_BIN_EXE_crosswalk");
const WORDS: &[u8] = b"# Scope\n\nAll devices of the company.\n";

/// Whether the kernel of this machine has what the confinement needs, asked by other ways than those under test.
fn kernel_can_confine() -> bool {
    let landlock = Ruleset::default().set_compatibility(CompatLevel::HardRequirement).handle_access(AccessFs::from_all(ABI::V1));
    let seccomp = std::fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail").is_ok_and(|actions| actions.contains("errno"));
    let can = landlock.is_ok() && seccomp;
    if !can {
        let _ = writeln!(std::io::stderr(), "SKIPPED: the kernel of this machine has no Landlock or no seccomp filter");
    }
    can
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Runs `work` in a thread for whose child processes these calls do not exist.
fn on_kernel_without<T: Send + 'static>(calls: &[i64], work: impl FnOnce() -> T + Send + 'static) -> T {
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let absent = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, absent, std::env::consts::ARCH.try_into().unwrap()).unwrap();
    let program: seccompiler::BpfProgram = filter.try_into().unwrap();
    std::thread::spawn(move || {
        seccompiler::apply_filter(&program).unwrap();
        work()
    })
    .join()
    .unwrap()
}

fn extractor(demand: SandboxDemand) -> ChildExtractor {
    ChildExtractor::new(PathBuf::from(PROGRAM), ExtractLimits::default()).with_sandbox(demand)
}

fn read(demand: SandboxDemand) -> Extraction {
    block_on(extractor(demand).read_bytes("a.md", "", WORDS.to_vec()))
}

fn reason(extraction: Extraction) -> Unreadable {
    match extraction {
        Extraction::Unreadable(reason) => reason,
        Extraction::Document(_) => panic!("it was read"),
    }
}

fn refusals(report: &SandboxReport) -> Vec<(Guard, ForbiddenAct, bool)> {
    let mut found: Vec<_> = report.attempts.iter().map(|attempt| (attempt.guard, attempt.act, attempt.is_refused)).collect();
    found.sort();
    found
}

const TRIED: [(Guard, ForbiddenAct); 13] = [
    (Guard::Landlock, ForbiddenAct::OpenFile),
    (Guard::Landlock, ForbiddenAct::WriteFile),
    (Guard::Landlock, ForbiddenAct::StartProcess),
    (Guard::Seccomp, ForbiddenAct::OpenFile),
    (Guard::Seccomp, ForbiddenAct::WriteFile),
    (Guard::Seccomp, ForbiddenAct::StartProcess),
    (Guard::Seccomp, ForbiddenAct::StartThread),
    (Guard::Seccomp, ForbiddenAct::OpenSocket),
    (Guard::Seccomp, ForbiddenAct::ListenOnTcp),
    (Guard::Seccomp, ForbiddenAct::ConnectSocket),
    (Guard::Seccomp, ForbiddenAct::ReadOtherDescriptor),
    (Guard::Seccomp, ForbiddenAct::WriteOtherDescriptor),
    (Guard::Seccomp, ForbiddenAct::ChangeLimits),
];

#[test]
fn every_forbidden_thing_is_refused() {
    if !kernel_can_confine() {
        return;
    }
    let report = block_on(probe_sandbox(Path::new(PROGRAM)));
    let mut expected: Vec<_> = TRIED.iter().map(|(guard, act)| (*guard, *act, true)).collect();
    // Older kernels lack these two, and the report says so.
    for (standing, act) in
        [(&report.landlock_network, ForbiddenAct::ListenOnTcp), (&report.landlock_scopes, ForbiddenAct::ReachOtherProcess)]
    {
        if *standing == Standing::Enforced {
            expected.push((Guard::Landlock, act, true));
        }
    }
    expected.sort();
    assert_eq!(refusals(&report), expected, "{report:?}");
    assert!(report.is_fully_enforced() && report.shortfalls().is_empty(), "{report:?}");
    assert_eq!(reason_or_words(read(SandboxDemand::Required)), "Scope\nAll devices of the company.\n");
}

fn reason_or_words(extraction: Extraction) -> String {
    match extraction {
        Extraction::Document(document) => document.plain_text(),
        Extraction::Unreadable(reason) => reason.in_words(),
    }
}

/// The probe would notice: where nothing is in force, what it tries succeeds.
#[test]
fn what_is_not_confined_is_refused_nothing() {
    let report = on_kernel_without(&[libc::SYS_landlock_create_ruleset, libc::SYS_seccomp], || block_on(probe_sandbox(Path::new(PROGRAM))));
    let lets_through = |guard, act| refusals(&report).contains(&(guard, act, false));
    for act in [ForbiddenAct::OpenFile, ForbiddenAct::WriteFile, ForbiddenAct::StartProcess] {
        assert!(lets_through(Guard::Landlock, act), "{act:?}: {report:?}");
    }
    for act in
        [ForbiddenAct::StartThread, ForbiddenAct::ReadOtherDescriptor, ForbiddenAct::WriteOtherDescriptor, ForbiddenAct::ChangeLimits]
    {
        assert!(lets_through(Guard::Seccomp, act), "{act:?}: {report:?}");
    }
    assert!(!report.is_fully_enforced());
    assert_eq!(report.shortfalls().len(), 2, "{:?}", report.shortfalls());
}

#[test]
fn a_missing_feature_is_named_and_fails_closed() {
    if !kernel_can_confine() {
        return;
    }
    for (call, name) in [(libc::SYS_landlock_create_ruleset, "Landlock"), (libc::SYS_seccomp, "seccomp")] {
        let (required, best_effort, report) = on_kernel_without(&[call], || {
            (read(SandboxDemand::Required), read(SandboxDemand::BestEffort), block_on(probe_sandbox(Path::new(PROGRAM))))
        });
        let required = reason(required);
        assert!(matches!(&required, Unreadable::NotConfined { missing } if missing.starts_with(name)), "{name}: {required:?}");
        assert!(required.in_words().contains("no fault of the file"));
        assert_eq!(reason_or_words(best_effort), "Scope\nAll devices of the company.\n", "{name}");
        assert!(!report.is_fully_enforced(), "{name}");
        let shortfalls = report.shortfalls();
        assert!(shortfalls.len() == 1 && shortfalls[0].advice.contains("kernel"), "{name}: {shortfalls:?}");
    }
}

/// One guard makes up for the other: without Landlock the filter alone refuses files, sockets and processes.
#[test]
fn each_guard_holds_by_itself() {
    if !kernel_can_confine() {
        return;
    }
    let without_landlock = on_kernel_without(&[libc::SYS_landlock_create_ruleset], || block_on(probe_sandbox(Path::new(PROGRAM))));
    let without_seccomp = on_kernel_without(&[libc::SYS_seccomp], || block_on(probe_sandbox(Path::new(PROGRAM))));
    for (report, guard) in [(without_landlock, Guard::Seccomp), (without_seccomp, Guard::Landlock)] {
        let of_guard: Vec<_> = report.attempts.iter().filter(|attempt| attempt.guard == guard).collect();
        assert!(of_guard.len() >= 3 && of_guard.iter().all(|attempt| attempt.is_refused), "{guard:?}: {report:?}");
    }
}

#[test]
fn a_program_that_gives_no_report_is_not_confined() {
    for program in ["/bin/false", "/bin/cat", "/nowhere/reader"] {
        let report = block_on(probe_sandbox(Path::new(program)));
        assert!(!report.is_fully_enforced() && !report.shortfalls().is_empty(), "{program}: {report:?}");
    }
}

/// The opening line as the program sends it.
fn opening(demand: &str) -> String {
    let limits = r#"{"file_bytes":1000000,"text_bytes":1000000,"blocks":1000,"pages":10,"zip_entries":10,"zip_part_bytes":1000000,"zip_total_bytes":1000000,"xml_depth":10,"memory_bytes":1000000000,"cpu_seconds":10,"wall_seconds":10}"#;
    format!("{{\"limits\":{limits},\"demand\":\"{demand}\",\"task\":\"read\"}}\n")
}

fn start_child() -> std::process::Child {
    Command::new(PROGRAM)
        .arg("extract-child")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// It says no before anything that a stranger wrote is there to be looked at.
#[test]
fn a_reader_that_cannot_confine_itself_does_not_wait_for_the_file() {
    let answer = on_kernel_without(&[libc::SYS_landlock_create_ruleset], || {
        let mut child = start_child();
        let mut input = child.stdin.take().unwrap();
        input.write_all(opening("required").as_bytes()).unwrap();
        input.flush().unwrap();
        let mut answer = String::new();
        child.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
        assert!(child.wait().unwrap().success());
        drop(input);
        answer
    });
    assert!(answer.contains("not-confined") && answer.contains("Landlock"), "{answer}");
}

/// A second customer's file can never reach a process that has read a first one.
#[test]
fn a_reader_process_reads_one_file_and_ends() {
    let mut child = start_child();
    let request = format!("{}{{\"name\":\"a.md\",\"mime\":\"\"}}\nfirst words\n", opening("best-effort"));
    let mut input = child.stdin.take().unwrap();
    input.write_all(request.as_bytes()).unwrap();
    input.write_all(request.replace("first", "second").as_bytes()).unwrap();
    drop(input);
    let mut answer = String::new();
    child.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
    assert!(child.wait().unwrap().success());
    let mut answers = serde_json::Deserializer::from_str(&answer).into_iter::<serde_json::Value>();
    assert!(answers.next().unwrap().unwrap().get("document").is_some(), "{answer}");
    assert!(answers.next().is_none(), "two answers: {answer}");
}

/// Descriptors that the shell left open lead nowhere: the confined reader still answers, and `read` on any of them is
/// among what the probe tries.
#[test]
fn an_inherited_descriptor_does_not_disturb_it() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("reader");
    std::fs::write(&script, format!("#!/bin/sh\nexec 7</etc/passwd 8>&1\nexec {PROGRAM} \"$@\"\n")).unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let extractor = ChildExtractor::new(script, ExtractLimits::default()).with_sandbox(SandboxDemand::BestEffort);
    assert_eq!(reason_or_words(block_on(extractor.read_bytes("a.md", "", WORDS.to_vec()))), "Scope\nAll devices of the company.\n");
    if kernel_can_confine() {
        assert!(block_on(extractor.probe_sandbox()).is_fully_enforced());
    }
}

/// At the terminal the operator decides: by default it reads with what there is.
#[test]
fn the_setting_reaches_the_commands() {
    if !kernel_can_confine() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("QMS")).unwrap();
    std::fs::write(folder.path().join("QMS/a.md"), WORDS).unwrap();
    let run = |arguments: &'static [&str], setting: Option<&'static str>| {
        let folder = folder.path().to_owned();
        on_kernel_without(&[libc::SYS_landlock_create_ruleset], move || {
            let mut command = Command::new(PROGRAM);
            command.args(arguments).current_dir(folder).env_remove("CROSSWALK_EXTRACT__SANDBOX");
            command.envs(setting.map(|setting| ("CROSSWALK_EXTRACT__SANDBOX", setting)));
            let output = command.output().unwrap();
            (output.status.code(), String::from_utf8(output.stderr).unwrap())
        })
    };
    let (code, words) = run(&["extract", "QMS/a.md"], Some("required"));
    assert!(code == Some(5) && words.contains("no fault of the file") && words.contains("Landlock"), "{code:?}: {words}");
    for setting in [None, Some("best-effort")] {
        assert_eq!(run(&["extract", "QMS/a.md"], setting).0, Some(0), "{setting:?}");
    }
    let reason = |setting| {
        assert_eq!(run(&["review", "QMS"], setting).0, Some(0), "{setting:?}");
        let review = std::fs::read_to_string(folder.path().join("crosswalk-report/review.json")).unwrap();
        let review: serde_json::Value = serde_json::from_str(&review).unwrap();
        review["ledger"][0]["reason"].as_str().map(str::to_owned)
    };
    assert!(reason(Some("required")).is_some_and(|reason| reason.contains("Landlock")));
    assert_eq!(reason(None), None);
}

#[test]
fn core_files_can_be_forbidden() {
    forbid_core_dumps().unwrap();
    assert_eq!(rlimit::Resource::CORE.get().unwrap(), (0, 0));
}
