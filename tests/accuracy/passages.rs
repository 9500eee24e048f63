//! Short passages with verdicts over the constraints of the first six entries, English and German, written by a hand that
//! had not seen the rules. Cases are data: `tests/accuracy/passages-en.txt` and `passages-de.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crosswalk::assessment::{Engine, Verdict};
use crosswalk::catalog::SafetyClass;

use crate::measures::Share;
use crate::reviewing;

struct Case<'t> {
    shows: &'t str,
    file: &'t str,
    constraint: &'t str,
    truth: Verdict,
    trap: &'t str,
    body: &'t str,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    text.split("\n=== ")
        .skip(1)
        .map(|case| {
            let (head, body) = case.split_once('\n').expect("a case has a head and a body");
            let parts: Vec<&str> = head.split(" | ").map(str::trim).collect();
            let [shows, file, constraint, truth, trap] = parts[..] else { panic!("five parts: {head}") };
            let truth = match truth {
                "supported" => Verdict::Supported,
                "weak" => Verdict::Weak,
                "not-found" => Verdict::NotFound,
                other => panic!("{other} is no verdict: {head}"),
            };
            Case { shows, file, constraint, truth, trap: trap.trim_start_matches("trap:").trim(), body }
        })
        .collect()
}

fn judged(engine: &Engine, case: &Case<'_>) -> (Verdict, String) {
    let (clause, constraint) = case.constraint.split_once('#').expect("clause#constraint");
    let read = reviewing::read(case.file, case.body.as_bytes());
    let document = read.document.as_ref().expect("it can be read");
    let clauses = engine.clauses();
    let clause = clauses.iter().position(|c| format!("{}/{}", c.standard, c.reported.number) == clause).expect(case.constraint);
    let constraint = clauses[clause].judging.constraints.iter().position(|c| c.id == constraint).expect(case.constraint);
    engine
        .examine(&read.file, document)
        .observations
        .into_iter()
        .find(|o| o.clause_index == clause && o.constraint_index == constraint)
        .map_or((Verdict::NotFound, "nothing seen".to_owned()), |o| (o.verdict, o.components.because))
}

#[test]
fn passages_by_another_hand() {
    let catalog = reviewing::built_in();
    let standards = catalog.standards.iter().map(|s| s.id.clone()).collect();
    let engine = reviewing::engine(catalog, standards, "all", SafetyClass::C);
    let mut told = String::from("## Passages by another hand\n\n");
    let is_verbose = std::env::var_os("CROSSWALK_ACCURACY_VERBOSE").is_some();
    for (language, text) in [("English", include_str!("passages-en.txt")), ("German", include_str!("passages-de.txt"))] {
        let all = cases(text);
        assert!(all.len() >= 150, "{language}: {} cases", all.len());
        let verdicts = reviewing::in_parallel(&all, |case| judged(&engine, case));
        let (mut supported, mut seen, mut wrong) = (Share::default(), Share::default(), Share::default());
        let mut traps: BTreeMap<&str, Share> = BTreeMap::new();
        for (case, (verdict, because)) in all.iter().zip(&verdicts) {
            let is_supported = *verdict == Verdict::Supported;
            if case.truth == Verdict::Supported {
                supported.count(is_supported);
                seen.count(*verdict >= Verdict::Weak);
            } else {
                wrong.count(is_supported);
                traps.entry(case.trap).or_default().count(is_supported);
            }
            if is_verbose && is_supported != (case.truth == Verdict::Supported) {
                println!(
                    "[passage] {} {} truth {} ({}) got {}: {} — {because}\n{}",
                    case.constraint,
                    case.file,
                    case.truth.word(),
                    case.trap,
                    verdict.word(),
                    case.shows,
                    case.body.trim()
                );
            }
        }
        assert!(supported.value() >= 0.3 && wrong.value() <= 0.1, "{language}: supported {supported}, wrongly {wrong}");
        let _ =
            writeln!(told, "- {language}: supported are called so {supported}, or at least weak {seen}; others called supported {wrong}");
        for (trap, share) in &traps {
            let _ = writeln!(told, "  - {trap}: called supported {share}");
        }
    }
    println!("{told}");
    crate::report("passages", &told);
}
