//! Title page and front matter of the Word document.

use super::manuscript::{Cell, Manuscript, Piece};
use crate::assessment::Verdict;
use crate::report::shown::counted;
use crate::report::{GapReport, PageFacts, VerdictShown, shown};

const INCOMPLETE: &str = "This review is incomplete. It proves nothing to be absent.";
const INCOMPLETE_MEANS: &str = "Not everything was listed or fetched, so where nothing was found the verdict reads “Cannot be assessed” and \
                                not “No evidence found”, and gaps are named as possible only.";

/// The title page, to stand before the table of contents.
pub(super) fn title_page(report: &GapReport, facts: &PageFacts) -> Manuscript {
    let mut page = Manuscript::default();
    page.text("Brand", "Crosswalk · evidence review");
    page.text("Title", "Gap report");
    let source = facts.source.as_deref().map_or_else(|| report.front.source_kind.to_owned(), shown);
    page.text("Subtitle", &source);
    if let Some(day) = &facts.reviewed_on {
        page.text("Subtitle", &shown(day));
    }
    for standard in &report.front.standards {
        page.paragraph("Normal", &[Piece::Bold(&standard.id), Piece::Plain(": "), Piece::Plain(&standard.clauses.in_words())]);
    }
    if !report.front.complete {
        notice(&mut page, facts);
    }
    page
}

fn notice(body: &mut Manuscript, facts: &PageFacts) {
    body.text("Notice", INCOMPLETE);
    body.text("Normal", INCOMPLETE_MEANS);
    for reason in &facts.incomplete_reasons {
        body.text("ListLine", &format!("–  {}", shown(reason)));
    }
}

/// What was reviewed, how to read the report, and the result by standard.
pub(super) fn write(body: &mut Manuscript, report: &GapReport, facts: &PageFacts) {
    let front = &report.front;
    body.heading(1, "What was reviewed");
    if !front.complete {
        notice(body, facts);
    }
    let source = match &facts.source {
        Some(source) => format!("{} ({})", shown(source), front.source_kind),
        None if front.source_root == "." => front.source_kind.to_owned(),
        None => format!("{}, {}", front.source_kind, front.source_root),
    };
    let counts = front.counts;
    let files = format!(
        "{} listed: {} read, {} unreadable, {} passed over",
        counted(counts.listed, "file", "files"),
        counts.read,
        counts.unreadable,
        counts.passed_over
    );
    let complete = if front.complete { "Complete: every listed file was dealt with." } else { "Incomplete: see the notice above." };
    let catalog = format!("Edition {}, SHA-256 {}", front.catalog_edition, front.catalog_sha256);
    let day = facts.reviewed_on.as_deref().map(shown).unwrap_or_default();
    let lines = [
        ("Source", source.as_str()),
        ("Reviewed on", &day),
        ("Files", &files),
        ("Completeness", complete),
        ("Profile", &front.profile),
        ("Software safety class", front.safety_class),
        ("Engine", &front.engine),
        ("Catalog", &catalog),
    ];
    let rows = lines
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| vec![body.cell("Cell", &[Piece::Soft(name)]), body.cell("Cell", &[Piece::Plain(value)])])
        .collect();
    body.table(&[26, 74], &[], rows);

    body.heading(3, "How to read this report");
    for line in &front.disclaimers {
        body.text("Normal", line);
    }
    let rows = [
        (Verdict::Supported, "A document of a fitting kind says it, in words quoted here."),
        (Verdict::Weak, "Something speaks for it, but in part, in passing, in a draft, or in an unexpected kind of document."),
        (Verdict::NotFound, "Nothing in the files that were read shows it."),
        (Verdict::NotAssessable, "What would decide was not read, or does not show in documents."),
    ]
    .map(|(verdict, meaning)| vec![body.verdict_cell(VerdictShown { verdict }), body.cell("Cell", &[Piece::Plain(meaning)])]);
    body.table(&[26, 74], &["Verdict", "Meaning"], rows.into());
    result(body, report);
}

fn result(body: &mut Manuscript, report: &GapReport) {
    body.heading_on_same_page("Result by standard");
    if report.standards.is_empty() {
        body.text("Normal", "No clause was chosen, so none was judged.");
        return;
    }
    body.text("Note", "Clauses by verdict; in brackets the constraints within them.");
    let mut rows = Vec::new();
    for standard in &report.standards {
        let share = &standard.share;
        let mut row = vec![body.cell("Cell", &[Piece::Bold(&share.id)])];
        for part in share.clauses.parts() {
            row.push(number(body, part.count, share.constraints.count(part.verdict.verdict)));
        }
        row.push(number(body, share.clauses.total(), share.constraints.total()));
        rows.push(row);
    }
    body.table(
        &[30, 14, 14, 15, 15, 12],
        &["Standard", "Evidence found", "Weak evidence", "No evidence found", "Cannot be assessed", "All"],
        rows,
    );
}

fn number(body: &mut Manuscript, clauses: usize, constraints: usize) -> Cell {
    body.cell("Cell", &[Piece::Plain(&clauses.to_string()), Piece::Soft(&format!(" ({constraints})"))])
}
