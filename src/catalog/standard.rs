//! Standards, profiles and the catalog as a whole.

use serde::{Deserialize, Serialize};

use crate::catalog::{Clause, Lexicon};

/// Software safety class of IEC 62304 (clause 4.3): C is the most demanding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SafetyClass {
    /// No injury possible.
    A,
    /// Non-serious injury possible.
    B,
    /// Death or serious injury possible.
    C,
}

impl SafetyClass {
    /// The letter.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// Where a standard of the catalog comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Our own catalog.
    Ours,
    /// The user's `--catalog`.
    Imported,
}

/// A choice of clauses within a standard, such as `clauses-4-9`.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// A clause belongs to it if its number equals one of these or starts with one of them and a dot.
    pub clauses: Vec<String>,
}

/// A heading of a standard that holds clauses but no requirement of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseGroup {
    /// Its number.
    pub number: String,
    /// Its title, sentence case.
    pub title: String,
    /// Index of the clause that it stands before.
    pub before: usize,
}

/// A standard, law or guidance.
#[derive(Debug, Clone)]
pub struct Standard {
    /// Id with the edition: `iec-81001-5-1-2021`; for imported requirements the user's own string.
    pub id: String,
    /// Full title.
    pub title: String,
    /// Edition in words.
    pub edition: String,
    /// Whose it is.
    pub origin: Origin,
    /// Other spellings by which imported rows may name it; the first is the one shown to people.
    pub aliases: Vec<String>,
    /// Whose text the standard is and what of it the catalog uses.
    pub copyright: String,
    /// Where numbers and titles were taken from.
    pub source: String,
    /// Choices of clauses; the first is the default. Empty: all clauses.
    pub profiles: Vec<Profile>,
    /// Headings that hold clauses but no requirement of their own, in the order of the standard.
    pub groups: Vec<ClauseGroup>,
    /// Clauses with requirements, in the order of the standard.
    pub clauses: Vec<Clause>,
}

/// A clause by standard and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseRef {
    /// Id of the standard.
    pub standard: String,
    /// Number of the clause.
    pub clause: String,
}

/// Which catalog a review used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogIdentity {
    /// Calendar version, `2026.11.0`.
    pub edition: String,
    /// SHA-256 over all its files (names and contents, sorted), lower-case hexadecimal. Imported requirements
    /// take part.
    pub sha256: String,
}

/// The whole catalog.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Which one.
    pub identity: CatalogIdentity,
    /// Standards: ours in the order of `catalog.toml`, then imported ones in the order of their first row.
    pub standards: Vec<Standard>,
    /// Concepts.
    pub lexicon: Lexicon,
}

impl Catalog {
    /// The standard of that id.
    #[must_use]
    pub fn standard(&self, id: &str) -> Option<&Standard> {
        self.standards.iter().find(|s| s.id == id)
    }

    /// The standard of that id, or else the one that goes by that name.
    #[must_use]
    pub fn standard_named(&self, name: &str) -> Option<&Standard> {
        let folded = crate::catalog::fold(name);
        let is_alias = |s: &&Standard| s.aliases.iter().any(|alias| crate::catalog::fold(alias) == folded);
        self.standard(name).or_else(|| self.standards.iter().find(is_alias))
    }

    /// The clause of that standard and number.
    #[must_use]
    pub fn clause(&self, standard: &str, number: &str) -> Option<&Clause> {
        self.standard(standard)?.clauses.iter().find(|c| c.number == number)
    }

    /// The entry that judges a clause: the clause itself, or the full entry its alias leads to.
    #[must_use]
    pub fn judging_clause<'a>(&'a self, clause: &'a Clause) -> &'a Clause {
        clause.judged_by.as_ref().and_then(|to| self.clause(&to.standard, &to.clause)).unwrap_or(clause)
    }
}

impl Standard {
    /// The name shown to people, `IEC 62304:2006+A1:2015`; the id where there is none.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.aliases.first().unwrap_or(&self.id)
    }

    /// Whether a clause or a group has that number.
    #[must_use]
    pub fn names(&self, number: &str) -> bool {
        self.clauses.iter().any(|clause| clause.number == number) || self.groups.iter().any(|group| group.number == number)
    }

    /// The profile of that id.
    #[must_use]
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|p| p.id == id)
    }
}

impl Profile {
    /// Whether the clause of that number belongs to the profile.
    #[must_use]
    pub fn includes(&self, number: &str) -> bool {
        self.clauses
            .iter()
            .any(|prefix| number == prefix || (number.starts_with(prefix.as_str()) && number.as_bytes().get(prefix.len()) == Some(&b'.')))
    }
}
