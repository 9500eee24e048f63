//! `crosswalk catalog check`.

use crate::assessment::{PassageChecker, Verdict};
use crate::catalog::{Catalog, CatalogText, FailedTest, Mistake, OwnTests, Stage, test_names, test_passages};
use crate::cli::catalog::{SourceArgs, mistakes, read};
use crate::cli::{Exit, Failure};

/// Finds every mistake and runs the entries' own tests; gives the summary to print.
pub(super) fn run(source: &SourceArgs) -> Result<String, Failure> {
    let opened = read(source.catalog.as_deref(), source.no_alias)?;
    let Some(catalog) = opened.catalog else { return Err(mistakes::failure(opened.mistakes.len())) };
    let names = test_names(&catalog);
    let passages = judged_passages(&catalog)?;
    let (known, failed): (Vec<_>, Vec<_>) = names.failed.into_iter().chain(passages.failed).partition(|test| test.is_known);
    let failed: Vec<Mistake> = failed.iter().map(|test| as_mistake(test, &opened.texts)).collect();
    mistakes::print(&failed, &opened.texts);
    if !failed.is_empty() {
        return Err(mistakes::failure(failed.len()));
    }
    Ok(summary(&catalog, names.run, passages.run, known.len()))
}

/// Runs the passage tests by the judge of the reviews.
fn judged_passages(catalog: &Catalog) -> Result<OwnTests, Failure> {
    let Some(checker) = PassageChecker::new(catalog) else {
        return Err(Failure::new(Exit::Internal, "the judge refuses this catalog, so the passages were not tested", "Report this."));
    };
    Ok(test_passages(catalog, &|clause, constraint, passage| match checker.verdict(
        &clause.standard,
        &clause.clause,
        &constraint.id,
        passage,
    ) {
        Some(Verdict::Supported) => Ok(()),
        Some(verdict) => Err(format!("the judge says {}", verdict.word())),
        None => Err("the judge does not know this constraint".into()),
    }))
}

/// A failed test, at the place of the entry where its text stands.
fn as_mistake(failed: &FailedTest, files: &[CatalogText]) -> Mistake {
    let path = format!("{}/{}.toml", failed.clause.standard, failed.clause.clause);
    let text = files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    let span = text.find(&failed.quoted).map_or(0..0, |at| at..at + failed.quoted.len());
    Mistake::at(&path, text, span, failed.message.clone(), "Change the patterns or cues of the entry, or the terms of the lexicon.")
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
