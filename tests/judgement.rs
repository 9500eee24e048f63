//! The judgement on small documents, each with the verdict and the veto that it must get. Cases are data: see
//! `tests/judgement/cases.txt`.

use std::sync::Arc;

use crosswalk::app::embedded_catalog;
use crosswalk::assessment::{Chosen, Engine, Verdict};
use crosswalk::catalog::{self, SafetyClass};
use crosswalk::evidence::{FileContent, SourceFile};
use crosswalk::extract;
use crosswalk::ports::{ExtractLimits, Extraction};

struct Case<'t> {
    shows: &'t str,
    file_name: &'t str,
    clause: (&'t str, &'t str),
    constraint: &'t str,
    verdict: &'t str,
    veto: &'t str,
    body: &'t str,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    text.split("\n=== ")
        .skip(1)
        .map(|case| {
            let (head, body) = case.split_once('\n').expect("a case has a head and a body");
            let parts: Vec<&str> = head.split('|').map(str::trim).collect();
            let [shows, file_name, constraint, verdict, veto] = parts[..] else { panic!("five parts: {head}") };
            let (clause, constraint) = constraint.split_once('#').expect("clause#constraint");
            Case { shows, file_name, clause: clause.split_once('/').expect("standard/clause"), constraint, verdict, veto, body }
        })
        .collect()
}

fn engine() -> Engine {
    let catalog = Arc::new(catalog::load(&embedded_catalog::files()).0.expect("the built-in catalog loads"));
    let chosen =
        Chosen { standards: catalog.standards.iter().map(|s| s.id.clone()).collect(), profile: "all".into(), safety_class: SafetyClass::C };
    Engine::new(catalog, chosen).unwrap_or_else(|bad| panic!("{bad:?}"))
}

/// Verdict and vetoes of a case's constraint after reading its document alone.
fn judged(engine: &Engine, case: &Case<'_>) -> (Verdict, Vec<String>) {
    let file = SourceFile {
        path: case.file_name.into(),
        file_id: None,
        resource_key: None,
        mime: "text/markdown".into(),
        revision: None,
        content: FileContent::Stored { size_bytes: None, checksum: None },
        web_link: None,
    };
    let Extraction::Document(document) = extract::read(case.file_name, &file.mime, case.body.as_bytes(), &ExtractLimits::default()) else {
        panic!("{}: cannot be read", case.shows)
    };
    let observed = engine.examine(&file, &document);
    let clauses = engine.clauses();
    let clause = clauses.iter().position(|c| (c.standard, c.reported.number.as_str()) == case.clause).expect(case.shows);
    let constraint = clauses[clause].judging.constraints.iter().position(|c| c.id == case.constraint).expect(case.shows);
    let observation = observed.observations.iter().find(|o| o.clause_index == clause && o.constraint_index == constraint);
    observation.map_or((Verdict::NotFound, Vec::new()), |o| (o.verdict, o.components.vetoes.clone()))
}

#[test]
fn each_case_gets_its_verdict() {
    let engine = engine();
    let cases = cases(include_str!("judgement/cases.txt"));
    assert!(cases.len() >= 40, "only {} cases were read", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (verdict, vetoes) = judged(&engine, case);
        let is_veto_told = case.veto.is_empty() || vetoes.iter().any(|v| v == case.veto);
        if verdict.word() != case.verdict || !is_veto_told {
            let (shows, got) = (case.shows, vetoes.join(", "));
            wrong.push(format!("{shows}: expected {} ({}), got {} ({got})", case.verdict, case.veto, verdict.word()));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn many_hints_below_a_fitting_heading_crowd_out_no_hit() {
    let hints = "Document control of this item follows SOP-004 in all projects.\n\n".repeat(400);
    let body = format!("# Threat\n\n{hints}For every threat above the threshold the team selects a mitigation and records it.\n");
    let case = Case {
        shows: "a hit after many hints",
        file_name: "SOP-21 Threat handling.md",
        clause: ("iec-81001-5-1-2021", "4.2"),
        constraint: "c04",
        verdict: "supported",
        veto: "",
        body: &body,
    };
    assert_eq!(judged(&engine(), &case).0, Verdict::Supported);
}
