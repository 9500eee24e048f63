//! The words of each letter: what happened, what is safe, what to do next, why one gets it, and how to stop it.

use url::Url;

use crate::account::{ChangeCounts, LockedBecause, Notice};

/// The words of one letter, before they are laid out.
pub(super) struct Words {
    /// Subject.
    pub subject: String,
    /// What happened and what is safe.
    pub paragraphs: Vec<String>,
    /// Single facts, one a line.
    pub facts: Vec<String>,
    /// What to do next.
    pub next: Link,
    /// Why one gets this letter.
    pub why: &'static str,
    /// How to get no more of them; none for a letter that comes once.
    pub stop: Option<Link>,
    /// Who writes: the address of the service.
    pub home: String,
}

/// An address, and what one finds or does there.
pub(super) struct Link {
    /// In words, without a point at the end.
    pub label: &'static str,
    /// Complete address.
    pub address: String,
}

const BY_SCHEDULE: &str = "You get this letter because you have set a schedule by which this connection is reviewed again.";

/// The words of a notice.
pub(super) fn of(notice: &Notice, public_url: &Url) -> Words {
    let home = public_url.as_str().trim_end_matches('/').to_owned();
    let link = |label, path: String| Link { label, address: format!("{home}{path}") };
    let schedule = |connection| Some(link("Change or end the schedule", format!("/connections/{connection}/schedule")));
    let (subject, paragraphs, facts, next, why, stop) = match notice {
        Notice::ReportUnlocked { review } => (
            "your detailed report is unlocked".to_owned(),
            vec!["Your payment stands, and the detailed report of your review is open to you.".to_owned()],
            Vec::new(),
            link("Open the report", format!("/reviews/{review}")),
            "You get this letter once, because you paid for this report.",
            None,
        ),
        Notice::PaymentFailed { review } => (
            "your payment did not arrive".to_owned(),
            vec![
                "Your payment for a detailed report did not arrive: the bank, or the payment service, has turned it down. The report stays \
                 locked."
                    .to_owned(),
                "The review itself and its summary are kept as they were. You can pay again, in another way if you like.".to_owned(),
            ],
            Vec::new(),
            link("Open the review", format!("/reviews/{review}")),
            "You get this letter once, because you began to pay for this report.",
            None,
        ),
        Notice::ReportLocked { review, because } => (
            "a detailed report is locked again".to_owned(),
            locked(*because),
            Vec::new(),
            link("Open the review", format!("/reviews/{review}")),
            "You get this letter once, because you paid for this report.",
            None,
        ),
        Notice::ReviewChanged { review, connection, counts, is_complete } => (
            change_in_short(*counts),
            vec!["A scheduled review has ended. This is what differs from the review before it:".to_owned()],
            change_in_full(*counts, *is_complete),
            link("Open the review", format!("/reviews/{review}")),
            BY_SCHEDULE,
            schedule(connection),
        ),
        Notice::Reconnect { connection } => (
            "please connect your Drive again".to_owned(),
            vec![
                "Google no longer lets us read a Drive that you connected: the permission was taken back, ran out, or an administrator ended \
                 it."
                    .to_owned(),
                "Your reviews and reports are kept. Until you connect again in the same way, there can be no new review of this Drive, and \
                 its schedule rests."
                    .to_owned(),
            ],
            Vec::new(),
            link("Connect again", "/connect".to_owned()),
            "You get this letter because this Drive is connected to your account.",
            Some(link("Disconnect it for good", format!("/connections/{connection}/disconnect"))),
        ),
    };
    Words { subject: format!("Crosswalk: {subject}"), paragraphs, facts, next, why, stop, home }
}

fn locked(because: LockedBecause) -> Vec<String> {
    let sentences = match because {
        LockedBecause::Refunded => [
            "Your payment for a detailed report was given back to you, and so the report is locked again.",
            "The review itself and its summary are kept, and nothing was deleted. Reports that you saved stay yours.",
        ],
        LockedBecause::Disputed => [
            "Your bank disputes your payment for a detailed report, and so the report is locked until that is settled.",
            "The review itself and its summary are kept, and nothing was deleted. If the bank did so by mistake, ask it to take the \
             dispute back; the report opens again by itself then.",
        ],
    };
    sentences.map(str::to_owned).to_vec()
}

/// The most important change, for the subject.
fn change_in_short(counts: ChangeCounts) -> String {
    let ChangeCounts { gained, lost, no_longer_assessable, .. } = counts;
    let files = counts.files_new.saturating_add(counts.files_vanished).saturating_add(counts.files_changed);
    match (gained, lost) {
        (0, 0) if no_longer_assessable > 0 => {
            format!("{} can no longer be assessed", counted(no_longer_assessable, "clause", "clauses"))
        }
        (0, 0) if files > 0 => format!("{}, the same evidence", counted(files, "file differs", "files differ")),
        (0, 0) if counts.is_catalog_changed => "the catalog changed, the evidence did not".to_owned(),
        (0, 0) => "no change in the evidence".to_owned(),
        (0, lost) => counted(lost, "clause has less evidence", "clauses have less evidence"),
        (gained, 0) => counted(gained, "clause has more evidence", "clauses have more evidence"),
        (gained, lost) => format!("{}, {lost} less", counted(gained, "clause has more evidence", "clauses have more evidence")),
    }
}

fn change_in_full(counts: ChangeCounts, is_complete: bool) -> Vec<String> {
    let mut facts = Vec::new();
    let mut clauses = |count, one, many| {
        if count > 0 {
            facts.push(counted(count, one, many));
        }
    };
    clauses(counts.gained, "clause has more evidence than before.", "clauses have more evidence than before.");
    clauses(counts.lost, "clause has less evidence than before.", "clauses have less evidence than before.");
    clauses(
        counts.no_longer_assessable,
        "clause could be assessed before and cannot be now.",
        "clauses could be assessed before and cannot be now.",
    );
    if facts.is_empty() {
        facts.push("No clause has more or less evidence than before.".to_owned());
    }
    let ChangeCounts { files_new, files_vanished, files_changed, .. } = counts;
    facts.push(match (files_new, files_vanished, files_changed) {
        (0, 0, 0) => "No file is new, gone or changed.".to_owned(),
        _ => format!("Of the files, {files_new} {} new, {files_vanished} gone and {files_changed} changed.", is_or_are(files_new)),
    });
    if counts.is_catalog_changed {
        facts.push(
            "The catalog of requirements changed too, so some of this may come from the catalog and not from your documents.".to_owned(),
        );
    }
    if !is_complete {
        facts.push("This review could not look at every file. What it did not find may be there all the same.".to_owned());
    }
    facts
}

fn is_or_are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(gained: u64, lost: u64, no_longer_assessable: u64) -> ChangeCounts {
        ChangeCounts { gained, lost, no_longer_assessable, ..ChangeCounts::default() }
    }

    #[test]
    fn subjects_tell_the_most_important_change() {
        for (counts, expected) in [
            (counts(3, 1, 2), "3 clauses have more evidence, 1 less"),
            (counts(1, 12, 0), "1 clause has more evidence, 12 less"),
            (counts(1, 0, 0), "1 clause has more evidence"),
            (counts(2, 0, 9), "2 clauses have more evidence"),
            (counts(0, 1, 0), "1 clause has less evidence"),
            (counts(0, 2, 0), "2 clauses have less evidence"),
            (counts(0, 0, 1), "1 clause can no longer be assessed"),
            (counts(0, 0, 5), "5 clauses can no longer be assessed"),
            (ChangeCounts { files_changed: 1, ..counts(0, 0, 0) }, "1 file differs, the same evidence"),
            (ChangeCounts { files_new: 1, files_vanished: 2, ..counts(0, 0, 0) }, "3 files differ, the same evidence"),
            (ChangeCounts { is_catalog_changed: true, ..counts(0, 0, 0) }, "the catalog changed, the evidence did not"),
            (counts(0, 0, 0), "no change in the evidence"),
        ] {
            assert_eq!(change_in_short(counts), expected);
        }
    }

    #[test]
    fn every_change_is_told_and_nothing_else() {
        assert_eq!(
            change_in_full(counts(0, 0, 0), true),
            ["No clause has more or less evidence than before.", "No file is new, gone or changed."]
        );
        let one = ChangeCounts { files_new: 1, ..counts(1, 1, 1) };
        let expected = [
            "1 clause has more evidence than before.",
            "1 clause has less evidence than before.",
            "1 clause could be assessed before and cannot be now.",
            "Of the files, 1 is new, 0 gone and 0 changed.",
        ];
        assert_eq!(change_in_full(one, true), expected);
        let many = ChangeCounts { files_vanished: 2, files_changed: 30, is_catalog_changed: true, ..counts(2, 2, 2) };
        let told = change_in_full(many, false);
        assert_eq!(told.len(), 6, "{told:?}");
        assert_eq!(told[3], "Of the files, 0 are new, 2 gone and 30 changed.");
        assert!(told[4].starts_with("The catalog of requirements changed") && told[5].starts_with("This review could not look"));
        assert!(
            told[0].starts_with("2 clauses have") && told[1].starts_with("2 clauses have less") && told[2].starts_with("2 clauses could")
        );
    }
}
