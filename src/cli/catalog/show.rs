//! `crosswalk catalog show`.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::catalog::{Catalog, Clause, Constraint, EvidenceStrength, Modal, Standard, did_you_mean};
use crate::cli::catalog::{Format, stage_and_count};
use crate::cli::{Exit, Failure};

/// The clause or standard of that id, as text or JSON.
pub(super) fn run(catalog: &Catalog, id: &str, format: Format) -> Result<String, Failure> {
    if let Some(standard) = catalog.standard(id) {
        return Ok(match format {
            Format::Text => standard_as_text(standard),
            Format::Json => format!("{:#}\n", standard_as_json(standard)),
        });
    }
    // A user's own standard may hold a slash itself, so every way to cut the id is tried.
    let mut cuts = id.match_indices('/').map(|(at, _)| (&id[..at], &id[at + 1..]));
    let found = cuts.find_map(|(standard, number)| Some((catalog.standard(standard)?, catalog.clause(standard, number)?)));
    let Some((standard, clause)) = found else { return Err(unknown(catalog, id)) };
    Ok(match format {
        Format::Text => clause_as_text(standard, clause),
        Format::Json => format!("{:#}\n", clause_as_json(standard, clause)),
    })
}

pub(super) fn unknown(catalog: &Catalog, id: &str) -> Failure {
    let headings = catalog.standards.iter().flat_map(|s| s.groups.iter().map(move |group| (s, group)));
    for (standard, group) in headings {
        if id == format!("{}/{}", standard.id, group.number) {
            let below = standard.clauses.iter().filter(|clause| clause.number.starts_with(&format!("{}.", group.number)));
            let numbers: Vec<&str> = below.map(|clause| clause.number.as_str()).collect();
            return Failure::new(
                Exit::Usage,
                format!("`{id}` ({}) is a heading without a requirement of its own", group.title),
                format!("Show one of its clauses: {}.", numbers.join(", ")),
            );
        }
    }
    let of_clauses = catalog.standards.iter().flat_map(|s| s.clauses.iter().map(move |clause| format!("{}/{}", s.id, clause.number)));
    let known: Vec<String> = catalog.standards.iter().map(|standard| standard.id.clone()).chain(of_clauses).collect();
    let near = did_you_mean(id, known.iter().map(String::as_str));
    let advice = format!("{near} `crosswalk catalog list` prints all ids.");
    Failure::new(Exit::Usage, format!("the catalog has no clause or standard `{id}`"), advice.trim())
}

fn standard_as_text(standard: &Standard) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n{}\nEdition: {}", standard.id, standard.title, standard.edition);
    for profile in &standard.profiles {
        let _ = writeln!(out, "Profile {}: {}", profile.id, profile.title);
    }
    if !standard.aliases.is_empty() {
        let _ = writeln!(out, "Also known as: {}", standard.aliases.join("; "));
    }
    let _ = writeln!(out, "{}\nNumbers and titles: {}\n", standard.copyright, standard.source);
    for clause in &standard.clauses {
        let _ = writeln!(out, "  {:<12} {:<14} {}", clause.number, stage_and_count(clause), clause.title);
    }
    out
}

fn clause_as_text(standard: &Standard, clause: &Clause) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}/{}  {}", standard.id, clause.number, clause.title);
    let status = &clause.status;
    let checked =
        if status.checked_against_standard { "compared with the standard" } else { "not compared with a bought copy of the standard" };
    let _ = writeln!(out, "Stage: {}, rev {}, {checked}. Rests on: {}", status.stage.word(), clause.rev, status.text_basis);
    if !status.second_read.is_empty() {
        let _ = writeln!(out, "Read again by another author on {}", status.second_read);
    }
    if !clause.sha256.is_empty() {
        let _ = writeln!(out, "SHA-256 of the entry: {}", clause.sha256);
    }
    if !clause.safety_classes.is_empty() {
        let letters: Vec<&str> = clause.safety_classes.iter().map(|class| class.letter()).collect();
        let _ = writeln!(out, "Safety classes: {}", letters.join(", "));
    }
    if let Some(entry) = &clause.judged_by {
        let _ = writeln!(out, "Judged by: {}/{}", entry.standard, entry.clause);
    }
    for (heading, text) in [
        ("Requirement", &clause.texts.requirement),
        ("Why", &clause.texts.why),
        ("What changed", &clause.texts.changed),
        ("Audit defence", &clause.texts.defense),
    ] {
        if !text.is_empty() {
            let _ = writeln!(out, "\n{heading}\n  {}", text.replace('\n', "\n  "));
        }
    }
    let _ = writeln!(out, "\nConstraints");
    for constraint in &clause.constraints {
        constraint_as_text(&mut out, constraint);
    }
    if !clause.gaps.is_empty() {
        let _ = writeln!(out, "\nCommon gaps");
    }
    for gap in &clause.gaps {
        let grade = format!("{:?}", gap.grade).to_lowercase();
        let _ = writeln!(
            out,
            "  {} likely {grade}: {}\n      An auditor sees: {}\n      Do: {}",
            gap.id, gap.title, gap.auditor_sees, gap.remedy
        );
    }
    if !clause.signals.is_empty() {
        let _ = writeln!(out, "\nFile names that speak for it");
    }
    for signal in &clause.signals {
        let _ = writeln!(out, "  {} {} {}: {}", signal.id, strength(signal.strength), signal.role, signal.name.join("  "));
    }
    if !clause.mappings.is_empty() {
        let _ = writeln!(out, "\nSee also");
    }
    for mapping in &clause.mappings {
        let _ = writeln!(out, "  {} {} (confidence {}; {})", mapping.relation, mapping.to, mapping.confidence, mapping.source);
    }
    for (heading, lines) in [
        ("Claims", clause.claims.iter().map(|c| format!("{} [{}, checked {}]", c.text, c.source, c.checked_on)).collect::<Vec<_>>()),
        ("Reading", clause.reading.iter().map(|r| format!("{}{}", r.title, if r.is_free { " (free)" } else { "" })).collect()),
        ("Open questions", clause.open_questions.clone()),
    ] {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n{heading}\n  {}", lines.join("\n  "));
        }
    }
    out
}

fn constraint_as_text(out: &mut String, constraint: &Constraint) {
    let _ = writeln!(out, "  {} ({}, weight {}) {}", constraint.id, modal(&constraint.modal), constraint.weight, constraint.shall);
    let _ = writeln!(out, "      {}", constraint.question);
    if !constraint.evidence_kinds.is_empty() {
        let kinds: Vec<&str> = constraint.evidence_kinds.iter().map(|kind| kind.word()).collect();
        let _ = writeln!(out, "      Evidence can be: {}", kinds.join(", "));
    }
}

fn modal(modal: &Modal) -> String {
    match modal {
        Modal::Shall => "shall".into(),
        Modal::Should => "should".into(),
        Modal::Expected => "expected".into(),
        Modal::SeeClause(clause) => format!("see {clause}"),
    }
}

fn strength(strength: EvidenceStrength) -> &'static str {
    match strength {
        EvidenceStrength::Strong => "strong",
        EvidenceStrength::Weak => "weak",
    }
}

fn standard_as_json(standard: &Standard) -> Value {
    json!({
        "standard": standard.id,
        "title": standard.title,
        "edition": standard.edition,
        "aliases": standard.aliases,
        "profiles": standard.profiles.iter().map(|p| json!({ "id": p.id, "title": p.title, "clauses": p.clauses })).collect::<Vec<_>>(),
        "clauses": standard.clauses.iter().map(|c| json!({ "clause": c.number, "title": c.title, "stage": c.status.stage.word() })).collect::<Vec<_>>(),
    })
}

fn clause_as_json(standard: &Standard, clause: &Clause) -> Value {
    let constraints: Vec<Value> = clause
        .constraints
        .iter()
        .map(|c| {
            json!({
                "id": c.id, "shall": c.shall, "question": c.question, "weight": c.weight, "modal": modal(&c.modal),
                "basis": c.basis, "confidence": c.confidence, "evidence_kinds": c.evidence_kinds, "retired": c.retired,
            })
        })
        .collect();
    let gaps: Vec<Value> = clause
        .gaps
        .iter()
        .map(|g| {
            json!({
                "id": g.id, "grade": g.grade, "title": g.title, "auditor_sees": g.auditor_sees, "remedy": g.remedy,
                "evidence_against": g.evidence_against,
            })
        })
        .collect();
    let mappings: Vec<Value> = clause
        .mappings
        .iter()
        .map(|m| json!({ "to": m.to, "relation": m.relation, "rationale": m.rationale, "source": m.source, "confidence": m.confidence }))
        .collect();
    json!({
        "standard": standard.id,
        "clause": clause.number,
        "title": clause.title,
        "rev": clause.rev,
        "sha256": clause.sha256,
        "stage": clause.status.stage.word(),
        "text_basis": clause.status.text_basis,
        "checked_against_standard": clause.status.checked_against_standard,
        "second_read": clause.status.second_read,
        "safety_classes": clause.safety_classes,
        "judged_by": clause.judged_by.as_ref().map(|to| format!("{}/{}", to.standard, to.clause)),
        "requirement": clause.texts.requirement,
        "why": clause.texts.why,
        "changed": clause.texts.changed,
        "defense": clause.texts.defense,
        "claims": clause.claims.iter().map(|c| json!({ "text": c.text, "source": c.source, "checked_on": c.checked_on })).collect::<Vec<_>>(),
        "constraints": constraints,
        "gaps": gaps,
        "signals": clause.signals.iter().map(|s| json!({ "id": s.id, "strength": s.strength, "role": s.role })).collect::<Vec<_>>(),
        "mappings": mappings,
        "open_questions": clause.open_questions,
    })
}
