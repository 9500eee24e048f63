//! Labelled sources: ranking, verdicts, and what happens when the evidence is taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crosswalk::assessment::{Assessment, DocumentObservations, Engine, Verdict};
use crosswalk::catalog::SafetyClass;
use crosswalk::evidence::{Block, BlockKind, Document};

use crate::labelled::{self, Key, LabelledSource, bare};
use crate::measures::{Mean, Share, area_under_curve, recall};
use crate::reviewing::{self, ReadFile};

/// What was measured of one source.
#[derive(Default)]
pub struct Figures {
    pub name: String,
    pub files: (Mean, Mean, Mean),
    pub opaque: (Mean, Mean, Mean),
    pub sections: (Mean, Mean, Mean),
    pub covered_supported: Share,
    pub covered_seen: Share,
    pub stubs_supported: Share,
    pub uncovered_supported: Share,
    pub half_supported: Share,
    pub removed_falls: Share,
    pub removed_keeps: Share,
    pub hollow_falls: Share,
    pub hollow_keeps: Share,
    pub area: f64,
    pub quotes: Share,
}

/// Measures one source with its requirements judged by their words alone, or by our entries where there is one.
pub fn measure(source: &LabelledSource, no_alias: bool) -> Figures {
    let (catalog, standards) = reviewing::with_requirements(reviewing::built_in(), &source.requirements, no_alias);
    let engine = reviewing::engine(catalog, standards, "clauses-4-9", SafetyClass::C);
    let observed = reviewing::examine(&engine, &source.files);
    let none = BTreeMap::new();
    let base = reviewing::conclude(&engine, &source.files, &observed, |_| true, &none);
    let mut figures = Figures { name: source.name.clone(), ..Figures::default() };
    rank(source, &base, &BTreeMap::new(), &mut figures.files, Some(&mut figures.sections));
    let renamed = reviewing::renamed(&source.files, &source.opaque_names);
    let inverse: BTreeMap<String, String> = source.opaque_names.iter().map(|(a, b)| (b.clone(), a.clone())).collect();
    let unnamed = reviewing::conclude(&engine, &renamed, &reviewing::examine(&engine, &renamed), |_| true, &none);
    rank(source, &unnamed, &inverse, &mut figures.opaque, None);
    verdicts(source, &base, &mut figures);
    quotes(source, &base, &mut figures);
    take_away(source, &engine, &observed, &base, &mut figures);
    if std::env::var_os("CROSSWALK_ACCURACY_VERBOSE").is_some() {
        tell(source, &base);
    }
    if let Some(path) = std::env::var_os("CROSSWALK_ACCURACY_FEATURES") {
        features(source, &engine, &observed, std::path::Path::new(&path));
    }
    figures
}

/// Only the verdicts, by the requirements' own words, without some vetoes.
pub fn measure_verdicts(source: &LabelledSource, left_out: &[&str]) -> Figures {
    let (catalog, standards) = reviewing::with_requirements(reviewing::built_in(), &source.requirements, true);
    let engine = reviewing::engine(catalog, standards, "clauses-4-9", SafetyClass::C).without(left_out);
    let observed = reviewing::examine(&engine, &source.files);
    let base = reviewing::conclude(&engine, &source.files, &observed, |_| true, &BTreeMap::new());
    let mut figures = Figures::default();
    verdicts(source, &base, &mut figures);
    figures
}

/// Appends what was seen in each document for each requirement as lines of JSON, for finding the best thresholds.
fn features(source: &LabelledSource, engine: &Engine, observed: &[Option<DocumentObservations>], path: &std::path::Path) {
    use std::io::Write as _;
    let mut out = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("the file can be opened");
    let clauses = engine.clauses();
    for (file, document) in source.files.iter().zip(observed) {
        for seen in document.iter().flat_map(|d| &d.observations) {
            let clause = &clauses[seen.clause_index];
            let key = (clause.standard.to_owned(), clause.reported.number.clone());
            let label = if source.covering.contains_key(&key) {
                "covers".to_owned()
            } else {
                source.uncovered.iter().find(|(_, keys)| keys.contains(&key)).map(|(l, _)| l.clone()).unwrap_or_default()
            };
            let is_covering = source.covering.get(&key).is_some_and(|files| files.contains(&file.file.path));
            let row = serde_json::json!({"source": source.name, "key": key, "title": clause.reported.title, "file": file.file.path,
                "constraint": seen.constraint_index, "label": label, "is_covering": is_covering, "verdict": seen.verdict.word(),
                "score": seen.score.value(), "components": seen.components});
            writeln!(out, "{row}").expect("the line can be written");
        }
    }
}

/// One line per labelled clause, for whoever looks for what is wrong.
fn tell(source: &LabelledSource, review: &Assessment) {
    for finding in &review.findings {
        let key = (finding.standard.clone(), finding.clause.clone());
        let truth = if let Some(files) = source.covering.get(&key) {
            format!("covered by {files:?}")
        } else if let Some((label, _)) = source.uncovered.iter().find(|(_, keys)| keys.contains(&key)) {
            label.clone()
        } else {
            continue;
        };
        println!(
            "[{}] {} {} | {} | {} {:.3} | {truth}",
            source.name,
            key.0,
            key.1,
            finding.title,
            finding.status.word(),
            finding.score.value()
        );
        for constraint in &finding.constraints {
            println!("    {} {} — {}", constraint.id, constraint.verdict.word(), constraint.components.because);
            for evidence in constraint.evidence.iter().take(3) {
                let heading = evidence.locator.heading_path.last().cloned().unwrap_or_default();
                println!("      {:.3} {} [{heading}] {}", evidence.strength.value(), evidence.path, evidence.quote);
            }
        }
    }
}

fn rank(
    source: &LabelledSource,
    review: &Assessment,
    names: &BTreeMap<String, String>,
    files: &mut (Mean, Mean, Mean),
    mut sections: Option<&mut (Mean, Mean, Mean)>,
) {
    for finding in &review.findings {
        let key = (finding.standard.clone(), finding.clause.clone());
        let Some(relevant) = source.covering.get(&key) else { continue };
        let ranked = reviewing::ranked_evidence(finding);
        let own = |path: &String| names.get(path).unwrap_or(path).clone();
        let paths: Vec<String> = ranked.iter().map(|(path, _, _)| own(path)).collect();
        let relevant: Vec<String> = relevant.iter().cloned().collect();
        let (one, three, reciprocal) = recall(&paths, &relevant);
        files.0.add(one);
        files.1.add(three);
        files.2.add(reciprocal);
        if let (Some(wanted), Some(sections)) = (source.sections.get(&key), sections.as_deref_mut()) {
            let places: Vec<(String, String)> =
                ranked.iter().map(|(path, heading, _)| (own(path), bare(heading.as_deref().unwrap_or_default()))).collect();
            let wanted: Vec<(String, String)> = wanted.iter().cloned().collect();
            let (one, three, reciprocal) = recall(&places, &wanted);
            sections.0.add(one);
            sections.1.add(three);
            sections.2.add(reciprocal);
        }
    }
}

fn verdicts(source: &LabelledSource, review: &Assessment, figures: &mut Figures) {
    let (mut covered, mut uncovered) = (Vec::new(), Vec::new());
    for finding in &review.findings {
        let key: Key = (finding.standard.clone(), finding.clause.clone());
        let is_supported = finding.status == Verdict::Supported;
        if source.covering.contains_key(&key) {
            figures.covered_supported.count(is_supported);
            figures.covered_seen.count(finding.status >= Verdict::Weak);
            covered.push(finding.score.value());
        }
        for (label, keys) in &source.uncovered {
            if keys.contains(&key) {
                match label.as_str() {
                    "template_only" => figures.stubs_supported.count(is_supported),
                    "weak" => figures.half_supported.count(is_supported),
                    _ => figures.uncovered_supported.count(is_supported),
                }
                if label != "weak" {
                    uncovered.push(finding.score.value());
                }
            }
        }
    }
    figures.area = area_under_curve(&covered, &uncovered);
}

fn quotes(source: &LabelledSource, review: &Assessment, figures: &mut Figures) {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let texts: BTreeMap<&str, String> =
        source.files.iter().filter_map(|f| f.document.as_ref().ok().map(|d| (f.file.path.as_str(), squeeze(&d.plain_text())))).collect();
    for evidence in review.findings.iter().flat_map(|f| &f.constraints).flat_map(|c| &c.evidence) {
        figures.quotes.count(texts.get(evidence.path.as_str()).is_some_and(|text| text.contains(&squeeze(&evidence.quote))));
    }
}

/// For every covered clause whose verdict can fall: without its files, and with its files hollowed, it must fall; the
/// clauses that other files cover must stay.
fn take_away(
    source: &LabelledSource,
    engine: &Engine,
    observed: &[Option<DocumentObservations>],
    base: &Assessment,
    figures: &mut Figures,
) {
    let place: BTreeMap<Key, usize> =
        base.findings.iter().enumerate().map(|(at, f)| ((f.standard.clone(), f.clause.clone()), at)).collect();
    let hollowed: BTreeMap<String, DocumentObservations> = reviewing::in_parallel(&source.files, |one| hollow(engine, one))
        .into_iter()
        .zip(&source.files)
        .filter_map(|(observations, one)| observations.map(|o| (one.file.path.clone(), o)))
        .collect();
    // Clauses of the same files are taken away together, once.
    let mut groups: BTreeMap<&BTreeSet<String>, Vec<&Key>> = BTreeMap::new();
    for (key, files) in &source.covering {
        groups.entry(files).or_default().push(key);
    }
    let nothing = BTreeMap::new();
    for (files, keys) in groups {
        let without = reviewing::conclude(engine, &source.files, observed, |path| !files.contains(path), &nothing);
        let instead = hollowed.iter().filter(|(p, _)| files.contains(*p)).map(|(p, o)| (p.clone(), o.clone())).collect();
        let hollow = reviewing::conclude(engine, &source.files, observed, |_| true, &instead);
        for (variant, falls, keeps) in [
            (&without, &mut figures.removed_falls, &mut figures.removed_keeps),
            (&hollow, &mut figures.hollow_falls, &mut figures.hollow_keeps),
        ] {
            for key in &keys {
                let Some(at) = place.get(*key) else { continue };
                falls.count(variant.findings[*at].status < base.findings[*at].status && variant.findings[*at].status < Verdict::Supported);
            }
            for (other, their_files) in &source.covering {
                if let Some(at) = place.get(other)
                    && their_files.is_disjoint(files)
                {
                    keeps.count(variant.findings[*at].status >= base.findings[*at].status);
                }
            }
        }
    }
}

/// The observations of a document that kept its headings and lost its text.
fn hollow(engine: &Engine, one: &ReadFile) -> Option<DocumentObservations> {
    let document = one.document.as_ref().ok()?;
    let mut blocks = Vec::new();
    let filler = |of: &Block| Block { kind: BlockKind::Paragraph, text: "[To be completed]".into(), ..of.clone() };
    for block in &document.blocks {
        if matches!(block.kind, BlockKind::Heading { .. }) {
            blocks.push(block.clone());
            blocks.push(filler(block));
        }
    }
    if blocks.is_empty() {
        blocks.push(filler(document.blocks.first()?));
    }
    Some(engine.examine(&one.file, &Document { blocks, ..(**document).clone() }))
}

impl Figures {
    /// Rows of the table, as name and value.
    fn rows(&self) -> Vec<(&'static str, String)> {
        let triple = |m: &(Mean, Mean, Mean)| {
            if m.0.of == 0 {
                "–".to_owned()
            } else {
                format!("{:.3} / {:.3} / {:.3} (n {})", m.0.value(), m.1.value(), m.2.value(), m.0.of)
            }
        };
        vec![
            ("files recall@1 / @3 / MRR", triple(&self.files)),
            ("the same, opaque names", triple(&self.opaque)),
            ("sections recall@1 / @3 / MRR", triple(&self.sections)),
            ("covered: supported", self.covered_supported.to_string()),
            ("covered: supported or weak", self.covered_seen.to_string()),
            ("stubs called supported", self.stubs_supported.to_string()),
            ("not covered, called supported", self.uncovered_supported.to_string()),
            ("half covered, called supported", self.half_supported.to_string()),
            ("evidence removed: falls", self.removed_falls.to_string()),
            ("evidence removed: others stay", self.removed_keeps.to_string()),
            ("hollowed: falls", self.hollow_falls.to_string()),
            ("hollowed: others stay", self.hollow_keeps.to_string()),
            ("AUC covered against not", if self.area.is_nan() { "–".into() } else { format!("{:.3}", self.area) }),
            ("quotes verbatim", self.quotes.to_string()),
        ]
    }
}

/// The table of several sources, a column each.
pub fn table(title: &str, all: &[Figures]) -> String {
    let mut out = format!("## {title}\n\n| |");
    for one in all {
        let _ = write!(out, " {} |", one.name);
    }
    let _ = write!(out, "\n|---|{}\n", "---|".repeat(all.len()));
    let columns: Vec<_> = all.iter().map(Figures::rows).collect();
    for row in 0..columns.first().map_or(0, Vec::len) {
        let _ = write!(out, "| {} |", columns[0][row].0);
        for column in &columns {
            let _ = write!(out, " {} |", column[row].1);
        }
        out.push('\n');
    }
    out
}

/// What must hold of every source, own words or entries: far enough below the figures that noise passes, near enough that
/// a judgement which got worse does not. The figures themselves are in the report.
fn hold_the_floors(all: &[Figures]) {
    for figures in all {
        let name = &figures.name;
        let is_own = name.starts_with("own");
        assert!(figures.quotes.hits == figures.quotes.of, "{name}: a quote is not in its document");
        assert!(figures.files.0.value() >= if is_own { 0.75 } else { 0.58 }, "{name}: files recall@1 {}", figures.files.0.value());
        assert!(figures.opaque.0.value() >= figures.files.0.value() - 0.08, "{name}: opaque names cost too much");
        assert!(figures.covered_seen.value() >= 0.85, "{name}: covered clauses seen {}", figures.covered_seen);
        assert!(figures.covered_supported.value() >= 0.22, "{name}: covered clauses supported {}", figures.covered_supported);
        let false_supported = figures.uncovered_supported.hits + figures.half_supported.hits;
        assert!(false_supported <= 2, "{name}: uncovered or half covered clauses called supported: {false_supported}");
        assert!(figures.stubs_supported.hits <= 2, "{name}: stubs called supported {}", figures.stubs_supported);
        assert!(figures.removed_keeps.value() >= 0.95 && figures.hollow_keeps.value() >= 0.95, "{name}: verdicts of other clauses fall");
    }
}

/// Five hundred files that have nothing to do with it change no verdict: words are weighed by tables, not by the Drive.
#[test]
fn unrelated_files_change_no_verdict() {
    let source = labelled::sources().into_iter().find(|s| s.name == "own: maker").expect("our own set is there");
    let (catalog, standards) = reviewing::with_requirements(reviewing::built_in(), &source.requirements, true);
    let engine = reviewing::engine(catalog, standards, "clauses-4-9", SafetyClass::C);
    let dishes = ["pea soup", "dumplings", "apple cake", "rye bread", "baked trout", "noodles", "red cabbage"];
    let menu = |number: usize| {
        let dish = dishes[number % dishes.len()];
        format!(
            "# Canteen, week {number}\n\nOn Monday the kitchen serves {dish} with salad.\n\nThe {dish} costs {} euros.\n",
            number % 9 + 3
        )
    };
    let mut files: Vec<ReadFile> = source.files.iter().map(|f| ReadFile { file: f.file.clone(), document: f.document.clone() }).collect();
    let alone = files.len();
    files.extend((0..500).map(|n| reviewing::read(&format!("Canteen/Menu week {n}.md"), menu(n).as_bytes())));
    let observed = reviewing::examine(&engine, &files);
    let nothing = BTreeMap::new();
    let before = reviewing::conclude(&engine, &files[..alone], &observed[..alone], |_| true, &nothing);
    let after = reviewing::conclude(&engine, &files, &observed, |_| true, &nothing);
    for (before, after) in before.findings.iter().zip(&after.findings) {
        assert!(before.status == after.status && before.score == after.score, "{} {}", before.standard, before.clause);
    }
}

#[test]
fn labelled_documents() {
    let sources = labelled::sources();
    for (title, no_alias) in [("Imported requirements, by their own words", true), ("The same, by our entries where there is one", false)] {
        let figures: Vec<Figures> = sources.iter().map(|s| measure(s, no_alias)).collect();
        let told = table(title, &figures);
        println!("{told}");
        hold_the_floors(&figures);
        crate::report(if no_alias { "labelled-own-words" } else { "labelled" }, &told);
    }
}
