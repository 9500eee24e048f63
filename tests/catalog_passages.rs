//! Every passage of the catalog's own tests gets the verdict that its author wrote beside it.

use crosswalk::app::embedded_catalog;
use crosswalk::assessment::PassageChecker;
use crosswalk::catalog;

#[test]
fn passages_of_the_entries_pass_and_fail_as_written() {
    let (loaded, mistakes) = catalog::load(&embedded_catalog::files());
    assert!(mistakes.is_empty(), "the built-in catalog has no mistakes");
    let loaded = loaded.expect("the built-in catalog loads");
    let checker = PassageChecker::new(&loaded).expect("all standards can be planned");
    let (mut judged, mut complaints) = (0, Vec::new());
    for standard in &loaded.standards {
        for clause in &standard.clauses {
            for constraint in &clause.constraints {
                let passing = constraint.tests.pass.iter().map(|p| (p, true, false));
                let failing = constraint.tests.fail.iter().map(|f| (&f.passage, false, f.known_miss));
                for (passage, must_pass, is_known) in passing.chain(failing) {
                    judged += 1;
                    if let Some(complaint) = checker.complaint(&standard.id, &clause.number, &constraint.id, passage, must_pass)
                        && !is_known
                    {
                        complaints.push(format!("{}/{}#{}: {complaint}", standard.id, clause.number, constraint.id));
                    }
                }
            }
        }
    }
    assert!(judged > 90, "only {judged} passages were judged");
    assert!(complaints.is_empty(), "{} of {judged} passages:\n{}", complaints.len(), complaints.join("\n"));
}
