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
    /// Says what a standard demands instead of what is done.
    pub quotes_standard: bool,
    /// Denies what it speaks of, by its grammar ("are not scored", "we have no process").
    pub is_denied: bool,
}

const OBLIGATION: usize = 0;
const DONE: usize = 1;
const STATEMENT: usize = 2;
const MENTION: usize = 3;
const HYPOTHETICAL: usize = 4;
const STANDARD: usize = 5;
const DENIAL: usize = 6;
const NO_DENIAL: usize = 7;

/// Words of a sentence whose verb is not known.
const FEWEST_WORDS_OF_A_SENTENCE: usize = 5;

/// Patterns by group, on folded text.
const GROUPS: [(usize, &[&str]); 8] = [
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
            r"\b(wurden?|ist|sind) (\S+ ){0,8}(\w*ge\w+t|\w*ge\w+en|\w+iert|be\w+t|er\w+t|ver\w+t|ueber\w+t)( worden)?\b",
            r"\b(performed|tested|reviewed|approved|executed|completed|released|verified|fixed|closed|passed) (on|by|in|at) ",
            r"\b(result|status|outcome|verdict)s?\s*[:|]?\s*(pass(ed)?|ok|fixed|closed|resolved|bestanden|erledigt)\b",
        ],
    ),
    (
        STATEMENT,
        &[
            r"\b(is|are|be|being|gets?|remains?) (\w+ly )?(not )?(\w+ ){0,2}\w{2,}(ed|en|un|wn|ept|elt|ilt|ade|und|one|ent|ut|et)\b",
            r"\b(is|are|has|have|holds?|contains?|includes?|covers?|describes?|defines?|specif(y|ies)|states?|lists?|shows?|records?|documents?|uses?|runs?|keeps?|checks?|reviews?|identif(y|ies)|assess(es)?|evaluates?|performs?|applies|apply|approves?|decides?|tests?|verif(y|ies)|monitors?|tracks?|reports?|signs?|stores?|sends?|makes?|takes?|gives?|looks?|scores?|rates?|maintains?|updates?|provides?|manages?|controls?|supports?|writes?|reads?|goes|go|opens?|closes?|owns?|leads?|ends?|starts?|begins?|asks?|tells?|follows?|needs?|governs?|sets?|handles?|regulates?|establish(es)?|implements?|assigns?|selects?|chooses?|scans?|rejects?|refuses?|limits?|protects?|prevents?|detects?|encrypts?|informs?|publish(es)?|releases?|plans?|collects?|analy[sz]es?|receives?|works?|comes?|stays?|does|do|can|may)\b",
            r"\b\w{3,}ed (by|with|on|in|at|to|the|an?|each|all|and|for|from)\b",
            r"\b(wird|werden|wurden?|ist|sind|hat|haben|nimmt|nehmen|stellt|stellen|gibt|geben|sorgt|sorgen|sammelt|sammeln|meldet|melden|informiert|informieren|veroeffentlicht|veroeffentlichen|ueberwacht|ueberwachen|entscheidet|entscheiden|erstellt|erstellen|wertet|werten|verfolgt|verfolgen|bestimmt|bestimmen|benennt|nennt|liegt|liegen|bleibt|bleiben|enthaelt|beschreibt|regelt|legt|legen|fuehrt|fuehren|prueft|pruefen|bewertet|bewerten|erfolgt|erfolgen|gilt|gelten|dokumentiert|umfasst|stehen|steht|kann)\b",
        ],
    ),
    (
        MENTION,
        &[
            r"\?$",
            r"^(see|refer to|for (more )?(details|information)|further (details|information)|siehe|vgl)\b",
            r"\b(this|details?|it|information|practices|activities|process(es)?|procedures?|diagrams?|results?|(process|procedure|method|approach) for [^,]{3,60}) (is|are) (described|defined|documented|given|contained|found|addressed|covered|specified) (in|within|by|under) (the |our |a )?(\w+ ){0,4}(document|section|chapter|procedure|sop|plan|appendix|annex|standard|table below|policy|report)\b.{0,40}$",
            r"\b(recogni[sz]es?|acknowledges?|appreciates?|understands?|is aware of|believes? in) (the|that|how) (\w+ )?(value|importance|need|benefits?|necessity|important|valuable)\b",
            r"^[^,]{2,60} (means (that|an?|the|any)|is defined as|are defined as|stands for|is a term|bezeichnet|bedeutet|im sinne)\b",
            r"^(the )?(purpose|aim|objective|goal|scope|intent) of this\b",
            r"^(zweck|ziel|geltungsbereich) (dieser|dieses|der|des)\b",
            r"^(references?|related documents?|definitions|abbreviations?|glossary|table of contents|revision history|change history|inhalt(sverzeichnis)?|verweise|begriffe|abkuerzungen|mitgeltende)\b",
        ],
    ),
    (
        HYPOTHETICAL,
        &[
            r"^(for example|for instance|an example (of|would)|beispielsweise|zum beispiel)\b",
            r"\b(when|if|as) (there is|we have|he has|she has|they have|i have|somebody has) (some |enough |the )?time\b|\bnow and then\b|\bwhenever (somebody|someone) (thinks|remembers)\b|\bwenn (\w+ ){0,2}zeit (ist|bleibt|hat|haben)\b|\bab und zu\b|\bgelegentlich\b|\boccasionally\b",
            r"\b(a|the|your|any) (company|manufacturer|organi[sz]ation|team) (could|might|would|may want to)\b",
            r"\b(we|i|our (team|testers|engineers|experts)) would (also |then |gladly |only |first )?(verify|check|test|review|assess|analy[sz]e|perform|carry|provide|deliver|examine|prepare|write|run|look|do|use|need|suggest|propose|compare|begin|start|report|cover|be)\b|\b(would|could) be (furnished|offered|delivered|provided|invoiced|charged|performed|carried out|done) (by us|for|within|at|on request|separately)\b|\b(wir|unsere (pruefer|tester|ingenieure|experten)) wuerden\b|\bwuerden wir\b",
            r"\b(ideally|should (ideally|perhaps)|(we|experts) (suggest|recommend)|consider (adding|whether)|it is recommended|es wird empfohlen|idealerweise|sollte idealerweise)\b",
        ],
    ),
    (
        STANDARD,
        &[
            r"\b(the standard|the norm|the regulation|(iec|iso|en)[ /]?(iec |iso )?\d{4,5}(-\d+)*(:\d{4})?([+/]\w+(:\d{4})?)*|clause \d+(\.\d+)*|this clause|die norm) (\S+ )?(requires?|demands?|calls for|expects|fordert|verlangt)\b",
            r"^(according to|as required by|gemaess|nach) (the standard|(iec|iso|en) ?\d{4,5}(-\d+)*(:\d{4})?),? .*\b(shall|must|muss|muessen)\b",
        ],
    ),
    (
        DENIAL,
        &[
            r"\b(is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|shall|may) (\w+ ){0,1}(not|never)\b",
            r"\b(is|are|was|were|has|have|had|do|does|did|ca|could|wo)n't\b|\bcannot\b",
            r"\b(has|have|had|with|there (is|are|was|were)|we (keep|run|make|hold)) (currently |so far |yet )?no\b",
            r"^no (\S+ ){0,6}(exists?|took place|(is|are|was|were|has been|have been) (\S+ ){0,2}(\w+ed|done|made|kept|held|run|set|found))\b",
            r"\b(failed to|neither|nobody|no one|never|nowhere)\b",
            r"\b(kein(e|en|em|er|es)?|niemals?|nie|weder|niemand)\b",
            r"\b(ist|sind|war|waren|wird|werden|wurden?|hat|haben|gibt|liegt|existiert|existieren|erfolgt|erfolgen|fehlt|fehlen) (\S+ ){0,8}nicht\b|\bnicht (\S+ ){0,2}(\w+t|\w+en)( (wird|werden|wurden?|worden))?[.,;]?$",
            r"\b(fehlt|fehlen)\b",
            r"\b(is|are|was|were|remains?|falls?) ((out|outside)( of)? (the |its |our |this |their )?(\w+ )?scope|beyond the scope|not part of)\b",
        ],
    ),
    (
        NO_DENIAL,
        &[
            r"\b(not|never) (only|be (acceptable|accepted|exceeded|bypassed|disclosed|released|shared|used|stored|reused|connected|installed|deployed|closed|changed|deleted)|acceptable|accepted|involved in|part of the (team|development)|more than|later than|less than|older than|exceed|reuse|connect|store|contain|leave|depend|rely)\b",
            r"\b(must|shall|may|can|could|should|will) not\b|\b(cannot|can never|could not|couldn't) (be |get )?(bypassed|disabled|changed|reached|read|opened|accepted|closed|released|guessed|forged|estimated|exported|copied|extracted|exfiltrated|circumvented|broken|reproduced|write|join|log in)\b",
            r"\bno (longer|later than|more than|known|open|unacceptable|further|unauthori[sz]ed|new) ",
            r"\b(nicht (nur|mehr als|spaeter als|akzeptabel|vertretbar|beteiligt)|keine (offenen|bekannten|weiteren|unvertretbaren|neuen))\b",
            r"\b(whether|if) or not\b",
            r"^(never|do not|don't|avoid) \w+",
            r"\b(never|do not|does not|must not) (be |gets? )?(leaves?|log|logs|logged|build|share|shared|trust|trusts|trusted|send|sent|write|writes|expose|exposed|hard-?coded|transmitted|merged|granted|assigned)\b|\b(not|never) (allowed|permitted|exportable|intended|suitable|meant)\b",
            r"^(no|nothing|nobody|no one|keine?[nr]?|niemand|nichts) .{0,80}\b(until|unless|before|without|while|bevor|ohne|solange|bis|wenn nicht)\b|^ohne .{0,80}\b(keine?[nr]?|nicht|nichts)\b",
            r"\b((took |had |has |have |take |with )?no (part|hand|share|role) in|did not (write|take part|work|author|develop)|neither took part|nicht (daran )?(mitgewirkt|mitgearbeitet|teilgenommen|selbst geschrieben)|nicht (der |die )?autor)\b",
            r"\b(do|does|did|can|could|will|would) not (contribute|lead|give rise|result|add|affect|endanger|change|create|introduce|cause) ?(to|in|any|an?|the)?\b|\bcannot (contribute|lead|make|affect|endanger|cause)\b|\b(has|have|had|with|without) (no|any) (impact|effect|influence|bearing) on\b|\bneither affects?\b",
            r"\b(keine(n|rlei)?|ohne) (auswirkung|einfluss|folgen|unvertretbar\w*|unannehmbar\w*)|\bzu keine[nm]? (unvertretbar|unannehmbar|neuen?|zusaetzlich)|\b(reason|reasons|grund|begruendung) (for|fuer) (no|keine|not)\b|\bnever (under|below|less|thrown|later)\b",
            r"\b(no|keine) (previously|bisher|zuvor) |\b(bisher|zuvor|previously) (nicht|not|un) ?(erkannt|recogni[sz]ed)|\bnot recogni[sz]ed before\b",
            r"\b(no|keine?) (\w+ ){1,3}(was|were|could be|wurden?|konnten?) (circumvented|bypassed|broken|gained|obtained|umgangen|erlangt|ueberwunden)|\bes gelang (kein|nicht)|\b(neither|none of (them|the testers)) (has |have |had )?(worked|been involved|taken part)\b",
            r"\b(koennen|kann|laesst sich|lassen sich) (\w+ ){0,2}nicht (\w+ ){0,1}(ausgelesen|auslesen|kopiert|kopieren|exportiert|exportieren|umgangen|umgehen|veraendert|veraendern|gelesen|geloescht)\b",
            r"\bkeine?[nrs]? (\w+ ){0,2}(ist|sind|bleibt|bleiben|war|waren) (mehr )?offen\b|\b(are|is) not tolerated\b|\bnot affected\b|\bnicht (hinnehmbar|tragbar|betroffen|relevant fuer)\b|\b(refuses?|blocks?|rejects?|stops?) .{0,60}\b(when|if|without|missing)\b|\b(has|have|had) no side effects?\b",
            r"\b(no|keine?) (crash(es)?|warnings?|errors?|failures?|abstuerze?|warnung(en)?|fehler)\b|\bnothing (is )?(outstanding|open)\b",
            r"\bnicht \w{3,}te[nrsm]? [a-z]{3,}",
            r"\b(nicht|nie|niemals) (erlaubt|zulaessig|gestattet|verlassen|verlaesst|geteilt|weitergegeben)\b",
            r"\b(no|without( any)?|keine?n?|ohne|nor) (\w+ ){0,1}(conflicts?|contradictions?|deviations?|discrepanc(y|ies)|gaps?|objections?|findings?|remarks?|mismatch(es)?|shared (memory|state)|widersprueche?|widerspruch|abweichung(en)?|einwaende?|beanstandung(en)?|bemerkung(en)?|befunde?|luecken?|einspruch)\b",
            r"\b(cannot|can not|can never|can neither) (\w+ )?(stop|disturb|block|overwrite|interfere|starve|delay|reach|touch|influence|alter|stall|see|access)\b|\bnicht (\w+ ){0,2}(stoeren|blockieren|ueberschreiben|beeinflussen|verzoegern|anhalten|erreichen|beruehrt|betroffen)\b|\b(no|nobody|niemand|keiner) \w+ (without|ohne)\b|\bnot (touched|changed|altered) by\b",
            r"\b(nobody|no one|niemand|keiner|keine) (who|der|die|of the) |\bnever (built|wrote|written|worked|developed|coded|had commit) |\bnie (fuer uns |an |am )?(\w+ ){0,3}(entwickelt|gearbeitet|programmiert|geschrieben|mitgearbeitet)|\bkeine zeile (code|quelltext)\b|\bweder .{0,40}(exportierbar|auslesbar|kopierbar|ueberschreibbar|lesbar)|\bthere is no (second )?(copy|export|way to (read|copy|export|extract))\b|\bif not, (do not|don't)\b",
            r"\b(no|keinen?|kein) (lasting|permanent|serious|bleibende[nrs]?|ernste[nrs]?|schwere[nrs]?) (harm|injur(y|ies)|damage|schaden|schaeden|verletzung(en)?)\b|\bkeine (haupt|neben)?abweichung|\b(with|found|shows?) no differences?\b|\bohne unterschied\b|\b(none|keiner|keine|keines) (of the|of these|der|dieser) .{0,60}\b(contribut|lead|cause|harm|risk|fuehrt|fuehren|traegt|tragen|gefaehrd|risik)",
            r"\bneither (death|harm|injur\w+|damage)\b|\bneither \w+ nor (\w+ ){1,3}(is|are|was|were|can|could) (left|possible|credible|expected|reached|exceeded|affected)\b|\b(nobody|no one|no patient|niemand|kein patient) (\w+ ){0,3}(harmed|hurt|injured|comes to harm|zu schaden|verletzt|gefaehrdet)|\b(no|kein|keinen) (harm|schaden)\b",
            r"\b(never|cannot be|can't be|can not be|may not be) (be )?(re-?written|overwritten|edited|erased|altered|removed|deleted|lost|used again|given out again)\b|\b(does|do|will|can) not (save|accept|let|allow|merge|start|build|proceed|ship|close|open|go on|compile|run|pass|take)\b.{0,60}\b(without|until|unless|before|as long as)\b",
            r"\b(whatever|what|everything|anything|services?|ports?|accounts?|functions?|interfaces?) (that )?(is|are) not (needed|used|required|in use)\b|\bnicht (benoetigte|gebrauchte|verwendete|benutzte)[nrsm]?\b|\bwas nicht (gebraucht|benoetigt|benutzt|verwendet) wird\b|\b(geht|gelingt|reicht|genuegt) (das|dies|es) nicht,|\bgar nicht erst\b",
            r"\b(open|remaining|unresolved|not covered|noch nicht \w+te[nrsm]?|offene[nrsm]?) (items?|points?|findings?|tickets?|punkte|feststellungen)\b",
        ],
    ),
];

/// Recognises the manner of sentences.
pub struct SpeechPatterns {
    set: RegexSet,
    groups: Vec<usize>,
    /// The patterns of `NO_DENIAL` by themselves: they are many and long, and few sentences hold a word of denial.
    excuses: RegexSet,
}

impl SpeechPatterns {
    /// Compiles the patterns, once per review.
    ///
    /// # Panics
    /// Never in a released program: the patterns are constants, compiled by a test.
    #[must_use]
    pub fn new() -> Self {
        let (mut groups, mut patterns, mut excuses) = (Vec::new(), Vec::new(), Vec::new());
        for (group, list) in GROUPS {
            for pattern in list {
                if group == NO_DENIAL {
                    excuses.push(*pattern);
                } else {
                    groups.push(group);
                    patterns.push(*pattern);
                }
            }
        }
        let compiled = |patterns: &[&str]| {
            let set = RegexSetBuilder::new(patterns).unicode(false).size_limit(64 << 20).dfa_size_limit(64 << 20).build();
            set.unwrap_or_else(|_| RegexSet::empty())
        };
        Self { set: compiled(&patterns), groups, excuses: compiled(&excuses) }
    }

    /// A folded sentence with its contractions written out: "we'll", "isn't".
    #[must_use]
    pub fn written_out(folded: &str) -> Option<String> {
        const CONTRACTIONS: [(&str, &str); 7] = [
            ("won't", "will not"),
            ("can't", "cannot"),
            ("shan't", "shall not"),
            ("n't", " not"),
            ("'ll", " will"),
            ("'ve", " have"),
            ("'re", " are"),
        ];
        if !folded.contains('\'') {
            return None;
        }
        let written = CONTRACTIONS.iter().fold(folded.to_owned(), |text, (short, long)| text.replace(short, long));
        (written != folded).then_some(written)
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
        } else if hit[STATEMENT] || is_sentence(folded) {
            Manner::Statement
        } else {
            Manner::Fragment
        };
        // What stands in a subordinate clause ("where a control is not available, …") denies nothing by itself.
        let is_denied = takes_back(folded) || (hit[DENIAL] && !self.excuses(folded) && self.denies(&main_clauses(folded)));
        Speech { manner, is_hypothetical: hit[HYPOTHETICAL], quotes_standard: hit[STANDARD], is_denied }
    }
}

/// Whether a sentence begins by taking back what follows, whatever that is: "Not done so far: …".
fn takes_back(folded: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "not done",
        "not yet",
        "not started",
        "not in place",
        "not so far",
        "so far not",
        "bisher nicht",
        "bislang nicht",
        "noch nicht",
        "nicht umgesetzt",
        "nicht begonnen",
        "derzeit nicht",
    ];
    BEGINNINGS.iter().any(|words| folded.starts_with(words))
}

impl SpeechPatterns {
    /// Whether a folded sentence begins like an instruction to whoever fills a template. In an SOP such a sentence is a
    /// step of the procedure, so the judge asks this of italic text only.
    #[must_use]
    pub fn instructs(folded: &str) -> bool {
        const VERBS: [&str; 44] = [
            "describe",
            "explain",
            "state",
            "specify",
            "define",
            "list",
            "record",
            "name",
            "identify",
            "insert",
            "enter",
            "provide",
            "add",
            "summarise",
            "summarize",
            "outline",
            "indicate",
            "include",
            "set",
            "give",
            "fill",
            "delete",
            "remove",
            "replace",
            "adapt",
            "use",
            "write",
            "document",
            "note",
            "attach",
            "refer",
            "choose",
            "select",
            "complete",
            "beschreiben",
            "nennen",
            "angeben",
            "eintragen",
            "ausfuellen",
            "hier",
            "bitte",
            "this",
            "tailor",
            "copy",
        ];
        let first = folded.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
        VERBS.contains(&first) || folded.split(' ').take(6).any(|word| word == "sie")
    }

    /// Whether a folded sentence holds words of denial that deny nothing: a ban, a limit, a list of what is still open.
    #[must_use]
    pub fn excuses(&self, folded: &str) -> bool {
        self.excuses.is_match(folded.as_bytes())
    }

    fn denies(&self, folded: &str) -> bool {
        self.set.matches(folded.as_bytes()).into_iter().any(|index| self.groups.get(index) == Some(&DENIAL))
    }
}

/// Whether a unit is built like a sentence: long enough, and ended by a full stop. No list of verbs holds them all.
fn is_sentence(folded: &str) -> bool {
    folded.ends_with(['.', ';', '!']) && folded.split(' ').count() >= FEWEST_WORDS_OF_A_SENTENCE
}

/// A folded sentence without its subordinate clauses: from a word that opens one to the next comma or semicolon.
/// Relative clauses have no such end; of them the verb and what follows it closely are left out.
#[must_use]
pub fn main_clauses(folded: &str) -> String {
    const OPENERS: [&str; 26] = [
        "if", "where", "when", "whenever", "unless", "until", "once", "wenn", "falls", "sofern", "soweit", "solange", "ob", "whether",
        "because", "why", "warum", "wieso", "weshalb", "damit", "sodass", "weil", "dass", "bevor", "obwohl", "although",
    ];
    // After a comma these open a German relative clause, which the next comma ends.
    const AFTER_COMMA: [&str; 11] = ["die", "der", "das", "den", "dem", "deren", "dessen", "denen", "wobei", "wodurch", "was"];
    const RELATIVES: [&str; 5] = ["that", "which", "who", "welche", "welcher"];
    const VERBS: [&str; 12] = ["is", "are", "was", "were", "has", "have", "had", "do", "does", "did", "can", "cannot"];
    let words: Vec<&str> = folded.split(' ').collect();
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let word = words[at].trim_start_matches(['(', '"']);
        let after_comma = at > 0 && words[at - 1].ends_with(',');
        let is_purpose = word == "so" && words.get(at + 1).is_some_and(|next| *next == "that" || *next == "dass");
        if OPENERS.contains(&word) || is_purpose || (after_comma && AFTER_COMMA.contains(&word)) {
            while at < words.len() && !words[at].ends_with([',', ';', ':', ')']) {
                at += 1;
            }
        } else if word == "whose" || (RELATIVES.contains(&word) && words.get(at + 1).is_some_and(|next| VERBS.contains(next))) {
            let end = (at + 6).min(words.len());
            while at < end && !words[at].ends_with([',', ';', ':', ')', '.']) {
                at += 1;
            }
        } else {
            kept.push(words[at]);
        }
        at += 1;
    }
    kept.join(" ")
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
        assert!(!patterns.set.is_empty() && !patterns.excuses.is_empty(), "the patterns compile");
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
    fn denials() {
        let patterns = SpeechPatterns::new();
        for sentence in [
            "Threats are not scored.",
            "We have no process for managing security risks.",
            "The company has no security risk management process.",
            "No security risk management process exists.",
            "Each threat is never scored.",
            "Threat scoring wasn't performed.",
            "Vulnerabilities cannot be identified with STRIDE.",
            "The team failed to score the threats.",
            "Nobody scores the threats.",
            "It was found that threats are not scored.",
            "Wir haben keinen Prozess für IT-Sicherheitsrisiken.",
            "Ein Prozess existiert nicht.",
            "Bedrohungen werden nie bewertet.",
            "Bedrohungen werden weder bewertet noch erfasst.",
            "Die Bedrohungen wurden nicht bewertet.",
        ] {
            assert!(patterns.speech(&fold(sentence)).is_denied, "{sentence}");
        }
        for sentence in [
            "Where a control is not available, the threat is mitigated by network segmentation.",
            "Each threat is scored; if not applicable, the reason is recorded.",
            "Vulnerabilities that have not been assessed within 5 days are escalated.",
            "Security risks that are not yet mitigated are listed and their residual risk is documented.",
            "The testers were not involved in the development.",
            "Risks above 4.0 are not acceptable and are mitigated.",
            "A release shall not contain a known vulnerability of high severity.",
            "Each threat is scored with CVSS.",
            "With these measures neither death nor lasting injury is left as an outcome.",
            "The history of the repository is never rewritten.",
            "The tracker does not save a ticket without these fields.",
            "Services that are not needed are switched off.",
            "Geht das nicht, warnt eine Meldung den Anwender.",
        ] {
            assert!(!patterns.speech(&fold(sentence)).is_denied, "{sentence}");
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
