//! The built-in catalog and the catalog's tools, seen from outside.

use crosswalk::app::embedded_catalog;
use crosswalk::catalog::{Catalog, load};

fn embedded() -> Catalog {
    let (catalog, mistakes) = load(&embedded_catalog::files());
    for mistake in &mistakes {
        let mut stderr = std::io::stderr().lock();
        let _ = std::io::Write::write_fmt(&mut stderr, format_args!("{mistake} {}\n", mistake.help));
    }
    assert!(mistakes.is_empty());
    catalog.expect("a catalog without mistakes is given")
}

#[test]
fn the_built_in_catalog_is_whole() {
    let catalog = embedded();
    assert_eq!(catalog.standards.len(), 14);
    let nodes: usize = catalog.standards.iter().map(|standard| standard.clauses.len() + standard.groups.len()).sum();
    assert_eq!(nodes, 482);
    let security = catalog.standard("iec-81001-5-1-2021").expect("it is there");
    assert_eq!(security.clauses.len(), 59);
    for (profile, clauses) in [("clauses-4-9", 56), ("annex-f", 3)] {
        let profile = security.profile(profile).expect("it is there");
        assert_eq!(security.clauses.iter().filter(|clause| profile.includes(&clause.number)).count(), clauses);
    }
}
