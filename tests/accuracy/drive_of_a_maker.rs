//! A maker's whole Drive with planned truths, traps and twins, judged by our full entries.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crosswalk::assessment::{Assessment, DocumentObservations, Verdict};
use crosswalk::catalog::{SafetyClass, Stage};

use crate::labelled::{field, rows};
use crate::measures::Share;
use crate::reviewing;

const STANDARDS: [&str; 3] = ["iec-81001-5-1-2021", "iec-62304-2006-a1-2015", "iso-14971-2019"];

fn statuses(review: &Assessment) -> BTreeMap<(String, String), Verdict> {
    review.findings.iter().map(|f| ((f.standard.clone(), f.clause.clone()), f.status)).collect()
}

fn unpacked() -> Option<(tempfile::TempDir, PathBuf)> {
    let archive = PathBuf::from(std::env::var_os("CROSSWALK_EVAL_DIR")?).join("gold/gold.tar.xz");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let status = Command::new("tar").arg("-C").arg(folder.path()).arg("-xJf").arg(&archive).status().ok()?;
    status.success().then(|| (folder, archive.parent().map(Path::to_owned).unwrap_or_default()))
}

#[test]
fn drive_of_a_maker() {
    let Some((folder, key)) = unpacked() else {
        println!("SKIPPED drive_of_a_maker: CROSSWALK_EVAL_DIR names no folder with gold/gold.tar.xz (or tar and xz are missing)");
        return;
    };
    let catalog = reviewing::built_in();
    let full: BTreeSet<(String, String)> = catalog
        .standards
        .iter()
        .flat_map(|s| s.clauses.iter().filter(|c| c.status.stage != Stage::Structure).map(|c| (s.id.clone(), c.number.clone())))
        .collect();
    let engine = reviewing::engine(catalog, STANDARDS.map(str::to_owned).to_vec(), "clauses-4-9", SafetyClass::B);
    let files = reviewing::read_folder(&folder.path().join("base"));
    let observed = reviewing::examine(&engine, &files);
    let nothing = BTreeMap::new();
    let base = reviewing::conclude(&engine, &files, &observed, |_| true, &nothing);
    let got = statuses(&base);
    let of = |row: &serde_json::Value| (field(row, "standard"), field(row, "clause"));

    let mut supported = Share::default();
    let mut missed = Share::default();
    let mut false_supported = Share::default();
    let mut traps: BTreeMap<String, Share> = BTreeMap::new();
    let mut per_standard: BTreeMap<String, (Share, Share)> = BTreeMap::new();
    let verbose = std::env::var_os("CROSSWALK_ACCURACY_VERBOSE").is_some();
    for (row, is_extra) in rows(&key.join("key.jsonl")).iter().map(|r| (r, false)).chain(rows(&key.join("key_extra.jsonl")).iter().map(|r| (r, true))) {
        let clause = of(row);
        if !full.contains(&clause) {
            continue;
        }
        let status = got.get(&clause).copied().unwrap_or(Verdict::NotFound);
        let truth = field(row, "truth");
        let of_standard = per_standard.entry(clause.0.clone()).or_default();
        if truth == "supported" {
            if !is_extra {
                supported.count(status == Verdict::Supported);
                missed.count(status == Verdict::NotFound);
                of_standard.0.count(status == Verdict::Supported);
            }
        } else {
            false_supported.count(status == Verdict::Supported);
            of_standard.1.count(status == Verdict::Supported);
            let trap = field(row, "trap");
            if !trap.is_empty() {
                traps.entry(trap).or_default().count(status == Verdict::Supported);
            }
        }
        if verbose {
            println!("[drive] {} {} truth {truth} {} got {} | {}", clause.0, clause.1, field(row, "trap"), status.word(), field(row, "why"));
            let finding = base.findings.iter().find(|f| (&f.standard, &f.clause) == (&clause.0, &clause.1)).expect("it is planned");
            for constraint in &finding.constraints {
                println!("    {} {} | {} | {}", constraint.id, constraint.verdict.word(), constraint.shall, constraint.components.because);
                for evidence in constraint.evidence.iter().take(2) {
                    println!("      {:.3} {} — {}", evidence.strength.value(), evidence.path, evidence.quote);
                }
            }
            for e in row.get("evidence").and_then(serde_json::Value::as_array).into_iter().flatten() {
                println!("      TRUTH {} — {} [{}]", field(e, "path"), field(e, "quote"), field(e, "locator"));
            }
        }
    }

    let (mut falls, mut stays) = (Share::default(), Share::default());
    for twin in rows(&key.join("twins.jsonl")) {
        let overlay = folder.path().join("twins").join(field(&twin, "id")).join("files");
        let changed = reviewing::read_folder(&overlay);
        let instead: BTreeMap<String, DocumentObservations> = changed
            .iter()
            .zip(reviewing::examine(&engine, &changed))
            .filter_map(|(file, observations)| observations.map(|o| (file.file.path.clone(), o)))
            .collect();
        assert!(instead.keys().all(|path| files.iter().any(|f| f.file.path == *path)), "a twin only changes files");
        let after = statuses(&reviewing::conclude(&engine, &files, &observed, |_| true, &instead));
        let clauses = |name: &str| -> Vec<(String, String)> {
            twin.get(name).and_then(serde_json::Value::as_array).into_iter().flatten().map(&of).filter(|c| full.contains(c)).collect()
        };
        for clause in clauses("falls") {
            if got.get(&clause) == Some(&Verdict::Supported) {
                falls.count(after.get(&clause) != Some(&Verdict::Supported));
                if verbose && after.get(&clause) == Some(&Verdict::Supported) {
                    println!("[drive] twin {} {} does not fall: {} — {}", field(&twin, "id"), clause.1, field(&twin, "op"), field(&twin, "text_before"));
                }
            }
        }
        for clause in clauses("stay") {
            stays.count(after.get(&clause) >= got.get(&clause));
        }
    }

    let mut told = format!("## A maker's Drive (judged by full entries: {} clauses of the key)\n\n", supported.of + false_supported.of);
    for (name, share) in [
        ("truth supported: supported", supported),
        ("truth supported: not found", missed),
        ("truth weak or not found: called supported", false_supported),
        ("twins: falls", falls),
        ("twins: others stay", stays),
    ] {
        let _ = writeln!(told, "- {name}: {share}");
    }
    for (standard, (right, wrong)) in &per_standard {
        let _ = writeln!(told, "- {standard}: supported {right}; called supported wrongly {wrong}");
    }
    for (trap, share) in &traps {
        let _ = writeln!(told, "- trap {trap}: called supported {share}");
    }
    println!("{told}");
    crate::report("drive-of-a-maker", &told);
}
