//! One source file of the program, taken apart: the paths it names, the methods and macros it calls, its string
//! literals, each with its line, and which lines are tests. Everything is read from the token stream, so that a path
//! inside a macro, an attribute or a type counts like one in a `use`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::UseTree;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// A broken rule: where, and the rule in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub file: String,
    pub line: usize,
    pub sentence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.sentence)
    }
}

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Something of our own crate, from its root: `["web", "error"]`. Empty: the root itself.
    Ours(Vec<String>),
    /// Something else, renames undone: `["std", "fs", "read"]`.
    Other(Vec<String>),
}

/// Something that the file says in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention {
    /// A path, in a `use` or anywhere else.
    Path { target: Target, is_use: bool },
    /// `use crate as x` and the like: a name under which later paths would hide.
    RenamedRoot(String),
    /// `.name(…)`.
    Method(String),
    /// `name!(…)`; the last part of the macro's path.
    Macro(String),
    /// A lone word: keywords and unqualified names.
    Word(String),
    /// The text of a string literal.
    Literal(String),
    /// `mod name`.
    Module(String),
}

/// One source file.
pub struct SourceFile {
    /// From the repository's root, `/`-separated.
    pub path: String,
    pub text: String,
    pub syntax: syn::File,
    /// Every mention with its line.
    pub mentions: Vec<(usize, Mention)>,
    test_lines: Vec<RangeInclusive<usize>>,
    /// Functions that say in `#[expect(clippy::expect_used, reason = …)]` why their `.expect()` cannot fail.
    reasoned_lines: Vec<RangeInclusive<usize>>,
    /// Whether the whole file is a test: its parent declares it as `#[cfg(test)] mod …;`.
    is_test: bool,
}

impl SourceFile {
    /// Takes one file apart.
    pub fn parse(path: &str, text: &str) -> Self {
        let syntax = syn::parse_file(text).unwrap_or_else(|e| panic!("{path} is not Rust: {e}"));
        let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("{path} is not Rust: {e}"));
        let mut scan = Scan { module: module_of(path), is_program: path == "src/main.rs", mentions: Vec::new(), aliases: BTreeMap::new() };
        scan.stream(tokens);
        let mentions = scan.finish();
        let mut test_lines = Vec::new();
        collect_test_lines(&syntax.items, &mut test_lines);
        let mut reasoned = Reasoned(Vec::new());
        reasoned.visit_file(&syntax);
        Self { path: path.into(), text: text.into(), syntax, mentions, test_lines, reasoned_lines: reasoned.0, is_test: false }
    }

    /// The module right below the crate's root in which the file stands: `drive` for `src/drive/list.rs`.
    pub fn top_module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split(['/', '.']).next().unwrap_or(inside)
    }

    pub fn is_test_line(&self, line: usize) -> bool {
        self.is_test || self.test_lines.iter().any(|range| range.contains(&line))
    }

    /// Whether the function around this line says why its `.expect()` cannot fail.
    pub fn is_reasoned_line(&self, line: usize) -> bool {
        self.reasoned_lines.iter().any(|range| range.contains(&line))
    }

    /// Where the modules lie that this file declares as tests: `src/drive/tests` for `#[cfg(test)] mod tests;`.
    fn test_modules(&self) -> Vec<String> {
        let folder = match self.path.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder,
            _ => self.path.trim_end_matches(".rs"),
        };
        let declared = self.syntax.items.iter().filter_map(|item| match item {
            syn::Item::Mod(m) if m.content.is_none() && m.attrs.iter().any(is_test_attribute) => Some(format!("{folder}/{}", m.ident)),
            _ => None,
        });
        declared.collect()
    }

    /// Mentions outside tests.
    pub fn production(&self) -> impl Iterator<Item = (usize, &Mention)> {
        self.mentions.iter().filter(|(line, _)| !self.is_test_line(*line)).map(|(line, mention)| (*line, mention))
    }

    /// Number of lines outside tests.
    pub fn production_lines(&self) -> usize {
        (1..=self.text.lines().count()).filter(|line| !self.is_test_line(*line)).count()
    }

    pub fn violation(&self, line: usize, sentence: impl Into<String>) -> Violation {
        Violation { file: self.path.clone(), line, sentence: sentence.into() }
    }
}

/// All `.rs` files below `src`, sorted by path.
pub fn all_sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let mut sources: Vec<SourceFile> = paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a source file can be read");
            let inside = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            SourceFile::parse(&inside, &text)
        })
        .collect();
    mark_tests(&mut sources);
    sources
}

/// Marks the files that other files declare as tests.
pub fn mark_tests(sources: &mut [SourceFile]) {
    let tests: Vec<String> = sources.iter().flat_map(SourceFile::test_modules).collect();
    for source in sources {
        let is_below = |test: &String| source.path.strip_prefix(test.as_str()).is_some_and(|rest| rest.starts_with(['.', '/']));
        source.is_test = tests.iter().any(is_below);
    }
}

/// The module path of a file: `["drive", "list"]` for `src/drive/list.rs`.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let mut parts: Vec<String> = inside.split('/').map(String::from).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

fn is_test_attribute(attribute: &syn::Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    let Ok(list) = attribute.meta.require_list() else { return false };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

fn collect_test_lines(items: &[syn::Item], out: &mut Vec<RangeInclusive<usize>>) {
    for item in items {
        let (attributes, inner): (&[syn::Attribute], &[syn::Item]) = match item {
            syn::Item::Mod(m) => (&m.attrs, m.content.as_ref().map_or(&[], |(_, items)| items)),
            syn::Item::Fn(f) => (&f.attrs, &[]),
            syn::Item::Impl(i) => (&i.attrs, &[]),
            syn::Item::Use(u) => (&u.attrs, &[]),
            syn::Item::Const(c) => (&c.attrs, &[]),
            syn::Item::Struct(s) => (&s.attrs, &[]),
            _ => continue,
        };
        if attributes.iter().any(is_test_attribute) {
            out.push(item.span().start().line..=item.span().end().line);
        } else {
            collect_test_lines(inner, out);
        }
    }
}

/// Collects the functions that carry `#[expect(clippy::expect_used, reason = …)]`.
struct Reasoned(Vec<RangeInclusive<usize>>);

impl Reasoned {
    fn note(&mut self, attributes: &[syn::Attribute], span: proc_macro2::Span) {
        let is_reasoned = |attribute: &syn::Attribute| {
            attribute.path().is_ident("expect")
                && attribute.meta.require_list().is_ok_and(|list| {
                    let text = list.tokens.to_string().replace(' ', "");
                    text.contains("clippy::expect_used") && text.contains("reason=")
                })
        };
        if attributes.iter().any(is_reasoned) {
            self.0.push(span.start().line..=span.end().line);
        }
    }
}

impl<'ast> Visit<'ast> for Reasoned {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.note(&function.attrs, function.span());
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.note(&function.attrs, function.span());
        syn::visit::visit_impl_item_fn(self, function);
    }
}

struct Scan {
    module: Vec<String>,
    is_program: bool,
    mentions: Vec<(usize, Mention)>,
    aliases: BTreeMap<String, Vec<String>>,
}

impl Scan {
    /// Undoes renames and short names: `Timestamp::now` becomes `jiff::Timestamp::now`.
    fn finish(self) -> Vec<(usize, Mention)> {
        let Self { mut mentions, aliases, .. } = self;
        for (_, mention) in &mut mentions {
            if let Mention::Path { target: Target::Other(path), is_use: false } = mention
                && let Some(full) = path.first().and_then(|first| aliases.get(first))
            {
                *path = full.iter().chain(path.iter().skip(1)).cloned().collect();
            }
        }
        mentions
    }

    fn stream(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += match token {
                TokenTree::Group(group) => {
                    self.stream(group.stream());
                    1
                }
                TokenTree::Literal(literal) => {
                    let line = literal.span().start().line;
                    if let Ok(syn::Lit::Str(text)) = syn::parse_str::<syn::Lit>(&literal.to_string()) {
                        self.literal(line, &text.value());
                    }
                    1
                }
                TokenTree::Punct(_) => 1,
                TokenTree::Ident(word) => self.word(word, &tokens, at),
            };
        }
    }

    /// Attributes such as `#[serde(with = "crate::…")]` name paths in strings.
    fn literal(&mut self, line: usize, text: &str) {
        let is_path = text.starts_with("crate::") && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
        if is_path {
            let target = self.resolve(text.split("::").map(String::from).collect());
            self.mentions.push((line, Mention::Path { target, is_use: false }));
        }
        self.mentions.push((line, Mention::Literal(text.into())));
    }

    /// Handles the word at `tokens[at]` and what belongs to it; gives the number of tokens that are done.
    fn word(&mut self, word: &Ident, tokens: &[TokenTree], at: usize) -> usize {
        let line = word.span().start().line;
        let text = word.to_string();
        if text == "use" && !is_punct(tokens.get(at + 1), '<') {
            let end = (at..tokens.len()).find(|i| is_punct(tokens.get(*i), ';'));
            let statement: Option<TokenStream> = end.map(|end| tokens[at..=end].iter().cloned().collect());
            if let (Some(end), Some(Ok(item))) = (end, statement.map(syn::parse2::<syn::ItemUse>)) {
                self.use_tree(&item.tree, &mut Vec::new());
                return end - at + 1;
            }
        }
        if text == "mod"
            && let Some(TokenTree::Ident(name)) = tokens.get(at + 1)
        {
            self.mentions.push((line, Mention::Module(name.to_string())));
            if let Some(TokenTree::Group(body)) = tokens.get(at + 2)
                && body.delimiter() == Delimiter::Brace
            {
                self.module.push(name.to_string());
                self.stream(body.stream());
                self.module.pop();
                return 3;
            }
            return 2;
        }
        let mut path = vec![text];
        let mut next = at + 1;
        while is_punct(tokens.get(next), ':')
            && is_punct(tokens.get(next + 1), ':')
            && let Some(TokenTree::Ident(part)) = tokens.get(next + 2)
        {
            path.push(part.to_string());
            next += 3;
        }
        let last = path.last().cloned().unwrap_or_default();
        let after_dot = at > 0 && is_punct(tokens.get(at - 1), '.') && !(at > 1 && is_punct(tokens.get(at - 2), '.'));
        let is_called = matches!(tokens.get(next), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis)
            || (is_punct(tokens.get(next), ':') && is_punct(tokens.get(next + 2), '<'));
        if after_dot && path.len() == 1 && is_called {
            self.mentions.push((line, Mention::Method(last)));
        } else if is_punct(tokens.get(next), '!') && matches!(tokens.get(next + 1), Some(TokenTree::Group(_) | TokenTree::Ident(_))) {
            self.mentions.push((line, Mention::Macro(last)));
            self.path(line, path);
        } else {
            self.path(line, path);
        }
        next - at
    }

    fn path(&mut self, line: usize, path: Vec<String>) {
        if let [word] = path.as_slice() {
            self.mentions.push((line, Mention::Word(word.clone())));
        } else {
            let target = self.resolve(path);
            self.mentions.push((line, Mention::Path { target, is_use: false }));
        }
    }

    fn use_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.use_tree(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.use_tree(tree, prefix)),
            UseTree::Name(name) => self.used(&name.ident, &name.ident, prefix),
            UseTree::Rename(rename) => self.used(&rename.ident, &rename.rename, prefix),
            UseTree::Glob(glob) => {
                let target = self.resolve(prefix.clone());
                self.mentions.push((glob.span().start().line, Mention::Path { target, is_use: true }));
            }
        }
    }

    fn used(&mut self, name: &Ident, alias: &Ident, prefix: &[String]) {
        let line = name.span().start().line;
        let mut path = prefix.to_vec();
        if name != "self" || path.is_empty() {
            path.push(name.to_string());
        }
        let alias = if alias == "self" { path.last().cloned().unwrap_or_default() } else { alias.to_string() };
        let is_root = matches!(path.as_slice(), [only] if ["crate", "self", "std", "core", "tokio", "crosswalk"].contains(&only.as_str()))
            || path.iter().all(|part| part == "super");
        if is_root && path.last() != Some(&alias) {
            self.mentions.push((line, Mention::RenamedRoot(path.join("::"))));
        }
        let target = self.resolve(path);
        if let Target::Other(full) = &target {
            self.aliases.insert(alias, full.clone());
        }
        self.mentions.push((line, Mention::Path { target, is_use: true }));
    }

    /// What a path names, seen from the module being scanned.
    fn resolve(&self, path: Vec<String>) -> Target {
        let (mut full, mut rest) = match path.first().map(String::as_str) {
            Some("crate") => (Vec::new(), &path[1..]),
            Some("crosswalk") if self.is_program => (Vec::new(), &path[1..]),
            Some("self" | "super") => (self.module.clone(), path.as_slice()),
            _ => return Target::Other(path),
        };
        while let Some((first, more)) = rest.split_first() {
            match first.as_str() {
                "self" => {}
                "super" => {
                    full.pop();
                }
                _ => break,
            }
            rest = more;
        }
        full.extend(rest.iter().cloned());
        Target::Ours(full)
    }
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == character)
}
