//! The free summary of a review that is done: counts, bars, what was read, the largest gaps by title, and where else to look. It quotes
//! nothing; that is the detailed report's.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;

use crate::assessment::{Assessment, Movement, Verdict};
use crate::catalog::Catalog;
use crate::evidence::{LedgerEntry, LedgerStatus};
use crate::report::summary::{StandardBars, Summary};
use crate::report::{ChangeShown, HINT_ONLY, HintLimits, LookHereToo, MappedStandard, Tally, VerdictShown, shown};
use crate::web::error::Told;
use crate::web::pages::report_access::ReportAccess;
use crate::web::pages::review::Heading;
use crate::web::pages::when::{day, moment};
use crate::web::replies::page;
use crate::web::visitor::SignedIn;
use crate::web::{Frame, Service};
use crate::workflow::what_changed::Since;

/// How much of "look here too" is shown: the rest stands on the public pages.
const ELSEWHERE: HintLimits = HintLimits { clauses: 8, links: 3 };

/// What each verdict means.
const MEANINGS: [(Verdict, &str); 4] = [
    (Verdict::Supported, "Documents say or show all that decides the clause."),
    (Verdict::Weak, "Something speaks for it, but not all of it, or not firmly enough."),
    (Verdict::NotFound, "Nothing in the documents that were read."),
    (Verdict::NotAssessable, "What would decide it was not read, or cannot be seen in documents."),
];
/// Most files that are named of each fate; a Drive may hold a hundred thousand.
const MOST_NAMES: usize = 500;

#[derive(Template)]
#[template(path = "app/summary.html", config = "src/web/askama.toml")]
struct SummaryPage {
    frame: Frame,
    form_token: String,
    heading: Heading,
    reviewed_on: String,
    summary: Summary,
    standards: Vec<StandardShown>,
    elsewhere: Vec<Elsewhere>,
    hint_only: &'static str,
    is_same_catalog: bool,
    access: ReportAccess,
    /// What changed since the review before.
    change: Option<ChangeSince>,
    /// The connection, for its schedule.
    connection: String,
    /// When it is deleted by its time; none when it is kept.
    kept_until: Option<String>,
    /// Each verdict with what it means.
    meanings: [(VerdictShown, &'static str); 4],
    read_files: FileNames,
    unreadable_files: FileNames,
    passed_over_files: FileNames,
}

/// What changed, and since when.
struct ChangeSince {
    change: ChangeShown,
    href: String,
    on: String,
}

/// What a summary shows beside the result.
pub(super) struct Around {
    pub(super) access: ReportAccess,
    pub(super) since: Option<Since>,
    pub(super) connection: String,
    pub(super) kept_until: Option<Timestamp>,
}

/// Files with one fate, by name.
struct FileNames {
    files: Vec<FileName>,
    /// How many are not named.
    more: usize,
}

/// A file and, where it was not read or not wholly, why.
struct FileName {
    path: String,
    reason: String,
}

/// A standard with its bars and the addresses of its public pages.
struct StandardShown {
    bars: StandardBars,
    bar: Vec<BarPart>,
    href: Option<String>,
    clauses: Vec<ClauseShown>,
}

/// A clause as a line.
struct ClauseShown {
    number: String,
    title: String,
    verdict: VerdictShown,
    bar: Vec<BarPart>,
    bar_words: String,
    href: Option<String>,
}

/// Another standard that mappings lead to.
struct Elsewhere {
    standard: MappedStandard,
    /// The address of each clause's public page, where there is one.
    hrefs: Vec<Option<String>>,
}

/// A stretch of a bar that is 100 wide.
struct BarPart {
    class: &'static str,
    x: String,
    width: String,
    /// Top and height say the verdict without its colour.
    y: &'static str,
    height: &'static str,
}

/// The page.
pub(super) fn summary(
    service: &Service,
    signed_in: &SignedIn,
    heading: Heading,
    assessment: &Assessment,
    at: Timestamp,
    around: Around,
) -> Result<Response, Told> {
    let summary = Summary::of(assessment, &service.catalog);
    let standards = summary.standards.iter().zip(standard_ids(assessment)).map(|(bars, id)| standard(bars, id, &service.catalog)).collect();
    page(&SummaryPage {
        frame: signed_in.frame(service, "Summary of your review"),
        form_token: signed_in.form_token(),
        heading,
        reviewed_on: day(at),
        standards,
        // What was not assessed leads nowhere.
        elsewhere: if summary.is_anything_read { elsewhere(assessment, &service.catalog) } else { Vec::new() },
        summary,
        hint_only: HINT_ONLY,
        is_same_catalog: assessment.catalog == service.catalog.identity,
        meanings: MEANINGS.map(|(verdict, meaning)| (VerdictShown::of(verdict, true), meaning)),
        read_files: file_names(assessment, LedgerStatus::Read),
        unreadable_files: file_names(assessment, LedgerStatus::Unreadable),
        passed_over_files: file_names(assessment, LedgerStatus::PassedOver),
        access: around.access,
        change: around.since.map(|since| ChangeSince {
            change: ChangeShown::of(&since.change, &service.catalog),
            href: format!("/reviews/{}", since.before.id),
            on: moment(since.before.ordered_at),
        }),
        connection: around.connection,
        kept_until: around.kept_until.map(day),
    })
}

fn file_names(assessment: &Assessment, status: LedgerStatus) -> FileNames {
    let of_status = || assessment.ledger.iter().filter(|entry| entry.status == status);
    let named = |entry: &LedgerEntry| FileName { path: shown(&entry.path), reason: entry.reason.as_deref().map(shown).unwrap_or_default() };
    FileNames { files: of_status().take(MOST_NAMES).map(named).collect(), more: of_status().count().saturating_sub(MOST_NAMES) }
}

/// The ids of the standards in the order in which they first appear: that of the summary's bars.
fn standard_ids(assessment: &Assessment) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for finding in &assessment.findings {
        if !ids.contains(&finding.standard.as_str()) {
            ids.push(&finding.standard);
        }
    }
    ids
}

fn standard(bars: &StandardBars, id: &str, catalog: &Catalog) -> StandardShown {
    let known = catalog.standard(id);
    let clauses = bars.clauses.iter().map(|clause| ClauseShown {
        number: clause.number.clone(),
        title: clause.title.clone(),
        verdict: clause.verdict,
        bar: bar(clause.constraints),
        bar_words: clause.constraints.in_words(),
        href: known.and_then(|standard| standard.clauses.iter().find(|c| c.number == clause.number)).map(|c| clause_href(id, &c.number)),
    });
    StandardShown {
        bar: bar(bars.share.clauses),
        href: known.map(|_| format!("/standards/{id}")),
        clauses: clauses.collect(),
        bars: bars.clone(),
    }
}

fn elsewhere(assessment: &Assessment, catalog: &Catalog) -> Vec<Elsewhere> {
    let with_hrefs = |standard: MappedStandard| Elsewhere {
        hrefs: standard
            .clauses
            .iter()
            .map(|clause| catalog.clause(&standard.id, &clause.number).map(|known| clause_href(&standard.id, &known.number)))
            .collect(),
        standard,
    };
    LookHereToo::of(assessment, catalog, ELSEWHERE).standards.into_iter().map(with_hrefs).collect()
}

/// The public page of a clause. Ids and numbers of our catalog need no encoding.
fn clause_href(standard: &str, number: &str) -> String {
    format!("/clauses/{standard}/{number}")
}

/// The parts of a bar, as wide as their share.
fn bar(tally: Tally) -> Vec<BarPart> {
    let total = tally.total();
    let mut before = 0;
    let mut parts = Vec::new();
    for part in tally.parts() {
        if part.count > 0 {
            let (y, height) = match part.verdict.verdict {
                Verdict::Supported => ("0", "10"),
                Verdict::Weak => ("5", "5"),
                Verdict::NotFound => ("0", "0"),
                Verdict::NotAssessable => ("4", "2"),
            };
            parts.push(BarPart {
                y,
                height,
                class: part.verdict.class(),
                x: hundredths(before, total),
                width: hundredths(part.count, total),
            });
            before += part.count;
        }
    }
    parts
}

/// A share in per cent with two decimals, without a float: `33.33`.
fn hundredths(count: usize, total: usize) -> String {
    let share = (count * 10_000).checked_div(total).unwrap_or(0);
    format!("{}.{:02}", share / 100, share % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_filled_from_left_to_right() {
        let parts = bar(Tally { supported: 1, weak: 0, not_found: 2, not_assessable: 0 });
        let shown: Vec<(&str, &str, &str)> = parts.iter().map(|p| (p.class, p.x.as_str(), p.width.as_str())).collect();
        assert_eq!(shown, [("supported", "0.00", "33.33"), ("not-found", "33.33", "66.66")]);
        assert!(bar(Tally::default()).is_empty());
    }
}
