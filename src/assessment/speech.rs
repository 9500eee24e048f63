//! How a sentence speaks: obliging, reporting, stating, or merely mentioning. A topic match is not a fulfilled
//! SHALL, so the judge asks this of every passage.

use regex::bytes::{RegexSet, RegexSetBuilder};

/// How a sentence speaks, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Manner {
    /// A definition, a reference elsewhere, a purpose or scope, a question: the topic is named, nothing is said.
    Mention,
    /// No verb: a title, a cell, a keyword.
    Fragment,
    /// States how things are ("risks are scored").
    Statement,
    /// Obliges someone ("the team shall score risks").
    Obligation,
    /// Reports what was done ("risks were scored on 3 May").
    Done,
}

impl Manner {
    /// The word of `review.json`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Fragment => "fragment",
            Self::Statement => "statement",
            Self::Obligation => "obligation",
            Self::Done => "done",
        }
    }
}

/// What a sentence is, beside its manner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speech {
    /// Its manner.
    pub manner: Manner,
    /// Holds only under a condition that is not said to be met, or is given as an example.
    pub is_hypothetical: bool,
    /// Is about somebody else's duty (suppliers' marketing, "the reader", "the standard requires").
    pub quotes_standard: bool,
}

const OBLIGATION: usize = 0;
const DONE: usize = 1;
const STATEMENT: usize = 2;
const MENTION: usize = 3;
const HYPOTHETICAL: usize = 4;
const STANDARD: usize = 5;

/// Patterns by group, on folded text.
const GROUPS: [(usize, &[&str]); 6] = [
    (
        OBLIGATION,
        &[
            r"\b(shall|must|(is|are) (required|obliged|expected|responsible) (to|for)|(has|have|needs?) to|ensures?|make sure)\b",
            r"\b(muss|muessen|(ist|sind) zu \w+|(hat|haben) .{0,60} zu \w+en|verantwortlich fuer|stellt sicher|sicherzustellen)\b",
        ],
    ),
    (
        DONE,
        &[
            r"\b(was|were|has been|have been) (\w+ ){0,3}(\w{3,}(ed|en|un|wn)|found|done|made|met|built|held|set|run|sent|kept|put|read)\b",
            r"\b(we|the \w+( \w+)?) (performed|tested|reviewed|identified|analy[sz]ed|verified|approved|assessed|evaluated|found|fixed|closed|executed|completed|carried out)\b",
            r"\b(wurden?|ist|sind) (\S+ ){0,8}(ge\w+t|ge\w+en|\w+iert|be\w+t|er\w+t|ver\w+t|ueber\w+t)( worden)?\b",
            r"\b(performed|tested|reviewed|approved|executed|completed|released|verified|fixed|closed|passed) (on|by|in|at) ",
            r"\b(result|status|outcome|verdict)s?\s*[:|]?\s*(pass(ed)?|ok|fixed|closed|resolved|bestanden|erledigt)\b",
        ],
    ),
    (
        STATEMENT,
        &[
            r"\b(is|are|be|being|gets?|remains?) (\w+ly )?(not )?(\w+ ){0,2}\w{2,}(ed|en|un|wn|ept|elt|ilt|ade|und|one|ent|ut|et)\b",
            r"\b(is|are|has|have|holds?|contains?|includes?|covers?|describes?|defines?|specif(y|ies)|states?|lists?|shows?|records?|documents?|uses?|runs?|keeps?|checks?|reviews?|identif(y|ies)|assess(es)?|evaluates?|performs?|applies|apply|approves?|decides?|tests?|verif(y|ies)|monitors?|tracks?|reports?|signs?|stores?|sends?|makes?|takes?|gives?|looks?|scores?|rates?|maintains?|updates?|provides?|manages?|controls?|supports?|writes?|reads?|goes|go|opens?|closes?|owns?|leads?|ends?|starts?|begins?|asks?|tells?|follows?|needs?|informs?|publish(es)?|releases?|plans?|collects?|analy[sz]es?|receives?|works?|comes?|stays?|does|do|can|may)\b",
            r"\b(wird|werden|ist|sind|hat|haben|enthaelt|beschreibt|regelt|legt|legen|fuehrt|fuehren|prueft|pruefen|bewertet|bewerten|erfolgt|erfolgen|gilt|gelten|dokumentiert|umfasst|stehen|steht|kann)\b",
        ],
    ),
    (
        MENTION,
        &[
            r"\?$",
            r"^(see|refer to|for (more )?(details|information)|further (details|information)|siehe|vgl)\b",
            r"\b(is|are) (described|defined|documented|given|contained|found|addressed|covered|specified) (in|within|by|under) (the |our |a )?(\w+ ){0,4}(document|section|chapter|procedure|sop|plan|appendix|annex|standard|table below|policy|report)\b.{0,40}$",
            r"\b(means|is defined as|are defined as|stands for|abbreviation|is a term|bezeichnet|bedeutet|im sinne)\b",
            r"^(the )?(purpose|aim|objective|goal|scope|intent) of this\b",
            r"^(zweck|ziel|geltungsbereich) (dieser|dieses|der|des)\b",
            r"^(references?|related documents?|definitions?|abbreviations?|glossary|table of contents|revision history|change history|inhalt(sverzeichnis)?|verweise|begriffe|abkuerzungen|mitgeltende)\b",
        ],
    ),
    (
        HYPOTHETICAL,
        &[
            r"\b(for example|for instance|e\. ?g\.|such as the following example|an example (of|would)|beispielsweise|zum beispiel|z\. ?b\.)",
            r"\b(could|might|would|should (ideally|perhaps)|ideally|recommend(s|ed)? (that|to)|we suggest|consider (adding|whether)|it is recommended|optional(ly)?|koennte|wuerde|empfohlen|idealerweise)\b",
        ],
    ),
    (
        STANDARD,
        &[
            r"\b(the standard|the norm|the regulation|iec ?\d{4,5}(-\d)*|iso ?\d{4,5}|clause \d+(\.\d+)*|this clause|die norm|the clause) (\S+ )?(requires?|demands?|says|asks|expects?|states?|fordert|verlangt|calls for)\b",
            r"\b(as )?required by (iec|iso|en|the standard|clause)\b",
        ],
    ),
];

/// Recognises the manner of sentences.
pub struct SpeechPatterns {
    set: RegexSet,
    groups: Vec<usize>,
}

impl SpeechPatterns {
    /// Compiles the patterns, once per review.
    ///
    /// # Panics
    /// Never in a released program: the patterns are constants, compiled by a test.
    #[must_use]
    pub fn new() -> Self {
        let mut groups = Vec::new();
        let mut patterns = Vec::new();
        for (group, list) in GROUPS {
            for pattern in list {
                groups.push(group);
                patterns.push(*pattern);
            }
        }
        let set = RegexSetBuilder::new(patterns).unicode(false).size_limit(64 << 20).dfa_size_limit(64 << 20).build();
        Self { set: set.unwrap_or_else(|_| RegexSet::empty()), groups }
    }

    /// How a folded sentence speaks.
    #[must_use]
    pub fn speech(&self, folded: &str) -> Speech {
        let mut hit = [false; GROUPS.len()];
        for index in self.set.matches(folded.as_bytes()) {
            if let Some(slot) = self.groups.get(index).and_then(|g| hit.get_mut(*g)) {
                *slot = true;
            }
        }
        let manner = if hit[MENTION] {
            Manner::Mention
        } else if hit[DONE] {
            Manner::Done
        } else if hit[OBLIGATION] {
            Manner::Obligation
        } else if hit[STATEMENT] {
            Manner::Statement
        } else {
            Manner::Fragment
        };
        Speech { manner, is_hypothetical: hit[HYPOTHETICAL], quotes_standard: hit[STANDARD] }
    }
}

impl Default for SpeechPatterns {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fold;

    #[test]
    fn manners() {
        let patterns = SpeechPatterns::new();
        assert!(!patterns.set.is_empty(), "the patterns compile");
        for (sentence, expected) in [
            ("The team shall score each threat.", Manner::Obligation),
            ("Each threat was scored on 3 May 2026.", Manner::Done),
            ("Each threat is scored with CVSS.", Manner::Statement),
            ("Threat scoring", Manner::Fragment),
            ("Is each threat scored?", Manner::Mention),
            ("See SOP-12 for threat scoring.", Manner::Mention),
            ("The purpose of this document is to describe threat scoring.", Manner::Mention),
            ("Threat means a potential cause of an incident.", Manner::Mention),
            ("Die Bedrohungen wurden am 3. Mai bewertet.", Manner::Done),
            ("Jede Bedrohung muss bewertet werden.", Manner::Obligation),
            ("Jede Bedrohung wird bewertet.", Manner::Statement),
        ] {
            assert_eq!(patterns.speech(&fold(sentence)).manner, expected, "{sentence}");
        }
    }

    #[test]
    fn examples_conditionals_and_quotations_of_the_standard() {
        let patterns = SpeechPatterns::new();
        assert!(patterns.speech("for example, threats are scored with cvss.").is_hypothetical);
        assert!(patterns.speech("iec 81001-5-1 requires a threat model.").quotes_standard);
        assert!(!patterns.speech("the team scores threats with cvss.").is_hypothetical);
    }
}
