//! "Look here too": hints across mapped standards, on small catalogs for the rules and on the built-in one for the whole.

use crosswalk::app::embedded_catalog;
use crosswalk::assessment::Verdict::{self, NotAssessable, NotFound, Supported, Weak};
use crosswalk::catalog::{self, Catalog, Clause, ClauseGroup, ClauseRef, Mapping, Stage};
use crosswalk::evidence::SourceKind;
use crosswalk::report::{HINT_ONLY, HintLimits, LookHereToo, MappedStandard, Relation, Tally};

use crate::sample;

const ALL: HintLimits = HintLimits { clauses: usize::MAX, links: usize::MAX };

fn mapping(to: &str, relation: &str) -> Mapping {
    Mapping {
        to: to.into(),
        relation: relation.into(),
        rationale: "semantic".into(),
        source: "our judgement".into(),
        confidence: "low".into(),
    }
}

fn clause(number: &str, mappings: &[(&str, &str)]) -> Clause {
    let mappings = mappings.iter().map(|(to, relation)| mapping(to, relation)).collect();
    Clause { mappings, ..sample::clause(number, &format!("Title of {number}"), Stage::Draft, 1) }
}

/// The hints for these verdicts on clauses of the catalog, in the order given.
fn hints(catalog: &Catalog, judged: &[(&str, &str, Verdict)], limits: HintLimits, complete: bool) -> LookHereToo {
    let findings = judged
        .iter()
        .map(|(standard, number, verdict)| sample::finding(standard, catalog.clause(standard, number).unwrap(), *verdict, &[*verdict], &[]))
        .collect();
    let mut assessment = sample::assessment(SourceKind::Folder, findings, vec![]);
    assessment.complete = complete;
    LookHereToo::of(&assessment, catalog, limits)
}

/// `number: relation verdict, relation verdict` per clause.
fn lines(standard: &MappedStandard) -> Vec<String> {
    standard
        .clauses
        .iter()
        .map(|clause| {
            let links: Vec<String> =
                clause.links.iter().map(|link| format!("{:?} {}", link.relation, link.verdict.verdict.word())).collect();
            format!("{}: {}", clause.number, links.join(", "))
        })
        .collect()
}

#[test]
fn mappings_are_followed_both_ways_and_the_closest_stands_first() {
    let ours = vec![
        clause("1", &[("b/1", "intersects-with"), ("b/3", "superset-of"), ("b/5", "no-relationship"), ("b/9", "intersects-with")]),
        clause("2", &[("b/1", "equivalent-to"), ("b/4", "intersects-with"), ("a/3", "equal-to")]),
        clause("3", &[("b/2", "equal-to")]),
    ];
    let theirs = vec![
        clause("1", &[]),
        clause("2", &[("a/1", "subset-of"), ("a/2", "superset-of")]),
        // The judged clause's own word counts.
        clause("3", &[("a/1", "equal-to")]),
        clause("4", &[]),
        clause("5", &[("a/1", "intersects-with")]),
        clause("6", &[]),
    ];
    let mut other = sample::standard("b", "B", theirs);
    other.groups = vec![ClauseGroup { number: "9".into(), title: "Heading".into(), before: 0 }];
    let catalog = sample::catalog(vec![sample::standard("a", "A", ours), other]);
    let found = hints(&catalog, &[("a", "1", Supported), ("a", "2", NotFound)], ALL, true);

    // Clause 3 of `a` was not judged, so it is worth a look too.
    let [own, other] = found.standards.as_slice() else { panic!("{found:?}") };
    assert_eq!(lines(own), ["3: Equal not-found"]);
    assert_eq!(
        lines(other),
        [
            // What overlaps never brightens what asks the same: evidence for `1` says nothing of the equivalent `2`.
            "1: Equivalent not-found, Intersects supported",
            "2: Superset supported, Subset not-found",
            "3: Superset supported",
            "4: Intersects not-found",
            "9: Intersects supported",
        ]
    );
    assert_eq!(other.same, Tally { not_found: 1, ..Tally::default() });
    assert_eq!(other.overlapping, Tally { supported: 2, not_found: 1, ..Tally::default() }, "a heading does not count");
    assert!(other.clauses[4].is_heading && other.clause_count == 6);
    assert_eq!(
        other.in_words(),
        "4 of its 6 clauses are worth a look, by what this review says of ours: 1 asks the same as a clause of this review (1 no evidence \
         found), 3 overlap in part with some of this review (2 evidence found, 1 no evidence found)."
    );
    assert_eq!(other.clauses[0].links[0].from, "a 2 – Title of 2");
}

#[test]
fn what_was_judged_itself_has_a_verdict_of_its_own() {
    let catalog = sample::catalog(vec![
        sample::standard("a", "A", vec![clause("1", &[("b/1", "equal-to"), ("b/2", "equal-to")])]),
        sample::standard("b", "B", vec![clause("1", &[]), clause("2", &[])]),
    ]);
    let found = hints(&catalog, &[("a", "1", Supported), ("b", "1", NotFound)], ALL, true);
    assert_eq!(found.standards.iter().map(lines).collect::<Vec<_>>(), [["2: Equal supported"]]);
    assert!(hints(&catalog, &[], ALL, true).standards.is_empty());
}

#[test]
fn a_requirement_of_ones_own_leads_where_its_entry_leads() {
    let mut own = sample::clause("R-1", "Own <demand>\u{202e}", Stage::Imported, 1);
    own.judged_by = Some(ClauseRef { standard: "a".into(), clause: "1".into() });
    let catalog = sample::catalog(vec![
        sample::standard("a", "A", vec![clause("1", &[("b/1", "equivalent-to")])]),
        sample::standard("b", "B", vec![clause("1", &[])]),
        sample::standard("Own list", "Own list", vec![own]),
    ]);
    let found = hints(&catalog, &[("Own list", "R-1", Weak)], ALL, true);
    let [standard] = found.standards.as_slice() else { panic!("the entry itself is no other clause: {found:?}") };
    assert_eq!((standard.id.as_str(), lines(standard)), ("b", vec!["1: Equivalent weak".to_owned()]));
    assert_eq!(standard.clauses[0].links[0].from, "Own list R-1 – Own <demand>[U+202E]");
}

#[test]
fn limits_say_how_much_they_leave_out() {
    let ours: Vec<Clause> = (1..=5).map(|n| clause(&n.to_string(), &[("b/1", "intersects-with"), ("b/2", "intersects-with")])).collect();
    let catalog =
        sample::catalog(vec![sample::standard("a", "A", ours), sample::standard("b", "B", vec![clause("1", &[]), clause("2", &[])])]);
    let judged: Vec<(&str, &str, Verdict)> = ["1", "2", "3", "4", "5"].map(|number| ("a", number, Weak)).to_vec();
    let found = hints(&catalog, &judged, HintLimits { clauses: 1, links: 2 }, true);
    let standard = &found.standards[0];
    assert_eq!((standard.clauses.len(), standard.more_clauses), (1, 1));
    assert_eq!((standard.clauses[0].links.len(), standard.clauses[0].more_links), (2, 3));
    assert_eq!(standard.overlapping, Tally { weak: 2, ..Tally::default() }, "the counts are of all");
}

/// Verdicts in turn on every clause of a standard of the built-in catalog.
fn with_built_in(standard: &str, complete: bool, check: impl Fn(&Catalog, &LookHereToo)) {
    let catalog = catalog::load(&embedded_catalog::files()).0.unwrap();
    let verdicts = [Supported, Weak, NotFound, NotAssessable];
    let clauses = &catalog.standard(standard).unwrap().clauses;
    let judged: Vec<(&str, &str, Verdict)> =
        clauses.iter().zip(verdicts.iter().cycle()).map(|(clause, verdict)| (standard, clause.number.as_str(), *verdict)).collect();
    let found = hints(&catalog, &judged, ALL, complete);
    assert_eq!(found, hints(&catalog, &judged, ALL, complete));
    check(&catalog, &found);
}

#[test]
fn the_built_in_catalog_gives_hints_that_it_holds() {
    with_built_in("iec-81001-5-1-2021", true, |catalog, found| {
        let ids: Vec<&str> = found.standards.iter().map(|standard| standard.id.as_str()).collect();
        for expected in ["iec-62304-2006-a1-2015", "iso-14971-2019", "iec-62443-4-1-2018", "nist-ssdf-1.1", "fda-premarket-cyber-2026"] {
            assert!(ids.contains(&expected), "{expected} is not in {ids:?}");
        }
        assert!(!ids.contains(&"iec-81001-5-1-2021"), "every clause of it was judged");
        let order: Vec<&str> = catalog.standards.iter().map(|standard| standard.id.as_str()).filter(|id| ids.contains(id)).collect();
        assert_eq!(ids, order);
        for standard in &found.standards {
            let counted = standard.clauses.iter().filter(|clause| !clause.is_heading).count();
            assert_eq!(standard.same.total() + standard.overlapping.total(), counted, "{}", standard.id);
            assert!(counted <= standard.clause_count, "{}", standard.id);
            for clause in &standard.clauses {
                assert!(!clause.title.is_empty() && !clause.links.is_empty());
            }
        }
        let same: usize = found.standards.iter().map(|standard| standard.same.total()).sum();
        let overlapping: usize = found.standards.iter().map(|standard| standard.overlapping.total()).sum();
        assert!(same > 10 && overlapping > 100, "{same} ask the same, {overlapping} overlap");
    });
    // Here the mappings stand with the other standard.
    with_built_in("nist-ssdf-1.1", true, |_, found| {
        assert!(found.standards.iter().any(|standard| standard.id == "iec-81001-5-1-2021" && !standard.clauses.is_empty()));
    });
}

#[test]
fn an_incomplete_review_gives_no_hint_of_absence() {
    with_built_in("iec-81001-5-1-2021", false, |_, found| {
        let all = found.standards.iter().flat_map(|standard| [standard.same, standard.overlapping]);
        assert_eq!(all.map(|tally| tally.not_found).sum::<usize>(), 0);
    });
}

#[test]
fn no_word_of_it_promises_anything() {
    let mut words = vec![HINT_ONLY.to_owned()];
    let relations = [Relation::Equal, Relation::Equivalent, Relation::Superset, Relation::Subset, Relation::Intersects];
    words.extend(relations.map(|relation| relation.in_words().to_owned()));
    with_built_in("iec-81001-5-1-2021", true, |_, found| {
        for sentence in found.standards.iter().map(MappedStandard::in_words).chain(words.iter().cloned()) {
            for promise in ["cover", "complian", "comply", "conform", "fulfil", "satisf", "met "] {
                assert!(!sentence.to_lowercase().contains(promise), "{promise:?} in {sentence:?}");
            }
        }
    });
}
