//! Assessments and catalogs built by hand: small ones for single rules, and a large one with hostile names.

use std::path::{Path, PathBuf};

use crosswalk::assessment::{
    Assessment, Candidate, Chosen, Components, ConstraintFinding, Evidence, Finding, FindingGap, SCHEMA, Score, Verdict,
};
use crosswalk::catalog::{
    Basis, Catalog, CatalogIdentity, Clause, ClauseTests, ClauseTexts, CommonGap, Confidence, Constraint, ConstraintTests,
    EvidenceStrength, Grade, Lexicon, Modal, Origin, Profile, SafetyClass, Stage, Standard, Status,
};
use crosswalk::evidence::{LedgerEntry, LedgerStatus, Locator, SourceIdentity, SourceKind, TextDigest, Unreadable};
use crosswalk::report::PageFacts;

/// File names as strangers give them.
pub const HOSTILE_NAMES: [&str; 8] = [
    "<script>alert(1)</script>.pdf",
    "\"quoted\" & 'single' <b>bold</b>.docx",
    "line\nbreak\r\tand\u{0}null.pdf",
    "invoice\u{202e}fdp.exe",
    "zero\u{200b}width\u{feff}.md",
    "deep/folder/מסמך סיכונים.docx",
    "]]><!-- x -->.pdf",
    "javascript:alert(1).txt",
];

/// Where samples are written: the folder that `CROSSWALK_REPORT_SAMPLES` names, else one that goes away.
pub enum Folder {
    Kept(PathBuf),
    Temporary(tempfile::TempDir),
}

impl Folder {
    #[expect(clippy::disallowed_methods, reason = "the person who wants to look at samples says so by the environment")]
    pub fn new() -> Self {
        match std::env::var_os("CROSSWALK_REPORT_SAMPLES") {
            Some(path) => Self::Kept(path.into()),
            None => Self::Temporary(tempfile::tempdir().unwrap()),
        }
    }

    pub fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

/// A name of 255 characters without a place to break.
pub fn long_name() -> String {
    format!("{}.pdf", "W".repeat(251))
}

pub fn facts() -> PageFacts {
    PageFacts {
        reviewed_on: Some("22 November 2026".into()),
        source: Some("QMS of <Example> & Söhne\u{202e}".into()),
        incomplete_reasons: vec![],
        gap_report_href: Some("gap-report.html".into()),
        summary_href: Some("summary.html".into()),
    }
}

pub fn clause(number: &str, title: &str, stage: Stage, constraints: usize) -> Clause {
    Clause {
        number: number.into(),
        title: title.into(),
        rev: 1,
        sha256: String::new(),
        kind: None,
        safety_classes: vec![],
        status: Status { stage, text_basis: String::new(), checked_against_standard: false, reviewers: vec![], second_read: String::new() },
        texts: ClauseTexts {
            requirement: format!(
                "Do what {title} is about in a planned way, write down\nwhat was decided, and keep the records under control."
            ),
            why: String::new(),
            changed: String::new(),
            defense: "{title} is governed by {doc:procedure} (rev. {rev}); results for {product} are kept in {doc:threat-model}.".into(),
        },
        claims: vec![],
        constraints: (1..=constraints)
            .map(|n| Constraint {
                id: format!("c{n:02}"),
                shall: format!("Part {n} of {title} SHALL be planned, done and recorded."),
                question: String::new(),
                weight: u8::try_from(n % 3 + 1).unwrap(),
                modal: if n == 5 { Modal::Should } else { Modal::Shall },
                basis: Basis::Inference,
                confidence: Confidence::Medium,
                evidence_kinds: vec![],
                hit: vec![],
                table: None,
                require_any: vec![],
                veto: vec![],
                tests: ConstraintTests::default(),
                retired: None,
                is_part: false,
            })
            .collect(),
        gaps: vec![
            gap("g1", Grade::Major, "One table for safety and security", "c02"),
            gap("g2", Grade::Minor, "Nobody is named as the owner", "c01"),
        ],
        signals: vec![],
        mappings: vec![],
        reading: vec![],
        open_questions: vec![],
        tests: ClauseTests::default(),
        judged_by: None,
    }
}

fn gap(id: &str, grade: Grade, title: &str, against: &str) -> CommonGap {
    CommonGap {
        id: id.into(),
        grade,
        title: title.into(),
        auditor_sees: "A single table in which threats carry a probability of 1 or 2, without an attacker.".into(),
        remedy: "Keep a register of its own with its own scoring and a column that points to the hazard.".into(),
        evidence_against: vec![against.into()],
    }
}

pub fn standard(id: &str, title: &str, clauses: Vec<Clause>) -> Standard {
    Standard {
        id: id.into(),
        title: title.into(),
        edition: "First edition, 2021".into(),
        origin: Origin::Ours,
        aliases: vec![],
        copyright: String::new(),
        source: String::new(),
        groups: vec![],
        profiles: vec![Profile { id: "clauses-4-9".into(), title: "Clauses 4 to 9".into(), clauses: vec![] }],
        clauses,
    }
}

pub fn catalog(standards: Vec<Standard>) -> Catalog {
    Catalog { identity: CatalogIdentity { edition: "2026.11.0".into(), sha256: "5f".repeat(32) }, standards, lexicon: Lexicon::default() }
}

pub fn assessment(kind: SourceKind, findings: Vec<Finding>, ledger: Vec<LedgerEntry>) -> Assessment {
    Assessment {
        schema: SCHEMA.into(),
        engine: "crosswalk 0.1.0".into(),
        catalog: CatalogIdentity { edition: "2026.11.0".into(), sha256: "5f".repeat(32) },
        source: SourceIdentity { kind, root: if kind == SourceKind::Folder { ".".into() } else { "0ABCdef".into() } },
        chosen: Chosen { standards: vec!["iec-81001-5-1-2021".into()], profile: "clauses-4-9".into(), safety_class: SafetyClass::C },
        complete: true,
        ledger,
        findings,
    }
}

pub fn evidence(path: &str, quote: &str, locator: Locator) -> Evidence {
    Evidence { path: path.into(), file_id: Some(format!("id/{}", path.len())), locator, quote: quote.into(), strength: Score::new(0.8214) }
}

/// A finding with one constraint per verdict given; supported, weak and not-found ones carry a quote each.
pub fn finding(standard: &str, clause: &Clause, status: Verdict, verdicts: &[Verdict], paths: &[String]) -> Finding {
    let path = |n: usize| paths.get(n % paths.len().max(1)).cloned();
    let constraints = verdicts
        .iter()
        .zip(&clause.constraints)
        .enumerate()
        .map(|(n, (verdict, constraint))| ConstraintFinding {
            id: constraint.id.clone(),
            shall: constraint.shall.clone(),
            verdict: *verdict,
            score: Score::new(0.5),
            components: Components {
                finder: Score::new(0.7),
                found_by: None,
                met: vec!["threat model".into(), "identify".into()],
                missed: if *verdict == Verdict::Supported { vec![] } else { vec!["acceptance <criteria>".into()] },
                document_kind: Some("procedure".into()),
                document_kind_by: Some("file name".into()),
                language: Some("obligation".into()),
                vetoes: if *verdict == Verdict::Weak { vec!["draft document".into()] } else { vec![] },
                because: match verdict {
                    Verdict::Supported => "A procedure binds it in one sentence, with all that the constraint names.".into(),
                    Verdict::Weak => "It is named, but the document says of itself that it is a draft.".into(),
                    Verdict::NotFound => "No document speaks of it.".into(),
                    Verdict::NotAssessable => "The one file whose name speaks for it is encrypted.".into(),
                },
            },
            contradicted_by: Vec::new(),
            evidence: match (verdict, path(n)) {
                (Verdict::Supported | Verdict::Weak, Some(path)) => {
                    (0..=(n % 2)).map(|k| evidence(&path, &quote(n, k), locator(n))).collect()
                }
                (Verdict::NotFound, Some(path)) if n % 3 == 0 => vec![evidence(&path, &quote(n, 9), locator(n))],
                _ => vec![],
            },
        })
        .collect();
    Finding {
        standard: standard.into(),
        clause: clause.number.clone(),
        title: clause.title.clone(),
        stage: clause.status.stage,
        status,
        score: Score::new(0.6123),
        constraints,
        candidates: paths
            .iter()
            .take(2)
            .enumerate()
            .map(|(n, p)| Candidate {
                path: p.clone(),
                signal: if n == 0 { "procedure".into() } else { "risk-register".into() },
                strength: if n == 0 { EvidenceStrength::Strong } else { EvidenceStrength::Weak },
            })
            .collect(),
        gaps: if status == Verdict::Supported || clause.status.stage == Stage::Structure {
            vec![]
        } else {
            clause
                .gaps
                .iter()
                .map(|g| FindingGap { id: g.id.clone(), grade: g.grade, title: g.title.clone(), remedy: g.remedy.clone() })
                .collect()
        },
    }
}

fn quote(n: usize, k: usize) -> String {
    match (n + k) % 4 {
        0 => format!(
            "Each threat of passage {n}.{k} is rated with CVSS v3.1 & the rubric <for medical devices>, and \"accepted\" by the security lead."
        ),
        1 => format!(
            "Passage {n}.{k}: {}",
            "the effectiveness of the security controls is monitored by quarterly scans; ".repeat(4).trim_end()
        )
        .chars()
        .take(300)
        .collect(),
        2 => format!(
            "Die Wirksamkeit der Maßnahmen {n}.{k} wird jährlich durch einen Penetrationstest überwacht und im Register festgehalten."
        ),
        _ => format!("Row {n}.{k} {} https://example.org/a?b=c&d", "R-17 Spoofing of the gateway 7.5 Mutual TLS implemented"),
    }
}

fn locator(n: usize) -> Locator {
    match n % 3 {
        0 => Locator { page: Some(3), heading_path: vec!["4 Process".into(), "4.2 Threats & \"controls\"".into()], ..Locator::default() },
        1 => Locator { heading_path: vec!["Überwachung".into()], paragraph: Some(17), ..Locator::default() },
        _ => Locator { sheet: Some("Register <2026>".into()), range: Some("A5:F5".into()), ..Locator::default() },
    }
}

pub fn read(path: &str) -> LedgerEntry {
    LedgerEntry {
        path: path.into(),
        file_id: Some(format!("id/{}", path.len())),
        mime: "application/pdf".into(),
        bytes: 182_000,
        sha256: Some("ab01".repeat(16)),
        sha256_of: path.len().is_multiple_of(2).then_some(TextDigest::Text),
        revision: path.len().is_multiple_of(2).then(|| "14".into()),
        kind: Some("meeting-note".into()),
        status: LedgerStatus::Read,
        reason: None,
    }
}

pub fn unread(path: &str, status: LedgerStatus, reason: &str) -> LedgerEntry {
    LedgerEntry { status, reason: Some(reason.into()), kind: None, sha256: None, sha256_of: None, revision: None, ..read(path) }
}

/// Three standards, 59 + 6 + 2 clauses, thirty documents, every verdict, every hostile name.
pub fn large(kind: SourceKind) -> (Assessment, Catalog) {
    let mut paths: Vec<String> = HOSTILE_NAMES.iter().map(ToString::to_string).collect();
    paths.push(long_name());
    for n in 1..=14 {
        paths.push(format!("02 Procedures/SOP-{n:02} Security activities part {n}.docx"));
    }
    paths.sort();
    let titles = [
        "Security risk management",
        "Software of unknown provenance",
        "Vulnerability handling",
        "Regular security updates",
        "Coding standard",
    ];
    let clauses: Vec<Clause> = (0..59)
        .map(|n| {
            let stage = if n % 3 == 0 { Stage::Draft } else { Stage::Structure };
            clause(
                &format!("{}.{}.{}", n / 12 + 4, n / 4 % 3 + 1, n % 4 + 1),
                titles[n % 5],
                stage,
                if stage == Stage::Draft { 6 } else { 1 },
            )
        })
        .collect();
    let second: Vec<Clause> = (1..=6).map(|n| clause(&format!("8.1.{n}"), "Configuration items", Stage::ExpertReviewed, 3)).collect();
    let own: Vec<Clause> = (1..=2).map(|n| clause(&format!("R-{n}"), "Our <own> demand", Stage::Imported, 1)).collect();
    let catalog = catalog(vec![
        standard(
            "iec-81001-5-1-2021",
            "Health software and health IT systems safety, effectiveness and security – Security activities in the product life cycle",
            clauses,
        ),
        standard("iec-62304-2006-a1-2015", "Medical device software – Software life cycle processes", second),
        Standard { origin: Origin::Imported, ..standard("Customer demands <2026>", "Customer demands <2026>", own) },
    ]);
    let mut findings = Vec::new();
    for standard in &catalog.standards {
        for (n, clause) in standard.clauses.iter().enumerate() {
            let status = match (n % 5, clause.status.stage) {
                (0, Stage::Draft | Stage::ExpertReviewed) => Verdict::Supported,
                (0 | 1, _) => Verdict::Weak,
                (4, _) => Verdict::NotAssessable,
                _ => Verdict::NotFound,
            };
            let others = [Verdict::Supported, Verdict::Weak, Verdict::NotFound, Verdict::NotFound, Verdict::Weak, Verdict::NotAssessable];
            let verdicts = match status {
                Verdict::Supported => vec![Verdict::Supported; 6],
                Verdict::Weak if clause.constraints.len() > 1 => others.to_vec(),
                one => vec![one; 6],
            };
            let start = n % paths.len();
            findings.push(finding(&standard.id, clause, status, &verdicts, &paths[start..(start + 3).min(paths.len())]));
        }
    }
    let mut ledger: Vec<LedgerEntry> = paths.iter().map(|p| read(p)).collect();
    for (name, why) in [
        ("old/Risk file (signed).pdf", Unreadable::Scanned),
        ("old/Audit 2023.pdf", Unreadable::Scanned),
        ("old/Threat model.docx", Unreadable::Encrypted),
        ("old/Plan.doc", Unreadable::Unsupported { format: "DOC (Word 97)".into() }),
    ] {
        ledger.push(unread(name, LedgerStatus::Unreadable, &why.in_words()));
    }
    for n in 1..=5 {
        ledger.push(unread(&format!("pictures/photo-{n}.jpg"), LedgerStatus::PassedOver, "Picture: no text to read."));
    }
    ledger.push(unread(".git", LedgerStatus::PassedOver, "Hidden folder."));
    ledger.sort_by(|a, b| a.path.cmp(&b.path));
    (assessment(kind, findings, ledger), catalog)
}

/// An earlier review of the same: fewer files, one in another state, and other verdicts.
pub fn earlier(assessment: &Assessment) -> Assessment {
    let mut earlier = assessment.clone();
    earlier.complete = true;
    earlier.ledger.retain(|entry| !entry.path.contains("SOP-03"));
    for entry in earlier.ledger.iter_mut().filter(|entry| entry.path.contains("SOP-05")) {
        entry.sha256 = Some("cd".repeat(32));
        entry.revision = Some("13".into());
    }
    for (number, finding) in earlier.findings.iter_mut().enumerate() {
        let verdict = [Verdict::Supported, Verdict::NotFound, Verdict::NotAssessable][number % 3];
        if number % 4 == 0 {
            finding.status = verdict;
            for constraint in &mut finding.constraints {
                constraint.verdict = verdict;
                constraint.evidence.clear();
            }
        }
    }
    earlier.findings.remove(5);
    earlier
}
