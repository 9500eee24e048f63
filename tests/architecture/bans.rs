//! What may be named only in certain rooms: the clock, files, the environment, SQL, HTTP, writing methods. Each rule
//! carries its reason. Tests inside `src` are exempt; production lines are not.

use crate::floors::is_core;
use crate::source::{Mention, SourceFile, Target, Violation};

/// One rule: what it catches, where that is lawful, and the sentence that is told.
pub struct Ban {
    /// Paths, as `std::fs`: anything below counts. One part alone is the name of a crate.
    paths: &'static [&'static str],
    /// Paths below `paths` that are harmless.
    harmless: &'static [&'static str],
    /// Methods, by name.
    methods: &'static [&'static str],
    /// Macros, by name.
    macros: &'static [&'static str],
    /// Keywords.
    words: &'static [&'static str],
    /// Literals.
    literal: fn(&str) -> bool,
    /// Whether this file may do it.
    may: fn(&SourceFile) -> bool,
    /// Whether this line of it may.
    may_line: fn(&SourceFile, usize) -> bool,
    /// The rule and its reason, following "names `x`, ".
    because: &'static str,
}

const NOTHING: Ban = Ban {
    paths: &[],
    harmless: &[],
    methods: &[],
    macros: &[],
    words: &[],
    literal: |_| false,
    may: |_| false,
    may_line: |_, _| false,
    because: "",
};

fn within(source: &SourceFile, modules: &[&str]) -> bool {
    modules.contains(&source.top_module())
}

/// Reads of the calendar clock; `app` may hold one of them, behind `ports::Clock`.
const CLOCKS: &[&str] = &["Timestamp::now", "SystemTime::now", "Zoned::now", "Utc::now", "Local::now", "OffsetDateTime::now_utc"];

/// All rules.
pub const BANS: &[Ban] = &[
    Ban {
        paths: CLOCKS,
        may: |s| within(s, &["app"]),
        because: "but the clock is read in `app` only and handed in as `ports::Clock`: a review must not depend on the day it runs",
        ..NOTHING
    },
    Ban {
        // A monotonic clock has no date, so it cannot enter a report; rate limits and time limits need it.
        paths: &["Instant::now"],
        may: |s| within(s, &["app", "cli", "simulator", "drive", "extract", "jobs"]),
        because: "but only app, cli, simulator, jobs and the limiters in drive and extract measure time: durations belong into run.json, never \
                  into a review",
        ..NOTHING
    },
    Ban {
        paths: &["std::env"],
        // The reader process is this same program started again, so extract asks where the program lies. That is no setting.
        harmless: &["std::env::current_exe"],
        may: |s| within(s, &["app"]),
        because: "but the environment is read in `app` only, so that every setting comes through `settings` and tests can set it",
        ..NOTHING
    },
    Ban {
        paths: &["std::env::current_exe"],
        may: |s| within(s, &["app", "extract"]),
        because: "but only app, and extract to start its reader process, need to know where the program lies",
        ..NOTHING
    },
    Ban {
        paths: &["std::fs", "tokio::fs", "tempfile", "memmap2"],
        methods: &["read_dir", "canonicalize", "symlink_metadata", "try_exists", "read_link"],
        // app writes reports and reads the catalog; folder is a source made of files; store keeps grants and reviews. The
        // sample company of the simulator is invented, so its documents may be laid out in a folder on request.
        // The probe of the sandbox opens files in order to be refused them.
        may: |s| {
            within(s, &["app", "folder", "store"]) || matches!(s.path.as_str(), "src/simulator/company.rs" | "src/extract/sandbox/probe.rs")
        },
        because: "but files are touched only in app, and in folder and store, which own files: documents must reach no disk, and what can write \
                  must be few enough to check",
        ..NOTHING
    },
    Ban {
        paths: &["sqlx", "sea_orm", "sea_query", "sea_orm_migration", "rusqlite"],
        literal: is_sql,
        may: |s| within(s, &["store"]),
        because: "but SQL stands in `store` only, so that one contract suite covers every statement on both databases",
        ..NOTHING
    },
    Ban {
        paths: &["reqwest", "hyper", "hyper_util", "ureq"],
        may: |s| within(s, &["drive", "signin", "billing", "simulator"]),
        because: "but HTTP goes out only from drive, signin, billing and the simulator, so that what leaves the machine can be listed",
        ..NOTHING
    },
    Ban {
        paths: &["axum", "axum_extra", "tower", "tower_http"],
        may: |s| within(s, &["web", "loopback", "simulator"]),
        because: "but HTTP comes in only at web, loopback and the simulator, so that every open port is known",
        ..NOTHING
    },
    Ban {
        paths: &["lettre"],
        may: |s| within(s, &["mail"]),
        because: "but mail leaves through `mail` only, behind `ports::Mailer`, so that nothing is written to anybody past the outbox",
        ..NOTHING
    },
    Ban {
        paths: &["metrics", "metrics_exporter_prometheus"],
        // The pure floors count nothing; the list of what is counted, plain names, stands in `ports::measured`.
        may: |s| within(s, &["web", "jobs", "workflow", "drive", "app"]),
        because: "but only web, jobs, workflow and drive count, and app keeps the sums: elsewhere a measurement would be an effect that no \
                  argument shows",
        ..NOTHING
    },
    Ban {
        words: &["async", "await"],
        may: |s| !is_core(s.top_module()) || within(s, &["ports"]),
        because: "but floors 1–3 never wait: only the traits in `ports` speak of futures",
        ..NOTHING
    },
    Ban {
        paths: &["tokio", "futures", "rayon", "std::thread", "std::process", "std::net", "rlimit"],
        // An address is a value, as settings name it; nothing can be reached with it.
        harmless: &["std::net::SocketAddr", "std::net::IpAddr", "std::net::Ipv4Addr", "std::net::Ipv6Addr"],
        may: |s| !is_core(s.top_module()),
        because: "but floors 1–3 are pure: no runtime, thread, process or network, so that the same input gives the same report",
        ..NOTHING
    },
    Ban {
        paths: &["rand", "getrandom", "fastrand", "uuid"],
        // Version 5 draws no lots: it is a hash of a name.
        harmless: &["uuid::Uuid", "uuid::Uuid::new_v5", "uuid::Uuid::NAMESPACE_URL"],
        may: |s| !is_core(s.top_module()),
        because: "but floors 1–3 draw no lots: ids and random bytes come in as parameters",
        ..NOTHING
    },
    Ban {
        paths: &["std::time"],
        harmless: &["std::time::Duration"],
        may: |s| !is_core(s.top_module()),
        because: "but floors 1–3 know time only as a parameter",
        ..NOTHING
    },
    Ban {
        paths: &["anyhow", "eyre"],
        may: |s| !is_core(s.top_module()),
        because: "but floors 1–3 tell their problems as values with names, which a caller can act on",
        ..NOTHING
    },
    Ban {
        macros: &["println", "print", "eprintln", "eprint", "dbg"],
        because: "which panics when the pipe is closed and bypasses the escaping of file names; write to a locked stdout or stderr in `cli`",
        ..NOTHING
    },
    Ban {
        paths: &["Option::unwrap", "Result::unwrap"],
        methods: &["unwrap", "unwrap_err"],
        because: "but outside tests a missing value is handled where it arises: one bad file must never end a run",
        ..NOTHING
    },
    Ban {
        paths: &["Option::expect", "Result::expect"],
        methods: &["expect", "expect_err"],
        may_line: SourceFile::is_reasoned_line,
        because: "but outside tests a missing value is handled where it arises, unless the function says in \
                  `#[expect(clippy::expect_used, reason = …)]` why it cannot be missing",
        ..NOTHING
    },
    Ban {
        paths: &["Method::POST", "Method::PUT", "Method::PATCH", "Method::DELETE"],
        methods: &["post", "put", "patch", "delete"],
        // Google's token endpoint takes POST only (RFC 6749, 3.2); it touches no document.
        may: |s| !within(s, &["drive"]) || s.path == "src/drive/token_endpoint.rs",
        because: "but nothing except GET goes to a customer's Drive; only src/drive/token_endpoint.rs posts, to the token endpoint, which takes \
                  nothing else",
        ..NOTHING
    },
    Ban {
        literal: |text| {
            text.match_indices("googleapis.com/auth/drive").any(|(at, found)| {
                let rest = text[at + found.len()..].split(|c: char| c != '.' && !c.is_alphanumeric()).next().unwrap_or("");
                !matches!(rest, ".readonly" | ".file" | ".metadata.readonly")
            })
        },
        // The simulated Google must be able to grant too much, or too little, to see that we notice; and a grant given to
        // this client at another time may be wider than what is asked for now, which token.rs recognises.
        may: |s| within(s, &["simulator"]) || s.path == "src/drive/token.rs",
        because: "but we never ask for more of a Drive than to read it: drive.readonly, drive.metadata.readonly or drive.file",
        ..NOTHING
    },
];

/// Statements start with their verb in capitals, so that prose ("select a file from …") passes.
fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    let has = |start: &str, then: &str| text.starts_with(start) && text.contains(then);
    has("SELECT ", " FROM ")
        || has("UPDATE ", " SET ")
        || [
            "INSERT INTO ",
            "DELETE FROM ",
            "CREATE TABLE ",
            "CREATE INDEX ",
            "CREATE UNIQUE INDEX ",
            "ALTER TABLE ",
            "PRAGMA ",
            "WITH RECURSIVE ",
        ]
        .iter()
        .any(|start| text.starts_with(start))
}

fn path_matches(path: &[String], pattern: &str, is_ours: bool) -> bool {
    let parts: Vec<&str> = pattern.split("::").collect();
    match parts.as_slice() {
        [krate] => !is_ours && path.first().is_some_and(|first| first == krate),
        _ => path.windows(parts.len()).any(|window| window.iter().eq(parts.iter())),
    }
}

impl Ban {
    fn caught(&self, mention: &Mention) -> Option<String> {
        match mention {
            Mention::Path { target, .. } => {
                let (path, is_ours) = match target {
                    Target::Ours(path) => (path, true),
                    Target::Other(path) => (path, false),
                };
                let hit = self.paths.iter().any(|p| path_matches(path, p, is_ours));
                let is_harmless = self.harmless.iter().any(|p| path_matches(path, p, is_ours));
                (hit && !is_harmless).then(|| path.join("::"))
            }
            Mention::Method(name) => self.methods.contains(&name.as_str()).then(|| format!(".{name}()")),
            Mention::Macro(name) => self.macros.contains(&name.as_str()).then(|| format!("{name}!")),
            Mention::Word(word) => self.words.contains(&word.as_str()).then(|| word.clone()),
            Mention::Literal(text) => {
                (self.literal)(text).then(|| format!("\"{}\"", text.trim_start().chars().take(40).collect::<String>()))
            }
            Mention::Module(_) | Mention::RenamedRoot(_) => None,
        }
    }
}

/// Checks every rule on every file.
pub fn check_bans(sources: &[SourceFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for ban in BANS {
        for source in sources.iter().filter(|source| !(ban.may)(source)) {
            for (line, mention) in source.production() {
                if let Some(what) = ban.caught(mention)
                    && !(ban.may_line)(source, line)
                {
                    violations.push(source.violation(line, format!("names `{what}`, {}", ban.because)));
                }
            }
        }
    }
    violations.sort();
    violations.dedup();
    violations
}

/// The one place that asks the machine for the time.
pub fn check_single_clock_read(sources: &[SourceFile]) -> Vec<Violation> {
    let mut reads = Vec::new();
    for source in sources {
        for (line, mention) in source.production() {
            if let Mention::Path { target: Target::Other(path), is_use: false } = mention
                && CLOCKS.iter().any(|clock| path_matches(path, clock, false))
            {
                reads.push(
                    source.violation(
                        line,
                        "reads the clock a second time; there is one direct clock read, and all else takes `ports::Clock`",
                    ),
                );
            }
        }
    }
    reads.into_iter().skip(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentences;

    fn bans(path: &str, text: &str) -> Vec<String> {
        sentences(&check_bans(&[SourceFile::parse(path, text)]))
    }

    #[test]
    fn every_ban_falls_on_its_sample() {
        for (path, text, line, sentence) in [
            (
                "src/drive/list.rs",
                "fn f() { jiff::Timestamp::now(); }",
                1,
                "names `jiff::Timestamp::now`, but the clock is read in `app` only",
            ),
            (
                "src/report/html.rs",
                "use std::time::SystemTime as T;\nfn f() { T::now(); }",
                2,
                "names `std::time::SystemTime::now`, but the clock",
            ),
            (
                "src/workflow/a.rs",
                "use std::time::Instant;\nfn f() { Instant::now(); }",
                2,
                "names `std::time::Instant::now`, but only app, cli",
            ),
            (
                "src/cli/mod.rs",
                "fn f() { std::env::var(\"HOME\"); }",
                1,
                "names `std::env::var`, but the environment is read in `app` only",
            ),
            ("src/cli/mod.rs", "use std::{env, io};\nfn f() { env::var(\"HOME\"); }", 2, "names `std::env::var`, but the environment"),
            ("src/drive/mod.rs", "fn f() { std::env::current_exe(); }", 1, "names `std::env::current_exe`, but only app, and extract"),
            ("src/drive/mod.rs", "use std::fs::File;", 1, "names `std::fs::File`, but files are touched only in app"),
            ("src/extract/pdf.rs", "async fn f() { tokio::fs::read(\"x\").await; }", 1, "names `tokio::fs::read`, but files"),
            ("src/cli/mod.rs", "fn f(p: &Path) { p.read_dir(); }", 1, "names `.read_dir()`, but files"),
            (
                "src/workflow/a.rs",
                "const S: &str = \"SELECT id FROM review\";",
                1,
                "names `\"SELECT id FROM review\"`, but SQL stands in `store` only",
            ),
            ("src/workflow/a.rs", "fn f() { q!(r#\"\n  UPDATE review SET x = 1\"#) }", 1, "names `\"UPDATE review SET x = 1\"`, but SQL"),
            ("src/web/a.rs", "use sqlx::query;", 1, "names `sqlx::query`, but SQL"),
            ("src/folder/mod.rs", "fn f() -> reqwest::Client { todo!() }", 1, "names `reqwest::Client`, but HTTP goes out only from drive"),
            ("src/drive/mod.rs", "use axum::Router;", 1, "names `axum::Router`, but HTTP comes in only at web"),
            ("src/jobs/a.rs", "use lettre::Message;", 1, "names `lettre::Message`, but mail leaves through `mail` only"),
            ("src/report/a.rs", "use metrics::counter;", 1, "names `metrics::counter`, but only web, jobs, workflow and drive count"),
            ("src/store/a.rs", "fn f() { metrics::counter!(NAME).increment(1); }", 1, "names `metrics::counter`, but only web"),
            ("src/mail/a.rs", "use metrics_exporter_prometheus::PrometheusBuilder;", 1, "names `metrics_exporter_prometheus::"),
            ("src/assessment/a.rs", "async fn f() {}", 1, "names `async`, but floors 1–3 never wait"),
            ("src/report/a.rs", "fn f() { g!(x.await) }", 1, "names `await`, but floors 1–3 never wait"),
            ("src/ports/a.rs", "use tokio::sync::Mutex;", 1, "names `tokio::sync::Mutex`, but floors 1–3 are pure"),
            ("src/assessment/a.rs", "fn f() { std::thread::spawn(|| ()); }", 1, "names `std::thread::spawn`, but floors 1–3 are pure"),
            ("src/catalog/a.rs", "fn f() { rand::random::<u8>(); }", 1, "names `rand::random`, but floors 1–3 draw no lots"),
            ("src/catalog/a.rs", "use std::time;", 1, "names `std::time`, but floors 1–3 know time only as a parameter"),
            (
                "src/settings/a.rs",
                "fn f() -> anyhow::Result<()> { Ok(()) }",
                1,
                "names `anyhow::Result`, but floors 1–3 tell their problems",
            ),
            ("src/cli/mod.rs", "fn f() { println!(\"x\"); }", 1, "names `println!`, which panics when the pipe is closed"),
            ("src/app/mod.rs", "fn f() { g().unwrap(); }", 1, "names `.unwrap()`, but outside tests"),
            ("src/app/mod.rs", "fn f() {\n h!(g().expect(\"x\")) }", 2, "names `.expect()`, but outside tests"),
            ("src/app/mod.rs", "fn f() { x.map(Option::unwrap); }", 1, "names `Option::unwrap`, but outside tests"),
            ("src/drive/files.rs", "fn f() { client.post(url); }", 1, "names `.post()`, but nothing except GET goes to a customer's Drive"),
            ("src/drive/files.rs", "fn f() { c.request(Method::DELETE, url); }", 1, "names `Method::DELETE`, but nothing except GET"),
            (
                "src/app/a.rs",
                "const S: &str = \"https://www.googleapis.com/auth/drive\";",
                1,
                "names `\"https://www.googleapis.com/auth/drive\"`, but we never ask",
            ),
        ] {
            let told = bans(path, text);
            let expected = format!("{path}:{line}: {sentence}");
            assert!(told.iter().any(|t| t.starts_with(&expected)), "expected {expected:?} for {text:?}, got {told:#?}");
        }
    }

    #[test]
    fn lawful_code_passes() {
        for (path, text) in [
            ("src/app/clock.rs", "fn f() { jiff::Timestamp::now(); std::env::var(\"X\"); std::fs::read(\"x\"); }"),
            ("src/drive/token_endpoint.rs", "fn f() { client.post(url); }"),
            ("src/drive/files.rs", "fn f() { client.get(url); Method::GET; }"),
            ("src/jobs/measuring.rs", "use metrics::counter;\nuse crate::ports::measured::LETTERS;"),
            ("src/drive/scope.rs", "const S: &str = \"https://www.googleapis.com/auth/drive.readonly\";"),
            ("src/extract/child.rs", "fn f() { std::env::current_exe(); }"),
            ("src/ports/limits.rs", "use std::time::Duration;"),
            ("src/catalog/a.rs", "const S: &str = \"Select a file from the list\";"),
            ("src/catalog/a.rs", "#[cfg(test)]\nmod tests {\n #[test]\n fn t() { f().unwrap(); std::fs::read(\"x\").unwrap(); }\n}"),
            ("src/catalog/a.rs", "#[expect(dead_code, reason = \"x\")]\nfn f() { x.unwrap_or_default(); }"),
            ("src/settings/a.rs", "#[expect(clippy::expect_used, reason = \"a constant\")]\nfn f() { g().expect(\"x\") }"),
            ("src/store/a.rs", "const S: &str = \"SELECT id FROM review\";"),
        ] {
            assert_eq!(bans(path, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_file_declared_as_a_test_is_exempt() {
        let parent = SourceFile::parse("src/app/mod.rs", "#[cfg(test)]\nmod tests;\nmod run;");
        let test = SourceFile::parse("src/app/tests.rs", "fn t() { f().unwrap(); }");
        let run = SourceFile::parse("src/app/run.rs", "fn t() { f().unwrap(); }");
        let mut sources = [parent, test, run];
        crate::source::mark_tests(&mut sources);
        let told = sentences(&check_bans(&sources));
        assert!(told.len() == 1 && told[0].starts_with("src/app/run.rs:1: names `.unwrap()`"), "{told:?}");
    }

    #[test]
    fn a_second_clock_read_is_told_even_in_app() {
        let once = SourceFile::parse("src/app/clock.rs", "fn now() { jiff::Timestamp::now(); }");
        let again = SourceFile::parse("src/app/run.rs", "use jiff::Timestamp;\nfn now() { Timestamp::now(); }");
        let told = sentences(&check_single_clock_read(&[once, again]));
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("src/app/run.rs:2: reads the clock a second time"), "{told:?}");
    }
}
