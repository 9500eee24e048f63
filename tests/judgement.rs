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

#[test]
fn each_case_gets_its_verdict() {
    let catalog = Arc::new(catalog::load(&embedded_catalog::files()).0.expect("the built-in catalog loads"));
    let chosen =
        Chosen { standards: catalog.standards.iter().map(|s| s.id.clone()).collect(), profile: "all".into(), safety_class: SafetyClass::C };
    let engine = Engine::new(Arc::clone(&catalog), chosen).unwrap_or_else(|bad| panic!("{bad:?}"));
    let cases = cases(include_str!("judgement/cases.txt"));
    assert!(cases.len() >= 30, "only {} cases were read", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let file = SourceFile {
            path: case.file_name.into(),
            file_id: None,
            resource_key: None,
            mime: "text/markdown".into(),
            revision: None,
            content: FileContent::Stored { size_bytes: None, checksum: None },
            web_link: None,
        };
        let Extraction::Document(document) = extract::read(case.file_name, &file.mime, case.body.as_bytes(), &ExtractLimits::default())
        else {
            panic!("{}: cannot be read", case.shows)
        };
        let observed = engine.examine(&file, &document);
        let clause = engine.clauses().iter().position(|c| (c.standard, c.reported.number.as_str()) == case.clause).expect(case.shows);
        let constraint = engine.clauses()[clause].judging.constraints.iter().position(|c| c.id == case.constraint).expect(case.shows);
        let observation = observed.observations.iter().find(|o| o.clause_index == clause && o.constraint_index == constraint);
        let verdict = observation.map_or(Verdict::NotFound, |o| o.verdict);
        let vetoes = observation.map(|o| o.components.vetoes.clone()).unwrap_or_default();
        let is_veto_told = case.veto.is_empty() || vetoes.iter().any(|v| v == case.veto);
        if verdict.word() != case.verdict || !is_veto_told {
            wrong.push(format!(
                "{}: expected {} ({}), got {} ({})",
                case.shows,
                case.verdict,
                case.veto,
                verdict.word(),
                vetoes.join(", ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
