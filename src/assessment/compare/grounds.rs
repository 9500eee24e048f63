//! Finds the reasons for a change in the evidence of two reviews: what became of the files behind a verdict, and of the passages in them.

use crate::assessment::compare::files::{Files, is_same_content};
use crate::assessment::compare::held_back;
use crate::assessment::{Assessment, ConstraintFinding, Evidence, FileVersion, Finding, Movement, Reason, Verdict};
use crate::catalog::EvidenceStrength;
use crate::evidence::{LedgerEntry, LedgerStatus, normalise_white_space};

/// What both reviews have in common for every clause.
pub(super) struct Circumstances<'a> {
    pub(super) files: Files<'a>,
    pub(super) previous: &'a Assessment,
    pub(super) current: &'a Assessment,
    pub(super) is_choice_changed: bool,
}

/// The evidence of one constraint in both reviews.
pub(super) struct Pair<'a> {
    pub(super) before: &'a ConstraintFinding,
    pub(super) after: &'a ConstraintFinding,
}

impl Circumstances<'_> {
    pub(super) fn is_catalog_changed(&self) -> bool {
        self.previous.catalog.sha256 != self.current.catalog.sha256
    }

    pub(super) fn is_engine_changed(&self) -> bool {
        self.previous.engine != self.current.engine
    }

    fn is_anything_read(&self) -> bool {
        self.current.ledger.iter().any(|entry| entry.status == LedgerStatus::Read)
    }

    /// Why a constraint that both reviews judged went that way.
    pub(super) fn reasons(&self, pair: &Pair<'_>, movement: Movement) -> Vec<Reason> {
        let mut reasons = match movement {
            Movement::Gained | Movement::AssessableNow => self.why_more(pair),
            Movement::Lost | Movement::Unconfirmed | Movement::NoLongerAssessable => self.why_less(pair),
            Movement::Steady => return self.what_it_rests_on(pair),
            Movement::OnlyNow | Movement::OnlyBefore => Vec::new(),
        };
        if reasons.is_empty() {
            reasons = self.not_of_the_files();
        }
        match movement {
            Movement::Unconfirmed | Movement::NoLongerAssessable if !self.is_anything_read() => reasons = vec![Reason::NothingRead],
            Movement::Unconfirmed | Movement::NoLongerAssessable if !self.current.complete => reasons.push(Reason::ReviewIncomplete),
            Movement::Gained | Movement::AssessableNow if !self.previous.complete => reasons.push(Reason::PreviousIncomplete),
            Movement::Gained
            | Movement::AssessableNow
            | Movement::Unconfirmed
            | Movement::NoLongerAssessable
            | Movement::Lost
            | Movement::OnlyNow
            | Movement::OnlyBefore
            | Movement::Steady => {}
        }
        reasons
    }

    /// What differs beside the files.
    pub(super) fn not_of_the_files(&self) -> Vec<Reason> {
        let catalog = self.is_catalog_changed().then_some(Reason::CatalogChanged);
        catalog.into_iter().chain(self.is_engine_changed().then_some(Reason::EngineChanged)).collect()
    }

    fn why_less(&self, pair: &Pair<'_>) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = paths(pair.before).iter().filter_map(|path| self.gone(path, pair)).collect();
        reasons.extend(held_back::now(&self.files, pair));
        reasons
    }

    fn why_more(&self, pair: &Pair<'_>) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = paths(pair.after).iter().filter_map(|path| self.come(path, pair)).collect();
        reasons.extend(held_back::no_more(&self.files, pair));
        reasons
    }

    /// The verdict is the same: only what became of the files behind it is told, and a passage that gave way to a better one of the
    /// same file is not called gone.
    fn what_it_rests_on(&self, pair: &Pair<'_>) -> Vec<Reason> {
        let come: Vec<Reason> = paths(pair.after).iter().filter_map(|path| self.come(path, pair)).collect();
        let mut reasons = Vec::new();
        for reason in paths(pair.before).iter().filter_map(|path| self.gone(path, pair)) {
            reasons.push(match reason {
                Reason::PassageGone { path, from, to } if come.iter().any(|c| is_found_in(c, &path)) => {
                    Reason::PassageOther { path, from, to }
                }
                other => other,
            });
        }
        let is_told = |reason: &Reason, told: &[Reason]| {
            told.contains(reason) || told.iter().any(|t| matches!(t, Reason::PassageOther { path, .. } if is_found_in(reason, path)))
        };
        for reason in come {
            if !is_told(&reason, &reasons) {
                reasons.push(reason);
            }
        }
        // The same words in the same document under another name: told once, with the files.
        reasons.retain(|reason| !matches!(reason, Reason::FileRenamed { .. }));
        reasons
    }

    /// What became of the evidence that this file gave before; none if nothing did.
    fn gone(&self, earlier_path: &str, pair: &Pair<'_>) -> Option<Reason> {
        let Some((before, after)) = self.files.now(earlier_path) else {
            let path = earlier_path.to_owned();
            return Some(if self.current.complete { Reason::FileVanished { path } } else { Reason::FileNotSeen { path } });
        };
        if after.status != LedgerStatus::Read {
            return Some(not_read(after));
        }
        if is_same_content(before, after) {
            return renamed(before, after);
        }
        let is_missing = counting(pair.before).filter(|e| e.path == earlier_path).any(|e| !holds(pair.after, &after.path, e));
        is_missing.then(|| Reason::PassageGone { path: after.path.clone(), from: FileVersion::of(before), to: FileVersion::of(after) })
    }

    /// How the evidence that this file gives came about; none if it was there before.
    fn come(&self, path: &str, pair: &Pair<'_>) -> Option<Reason> {
        let Some((before, after)) = self.files.before(path) else {
            let path = path.to_owned();
            return Some(if self.previous.complete { Reason::FileNew { path } } else { Reason::FileFirstSeen { path } });
        };
        if before.status != LedgerStatus::Read {
            return Some(Reason::FileReadNow { path: path.to_owned() });
        }
        if is_same_content(before, after) {
            return renamed(before, after);
        }
        let is_fresh = counting(pair.after).filter(|e| e.path == path).any(|e| !holds(pair.before, &before.path, e));
        is_fresh.then(|| Reason::PassageFound { path: path.to_owned(), from: FileVersion::of(before), to: FileVersion::of(after) })
    }

    /// Files whose names speak strongly for the clause and that were read in one of the reviews only: they decide whether absence can
    /// be told.
    pub(super) fn of_candidates(&self, before: &Finding, after: &Finding) -> Vec<Reason> {
        let strong = |finding: &Finding| -> Vec<String> {
            finding.candidates.iter().filter(|c| c.strength == EvidenceStrength::Strong).map(|c| c.path.clone()).collect()
        };
        let hidden = strong(after).into_iter().filter_map(|path| {
            let (was, is) = self.files.before(&path)?;
            (was.status == LedgerStatus::Read && is.status != LedgerStatus::Read).then(|| not_read(is))
        });
        let opened = strong(before).into_iter().filter_map(|path| {
            let (was, is) = self.files.now(&path)?;
            (was.status != LedgerStatus::Read && is.status == LedgerStatus::Read).then(|| Reason::FileReadNow { path: is.path.clone() })
        });
        hidden.chain(opened).collect()
    }
}

fn not_read(entry: &LedgerEntry) -> Reason {
    Reason::FileNotRead { path: entry.path.clone(), because: entry.reason.clone().unwrap_or_default() }
}

fn renamed(before: &LedgerEntry, after: &LedgerEntry) -> Option<Reason> {
    (before.path != after.path).then(|| Reason::FileRenamed { from: before.path.clone(), to: after.path.clone() })
}

fn is_found_in(reason: &Reason, file: &str) -> bool {
    matches!(reason, Reason::PassageFound { path, .. } if path == file)
}

/// The passages that count. Where nothing was found, a review still holds the nearest ones.
pub(super) fn counting(finding: &ConstraintFinding) -> impl Iterator<Item = &Evidence> {
    let is_found = finding.verdict >= Verdict::Weak;
    finding.counting_evidence().filter(move |_| is_found)
}

/// Files that give evidence for the constraint, in the order of their best passages.
fn paths(finding: &ConstraintFinding) -> Vec<&str> {
    let mut paths: Vec<&str> = Vec::new();
    for evidence in counting(finding) {
        if !paths.contains(&evidence.path.as_str()) {
            paths.push(&evidence.path);
        }
    }
    paths
}

/// Whether the constraint quotes these words from the file of that path, be it as evidence or as the nearest passage.
pub(super) fn holds(finding: &ConstraintFinding, path: &str, wanted: &Evidence) -> bool {
    let words = normalise_white_space(&wanted.quote);
    finding.evidence.iter().any(|e| e.path == path && normalise_white_space(&e.quote) == words)
}
