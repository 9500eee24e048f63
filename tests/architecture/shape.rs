//! The shape of the files: sizes, documentation, names, the read-only port, and what the repository must not name.

use std::collections::BTreeSet;

use crate::floors::is_core;
use crate::source::{Mention, SourceFile, Violation};

/// Sizes in lines outside tests, blank lines and comments included.
const MEDIAN_LINES: usize = 150;
const P90_LINES: usize = 350;
const MOST_LINES: usize = 500;

/// Rooms without an owner attract what has no name yet.
const NAMELESS: &[&str] = &["util", "utils", "common", "helper", "helpers", "types", "models", "misc"];

/// Files that are too long, one by one and as a whole.
pub fn check_sizes(sources: &[SourceFile]) -> Vec<Violation> {
    let mut sizes: Vec<(usize, &SourceFile)> = sources.iter().map(|s| (s.production_lines(), s)).filter(|(lines, _)| *lines > 0).collect();
    sizes.sort_by_key(|(lines, source)| (*lines, source.path.clone()));
    let mut violations: Vec<Violation> = sizes
        .iter()
        .filter(|(lines, _)| *lines > MOST_LINES)
        .map(|(lines, source)| {
            source.violation(1, format!("has {lines} lines outside tests, more than {MOST_LINES}; it holds more than one idea, split it"))
        })
        .collect();
    // The smallest size that at least so many per cent of the files do not exceed.
    let at_percent = |percent: usize| sizes.get((sizes.len() * percent).div_ceil(100).saturating_sub(1));
    for (percent, limit, word) in [(50, MEDIAN_LINES, "median"), (90, P90_LINES, "90th percentile")] {
        if let Some((lines, source)) = at_percent(percent)
            && *lines > limit
        {
            violations.push(source.violation(
                1,
                format!(
                    "the {word} of the file sizes is {lines} lines outside tests (this file), more than {limit}; split the longest files"
                ),
            ));
        }
    }
    violations
}

/// Every file says first what it owns.
pub fn check_module_docs(sources: &[SourceFile]) -> Vec<Violation> {
    sources
        .iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.violation(1, "does not open with `//!`: say what the module owns and what it never does"))
        .collect()
}

/// Modules are named after what they own.
pub fn check_names(sources: &[SourceFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        let sentence = |name: &str| format!("a module named `{name}` says nothing about what it owns; name it after its subject");
        let inside = source.path.strip_prefix("src/").unwrap_or(&source.path).trim_end_matches(".rs");
        for name in inside.split('/').filter(|part| NAMELESS.contains(part)) {
            violations.push(source.violation(1, sentence(name)));
        }
        for (line, mention) in &source.mentions {
            if let Mention::Module(name) = mention
                && NAMELESS.contains(&name.as_str())
            {
                violations.push(source.violation(*line, sentence(name)));
            }
        }
    }
    violations
}

/// Public things of floors 1–3 carry documentation.
pub fn check_public_docs(sources: &[SourceFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| is_core(source.top_module())) {
        let mut told = Undocumented { source, violations: &mut violations };
        for item in &source.syntax.items {
            told.item(item);
        }
    }
    violations
}

struct Undocumented<'a> {
    source: &'a SourceFile,
    violations: &'a mut Vec<Violation>,
}

impl Undocumented<'_> {
    fn need(&mut self, attributes: &[syn::Attribute], name: &syn::Ident) {
        let line = name.span().start().line;
        if !attributes.iter().any(|a| a.path().is_ident("doc")) && !self.source.is_test_line(line) {
            self.violations.push(self.source.violation(
                line,
                format!("`{name}` is public on floors 1–3 but has no documentation; say meaning, unit, limits and the source of the rule"),
            ));
        }
    }

    fn fields(&mut self, fields: &syn::Fields, is_variant: bool) {
        for field in fields {
            if let Some(name) = &field.ident
                && (is_variant || is_public(&field.vis))
            {
                self.need(&field.attrs, name);
            }
        }
    }

    fn item(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Fn(f) if is_public(&f.vis) => self.need(&f.attrs, &f.sig.ident),
            syn::Item::Const(c) if is_public(&c.vis) => self.need(&c.attrs, &c.ident),
            syn::Item::Static(s) if is_public(&s.vis) => self.need(&s.attrs, &s.ident),
            syn::Item::Type(t) if is_public(&t.vis) => self.need(&t.attrs, &t.ident),
            syn::Item::Struct(s) if is_public(&s.vis) => {
                self.need(&s.attrs, &s.ident);
                self.fields(&s.fields, false);
            }
            syn::Item::Enum(e) if is_public(&e.vis) => {
                self.need(&e.attrs, &e.ident);
                for variant in &e.variants {
                    self.need(&variant.attrs, &variant.ident);
                    self.fields(&variant.fields, true);
                }
            }
            syn::Item::Trait(t) if is_public(&t.vis) => {
                self.need(&t.attrs, &t.ident);
                for part in &t.items {
                    if let syn::TraitItem::Fn(f) = part {
                        self.need(&f.attrs, &f.sig.ident);
                    }
                }
            }
            syn::Item::Impl(i) if i.trait_.is_none() => {
                for part in &i.items {
                    if let syn::ImplItem::Fn(f) = part
                        && is_public(&f.vis)
                    {
                        self.need(&f.attrs, &f.sig.ident);
                    }
                }
            }
            syn::Item::Mod(m) => {
                if let Some((_, items)) = &m.content {
                    for item in items {
                        self.item(item);
                    }
                }
            }
            _ => {}
        }
    }
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// The port toward documents can identify itself, list and fetch. It has no way to write, and gets none.
pub fn check_document_source(sources: &[SourceFile]) -> Vec<Violation> {
    let expected = BTreeSet::from(["identity".to_string(), "list".to_string(), "fetch".to_string()]);
    let mut found = false;
    let mut violations = Vec::new();
    for source in sources {
        for item in &source.syntax.items {
            let syn::Item::Trait(port) = item else { continue };
            if port.ident != "DocumentSource" {
                continue;
            }
            found = true;
            let line = port.ident.span().start().line;
            let methods: BTreeSet<String> = port
                .items
                .iter()
                .filter_map(|part| if let syn::TraitItem::Fn(f) = part { Some(f.sig.ident.to_string()) } else { None })
                .collect();
            let own: Vec<&str> = port
                .supertraits
                .iter()
                .filter_map(|bound| match bound {
                    syn::TypeParamBound::Trait(t) if !t.path.is_ident("Send") && !t.path.is_ident("Sync") => Some("a supertrait"),
                    _ => None,
                })
                .collect();
            if methods != expected || !own.is_empty() {
                violations.push(source.violation(
                    line,
                    format!(
                        "DocumentSource has the methods {methods:?} and {} supertraits of its own, but it is read-only by absence: exactly \
                         identity, list and fetch",
                        own.len()
                    ),
                ));
            }
        }
    }
    if !found {
        violations.push(Violation {
            file: "src/ports".into(),
            line: 1,
            sentence: "the trait DocumentSource is gone; without it nothing shows that documents are only read".into(),
        });
    }
    violations
}

/// Places of a developer's machine that mean nothing to anyone who clones the repository.
pub fn check_private_places(path: &str, content: &[u8]) -> Vec<Violation> {
    // Written in halves, so that this file does not name them itself.
    let places = [concat!("/wo", "rk/"), concat!("/tm", "p/wt")];
    let mut violations = Vec::new();
    for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
        for place in places {
            let hit = line.windows(place.len()).enumerate().any(|(at, window)| {
                let inside_longer_path = at > 0 && (line[at - 1].is_ascii_alphanumeric() || b"._-/".contains(&line[at - 1]));
                window == place.as_bytes() && !inside_longer_path
            });
            if hit {
                violations.push(Violation {
                    file: path.into(),
                    line: number + 1,
                    sentence: format!("names `{place}`, a place on one developer's machine; use a path relative to the repository"),
                });
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentences;

    fn one(path: &str, text: &str) -> [SourceFile; 1] {
        [SourceFile::parse(path, text)]
    }

    #[test]
    fn long_files_are_told() {
        let told = sentences(&check_sizes(&one("src/app/long.rs", &"//! x\n".repeat(501))));
        assert_eq!(
            told,
            [
                "src/app/long.rs:1: has 501 lines outside tests, more than 500; it holds more than one idea, split it",
                "src/app/long.rs:1: the median of the file sizes is 501 lines outside tests (this file), more than 150; split the longest files",
                "src/app/long.rs:1: the 90th percentile of the file sizes is 501 lines outside tests (this file), more than 350; split the \
                 longest files",
            ]
        );
        let tested = format!("//! x\nfn f() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "// x\n".repeat(600));
        assert_eq!(SourceFile::parse("src/app/a.rs", &tested).production_lines(), 2);
        assert!(check_sizes(&one("src/app/a.rs", &tested)).is_empty());
    }

    #[test]
    fn percentiles_count_files() {
        let files: Vec<SourceFile> = (1..=10)
            .map(|n| SourceFile::parse(&format!("src/app/f{n}.rs"), &"// x\n".repeat(if n == 10 { 400 } else { 10 * n })))
            .collect();
        assert!(check_sizes(&files).is_empty(), "nine of ten are short, so the 90th percentile is");
    }

    #[test]
    fn a_file_without_module_docs_is_told() {
        let told = sentences(&check_module_docs(&one("src/app/a.rs", "// not it\nfn f() {}")));
        assert_eq!(told, ["src/app/a.rs:1: does not open with `//!`: say what the module owns and what it never does"]);
        assert!(check_module_docs(&one("src/app/a.rs", "//! It.\nfn f() {}")).is_empty());
    }

    #[test]
    fn nameless_rooms_are_told() {
        for (path, text, expected) in [
            ("src/drive/util.rs", "", "src/drive/util.rs:1: a module named `util`"),
            ("src/common/mod.rs", "", "src/common/mod.rs:1: a module named `common`"),
            ("src/drive/mod.rs", "\nmod helpers { }", "src/drive/mod.rs:2: a module named `helpers`"),
        ] {
            let told = sentences(&check_names(&one(path, text)));
            assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
        }
    }

    #[test]
    fn undocumented_public_things_are_told() {
        let text = "/// S.\npub struct S {\n  pub a: u8,\n}\npub fn f() {}\n/// E.\npub enum E {\n  A { b: u8 },\n}\n\
                    impl S {\n  pub fn g() {}\n  fn h() {}\n}\n/// T.\npub trait T {\n  fn i();\n}";
        let told = sentences(&check_public_docs(&one("src/catalog/a.rs", text)));
        let names: Vec<&str> = told.iter().filter_map(|t| t.split('`').nth(1)).collect();
        assert_eq!(names, ["a", "f", "A", "b", "g", "i"]);
        assert!(told[0].starts_with("src/catalog/a.rs:3: `a` is public on floors 1–3 but has no documentation"), "{told:?}");
        assert!(check_public_docs(&one("src/drive/a.rs", text)).is_empty(), "floor 4 is not asked");
    }

    #[test]
    fn a_port_that_could_write_is_told() {
        let good = "pub trait DocumentSource: Send + Sync { fn identity(&self); fn list(&self); fn fetch(&self); }";
        assert!(check_document_source(&one("src/ports/source.rs", good)).is_empty());
        for (bad, expected) in [
            (
                "pub trait DocumentSource { fn identity(&self); fn list(&self); fn fetch(&self); fn rename(&self); }",
                "src/ports/source.rs:1: Doc",
            ),
            ("pub trait DocumentSource: Upload { fn identity(&self); fn list(&self); fn fetch(&self); }", "src/ports/source.rs:1: Doc"),
            ("pub trait Other {}", "src/ports:1: the trait DocumentSource is gone"),
        ] {
            let told = sentences(&check_document_source(&one("src/ports/source.rs", bad)));
            assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
        }
    }

    #[test]
    fn private_places_are_told() {
        let place = concat!("/wo", "rk/");
        let told = sentences(&check_private_places("README.md", format!("a\nsee {place}main\n").as_bytes()));
        assert_eq!(
            told,
            [format!("README.md:2: names `{place}`, a place on one developer's machine; use a path relative to the repository")]
        );
        assert!(check_private_places("README.md", b"docs/work/instruction, net/work/, ../work/x").is_empty());
    }
}
