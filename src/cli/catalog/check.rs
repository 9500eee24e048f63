//! `crosswalk catalog check`.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::assessment::{CatalogTrials, PassageChecker, Removals, Verdict};
use crate::catalog::{
    Catalog, CatalogText, FailedTest, Mistake, OwnTests, Stage, catch_all_concepts, constraint_ids, disagreeing_mappings, passages_alike,
    repeated_sentences, test_names, test_passages, unused_concepts,
};
use crate::cli::catalog::{SourceArgs, mistakes, read};
use crate::cli::{Exit, Failure};

/// Most passages in a thousand that may alone support an entry which they were not written for, per pair of standards.
/// Neighbouring clauses ask for nearly the same, so it is not zero.
const LEAK_CEILING: usize = 6;

/// Finds every mistake and runs the entries' own tests; gives the summary to print.
pub(super) fn run(source: &SourceArgs) -> Result<String, Failure> {
    let opened = read(source.catalog.as_deref(), source.no_alias)?;
    let Some(catalog) = opened.catalog else { return Err(mistakes::failure(opened.mistakes.len())) };
    let names = test_names(&catalog);
    let Some(checker) = PassageChecker::new(&catalog) else {
        return Err(Failure::new(Exit::Internal, "the judge refuses this catalog, so the passages were not tested", "Report this."));
    };
    // Both take long, and neither waits for the other.
    let (passages, trials) = std::thread::scope(|scope| {
        let passages = scope.spawn(|| judged_passages(&catalog, &checker));
        let trials = tried(&checker);
        (passages.join(), trials)
    });
    let Ok(passages) = passages else {
        return Err(Failure::new(Exit::Internal, "the passages could not be tested to the end", "Report this."));
    };
    let (known, failed): (Vec<_>, Vec<_>) = names.failed.into_iter().chain(passages.failed).partition(|test| test.is_known);
    let mut failed: Vec<Mistake> = failed.iter().map(|test| as_mistake(test, &opened.texts)).collect();
    let apart = repeated_sentences(&catalog)
        .into_iter()
        .chain(passages_alike(&catalog))
        .chain(disagreeing_mappings(&catalog))
        .chain(catch_all_concepts(&catalog));
    failed.extend(apart.map(|one| at(&one.clause, &one.quoted, one.message, "Change one of the two.", &opened.texts)));
    failed.extend(trials.unmoved.iter().map(|one| {
        let clause = one.constraint.split('#').next().unwrap_or_default();
        let message = format!("{} still passes {}: {}", one.constraint, one.mutation, one.text);
        at(clause, "", message, "Ask for the statement in the cue, not for the topic.", &opened.texts)
    }));
    failed.extend(trials.leaks.iter().filter(|(_, leaks)| leaks.found * 1000 > leaks.tried * LEAK_CEILING).map(|((from, to), leaks)| {
        let message = format!(
            "passages of {from} support entries of {to} too often: {} of {}, more than {LEAK_CEILING} per mille",
            leaks.found, leaks.tried
        );
        at("catalog", "", message, "Find the cue that asks too little: `crosswalk catalog try` on such a passage.", &opened.texts)
    }));
    mistakes::print(&failed, &opened.texts);
    if !failed.is_empty() {
        return Err(mistakes::failure(failed.len()));
    }
    Ok(format!("{}{}", summary(&catalog, names.run, passages.run, known.len()), figures(&catalog, &trials, &checker)))
}

/// Tries all passages, on all the machine's processors.
fn tried(checker: &PassageChecker) -> CatalogTrials {
    /// Entries that one worker takes at a time: some have many more passages than others.
    const SHARE: usize = 4;
    let entries = checker.full_entries();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut mine = CatalogTrials::default();
        loop {
            let from = next.fetch_add(SHARE, Ordering::Relaxed);
            if from >= entries {
                return mine;
            }
            mine = mine.joined(checker.trials(from..from + SHARE));
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<CatalogTrials> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        started.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut trials = parts.into_iter().fold(CatalogTrials::default(), CatalogTrials::joined);
    trials.unmoved.sort_by(|a, b| a.constraint.cmp(&b.constraint).then_with(|| a.text.cmp(&b.text)));
    trials
}

/// What the trials of all passages gave, and what nobody uses.
fn figures(catalog: &Catalog, trials: &CatalogTrials, checker: &PassageChecker) -> String {
    let mut out = String::new();
    let constraints = constraint_ids(catalog).len();
    let patterns: usize = catalog.lexicon.terms.iter().map(Vec::len).sum();
    let _ = writeln!(out, "{constraints} constraints; {} concepts with {patterns} terms.", catalog.lexicon.names.len());
    let status = || catalog.standards.iter().flat_map(|s| &s.clauses).map(|clause| &clause.status);
    let _ = writeln!(
        out,
        "Read again by another author: {} entries; compared with a bought copy by a person: {}.",
        status().filter(|s| !s.second_read.is_empty()).count(),
        status().filter(|s| s.checked_against_standard).count()
    );
    let _ = writeln!(out, "{} passages with a placeholder or a denial before them: none passes.", trials.mutated);
    let Removals { passages, tried, fallen, held_twice } = trials.removals;
    let _ = writeln!(
        out,
        "{passages} passages with one of their concepts taken out, {tried} times in all: {fallen} times they fall, else another cue holds \
         them; {held_twice} fall only without two. None passes without all."
    );
    let _ = writeln!(out, "Passing passages that alone support another entry (at most {LEAK_CEILING} per mille):");
    for ((from, to), leaks) in &trials.leaks {
        let _ = writeln!(out, "  {from} in {to}: {} of {} ({})", leaks.found, leaks.tried, per_mille(leaks.found, leaks.tried));
    }
    let other_words = checker.terms_in_other_words(catalog);
    if !other_words.is_empty() {
        let told: Vec<String> = other_words.iter().map(|(concept, words)| format!("{concept} ({})", words.join(", "))).collect();
        let _ = writeln!(out, "Concepts with a term that is part of a frequent other word: {}.", told.join("; "));
    }
    let unused = unused_concepts(catalog);
    if !unused.is_empty() {
        let _ = writeln!(out, "Concepts that no entry names: {}.", unused.join(", "));
    }
    out
}

fn per_mille(part: usize, whole: usize) -> String {
    let tenths = (part * 10_000).checked_div(whole).unwrap_or(0);
    format!("{}.{} per mille", tenths / 10, tenths % 10)
}

/// Runs the passage tests by the judge of the reviews.
fn judged_passages(catalog: &Catalog, checker: &PassageChecker) -> OwnTests {
    test_passages(
        catalog,
        &|clause, constraint, passage| match checker.verdict(&clause.standard, &clause.clause, &constraint.id, passage) {
            Some(Verdict::Supported) => Ok(()),
            Some(verdict) => Err(format!("the judge says {}", verdict.word())),
            None => Err("the judge does not know this constraint".into()),
        },
    )
}

/// A failed test, at the place of the entry where its text stands.
fn as_mistake(failed: &FailedTest, files: &[CatalogText]) -> Mistake {
    let clause = format!("{}/{}", failed.clause.standard, failed.clause.clause);
    let help = "Change the patterns or cues of the entry, or the terms of the lexicon.";
    at(&clause, &failed.quoted, failed.message.clone(), help, files)
}

/// A mistake at the place of an entry where a text stands.
fn at(clause: &str, quoted: &str, message: String, help: &str, files: &[CatalogText]) -> Mistake {
    let path = format!("{clause}.toml");
    let text = files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    let span = text.find(quoted).map_or(0..0, |at| at..at + quoted.len());
    Mistake::at(&path, text, span, message, help)
}

fn summary(catalog: &Catalog, names: usize, passages: usize, known_misses: usize) -> String {
    let clauses = catalog.standards.iter().flat_map(|standard| &standard.clauses);
    let full = clauses.clone().filter(|clause| !matches!(clause.status.stage, Stage::Structure | Stage::Imported)).count();
    let parts = [
        counted(catalog.standards.len(), "standard"),
        counted(clauses.count(), "clause"),
        format!("{full} full {}", if full == 1 { "entry" } else { "entries" }),
        counted(names, "name"),
        counted(passages, "passage"),
    ];
    let known = if known_misses == 0 { String::new() } else { format!(" ({} known to go wrong)", counted(known_misses, "test")) };
    format!("{}: no mistakes{known}. Edition {}, sha256 {}.\n", parts.join(", "), catalog.identity.edition, catalog.identity.sha256)
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
