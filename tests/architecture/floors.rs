//! The floors: which module may import which.

use crate::source::{Mention, SourceFile, Target, Violation};

/// Every module with its floor, as in `ARCHITECTURE.md`. Modules that are not built yet stand here too, so that
/// their room is known before they come.
pub const FLOORS: &[(&str, u8)] = &[
    ("catalog", 1),
    ("evidence", 1),
    ("account", 1),
    ("settings", 1),
    ("assessment", 2),
    ("report", 3),
    ("ports", 3),
    ("workflow", 4),
    ("drive", 4),
    ("signin", 4),
    ("loopback", 4),
    ("folder", 4),
    ("extract", 4),
    ("store", 4),
    ("billing", 4),
    ("mail", 4),
    ("jobs", 5),
    ("web", 5),
    ("app", 6),
    ("simulator", 6),
    ("cli", 7),
    // Only starts `cli`.
    ("main", 8),
];

const ADAPTERS: &[&str] = &["drive", "signin", "loopback", "folder", "extract", "store", "billing", "mail"];

pub fn floor_of(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// Whether the module is one of floors 1–3, the pure core.
pub fn is_core(module: &str) -> bool {
    floor_of(module).is_some_and(|floor| floor <= 3)
}

/// Why `from` may not import `to`, or nothing if it may.
fn forbidden(from: &str, to: &str) -> Option<String> {
    let Some(to_floor) = floor_of(to) else {
        return Some(format!(
            "names `crate::{to}`, which is no module of the floors table; the crate's root holds modules only (give a new module its \
             floor in tests/architecture/floors.rs and ARCHITECTURE.md)"
        ));
    };
    let from_floor = floor_of(from)?;
    if from == to {
        return None;
    }
    if ADAPTERS.contains(&from) && ADAPTERS.contains(&to) {
        return Some(format!(
            "`{from}` imports `{to}`, but adapters never import each other: each must be replaceable alone; move what both need to a lower \
             floor, or let `app` hand it over"
        ));
    }
    if from == "workflow" && ADAPTERS.contains(&to) {
        return Some(format!(
            "`workflow` imports the adapter `{to}`, but workflow sees the world only through `ports`, so that every use case can be tested \
             without it"
        ));
    }
    if matches!(from, "web" | "jobs") && to != "workflow" && !is_core(to) {
        return Some(format!("`{from}` imports `{to}`, but web and jobs import only workflow, ports and core, and never each other"));
    }
    if to_floor >= from_floor {
        return Some(format!(
            "`{from}` (floor {from_floor}) imports `{to}` (floor {to_floor}), but a module imports only from lower floors; pass it in as a \
             value, or move what is needed down"
        ));
    }
    None
}

/// Checks every path of every file, tests included: a unit test that needs a higher floor belongs in `tests/`.
pub fn check_imports(sources: &[SourceFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        let from = source.top_module();
        if from != "lib" && floor_of(from).is_none() {
            violations
                .push(source.violation(1, format!("the module `{from}` has no floor; add it to the table with the floor it belongs on")));
            continue;
        }
        for (line, mention) in &source.mentions {
            match mention {
                Mention::RenamedRoot(root) => violations.push(source.violation(
                    *line,
                    format!("renames `{root}`, so that the imports made through the new name would not be seen; use it by its own name"),
                )),
                Mention::Path { target: Target::Ours(path), is_use } => {
                    let Some(to) = path.first() else {
                        if *is_use {
                            violations.push(source.violation(
                                *line,
                                "imports the crate's root, and with it every floor at once; import what is needed by its own path",
                            ));
                        }
                        continue;
                    };
                    if let Some(sentence) = forbidden(from, to) {
                        violations.push(source.violation(*line, sentence));
                    }
                }
                Mention::Word(_)
                | Mention::Path { target: Target::Other(_), .. }
                | Mention::Method(_)
                | Mention::Macro(_)
                | Mention::Literal(_)
                | Mention::Module(_) => {}
            }
        }
    }
    violations
}

/// `lib.rs` and the ways in which a file could slip past the table.
pub fn check_loopholes(sources: &[SourceFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for source in sources {
        if source.path == "src/lib.rs" {
            for item in &source.syntax.items {
                if !matches!(item, syn::Item::Mod(m) if m.content.is_none()) {
                    let line = syn::spanned::Spanned::span(item).start().line;
                    violations.push(source.violation(line, "lib.rs holds nothing but `mod` lines: everything else belongs to a floor"));
                }
            }
        }
        for item in &source.syntax.items {
            let (attributes, line) = match item {
                syn::Item::Mod(m) => (&m.attrs, m.ident.span().start().line),
                syn::Item::ExternCrate(e) => {
                    let line = e.ident.span().start().line;
                    violations.push(
                        source.violation(line, "`extern crate` renames a crate, so that its imports would not be seen; name it plainly"),
                    );
                    continue;
                }
                _ => continue,
            };
            if attributes.iter().any(|a| a.path().is_ident("path")) {
                violations.push(source.violation(line, "`#[path]` puts a file into a module that its place does not tell; move the file"));
            }
        }
        for (line, mention) in &source.mentions {
            if *mention == Mention::Macro("include".into()) {
                violations.push(source.violation(*line, "`include!` puts code into a module that its place does not tell; use `mod`"));
            }
        }
    }
    violations
}

/// The rows of the floors table in `ARCHITECTURE.md`: floor and module.
pub fn documented_floors(text: &str) -> Vec<(String, u8)> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, floor, modules, ..] = cells.as_slice()
            && let Ok(floor) = floor.parse()
        {
            // Names stand between back-ticks, so every second part is one.
            rows.extend(modules.split('`').skip(1).step_by(2).map(|module| (module.to_owned(), floor)));
        }
    }
    rows
}

/// Where the table of `ARCHITECTURE.md` and the one above differ.
pub fn check_documented_floors(text: &str) -> Vec<String> {
    let documented = documented_floors(text);
    let known: Vec<(String, u8)> = FLOORS.iter().map(|(module, floor)| ((*module).to_owned(), *floor)).collect();
    let missing = known.iter().filter(|row| !documented.contains(row)).map(|(module, floor)| {
        format!("ARCHITECTURE.md: the floors table has no row that puts `{module}` on floor {floor}, as tests/architecture/floors.rs does")
    });
    let invented = documented.iter().filter(|row| !known.contains(row)).map(|(module, floor)| {
        format!("ARCHITECTURE.md: the floors table puts `{module}` on floor {floor}, but tests/architecture/floors.rs does not")
    });
    missing.chain(invented).collect()
}

/// Tests that `ARCHITECTURE.md` names as guards, but that exist nowhere; and invariants without any guard.
pub fn check_guards(text: &str, tests: &str) -> Vec<String> {
    let mut told = Vec::new();
    for paragraph in text.split("\n\n").filter(|paragraph| paragraph.starts_with("Invariant:")) {
        let first = paragraph.lines().next().unwrap_or_default();
        let Some((_, guards)) = paragraph.split_once("Test") else {
            told.push(format!("ARCHITECTURE.md: no test guards \"{first}\""));
            continue;
        };
        for name in guards.split('`').skip(1).step_by(2).filter(|name| name.contains('_') && !name.contains('/')) {
            if !tests.contains(&format!("fn {name}(")) {
                told.push(format!("ARCHITECTURE.md: there is no test `{name}`, which is to guard \"{first}\""));
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentences;

    fn imports(path: &str, text: &str) -> Vec<String> {
        sentences(&check_imports(&[SourceFile::parse(path, text)]))
    }

    #[test]
    fn every_way_to_import_upwards_is_seen() {
        let from_drive = "`drive` imports `store`, but adapters never import each other";
        let upwards = "`assessment` (floor 2) imports `app` (floor 6), but a module imports only from lower floors";
        for (path, text, line, sentence) in [
            ("src/drive/mod.rs", "use crate::store::Vault;", 1, from_drive),
            ("src/drive/list.rs", "use crate::{\n    evidence::Quote,\n    store::{self, Vault},\n};", 3, from_drive),
            ("src/drive/list.rs", "pub use crate::store as keep;", 1, from_drive),
            ("src/drive/list.rs", "use crate::store::*;", 1, from_drive),
            ("src/drive/list.rs", "use super::super::store::Vault;", 1, from_drive),
            ("src/drive/mod.rs", "mod inner {\n use super::super::store::Vault;\n}", 2, from_drive),
            ("src/drive/mod.rs", "use self::super::store::Vault;", 1, from_drive),
            ("src/drive/mod.rs", "fn f() -> crate::store::Vault { todo!() }", 1, from_drive),
            ("src/drive/mod.rs", "fn f() {\n  let _ = vec![Some(1), crate::store::open()];\n}", 2, from_drive),
            ("src/drive/mod.rs", "macro_rules! m { () => { $crate::store::open() } }", 1, from_drive),
            ("src/drive/mod.rs", "macro_rules! m { () => { use $crate::store::open; } }", 1, from_drive),
            ("src/drive/mod.rs", "struct S {\n  #[serde(with = \"crate::store::hex\")]\n  a: u8,\n}", 2, from_drive),
            ("src/drive/mod.rs", "impl crate::store::Seal for u8 {}", 1, from_drive),
            ("src/drive/mod.rs", "fn f() { <u8 as crate::store::Seal>::seal() }", 1, from_drive),
            ("src/drive/mod.rs", "fn f() { use crate::store::open; }", 1, from_drive),
            ("src/drive/mod.rs", "#[cfg(test)]\nmod tests { use crate::store::open; }", 2, from_drive),
            ("src/assessment/find.rs", "use crate::app::run;", 1, upwards),
            ("src/workflow/run_review.rs", "use crate::folder::FolderSource;", 1, "`workflow` imports the adapter `folder`"),
            ("src/folder/mod.rs", "use crate::workflow::run_review;", 1, "`folder` (floor 4) imports `workflow` (floor 4)"),
            (
                "src/web/mod.rs",
                "use crate::store::open;",
                1,
                "`web` imports `store`, but web and jobs import only workflow, ports and core",
            ),
            ("src/web/mod.rs", "use crate::jobs::work;", 1, "`web` imports `jobs`"),
            ("src/catalog/mod.rs", "use crate::evidence::Quote;", 1, "`catalog` (floor 1) imports `evidence` (floor 1)"),
            ("src/folder/mod.rs", "use crate::Thing;", 1, "names `crate::Thing`, which is no module of the floors table"),
            ("src/folder/mod.rs", "use crate as c;", 1, "renames `crate`"),
            ("src/folder/mod.rs", "use super as up;", 1, "renames `super`"),
            ("src/folder/mod.rs", "use super::*;", 1, "imports the crate's root"),
            ("src/helpdesk/mod.rs", "", 1, "the module `helpdesk` has no floor"),
            ("src/main.rs", "use crosswalk::nowhere::run;", 1, "names `crate::nowhere`"),
            ("src/main.rs", "fn main() { crosswalk::nowhere::run() }", 1, "names `crate::nowhere`"),
        ] {
            let told = imports(path, text);
            let expected = format!("{path}:{line}: {sentence}");
            assert!(told.iter().any(|t| t.starts_with(&expected)), "expected {expected:?} for {text:?}, got {told:#?}");
        }
    }

    #[test]
    fn lawful_imports_pass() {
        for (path, text) in [
            ("src/workflow/run_review.rs", "use crate::{assessment, ports::DocumentSource}; use super::schedule::Tick;"),
            ("src/web/pages.rs", "use crate::workflow::run_review; use crate::report::Summary; use crate::web::error::Page;"),
            ("src/drive/list.rs", "use super::wire::File; pub(crate) fn f() {} pub(in crate::drive) fn g() {}"),
            ("src/drive/list.rs", "#[cfg(test)] mod tests { use super::*; }"),
            ("src/drive/mod.rs", "pub(super) fn f() {}"),
            ("src/app/mod.rs", "use crate::{drive, folder, store, web};"),
            ("src/main.rs", "fn main() -> ExitCode { crosswalk::cli::main() }"),
            ("src/drive/mod.rs", "// use crate::store;\n/// crate::store::open\nfn f() { let _ = \"use crate::store\"; }"),
        ] {
            assert_eq!(imports(path, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_book_that_differs_from_the_house_is_told() {
        let told = check_documented_floors("| 1 | `catalog`, `evidence` | x |\n| 2 | `jobs` | y |");
        assert!(told.contains(
            &"ARCHITECTURE.md: the floors table has no row that puts `jobs` on floor 5, as tests/architecture/floors.rs does".into()
        ));
        assert!(
            told.contains(&"ARCHITECTURE.md: the floors table puts `jobs` on floor 2, but tests/architecture/floors.rs does not".into())
        );
        assert!(!told.iter().any(|t| t.contains("`catalog`")));
        let book = "Invariant: a. Reason: b.\n\nInvariant: c. Test: `no_such_test` in `tests/x_y.rs`.\n\nInvariant: d. Test: `a_test`.";
        assert_eq!(
            check_guards(book, "fn a_test() {}"),
            [
                "ARCHITECTURE.md: no test guards \"Invariant: a. Reason: b.\"",
                "ARCHITECTURE.md: there is no test `no_such_test`, which is to guard \"Invariant: c. Test: `no_such_test` in `tests/x_y.rs`.\"",
            ]
        );
    }

    #[test]
    fn loopholes_are_closed() {
        for (path, text, expected) in [
            ("src/lib.rs", "pub mod app;\npub use app::run;", "src/lib.rs:2: lib.rs holds nothing but `mod` lines"),
            ("src/app/mod.rs", "#[path = \"../web/x.rs\"]\nmod x;", "src/app/mod.rs:2: `#[path]` puts a file"),
            ("src/app/mod.rs", "extern crate self as c;", "src/app/mod.rs:1: `extern crate` renames a crate"),
            ("src/app/mod.rs", "fn f() {\n include!(\"x.rs\")\n}", "src/app/mod.rs:2: `include!` puts code"),
        ] {
            let told = sentences(&check_loopholes(&[SourceFile::parse(path, text)]));
            assert!(told.iter().any(|t| t.starts_with(expected)), "expected {expected:?}, got {told:#?}");
        }
    }
}
