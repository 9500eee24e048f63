//! The short result of a review on stdout.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::app::review::Reviewed;
use crate::assessment::Verdict;
use crate::catalog::{Catalog, Stage};
use crate::cli::outcome::printable;
use crate::report::{ChangeShown, LedgerCounts};

/// Prints what a person needs to know at once: counts, what was not looked at, where the reports are.
pub fn print_result(reviewed: &Reviewed, catalog: &Catalog) {
    // A closed stdout (`| head`) is the reader's wish.
    let _ = std::io::stdout().lock().write_all(result_text(reviewed, catalog).as_bytes());
}

fn result_text(reviewed: &Reviewed, catalog: &Catalog) -> String {
    let assessment = &reviewed.assessment;
    let mut out = String::new();
    for id in &assessment.chosen.standards {
        let of_standard: Vec<_> = assessment.findings.iter().filter(|f| &f.standard == id).collect();
        let (name, title) = catalog.standard(id).map_or((id.as_str(), ""), |s| (s.short_name(), s.title.as_str()));
        let title = if title == name { "" } else { title };
        let _ = writeln!(out, "{} {}", printable(name), printable(title));
        for verdict in [Verdict::Supported, Verdict::Weak, Verdict::NotFound, Verdict::NotAssessable] {
            let count = of_standard.iter().filter(|f| f.status == verdict).count();
            let _ = writeln!(out, "  {:<20}{count:>4}", verdict.in_words());
        }
        let structure = of_standard.iter().filter(|f| f.stage == Stage::Structure).count();
        if structure > 0 {
            let _ = writeln!(
                out,
                "  {structure} of {} clauses have no full entry in the catalog yet and are never rated above weak.",
                of_standard.len()
            );
        }
    }
    let counts = LedgerCounts::of(&assessment.ledger);
    let _ = writeln!(out, "Files: {} read, {} unreadable, {} passed over.", counts.read, counts.unreadable, counts.passed_over);
    if counts.listed == 0 {
        let _ = writeln!(out, "The source holds no files. If that surprises you, check the path.");
    }
    if let Some(change) = &reviewed.change {
        let shown = ChangeShown::of(change, catalog);
        let _ = writeln!(out, "Since the baseline: {}", shown.headline);
        let _ = writeln!(out, "  {}", shown.files_headline);
        for caveat in &shown.caveats {
            let _ = writeln!(out, "  {caveat}");
        }
    }
    for reason in &reviewed.incomplete_because {
        let _ = writeln!(out, "Incomplete: {}", printable(reason));
    }
    if reviewed.was_interrupted {
        let _ = writeln!(out, "Stopped by you. What was examined is in the reports; run the review again for the rest.");
    }
    let _ = writeln!(out, "We report evidence, not conformity. Reports:");
    for path in &reviewed.written {
        let _ = writeln!(out, "  {}", printable(&path.display().to_string()));
    }
    out
}
