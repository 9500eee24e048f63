//! What a listing finds.

use serde_json::json;

use crate::fake::{FakeDrive, PDF, file, folder, passed, paths, shortcut, with};

#[tokio::test]
async fn a_tree_of_folders_becomes_paths() {
    let drive = FakeDrive::start(vec![
        folder("f1", "QMS", "ROOT"),
        folder("f2", "SOUP / OTS", "f1"),
        file("a", "list.pdf", "f2"),
        file("b", "plan.pdf", "f1"),
        file("c", "top.pdf", "ROOT"),
        file("d", "elsewhere.pdf", "not-mine"),
        json!({"id": "e", "name": "Doc", "mimeType": "application/vnd.google-apps.document", "parents": ["f1"], "version": "7"}),
        json!({"id": "g", "name": "Form", "mimeType": "application/vnd.google-apps.form", "parents": ["f1"]}),
        with(file("h", "bin.pdf", "ROOT"), "trashed", json!(true)),
    ])
    .await;
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(paths(&inventory), ["QMS/Doc", "QMS/SOUP \u{2215} OTS/list.pdf", "QMS/plan.pdf", "top.pdf"]);
    assert_eq!(passed(&inventory).len(), 1);
    assert!(inventory.complete);
    assert_eq!(inventory.source.root, "root");
    assert!(inventory.files[0].is_exported());
}

#[tokio::test]
async fn pages_follow_the_token_only() {
    let files = (0..25).map(|n| file(&format!("id{n:02}"), &format!("{n:02}.pdf"), "ROOT")).collect();
    let drive = FakeDrive::start(files).await;
    drive.state().page_size = Some(10);
    // An empty page with a token is no end.
    drive.fault("pageToken=10", wiremock::ResponseTemplate::new(200).set_body_json(json!({"files": [], "nextPageToken": "10x"})));
    drive.fault("pageToken=10x", wiremock::ResponseTemplate::new(200).set_body_json(json!({"nextPageToken": "010"})));
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(inventory.files.len(), 25);
    assert!(inventory.complete);
}

#[tokio::test]
async fn a_rejected_page_token_restarts_once_and_counts_nothing_twice() {
    let files: Vec<_> = (0..25).map(|n| file(&format!("id{n:02}"), &format!("{n:02}.pdf"), "ROOT")).collect();
    let drive = FakeDrive::start(files).await;
    drive.state().page_size = Some(10);
    drive.fault("pageToken=20", crate::fake::error(400, "invalid"));
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(inventory.files.len(), 25);
    assert!(inventory.complete);

    drive.fault("pageToken=20", crate::fake::error(400, "invalid"));
    drive.fault("pageToken=20", crate::fake::error(400, "invalid"));
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(inventory.files.len(), 20, "what was listed counts");
    assert!(!inventory.complete);
}

#[tokio::test]
async fn names_of_all_kinds() {
    let long = "x".repeat(255) + ".pdf";
    let names = [
        "it's.pdf",
        r"back\slash.pdf",
        "two\nlines.pdf",
        "Prüfplan 検査.pdf",
        "\u{202e}fdp.exe",
        "<script>alert(1)</script>.pdf",
        "",
        &long,
    ];
    let mut files: Vec<_> = names.iter().enumerate().map(|(n, name)| file(&format!("n{n}"), name, "ROOT")).collect();
    files.push(folder("q", "it's \\ a 'folder'", "ROOT"));
    files.push(file("in", "in.pdf", "q"));
    files.extend([file("same1", "same.pdf", "ROOT"), file("same2", "same.pdf", "ROOT")]);
    let drive = FakeDrive::start(files).await;
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(inventory.files.len(), names.len() + 3);
    assert!(paths(&inventory).contains(&"it's \\ a 'folder'/in.pdf"));
    assert!(paths(&inventory).contains(&"same.pdf") && paths(&inventory).contains(&"same (2).pdf"));
}

#[tokio::test]
async fn everything_is_own_shared_and_shared_drives() {
    let mut files = vec![
        file("own", "own.pdf", "ROOT"),
        json!({"id": "given", "name": "given.pdf", "mimeType": PDF}),
        with(json!({"id": "sf", "name": "Client", "mimeType": crate::fake::FOLDER}), "sharedWithMe", json!(true)),
        with(file("deep", "deep.pdf", "sf"), "unopened", json!(true)),
        with(file("t1", "team.pdf", "TD"), "driveId", json!("TD")),
        with(folder("tf", "Sub", "TD"), "driveId", json!("TD")),
        with(file("t2", "sub.pdf", "tf"), "driveId", json!("TD")),
    ];
    files.push(with(with(json!({"id": "new", "name": "new.pdf", "mimeType": PDF}), "sharedWithMe", json!(true)), "unopened", json!(true)));
    let drive = FakeDrive::start(files).await;
    drive.state().drives = vec![json!({"id": "TD", "name": "Team / QA"})];
    let inventory = drive.list("drive:all").await.unwrap();
    assert_eq!(
        paths(&inventory),
        [
            "My Drive/own.pdf",
            "Shared with me/Client/deep.pdf",
            "Shared with me/given.pdf",
            "Shared with me/new.pdf",
            "Team \u{2215} QA/Sub/sub.pdf",
            "Team \u{2215} QA/team.pdf"
        ]
    );
    assert!(inventory.complete);
    assert_eq!(drive.count("corpora=allDrives").await, 0, "shared drives are listed one by one");
}

#[tokio::test]
async fn a_folder_or_a_shared_drive_by_id() {
    let drive = FakeDrive::start(vec![
        folder("F", "QMS", "ROOT"),
        folder("G", "Sub", "F"),
        file("a", "a.pdf", "G"),
        file("o", "outside.pdf", "ROOT"),
        with(file("t1", "team.pdf", "TD"), "driveId", json!("TD")),
        shortcut("s", "to F", "ROOT", "F"),
    ])
    .await;
    drive.state().drives = vec![json!({"id": "TD", "name": "Team"})];
    assert_eq!(paths(&drive.list("drive:F").await.unwrap()), ["Sub/a.pdf"]);
    assert_eq!(paths(&drive.list("drive:TD").await.unwrap()), ["team.pdf"]);
    assert_eq!(paths(&drive.list("drive:s").await.unwrap()), ["Sub/a.pdf"], "a shortcut to a folder");
    let error = drive.list("drive:nowhere").await.err().unwrap().to_string();
    assert!(error.contains("nowhere") && error.contains("not found"), "{error}");
    let error = drive.list("drive:o").await.err().unwrap().to_string();
    assert!(error.contains("folder that it lies in"), "{error}");
}

#[tokio::test]
async fn shortcuts_lead_to_a_target_once() {
    let drive = FakeDrive::start(vec![
        folder("F", "QMS", "ROOT"),
        file("in", "inside.pdf", "F"),
        shortcut("s1", "to inside", "F", "in"),
        shortcut("s2", "to outside file", "F", "out"),
        shortcut("s3", "to outside file again", "F", "out"),
        shortcut("s4", "to folder", "F", "OF"),
        shortcut("s5", "dangling", "F", "gone"),
        shortcut("s6", "circle a", "F", "s7"),
        shortcut("s7", "circle b", "F", "s6"),
        shortcut("s8", "chain", "F", "x1"),
        shortcut("s9", "to itself above", "F", "F"),
        shortcut("x1", "link", "elsewhere", "far"),
        file("far", "far.pdf", "elsewhere"),
        file("out", "out.pdf", "elsewhere"),
        folder("OF", "Other", "elsewhere"),
        file("of", "deep.pdf", "OF"),
        shortcut("back", "back to QMS", "OF", "F"),
        with(file("binned", "binned.pdf", "elsewhere"), "trashed", json!(true)),
        shortcut("sb", "to bin", "F", "binned"),
    ])
    .await;
    let inventory = drive.list("drive:F").await.unwrap();
    assert_eq!(paths(&inventory), ["far.pdf", "inside.pdf", "out.pdf", "to folder/deep.pdf"]);
    let reasons = passed(&inventory);
    for (path, word) in [
        ("to inside", "own place"),
        ("to outside file again", "own place"),
        ("dangling", "deleted or is not shared"),
        ("circle a", "back to itself"),
        ("circle b", "back to itself"),
        ("to itself above", "own place"),
        ("to folder/back to QMS", "own place"),
        ("to bin", "bin"),
    ] {
        assert!(reasons.iter().any(|(p, reason)| *p == path && reason.contains(word)), "{path}: {reasons:?}");
    }
    assert_eq!(reasons.len(), 8);
    assert!(inventory.complete);
}

#[tokio::test]
async fn resource_keys_go_along() {
    let target = with(file("linked", "linked.pdf", "elsewhere"), "resourceKey", json!("0-key"));
    let mut link = shortcut("s", "link", "ROOT", "linked");
    link["shortcutDetails"]["targetResourceKey"] = json!("0-key");
    let drive = FakeDrive::start(vec![link, target]).await;
    drive.state().contents.insert("linked".into(), b"%PDF".to_vec());
    let inventory = drive.list("drive:root").await.unwrap();
    assert_eq!(inventory.files[0].resource_key.as_deref(), Some("0-key"));
    drive.fetch(&inventory.files[0], 100).await.unwrap();
    let requests = drive.server.received_requests().await.unwrap();
    let keyed = requests.iter().filter(|request| request.url.path().ends_with("/files/linked"));
    let keys: Vec<&str> = keyed.map(|request| request.headers["x-goog-drive-resource-keys"].to_str().unwrap()).collect();
    assert_eq!(keys, ["linked/0-key", "linked/0-key"]);
}

#[tokio::test]
async fn an_incomplete_search_is_told() {
    let drive = FakeDrive::start(vec![file("a", "a.pdf", "ROOT")]).await;
    drive.state().is_search_incomplete = true;
    assert!(!drive.list("drive:root").await.unwrap().complete);
}

#[tokio::test]
async fn an_empty_drive_is_complete_and_empty() {
    let drive = FakeDrive::start(vec![]).await;
    let inventory = drive.list("drive:root").await.unwrap();
    assert!(inventory.files.is_empty() && inventory.complete);
}

#[tokio::test]
async fn the_same_drive_gives_the_same_inventory_in_any_order() {
    let mut files = vec![
        folder("f", "A", "ROOT"),
        file("b", "same.pdf", "f"),
        file("a", "same.pdf", "f"),
        shortcut("s2", "two", "f", "out"),
        shortcut("s1", "one", "ROOT", "out"),
        file("out", "out.pdf", "elsewhere"),
    ];
    let first = FakeDrive::start(files.clone()).await.list("drive:root").await.unwrap();
    files.reverse();
    let second = FakeDrive::start(files).await.list("drive:root").await.unwrap();
    assert!(first.files == second.files && first.passed_over == second.passed_over);
    assert_eq!(paths(&first), ["A/out.pdf", "A/same (2).pdf", "A/same.pdf"]);
}

#[tokio::test]
async fn picked_files_only_never_asks_for_shared_drives() {
    let mut drive = FakeDrive::start(vec![json!({"id": "p", "name": "picked.pdf", "mimeType": PDF})]).await;
    drive.extra.push(("CROSSWALK_GOOGLE__SCOPE".into(), "drive.file".into()));
    drive.fault(
        "/token",
        wiremock::ResponseTemplate::new(200).set_body_json(json!({"access_token": "token-9", "token_type": "Bearer", "expires_in": 3600,
            "scope": "https://www.googleapis.com/auth/drive.file"})),
    );
    assert_eq!(paths(&drive.list("drive:root").await.unwrap()), ["Shared with me/picked.pdf"]);
    assert_eq!(drive.count("/drives").await, 0);
}
