//! The sheet "Overview": what was reviewed, what came of it, how to read it, and its limits.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::formats::Formats;
use super::text::{harmless, height_points};
use crate::assessment::Verdict;
use crate::report::shown::counted;
use crate::report::{GapReport, PageFacts, VerdictShown, shown};

/// Columns: the first names, the others hold counts or run together for words.
const WIDTHS: [u16; 6] = [34, 18, 18, 20, 20, 12];
const LAST_COLUMN: u16 = 5;

const MEANINGS: [(Verdict, &str); 4] = [
    (Verdict::Supported, "A document of a fitting kind says it, in words quoted here."),
    (Verdict::Weak, "Something speaks for it, but in part, in passing, in a draft, or in an unexpected kind of document."),
    (Verdict::NotFound, "Nothing in the files that were read shows it."),
    (Verdict::NotAssessable, "What would decide was not read, or does not show in documents."),
];

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, formats: &Formats, report: &GapReport, facts: &PageFacts) -> Result<(), XlsxError> {
    sheet.set_name("Overview")?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut page = Page { sheet, formats, row: 0 };
    page.title("Gap report")?;
    if !report.front.complete {
        page.notice("This review is incomplete. It proves nothing to be absent.")?;
        for reason in &facts.incomplete_reasons {
            page.notice(&shown(reason))?;
        }
    }
    for (name, value) in facts_of(report, facts) {
        page.pair(name, &value)?;
    }
    page.title("Result by standard")?;
    page.words("Clauses by verdict; in brackets the constraints within them.")?;
    page.result(report)?;
    if let Some(change) = &report.change {
        page.title("Since the earlier review")?;
        page.words(&change.headline)?;
        page.words(&change.files_headline)?;
        for line in &change.caveats {
            page.notice(line)?;
        }
    }
    page.title("How to read this")?;
    for line in &report.front.disclaimers {
        page.words(line)?;
    }
    for (verdict, meaning) in MEANINGS {
        page.meaning(VerdictShown { verdict }, meaning)?;
    }
    page.words(
        "An apostrophe before a text that begins with = + - or @ is ours: it keeps spreadsheets from taking words for a formula. \
         Everything after it is verbatim.",
    )?;
    page.title("Limits of the examination")?;
    page.limits(report)
}

/// Lines of name and value.
fn facts_of(report: &GapReport, facts: &PageFacts) -> Vec<(&'static str, String)> {
    let front = &report.front;
    let counts = front.counts;
    let source = match &facts.source {
        Some(source) => format!("{} ({})", shown(source), front.source_kind),
        None => front.source_kind.to_owned(),
    };
    let files = format!(
        "{} listed: {} read, {} unreadable, {} passed over",
        counted(counts.listed, "file", "files"),
        counts.read,
        counts.unreadable,
        counts.passed_over
    );
    let complete = if front.complete { "Complete: every listed file was dealt with." } else { "Incomplete: see the notice above." };
    let lines = vec![
        ("Source", source),
        ("Reviewed on", facts.reviewed_on.as_deref().map(shown).unwrap_or_default()),
        ("Files", files),
        ("Completeness", complete.to_owned()),
        ("Profile", front.profile.clone()),
        ("Software safety class", front.safety_class.to_owned()),
        ("Engine", front.engine.clone()),
        ("Catalog", format!("Edition {}, SHA-256 {}", front.catalog_edition, front.catalog_sha256)),
    ];
    lines.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The sheet as it is written, line by line.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    formats: &'a Formats,
    row: u32,
}

impl Page<'_> {
    fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += u32::from(self.row > 0);
        self.sheet.write_string_with_format(self.row, 0, text, &self.formats.title)?;
        self.row += 1;
        Ok(())
    }

    /// A line across all columns from that one on.
    fn across(&mut self, first: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let width = WIDTHS.iter().skip(usize::from(first)).sum();
        self.sheet.merge_range(self.row, first, self.row, LAST_COLUMN, &harmless(text), format)?;
        self.sheet.set_row_height(self.row, height_points([(text, width)].into_iter()))?;
        self.row += 1;
        Ok(())
    }

    fn words(&mut self, text: &str) -> Result<(), XlsxError> {
        self.across(0, text, &self.formats.text.clone())
    }

    fn notice(&mut self, text: &str) -> Result<(), XlsxError> {
        self.across(0, text, &self.formats.notice.clone())
    }

    fn pair(&mut self, name: &str, value: &str) -> Result<(), XlsxError> {
        let row = self.row;
        self.sheet.write_string_with_format(row, 0, harmless(name), &self.formats.head)?;
        self.across(1, value, &self.formats.text.clone())?;
        // The name is set in bold, which takes more room.
        let (first, rest) = (WIDTHS[0] * 4 / 5, WIDTHS.iter().skip(1).sum());
        self.sheet.set_row_height(row, height_points([(name, first), (value, rest)].into_iter()))?;
        Ok(())
    }

    fn meaning(&mut self, verdict: VerdictShown, meaning: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, verdict.words(), &self.formats.verdict(verdict))?;
        self.across(1, meaning, &self.formats.text.clone())
    }

    fn result(&mut self, report: &GapReport) -> Result<(), XlsxError> {
        if report.standards.is_empty() {
            return self.words("No clause was chosen, so none was judged.");
        }
        let heads = ["Standard", "Evidence found", "Weak evidence", "No evidence found", "Cannot be assessed", "All"];
        for (column, head) in (0..).zip(heads) {
            self.sheet.write_string_with_format(self.row, column, head, &self.formats.head)?;
        }
        self.row += 1;
        for standard in &report.standards {
            let share = &standard.share;
            self.sheet.write_string_with_format(self.row, 0, harmless(&share.id), &self.formats.text)?;
            let counts = share.clauses.parts().map(|part| (part.count, share.constraints.count(part.verdict.verdict)));
            let all = (share.clauses.total(), share.constraints.total());
            for (column, (clauses, constraints)) in (1..).zip(counts.into_iter().chain([all])) {
                self.sheet.write_string_with_format(self.row, column, format!("{clauses} ({constraints})"), &self.formats.text)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn limits(&mut self, report: &GapReport) -> Result<(), XlsxError> {
        let limits = &report.limits;
        self.words(&format!(
            "Of {}, {} were read. What stands in the others, in pictures, or outside the reviewed source was not seen, and is never \
             counted as a gap.",
            counted(limits.counts.listed, "listed file", "listed files"),
            limits.counts.read
        ))?;
        for (what, groups) in [("Unreadable", &limits.unreadable), ("Passed over", &limits.passed_over)] {
            for group in groups {
                self.pair(&format!("{what}: {}", group.title), &counted(group.files.len(), "file", "files"))?;
            }
        }
        Ok(())
    }
}
