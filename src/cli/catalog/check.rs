//! `crosswalk catalog check`.

use crate::catalog::{Catalog, CatalogText, FailedTest, Mistake, PassageJudge, Stage, passage_count, test_names, test_passages};
use crate::cli::Failure;
use crate::cli::catalog::{SourceArgs, mistakes, read};

/// Judges the entries' passages.
const JUDGE: Option<PassageJudge<'static>> = None;

/// Finds every mistake and runs the entries' own tests; gives the summary to print.
pub(super) fn run(source: &SourceArgs) -> Result<String, Failure> {
    let opened = read(source.catalog.as_deref(), source.no_alias)?;
    let Some(catalog) = opened.catalog else { return Err(mistakes::failure(opened.mistakes.len())) };
    let names = test_names(&catalog);
    let passages = JUDGE.map(|judge| test_passages(&catalog, judge)).unwrap_or_default();
    let (known, failed): (Vec<_>, Vec<_>) = names.failed.into_iter().chain(passages.failed).partition(|test| test.is_known);
    let failed: Vec<Mistake> = failed.iter().map(|test| as_mistake(test, &opened.texts)).collect();
    mistakes::print(&failed, &opened.texts);
    if !failed.is_empty() {
        return Err(mistakes::failure(failed.len()));
    }
    Ok(summary(&catalog, names.run, known.len()))
}

/// A failed test, at the place of the entry where its text stands.
fn as_mistake(test: &FailedTest, texts: &[CatalogText]) -> Mistake {
    let path = format!("{}/{}.toml", test.clause.standard, test.clause.clause);
    let text = texts.iter().find(|text| text.path == path).map_or("", |text| text.text.as_str());
    let span = text.find(&test.quoted).map_or(0..0, |at| at..at + test.quoted.len());
    Mistake::at(&path, text, span, test.message.clone(), "Change the patterns or cues of the entry, or the terms of the lexicon.")
}

fn summary(catalog: &Catalog, names: usize, known_misses: usize) -> String {
    let clauses = catalog.standards.iter().flat_map(|standard| &standard.clauses);
    let full = clauses.clone().filter(|clause| !matches!(clause.status.stage, Stage::Structure | Stage::Imported)).count();
    let mut parts = vec![
        counted(catalog.standards.len(), "standard"),
        counted(clauses.count(), "clause"),
        format!("{full} full {}", if full == 1 { "entry" } else { "entries" }),
        counted(names, "name"),
    ];
    parts.push(match JUDGE {
        Some(_) => counted(passage_count(catalog), "passage"),
        None => format!("{} (not judged)", counted(passage_count(catalog), "passage")),
    });
    let known = if known_misses == 0 { String::new() } else { format!(" ({} known to go wrong)", counted(known_misses, "test")) };
    format!("{}: no mistakes{known}. Edition {}, sha256 {}.\n", parts.join(", "), catalog.identity.edition, catalog.identity.sha256)
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
