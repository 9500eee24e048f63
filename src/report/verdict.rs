//! Verdicts as they are worded and marked on a page, and counts of them.

use crate::assessment::Verdict;

/// A verdict as shown: words first, a mark and a colour besides, so that nobody needs the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerdictShown {
    /// What is shown.
    pub verdict: Verdict,
}

impl VerdictShown {
    /// The verdict to show. An incomplete review proves no absence, so there "no evidence found" is shown as "cannot
    /// be assessed".
    #[must_use]
    pub fn of(verdict: Verdict, complete: bool) -> Self {
        Self { verdict: verdict.told(complete) }
    }

    /// The words.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.verdict.in_words()
    }

    /// Name of the style class; also the word of `review.json`.
    #[must_use]
    pub fn class(self) -> &'static str {
        self.verdict.word()
    }

    /// Fill and text colour in documents, as six hexadecimal digits each; contrast of each pair is above 4.5.
    #[must_use]
    pub fn colours(self) -> (&'static str, &'static str) {
        match self.verdict {
            Verdict::Supported => ("E2F1E8", "1C6644"),
            Verdict::Weak => ("FCEFD2", "754C00"),
            Verdict::NotFound => ("FAE6E4", "97272A"),
            Verdict::NotAssessable => ("E8ECEF", "46525D"),
        }
    }

    /// A mark that differs in shape.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self.verdict {
            Verdict::Supported => "●",
            Verdict::Weak => "◐",
            Verdict::NotFound => "○",
            Verdict::NotAssessable => "–",
        }
    }
}

/// How many clauses or constraints have each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Evidence found.
    pub supported: usize,
    /// Weak evidence.
    pub weak: usize,
    /// No evidence found.
    pub not_found: usize,
    /// Cannot be assessed.
    pub not_assessable: usize,
}

/// One verdict's share of a tally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyPart {
    /// The verdict.
    pub verdict: VerdictShown,
    /// How many.
    pub count: usize,
}

impl Tally {
    /// Counts the verdicts.
    #[must_use]
    pub fn of(verdicts: impl IntoIterator<Item = VerdictShown>) -> Self {
        let mut tally = Self::default();
        for shown in verdicts {
            match shown.verdict {
                Verdict::Supported => tally.supported += 1,
                Verdict::Weak => tally.weak += 1,
                Verdict::NotFound => tally.not_found += 1,
                Verdict::NotAssessable => tally.not_assessable += 1,
            }
        }
        tally
    }

    /// How many in all.
    #[must_use]
    pub fn total(self) -> usize {
        self.supported + self.weak + self.not_found + self.not_assessable
    }

    /// How many of that verdict.
    #[must_use]
    pub fn count(self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Supported => self.supported,
            Verdict::Weak => self.weak,
            Verdict::NotFound => self.not_found,
            Verdict::NotAssessable => self.not_assessable,
        }
    }

    /// All four verdicts with their counts, best first.
    #[must_use]
    pub fn parts(self) -> [TallyPart; 4] {
        [Verdict::Supported, Verdict::Weak, Verdict::NotFound, Verdict::NotAssessable]
            .map(|verdict| TallyPart { verdict: VerdictShown { verdict }, count: self.count(verdict) })
    }

    /// The counts in words: `3 evidence found, 1 cannot be assessed`; what bars say to those who do not see them.
    #[must_use]
    pub fn in_words(self) -> String {
        let parts: Vec<String> =
            self.parts().iter().filter(|p| p.count > 0).map(|p| format!("{} {}", p.count, p.verdict.words().to_lowercase())).collect();
        if parts.is_empty() { "nothing to judge".into() } else { parts.join(", ") }
    }
}
