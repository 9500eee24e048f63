//! Mini documents in many makers' voices, English and German, written for every full entry by hands that had not seen
//! the rules: what fulfils a clause, and near misses. One in three was kept from whoever wrote cues and is reported by
//! itself. Data: `tests/accuracy/voices/*.jsonl`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crosswalk::assessment::{Engine, Finding, Verdict};
use crosswalk::catalog::SafetyClass;
use serde_json::Value;

use crate::labelled::{field, rows};
use crate::measures::Share;
use crate::reviewing;

struct Voice {
    standard: String,
    clause: String,
    language: String,
    is_supported: bool,
    why: String,
    document: String,
    is_held_out: bool,
}

fn voices() -> Vec<Voice> {
    let folder = std::env::var_os("CROSSWALK_ACCURACY_VOICES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accuracy/voices"), PathBuf::from);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.iter().filter(|f| f.extension().is_some_and(|e| e == "jsonl")).flat_map(|file| rows(file)).map(|row| voice(&row)).collect()
}

fn voice(row: &Value) -> Voice {
    let document = field(row, "doc");
    // FNV-1a over the text: the same third whatever else is added.
    let hash = document.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Voice {
        standard: field(row, "standard"),
        clause: field(row, "clause"),
        language: field(row, "lang"),
        is_supported: field(row, "truth") == "supported",
        why: field(row, "why").split([' ', ':', ',', ';']).next().unwrap_or_default().to_owned(),
        is_held_out: hash % 3 == 0,
        document,
    }
}

fn judged(engine: &Engine, voice: &Voice) -> Vec<Finding> {
    let title = voice.document.lines().next().unwrap_or_default().trim_start_matches('#').trim();
    let name: String = title.chars().map(|c| if c == '/' { '-' } else { c }).take(80).collect();
    let files = [reviewing::read(&format!("{name}.md"), voice.document.as_bytes())];
    let observed = reviewing::examine(engine, &files);
    let review = reviewing::conclude(engine, &files, &observed, |_| true, &BTreeMap::new());
    let is_own = |f: &Finding| f.standard == voice.standard && f.clause == voice.clause;
    review.findings.into_iter().filter(|f| f.status == Verdict::Supported || is_own(f)).collect()
}

/// Documents written for other clauses that are called evidence for each clause. Some are; many are chance.
fn foreign(all: &[Voice], findings: &[Vec<Finding>], is_verbose: bool) -> Share {
    let mut share = Share::default();
    for (voice, findings) in all.iter().zip(findings) {
        for finding in findings.iter().filter(|f| f.standard != voice.standard || f.clause != voice.clause) {
            share.hits += 1;
            if is_verbose && !voice.is_held_out {
                let quotes: Vec<&str> = finding
                    .constraints
                    .iter()
                    .filter(|c| c.verdict == Verdict::Supported)
                    .filter_map(|c| c.evidence.first().map(|e| e.quote.as_str()))
                    .collect();
                println!(
                    "[foreign] {} {} by a document for {} {}: {quotes:?}",
                    finding.standard, finding.clause, voice.standard, voice.clause
                );
            }
        }
    }
    share.of = all.len();
    share
}

fn tell(voice: &Voice, finding: &Finding) {
    println!(
        "[voice] {} {} {} truth {} {} got {}\n{}\n",
        voice.standard,
        voice.clause,
        voice.language,
        if voice.is_supported { "supported" } else { "near miss" },
        voice.why,
        finding.status.word(),
        voice.document.trim()
    );
    for constraint in &finding.constraints {
        let quote = constraint.evidence.first().map(|e| e.quote.as_str()).unwrap_or_default();
        println!(
            "    {} {} | {} | {} | {quote}",
            constraint.id,
            constraint.verdict.word(),
            constraint.shall,
            constraint.components.because
        );
    }
    println!();
}

#[test]
fn voices_of_many_makers() {
    let catalog = reviewing::built_in();
    let standards = catalog.standards.iter().filter(|s| s.id.starts_with('i')).map(|s| s.id.clone()).collect();
    let engine = reviewing::engine(catalog, standards, "all", SafetyClass::C);
    let only = std::env::var("CROSSWALK_ACCURACY_CLAUSES").ok().map(|pattern| regex::Regex::new(&pattern).expect("a pattern"));
    let all: Vec<Voice> =
        voices().into_iter().filter(|v| only.as_ref().is_none_or(|p| p.is_match(&format!("{} {}", v.standard, v.clause)))).collect();
    let findings = reviewing::in_parallel(&all, |voice| judged(&engine, voice));
    let is_verbose = std::env::var_os("CROSSWALK_ACCURACY_VERBOSE").is_some();
    let mut shares: BTreeMap<String, (Share, Share, Share)> = BTreeMap::new();
    let mut traps: BTreeMap<String, Share> = BTreeMap::new();
    for (voice, finding) in all.iter().zip(&findings) {
        let finding = finding.iter().find(|f| f.standard == voice.standard && f.clause == voice.clause);
        let finding = finding.unwrap_or_else(|| panic!("{} {} is judged", voice.standard, voice.clause));
        let is_supported = finding.status == Verdict::Supported;
        let part = if voice.is_held_out { "kept from the authors of cues" } else { "seen by them" };
        for name in [format!("{part}, all"), format!("{part}, {}", voice.language), format!("{part}, {}", voice.standard)] {
            let (supported, seen, wrong) = shares.entry(name).or_default();
            if voice.is_supported {
                supported.count(is_supported);
                seen.count(finding.status >= Verdict::Weak);
            } else {
                wrong.count(is_supported);
            }
        }
        if !voice.is_supported {
            traps.entry(voice.why.clone()).or_default().count(is_supported);
        }
        if is_verbose && !voice.is_held_out && is_supported != voice.is_supported {
            tell(voice, finding);
        }
    }
    let mut told = format!("## Mini documents by many makers ({})\n\n", all.len());
    told.push_str("| | truth supported: supported | or weak | near miss called supported |\n|---|---|---|---|\n");
    for (name, (supported, seen, wrong)) in &shares {
        let _ = writeln!(told, "| {name} | {supported} | {seen} | {wrong} |");
    }
    for (trap, share) in &traps {
        let _ = writeln!(told, "- {trap}: called supported {share}");
    }
    let others = foreign(&all, &findings, is_verbose);
    let _ = writeln!(told, "- clauses of others called supported: {} over {} documents", others.hits, others.of);
    println!("{told}");
    crate::report("voices", &told);
    if only.is_none() {
        let (supported, _, wrong) =
            shares.iter().find(|(name, _)| name.starts_with("kept") && name.ends_with("all")).map(|(_, s)| *s).unwrap_or_default();
        assert!(supported.value() >= 0.35 && wrong.value() <= 0.25, "supported {supported}, wrongly {wrong}");
    }
}
