//! A local folder as a source of documents, on real files: what is listed, what is passed over and why, what a fetch
//! gives, and what a folder that cannot be listed says.

#[cfg(test)]
#[path = "support/tree.rs"]
mod tree;

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Mutex;

use crosswalk::evidence::{FileContent, Inventory, SourceFile};
use crosswalk::folder::FolderSource;
use crosswalk::ports::{ByteLimit, DocumentSource, FetchError, ProgressSink, ReviewEvent, SourceError};
use tree::Tree;

const ROOMY: ByteLimit = ByteLimit(1024 * 1024);

#[derive(Default)]
struct Told(Mutex<Vec<ReviewEvent>>);

impl ProgressSink for Told {
    fn event(&self, event: ReviewEvent) {
        self.0.lock().expect("no listener panicked").push(event);
    }
}

async fn list(root: &Path) -> Inventory {
    FolderSource::new(root).list(&Told::default()).await.unwrap_or_else(|e| panic!("{e}"))
}

fn paths(inventory: &Inventory) -> Vec<&str> {
    inventory.files.iter().map(|f| f.path.as_str()).collect()
}

fn reasons(inventory: &Inventory) -> Vec<(&str, &str)> {
    inventory.passed_over.iter().map(|p| (p.path.as_str(), p.reason.as_str())).collect()
}

fn file<'a>(inventory: &'a Inventory, path: &str) -> &'a SourceFile {
    inventory.files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("{path} is not listed: {:?}", paths(inventory)))
}

/// Root reads everything, so a test of missing rights would test nothing.
fn rights_are_bypassed(closed: &Path) -> bool {
    fs::read_dir(closed).is_ok() || fs::read(closed).is_ok()
}

#[tokio::test]
async fn lists_recursively_sorted_with_type_and_size() {
    let tree = Tree::with(&[("b/Plan.DOCX", "12345"), ("a.pdf", "1"), ("b/a/x.unknown", ""), ("B.md", "123"), ("ä.csv", "1;2")]);
    let inventory = list(tree.root()).await;
    assert_eq!(paths(&inventory), ["B.md", "a.pdf", "b/Plan.DOCX", "b/a/x.unknown", "ä.csv"]);
    assert!(inventory.complete && inventory.passed_over.is_empty());
    assert_eq!(inventory.source.root, ".", "a review holds no absolute path");
    let plan = file(&inventory, "b/Plan.DOCX");
    assert_eq!(plan.mime, "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    assert_eq!(plan.content, FileContent::Stored { size_bytes: Some(5), checksum: None });
    assert_eq!(file(&inventory, "b/a/x.unknown").mime, "application/octet-stream");
}

#[tokio::test]
async fn an_empty_folder_is_a_complete_listing_of_nothing() {
    let inventory = list(Tree::with(&[]).root()).await;
    assert!(inventory.complete && inventory.files.is_empty() && inventory.passed_over.is_empty());
}

#[tokio::test]
async fn progress_counts_files() {
    let names: Vec<String> = (0..200).map(|n| format!("{n}.txt")).collect();
    let tree = Tree::with(&names.iter().map(|n| (n.as_str(), "")).collect::<Vec<_>>());
    let told = Told::default();
    FolderSource::new(tree.root()).list(&told).await.unwrap_or_else(|e| panic!("{e}"));
    let told = told.0.into_inner().unwrap();
    assert_eq!(told.last(), Some(&ReviewEvent::Listing { files_seen: 200 }));
    assert!(told.len() > 2);
}

#[tokio::test]
async fn what_is_no_document_is_passed_over_with_a_reason() {
    let tree = Tree::with(&[
        ("SOP.docx", "x"),
        ("~$SOP.docx", "lock"),
        (".git/config", "x"),
        (".DS_Store", "x"),
        ("sub/Thumbs.db", "x"),
        ("sub/desktop.ini", "x"),
    ]);
    let _socket = UnixListener::bind(tree.at("sub/socket")).unwrap();
    let inventory = list(tree.root()).await;
    assert_eq!(paths(&inventory), ["SOP.docx"]);
    let hidden = "Hidden: its name begins with a dot.";
    let left = "Left behind by the operating system; it holds no document.";
    assert_eq!(
        reasons(&inventory),
        [
            (".DS_Store", hidden),
            (".git", hidden),
            ("sub/Thumbs.db", left),
            ("sub/desktop.ini", left),
            ("sub/socket", "Neither a file nor a folder (a pipe, a socket or a device)."),
            ("~$SOP.docx", "A lock file that Office keeps while a document is open; it holds no document."),
        ]
    );
    assert!(inventory.complete, "what was passed over on purpose leaves no gap in the listing");
}

#[tokio::test]
async fn links_lead_neither_out_nor_in_circles_nor_to_the_same_document_twice() {
    let outside = Tree::with(&[("secret.txt", "outside")]);
    let tree = Tree::with(&[("real/a.txt", "a"), (".annex/b.txt", "b"), (".annex/more/c.txt", "c")]);
    symlink(outside.at("secret.txt"), tree.at("out.txt")).unwrap();
    symlink(outside.root(), tree.at("out")).unwrap();
    symlink("real/a.txt", tree.at("again.txt")).unwrap();
    symlink("..", tree.at("real/up")).unwrap();
    symlink("real", tree.at("twin")).unwrap();
    symlink("circle2", tree.at("circle1")).unwrap();
    symlink("circle1", tree.at("circle2")).unwrap();
    symlink("nowhere", tree.at("dangling")).unwrap();
    symlink(".annex/b.txt", tree.at("b.txt")).unwrap();
    symlink("../.annex/b.txt", tree.at("real/b again.txt")).unwrap();
    symlink(".annex/more", tree.at("more")).unwrap();
    let source = FolderSource::new(tree.root());
    let inventory = source.list(&Told::default()).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(paths(&inventory), ["b.txt", "more/c.txt", "real/a.txt"]);
    let out = "A link that leads out of the chosen folder; it is not followed.";
    let circle = "A link that leads in circles or may not be followed.";
    assert_eq!(
        reasons(&inventory),
        [
            (".annex", "Hidden: its name begins with a dot."),
            ("again.txt", "A link to \"real/a.txt\", which is examined at its own place."),
            ("circle1", circle),
            ("circle2", circle),
            ("dangling", "A link to something that does not exist."),
            ("out", out),
            ("out.txt", out),
            ("real/b again.txt", "A link to \"b.txt\", which is examined at its own place."),
            ("real/up", "A link to \".\", which is examined at its own place."),
            ("twin", "A link to \"real\", which is examined at its own place."),
        ]
    );
    assert!(inventory.complete);
    let fetched = source.fetch(file(&inventory, "more/c.txt"), ROOMY).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(fetched.bytes, b"c");
}

#[tokio::test]
async fn the_chosen_folder_itself_may_be_a_link() {
    let tree = Tree::with(&[("real/a.txt", "a")]);
    symlink("real", tree.at("link")).unwrap();
    assert_eq!(paths(&list(&tree.at("link")).await), ["a.txt"]);
}

#[tokio::test]
async fn our_own_reports_never_become_evidence() {
    let review = "{\"schema\":\"crosswalk/review/v1\",\"engine\":\"crosswalk 0.1.0\"}";
    let tree = Tree::with(&[
        ("crosswalk-report/review.json", review),
        ("crosswalk-report/gap-report.docx", "x"),
        ("crosswalk-report/summary.html", "x"),
        ("reviews/2026-11/review.json", review),
        ("reviews/2026-11/gap-report.html", "x"),
        ("reviews/2026-11/Threat model.docx", "the customer's own"),
        ("reviews/2026-12/change.json", "{\"schema\":\"crosswalk/change/v1\"}"),
        ("reviews/2026-12/gap-report.xlsx", "x"),
        ("reviews/2027-01/gap-report.json", "{\"schema\":\"crosswalk/gap-report/v1\"}"),
        ("reviews/2027-01/gap-report.docx", "x"),
        ("code/change.json", "{\"changes\":[]}"),
        ("code/review.json", "{\"reviewer\":\"someone\"}"),
        ("code/summary.html", "the customer's own"),
        (".hidden/review.json", review),
        (".hidden/gap-report.docx", "x"),
    ]);
    symlink(".hidden/gap-report.docx", tree.at("linked report.docx")).unwrap();
    let inventory = list(tree.root()).await;
    assert_eq!(paths(&inventory), ["code/change.json", "code/review.json", "code/summary.html", "reviews/2026-11/Threat model.docx"]);
    let ours = "Written by an earlier Crosswalk review; our own reports are no evidence.";
    assert_eq!(
        reasons(&inventory)[1..],
        [
            ("crosswalk-report/gap-report.docx", ours),
            ("crosswalk-report/review.json", ours),
            ("crosswalk-report/summary.html", ours),
            ("linked report.docx", ours),
            ("reviews/2026-11/gap-report.html", ours),
            ("reviews/2026-11/review.json", ours),
            ("reviews/2026-12/change.json", ours),
            ("reviews/2026-12/gap-report.xlsx", ours),
            ("reviews/2027-01/gap-report.docx", ours),
            ("reviews/2027-01/gap-report.json", ours),
        ]
    );
    assert!(inventory.passed_over.iter().all(|p| p.size_bytes == 0), "the size of the last report does not change the next one");
}

#[tokio::test]
async fn strange_names_are_kept_as_they_are() {
    let long = format!("{}.txt", "n".repeat(251));
    let names = ["a\nb.txt", "\u{202e}txt.exe", "it's \"quoted\".md", "<script>alert(1)</script>.pdf", " leading.txt", &long];
    // A `/` cannot stand in a name, so `</script>` is a folder and a file.
    let tree = Tree::with(&names.map(|n| (n, "x")));
    let source = FolderSource::new(tree.root());
    let inventory = source.list(&Told::default()).await.unwrap_or_else(|e| panic!("{e}"));
    for name in names {
        let fetched = source.fetch(file(&inventory, name), ROOMY).await.unwrap_or_else(|e| panic!("{name:?}: {e}"));
        assert_eq!(fetched.bytes, b"x");
    }
    assert_eq!(inventory.files.len(), names.len());
}

#[tokio::test]
async fn names_that_are_no_utf8_are_shown_readably_and_can_be_fetched() {
    let tree = Tree::with(&[]);
    for (name, content) in
        [(&b"pr\xfcfung.txt"[..], "latin-1"), (&b"pr\xfdfung.txt"[..], "another"), ("pr\u{fffd}fung.txt".as_bytes(), "true")]
    {
        fs::write(tree.root().join(OsStr::from_bytes(name)), content).unwrap();
    }
    let source = FolderSource::new(tree.root());
    let inventory = source.list(&Told::default()).await.unwrap_or_else(|e| panic!("{e}"));
    let shown = ["pr\u{fffd}fung.txt", "pr\u{fffd}fung (2).txt", "pr\u{fffd}fung (3).txt"];
    let mut listed = paths(&inventory);
    listed.sort_unstable_by_key(|path| path.len());
    assert_eq!(listed, shown);
    let mut contents = Vec::new();
    for path in shown {
        contents.push(source.fetch(file(&inventory, path), ROOMY).await.unwrap_or_else(|e| panic!("{e}")).bytes);
    }
    // In the order of the names' bytes, on every machine.
    assert_eq!(contents, [&b"true"[..], b"latin-1", b"another"]);
}

#[tokio::test]
async fn a_fetch_is_bounded() {
    let tree = Tree::with(&[("a.txt", "12345")]);
    let source = FolderSource::new(tree.root());
    let inventory = source.list(&Told::default()).await.unwrap_or_else(|e| panic!("{e}"));
    let a = file(&inventory, "a.txt");
    assert_eq!(source.fetch(a, ByteLimit(5)).await.unwrap_or_else(|e| panic!("{e}")).bytes, b"12345");
    assert_eq!(source.fetch(a, ByteLimit(4)).await.err(), Some(FetchError::TooLarge { limit_bytes: 4 }));
    // A file that grew or shrank since gives what is there now.
    fs::write(tree.at("a.txt"), "123456789").unwrap();
    assert_eq!(source.fetch(a, ROOMY).await.unwrap_or_else(|e| panic!("{e}")).bytes, b"123456789");
    fs::write(tree.at("a.txt"), "").unwrap();
    assert!(source.fetch(a, ROOMY).await.unwrap_or_else(|e| panic!("{e}")).bytes.is_empty());
}

#[tokio::test]
async fn a_file_that_is_gone_or_became_something_else_is_refused() {
    let outside = Tree::with(&[("secret.txt", "outside")]);
    let tree = Tree::with(&[("gone.txt", "1"), ("out.txt", "2"), ("pipe.txt", "3")]);
    let source = FolderSource::new(tree.root());
    let inventory = source.list(&Told::default()).await.unwrap_or_else(|e| panic!("{e}"));
    for name in ["gone.txt", "out.txt", "pipe.txt"] {
        fs::remove_file(tree.at(name)).unwrap();
    }
    symlink(outside.at("secret.txt"), tree.at("out.txt")).unwrap();
    let _socket = UnixListener::bind(tree.at("pipe.txt")).unwrap();
    for (name, expected) in [
        ("gone.txt", "It was moved or deleted after the folder was listed."),
        ("out.txt", "It has become a link that leads out of the chosen folder."),
        ("pipe.txt", "It is no longer an ordinary file."),
    ] {
        assert_eq!(source.fetch(file(&inventory, name), ROOMY).await.err(), Some(FetchError::Refused { reason: expected.into() }));
    }
    let unlisted = SourceFile { path: "../secret.txt".into(), ..file(&inventory, "gone.txt").clone() };
    assert!(matches!(source.fetch(&unlisted, ROOMY).await.err(), Some(FetchError::Refused { .. })));
}

#[tokio::test]
async fn a_subfolder_without_rights_makes_the_listing_incomplete() {
    let tree = Tree::with(&[("open/a.txt", "a"), ("closed/b.txt", "b"), ("c.txt", "c")]);
    fs::set_permissions(tree.at("closed"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(tree.at("c.txt"), Permissions::from_mode(0o000)).unwrap();
    let is_skipped = rights_are_bypassed(&tree.at("closed"));
    let source = FolderSource::new(tree.root());
    let inventory = source.list(&Told::default()).await.unwrap_or_else(|e| panic!("{e}"));
    fs::set_permissions(tree.at("closed"), Permissions::from_mode(0o700)).unwrap();
    if is_skipped {
        eprintln!(
            "SKIPPED a_subfolder_without_rights_makes_the_listing_incomplete: this account reads files without having the right to (root)"
        );
        return;
    }
    assert_eq!(paths(&inventory), ["c.txt", "open/a.txt"]);
    let reason = "This folder could not be listed: permission denied. What it holds is unknown.";
    assert_eq!(reasons(&inventory), [("closed", reason)]);
    assert!(!inventory.complete, "what is behind it is unknown, so absence proves nothing");
    let refused = source.fetch(file(&inventory, "c.txt"), ROOMY).await.err();
    assert_eq!(refused, Some(FetchError::Refused { reason: "It may not be read: permission denied.".into() }));
}

#[tokio::test]
async fn a_folder_that_cannot_be_listed_says_why_and_what_to_do() {
    let tree = Tree::with(&[("file.pdf", "x")]);
    let error = |path: &str| {
        let source = FolderSource::new(tree.at(path));
        async move { source.list(&Told::default()).await.err().unwrap() }
    };
    let missing = error("missing").await;
    assert!(matches!(missing, SourceError::NotFound { .. }));
    assert!(missing.to_string().ends_with("missing\" was not found. Check the spelling, or whether its drive is connected."), "{missing}");
    let file = error("file.pdf").await.to_string();
    assert!(file.contains("file.pdf\" may not be read: it is not a folder. Name the folder that the file lies in"), "{file}");
    assert!(matches!(error("file.pdf/below").await, SourceError::Forbidden { .. }));
}

#[tokio::test]
async fn a_folder_without_rights_says_so() {
    let tree = Tree::with(&[("closed/a.txt", "x")]);
    fs::set_permissions(tree.at("closed"), Permissions::from_mode(0o000)).unwrap();
    let is_skipped = rights_are_bypassed(&tree.at("closed"));
    let result = FolderSource::new(tree.at("closed")).list(&Told::default()).await;
    fs::set_permissions(tree.at("closed"), Permissions::from_mode(0o700)).unwrap();
    if is_skipped {
        eprintln!("SKIPPED a_folder_without_rights_says_so: this account reads files without having the right to (root)");
        return;
    }
    let closed = result.err().unwrap();
    assert!(matches!(closed, SourceError::Forbidden { .. }) && closed.to_string().contains("permission denied"), "{closed}");
}
