//! What somebody came for: the standard and the clause of the page on which they chose to have their documents reviewed. It is carried
//! along in addresses until the review is ordered, and is only ever a standard and a clause that the catalog knows.

use crate::catalog::{Catalog, Clause, Standard};
use crate::web::visitor::Fields;

/// A standard, and perhaps one of its clauses.
#[derive(Clone, Copy)]
pub(super) struct Wish<'c> {
    pub(super) standard: &'c Standard,
    pub(super) clause: Option<&'c Clause>,
}

impl<'c> Wish<'c> {
    /// Reads it; none when there is none, or when the catalog does not know it.
    pub(super) fn read(fields: &Fields, catalog: &'c Catalog) -> Option<Self> {
        let standard = catalog.standard(fields.get("standard")?)?;
        let clause = fields.get("clause").and_then(|number| standard.clauses.iter().find(|clause| clause.number == number));
        Some(Self { standard, clause })
    }

    /// As a query, to be joined to others.
    pub(super) fn query(self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("standard", &self.standard.id);
        if let Some(clause) = self.clause {
            query.append_pair("clause", &clause.number);
        }
        query.finish()
    }
}

/// A path with the wish behind it.
pub(super) fn with_wish(path: &str, wish: Option<Wish<'_>>) -> String {
    let Some(wish) = wish else {
        return path.to_owned();
    };
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{}", wish.query())
}
