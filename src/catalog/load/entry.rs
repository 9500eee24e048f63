//! Reading `<standard>/<clause>.toml`: a full entry.

use std::collections::BTreeSet;

use crate::catalog::load::constraint;
use crate::catalog::load::lexicon::patterns;
use crate::catalog::load::standard::read_mapping;
use crate::catalog::load::table::{Source, Table, Text};
use crate::catalog::load::words::{CLAUSE_KINDS, GRADES, SAFETY_CLASSES, STAGES, STRENGTHS};
use crate::catalog::mistake::did_you_mean;
use crate::catalog::{
    Claim, Clause, ClauseKind, ClauseTests, ClauseTexts, CommonGap, Constraint, EvidenceSignal, EvidenceStrength, Grade, Lexicon, Reading,
    Stage, Status,
};

/// Reads one entry. `targets` takes the mapping targets for a check when all standards are known.
pub(super) fn read(source: &Source<'_>, standard: &str, number: &str, lexicon: &Lexicon, targets: &mut Vec<Text>) -> Clause {
    let parsed = source.parse();
    let mut file = Table::root(source, &parsed);
    file.whole_number("schema", 1..=1);
    let id = file.text("id");
    if !id.value.is_empty() && id.value != format!("{standard}/{number}") {
        source.mistake(
            id.span,
            format!("the id is not that of the file, `{standard}/{number}`"),
            "Make the id the path of the file without `.toml`.",
        );
    }
    let rev = file.whole_number("rev", 1..=u32::MAX);
    let title = file.prose("title");
    let kind: Option<ClauseKind> = file.one_of("kind", CLAUSE_KINDS);
    let safety_classes = file.many_of("safety_classes", SAFETY_CLASSES);
    let status = read_status(&mut file);
    let wording = read_texts(&mut file);
    let claims = file.tables("claim").into_iter().map(read_claim).collect();
    let mappings = file.tables("map").into_iter().filter_map(|table| read_mapping(table, targets)).collect();
    let signals = read_signals(source, &mut file);
    let roles: Vec<&str> = signals.iter().map(|signal| signal.role.as_str()).collect();
    let constraints = constraint::read_all(source, &mut file, lexicon, &roles);
    let gaps = read_gaps(source, &mut file, &constraints);
    let tests = read_tests(&mut file);
    let reading = file.tables("reading").into_iter().map(read_reading).collect();
    let open_questions = file.table("notes").map(read_open_questions).unwrap_or_default();
    file.finish();
    Clause {
        number: number.to_owned(),
        title,
        rev,
        sha256: source.sha256(),
        kind,
        safety_classes,
        status,
        texts: wording,
        claims,
        constraints,
        gaps,
        signals,
        mappings,
        reading,
        open_questions,
        tests,
        judged_by: None,
    }
}

/// Notes an id that stands twice or does not look like `c01`.
pub(super) fn check_id(source: &Source<'_>, id: &Text, letter: char, taken: &mut BTreeSet<String>) {
    let digits = id.value.strip_prefix(letter).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        source.mistake(id.span.clone(), format!("`{}` is no id of this kind", id.value), format!("Ids here are `{letter}` and a number."));
    }
    if !taken.insert(id.value.clone()) {
        source.mistake(
            id.span.clone(),
            format!("the id `{}` stands in this file twice", id.value),
            "Ids are never reused; take the next free one.",
        );
    }
}

fn read_status(file: &mut Table<'_>) -> Status {
    let Some(mut table) = file.table("status") else {
        file.mistake(0..0, "the entry lacks `[status]`", "Say its stage and what its text rests on.");
        return Status {
            stage: Stage::Draft,
            text_basis: String::new(),
            checked_against_standard: false,
            reviewers: Vec::new(),
            second_read: String::new(),
        };
    };
    let status = Status {
        stage: table.one_of("stage", STAGES).unwrap_or(Stage::Draft),
        text_basis: table.prose("text_basis"),
        checked_against_standard: table.boolean("checked_against_standard").unwrap_or(false),
        reviewers: table.tables("reviewers").into_iter().map(read_reviewer).collect(),
        second_read: read_day(&mut table, "second_read"),
    };
    if status.stage != Stage::Draft && status.reviewers.is_empty() {
        table.mistake(table.span(), "the entry claims to be reviewed but names no reviewer", "Add `reviewers`, or set the stage to draft.");
    }
    table.finish();
    status
}

/// A day that may be missing.
fn read_day(table: &mut Table<'_>, key: &'static str) -> String {
    let Some(day) = table.optional_text(key) else { return String::new() };
    check_day(table, key, &day);
    day.value
}

fn check_day(table: &Table<'_>, key: &str, day: &Text) {
    if !day.value.is_empty() && day.value.parse::<jiff::civil::Date>().is_err() {
        table.mistake(day.span.clone(), format!("`{key}` is no date"), "Write it as \"2026-11-22\".");
    }
}

fn read_reviewer(mut table: Table<'_>) -> String {
    let (who, role, date) = (table.prose("who"), table.prose("role"), table.prose("date"));
    let rev = table.whole_number("rev", 1..=u32::MAX);
    table.finish();
    format!("{who}, {role}, {date}, rev {rev}")
}

fn read_texts(file: &mut Table<'_>) -> ClauseTexts {
    let Some(mut table) = file.table("text") else {
        file.mistake(0..0, "the entry lacks `[text]`", "Say at least `requirement` and `why`.");
        return ClauseTexts::default();
    };
    let texts = ClauseTexts {
        requirement: table.prose("requirement"),
        why: table.prose("why"),
        changed: table.optional_prose("changed"),
        defense: table.optional_prose("defense"),
    };
    table.finish();
    texts
}

fn read_claim(mut table: Table<'_>) -> Claim {
    let text = table.prose("text");
    let source = table.prose("source");
    let checked_on = table.text("checked_on");
    check_day(&table, "checked_on", &checked_on);
    table.finish();
    Claim { text, source, checked_on: checked_on.value }
}

fn read_signals(source: &Source<'_>, file: &mut Table<'_>) -> Vec<EvidenceSignal> {
    let mut taken = BTreeSet::new();
    let mut signals = Vec::new();
    for mut table in file.tables("signal") {
        let id = table.text("id");
        check_id(source, &id, 's', &mut taken);
        let signal = EvidenceSignal {
            id: id.value,
            strength: table.one_of("strength", STRENGTHS).unwrap_or(EvidenceStrength::Weak),
            role: table.text("role").value,
            name: patterns(source, table.texts("name")),
            not_name: patterns(source, table.texts("not_name")),
        };
        if signal.name.is_empty() {
            table.mistake(table.span(), "the signal has no pattern in `name`", "Give at least one pattern that compiles.");
        }
        table.finish();
        signals.push(signal);
    }
    signals
}

fn read_gaps(source: &Source<'_>, file: &mut Table<'_>, constraints: &[Constraint]) -> Vec<CommonGap> {
    let mut taken = BTreeSet::new();
    let mut gaps = Vec::new();
    for mut table in file.tables("gap") {
        let id = table.text("id");
        check_id(source, &id, 'g', &mut taken);
        let against = table.texts("evidence_against");
        for constraint in &against {
            if !constraints.iter().any(|known| known.id == constraint.value) {
                source.mistake(
                    constraint.span.clone(),
                    format!("the gap names the constraint `{}`, which this entry does not have", constraint.value),
                    did_you_mean(&constraint.value, constraints.iter().map(|known| known.id.as_str())),
                );
            }
        }
        if against.is_empty() {
            table.mistake(table.span(), "the gap says of no constraint that its failing shows it", "Name them in `evidence_against`.");
        }
        gaps.push(CommonGap {
            id: id.value,
            grade: table.one_of("grade", GRADES).unwrap_or(Grade::Minor),
            title: table.prose("title"),
            auditor_sees: table.prose("auditor_sees"),
            remedy: table.prose("remedy"),
            evidence_against: against.into_iter().map(|text| text.value).collect(),
        });
        table.finish();
    }
    gaps
}

fn read_tests(file: &mut Table<'_>) -> ClauseTests {
    let Some(mut tests) = file.table("test") else { return ClauseTests::default() };
    let mut found = ClauseTests::default();
    if let Some(mut names) = tests.table("name") {
        found = ClauseTests { matching: names.words("match"), rejected: names.words("reject") };
        names.finish();
    }
    tests.finish();
    found
}

fn read_reading(mut table: Table<'_>) -> Reading {
    let reading = Reading { title: table.prose("title"), is_free: table.boolean("free").unwrap_or(false) };
    table.finish();
    reading
}

fn read_open_questions(mut table: Table<'_>) -> Vec<String> {
    let open = table.words("open");
    table.finish();
    open
}
